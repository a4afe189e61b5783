"""不行权的文书:两种登记表、两种日汇总表、可以办告知书、延迟答复告知书。"""

import datetime
from typing import Any

from django.db import models

from agencies.models import Agency, Unit, User
from approvals.actions import letters as case_letters
from approvals.models import Case
from approvals.rules.bars import consequence
from denials.actions.statements import Statement
from denials.models import Recall, RegisterEntry, Report, Sheet
from denials.states import SheetKind
from office.papers import actions as papers
from office.papers.models import Paper
from office.papers.words import date_words, moment_words


def _order(
    kind: str, about: models.Model, agency: Agency, facts: dict[str, Any], *, by: User, at: datetime.datetime
) -> Paper:
    context = {"agency": agency.name, **facts}
    return papers.order(
        kind, about=about, context=context, issuer=agency.code, prefix=agency.paper_prefix, by=by, at=at
    )


def _form(case: Case, unit: Unit, *, clerk: User, clerk_contact: str, progress: str, reasons: str) -> dict[str, Any]:
    return {
        "unit": unit.name,
        "applicant": case.applicant.name,
        "applicant_contact": case.applicant.phone,
        "item": case.guide.name,
        "received": date_words(case.accepted_at or case.received_at),
        "case_number": case.number,
        "progress": progress,
        "clerk": clerk.full_name,
        "clerk_contact": clerk_contact,
        "reasons": reasons,
    }


def _basis(basis_text: str, policies: Any) -> list[dict[str, str]]:
    return [{"title": basis_text, "text": ""}, *[{"title": p["title"], "text": p.get("text", "")} for p in policies]]


def report_form(
    case: Case, unit: Unit, statement: Statement, *, concealed: str = "", by: User, at: datetime.datetime
) -> Paper:
    """拟否定报告登记表(附相关政策)；concealed 是认定的隐瞒、虚假材料，连同后果写明。"""
    facts = _form(
        case,
        unit,
        clerk=by,
        clerk_contact=statement.clerk_contact,
        progress=statement.progress,
        reasons=statement.reasons,
    )
    facts["basis"] = _basis(statement.basis_text, statement.policies)
    if concealed:
        facts |= {"concealed": concealed, "consequence": consequence()}
    return _order("denial_report", case, case.agency, facts, by=by, at=at)


def entry_form(case: Case, unit: Unit, facts: dict[str, Any], *, by: User, at: datetime.datetime) -> Paper:
    """否定报备登记表。facts:clerk、clerk_contact、progress、reasons、basis_text、policies。"""
    form = _form(
        case,
        unit,
        clerk=facts["clerk"],
        clerk_contact=facts["clerk_contact"],
        progress=facts["progress"],
        reasons=facts["reasons"],
    )
    form["basis"] = _basis(facts["basis_text"], facts.get("policies", ()))
    return _order("register_entry", case, case.agency, form, by=by, at=at)


def sheet(made: Sheet, *, by: User, at: datetime.datetime) -> Paper:
    """日汇总表;没有也出(零报告)。"""
    if made.kind == SheetKind.REPORTS:
        rows = [_row(r, r.reasons) for r in made.reports.select_related("unit", "clerk", "case").order_by("filed_at")]
    else:
        entries = made.entries.select_related("unit", "clerk", "case", "ground").order_by("registered_at")
        rows = [_row(entry, entry.ground.reasons) for entry in entries]
    facts = {
        "unit": made.unit.name,
        "day": date_words(made.day),
        "cutoff": moment_words(made.closes_at),
        "prepared_by": by.full_name,
        "rows": rows,
    }
    kind = "denial_sheet" if made.kind == SheetKind.REPORTS else "register_sheet"
    return _order(kind, made, made.unit.agency, facts, by=by, at=at)


def _row(line: Report | RegisterEntry, reasons: str) -> dict[str, str]:
    received, _, number = line.received.partition(" ")
    return {
        "unit": line.unit.name,
        "applicant": line.applicant_name,
        "item": line.matter,
        "received": received,
        "case_number": number,
        "progress": line.progress,
        "clerk": line.clerk.full_name,
        "reasons": reasons,
    }


def how_to(report: Report, *, by: User, at: datetime.datetime) -> Paper:
    """可以办告知书:如何行;附办件那一版的指南、申请表，和还没有交的材料的表。"""
    lacking = report.case.materials.select_related("material").filter(provided=False).order_by("material__position")
    facts = {
        "applicant": report.applicant_name,
        "item": report.matter,
        "situation": report.verdict_text,
        "steps": [line.strip() for line in report.how_to.splitlines() if line.strip()],
        "attachments": case_letters.attachments(report.case, [row.material for row in lacking]),
        "contact": f"{report.unit.name} {report.unit.phone}".strip(),
        "seal_name": str(seal.name) if (seal := report.agency.seals.order_by("-kind", "pk").first()) else "",
    }
    return _order("how_to", report.case, report.agency, facts, by=by, at=at)


def promise(
    report: Report, *, reasons: str, who: str, due_at: datetime.datetime, by: User, at: datetime.datetime
) -> Paper:
    """延迟答复告知书:谁在办、什么时候答复。"""
    facts = {
        "applicant": report.applicant_name,
        "item": report.matter,
        "asked": date_words(report.filed_at),
        "reasons": reasons,
        "due": moment_words(due_at),
        "clerk": who,
        "contact": f"{report.unit.name} {report.unit.phone}".strip(),
        "seal_name": str(seal.name) if (seal := report.agency.seals.order_by("-kind", "pk").first()) else "",
    }
    return _order("promise", report.case, report.agency, facts, by=by, at=at)


def set_aside(recall: Recall, *, by: User, at: datetime.datetime) -> Paper:
    """撤销决定、重新办理告知书：撤的是哪一份决定、为什么、依据什么、接下来怎样办、救济途径。"""
    case = recall.case
    decision = Paper.objects.about(case).filter(kind__in=("not_accepted", "refusal")).in_force().order_by("-pk").first()
    facts = {
        "applied": date_words(case.received_at),
        "decision": f"《{decision.title}》（{decision.number}）" if decision else case.get_outcome_display(),
        "decided": date_words(case.decided_at),
        "reasons": recall.decision_text,
        "basis": recall.basis_text,
        "steps": _next_steps(recall),
        **case_letters.remedies(case),
    }
    return case_letters.order("set_aside", case, facts, by=by, at=at)


def _next_steps(recall: Recall) -> list[str]:
    old = recall.case.number
    if (new := recall.new_case) is None:
        where = [line.strip() for line in recall.elsewhere.splitlines() if line.strip()]
        return ["这件申请不能在原来的地方重新收件，请照下面的办法办。", *where]
    return [
        "你（单位）的申请已经按原来交的申请表和材料重新收件，不必再交，也不必再来。",
        f"新的办件编号是{new.number}，查询码是{new.query_code}，五个工作日内答复是否受理。",
        f"原办件{old}不再重开，仍可凭原来的查询码查看。",
    ]
