"""材料再用、答案再用：要交的不重复交，要填的不重复填；本人同意，写明取自哪一件。"""

import datetime
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from agencies.models import Agency, User
from approvals import rules
from approvals.actions import joint_course
from approvals.models import Case, CaseMaterial, Draft, Reuse, Upload
from approvals.models.material import RECEIVED
from approvals.rules import reuse as arithmetic
from approvals.rules.materials import Brought
from approvals.states import CaseState, Channel, ConsentHow, MaterialWay, Verdict
from catalog.models import Material, MaterialType
from catalog.states import Source
from office.journal import actions as journal
from office.steps import NotNow

LOOK_BACK = 5  # 以前的几件里找答案


@dataclass(frozen=True)
class Offer:
    """一份可以再用的：哪一份材料，取自哪一件的哪一份，用到什么时候。"""

    key: str
    source: CaseMaterial
    until: datetime.datetime | None


def offers(
    materials: Iterable[Material], *, id_index: str, agency: Agency, at: datetime.datetime, user: User | None = None,
    apart_from: Case | None = None,
) -> dict[str, Offer]:  # fmt: skip
    """这个人以前交过、核对合格、还在有效期、同一种的，每份给最近的一份。

    user 给了，只看有文件的：他自己账号办的，和他本人在窗口办的(姓名、手机与账号留的一样)。
    """
    types = {name: kind for kind in MaterialType.objects.all() for name in kind.names}
    wanted = {one.key: types[one.name] for one in materials if one.name in types and one.source != Source.SHARED}
    if not wanted or not id_index:
        return {}
    names = {name for kind in wanted.values() for name in kind.names}
    rows = CaseMaterial.objects.filter(
        case__applicant__id_index=id_index, case__agency=agency,
        verdict=Verdict.OK, material__name__in=names, reuse=None,
    )  # fmt: skip
    if user is not None:
        rows = rows.filter(_own(user), Exists(Upload.objects.filter(case_material=OuterRef("pk"))))
    if apart_from is not None:
        rows = rows.exclude(case=apart_from)
    found: dict[str, Offer] = {}
    for row in rows.select_related("case__guide", "material").order_by("-case__received_at", "-pk"):
        kind = types[row.material.name]
        if arithmetic.is_still_valid(row.case.received_at, kind.months, at):
            until = arithmetic.lasts_until(row.case.received_at, kind.months)
            for key, one in wanted.items():
                if one.pk == kind.pk:
                    found.setdefault(key, Offer(key, row, until))
    return found


def _own(user: User) -> Q:
    """账号的本人办的：用这个账号办的；没有用账号、在窗口办的，当面核过证件，登记的姓名和手机都要与账号的一样。"""
    whose = {"case__applicant__name": user.full_name, "case__applicant__phone_index": user.phone_index}
    at_window = Q(case__user=None, case__channel=Channel.WINDOW, **whose) if user.phone_index else Q()
    return Q(case__user=user) | at_window


def take_in_draft(draft: Draft, *, offer: Offer, by: User, at: datetime.datetime) -> Reuse:
    """网上再用：登录的本人点了同意，草稿里记下取自哪一份。Raises: PermissionDenied、NotNow(已提交)。"""
    if draft.user_id is None or draft.user_id != by.pk:
        raise PermissionDenied("登录的本人才能取用以前交过的。")
    if draft.case_id is not None:
        raise NotNow("这份申请已经提交，不能再改。")
    told = {"source": offer.source, "consent": ConsentHow.ONLINE, "agreed_at": at, "agreed_by": by}
    row, _made = Reuse.objects.update_or_create(draft=draft, material_key=offer.key, defaults=told)
    return row


def drop_from_draft(draft: Draft, *, key: str, by: User, at: datetime.datetime) -> None:
    """不再用了，自己另交。Raises: PermissionDenied、NotNow(已提交)。"""
    if draft.user_id != by.pk:
        raise PermissionDenied("不是您的草稿。")
    if draft.case_id is not None:
        raise NotNow("这份申请已经提交，不能再改。")
    draft.reuses.filter(material_key=key).delete()


def settle_draft(draft: Draft, case: Case, *, by: User, at: datetime.datetime) -> None:
    """提交时：草稿里再用的连到办件的材料上；这次用不着的删去。在提交的事务里调用。"""
    rows = {row.material.key: row for row in case.materials.select_related("material")}
    for one in draft.reuses.select_related("source__case"):
        if one.material_key not in rows:
            one.delete()
            continue
        one.case_material = rows[one.material_key]
        one.save(update_fields=["case_material"])
        _note(case, one, by=by, at=at)


def take_in_case(case: Case, *, keys: Collection[str], by: User, at: datetime.datetime) -> list[Reuse]:
    """窗口再用：申请人当面同意，窗口登记；只在核对材料的时候。联办里同一样材料，还没有交来的各件都算。

    返回这一件的各行。Raises: PermissionDenied、NotNow。
    """
    with transaction.atomic():
        siblings = [one for one in joint_course.lock_branches(case) if one.state == CaseState.RECEIVED]
        case.lock()
        if not rules.may_take_in(case, by):
            raise PermissionDenied("只有收件窗口的人可以登记。")
        if case.state != CaseState.RECEIVED:
            raise NotNow(f"这件申请现在是“{case.get_state_display()}”，不再收材料。")
        rows = {row.material.key: row for row in case.materials.select_related("material").filter(reuse=None)}
        offered = in_case(case, at=at)
        made = []
        for key in keys:
            if key not in offered or key not in rows:
                raise NotNow("这份材料没有还在有效期的可以再用，请申请人另交。")
            made.append(_taken(case, rows[key], offered[key].source, by=by, at=at))
            for sibling in siblings:
                same = sibling.materials.filter(material__name=rows[key].material.name, reuse=None, provided=False)
                for row in same.select_related("material"):
                    _taken(sibling, row, offered[key].source, by=by, at=at)
    return made


def _taken(case: Case, row: CaseMaterial, source: CaseMaterial, *, by: User, at: datetime.datetime) -> Reuse:
    told = {"consent": ConsentHow.SIGNED, "agreed_at": at, "agreed_by": by}
    one: Reuse = Reuse.objects.create(material_key=row.material.key, case_material=row, source=source, **told)
    row.receive(Brought(way=MaterialWay.AGAIN), at)
    row.save(update_fields=RECEIVED)
    _note(case, one, by=by, at=at)
    return one


def in_case(case: Case, *, at: datetime.datetime) -> dict[str, Offer]:
    """这件申请还没有交来的几份里，有哪些可以再用。"""
    materials = [row.material for row in case.materials.select_related("material").filter(reuse=None, provided=False)]
    index = case.applicant.id_index
    return offers(materials, id_index=index, agency=case.agency, at=at, apart_from=case) if materials else {}


def earlier_answers(draft: Draft, *, id_index: str) -> Mapping[tuple[str, ...], tuple[Any, Case]]:
    """本人最近几件申请里填过的，按意思收起来，连着是哪一件；新的优先。"""
    if draft.user is None or not id_index:
        return {}
    mine = Case.objects.filter(user=draft.user, applicant__id_index=id_index).select_related("guide")
    found: dict[tuple[str, ...], tuple[Any, Case]] = {}
    for case in mine.order_by("-received_at", "-pk")[:LOOK_BACK]:
        specs = [field for page in case.guide.form.get("pages", ()) for field in page["fields"]]
        for meaning, value in arithmetic.answers_by_meaning(specs, case.answers).items():
            found.setdefault(meaning, (value, case))
    return found


def _note(case: Case, one: Reuse, *, by: User, at: datetime.datetime) -> None:
    facts = {"text": f"{one.source.material.name}：取自 {one.source.case.number}", "consent": one.consent}
    journal.record("approvals.case.reuse", about=case, by=by, at=at, before=case.state, after=case.state, facts=facts)
