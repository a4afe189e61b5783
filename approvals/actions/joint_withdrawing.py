"""整件事撤回：申请人说一次，还没有结果的各件各走“撤回”一步、各出终止办理通知书；已经有决定的留着，写明为什么。

等前一步的几份一并不收。联办时限随最后一件停下。各件怎样才算申请人自己撤回，规矩与单独撤回的一样（withdrawing、confirmations）：
登录着他的账号当时生效；凭查询码来的一个验证码管各件；到窗口来说的登记意愿，他用验证码、签名或者在网上确认一次。
"""

import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies.models import User
from approvals import rules
from approvals.actions import confirmations, deadlines, decision, joint_course, letters, telling, withdrawing
from approvals.models import Case, Confirmation, Joint
from approvals.models.confirmation import ConfirmationQuerySet
from approvals.states import WAITING, Matter
from office.steps import NotNow


def withdraw(joint: Joint, *, reason: str, by: User, at: datetime.datetime) -> None:
    """申请人登录着自己的账号撤回整件事：还没有结果的各件都撤回，有一件撤不成就一件也不撤。

    Raises: NotNow(没有可以撤回的)、PermissionDenied(不是他的账号)。
    """
    cases = _branches(joint, at)
    with transaction.atomic():
        going = _going(cases)
        with joint_course.withdrawn_as_one(joint, by=by, at=at):
            for case in going:
                decision.withdraw(case, reason=reason, by=by, at=at, whole=True)


def ask(joint: Joint, *, reason: str, by: User, at: datetime.datetime) -> list[Confirmation]:
    """窗口登记整件事撤回的意愿：还没有结果的各件各有一行，一份撤回申请书，一次确认；确认以前都照常办理。

    Raises: NotNow(没有可以撤回的)、PermissionDenied。
    """
    cases = _branches(joint, at)
    with transaction.atomic():
        going = _going(cases)
        if not all(withdrawing.may_register(case, by) for case in going):
            raise PermissionDenied("由综合窗口登记。")
        before = list(_whole(going))
        if len(before) == len(going) and {one.text for one in before} == {reason}:  # 连按两下，还是那一次登记
            return before
        made = _asked(going, reason, by=by, at=at)
        letters.joint_withdrawal_request(joint, going, reason, by=by, at=at)
        body = (
            f"窗口登记了您要撤回联办 {joint.number} 还没有结果的{len(going)}个事项。您确认以前不会撤回，照常办理；"
            "不是您的意思，不要确认，请告诉我们。"
        )
        telling.tell_applicant(joint, "case.withdrawal_asked", "请确认要不要撤回", body, by=by, at=at)
    return made


def ask_by_code(joint: Joint, *, reason: str, by: User, at: datetime.datetime) -> Confirmation:
    """凭联办编号和查询码来撤回整件事：一个验证码管各件，发到申请人登记的手机；窗口登记过的还在，就确认那一次。

    Raises: NotNow(没有手机号、没有可以撤回的)、PermissionDenied。
    """
    cases = _branches(joint, at)
    with transaction.atomic():
        going = _going(cases)
        if not rules.by_system(going[0], by):
            raise PermissionDenied("有账号的登录撤回，不用验证码。")
        if not rules.MOBILE.fullmatch(joint.applicant.phone):
            raise NotNow(confirmations.NO_PHONE)
        wishes = list(_whole(going))
        own = any(one.asked_by_id == by.pk and one.text != reason for one in wishes)
        if len(wishes) < len(going) or own:
            wishes = _asked(going, reason, by=by, at=at)
        return confirmations.send_code(wishes[0], by=by, at=at)


def _asked(going: list[Case], reason: str, *, by: User, at: datetime.datetime) -> list[Confirmation]:
    told = (Matter.WITHDRAW, reason, "ask_withdrawal", True)
    return [confirmations.asked_anew(case, *told, by=by, at=at) for case in going]


def wish_of(joint: Joint) -> Confirmation | None:
    """等申请人确认的整件事撤回；确认哪一件的都一样，给头一件的。"""
    return _whole(list(joint.branches.all())).select_related("case").first()


def _branches(joint: Joint, at: datetime.datetime) -> list[Case]:
    """各件；已经到期的先结清。"""
    cases = list(joint.branches.order_by("pk"))
    for case in cases:
        deadlines.settle(case, at=at)
    return cases


def _going(cases: list[Case]) -> list[Case]:
    """锁住各件，还撤得回的几件。Raises: NotNow(没有)。"""
    for case in cases:
        case.lock()
    going = [case for case in cases if case.state in WAITING]
    if not going:
        raise NotNow(NOTHING_LEFT)
    return going


NOTHING_LEFT = "各个事项都有了结果，或者已经撤回，没有可以撤回的。"


def _whole(cases: list[Case]) -> ConfirmationQuerySet:
    found = Confirmation.objects.open().filter(case__in=cases, matter=Matter.WITHDRAW, whole=True)
    return found.order_by("case")
