"""查找办件：检索词照日志补齐；查询存下来、给同事用。"""

import datetime
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Max

from agencies.models import Unit, User
from approvals.models import Case, CaseText, CaseView
from approvals.rules import grams
from office.journal.models import Entry
from office.steps import NotNow

# 日志的行号先取先得，落库有先后：往回多看一截，晚落库的也不漏
OVERLAP = 1000
MOST_VIEWS = 50


def index(*, at: datetime.datetime, limit: int = 500) -> int:
    """检索词：日志里有新动静的办件重写一遍；返回写了几件。at 不影响结果，清扫都给。"""
    seen = CaseText.objects.aggregate(last=Max("entry"))["last"] or 0
    label = Case._meta.label_lower
    entries = Entry.objects.filter(subject_type=label, pk__gt=seen - OVERLAP).order_by()
    moved = dict(entries.values_list("subject_key").annotate(last=Max("pk")).order_by("last"))
    known = dict(CaseText.objects.filter(case__in=moved).values_list("case", "entry"))
    stale = {int(key): last for key, last in moved.items() if known.get(int(key), -1) < last}
    return _write(dict(list(stale.items())[:limit]))


def _write(stale: dict[int, int]) -> int:
    cases = (
        Case.objects.filter(pk__in=stale)
        .with_context()
        .select_related("ground", "certificate")
        .prefetch_related("reviews")
    )
    rows = [CaseText(case=case, grams=grams(*_said_of(case)), entry=stale[case.pk]) for case in cases]
    CaseText.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["case"], update_fields=["grams", "entry"], batch_size=500
    )
    return len(rows)


def _said_of(case: Case) -> Iterable[str]:
    """查得到的字。申请表、证件号、电话、住址是加密的，不在内。"""
    yield from (case.number, case.applicant.name, case.applicant.contact_name)
    yield from (case.item.name, case.item.short_name, case.decision, case.delivery_note)
    if certificate := getattr(case, "certificate", None):
        yield from (certificate.name, certificate.number, certificate.scope)
    if case.ground:
        yield from (case.ground.facts, case.ground.reasons, case.ground.basis_text)
    yield from (review.text for review in case.reviews.all())


def keep_view(*, name: str, query: str, by: User, at: datetime.datetime) -> CaseView:
    """保存查询：同名的换成新的；name 为空是“平时看这些列”。Raises: NotNow(存得太多)。"""
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
        if CaseView.objects.filter(owner=by).exclude(name=name).count() >= MOST_VIEWS:
            raise NotNow(f"最多存 {MOST_VIEWS} 个查询，请先删去不用的。")
        view, _made = CaseView.objects.update_or_create(
            owner=by, name=name, defaults={"query": query}, create_defaults={"query": query, "created_at": at}
        )
    return view


def share_view(view: CaseView, *, unit: Unit | None, by: User) -> CaseView:
    """给同事用：只能给自己看得见办件的单位；None 是收回。Raises: NotNow。"""
    if view.owner_id != by.pk:
        raise NotNow("别人的查询，不能改。")
    if unit is not None and unit.pk not in by.unit_keys("view_cases"):
        raise NotNow("只能给自己单位的人用。")
    view.shared_with = unit
    view.save(update_fields=["shared_with"])
    return view


def drop_view(view: CaseView, *, by: User) -> None:
    """删去查询。Raises: NotNow。"""
    if view.owner_id != by.pk:
        raise NotNow("别人的查询，不能删。")
    view.delete()
