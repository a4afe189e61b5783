"""件在哪里：受理 → 转办 → 承办 → 回复，走到哪一步、各在几时；以及逐手的移交。"""

import datetime
from typing import Any

from django.utils.translation import gettext as _

from approvals.models import Case, Transfer
from approvals.states import WAITING, Leg, TransferState

S = TransferState
Step = tuple[str, datetime.datetime | None]


def flow(case: Case, passages: list[Transfer]) -> list[dict[str, Any]]:
    """四个环节的小图（县级全程受理制二㈡）：一步一个时刻，正在进行的一步标出来。"""
    arrived = [one.signed_in_at for one in passages if one.state == S.SIGNED_IN and one.to_unit_id == case.section_id]
    returned = [one for one in passages if one.leg == Leg.BACK and one.state == S.SIGNED_IN]
    home = returned[-1].signed_in_at if returned and case.unit_id == case.intake_unit_id else None
    over = case.state not in WAITING
    steps: list[Step] = [
        (_("受理"), case.accepted_at),
        (_("转办"), arrived[0] if arrived else case.accepted_at if case.unit_id == case.section_id else None),
        (_("承办"), case.decided_at if case.accepted_at else None),
        (_("回复"), home or (case.decided_at if over and case.unit_id == case.intake_unit_id else None)),
    ]
    now = next((n for n, (_text, at) in enumerate(steps) if at is None), len(steps))
    return [
        {"number": n + 1, "text": text, "at": at, "state": "done" if at else _state(n, now, case, last=n == 3)}
        for n, (text, at) in enumerate(steps)
    ]


def _state(n: int, now: int, case: Case, *, last: bool) -> str:
    if case.state not in WAITING:  # 没有经过的不再等；作了决定的，还差答复
        return "now" if last and case.decided_at else "skipped"
    return "now" if n == now else "next"


def hands(passages: list[Transfer]) -> list[dict[str, Any]]:
    """逐手的移交，新的在前。"""
    return [_hand(one) for one in reversed(passages)]


def _hand(one: Transfer) -> dict[str, Any]:
    said = {
        S.WAITING: _("等着列清单交出"),
        S.SENT: _("在途，等签收；签收以前由交出单位负责"),
        S.SIGNED_IN: _("已签收"),
        S.RECALLED: _("已撤回：%s") % one.ended_because,
        S.TURNED_BACK: _("退回不收：%s") % one.ended_because,
    }[S(one.state)]
    if one.batch:
        said = _("%(said)s（清单 %(batch)s）") % {"said": said, "batch": one.batch.number}
    who = one.signed_in_by or one.sent_by or one.created_by
    return {
        "title": f"{one.get_leg_display()}：{one.from_unit.name} → {one.to_unit.name}",
        "at": one.signed_in_at or one.sent_at or one.created_at,
        "who": who.full_name,
        "text": said,
        "state": "now" if one.state in (S.WAITING, S.SENT) else "done",
    }


def passages_of(case: Case) -> list[Transfer]:
    """一件的全部移交，先后有序。"""
    people = ("from_unit", "to_unit", "batch", "created_by", "sent_by", "signed_in_by")
    return list(case.transfers.select_related(*people).order_by("pk"))
