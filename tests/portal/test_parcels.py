"""邮件：申请人寄来的材料、寄回的原件，都有单号；到了什么、有没有出入，两边都看得到。"""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from approvals.models import Parcel
from office.journal.models import Entry
from office.notices.models import Notice
from office.workdays import clock
from tests import casework
from tests.portal.desks import at_desk, ready, said
from tests.portal.hall_cast import found

POSTED = {"carrier": "中国邮政", "tracking_number": "ex 1234", "contents": "示例证明原件一份"}
OPENED = {
    "result": "arrived",
    "found": "示例证明复印件一份",
    "differs": "on",
    "difference": "写的是原件，收到的是复印件。",
}


@pytest.fixture
def b(bureau):
    return ready(bureau)


def desk(name, case, *more):
    return reverse(f"desk:{name}", args=[case.number, *more])


def hall(case):
    return reverse("hall:parcels", args=[case.number])


@pytest.mark.clause("S7", "Z2")
def test_originals_posted_for_a_correction_are_told_opened_and_sent_back(b, client):
    case = casework.told(b)
    page = said(client.get(found(client, case)))
    assert hall(case) in page and "寄来、寄回的邮件" not in page
    asked = said(client.get(hall(case)))
    assert case.intake_unit.name in asked and case.number in asked
    assert "请填写邮寄单号" in said(client.post(hall(case), POSTED | {"tracking_number": " "}))
    client.post(hall(case), POSTED)
    assert "已经登记过" in said(client.post(hall(case), POSTED))
    page = said(client.get(reverse("hall:track-case", args=[case.number])))
    assert "EX1234" in page and "在路上" in page and "您寄来材料" in page
    assert Notice.objects.filter(kind="parcel.announced", to=b.clerk_a).count() == 1

    at_desk(client, b.clerk_a)
    parcel = Parcel.objects.get()
    shown = said(client.get(desk("case", case)))
    assert "EX1234" in shown and desk("case-parcels", case) in shown
    assert "EX1234" in said(client.get(desk("case-parcels", case)))
    opening = desk("case-parcel", case, parcel.pk)
    assert "请填写“里面实际有什么”" in said(client.post(opening, {"result": "arrived"}))
    assert "请填写“有什么出入”" in said(client.post(opening, OPENED | {"difference": ""}))
    assert "不予受理" in said(client.post(opening, OPENED | {"difference": "不予受理。"}))
    answer = client.post(opening, OPENED)
    assert answer.url == desk("case-answer", case)
    assert "已经登记过" in said(client.post(opening, OPENED))
    assert Notice.objects.filter(kind="parcel.ended", channel="sms", body__contains="有出入").count() == 1

    back = {"carrier": "中国邮政", "tracking_number": "BK1", "address": "示范路1号", "contents": "示例证明复印件一份"}
    new = desk("case-parcel-new", case, "back")
    assert case.applicant.address in said(client.get(new)) and "请填写“收件地址”" in said(client.post(new, {}))
    client.post(new, back)
    assert Notice.objects.filter(kind="parcel.back", channel="sms", body__contains="BK1").count() == 1
    page = said(client.get(found(client, case)))
    for words in ("有出入", "写的是原件，收到的是复印件。", "BK1", "寄回给您的", "寄回您的原件"):
        assert words in page, words
    verbs = [entry.verb for entry in Entry.objects.about(case) if ".parcel_" in entry.verb]
    assert verbs == [f"approvals.case.parcel_{one}" for one in ("announce", "arrive", "back")]
    at_desk(client, b.clerk_a)
    assert "与写的有出入" in said(client.get(desk("case-history", case)))


def test_what_is_refused_about_parcels_is_said_in_their_language(b, client, settings):
    """单号重复、在路上的太多：英文页面上说英文。"""
    case = casework.told(b)
    found(client, case)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.post(hall(case), POSTED)
    page = said(client.post(hall(case), POSTED))
    assert "This tracking number has already been registered." in page and "已经登记过" not in page
    for number in range(4):
        client.post(hall(case), POSTED | {"tracking_number": f"EX9{number}"})
    page = said(client.post(hall(case), POSTED | {"tracking_number": "EX99"}))
    assert "five parcels on the way" in page and "件在路上" not in page


def test_a_correction_does_not_lapse_while_what_was_posted_in_time_is_on_the_way(b, client, monkeypatch):
    case = casework.told(b)
    found(client, case)
    client.post(hall(case), POSTED)
    monkeypatch.setattr(clock, "now", lambda: case.correction.due_at + datetime.timedelta(hours=1))
    at_desk(client, b.clerk_a)
    assert "邮件还在路上" in said(client.post(desk("case-lapse", case), follow=True))
    case.refresh_from_db()
    assert case.state == "correcting"
    lost = desk("case-parcel", case, Parcel.objects.get().pk)
    assert "请填写“怎样查过”" in said(client.post(lost, {"result": "lost"}))
    client.post(lost, {"result": "lost", "reason": "中国邮政说查无此单。"})
    assert Notice.objects.filter(kind="parcel.ended", body__contains="没有收到").exists()
    client.post(desk("case-lapse", case))
    case.refresh_from_db()
    assert case.state == "lapsed"


def test_what_was_never_told_is_taken_in_and_nobody_posts_what_is_not_awaited(b, client):
    case = casework.told(b)
    at_desk(client, b.clerk_a)
    came = {"carrier": "中国邮政", "tracking_number": "NEW1", "found": "示例证明原件一份"}
    assert client.post(desk("case-parcel-new", case, "came"), came).url == desk("case-answer", case)
    assert Parcel.objects.get().found == "示例证明原件一份"
    assert client.get(desk("case-parcel-new", case, "away")).status_code == 404
    other = casework.accepted(b)
    page = said(client.get(found(client, other)))
    assert hall(other) not in page
    assert "现在不等您的材料" in said(client.get(hall(other)))
    assert "现在不等您的材料" in said(client.post(hall(other), POSTED))
    assert not other.parcels.exists()
    at_desk(client, b.stranger)
    assert client.get(desk("case-parcels", case)).status_code == 404


@pytest.mark.parametrize(("parcels", "times"), [(0, 4), (1, 4), (3, 4)])
def test_a_case_without_parcels_asks_the_database_nothing_more(b, client, parcels, times):
    case = casework.told(b)
    page = found(client, case)
    for number in range(parcels):
        client.post(hall(case), POSTED | {"tracking_number": f"EX{number}"})
    client.get(page)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(page).status_code == 200
    assert len(asked) == times, [query["sql"][:90] for query in asked]
