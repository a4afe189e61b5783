"""听证：科室告知，申请人网上要求，科室定时间地点、做笔录，决定写明根据笔录，全走页面。"""

import datetime

import pytest
from django.test import Client
from django.urls import reverse

from approvals.models import Hearing
from office.papers.models import Paper
from office.workdays import clock
from tests import casework
from tests.approvals.listed import HEARING
from tests.makers import sign_in
from tests.portal.desks import at_desk, ready, said
from tests.portal.hall_cast import found


@pytest.fixture
def b(bureau):
    return ready(bureau, special_procedures=[HEARING])


def url(name, *args):
    return reverse(f"desk:{name}", args=args)


def step(one, name):
    return url("hearing", one.case.number, one.pk, name)


@pytest.mark.clause("D10")
def test_hearing_is_asked_for_online_held_and_decided_upon(b, client, monkeypatch):
    case = casework.reviewed(b)
    at_desk(client, b.reviewer)
    client.post(url("procedure-start", case.number, "hearing"), {"reason": "与他人有重大利益关系。"})
    one = Hearing.objects.get()
    page = said(client.get(url("case", case.number)))
    assert "登记要求听证" in page and "听证的笔录还没有完成" in page

    client.logout()
    page = said(client.get(found(client, case)))
    asking = reverse("hall:hearing", args=[case.number])
    assert "您有权要求听证" in page and asking in page and "听证告知书" in page
    assert "请写明您的要求" in said(client.post(asking, {"text": ""}))
    client.post(asking, {"text": "要求当面说清楚。"})
    assert "要求当面说清楚" in said(client.get(reverse("hall:track-case", args=[case.number])))
    assert client.get(asking).status_code == 302  # 只要求一次

    sign_in(client, b.reviewer)
    sits = b.at + datetime.timedelta(days=17)
    told = {"sits_at": f"{sits:%Y-%m-%dT%H:%M}", "place": "三楼会议室", "chair": b.reviewer.pk}
    assert "请选择主持人" in said(client.post(step(one, "schedule"), told)) or Hearing.objects.get().chair is None
    soon = {**told, "sits_at": f"{b.at + datetime.timedelta(days=2):%Y-%m-%dT%H:%M}", "chair": b.approval_chief.pk}
    assert "七个工作日以前通知" in said(client.post(step(one, "schedule"), soon))
    page = said(client.post(step(one, "schedule"), {**told, "chair": b.approval_chief.pk}, follow=True))
    assert "听证通知书" in page and "打开打印" in page
    public = said(Client().get(reverse("hall:publicity")))
    assert "听证公告" in public and "三楼会议室" in public and b.guide.name in public
    assert case.number not in public and case.applicant.name not in public
    written = {"present": "申请人到场。", "text": "双方已陈述。", "signers": "赵申请"}
    assert "还没有开" in said(client.post(step(one, "finish_record"), written))

    monkeypatch.setattr(clock, "now", lambda: sits + datetime.timedelta(hours=2))
    assert "三楼会议室" not in said(Client().get(reverse("hall:publicity"))), "开过了就不再显示"
    client.post(step(one, "finish_record"), written)
    client.post(url("procedure-end", case.number, one.procedure_id), {"result": "申请人的理由成立。"})
    sign_in(client, b.chief)
    client.post(url("case-grant", case.number), {"decision": "准予登记。"})
    case.refresh_from_db()
    assert case.state == "granted"
    record = Paper.objects.about(case).of_kind("hearing_record").get()
    assert Paper.objects.about(case).of_kind("grant").get().context["hearing"] == record.number
    page = said(client.get(url("case-procedures", case.number)))
    assert "双方已陈述" in page and "三楼会议室" in page


def test_steps_that_do_not_exist_are_not_found(b, client):
    case = casework.reviewed(b)
    at_desk(client, b.reviewer)
    client.post(url("procedure-start", case.number, "hearing"), {"reason": "与他人有重大利益关系。"})
    one = Hearing.objects.get()
    assert client.get(step(one, "nothing")).status_code == 404
    sign_in(client, b.clerk_a)
    assert client.get(step(one, "request")).status_code == 200  # 窗口可以代为登记
    assert client.get(step(one, "schedule")).status_code == 403
