"""渠道:站内信写下即到;邮件走 Django;短信走一个可换的接口。"""

import logging
import re
from typing import Protocol

from django.conf import settings
from django.core.mail import send_mail
from django.utils.module_loading import import_string

from office.notices.models import Notice
from office.notices.states import Channel

log = logging.getLogger("office.sms")
_DIGITS = re.compile(r"\d{5,}")
_MAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+")


class SmsGateway(Protocol):
    """短信网关:送出一条,失败抛异常。"""

    def send(self, *, number: str, text: str, reference: str) -> None: ...


class LoggingGateway:
    """写进日志的网关:演示与测试用;不落完整号码和正文。"""

    def send(self, *, number: str, text: str, reference: str) -> None:
        log.info("短信 %s 发往 %s,%d 字", reference, masked(number), len(text))


def send(notice: Notice) -> None:
    """按渠道送出;失败抛异常,由托盘安排再试。"""
    if notice.channel == Channel.EMAIL:
        send_mail(notice.subject, notice.body, settings.DEFAULT_FROM_EMAIL, [_address(notice)])
    elif notice.channel == Channel.SMS:
        gateway: SmsGateway = import_string(settings.SMS_GATEWAY)()
        gateway.send(number=_address(notice), text=notice.body, reference=f"notice-{notice.pk}")


def masked(text: str) -> str:
    """号码留前三后四,邮箱只留域名(个人信息去标识)。"""
    text = _MAIL.sub(lambda found: "***@" + found[0].rpartition("@")[2], text)
    return _DIGITS.sub(lambda found: f"{found[0][:3]}****{found[0][-4:]}" if len(found[0]) >= 11 else "****", text)


class NoAddress(Exception):
    """没有留手机号或邮箱。"""


def _address(notice: Notice) -> str:
    own = {Channel.EMAIL: "email", Channel.SMS: "phone"}[Channel(notice.channel)]
    address = notice.address or (getattr(notice.to, own, "") if notice.to else "")
    if not address:
        raise NoAddress(f"收件人没有留下{notice.get_channel_display()}地址")
    return str(address)
