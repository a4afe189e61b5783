"""跨进放假安排还没有公布的年份：写给人的最后一日说明是暂估的。"""

import datetime

import pytest

from office.papers.models import Paper
from office.workdays import calendar
from office.workdays.models import CalendarYear
from tests import casework

pytestmark = pytest.mark.django_db


def deadline_of(case, kind, name):
    return Paper.objects.about(case).of_kind(kind).get().context[name]


def test_letters_say_when_the_last_day_is_a_guess(bureau):
    CalendarYear.objects.create(year=2026, status=CalendarYear.OFFICIAL, source="示例")  # 2027 年的还没有公布
    calendar.forget()
    b = casework.item_with_guide(bureau)
    soon, late = b.at, b.at.replace(year=2026, month=12, day=28)
    assert "暂估" not in deadline_of(casework.accepted(b, soon), "acceptance", "due")
    assert deadline_of(casework.accepted(b, late), "acceptance", "due").endswith("（当年放假安排未公布，暂估）")
    assert "暂估" not in deadline_of(casework.told(b, soon), "correction", "deadline")
    told = casework.told(b, late + datetime.timedelta(hours=1))
    assert deadline_of(told, "correction", "deadline").endswith("（当年放假安排未公布，暂估）")
