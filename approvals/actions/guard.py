"""拦住话里的“不”：规矩在 rules.wording，这里只管放行与阅知。"""

import datetime
from dataclasses import dataclass
from typing import Any

from agencies.models import Post, Unit, User
from approvals.rules import wording
from office.notices import actions as notices
from office.steps import NotNow

CONFIRM = "这句话只能是引用：请核对后勾选“我是在引用”。发出后系统会加一句说明，并送科室负责人阅知。"


@dataclass(frozen=True)
class Said:
    """可以发的话；quoted 是其中引用的否定字眼，没有就是空串。"""

    text: str
    quoted: str = ""


def passed(text: str, *, quoting: bool) -> Said:
    """放行：没有否定的话原样发；引用的要确认，加上说明。Raises: NotNow。"""
    found = wording.finding(text)
    if found is None:
        return Said(text)
    if not found.quoted:
        raise NotNow(found.words())
    if not quoting:
        raise NotNow(f"“{found.phrase}”在引号里。{CONFIRM}")
    return Said(f"{text}\n（{wording.NOT_A_DECISION}）", found.phrase)


def flaw_of(text: str) -> str:
    """不许引用的地方(引导单、约定时间的说明)：为什么不能这样写；可以就是空串。"""
    found = wording.finding(text)
    return found.words() if found else ""


def show_chief(about: Any, place: Unit | None, said: Said, *, by: User, at: datetime.datetime) -> None:
    """送科室负责人阅知：引用了否定的字眼。没有负责人在岗的，送首问责任人以外的上一级由日志可查。"""
    post = Post.objects.chief_of(place) if place else None
    standing = post.holder_at(at) if post else None
    if standing is not None:
        notices.queue(
            "wording.quoted", about=about, to=standing.user, subject=f"请阅知：引用了“{said.quoted}”",
            body=f"{by.full_name}在{about}里写道：{said.text}", responsible=standing.user, by=by, at=at,
        )  # fmt: skip
