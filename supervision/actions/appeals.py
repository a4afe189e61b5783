"""申诉、异议共用：本人在期限里说一次，由没有处理过的人复核，结果告诉本人。"""

import datetime
from collections.abc import Callable
from typing import Any

from django.db import transaction

from agencies.models import User
from office.papers.words import last_day_words
from office.steps import NotNow, take
from supervision.models.deciding import Decided

Tell = Callable[[Any, str, str], None]  # 记录、标题、正文


def lodge(record: Decided, *, text: str, by: User, at: datetime.datetime) -> None:
    """本人申诉，一次。Raises: NotNow(没有写理由、过了期限)、PermissionDenied。"""
    needs(text, "请写明申诉的理由。")
    with transaction.atomic():
        record.lock()
        due = record.appeal_due()
        if due is not None and at >= due:
            raise NotNow(f"申诉的期限到{until(record)}，已经过了。")
        take(record, "lodge_appeal", by=by, at=at, text=text.strip())


def answer(record: Decided, step: str, text: str, tell: Tell, *, by: User, at: datetime.datetime) -> None:
    """复核：维持(uphold)或者撤销(overturn)，告诉本人。Raises: NotNow(没有写意见)、PermissionDenied。"""
    needs(text, "请写明复核的意见。")
    with transaction.atomic():
        record.lock()
        take(record, step, by=by, at=at, text=text.strip())
        tell(record, record.get_state_display(), f"{record}：{record.appeal_answer}")


def until(record: Decided) -> str:
    """可以申诉到哪天，说成话；还没有处理的是空串。"""
    due = record.appeal_due()
    return last_day_words(due) if due else ""


def needs(text: str, reason: str) -> None:
    """这一栏要写。Raises: NotNow(reason)。"""
    if not text.strip():
        raise NotNow(reason)
