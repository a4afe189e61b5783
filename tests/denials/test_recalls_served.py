"""撤销告知书另行送达，领导定的期限：都从真的网页和清扫走。"""

import datetime

import pytest
from django.core.cache import cache
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from approvals.actions import deadlines, delivering
from approvals.models import Delivery
from approvals.models.delivery import SET_ASIDE
from denials.actions import recalls
from denials.models import Recall
from office.journal.models import Entry
from office.journal.rules import first_break
from office.notices.models import Notice
from office.papers.models import Paper
from office.steps import NotNow
from office.workdays import calendar, clock
from office.workdays.clock import now
from portal import sweeping
from tests import casework
from tests.casework import HOUR
from tests.denials import recalling
from tests.makers import sign_in
from tests.portal.desks import COLLECTED, said

pytestmark = pytest.mark.clause("Z10")
DAY = datetime.timedelta(days=1)


@pytest.fixture
def b(bureau):
    cache.clear()
    bureau.at = now()
    return casework.item_with_guide(bureau)


def page_of(client, user, name, *args):
    sign_in(client, user)
    return said(client.get(reverse(name, args=args)))


def served(case):
    papers = Paper.objects.about(case).of_kind("delivery").order_by("pk")
    return [[one["name"] for one in paper.context["documents"]] for paper in papers]


# 另行送达 -------------------------------------------------------------


@pytest.mark.clause("S7")
def test_after_delivery_the_notice_is_served_apart_with_its_own_receipt_and_clock(client, b):
    recall = recalling.served_and_set_aside(b, b.at - HOUR)
    case = recall.case
    running = case.clocks.running().get(kind="set_aside")
    assert running.due_at == calendar.due(recall.decided_at, 10, "wd", calendar=calendar.calendar_for("zj"))[0]
    assert served(case) == [["不予受理决定书"]]
    assert Notice.objects.inbox(b.clerk_a).filter(kind="denials.serve_set_aside").exists()
    page = reverse("desk:case-serve-set-aside", args=[case.number])
    today = page_of(client, b.clerk_a, "desk:today")
    assert "撤销告知书，等您送达" in today and page in today
    shown = page_of(client, b.clerk_a, "desk:case", case.number)
    assert page in shown and "送达撤销告知书" in shown
    assert "最迟在" in page_of(client, b.citizen, "hall:track-case", case.number)
    sign_in(client, b.clerk_a)
    form = said(client.get(page))
    assert "撤销决定、重新办理告知书" in form and "不予受理决定书" not in form and "电子送达" not in form
    posted = {"way": "express", "carrier": "中国邮政", "tracking_number": "示例3", "address": "示范路"}
    assert "已经寄出，等签收" in said(client.post(page, posted, follow=True))
    assert "查无此人" in said(client.post(page, {"way": "returned", "reason": "查无此人"}, follow=True))
    client.post(page, COLLECTED)
    assert served(case) == [["不予受理决定书"], ["撤销决定、重新办理告知书"]]
    running.refresh_from_db()
    assert running.ended_at and not running.late
    assert Paper.objects.about(case).of_kind("set_aside").get().delivered_at
    assert case.deliveries.of(SET_ASIDE).get(result="received").collector == "赵申请"
    case.refresh_from_db()
    assert case.state == "delivered" and first_break(Entry.objects.about(case)) == ""
    assert "没有要另行送达的" in said(client.post(page, COLLECTED))
    assert "撤销告知书，等您送达" not in page_of(client, b.clerk_a, "desk:today")
    assert "撤销告知书送达" in page_of(client, b.citizen, "hall:track-case", case.number)
    sign_in(client, b.stranger)
    assert client.get(page).status_code == 404


def test_what_is_still_to_be_delivered_goes_together(client, b):
    recall = recalling.set_aside(b, recalling.refused(b, b.at - HOUR), b.at - HOUR)
    case = recall.case
    assert not case.clocks.filter(kind="set_aside").exists()
    assert "送达撤销告知书" not in page_of(client, b.clerk_a, "desk:case", case.number)
    recalling.handed_over(b, case, now())
    assert served(case) == [["不予受理决定书", "撤销决定、重新办理告知书"]]


def test_a_refusal_already_in_the_post_carries_no_notice(client, b):
    entry = recalling.refused(b, b.at - 2 * HOUR)
    case = entry.case
    posted = {"carrier": "中国邮政", "tracking_number": "示例4", "address": "示范路"}
    delivering.dispatch(case, **posted, by=b.clerk_a, at=b.at - 2 * HOUR)
    recalling.set_aside(b, entry, b.at - HOUR)
    recalling.papers.empty_tray(at=now(), limit=20)
    delivering.arrive(case, collector="赵申请", by=b.clerk_a, at=now())
    assert served(case) == [["不予受理决定书"]]
    assert Paper.objects.about(case).of_kind("set_aside").get().delivered_at is None
    person = casework.PERSON
    named = {"collector": person.name, "id_number": person.id_number, "relation": ""}
    delivering.hand_over(case, **named, what=SET_ASIDE, by=b.clerk_a, at=now())
    assert served(case)[1] == ["撤销决定、重新办理告知书"]


def test_not_served_in_ten_working_days_is_flagged_once(b):
    recall = recalling.served_and_set_aside(b, b.at - HOUR)
    due_at = recall.case.clocks.get(kind="set_aside").due_at
    assert deadlines.sweep(at=due_at) >= 1
    assert recall.case.flags.get().unit == recall.case.intake_unit and recall.case.flags.get().kind == "delivery"
    deadlines.sweep(at=due_at + DAY)
    assert recall.case.flags.count() == 1
    with pytest.raises(NotNow, match="没有同意电子送达"):
        delivering.deliver_online(recall.case, what=SET_ASIDE, by=b.clerk_a, at=due_at)


def test_the_notice_is_received_once(b):
    recall = recalling.served_and_set_aside(b, b.at - HOUR)
    told = {"sent_by": b.clerk_a, "sent_at": b.at, "collector": "赵申请", "ended_at": b.at, "set_aside": True}
    one = {"case": recall.case, "way": "window", "result": "received"}
    Delivery.objects.create(**one, **told)
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.create(**one, **told)


# 领导定的期限 ---------------------------------------------------------


def wd(at, days):
    return calendar.due(at, days, "wd", calendar=calendar.calendar_for("zj"))[0]


def register_page(client, user, entry):
    return page_of(client, user, "admin:denials_registerentry_change", entry.pk)


def test_the_leader_has_five_working_days_and_it_shows(client, b):
    entry = recalling.refused(b, b.at - HOUR)
    recall = recalling.answered(b, entry, now())
    due_at = wd(recall.opinion_at, 5)
    assert recall.settle_due_at == due_at == recall.clocks.running().get(kind="settle").due_at
    assert "由谁定" in register_page(client, b.deputy, entry)
    listed = said(client.get(reverse("admin:denials_registerentry_changelist") + "?which=recalled"))
    assert "已答复，待定，最迟 " in listed
    today = page_of(client, b.deputy, "desk:today")
    assert "叫回的，等我研究、等我定" in today and "which=recalled" in today
    assert "叫回的，等我研究、等我定" not in page_of(client, b.chief, "desk:today")
    recalls.uphold(recall, text="维持。", by=b.deputy, at=now())
    clock_ended = Recall.objects.get(pk=recall.pk).clocks.get(kind="settle")
    assert clock_ended.ended_at and not clock_ended.late
    assert "叫回的，等我研究、等我定" not in page_of(client, b.deputy, "desk:today")


def test_a_leader_who_does_not_settle_is_recorded_once_and_still_has_to(client, b, monkeypatch):
    entry = recalling.refused(b, b.at - 20 * DAY)
    recall = recalling.answered(b, entry, b.at - 15 * DAY)
    assert recall.settle_due_at < b.at
    shown = page_of(client, b.deputy, "admin:denials_registerentry_changelist")
    assert said(client.get(reverse("admin:denials_registerentry_changelist") + "?which=recalled")).count("已逾期") == 1
    assert shown
    assert sweeping.sweep(b.at)["叫回研究到期"] == 1 and sweeping.sweep(b.at)["叫回研究到期"] == 0
    recall.refresh_from_db()
    assert (recall.state, recall.settle_late_user, recall.settle_late_at) == ("answered", b.deputy, b.at)
    for user in (b.deputy, b.director):
        assert Notice.objects.inbox(user).filter(kind="denials.recall_unsettled").count() == 1
    page = register_page(client, b.deputy, entry)
    assert "逾期没有定" in page and f"记在{b.deputy.full_name}名下" in page
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE denials_recall SET settle_late_user_id = NULL WHERE id = %s", [recall.pk])
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE denials_recall SET settle_due_at = now() WHERE id = %s", [recall.pk])
    recalls.uphold(recall, text="迟了，维持。", by=b.director, at=now())
    assert Recall.objects.get(pk=recall.pk).state == "upheld"


def test_no_answer_starts_the_leaders_clock_and_a_late_answer_does_not_restart_it(b):
    entry = recalling.refused(b, b.at - 20 * DAY)
    recall = recalls.call_back(entry, reason="没有核对清楚。", by=b.deputy, at=b.at - 10 * DAY)
    study_due = recall.due_at
    sweeping.sweep(study_due + HOUR)
    recall.refresh_from_db()
    assert recall.late_at and recall.settle_due_at == wd(study_due, 5)
    recalls.answer(recall, opinion="uphold", text="迟了。", by=b.chief, at=study_due + 2 * HOUR)
    recall.refresh_from_db()
    assert recall.settle_due_at == wd(study_due, 5) and recall.clocks.filter(kind="settle").count() == 1
    assert clock.now() >= b.at


def test_long_after_both_limits_the_leader_is_recorded_late_before_he_settles(b):
    """停了机，两个期限都过了才有人来定：动手以前一并结清，研究的、定的各记一次逾期，同清扫一直在跑时一样。"""
    entry = recalling.refused(b, b.at)
    recall = recalls.call_back(entry, reason="请再看一遍。", by=b.deputy, at=b.at)
    at = b.at + datetime.timedelta(days=40)
    recalls.uphold(recall, text="没有错。", by=b.deputy, at=at)
    recall.refresh_from_db()
    assert recall.state == "upheld" and recall.late_at == at
    assert (recall.settle_late_at, recall.settle_late_user) == (at, b.deputy)
