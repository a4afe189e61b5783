"""窗口收的纸质材料：扫描件、照片存到各份材料名下，承办科室看得见，归档包里有，以后可以再用。"""

import datetime
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies.models import User
from approvals import rules
from approvals.actions import deadlines, files, joint_course
from approvals.actions.files import Files
from approvals.models import Case, CaseMaterial
from approvals.models.material import RECEIVED
from approvals.rules.materials import Brought, as_asked
from approvals.states import WAITING, CaseState, Verdict
from office.journal import actions as journal
from office.steps import NotNow


@contextmanager
def with_materials(case: Case, *, at: datetime.datetime) -> Iterator[None]:
    """收材料连着存扫描件，一起成一起不成：里面收一样、存一样。

    先把已经到期的结清(不成也不退回)；再照主键锁住联办的各件，两个窗口各收一件的不会互相等死。
    """
    deadlines.settle(case, at=at)
    with transaction.atomic():
        joint_course.lock_branches(case)
        yield


def keep(
    case: Case,
    *,
    scans: Mapping[str, Files],
    by: User,
    at: datetime.datetime,
    brought: Mapping[str, Brought] | None = None,
) -> None:
    """存扫描件：scans 以材料代号为键；存了的就是交来了的。联办里共用的材料，用它的各件都有一份，各写一笔。

    brought 是还没有登记收到的几份实际收到的份数，没有写的照指南要的。

    Raises: NotNow（已经有了结果、办件里没有这份材料）、PermissionDenied、files.BadUpload。
    """
    if not scans:
        return
    with transaction.atomic():
        siblings = joint_course.lock_branches(case)
        case.lock()
        if not rules.may_take_in(case, by):
            raise PermissionDenied("只有收件窗口的人可以存扫描件。")
        if case.state not in WAITING:
            raise NotNow(f"这件申请现在是“{case.get_state_display()}”，不再存扫描件。")
        rows = {row.material.key: row for row in case.materials.select_related("material")}
        if unknown := scans.keys() - rows.keys():
            raise NotNow(f"这件申请里没有这份材料：{'、'.join(sorted(unknown))}。")
        for key, given in scans.items():
            row = rows[key]
            made = files.keep(row, given, by=by, at=at)
            if not row.provided:
                row.receive((brought or {}).get(key) or as_asked(row.material), at)
                row.save(update_fields=RECEIVED)
            for sibling in siblings:
                if shared := files.share(made, sibling, row.material.name):
                    there, _before, new = shared
                    _hand_on(there, new, (brought or {}).get(key), source=case, by=by, at=at)
        facts = {rows[key].material.name: [name for name, _content in given] for key, given in scans.items()}
        _note(case, facts, by=by, at=at)


def _hand_on(
    row: CaseMaterial, new: list[str], brought: Brought | None, *, source: Case, by: User, at: datetime.datetime
) -> None:
    """联办的另一件也有了这份共用材料：写一笔，算收到了；还没有受理、核对为缺少或不符合的，等重新核对。"""
    sibling = row.case
    again = sibling.state == CaseState.RECEIVED and row.verdict in (Verdict.MISSING, Verdict.DEFECTIVE)
    if again or not row.provided:
        row.receive(brought or as_asked(row.material), at)
        row.verdict = Verdict.UNCHECKED if again else row.verdict
        row.save(update_fields=["verdict", *RECEIVED])
    name = row.material.name
    _note(sibling, {name: new, "shared": f"{name}，取自 {source.number}"}, by=by, at=at)


def _note(case: Case, facts: Mapping[str, object], *, by: User, at: datetime.datetime) -> None:
    verb = "approvals.case.scan_materials"
    journal.record(verb, about=case, by=by, at=at, before=case.state, after=case.state, facts=facts)
