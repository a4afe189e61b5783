"""日历的维护页:改一天即生效;没有正式日的年度公布不了。"""

from datetime import date

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.messages.storage.fallback import FallbackStorage
from django.test import RequestFactory

from office.workdays.admin import CalendarYearAdmin, SpecialDayAdmin
from office.workdays.calendar import calendar_for, forget
from office.workdays.models import CalendarChange, CalendarYear, SpecialDay

pytestmark = pytest.mark.django_db
DAY = date(2027, 1, 4)


@pytest.fixture
def request_by_keeper():
    forget()
    request = RequestFactory().post("/")
    request.user = get_user_model().objects.create_superuser("keeper", full_name="维护示例")
    request.session = {}
    request._messages = FallbackStorage(request)
    yield request
    forget()


def test_a_day_kept_or_dropped_counts_at_once_and_says_who_did_it(request_by_keeper):
    page = SpecialDayAdmin(SpecialDay, admin.site)
    day = SpecialDay(date=DAY, works=False, name="示例", source="示例通知")
    assert page.weekday(day) == "星期一"
    page.save_model(request_by_keeper, day, None, False)
    assert calendar_for().special == {DAY: False}
    page.delete_queryset(request_by_keeper, SpecialDay.objects.all())
    assert calendar_for().special == {}
    assert {change.by for change in CalendarChange.objects.all()} == {request_by_keeper.user}


def test_a_year_is_published_with_its_source_and_its_days_or_not_at_all(request_by_keeper):
    page = CalendarYearAdmin(CalendarYear, admin.site)
    year = CalendarYear.objects.create(year=2027)
    for missing in ("先填写依据文件", "还没有录入正式的节假日"):
        page.publish(request_by_keeper, CalendarYear.objects.all())
        assert missing in [str(m) for m in request_by_keeper._messages][-1]
        assert CalendarYear.objects.get().status == CalendarYear.PROVISIONAL
        CalendarYear.objects.update(source="示例通知")
    assert "source" not in page.get_readonly_fields(request_by_keeper, year)
    SpecialDay.objects.create(date=DAY, works=False, name="示例", source="示例通知")
    page.publish(request_by_keeper, CalendarYear.objects.all())
    assert "recompute_deadlines" in [str(m) for m in request_by_keeper._messages][-1]
    assert CalendarYear.objects.get().status == CalendarYear.OFFICIAL
    assert "source" in page.get_readonly_fields(request_by_keeper, CalendarYear.objects.get())
