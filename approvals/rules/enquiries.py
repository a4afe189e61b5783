"""询问的问题：纯函数，按属性取用。"""

from typing import Any

from approvals.rules import by_system, may_order_recusal, stands_for_applicant, stays_out
from approvals.rules.messages import writes_for_office
from approvals.states import BY_STAFF, EnquiryKind, Outcome, Rung

__all__ = ["by_system", "is_already_refused", "may_answer", "may_ask", "may_register"]


def may_ask(case: Any, user: Any) -> bool:
    """申请人本人；凭编号和查询码来的，由系统登记；代办的人替他问。"""
    return stands_for_applicant(case, user)


def may_register(case: Any, user: Any) -> bool:
    """打电话来、到窗口来问的，由收件窗口、承办科室办业务的人登记；留言也由他们转，没有人看的由系统转。"""
    return by_system(case, user) or writes_for_office(case, user)


def may_answer(enquiry: Any, user: Any) -> bool:
    """经办的人、他那个单位办业务的人，替申请人登记的人；上交之后，那一级岗位的人也可以。

    申请回避的，只由有权决定回避的负责人答复。
    """
    if stays_out(enquiry.case, user):
        return False
    if enquiry.kind == EnquiryKind.RECUSAL:
        return may_order_recusal(enquiry.case, user) or (user.pk == enquiry.owner_id and enquiry.rung > Rung.HANDLER)
    if user.pk == enquiry.owner_id or (enquiry.channel in BY_STAFF and user.pk == enquiry.asked_by_id):
        return True
    unit = enquiry.answering_unit()
    if any(user.may(perm, unit) for perm in ("take_in", "review_case", "decide_case")):
        return True
    return bool(enquiry.rung > Rung.HANDLER and enquiry.is_held_by(user, enquiry.rung))


def is_already_refused(case: Any) -> bool:
    """已经依法作出不予的决定：解释它，不是又说一个“不”。"""
    return case.outcome in (Outcome.REFUSED, Outcome.NOT_ACCEPTED) and case.ground_id is not None
