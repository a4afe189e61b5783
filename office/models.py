"""公务底座的全部名词。"""

from office.exchange.models import ExchangeArrival, ExchangeMessage, ExchangeNonce, ExchangePeer
from office.journal.models import Entry
from office.notices.models import Notice, NoticePreference
from office.outbox import OutboxEvent
from office.papers.models import NumberSeries, Paper
from office.workdays.models import CalendarChange, CalendarYear, SpecialDay

__all__ = [
    "CalendarChange",
    "CalendarYear",
    "Entry",
    "ExchangeArrival",
    "ExchangeMessage",
    "ExchangeNonce",
    "ExchangePeer",
    "Notice",
    "NoticePreference",
    "NumberSeries",
    "OutboxEvent",
    "Paper",
    "SpecialDay",
]
