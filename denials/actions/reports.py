"""提出与补充拟否定报告。"""

import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies.models import Post, Unit, User
from approvals.actions import bars, denial
from approvals.actions.deadlines import settle as settle_case
from approvals.models import Case
from approvals.rules.not_accepting import Why, why_of
from denials.actions import deadlines, letters, turns
from denials.actions.statements import Statement, why_early
from denials.models import LadderPolicy, Report
from denials.rules import DEFAULT_POLICY, came_from_chief, came_from_deputy
from denials.states import ClockKind, ReportState, Verdict
from office import clocks
from office.journal import actions as journal
from office.papers.words import date_words
from office.steps import NotNow, take


def file(case: Case, *, statement: Statement, by: User, at: datetime.datetime) -> Report:
    """拟否定报告:提出即到科室负责人面前,48 小时答复的钟从这一刻走;办件停手等审定。

    认定了隐瞒、虚假材料的，写进报告，由审定的领导定它成不成立。

    Raises: NotNow(栏目没填、已在审定、已办结)、PermissionDenied。
    """
    statement.check()
    settle_case(case, at=at)
    with transaction.atomic():
        case.lock()
        why = why_early(case, statement.why)
        unit = filing_unit(case, by)
        denial.hold(case, by=by, at=at)
        policy = LadderPolicy.objects.in_force(case.agency, at)
        found = bars.found(case)
        concealed = found.facts if found else ""
        letter = letters.report_form(case, unit, statement, concealed=concealed, by=by, at=at)
        report: Report = Report.objects.create(
            number=letter.number,
            case=case,
            agency=case.agency,
            unit=unit,
            section=case.section,
            deputy_post=Post.objects.deputy_for(case.section),
            director_post=Post.objects.director_of(case.agency),
            policy=None if policy is DEFAULT_POLICY else policy,
            clerk=by,
            clerk_contact=statement.clerk_contact,
            applicant_name=case.applicant.name,
            applicant_contact=case.applicant.phone,
            matter=case.guide.name,
            received=f"{date_words(case.accepted_at or case.received_at)} {case.number}",
            progress=statement.progress,
            question=statement.question,
            reasons=statement.reasons,
            basis_text=statement.basis_text,
            concealed=concealed,
            policies=[dict(policy) for policy in statement.policies],
            filed_at=at,
            **why.stored(),
        )
        report.bases.set(statement.bases)
        for kind in (ClockKind.CHIEF, ClockKind.ANSWER):
            clocks.start(report, kind, report.term(kind, at=at, facts={}), at=at)
        journal.record(
            "denials.report.file", about=report, by=by, at=at, after=report.state, facts={"case": case.number}
        )
        turns.open_current([report], at=at, by=by)
    return report


def filing_unit(case: Case, by: User) -> Unit:
    """以哪个单位的名义提出:收件窗口的人以窗口,承办科室的人以科室。Raises: PermissionDenied。"""
    for unit in (case.intake_unit, case.section):
        if by.may("file_denial", unit):
            return unit
    raise PermissionDenied("只有收件单位或承办科室的经办人可以提出拟否定报告。")


def resubmit(
    report: Report, *, reasons: str, basis_text: str, reply: str, why: Why | None = None, by: User,
    at: datetime.datetime,
) -> Report:  # fmt: skip
    """补充后重报:回到退回的那一级(why 不写的，不予受理的种类照旧),那一级的钟重新走,48 小时的钟没有停过。

    Raises: NotNow、PermissionDenied。
    """
    if not (reasons.strip() and basis_text.strip() and reply.strip()):
        raise NotNow("请写明补充了什么，理由和依据也不能空着。")
    deadlines.settle(report, at=at)
    with transaction.atomic():
        report.lock()
        mended = (why_early(report.case, why) if why else why_of(report)).stored()
        step = "resubmit_to_director"
        if report.state == ReportState.RETURNED:
            turns.close(report, by=by, at=at, verdict=Verdict.SUPPORT, text=reply)
        if came_from_chief(report):
            step = "resubmit_to_chief"
        elif came_from_deputy(report):
            step = "resubmit_to_deputy"
        take(report, step, by=by, at=at, reasons=reasons, basis_text=basis_text, reply=reply, why=mended)
        turns.open_current([report], at=at, by=by)
    return report
