"""申请人在补正中自己改申请表，多要的材料并入这一次告知；不必再告知一次，也不算我们的差错。"""

import pytest
from django.urls import reverse

from approvals.actions import amending, correction, intake
from approvals.models import Flag
from office.notices.models import Notice
from office.papers.models import Paper
from tests import casework
from tests.approvals.test_confirming import ANSWERS
from tests.portal.desks import said
from tests.portal.hall_cast import FORM

pytestmark = pytest.mark.clause("Z2", "D9")
LOST = {"field": "why", "op": "equals", "value": "lost"}
CHANGED = {**ANSWERS, "why": "lost", "lost_on": "2026-02-01", "notice": "示例日报"}
MISSING = intake.Check("missing", "没有提交")


@pytest.fixture
def b(bureau):
    return casework.item_with_guide(bureau, form=FORM, proof_when=LOST)


def told(b):
    """缺申请书，已经一次性告知；照现在填的不要示例证明。"""
    case = casework.received(b, answers=ANSWERS, provided=set())
    intake.check_materials(case, checks={"application": MISSING}, by=b.clerk_a, at=b.at)
    correction.notify(case, by=b.clerk_a, at=b.at)
    return case


def keys(case):
    return sorted(line.case_material.material.key for line in case.correction.current_lines())


def test_what_his_own_change_asks_for_joins_the_one_notice(b, client):
    case = told(b)
    due = case.correction.due_at
    amending.revise(case, answers=CHANGED, by=b.citizen, at=b.at + casework.HOUR)
    case.correction.refresh_from_db()
    assert keys(case) == ["application", "proof"] and case.correction.due_at == due, "期限不变"
    client.force_login(b.citizen)
    shown = said(client.get(reverse("hall:supplement", args=[case.number])))
    assert "照改过的申请表，要这一份" in shown and "示例证明" in shown
    assert "示例证明" in Notice.objects.about(case).filter(kind="case.correction", channel="sms").latest("pk").body
    correction.answer(case, keys=["application", "proof"], by=b.clerk_a, at=b.at + casework.HOUR)
    assert case.state == "received" and not Flag.objects.exists()


def test_what_he_changes_back_is_asked_no_more(b):
    case = told(b)
    later = b.at + casework.HOUR
    amending.revise(case, answers=CHANGED, by=b.citizen, at=later)
    correction.answer(case, keys=["application"], by=b.clerk_a, at=later)
    assert case.state == "correcting"
    amending.revise(case, answers=ANSWERS, by=b.citizen, at=later + casework.HOUR)
    assert case.state == "received" and keys(case) == ["application"]


def test_it_may_be_changed_to_and_fro(b):
    case = told(b)
    for hours, answers in enumerate((CHANGED, ANSWERS, CHANGED), 1):
        amending.revise(case, answers=answers, by=b.citizen, at=b.at + hours * casework.HOUR)
    assert keys(case) == ["application", "proof"]


def test_a_change_that_asks_for_nothing_adds_nothing(b):
    case = told(b)
    amending.revise(case, answers={**ANSWERS, "org_name": "示例学会"}, by=b.citizen, at=b.at + casework.HOUR)
    assert keys(case) == ["application"], "没有多要的，什么也不添"


def test_a_sheet_he_was_told_of_and_brought_wrong_is_told_again_as_ours(b):
    case = told(b)
    later = b.at + casework.HOUR
    amending.revise(case, answers=CHANGED, by=b.citizen, at=later)
    correction.answer(case, keys=["application", "proof"], by=b.clerk_a, at=later)
    defective = intake.Check("defective", "过了有效期")
    intake.check_materials(case, checks={"application": casework.OK, "proof": defective}, by=b.clerk_a, at=later)
    correction.notify_again(case, reason="带来的不对。", by=b.chief, at=later)
    assert Flag.objects.get().kind == "second"


def test_a_second_notice_for_his_own_change_is_no_error_of_ours(b):
    case = told(b)
    correction.answer(case, keys=["application"], by=b.clerk_a, at=b.at)
    amending.revise(case, answers=CHANGED, by=b.citizen, at=b.at + casework.HOUR)
    checks = {"application": casework.OK, "proof": MISSING}
    intake.check_materials(case, checks=checks, by=b.clerk_a, at=b.at + casework.HOUR)
    correction.notify_again(case, reason="申请人改了申请表。", by=b.chief, at=b.at + casework.HOUR)
    assert case.state == "correcting" and keys(case) == ["proof"] and not Flag.objects.exists()


def test_what_we_forgot_is_still_our_error(b):
    case = told(b)
    amending.revise(case, answers=CHANGED, by=b.citizen, at=b.at + casework.HOUR)
    correction.answer(case, keys=["application", "proof"], by=b.clerk_a, at=b.at + casework.HOUR)
    checks = {"application": MISSING, "proof": casework.OK}
    intake.check_materials(case, checks=checks, by=b.clerk_a, at=b.at + casework.HOUR)
    correction.notify_again(case, reason="漏看了。", by=b.chief, at=b.at + casework.HOUR)
    assert Flag.objects.get().kind == "second"


def test_what_is_wrong_in_the_form_itself_is_put_right_in_the_form(b, client):
    case = casework.received(b, answers=ANSWERS, provided={"application"})
    wrong = intake.Check("defective", "社会组织名称少了“市”字。")
    intake.check_materials(case, checks={"application": wrong}, by=b.clerk_a, at=b.at)
    correction.notify(case, by=b.clerk_a, at=b.at)
    client.force_login(b.citizen)
    page = reverse("hall:supplement", args=[case.number])
    amend = reverse("hall:amend", args=[case.number])
    shown = said(client.get(page))
    assert "少了“市”字" in shown
    assert amend in shown, "告知的是申请表，就在申请表里改"
    amending.revise(case, answers={**ANSWERS, "org_name": "示例市协会"}, by=b.citizen, at=b.at + casework.HOUR)
    case.refresh_from_db()
    assert (case.state, case.materials.get(material__key="application").verdict) == ("received", "unchecked")
    assert Paper.objects.about(case).of_kind("correction_receipt").count() == 1
    assert case.unseen_changes == 1, "窗口看得到改了哪里，再核对一遍"


def test_a_signed_sheet_that_never_came_is_not_answered_by_a_change_of_the_form(b, client):
    case = told(b)
    client.force_login(b.citizen)
    assert reverse("hall:amend", args=[case.number]) not in said(
        client.get(reverse("hall:supplement", args=[case.number]))
    )
    amending.revise(case, answers={**ANSWERS, "org_name": "示例市协会"}, by=b.citizen, at=b.at + casework.HOUR)
    case.refresh_from_db()
    assert case.state == "correcting"
