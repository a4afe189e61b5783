"""撤回、撤销的期限，和文书送到以后的两步：告知书送到起陈述申辩，决定书送到失去效力。在送达的事务里调用。"""

import datetime

from agencies.models import User
from approvals.actions import bars, certifying, retraction_papers, telling
from approvals.models import Case, Retraction
from approvals.states import ClockKind
from office import clocks
from office.clocks import Term
from office.journal import actions as journal
from office.papers.words import last_day_words
from office.steps import take
from office.workdays import calendar as workdays
from office.workdays.rules import local

# 陈述、申辩没有法定的天数，用五个工作日，退回补充的再给五个；审定、送达照撤销承诺不实的（docs/procedures.md，待确认）。
HEAR_DAYS, DECIDE_DAYS, MEND_DAYS, SERVE_DAYS = 5, 5, 5, 10
UNSAID = "没有法定的期限，暂按五个工作日，待确认"
BASIS = {
    ClockKind.RETRACTION_HEAR: UNSAID, ClockKind.RETRACTION_DECIDE: UNSAID, ClockKind.RETRACTION_MEND: UNSAID,
    ClockKind.RETRACTION_SERVE: "参照行政许可法第四十四条",
}  # fmt: skip
DAYS = {
    ClockKind.RETRACTION_HEAR: HEAR_DAYS, ClockKind.RETRACTION_DECIDE: DECIDE_DAYS,
    ClockKind.RETRACTION_MEND: MEND_DAYS, ClockKind.RETRACTION_SERVE: SERVE_DAYS,
}  # fmt: skip


def told(retraction: Retraction, words: str, *, by: User, at: datetime.datetime) -> None:
    """告知书送到了：陈述、申辩的五个工作日从这时起。retraction 已锁住。Raises: NotNow、PermissionDenied。"""
    case = retraction.case
    term = term_of(case, ClockKind.RETRACTION_HEAR, at)
    take(retraction, "tell", by=by, at=at, due_at=term.due_at)
    clocks.start(case, ClockKind.RETRACTION_HEAR, term, at=at)
    until, verb = last_day_words(term.due_at), retraction.get_kind_display()
    note(retraction, "tell_retraction", by=by, at=at, until=until, note=words)
    body = f"办件 {case.number}：我们拟{verb}准予的决定。您可以在{until}前陈述、申辩，详见告知书。"
    telling.tell_applicant(case, "retraction.told", "请陈述、申辩", body, by=by, at=at)


def served(retraction: Retraction, words: str, *, by: User, at: datetime.datetime) -> None:
    """决定书送到了：决定和据它发的证照从这时起失去效力。retraction 已锁住。Raises: NotNow、PermissionDenied。"""
    case = retraction.case
    take(retraction, "serve", by=by, at=at, note=words)
    basis = retraction_papers.retracted_by(retraction)
    certifying.retract(case, ended_as=retraction.kind, ended_on=local(at).date(), basis=basis, by=by, at=at)
    note(retraction, "serve_retraction", by=by, at=at, reference=basis, note=words)
    bars.of_retraction(retraction, basis, at)
    verb = retraction.get_kind_display()
    body = f"办件 {case.number} 的{verb}决定书已送达，原决定从今天起失去效力；复议、诉讼的期限从今天起算。"
    telling.tell_applicant(case, "retraction.served", f"{verb}决定书已送达", body, by=by, at=at)


def term_of(case: Case, kind: ClockKind, at: datetime.datetime) -> Term:
    calendar = workdays.calendar_for(case.agency.code)
    due_at, provisional = workdays.due(at, DAYS[kind], "wd", calendar=calendar)
    return Term(DAYS[kind], "wd", BASIS[kind], due_at, provisional)


def stop(case: Case, kind: ClockKind, at: datetime.datetime) -> None:
    for clock in case.clocks.running().filter(kind=kind).select_for_update(of=("self",)):
        clock.stop(at)
        clock.save(update_fields=["ended_at", "late"])


def note(retraction: Retraction, verb: str, *, by: User, at: datetime.datetime, **facts: str) -> None:
    """办件的经过里也记一笔：怎样收回、凭什么。"""
    case, said = retraction.case, {"kind": retraction.get_kind_display(), "ground": retraction.get_ground_display()}
    facts = said | facts
    journal.record(f"approvals.case.{verb}", about=case, by=by, at=at, before=case.state, after=case.state, facts=facts)
