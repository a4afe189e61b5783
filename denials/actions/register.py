"""否定报备:依明确规定或参照先例作出的“不”,当日登记,逐级阅知。"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies.models import Post, Unit, User
from approvals.actions import denial
from approvals.actions.deadlines import settle as settle_case
from approvals.models import Case, Ground
from approvals.rules import has_reviewed
from approvals.rules.deciders import may_grant
from approvals.states import BEFORE_ACCEPTANCE, WAITING, GroundKind
from catalog.models import LegalBasis
from denials.actions import letters
from denials.actions.statements import Refusal, why_early
from denials.models import LadderPolicy, Precedent, Reading, RegisterEntry, Report
from denials.states import Holding, PrecedentState, Rung
from office.journal import actions as journal
from office.papers.words import date_words
from office.steps import NotNow


def refuse_by_rule(
    case: Case, *, basis: LegalBasis, refusal: Refusal, by: User, at: datetime.datetime
) -> RegisterEntry:
    """依明确规定否定:引用钉住的指南版本里的条文,同时报备。

    受理前由收件窗口作出不予受理;受理后由有决定权的人作出不予许可,审查人不得兼作决定。
    Raises: NotNow(没引用条文、正在审定、机关要求凡否定须审定)、PermissionDenied。
    """
    return _refuse(case, refusal, by_rule(case, basis, refusal), by=by, at=at)


def refuse_by_precedent(
    case: Case, *, precedent: Precedent, refusal: Refusal, by: User, at: datetime.datetime
) -> RegisterEntry:
    """参照先例否定:先例有效、结论是不行、同一事项;同时报备并记下所循先例。Raises: NotNow、PermissionDenied。"""
    return _refuse(case, refusal, by_precedent(case, precedent, refusal), precedent, by=by, at=at)


def by_rule(case: Case, basis: LegalBasis, refusal: Refusal) -> denial.GroundWords:
    """依明确规定的依据；预览也照这个。Raises: NotNow。"""
    if basis.guide_id != case.guide_id:
        raise NotNow("引用的条文不在这件申请所依据的指南版本里。")
    return _words(refusal, GroundKind.RULE, basis=basis, basis_text=f"{basis}：{basis.text}")


def by_precedent(case: Case, precedent: Precedent, refusal: Refusal) -> denial.GroundWords:
    """参照先例的依据；预览也照这个。Raises: NotNow。"""
    usable = (PrecedentState.IN_FORCE, PrecedentState.LIMITED)
    if precedent.state not in usable or precedent.holding != Holding.REFUSE or precedent.item_id != case.item_id:
        raise NotNow("这条先例不能用来否定这件申请：须是同一事项、仍然有效、结论为不行的先例。")
    return _words(refusal, GroundKind.PRECEDENT, reference=precedent.code, basis_text=precedent.basis_text)


def _words(refusal: Refusal, kind: GroundKind, **authority: Any) -> denial.GroundWords:
    refusal.check()
    names = ("facts", "reasons", "possible", "elsewhere")
    said = {name: getattr(refusal, name) for name in names}
    return denial.GroundWords(kind, **said, **authority, why=refusal.why)


def preview(case: Case, told: denial.GroundWords, *, by: User, at: datetime.datetime) -> bytes:
    """预览决定书：不登记、不报备、不占文号。Raises: NotNow、PermissionDenied、MissingFact、MissingGlyph、Refused。"""
    _may(case, by, at)
    return denial.preview(case, _early(case, told), by=by, at=at)


def _early(case: Case, told: denial.GroundWords) -> denial.GroundWords:
    return replace(told, why=why_early(case, told.why))


def _refuse(
    case: Case, refusal: Refusal, told: denial.GroundWords, precedent: Precedent | None = None, *, by: User,
    at: datetime.datetime,
) -> RegisterEntry:  # fmt: skip
    settle_case(case, at=at)
    with transaction.atomic():
        case.lock()
        _may(case, by, at)
        ground = denial.name_ground(case, _early(case, told), by=by, at=at)
        entry = enter(
            case, ground, precedent=precedent, clerk=by, clerk_contact=refusal.clerk_contact,
            progress=refusal.progress, by=by, at=at,
        )  # fmt: skip
        denial.say_no(case, ground=ground, by=by, at=at)
    return entry


def _may(case: Case, by: User, at: datetime.datetime) -> None:
    """此刻能不能由他直接说“不”。Raises: NotNow、PermissionDenied。"""
    if case.state not in WAITING:
        raise NotNow(f"这件申请已经是“{case.get_state_display()}”，不能再否定。")
    if case.held_at is not None:
        raise NotNow("这件申请正在逐级审定拟否定报告，由审定的结果决定。")
    if LadderPolicy.objects.in_force(case.agency, at).strict:
        raise NotNow("本机关规定凡否定都须审定，请提出拟否定报告。")
    if not may_refuse(case, by):
        raise PermissionDenied("您无权对这件申请作出否定。")


def may_refuse(case: Case, by: User) -> bool:
    """谁可以依规定说“不”:受理前是收件的人,受理后是有决定权(指南写的那一级)而没有审查过这件的人。"""
    if case.state in BEFORE_ACCEPTANCE:
        return by.may("file_denial", case.intake_unit)
    return may_grant(case, by) and not has_reviewed(case, by)


def enter(
    case: Case,
    ground: Ground,
    *,
    clerk: User,
    clerk_contact: str,
    progress: str,
    by: User,
    at: datetime.datetime,
    report: Report | None = None,
    precedent: Precedent | None = None,
    policies: Sequence[Mapping[str, str]] = (),
) -> RegisterEntry:
    """报备:登记一行,出登记表,给科室负责人、分管副局长、局长各开一次阅知。"""
    unit: Unit = (
        report.unit if report else case.intake_unit if by.may("file_denial", case.intake_unit) else case.section
    )
    facts: dict[str, Any] = {
        "clerk": clerk,
        "clerk_contact": clerk_contact,
        "progress": progress,
        "reasons": ground.reasons,
        "basis_text": ground.basis_text,
        "policies": policies,
    }
    letter = letters.entry_form(case, unit, facts, by=by, at=at)
    entry = RegisterEntry.objects.create(
        number=letter.number,
        case=case,
        ground=ground,
        report=report,
        precedent=precedent,
        agency=case.agency,
        unit=unit,
        section=case.section,
        clerk=clerk,
        clerk_contact=clerk_contact,
        applicant_name=case.applicant.name,
        applicant_contact=case.applicant.phone,
        matter=case.guide.name,
        received=f"{date_words(case.accepted_at or case.received_at)} {case.number}",
        progress=progress,
        registered_at=at,
    )
    journal.record(
        "denials.register.enter", about=entry, by=by, at=at, facts={"case": case.number, "ground": ground.kind}
    )
    rungs = {
        Rung.CHIEF: Post.objects.chief_of(case.section),
        Rung.DEPUTY: Post.objects.deputy_for(case.section),
        Rung.DIRECTOR: Post.objects.director_of(case.agency),
    }
    Reading.objects.bulk_create(Reading(entry=entry, rung=rung, post=post) for rung, post in rungs.items() if post)
    return entry


def read(entry: RegisterEntry, *, by: User, at: datetime.datetime) -> int:
    """阅知:此刻由他值守的岗位各记一次;返回新记了几次。Raises: PermissionDenied(此刻不由他阅知)。"""
    with transaction.atomic():
        Case.lock_by_key(entry.case_id, wait=True)  # 报备行只增不改、锁不得;几级同时阅知,在办件上排队,日志才接得上
        waiting = Reading.objects.waiting_for(by, at).filter(entry=entry).select_for_update(of=("self",))
        rows = list(waiting.select_related("post"))
        if not rows and not entry.readings.filter(read_by=by).exists():
            raise PermissionDenied("这条报备此刻不由您阅知。")
        for row in rows:
            standing = row.post.standing_of(by, at)
            row.read_by, row.read_at, row.standing = by, at, standing.describe() if standing else ""
            row.save(update_fields=["read_by", "read_at", "standing"])
            journal.record("denials.register.read", about=entry, by=by, at=at, facts={"rung": row.rung})
    return len(rows)


def note_export(rows: int, *, by: User, at: datetime.datetime) -> None:
    """导出清册:清册里有姓名和电话,谁、何时、导了多少行,记一笔(个人信息保护法第五十一条)。"""
    with transaction.atomic():
        owner = User.objects.select_for_update(no_key=True).get(pk=by.pk)
        journal.record("denials.register.export", about=owner, by=by, at=at, facts={"rows": rows})
