"""不行权局长负责制的时限:纯函数,政策按属性取用,不认模型。

报告一提交就到科长面前,它自己的时钟从那一刻起走;16:30 的汇总表只是当日的正式登记,从不耽误报告。
所以逐级各用满时限,副局长的限期也不晚于四十八小时的答复限期。
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Protocol

from office.workdays.rules import Special, add_working_hours, is_working_day, local, next_working_day, on


class Policy(Protocol):
    """一个机关的逐级审定时限;模型行与 `LadderTimes` 都合用。"""

    @property
    def roll_up_time(self) -> time: ...
    @property
    def chief_time(self) -> time: ...
    @property
    def deputy_hours(self) -> int: ...
    @property
    def answer_hours(self) -> int: ...
    @property
    def hours_policy(self) -> str: ...
    @property
    def strict(self) -> bool: ...


@dataclass(frozen=True)
class LadderTimes:
    """方案原文的时限:16:30 汇总,次日 12:00 前科长审核,副局长 12 小时,48 小时内明确答复。"""

    roll_up_time: time = time(16, 30)
    chief_time: time = time(12)
    deputy_hours: int = 12
    answer_hours: int = 48
    hours_policy: str = "working_days"
    strict: bool = False


DEFAULT_POLICY = LadderTimes()


def roll_up_at(instant: datetime, *, policy: Policy, special: Special) -> datetime:
    """这一刻提交的报告进哪一张汇总表:当日汇总时刻(含)之前的进当日,其余进下一个工作日。"""
    filed = local(instant)
    today = on(filed.date(), policy.roll_up_time)
    if is_working_day(filed.date(), special=special) and filed <= today:
        return today
    return on(next_working_day(filed.date(), special=special), policy.roll_up_time)


def chief_due_at(instant: datetime, *, policy: Policy, special: Special) -> datetime:
    """科室负责人的限期:提交之日的下一个工作日 12:00;休息日提交的视同下一个工作日提交。"""
    counted_from = _filing_day(local(instant).date(), special=special)
    return on(next_working_day(counted_from, special=special), policy.chief_time)


def deputy_due_at(instant: datetime, *, policy: Policy, special: Special) -> datetime:
    """分管副局长的限期:报到之后 12 小时。`instant` 是报到副局长的时刻。"""
    return add_working_hours(instant, policy.deputy_hours, special=special, policy=policy.hours_policy)


def answer_due_at(instant: datetime, *, policy: Policy, special: Special) -> datetime:
    """明确答复的限期:提交之后 48 小时;也是局长的限期。"""
    return add_working_hours(instant, policy.answer_hours, special=special, policy=policy.hours_policy)


def _filing_day(day: date, *, special: Special) -> date:
    return day if is_working_day(day, special=special) else next_working_day(day, special=special)
