"""日志的规范文本与摘要链:纯函数。"""

import datetime
import decimal
import json
from collections.abc import Iterable
from typing import Any

from office.vault import digest


def plain(value: Any) -> Any:
    """把事实变成稳定的 JSON 值:时刻一律 UTC,模型只留类别和主键。"""
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set):
        return [plain(v) for v in value]
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat(timespec="microseconds")
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return str(value)
    if hasattr(value, "_meta") and hasattr(value, "pk"):
        return f"{value._meta.label_lower}#{value.pk}"
    return value if value is None or isinstance(value, bool | int | float) else str(value)


def canonical(line: Any) -> str:
    """一行日志的规范文本:键排序、无空白、UTF-8,与时区设置无关。"""
    return json.dumps(
        {
            "subject": f"{line.subject_type}#{line.subject_key}",
            "seq": line.seq,
            "verb": line.verb,
            "by": f"{line.by_id}/{line.by_name}",
            "at": plain(line.at),
            "before": line.before,
            "after": line.after,
            "facts": line.facts,
            "previous": line.previous,
        },
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )


def first_break(chain: Iterable[Any]) -> str:
    """第一处断裂的说明;完好时为空串。chain 按 seq 从 1 排好。"""
    previous, expected = "", 1
    for line in chain:
        place = f"{line.subject_type}#{line.subject_key} 第 {expected} 行"
        if line.seq != expected:
            return f"{place}缺失(下一行是第 {line.seq} 行)"
        if line.previous != previous:
            return f"{place}接不上前一行"
        if digest(canonical(line)) != line.digest:
            return f"{place}内容被改动({line.verb})"
        previous, expected = line.digest, expected + 1
    return ""
