"""首席代表：人事维护人照授权书登记；公开；写下了不改，只登记终止。"""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from agencies.actions import representatives
from agencies.models import Representative
from office.journal.models import Entry
from office.workdays import clock
from office.workdays.rules import DAY
from tests import makers
from tests.makers import MONDAY
from tests.portal.desks import said

pytestmark = pytest.mark.clause("D5")


def terms(b, **changes):
    first = {
        "unit": b.orgs, "window": b.window, "user": b.reviewer, "powers": ["accept", "instant"],
        "instrument_number": "湛民授〔2026〕1号", "signed_by": b.director, "signed_on": MONDAY.date(),
        "valid_from": MONDAY.date(), "limits": "要听证的。",
    }  # fmt: skip
    return representatives.Terms(**{**first, **changes})


def desk(user) -> Client:
    client = Client()
    makers.sign_in(client, user)
    return client


def test_personnel_registers_and_ends_a_signed_power_on_the_pages(bureau):
    b, day = bureau, clock.now().date()
    client = desk(b.personnel)
    form = {
        "unit": b.orgs.pk, "window": b.window.pk, "user": b.reviewer.pk, "powers": ["accept", "instant"], "limits": "",
        "instrument_number": "湛民授〔2026〕1号", "signed_by": b.director.pk, "signed_on": day, "valid_from": day,
        "valid_to": "",
    }  # fmt: skip
    page = said(client.post(reverse("desk:representative-new"), {**form, "powers": []}))
    assert "请选定授权他当场办哪几样" in page
    page = said(client.post(reverse("desk:representative-new"), form, follow=True))
    one = Representative.objects.get()
    assert one.signed_by == b.director and "受理、一次性告知、即办件当场办结" in page
    assert b.reviewer.full_name in said(desk(b.clerk_a).get(reverse("desk:representatives")))
    public = said(Client().get(reverse("hall:representatives")))
    assert b.reviewer.full_name in public and "湛民授〔2026〕1号" in public and b.window.name in public
    again = said(client.post(reverse("desk:representative-new"), form))
    assert "已经有首席代表" in again
    end = {"on": day.isoformat(), "why": "轮岗。"}
    client.post(reverse("desk:representative-end", args=[one.pk]), end)
    assert b.reviewer.full_name not in said(Client().get(reverse("hall:representatives")))
    assert "轮岗。" in said(client.get(reverse("desk:representatives")))
    verbs = [entry.verb.rpartition(".")[2] for entry in Entry.objects.about(one).order_by("seq")]
    assert verbs == ["appoint", "end"]


def test_what_does_not_fit_is_told(bureau):
    b = bureau
    for changes, words in (
        ({"user": b.clerk_b, "window": b.orgs, "unit": b.approval}, "不在"),
        ({"window": b.lead}, "不直接收件"),
        ({"signed_by": b.chief}, "局领导"),
        ({"signed_on": MONDAY.date() + DAY}, "授权日期"),
        ({"valid_to": MONDAY.date()}, "晚于"),
        ({"powers": []}, "哪几样"),
    ):
        with pytest.raises(representatives.WrongTerms, match=words):
            representatives.appoint(terms(b, **changes), by=b.personnel, at=MONDAY)
    for stranger in (b.chief, b.director):
        assert desk(stranger).get(reverse("desk:representative-new")).status_code == 403


def test_what_is_written_stays(bureau):
    b = bureau
    representatives.appoint(terms(b), by=b.personnel, at=MONDAY)
    for statement in (
        "UPDATE agencies_representative SET powers = '{seal}'",
        "DELETE FROM agencies_representative",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
