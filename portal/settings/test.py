"""测试设置:与开发相同,只去掉等待。"""

import os
import tempfile
import zlib
from pathlib import Path

from portal.settings.development import *  # noqa: F403
from portal.settings.development import CACHES, REDIS_URL

DEBUG = False
# 真正的 Argon2 由专门的测试验证;其余测试不必每次登录都算 50 毫秒。
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",
    "django.contrib.auth.hashers.Argon2PasswordHasher",
]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
_media = tempfile.TemporaryDirectory(prefix="hall-media-")  # 进程结束时自己消失
MEDIA_ROOT = Path(_media.name)
DEMONSTRATION = True
# 几组测试共用一个代理:各用各的库号,清缓存时不伤及别人。
_WHO = f"{os.environ.get('TEST_DB', '')}:{os.environ.get('PYTEST_XDIST_WORKER', '')}"
CACHES["default"] |= {"LOCATION": f"{REDIS_URL}?db={zlib.crc32(_WHO.encode()) % 16}", "KEY_PREFIX": _WHO}
