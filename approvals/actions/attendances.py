"""登记到场：直办类受理以前，申请人到窗口来了，或者两人到现场看过了；依法受理以后才看的，先写明，看过才准予。

没有到场不是材料不齐：指南没有把它写成一项材料的，不能写进一次性告知，五日照走，到时没有答复的照样视为受理。
"""

import datetime
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies.models import User
from approvals.actions import deadlines
from approvals.models import Attendance, Case, Inspection
from approvals.rules import attendances as rules
from approvals.rules import examining, may_take_in, stays_out
from approvals.states import ApplicantKind, AttendanceWay
from office import identity
from office.identity import IdentityKind
from office.journal import actions as journal
from office.steps import NotNow


@dataclass(frozen=True)
class Came:
    """谁到窗口来了。relation 空着就是申请人本人。"""

    person: str
    id_number: str
    id_kind: str = IdentityKind.RESIDENT
    relation: str = ""


@dataclass(frozen=True)
class Visit:
    """哪两个人到现场去看了、看到什么。"""

    officers: tuple[User, User]
    place: str
    found: str


def came(case: Case, who: Came, *, happened_at: datetime.datetime, by: User, at: datetime.datetime) -> Attendance:
    """到窗口来了：核对证件原件；本人来的，号码要与申请人的一致，别人来的写明与申请人的关系。

    Raises: NotNow(不是直办类、证件号码不对、不是本人、时间不对)、PermissionDenied。
    """
    if not may_take_in(case, by):
        raise PermissionDenied("到窗口来了，由收件窗口核对证件、登记。")
    number, kind = identity.tidied(who.id_number), who.id_kind or IdentityKind.RESIDENT
    if wrong := identity.fault(kind, number):
        raise NotNow(wrong)
    applicant = case.applicant
    own = applicant.kind == ApplicantKind.PERSON and not who.relation
    if own and identity.index(kind, number) != applicant.id_index:
        raise NotNow("证件与申请人的不一致。来的不是本人的，请写明与申请人的关系，例如监护人。")
    if applicant.kind != ApplicantKind.PERSON and not who.relation:
        raise NotNow("申请人是单位的，请写明来的人与单位的关系，例如“法定代表人”“经办人”。")
    told = {"person": who.person, "id_kind": kind, "id_number": number, "relation": who.relation}
    return _note(case, AttendanceWay.WINDOW, told | {"happened_at": happened_at}, by=by, at=at)


def visited(case: Case, visit: Visit, *, happened_at: datetime.datetime, by: User, at: datetime.datetime) -> Attendance:
    """到现场看过了：两名不同的工作人员。Raises: NotNow(不是直办类、两人不对、时间不对)、PermissionDenied。"""
    one, two = visit.officers
    if one == two:
        raise NotNow("到现场看要两名不同的工作人员。")
    if not {one.pk, two.pk} <= set(officers(case).values_list("pk", flat=True)):
        raise NotNow("去看的要是收件窗口、审查单位的工作人员，不能是申请人本人，也不能是已经回避的人。")
    told = {"officer_1": one, "officer_2": two, "place": visit.place, "found": visit.found}
    return _note(case, AttendanceWay.VISIT, told | {"happened_at": happened_at}, by=by, at=at)


def later(case: Case, *, basis: str, by: User, at: datetime.datetime) -> Attendance:
    """依法受理以后才看的：写明凭哪一道程序、哪一条；没有看的不能准予。Raises: NotNow、PermissionDenied。"""
    return _note(case, AttendanceWay.LATER, {"basis": basis}, by=by, at=at)


def officers(case: Case) -> Any:
    """可以到现场去看的：收件窗口、审查单位看得见这一件的人，回避的、申请人自己不在其中。"""
    people = User.objects.trusted_with("view_cases", case.intake_unit, *examining(case))
    return people.exclude(pk__in=[*case.recused, case.user_id or 0])


def _note(
    case: Case, way: AttendanceWay, told: dict[str, Any], *, by: User, at: datetime.datetime
) -> Attendance:  # fmt: skip
    deadlines.settle(case, at=at)
    with transaction.atomic():
        case.lock()
        _require(case, by)
        if (moment := told.get("happened_at")) is not None and moment > at:
            raise NotNow("到场、现场查看的时间不能在现在以后。")
        row: Attendance = Attendance.objects.create(case=case, way=way, recorded_at=at, recorded_by=by, **told)
        _said(case, "attend", row, by=by, at=at)
    return row


def drop(row: Attendance, *, why: str, by: User, at: datetime.datetime) -> Attendance:
    """登记错了，作废：写明为什么。受理了的，先登记对的，再作废错的。Raises: NotNow、PermissionDenied。"""
    if not why.strip():
        raise NotNow("请写明为什么作废。")
    case = row.case
    deadlines.settle(case, at=at)
    with transaction.atomic():
        case.lock()
        _require(case, by)
        row = Attendance.objects.select_for_update(of=("self",)).get(pk=row.pk)
        if row.dropped_at is not None:
            raise NotNow("这一次登记已经作废。")
        others = Attendance.objects.for_case(case).standing().exclude(pk=row.pk)
        if case.accepted_at and not case.deemed and not others.exists():
            raise NotNow("已经凭它受理：先登记对的，再作废错的。")
        row.dropped_at, row.dropped_by, row.dropped_why = at, by, why.strip()
        row.save(update_fields=["dropped_at", "dropped_by", "dropped_why"])
        _said(case, "drop_attendance", row, by=by, at=at)
    return row


def carry(case: Case, made: Case, *, by: User, at: datetime.datetime) -> None:
    """机关改正、照原来交的另收的：原来登记的到场还算，不要他再来一次。带过的不再带。"""
    if not rules.calls_for(made.item) or made.attendances.exists():
        return
    for row in case.attendances.standing().order_by("pk"):
        row.pk, row.case, row._state.adding = None, made, True
        row.save()
        _said(made, "attend", row, by=by, at=at)


def _require(case: Case, by: User) -> None:
    if not rules.may_note(case, by) or stays_out(case, by):
        raise PermissionDenied("到场由收件窗口、审查的单位登记。")
    if not rules.calls_for(case.item):
        raise NotNow("只有直办类的事项要登记到场。")
    if not rules.is_open(case):
        raise NotNow("已经有结果，不再登记到场。")


def _said(case: Case, verb: str, row: Attendance, *, by: User, at: datetime.datetime) -> None:
    """谁来的、在哪里看的写在那一行上，随档案销毁；经过里只写怎样到场。"""
    facts = {"way": row.get_way_display()}
    journal.record(f"approvals.case.{verb}", about=case, by=by, at=at, before=case.state, after=case.state, facts=facts)


def lacking(case: Case) -> str:
    """为什么现在不能受理；能就是空串。不是直办类的不查库。"""
    if not rules.calls_for(case.item) or Attendance.objects.for_case(case).standing().exists():
        return ""
    return rules.NOT_YET


def unseen(case: Case) -> str:
    """受理时说了以后到现场看，看过没有：没有就不能准予。依法视为受理的、不是直办类的不在内，后者不查库。"""
    if not rules.calls_for(case.item):
        return ""
    rows = Attendance.objects.for_case(case)
    if not rows.standing().filter(way=AttendanceWay.LATER).exists() or rows.seen().exists():
        return ""
    signed = Inspection.objects.filter(
        procedure__case=case, signed_1_at__isnull=False, signed_2_at__isnull=False
    )  # fmt: skip
    return "" if signed.exists() else rules.NOT_SEEN
