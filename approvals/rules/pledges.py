"""告知承诺的规矩（国办发〔2020〕42号；行政许可法第六十九条）。"""

import datetime
from typing import Any

from approvals.rules import by_system, handles, may_decide, may_handle_materials, may_review, stays_out
from approvals.states import WAITING
from office.stateful import because


def may_sign(pledge: Any, user: Any) -> bool:
    """签、撤回：申请人自己，或窗口代为登记。"""
    return may_handle_materials(pledge.case, user)


def follows_the_decision(pledge: Any, user: Any) -> bool:
    """准予的那一刻随之起核查：谁有权准予，在那一步已经问过。"""
    return True


def may_check(pledge: Any, user: Any) -> bool:
    """核查、看整改、报请撤销：承办科室的人。"""
    return may_review(pledge.case, user) or may_decide(pledge.case, user)


def may_revoke(pledge: Any, user: Any) -> bool:
    """撤销由分管副局长、局长审定；报请的人、核查的人不能自己定。"""
    alone = user.pk in (pledge.asked_by_id, pledge.checked_by_id)
    return bool(user.may("sanction_denial", pledge.case.section)) and not alone and not stays_out(pledge.case, user)


def may_serve(pledge: Any, user: Any) -> bool:
    """送达撤销决定书：办过这一件的窗口和科室；公告期满的，由系统登记。"""
    return by_system(pledge, user) or handles(pledge.case, user)


@because("撤销决定书已经送达。")
def not_served(pledge: Any) -> bool:
    return pledge.served_at is None


@because("已经作出决定，承诺不能再撤回。")
def before_decision(pledge: Any) -> bool:
    return pledge.case.state in WAITING


def months_later(day: datetime.date, months: int) -> datetime.date:
    """若干个月以后的同一天；那个月没有这一天的，是月末。"""
    total = day.year * 12 + day.month - 1 + months
    year, month = divmod(total, 12)
    for back in range(4):
        try:
            return datetime.date(year, month + 1, day.day - back)
        except ValueError:
            continue
    raise ValueError(day)


def promised_lines(text: str) -> list[str]:
    """承诺的每一句：一行一句。"""
    return [line.strip() for line in text.splitlines() if line.strip()]
