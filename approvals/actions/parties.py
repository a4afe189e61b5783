"""利害关系人：告知、听取陈述申辩、不予听证（行政许可法第三十六条、第四十七条）。"""

import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet

from agencies.models import User
from approvals import rules
from approvals.actions import deadlines, party_papers, telling
from approvals.actions.codes import query_code
from approvals.models import Case, Hearing, HearingDenied, Party, Statement
from approvals.states import (
    UNDER_WAY,
    ClockKind,
    HearingState,
    NoHearing,
    ProcedureState,
    RetractionGround,
    RetractionState,
    Standing,
)
from office.journal import actions as journal
from office.papers.models import Paper
from office.papers.states import PaperState
from office.papers.words import last_day_words
from office.steps import NotNow, take
from office.vault import blind_index
from office.workdays import calendar as workdays

DAYS = 5  # 要求听证的五日是法定的；陈述、申辩没有法定的期限，用同一个


def tell(case: Case, *, name: str, interest: str, phone: str, address: str, by: User, at: datetime.datetime) -> Party:
    """告知利害关系人：出告知书，给五个工作日；听证还没有人要求的，要求听证的期限顺延到他的五日。

    Raises: NotNow（不在审查中）、PermissionDenied。
    """
    deadlines.settle(case, at=at)
    with transaction.atomic():
        _under_way(case)
        if not rules.may_run_procedures(case, by):
            raise PermissionDenied("利害关系人由承办科室告知。")
        calendar = workdays.calendar_for(case.agency.code)
        due_at, _provisional = workdays.due(at, DAYS, "wd", calendar=calendar)
        hearing = running_hearing(case)
        if hearing is not None and hearing.state == HearingState.TOLD and due_at > hearing.request_due_at:
            take(hearing, "wait_for_party", by=by, at=at, due_at=due_at)
            case.clocks.running().filter(kind=ClockKind.HEARING_REQUEST).update(due_at=due_at)
        code = query_code()
        party = Party.objects.create(
            case=case, name=name, interest=interest, phone=phone, address=address, told_at=at, told_by=by,
            request_due_at=due_at, code=code, code_index=code_index(case.number, code),
        )  # fmt: skip
        party.paper = party_papers.notice(party, hearing, by=by, at=at)
        party.save(update_fields=["paper"])
        _note(case, "tell_party", by=by, at=at)
        if phone:
            body = (
                f"“{case.guide.name}”的申请关系您的重大利益，您可以在{last_day_words(due_at)}前陈述、申辩，详见告知书。"
                f"告知书凭编号 {case.number} 和查询码 {code} 在网上大厅“查进度”里看。"
            )
            telling.tell_phone(case, phone, "case.party", "请提意见", body, by=by, at=at)
    return party


def code_index(number: str, code: str) -> str:
    """利害关系人看自己文书的查询码，与申请人的、代办人的不是一回事。"""
    return blind_index(f"{number}/{code}", purpose="party-code")


def papers_of(party: Party) -> QuerySet[Paper]:
    """写给他的文书：告知书、听证通知书；同一件里没有重名的，还有不予听证通知书和他自己的陈述申辩笔录。"""
    case = party.case
    mine = Q(kind__in=["party_notice", "party_hearing"], context__party_key=party.pk)
    if case.applicant.name != party.name and not case.parties.filter(name=party.name).exclude(pk=party.pk).exists():
        stated = case.statements.filter(who=party.name, standing=Standing.PARTY).values("paper")
        mine |= Q(pk__in=case.hearings_denied.filter(who=party.name).values("paper")) | Q(pk__in=stated)
    found: QuerySet[Paper] = Paper.objects.about(case).filter(mine).exclude(state=PaperState.VOIDED)
    return found.order_by("-ordered_at", "-pk")


def hear(
    case: Case, *, who: str, standing: str, stated_at: datetime.datetime, place: str, text: str, evidence: str,
    signer: str, by: User, at: datetime.datetime,
) -> Statement:  # fmt: skip
    """听取陈述、申辩：记下来，出笔录，本人核对签名。Raises: NotNow（不在审查中、时间在以后）、PermissionDenied。"""
    with transaction.atomic():
        case.lock()
        if being_retracted(case):
            _mark(case)
        else:
            _under_way(case)
        if not rules.handles(case, by) or rules.stays_out(case, by):
            raise PermissionDenied("陈述、申辩由办这一件的窗口、科室记录。")
        if stated_at > at:
            raise NotNow("陈述、申辩的时间不能在现在以后。")
        one = Statement.objects.create(
            case=case, who=who, standing=standing, stated_at=stated_at, place=place, text=text, evidence=evidence,
            signer=signer, recorded_at=at, recorded_by=by,
        )  # fmt: skip
        one.paper = party_papers.statement(one, by=by, at=at)
        one.save(update_fields=["paper"])
        _note(case, "state_views", by=by, at=at)
        subject, body = f"有陈述、申辩：{case.number}", "请在审查意见和决定里说明采纳没有、为什么。"
        telling.tell_staff(case, telling.leaders_of(case, at), "case.stated", subject, body, by=by, at=at)
    return one


ONLINE = "网上大厅"


def state_online(case: Case, *, text: str, by: User, at: datetime.datetime) -> Statement:
    """本人、代办的人在网上陈述、申辩：告知要撤回、撤销以后，审定以前都收。Raises: NotNow、PermissionDenied。"""
    with transaction.atomic():
        case.lock()
        if not rules.stands_for_applicant(case, by):
            raise PermissionDenied("只有申请人自己和他委托的人可以陈述、申辩。")
        if not being_retracted(case):
            raise NotNow("现在没有要您陈述、申辩的事。")
        _mark(case)
        agent = rules.acts_for(case, by)
        name = case.applicant.name
        told = {"who": name, "standing": Standing.AGENT if agent else Standing.APPLICANT, "stated_at": at}
        one = Statement.objects.create(
            case=case, **told, place=ONLINE, text=text, signer=f"{name}（网上提交）"[:100], recorded_at=at,
            recorded_by=by,
        )  # fmt: skip
        one.paper = party_papers.statement(one, by=by, at=at)
        one.save(update_fields=["paper"])
        _note(case, "state_views", by=by, at=at)
        subject, body = f"有陈述、申辩：{case.number}", "报请审定时说明采纳没有、为什么。"
        telling.tell_staff(case, telling.leaders_of(case, at), "case.stated", subject, body, by=by, at=at)
    return one


def being_retracted(case: Case) -> bool:
    """正在撤回、撤销，领导还没有定：随时可以陈述、申辩；别处已经定了、只是登记的不算。没有提出过的不查库。"""
    if not case.has_retractions:
        return False
    hearing = (RetractionState.PROPOSED, RetractionState.HEARING, RetractionState.ASKED)
    ours = case.retractions.exclude(ground=RetractionGround.ELSEWHERE)
    return ours.filter(state__in=hearing).exists()


def deny_hearing(
    case: Case, *, who: str, asked_at: datetime.datetime, asked: str, ground: str, reasons: str, by: User,
    at: datetime.datetime,
) -> HearingDenied:  # fmt: skip
    """不予听证：只有超期、没有这项权利、已经听过三种；在期限里、有权利的，拦住，要登记要求。负责人定，告诉分管领导。

    Raises: NotNow（理由不成立、不在审查中）、PermissionDenied。
    """
    deadlines.settle(case, at=at)
    with transaction.atomic():
        _under_way(case)
        if not rules.may_decide(case, by):
            raise PermissionDenied("不予听证由承办科室负责人、分管副局长定。")
        if asked_at > at:
            raise NotNow("提出的时间不能在现在以后。")
        hearing = case.hearings.order_by("-pk").first()
        _grounded(case, hearing, who, asked_at, ground)
        one = HearingDenied.objects.create(
            case=case, hearing=hearing, who=who, asked_at=asked_at, asked=asked, ground=ground, reasons=reasons,
            decided_at=at, decided_by=by,
        )  # fmt: skip
        one.paper = party_papers.denied(one, by=by, at=at)
        one.save(update_fields=["paper"])
        _note(case, "deny_hearing", by=by, at=at, reason=one.get_ground_display())
        subject = f"请阅知不予听证：{case.number}"
        telling.tell_staff(case, telling.leaders_of(case, at), "case.hearing_denied", subject, reasons, by=by, at=at)
        _tell_who_asked(one, by=by, at=at)
    return one


def _tell_who_asked(one: HearingDenied, *, by: User, at: datetime.datetime) -> None:
    """申请人在查进度页看得到通知书；利害关系人凭告知书上的查询码看；别的人当面交、寄。"""
    case, subject = one.case, "不予听证"
    told = f"您要求听证的事定了：不予听证。理由和不服怎么办写在通知书里，在“查进度”里看：编号 {one.case.number}。"
    if party_papers.is_the_applicant(one):
        telling.tell_applicant(case, "case.hearing_refused", subject, told, by=by, at=at)
    for phone in {party.phone for party in case.parties.filter(name=one.who)} - {""}:
        telling.tell_phone(case, phone, "case.hearing_refused", subject, told, by=by, at=at)


def _grounded(case: Case, hearing: Hearing | None, who: str, asked_at: datetime.datetime, ground: str) -> None:
    """理由与记录对得上。Raises: NotNow。"""
    party = case.parties.filter(name=who).order_by("-request_due_at").first()
    entitled = party is not None or who == case.applicant.name
    due_at = party.request_due_at if party else hearing.request_due_at if hearing else None
    if ground == NoHearing.HELD:
        if hearing is None or hearing.state != HearingState.RECORDED:
            raise NotNow("这一件没有举行过听证。")
    elif ground == NoHearing.LATE:
        if hearing is None or due_at is None:
            raise NotNow("这一件没有告知过听证，说不上超期。")
        if asked_at < due_at:
            raise NotNow(f"他提出的时候还在期限里（到{last_day_words(due_at)}），应当登记要求听证。")
    elif hearing is not None and entitled:
        raise NotNow(f"{who}是申请人或者告知过的利害关系人，有权要求听证。")


def running_hearing(case: Case) -> Hearing | None:
    """进行中的听证；没有特别程序在走就不查库。"""
    if not case.procedures_running:
        return None
    found: Hearing | None = case.hearings.filter(procedure__state=ProcedureState.RUNNING).first()
    return found


def _under_way(case: Case) -> None:
    case.lock()
    if case.state not in UNDER_WAY:
        raise NotNow("受理以后、作出决定以前才有这一步。")
    _mark(case)


def _mark(case: Case) -> None:
    if not case.has_parties:
        Case.objects.filter(pk=case.pk).update(has_parties=True)
        case.has_parties = True


def _note(case: Case, verb: str, *, by: User, at: datetime.datetime, **facts: str) -> None:
    journal.record(f"approvals.case.{verb}", about=case, by=by, at=at, before=case.state, after=case.state, facts=facts)
