"""询问走真的页面：进度页上问，工作台上答，短信告诉。"""

import datetime

import pytest
from django.core.cache import cache
from django.urls import reverse

from approvals.actions import enquiries
from approvals.models import Enquiry
from office.workdays import calendar
from tests import casework
from tests.makers import sign_in
from tests.portal.desks import ready, said
from tests.portal.hall_cast import found

DAY = datetime.timedelta(days=1)


@pytest.fixture
def b(bureau):
    cache.clear()
    return ready(bureau)


def enquire(client, case, **fields):
    return client.post(
        reverse("hall:enquire", args=[case.number]), {"kind": "progress", "text": "", **fields}, follow=True
    )


@pytest.mark.clause("D15")
def test_asked_on_the_tracking_page_answered_at_the_desk(b, client):
    case = casework.received(b, user=None)
    url = found(client, case)
    assert reverse("hall:enquire", args=[case.number]) in said(client.get(url))
    page = said(enquire(client, case))
    assert "办到哪一步了" in page and "待答复" in page
    one = Enquiry.objects.get()
    assert one.asked_by == b.system
    sign_in(client, b.clerk_a)
    assert "询问" in said(client.get(reverse("desk:today")))
    assert case.number in said(client.get(reverse("desk:enquiries")))
    press = reverse("desk:enquiry-reply", args=[one.pk])
    page = said(client.post(press, {"reply-text": "这件事不行。"}))
    assert "拟否定报告" in page and "这件事不行。" in page
    client.post(press, {"reply-text": "材料齐了，明天受理。"})
    client.logout()
    found(client, case)
    assert "材料齐了，明天受理" in said(client.get(url))


@pytest.mark.clause("D15")
def test_a_promise_is_shown_to_the_citizen(b, client):
    case = casework.received(b)
    one = enquiries.ask(case, kind="acceptance", by=b.citizen, at=b.at)
    sign_in(client, b.clerk_a)
    far = (b.at + 60 * DAY).date().isoformat()
    promise = reverse("desk:enquiry-promise", args=[one.pk])
    assert "约定的日子" in said(client.post(promise, {"promise-why": "要问承办科室。", "promise-until": far}))
    client.post(promise, {"promise-why": "要问承办科室。", "promise-until": b.at.date().isoformat()})
    one.refresh_from_db()
    assert one.state == "promised"
    sign_in(client, b.citizen)
    page = said(client.get(reverse("hall:track-case", args=[case.number])))
    assert "受理了没有" in page and "已约定答复时间" in page


def test_the_form_asks_for_what_is_missing_and_stops_a_flood(b, client):
    case = casework.received(b)
    found(client, case)
    assert "请选一个" in said(enquire(client, case, kind=""))
    assert "请写明您想问什么" in said(enquire(client, case, kind="other"))
    enquire(client, case)
    assert "已经问过" in said(enquire(client, case))
    for _time in range(10):
        last = enquire(client, case)
    assert last.status_code == 429 and Enquiry.objects.count() == 1


def test_a_wrong_tab_is_not_found(b, client):
    sign_in(client, b.clerk_a)
    assert client.get(reverse("desk:enquiries"), {"which": "x"}).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_one_and_three(b, client, rows, django_assert_num_queries):
    for _row in range(rows):
        enquiries.ask(casework.received(b), kind="progress", by=b.citizen, at=b.at)
    sign_in(client, b.clerk_a)
    client.get(reverse("desk:enquiries"))
    calendar.forget()
    with django_assert_num_queries(9):
        client.get(reverse("desk:enquiries"))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_tracking_page_costs_the_same_for_one_and_three(b, client, rows, django_assert_max_num_queries):
    case = casework.received(b)
    for kind in ("progress", "acceptance", "reasons")[:rows]:
        enquiries.ask(case, kind=kind, by=b.citizen, at=b.at)
    url = found(client, case)
    client.get(url)
    with django_assert_max_num_queries(4):
        client.get(url)


@pytest.mark.clause("D15", "Z1")
def test_who_telephones_is_registered_with_the_same_clock(b, client):
    """打电话来的、到窗口来的，由工作人员登记：答得了的当场答，答不了的照样起期限。"""
    case = casework.received(b)
    sign_in(client, b.clerk_a)
    here = reverse("desk:case-enquire", args=[case.number])
    assert here in said(client.get(reverse("desk:case-messages", args=[case.number])))
    assert "请选是电话还是窗口" in said(client.post(here, {"asked-kind": "progress"}))
    told = {"asked-channel": "phone", "asked-kind": "progress", "asked-text": "", "asked-reply": ""}
    assert "拟否定报告" in said(client.post(here, {**told, "asked-reply": "这件事不行。"})), "答复里没有“不”"
    assert not Enquiry.objects.exists(), "答不成，也不留半件"
    assert "电话" in said(client.post(here, told, follow=True))
    one = Enquiry.objects.get()
    assert (one.channel, one.asked_by, one.clocks.running().count()) == ("phone", b.clerk_a, 1)
    assert "申请人已经问过，还没有答复：请打开那一件" in said(client.post(here, told))
    client.post(here, {**told, "asked-channel": "window", "asked-kind": "acceptance", "asked-reply": "明天受理。"})
    other = Enquiry.objects.get(channel="window")
    assert (other.state, other.answer, other.clocks.running().count()) == ("answered", "明天受理。", 0)
    sign_in(client, b.stranger)
    assert client.post(here, told).status_code == 404
    sign_in(client, b.citizen)
    assert "明天受理。" in said(client.get(reverse("hall:track-case", args=[case.number])))


@pytest.mark.clause("D15", "Z1")
def test_the_window_answers_on_the_spot_whoever_has_the_case(b, client):
    """件已经到了承办科室，窗口登记的人当场答得了的照样答；引用规定里的“不”，勾了送负责人阅知就能答。"""
    case = casework.accepted(b)
    sign_in(client, b.clerk_a)
    here = reverse("desk:case-enquire", args=[case.number])
    quoted = "规定写的是“逾期不予受理”，您没有逾期。"
    told = {"asked-channel": "window", "asked-kind": "progress", "asked-reply": quoted}
    assert "引用" in said(client.post(here, told)) and not Enquiry.objects.exists()
    client.post(here, {**told, "asked-quoting": "on"})
    assert (Enquiry.objects.get().state, Enquiry.objects.get().answered_by) == ("answered", b.clerk_a)
    client.post(here, {**told, "asked-kind": "acceptance", "asked-reply": ""})
    waiting = Enquiry.objects.get(kind="acceptance")
    assert waiting.owner == b.reviewer
    client.post(reverse("desk:enquiry-reply", args=[waiting.pk]), {"reply-text": "已经受理。"})
    waiting.refresh_from_db()
    assert waiting.answered_by == b.clerk_a
