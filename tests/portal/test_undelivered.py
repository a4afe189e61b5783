"""送不到怎么办的页面：一页三种，撤销决定书也走这里。"""

import datetime

import pytest
from django.test import Client
from django.urls import reverse

from approvals.actions import deadlines
from office.papers.models import Paper
from office.workdays import clock
from tests import casework
from tests.portal.desks import at_desk, ready, said


@pytest.fixture
def b(bureau):
    return ready(bureau)


@pytest.mark.clause("S7")
def test_the_page_asks_what_each_way_needs(b, client):
    case = casework.granted(b)
    at_desk(client, b.clerk_a)
    page = reverse("desk:case-undelivered", args=[case.number, "result"])
    assert page in said(client.get(reverse("desk:case-deliver", args=[case.number])))
    shown = said(client.post(page, {"way": "door"}))
    assert all(f"请填写“{name}”" in shown for name in ("另一名送达人", "地点", "签收人"))
    left = {"way": "left", "second": b.reviewer.pk, "place": "示范路1号", "explained": "不肯签字。"}
    assert "两样至少有一样" in said(client.post(page, left))
    assert "最后的一种" in said(client.post(page, {"way": "notice", "place": "公告栏", "explained": "找不到人。"}))
    client.post(page, left | {"recorded": "on"})
    case.refresh_from_db()
    assert case.state == "delivered" and Paper.objects.about(case).of_kind("delivery").exists()
    for name in ("pledge-0", "pledge-x", "other"):
        assert client.get(reverse("desk:case-undelivered", args=[case.number, name])).status_code == 404


@pytest.mark.clause("S7")
def test_the_notice_is_shown_until_it_is_full_or_taken_down(b, client):
    case = casework.granted(b)
    at_desk(client, b.clerk_a)
    page = reverse("desk:case-undelivered", args=[case.number, "result"])
    told = {"way": "notice", "place": "公告栏", "explained": "找不到人。", "missing": "on"}
    assert "送达公告" in said(client.post(page, told, follow=True))
    deliver = reverse("desk:case-deliver", args=[case.number])
    public = said(Client().get(reverse("hall:publicity")))
    letter = Paper.objects.about(case).of_kind("grant").get()
    assert all(words in public for words in ("送达公告", "赵**", letter.number, b.window.name))
    assert case.applicant.name not in public and case.number not in public
    shown = said(client.get(deliver))
    assert "正在公告送达" in shown and "已签收" not in shown and "撤下公告" in shown
    client.post(reverse("hall:track"), {"number": case.number, "code": case.query_code})
    assert "已公告送达" in said(client.get(reverse("hall:track-case", args=[case.number])))
    assert "请填写“为什么撤下”" in said(client.post(deliver, {"way": "returned"}))
    client.post(deliver, {"way": "returned", "reason": "本人来领了。"})
    assert "正在公告送达" not in said(client.get(deliver))
    assert letter.number not in said(Client().get(reverse("hall:publicity")))
    assert "送达公告已经撤下" in said(client.get(reverse("hall:track-case", args=[case.number])))
    deadlines.sweep(at=clock.now() + datetime.timedelta(days=60))
    case.refresh_from_db()
    assert case.state == "granted", "撤下的公告不再到期"
