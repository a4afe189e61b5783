"""承办人的页面：领办、指定、更换；队列、查询、导出、进度页上都看得见。"""

import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from approvals.actions import handlers
from approvals.models import Case
from office.workdays import clock
from tests import casework, makers
from tests.portal.desks import at_desk, ready, said

pytestmark = pytest.mark.clause("C3", "D8")


@pytest.fixture
def b(bureau):
    bureau.at = clock.now()
    return ready(bureau)


def page(case, name="case-handler"):
    return reverse(f"desk:{name}", args=[case.number])


def handler(case):
    return Case.objects.get(pk=case.pk).handler


def test_a_reviewer_takes_it_in_one_press_and_twice_is_once(b, client):
    case = casework.accepted(b)
    at_desk(client, b.reviewer)
    shown = said(client.get(reverse("desk:case", args=[case.number])))
    assert "领办" in shown and "还没有定" in shown
    assert client.get(page(case)).status_code == 403, "指定别人的一页是负责人的"
    for words in ("由您承办", "已经是承办人"):
        assert words in said(client.post(page(case, "case-handler-take"), follow=True))
    assert handler(case) == b.reviewer
    shown = said(client.get(reverse("desk:case", args=[case.number])))
    assert b.reviewer.full_name in shown and page(case, "case-handler-take") not in shown and "承办人是" not in shown
    at_desk(client, b.chief)
    shown = said(client.get(reverse("desk:case", args=[case.number])))
    assert f"承办人是{b.reviewer.full_name}" in shown and "换承办人" in shown


def test_the_chief_chooses_with_a_suggestion_and_says_why_to_change(b, client):
    case = casework.accepted(b)
    at_desk(client, b.chief)
    assert page(case) in said(client.get(reverse("desk:case", args=[case.number])))
    shown = said(client.get(page(case)))
    assert "建议：当班的审查人里在办最少" in shown and "checked" in shown
    assert handler(case) is None
    answer = said(client.post(page(case), {"to": b.reviewer.pk, "reason": ""}, follow=True))
    assert "已通知本人" in answer and handler(case) == b.reviewer
    told = said(client.post(page(case), {"to": b.chief.pk, "reason": ""}))
    assert "error" in told and f'value="{b.chief.pk}" ' in told and handler(case) == b.reviewer
    said(client.post(page(case), {"to": b.chief.pk, "reason": "忙闲不均。"}, follow=True))
    assert handler(case) == b.chief
    story = said(client.get(reverse("desk:case-history", args=[case.number])))
    assert "定承办人" in story and f"改由谁承办：{b.chief.full_name}；原因：忙闲不均" in story


def test_the_page_says_why_not(b, client):
    received = casework.received(b)
    at_desk(client, b.chief)
    assert "受理以后、决定以前" in said(client.get(page(received)))
    client.post(page(received), {"to": b.reviewer.pk, "reason": ""})
    assert handler(received) is None


def test_the_queues_show_mine_and_nobodys(b, client):
    mine, nobodys = casework.accepted(b), casework.accepted(b)
    handlers.assign(mine, to=b.reviewer, by=b.chief, at=b.at)

    def queue(key):
        return said(client.get(reverse("desk:cases"), {"queue": key}))

    at_desk(client, b.reviewer)
    assert "我承办的 1" in queue("all") and "还没有承办人 1" in queue("all")
    assert mine.number in queue("handled") and nobodys.number not in queue("handled")
    assert nobodys.number in queue("unhandled") and mine.number not in queue("unhandled")
    at_desk(client, b.chief)
    assert mine.number not in queue("handled") and "这一队现在是空的" in queue("handled")
    at_desk(client, b.stranger)
    for key in ("handled", "unhandled"):
        assert mine.number not in queue(key) and nobodys.number not in queue(key)


def test_search_filters_by_handler_and_exports_the_column(b, client):
    mine, nobodys = casework.accepted(b), casework.accepted(b)
    handlers.assign(mine, to=b.reviewer, by=b.chief, at=b.at)
    at_desk(client, b.chief)
    asked = {"handler": b.reviewer.username, "c": "handler"}
    shown = said(client.get(reverse("desk:search"), asked))
    assert mine.number in shown and nobodys.number not in shown
    shown = said(client.get(reverse("desk:search"), {"where": "unhandled"}))
    assert nobodys.number in shown and mine.number not in shown
    sheet = client.post(reverse("desk:search-export"), {"condition": f"handler={b.reviewer.username}&c=handler"})
    rows = list(load_workbook(io.BytesIO(b"".join(sheet))).active.values)
    assert rows == [("编号", "承办人"), (mine.number, b.reviewer.full_name)]


def test_the_citizen_sees_who_handles_it_and_no_more_when_it_is_over(b, client):
    case = casework.accepted(b)
    client.force_login(b.citizen)
    track = reverse("hall:track-case", args=[case.number])
    assert "承办人" not in said(client.get(track))
    handlers.assign(case, to=b.reviewer, by=b.chief, at=b.at)
    shown = said(client.get(track))
    assert "承办人" in shown and f"{b.reviewer.full_name}（{b.orgs.name}）" in shown


def test_the_head_says_when_he_is_away(b, client):
    case = casework.accepted(b)
    handlers.assign(case, to=b.reviewer, by=b.chief, at=b.at)
    at_desk(client, b.chief)
    assert "离岗中" not in said(client.get(reverse("desk:case", args=[case.number])))
    makers.away(b.reviewer, b.at)
    assert "离岗中" in said(client.get(reverse("desk:case", args=[case.number])))
