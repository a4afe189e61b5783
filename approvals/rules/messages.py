"""消息的问题：纯函数，按属性取用。"""

import datetime
from typing import Any

from approvals.rules import stands_for_applicant, stays_out
from approvals.rules.mandates import decides_or_reviews

AFTER_CLOSING = datetime.timedelta(days=30)  # 办结以后还可以问一个月；再往后请重新来问


def writes_as_applicant(case: Any, user: Any) -> bool:
    """申请人本人；凭编号和查询码来的，由系统登记；代办的人替他写。"""
    return stands_for_applicant(case, user)


def writes_for_office(case: Any, user: Any) -> bool:
    """收件窗口和承办科室办业务的人。"""
    return not stays_out(case, user) and bool(user.may("take_in", case.intake_unit) or decides_or_reviews(case, user))


def is_still_open_to_messages(case: Any, at: datetime.datetime) -> bool:
    return case.closed_at is None or at < case.closed_at + AFTER_CLOSING
