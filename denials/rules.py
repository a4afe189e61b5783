"""不行权局长负责制的时限:纯函数,政策按属性取用,不认模型。

报告一提交就到科长面前,它自己的时钟从那一刻起走;16:30 的汇总表只是当日的正式登记,从不耽误报告。
所以逐级各用满时限,副局长的限期也不晚于四十八小时的答复限期。
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Protocol

from approvals.rules import stays_out
from denials.states import ReportState, Rung, Verdict
from office.stateful import because
from office.workdays.rules import DAY, Special, add_working_hours, is_working_day, local, next_working_day, on


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
    """科室负责人的限期:提交之日的下一个工作日 12:00;休息日提交的视同下一个工作日提交。

    机关选择自然小时的,照字面是次日 12:00:否则遇到休息日,科长的限期会排到 48 小时之后。
    """
    if policy.hours_policy == "every_hour":
        return on(local(instant).date() + DAY, policy.chief_time)
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


# 谁可以 ---------------------------------------------------------------

LADDER = ("review_denial", "sanction_denial", "direct_denials")  # 有其中一样的人在梯子上


def by_system(report: Any, user: Any) -> bool:
    return bool(user.kind == "system")


def as_chief(report: Any, user: Any) -> bool:
    """负责审核的科室(窗口件是审批科和业务科室两个)的负责人。"""
    chiefs = (turn.post for turn in report.turns.all() if turn.rung == Rung.CHIEF and turn.post)
    return any(user.may("review_denial", post.unit) for post in chiefs) and not stays_out(report.case, user)


def as_deputy(report: Any, user: Any) -> bool:
    return bool(user.may("sanction_denial", report.section)) and not stays_out(report.case, user)


def as_director(report: Any, user: Any) -> bool:
    return bool(user.may("direct_denials", report.agency)) and not stays_out(report.case, user)


def as_studier(report: Any, user: Any) -> bool:
    """研究之后由提出研究的那一级定;核准否定只有副局长和局长可以。"""
    return as_director(report, user) if report.stands_with == Rung.DIRECTOR else as_deputy(report, user)


def as_studier_or_chief(report: Any, user: Any) -> bool:
    return as_chief(report, user) if report.stands_with == Rung.CHIEF else as_studier(report, user)


def may_keep_precedents(precedent: Any, user: Any) -> bool:
    """先例由审定它的那一级以上管:分管副局长、局长。先例不是办件,没有回避。"""
    may_sanction = user.may("sanction_denial", precedent.section)
    return bool(may_sanction or user.may("direct_denials", precedent.agency))


def may_set_times(policy: Any, user: Any) -> bool:
    """时限政策由局长或机构与人事管理员登记。"""
    return any(user.may(perm, policy.agency) for perm in ("direct_denials", "keep_posts"))


def as_filer(report: Any, user: Any) -> bool:
    return bool(user.may("file_denial", report.unit))


READERS = (Rung.CHIEF, Rung.DEPUTY, Rung.DIRECTOR)  # 阅知的各级，从下往上


def on_rung(entry: Any, user: Any, rung: str) -> bool:
    """他在这条报备的这一级有没有权。"""
    if rung == Rung.CHIEF:
        return bool(user.may("review_denial", entry.section))
    if rung == Rung.DEPUTY:
        return bool(user.may("sanction_denial", entry.section))
    return bool(user.may("direct_denials", entry.agency))


def from_rung_up(rung: str) -> tuple[Rung, ...]:
    """这一级和它上面的各级。"""
    return READERS[READERS.index(Rung(rung)) :]


def may_study_recall(recall: Any, user: Any) -> bool:
    """叫回的由承办科室负责人研究；没有设的，由接着的一级。此刻是不是他值守，由动作另查。"""
    return any(on_rung(recall.entry, user, rung) for rung in READERS) and not stays_out(recall.case, user)


def may_settle_recall(recall: Any, user: Any) -> bool:
    """维持还是改正，由叫回的那一级以上定。"""
    rungs = from_rung_up(recall.rung)
    return any(on_rung(recall.entry, user, rung) for rung in rungs) and not stays_out(recall.case, user)


@because("研究的期限还没有到，先等承办科室的意见。")
def study_ran_out(recall: Any) -> bool:
    return recall.late_at is not None


@because("这份报告不是科室负责人退回的。")
def came_from_chief(report: Any) -> bool:
    return bool(report.stands_with == Rung.CHIEF)


@because("这份报告不是分管副局长退回的。")
def came_from_deputy(report: Any) -> bool:
    return bool(report.stands_with == Rung.DEPUTY)


@because("这份报告不是局长退回的。")
def came_from_director(report: Any) -> bool:
    return bool(report.stands_with == Rung.DIRECTOR)


@because("这项研究不是科室负责人提出的。")
def studied_by_chief(report: Any) -> bool:
    return bool(report.stands_with == Rung.CHIEF)


# 怎么算 ---------------------------------------------------------------

RUNG_OF = {
    ReportState.WITH_CHIEF: Rung.CHIEF,
    ReportState.WITH_DEPUTY: Rung.DEPUTY,
    ReportState.WITH_DIRECTOR: Rung.DIRECTOR,
    ReportState.RETURNED: Rung.CLERK,
}


def rung_of(state: str) -> str:
    """报告此刻在哪一级;研究中、已定的为空串。"""
    return str(RUNG_OF.get(ReportState(state), ""))


def chiefs_conclude(verdicts: Iterable[str]) -> str:
    """科室负责人的意见合起来怎么走:都说可以办就是可以办,有一个同意上报就上报,没交齐为空串。"""
    given = list(verdicts)
    if not given or not all(given):
        return ""
    return Verdict.OVERTURN if all(v == Verdict.OVERTURN for v in given) else Verdict.SUPPORT


def shingles(text: str) -> set[str]:
    """相邻两字,标点空白不算。"""
    plain = re.sub(r"[\W_]+", "", text)
    return {plain[i : i + 2] for i in range(len(plain) - 1)}


def likeness(one: str, other: str) -> float:
    """两段话有多像,0 到 1(相邻两字的 Dice 系数)。"""
    a, b = shingles(one), shingles(other)
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0
