"""代为录入、当场更正、申请人改动、再次告知、回避：全走页面。"""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from approvals.actions import correction, deadlines, intake
from approvals.models import Case, Recusal
from office.notices.models import Notice
from office.workdays import clock
from tests import casework
from tests.approvals.test_confirming import ANSWERS, sent_code
from tests.makers import sign_in
from tests.portal.desks import at_desk, checked, ready, said
from tests.portal.hall_cast import FORM, PNG, found

TYPED = {"org_name": "示例学会", "why": "new", "funds": "50000", "truth": "on"}


@pytest.fixture
def b(bureau):
    return ready(bureau, form=FORM)


def url(name, *args):
    return reverse(f"desk:{name}", args=args)


def entered(b):
    return casework.received(b, answers=ANSWERS, on_behalf=True)


@pytest.mark.clause("Z1")
def test_a_clerk_fills_in_and_the_citizen_confirms_by_code(b, client):
    at_desk(client, b.clerk_a)
    page = said(client.get(url("receive", b.item.code)))
    assert "代为录入" in page
    told = {
        "kind": "person", "name": "赵申请", "id_number": "11010519491231002X", "phone": "13800000001",
        "unit": b.window.code, "provided": ["application", "proof"], "key": "x", "on_behalf": "on",
        **{f"answers-{key}": value for key, value in TYPED.items()},
    }  # fmt: skip
    client.post(url("receive", b.item.code), told)
    case = Case.objects.get()
    assert case.unconfirmed == 1
    client.post(url("case-check", case.number), checked())
    assert "请申请人确认" in said(client.get(url("case", case.number)))
    one = case.confirmations.get()
    page = url("case-confirm", case.number)
    assert "代为填写" in said(client.get(page))
    client.post(url("confirm", case.number, one.pk, "send"))
    code = sent_code(case)
    assert code not in said(client.get(url("case-messages", case.number))), "验证码不给工作人员看"
    assert "验证码不对" in said(client.post(url("confirm", case.number, one.pk, "code"), {"code": "x"}, follow=True))
    assert "已用验证码确认" in said(
        client.post(url("confirm", case.number, one.pk, "code"), {"code": code}, follow=True)
    )
    client.post(url("case-accept", case.number))
    case.refresh_from_db()
    assert case.state == "accepted"


def test_the_signed_page_must_be_a_real_file(b, client):
    case = entered(b)
    at_desk(client, b.clerk_a)
    sign = url("confirm", case.number, case.confirmations.get().pk, "sign")
    assert "请选择扫描的签名页" in said(client.post(sign, {"signer": "赵申请"}, follow=True))
    bad = SimpleUploadedFile("签名.png", b"nothing")
    assert "不是 PDF" in said(client.post(sign, {"signer": "赵申请", "scan": bad}, follow=True))
    good = SimpleUploadedFile("签名.png", PNG)
    assert "签名页已存入" in said(client.post(sign, {"signer": "赵申请", "scan": good}, follow=True))
    assert client.post(url("confirm", case.number, case.confirmations.get().pk, "nothing")).status_code == 404
    sign_in(client, b.reviewer)
    assert client.post(sign, {"signer": "赵申请"}).status_code == 403


def test_the_citizen_confirms_on_the_tracking_page(b, client):
    case, other = entered(b), entered(b)
    track = found(client, case)
    assert "请您确认" in said(client.get(track))
    page = reverse("hall:confirm", args=[case.number])
    assert "我看过了，确认" in said(client.get(page))
    for nonsense in ("x", "", str(other.confirmations.get().pk)):
        assert "已确认" not in said(client.post(page, {"pk": nonsense}, follow=True))
    assert other.confirmations.open().exists() and case.confirmations.open().exists()
    assert "已确认" in said(client.post(page, {"pk": case.confirmations.get().pk}, follow=True))
    assert "没有要您确认的" in said(client.get(page))
    case.refresh_from_db()
    assert case.unconfirmed == 0


@pytest.mark.clause("Z1")
def test_a_correction_on_the_spot_shows_what_was_and_what_is(b, client):
    case = casework.received(b, answers=ANSWERS)
    at_desk(client, b.clerk_a)
    amend = url("case-amend", case.number)
    assert "示例协会" in said(client.get(amend))
    page = said(client.post(amend, TYPED, follow=True))
    assert "示例协会 → 示例学会" in page and "等确认" in page
    assert "请填写" in said(client.post(amend, {**TYPED, "org_name": ""}))
    case.refresh_from_db()
    assert case.answers["org_name"] == "示例学会"


@pytest.mark.clause("Z1")
def test_the_window_sees_the_difference_of_what_the_applicant_changed(b, client):
    case = casework.received(b, answers=ANSWERS, channel="2")
    found(client, case)
    page = reverse("hall:amend", args=[case.number])
    assert "示例协会" in said(client.get(page))
    assert "没有改动" in said(client.post(page, {**TYPED, "org_name": "示例协会", "funds": "30000"}))
    assert "改好了" in said(client.post(page, TYPED, follow=True))
    at_desk(client, b.clerk_a)
    for name in ("case", "case-check"):
        shown = said(client.get(url(name, case.number)))
        assert "申请人改过的" in shown and "<del>示例协会</del>" in shown and "<ins>示例学会</ins>" in shown
    client.post(url("case-changes-seen", case.number))
    assert "申请人改过的" not in said(client.get(url("case", case.number)))
    client.post(url("case-check", case.number), checked())
    client.post(url("case-accept", case.number))
    client.logout()
    found(client, case)
    assert "不能再改申请表" in said(client.get(page, follow=True))


@pytest.mark.clause("Z2", "D5")
def test_a_second_notice_wants_a_chief_and_his_reason(b, client):
    case = casework.told(b)
    correction.answer(case, keys=["proof"], by=b.citizen, at=b.at)
    checks = {"proof": intake.Check("defective", "没有盖章")}
    intake.check_materials(case, checks=checks, by=b.clerk_a, at=b.at)
    again = url("case-notify-again", case.number)
    at_desk(client, b.clerk_a)
    assert client.post(again, {"reason": "漏看。"}).status_code == 403
    sign_in(client, b.chief)
    assert "再次告知" in said(client.get(url("case", case.number)))
    assert "没有盖章" in said(client.get(again))
    client.post(again, {"reason": "上次漏看了盖章。"})
    case.refresh_from_db()
    assert case.state == "correcting"
    shown = said(client.get(url("case", case.number)))
    assert "第二次告知" in shown and "上次漏看了盖章" in shown
    client.logout()
    assert "没有盖章" in said(client.get(found(client, case).rstrip("/") + "/supplement/"))


@pytest.mark.clause("D11")
def test_the_recused_is_refused_at_every_door(b, client):
    case = casework.accepted(b)
    at_desk(client, b.reviewer)
    recuse = url("case-recuse", case.number)
    assert "回避" in said(client.get(url("case", case.number)))
    assert "有权办这一件" in said(
        client.post(recuse, {"who": b.reviewer.pk, "reason": "亲属。", "successor": b.clerk_a.pk})
    )
    assert client.post(recuse, {"who": b.chief.pk, "reason": "亲属。", "successor": b.chief_b.pk}).status_code == 200
    assert not Recusal.objects.exists(), "只能自己申请，不能替科长申请"
    client.post(recuse, {"who": b.reviewer.pk, "reason": "亲属。", "successor": b.chief.pk})
    assert Recusal.objects.get().successor == b.chief
    shown = said(client.get(url("case", case.number)))
    assert "由林范例接着办" in shown and "这一件现在没有要您做的" in shown
    for name in ("case-begin-review", "case-opinion", "case-report", "case-extend", "case-recuse", "case-grant"):
        assert client.post(url(name, case.number), {"opinion": "pass", "text": "x"}).status_code == 403, name
    assert client.post(url("procedure-start", case.number, "experts"), {"reason": "x"}).status_code == 403
    sign_in(client, b.chief)
    client.post(url("case-begin-review", case.number))
    case.refresh_from_db()
    assert case.state == "reviewing"


@pytest.mark.clause("Z1", "Z2")
def test_deemed_acceptance_keeps_the_confirmation_open_and_nothing_is_granted_without_it(b, client, monkeypatch):
    """五日没有告知，法律视为受理，不问确认没有；确认留着，准予以前要补上，期限照走。"""
    case = entered(b)
    due_at = case.clocks.running().get(kind="notice").due_at
    deadlines.sweep(at=due_at)
    case.refresh_from_db()
    assert (case.state, case.deemed, case.unconfirmed) == ("accepted", True, 1)
    told = Notice.objects.about(case).filter(kind="case.accepted", channel="sms").get().body
    assert "视为受理" in told and "还没有确认" in told and "确认以前不能准予" in told
    assert "还没有确认代为录入" in Notice.objects.about(case).filter(kind="case.deemed").first().body
    now = due_at + datetime.timedelta(hours=1)
    monkeypatch.setattr(clock, "now", lambda: now)
    at_desk(client, b.reviewer)
    client.post(url("case-begin-review", case.number))
    client.post(url("case-opinion", case.number), {"opinion": "pass", "text": "符合条件。"})
    at_desk(client, b.chief)
    page = said(client.get(url("case", case.number)))
    assert "申请人还没有确认" in page and "确认以前不能准予" in page
    grant = url("case-grant", case.number)
    assert "确认以前不能准予" in said(client.post(grant, {"decision": "准予登记。"}))
    assert "视为受理时，申请人还没有确认" in said(client.get(url("case-history", case.number)))
    at_desk(client, b.clerk_a)
    assert "请申请人确认" in said(client.get(url("case", case.number)))
    client.logout()
    tracked = said(client.get(found(client, case)))
    assert "申请已经依法视为受理" in tracked and reverse("hall:confirm", args=[case.number]) in tracked
    one = case.confirmations.get()
    client.post(reverse("hall:confirm", args=[case.number]), {"pk": one.pk})
    case.refresh_from_db()
    assert case.unconfirmed == 0
    assert "申请已经依法视为受理" not in said(client.get(reverse("hall:track-case", args=[case.number])))
    at_desk(client, b.chief)
    client.post(grant, {"decision": "准予登记。"})
    case.refresh_from_db()
    assert case.state == "granted"


def test_a_leader_orders_it_for_another(b, client):
    case = casework.accepted(b)
    at_desk(client, b.deputy)
    told = {"who": b.chief.pk, "reason": "有人反映。", "successor": b.chief_b.pk}
    client.post(url("case-recuse", case.number), told)
    made = Recusal.objects.get()
    assert not made.declared and made.by == b.deputy
    assert Notice.objects.inbox(b.chief_b).filter(queued_at__gte=b.at - datetime.timedelta(minutes=1)).exists()


@pytest.mark.clause("Z1")
def test_the_filled_form_is_printed_for_signing_and_the_printing_is_recorded(b, client):
    case = entered(b)
    at_desk(client, b.clerk_a)
    page = url("case-form", case.number)
    assert page in said(client.get(url("case-confirm", case.number)))
    answer = client.post(page)
    assert answer.headers["Content-Type"] == "application/pdf" and b"".join(answer.streaming_content).startswith(
        b"%PDF"
    )
    assert "查看申请人完整信息" in said(client.get(url("case-history", case.number)))
    sign_in(client, b.reviewer)
    assert client.post(page).status_code == 403
