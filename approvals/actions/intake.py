"""收件与受理。"""

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from agencies.models import Agency, Unit, User
from agencies.rules import takes_applications
from approvals import rules
from approvals.actions import (
    acceptance,
    attendances,
    bars,
    confirmations,
    deadlines,
    fees,
    handover,
    joint_course,
    letters,
    mandates,
    material_papers,
    priors,
    telling,
    testers,
    turns,
    unconfirmed,
)
from approvals.actions.codes import query_code
from approvals.actions.files import Files, Place, as_answers, file_fields, form_key, store
from approvals.models import Applicant, Case, CaseMaterial, Joint
from approvals.models.case import NOTICE_DAYS
from approvals.models.material import RECEIVED
from approvals.rules import attendances as rules_of_attendance
from approvals.rules.materials import Brought, as_asked, as_sent
from approvals.rules.renewals import on_a_certificate
from approvals.states import (
    AT_THE_DESK,
    SENT_IN,
    ApplicantKind,
    CaseState,
    Channel,
    MaterialWay,
    Matter,
    Verdict,
)
from catalog import rules as catalogue
from catalog.actions import suspending
from catalog.models import Authority, Guide
from catalog.states import FeeStage, Requirement, Source
from office import clocks, identity
from office.identity import IdentityKind
from office.journal import actions as journal
from office.papers.words import date_words
from office.steps import NotNow, take
from office.sure import sure
from office.vault import blind_index
from office.workdays import calendar as workdays
from office.workdays.rules import DAY, end_of, local


@dataclass(frozen=True)
class Person:
    """申请人的登记内容;证件号已校验。id_kind 空着的个人就是居民身份证;单位不用填。"""

    kind: str
    name: str
    id_number: str
    phone: str
    address: str = ""
    contact_name: str = ""
    id_kind: str = ""

    @property
    def document(self) -> str:
        """哪一种证件:单位用统一社会信用代码的是空串,还没有代码、填经办人身份证的是居民身份证。"""
        if self.kind == ApplicantKind.PERSON:
            return self.id_kind or IdentityKind.RESIDENT
        return IdentityKind.RESIDENT if identity.is_valid(IdentityKind.RESIDENT, self.id_number) else ""


@dataclass(frozen=True)
class Check:
    """一份材料的核对结果;容缺的写明补交日期;这时才交来的,brought 是实际收到的(不给就照指南要的)。"""

    verdict: str
    comment: str = ""
    due_date: datetime.date | None = None
    brought: Brought | None = None


def receive(
    *,
    guide: Guide,
    person: Person | None,
    answers: Mapping[str, Any],
    provided: set[str],
    channel: str,
    unit: Unit,
    first_contact: User,
    by: User,
    at: datetime.datetime,
    user: User | None = None,
    key: str | None = None,
    attached: Mapping[str, Files] | None = None,
    on_behalf: bool = False,
    joint: Joint | None = None,
    tell: bool = True,
    source: str = "",
    brought: Mapping[str, Brought] | None = None,
    reused: Collection[str] = (),
    redoes: Case | None = None,
    entrusted: mandates.Entrusted | None = None,
    arrived: datetime.date | None = None,
    town: Unit | None = None,
) -> Case:
    """收件:登记申请人、材料、首问责任人,起一次性告知的五日,出接收凭证。照填的内容用不着的材料不列。

    key 是提交凭据:同一 key 再来只返回原来的办件(浏览器重发不会变成两件)。

    Raises: NotNow(事项正停办;在外的办理室不直接收件)。
    on_behalf 是代为录入：窗口替申请人填的，申请人确认了才能受理。
    attached 是窗口当场存下的申请表附件,以格子的键为键。Raises: files.BadUpload。
    source 是从哪个系统送来的（名称和它的编号）；自己收的空着。
    joint 是它所在的联办件：申请人、查询码、凭证都是联办件的那一份，不另出、不另告诉；此时 person 不给。
    brought 是窗口实际收到的形式、份数，以材料代号为键，没有写的照指南要的；reused 是再用以前交的几份。
    redoes 是机关改正的那一件，照它原来交的另收。
    entrusted 是由代理人递交的：谁、凭哪一份委托书(行政许可法第二十九条第二款)；联办的见 joint_mandates。
    arrived 是寄来、传来的哪一天到的(不给就是今天)：收到申请、五个工作日的告知期限都从那一天算。
    town 是申请人住处的镇街受理点：由综合窗口收、要先由镇街调查的才给。
    tell 为假的，编号和查询码由叫它的动作自己告诉申请人。
    """
    with transaction.atomic():
        if key and (known := _known_by(key)):
            return known
        suspending.refuse_suspended(guide.item, at=at)
        if guide.item.advice_only:
            raise NotNow(f"“{guide.item.name}”不收申请，只答复怎么办、去哪里办：请登记首问，告诉申请人。")
        if channel in AT_THE_DESK and not takes_applications(unit):
            raise NotNow(f"{unit}在服务中心之外，只承办本级受理点转来的件，不直接收件。")
        agency, section = deciding_place(guide, unit, at)
        received_at = _arrived(arrived, agency, at) if channel in SENT_IN and arrived else at
        applicant = joint.applicant if joint else register_applicant(sure(person), at)
        code = joint.query_code if joint else query_code()
        number = _number(agency, at)
        case: Case = Case.objects.create(
            number=number,
            query_code=code,
            query_index=blind_index(f"{number}/{code}", purpose="query-code"),
            submission_key=key,
            item=guide.item,
            guide=guide,
            applicant=applicant,
            user=user,
            agency=agency,
            intake_unit=unit,
            town=town,
            section=section,
            unit=unit,
            first_contact=first_contact,
            joint=joint,
            channel=channel,
            source=source,
            answers=dict(answers),
            received_at=received_at,
            complete_at=received_at,
        )
        asked = (
            one for one in guide.materials.all() if one.key in provided or catalogue.asks_for(one, guide.form, answers)
        )
        if guide.review_steps and (level := turns.following(case)):
            turns.assign(case, level)
            case.save(update_fields=["examiner", "examiners"])
        rows = [CaseMaterial(case=case, material=material) for material in asked]
        for row in rows:
            if row.material.key in provided:
                row.receive(_brought(row, brought or {}, reused), received_at)
        CaseMaterial.objects.bulk_create(rows)
        _attach(case, attached or {}, by=by, at=at)
        clocks.start(case, "notice", case.term("notice", at=at, facts={}), at=at)
        facts = {"channel": channel, **({"source": source} if source else {})}
        journal.record("approvals.case.receive", about=case, by=by, at=at, after=case.state, facts=facts)
        if on_a_certificate(case):
            priors.match(case, redoes=redoes, by=by, at=at)
        if entrusted is not None:
            mandates.submit_by(case, entrusted, by=by, at=at)
        if joint is None:
            material_papers.receipt(case, by=by, at=at)
        if on_behalf:
            confirmations.ask_entry(case, by=by, at=at)
        if tell and joint is None and (channel != Channel.WINDOW or entrusted is not None):
            body = f"{_how_received(case)}，办件编号 {number}，查询码 {code}。五个工作日内答复是否受理。"
            if rules_of_attendance.calls_for(guide.item):
                body += rules_of_attendance.come_words(guide)
            telling.tell_applicant(case, "case.received", "申请已收到", body, by=by, at=at)
    return case


def _how_received(case: Case) -> str:
    if not case.was_sent_in:
        return "您的申请已收到"
    return f"您用{case.get_channel_display()}提出的申请已于{date_words(case.received_at)}收到"


def _arrived(arrived: datetime.date, agency: Agency, at: datetime.datetime) -> datetime.datetime:
    """寄来、传来的，收到的时刻：今天到的就是此刻，以前到的记在那一天的零点。

    Raises: NotNow(今天以后；早过了五个工作日的告知期限，已经不是补登记的事)。
    """
    today = local(at).date()
    if arrived > today:
        raise NotNow("到达的日期不能在今天以后。")
    if arrived == today:
        return at
    since = end_of(arrived) - DAY
    due_at, _provisional = workdays.due(since, NOTICE_DAYS, "wd", calendar=workdays.calendar_for(agency.code))
    if at >= due_at:
        raise NotNow(
            f"{date_words(since)}到的，五个工作日的告知期限已经过了，不能照平常收件：请报科室负责人，查明为什么没有及时登记。"
        )
    return since


def _brought(row: CaseMaterial, told: Mapping[str, Brought], reused: Collection[str]) -> Brought:
    """这一份是怎样收到的：窗口的照登记的，网上、别的系统送来的是电子件。"""
    case, key = row.case, row.material.key
    if key in reused:
        return Brought(way=MaterialWay.AGAIN)
    if case.channel in AT_THE_DESK:
        return as_sent(told.get(key) or as_asked(row.material), case.channel)
    return Brought(way=MaterialWay.SYSTEM if case.source else MaterialWay.ONLINE)


def register_applicant(person: Person, at: datetime.datetime) -> Applicant:
    """登记申请人：证件号另存盲索引。"""
    return Applicant.objects.create(
        kind=person.kind, name=person.name, id_kind=person.document, id_number=person.id_number,
        id_index=identity.index(person.document, person.id_number), phone=person.phone, address=person.address,
        contact_name=person.contact_name, created_at=at,
    )  # fmt: skip


def _attach(case: Case, attached: Mapping[str, Files], *, by: User, at: datetime.datetime) -> None:
    """申请表里的附件:存下,摘要写进申请表。"""
    known, uploads = file_fields(case.guide.form), []
    for key in set(attached) & {field["key"] for field in known.values()}:
        place: Place = {"case": case, "material_key": form_key(key)}
        field = known[form_key(key)]
        uploads += [store(name, content, place, by=by, at=at, field=field) for name, content in attached[key]]
    if uploads:
        case.answers |= as_answers(uploads)
        case.save(update_fields=["answers"])


def _known_by(key: str) -> Case | None:
    """这个凭据已经收成的办件。同一凭据同时来两次,后来的等先来的做完再看。"""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
    known: Case | None = Case.objects.filter(submission_key=key).first()
    return known


def _number(agency: Agency, at: datetime.datetime) -> str:
    """办件编号:区划代码 + 年月日 + 全局流水。"""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('approvals_case_number')")
        serial = cursor.fetchone()[0]
    return f"{agency.region_code}{local(at):%Y%m%d}{serial:06d}"


def deciding_place(guide: Guide, unit: Unit, at: datetime.datetime) -> tuple[Agency, Unit]:
    """由谁决定:收件单位所在机关或其上级里有权的那一个,否则是事项的实施机关;以及它的承办科室。"""
    item, day = guide.item, local(at).date()
    agency: Agency | None = unit.agency
    while agency is not None:
        if agency == item.agency or Authority.objects.in_force(item, agency, day):
            break
        agency = agency.parent
    agency = agency or item.agency
    if agency == item.agency:
        return agency, item.section
    desk = Unit.objects.filter(agency=agency, kind="approval").order_by("path").first()
    return agency, desk or item.section


def check_materials(case: Case, *, checks: Mapping[str, Check], by: User, at: datetime.datetime) -> None:
    """核对材料:逐件记下结果;容缺只能用于指南允许容缺的材料,并写明日期。

    checks 以材料代号为键。Raises: NotNow(已不在收件、不能这样核对)、PermissionDenied。
    """
    deadlines.settle(case, at=at)
    with transaction.atomic():
        siblings = joint_course.lock_branches(case)
        case.lock()
        _window_only(case, by)
        if case.state != CaseState.RECEIVED:
            raise NotNow(f"这件申请现在是“{case.get_state_display()}”，不再核对材料。")
        for row in case.materials.select_related("material").select_for_update(of=("self",)):
            if (found := checks.get(row.material.key)) is None:
                continue
            _may_be(row, found)
            row.verdict, row.comment, row.due_date = found.verdict, found.comment, found.due_date
            if not row.provided and found.verdict in (Verdict.OK, Verdict.DEFECTIVE):
                shared = row.material.source == Source.SHARED
                row.receive(Brought(way=MaterialWay.SHARED) if shared else found.brought or as_asked(row.material), at)
            row.save(update_fields=["verdict", "comment", "due_date", *RECEIVED])
            for sibling in siblings:
                _same_sheet(sibling, row, by=by, at=at)
        _promise_to_bring(case, by=by, at=at)
        facts = {key: f"{check.verdict} {check.comment}".strip() for key, check in checks.items()}
        journal.record(
            "approvals.case.check_materials", about=case, by=by, at=at, before=case.state, after=case.state, facts=facts
        )


def _promise_to_bring(case: Case, *, by: User, at: datetime.datetime) -> None:
    """容缺的，要申请人书面承诺补交的日期；承诺的内容变了，照新的再承诺一次。"""
    text = promise_words(case)
    same = case.confirmations.filter(matter=Matter.DEFERRAL, dropped_at=None).order_by("-pk").first()
    if not text:
        unconfirmed.drop(case, Matter.DEFERRAL, at=at)
    elif same is None or same.text != text:
        confirmations.ask(case, Matter.DEFERRAL, text=text, by=by, at=at)


def promise_words(case: Case) -> str:
    """容缺承诺的内容：哪一份、哪天以前补交，一份一行。"""
    rows = case.materials.select_related("material").filter(verdict=Verdict.DEFERRED).order_by("pk")
    return "\n".join(f"{row.material.name}，{date_words(row.due_date)}以前补交。" for row in rows)


def _same_sheet(sibling: Case, row: CaseMaterial, *, by: User, at: datetime.datetime) -> None:
    """联办里同一样材料只核对一次：还没有核对的，照这一次的结果记；容缺、不需要的各件自己定。"""
    if sibling.state != CaseState.RECEIVED or row.verdict not in (Verdict.OK, Verdict.MISSING, Verdict.DEFECTIVE):
        return
    same = sibling.materials.filter(material__name=row.material.name, verdict=Verdict.UNCHECKED)
    if same.update(verdict=row.verdict, comment=row.comment, **{name: getattr(row, name) for name in RECEIVED}):
        facts = {"material": row.material.name, "verdict": row.verdict, "checked_in": row.case.number}
        journal.record(
            "approvals.case.check_together",
            about=sibling, by=by, at=at, before=sibling.state, after=sibling.state, facts=facts,
        )  # fmt: skip


def _window_only(case: Case, by: User) -> None:
    if not rules.may_take_in(case, by):
        raise PermissionDenied("只有收件窗口的人可以核对材料。")


def _may_be(row: CaseMaterial, found: Check) -> None:
    if Verdict.PLEDGED in (row.verdict, found.verdict):
        raise NotNow(f"“{row.material.name}”用告知承诺代替的，签和撤回都在告知承诺书那一页。")
    if row.material.source == Source.SHARED and found.verdict not in (Verdict.OK, Verdict.NOT_NEEDED):
        raise NotNow(f"“{row.material.name}”由部门共享获取，不能要申请人交；没有核验成的，请自己去核，不算他缺材料。")
    requirement = row.material.requirement
    if found.verdict == Verdict.DEFERRED and requirement != Requirement.DEFERRABLE:
        raise NotNow(f"“{row.material.name}”不允许容缺。")
    if found.verdict == Verdict.DEFERRED and found.due_date is None:
        raise NotNow(f"“{row.material.name}”容缺须写明补交日期。")
    if found.verdict == Verdict.NOT_NEEDED and requirement == Requirement.REQUIRED and not row.material.when:
        raise NotNow(f"“{row.material.name}”是必要材料，不能标为不需要。")
    if found.verdict in (Verdict.MISSING, Verdict.DEFECTIVE) and not found.comment:
        raise NotNow(f"请写明“{row.material.name}”缺什么、哪里不符合。")


def accept(case: Case, *, by: User, at: datetime.datetime) -> Case:
    """受理:材料齐全,直办类的登记了到场,定下决定机关的权力来源,起法定与承诺时限,出受理通知书。

    Raises: NotNow、PermissionDenied。
    """
    deadlines.settle(case, at=at)
    if why := bars.not_acceptable(case, at) or mandates.unverified(case) or attendances.lacking(case):
        raise NotNow(why)
    with transaction.atomic():
        take(case, "accept", by=by, at=at, authority=acceptance.in_force(case, at))
        acceptance.start_deferred(case, at)
        letters.acceptance(case, by=by, at=at)
        testers.ask_for(case, by=by, at=at)
        fees.arise(case, FeeStage.ACCEPTANCE, by=by, at=at)
        handover.onward(case, by=by, at=at)
        telling.tell_applicant(case, "case.accepted", "申请已受理", f"办件 {case.number} 已受理。", by=by, at=at)
        joint_course.follow(case, by=by, at=at)
    return case
