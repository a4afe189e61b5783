"""放假通知到了：报告的时钟重算以后，抄着它们到期时刻的一栏一起改。"""

from typing import Any

from django.db.models import QuerySet

from denials.models import Clock

Copy = tuple[QuerySet[Any], str]


def copies(clock: Clock) -> list[Copy]:
    """梯子上的一个时钟：还开着的那一级。只改与时钟原来一样的；研究答复的日期是领导定的，不动。"""
    return [(clock.report.turns.filter(closed_at=None), "due_at")]
