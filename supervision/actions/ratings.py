"""评价。"""

import datetime
from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies.models import User
from approvals.models import Case
from office import clocks
from office.journal import actions as journal
from office.steps import NotNow
from supervision import rules
from supervision.actions import telling
from supervision.models import Rating, Task
from supervision.states import ClockKind, Score, Tag


def rate(
    case: Case,
    *,
    score: str,
    by: User,
    at: datetime.datetime,
    tags: Iterable[str] = (),
    text: str = "",
    anonymous: bool = False,
    by_default: bool = False,
) -> Rating:
    """好差评:一件一次,办完才评,申请人才评(凭编号和查询码来的由系统署名);差评当场交办整改。

    by_default 是平台逾期记的默认评价,只能由系统记。
    Raises: NotNow(还没办完、已经评过、差评没写原因)、PermissionDenied、ValueError(没有的等级或方面)。
    """
    score, tags = Score(score), [str(Tag(tag)) for tag in tags]
    with transaction.atomic():
        case.lock()
        if not rules.may_rate(case, by) or (by_default and not by.is_system):
            raise PermissionDenied("只有申请人可以评价这件办件。")
        if not rules.is_finished(case):
            raise NotNow("这件申请还没有办完，办完之后再评价。")
        if Rating.objects.for_case(case) is not None:
            raise NotNow("这件申请已经评价过了，一件只评一次。")
        if flaw := rules.flaw_of(score, tags, text):
            raise NotNow(flaw)
        rating = Rating.objects.create(
            case=case, score=score, tags=tags, text=text.strip(), anonymous=anonymous, by_default=by_default,
            rated_by=by, rated_at=at,
        )  # fmt: skip
        journal.record("supervision.rating.rate", about=rating, by=by, at=at, after=score, facts={"tags": tags})
        if rating.is_bad:
            _open_task(rating, by=by, at=at)
    return rating


def _open_task(rating: Rating, *, by: User, at: datetime.datetime) -> Task:
    """交办整改:谁办理谁负责,首问责任人是责任人;三个时钟同时起。"""
    case = rating.case
    task: Task = Task.objects.create(
        rating=rating,
        unit=case.intake_unit,
        responsible=case.responsible,
        owner=case.responsible,
        opened_at=at,
    )
    for kind in ClockKind:
        clocks.start(task, kind, task.term(kind, at=at, facts={}), at=at)
    journal.record("supervision.task.open", about=task, by=by, at=at, after=task.state, facts={"rating": rating})
    telling.tell(task, [task.owner], "rating.bad", "收到差评，请联系评价人", by=by, at=at)
    return task
