"""记日志。"""

from typing import Any

from django.db import models

from office.journal.models import Entry
from office.journal.rules import canonical, plain
from office.outbox import note
from office.vault import digest


def record(
    verb: str, *, about: models.Model, by: Any, at: Any, before: str = "", after: str = "", facts: Any = None
) -> Entry:
    """记一笔:接在该对象的链尾。调用者已锁住该对象,或该对象是本事务新建的。

    by 是 User(系统动作也有名字,不为 None)，署的是 by.signature；at 是带时区的时刻;facts 是可变成 JSON 的字典。
    """
    last = Entry.objects.about(about).reverse().values_list("seq", "digest").first()
    seq, previous = last or (0, "")
    line = Entry(
        subject_type=about._meta.label_lower,
        subject_key=str(about.pk),
        seq=seq + 1,
        verb=verb,
        by=by,
        by_name=by.signature,
        at=at,
        before=before,
        after=after,
        facts=plain(facts or {}),
        previous=previous,
    )
    line.digest = digest(canonical(line))
    line.save(force_insert=True)
    note(line, about)
    return line
