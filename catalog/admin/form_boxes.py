"""改申请表用的几张表：加页、改页、加一格、改一格。一格有哪些可填，看它是哪一种。"""

from collections.abc import Mapping
from typing import Any

from django import forms

from catalog.admin.conditions import ConditionForm, as_value
from catalog.admin.rows import Column, RowsField
from catalog.rules.forms.checks import CHECKS, PATTERNS, TODAY
from catalog.rules.forms.definition import (
    COLUMN_KINDS,
    FIELD_KINDS,
    FILE_TYPES,
    MOST_FILES,
    MOST_ROWS,
    PREFILLED,
    PREFILLS,
    ROWS,
)
from catalog.rules.forms.editing import new_key
from catalog.rules.forms.values import Field

CHECK_WORDS = {
    "min_length": "至少几个字", "max_length": "最多几个字", "pattern_name": "写成哪种样子",
    "not_before": "不早于", "not_after": "不晚于", "at_least": "不少于", "at_most": "不多于",
    "same_as": "与另一格相同", "differs_from": "与另一格不同",
    "age_at_least": "至少几周岁", "age_at_most": "最多几周岁",
    "sum_at_least": "一栏合计不少于", "sum_at_most": "一栏合计不多于", "no_repeat": "一栏不能重复",
}  # fmt: skip
TODAY_WORDS = "今天"


def line(label: str, hint: str = "", *, required: bool = True, most: int = 500) -> forms.CharField:
    field = forms.CharField(label=label, help_text=hint, max_length=most, required=required)
    field.error_messages["required"] = f"请填写“{label}”。"
    return field


def several(label: str, hint: str = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, help_text=hint, max_length=1000, required=False, widget=widget)


class NewPage(forms.Form):
    title = line("新一页的标题", "说这一页填什么，例如“家庭情况”。", most=100)


class NewField(forms.Form):
    """加一格：先定名称和种类，其余在下一步填。"""

    label = line("名称", "申请人看到的，例如“遗失日期”。")
    kind = forms.ChoiceField(label="种类", choices=list(FIELD_KINDS.items()))


class PageBox(ConditionForm):
    """改一页。"""

    title = line("标题", most=100)
    help = several("这一页开头的说明")

    def told(self) -> dict[str, Any]:
        return {"title": self.cleaned_data["title"], "help": self.cleaned_data["help"], "when": self.condition()}


class ConditionBox(ConditionForm):
    """只改条件(材料)。"""


# 一格 -----------------------------------------------------------------------


class FieldBox(ConditionForm):
    """改一格。"""

    label = line("名称")
    help = several("说明", "怎样填才对，写在格子旁边。")
    required = forms.BooleanField(label="必填", required=False)

    def __init__(self, *args: Any, spec: Field, **kwargs: Any) -> None:
        super().__init__(*args, noun="问", condition=spec.get("when"), **kwargs)
        self.spec, self.kind = spec, spec["kind"]
        self.fields["kind"] = forms.ChoiceField(
            label="种类", choices=list(FIELD_KINDS.items()), help_text="换了种类，先保存，再填这一种要填的。"
        )
        self.initial = {**_initial(spec), **self.initial}
        self._add_samples()
        self._add_choices()
        self._add_table()
        self._add_file()
        self._add_checks()
        self.order_fields(["label", "kind", "required", "help", "sample", "prefill", "choices", "columns", "min_rows"])

    def _add_samples(self) -> None:
        if self.kind not in ("table", "declaration"):
            self.fields["sample"] = line("样例", "印在格子旁边和填写样例里，用编的人和数。", required=False)
        if self.kind in PREFILLED:
            pairs = [("", "不预填"), *PREFILLS.items()]
            self.fields["prefill"] = forms.ChoiceField(label="先替他填上", choices=pairs, required=False)

    def _add_choices(self) -> None:
        if self.kind in ("choice", "choices"):
            self.fields["choices"] = RowsField(columns=[Column("label", "文字", wide=True)], noun="项", label="选项")

    def _add_table(self) -> None:
        if self.kind != "table":
            return
        kinds = [(kind, label) for kind, label in FIELD_KINDS.items() if kind in COLUMN_KINDS]
        columns = [
            Column("label", "名称"), Column("kind", "种类", choices=kinds), Column("required", "必填", "tick"),
            Column("sample", "样例"), Column("help", "说明", wide=True),
            Column("options", "选项(单选才写，一行一个)", "long", wide=True),
        ]  # fmt: skip
        self.fields["columns"] = RowsField(columns=columns, noun="栏", label="各栏")
        self.fields["min_rows"] = forms.IntegerField(label="最少几行", min_value=0, max_value=MOST_ROWS, required=False)
        self.fields["max_rows"] = forms.IntegerField(label="最多几行", min_value=1, max_value=MOST_ROWS, required=False)
        self.fields["max_rows"].help_text = f"不写就是 {ROWS} 行。"

    def _add_file(self) -> None:
        if self.kind == "file":
            pairs = [(one, one.upper()) for one in FILE_TYPES]
            self.fields["accept"] = forms.MultipleChoiceField(
                label="收哪些文件", choices=pairs, widget=forms.CheckboxSelectMultiple, required=False
            )
            self.fields["max_files"] = forms.IntegerField(
                label="最多几个",
                min_value=1,
                max_value=MOST_FILES,
                required=False,
                help_text=f"不写就是 {MOST_FILES} 个。",
            )

    def _add_checks(self) -> None:
        ops = [(op, CHECK_WORDS[op]) for op, rule in CHECKS.items() if self.kind in rule.kinds]
        if ops:
            self.fields["checks"] = RowsField(columns=self._check_columns(ops), noun="条", label="校验")

    def _check_columns(self, ops: list[tuple[str, str]]) -> list[Column]:
        found = [Column("op", "要求", choices=ops), Column("value", "数、日期(2026-01-31)或“今天”")]
        if self.kind == "text":
            found.append(
                Column("pattern", "哪种样子", choices=[(name, words) for name, (_, words) in PATTERNS.items()])
            )
        others = [(key, field["label"]) for key, field in self.earlier.items()]
        if others and self.kind != "longtext":
            found.append(Column("field", "或者拿哪一格来比", choices=others))
        if self.kind == "table":
            names = [(one["key"], one["label"]) for one in self.spec.get("columns", ())]
            found.append(Column("column", "哪一栏", choices=names))
        return [*found, Column("message", "不合格时怎么说(不写就用现成的话)", wide=True)]

    def told(self) -> dict[str, Any]:
        """填出来的定义(没有键)。换了种类的，只留通用的几样。"""
        given = self.cleaned_data
        found: dict[str, Any] = {name: given.get(name) for name in ("kind", "label", "required", "help", "sample")}
        if given["kind"] == self.kind:
            found |= {name: given.get(name) for name in ("prefill", "min_rows", "max_rows", "max_files")}
            found["choices"] = _pairs(given.get("choices") or [])
            found["columns"] = _columns(given.get("columns") or [])
            found["accept"] = [one for one in FILE_TYPES if one in given.get("accept", ())]
            found["checks"] = [_check(row, self.kind) for row in given.get("checks") or []]
        elif given["kind"] in ("choice", "choices"):
            found["choices"] = self.spec.get("choices") or [["yes", "是"], ["no", "否"]]
        elif given["kind"] == "table":
            found["columns"] = [{"key": "name", "kind": "text", "label": "名称", "required": True}]
        return {**found, "when": self.condition()}


def _initial(spec: Field) -> dict[str, Any]:
    """定义 → 表上的初值。"""
    found = {name: value for name, value in spec.items() if name not in ("key", "when")}
    found["choices"] = [{"label": label, "value": value} for value, label in spec.get("choices", ())]
    found["columns"] = [
        {**{k: v for k, v in one.items() if k != "choices"}, **_options_of(one)} for one in spec.get("columns", ())
    ]
    found["checks"] = [_row(check) for check in spec.get("checks", ())]
    found.setdefault("accept", list(FILE_TYPES))
    return found


def _options_of(column: Mapping[str, Any]) -> dict[str, Any]:
    """一栏的选项：一行一个；原来的值带着走。"""
    choices = column.get("choices", [])
    return {"options": "\n".join(label for _value, label in choices), "known": choices} if choices else {}


def _row(check: Mapping[str, Any]) -> dict[str, Any]:
    row = {name: str(value) for name, value in check.items()}
    if check["op"] == "pattern_name":
        row["pattern"] = row.pop("value")
    elif row.get("value") == TODAY:
        row["value"] = TODAY_WORDS
    return row


def _check(row: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """一行校验 → 定义；拿另一格来比的，不写数。"""
    found: dict[str, Any] = {"op": row.get("op", "")}
    if found["op"] == "pattern_name":
        found["value"] = row.get("pattern", "")
    elif row.get("field"):
        found["field"] = row["field"]
    elif row.get("value", "") != "":
        found["value"] = TODAY if row["value"] == TODAY_WORDS else as_value(row["value"])
    for name in ("column", "message"):
        if row.get(name):
            found[name] = row[name]
    return found


def _pairs(rows: list[Mapping[str, Any]]) -> list[list[str]]:
    """选项：原来的值不变，新的由文字的拼音来。"""
    taken = {str(row["value"]) for row in rows if row.get("value")}
    found = []
    for row in rows:
        label = str(row.get("label", ""))
        value = str(row.get("value") or new_key(label, taken, "option"))
        taken.add(value)
        found.append([value, label])
    return found


def _columns(rows: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """表格的栏：原来的键不变，新的由名称的拼音来。"""
    taken = {str(row["key"]) for row in rows if row.get("key")}
    found = []
    for row in rows:
        label = str(row.get("label", ""))
        key = str(row.get("key") or new_key(label, taken, "column"))
        taken.add(key)
        column: dict[str, Any] = {"key": key, "kind": row.get("kind") or "text", "label": label}
        column |= {name: row[name] for name in ("required", "help", "sample", "checks") if row.get(name)}
        if column["kind"] == "choice":
            column["choices"] = _known_pairs(str(row.get("options", "")), row.get("known"))
        found.append(column)
    return found


def _known_pairs(text: str, known: Any) -> list[list[str]]:
    values = {pair[1]: pair[0] for pair in known if len(pair) == 2} if isinstance(known, list) else {}
    labels = [each.strip() for each in text.splitlines() if each.strip()]
    return _pairs([{"label": label, "value": values.get(label)} for label in labels])
