"""撤回申请：只由申请人撤回。

本人(登录着他的账号)、他在网上委托了撤回的人、别的系统替他送来的，当时生效(decision.withdraw)。凭编号和查询码来的，先用发到他手机上的
验证码确认(confirmations.ask_by_code)：查询码印在凭证上，捡到凭证的人不能替他撤回。到窗口来说的，窗口只登记意愿、打印撤回申请书，
他用验证码、签名或者在网上确认了才撤回(confirmations)。没有一条撤回的确认，数据库不收(0041_withdrawn_by_the_applicant)。
"""

import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies.models import User
from approvals import rules
from approvals.actions import archiving, ending, fees, handover, joint_course, letters, telling, unconfirmed
from approvals.models import Case
from approvals.states import WAITING, Matter
from office.journal import actions as journal
from office.steps import NotNow, take


def may_register(case: Case, by: User) -> bool:
    """登记撤回的意愿：收件的窗口，在有结果以前。"""
    return case.state in WAITING and rules.may_take_in(case, by)


def carry_out(case: Case, *, reason: str, by: User, at: datetime.datetime, whole: bool = False) -> None:
    """走撤回这一步：已经确认，在事务里、办件已锁住时调用。whole 是整件事一起撤回的，另有一句合起来的告知。

    Raises: NotNow、PermissionDenied。
    """
    take(case, "withdraw", by=by, at=at, reason=reason)
    ending.stop_all(case, by=by, at=at)
    letters.withdrawal(case, by=by, at=at)
    fees.end(case, by=by, at=at)
    archiving.order(case, at=at)
    handover.onward(case, by=by, at=at)
    if whole:
        return
    telling.tell_applicant(case, "case.withdrawn", "申请已撤回", f"办件 {case.number} 已按您的申请撤回。", by=by, at=at)


def forget_wish(case: Case, *, by: User, at: datetime.datetime) -> None:
    """申请人不撤回了：登记的意愿作废，件照样往下办。Raises: PermissionDenied、NotNow(没有登记过)。"""
    with transaction.atomic():
        siblings = joint_course.lock_branches(case)
        case.lock()
        if not (rules.may_take_in(case, by) or rules.stands_for_applicant(case, by)):
            raise PermissionDenied("由申请人或者收件窗口登记。")
        wishes = case.confirmations.open().filter(matter=Matter.WITHDRAW)
        whole = wishes.filter(whole=True).exists()  # 整件事一起登记的，一起作废
        rows = [case, *(one for one in siblings if whole and _wishes_whole(one))]
        for row in rows:
            if not unconfirmed.drop(row, Matter.WITHDRAW, at=at):
                raise NotNow("没有等着确认的撤回。")
            state, verb = row.state, "approvals.case.forget_wish"
            journal.record(verb, about=row, by=by, at=at, before=state, after=state, facts={})


def _wishes_whole(case: Case) -> bool:
    return bool(case.confirmations.open().filter(matter=Matter.WITHDRAW, whole=True).exists())
