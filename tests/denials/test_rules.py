"""逐级审定的时限:规格里的向量表,以及 2026 年每一刻都成立的性质。"""

from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from denials.rules import DEFAULT_POLICY, answer_due_at, chief_due_at, deputy_due_at, roll_up_at
from office.workdays.rules import SHANGHAI, is_working_day
from tests.office.calendar2026 import SPECIAL

CALENDAR = {"policy": DEFAULT_POLICY, "special": SPECIAL}
FIRST_MINUTE = datetime(2026, 1, 1, tzinfo=SHANGHAI)
minutes_of_2026 = st.integers(0, 365 * 24 * 60 - 1).map(lambda n: FIRST_MINUTE + timedelta(minutes=n))


def at(text):
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI)


VECTORS = [
    # 提交, 汇总表, 科长, 副局长(科长用满), 答复
    ("11-23 09:00", "11-23 16:30", "11-24 12:00", "11-25 00:00", "11-25 09:00"),
    ("11-23 16:30", "11-23 16:30", "11-24 12:00", "11-25 00:00", "11-25 16:30"),
    ("11-23 16:31", "11-24 16:30", "11-24 12:00", "11-25 00:00", "11-25 16:31"),
    ("11-20 16:00", "11-20 16:30", "11-23 12:00", "11-24 00:00", "11-24 16:00"),
    ("11-21 10:00", "11-23 16:30", "11-24 12:00", "11-25 00:00", "11-25 00:00"),
    ("09-18 15:00", "09-18 16:30", "09-20 12:00", "09-21 00:00", "09-21 15:00"),
    ("10-09 16:00", "10-09 16:30", "10-10 12:00", "10-11 00:00", "10-12 16:00"),
    ("02-13 16:00", "02-13 16:30", "02-14 12:00", "02-15 00:00", "02-24 16:00"),
]


@pytest.mark.clause("Z7", "Z4")
@pytest.mark.parametrize(("filed", "sheet", "chief", "deputy", "answer"), VECTORS)
def test_ladder_reproduces_the_vector_table(filed, sheet, chief, deputy, answer):
    filed = at(filed)
    assert roll_up_at(filed, **CALENDAR) == at(sheet)
    assert chief_due_at(filed, **CALENDAR) == at(chief)
    assert deputy_due_at(at(chief), **CALENDAR) == at(deputy)
    assert answer_due_at(filed, **CALENDAR) == at(answer)


def _full_time_on_every_rung(filed):
    chief = chief_due_at(filed, **CALENDAR)
    return chief, deputy_due_at(chief, **CALENDAR), answer_due_at(filed, **CALENDAR)


@pytest.mark.clause("Z7", "Z4")
@given(filed=minutes_of_2026)
@settings(max_examples=500, deadline=None)
def test_limits_come_in_order_and_fit_in_the_answer_limit(filed):
    chief, deputy, answer = _full_time_on_every_rung(filed)
    assert filed <= chief <= deputy <= answer


@pytest.mark.clause("Z7", "Z4")
def test_limits_fit_at_the_edges_of_every_hour_of_the_year():
    """随机抽不中的边:每个整点和它前后各一秒,2026 年全年。"""
    second = timedelta(seconds=1)
    for hour in range(365 * 24):
        for filed in (FIRST_MINUTE + timedelta(hours=hour) + n * second for n in (-1, 0, 1)):
            chief, deputy, answer = _full_time_on_every_rung(filed)
            assert filed <= chief <= deputy <= answer, filed


@pytest.mark.parametrize("hours", ["every_hour", "office_hours"])
@given(filed=minutes_of_2026)
@settings(max_examples=300, deadline=None)
def test_limits_fit_under_the_other_ways_of_counting_hours(hours, filed):
    """自然小时:照字面次日 12:00;办公时间:只数上班的小时。"""
    given = {"policy": replace(DEFAULT_POLICY, hours_policy=hours), "special": CALENDAR["special"]}
    chief = chief_due_at(filed, **given)
    assert filed <= chief <= deputy_due_at(chief, **given) <= answer_due_at(filed, **given)


@given(filed=minutes_of_2026, used=st.floats(0, 1))
@settings(deadline=None)
def test_acting_early_never_breaks_the_answer_limit(filed, used):
    chief = chief_due_at(filed, **CALENDAR)
    referred = filed + (chief - filed) * used
    assert deputy_due_at(referred, **CALENDAR) <= answer_due_at(filed, **CALENDAR)


@given(filed=minutes_of_2026)
@settings(deadline=None)
def test_sheet_is_rolled_up_on_a_working_day_and_never_before_the_report(filed):
    sheet = roll_up_at(filed, **CALENDAR)
    assert sheet >= filed
    assert is_working_day(sheet.date(), special=SPECIAL)
    assert (sheet.hour, sheet.minute) == (16, 30)


def test_sheet_time_is_inclusive_to_the_second():
    assert roll_up_at(at("11-23 16:30:00"), **CALENDAR) == at("11-23 16:30")
    assert roll_up_at(at("11-23 16:30:01"), **CALENDAR) == at("11-24 16:30")


def test_any_object_with_the_six_attributes_is_a_policy():
    row = SimpleNamespace(
        roll_up_time=datetime(2026, 1, 1, 17).time(),
        chief_time=datetime(2026, 1, 1, 10).time(),
        deputy_hours=2,
        answer_hours=8,
        hours_policy="office_hours",
        strict=True,
    )
    filed = at("11-20 16:45")
    assert roll_up_at(filed, policy=row, special=SPECIAL) == at("11-20 17:00")
    assert chief_due_at(filed, policy=row, special=SPECIAL) == at("11-23 10:00")
    assert deputy_due_at(at("11-23 10:00"), policy=row, special=SPECIAL) == at("11-23 12:00")
    # 周五只剩 45 分钟,周一 6.5 小时,周二 45 分钟。
    assert answer_due_at(filed, policy=row, special=SPECIAL) == at("11-24 09:15")


def test_utc_instants_are_read_as_wall_time():
    utc = datetime.fromisoformat("2026-11-23T08:31:00+00:00")  # 北京 16:31
    assert roll_up_at(utc, **CALENDAR) == at("11-24 16:30")
