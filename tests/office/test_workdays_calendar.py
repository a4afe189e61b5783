"""期限按库里的日历算:载入、暂估、暂停、换日历、缓存。"""

from datetime import date, datetime, timedelta

import holidays
import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from office.workdays import actions, calendar
from office.workdays.calendar import Calendar, UnknownUnit, calendar_for, due, estimate_for, forget, postpone, relay
from office.workdays.clock import now
from office.workdays.models import CalendarChange, CalendarYear, SpecialDay
from office.workdays.rules import SHANGHAI
from tests.office.calendar2026 import SPECIAL

pytestmark = pytest.mark.django_db
PURE = Calendar(SPECIAL, frozenset({2027}))
MOON_FESTIVAL = date(2026, 9, 25)


def at(text):
    text = text if text.startswith("20") else f"2026-{text}"
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.fixture
def system():
    return get_user_model().objects.system()


@pytest.fixture
def loaded(db, system):
    """载好的历年日历;前后都忘掉,免得记着别的测试里没有提交的内容。"""
    forget()
    actions.load_known_years(by=system, at=now())
    yield
    forget()


def a_day(day, works=False, **more):
    return SpecialDay(date=day, works=works, name="示例", source="示例通知", **more)


def test_every_known_year_is_loaded_once(loaded, system):
    official = CalendarYear.objects.filter(status=CalendarYear.OFFICIAL).values_list("year", flat=True)
    assert sorted(official) == list(range(2004, 2027))
    assert CalendarYear.objects.get(year=2027).status == CalendarYear.PROVISIONAL
    ours = calendar_for().special
    assert {day: works for day, works in ours.items() if day.year < 2027} == {
        day: works for day, works in SPECIAL.items() if day.year < 2027
    }
    with CaptureQueriesContext(connection) as queries:
        assert actions.load_known_years(by=system, at=now()) == []
    assert len([q for q in queries if 'SELECT "office' in q["sql"] or "INSERT" in q["sql"]]) == 1


def test_loading_takes_few_queries(system):
    with CaptureQueriesContext(connection) as queries:
        call_command("load_workdays", verbosity=0)
    assert len(queries) < 12
    assert CalendarChange.objects.get().by == system


def test_the_estimate_of_2027_holds_what_the_law_fixes(loaded):
    known = holidays.CN(years=2027)
    assert {day for day in calendar_for().special if day.year == 2027} == set(known)


@pytest.mark.parametrize(
    ("start", "value", "unit", "end", "provisional"),
    [
        ("09-18 10:00", 5, "wd", "09-25 00:00", False),
        ("09-18 10:00", 20, "wd", "10-23 00:00", False),
        ("02-13 10:00", 5, "wd", "02-28 00:00", False),
        ("11-23 10:00", 20, "wd", "12-22 00:00", False),
        ("12-15 10:00", 20, "wd", "2027-01-14 00:00", True),
        ("12-30 10:00", 1, "wd", "2027-01-01 00:00", False),  # 12-31 的 24:00 还是 2026 年
        ("12-31 10:00", 1, "wd", "2027-01-05 00:00", True),
        ("11-23 10:00", 5, "d", "12-01 00:00", False),
        ("12-23 10:00", 30, "d", "2027-01-23 00:00", True),
        ("11-20 16:00", 48, "h", "11-24 16:00", False),
        ("12-31 16:00", 8, "h", "2027-01-01 00:00", False),
        ("12-31 16:00", 9, "h", "2027-01-04 01:00", True),
        ("2031-03-03 10:00", 5, "wd", "2031-03-11 00:00", True),  # 库里没有的年度:按星期,暂估,不出错
    ],
)
def test_due_is_an_exclusive_instant_and_says_when_it_is_provisional(loaded, start, value, unit, end, provisional):
    assert due(at(start), value, unit, calendar=calendar_for()) == (at(end), provisional)


def test_due_refuses_an_unknown_unit():
    with pytest.raises(UnknownUnit):
        due(at("11-23 10:00"), 1, "moon", calendar=PURE)


def test_an_empty_table_still_counts_and_says_provisional():
    forget()
    assert due(at("11-20 10:00"), 1, "wd", calendar=calendar_for()) == (at("11-24 00:00"), True)
    forget()


def test_an_agency_has_its_own_days_over_the_common_ones(loaded, system):
    actions.keep_day(a_day(date(2026, 11, 24), agency_code="xw"), by=system, at=now())
    actions.keep_day(a_day(MOON_FESTIVAL, works=True, agency_code="xw"), by=system, at=now())
    assert due(at("11-23 10:00"), 1, "wd", calendar=calendar_for("xw"))[0] == at("11-26 00:00")
    assert due(at("09-24 10:00"), 1, "wd", calendar=calendar_for("xw"))[0] == at("09-26 00:00")
    assert due(at("11-23 10:00"), 1, "wd", calendar=calendar_for("sx"))[0] == at("11-25 00:00")
    assert due(at("11-23 10:00"), 1, "wd", calendar=calendar_for())[0] == at("11-25 00:00")


def test_the_calendar_is_read_once_and_its_version_once_a_second(loaded, monkeypatch):
    calendar_for()
    monkeypatch.setattr(calendar, "CHECK_EVERY", 3600)
    with CaptureQueriesContext(connection) as queries:
        calendar_for()
        calendar_for("xw")
    assert len(queries) == 0
    monkeypatch.setattr(calendar, "CHECK_EVERY", 0)
    with CaptureQueriesContext(connection) as queries:
        calendar_for()
    assert len(queries) == 1


def test_a_change_by_another_process_is_seen_at_the_next_check(loaded, system, monkeypatch):
    assert MOON_FESTIVAL in calendar_for().special
    monkeypatch.setattr(calendar, "CHECK_EVERY", 0)
    # 别的进程:改了表、记了变更,但没有叫本进程忘掉。
    SpecialDay.objects.filter(date=MOON_FESTIVAL).delete()
    CalendarChange.objects.create(by=system, at=now(), note="别处")
    assert MOON_FESTIVAL not in calendar_for().special


def test_a_change_rolled_back_is_forgotten_at_the_next_check(loaded, system, monkeypatch):
    with transaction.atomic():
        held = SpecialDay.objects.get(date=MOON_FESTIVAL)
        actions.drop_day(held, by=system, at=now())
        assert MOON_FESTIVAL not in calendar_for().special
        transaction.set_rollback(True)
    monkeypatch.setattr(calendar, "CHECK_EVERY", 0)
    assert MOON_FESTIVAL in calendar_for().special


@pytest.mark.parametrize(
    ("due_at", "unit", "paused", "resumed", "end"),
    [
        ("11-28 00:00", "wd", "11-24 10:00", "11-24 15:00", "11-28 00:00"),  # 当天停当天恢复,不变
        ("11-28 00:00", "wd", "11-24 10:00", "12-01 10:00", "12-05 00:00"),  # 剩周三周四周五三天
        ("11-28 00:00", "wd", "11-27 10:00", "11-28 10:00", "12-01 00:00"),  # 最后一日停,周六恢复,周一办完
        ("11-28 00:00", "wd", "11-30 10:00", "12-10 10:00", "11-28 00:00"),  # 已经逾期的,停不回来
        ("12-05 00:00", "d", "11-24 10:00", "12-01 10:00", "12-12 00:00"),
        ("11-25 16:00", "h", "11-24 16:00", "11-26 10:00", "11-27 10:00"),
        ("11-23 16:30", "h", "11-20 16:00", "11-21 10:00", "11-24 00:30"),  # 停在周五,周六恢复
        ("11-28 00:00", "at", "11-24 10:00", "12-01 10:00", "11-28 00:00"),
    ],
)
def test_what_was_left_at_the_pause_is_left_at_the_resumption(due_at, unit, paused, resumed, end):
    found = postpone(at(due_at), unit, paused_at=at(paused), resumed_at=at(resumed), calendar=PURE)
    assert found == (at(end), False)


def test_resuming_into_a_provisional_year_says_so():
    found = postpone(at("12-26 00:00"), "wd", paused_at=at("12-24 10:00"), resumed_at=at("12-31 10:00"), calendar=PURE)
    assert found == (at("2027-01-05 00:00"), True)


instants = st.datetimes(datetime(2026, 1, 1), datetime(2026, 11, 30), timezones=st.just(SHANGHAI))
units = st.sampled_from(["wd", "d", "h"])


@given(start=instants, value=st.integers(1, 60), unit=units, later=st.integers(0, 50_000), stay=st.integers(0, 50_000))
@settings(deadline=None)
def test_a_pause_never_shortens_a_limit(start, value, unit, later, stay):
    end, _ = due(start, value, unit, calendar=PURE)
    paused = min(start + timedelta(minutes=later), end)
    resumed = paused + timedelta(minutes=stay)
    found, _ = postpone(end, unit, paused_at=paused, resumed_at=resumed, calendar=PURE)
    assert found >= end


@given(start=instants, value=st.integers(1, 60), unit=units, later=st.integers(0, 50_000))
@settings(deadline=None)
def test_a_pause_of_no_time_changes_nothing(start, value, unit, later):
    end, _ = due(start, value, unit, calendar=PURE)
    paused = start + timedelta(minutes=later)
    assert postpone(end, unit, paused_at=paused, resumed_at=paused, calendar=PURE)[0] == end


NOTICE = """date,works,name,source
2027-01-01,休息,元旦,示例通知〔2027〕
2027-01-04,休息,元旦(示例),示例通知〔2027〕
2027-01-09,上班,元旦调休(示例),示例通知〔2027〕
"""


def test_publishing_a_year_makes_it_official_and_keeps_the_estimate(loaded, system):
    start = at("12-15 10:00")
    assert due(start, 20, "wd", calendar=calendar_for()) == (at("2027-01-14 00:00"), True)
    actions.import_csv(NOTICE, year=2027, official=True, by=system, at=now())
    # 01-04 休、01-09 周六上班:少一天又补一天。
    assert due(start, 16, "wd", calendar=calendar_for()) == (at("2027-01-09 00:00"), False)
    assert due(start, 17, "wd", calendar=calendar_for()) == (at("2027-01-10 00:00"), False)
    assert due(start, 20, "wd", calendar=calendar_for()) == (at("2027-01-14 00:00"), False)
    assert due(start, 16, "wd", calendar=estimate_for()) == (at("2027-01-08 00:00"), True)
    assert date(2027, 2, 8) not in calendar_for().special


@pytest.mark.parametrize("unit", ["wd", "d", "h"])
def test_relaying_is_counting_again_when_the_clock_was_never_stopped(loaded, system, unit):
    actions.import_csv(NOTICE, year=2027, official=True, by=system, at=now())
    before, after = estimate_for(), calendar_for()
    for value in range(1, 60):
        end, _ = due(at("12-15 10:00"), value, unit, calendar=before)
        again = relay(end, value, unit, started_at=at("12-15 10:00"), before=before, after=after)
        assert again == due(at("12-15 10:00"), value, unit, calendar=after)


def test_relaying_keeps_the_time_a_clock_stood_still(loaded, system):
    """停了 12-16 至 12-21 的期限:换日历之后,停过的日子还算停过。"""
    actions.import_csv(NOTICE, year=2027, official=True, by=system, at=now())
    before, after = estimate_for(), calendar_for()
    ends = []
    for held in (before, after):
        end, _ = due(at("12-15 10:00"), 13, "wd", calendar=held)
        pause = {"paused_at": at("12-16 10:00"), "resumed_at": at("12-21 10:00")}
        ends.append(postpone(end, "wd", calendar=held, **pause)[0])
    assert ends == [at("2027-01-08 00:00"), at("2027-01-09 00:00")]
    assert relay(ends[0], 13, "wd", started_at=at("12-15 10:00"), before=before, after=after) == (ends[1], False)


def test_now_is_the_clock_of_the_database(monkeypatch):
    first = now()
    assert first.tzinfo is SHANGHAI
    assert now() > first
