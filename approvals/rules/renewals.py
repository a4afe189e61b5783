"""延续、变更原来的证照（行政许可法第四十九条、第五十条）：哪些事项，算不算按时申请，延续到哪天。纯函数。"""

import calendar
import datetime
from typing import Any

from approvals.rules.certificates import is_reissue
from catalog.states import ItemKind, Situation
from office.stateful import because
from office.workdays.rules import DAY

APPLY_DAYS = 30  # 行政许可法第五十条第一款；法律、法规、规章另有规定的写在指南里
ON_A_CERTIFICATE = (Situation.CHANGE, Situation.RENEWAL)


def on_a_certificate(case: Any) -> bool:
    """说的是原来一本证照的：延续、变更、换发、补发。不查库。"""
    return case.item.situation in ON_A_CERTIFICATE or is_reissue(case.guide.result_name)


def renews(item: Any) -> bool:
    """行政许可的延续：届满以前没有决定，视为准予的只有这一种。不查库。"""
    return bool(item.kind == ItemKind.LICENCE and item.situation == Situation.RENEWAL)


@because("届满以前按时申请的延续才谈得上视为准予。")
def renews_in_time(case: Any) -> bool:
    """证照还算不算数、届满了没有，到期处理先核过（renewals.run_out），不视为准予的已经把届满的时刻清空。"""
    prior = prior_of(case)
    return prior is not None and prior.lapses_at is not None


@because("有效期届满以前没有作出决定，依法视为准予延续（行政许可法第五十条第二款），不能再说不。")
def not_deemed_renewed(case: Any) -> bool:
    """届满的时刻一到、还没有处理的，也不能抢在前头说不：动手以前已经结清，这里只看结清了没有。"""
    prior = prior_of(case)
    return prior is None or prior.deemed_at is None


def prior_of(case: Any) -> Any:
    """这一件要延续、变更的原证照；不是延续、变更的不查库。"""
    return getattr(case, "prior", None) if on_a_certificate(case) else None


def apply_by(item: Any, told: Any, valid_until: datetime.date) -> datetime.date | None:
    """最迟哪天申请：有效期最后一天的几日以前，含这一天；没有这样的期限的是 None。

    item 是到期办的事项；told 是指南写的那一行(catalog.rules.renewal.Renewal)，没有写的是 None。许可的延续，指南没有
    另写天数的(没有写、写 0)照第五十条第一款的三十日：写 0 只说没有别的规定，不是届满那天来也谈得上视为准予。
    """
    days = told.apply_days if told else 0
    if not days and renews(item):
        days = APPLY_DAYS
    return valid_until - days * DAY if days else None


def extended(valid_from: datetime.date, valid_until: datetime.date) -> tuple[datetime.date, datetime.date]:
    """视为准予延续的，有效期从哪天到哪天：接着原来的，一样长。

    行政许可法没有写视为准予的延续多久；照原来的长短是本系统的缺省，待核实。原来是整年整月的，照整年整月。
    """
    since, over = valid_until + DAY, valid_until + DAY
    months = (over.year - valid_from.year) * 12 + over.month - valid_from.month
    if months and over == later(valid_from, months):
        return since, later(since, months) - DAY
    return since, since + (valid_until - valid_from)


def later(day: datetime.date, months: int) -> datetime.date:
    """几个月以后的同一天；那个月没有这一天的，是那个月的最后一天。"""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return day.replace(year=year, month=month + 1, day=min(day.day, calendar.monthrange(year, month + 1)[1]))
