"""每个网址 × 每个角色 × GET、POST，各有一个预期的答复；多一个网址没有写进表，测试就不过。

预期写在 HALL、DESK、QUEUE、TABLES 四张表里：一行一个网址，写明它是哪一类、谁可以；同一类的规矩写在函数里。
"""

import datetime
import re

import pytest
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from agencies.actions import representatives
from agencies.models import Duty, DutySwap, User, WeeklyRun
from approvals.actions import (
    advances,
    archive_batches,
    confirmations,
    differences,
    disclosures,
    drafts,
    enquiries,
    extension,
    handover,
    hearing,
    inspection,
    mandates,
    procedures,
    projects,
    publication,
)
from approvals.models import Attendance, Cover, Flag, Parcel, ServicePolicy, Transfer
from catalog.actions import finding, intakes, manuals, suspending
from catalog.models import ExceptionFiling, Miss, OnlineException, Power, PowerFile, ProcedureFiling, QuestionSet
from delegation.actions import granting
from denials.actions import ladder
from denials.models import LadderPolicy, RegisterEntry, Report, Sheet
from office.journal.models import Entry
from office.notices import actions as notices
from office.papers import actions as papers
from office.papers import engine
from office.papers.models import Paper
from office.vault import digest
from office.workdays.models import CalendarChange, CalendarYear, SpecialDay
from supervision.actions import assessing, conduct, ratings
from tests import casework, makers
from tests.approvals import asking, charging, pledging, retracting, together
from tests.approvals.listed import EXPERTS, HEARING, PUBLICITY, VISIT
from tests.catalog import makers as catalog
from tests.catalog.makers import questions_to
from tests.exchanging import archived, exchanged
from tests.portal.desks import ready
from tests.portal.hall_cast import FORM, PDF, RICH

# 答复的几类 -----------------------------------------------------------

OK, AWAY, LOGIN = "ok", "away", "login"  # 给看、给做；请去别处；请先登录


def kind_of(response) -> str:
    """一次答复归哪一类。表没填对（400、409、422）、现在不行（302 带一句话），都算让他进来了。"""
    status = response.status_code
    if status in (301, 302):
        return LOGIN if re.match(r"/(queue/)?login/", response.url) else AWAY
    return OK if status in (200, 400, 409, 422, 429) else str(status)


# 角色 -----------------------------------------------------------------

CITIZENS = ("owner", "other")
WINDOW = ("clerk", "reviewer", "stranger")  # 只在工作台做事，不进队列
LADDER = ("chief", "deputy", "director")
KEEPERS = ("editor", "auditor", "personnel", "root")
STAFF = (*WINDOW, *LADDER, *KEEPERS)
ROLES = ("anonymous", *CITIZENS, *STAFF)


def people(b) -> dict[str, User | None]:
    told = {"owner": b.citizen, "other": b.other_citizen, "clerk": b.clerk_a, "root": b.root}
    named = {role: getattr(b, role) for role in STAFF if role not in told}
    return {"anonymous": None, **told, **named}


# 场面：每样东西都真有一个 ----------------------------------------------

PAGE = makers.blank_pdf()


@pytest.fixture
def scene(bureau, monkeypatch, settings):
    """一件正在审定的办件、一份定了的报告，和每张表各一行；文书不真排版。"""
    monkeypatch.setattr("django.template.backends.django.Template.render", lambda *_, **__: "")
    monkeypatch.setattr(engine, "typeset", lambda paper, **_: engine.Sheet(PAGE, "示例", digest(PAGE)))
    settings.API_RATE = settings.API_WHOLE_RATE = 10_000  # 这里问得比谁都密
    b = ready(bureau, form=FORM, informed_commitment=True, special_procedures=[EXPERTS, HEARING, PUBLICITY, VISIT])
    b.root = User.objects.create_superuser("root", full_name="维护示例")
    b.draft = drafts.start(guide=b.guide, by=b.citizen, at=b.at, user=b.citizen)
    photo = {"name": "a.pdf", "content": ContentFile(PDF), "by": b.citizen, "at": b.at}
    b.upload = drafts.attach(b.draft, key="proof", **photo)
    b.case = casework.told(b)
    drafts.supplement(b.case, files={"proof": [("b.pdf", ContentFile(PDF))]}, by=b.citizen, at=b.at)
    b.file = b.case.materials.get(material__key="proof").uploads.get()
    b.report = casework.filed(b, case=b.case)
    _special(b)
    _settled(b)
    _pledged(b)
    b.owing = charging.owing(b)
    _confirming(b)
    b.failed = notices.queue(
        "x", about=b.case, to=b.clerk_a, subject="示例", body="示例", responsible=b.chief, by=b.system, at=b.at
    )
    together.shown(b)
    b.contact = asking.referred(b)
    b.cover = Cover.objects.create(absent=b.clerk_b, to=b.clerk_a, reason="示例", made_at=b.at, made_by=b.deputy)
    told = {"name": "示例项目", "owner_name": "示例单位", "unit": b.orgs, "phone": "0759-0000001"}
    b.project = projects.open_project(**told, specialist=b.reviewer, by=b.chief, at=b.at)
    b.issue = projects.raise_issue(b.project, text="示例", raised_by_name="示例", by=b.reviewer, at=b.at)
    terms = mandates.Terms(("contact",), b.at.date() + datetime.timedelta(days=30))
    agent = mandates.Agent(user=b.clerk_b)
    b.mandate = mandates.appoint(b.case, agent=agent, terms=terms, by=b.clerk_a, at=b.at, signed=True)
    b.enquiry = enquiries.ask(b.case, kind="progress", by=b.citizen, at=b.at)
    _rows(b)
    _handover(b)
    _conduct(b)
    b.device = TOTPDevice.objects.create(user=b.deputy_b, name="示例")
    b.clients = {role: _inside(user) for role, user in people(b).items()}
    return b


def _special(b) -> None:
    """一件在走特别程序、报请了延期的办件。"""
    b.special_case = casework.accepted(b)
    b.extension = extension.ask(b.special_case, value=5, reason="示例", by=b.reviewer, at=b.at)
    told = {"reason": "示例", "by": b.reviewer, "at": b.at}
    b.procedure = procedures.start(b.special_case, key="experts", **told)
    b.hearing = hearing.tell(b.special_case, key="hearing", **told).hearing
    shown = publication.Shown(matter="示例")
    public = publication.publish(b.special_case, key="publicity", shown=shown, **told).publication
    visit = {"officers": (b.reviewer, b.chief), "visits_at": b.at, "place": "示例"}
    b.inspection = inspection.assign(b.special_case, key="visit", **visit, **told).inspection
    b.objection = publication.object_to(public, text="示例", by=b.system, at=b.at)


def _confirming(b) -> None:
    """等申请人确认的一项；登记过一次到场。"""
    noted = {"way": "later", "basis": "示例", "recorded_at": b.at, "recorded_by": b.clerk_a}
    b.attendance = Attendance.objects.create(case=b.case, **noted)
    told = {"name": "示例", "phone": "示例", "looked_at": {}, "advice": "示例", "by": b.clerk_a, "at": b.at}
    b.advance = advances.begin(guide=b.guide, unit=b.window, **told)
    with transaction.atomic():
        b.confirmation = confirmations.ask(b.case, "entry", text="示例", by=b.clerk_a, at=b.at)
    posted = {"carrier": "中国邮政", "tracking_number": "示例9", "contents": "章程原件。"}
    b.parcel = Parcel.objects.create(case=b.case, inward=True, told_at=b.at, told_by=b.citizen, **posted)
    came = {**posted, "tracking_number": "示例8", "result": "arrived", "found": "复印件。", "difference": "不是原件。"}
    b.opened = Parcel.objects.create(
        case=b.case, inward=True, told_at=b.at, told_by=b.citizen, ended_at=b.at, ended_by=b.clerk_a, **came
    )
    with transaction.atomic():
        differences.note_contents(b.opened, by=b.clerk_a, at=b.at)


def _pledged(b) -> None:
    """一份文本，一件凭承诺准予了、等核查的。"""
    b.terms = pledging.terms(b)
    b.pledge = pledging.granted(b)


def _settled(b) -> None:
    """一份核准了的报告：有先例，有报备；一件送达了的办件：有评价，有整改。"""
    report = casework.with_deputy(b)
    ladder.sanction(report, text="同意。", by=b.deputy, at=b.at)
    b.entry, b.precedent = RegisterEntry.objects.get(), report.precedent
    done = casework.granted(b)
    papers.empty_tray(at=b.at, limit=50)
    casework.collected(done, b.clerk_a, b.at)
    b.retraction = retracting.proposed(b, done)
    b.disclosure = disclosures.publish(done.disclosure, told={}, by=b.reviewer, at=b.at)
    b.rating = ratings.rate(done, score="bad", tags=["attitude"], text="示例", by=b.citizen, at=b.at)


def _records(b, day) -> None:
    """权责清单、备案、批准，各一行。"""
    told = {"name": "清单.csv", "digest": "0" * 64, "rows": [], "uploaded_by": b.editor, "uploaded_at": b.at}
    b.power_file = PowerFile.objects.create(agency=b.agency, **told)
    b.power = Power.objects.create(agency=b.agency, code="P1", name="示例权力", kind="01", basis="示例条例第一条")
    by = {"document_number": "示例1号", "recorded_by": b.editor, "recorded_at": b.at}
    b.filing = ProcedureFiling.objects.create(guide=b.guide, procedure="x", value=5, unit="wd", filed_on=day, **by)
    until = day + datetime.timedelta(days=90)
    why = {"reason": "示例", "approved_by": "示例市人民政府", "approved_on": day, "until": until}
    b.exception = OnlineException.objects.create(item=b.item, **why, **by)
    b.exception_filing = ExceptionFiling.objects.create(exception=b.exception, filed_on=day, **by)


def _rows(b) -> None:
    day = b.at.date()
    b.sheet = Sheet.objects.create(unit=b.orgs, kind="reports", day=day, closes_at=b.at, made_at=b.at)
    b.flag = Flag.objects.create(case=b.case, kind="yellow", unit=b.orgs, due_at=b.at, raised_at=b.at)
    b.times = ServicePolicy.objects.create(agency=b.agency, valid_from=day + datetime.timedelta(days=1))
    b.policy = LadderPolicy.objects.create(agency=b.agency, valid_from=day + datetime.timedelta(days=1))
    b.absence = makers.away(b.clerk_b, b.at)
    terms = granting.Terms(
        item=b.item, from_agency=b.agency, to_agency=b.stranger_agency, seal=b.seal, instrument_number="示例1号",
        instrument_date=day, promise="已签", agreement="已签", valid_from=day,
        valid_to=day + datetime.timedelta(days=90),
    )  # fmt: skip
    b.delegation = granting.propose(terms=terms, by=b.editor, at=b.at)
    b.synonym = finding.keep_synonym(said="示例", means="示例", items=[], by=b.editor, at=b.at)
    finding.note_miss(text="没有的事", at=b.at)
    b.miss = Miss.objects.get()
    b.questions = QuestionSet.objects.create(key="sample", title="示例", theme="orgs", body=questions_to(b.item.code))
    later = day + datetime.timedelta(days=30)
    b.suspension = suspending.suspend(item=b.item, starts_on=later, message="示例", by=b.editor, at=b.at)
    b.manual = _manual(b)
    b.draft_guide = catalog.draft(b, catalog.item(b, "form-draft"), form=RICH)
    b.intake = intakes.hand_in(name="示例.json", content=b"{}", by=b.editor, at=b.at)
    _records(b, day)
    b.archive = archived(b)
    b.archive_batch = archive_batches.draw_up(b.agency, received_by="示例档案室", by=b.editor, at=b.at)
    papers.empty_tray(at=b.at, limit=50)
    b.arrival = exchanged(b)
    b.special = SpecialDay.objects.create(date=day, works=True, name="示例", source="示例")
    b.year = CalendarYear.objects.create(year=2099)
    b.change = CalendarChange.objects.create(by=b.editor, at=b.at, note="示例")
    tried = {"username": "x", "ip_address": "127.0.0.1", "user_agent": "x", "path_info": "/login/"}
    b.attempt = AccessAttempt.objects.create(**tried, get_data="", post_data="", failures_since_start=1)
    b.log, b.failure = AccessLog.objects.create(**tried), AccessFailureLog.objects.create(**tried)


def _handover(b) -> None:
    """送往县里的一张清单，在途，有一条差异；周历、值班各一行。"""
    b.run = WeeklyRun.objects.create(from_unit=b.window, to_unit=b.stranger_unit, weekday=1, time="10:00")
    b.duty = Duty.objects.create(unit=b.window, weekday=1, user=b.clerk_a)
    told = {"unit": b.window, "giver": b.clerk_a, "taker": b.clerk_b, "reason": "示例", "asked_by": b.clerk_a}
    b.swap = DutySwap.objects.create(**told, day=b.at.date(), asked_at=b.at)
    case = casework.received(b, at=b.at)
    told = {"from_unit": b.window, "to_unit": b.stranger_unit}
    Transfer.objects.create(case=case, leg="forward", created_at=b.at, created_by=b.clerk_a, **told)
    b.batch = handover.draw_up(**told, day=b.at.date(), by=b.clerk_a, at=b.at)
    handover.sign_out(b.batch, by=b.clerk_a, at=b.at)
    b.passage = b.batch.transfers.get()
    b.difference = differences.note_extra(b.batch, b.case, by=b.stranger, at=b.at)


def _conduct(b) -> None:
    """一件等本人陈述的纪律记录，一份等审定的考核；一位在任的首席代表。"""
    what = {"kind": "discipline", "rule": "absence", "source": "inspection", "facts": "示例"}
    told = conduct.Told(person=b.reviewer, unit=b.orgs, happened_on=b.at.date(), **what)
    b.conduct = conduct.raise_one(told, by=b.chief, at=b.at)
    graded = assessing.Proposal(grade="none", reasons="示例")
    b.assessment = assessing.propose(b.reviewer, unit=b.orgs, year=b.at.year - 1, told=graded, by=b.chief, at=b.at)
    signed = {"instrument_number": "示例1号", "signed_by": b.director, "signed_on": b.at.date()}
    terms = representatives.Terms(
        unit=b.orgs, window=b.window, user=b.reviewer, powers=["accept"], valid_from=b.at.date(), **signed
    )
    b.representative = representatives.appoint(terms, by=b.personnel, at=b.at)


def _manual(b):
    """社会组织科做成了的一本工作手册。"""
    told = {"contents": [], "total": 1, "at": b.at}
    made, _new = manuals.order(agency=b.agency, section=b.orgs, on=b.at.date(), by=b.chief, **told)
    manuals.begin(order=made, **told)
    name = default_storage.save("manuals/test.pdf", ContentFile(PDF))
    return manuals.finish(order=made, file=name, file_digest="0" * 64, pages=1, size=1, seconds=1, at=b.at)


def _inside(user: User | None) -> Client:
    client = Client()
    if user is not None:
        makers.sign_in(client, user)
    return client


# 预期：一行一个网址 -----------------------------------------------------
#
# 一行是（GET 的预期，POST 的预期），各是 {角色: 哪一类}。IN 是“让他进来”：给看、给做，或做完请去别处。

IN = (OK, AWAY)
CONDUCT = "reviewer chief deputy director auditor"  # 看得见那件纪律记录的
CONDUCT_DEEDS = ("record", "state-case", "decide", "dismiss", "lodge-appeal", "uphold", "overturn")
INSIDERS = ("clerk", "reviewer", *LADDER)  # 看得见这件办件的工作人员
NOT_GET, NOT_POST = dict.fromkeys(ROLES, "405"), dict.fromkeys(ROLES, "405")


def say(otherwise, **groups):
    """除了点名的，都是 otherwise；groups 是 类=“角色 角色”。"""
    found = dict.fromkeys(ROLES, otherwise)
    for kind, names in groups.items():
        found |= dict.fromkeys(names.split(), {"in_": IN}.get(kind, kind.lstrip("_")))
    return found


def everybody(post=False):
    return (say(IN), say(IN) if post else NOT_POST)


def mine(names="owner", *, show=True, save=False):
    """大厅里只有本人的：别人一律 404。"""
    answer = say("404", in_=names)
    return (answer if show else NOT_GET, answer if save else NOT_POST)


def signed_in(show=True, save=False):
    answer, wrong = say(IN, login="anonymous"), say("405", login="anonymous")
    return (answer if show else wrong, answer if save else wrong)


def desk(answer):
    """工作台的门：没登录的先登录，群众 403；里面的由 answer 说。"""
    return answer | dict.fromkeys(CITIZENS, "403") | {"anonymous": LOGIN}


def staff_page():
    return (desk(say(IN)), desk(say("405")))


def staff_deed(answer=None):
    return (desk(say("405")), desk(answer or say(IN)))


def case_page():
    return (desk(say("404", in_=" ".join(INSIDERS))), desk(say("405")))


def doers(names):
    """办件上的一个动作：有权的做得了，看得见而无权的 403，看不见的 404。"""
    return desk(say("404", _403=" ".join(INSIDERS)) | dict.fromkeys(names.split(), IN))


def deed(names):
    return (desk(say("405")), doers(names))


def form(names):
    return (doers(names), doers(names))


HALL = {
    "home items withheld overdue suggest sitemap robots leaflet guide embed which which-one publicity": everybody(),
    "disclosures disclosure representatives online-rates delegations": everybody(),
    "publication ask": everybody(post=True),
    "form-blank form-sample material-blank material-sample privacy verify verify-paper": everybody(),
    "track login": everybody(post=True),
    "second-factor": (say(LOGIN), say(LOGIN)),  # 没有先过密码
    "apply-start logout": (NOT_GET, say(IN)),
    "stay": (NOT_GET, say("204", login="anonymous")),
    "resume": signed_in(),
    "play": (NOT_GET, say("404")),  # 没说扮演谁
    "apply apply-file apply-check apply-receipt": mine(),
    "apply-person apply-page apply-materials apply-discard": mine(save=True),
    "apply-remove apply-renew apply-submit": mine(show=False, save=True),
    "apply-earlier apply-anew": mine(show=False, save=True),
    "apply-again": (NOT_GET, say("404")),  # 以前没有交过的，没有可以再用的
    "matters matter": everybody(),
    "matter-start": (NOT_GET, say(IN)),
    "joint-apply joint-check joint-receipt joint joint-paper": mine(),
    "joint-materials joint-withdraw": mine(save=True),
    "joint-submit": mine(show=False, save=True),
    "joint-leave-out": (NOT_GET, say("404")),  # 没说去掉哪一个
    "joint-again": (NOT_GET, say("404")),  # 以前没有交过的，没有可以再用的
    "delivery-consent joint-consent agent-answer": mine(show=False, save=True),
    "agents delivery apply-delivery": mine(save=True),
    "track-case": (say("404", in_="owner", away="anonymous"), NOT_POST),  # 没登录的回去凭查询码查
    "paper application": mine(),
    "supplement deferred parcels withdraw rate hearing state enquire messages pledges amend confirm reached": mine(
        save=True
    ),
    "messages-read": mine(show=False, save=True),
    # 首问只凭编号和查询码，账号、工作人员的身份都不算
    "contact contact-paper": (say("404"), NOT_POST),
    "contact-done contact-again": (NOT_GET, say("404")),
    "party party-paper": (say("404"), NOT_POST),  # 利害关系人只凭编号和他自己的查询码
    "party-ask party-recusal": (NOT_GET, say("404")),
    "file": mine("owner clerk reviewer chief deputy director"),  # 看得见办件的工作人员也可以
    "space inbox": signed_in(),
    "inbox-read": signed_in(show=False, save=True),
    "notice-paces mailbox": signed_in(save=True),
}
RATED = "clerk deputy director"  # 窗口的差评:责任人,和管得着窗口的领导
GIVERS = "clerk deputy director stranger"  # 清单两头的人，和管得着窗口的领导
ANY = say((OK, AWAY, "403", "404"))  # 交什么、扫什么写在表单里，测试里是空的
IN_UNITS = ("clerk", "reviewer", "stranger", *LADDER)  # 在单位里办业务的
ASKED = "clerk deputy director"  # 首问登记在窗口:窗口的人和管得着窗口的领导
DESK = {
    "today cases reviews refusals search scan keys": staff_page(),
    "notices-read search-person search-export search-keep search-columns": staff_deed(),
    "search-share search-drop": staff_deed(say("404")),  # 只有存它的人和他给的同事
    "notice-resend": staff_deed(say("404", in_="chief")),  # 只有负责人
    "contacts": staff_page(),
    "notice-paces": (desk(say(IN)),) * 2,
    "contact-figures": (desk(say("403", in_=" ".join(LADDER))), desk(say("405"))),
    "contact-new": (desk(say("403", in_=" ".join(IN_UNITS))),) * 2,
    "contact contact-slip": (desk(say("404", in_=ASKED)), desk(say("405"))),
    "contact-reply contact-refer contact-coordinate contact-confirm contact-send-again": (
        (desk(say("405")), desk(say("404", in_=ASKED)))
    ),
    "contact-sign": (desk(say("405")), desk(say("404", _403=ASKED))),  # 引导去了外单位
    "enquiries": staff_page(),
    "enquiry": case_page(),
    "enquiry-reply enquiry-promise": deed("clerk deputy"),  # 窗口的人，和分管窗口、能作决定的副局长
    "joints slips": staff_page(),
    "joint": case_page(),
    "joint-extend": form("chief deputy director"),
    "joint-paper": case_page(),
    "joint-deliver joint-paper-signed joint-withdraw joint-electronic": form("clerk"),  # 综合窗口
    "receive-joint": (desk(say("404", in_="clerk")),) * 2,  # 只有综合窗口
    "decision-notices": staff_page(),
    # 告知承办科室自己监管的：决定的是科长，由别人签收；分管的副局长也可以
    "decision-notice": (desk(say("404", in_="reviewer chief deputy director")), desk(say("405"))),
    "decision-notice-sign": (desk(say("405")), desk(say("404", _403="chief director", in_="reviewer deputy"))),
    "disclosures disclosure-export": staff_page(),
    "disclosure": (desk(say("404", in_="reviewer chief deputy director")), desk(say("405"))),
    "disclosure-publish disclosure-propose-exclusion disclosure-correct": (
        (desk(say("405")), desk(say("404", _403="director", in_="reviewer chief deputy")))
    ),
    "disclosure-exclude disclosure-decline-exclusion disclosure-withdraw": (
        (desk(say("405")), desk(say("404", _403="reviewer director", in_="chief deputy")))
    ),
    "slip": (desk(say("404", in_="deputy director")), desk(say("405"))),  # 问的是审批科：分管的和局长看得见
    "slip-answer": (desk(say("405")), desk(say("404", _403="deputy director"))),
    "intake": (desk(say("403", in_="clerk stranger")), desk(say("405"))),
    "receive": (desk(say("403", in_="clerk stranger")), desk(say("403", in_="clerk stranger"))),
    "case case-materials case-reviews case-papers case-paper case-paper-file case-messages case-history": case_page(),
    "case-paper-signed": form("clerk reviewer chief deputy"),
    "case-delivery-blank": (doers("clerk"), desk(say("405"))),
    "case-message-send case-message-read case-message-enquiry case-enquire": deed("clerk reviewer chief deputy"),
    "case-reveal": deed("clerk reviewer chief deputy director"),
    "case-accept case-notify case-deferred case-close": deed("clerk"),
    "case-check case-answer case-grant-on-the-spot case-deliver case-undelivered case-withdraw": form("clerk"),
    "case-electronic case-delivery case-deferred-again case-lapse": form("clerk"),
    "case-paper-received": deed("clerk"),
    "case-collect": (desk(say("404")), desk(say("404"))),  # 公告还没有期满的；期满的见 test_undelivered
    "case-begin-review": deed("reviewer chief"),
    "case-opinion case-consult": form("reviewer chief"),
    "case-hand-off": (case_page()[0], doers("chief deputy")),
    "case-take-back": deed("chief deputy"),
    "case-grant case-return-for-review case-certificate": form("chief deputy"),
    "case-grant-preview": deed("chief deputy"),
    "case-endorse": form(""),  # 只有由上一级决定的事；能审核的见 test_deciders
    "advances": staff_page(),
    "advance-new": (desk(say("403", in_="clerk stranger")),) * 2,
    "advance": (desk(say("404", in_=ASKED)), desk(say("404", _403="deputy director") | {"clerk": IN})),
    "retractions": staff_page(),
    "case-retract": form("reviewer chief deputy"),
    "case-cancel": form("chief deputy"),
    "case-bar": form("reviewer chief deputy"),  # 认定；解除只有领导，见 test_bar_pages
    "retraction": form("reviewer chief deputy"),
    "retraction-serve": form("clerk reviewer chief deputy"),
    "case-certificate-late": form("chief deputy"),
    "case-prior": form("clerk reviewer chief deputy"),
    "certificates-expiring": staff_page(),
    "case-parcels": (doers("clerk"), desk(say("405"))),
    "case-parcel case-parcel-new case-parcel-settle": form("clerk"),
    "case-notify-again": form("chief deputy"),
    "case-confirm": (doers("clerk"), desk(say("405"))),
    "confirm case-changes-seen case-form": deed("clerk"),
    "case-amend case-rectify": form("clerk"),
    "case-rectify-forget case-mandate-verify": deed("clerk"),
    "case-handler": form("chief deputy director"),
    "case-handler-take": deed("reviewer chief"),
    "case-reassign": form("chief deputy director"),
    "case-redirect": form("clerk chief deputy director"),
    "case-attendance case-attendance-drop": form("clerk reviewer chief"),
    "case-recuse": form("clerk reviewer chief deputy director"),
    "endings": staff_page(),
    "case-guidance": form("clerk reviewer chief deputy"),
    "case-remind case-terminate": form("clerk reviewer chief deputy"),
    "case-termination": (desk(say("404")), desk(say("404"))),  # 还没有报请的；审定的见 test_endings
    "case-void": form("clerk chief deputy director"),
    "pledges": staff_page(),
    "case-pledge": form("clerk"),
    "pledge": form("reviewer chief deputy"),
    "pledge-serve case-serve-set-aside": form("clerk reviewer chief deputy"),
    "fees": staff_page(),
    "fee-figures fee-export online-rates online-export": (desk(say("403", in_=" ".join(LADDER))), desk(say("405"))),
    "case-fee": form("clerk reviewer chief deputy"),
    "case-procedures": case_page(),
    "case-party": form("clerk reviewer chief deputy"),
    "procedure-start procedure-end case-extend objection": form("reviewer chief deputy"),
    "inspection": form("reviewer chief"),  # 指派的两个人
    "hearing": form("clerk reviewer chief deputy"),  # 窗口可以代申请人登记
    "case-overdue": form("clerk reviewer chief deputy"),
    "case-report": form("clerk reviewer"),
    "case-refuse-by-rule case-refuse-by-precedent": form("clerk"),  # 受理之前是收件的人
    "mandates": staff_page(),
    "mandate-figures": (desk(say("403", in_=" ".join(LADDER))), desk(say("405"))),
    "mandate": case_page(),
    # 代办的人是 stranger 以外的一位：看得见的都不是他
    "mandate-write mandate-enquire mandate-withdraw mandate-supplement": deed(""),
    "mandate-resign": deed("clerk"),
    "case-mandates": (desk(say("404", in_=" ".join(INSIDERS))), doers("clerk")),
    "reuse-figures": (desk(say("403", in_=" ".join(LADDER))), desk(say("405"))),
    "case-reuse": deed("clerk"),
    "assessments": staff_page(),
    "assessment-new": (desk(say("403", in_=" ".join(LADDER))),) * 2,
    # 还没有审定：本人看不到，提出的科长不能自己审定
    "assessment": (desk(say("404", in_="chief deputy director auditor")), desk(say("405"))),
    "assessment-confirm assessment-send-back assessment-uphold assessment-overturn": (
        (desk(say("405")), desk(say("404", _403="chief auditor", in_="deputy director")))
    ),
    "assessment-lodge-appeal": (desk(say("405")), desk(say("404", _403="chief deputy director auditor"))),
    "covers": staff_page(),
    "cover-make": (desk(say("403", in_="director deputy")),) * 2,
    "cover": (desk(say("404", in_="clerk deputy director")), desk(say("405"))),
    "cover-back": (desk(say("405")), desk(say("404", in_="deputy director", _403="clerk"))),
    "projects": staff_page(),
    "project-new": (desk(say("403", in_="chief deputy director")),) * 2,
    "project": (desk(say("404", in_="reviewer chief deputy director")), desk(say("405"))),
    "project-issue project-case project-contact": (
        (desk(say("405")), desk(say("404", in_="reviewer chief deputy director")))
    ),
    "project-assign": (desk(say("405")), desk(say("404", in_="chief deputy director", _403="reviewer"))),
    "project-close": (desk(say("405")), desk(say("404", in_="reviewer chief deputy director"))),
    "project-settle": (desk(say("405")), desk(say("404", in_="reviewer", _403="chief deputy director"))),
    "handovers calendar": staff_page(),
    "handover-draw-up handover-scan": staff_deed(ANY),
    "duty-swap": (desk(say("403", in_="clerk deputy director personnel")),) * 2,
    "duty-swap-settle": staff_deed(say("404", in_="clerk deputy director personnel")),
    "calendar-draw-up": staff_deed(say("404", in_="clerk", _403="deputy director")),
    "handover-batch handover-list": (desk(say("404", in_=GIVERS)), desk(say("405"))),
    "handover-refill handover-sign-out handover-call-off handover-take-out handover-recall": (
        (desk(say("405")), desk(say("404", in_="clerk", _403="stranger deputy director")))
    ),
    "handover-sign-in-all handover-finish handover-differ": (
        (desk(say("405")), desk(say("404", in_="stranger", _403="clerk deputy director")))
    ),
    "difference-settle": (desk(say("405")), desk(say("404", in_="clerk stranger", _403="deputy director"))),
    "report": case_page(),
    "report-resubmit": form("clerk"),
    "rules conduct representatives": staff_page(),
    "conduct-raise": (desk(say("403", in_="chief deputy director auditor")),) * 2,
    "conduct-record": (desk(say("404", in_=CONDUCT)), desk(say("405"))),  # 本人、管他的、审计
    "conduct-state-case conduct-lodge-appeal": (
        desk(say("405")),
        desk(say("404", _403=CONDUCT) | {"reviewer": IN}),
    ),
    "conduct-decide conduct-dismiss": (
        desk(say("405")),
        desk(say("404", _403=CONDUCT) | dict.fromkeys(LADDER, IN)),
    ),
    "conduct-uphold conduct-overturn": (
        desk(say("405")),
        desk(say("404", _403=CONDUCT) | {"deputy": IN, "director": IN}),
    ),
    "representative-new": (desk(say("403", in_="personnel")),) * 2,
    "representative-end": (
        desk(say("404", _403="clerk reviewer chief deputy director editor auditor", in_="personnel")),
    )
    * 2,
    "ratings": staff_page(),
    "rating": (desk(say("404", in_=RATED)), desk(say("405"))),
    "rating-contact rating-settle": (desk(say("405")), desk(say("404", _403=RATED) | {"clerk": IN})),
    "rating-exclude": (desk(say("405")), desk(say("404", _403=RATED) | {"deputy": IN})),
}
API = {
    "page root contract items item guide versions version materials form": everybody(),
    "units unit agencies catalogue-json catalogue-csv disclosures disclosures-csv": everybody(),
    "nowhere": (dict.fromkeys(ROLES, "404"), NOT_POST),
}
SHELL = {
    "display manifest worker offline styleguide styleguide-desk": everybody(),
    "preferences": (NOT_GET, say(IN)),
    "language": everybody(post=True),
    "ping ready": everybody(),
    "exchange-receive": (NOT_GET, say("415")),  # 只收签了名的 JSON，谁登录了都一样
}


# 队列 -------------------------------------------------------------------

QUEUE_ROLES = (*LADDER, *KEEPERS)
OUTSIDE = tuple(role for role in ROLES if role not in QUEUE_ROLES)


def queue(answer):
    """队列的门：不进队列的一律先登录。"""
    return answer | dict.fromkeys(OUTSIDE, LOGIN)


def queue_page(names, *, get="403"):
    return (queue(say(get, in_=names)), queue(say("405")))


def queue_deed(names):
    return (queue(say("405")), queue(say("403", in_=names)))


def queue_form(names):
    return (queue(say("403", in_=names)),) * 2


EVERYONE, ON_LADDER = " ".join(QUEUE_ROLES), " ".join(LADDER)
QUEUE = {
    "index": (queue(say(IN)), queue(say(IN))),
    "enrol": (say(LOGIN), say(LOGIN)),  # 已经绑定的不能再绑
    "login": (say("403", in_=EVERYONE, login="anonymous"),) * 2,
    "logout": (say("405", away=" ".join(OUTSIDE)), say((AWAY, LOGIN))),
    "password_change_done jsi18n": queue_page(EVERYONE),
    "password_change": (queue(say(IN)),) * 2,
    "stuck": queue_page("auditor root"),
    "exchange exchange_export": queue_page("editor"),
    "exchange_intake": queue_page("editor"),  # 各人看各人交来的
    "exchange_hand_in exchange_deed": queue_deed("editor"),
    "sheets_proof": queue_page("editor"),
    "manuals manuals_file": queue_page("chief editor"),  # 科室负责人、目录管理员
    "manuals_order manuals_deed": queue_deed("chief editor"),
    "autocomplete": queue_page("", get="403"),
    "view_on_site": (queue(say("404")),) * 2,
    "app_list": (queue(say(IN, _404="root")),) * 2,
    "denials_report_paper denials_report_file": queue_page(ON_LADDER),
    "denials_report_deed denials_precedent_deed": queue_deed(ON_LADDER),
    "approvals_extension_deed approvals_retraction_deed": queue_deed("deputy director"),
    "denials_registerentry_export denials_registerentry_paper": queue_page(ON_LADDER),
    "denials_registerentry_read denials_registerentry_read_listed denials_registerentry_deed": queue_deed(ON_LADDER),
    "catalog_guide_deed catalog_suspension_lift": queue_deed("editor"),
    "catalog_guide_form": queue_page("editor"),
    "catalog_guide_form_page catalog_guide_form_field catalog_guide_form_material": queue_form("editor"),
    "catalog_guide_sheet": queue_form("editor"),
    "catalog_guide_form_remove_page catalog_guide_form_remove_field": queue_form("editor"),
    "catalog_guide_form_add_page catalog_guide_form_add_field": queue_deed("editor"),
    "catalog_guide_form_move_page catalog_guide_form_move_field": queue_deed("editor"),
    "catalog_questionset_tree": queue_page("editor"),
    "catalog_questionset_tree_question catalog_questionset_tree_exit": queue_form("editor"),
    "catalog_questionset_tree_remove_question catalog_questionset_tree_remove_exit": queue_form("editor"),
    "catalog_questionset_tree_add_question catalog_questionset_tree_add_exit": queue_deed("editor"),
    "catalog_questionset_tree_publish catalog_questionset_tree_discard": queue_deed("editor"),
    "catalog_guide_reductions catalog_power_compare catalog_procedurefiling_report catalog_onlineexception_report": (
        queue_page("editor auditor")
    ),
    "approvals_archive_deed": queue_deed("editor personnel"),
    "approvals_archive_file": queue_page("editor personnel"),
    "approvals_archivebatch_new": queue_form("editor personnel"),
    "approvals_archivebatch_deed": queue_deed("editor personnel"),
    "approvals_archivebatch_settle": queue_deed("editor personnel"),
    "approvals_archivebatch_paper": queue_page("editor auditor personnel"),
    "approvals_case_elsewhere": queue_page("editor auditor"),
    "catalog_power_import": (queue(say("403", in_="editor")),) * 2,
    "catalog_power_foreseen": (queue(say("403", in_="editor", _404="auditor")), queue(say("405"))),
    "catalog_power_apply": (queue(say("405")), queue(say("403", in_="editor", _404="auditor"))),
    "denials_sheet_paper": (queue(say("403", _404=ON_LADDER)), queue(say("405"))),  # 这张表没有纸件
    # 口令的密钥和二维码谁也看不到，维护账户也不行
    "otp_totp_totpdevice_config otp_totp_totpdevice_qrcode": (queue(say("403")),) * 2,
}  # fmt: skip

# 每张表：谁看清单（view）、谁看得到这一行（row，默认同 view）、谁能增、改、删。没有写的就是谁也不能。
TABLES = {
    # 业务的记录：谁也不能在后台增、改、删；经过在各自的页上，没有后台自带的历史
    "approvals_case": {"view": ON_LADDER, "history": ""},
    "approvals_flag": {"view": ON_LADDER, "history": ""},
    "approvals_extension": {"view": "deputy director", "history": ""},
    "approvals_retraction": {"view": "deputy director", "history": ""},
    "approvals_archive": {"view": "editor auditor personnel", "history": ""},
    "approvals_archivebatch": {"view": "editor auditor personnel", "history": ""},
    "denials_report": {"view": ON_LADDER, "history": ""},
    "denials_registerentry": {"view": ON_LADDER, "history": ""},
    "denials_sheet": {"view": ON_LADDER, "history": ""},
    "denials_precedent": {"view": ON_LADDER, "history": ""},
    "supervision_rating": {"view": ON_LADDER},
    "supervision_task": {"view": ON_LADDER, "row": "deputy director"},  # 差评归窗口，不归业务科长
    "office_entry": {"view": "auditor"},
    "office_paper": {"view": "auditor"},
    "office_notice": {"view": EVERYONE, "row": "chief auditor"},  # 负责人和稽核
    # 与外面的系统交换：负责人看自己那一家的，稽核和维护看全部；接入方由维护账户登记
    "office_exchangemessage": {"view": "chief auditor root", "history": ""},
    "office_exchangearrival": {"view": "chief auditor root", "history": ""},
    "office_exchangepeer": {"view": "root", "add": "root", "change": "root"},
    # 日历（维护账户也可以，每一笔进底账）与政策
    "office_specialday": {"view": "editor auditor personnel root", "add": "editor root",
                          "change": "editor root", "delete": "editor root"},
    "office_calendaryear": {"view": "editor auditor personnel root", "change": "editor root"},
    "office_calendarchange": {"view": "editor auditor personnel root"},
    "approvals_servicepolicy": {"view": "deputy director editor auditor personnel",
                                "history": "", "add": "deputy director personnel"},
    "approvals_pledgeterms": {"view": "editor auditor", "history": "", "add": "editor"},
    "denials_ladderpolicy": {"view": "deputy director editor auditor personnel",
                             "history": "", "add": "deputy director personnel"},
    # 机构与人
    "agencies_agency": {"view": "auditor personnel", "change": "personnel"},
    "agencies_unit": {"view": "auditor personnel", "add": "personnel", "change": "personnel"},
    "agencies_weeklyrun": {"view": "auditor personnel", "add": "personnel", "change": "personnel"},
    "agencies_duty": {"view": "auditor personnel", "add": "personnel", "change": "personnel"},
    "agencies_seal": {"view": "auditor personnel", "add": "personnel", "change": "personnel"},
    "agencies_post": {"view": "auditor personnel", "add": "personnel", "change": "personnel"},
    "agencies_holding": {"view": "auditor personnel", "add": "personnel"},
    "agencies_user": {"view": "auditor personnel", "add": "personnel", "change": "personnel"},
    "agencies_absence": {"view": EVERYONE, "row": "auditor personnel", "add": EVERYONE},
    # 目录与委托
    "catalog_item": {"view": "editor auditor", "add": "editor", "change": "editor"},
    "catalog_guide": {"view": "editor auditor", "history": ""},  # 发布过的谁也不能改
    "catalog_suspension": {"view": "editor auditor", "add": "editor", "history": ""},
    "catalog_power": {"view": "editor auditor", "change": "editor", "history": ""},
    "catalog_procedurefiling": {"view": "editor auditor", "add": "editor", "history": ""},
    "catalog_exceptionfiling": {"view": "editor auditor", "add": "editor", "history": ""},
    "catalog_onlineexception": {"view": "editor auditor", "add": "editor", "history": ""},
    "catalog_retention": {"view": "editor auditor", "add": "editor", "history": ""},
    "catalog_synonym": {"view": "editor auditor", "add": "editor", "change": "editor"},
    "catalog_miss": {"view": "editor auditor", "change": "editor"},
    "catalog_questionset": {"view": "editor auditor", "add": "editor", "change": "editor"},
    "delegation_delegation": {"view": "editor", "add": "editor", "change": "editor"},
    # 维护账户：解锁、收回丢了的手机；登录记录只看
    "axes_accessattempt": {"view": "root", "delete": "root"},
    "axes_accesslog": {"view": "root"},
    "axes_accessfailurelog": {"view": "root"},
    "otp_totp_totpdevice": {"view": "root", "delete": "root"},
}  # fmt: skip
CLOSED = (AWAY, "403", "404", "405")  # 看不到的一行：各页说法不同，都是进不来
PAGES = ("changelist", "add", "change", "delete", "history")


def page_of(table, page):
    """一张表的一页：GET、POST 的预期。"""
    told = {"view": "", "add": "", "change": "", "delete": "", **TABLES[table]}
    row = told.get("row", told["view"])
    shown = {
        "changelist": told["view"],
        "add": told["add"],
        "change": row,
        "delete": told["delete"],
        "history": told.get("history", row),
    }
    saved = {**shown, "change": told["change"]}
    return tuple(queue(say(CLOSED) | dict.fromkeys(names[page].split(), IN)) for names in (shown, saved))


def expected():
    """全部网址名 → 预期。"""
    spaces = {"hall:": HALL, "desk:": DESK, "api:": API, "shell:": SHELL, "admin:": QUEUE}
    found = {
        f"{space}{name}": row for space, rows in spaces.items() for names, row in rows.items() for name in names.split()
    }
    for name in ("ping", "ready", "exchange-receive"):
        found[name] = found.pop(f"shell:{name}")
    return found | {f"admin:{table}_{page}": page_of(table, page) for table in TABLES for page in PAGES}


# 走一遍 -----------------------------------------------------------------


def walk(resolver, spaces=()):
    """URLconf 里的全部网址名；没有名字的（后台的兜底）另说。"""
    for found in resolver.url_patterns:
        if hasattr(found, "url_patterns"):
            yield from walk(found, (*spaces, *([found.namespace] if found.namespace else [])))
        else:
            yield ":".join((*spaces, found.name or str(found.pattern)))


UNNAMED = {"admin:<path:object_id>/", "admin:(?P<url>.*)$"}  # 后台自带：旧网址转去 change；兜底的 404


def test_every_address_has_a_row():
    there = set(walk(get_resolver())) - UNNAMED
    assert not there - expected().keys(), "新网址要写进表"
    assert not expected().keys() - there, "表里有不存在的网址"


def words_of(b):
    """网址里要填的词。"""
    case, receipt = {"number": b.case.number}, Paper.objects.about(b.case).of_kind("receipt").get()
    draft, report = {"token": b.draft.token}, {"key": b.report.pk}
    asked, slip = {"number": b.contact.number}, {"pk": Paper.objects.about(b.contact).get().pk}
    kind = ContentType.objects.get_for_model(Report).pk
    return {
        **{f"api:{name}": {"code": b.item.code} for name in ("item", "guide", "versions", "materials", "form")},
        "api:version": {"code": b.item.code, "number": 1}, "api:unit": {"code": b.window.code},
        "api:nowhere": {"rest": "v1/none/"}, "hall:embed": {"code": b.item.code},
        "hall:guide": {"code": b.item.code}, "hall:apply-start": {"code": b.item.code},
        "hall:which-one": {"key": "sample"}, "hall:leaflet": {"code": b.item.code},
        **{f"hall:form-{kind}": {"code": b.item.code} for kind in ("blank", "sample")},
        **{f"hall:material-{kind}": {"code": b.item.code, "key": "application"} for kind in ("blank", "sample")},
        "hall:apply-page": {**draft, "key": "basic"}, "hall:apply-file": {**draft, "pk": b.upload.pk},
        "hall:apply-remove": {**draft, "pk": b.upload.pk}, "hall:file": {"pk": b.file.pk},
        **{f"hall:contact{deed}": asked for deed in ("", "-done", "-again")}, "hall:contact-paper": {**asked, **slip},
        **{f"desk:contact{deed}": asked for deed in (
            "", "-reply", "-refer", "-coordinate", "-confirm", "-send-again", "-sign",
        )}, "desk:contact-slip": {**asked, **slip},
        "hall:apply-again": {**draft, "key": "proof"}, "hall:apply-anew": {**draft, "key": "proof"},
        "desk:cover-make": {"username": b.clerk_b.username}, "desk:cover": {"pk": b.cover.pk},
        "desk:cover-back": {"pk": b.cover.pk}, "hall:disclosure": {"code": b.disclosure.code},
        **{f"desk:disclosure{deed}": {"pk": b.disclosure.pk} for deed in (
            "", "-publish", "-propose-exclusion", "-exclude", "-decline-exclusion", "-correct", "-withdraw",
        )},
        **{f"desk:decision-notice{deed}": {"pk": b.rating.case.decision_notices.get().pk} for deed in ("", "-sign")},
        **{f"desk:project{deed}": {"number": b.project.number} for deed in (
            "", "-issue", "-case", "-contact", "-assign", "-close"
        )}, "desk:project-settle": {"number": b.project.number, "pk": b.issue.pk},
        **{f"desk:mandate{deed}": {"pk": b.mandate.pk} for deed in (
            "", "-write", "-enquire", "-withdraw", "-supplement", "-resign"
        )}, "hall:agent-answer": {**case, "pk": b.mandate.pk},
        **{f"desk:enquiry{deed}": {"pk": b.enquiry.pk} for deed in ("", "-reply", "-promise")},
        "hall:application": case, "hall:paper": {**case, "pk": receipt.pk},
        "hall:verify-paper": {"code": receipt.check_code},
        **{f"desk:handover-{name}": {"number": b.batch.number} for name in (
            "batch", "list", "refill", "sign-out", "call-off", "sign-in-all", "finish",
        )},
        **{f"desk:handover-{name}": {"number": b.batch.number, "pk": b.passage.pk} for name in (
            "take-out", "recall", "differ",
        )},
        "desk:difference-settle": {"pk": b.difference.pk}, "desk:calendar-draw-up": {"pk": b.run.pk},
        "desk:duty-swap-settle": {"pk": b.swap.pk},
        "desk:case-attendance-drop": {**case, "pk": b.attendance.pk},
        "desk:receive": {"code": b.item.code}, "desk:notice-resend": {"pk": b.failed.pk},
        "desk:search-share": {"pk": 1}, "desk:search-drop": {"pk": 1},
        "desk:case-collect": {**case, "pk": 1},
        "desk:case-paper-received": {**case, "pk": Paper.objects.about(b.case).of_kind("correction").get().pk},
        "desk:case-paper-signed": {**case, "pk": Paper.objects.about(b.case).of_kind("correction").get().pk},
        "desk:case-paper": {**case, "pk": receipt.pk}, "desk:case-paper-file": {**case, "pk": receipt.pk},
        "desk:case-deferred": {**case, "key": "proof"},
        "desk:case-deferred-again": {**case, "key": "proof"}, "desk:case-pledge": {**case, "key": "proof"},
        "desk:advance": {"pk": b.advance.pk}, "desk:advance-new": {"code": b.item.code},
        "desk:confirm": {**case, "pk": b.confirmation.pk, "name": "send"},
        "desk:case-mandate-verify": {**case, "pk": b.mandate.pk},
        **{f"hall:{name}": case for name in ("pledges", "amend", "confirm", "parcels", "state", "reached")},
        "desk:case-party": {**case, "name": "hear"}, "desk:case-undelivered": {**case, "name": "result"},
        "desk:case-parcel": {**case, "pk": b.parcel.pk}, "desk:case-parcel-new": {**case, "name": "back"},
        "desk:case-parcel-settle": {**case, "pk": b.opened.pk},
        "desk:pledge-serve": {"number": b.pledge.case.number, "pk": b.pledge.pk},
        "desk:pledge": {"number": b.pledge.case.number, "pk": b.pledge.pk, "name": "check"},
        "desk:retraction": {"number": b.retraction.case.number, "pk": b.retraction.pk, "name": "drop"},
        "desk:retraction-serve": {"number": b.retraction.case.number, "pk": b.retraction.pk},
        "admin:approvals_retraction_deed": {"key": b.retraction.pk, "name": "sanction"},
        "desk:case-bar": {**case, "name": "find"},
        "desk:case-fee": {"number": b.owing.number, "name": "pay"},
        "desk:report": {"number": b.report.number},
        "desk:report-resubmit": {"number": b.report.number},
        **{f"desk:conduct-{deed}": {"pk": b.conduct.pk} for deed in CONDUCT_DEEDS},
        **{f"desk:assessment{deed}": {"pk": b.assessment.pk} for deed in (
            "", "-confirm", "-send-back", "-lodge-appeal", "-uphold", "-overturn",
        )},
        "desk:representative-end": {"pk": b.representative.pk},
        **{f"desk:rating{deed}": {"pk": b.rating.task.pk} for deed in ("", "-contact", "-settle", "-exclude")},
        **_procedures(b),
        **together.words(b),
        "admin:denials_report_paper": report, "admin:denials_report_file": {**report, "upload": b.file.pk},
        "admin:denials_report_deed": {**report, "name": "sanction"},
        "admin:exchange_export": {"form": "xlsx"}, "admin:exchange_intake": {"key": b.intake.pk},
        "admin:exchange_deed": {"key": b.intake.pk, "name": "discard"},
        "admin:manuals_file": {"key": b.manual.pk}, "admin:manuals_deed": {"key": b.manual.pk, "name": "cancel"},
        "admin:denials_precedent_deed": {"key": b.precedent.pk, "name": "withdraw"},
        "admin:denials_registerentry_paper": {"key": b.entry.pk},
        "admin:denials_registerentry_read": {"key": b.entry.pk},
        "admin:denials_registerentry_deed": {"key": b.entry.pk, "name": "uphold"},
        "admin:denials_sheet_paper": {"key": b.sheet.pk},
        "admin:catalog_guide_deed": {"key": b.guide.pk, "name": "retire"},
        **{f"admin:catalog_guide_form{'_' if part else ''}{part}": {"key": b.draft_guide.pk, **more} for part, more in (
            ("", {}), ("add_page", {}), ("page", {"page": "end"}), ("add_field", {"page": "end"}),
            ("move_page", {"page": "end"}), ("remove_page", {"page": "home"}), ("field", {"field": "since"}),
            ("move_field", {"field": "since"}), ("remove_field", {"field": "needs"}),
            ("material", {"material": "application"}),
        )},
        "admin:catalog_questionset_tree": {"key": b.questions.pk},
        **{f"admin:catalog_questionset_tree_{part}": {"key": b.questions.pk, **more} for part, more in (
            ("add_question", {}), ("question", {"question": "yes"}), ("remove_question", {"question": "yes"}),
            ("add_exit", {}), ("exit", {"out": "other"}), ("remove_exit", {"out": "other"}),
            ("publish", {}), ("discard", {}),
        )},
        "admin:catalog_guide_sheet": {"key": b.draft_guide.pk, "material": "application"},
        "admin:sheets_proof": {"key": b.guide.pk, "material": "application", "name": "blank"},
        "admin:catalog_power_foreseen": {"key": b.power_file.pk},
        "admin:catalog_power_apply": {"key": b.power_file.pk},
        "admin:catalog_suspension_lift": {"key": b.suspension.pk},
        "admin:view_on_site": {"content_type_id": kind, "object_id": b.report.pk},
        "admin:app_list": {"app_label": "denials"},
        **{f"admin:otp_totp_totpdevice_{name}": {"pk": b.device.pk} for name in ("config", "qrcode")},
    }  # fmt: skip


def _procedures(b):
    """特别程序与延期。"""
    case, running = {"number": b.special_case.number}, {"pk": b.procedure.pk}
    return {
        "desk:case-procedures": case, "desk:case-extend": case, "desk:procedure-start": {**case, "key": "experts"},
        "desk:procedure-end": {**case, **running}, "desk:objection": {**case, "pk": b.objection.pk},
        "desk:hearing": {**case, "pk": b.hearing.pk, "name": "request"},
        "desk:inspection": {**case, "pk": b.inspection.pk, "name": "record"},
        "hall:publication": {"code": b.objection.publication.code}, "hall:hearing": case,
        "hall:party": case, "hall:party-ask": case, "hall:party-recusal": case,
        "hall:party-paper": {**case, "pk": b.hearing.pk},
        "admin:approvals_archive_deed": {"key": b.archive.pk, "name": "check"},
        "admin:approvals_archive_file": {"key": b.archive.pk},
        "admin:approvals_archivebatch_deed": {"key": b.archive_batch.pk, "name": "drop"},
        "admin:approvals_archivebatch_settle": {"key": b.archive_batch.pk, "order": 1},
        "admin:approvals_archivebatch_paper": {"key": b.archive_batch.pk},
        "admin:approvals_extension_deed": {"key": b.extension.pk, "name": "decline"},
    }  # fmt: skip


def address(b, name, words, rows):
    """网址名 → 一个真的网址，指到场面里的那一件。"""
    space, _, last = name.rpartition(":")
    table, _, page = last.rpartition("_")
    if name in words:
        return reverse(name, kwargs=words[name])
    if table in TABLES and page in ("change", "delete", "history"):
        return reverse(name, args=[rows[table].pk])
    if space == "hall" and last.startswith("apply"):
        return reverse(name, kwargs={"token": b.draft.token})
    if last in (
        "track-case",
        "agents",
        "supplement",
        "deferred",
        "delivery-consent",
        "delivery",
        "withdraw",
        "rate",
        "enquire",
        "messages",
        "messages-read",
        "case",
    ) or last.startswith("case-"):
        return reverse(name, kwargs={"number": b.case.number})
    return reverse(name)


def rows_of(b):
    found = (
        b.case, b.report, b.entry, b.precedent, b.sheet, b.flag, b.policy, b.absence, b.delegation, b.special, b.year,
        b.change, b.attempt, b.log, b.failure, b.device, b.rating, b.rating.task, b.failed, b.agency, b.orgs, b.seal,
        b.posts.clerk, b.clerk_a, b.item, b.guide, b.posts.clerk.holdings.first(), Paper.objects.about(b.case).first(),
        Entry.objects.about(b.case).first(), b.synonym, b.miss, b.questions, b.suspension, b.arrival.peer, b.arrival,
        b.archive, b.archive_batch, b.arrival.peer.messages.get(), b.archive.case.item.retentions.get(),
        b.power, b.filing, b.exception, b.exception_filing, b.times, b.terms, b.extension, b.retraction, b.run, b.duty,
    )  # fmt: skip
    return {row._meta.label_lower.replace(".", "_"): row for row in found}


def ask(client, method, url):
    """问一次，记下答复是哪一类；改了什么都退回去。"""
    jar = client.cookies.copy()
    with transaction.atomic():
        answer = getattr(client, method)(url)
        kind = kind_of(answer)
        transaction.set_rollback(True)
    client.cookies = jar
    return kind


def asked(name):
    """后台各表的门是同一扇：不进队列的人只问清单和改两页，免得太慢。"""
    generated = name.startswith("admin:") and name.removeprefix("admin:").rpartition("_")[0] in TABLES
    return QUEUE_ROLES if generated and not name.endswith(("_changelist", "_change")) else ROLES


@pytest.mark.clause("S8")
@pytest.mark.parametrize("space", ["hall", "desk", "admin", "other"])
def test_each_address_answers_each_role_as_written(scene, space):
    words, rows, wrong = words_of(scene), rows_of(scene), []
    table = expected()
    for name in walk(get_resolver()):
        if (
            name in UNNAMED
            or (name.partition(":")[0] if name.startswith(("hall:", "desk:", "admin:")) else "other") != space
        ):
            continue
        url = address(scene, name, words, rows)
        for method, told in zip(("get", "post"), table[name], strict=True):
            for role in asked(name):
                got, wanted = ask(scene.clients[role], method, url), told[role]
                if got not in (wanted if isinstance(wanted, tuple) else (wanted,)):
                    wrong.append(f"{name} {method} {role}：{got}，应是 {wanted}")
    assert not wrong, "\n".join(wrong)


PROTECTED = (
    "approvals_case", "approvals_flag", "approvals_extension", "approvals_retraction", "approvals_archive",
    "approvals_archivebatch",
    "denials_report", "denials_registerentry", "denials_sheet", "denials_precedent", "office_entry", "office_paper",
    "office_notice", "supervision_rating", "supervision_task", "axes_accesslog", "axes_accessfailurelog",
)  # fmt: skip


@pytest.mark.clause("S8")
def test_nobody_writes_a_record_through_the_generic_pages(scene):
    """办件、报告、依据、报备、汇总表、文书、日志：在后台的增、改、删页上交什么，库里都不多不少、一字不变。"""
    rows = rows_of(scene)
    everything = {"state": "refused", "outcome": "refused", "post": "yes", "_save": "1", "number": "x", "text": "x"}
    before = {table: list(type(rows[table])._base_manager.order_by("pk").values()) for table in PROTECTED}
    for table in PROTECTED:
        for page, args in (("add", []), ("change", [rows[table].pk]), ("delete", [rows[table].pk])):
            for role in QUEUE_ROLES:
                scene.clients[role].post(reverse(f"admin:{table}_{page}", args=args), everything)
        for role in QUEUE_ROLES:
            chosen = {"action": "delete_selected", "_selected_action": rows[table].pk, "post": "yes"}
            scene.clients[role].post(reverse(f"admin:{table}_changelist"), chosen)
    assert before == {table: list(type(rows[table])._base_manager.order_by("pk").values()) for table in PROTECTED}
