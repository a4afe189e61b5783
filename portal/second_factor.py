"""动态口令:此刻的口令只在演示环境里拿来给人看。"""

import time
from typing import Any

from django.conf import settings
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice


def passed(user: Any) -> bool:
    """要过第二因素的过了没有；不进审定队列的不必过。"""
    return not user.is_staff or user.is_verified()


def shown_code(device: TOTPDevice | None) -> str:
    """此刻的动态口令;刚用过一次的,给下一个(口令只能用一次,前后各容一格)。不是演示就是空串。"""
    if device is None or not settings.DEMONSTRATION:
        return ""
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
    totp.time = time.time()
    if totp.t() <= device.last_t:
        totp.time += device.step
    return str(totp.token()).zfill(device.digits)
