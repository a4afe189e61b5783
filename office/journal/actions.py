"""记日志。"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models

from office.journal.models import Entry
from office.journal.rules import canonical, plain
from office.outbox import note, note_all
from office.vault import digest


def record(
    verb: str, *, about: models.Model, by: Any, at: Any, before: str = "", after: str = "", facts: Any = None
) -> Entry:
    """记一笔:接在该对象的链尾。调用者已锁住该对象,或该对象是本事务新建的。

    by 是 User(系统动作也有名字,不为 None)，署的是 by.signs(about, at)；at 是带时区的时刻;facts 是可变成 JSON 的字典。
    """
    last = Entry.objects.about(about).reverse().values_list("seq", "digest").first()
    line = _line(verb, Change(about, before, after, facts), last or (0, ""), by=by, at=at)
    line.save(force_insert=True)
    note(line, about)
    return line


@dataclass(frozen=True)
class Change:
    """一个对象的一次改变。"""

    about: models.Model
    before: str = ""
    after: str = ""
    facts: Any = None


def record_all(verb: str, changes: Sequence[Change], *, by: Any, at: Any) -> list[Entry]:
    """成批记日志:同一类的许多个对象,各接各的链尾,一次写进去。调用者已锁住它们,或者都是本事务新建的。"""
    if not changes:
        return []
    kind, keys = changes[0].about._meta.label_lower, [str(one.about.pk) for one in changes]
    ends = Entry.objects.filter(subject_type=kind, subject_key__in=keys).order_by("subject_key", "-seq")
    last = {key: (seq, mark) for key, seq, mark in ends.distinct("subject_key").values_list(
        "subject_key", "seq", "digest")}  # fmt: skip
    lines = [_line(verb, one, last.get(str(one.about.pk), (0, "")), by=by, at=at) for one in changes]
    Entry.objects.bulk_create(lines, batch_size=1000)
    note_all((line, one.about) for line, one in zip(lines, changes, strict=True))
    return lines


def _line(verb: str, change: Change, last: tuple[int, str], *, by: Any, at: Any) -> Entry:
    """接在 last(序号、摘要)后面的一行。"""
    about, (seq, previous) = change.about, last
    line = Entry(
        subject_type=about._meta.label_lower,
        subject_key=str(about.pk),
        seq=seq + 1,
        verb=verb,
        by=by,
        by_name=by.signs(about, at),
        at=at,
        before=change.before,
        after=change.after,
        facts=plain(change.facts or {}),
        previous=previous,
    )
    line.digest = digest(canonical(line))
    return line
