"""还等着申请人确认的：数一数、作废、视为受理时留着哪几样。

撤回不在“等确认的”数里：登记了撤回、申请人没有确认的，件照样往下办，不因此停下。
"""

import datetime

from agencies.models import User
from approvals.models import Case, Confirmation, Joint
from approvals.states import Matter
from office.journal import actions as journal
from office.papers import actions as papers
from office.papers.models import Paper


def count(case: Case) -> None:
    """受理、准予以前要确认的还有几样。"""
    case.unconfirmed = case.confirmations.open().exclude(matter=Matter.WITHDRAW).count()
    Case.objects.filter(pk=case.pk).update(unconfirmed=case.unconfirmed)


def drop(case: Case, matter: Matter, *, at: datetime.datetime) -> bool:
    """不再需要确认（又改过了，不容缺了，不撤回了）；返回有没有等着的。撤回的，打印的撤回申请书随之作废，签了也不算。"""
    dropped = bool(case.confirmations.open().filter(matter=matter).update(dropped_at=at))
    if dropped:
        count(case)
    if dropped and matter == Matter.WITHDRAW:
        _void_requests(case, at)
        whole = Confirmation.objects.open().filter(case__joint=case.joint_id, matter=matter, whole=True)
        if case.joint is not None and not whole.exists():  # 整件事的那一份，一件也不等了才作废
            _void_requests(case.joint, at)
    return dropped


def _void_requests(about: Case | Joint, at: datetime.datetime) -> None:
    for paper in Paper.objects.about(about).of_kind("withdrawal_request").in_force():
        papers.void(paper, reason="这一次登记的撤回意愿已经作废。", by=User.objects.system(), at=at)


def left_open(case: Case, *, by: User, at: datetime.datetime) -> str:
    """视为受理的时候还没有确认的：容缺承诺不再要（材料照期限补），代为录入、当场更正留着，准予以前仍要确认。

    返回留着的是哪几样，没有就是空串。在视为受理的事务里、办件已锁住时调用。
    """
    drop(case, Matter.DEFERRAL, at=at)
    rows = case.confirmations.open().exclude(matter=Matter.WITHDRAW).order_by("pk") if case.unconfirmed else ()
    named = "、".join(dict.fromkeys(str(one.get_matter_display()) for one in rows))
    if named:
        state, facts = case.state, {"confirmed": named}
        journal.record(
            "approvals.case.deem_unconfirmed", about=case, by=by, at=at, before=state, after=state, facts=facts
        )
    return named
