"""一行 → 一份数据：代码和说法一起给；没有核实的，照办事指南页那样标明“正在核实”，不把待核实的细节当定论。"""

import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.timezone import localtime

from agencies.models import Agency, Unit
from approvals.models import Disclosure
from catalog import rules
from catalog.models import Guide, Item, LegalBasis, Material, Suspension
from catalog.rules import review_steps
from catalog.rules.forms import is_the_application
from catalog.rules.renewal import renewal_of
from catalog.states import Audience, DeliveryWay, Postage, ProcedureKind, Stage, TimeUnit, Way

Document = dict[str, Any]
CHECKING = "部分内容正在核实"


def link(name: str, *args: Any) -> str:
    return f"{settings.PUBLIC_URL}{reverse(name, args=args)}"


def coded(value: str, label: Any) -> Document | None:
    return {"code": str(value), "label": str(label)} if value else None


def named(place: Any) -> Document:
    return {"code": place.code, "name": place.name}


def moment(at: datetime.datetime | None) -> str | None:
    return localtime(at).isoformat(timespec="seconds") if at else None


def day(date: datetime.date | None) -> str | None:
    return date.isoformat() if date else None


# 事项 -----------------------------------------------------------------------


def item(row: Item) -> Document:
    """官方编码没有就是 null：没有公布的，绝不自编。"""
    parent = row.parent if row.parent and not row.parent.withheld else None
    return {
        "code": row.code,
        "name": row.name,
        "short_name": row.short_name or None,
        "aliases": row.aliases.split(),
        "kind": coded(row.kind, row.get_kind_display()),
        "situation": coded(row.situation, row.get_situation_display()),
        "level": coded(row.level, row.get_level_display()),
        "theme": coded(row.theme, row.get_theme_display()),
        "presence": coded(row.presence, row.get_presence_display()),
        "local_kind": coded(row.local_kind, row.get_local_kind_display()),
        "audiences": [coded(one, Audience(one).label) for one in row.audiences if one in Audience.values],
        "agency": named(row.agency),
        "section": named(row.section),
        "supervisor": named(row.supervisor) if row.supervisor else None,
        "basic_code": row.basic_code or None,
        "implementation_code": row.implementation_code or None,
        "handling_code": row.handling_code or None,
        "guidance_only": row.guidance_only,
        "parent": parent.code if parent else None,
        "suspensions": [suspension(one) for one in row.stops],  # type: ignore[attr-defined]
        "links": {"self": link("api:item", row.code), "guide": link("api:guide", row.code)},
    }


def suspension(row: Suspension) -> Document:
    """停办：哪天起、哪天恢复（没有说准的是 null）、为什么、可以改办什么。"""
    instead = row.replacement if row.replacement and not row.replacement.withheld else None
    return {
        "from": day(row.starts_on),
        "until": day(row.ends_on),
        "message": row.message,
        "replacement": instead.code if instead else None,
    }


# 许可公示 ---------------------------------------------------------------------


def disclosure(row: Disclosure) -> Document:
    """公开的几样；自然人的姓名、号码是遮住的。"""
    return {
        "code": row.code,
        "party": {
            "kind": coded(row.party_kind, row.get_party_kind_display()),
            "name": row.party_name,
            "uscc": row.party_code or None,
            "number": row.party_number or None,
            "representative": row.representative or None,
        },
        "document": {"name": row.document_name, "number": row.document_number},
        "licence_kind": coded(row.licence_kind, row.get_licence_kind_display()),
        "certificate": {"name": row.certificate_name or None, "number": row.certificate_number or None},
        "content": row.content,
        "decided_on": day(row.decided_on),
        "valid_from": day(row.valid_from),
        "valid_until": day(row.valid_until),
        "authority": {
            "code": getattr(row, "authority_agency", None) or row.case.agency.code,
            "name": row.authority_name,
            "uscc": row.authority_code or None,
        },
        "ended": coded(row.ended_as, row.get_ended_as_display()) if row.ended_as else None,
        "ended_on": day(row.ended_on),
        "published_at": moment(row.published_at),
        "corrected_at": moment(row.corrected_at),
        "correction": row.correction or None,
        "remark": row.remark or None,
        "links": {"page": link("hall:disclosure", row.code)},
    }


# 指南 -----------------------------------------------------------------------


def guide(row: Guide, on: datetime.date) -> Document:
    """一版指南的全部要素；on 是今天：还没有施行的一版，没有下载空白表的地方。"""
    return {
        **version(row),
        "content": row.content,
        "handling": coded(row.handling, row.get_handling_display()),
        "statutory": limit(row.statutory_value, row.statutory_unit, row.statutory_basis, rules.statute_words(row)),
        "promised": limit(row.promised_value, row.promised_unit, row.promised_basis, rules.promise_words(row)),
        "supplement": limit(row.supplement_value, row.supplement_unit, row.supplement_basis),
        "agency": named(row.item.agency),
        "section": named(row.item.section),
        "window": place(row.window) if row.window else None,
        "desks": [place(one) for one in row.desks.all()],
        "conditions": [_condition(one) for one in row.conditions],
        "process": [_step(one) for one in row.process],
        "ways": [{"way": coded(one["way"], Way(one["way"]).label), "how": one["how"]} for one in row.ways],
        "place": row.place,
        "hours": row.hours,
        "consult_phone": row.consult_phone,
        "complaint": row.complaint,
        "fee": fee(row.fee),
        "result_name": row.result_name or None,
        "delivery": [_delivery(one) for one in row.delivery],
        "special_procedures": [_procedure(one) for one in row.special_procedures],
        "review_steps": [_review_step(one) for one in row.review_steps],
        "decider": coded(row.decider or "chief", row.decider_words),
        "renewal": _renewal(row.renewal),
        "public_safety": row.public_safety or None,
        "quota": {"limit": row.quota, "basis": row.quota_basis, "order": row.quota_order or None}
        if row.quota
        else None,
        "visits": row.visits,
        "visits_reason": row.visits_reason or None,
        "online_depth": coded(row.online_depth, row.get_online_depth_display()),
        "informed_commitment": row.informed_commitment,
        "faq": [{"question": one.get("q", ""), "answer": one.get("a", "")} for one in row.faq],
        "materials": [material(one, row, on) for one in row.materials.all()],
        "bases": [basis(one) for one in row.bases.all()],
        "remedies": {"reconsideration": row.item.agency.reconsideration_body, "court": row.item.agency.court},
        "has_form": bool(row.form),
        "suspensions": [suspension(one) for one in row.item.stops],  # type: ignore[attr-defined]
        "being_checked": checking(row),
    }


def _review_step(row: Any) -> Document:
    """分级审查的一级；examiner 是收件地的镇(town)、承办科室(section)，或者点名的单位的代号。"""
    unit = row["unit"]
    return {
        "name": row["name"],
        "level": row["level"],
        "examiner": coded(unit, review_steps.selector_words(unit)),
        "limit": limit(row.get("value"), row.get("time_unit", ""), row.get("basis", "")),
        "procedures": review_steps.procedures_of(row),
    }


def _renewal(rows: Any) -> Document | None:
    """证照到期以前办哪个事项、最迟提前几天申请；没有写的是 null。"""
    told = renewal_of(rows)
    if told is None:
        return None
    limit_told = limit(told.apply_days, TimeUnit.DAY, told.basis)
    return {"item": told.item, "apply_before": limit_told, "remind_days": list(told.remind_days), "basis": told.basis}


def _delivery(row: Any) -> Document:
    """结果怎么给申请人；days 是作出决定之日起几个工作日内。"""
    payer = row.get("postage")
    return {
        "way": coded(row["way"], DeliveryWay(row["way"]).label),
        "how": row["how"],
        "days": row.get("days"),
        "postage": coded(payer, Postage(payer).label) if payer else None,
    }


def version(row: Guide) -> Document:
    """一个版本：从哪天到哪天（不含），内容的摘要。"""
    return {
        "item": row.item.code,
        "version": row.version,
        "name": row.name,
        "effective_from": day(row.effective_from),
        "effective_to": day(row.effective_to),
        "published_at": moment(row.published_at),
        "digest": row.digest,
        "links": {
            "self": link("api:version", row.item.code, row.version),
            "page": link("hall:guide", row.item.code),
        },
    }


def checking(row: Guide) -> Document | None:
    """正在核实的栏：只说哪几栏还不能当作确定的，细节是内部的。"""
    return {"note": CHECKING, "fields": sorted(row.needs_check)} if row.needs_check else None


def limit(value: int | None, unit: str, basis: str, text: str = "") -> Document | None:
    words = text or rules.limit_words(value, unit)
    if not words:
        return None
    return {"value": value, "unit": coded(unit, TimeUnit(unit).label) if unit else None, "basis": basis, "text": words}


def fee(told: dict[str, Any]) -> Document:
    lines = [{name: str(one.get(name, "")) for name in ("name", "amount", "basis")} for one in told.get("lines", ())]
    return {
        "free": bool(told.get("free")),
        "basis": told.get("basis", ""),
        "lines": lines,
        "exemptions": told.get("exemptions", ""),
    }


def _condition(one: Any) -> Document:
    told = one if isinstance(one, dict) else {"text": one}
    return {"text": str(told.get("text", "")), "basis": told.get("basis", "")}


def _step(one: dict[str, Any]) -> Document:
    said = {name: one.get(name, "") for name in ("name", "who", "time", "does")}
    return {"stage": coded(one["stage"], Stage(one["stage"]).label), **said}


def _procedure(one: dict[str, Any]) -> Document:
    return {
        "key": one["key"],
        "name": one["name"],
        "kind": coded(one["kind"], ProcedureKind(one["kind"]).label),
        "limit": limit(one["value"], one["unit"], one["basis"]),
        "counted": one["counted"],
        "set_by": one["set_by"],
    }


def material(row: Material, of: Guide, on: datetime.date) -> Document:
    return {
        "key": row.key,
        "name": row.name,
        "requirement": coded(row.requirement, row.get_requirement_display()),
        "when": row.when or None,
        "condition": row.condition or None,
        "medium": coded(row.medium, row.get_medium_display()),
        "originals": row.originals,
        "copies": row.copies,
        "source": coded(row.source, row.get_source_display()),
        "issuer": row.issuer or None,
        "standard": row.standard,
        "basis": row.basis,
        "remedy": row.remedy,
        "form": sheet(row, of) if row.form and of.effective_from and of.effective_from <= on else None,
    }


def sheet(row: Material, of: Guide) -> Document:
    """空白表和填写样例在哪里下载；就是申请表的，定义见 form。"""
    places = {name: link(f"hall:material-{name}", of.item.code, row.key) for name in ("blank", "sample")}
    told = {name: f"{address}?version={of.version}" for name, address in places.items()}
    return {"is_application": is_the_application(row.form), **told}


def basis(row: LegalBasis) -> Document:
    return {
        "key": row.key,
        "statute": row.statute,
        "doc_no": row.doc_no or None,
        "article": row.article,
        "text": row.text,
        "in_force_from": day(row.in_force_from),
    }


# 机关与单位 -------------------------------------------------------------------


def place(row: Unit) -> Document:
    return {**named(row), "phone": row.phone or None, "address": row.address or None}


def unit(row: Unit, hours: list[str]) -> Document:
    return {
        **place(row),
        "kind": coded(row.kind, row.get_kind_display()),
        "level": coded(row.level, row.get_level_display()),
        "agency": named(row.agency),
        "parent": row.parent.code if row.parent else None,
        "hosted_by": row.hosted_by.code if row.hosted_by else None,
        "hours": hours,
    }


def agency(row: Agency) -> Document:
    return {
        **named(row),
        "short_name": row.short_name,
        "level": coded(row.level, row.get_level_display()),
        "region_code": row.region_code,
        "uscc": row.uscc or None,
        "parent": row.parent.code if row.parent else None,
        "phone": row.phone or None,
        "address": row.address or None,
    }


def hall() -> Document:
    """大厅自己：名称、时间、电话、地址，和数据可以怎样用。"""
    told = {name: str(settings.BUREAU[name]) for name in ("name", "hall", "phone", "complaint_phone")}
    shown = {name: str(settings.BUREAU[name]) or None for name in ("hours", "address")}
    return {
        **{name: value or None for name, value in told.items()},
        **shown,
        "licence": settings.OPEN_DATA_LICENCE,
        "links": {
            "documentation": link("api:page"),
            "contract": link("api:contract"),
            "items": link("api:items"),
            "units": link("api:units"),
            "agencies": link("api:agencies"),
            "catalogue_json": link("api:catalogue-json"),
            "catalogue_csv": link("api:catalogue-csv"),
        },
    }
