"""工作周历：早上备好清单，一行一天只一张；休息日跳过。"""

import datetime

import pytest
from django.core.management import call_command
from django.urls import reverse

from agencies.models import Absence, Duty, Unit, WeeklyRun
from agencies.rules import next_run
from approvals.actions import calendar_lists, handover
from approvals.models import Batch
from office.steps import NotNow
from office.workdays import calendar, clock
from office.workdays.rules import local
from tests import casework, makers
from tests.approvals import levels
from tests.makers import moment

TEN = datetime.time(10)


@pytest.fixture
def c(bureau):
    return levels.county(bureau)


def run_between(c, giver, taker, weekday=1, time=TEN):
    return WeeklyRun.objects.create(from_unit=giver, to_unit=taker, weekday=weekday, time=time)


@pytest.mark.clause("C2", "C4")
def test_the_morning_proposes_one_list_a_run(c):
    """星期一 09:00：有件可送的先列好，再扫一遍不会多；到点以后、没有件的，不列。"""
    case = levels.taken_in(c, c.town)
    run = run_between(c, c.town, c.window)
    run_between(c, c.village, c.town)
    run_between(c, c.town, c.village, weekday=2)
    assert calendar_lists.propose(at=c.at) == 1 and calendar_lists.propose(at=c.at) == 0
    batch = Batch.objects.get()
    assert (batch.run, batch.day, batch.drawn_by) == (run, c.at.date(), c.system)
    assert batch.transfers.get().case == case
    later = levels.taken_in(c, c.town)
    assert calendar_lists.propose(at=c.at) == 0
    assert handover.refill(batch, by=c.clerk_of_town, at=c.at) == 1
    handover.sign_out(batch, by=c.clerk_of_town, at=c.at)
    levels.taken_in(c, c.town)
    assert calendar_lists.propose(at=moment("2026-03-02 10:01")) == 0
    assert calendar_lists.propose(at=moment("2026-03-09 08:00")) == 1
    levels.in_one_place(later)


def test_a_day_off_has_no_run(c):
    casework.holidays(("2026-03-02", False))
    calendar.forget()
    levels.taken_in(c, c.town)
    run_between(c, c.town, c.window)
    assert calendar_lists.propose(at=c.at) == 0
    (coming,) = calendar_lists.coming({c.town.pk}, at=c.at)
    assert coming.at == moment("2026-03-09 10:00") and coming.waiting == 1


def test_next_run_is_today_until_its_time_has_passed():
    run = WeeklyRun(weekday=1, time=TEN)
    found = [
        next_run(run, moment(text), lambda day: day.isoweekday() < 6)
        for text in ("2026-03-02 10:00", "2026-03-02 10:01", "2026-03-07 09:00")
    ]
    assert found == [moment("2026-03-02 10:00"), moment("2026-03-09 10:00"), moment("2026-03-09 10:00")]
    assert next_run(run, moment("2026-03-02 10:00"), lambda day: False) is None


@pytest.mark.clause("C2", "C4")
def test_the_calendar_page_draws_up_the_next_list_in_one_press(bureau, client):
    bureau.at = clock.now()
    c = levels.county(bureau)
    case = levels.taken_in(c, c.town)
    runs = [run_between(c, c.town, c.window, weekday=day) for day in range(1, 6)]
    run_between(c, c.window, c.town, weekday=3)
    Duty.objects.create(unit=c.village, weekday=local(c.at).isoweekday(), user=c.clerk_of_village)
    makers.sign_in(client, c.clerk_of_town)
    shown = client.get(reverse("desk:calendar")).content.decode()
    assert "会送 1 件" in shown and "送到本单位" in shown and "星期五" in shown
    first = next(one.run for one in calendar_lists.coming({c.town.pk}, at=c.at) if one.run in runs)
    answer = client.post(reverse("desk:calendar-draw-up", args=[first.pk]), follow=True)
    assert case.number in answer.content.decode() and Batch.objects.get().run == first
    answer = client.post(reverse("desk:calendar-draw-up", args=[first.pk]), follow=True)
    assert "已经列好了" in answer.content.decode()
    makers.sign_in(client, c.clerk_of_window)
    assert client.post(reverse("desk:calendar-draw-up", args=[first.pk])).status_code == 404


@pytest.mark.clause("C4")
def test_today_says_who_is_on_duty_at_the_village(bureau, client):
    bureau.at = clock.now()
    c = levels.county(bureau)
    Duty.objects.create(unit=c.village, weekday=local(c.at).isoweekday(), user=c.clerk_of_village)
    for user in (c.clerk_of_village, c.clerk_of_town):
        makers.sign_in(client, user)
        shown = client.get(reverse("desk:today")).content.decode()
        assert "今天受理点值班" in shown and c.clerk_of_village.full_name in shown
    makers.away(c.clerk_of_village, c.at)
    assert Absence.objects.exists() and "离岗" in client.get(reverse("desk:today")).content.decode()


def test_the_sample_bureau_has_a_calendar_and_a_rota(db):
    for _ in range(2):
        call_command("load_bureau", verbosity=0)
    assert WeeklyRun.objects.count() == 20 and Duty.objects.count() == 10
    village = Unit.objects.get(code="sx-v1")
    assert set(village.duties.values_list("weekday", flat=True)) == {1, 2, 3, 4, 5}
    way = [unit.code for unit in village.way_to(Unit.objects.get(code="sx-affairs"))]
    assert way == ["sx-v1", "sx-town1", "sx-window", "sx-affairs"]
    assert Unit.objects.get(code="sx-v1").way_to(Unit.objects.get(code="zj-orgs"))[-2].code == "zj-window"


def test_nothing_to_send_draws_up_nothing(c):
    run = run_between(c, c.town, c.window)
    with pytest.raises(NotNow, match="没有要交给"):
        calendar_lists.draw_up_next(run, by=c.clerk_of_town, at=c.at)
