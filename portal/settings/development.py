"""本机演示与开发:make run 用的设置。"""

import os

from portal.settings.base import *  # noqa: F403
from portal.settings.base import SECRET_KEY, VAULT_KEYS

DEBUG = os.environ.get("DEBUG") == "1"
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "testserver"]
# make run 每台机器各自生成机密(var/secrets.env);这里的只够 makemigrations 一类命令启动。
SECRET_KEY = SECRET_KEY or "development-only-secret-key-never-used-in-production"
VAULT_KEYS = VAULT_KEYS or ["ZGV2ZWxvcG1lbnQtb25seS1rZXktMzItYnl0ZXMtISE="]
EXCHANGE_PLAIN_HTTP = True
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
# 改了样式不用重启;不然旧的长度会让浏览器一直等。
WHITENOISE_AUTOREFRESH = True
