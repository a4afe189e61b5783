"""申请表里要说的话：答案、条件、校验不合格时的提示。"""

import datetime
import decimal
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.rules.forms import PATTERNS, TODAY, blank, leaf
from portal.forms.fields import Spec, pairs_of
from portal.language import hant, written
from portal.words import day_words

Specs = Mapping[str, Spec]


def plain(value: Any) -> Any:
    """能变成 JSON 的值：日期是 2026-11-21，金额是字符串，声明是 true。"""
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return f"{value + 0:f}"  # 加零:负零写成零
    return "" if value is None else value


# 答案 -----------------------------------------------------------------


def said(spec: Spec, value: Any) -> str:
    """一个答案给人看的样子；没填是空串。"""
    if blank(value):
        return ""
    kind = spec["kind"]
    if kind in ("choice", "region"):
        return written(dict(pairs_of(spec)).get(value, value))
    if kind == "choices":
        known = dict(pairs_of(spec))
        return written("、".join(str(known.get(one, one)) for one in _listed(value)))
    if kind == "declaration":
        return _("已确认")
    if kind == "money":
        return _("%s 元") % value
    if kind == "date":
        return _day(value)
    if kind == "table":
        return _("%s 行") % len(_listed(value))
    if kind == "file":
        return "、".join(str(one.get("name", "")) for one in _listed(value) if isinstance(one, Mapping))
    return str(value)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _day(value: Any) -> str:
    try:
        return day_words(datetime.date.fromisoformat(value))
    except (TypeError, ValueError):
        return str(value)


# 条件 -----------------------------------------------------------------

COMPARED = {
    "equals": gettext_lazy("“%(label)s”为%(value)s"),
    "not_equals": gettext_lazy("“%(label)s”不是%(value)s"),
    "in": gettext_lazy("“%(label)s”为%(value)s之一"),
    "filled": gettext_lazy("填了“%(label)s”"),
    "at_least": gettext_lazy("“%(label)s”不少于 %(value)s"),
    "at_most": gettext_lazy("“%(label)s”不多于 %(value)s"),
    "before": gettext_lazy("“%(label)s”早于%(value)s"),
    "after": gettext_lazy("“%(label)s”晚于%(value)s"),
}
UNFILLED = gettext_lazy("没有填“%(label)s”")
TICKED, UNTICKED = gettext_lazy("勾选了“%(label)s”"), gettext_lazy("没有勾选“%(label)s”")


def only_when(condition: Mapping[str, Any], specs: Specs) -> str:
    """没有脚本时条件格子也摆着，所以说明什么时候才填。"""
    return _("%s时才填。") % condition_words(condition, specs)


def condition_words(condition: Mapping[str, Any], specs: Specs) -> str:
    """条件用一句话说出来，例如：“为什么办”为“遗失”。"""
    for name, joint in (("all", _("，并且")), ("any", _("，或者"))):
        if name in condition:
            return joint.join(_inside(part, specs) for part in condition[name])
    if "not" in condition:
        return _negated(condition["not"], specs)
    return _leaf_words(condition, specs)


def _inside(condition: Mapping[str, Any], specs: Specs) -> str:
    words = condition_words(condition, specs)
    return _("（%s）") % words if "all" in condition or "any" in condition else words


def _negated(condition: Mapping[str, Any], specs: Specs) -> str:
    if "field" in condition:
        key, op, _value = leaf(condition)
        spec = specs.get(key, {})
        if op == "filled" or spec.get("kind") == "declaration":
            words = UNTICKED if spec.get("kind") == "declaration" else UNFILLED
            return words % {"label": hant(spec.get("label", key))}
    return _("不属于“%s”的情形") % condition_words(condition, specs)


def _leaf_words(condition: Mapping[str, Any], specs: Specs) -> str:
    key, op, value = leaf(condition)
    spec = specs.get(key, {"label": key, "kind": "text"})
    words = TICKED if spec["kind"] == "declaration" else COMPARED[op]
    return words % {"label": hant(spec["label"]), "value": _value_words(spec, op, value)}


def _value_words(spec: Spec, op: str, value: Any) -> str:
    if op == "in":
        return "".join(_("“%s”") % _value_said(spec, one) for one in value)
    if op in ("at_least", "at_most"):
        return str(value)
    return _value_said(spec, value) if op in ("before", "after") else _("“%s”") % _value_said(spec, value)


def _value_said(spec: Spec, value: Any) -> str:
    """条件里的值：选项说选项的文字，日期说日期。"""
    if spec["kind"] == "date":
        return _day(value)
    return hant(dict(pairs_of(spec)).get(value, value))


# 校验 -----------------------------------------------------------------

BROKEN = {
    "min_length": gettext_lazy("“%(label)s”至少写 %(value)s 个字。"),
    "max_length": gettext_lazy("“%(label)s”最多写 %(value)s 个字。"),
    "pattern_name": gettext_lazy("“%(label)s”的写法不对：应是%(value)s。"),
    "not_before": gettext_lazy("“%(label)s”不能早于%(value)s。"),
    "not_after": gettext_lazy("“%(label)s”不能晚于%(value)s。"),
    "at_least": gettext_lazy("“%(label)s”不能少于 %(value)s。"),
    "at_most": gettext_lazy("“%(label)s”不能多于 %(value)s。"),
    "same_as": gettext_lazy("“%(label)s”要与%(value)s一致。"),
    "differs_from": gettext_lazy("“%(label)s”不能与%(value)s相同。"),
    "age_at_least": gettext_lazy("“%(label)s”：要年满 %(value)s 周岁。"),
    "age_at_most": gettext_lazy("“%(label)s”：不能超过 %(value)s 周岁。"),
    "sum_at_least": gettext_lazy("“%(label)s”各行的“%(column)s”合计不能少于 %(value)s。"),
    "sum_at_most": gettext_lazy("“%(label)s”各行的“%(column)s”合计不能多于 %(value)s。"),
    "no_repeat": gettext_lazy("“%(label)s”各行的“%(column)s”不能重复。"),
}


def broken_words(check: Mapping[str, Any], spec: Spec, specs: Specs) -> str:
    """一条校验不合格，怎么说；定义里写了提示的照着说。"""
    if check.get("message"):
        return written(check["message"])
    columns = {one["key"]: one["label"] for one in spec.get("columns", ())}
    return BROKEN[check["op"]] % {
        "label": hant(spec["label"]),
        "value": _operand_words(check, spec, specs),
        "column": hant(columns.get(check.get("column"), "")),
    }


def _operand_words(check: Mapping[str, Any], spec: Spec, specs: Specs) -> str:
    if "field" in check:
        other = specs.get(check["field"], {"label": check["field"]})
        return _("“%s”") % hant(other["label"])
    value = check.get("value", "")
    if value == TODAY:
        return _("今天")
    if check["op"] == "pattern_name":
        return hant(PATTERNS[value][1])
    if check["op"] in ("not_before", "not_after"):
        return _day(value)
    if spec["kind"] == "table" and not check.get("column"):
        return _("%s 行") % value
    return str(value)
