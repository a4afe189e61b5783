"""按种类选择怎样收；选了“每日一次”的，攒到定好的时刻并成一条。"""

import datetime
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction

from office.journal import actions as journal
from office.notices.kinds import KINDS, may_choose
from office.notices.models import Notice, NoticePreference
from office.notices.states import Channel, NoticeState, Pace
from office.steps import NotNow, take
from office.workdays.rules import DAY, local, on

KIND = "digest"
SHORT = 300  # 短信里的摘要最多这么多字


def choose(user: Any, *, paces: Mapping[str, str], by: Any, at: datetime.datetime) -> int:
    """选择：各种通知怎样收，返回改了几种。法定的、督办的不能改。

    Raises: NotNow(这种通知不能改)、ValueError(没有这种收法)。
    """
    for code in paces:
        if not may_choose(code):
            raise NotNow(f"“{KINDS[code].label if code in KINDS else code}”关系到您的权利或期限，一律即时送，不能改。")
    with transaction.atomic():
        get_user_model().objects.select_for_update(no_key=True).get(pk=user.pk)
        known = dict(NoticePreference.objects.filter(user=user).values_list("kind", "pace"))
        changed = {code: Pace(pace).value for code, pace in paces.items() if known.get(code, Pace.AT_ONCE) != pace}
        for code, pace in changed.items():
            NoticePreference.objects.update_or_create(user=user, kind=code, defaults={"pace": pace})
        if changed:
            journal.record("office.notices.choose", about=user, by=by, at=at, facts=changed)
    return len(changed)


def pace_for(user: Any, kind: str) -> str:
    """这个人这种通知怎样收；没有选过的、不能选的，即时。"""
    if user is None or not may_choose(kind):
        return Pace.AT_ONCE
    chosen = NoticePreference.objects.filter(user=user, kind=kind).values_list("pace", flat=True).first()
    return chosen or Pace.AT_ONCE


def next_digest_at(at: datetime.datetime) -> datetime.datetime:
    """at 之后第一个出摘要的时刻。"""
    today = on(local(at).date(), settings.DIGEST_AT)
    return today if at < today else on(local(at).date() + DAY, settings.DIGEST_AT)


def gather(*, at: datetime.datetime) -> int:
    """出摘要：每人每个渠道一条；锁住收件人再收，跑几遍、晚跑，都只有一条。返回出了几条。"""
    due = Notice.objects.filter(state=NoticeState.HELD, next_try_at__lte=at)
    return sum(_gathered(*pair, at=at) for pair in sorted(set(due.order_by().values_list("to", "channel"))))


def _gathered(reader: int, channel: str, *, at: datetime.datetime) -> int:
    with transaction.atomic():
        user = get_user_model().objects.select_for_update(no_key=True).get(pk=reader)
        held = Notice.objects.filter(to=user, channel=channel, state=NoticeState.HELD, next_try_at__lte=at)
        bundles: dict[str, list[Notice]] = {}
        for row in held.order_by("queued_at", "pk"):
            bundles.setdefault(row.address, []).append(row)  # 替几家办的，各家的号码各发各的
        for rows in bundles.values():
            _fold(rows, user, channel, at=at)
    return len(bundles)


def _fold(rows: list[Notice], user: Any, channel: str, *, at: datetime.datetime) -> None:
    system = get_user_model().objects.system()
    made = Notice.objects.create(
        kind=KIND, subject_type=user._meta.label_lower, subject_key=str(user.pk), to=user, channel=channel,
        address=rows[-1].address, subject=f"消息摘要：{len(rows)} 条", body=_body(rows, channel),
        responsible=rows[-1].responsible, queued_at=at, queued_by=system, next_try_at=at,
    )  # fmt: skip
    for row in rows:
        take(row, "fold", by=system, at=at, digest=made)


def _body(rows: list[Notice], channel: str) -> str:
    if channel == Channel.SMS:
        told = "；".join(row.subject for row in rows)
        said = f"您有 {len(rows)} 条消息：{told}。详情请看“我的消息”。"
        return said if len(said) <= SHORT else f"您有 {len(rows)} 条消息，详情请看“我的消息”。"
    return "\n".join(f"{row.subject}：{row.body}" for row in rows)
