"""终止办理：书面催告，科室报请，分管领导审定；决定书写明理由、依据和救济途径，送达以后才办结。"""

import datetime
from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.db import transaction

from agencies.models import User
from approvals.actions import deadlines, ending, fees, files, handover, leaders, letters, telling
from approvals.models import Case, Reminder, Termination, Upload
from approvals.rules import endings as rules
from approvals.states import ApplicantKind, RequiredStep, TerminationGround, TerminationState
from office.journal import actions as journal
from office.papers.models import Paper
from office.papers.words import date_words, last_day_words
from office.steps import NotNow, take
from office.workdays import calendar as workdays
from office.workdays.rules import end_of

PROOF = "case.termination"  # 证明材料的扫描件在文件里的代号；材料的键没有点，不会相撞


def remind(
    case: Case, *, what: str, text: str, until: datetime.date, by: User, at: datetime.datetime
) -> Reminder:  # fmt: skip
    """书面催告申请人来参加必经的环节，until 是最迟的一天(含)，至少留五个工作日。

    Raises: NotNow(办件已有结果、留的时间太短)、PermissionDenied。
    """
    deadlines.settle(case, at=at)
    with transaction.atomic():
        case.lock()
        if not rules.may_remind(case, by):
            raise PermissionDenied("催告由办这一件的窗口和科室发。")
        due_at = end_of(until)
        calendar = workdays.calendar_for(case.agency.code)
        soonest, _provisional = workdays.due(at, rules.NOTICE_DAYS, "wd", calendar=calendar)
        if due_at < soonest:
            raise NotNow(f"至少要留{rules.NOTICE_DAYS}个工作日：最迟的一天不能早于{last_day_words(soonest)}。")
        made: Reminder = Reminder.objects.create(case=case, what=what, text=text, due_at=due_at, sent_at=at, sent_by=by)
        label = str(RequiredStep(what).label)
        told = {"what": label, "text": text, "until": date_words(until), "received": date_words(case.received_at)}
        letters.order("participation_reminder", case, told, by=by, at=at)
        state = case.state
        facts = {"what": f"{label}，最迟{date_words(until)}"}
        journal.record("approvals.case.remind", about=case, by=by, at=at, before=state, after=state, facts=facts)
        body = f"办件 {case.number} 请您最迟{date_words(until)}参加{label}，怎样参加见催告书。有困难可以另约。"
        telling.tell_applicant(case, "case.reminded", f"请来参加{label}", body, by=by, at=at)
    return made


def why_not_absent(case: Case, at: datetime.datetime) -> str:
    """凭“不参加”终止，还缺什么：最近一次催告定的日子要过了。能就是空串。"""
    last = case.reminders.last()
    if last is None:
        return "还没有书面催告过：先催告，过了催告定的日子仍然没有来，才可以凭这一样报请。"
    if last.due_at > at:
        return f"催告定的日子到{last_day_words(last.due_at)}，还没有过。"
    return ""


def ask(
    case: Case, *, ground: str, facts: str, basis: str, elsewhere: str = "",
    proof: Sequence[tuple[str, "File[bytes]"]] = (), by: User, at: datetime.datetime,
) -> Termination:  # fmt: skip
    """报请终止：凭什么只有写定的几样，事实、依据到条写明，要证明的附扫描件；审定以前照常办。

    Raises: NotNow(不合这一样的条件、没有写到条、没有附证明、报请过了)、PermissionDenied、files.BadUpload。
    """
    deadlines.settle(case, at=at)
    terms = rules.TERMS[ground]
    with transaction.atomic():
        case.lock()
        if not rules.may_ask(case, by):
            raise PermissionDenied("终止办理由办这一件的窗口和科室报请。")
        if not rules.fits(ground, case):
            raise NotNow(f"申请人是{case.applicant.get_kind_display()}，不能凭“{TerminationGround(ground).label}”。")
        if not rules.cites(basis):
            raise NotNow("请把依据写到哪部法律、法规、规章的第几条。")
        if terms.reminded and (why := why_not_absent(case, at)):
            raise NotNow(why)
        if terms.elsewhere and not elsewhere.strip():
            raise NotNow("请写明划转给了哪个机关，申请人去哪里接着办。")
        if case.terminations.filter(state=TerminationState.ASKED).exists():
            raise NotNow("已经报请过，等领导审定。")
        for name, content in proof:
            files.store(name, content, {"case": case, "material_key": PROOF}, by=by, at=at)
        if terms.proof and not proofs_of(case):
            raise NotNow("这一样要有证明材料：请附扫描件。")
        made: Termination = Termination.objects.create(
            case=case, ground=ground, facts=facts, basis=basis, elsewhere=elsewhere.strip(), asked_at=at, asked_by=by
        )
        label = TerminationGround(ground).label
        _note(case, "ask_termination", {"ground": str(label)}, by=by, at=at)
        leading = [user for user in leaders.on_duty(case, at) if user != by]
        body = f"{label}。请看查明的事实、依据和证明材料，再审定；不能审定终止的，接着办。"
        telling.tell_staff(
            case, leading, "case.termination_asked", f"请审定终止办理：{case.number}", body, by=by, at=at
        )
    return made


def proofs_of(case: Case) -> list[Upload]:
    """报请时附的证明材料。"""
    return list(Upload.objects.filter(case=case, material_key=PROOF).order_by("pk"))


def sanction(termination: Termination, *, text: str, by: User, at: datetime.datetime) -> Case:
    """审定终止：期限停下，出决定书，起送达的期限，告诉申请人。

    Raises: NotNow(办件已有结果、正在审定拟否定报告)、PermissionDenied(此刻不轮到他、自己报请的)。
    """
    case = termination.case
    deadlines.settle(case, at=at)
    with transaction.atomic():
        case.lock()
        termination.lock()
        leaders.require(case, by=by, at=at)
        take(termination, "sanction", by=by, at=at, text=text)
        why = str(termination.get_ground_display())
        take(case, "terminate", by=by, at=at, why=why)
        ending.stop_all(case, by=by, at=at)
        _letter(termination, by=by, at=at)
        fees.end(case, by=by, at=at)
        handover.onward(case, by=by, at=at)
        body = f"办件 {case.number} 已决定终止办理：{why}。理由、依据和怎样申请复议、起诉见终止办理决定书。"
        telling.tell_applicant(case, "case.terminated", "终止办理的决定", body, by=by, at=at)
        _answer(termination, by=by, at=at)
    return case


def decline(termination: Termination, *, text: str, by: User, at: datetime.datetime) -> Termination:
    """不终止，接着办。Raises: NotNow、PermissionDenied。"""
    case = termination.case
    with transaction.atomic():
        case.lock()
        termination.lock()
        leaders.require(case, by=by, at=at)
        take(termination, "decline", by=by, at=at, text=text)
        _note(case, "decline_termination", {"ground": str(termination.get_ground_display())}, by=by, at=at)
        _answer(termination, by=by, at=at)
    return termination


def _letter(termination: Termination, *, by: User, at: datetime.datetime) -> Paper:
    """终止办理决定书：事实、理由、依据、以后怎样办、复议和诉讼。"""
    case = termination.case
    person = case.applicant.kind == ApplicantKind.PERSON
    died = termination.ground == TerminationGround.DIED
    told = {
        "received": date_words(case.received_at),
        "accepted": date_words(case.accepted_at) if case.accepted_at else "",
        "ground": str(termination.get_ground_display()),
        "facts": termination.facts,
        "basis": termination.basis,
        "elsewhere": termination.elsewhere,
        "again": rules.TERMS[termination.ground].again,
        "addressee": f"{case.applicant.name}的近亲属" if died and person else "",
        **letters.remedies(case),
    }
    return letters.order("termination", case, told, by=by, at=at)


def _answer(termination: Termination, *, by: User, at: datetime.datetime) -> None:
    case = termination.case
    subject = f"{termination.get_state_display()}：{case.number}"
    people = [termination.asked_by]
    telling.tell_staff(case, people, "case.termination_answered", subject, termination.text, by=by, at=at)


def _note(case: Case, verb: str, facts: dict[str, str], *, by: User, at: datetime.datetime) -> None:
    state = case.state
    journal.record(f"approvals.case.{verb}", about=case, by=by, at=at, before=state, after=state, facts=facts)
