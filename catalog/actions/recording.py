"""备案与批准的登记：特别程序自定期限的备案，不能全程网上办的批准和备案；以及还缺哪些。"""

import datetime
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from catalog import rules
from catalog.models import ExceptionFiling, Guide, Item, OnlineException, ProcedureFiling, Retention
from catalog.rules.differences.words import limit, rows
from catalog.states import OnlineDepth
from office.journal import actions as journal
from office.steps import NotNow
from office.workdays.rules import local


@dataclass(frozen=True)
class OwnProcedure:
    """现行指南里期限由本机关自定的一项程序，和它的备案(期限没改过的才算数)。"""

    guide: Guide
    key: str
    name: str
    term: str
    basis: str
    filing: ProcedureFiling | None


@dataclass(frozen=True)
class Offline:
    """不能全程网上办的一个事项：它的现行指南，最近的批准。"""

    item: Item
    guide: Guide
    exception: OnlineException | None

    def holds_on(self, day: datetime.date) -> bool:
        """这一天有没有算数的批准：批准了、备案了、没有过期。"""
        return self.exception is not None and self.exception.is_filed and self.exception.until > day


def own_procedures(agencies: Any, *, day: datetime.date) -> list[OwnProcedure]:
    """agencies 是机关的主键。"""
    guides = Guide.objects.in_force_on(day).filter(item__agency__in=agencies).exclude(special_procedures=[])
    guides = list(guides.select_related("item__agency").order_by("item__agency__path", "item__name"))
    filed: dict[tuple[Any, ...], ProcedureFiling] = {
        (one.guide.item_id, one.procedure, one.value, one.unit): one
        for one in ProcedureFiling.objects.filter(guide__item__agency__in=agencies)
        .select_related("guide")
        .order_by("filed_on")
    }
    return [
        OwnProcedure(
            guide, row["key"], row.get("name", ""), limit(row.get("value"), row.get("unit", "")), row.get("basis", ""),
            filed.get((guide.item_id, row["key"], row.get("value"), row.get("unit"))),
        )
        for guide in guides
        for row in rows(guide.special_procedures)
        if row.get("set_by") == "agency" and row.get("key")
    ]  # fmt: skip


def file_procedure(
    *,
    guide: Guide,
    procedure: str,
    document_number: str,
    filed_on: datetime.date,
    filed_with: str,
    by: Any,
    at: datetime.datetime,
) -> ProcedureFiling:
    """登记备案：照这一版指南里写的期限。

    Raises: NotNow(没有这项自定期限的程序、已经登记过)、PermissionDenied。
    """
    _may(by, guide.item)
    found = next((row for row in rows(guide.special_procedures) if row.get("key") == procedure), None)
    if found is None or found.get("set_by") != "agency":
        raise NotNow("这一版指南里没有这项由本机关自定期限的程序。")
    with transaction.atomic():
        Item.objects.select_for_update(no_key=True).get(pk=guide.item_id)
        if guide.procedure_filings.filter(procedure=procedure).exists():
            raise NotNow("这一版指南的这项程序已经登记过备案。")
        made = ProcedureFiling.objects.create(
            guide=guide, procedure=procedure, value=found["value"], unit=found["unit"], document_number=document_number,
            filed_on=filed_on, filed_with=filed_with, recorded_by=by, recorded_at=at,
        )  # fmt: skip
        facts = {"version": guide.version, "procedure": procedure, "document": document_number, "filed_on": filed_on}
        journal.record("catalog.item.file_procedure", about=guide.item, by=by, at=at, facts=facts)
    return made


def offline(agencies: Any, *, day: datetime.date) -> list[Offline]:
    """现行指南没有做到全程网办的事项，和它的批准：算数的，没有就是最近的；只作指引的由别处办，不算。"""
    guides = Guide.objects.in_force_on(day).filter(item__agency__in=agencies, item__guidance_only=False)
    guides = guides.exclude(online_depth=OnlineDepth.IV).select_related("item__agency")
    known = OnlineException.objects.filter(item__agency__in=agencies).select_related("filing")
    best = sorted(known, key=lambda one: (one.is_filed and one.until > day, one.until, one.pk))  # 算数的在后
    held = {one.item_id: one for one in best}
    return [
        Offline(guide.item, guide, held.get(guide.item_id))
        for guide in guides.order_by("item__agency__path", "item__name")
    ]


def except_online(
    *,
    item: Item,
    reason: str,
    approved_by: str,
    document_number: str,
    approved_on: datetime.date,
    until: datetime.date,
    by: Any,
    at: datetime.datetime,
) -> OnlineException:
    """登记不能全程网办的批准。Raises: PermissionDenied。"""
    _may(by, item)
    with transaction.atomic():
        Item.objects.select_for_update(no_key=True).get(pk=item.pk)
        made = OnlineException.objects.create(
            item=item, reason=reason, approved_by=approved_by, document_number=document_number,
            approved_on=approved_on, until=until, recorded_by=by, recorded_at=at,
        )  # fmt: skip
        facts = {"document": document_number, "approved_by": approved_by, "until": until, "reason": reason}
        journal.record("catalog.item.except_online", about=item, by=by, at=at, facts=facts)
    return made


def file_exception(
    *,
    exception: OnlineException,
    document_number: str,
    filed_on: datetime.date,
    filed_with: str,
    by: Any,
    at: datetime.datetime,
) -> ExceptionFiling:
    """登记不能全程网上办的批准的备案。Raises: NotNow(备过案、早于批准、日期还没有到)、PermissionDenied。"""
    item = exception.item
    _may(by, item)
    if fault := exception.not_filed_on(filed_on, today=local(at).date()):
        raise NotNow(fault)
    with transaction.atomic():
        Item.objects.select_for_update(no_key=True).get(pk=item.pk)
        if ExceptionFiling.objects.filter(exception=exception).exists():
            raise NotNow("这一项批准已经登记过备案。")
        made = ExceptionFiling.objects.create(
            exception=exception, document_number=document_number, filed_on=filed_on, filed_with=filed_with,
            recorded_by=by, recorded_at=at,
        )  # fmt: skip
        facts = {"approval": exception.document_number, "document": document_number, "filed_on": filed_on}
        journal.record("catalog.item.file_exception", about=item, by=by, at=at, facts=facts)
    return made


def _may(by: Any, item: Item) -> None:
    if not rules.keeps(by, item.agency):
        raise PermissionDenied("您没有维护这个机关事项目录的权限。")


def set_retention(*, retention: Retention, by: Any, at: datetime.datetime) -> Retention:
    """登记保管期限：由本机关的目录管理员。Raises: PermissionDenied。"""
    if not rules.keeps(by, retention.item.agency):
        raise PermissionDenied("您没有维护这个机关事项目录的权限。")
    with transaction.atomic():
        retention.recorded_by, retention.recorded_at = by, at
        retention.save(force_insert=True)
        facts = {"period": retention.period, "basis": retention.basis, "document_number": retention.document_number}
        journal.record("catalog.item.set_retention", about=retention.item, by=by, at=at, facts=facts)
    return retention
