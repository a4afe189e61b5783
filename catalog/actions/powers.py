"""权责清单的导入：先交文件、逐行看会怎样，再确认；有一行不对就一行也不进库。"""

import datetime
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies.models import Agency
from catalog import rules
from catalog.actions import keeping
from catalog.models import Item, Power, PowerFile
from catalog.rules.grids import grid
from catalog.rules.powers import LABELS, PowerRow, power_rows
from office.journal import actions as journal
from office.steps import NotNow
from office.vault import digest
from office.workdays.rules import local

ADD, CHANGE, SAME, REMOVE, RESTORE, WRONG = "新增", "修改", "不变", "取消", "恢复", "有误"


class Faulty(Exception):
    """清单里还有不对的行，一行也没有导入。"""


@dataclass(frozen=True)
class Line:
    """试导的一行：文件里第几行(取消的没有行号)、会怎样、哪一项、说明。"""

    number: int | None
    verb: str
    code: str
    name: str
    text: str = ""


def receive(*, agency: Agency, name: str, content: bytes, whole: bool, by: Any, at: datetime.datetime) -> PowerFile:
    """收下一份清单，还没有导入。whole：是全部清单，里面没有的记为已取消。

    Raises: grids.Unreadable(一句话说明为什么读不成)、PermissionDenied。
    """
    if not rules.keeps(by, agency):
        raise PermissionDenied("您没有维护这个机关权责清单的权限。")
    rows = [asdict(row) for row in power_rows(grid(content))]
    return PowerFile.objects.create(
        agency=agency, name=name[-120:], digest=digest(content), rows=rows, whole=whole, uploaded_by=by, uploaded_at=at
    )


def foresee(file: PowerFile) -> list[Line]:
    """试导：照现在库里的样子，逐行说会怎样。"""
    known = {power.code: power for power in Power.objects.filter(agency=file.agency_id)}
    items = Unlinked(file.agency)
    lines = [_line(row, known.get(row.code), file, items) for row in rows_of(file)]
    if file.whole:
        told = {row.code for row in rows_of(file)}
        gone = [power for code, power in sorted(known.items()) if code not in told and power.removed_on is None]
        lines += [Line(None, REMOVE, power.code, power.name, "文件里没有") for power in gone]
    return lines


def rows_of(file: PowerFile) -> list[PowerRow]:
    return [PowerRow(**row) for row in file.rows]


class Unlinked:
    """还没有连上权力的事项：编码相同，或者名称一字不差的，就是它。"""

    def __init__(self, agency: Agency) -> None:
        self.found: dict[str, list[Item]] = {}
        for item in Item.objects.filter(agency=agency, power=None).order_by("pk"):
            for word in {item.basic_code, item.name} - {""}:
                self.found.setdefault(word, []).append(item)

    def of(self, row: PowerRow) -> list[Item]:
        return list({item.pk: item for word in (row.code, row.name) for item in self.found.get(word, [])}.values())


def _line(row: PowerRow, power: Power | None, file: PowerFile, items: Unlinked) -> Line:
    faults = [*row.faults, *_agency_fault(row, file.agency)]
    if faults:
        return Line(row.number, WRONG, row.code, row.name, "；".join(faults))
    matched = "、".join(item.name for item in items.of(row))
    note = f"对上事项“{matched}”" if matched else ""
    if power is None:
        return Line(row.number, ADD, row.code, row.name, note)
    changed = [LABELS[name] for name in Power.told if getattr(power, name) != getattr(row, name)]
    verb = RESTORE if power.removed_on else CHANGE if changed else SAME
    told = f"改了{'、'.join(changed)}" if changed else ""
    return Line(row.number, verb, row.code, row.name, "；".join(part for part in (told, note) if part))


def _agency_fault(row: PowerRow, agency: Agency) -> list[str]:
    named = (agency.code, agency.name, agency.short_name)
    return [f"实施主体“{row.agency}”不是{agency.short_name}"] if row.agency and row.agency not in named else []


def apply(*, file: PowerFile, by: Any, at: datetime.datetime) -> list[Line]:
    """导入：照文件新增、修改、恢复、取消，对得上的事项随手连上。

    Raises: Faulty(还有不对的行)、NotNow(已经导入过)、PermissionDenied。
    """
    if not rules.keeps(by, file.agency):
        raise PermissionDenied("您没有维护这个机关权责清单的权限。")
    with transaction.atomic():
        Agency.objects.select_for_update(no_key=True).get(pk=file.agency_id)
        file.refresh_from_db()
        if file.applied_at is not None:
            raise NotNow("这份清单已经导入过了。")
        lines = foresee(file)
        if any(line.verb == WRONG for line in lines):
            raise Faulty("清单里还有不对的行，一行也没有导入；请改好文件再交。")
        _write(file, lines, by=by, at=at)
        file.applied_by, file.applied_at = by, at
        file.save(update_fields=["applied_by", "applied_at"])
        counted = {verb: sum(1 for line in lines if line.verb == verb) for verb in (ADD, CHANGE, RESTORE, REMOVE)}
        facts = {"file": file.name, "digest": file.digest, "counted": counted}
        journal.record("catalog.powers.load", about=file.agency, by=by, at=at, facts=facts)
    return lines


def _write(file: PowerFile, lines: Sequence[Line], *, by: Any, at: datetime.datetime) -> None:
    rows = {row.code: row for row in rows_of(file)}
    known = {power.code: power for power in Power.objects.filter(agency=file.agency_id)}
    items = Unlinked(file.agency)
    for line in lines:
        if line.verb == REMOVE:
            power = known[line.code]
            power.removed_on = local(at).date()
            power.save(update_fields=["removed_on"])
            continue
        row = rows[line.code]
        power = known.get(row.code) or Power(agency=file.agency, code=row.code)
        if line.verb != SAME:
            power.name, power.kind, power.basis = row.name, row.kind, row.basis
            power.removed_on, power.file = None, file
            power.save()
        for item in [one for one in items.of(row) if one.power_id is None]:
            item.power = power
            keeping.keep_item(item=item, by=by, at=at)


def excuse(*, power: Power, reason: str, by: Any, at: datetime.datetime) -> Power:
    """写明不列入目录的理由；空着就是应当列入。Raises: PermissionDenied。"""
    if not rules.keeps(by, power.agency):
        raise PermissionDenied("您没有维护这个机关权责清单的权限。")
    with transaction.atomic():
        power = Power.objects.select_for_update(no_key=True).get(pk=power.pk)
        if power.excused != reason:
            facts = {"excused": [power.excused, reason]}
            power.excused = reason
            power.save(update_fields=["excused"])
            journal.record("catalog.power.excuse", about=power, by=by, at=at, facts=facts)
    return power
