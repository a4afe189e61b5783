"""本机演示与开发:make run 用的设置。"""

from portal.settings.base import *  # noqa: F403
from portal.settings.base import DATABASES, os

DEBUG = os.environ.get("DEBUG") == "1"
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "testserver"]
SECRET_KEY = os.environ.get("SECRET_KEY") or "development-only-secret-key-never-used-in-production"  # noqa: S105
VAULT_KEYS = [k for k in os.environ.get("VAULT_KEYS", "").split(",") if k] or [
    "ZGV2ZWxvcG1lbnQtb25seS1rZXktMzItYnl0ZXMtISE="
]
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
DATABASES["default"]["CONN_MAX_AGE"] = 600
