"""重复申请：交之前提醒同一个申请人的同一事项已有一件；写明为什么还要办的照样收，法律没有不许。"""

import datetime
from collections.abc import Collection

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from agencies.models import User
from approvals.models import Case, Duplicate
from approvals.states import WAITING, Outcome
from catalog.models import Item
from office.journal import actions as journal
from office.steps import NotNow


def known(item: Item, *, id_indexes: Collection[str], to: User, at: datetime.datetime, but: str = "") -> Case | None:
    """同一个申请人(证件盲索引)同一事项在办的，没有就是近来准予的；联办里的一件也算。在办的、新的在先。

    只找 to 看得见的：群众是他自己的，工作人员是他单位经手的，别人的一件也不透露。
    不予许可、不予受理以后再来申请是他的权利，撤回、终止、误录的没有作出决定：都不算重复。
    but 是这一次的提交凭据：连按两下，自己不算自己的重复。近来是几个自然日，见 settings.DUPLICATE_DAYS。
    """
    if not any(id_indexes):
        return None
    since = at - datetime.timedelta(days=settings.DUPLICATE_DAYS)
    alike = Case.objects.visible_to(to).filter(item=item, applicant__id_index__in=[one for one in id_indexes if one])
    open_or_fresh = Q(state__in=WAITING) | Q(outcome=Outcome.GRANTED, decided_at__gt=since)
    found = alike.filter(open_or_fresh)
    if but:
        found = found.exclude(submission_key=but)
    found = found.select_related("joint", "guide").order_by("-closed_at", "-decided_at", "-received_at")
    first: Case | None = found.first()
    return first


def note(case: Case, *, other: Case, why: str, by: User, at: datetime.datetime) -> Duplicate:
    """提醒过了照样收：记下为什么；已经记过的不再记。Raises: NotNow(没有写为什么)。"""
    if not why.strip():
        raise NotNow("请写明为什么还要办这一件。")
    with transaction.atomic():
        case.lock()
        row, made = Duplicate.objects.get_or_create(
            case=case, defaults={"other": other, "why": why.strip(), "at": at, "by": by}
        )
        if made:
            facts = {"other": other.number}  # 为什么写在那一行上，随档案销毁
            journal.record(
                "approvals.case.go_on_with_duplicate", about=case, by=by, at=at, before=case.state, after=case.state,
                facts=facts,
            )  # fmt: skip
    return row
