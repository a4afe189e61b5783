"""终止办理：催告、报请、审定、告知，不是否定的另一条路；误录作废：一件不少，申请人知道，编号不再用。"""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from pypdf import PdfReader

from approvals.actions import correction, delivering, intake, outgoing, terminating, voiding
from approvals.models import Archive, Termination, Voiding
from approvals.rules import endings as rules
from office.exchange.states import MessageKind
from office.journal.models import Entry
from office.notices.models import Notice
from office.papers import actions as papers
from office.papers import engine
from office.papers.models import Paper
from office.steps import NotNow
from office.workdays import clock
from office.workdays.rules import DAY, local
from tests import casework
from tests.portal.desks import at_desk, ready, said
from tests.portal.hall_cast import PDF

LAW = "《示例条例》第十条"
GONE = {"ground": "no_object", "facts": "要登记的场所已经拆除。", "basis": LAW, "elsewhere": ""}


def page(name, case):
    return reverse(f"desk:{name}", args=[case.number])


def scan():
    return SimpleUploadedFile("证明.pdf", PDF, "application/pdf")


def closed_as(case):
    """办结报文怎样说这一件。"""
    entry = Entry.objects.about(case).filter(verb__in=["approvals.case.terminate", "approvals.case.void"]).get()
    told = outgoing.SAYINGS[MessageKind.CLOSING](outgoing.Saying(case, entry, full=False))
    return told["BJJGDM"], told["reason"]


def words_of(paper):
    """印出来的字。"""
    pages = PdfReader(io.BytesIO(engine.typeset(paper).pdf)).pages
    return "".join(page.extract_text() for page in pages)


def asked(b, case, **fields):
    told = {"ground": "no_object", "facts": "场所已经拆除。", "basis": LAW, "proof": [("证明.pdf", scan())]}
    return terminating.ask(case, **{**told, **fields}, by=b.reviewer, at=b.at)


@pytest.fixture
def b(bureau):
    return ready(bureau)


@pytest.mark.clause("Z3", "D15", "Z18")
def test_a_section_asks_a_leader_ends_and_the_applicant_is_told_with_remedies(b, client):
    case = casework.accepted(b)
    at_desk(client, b.reviewer)
    assert page("case-terminate", case) in said(client.get(page("case", case)))
    assert "准予，或者提出拟否定报告" in said(client.get(page("case-terminate", case)))
    told = said(client.post(page("case-terminate", case), {**GONE, "basis": "按规定"}))
    assert "写到哪部法律" in told and "证明" in said(client.post(page("case-terminate", case), GONE))
    assert not Termination.objects.exists()
    answer = client.post(page("case-terminate", case), {**GONE, "scan": scan()}, follow=True)
    assert "已报分管领导审定" in said(answer)
    assert Notice.objects.inbox(b.deputy).filter(kind="case.termination_asked").exists()
    assert client.post(page("case-termination", case), {"text": "同意。"}).status_code == 403, "报请的人不能自己定"
    at_desk(client, b.chief)
    assert client.get(page("case-termination", case)).status_code == 403, "科室负责人也不能定"
    case.refresh_from_db()
    assert case.state == "accepted" and case.clocks.running().count() == 2, "审定以前照常办"
    at_desk(client, b.deputy)
    shown = said(client.get(page("case-termination", case)))
    assert "场所已经拆除" in shown and LAW in shown and "证明.pdf" in shown
    assert case.number in said(client.get(reverse("desk:endings")))
    assert "已决定终止办理" in said(client.post(page("case-termination", case), {"text": "同意。"}, follow=True))
    case.refresh_from_db()
    assert (case.state, case.outcome, case.decided_by) == ("terminated", "terminated", b.deputy)
    assert list(case.clocks.running().values_list("kind", flat=True)) == ["delivery"]
    letter = Paper.objects.about(case).of_kind("termination").get()
    assert "title" not in words_of(letter)
    assert letter.context["reconsideration_body"] == "示范市人民政府" and letter.context["court"]
    assert Notice.objects.filter(kind="case.terminated", channel="sms").exists()
    assert closed_as(case) == ("5", "申请办理的对象不存在了")
    client.logout()
    client.force_login(b.citizen)
    track = said(client.get(reverse("hall:track-case", args=[case.number])))
    assert "决定终止办理" in track and "终止办理决定书" in track
    now = clock.now()
    papers.empty_tray(at=now, limit=50)
    casework.collected(case, b.clerk_a, now)
    assert case.state == "delivered", "送到了才算"


@pytest.mark.clause("D15")
def test_an_ending_goes_online_only_with_the_online_way_to_reconsideration(b):
    """行政复议法第二十二条：不利的决定电子送达，要同时告知网上申请复议的渠道。"""
    case = casework.accepted(b)
    terminating.sanction(asked(b, case), text="同意。", by=b.deputy, at=b.at)
    papers.empty_tray(at=b.at, limit=50)
    case.refresh_from_db()
    delivering.agree(case, how=delivering.ONLINE, by=b.citizen, at=b.at)
    with pytest.raises(NotNow, match="网上申请复议的渠道"):
        delivering.deliver_online(case, by=b.clerk_a, at=b.at)
    case.agency.reconsideration_url = "https://fuyi.example.invalid/"
    case.agency.save()
    delivering.deliver_online(case, by=b.clerk_a, at=b.at)
    case.refresh_from_db()
    assert case.state == "delivered"


@pytest.mark.clause("Z3")
def test_who_does_not_come_is_reminded_first_and_given_time(b, client):
    case = casework.accepted(b)
    at_desk(client, b.reviewer)
    absent = {**GONE, "ground": "absent", "facts": "没有到场。"}
    assert "还没有书面催告过" in said(client.post(page("case-terminate", case), absent))
    told = {"what": "inspection", "text": "请到场所。", "until": f"{local(b.at).date() + DAY:%Y-%m-%d}"}
    assert "至少要留" in said(client.post(page("case-remind", case), told))
    until = local(b.at).date() + 20 * DAY
    client.post(page("case-remind", case), {**told, "until": f"{until:%Y-%m-%d}"})
    letter = Paper.objects.about(case).of_kind("participation_reminder").get()
    assert letter.context["what"] == "现场核查"
    assert "还没有过" in said(client.post(page("case-terminate", case), absent))
    with pytest.raises(DatabaseError), transaction.atomic():
        case.terminations.create(ground="absent", facts="x", basis=LAW, asked_at=b.at, asked_by=b.reviewer)
    later = b.at + 22 * DAY
    terms = {"ground": "absent", "facts": "没有到场。", "basis": LAW}
    made = terminating.ask(case, **terms, by=b.reviewer, at=later)
    terminating.decline(made, text="再约一次。", by=b.deputy, at=later)
    case.refresh_from_db()
    assert case.state == "accepted" and not made.case.outcome
    client.force_login(b.citizen)
    assert "书面催告您参加" in said(client.get(reverse("hall:track-case", args=[case.number])))


@pytest.mark.clause("Z3")
def test_no_ground_fits_where_it_does_not_and_the_database_wants_a_sanction(b):
    case = casework.accepted(b)
    with pytest.raises(terminating.NotNow, match="申请人是"):
        asked(b, case, ground="dissolved")
    with pytest.raises(terminating.NotNow, match="划转给了哪个机关"):
        asked(b, case, ground="transferred")
    assert not {"cannot", "unqualified"} & set(rules.TERMS) and len(rules.TERMS) == 5
    with pytest.raises(DatabaseError, match="sanction"), transaction.atomic():
        _force(case, "terminated")
    moved = asked(b, case, ground="transferred", elsewhere="示范市某局，示范路2号，0759-0000002")
    with pytest.raises(terminating.PermissionDenied):
        terminating.sanction(moved, text="同意。", by=b.deputy_b, at=b.at)  # A 岗在岗，轮不到 B 岗
    terminating.sanction(moved, text="同意。", by=b.deputy, at=b.at)
    case.refresh_from_db()
    assert closed_as(case)[0] == "4", "转报"


def _force(case, state):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE approvals_case SET state = %s WHERE id = %s", [state, case.pk])


@pytest.mark.clause("Z3", "D8")
def test_a_clerk_voids_his_own_wrong_entry_the_same_day_and_nothing_is_lost(b, client):
    right, wrong = casework.received(b), casework.received(b)
    at_desk(client, b.clerk_a)
    assert page("case-void", wrong) in said(client.get(page("case", wrong)))
    twice = {"why": "twice", "text": "扫了两次码。", "replaced_by": ""}
    assert "写留下的是哪一件" in said(client.post(page("case-void", wrong), twice))
    answer = client.post(page("case-void", wrong), {**twice, "replaced_by": right.number}, follow=True)
    assert "已作废" in said(answer)
    wrong.refresh_from_db()
    assert (wrong.state, wrong.outcome) == ("voided", "voided") and not wrong.clocks.running().exists()
    assert not Paper.objects.about(wrong).in_force().exists(), "凭证作废，核验得出"
    assert Archive.objects.filter(case=wrong).exists() and wrong.materials.exists(), "材料照留"
    assert closed_as(wrong)[0] == "2"
    told = Notice.objects.filter(kind="case.voided", channel="sms").get()
    assert right.number in told.body and "不算您申请过" in told.body
    at_desk(client, b.chief)
    shown = said(client.get(reverse("desk:endings")))
    assert wrong.number in shown and "扫了两次码。" in shown and b.clerk_a.full_name in shown
    client.logout()
    client.force_login(b.citizen)
    track = said(client.get(reverse("hall:track-case", args=[wrong.number])))
    assert "作废" in track and right.number in track
    assert reverse("hall:rate", args=[wrong.number]) not in track, "没有办过，不请人评价"
    with pytest.raises(DatabaseError), transaction.atomic():
        Voiding.objects.all()._raw_delete(using="default")


@pytest.mark.clause("Z3")
def test_later_or_by_another_only_a_leader_voids_and_never_after_a_notice(b):
    case, noticed, accepted = casework.received(b), casework.told(b), casework.accepted(b)
    told = {"why": "item", "text": "录成了成立登记。"}
    for who, at in ((b.clerk_b, b.at), (b.clerk_a, b.at + DAY), (b.stranger, b.at)):
        with pytest.raises(voiding.PermissionDenied):
            voiding.void(case, **told, by=who, at=at)
    for one in (noticed, accepted):
        with pytest.raises(voiding.NotNow):
            voiding.void(one, **told, by=b.chief, at=b.at)
    correction.answer(noticed, keys=["proof"], by=b.citizen, at=b.at)
    with pytest.raises(voiding.NotNow, match="一次性告知过"):
        voiding.void(noticed, **told, by=b.chief, at=b.at)
    online = casework.received(b, channel="2")
    with pytest.raises(voiding.NotNow, match="由他自己撤回"):
        voiding.void(online, **told, by=b.clerk_a, at=b.at)
    with pytest.raises(DatabaseError), transaction.atomic():
        _force(case, "voided")
    made = voiding.void(case, **told, by=b.chief, at=b.at + DAY)
    assert made.case.closed_at == b.at + DAY
    with pytest.raises(intake.NotNow):
        intake.accept(case, by=b.clerk_a, at=b.at + 2 * DAY)
