"""进度页问库几次：一件什么都有的办件，谁来看都不超过六次，行数多少都一样。"""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from approvals.actions import enquiries, mandates, messages, procedures
from approvals.models import Case, Parcel
from denials.actions import register
from office.workdays import calendar
from tests import casework
from tests.approvals.charging import FEE
from tests.approvals.listed import EXPERTS
from tests.makers import sign_in
from tests.portal.desks import ready, said
from tests.portal.hall_cast import found

NEPHEW = mandates.Agent(name="钱侄子", id_number="11010519491231002X", phone="13800000009", relation="侄子")


@pytest.fixture
def b(bureau):
    return ready(bureau, fee=FEE | {"due": "acceptance"}, special_procedures=[EXPERTS])


def full(b, rows) -> Case:
    """有费用、特别程序、询问、邮件、留言、代办、拟否定报告的一件。"""
    case = casework.reviewed(b)
    procedures.start(case, key="experts", reason="涉及专业标准。", by=b.reviewer, at=b.at)
    for number in range(rows):
        messages.write(case, text="请补一页。", by=b.reviewer, at=b.at)
        Parcel.objects.create(
            case=case, inward=True, carrier="中国邮政", tracking_number=f"EX{number}", contents="示例", told_at=b.at,
            told_by=b.system,
        )  # fmt: skip
    for kind in ("progress", "acceptance", "reasons")[:rows]:
        enquiries.ask(case, kind=kind, by=b.citizen, at=b.at)
    casework.filed(b, case=case, by=b.reviewer)
    return case


def asked(client, case) -> list[str]:
    page = reverse("hall:track-case", args=[case.number])
    client.get(page)
    calendar.forget()
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(page)
    assert answer.status_code == 200
    for words in ("费用", "专家评审", "您问过的", "EX0", "科室负责人正在审核", "文书"):
        assert words in said(answer), words
    return [query["sql"][:90] for query in queries]


@pytest.mark.clause("D14")
@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("who", "times"), [("by code", 5), ("owner", 6), ("agent", 6)])
def test_a_case_with_everything_is_told_in_six_questions(b, who, times, rows):
    case, client = full(b, rows), Client()
    if who == "owner":
        sign_in(client, b.citizen)
    elif who == "agent":
        terms = mandates.Terms(("contact",), b.at.date() + datetime.timedelta(days=30))
        mandate = mandates.appoint(case, agent=NEPHEW, terms=terms, by=b.citizen, at=b.at)
        client.post(reverse("hall:track"), {"number": case.number, "code": mandate.code})
    else:
        found(client, case)
    queries = asked(client, case)
    assert len(queries) == times, queries


@pytest.mark.clause("D14")
def test_a_refused_case_tells_why_in_four(b):
    case, client = casework.received(b), Client()
    register.refuse_by_rule(case, basis=case.guide.bases.get(), refusal=casework.REFUSAL, by=b.clerk_a, at=b.at)
    page = found(client, case)
    assert "为什么不予" in said(client.get(page))
    with CaptureQueriesContext(connection) as queries:
        client.get(page)
    assert len(queries) == 4, [query["sql"][:90] for query in queries]
