"""今日、清单、查询、扫码。"""

import datetime

import pytest
from django.urls import reverse

from denials.models import Sheet
from office.notices import actions as notices
from office.notices.models import Notice
from office.papers.models import Paper
from office.steps import take
from office.workdays import calendar
from tests import casework
from tests.makers import away, user
from tests.portal.desks import at_desk, ready, said

DAY = datetime.timedelta(days=1)


@pytest.fixture
def b(bureau):
    return ready(bureau)


def today(client) -> str:
    return said(client.get(reverse("desk:today")))


def test_tasks_come_by_urgency(b, client):
    late = casework.received(b, b.at - 20 * DAY)
    fresh = casework.received(b)
    at_desk(client, b.clerk_a)
    page = today(client)
    assert page.index(late.number) < page.index(fresh.number)
    assert "已超过" in page and "待核对" in page


def test_each_sees_his_own_queue(b, client):
    received, accepted, reviewed = casework.received(b), casework.accepted(b), casework.reviewed(b)
    seen = {b.clerk_a: {received}, b.reviewer: {accepted}, b.chief: {accepted, reviewed}, b.editor: set()}
    for person, cases in seen.items():
        at_desk(client, person)
        page = today(client)
        assert {case for case in (received, accepted, reviewed) if case.number in page} == cases, person


def test_empty_desk_says_so(b, client):
    at_desk(client, b.clerk_a)
    assert "现在没有等您做的事" in today(client)


@pytest.mark.parametrize("rows", [1, 3])
def test_rows_cost_no_more_queries(b, client, rows, django_assert_num_queries):
    for _row in range(rows):
        casework.received(b)
    at_desk(client, b.clerk_a)
    today(client)
    calendar.forget()
    with django_assert_num_queries(25):
        today(client)


@pytest.mark.clause("Z7")
def test_next_sheet_shows_what_would_be_on_it(b, client):
    at_desk(client, b.clerk_a)
    assert "到时出零报告" in today(client)
    report = casework.filed(b)
    page = today(client)
    assert "拟否定报告 1 份" in page and report.number in page
    sheet = Sheet.objects.create(unit=b.orgs, kind="reports", day=b.at.date(), closes_at=b.at, made_at=b.at)
    sheet.reports.add(report)
    assert "到时出零报告" in today(client)


@pytest.mark.clause("C3")
def test_absence_shows_who_covers(b, client):
    away(b.clerk_a, b.at - DAY, b.at + DAY)
    at_desk(client, b.clerk_b)
    page = today(client)
    assert "张示例" in page and "年假" in page and "由李演示代" in page and "代张示例" in page


def test_failed_notice_stands_before_the_one_who_answers_for_it(b, client):
    case = casework.received(b)
    notice = notices.queue(
        "case.told", about=case, to=None, channel="sms", address="13800000001", subject="请补齐材料", body="…",
        responsible=b.clerk_a, by=b.system, at=b.at,
    )  # fmt: skip
    take(notice, "give_up", by=b.system, at=b.at, error="号码不存在")
    at_desk(client, b.clerk_b)
    address = reverse("desk:notice-resend", args=[notice.pk])
    assert "没有送出去的通知" not in today(client) and client.post(address).status_code == 404
    at_desk(client, b.clerk_a)
    assert "号码不存在" in today(client)
    client.post(address)
    notice.refresh_from_db()
    assert notice.state == "queued"


def test_scan_opens_a_case_by_number_or_paper(b, client):
    report = casework.filed(b)
    case = report.case
    paper = Paper.objects.about(case).of_kind("receipt").get()
    at_desk(client, b.clerk_a)
    page = reverse("desk:case", args=[case.number]) + "#next"
    for code in (case.number, paper.check_code, paper.check_code_grouped.lower(), paper.verify_url):
        assert client.get(reverse("desk:scan"), {"code": code}).url == page
    found = client.get(reverse("desk:scan"), {"code": report.number})
    assert found.url == reverse("desk:report", args=[report.number])
    at_desk(client, b.stranger)
    assert client.get(reverse("desk:scan"), {"code": paper.check_code}).url == reverse("desk:search")


def test_search_by_number_item_name_and_identity(b, client):
    case = casework.received(b)
    at_desk(client, b.clerk_a)
    for text in (case.number, case.number[:10], "赵申请", b.item.name):
        assert case.number in said(client.get(reverse("desk:search"), {"q": text})), text
    by_person = reverse("desk:search-person")
    assert case.number in said(client.post(by_person, {"number": "11010519491231002x"}))
    b.citizen.phone = "13800000009"
    b.citizen.save()
    assert case.number in said(client.post(by_person, {"number": "13800000009"}))
    assert case.number not in said(client.post(by_person, {"number": "13800000008"}))
    assert client.get(reverse("desk:search"), {"q": "11010519491231002X"}).url == reverse("desk:search")


def test_lists_page_and_filter(b, client):
    case = casework.received(b)
    at_desk(client, b.clerk_a)
    lists = reverse("desk:cases")
    assert case.number in said(client.get(lists, {"queue": "check"}))
    assert case.number not in said(client.get(lists, {"queue": "deliver"}))
    assert client.get(lists, {"queue": "nonsense"}).status_code == 404
    casework.filed(b, case=case)
    assert case.number not in said(client.get(lists)) and case.number in said(client.get(lists, {"queue": "held"}))
    assert case.reports.get().number in said(client.get(reverse("desk:refusals")))


def test_earlier_applicant_is_offered_only_to_those_who_may_see(b, client):
    casework.received(b)
    address = reverse("desk:receive", args=[b.item.code])
    at_desk(client, b.clerk_a)
    page = said(client.post(address, {"id_number": "11010519491231002X", "recall": "1"}))
    assert "13800000001" in page and "赵申请" in page
    b.guide.item.refresh_from_db()
    at_desk(client, b.stranger)
    page = said(client.post(address, {"id_number": "11010519491231002X", "recall": "1"}))
    assert "13800000001" not in page and "没有以往的登记" in page


def test_people_without_a_window_take_nothing_in(b, client):
    at_desk(client, b.reviewer)
    assert client.get(reverse("desk:intake")).status_code == 403
    at_desk(client, user("idle", "无岗示例"))
    assert client.get(reverse("desk:receive", args=[b.item.code])).status_code == 403
    assert client.get(reverse("desk:today")).status_code == 200


def test_notices_are_all_marked_read_and_only_ones_own(b, client):
    for who in (b.clerk_a, b.clerk_b):
        notices.queue(
            "x",
            about=casework.received(b),
            to=who,
            subject="请看一看",
            body="示例",
            responsible=b.chief,
            by=b.system,
            at=b.at,
        )
    notices.deliver(at=b.at, limit=50)
    at_desk(client, b.clerk_a)
    assert "请看一看" in today(client)
    client.post(reverse("desk:notices-read"))
    assert not Notice.objects.inbox(b.clerk_a).filter(read_at=None, subject="请看一看").exists()
    assert Notice.objects.inbox(b.clerk_b).filter(read_at=None, subject="请看一看").exists(), "别人的不动"
