"""回避：本人申请，或负责人决定；交给别人接着办，回避的人从此走不了一步（公务员法第七十六条、第七十七条）。"""

import datetime
from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies.models import User
from approvals import rules
from approvals.actions import consulting, deadlines, handlers, seats, telling
from approvals.models import Case, Difference, Enquiry, Pledge, Recusal
from approvals.rules.slips import may_answer
from approvals.states import WAITING, EnquiryKind
from office.journal import actions as journal
from office.steps import NotNow


def answered_first(case: Case) -> None:
    """申请人、利害关系人申请回避的，答复以前不作决定，听证也不能完成（行政许可法第四十八条）。Raises: NotNow。"""
    if Enquiry.objects.under_way().filter(case=case, kind=EnquiryKind.RECUSAL).exists():
        raise NotNow("有人申请回避，还没有答复：请承办科室负责人先定、先答复。")


def may_recuse(case: Case, user: User) -> bool:
    """本人申请：办这一件的、指派了去核查或主持听证的；或者负责人决定。"""
    if user.pk in case.recused:
        return False
    return rules.handles(case, user) or rules.may_order_recusal(case, user) or bool(seats.held(user, case))


def recuse(
    case: Case, *, who: User, reason: str, successor: User, by: User, at: datetime.datetime, seat_to: User | None = None
) -> Recusal:
    """回避：记下谁、为什么、由谁接着办；在他名下的随之转给接替的人，告诉他。

    他被指派核查、主持听证的，由 seat_to 接，没有另写的就是接替的人。
    Raises: NotNow（已经回避、接替的人办不了）、PermissionDenied（不是本人，也不是负责人）。
    """
    deadlines.settle(case, at=at)
    with transaction.atomic():
        case.lock()
        held, taker = seats.held(who, case), seat_to or successor
        if not (by == who and may_recuse(case, by)) and not rules.may_order_recusal(case, by):
            raise PermissionDenied("回避由本人申请，或由承办科室负责人、局领导决定。")
        if who.pk in case.recused:
            raise NotNow("这个人已经回避。")
        if not rules.handles(case, who) and not held:
            raise NotNow("这个人本来就不办这一件，不必回避。")
        if rules.functions(case, who) and successor not in able(case, who):
            raise NotNow("接着办的人要和回避的人一样，有权办这一件，并且自己不用回避。")
        if not all(seats.fits(one, taker) for one in held):
            raise NotNow(MISFIT)
        made = Recusal.objects.create(
            case=case, who=who, declared=by == who, reason=reason, successor=successor, at=at, by=by
        )
        case.recused = [*case.recused, who.pk]
        Case.objects.filter(pk=case.pk).update(recused=case.recused)
        _pass_on(case, who, successor, at)
        if case.handler_id == who.pk and case.state in WAITING:
            heir = successor if rules.may_be_handler(case, successor) else None
            handlers.change(case, to=heir, why=f"{who.full_name}回避", by=by, at=at)
        for one in held:
            seats.give(one, frm=who, to=taker, by=by, at=at)
        facts = {"who": who.full_name, "reason": reason, "successor": successor.full_name}
        journal.record(
            "approvals.case.recuse", about=case, by=by, at=at, before=case.state, after=case.state, facts=facts
        )
        subject, body = f"请接着办：{case.number}", f"{who.full_name}回避，办件 {case.number} 由您接着办。"
        telling.tell_staff(case, [successor], "case.recused", subject, body, by=by, at=at)
    return made


MISFIT = (
    "他被指派核查或主持听证：接的人要是正在审查的单位的另一名工作人员（核查），或者不是审查人的本机关工作人员（主持），"
    "自己也不用回避。请另选一人接。"
)


def _pass_on(case: Case, who: User, successor: User, at: datetime.datetime) -> None:
    """在他名下的：首问，还没答复的询问，没了结的承诺核查、差异、征求意见；意见接替的人答不了的，回到那个单位。"""
    if case.responsible == who:  # 首问是谁不改，改的是此后由谁负责
        case.followed_by = successor
        Case.objects.filter(pk=case.pk).update(followed_by=successor)
    Enquiry.objects.under_way().filter(case=case, owner=who).update(owner=successor)
    Pledge.objects.under_way().filter(case=case, owner=who).update(owner=successor)
    Difference.objects.open().filter(case=case, owner=who).update(owner=successor)
    for slip in case.slips.unanswered().filter(owner=who).select_related("unit"):
        others = [one for one in (successor, consulting.owner_in(slip.unit, at)) if one and may_answer(slip, one)]
        slip.owner = others[0] if others else None
        slip.save(update_fields=["owner"])


def able(case: Case, who: User) -> list[User]:
    """可以接替的人：他能做的都能做，自己不在回避之列。"""
    needed = rules.functions(case, who)
    if not needed:
        return []
    first, *rest = (_trusted(perm, unit) for perm, unit in needed)
    found = set(first).intersection(*rest)
    return sorted((one for one in found if one != who and not rules.stays_out(case, one)), key=lambda one: one.pk)


def _trusted(perm: str, unit: object) -> Iterable[User]:
    return User.objects.trusted_with(perm, unit)  # type: ignore[arg-type]


def concerned(case: Case) -> list[User]:
    """办这一件的人：窗口、科室的，自己还没有回避的。"""
    pairs = {(perm, unit) for perm in rules.FUNCTIONS for unit in rules.places_of(case)}
    found = {user for perm, unit in pairs for user in _trusted(perm, unit)} | set(seats.seated(case))
    return sorted((one for one in found if one.pk not in case.recused), key=lambda one: (one.full_name, one.pk))
