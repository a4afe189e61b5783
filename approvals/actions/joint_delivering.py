"""统一出件：综合窗口把一件事里此刻能交的结果一次交到一个人手里，合出一份送达回证。

没有另外的门：各件照旧各走“送达”一步(delivering.hand_over)，各有各的送达记录，各停各的时钟；现在交不出的，说明为什么，以后照样来领。
"""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies.models import User
from approvals.actions import deadlines, delivering, joint_course, letters, served, serving
from approvals.models import Case, Delivery, Joint
from approvals.models.delivery import RESULT
from approvals.rules import joints as rules
from approvals.rules.delivery import not_offered
from approvals.states import DECIDED, DeliveryResult
from catalog.states import DeliveryWay
from office import identity
from office.identity import IdentityKind
from office.journal import actions as journal
from office.papers.models import Paper
from office.steps import NotNow, available

NOT_YOURS = "您不能送达这一件（回避的，或者不是收它的窗口）。"
GONE = "选的事项里有的已经交出去了，请照现在的再选一遍。"


@dataclass(frozen=True)
class Branch:
    """一件事的一件：现在为什么不能交出；能交的是空串。"""

    case: Case
    why_not: str


def branches_of(joint: Joint, user: User) -> list[Branch]:
    """各件，先收的在前；能不能交，问的是“送达”那一步。"""
    return [Branch(case, why_not(case, user)) for case in joint.branches.with_context().order_by("pk")]


def why_not(case: Case, user: User) -> str:
    """这一件现在为什么不能在窗口交给他；能交的是空串。"""
    if case.state not in DECIDED:
        return rules.not_to_hand_out(case)
    if case.deliveries.of(RESULT).on_the_way().exists():
        return served.ON_THE_WAY
    if why := not_offered(case, DeliveryWay.WINDOW):
        return why
    step = next((one for one in available(case, user) if one.name == "deliver"), None)
    return step.reason if step else NOT_YOURS


def left_of(joint: Joint, chosen: Collection[int], user: User) -> list[str]:
    """没有一起交出的，一件一句：还没有结果的、现在交不出的、没有选的、等前一步的；已经了结的不说。"""
    rows = [
        (one.case.guide.name, one.why_not.rstrip("。") or "这次没有领")
        for one in branches_of(joint, user)
        if one.case.pk not in chosen and one.case.state not in rules.OVER
    ]
    rows += [(draft.guide.name, "等前一步") for draft in joint_course.waiting_of(joint).select_related("guide")]
    return [f"{name}（{why}）" for name, why in rows]


def servers(joint: Joint, by: User) -> list[User]:
    """可以一起送的：综合窗口的另一个人；他在哪一件上回避，交那一件的时候另问。"""
    return [one for one in User.objects.trusted_with("take_in", joint.window) if one != by]


def hand_out(
    joint: Joint, *, cases: Collection[Case], collector: str, id_number: str, relation: str, by: User,
    at: datetime.datetime, second: User | None = None, id_kind: str = IdentityKind.RESIDENT,
) -> Paper:  # fmt: skip
    """统一出件：选的各件一次交给同一个人，返回送达回证；有一件交不出，就一件也不交。再按一遍还是那一份回证。

    领取人的核对、代领的关系照单独领取的一样，一件一件问（委托可能只管其中一件）。
    Raises: NotNow(没有选、哪一件为什么交不出、证件不对)、PermissionDenied(不是综合窗口)。
    """
    if not rules.may_hand_out(joint, by):
        raise PermissionDenied("一件事由综合窗口统一出件。")
    if not cases:
        raise NotNow("请至少选一件现在能交的。")
    for case in cases:
        deadlines.settle(case, at=at)
    told: dict[str, Any] = {"collector": collector, "id_number": id_number, "relation": relation}
    told |= {"id_kind": id_kind, "second": second}
    chosen = {case.pk for case in cases}
    with transaction.atomic():
        rows = [row for row in _locked(joint) if row.pk in chosen]
        if (known := _handed_before(rows, collector, identity.tidied(id_number))) is not None:
            return known
        handed = [(_handed(row, told, by=by, at=at), list(serving.results_of(row))) for row in rows]
        left = left_of(joint, chosen, by)
        paper = letters.joint_delivery(joint, handed, left, by=by, at=at)
        Delivery.objects.filter(pk__in=[row.pk for row, _sent in handed]).update(receipt=paper)
        facts = {"items": [row.guide.name for row in rows], "left": left}
        joint.lock()
        state, verb = joint.state, "approvals.joint.hand_out"
        journal.record(verb, about=joint, by=by, at=at, before=state, after=state, facts=facts)
    return paper


def _locked(joint: Joint) -> list[Case]:
    """锁的次序与联办的别处一样：按先后先锁各件，联办件在各件送达以后跟上时再锁。"""
    rows = Case.objects.filter(joint=joint).with_context().order_by("pk")
    return list(rows.select_for_update(of=("self",), no_key=True))


def _handed(case: Case, told: dict[str, Any], *, by: User, at: datetime.datetime) -> Delivery:
    """交出一件；交不出的写明是哪一件。"""
    try:
        if why := why_not(case, by):
            raise NotNow(why)
        return delivering.hand_over(case, **told, by=by, at=at, alone=False)
    except NotNow as why:
        raise NotNow(f"“{case.guide.name}”：{why}") from why


def _handed_before(rows: list[Case], collector: str, number: str) -> Paper | None:
    """连按两下：选的这几件刚才已经一次交给了同一个人，就是那一份回证。Raises: NotNow(有的交过，有的没有)。"""
    done = Delivery.objects.of(RESULT).filter(case__in=rows, result=DeliveryResult.RECEIVED).select_related("receipt")
    found = {(row.receipt, row.collector, row.collector_id) for row in done}
    if not found:
        return None
    receipt, name, who = next(iter(found))
    if len(done) < len(rows) or len(found) > 1 or receipt is None or (name, who) != (collector, number):
        raise NotNow(GONE)
    return receipt
