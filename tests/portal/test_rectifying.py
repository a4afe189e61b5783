"""更正登记的信息：窗口提出、申请人确认，本人登录换手机号；盲索引、检索词、短信、文书、报文都跟着。"""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from approvals.actions import confirmations, decision, delivering, finding, rectifying
from approvals.models import Applicant, Case, Rectification
from approvals.rules.exchange import OF_CASE
from approvals.states import RectifyReason
from office.journal.models import Entry
from office.notices import actions as notices
from office.notices.models import Notice
from office.papers import actions as papers
from office.papers.models import Paper
from office.steps import NotNow
from tests import casework
from tests.approvals import together
from tests.approvals.test_confirming import sent_code
from tests.makers import sign_in
from tests.portal.desks import at_desk, ready, said
from tests.portal.hall_cast import FORM, PNG, found

ANSWERS = {"org_name": "赵申请", "why": "new", "funds": "50000", "truth": True}
RIGHT_NAME, RIGHT_ID = "赵申清", "110105194912310054"
NEW_PHONE = "13900000009"


@pytest.fixture
def b(bureau):
    return ready(bureau, form=FORM)


def url(name, *args):
    return reverse(f"desk:{name}", args=args)


def rectify(client, case, follow=True, **told):
    return client.post(url("case-rectify", case.number), {"reason": "entered", **told}, follow=follow)


@pytest.mark.clause("S6")
def test_a_mistyped_name_and_number_follow_the_applicants_confirmation_everywhere(b, client):
    case = casework.accepted(b, answers=ANSWERS)
    old_letter = Paper.objects.about(case).of_kind("acceptance").get()
    at_desk(client, b.clerk_a)
    assert url("case-rectify", case.number) in said(client.get(url("case", case.number)))
    shown = said(client.get(url("case-rectify", case.number)))
    assert "赵申请" not in shown.split('class="casehead"')[1].split("</header>")[1], "原来的遮住"
    page = said(rectify(client, case, name=RIGHT_NAME, id_kind="resident", id_number=RIGHT_ID))
    assert "确认书可以打印了" in page and "等确认" in page
    case.refresh_from_db()
    assert case.applicant.name == "赵申请" and case.unconfirmed == 1, "没有确认以前不改"
    paper = Paper.objects.about(case).of_kind("confirmation").latest("pk")
    assert f"姓名或名称：赵申请 → {RIGHT_NAME}" in paper.context["lines"]
    one = case.confirmations.get(matter="rectify")
    client.post(url("confirm", case.number, one.pk, "send"))
    client.post(url("confirm", case.number, one.pk, "code"), {"code": sent_code(case)})
    case = Case.objects.get(pk=case.pk)
    assert (case.applicant.name, case.applicant.id_number, case.unconfirmed) == (RIGHT_NAME, RIGHT_ID, 0)
    assert case.answers["org_name"] == RIGHT_NAME, "申请表里照抄的跟着改"
    assert Applicant.objects.with_id_number(RIGHT_ID).get() == case.applicant
    assert not Applicant.objects.with_id_number("11010519491231002X").exists()
    finding.index(at=b.at)
    assert Case.objects.saying(RIGHT_NAME).exists() and not Case.objects.saying("赵申请").exists()
    old_letter.refresh_from_db()
    assert old_letter.context["applicant"] == "赵申请", "已经出的照旧"
    assert "赵申请" not in said(client.get(url("case-history", case.number)))
    made = case.rectifications.get()
    assert made.way == "confirmed" and made.told["name"] == ["赵申请", RIGHT_NAME]
    entry = Entry.objects.get(verb="approvals.case.rectify")
    assert entry.facts["columns"] == "证件号码、姓名或名称" and RIGHT_NAME not in str(entry.facts)
    assert OF_CASE["rectify"] == OF_CASE["receive"], "订了申办的另收一条"
    assert "更正登记的信息" in said(client.get(url("case-history", case.number)))


def test_papers_ordered_afterwards_carry_the_new_name(b):
    case = casework.reviewed(b)
    confirmed(case, b, name=RIGHT_NAME)
    decision.grant(Case.objects.get(pk=case.pk), decision="准予登记。", by=b.chief, at=b.at)
    assert Paper.objects.about(case).of_kind("grant").get().context["applicant"] == RIGHT_NAME


def confirmed(case, b, **changes):
    rectifying.register(case, changes=changes, reason="entered", checked=True, by=b.clerk_a, at=b.at)
    one = case.confirmations.open().get(matter="rectify")
    return confirmations.confirm_online(one, by=b.citizen, at=b.at)


def test_an_unconfirmed_name_holds_up_the_grant_until_it_is_dropped(b, client):
    case = casework.reviewed(b)
    rectifying.register(case, changes={"name": RIGHT_NAME}, reason="entered", checked=False, by=b.clerk_a, at=b.at)
    with pytest.raises(NotNow, match="确认以前不能准予"):
        decision.grant(Case.objects.get(pk=case.pk), decision="准予登记。", by=b.chief, at=b.at)
    at_desk(client, b.clerk_a)
    assert "请申请人确认" in said(client.get(url("case", case.number)))
    page = said(client.post(url("case-rectify-forget", case.number), follow=True))
    assert "提出的更正已作废" in page
    assert "没有等着确认的更正" in said(client.post(url("case-rectify-forget", case.number), follow=True))
    decision.grant(Case.objects.get(pk=case.pk), decision="准予登记。", by=b.chief, at=b.at)


def test_after_the_decision_only_the_document_number_may_change_so_that_he_can_collect(b, client):
    case = casework.granted(b)
    with pytest.raises(NotNow, match="已经有决定"):
        rectifying.register(case, changes={"name": RIGHT_NAME}, reason="entered", checked=True, by=b.clerk_a, at=b.at)
    at_desk(client, b.clerk_a)
    shown = said(client.get(url("case-rectify", case.number)))
    assert 'name="name"' not in shown and 'name="id_number"' in shown
    rectify(client, case, id_number=RIGHT_ID)
    one = case.confirmations.get(matter="rectify")
    assert "请申请人确认" in said(client.get(url("case", case.number)))
    scan = SimpleUploadedFile("签名.png", PNG)
    client.post(url("confirm", case.number, one.pk, "sign"), {"signer": "赵申请", "scan": scan})
    case.refresh_from_db()
    assert case.applicant.id_number == RIGHT_ID
    assert delivering.identified(case, id_number=RIGHT_ID, relation="", at=b.at).number == RIGHT_ID
    papers.empty_tray(at=b.at, limit=50)
    case = casework.collected(case, b.clerk_a, b.at)
    with pytest.raises(NotNow, match="已经送达"):
        rectifying.register(
            case, changes={"id_number": "11010519491231002X"}, reason="entered", checked=True, by=b.clerk_a, at=b.at
        )


def test_a_query_code_is_not_the_applicant(b, client):
    case = casework.received(b, answers=ANSWERS)
    rectifying.register(case, changes={"name": RIGHT_NAME}, reason="entered", checked=False, by=b.clerk_a, at=b.at)
    one = case.confirmations.get()
    found(client, case)
    page = said(client.get(reverse("hall:confirm", args=[case.number])))
    assert RIGHT_NAME not in page and "登录申请人的账号来确认" in page
    paper = Paper.objects.about(case).of_kind("confirmation").get()
    sheet = reverse("hall:paper", args=[case.number, paper.pk])
    assert sheet not in said(client.get(reverse("hall:track-case", args=[case.number])))
    assert client.get(sheet).status_code == 404, "确认书上有新的姓名、号码"
    answer = client.post(reverse("hall:confirm", args=[case.number]), {"pk": one.pk}, follow=True)
    assert "要登录申请人的账号确认" in said(answer)
    sign_in(client, b.citizen)
    assert RIGHT_NAME in said(client.get(reverse("hall:confirm", args=[case.number])))
    client.post(reverse("hall:confirm", args=[case.number]), {"pk": one.pk})
    case.refresh_from_db()
    assert case.applicant.name == RIGHT_NAME


def test_the_window_changes_a_phone_after_checking_the_document(b, client):
    case = casework.received(b, answers=ANSWERS, on_behalf=True)
    one = case.confirmations.get()
    confirmations.send_code(one, by=b.clerk_a, at=b.at)
    code = sent_code(case)
    held = notices.queue(
        "case.accepted", about=case, to=None, address="13800000001", channel="sms", subject="示例", body="示例",
        responsible=b.clerk_a, by=b.clerk_a, at=b.at,
    )  # fmt: skip
    at_desk(client, b.clerk_a)
    assert "要先当面核对" in said(rectify(client, case, phone=NEW_PHONE))
    assert "已更正" in said(rectify(client, case, phone=NEW_PHONE, checked="on"))
    case.refresh_from_db()
    assert case.applicant.phone == NEW_PHONE and Applicant.objects.with_phone(NEW_PHONE).exists()
    held.refresh_from_db()
    assert held.address == NEW_PHONE, "没有送出的改发新号码"
    assert Notice.objects.get(kind="case.confirm_code").state == "cancelled"
    with pytest.raises(NotNow, match="失效"):
        confirmations.confirm_by_code(one, code=code, by=b.clerk_a, at=b.at)
    told = Notice.objects.filter(kind="case.rectified", channel="sms")
    assert {one.address for one in told} == {NEW_PHONE, "13800000001"}, "原来的号码也告诉一声"
    assert all(NEW_PHONE not in one.body for one in told)
    made = case.rectifications.get()
    assert (made.way, made.checked_by) == ("checked", b.clerk_a)


def test_nothing_to_change_and_wrong_numbers_are_said(b, client):
    case = casework.received(b, answers=ANSWERS)
    at_desk(client, b.clerk_a)
    assert "请填写要更正的那一栏" in said(rectify(client, case))
    assert "没有改动" in said(rectify(client, case, name="赵申请"))
    assert "证件" in said(rectify(client, case, id_number="123"))
    assert "请选择为什么更正" in said(rectify(client, case, name=RIGHT_NAME, reason=""))
    assert not Rectification.objects.exists()


@pytest.mark.clause("D12")
def test_the_citizen_changes_his_phone_online_by_a_code_sent_to_the_new_one(b, client):
    case = casework.received(b, answers=ANSWERS)
    page = reverse("hall:reached", args=[case.number])
    found(client, case)
    assert client.get(page).status_code == 404, "凭查询码的不行"
    assert page not in said(client.get(reverse("hall:track-case", args=[case.number])))
    sign_in(client, b.citizen)
    assert page in said(client.get(reverse("hall:track-case", args=[case.number])))
    assert "请填写要更正的那一栏" in said(client.post(page, {"reason": "changed"}))
    assert "能收短信的手机号" in said(client.post(page, {"phone": "0759-3333333", "reason": "changed"}))
    answer = client.post(page, {"phone": NEW_PHONE, "reason": "changed"}, follow=True)
    assert "填验证码" in said(answer)
    told = Notice.objects.filter(kind="case.confirm_code").latest("pk")
    assert told.address == NEW_PHONE
    code = re.search(r"验证码 (\d{6})", told.body)[1]
    assert "验证码不对" in said(client.post(page, {"check": "1", "code": "x"}))
    case.refresh_from_db()
    assert case.applicant.phone == "13800000001"
    assert "已更正" in said(client.post(page, {"check": "1", "code": code}, follow=True))
    case.refresh_from_db()
    assert case.applicant.phone == NEW_PHONE and case.rectifications.latest("pk").way == "new_phone"
    assert "已经失效" in said(client.post(page, {"check": "1", "code": code}))
    client.post(page, {"address": "示范路2号", "reason": "stated"})
    case.refresh_from_db()
    assert case.applicant.address == "示范路2号" and case.rectifications.latest("pk").way == "account"
    for _ in range(rectifying.MOST_CODES):
        answer = client.post(page, {"phone": "13900000008", "reason": "changed"}, follow=True)
    assert "发得太多" in said(answer)


def test_codes_wear_out(b):
    case = casework.received(b, answers=ANSWERS)
    told = {"changes": {"phone": NEW_PHONE}, "reason": "changed"}
    rectifying.ask_online(case, **told, by=b.citizen, at=b.at)
    for _ in range(rectifying.MOST_TRIES):
        with pytest.raises(NotNow, match="不对"):
            rectifying.confirm_online(case, code="000", by=b.citizen, at=b.at)
    with pytest.raises(NotNow, match="失效"):
        rectifying.confirm_online(case, code="000", by=b.citizen, at=b.at)


@pytest.mark.clause("D9")
def test_every_branch_of_a_joint_matter_carries_it_until_one_is_decided(b):
    joint = together.submitted(together.matter(b))
    first, second, *rest = together.branches(joint)
    rectifying.register(first, changes={"name": RIGHT_NAME}, reason="stated", checked=True, by=b.clerk_a, at=b.at)
    one = first.confirmations.get(matter="rectify")
    confirmations.send_code(one, by=b.clerk_a, at=b.at)
    confirmations.confirm_by_code(one, code=sent_code(first), by=b.clerk_a, at=b.at)
    for case in (first, second, *rest):
        case.refresh_from_db()
        assert case.applicant.name == RIGHT_NAME
        assert Entry.objects.filter(verb="approvals.case.rectify", subject_key=str(case.pk)).count() == 1
    decision.withdraw(second, reason="示例", by=b.citizen, at=b.at)
    with pytest.raises(NotNow, match=second.number):
        rectifying.register(first, changes={"name": "赵"}, reason="stated", checked=True, by=b.clerk_a, at=b.at)


def test_identity_never_changes_without_a_confirmation_in_the_database(b):
    case = casework.received(b, answers=ANSWERS)
    told = {"columns": ["name"], "told": {}, "reason": RectifyReason.CHANGED, "asked_at": b.at, "asked_by": b.clerk_a}
    with pytest.raises(IntegrityError), transaction.atomic():
        Rectification.objects.create(case=case, **told, way="checked", checked_by=b.clerk_a, done_at=b.at)
    (made,) = rectifying.register(
        case, changes={"phone": NEW_PHONE}, reason="changed", checked=True, by=b.clerk_a, at=b.at
    )
    for act in (lambda: Rectification.objects.filter(pk=made.pk).update(reason="stated"), made.delete):
        with pytest.raises(IntegrityError, match="不能改、不能删"), transaction.atomic():
            act()
