"""窗口的今日页:退回的报告多几份,查询不多一条。"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from denials.actions import ladder
from office.workdays import calendar, clock
from tests import casework, makers


@pytest.fixture
def b(bureau):
    bureau.at = clock.now()
    return casework.item_with_guide(bureau)


def returned(b):
    report = casework.filed(b)
    return ladder.send_back(report, text="请补充。", by=b.approval_chief, at=b.at)


def test_returned_reports_cost_no_query_each(b, client):
    makers.sign_in(client, b.clerk_a)
    taken = []
    for _ in range(3):
        assert returned(b).state == "returned"
        client.get(reverse("desk:today"))
        calendar.forget()
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("desk:today")).status_code == 200
        taken.append(len(captured.captured_queries))
    assert taken[1] == taken[2]
