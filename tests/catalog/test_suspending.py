"""停办：指南页上好好说，网上和窗口都不收，正在办的照常；到日子自己恢复，也可以提前恢复。"""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from approvals.actions import drafts
from approvals.models import Case
from catalog.actions import suspending
from catalog.models import Suspension
from office.journal.models import Entry
from office.steps import NotNow
from office.workdays.clock import now
from tests import casework, makers
from tests.catalog import makers as catalog
from tests.catalog.pages import url
from tests.portal.hall_cast import online

DAY = datetime.timedelta(days=1)
TODAY = datetime.date(2026, 3, 2)  # bureau.at 的那一天
WHY = "系统升级，急用的请打咨询电话"


@pytest.fixture
def b(bureau):
    return online(bureau)


def suspend(b, **fields):
    told = {"item": b.item, "starts_on": b.at.date(), "message": WHY, "by": b.editor, "at": b.at}
    return suspending.suspend(**{**told, **fields})


@pytest.mark.clause("D1")
def test_intake_and_online_refuse_with_the_message_and_the_replacement(b):
    other = catalog.published(b, catalog.item(b, "other", name="另一登记"), effective_from=TODAY).item
    draft = drafts.start(guide=b.guide, by=b.citizen, at=b.at, user=b.citizen)
    running = casework.received(b)
    suspend(b, ends_on=b.at.date() + 7 * DAY, replacement=other)
    words = f"“{b.item}”自2026年3月2日起暂停受理，2026年3月9日起恢复：{WHY}。可以改办“另一登记”。已经受理的照常办理。"
    for deed in (
        lambda: casework.received(b),
        lambda: drafts.start(guide=b.guide, by=b.citizen, at=b.at),
        lambda: drafts.submit(draft, person=casework.PERSON, answers={}, by=b.citizen, at=b.at),
    ):
        with pytest.raises(NotNow) as refused:
            deed()
        assert str(refused.value) == words
    assert Case.objects.get() == running
    casework.intake.check_materials(
        running, checks={"application": casework.OK, "proof": casework.OK}, by=b.clerk_a, at=b.at
    )
    assert casework.intake.accept(running, by=b.clerk_a, at=b.at).state == "accepted"
    line = Entry.objects.about(b.item).last()
    assert (line.verb, line.facts["replacement"], line.by) == ("catalog.item.suspend", "other", b.editor)


def test_the_day_decides_alone(b):
    suspend(b, starts_on=TODAY + DAY, ends_on=TODAY + 3 * DAY)
    found = [b.item.suspension_on(TODAY + n * DAY) is not None for n in range(5)]
    assert found == [False, True, True, False, False]
    assert casework.received(b, b.at)
    assert casework.received(b, b.at + 3 * DAY)


def test_lifted_by_deed(b):
    suspension = suspend(b)
    suspending.lift(suspension=suspension, on=TODAY, reason="升级提前完成", by=b.editor, at=b.at)
    assert b.item.suspension_on(TODAY) is None
    line = Entry.objects.about(b.item).last()
    assert (line.verb, line.facts) == ("catalog.item.resume", {"on": "2026-03-02", "reason": "升级提前完成"})
    with pytest.raises(NotNow, match="已经恢复"):
        suspending.lift(suspension=suspension, on=TODAY, reason="x", by=b.editor, at=b.at)
    assert suspend(b)  # 恢复以后可以再停


def test_one_not_begun_is_cancelled(b):
    suspension = suspend(b, starts_on=TODAY + 5 * DAY)
    suspending.lift(suspension=suspension, on=TODAY, reason="不停了", by=b.editor, at=b.at)
    assert not Suspension.objects.on(TODAY + 6 * DAY).exists()
    assert suspend(b, starts_on=TODAY + DAY)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"message": " "}, "说明"),
        ({"starts_on": TODAY - DAY}, "过去"),
        ({"ends_on": TODAY}, "晚于"),
        ({"replacement": "self"}, "自己"),
        ({"replacement": "without"}, "办不了"),
    ],
)
def test_what_is_wrong_is_said(b, fields, why):
    known = {"self": b.item, "without": catalog.item(b, "without")}
    fields = {name: known.get(value, value) if isinstance(value, str) else value for name, value in fields.items()}
    with pytest.raises(suspending.WrongSuspension, match=why):
        suspend(b, **fields)
    assert not Suspension.objects.exists()


def test_twice_at_once_is_refused_by_deed_and_database(b):
    suspend(b, ends_on=TODAY + 7 * DAY)
    with pytest.raises(suspending.WrongSuspension, match="已经登记过"):
        suspend(b, starts_on=TODAY + 3 * DAY)
    told = {"starts_on": TODAY + DAY, "message": "x", "declared_by": b.editor, "declared_at": b.at}
    with pytest.raises(IntegrityError, match="one_suspension_per_item_and_day"), transaction.atomic():
        Suspension.objects.create(item=b.item, **told)
    with pytest.raises(IntegrityError, match="不改不删"), transaction.atomic():
        Suspension.objects.update(message="别的")
    with pytest.raises(IntegrityError, match="不改不删"), transaction.atomic():
        Suspension.objects.all().delete()


def test_only_the_keeper_suspends(b):
    suspension = suspend(b)
    for person in (b.clerk_a, b.director, b.stranger):
        with pytest.raises(PermissionDenied):
            suspend(b, by=person)
        with pytest.raises(PermissionDenied):
            suspending.lift(suspension=suspension, on=TODAY, reason="x", by=person, at=b.at)


# 页面 -----------------------------------------------------------------


@pytest.fixture
def today(bureau):
    """页面照数据库的钟：从今天起停。"""
    bureau.at = now()
    return online(bureau)


def test_the_guide_page_says_it_kindly_and_offers_no_application(client, today):
    b = today
    other = catalog.published(b, catalog.item(b, "other", name="另一登记")).item
    address, start = reverse("hall:guide", args=[b.item.code]), reverse("hall:apply-start", args=[b.item.code])
    assert start in client.get(address).content.decode()
    suspend(b, starts_on=b.at.date() + DAY)
    page = client.get(address).content.decode()
    assert "将要暂停受理" in page and WHY in page and start in page
    suspending.lift(suspension=Suspension.objects.get(), on=b.at.date(), reason="x", by=b.editor, at=b.at)
    suspend(b, replacement=other)
    page = client.get(address).content.decode()
    assert "暂停受理" in page and WHY in page and reverse("hall:guide", args=["other"]) in page
    assert start not in page
    told = client.post(start, follow=True)
    assert told.redirect_chain[-1][0] == address and "另一登记" in told.content.decode()


def test_the_window_is_told_before_filling_anything_in(client, today):
    b = today
    suspend(b)
    makers.sign_in(client, b.clerk_a)
    assert "暂停受理" in client.get(reverse("desk:intake")).content.decode()
    answer = client.get(reverse("desk:receive", args=[b.item.code]), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("desk:intake") and WHY in answer.content.decode()


@pytest.mark.clause("D1")
def test_suspended_and_lifted_on_the_admin_pages(client, today):
    b = today
    makers.sign_in(client, b.editor)
    day = b.at.date()
    form = {"item": b.item.pk, "starts_on": day.isoformat(), "ends_on": "", "message": WHY, "replacement": ""}
    assert "过去的日子" in client.post(url("suspension", "add"), {**form, "starts_on": "2026-01-01"}).content.decode()
    assert client.post(url("suspension", "add"), form).status_code == 302
    assert str(b.item) in client.get(url("suspension")).content.decode()
    suspension = Suspension.objects.get()
    page = client.get(url("suspension", "change", suspension.pk)).content.decode()
    assert suspension.words() in page and "恢复办理" in page
    lift = url("suspension", "lift", suspension.pk)
    assert "请填写“恢复的说明”" in client.post(lift, {"lift-on": day.isoformat()}, follow=True).content.decode()
    done = client.post(lift, {"lift-on": day.isoformat(), "lift-reason": "好了"}, follow=True).content.decode()
    assert "起恢复办理" in done
    assert str(b.item) not in client.get(url("suspension")).content.decode()
    makers.sign_in(client, b.auditor)
    assert client.get(url("suspension", "change", suspension.pk)).status_code == 200
    assert client.post(lift, {}).status_code == 403
    assert client.get(url("suspension", "add")).status_code == 403
