"""生产设置:缺一项机密就不启动。"""

import os

from portal.settings.base import *  # noqa: F403

DEBUG = False
SECRET_KEY = os.environ["SECRET_KEY"]
VAULT_KEYS = os.environ["VAULT_KEYS"].split(",")
ALLOWED_HOSTS = os.environ["ALLOWED_HOSTS"].split(",")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
DEMONSTRATION = False
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^(ping|ready)/$"]  # 容器自己来探,不经 nginx
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# 来访地址由 nginx 写进 X-Real-IP;不这样,锁定会把全部来访当成同一个地址。
AXES_CLIENT_IP_CALLABLE = "portal.settings.addresses.client_address"
BEHIND_PROXY = True
