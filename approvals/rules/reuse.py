"""材料和答案的再用：纯算术。"""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from catalog.rules.forms import FIELD_KINDS

MONTH = datetime.timedelta(days=30)


def lasts_until(received_at: datetime.datetime, months: int | None) -> datetime.datetime | None:
    """以前交的这一份用到什么时候(不含)；长期有效是 None。一个月按三十天算，宁短勿长。"""
    return received_at + months * MONTH if months else None


def is_still_valid(received_at: datetime.datetime, months: int | None, at: datetime.datetime) -> bool:
    until = lasts_until(received_at, months)
    return until is None or at < until


def meaning(spec: Mapping[str, Any]) -> tuple[str, ...]:
    """一格问的是什么：写了预填来源的看来源；没有写的，键、题目、种类都一样才算同一个意思。"""
    if source := spec.get("prefill"):
        return ("from", str(source))
    return (str(spec["key"]), str(spec.get("label", "")), str(spec["kind"]))


PLAIN = frozenset(FIELD_KINDS) - {"table", "file", "declaration"}


def answers_by_meaning(specs: Iterable[Mapping[str, Any]], answers: Mapping[str, Any]) -> dict[tuple[str, ...], Any]:
    """一张填过的表，按意思收起来；附件、声明、表格不收：每次都要重新给、重新看。"""
    return {meaning(spec): answers[spec["key"]] for spec in specs if spec["kind"] in PLAIN and answers.get(spec["key"])}
