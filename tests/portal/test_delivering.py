"""送达的页面：窗口一页三种方式；群众在查进度页同意电子送达、收回。"""

import pytest
from django.urls import reverse

from office.papers.models import Paper
from tests import casework
from tests.portal.desks import COLLECTED, at_desk, ready, said


@pytest.fixture
def b(bureau):
    return ready(bureau)


def test_the_window_page_asks_what_each_way_needs(b, client):
    case = casework.granted(b)
    at_desk(client, b.clerk_a)
    page = reverse("desk:case-deliver", args=[case.number])
    assert "请填写“领取人姓名”" in said(client.post(page, {"way": "window"}))
    assert "请填写“邮寄单号”" in said(client.post(page, {"way": "express", "carrier": "中国邮政"}))
    assert "没有同意电子送达" in said(client.post(page, {"way": "electronic"}))
    wrong = client.post(page, COLLECTED | {"collector_id": "440802199001011238"})
    assert "与申请人的不一致" in said(wrong) and "赵申请" in said(wrong)
    posted = client.post(
        page, {"way": "express", "carrier": "中国邮政", "tracking_number": "示例1", "address": "示范路"}, follow=True
    )
    assert "已经寄出，等签收" in said(posted)
    assert "请填写“退回的原因”" in said(client.post(page, {"way": "returned"}))
    assert "地址不详" in said(client.post(page, {"way": "returned", "reason": "地址不详"}, follow=True))
    client.post(page, COLLECTED)
    case.refresh_from_db()
    assert case.state == "delivered" and Paper.objects.about(case).of_kind("delivery").exists()


@pytest.mark.clause("S7")
def test_a_citizen_agrees_online_and_downloads_the_result(b, client):
    case = casework.granted(b)
    client.post(reverse("hall:track"), {"number": case.number, "code": case.query_code})
    consent = reverse("hall:delivery-consent", args=[case.number])
    page = said(client.post(consent, {"agree": "1"}, follow=True))
    assert "您已同意电子送达" in page
    assert "到窗口领取，或者邮寄给您" in said(client.post(consent, {"refuse": "1"}, follow=True))
    client.post(consent, {"agree": "1"})
    at_desk(client, b.clerk_a)
    deliver = reverse("desk:case-deliver", args=[case.number])
    assert "同意电子送达" in said(client.get(deliver))
    client.post(deliver, {"way": "electronic"})
    case.refresh_from_db()
    assert case.state == "delivered" and case.delivery_note.startswith("电子送达")
    client.post(reverse("hall:track"), {"number": case.number, "code": case.query_code})
    after = said(client.get(reverse("hall:track-case", args=[case.number])))
    assert "结果怎么给您" not in after and "送达回证" in after
    assert "已经送达" in said(client.post(consent, {"refuse": "1"}, follow=True))
