"""申请人在补正中自己改申请表，多要的材料并入这一次告知；不必再告知一次，也不算我们的差错。"""

import pytest
from django.urls import reverse

from approvals.actions import amending, correction, intake
from approvals.models import Flag
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
    assert "照改过的内容要这一份" in shown and "示例证明" in shown
    correction.answer(case, keys=["application", "proof"], by=b.clerk_a, at=b.at + casework.HOUR)
    assert case.state == "received" and not Flag.objects.exists()


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
