"""谁进得来，看得见什么；没有依据，工作台上没有一个网址能说“不”。"""

import itertools

import pytest
from django.urls import reverse

from approvals.models import Case, Ground
from denials.actions import ladder
from denials.models import Report
from office.papers.models import Paper
from portal.desk import urls
from tests import casework
from tests.makers import sign_in
from tests.portal.desks import COLLECTED, FILED, REFUSED, at_desk, checked, ready, said

EVERYTHING = FILED | REFUSED | COLLECTED | checked() | {
    "opinion": "doubt", "text": "不符合。", "decision": "不予。", "reason": "劝退",
    "keys": ["proof"], "reply": "补充。", "state": "refused", "outcome": "refused", "ground": "1",
    "verdict": "sanction",
    "rest": "ok", "number": "13800000001",
}  # fmt: skip


@pytest.fixture
def b(bureau):
    return ready(bureau)


def addresses(case: Case, report: Report | None = None) -> list[str]:
    """工作台的每一个网址，都指到这一件。"""
    paper = Paper.objects.about(case).first()
    known = {
        "number": case.number, "pk": paper.pk, "key": "proof", "code": case.item.code, "name": "record",
        "username": "window.a",
    }  # fmt: skip
    found = []
    for pattern in urls.urlpatterns:
        names = pattern.pattern.converters
        given = {name: known[name] for name in names}
        if pattern.name.startswith("report"):
            if report is None:
                continue
            given = {"number": report.number}
        found.append(reverse(f"desk:{pattern.name}", kwargs=given))
    return found


def outcomes() -> set[str]:
    return set(Case.objects.values_list("outcome", flat=True))


@pytest.mark.clause("Z3")
@pytest.mark.parametrize("who", ["clerk_a", "reviewer", "stranger", "editor"])
@pytest.mark.parametrize("state", ["received", "told", "accepted", "reviewed", "filed"])
def test_no_address_of_the_desk_refuses_without_an_authority(b, client, who, state):
    """把每个网址都提交一遍，什么都填，只是没有依据：谁也说不出“不”。"""
    made = getattr(casework, state)(b)
    case = made.case if state == "filed" else made
    at_desk(client, getattr(b, who))
    for address in addresses(case, made if state == "filed" else None):
        if address.endswith("/report/"):
            continue
        client.post(address, EVERYTHING)
        case.refresh_from_db()
        assert case.outcome not in ("refused", "not_accepted", "withdrawn"), address
    assert not Ground.objects.exists()


@pytest.mark.clause("Z3")
def test_clerk_cannot_borrow_another_guides_article_or_a_precedent_that_says_yes(b, client):
    report = casework.filed(b)
    for chief in (b.approval_chief, b.chief):
        ladder.overturn(report, text="可以。", how_to="按分支机构办理。", by=chief, at=b.at)
    case = casework.received(b)
    at_desk(client, b.clerk_a)
    for name, authority in itertools.product(("rule", "precedent"), ("other", "1", report.precedent.code)):
        address = reverse(f"desk:case-refuse-by-{name}", args=[case.number])
        client.post(address, REFUSED | {"authority": authority})
    case.refresh_from_db()
    assert case.state == "received" and not Ground.objects.exists()


@pytest.mark.clause("Z20")
def test_strangers_see_nothing(b, client):
    report = casework.filed(b)
    at_desk(client, b.stranger)
    for address in addresses(report.case, report):
        if report.case.number in address or "/reports/" in address:
            assert client.get(address).status_code in (404, 405), address
            assert client.post(address, EVERYTHING).status_code in (404, 405), address
    page = said(client.get(reverse("desk:search"), {"q": report.case.number}))
    assert "没有查到" in page
    assert "赵" not in page


def test_door_is_for_staff_only(b, client):
    case = casework.received(b)
    for address in addresses(case):
        assert "/login/" in client.get(address).url, address
        assert client.post(address).status_code in (302, 403), address
    client.force_login(b.citizen)
    for address in addresses(case):
        assert client.get(address).status_code == 403, address
        assert client.post(address).status_code == 403, address


def test_chief_without_the_second_factor_stays_outside(b, client):
    client.force_login(b.chief)
    assert client.get(reverse("desk:today")).status_code == 403
    sign_in(client, b.chief)
    assert client.get(reverse("desk:today")).status_code == 200


@pytest.mark.clause("S8")
def test_each_keeps_to_his_own_part(b, client):
    """窗口不审查、不决定，审查人不受理、不决定。"""
    case = casework.accepted(b)
    forbidden = {
        b.clerk_a: ["case-begin-review", "case-opinion", "case-grant", "case-grant-preview"],
        b.reviewer: ["case-accept", "case-check", "case-grant", "case-deliver", "case-withdraw", "case-lapse"],
    }
    for person, names in forbidden.items():
        at_desk(client, person)
        for name in names:
            answer = client.post(reverse(f"desk:{name}", args=[case.number]), EVERYTHING)
            assert answer.status_code == 403, (person, name)


def test_reviewer_may_not_decide_his_own_review(b, client):
    case = casework.accepted(b)
    at_desk(client, b.chief)
    client.post(reverse("desk:case-begin-review", args=[case.number]))
    client.post(reverse("desk:case-opinion", args=[case.number]), {"opinion": "pass", "text": "符合。"})
    assert "要由别的人作决定" in said(client.get(reverse("desk:case", args=[case.number])))
    assert client.post(reverse("desk:case-grant", args=[case.number]), {"decision": "准予。"}).status_code == 403


def test_known_step_that_cannot_be_taken_now_says_why(b, client):
    case = casework.received(b)
    at_desk(client, b.clerk_a)
    answer = client.post(reverse("desk:case-accept", args=[case.number]), follow=True)
    assert answer.status_code == 200 and "还有材料没有核对" in said(answer)
    assert "还有材料没有核对" in said(client.get(reverse("desk:case", args=[case.number])))


def test_deeds_take_post_only(b, client):
    case = casework.received(b)
    at_desk(client, b.clerk_a)
    for name in ("accept", "notify", "close", "reveal", "begin-review", "grant-preview"):
        assert client.get(reverse(f"desk:case-{name}", args=[case.number])).status_code == 405
