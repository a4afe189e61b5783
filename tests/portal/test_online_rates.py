"""网上受理率、办结率：从办件里数，按事项、单位、月份；行数多少，问库的次数一样；表格里没有公式。"""

import datetime
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from approvals.actions import decision, delivering, review
from catalog.actions import recording
from catalog.models import Item
from office.papers import actions as papers
from office.papers import engine
from office.vault import digest
from office.workdays.rules import DAY
from portal.hall.views import online
from tests import casework, makers
from tests.approvals.test_archives import PDF
from tests.portal.desks import at_desk, ready, said

pytestmark = pytest.mark.clause("D11")
NUMBER = casework.PERSON.id_number


@pytest.fixture
def b(bureau, monkeypatch):
    monkeypatch.setattr(engine, "typeset", lambda paper, **_: engine.Sheet(PDF, "示例", digest(PDF)))
    return ready(bureau)


def granted(b, channel):
    case = casework.accepted(b, channel=channel)
    review.begin(case, by=b.reviewer, at=b.at)
    review.give_opinion(case, opinion="pass", text="符合条件。", by=b.reviewer, at=b.at)
    decision.grant(case, decision="准予登记。", by=b.chief, at=b.at)
    papers.empty_tray(at=b.at, limit=100)
    return case


def collected(b, channel):
    """到窗口领取的。"""
    case = granted(b, channel)
    delivering.hand_over(case, collector="赵申请", id_number=NUMBER, relation="", by=b.clerk_a, at=b.at)
    return case


def posted(b, channel):
    """邮寄，签收了的。"""
    case = granted(b, channel)
    address = {"carrier": "中国邮政", "tracking_number": f"EX{case.pk}", "address": "示范路1号"}
    delivering.dispatch(case, **address, by=b.clerk_a, at=b.at)
    delivering.arrive(case, collector="赵申请", by=b.clerk_a, at=b.at)
    return case


def table(client, query=""):
    """页上的数：头一列 → 其余各列。"""
    book = load_workbook(io.BytesIO(b"".join(client.get(f"{reverse('desk:online-export')}{query}"))))
    rows = list(book.active.iter_rows(values_only=True))
    return {row[0]: row[1:] for row in rows[1:]}


def test_the_rates_are_counted_from_the_cases(b, client):
    collected(b, "1")
    collected(b, "2")
    posted(b, "3")
    casework.accepted(b, channel="2")
    at_desk(client, b.chief)
    told = table(client)
    assert told["示例登记"] == (4, 3, 0.75, 3, 1, 1 / 3) == told["合计"]
    page = said(client.get(reverse("desk:online-rates")))
    assert "75.0%" in page and "33.3%" in page
    assert set(table(client, "?by=unit")) == {"民政窗口", "合计"}
    assert set(table(client, "?by=month")) == {f"{b.at:%Y-%m}", "合计"}
    empty = said(client.get(reverse("desk:online-rates"), {"since": "2020-01-01", "until": "2020-01-31"}))
    assert "这段时间没有受理" in empty


def test_items_not_yet_online_are_shown_with_their_approval(b, client):
    at_desk(client, b.chief)
    url = reverse("desk:online-rates")
    assert "各事项都做到了全程网办" in said(client.get(url))
    casework.item_with_guide(b, "offline", online_depth="II")
    assert "没有批准" in said(client.get(url))
    told = {"reason": "要当面核对原件。", "document_number": "示府函〔2026〕1号", "approved_by": "示范市人民政府"}
    days = {"approved_on": b.at.date(), "until": b.at.date() + 90 * DAY}
    approved = recording.except_online(item=b.item, **told, **days, by=b.editor, at=b.at)
    page = said(client.get(url))
    assert "示府函〔2026〕1号" in page and "没有批准" not in page and "没有备案" in page
    public = reverse("hall:online-rates")
    assert "还没有批准、备案" in said(client.get(public))
    filed = {"document_number": "示营商备〔2026〕2号", "filed_with": "营商环境建设部门", "filed_on": b.at.date()}
    recording.file_exception(exception=approved, **filed, by=b.editor, at=b.at)
    assert "没有备案" not in said(client.get(url)) and "示营商备〔2026〕2号" in said(client.get(url))
    shown = said(client.get(public))
    assert "还没有批准、备案" not in shown and "示营商备〔2026〕2号" in shown


def test_everybody_sees_the_rates_by_agency_and_month(b, client):
    url = reverse("hall:online-rates")
    assert "近一年没有受理" in said(client.get(url))
    posted(b, "3")
    casework.accepted(b, channel="2")
    casework.accepted(b, channel="1")
    page = said(client.get(url))
    assert "湛江市民政局（示范）" in page and "66.7%" in page and "100.0%" in page and f"{b.at:%Y-%m}" in page
    assert "66.7%" in said(client.get(url, {"agency": b.agency.code}))
    other = said(client.get(url, {"agency": b.stranger_agency.code}))
    assert "近一年没有受理" in other
    assert client.get(url, {"agency": "nowhere"}).status_code == 404
    assert url in said(client.get(reverse("hall:home")))
    Item.objects.update(withheld="涉及秘密(示例)")
    assert "近一年没有受理" in said(client.get(url))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_public_rates_ask_as_often_for_three_as_for_one(b, client, rows, django_assert_num_queries):
    for number in range(rows):
        casework.item_with_guide(b, f"offline-{number}", online_depth="II")
        casework.accepted(b, channel="2")
    client.get(reverse("hall:online-rates"))
    with django_assert_num_queries(8):
        client.get(reverse("hall:online-rates"))


@pytest.mark.parametrize(
    ("today", "first"), [("2026-11-23", "2025-12-01"), ("2026-12-31", "2026-01-01"), ("2026-01-01", "2025-02-01")]
)
def test_a_year_back_is_this_month_and_eleven_before(today, first):
    assert online.first_day(datetime.date.fromisoformat(today)) == datetime.date.fromisoformat(first)


def test_only_leaders_see_it_and_only_their_own(b, client):
    casework.accepted(b, channel="2")
    at_desk(client, b.clerk_a)
    assert client.get(reverse("desk:online-rates")).status_code == 403
    assert client.get(reverse("desk:online-export")).status_code == 403
    at_desk(client, b.chief)
    assert b.item.name in said(client.get(reverse("desk:online-rates")))
    makers.staffed(b.stranger_unit, "chief", b.stranger)
    b.stranger.refresh_from_db()
    at_desk(client, b.stranger)
    assert b.item.name not in said(client.get(reverse("desk:online-rates")))
    book = load_workbook(io.BytesIO(b"".join(client.get(reverse("desk:online-export")))))
    names = {row[0].value for row in book.active.iter_rows(min_row=2)}
    assert names == {"合计"}, "另一个机关的负责人一件也看不到"


def test_a_name_is_never_a_formula_and_rows_cost_no_queries(b, client):
    casework.accepted(b, channel="2")
    at_desk(client, b.chief)
    url = reverse("desk:online-rates")
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    Item.objects.update(name="=1+1")
    for _number in range(2):
        casework.accepted(b, channel="1")
    with CaptureQueriesContext(connection) as three:
        client.get(url)
    assert len(three) == len(one)
    book = load_workbook(io.BytesIO(b"".join(client.get(reverse("desk:online-export")))))
    assert book.active["A2"].data_type == "s" and book.active["A2"].value == "'=1+1"
