"""撤回、撤销、注销：科室提出，窗口送达告知书，本人陈述申辩，科长上报，分管领导审定，送达才失去效力；没有领导谁也不能。"""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from approvals.actions import cancelling, deadlines, retractions
from approvals.models import Cancellation, Case, Certificate, Retraction, Statement
from office.journal.models import Entry
from office.notices.models import Notice
from office.papers.models import Paper
from office.stateful import WrongDoor
from office.steps import NotNow
from office.workdays import clock
from office.workdays.rules import local
from tests import casework
from tests.approvals import certifying as make
from tests.makers import sign_in
from tests.portal.desks import COLLECTED, at_desk, ready, said
from tests.portal.hall_cast import found
from tests.portal.test_certificate_ends import verified
from tests.portal.test_certificates import delivered, url

HOUR = datetime.timedelta(hours=1)
WHY = {
    "facts": "规划调整，原址划入生态保护区。", "reasons": "原址不得再开展活动。",
    "public_interest": "保护饮用水水源。", "redress": "按评估补偿装修损失，另行书面协商。",
}  # fmt: skip
WITHDRAW = {"ground": "facts", **WHY}
REVOKE = {"ground": "procedure", **WHY}
DECEIT = {"ground": "deceit", "facts": "验资报告系伪造。", "reasons": "以欺骗取得。"}
JUDGED = {
    "ground": "elsewhere", "kind": "revoked", "document": "示范行终〔2026〕1号判决书", "facts": "判决撤销准予决定。",
    "reasons": "依生效判决登记。",
}  # fmt: skip


@pytest.fixture
def b(bureau):
    return ready(bureau)


@pytest.fixture
def now(monkeypatch):
    """页面读的钟，测试拨得动。"""
    told = {"at": clock.now()}
    monkeypatch.setattr(clock, "now", lambda: told["at"])
    return told


def certified(b):
    """一件发了证照、送达了的。"""
    c = make.issuing(b)
    case = make.granted(c)
    delivered(c, case)
    case.refresh_from_db()
    return case


def one_of(case) -> Retraction:
    return Retraction.objects.get(case=case)


def deed(case, name):
    return reverse("desk:retraction", args=[case.number, one_of(case).pk, name])


def serving(case):
    return reverse("desk:retraction-serve", args=[case.number, one_of(case).pk])


def sanctioning(case, name="sanction"):
    return reverse("admin:approvals_retraction_deed", args=[one_of(case).pk, name])


def proposed(client, b, case, told=WITHDRAW, by=None):
    at_desk(client, by or b.reviewer)
    return client.post(url("case-retract", case), told, follow=True)


def heard(client, b, case, now, told=WITHDRAW):
    """告知书送到，陈述申辩期满。"""
    proposed(client, b, case, told)
    at_desk(client, b.clerk_a)
    client.post(serving(case), COLLECTED)
    now["at"] = one_of(case).hear_due_at + HOUR


def asked(client, b, case, now, told=WITHDRAW):
    heard(client, b, case, now, told)
    at_desk(client, b.chief)
    client.post(deed(case, "ask"), {"heard": "没有人提出陈述、申辩。"})


@pytest.mark.clause("Z3", "Z6", "Z18", "D8")
def test_a_grant_is_withdrawn_only_after_notice_hearing_and_a_leader(b, client, now):
    case = certified(b)
    assert "撤回、撤销" in said(at_desk(client, b.reviewer).get(url("case", case)))
    form = client.get(url("case-retract", case))
    assert "第六十九条第一款第三项" in said(form) and "第八条第二款" in said(form)
    missing = said(client.post(url("case-retract", case), {**WITHDRAW, "public_interest": "", "redress": ""}))
    assert "请填写“为了什么公共利益”" in missing and "请填写“补偿、赔偿怎样办”" in missing
    assert not Retraction.objects.exists()
    shown = said(proposed(client, b, case))
    assert "先送达告知书" in shown
    notice = Paper.objects.about(case).of_kind("retraction_notice").get()
    assert notice.title == "拟撤回行政许可告知书" and "第八条第二款" in str(notice.context["basis"])
    assert "现在是“等送达告知书”" in said(client.post(url("case-retract", case), WITHDRAW)), "不能提两次"

    at_desk(client, b.clerk_a)
    assert "送达拟撤回、撤销的告知书" in said(client.get(url("case", case)))
    assert "撤回、撤销" in said(client.get(reverse("desk:today")))
    client.post(serving(case), COLLECTED)
    assert one_of(case).state == "hearing"
    receipt = Paper.objects.about(case).of_kind("delivery").last()
    assert receipt.context["documents"][0]["number"] == notice.number and notice.number in str(receipt.context)

    client.logout()
    page = said(client.get(found(client, case)))
    assert "请您陈述、申辩" in page and "您可以在" in page
    state = reverse("hall:state", args=[case.number])
    assert "生态保护区" in said(client.get(state)) and "请写明您的意见" in said(client.post(state, {"text": ""}))
    client.post(state, {"text": "租约还有三年，请延后。"})
    stated = Statement.objects.get()
    assert stated.place == "网上大厅" and "第七条" in str(stated.paper.context["basis"])

    at_desk(client, b.chief)
    early = client.post(deed(case, "ask"), {"heard": "采纳一部分。"})
    assert "还没有过" in said(early) and one_of(case).state == "hearing"
    now["at"] = one_of(case).hear_due_at + HOUR
    deadlines.sweep(at=now["at"])
    assert Notice.objects.filter(kind="retraction.heard", to=b.chief).exists()
    assert "租约还有三年" in said(client.get(deed(case, "ask")))
    client.post(deed(case, "ask"), {"heard": "申请延后，不采纳：水源保护不能延后。"})
    assert one_of(case).state == "asked"

    sign_in(client, b.deputy)
    assert case.number in said(client.get(reverse("admin:approvals_retraction_changelist")))
    told = said(client.get(reverse("admin:approvals_retraction_change", args=[one_of(case).pk])))
    assert "租约还有三年" in told and "水源保护不能延后" in told and "去审定" in told
    assert client.post(sanctioning(case), {"sanction-decision": ""}).status_code == 422
    client.post(sanctioning(case), {"sanction-decision": "同意撤回，证照十日内交回。"})
    letter = Paper.objects.about(case).of_kind("retraction").get()
    assert letter.title == "撤回行政许可决定书" and letter.context["redress"] == WHY["redress"]
    assert letter.context["reconsideration_body"] and letter.context["court"]
    assert Certificate.objects.get().ended_as == "", "送达以前一直有效"
    client.logout()
    assert "正在送达" in verified(client, case)

    at_desk(client, b.clerk_a)
    client.post(serving(case), COLLECTED)
    certificate = Certificate.objects.get()
    assert (certificate.ended_as, certificate.ended_on) == ("withdrawn", local(now["at"]).date())
    assert certificate.ended_basis == letter.number and one_of(case).state == "done"
    shown = said(client.get(url("case", case)))
    assert "已撤回" in shown and "已生效" in shown
    client.logout()
    page = verified(client, case)
    assert "这份决定已经撤回，不再有效" in page and "已撤回" in page and "这份文书是我们出具的" not in page
    page = said(client.get(found(client, case)))
    assert "这份决定已经撤回，不再有效" in page and "撤回行政许可决定书" in page
    verbs = [line.verb for line in Entry.objects.about(one_of(case))]
    assert [verb.rpartition(".")[2] for verb in verbs] == ["propose", "tell", "ask", "sanction", "serve"]


@pytest.mark.clause("Z3")
def test_nobody_takes_a_grant_back_alone(b, client, now):
    case = certified(b)
    at_desk(client, b.clerk_a)
    assert client.post(url("case-retract", case), WITHDRAW).status_code == 403
    asked(client, b, case, now)
    for who in (b.clerk_a, b.reviewer, b.chief):
        sign_in(client, who)
        assert client.post(sanctioning(case), {"sanction-decision": "同意。"}).status_code in (302, 403)
        assert one_of(case).state == "asked"
    with pytest.raises(PermissionDenied):
        retractions.sanction(one_of(case), decision="同意。", by=b.chief, at=now["at"])
    with pytest.raises(WrongDoor):
        Retraction.objects.filter(case=case).update(state="done")
    certificate = Certificate.objects.get(case=case)
    certificate.ended_as, certificate.ended_on, certificate.ended_basis = "withdrawn", local(now["at"]).date(), "无"
    certificate.end_noted_at, certificate.end_noted_by = now["at"], b.chief
    with pytest.raises(DatabaseError, match="without authority"), transaction.atomic():
        certificate.save()
    certificate.ended_as = "cancelled"
    with pytest.raises(DatabaseError, match="without authority"), transaction.atomic():
        certificate.save()
    one = one_of(case)
    sql = "UPDATE approvals_retraction SET state='decided', decision='x', decided_at=%s, decided_by_id=%s WHERE id=%s"
    for who in (b.approval_chief, b.reviewer):
        told = [now["at"], who.pk, one.pk]
        with pytest.raises(DatabaseError, match="not sanctioned"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, told)
    with pytest.raises(DatabaseError, match="settled"), transaction.atomic():
        Retraction.objects.filter(case=case).update(kind="revoked")


def test_who_proposed_or_reported_does_not_sanction(b, client, now):
    case = certified(b)
    proposed(client, b, case, by=b.deputy)
    at_desk(client, b.clerk_a)
    client.post(serving(case), COLLECTED)
    now["at"] = one_of(case).hear_due_at + HOUR
    at_desk(client, b.chief)
    client.post(deed(case, "ask"), {"heard": "没有。"})
    sign_in(client, b.deputy)
    assert "要由另一位领导审定" in said(
        client.get(reverse("admin:approvals_retraction_change", args=[one_of(case).pk]))
    )
    assert client.post(sanctioning(case), {"sanction-decision": "同意。"}).status_code == 409
    sign_in(client, b.director)
    client.post(sanctioning(case), {"sanction-decision": "同意。"})
    assert one_of(case).decided_by == b.director


def test_deceit_shall_be_revoked_without_redress_unless_great_public_harm(b, client, now):
    case = certified(b)
    asked(client, b, case, now, DECEIT | {"redress": "不该写的"})
    one = one_of(case)
    assert (one.kind, one.redress) == ("revoked", "") and "第六十九条第二款" in one.basis
    sign_in(client, b.deputy)
    page = said(client.get(reverse("admin:approvals_retraction_change", args=[one.pk])))
    assert "可能对公共利益造成重大损害" in page and "可以不收回" not in page
    with pytest.raises(NotNow, match="应当撤销"):
        retractions.keep(one, why="unneeded", decision="算了。", by=b.deputy, at=now["at"])
    client.post(sanctioning(case, "keep"), {"keep-why": "harm", "keep-decision": "机构里还有三百名老人。"})
    assert one_of(case).state == "kept"
    assert Notice.objects.filter(kind="retraction.kept", body__contains="继续有效").exists()
    assert Certificate.objects.get(case=case).ended_as == ""
    at_desk(client, b.reviewer)
    assert url("case-retract", case) in said(client.get(url("case", case))), "以后还可以再提"


def test_a_revocation_letter_says_the_ground_and_that_gains_are_not_protected(b, client, now):
    case = certified(b)
    asked(client, b, case, now, DECEIT)
    sign_in(client, b.deputy)
    client.post(sanctioning(case), {"sanction-decision": "证照十日内交回。"})
    letter = Paper.objects.about(case).of_kind("revocation").get()
    assert letter.context["unprotected"] and letter.context["heard"] == "没有人提出陈述、申辩。"
    at_desk(client, b.clerk_a)
    client.post(serving(case), COLLECTED)
    assert Certificate.objects.get(case=case).ended_as == "revoked"
    assert "这份决定已经撤销，不再有效" in verified(client, case)


def test_the_leader_sends_it_back_and_the_section_may_let_it_go(b, client, now):
    case = certified(b)
    asked(client, b, case, now, REVOKE)
    sign_in(client, b.deputy)
    client.post(sanctioning(case, "send_back"), {"send_back-text": "写明漏了哪一步程序。"})
    assert one_of(case).state == "hearing"
    at_desk(client, b.chief)
    assert "写明漏了哪一步程序" in said(client.get(deed(case, "ask")))
    client.post(deed(case, "drop"), {"reason": "程序补正过了。"})
    assert one_of(case).state == "dropped"
    assert Notice.objects.filter(kind="retraction.kept").exists()
    assert not case.clocks.running().filter(kind__startswith="retraction").exists()


def test_late_serving_and_late_deciding_are_flagged(b, client, now):
    case = certified(b)
    proposed(client, b, case)
    now["at"] = one_of(case).due_at + HOUR
    deadlines.sweep(at=now["at"])
    assert case.flags.get().kind == "delivery"
    at_desk(client, b.clerk_a)
    client.post(serving(case), COLLECTED)
    now["at"] = one_of(case).hear_due_at + HOUR
    at_desk(client, b.chief)
    client.post(deed(case, "ask"), {"heard": "没有。"})
    now["at"] = one_of(case).due_at + HOUR
    deadlines.sweep(at=now["at"])
    assert case.flags.get(kind="retraction").unit == case.section


def test_the_notice_can_be_left_or_put_up_like_any_letter(b, client, now):
    case = certified(b)
    proposed(client, b, case)
    at_desk(client, b.clerk_a)
    other = reverse("desk:case-undelivered", args=[case.number, f"notice-{one_of(case).pk}"])
    assert other in said(client.get(serving(case)))
    left = {"way": "left", "second": b.reviewer.pk, "place": "示范路1号", "explained": "不肯签字。", "recorded": "on"}
    client.post(other, left)
    assert one_of(case).state == "hearing"


@pytest.mark.clause("Z3")
def test_what_another_authority_decided_is_recorded_and_confirmed_by_a_leader(b, client, now):
    case = certified(b)
    today = f"{local(now['at']).date()}"
    assert "请填写“哪一份文书”" in said(proposed(client, b, case, {**JUDGED, "document": "", "ended_on": today}))
    assert "不晚于今天" in said(proposed(client, b, case, {**JUDGED, "ended_on": "2099-01-01"}))
    proposed(client, b, case, {**JUDGED, "ended_on": today})
    assert Certificate.objects.get(case=case).ended_as == ""
    at_desk(client, b.chief)
    client.post(deed(case, "ask_to_confirm"), {})
    sign_in(client, b.deputy)
    client.post(sanctioning(case), {"sanction-decision": "属实。"})
    certificate = Certificate.objects.get(case=case)
    assert (certificate.ended_as, certificate.ended_basis) == ("revoked", JUDGED["document"])
    client.logout()
    assert "这份决定已经撤销，不再有效" in verified(client, case)


# 注销 -----------------------------------------------------------------


@pytest.mark.clause("D8")
def test_a_certificate_is_cancelled_on_one_of_the_six_grounds(b, client):
    case = certified(b)
    today = f"{local(clock.now()).date()}"
    told = {
        "ground": "dissolved", "cancelled_on": today, "facts": "法人已注销登记。",
        "basis": "示范注销登记通知书〔2026〕1号",
    }  # fmt: skip
    at_desk(client, b.clerk_a)
    assert client.post(url("case-cancel", case), told).status_code == 403
    at_desk(client, b.chief)
    here = url("case-cancel", case)
    assert here in said(client.get(url("case", case)))
    assert "请写明凭什么" in said(client.post(here, told | {"basis": ""}))
    assert "不晚于今天" in said(client.post(here, told | {"cancelled_on": "2099-01-01"}))
    assert "有效期还没有届满" in said(client.post(here, told | {"ground": "expired"}))
    client.post(here, told)
    assert "已经注销" in said(client.post(here, told))
    certificate, row = Certificate.objects.get(case=case), Cancellation.objects.get()
    assert (certificate.ended_as, certificate.ended_basis) == ("cancelled", row.paper.number)
    assert "第七十条第（三）项" in str(row.paper.context["basis"])
    assert Notice.objects.filter(kind="case.certificate_ended", body__contains="注销").exists()
    client.logout()
    assert "已注销" in verified(client, case)
    assert "已注销" in said(client.get(found(client, case)))


def test_a_revoked_certificate_is_cancelled_only_as_revoked(b, client, now):
    case = certified(b)
    proposed(client, b, case, {**JUDGED, "ended_on": f"{local(now['at']).date()}"})
    at_desk(client, b.chief)
    client.post(deed(case, "ask_to_confirm"), {})
    retractions.sanction(one_of(case), decision="属实。", by=b.deputy, at=now["at"])
    case = Case.objects.get(pk=case.pk)
    told = {
        "cancelled_on": local(now["at"]).date(),
        "facts": "已撤销。",
        "basis": "判决",
        "by": b.chief,
        "at": now["at"],
    }
    with pytest.raises(NotNow, match="已依法撤销"):
        cancelling.cancel(case, ground="died", **told)
    cancelling.cancel(case, ground="retracted", **told)
    assert Certificate.objects.get(case=case).ended_as == "revoked"
    page = verified(client, case)
    assert "已撤销" in page and "已注销" in page


def test_nothing_is_offered_before_delivery(b, client):
    case = casework.granted(b)
    at_desk(client, b.chief)
    page = said(client.get(url("case", case)))
    assert url("case-retract", case) not in page and url("case-cancel", case) not in page
    assert "送达了的决定才谈得上" in said(client.post(url("case-retract", case), WITHDRAW))
