"""公务底座的全部名词。"""

from office.journal.models import Entry
from office.notices.models import Notice, NoticePreference
from office.papers.models import NumberSeries, Paper
from office.workdays.models import CalendarChange, CalendarYear, SpecialDay

__all__ = [
    "CalendarChange",
    "CalendarYear",
    "Entry",
    "Notice",
    "NoticePreference",
    "NumberSeries",
    "Paper",
    "SpecialDay",
]
