"""查询办件：条件在网址里，全文、号码查得到，查询存得下、给得出，导出的就是查到的。"""

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from approvals.actions import decision, finding, intake
from approvals.models import CaseText, CaseView
from approvals.rules import mask_number
from office.journal.models import Entry
from office.papers.models import Paper
from tests import casework
from tests.portal.desks import at_desk, ready, said

SEARCH = reverse("desk:search")
HEAD = '<th scope="col">%s</th>'


@pytest.fixture
def b(bureau):
    return ready(bureau)


def asked(client, **query) -> str:
    return said(client.get(SEARCH, query))


def index(b) -> int:
    return finding.index(at=b.at)


def exported(client, condition: str) -> list[list[str]]:
    answer = client.post(reverse("desk:search-export"), {"condition": condition})
    assert answer["Content-Type"].endswith("sheet"), answer.content[:200]
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).worksheets[0]
    assert all(cell.data_type == "s" for row in sheet.iter_rows() for cell in row if cell.value)
    return [[cell.value or "" for cell in row] for row in sheet.iter_rows()]


@pytest.mark.clause("D8")
def test_what_a_decision_says_is_found_by_any_two_characters(b, client):
    case = casework.reviewed(b)
    decision.grant(case, decision="准予成立，住所在示范路二号。", by=b.chief, at=b.at)
    assert index(b) == 1 and index(b) == 0  # 没有新动静，不重写
    at_desk(client, b.clerk_a)
    for text in ("示范路二号", "示范", "準予成立", case.number, b.item.name):
        assert case.number in asked(client, q=text), text
    for text in ("火葬", "！！", "号成立"):
        assert case.number not in asked(client, q=text), text
    at_desk(client, b.stranger)
    assert case.number not in asked(client, q="示范路二号")


@pytest.mark.clause("D8")
def test_a_papers_number_leads_to_its_case(b, client):
    case = casework.granted(b)
    number = Paper.objects.about(case).of_kind("grant").get().number
    at_desk(client, b.clerk_a)
    assert case.number in asked(client, q=number) and case.number not in asked(client, q=number.replace("1号", "9号"))
    at_desk(client, b.stranger)
    assert case.number not in asked(client, q=number)


def test_the_words_follow_the_journal(b):
    case = casework.received(b)
    assert index(b) == 1
    before = CaseText.objects.get(case=case).grams
    decision.withdraw(case, reason="改在广州办理。", by=b.citizen, at=b.at)
    assert index(b) == 1
    assert set(before) < set(CaseText.objects.get(case=case).grams)


def test_conditions_narrow_and_wrong_ones_are_told(b, client):
    waiting, granted = casework.received(b), casework.granted(b)
    at_desk(client, b.clerk_a)
    today = f"{b.at:%Y-%m-%d}"
    for query, found in (
        ({"where": "open"}, waiting),
        ({"where": "granted"}, granted),
        ({"where": "decided"}, granted),
        ({"outcome": "granted"}, granted),
        ({"unit": waiting.unit.code, "where": "received"}, waiting),
        ({"since": today, "until": today, "where": "open"}, waiting),
        ({"mine": "on", "where": "open", "sort": "due"}, waiting),
        ({"item": b.item.code, "channel": "1", "where": "open"}, waiting),
    ):
        page, other = asked(client, **query), granted if found == waiting else waiting
        assert found.number in page and other.number not in page, query
    for query in ({"where": "held"}, {"where": "overdue"}, {"where": "flagged"}, {"until": "2020-01-01"}):
        assert "没有查到" in asked(client, **query), query
    assert "结束的日子要在开始之后" in asked(client, since="2026-02-01", until="2026-01-01")
    assert "查到" not in asked(client, sort="due"), "只换次序，不算有条件"


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_as_often_for_three_as_for_one(b, client, rows):
    for _n in range(rows):
        casework.received(b)
    at_desk(client, b.clerk_a)
    asked(client, where="open")
    with CaptureQueriesContext(connection) as captured:
        asked(client, where="open")
    assert len(captured) == 16  # 承办人那一格的名单一条


def test_a_walk_in_is_found_by_phone_without_an_account(b, client):
    case = casework.received(b)
    at_desk(client, b.clerk_a)
    found = client.post(reverse("desk:search-person"), {"number": case.applicant.phone})
    assert case.number in said(found)
    assert case.number not in said(client.post(reverse("desk:search-person"), {"number": "13800000007"}))


def test_the_export_is_what_was_found_and_is_put_on_record(b, client):
    waiting = casework.received(b)
    casework.granted(b)
    waiting.applicant.kind, waiting.applicant.name = "organisation", "=HYPERLINK(1)"
    waiting.applicant.save()
    at_desk(client, b.clerk_a)
    head, *rows = exported(client, "where=open&c=applicant&c=received")
    assert head == ["编号", "申请人", "收件"]
    assert rows == [[waiting.number, "'=HYPERLINK(1)", f"{b.at:%Y-%m-%d}"]]
    line = Entry.objects.about(b.clerk_a).get(verb="portal.cases.export")
    assert line.facts == {
        "condition": "where=open&c=applicant&c=received",
        "cases": 1,
        "columns": ["applicant", "received"],
    }
    at_desk(client, b.stranger)
    assert exported(client, "where=open") == [["编号", "事项", "申请人", "状态", "在谁手里", "收件"]]


@pytest.mark.clause("D8")
def test_what_a_number_finds_is_exported_whole_masked_and_on_record(b, client):
    cases = [casework.received(b) for _each in range(27)]
    other = casework.received(b, person=intake.Person("person", "钱办事", "110101199003070038", "13800000002", ""))
    number = cases[0].applicant.id_number
    at_desk(client, b.clerk_a)
    page = said(client.post(reverse("desk:search-person"), {"number": number}))
    assert "导出这些" in page and "查到 27 件" in page
    answer = client.post(reverse("desk:search-export"), {"number": number})
    _head, *rows = list(load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active.values)
    assert [row[0] for row in rows] == [case.number for case in reversed(cases)] and other.number not in str(rows)
    assert {row[2] for row in rows} == {cases[0].applicant.masked_name}
    line = Entry.objects.about(b.clerk_a).get(verb="portal.cases.export")
    assert line.facts["condition"] == f"number={mask_number(number)}" and line.facts["cases"] == 27
    assert len(line.facts["numbers"]) == 27 and number not in str(line.facts)
    at_desk(client, b.stranger)
    answer = client.post(reverse("desk:search-export"), {"number": number})
    assert len(list(load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active.values)) == 1


def test_an_export_without_conditions_or_too_long_is_refused(b, client, monkeypatch):
    casework.received(b)
    at_desk(client, b.clerk_a)
    export = reverse("desk:search-export")
    assert "请先写条件" in said(client.post(export, {"condition": ""}, follow=True))
    monkeypatch.setattr("portal.desk.views.search.EXPORTED", 0)
    assert "最多导出 0 件" in said(client.post(export, {"condition": "where=open"}, follow=True))
    assert not Entry.objects.filter(verb="portal.cases.export").exists()


def test_a_query_is_kept_shared_and_taken_back(b, client):
    casework.received(b)
    at_desk(client, b.clerk_a)
    keep = reverse("desk:search-keep")
    assert "起个名字" in said(client.post(keep, {"condition": "where=open", "name": " "}, follow=True))
    assert "已保存“在办的”" in said(
        client.post(keep, {"condition": "where=open&page=3", "name": "在办的"}, follow=True)
    )
    view = CaseView.objects.get()
    assert view.query.startswith("where=open&c=item") and "page" not in view.query
    client.post(keep, {"condition": "where=held", "name": "在办的"})
    view.refresh_from_db()
    assert view.query.startswith("where=held") and CaseView.objects.count() == 1
    share = reverse("desk:search-share", args=[view.pk])
    assert client.post(share, {"unit": "no-such"}).status_code == 404
    client.post(share, {"unit": b.clerk_a.units_with("view_cases").first().code})
    at_desk(client, b.clerk_b)
    assert "在办的" in asked(client)
    assert "别人的查询" in said(client.post(share, {"unit": ""}, follow=True))
    assert "别人的查询" in said(client.post(reverse("desk:search-drop", args=[view.pk]), follow=True))
    at_desk(client, b.stranger)
    assert client.post(reverse("desk:search-drop", args=[view.pk])).status_code == 404
    at_desk(client, b.clerk_a)
    client.post(share, {"unit": ""})
    assert "已删去查询" in said(client.post(reverse("desk:search-drop", args=[view.pk]), follow=True))
    assert not CaseView.objects.exists()


def test_the_columns_are_ones_own(b, client):
    case = casework.received(b)
    at_desk(client, b.clerk_a)
    chosen = {"c": ["applicant", "contact", "odd"], "condition": "where=open"}
    page = said(client.post(reverse("desk:search-columns"), chosen, follow=True))
    assert case.number in page and '<th scope="col">首问责任人</th>' in page and '<th scope="col">事项</th>' not in page
    at_desk(client, b.clerk_b)
    assert '<th scope="col">事项</th>' in asked(client, where="open")
