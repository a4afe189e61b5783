"""委托代办：登记、同意、收回、辞去；代办的人只在期限和范围里动手，日志写明代谁。"""

import copy
import datetime
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.db import transaction

from agencies.models import User
from agencies.models.user import Acting
from approvals.actions import joint_course, letters, telling
from approvals.actions.codes import query_code
from approvals.actions.files import copied, store
from approvals.models import AgentStop, Case, Mandate, Upload
from approvals.rules import mandates as rules
from approvals.rules import may_take_in
from approvals.states import MANDATE_OPEN, ConsentHow, MandateKind, MandatePaper, MandateScope, MandateState
from office import identity
from office.identity import IdentityKind
from office.journal import actions as journal
from office.papers.words import last_day_words
from office.steps import NotNow, take
from office.vault import blind_index
from office.workdays.rules import end_of, local

LONGEST = datetime.timedelta(days=366)
SCAN_KEY = "mandate"  # 委托书的扫描件，不在指南的材料里


@dataclass(frozen=True)
class Agent:
    """受委托的人：代办员给 user；申请人自己委托的人写姓名、证件、关系。"""

    user: User | None = None
    name: str = ""
    id_number: str = ""
    phone: str = ""
    relation: str = ""
    id_kind: str = IdentityKind.RESIDENT


@dataclass(frozen=True)
class Terms:
    """委托哪几样，办到哪天(含)。"""

    scope: tuple[str, ...]
    until: datetime.date


@dataclass(frozen=True)
class Entrusted:
    """由代理人递交：谁、委托哪几样，带来的委托书。

    original 是当面核对了纸质原件和他的证件；scan 是扫描件(文件名, 内容)，stored 是草稿里已经存下的那一份。
    """

    agent: Agent
    terms: Terms
    original: bool = False
    scan: "tuple[str, File[bytes]] | None" = None
    stored: Upload | None = None


UNCHECKED = "申请是代理人递交的：委托书还没有核对，申请人也没有同意，核对以后才能受理。"


def appoint(
    case: Case, *, agent: Agent, terms: Terms, by: User, at: datetime.datetime, signed: bool = False
) -> Mandate:
    """委托代办：申请人自己在网上写的即时生效；窗口登记的，签了授权委托书(signed)的生效，没有签的等申请人在网上同意。

    Raises: PermissionDenied、NotNow(已有委托、期限不对、证件号不对、审查决定的人不能代办)。
    """
    with transaction.atomic():
        case.lock()
        if not rules.may_appoint(case, by):
            raise PermissionDenied("只有申请人自己或收件窗口可以登记委托。")
        _may_be(case, agent, terms, at)
        _clear_expired(case, at)
        if case.mandates.open().exists():
            raise NotNow("这件已经有一份委托：先收回或等到期，再委托别人。")
        mandate = _made(case, agent, terms, by=by, at=at)
        if signed and agent.user is None:
            mandate.id_checked_by = by
            mandate.save(update_fields=["id_checked_by"])
        facts = {"agent": mandate.get_kind_display(), "scope": mandate.scope_words, "until": mandate.to_at}
        _note(case, "appoint_agent", by=by, at=at, **facts)
        if signed or not may_take_in(case, by):
            consent(mandate, how=ConsentHow.SIGNED if signed else ConsentHow.ONLINE, by=by, at=at)
        else:
            telling.tell_applicant(case, "mandate.asked", "请确认由谁代办", _asking(mandate), by=by, at=at)
    return mandate


def submit_by(case: Case, told: Entrusted, *, by: User, at: datetime.datetime) -> Mandate:
    """由代理人递交：窗口核对了委托书和证件的当时生效；网上递交的，等窗口核对(verify)或者申请人同意。在收件的事务里调用。

    Raises: NotNow(要本人到场的、没有委托书、期限和证件号不对)、files.BadUpload。
    """
    return settle(brought(case, told, by=by, at=at), told, by=by, at=at)


def brought(case: Case, told: Entrusted, *, by: User, at: datetime.datetime) -> Mandate:
    """登记代理人带来的委托，还没有生效；接着 settle。Raises: 同 submit_by。"""
    if why := rules.may_submit(case.item):
        raise NotNow(why)
    if not told.original and told.scan is None and told.stored is None:
        raise NotNow("由代理人递交的，要有委托书：核对纸质原件，或者存一份扫描件。")
    terms = Terms(tuple(sorted({*told.terms.scope, MandateScope.SUBMIT})), told.terms.until)
    _may_be(case, told.agent, terms, at)
    if told.agent.phone and told.agent.phone == case.applicant.phone:
        raise NotNow("代理人的手机号与申请人的一样：请分别填各自的，通知才到得了申请人。")
    scan = told.stored
    if told.scan is not None:
        scan = store(*told.scan, {"case": case, "material_key": SCAN_KEY}, by=by, at=at)
    paper = MandatePaper.ORIGINAL if told.original else MandatePaper.SCAN
    mandate = _made(case, told.agent, terms, by=by, at=at, paper=paper, scan=scan)
    facts = {"agent": mandate.get_kind_display(), "scope": mandate.scope_words, "until": mandate.to_at}
    _note(case, "appoint_agent", by=by, at=at, **facts)
    return mandate


def settle(mandate: Mandate, told: Entrusted, *, by: User, at: datetime.datetime) -> Mandate:
    """窗口核对了原件的当时生效；别的告诉申请人，请他同意或不同意。"""
    if told.original and may_take_in(mandate.case, by):
        return verify(mandate, by=by, at=at)
    telling.tell_applicant(mandate.case, "mandate.asked", "有人代您递交了申请", _submitted(mandate), by=by, at=at)
    return mandate


def _submitted(mandate: Mandate) -> str:
    return (
        f"{mandate.name}说受您委托，递交了{called(mandate)}({_extent(mandate)})。"
        f"请凭发给您的查询码在查进度页同意或不同意；不是您的意思，请告诉我们。"
    )


def also(mandate: Mandate, case: Case, *, by: User, at: datetime.datetime) -> Mandate:
    """一件事的另一个事项也由他代办：同一份委托书、同一个代办查询码，另记一行。"""
    agent = Agent(None, mandate.name, mandate.id_number, mandate.phone, mandate.relation, mandate.id_kind)
    terms = Terms(tuple(mandate.scope), local(mandate.to_at - datetime.timedelta(microseconds=1)).date())
    scan = None
    if mandate.scan is not None:
        scan = copied(mandate.scan, case=case, material_key=SCAN_KEY)
        scan.save()
    made = _made(case, agent, terms, by=by, at=at, paper=mandate.paper, scan=scan, code=mandate.code)
    facts = {"agent": made.get_kind_display(), "scope": made.scope_words, "until": made.to_at}
    _note(case, "appoint_agent", by=by, at=at, **facts)
    return made


def verify(mandate: Mandate, *, by: User, at: datetime.datetime) -> Mandate:
    """窗口核对代理人带来的委托书和他的证件：生效。Raises: PermissionDenied(不是收件窗口)、NotNow(不在等核对)。"""
    with transaction.atomic():
        whole = _whole(mandate)
        if not may_take_in(mandate.case, by):
            raise PermissionDenied("由收件窗口核对。")
        if not mandate.submits:
            raise NotNow("不是代理人递交的，没有带来的委托书。")
        for one in whole:
            one.id_checked_by = by
            one.save(update_fields=["id_checked_by"])
        return consent(mandate, how=ConsentHow.SIGNED, by=by, at=at)


def unverified(case: Case) -> str:
    """代理人递交、委托书没有核对也没有人同意的，还不能受理；没有代理人的是空串。"""
    return UNCHECKED if any(rules.waits_for_authority(one) for one in case.mandates.open()) else ""


def carry(old: Case, new: Case, *, by: User, at: datetime.datetime) -> Mandate | None:
    """委托随办件接着算：机关改正后另收的一件，原来的委托人、权限、期限照旧；申请人没有同意过的仍等他同意。

    代办查询码换成新件的。代办员不在任了、管着承办科室的，不接，告诉申请人另委托。Raises: NotNow(新件已有委托)。
    """
    found = old.mandates.open().filter(to_at__gt=at).select_related("user").first()
    if found is None:
        return None
    agent = Agent(found.user, found.name, found.id_number, found.phone, found.relation, found.id_kind)
    scope = tuple(one for one in found.scope if one != MandateScope.SUBMIT) or (MandateScope.CONTACT.value,)
    terms = Terms(scope, local(found.to_at - datetime.timedelta(microseconds=1)).date())
    try:
        _may_be(new, agent, terms, at)
    except NotNow as why:
        body = (
            f"原办件 {old.number} 由{found.name}代办，新的办件 {new.number} 没有接着委托他：{why}"
            "请自己接着办，或另外委托。"
        )
        telling.tell_applicant(new, "mandate.ended", "代办的人没有接着办", body, by=by, at=at)
        _note(new, "agent_not_carried", by=by, at=at, agent=found.get_kind_display(), reason=str(why))
        return None
    made = _made(new, agent, terms, by=by, at=at, continues=found)
    facts = {"agent": made.get_kind_display(), "scope": made.scope_words, "until": made.to_at, "from_case": old.number}
    _note(new, "carry_agent", by=by, at=at, **facts)
    if found.state == MandateState.RUNNING:
        _runs_on(made, old, by=by, at=at)
    else:
        telling.tell_applicant(new, "mandate.asked", "请确认由谁代办", _asking(made), by=by, at=at)
    return made


def _runs_on(made: Mandate, old: Case, *, by: User, at: datetime.datetime) -> None:
    """申请人同意过的接着有效：新件也有一份委托书，新的代办查询码发给受委托人。"""
    take(made, "agree", by=User.objects.system(), at=at, how=ConsentHow.REDONE)
    letters.mandate(made.case, made, by=by, at=at)
    body = f"原办件 {old.number} 已撤销重办，新的办件 {made.case.number} 仍由{made.name}代办：{_extent(made)}"
    telling.tell_applicant(made.case, "mandate.running", "委托代办接着有效", f"{body}随时可以收回。", by=by, at=at)
    _tell_agent(made, body, by=by, at=at)


def _extent(mandate: Mandate) -> str:
    return f"{mandate.scope_words}，到{last_day_words(mandate.to_at)}。"


def _asking(mandate: Mandate) -> str:
    return f"办件 {mandate.case.number} 申请由{mandate.name}代办({mandate.scope_words})，请在查进度页同意或不同意。"


def _made(
    case: Case, agent: Agent, terms: Terms, *, by: User, at: datetime.datetime, continues: Mandate | None = None,
    paper: str = "", scan: Upload | None = None, code: str = "",
) -> Mandate:  # fmt: skip
    code = "" if agent.user else code or query_code()
    number = identity.tidied(agent.id_number)
    made: Mandate = Mandate.objects.create(
        case=case, kind=MandateKind.STAFF if agent.user else MandateKind.PERSON, user=agent.user,
        name=agent.user.full_name if agent.user else agent.name.strip(), relation=agent.relation,
        id_kind=agent.id_kind, id_number=number, id_index=identity.index(agent.id_kind, number) if number else "",
        phone=agent.user.phone if agent.user else agent.phone, scope=sorted(terms.scope), from_at=at,
        to_at=end_of(terms.until), made_at=at, made_by=by, code=code,
        code_index=blind_index(f"{case.number}/{code}", purpose="agent-code") if code else "",
        continues=continues, paper=paper, scan=scan,
    )  # fmt: skip
    return made


def _may_be(case: Case, agent: Agent, terms: Terms, at: datetime.datetime) -> None:
    if case.closed_at is not None:
        raise NotNow("这件申请已经办结或终止，不用再委托。")
    if not terms.scope or set(terms.scope) - set(MandateScope.values):
        raise NotNow("请写明委托哪几样。")
    if not at < end_of(terms.until) <= at + LONGEST:
        raise NotNow("委托的最后一天要在今天以后、一年以内。")
    if agent.user is None:
        if not agent.name.strip() or not agent.relation.strip():
            raise NotNow("请写明受委托人的姓名，和他与申请人的关系。")
        if wrong := identity.fault(agent.id_kind, agent.id_number):
            raise NotNow(wrong)
    elif agent.user.kind != "staff" or not agent.user.is_active:
        raise NotNow("代办员要是在用的工作人员。")
    elif (stopped := AgentStop.objects.standing(at).filter(user=agent.user).first()) is not None:
        raise NotNow(f"{agent.user}{stopped.extent}，请另选一位。")
    elif rules.decides_or_reviews(case, agent.user):
        raise NotNow(f"{agent.user}在承办科室审查、决定这类申请，不能又替申请人办。")


def _clear_expired(case: Case, at: datetime.datetime) -> None:
    for one in case.mandates.open().filter(to_at__lte=at):
        take(one, "expire", by=User.objects.system(), at=at)


def consent(mandate: Mandate, *, how: str, by: User, at: datetime.datetime) -> Mandate:
    """同意委托：出授权委托书，把代办查询码发给受委托人。Raises: PermissionDenied、NotNow。"""
    with transaction.atomic():
        case, whole = mandate.case, _whole(mandate)
        if at >= mandate.to_at:
            raise NotNow("委托的期限已经过了，请重新登记。")
        for one in whole:
            if one is mandate or one.case.closed_at is None:
                agreed(one, how=how, by=by, at=at)
        if not mandate.paper:  # 带来了委托书的，不再出一份要他签
            letters.mandate(case, mandate, by=by, at=at)
        body = f"{called(mandate)} 由{mandate.name}代办：{_extent(mandate)}"
        telling.tell_applicant(case, "mandate.running", "委托代办已生效", f"{body}随时可以收回。", by=by, at=at)
        _tell_agent(mandate, body, by=by, at=at)
    return mandate


def agreed(mandate: Mandate, *, how: str, by: User, at: datetime.datetime) -> None:
    """这一行生效，记一笔；告诉谁由叫它的动作说。在事务里、办件已锁住时调用。"""
    take(mandate, "agree", by=by, at=at, how=how)
    told = {"agent": mandate.get_kind_display(), "how": mandate.get_consent_display()}
    _note(mandate.case, "agree_to_agent", by=by, at=at, **told)


def called(mandate: Mandate) -> str:
    """委托的是哪一件；一件事是代理人递交的，是整件事。"""
    joint = mandate.case.joint if mandate.submits else None
    return f"联办 {joint.number}" if joint else f"办件 {mandate.case.number}"


def _whole(mandate: Mandate) -> list[Mandate]:
    """锁住办件，返回一起生效、一起结束的各行：一件事是代理人递交的，一份委托书管各件；别的只有它自己。"""
    others = joint_course.lock_branches(mandate.case) if mandate.submits else []
    mandate.case.lock()
    rows = Mandate.objects.filter(case__in=others, state=mandate.state, scope__contains=[MandateScope.SUBMIT])
    return [mandate, *rows.select_related("case").order_by("pk")]


def _tell_agent(mandate: Mandate, body: str, *, by: User, at: datetime.datetime) -> None:
    case = mandate.case
    if mandate.user is not None:
        telling.tell_staff(case, [mandate.user], "mandate.yours", f"请代办：{case.number}", body, by=by, at=at)
    elif mandate.phone:
        number = "联办编号" if mandate.submits and case.joint_id else "办件编号"
        text = f"{body}凭{number}和代办查询码 {mandate.code} 在查进度页办理，不要用申请人的查询码。"
        telling.tell_phone(case, mandate.phone, "mandate.yours", "请您代办", text, by=by, at=at)


def decline(mandate: Mandate, *, by: User, at: datetime.datetime) -> Mandate:
    """不同意委托。Raises: PermissionDenied、NotNow。"""
    return _ended(mandate, "decline", "decline_agent", {}, by=by, at=at)


def revoke(mandate: Mandate, *, reason: str = "", by: User, at: datetime.datetime) -> Mandate:
    """收回委托：申请人随时可以，马上生效。Raises: PermissionDenied、NotNow。"""
    return _ended(mandate, "revoke", "revoke_agent", {"reason": reason}, by=by, at=at)


def resign(mandate: Mandate, *, reason: str, by: User, at: datetime.datetime) -> Mandate:
    """辞去委托：写明原因，告诉申请人，由他自己接着办或另外委托。Raises: PermissionDenied、NotNow。"""
    if not reason.strip():
        raise NotNow("请写明为什么不能再代办，申请人看得到。")
    with transaction.atomic():
        _ended(mandate, "resign", "agent_resigned", {"reason": reason.strip()}, by=by, at=at)
        body = f"{mandate.name}不再代办{called(mandate)}：{reason.strip()}。请自己接着办，或另外委托。"
        telling.tell_applicant(mandate.case, "mandate.ended", "代办人辞去了委托", body, by=by, at=at)
    return mandate


def relieve(
    mandate: Mandate, *, why: str, successor: User | None = None, by: User, at: datetime.datetime
) -> Mandate | None:
    """代办员停办了：解除这一份，告诉申请人；有接手的人，照原来的权限、期限另提一份，申请人同意才生效。

    返回另提的一份，没有另提的是 None。接手的人审查、决定这件申请的，不另提，由申请人自己另外委托。
    """
    with transaction.atomic():
        case, system = mandate.case, User.objects.system()
        case.lock()
        _clear_expired(case, at)
        mandate.lock()
        if mandate.state not in MANDATE_OPEN:
            return None  # 到期了，或者等锁的时候申请人自己收回了
        take(mandate, "relieve", by=system, at=at, reason=why)
        _note(case, "agent_relieved", by=by, at=at, agent=mandate.name, reason=why)
        if case.closed_at is not None:
            return None
        made = _proposed(mandate, successor, by=by, at=at) if successor is not None else None
        body = f"{mandate.name}不再代办 {case.number}（{why}）。"
        told = _asking(made) if made else "请自己接着办，或另外委托。"
        kind = "mandate.asked" if made else "mandate.ended"
        telling.tell_applicant(case, kind, "代办员停办，委托已解除", f"{body}{told}", by=by, at=at)
    return made


def _proposed(mandate: Mandate, successor: User, *, by: User, at: datetime.datetime) -> Mandate | None:
    agent = Agent(user=successor)
    terms = Terms(tuple(mandate.scope), local(mandate.to_at - datetime.timedelta(microseconds=1)).date())
    try:
        _may_be(mandate.case, agent, terms, at)
    except NotNow as why:
        _note(mandate.case, "agent_not_carried", by=by, at=at, agent=successor.full_name, reason=str(why))
        return None
    made = _made(mandate.case, agent, terms, by=by, at=at)
    facts = {"agent": made.name, "scope": made.scope_words, "until": made.to_at}
    _note(mandate.case, "agent_proposed", by=by, at=at, **facts)
    return made


def _ended(
    mandate: Mandate, step: str, verb: str, facts: dict[str, str], *, by: User, at: datetime.datetime
) -> Mandate:
    with transaction.atomic():
        for one in _whole(mandate):
            take(one, step, by=by, at=at, **facts)
            _note(one.case, verb, by=by, at=at, agent=one.get_kind_display(), **facts)
        if mandate.user is not None and mandate.user != by:
            body = f"办件 {mandate.case.number} 的委托现在是：{mandate.get_state_display()}。"
            telling.tell_staff(mandate.case, [mandate.user], "mandate.yours", "委托有变化", body, by=by, at=at)
    return mandate


def act_as(mandate: Mandate, *, need: str, by: User, at: datetime.datetime) -> User:
    """代办：核对委托此刻有效、这一样在范围里，给回署好“某某（代申请人）”的人，拿去做那一件事。

    by 是代办员本人，或者(委托代理人凭代办查询码来的)系统。Raises: NotNow(收回了、到期了)、PermissionDenied(不在范围)。
    """
    mandate.refresh_from_db()
    if not rules.runs_at(mandate, at):
        raise NotNow("这份委托已经收回、到期或者没有生效，不能再代办。")
    if need not in mandate.scope:
        raise PermissionDenied(f"申请人没有委托“{dict(MandateScope.choices).get(need, need)}”这一样。")
    if not (rules.is_agent(mandate, by) or (mandate.user_id is None and by.is_system)):
        raise PermissionDenied("不是这份委托的受委托人。")
    signed = copy.copy(by)
    signed.acting = Acting(mandate.case_id, f"{mandate.name[:20]}（代{mandate.case.applicant.name[:34]}）")
    return signed


def check_collector(case: Case, *, id_index: str, at: datetime.datetime) -> str:
    """领取人是登记过的受委托人的，看委托还在不在、管不管领取；返回写进送达记录的关系，没有登记过是空串。

    Raises: NotNow(收回了、到期了、没有委托领取)。
    """
    found = case.mandates.filter(kind=MandateKind.PERSON, id_index=id_index).order_by("-pk").first()
    if found is None:
        return ""
    if not rules.runs_at(found, at) or MandateScope.COLLECT not in found.scope:
        raise NotNow(f"{found.name}的委托已经收回、到期，或者没有委托他领取结果，不能交给他。")
    return f"委托代理人，{found.relation}"


def _note(case: Case, verb: str, *, by: User, at: datetime.datetime, **facts: object) -> None:
    journal.record(f"approvals.case.{verb}", about=case, by=by, at=at, before=case.state, after=case.state, facts=facts)
