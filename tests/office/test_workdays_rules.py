"""工作日的算术:规格与法律里的向量、与两个独立日历逐日核对、性质。"""

from datetime import date, datetime, time, timedelta

import chinese_calendar
import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from office.workdays.rules import (
    HOURS_POLICIES,
    SHANGHAI,
    UnknownPolicy,
    add_calendar_days,
    add_working_days,
    add_working_hours,
    is_working_day,
    next_working_day,
)
from tests.office.calendar2026 import SPECIAL

days_of_2026 = st.dates(date(2026, 1, 1), date(2026, 12, 31))
instants_of_2026 = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31, 23, 59), timezones=st.just(SHANGHAI))
policies = st.sampled_from(sorted(HOURS_POLICIES))


def day(text):
    return date.fromisoformat(text if text.startswith("20") else f"2026-{text}")


def at(text):
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("start", "n", "last"),
    [
        ("09-18", 5, "09-24"),
        ("09-18", 20, "10-22"),
        ("09-24", 1, "09-28"),
        ("09-30", 1, "10-08"),
        ("02-13", 1, "02-14"),
        ("02-13", 5, "02-27"),
        ("11-20", 5, "11-27"),
        ("11-20", 20, "12-18"),
        ("11-23", 20, "12-21"),
        ("12-15", 20, "2027-01-13"),
        ("09-18", 0, "09-18"),
    ],
)
def test_working_days_reproduce_the_vectors(start, n, last):
    assert add_working_days(day(start), n, special=SPECIAL) == day(last)


def test_2026_agrees_day_by_day_with_both_public_calendars():
    china = holidays.CN(years=2026)
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    ours = [is_working_day(d, special=SPECIAL) for d in days]
    assert ours == [chinese_calendar.is_workday(d) for d in days]
    assert ours == [china.is_working_day(d) for d in days]
    assert sum(ours) == 248


@pytest.mark.parametrize(
    ("start", "n", "last"),
    [
        ("11-23", 4, "11-27"),  # 周五
        ("11-23", 5, "11-30"),  # 周六 → 周一
        ("09-18", 2, "09-20"),  # 周日调休上班,不顺延
        ("09-20", 11, "10-08"),  # 国庆第一天 → 假后
        ("11-21", 0, "11-21"),
    ],
)
def test_calendar_days_run_on_when_the_last_day_is_off(start, n, last):
    assert add_calendar_days(day(start), n, special=SPECIAL) == day(last)


@pytest.mark.parametrize(
    ("policy", "start", "n", "end"),
    [
        ("working_days", "11-20 16:00", 48, "11-24 16:00"),
        ("working_days", "11-21 10:00", 48, "11-25 00:00"),
        ("working_days", "11-24 12:00", 12, "11-25 00:00"),
        ("working_days", "10-10 12:00", 12, "10-11 00:00"),  # 用尽周六调休日,不滑到周一
        ("working_days", "11-21 00:00", 1, "11-23 01:00"),
        ("every_hour", "11-20 16:00", 48, "11-22 16:00"),
        ("office_hours", "11-23 09:00", 3, "11-23 12:00"),
        ("office_hours", "11-23 09:00", 4, "11-23 15:30"),
        ("office_hours", "11-23 13:00", 3, "11-23 17:30"),
        ("office_hours", "11-20 17:00", 1, "11-23 09:00"),
        ("office_hours", "11-20 20:00", 1, "11-23 09:30"),
        ("office_hours", "11-21 10:00", 1, "11-23 09:30"),
    ],
)
def test_hours_run_as_their_policy_says(policy, start, n, end):
    assert add_working_hours(at(start), n, special=SPECIAL, policy=policy) == at(end)


def test_office_hours_can_be_given():
    summer = ((time(8), time(12)), (time(15), time(18)))
    end = add_working_hours(at("11-23 11:00"), 2, special=SPECIAL, policy="office_hours", office_hours=summer)
    assert end == at("11-23 16:00")


def test_hours_are_counted_on_the_wall_clock_whatever_the_zone():
    utc = datetime.fromisoformat("2026-11-20T16:30:00+00:00")  # 北京周六 00:30
    assert add_working_hours(utc, 1, special=SPECIAL) == at("11-23 01:00")


def test_what_cannot_be_counted_is_refused():
    with pytest.raises(ValueError, match="时区"):
        add_working_hours(datetime(2026, 11, 23, 9), 1, special=SPECIAL)
    with pytest.raises(ValueError, match="负数"):
        add_working_days(day("11-23"), -1, special=SPECIAL)
    with pytest.raises(UnknownPolicy):
        add_working_hours(at("11-23 09:00"), 1, special=SPECIAL, policy="moon")


@given(start=days_of_2026, n=st.integers(1, 60))
def test_a_limit_never_ends_on_a_day_off(start, n):
    for add in (add_working_days, add_calendar_days):
        last = add(start, n, special=SPECIAL)
        assert last > start
        assert is_working_day(last, special=SPECIAL)


@given(start=days_of_2026, n=st.integers(0, 40), m=st.integers(0, 40))
def test_working_days_add_up(start, n, m):
    halfway = add_working_days(start, n, special=SPECIAL)
    assert add_working_days(halfway, m, special=SPECIAL) == add_working_days(start, n + m, special=SPECIAL)


@given(start=days_of_2026, later=st.integers(0, 30), n=st.integers(0, 40))
def test_a_later_start_never_ends_earlier(start, later, n):
    for add in (add_working_days, add_calendar_days):
        assert add(start, n, special=SPECIAL) <= add(start + timedelta(days=later), n, special=SPECIAL)


@given(start=instants_of_2026, n=st.integers(0, 60), m=st.integers(0, 60), policy=policies)
@settings(deadline=None)
def test_hours_add_up(start, n, m, policy):
    halfway = add_working_hours(start, n, special=SPECIAL, policy=policy)
    together = add_working_hours(start, n + m, special=SPECIAL, policy=policy)
    assert add_working_hours(halfway, m, special=SPECIAL, policy=policy) == together


@given(start=instants_of_2026, later=st.integers(0, 10_000), n=st.integers(0, 60), policy=policies)
@settings(deadline=None)
def test_hours_are_monotone_in_start_and_length(start, later, n, policy):
    end = add_working_hours(start, n, special=SPECIAL, policy=policy)
    assert end >= start
    assert end <= add_working_hours(start, n + 1, special=SPECIAL, policy=policy)
    assert end <= add_working_hours(start + timedelta(minutes=later), n, special=SPECIAL, policy=policy)


@given(start=days_of_2026)
def test_next_working_day_skips_only_days_off(start):
    following = next_working_day(start, special=SPECIAL)
    between = (start + timedelta(days=n) for n in range(1, (following - start).days))
    assert is_working_day(following, special=SPECIAL)
    assert not any(is_working_day(d, special=SPECIAL) for d in between)
