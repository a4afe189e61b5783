"""测试设置:与开发相同,只去掉等待。"""

import tempfile

from portal.settings.development import *  # noqa: F403

DEBUG = False
# 真正的 Argon2 由专门的测试验证;其余测试不必每次登录都算 50 毫秒。
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",
    "django.contrib.auth.hashers.Argon2PasswordHasher",
]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
MEDIA_ROOT = tempfile.mkdtemp(prefix="hall-media-")
DEMONSTRATION = True
