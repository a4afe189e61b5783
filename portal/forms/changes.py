"""改了什么：格子的名称、原来的、现在的，写成人看的话。"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from portal.forms import builder
from portal.forms.words import said
from portal.language import written

Change = tuple[str, str, str]  # 名称、原来的、现在的


def changes(
    definition: builder.Definition, changed: Mapping[str, Any], *, cover: builder.Cover = lambda _spec, words: words
) -> list[Change]:
    """changed 是格子的键 → [原来的值, 现在的值]；cover 决定哪些话遮起来。"""
    specs = {spec["key"]: spec for spec in builder.all_fields(definition)}
    return [
        (written(spec["label"]), _words(spec, was, cover), _words(spec, now, cover))
        for key, (was, now) in changed.items()
        if (spec := specs.get(key))
    ]


def between(definition: builder.Definition, was: Mapping[str, Any], now: Mapping[str, Any]) -> list[Change]:
    """两份答案之间改了什么。"""
    keys = [spec["key"] for spec in builder.all_fields(definition)]
    return changes(definition, {key: [was.get(key), now.get(key)] for key in keys if was.get(key) != now.get(key)})


def _words(spec: builder.Spec, value: Any, cover: builder.Cover) -> str:
    if spec["kind"] == "table" and isinstance(value, list):
        rows = [row for row in value if isinstance(row, dict)]
        cells = [[cover(one, said(one, row.get(one["key"]))) for one in spec["columns"]] for row in rows]
        return "；".join("，".join(row) for row in cells) or _("没有填")
    return cover(spec, said(spec, value)) or _("没有填")
