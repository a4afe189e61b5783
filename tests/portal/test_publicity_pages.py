"""公示：科室在工作台启动，谁都看得到、可以提异议，答复了才结束，全走页面。"""

import pytest
from django.core.cache import cache
from django.urls import reverse

from approvals.models import Objection, Publication
from tests import casework
from tests.approvals.listed import PUBLICITY
from tests.makers import sign_in
from tests.portal.desks import at_desk, ready, said
from tests.portal.hall_cast import found


@pytest.fixture
def b(bureau):
    cache.clear()
    b = ready(bureau, special_procedures=[PUBLICITY])
    b.item.theme = "relief"
    b.item.save()
    return b


def url(name, *args):
    return reverse(f"desk:{name}", args=args)


@pytest.mark.clause("D10")
def test_publicity_is_shown_objected_to_answered_and_over(b, client):
    case = casework.reviewed(b)
    at_desk(client, b.reviewer)
    start = url("procedure-start", case.number, "publicity")
    page = said(client.get(start))
    assert "家庭成员数" in page and "拟保障金额" in page and "拟公示的结果" not in page
    told = {"reason": "初审通过。", "members": "3", "amount": "1200.5", "place": "示范村公示栏"}
    assert "请填家庭有几口人" in said(client.post(start, {**told, "members": ""}))
    client.post(start, told)
    one = Publication.objects.get()
    assert "还没有期满" in said(client.get(url("case", case.number)))

    client.logout()
    assert reverse("hall:publicity") in said(client.get(reverse("hall:home")))
    listed = client.get(reverse("hall:publicity"))
    assert "赵申请" in said(listed) and listed["X-Robots-Tag"].startswith("noindex")
    here = reverse("hall:publication", args=[one.code])
    page = said(client.get(here))
    assert "3人" in page and "1200.50元" in page
    for private in (case.number, "110105", "13800000001", "示范路1号"):
        assert private not in page + said(listed)
    assert "请写明您的异议" in said(client.post(here, {"text": ""}))
    client.post(here, {"text": "他家有车。", "phone": "13800000009"})
    objection = Objection.objects.get()
    assert here in said(client.get(found(client, case)))

    sign_in(client, b.chief)
    page = said(client.get(url("case-procedures", case.number)))
    assert "他家有车" in page and "答复异议" in page
    assert "没有答复" in said(client.get(url("case", case.number)))
    client.post(url("objection", case.number, objection.pk), {"text": "经核实没有车。"})
    assert "已经答复" in said(client.post(url("objection", case.number, objection.pk), {"text": "再说一遍。"}))
    assert "经核实没有车" in said(client.get(url("case-procedures", case.number)))


def test_over_or_unknown_publications_are_not_shown(b, client):
    assert "现在没有正在公示的" in said(client.get(reverse("hall:publicity")))
    assert client.get(reverse("hall:publication", args=["nothing"])).status_code == 404
    case = casework.accepted(b)
    at_desk(client, b.reviewer)
    told = {"reason": "初审通过。", "members": "3", "amount": "1200.5"}
    client.post(url("procedure-start", case.number, "publicity"), told)
    one = Publication.objects.get()
    Publication.objects.update(from_at=one.from_at.replace(year=2020), to_at=one.to_at.replace(year=2020))
    for method in (client.get, client.post):
        assert method(reverse("hall:publication", args=[one.code])).status_code == 404


def test_objections_are_limited_per_address(b, client):
    case = casework.accepted(b)
    at_desk(client, b.reviewer)
    told = {"reason": "初审通过。", "members": "3", "amount": "1200.5"}
    client.post(url("procedure-start", case.number, "publicity"), told)
    here = reverse("hall:publication", args=[Publication.objects.get().code])
    for _ in range(5):
        client.post(here, {"text": "他家有车。"})
    assert "提交太频繁" in said(client.post(here, {"text": "他家有车。"})) and Objection.objects.count() == 5


def test_list_costs_no_query_each(b, client, django_assert_max_num_queries):
    taken = []
    for count in (1, 2):
        for _ in range(count):
            case = casework.accepted(b)
            at_desk(client, b.reviewer)
            told = {"reason": "初审通过。", "members": "3", "amount": "1200.5"}
            client.post(url("procedure-start", case.number, "publicity"), told)
        client.logout()
        with django_assert_max_num_queries(12) as captured:
            client.get(reverse("hall:publicity"))
        taken.append(len(captured))
    assert taken[0] == taken[1]
