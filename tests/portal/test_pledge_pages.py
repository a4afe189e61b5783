"""告知承诺：窗口签、网上签、核查、整改、撤销，全走页面。"""

import pytest
from django.urls import reverse

from approvals.models import Pledge, PledgeTerms
from office.papers.models import Paper
from office.workdays import clock
from tests import casework
from tests.approvals import pledging
from tests.makers import sign_in
from tests.portal.desks import at_desk, ready, said
from tests.portal.hall_cast import found

SIGNED = {"signer": "赵申请", "agreed": "on"}


@pytest.fixture
def b(bureau):
    b = ready(bureau, informed_commitment=True)
    pledging.terms(b)
    return b


def url(name, *args):
    return reverse(f"desk:{name}", args=args)


@pytest.mark.clause("D5")
def test_the_window_signs_and_the_promise_counts_as_handed_in(b, client):
    case = casework.received(b, provided={"application"})
    at_desk(client, b.clerk_a)
    check = url("case-check", case.number)
    assert "用告知承诺代替" in said(client.get(check))
    sign = url("case-pledge", case.number, "proof")
    page = said(client.get(sign))
    assert "租期在一年以上" in page and "核查不实的" in page
    assert "不能算承诺" in said(client.post(sign, {"signer": "赵申请"})) and not Pledge.objects.exists()
    assert "告知承诺书" in said(client.post(sign, SIGNED, follow=True))
    assert "已用告知承诺代替" in said(client.get(check))
    client.post(check, {"verdict-application": "ok", "comment-application": ""})
    client.post(url("case-accept", case.number))
    case.refresh_from_db()
    assert case.state == "accepted"
    assert "不能用告知承诺代替" in said(client.get(url("case-pledge", case.number, "application"), follow=True))


@pytest.mark.clause("D5")
def test_the_citizen_signs_and_takes_back_online(b, client):
    case = casework.received(b, provided={"application"})
    track = found(client, case)
    assert "告知承诺" in said(client.get(track))
    page = reverse("hall:pledges", args=[case.number])
    assert "租期在一年以上" in said(client.get(page))
    assert "没有勾选" in said(client.post(page, {"key": "proof", "signer": "赵申请"}))
    assert "已签告知承诺书" in said(client.post(page, {"key": "proof", **SIGNED}, follow=True))
    pledge = Pledge.objects.get()
    assert "告知承诺书" in said(client.get(track)) and pledge.signed_by == b.system
    for nonsense in ("x", "99999", "-1"):
        assert "不能撤回" in said(client.post(page, {"take_back": nonsense}, follow=True))
    assert "已撤回" in said(client.post(page, {"take_back": pledge.pk}, follow=True))
    assert case.materials.get(material__key="proof").verdict == "unchecked"


@pytest.mark.clause("D5", "Z3")
def test_only_those_who_may_see_a_button_and_a_post_is_refused(b, client):
    pledge = pledging.granted(b)
    case = pledge.case
    deed = {name: url("pledge", case.number, pledge.pk, name) for name in ("check", "ask_to_revoke", "revoke", "mend")}
    at_desk(client, b.clerk_a)
    assert "核查承诺" not in said(client.get(url("case", case.number)))
    assert client.post(deed["check"], {"result": "true", "found": "看过。"}).status_code == 403
    assert client.get(url("pledge", case.number, pledge.pk, "nothing")).status_code == 404
    sign_in(client, b.reviewer)
    assert "核查承诺：示例证明" in said(client.get(url("case", case.number)))
    assert "示例证明" in said(client.get(url("pledges"))) and "告知承诺" in said(client.get(url("today")))
    client.post(deed["check"], {"result": "false", "found": "没有这个住所。"})
    assert "还没有过" in said(client.get(url("case", case.number)))
    assert "还没有过" in said(client.post(deed["ask_to_revoke"], {"reason": "没有整改。"}))
    for who in (b.reviewer, b.chief):
        sign_in(client, who)
        assert client.post(deed["revoke"], {"decision": "撤销。"}).status_code == 403
    pledge.refresh_from_db()
    assert pledge.state == "mending"


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_number_of_queries(b, client, rows, django_assert_num_queries):
    for _ in range(rows):
        pledging.granted(b)
    at_desk(client, b.reviewer)
    client.get(url("pledges"))
    with django_assert_num_queries(9):
        client.get(url("pledges"))


def test_the_editor_registers_a_text_and_nobody_changes_it(b, client):
    sign_in(client, b.editor)
    told = {
        "item": b.item.pk, "material_key": "application", "valid_from": f"{clock.now():%Y-%m-%d}", "check_days": 10,
        "mend_days": 10, "bar_months": 12, **pledging.TOLD,
    }  # fmt: skip
    add = reverse("admin:approvals_pledgeterms_add")
    assert "没有这个键的材料" in said(client.post(add, {**told, "material_key": "nothing"}))
    assert client.post(add, told).status_code == 302
    made = PledgeTerms.objects.get(material_key="application")
    assert client.get(reverse("admin:approvals_pledgeterms_change", args=[made.pk])).status_code == 302
    sign_in(client, b.chief)
    assert client.post(add, told).status_code == 403


def test_the_papers_of_a_promise_can_be_printed(b, client):
    pledge = pledging.granted(b)
    at_desk(client, b.reviewer)
    paper = Paper.objects.about(pledge.case).of_kind("pledge").get()
    answer = client.get(url("case-paper-file", pledge.case.number, paper.pk))
    assert answer.headers["Content-Type"] == "application/pdf"
