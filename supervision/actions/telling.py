"""告知:整改任务的提醒。评价人要求匿名的,不写办件编号。"""

import datetime
from collections.abc import Iterable

from agencies.models import User
from office.notices import actions as notices
from office.papers.words import last_day_words
from supervision.models import Task


def tell(
    task: Task, users: Iterable[User], kind: str, subject: str, *, by: User, at: datetime.datetime, body: str = ""
) -> None:
    """提醒工作人员:站内信,同一人只发一次。"""
    for user in {user.pk: user for user in users}.values():
        notices.queue(
            kind, about=task, to=user, channel="inbox", subject=subject, body=f"{body}{summary(task)}",
            responsible=user, by=by, at=at,
        )  # fmt: skip


def summary(task: Task) -> str:
    """一段话说清:哪件事、评了什么、哪天之前办完。"""
    rating = task.rating
    which = "匿名评价" if rating.anonymous else f"办件 {rating.case.number}"
    why = "；".join(part for part in ("、".join(rating.tag_labels), rating.text) if part)
    limits = "，".join(f"{clock.label}不晚于{last_day_words(clock.due_at)}" for clock in task.clocks.running())
    return f"{task.unit}，{which}（{rating.case.item}），评价“{rating}”：{why}。{limits}。"
