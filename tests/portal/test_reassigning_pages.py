"""改派的页面：负责人换科室，两边看得见，申请人看得到换给了谁。"""

import pytest
from django.urls import reverse

from approvals.models import Reassignment
from office.notices.models import Notice
from tests import casework
from tests.portal.desks import at_desk, ready, said

pytestmark = pytest.mark.clause("D8", "C2")


def page(case):
    return reverse("desk:case-reassign", args=[case.number])


def test_the_chief_moves_a_case_and_the_new_section_finds_it_and_why(bureau, client):
    b = ready(bureau)
    case = casework.accepted(b)
    at_desk(client, b.chief)
    assert page(case) in said(client.get(reverse("desk:case", args=[case.number])))
    assert "审批科" in said(client.get(page(case)))
    told = said(client.post(page(case), {"to": b.approval.pk, "reason": ""}))
    assert "error" in told and not Reassignment.objects.exists()
    answer = client.post(page(case), {"to": b.approval.pk, "reason": "派错了科室。"}, follow=True)
    assert "已改派" in said(answer) and page(case) not in said(answer), "经过他手的还看得到，不再归他办"
    assert client.get(page(case)).status_code == 403
    assert Notice.objects.inbox(b.approval_chief).filter(kind="case.reassigned").exists()
    at_desk(client, b.approval_chief)
    shown = said(client.get(reverse("desk:case", args=[case.number])))
    assert "社会组织管理科 → 审批科" in shown and "派错了科室。" in shown
    assert "改派" in said(client.get(reverse("desk:case-history", args=[case.number])))
    client.logout()
    client.force_login(b.citizen)
    track = said(client.get(reverse("hall:track-case", args=[case.number])))
    assert "换了承办科室" in track and "派错了科室" not in track


def test_the_page_says_why_not(bureau, client):
    b = ready(bureau)
    reviewed, held = casework.reviewed(b), casework.filed(b).case
    at_desk(client, b.deputy)
    assert "审查完毕以后不再改派" in said(client.get(page(reviewed)))
    assert "正在逐级审定" in said(client.get(page(held)))
    for one in (reviewed, held):
        client.post(page(one), {"to": b.approval.pk, "reason": "派错了科室。"})
    assert not Reassignment.objects.exists()


def test_a_case_that_never_came_to_the_section_is_gone_from_its_sight(bureau, client):
    b = ready(bureau)
    case = casework.received(b)
    at_desk(client, b.chief)
    answer = client.post(page(case), {"to": b.approval.pk, "reason": "派错了科室。"}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("desk:today") and "已改派" in said(answer)
    assert client.get(reverse("desk:case", args=[case.number])).status_code == 404


def test_there_may_be_no_other_section(bureau, client):
    b = ready(bureau)
    case = casework.accepted(b)
    type(case).objects.filter(pk=case.pk).update(recused=[b.approval_chief.pk, b.approval_chief_b.pk])
    at_desk(client, b.chief)
    assert "没有别的科室可以承办" in said(client.get(page(case)))
