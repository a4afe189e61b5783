"""交班：离岗的同事手上的首问、询问、差异、项目协调、承诺核查、征求意见、现场核查、听证、整改，一次交给代他的人；

回来了交还。每一件各记一笔。委托代办是申请人给他个人的，不能转交（民法典第一百六十九条），不在其中。
"""

import datetime
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models, transaction

from agencies.models import Absence, Holding, Unit, User
from agencies.states import Rank
from approvals.actions import seats
from approvals.models import (
    Contact,
    Cover,
    CoverItem,
    Difference,
    Enquiry,
    Hearing,
    Inspection,
    Pledge,
    ProjectIssue,
    Slip,
)
from approvals.rules.pledges import may_check
from approvals.rules.slips import may_answer
from approvals.states import CONTACT_UNDER_WAY, ENQUIRY_UNDER_WAY, PLEDGE_WAITING, CaseState, IssueState
from office.journal import actions as journal
from office.notices import actions as notices
from office.steps import NotNow

Open = tuple[str, str, models.Model]  # 是什么、哪一件、那一行


def may_cover(absent: User, by: Any) -> bool:
    """谁可以替离岗的人交班：他任职单位的负责人、分管领导。"""
    units = Unit.objects.filter(posts__holdings__in=Holding.objects.standing().filter(user=absent)).distinct()
    return any(by.may(perm, unit) for unit in units for perm in ("review_denial", "sanction_denial"))


def open_of(user: User) -> list[Open]:
    """这个人名下还没办完的；核查的笔录已经写了的不算：去过的人回来签。"""
    contacts = Contact.objects.filter(owner=user, state__in=CONTACT_UNDER_WAY).order_by("pk")
    asked = Enquiry.objects.filter(owner=user, state__in=ENQUIRY_UNDER_WAY).select_related("case").order_by("pk")
    differences = Difference.objects.open().filter(owner=user).select_related("case").order_by("pk")
    issues = ProjectIssue.objects.filter(owner=user, state=IssueState.OPEN).select_related("project").order_by("pk")
    pledges = Pledge.objects.filter(owner=user, state__in=PLEDGE_WAITING).select_related("case__section").order_by("pk")
    slips = Slip.objects.unanswered().filter(owner=user, case__state=CaseState.REVIEWING)
    duties = [one for one in seats.held(user) if isinstance(one, Hearing) or one.recorded_at is None]
    return [
        *(("首问", f"{one.number}：{one.asked[:60]}", one) for one in contacts),
        *(("询问", f"{one.case.number}：{one.get_kind_display()}", one) for one in asked),
        *(("差异", f"{one.case}：{one.get_kind_display()}", one) for one in differences),
        *(("重点项目协调", f"{one.project}：{one.text[:60]}", one) for one in issues),
        *(("承诺核查", f"{one.case.number}：{one.get_state_display()}", one) for one in pledges),
        *(("征求意见", f"{one.case.number}：{one.question[:60]}", one) for one in slips.with_context().order_by("pk")),
        *((_duty(one), f"{one.procedure.case.number}：{one.place}", one) for one in duties),
    ]


def _duty(seat: seats.Seat) -> str:
    return "现场核查" if isinstance(seat, Inspection) else "主持听证"


def can_take(row: models.Model, user: User) -> bool:
    """这一件他接不接得了：核查、答意见、主持，各有各的要求；别的谁都能接。"""
    if isinstance(row, (Inspection, Hearing)):
        return seats.fits(row, user)
    if isinstance(row, Pledge):
        return may_check(row, user)
    return may_answer(row, user) if isinstance(row, Slip) else True


def covered_by(absent: User, at: datetime.datetime) -> User | None:
    """照岗位该由谁代：他的 A 岗此刻由哪位 B 岗行使。"""
    for held in Holding.objects.running(at).filter(user=absent, rank=Rank.A).select_related("post").order_by("pk"):
        standing = held.post.holder_at(at)
        if standing is not None and standing.user != absent:
            return standing.user
    return None


def hand_over(
    *, absent: User, to: User, reason: str, by: User, at: datetime.datetime, more: Iterable[Open] = ()
) -> Cover:
    """交班：离岗期间，一次把手上的全交给 to；他没有职责接的留着，请负责人另派。more 是别的房间里也有 owner 的(整改)。

    Raises: PermissionDenied、NotNow(没有离岗、to 不在岗、已经交过班、手上没有他能接的)。
    """
    if not may_cover(absent, by):
        raise PermissionDenied("由离岗的人所在单位的负责人或分管领导交班。")
    if not Absence.objects.covering(at).filter(user=absent).exists():
        raise NotNow(f"{absent}此刻没有登记离岗，不用交班。")
    if not Holding.objects.present(at).filter(user=to).exists():
        raise NotNow(f"{to}此刻不在岗，不能接。")
    with transaction.atomic():
        User.objects.select_for_update().get(pk=absent.pk)
        if Cover.objects.running().filter(absent=absent).exists():
            raise NotNow(f"{absent}已经交过班，回来先交还。")
        items = [one for one in (*open_of(absent), *more) if can_take(one[2], to)]
        if not items:
            raise NotNow(f"{absent}名下没有还没办完、{to}又能接的。")
        made = Cover.objects.create(absent=absent, to=to, reason=reason, made_at=at, made_by=by)
        for kind, words, row in items:
            _give(row, to, "hand_over", by=by, at=at, frm=absent)
            told = {"subject_type": row._meta.label_lower, "subject_key": str(row.pk)}
            CoverItem.objects.create(cover=made, kind=kind, words=words[:200], **told)
        journal.record("approvals.cover.make", about=made, by=by, at=at, facts={"items": len(items), "to": to})
        body = f"{absent}离岗({reason})，{len(items)}件交给您，由您以B岗办理，期限不变。"
        notices.queue(
            "cover.made", about=made, to=to, subject=f"交班：{absent}", body=body, responsible=to, by=by, at=at
        )
    return made


def give_back(cover: Cover, *, by: User, at: datetime.datetime, more: Iterable[Open] = ()) -> int:
    """交还：本人回来了，还没办完、还在代办人手里的还给他；办完了的留着原样。返回还了几件。

    Raises: PermissionDenied、NotNow(已经交还)。
    """
    if by != cover.absent and not may_cover(cover.absent, by):
        raise PermissionDenied("由本人或所在单位的负责人、分管领导交还。")
    with transaction.atomic():
        cover.refresh_from_db(from_queryset=Cover.objects.select_for_update(of=("self",)))
        if cover.returned_at is not None:
            raise NotNow("已经交还过了。")
        listed = list(cover.items.all())
        mine = [row for _kind, _words, row in [*open_of(cover.to), *more] if can_take(row, cover.absent)]
        back = [row for row in mine if any(one.is_about(row) for one in listed)]
        for row in back:
            _give(row, cover.absent, "give_back", by=by, at=at, frm=cover.to)
        cover.returned_at, cover.returned_by = at, by
        cover.save(update_fields=["returned_at", "returned_by"])
        journal.record("approvals.cover.give_back", about=cover, by=by, at=at, facts={"items": len(back)})
        body = f"{cover.to}交还{len(back)}件，其余{len(listed) - len(back)}件已经办完或另有人办。"
        notices.queue(
            "cover.back",
            about=cover,
            to=cover.absent,
            subject="交还",
            body=body,
            responsible=cover.absent,
            by=by,
            at=at,
        )
    return len(back)


def _give(row: Any, to: User, verb: str, *, by: User, at: datetime.datetime, frm: User) -> None:
    """换一个人负责：先锁那一行，名下改过来，记一笔。"""
    if isinstance(row, (Inspection, Hearing)):
        row.procedure.lock()
        row.refresh_from_db()
        seats.give(row, frm=frm, to=to, by=by, at=at)
        return
    state = getattr(row, "state", "")
    type(row)._base_manager.select_for_update(of=("self",)).get(pk=row.pk)
    row.owner = to
    row.save(update_fields=["owner"])
    facts = {"text": f"{frm.full_name} → {to.full_name}"}
    journal.record(f"{row._meta.label_lower}.{verb}", about=row, by=by, at=at, before=state, after=state, facts=facts)
