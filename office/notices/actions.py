"""通知的动作:写下、送出、重发、取消、阅读。"""

import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models, transaction

from office.notices import channels, digests
from office.notices.models import Notice
from office.notices.states import Channel, Pace
from office.notices.states import NoticeState as State
from office.steps import take

# 每次失败后等多久;第六次失败就放弃,交给负责人。
RETRY = tuple(datetime.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
MOST_ATTEMPTS = len(RETRY) + 1


def queue(
    kind: str,
    *,
    about: models.Model,
    to: Any,
    channel: str = Channel.INBOX,
    address: str = "",
    subject: str,
    body: str,
    responsible: Any,
    by: Any,
    at: datetime.datetime,
) -> Notice | None:
    """写下一条通知,与业务动作同一事务;站内信立即可见,其余由托盘送出。

    to 是 User 或 None(没有账号的申请人,须给 address);responsible 是送不到时过问的人。
    收件人选了每日一次的,留待摘要;选了不要的,不写,返回 None(法定的、督办的选不了,见 kinds)。
    留了邮箱的,站内信另发一份到邮箱。
    """
    pace = digests.pace_for(to, kind)
    if pace == Pace.OFF:
        return None
    notice: Notice = Notice.objects.create(
        kind=kind,
        subject_type=about._meta.label_lower,
        subject_key=str(about.pk),
        to=to,
        channel=channel,
        address=address,
        subject=subject,
        body=body,
        responsible=responsible,
        queued_at=at,
        queued_by=by,
        next_try_at=at,
    )
    if pace == Pace.DIGEST:
        take(notice, "hold", by=get_user_model().objects.system(), at=at, until=digests.next_digest_at(at))
    if channel == Channel.INBOX and to.email:
        queue(
            kind, about=about, to=to, channel=Channel.EMAIL, address=address, subject=subject, body=body,
            responsible=responsible, by=by, at=at,
        )  # fmt: skip
    return notice


def deliver(*, at: datetime.datetime, limit: int) -> int:
    """送出待发的通知:一条一个事务,至少一次,一条出错不耽误别的;返回送出的条数。"""
    done = 0
    for _ in range(limit):
        with transaction.atomic():
            notice = (
                Notice.objects.waiting()
                .filter(next_try_at__lte=at)
                .order_by("next_try_at", "id")
                .select_for_update(skip_locked=True)
                .first()
            )
            if notice is None:
                break
            done += _try_one(notice, at=at)
    return done


def _try_one(notice: Notice, *, at: datetime.datetime) -> bool:
    """送一条;先送后记,送完没来得及记就会再送一次(至少一次)。"""
    system = get_user_model().objects.system()
    try:
        with transaction.atomic():
            channels.send(notice)
            take(notice, "mark_sent", by=system, at=at)
    except Exception as error:
        _put_off(notice, f"{type(error).__name__}:{channels.masked(str(error))}"[:500], by=system, at=at)
        return False
    return True


def _put_off(notice: Notice, error: str, *, by: Any, at: datetime.datetime) -> None:
    """按次数退避;用完次数就放弃。"""
    if notice.attempts + 1 >= MOST_ATTEMPTS:
        take(notice, "give_up", by=by, at=at, error=error)
        return
    wait = RETRY[notice.attempts]
    Notice.objects.filter(pk=notice.pk).update(attempts=notice.attempts + 1, last_error=error, next_try_at=at + wait)


def resend(notice: Notice, *, by: Any, at: datetime.datetime) -> Notice:
    """重发:负责人处理好地址之后再来六次。

    Raises: NotNow(不是发送失败)、PermissionDenied(不是负责人)。
    """
    take(notice, "try_again", by=by, at=at)
    return notice


def cancel(notice: Notice, *, by: Any, at: datetime.datetime) -> Notice:
    """取消一条还没有送出的通知。

    Raises: NotNow、PermissionDenied。
    """
    take(notice, "cancel", by=by, at=at)
    return notice


def drop_copies(user: Any, *, by: Any, at: datetime.datetime) -> None:
    """收件人撤了邮箱：还没有送出的邮件不送了。站内信都在。"""
    waiting = (State.QUEUED, State.HELD, State.FAILED)
    for notice in Notice.objects.filter(to=user, channel=Channel.EMAIL, state__in=waiting):
        if not notice.address:  # 写明了地址的(核对邮箱的验证码)不是抄送
            cancel(notice, by=by, at=at)


def read(user: Any, *, at: datetime.datetime) -> int:
    """阅读:把某人收件箱里未读的都记为已读,返回条数。"""
    return int(Notice.objects.inbox(user).unread().order_by().update(read_at=at))
