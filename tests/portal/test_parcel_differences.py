"""寄来的与申请人写的有出入：有人负责，一个工作日，写明怎样了结的才算完；两边都看得到。"""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.states import Role
from approvals.actions import covers, differences, parcels, recusals
from approvals.models import Difference, Parcel
from approvals.states import ContentsSettled
from office.journal.models import Entry
from office.notices.models import Notice
from office.steps import NotNow
from office.workdays import calendar
from office.workdays.rules import on
from tests import casework, makers
from tests.portal.desks import at_desk, ready, said
from tests.portal.hall_cast import found
from tests.portal.test_parcels import OPENED, POSTED, desk, hall

FRIDAY = on(datetime.date(2026, 9, 4), datetime.time(16))
HOUR = datetime.timedelta(hours=1)
SETTLED = {"how": "supplied", "text": "原件已经补来。"}


@pytest.fixture
def b(bureau):
    return ready(bureau)


def opened(b, client) -> Parcel:
    """申请人寄来的一件，窗口打开登记了，与写的有出入。"""
    case = casework.told(b)
    found(client, case)
    client.post(hall(case), POSTED)
    parcel = Parcel.objects.get(case=case)
    at_desk(client, b.clerk_a)
    client.post(desk("case-parcel", case, parcel.pk), OPENED)
    return parcel


def noted(b, at, by=None) -> Difference:
    case = casework.told(b, at)
    told = {"carrier": "中国邮政", "tracking_number": "EX1", "contents": "示例证明原件一份"}
    parcel = parcels.announce(case, **told, by=b.clerk_a, at=at)
    parcels.arrive(parcel, found="示例证明复印件一份", difference="不是原件。", by=by or b.clerk_a, at=at)
    return Difference.objects.get(parcel=parcel)


@pytest.mark.clause("C2", "Z2")
def test_who_opened_it_owns_it_until_it_says_how_it_ended(b, client):
    parcel = opened(b, client)
    case, made = parcel.case, Difference.objects.get()
    assert (made.kind, made.owner, made.parcel, made.to_unit) == ("contents", b.clerk_a, parcel, case.intake_unit)
    due, _estimated = calendar.due(made.noted_at, 1, "wd", calendar=calendar.calendar_for(case.agency.code))
    assert made.due_at == due and "一个工作日" in made.basis
    today = said(client.get(reverse("desk:today")))
    assert "差异，等您处理" in today and case.number in today and desk("case-parcels", case) in today
    settling = desk("case-parcel-settle", case, parcel.pk)
    shown = said(client.get(desk("case-parcels", case)))
    assert settling in shown and b.clerk_a.full_name in shown and made.basis in shown
    listed = said(client.get(reverse("desk:handovers")))
    assert (
        settling in listed
        and "寄来的与写的有出入" in listed
        and reverse("desk:difference-settle", args=[made.pk]) not in listed
    )
    assert client.post(reverse("desk:difference-settle", args=[made.pk]), {"text": "好"}).status_code == 404
    assert "有移交差异没有处理" not in said(client.get(desk("case", case)))
    page = said(client.get(found(client, case)))
    assert "窗口正在核对这处出入" in page

    at_desk(client, b.clerk_a)
    asked = said(client.post(settling, {"how": "", "text": ""}))
    assert "请选择“怎样了结的”" in asked and "请填写“说明”" in asked
    assert "不予受理" in said(client.post(settling, SETTLED | {"text": "不予受理。"}))
    done = client.post(settling, SETTLED, follow=True)
    assert "差异已处理，已告诉申请人" in said(done) and "有出入，已了结" in said(done) and "缺的补来了" in said(done)
    assert "已经处理" in said(client.post(settling, SETTLED))
    made.refresh_from_db()
    assert (made.how, made.settlement, made.settled_by) == ("supplied", SETTLED["text"], b.clerk_a)
    assert Notice.objects.filter(kind="parcel.settled", channel="sms", body__contains="缺的补来了").count() == 1
    today = said(client.get(reverse("desk:today")))
    assert "差异，等您处理" not in today
    history = said(client.get(desk("case-history", case)))
    assert "寄来的出入已了结" in history and SETTLED["text"] not in history, "说明随档案销毁，不进日志"
    page = said(client.get(found(client, case)))
    for words in ("已了结", "缺的补来了", SETTLED["text"], "您寄的与写的有出入，已了结"):
        assert words in page, words
    assert "窗口正在核对" not in page
    assert SETTLED["text"] in said(client.get(hall(case)))


@pytest.mark.clause("C2")
@pytest.mark.parametrize("how", ContentsSettled.values)
def test_each_way_it_ends_is_told_to_the_applicant(b, client, how):
    parcel = opened(b, client)
    client.post(desk("case-parcel-settle", parcel.case, parcel.pk), {"how": how, "text": "见说明。"})
    assert Difference.objects.get().how == how
    assert ContentsSettled(how).label in said(client.get(found(client, parcel.case)))


def test_only_the_window_that_took_it_settles_and_not_who_stepped_aside(b, client):
    parcel = opened(b, client)
    settling, made = desk("case-parcel-settle", parcel.case, parcel.pk), Difference.objects.get()
    at_desk(client, b.stranger)
    assert client.get(settling).status_code == 404
    for person in (b.reviewer, b.chief):
        at_desk(client, person)
        assert client.get(settling).status_code == 403
        assert settling not in said(client.get(reverse("desk:handovers")))
        with pytest.raises(PermissionDenied):
            differences.settle_contents(made, how=ContentsSettled.TOLD, text="示例", by=person, at=b.at)
    with pytest.raises(NotNow, match="邮件"):
        differences.settle(made, text="示例", by=b.clerk_a, at=b.at)
    second = makers.user("window.second", "孙示例")
    makers.staffed(b.window, Role.CLERK, second, code="zj-window-7")
    told = {"reason": "示例", "by": b.chief, "at": b.at}
    recusals.recuse(parcel.case, who=b.clerk_a, successor=second, **told)
    made.refresh_from_db()
    assert made.owner == second
    at_desk(client, b.clerk_a)
    assert client.get(settling).status_code == 403
    at_desk(client, second)
    assert "差异，等您处理" in said(client.get(reverse("desk:today")))
    assert client.post(settling, SETTLED).url == desk("case-parcels", parcel.case)


@pytest.mark.clause("C2")
def test_left_over_the_weekend_it_climbs_to_the_chief_once(b):
    made = noted(b, FRIDAY)
    assert made.due_at == on(datetime.date(2026, 9, 8), datetime.time(0)), "周五发现，周一一整天"
    assert differences.sweep(at=made.due_at - HOUR) == 0
    assert differences.sweep(at=made.due_at) == 1 and differences.sweep(at=made.due_at) == 0
    late = Notice.objects.filter(kind="handover.late")
    assert late.count() == 1 and b.clerk_a.full_name in late.get().body and "寄来的与写的有出入" in late.get().body
    covered = [(kind, row) for kind, _words, row in covers.open_of(b.clerk_a) if row == made]
    assert covered == [("差异", made)]
    differences.settle_contents(made, how=ContentsSettled.TOLD, text="电话说明。", by=b.clerk_a, at=made.due_at + HOUR)
    assert differences.sweep(at=made.due_at + 2 * HOUR) == 0


def test_an_overdue_one_says_so_on_the_pages(b, client, monkeypatch):
    parcel = opened(b, client)
    made = Difference.objects.get()
    monkeypatch.setattr("office.workdays.clock.now", lambda: made.due_at + HOUR)
    at_desk(client, b.clerk_a)
    for page in (desk("case-parcels", parcel.case), reverse("desk:handovers")):
        assert "已过处理期限" in said(client.get(page)), page
    assert "已超过" in said(client.get(reverse("desk:today")))


def test_what_agrees_and_what_never_came_owes_nobody_anything(b, client):
    case = casework.told(b)
    found(client, case)
    for number in ("EX1", "EX2"):
        client.post(hall(case), POSTED | {"tracking_number": number})
    good, lost = Parcel.objects.order_by("pk")
    at_desk(client, b.clerk_a)
    client.post(desk("case-parcel", case, good.pk), {"result": "arrived", "found": "示例证明原件一份"})
    client.post(desk("case-parcel", case, lost.pk), {"result": "lost", "reason": "查无此单。"})
    assert not Difference.objects.exists()
    assert client.get(desk("case-parcel-settle", case, good.pk)).status_code == 404
    assert not Entry.objects.about(case).filter(verb__contains="difference").exists()


def test_the_database_keeps_handovers_and_parcels_apart(b):
    made = noted(b, FRIDAY)
    for wrong in ({"from_unit": b.window}, {"kind": "defect"}, {"how": "told"}, {"parcel": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Difference.objects.filter(pk=made.pk).update(**wrong)
    settled = {"settled_at": FRIDAY, "settled_by": b.clerk_a, "settlement": "示例"}
    with pytest.raises(IntegrityError, match="settled_contents_say_how"), transaction.atomic():
        Difference.objects.filter(pk=made.pk).update(**settled)


def test_differences_cost_the_tracking_page_nothing_more(b, client):
    parcel = opened(b, client)
    citizen = Client()
    page = found(citizen, parcel.case)
    citizen.get(page)
    with CaptureQueriesContext(connection) as asked:
        assert "窗口正在核对这处出入" in said(citizen.get(page))
    assert len(asked) == 4, [query["sql"][:90] for query in asked]


def test_a_longer_list_of_differences_costs_the_today_page_no_more(b, client):
    opened(b, client)
    taken = []
    for _ in range(2):
        client.get(reverse("desk:today"))
        calendar.forget()
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("desk:today"))
        taken.append(len(asked))
        opened(b, client)
    assert taken[0] == taken[1]
