"""延期：科室在工作台报请，局长在队列批准，申请人在进度页看到，全走页面。"""

import pytest
from django.urls import reverse

from approvals.models import Extension
from tests import casework
from tests.makers import sign_in
from tests.portal.desks import at_desk, ready, said
from tests.portal.hall_cast import found


@pytest.fixture
def b(bureau):
    return ready(bureau)


def do(one, name):
    return reverse("admin:approvals_extension_deed", args=[one.pk, name])


@pytest.mark.clause("D10")
def test_extension_is_asked_sanctioned_and_told(b, client):
    case = casework.reviewed(b)
    page, here = reverse("desk:case", args=[case.number]), reverse("desk:case-extend", args=[case.number])
    at_desk(client, b.reviewer)
    assert "报请延期" in said(client.get(page)) and "至多10个工作日" in said(client.get(here))
    assert "1 到 10" in said(client.post(here, {"value": "11", "reason": "还要征求意见。"}))
    assert not Extension.objects.exists()
    client.post(here, {"value": "8", "reason": "还要征求意见。"})
    one = Extension.objects.get()
    assert "等待批准" in said(client.get(here))

    sign_in(client, b.director)
    assert "延期" in said(client.get(reverse("admin:denials_report_changelist")))
    assert case.number in said(client.get(reverse("admin:approvals_extension_changelist")))
    shown = said(client.get(reverse("admin:approvals_extension_change", args=[one.pk])))
    assert "还要征求意见。" in shown and "同意延期" in shown and "不同意" in shown and "批准文件" not in shown
    answer = client.post(do(one, "sanction"), {"sanction-text": ""})
    assert answer.status_code == 422 and "请填写" in said(answer)
    client.post(do(one, "sanction"), {"sanction-text": "同意。"})
    one.refresh_from_db()
    assert one.state == "sanctioned" and case.clocks.get(kind="statutory").due_at == one.due_after
    answer = client.post(do(one, "decline"), {"decline-text": "又不同意了。"})
    assert answer.status_code == 409 and "您的意见没有记下" in said(answer)

    client.logout()
    told = said(client.get(found(client, case)))
    assert "延长办理期限" in told and "还要征求意见" in told and "延期通知书" in told


def test_deputy_who_is_not_standing_in_sees_but_may_not_sanction(b, client):
    case = casework.reviewed(b)
    at_desk(client, b.reviewer)
    client.post(reverse("desk:case-extend", args=[case.number]), {"value": "8", "reason": "还要征求意见。"})
    one = Extension.objects.get()
    sign_in(client, b.deputy)
    assert "此刻不由您批准" in said(client.get(reverse("admin:approvals_extension_change", args=[one.pk])))
    assert client.post(do(one, "sanction"), {"sanction-text": "同意。"}).status_code == 409
    sign_in(client, b.chief)
    assert client.post(do(one, "sanction"), {"sanction-text": "同意。"}).status_code == 403
    one.refresh_from_db()
    assert one.state == "asked"


def test_list_of_extensions_costs_no_query_each(b, client, django_assert_max_num_queries):
    at_desk(client, b.reviewer)
    taken = []
    for count in (1, 2):
        for _ in range(count):
            case = casework.accepted(b)
            client.post(reverse("desk:case-extend", args=[case.number]), {"value": "8", "reason": "还要征求意见。"})
        sign_in(client, b.director)
        with django_assert_max_num_queries(60) as captured:
            assert said(client.get(reverse("admin:approvals_extension_changelist"))).count("个工作日") >= count
        taken.append(len(captured))
        sign_in(client, b.reviewer)
    assert taken[0] == taken[1]
