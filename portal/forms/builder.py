"""申请表定义 → Django 表单：一页一张；核对答案的行；条件 when 的取舍。

定义的写法见 catalog.rules.forms。答案以 JSON 值存放：日期是 2026-11-21，金额是字符串，声明是 true，
多选是清单，表格是一行行的清单，附件是 {name, digest} 的清单。
"""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html

from catalog.rules.forms import TODAY, applies, asked, broken, fields_of, resolved
from office.workdays import clock
from portal.forms.fields import fitting, simple_field
from portal.forms.tables import LONGEST, BoundTable, TableField
from portal.forms.uploads import FilesField
from portal.forms.words import Spec, broken_words, only_when, plain, said
from portal.language import written

Definition = Mapping[str, Any]
Answers = Mapping[str, Any]
Page = Mapping[str, Any]


def form_field(spec: Spec, given: Any = None, today: datetime.date | None = None) -> forms.Field:
    """一格定义 → 一个表单字段；sample、when 挂在字段上，由组件画出来。"""
    if spec["kind"] == "table":
        return TableField(spec, today or datetime.date.min)
    if spec["kind"] == "file":
        return FilesField(spec, given)
    return simple_field(spec)


# 哪些页、哪些格子 ------------------------------------------------------


def all_fields(definition: Definition) -> list[Spec]:
    return [spec for _page, spec in fields_of(definition)]


def pages(definition: Definition, answers: Answers) -> list[Page]:
    """此刻要填的页：整页都用不着的跳过。只看前面各页的答案，本页自己的条件留给本页。"""
    return [page for page in definition.get("pages", ()) if _fields_to_show(definition, page, answers)]


def _fields_to_show(definition: Definition, page: Page, answers: Answers) -> list[Spec]:
    """本页摆出来的格子：条件在前面各页的，现在就定；条件问到本页的，先摆出来。"""
    before = _before(definition, page, answers)
    shown: dict[str, Spec] = {}
    for spec in page["fields"] if applies(page.get("when"), before) else ():
        if resolved(spec.get("when"), before, shown) is not False:
            shown[spec["key"]] = spec
    return list(shown.values())


def _before(definition: Definition, page: Page, answers: Answers) -> dict[str, Any]:
    """前面各页问到了的答案。"""
    here = {spec["key"] for spec in page["fields"]}
    return {key: answers.get(key) for key in asked(definition, answers) if key not in here}


def one_page(definition: Definition) -> Definition:
    """各页并成一页（窗口用）：页的条件落到每一格上。"""
    fields = [
        {**spec, "when": {"all": whens}}
        if (whens := [one for one in (page.get("when"), spec.get("when")) if one])
        else spec
        for page, spec in fields_of(definition)
    ]
    return {"pages": [{"key": "all", "title": "", "fields": fields}]}


# 表单 -----------------------------------------------------------------


class PageForm(forms.Form):
    """一页申请表。cleaned_data 只含此刻该填的；stored() 是能存进草稿的值。"""

    def __init__(self, definition: Definition, page: Page, answers: Answers, data: Mapping[str, Any] | None) -> None:
        self.specs = {spec["key"]: spec for spec in _fields_to_show(definition, page, answers)}
        stored = {key: fitting(spec, answers.get(key)) for key, spec in self.specs.items() if key in answers}
        super().__init__(stored if data is answers else data, initial=stored)
        self.definition, self.answers = definition, answers
        self.today = clock.now().date() if any(_needs_today(spec) for spec in self.specs.values()) else None
        for key, spec in self.specs.items():
            self.fields[key] = form_field(spec, stored.get(key), self.today)
        before = _before(definition, page, answers)
        for key, spec in self.specs.items():
            self._say_when(key, resolved(spec.get("when"), before, self.specs))

    def _say_when(self, key: str, when: Mapping[str, Any] | bool) -> None:
        """条件问到本页别的格子的，说明什么时候才填；前面各页已经定了的，不再提。"""
        if not isinstance(when, bool):
            made = self.fields[key]
            made.when = when  # type: ignore[attr-defined]
            made.help_text = format_html("{}{}", only_when(when, self.specs), made.help_text)

    def more(self, key: str) -> None:
        """再加一行：这张表多摆一行。"""
        if key in self.fields and isinstance(bound := self[key], BoundTable):
            bound.more = True

    def clean(self) -> dict[str, Any]:
        """条件不成立的格子：不必填，填了也不要；该填的再看校验。"""
        cleaned = super().clean() or {}
        given = {**self.answers, **{key: plain(cleaned.get(key, "")) for key in self.fields}}
        active = asked(self.definition, given)
        for key in [key for key in self.fields if key not in active]:
            cleaned.pop(key, None)
            self._errors.pop(key, None)  # type: ignore[attr-defined]
        counted = {key: given.get(key) for key in active}
        for key in [key for key in self.fields if key in cleaned and self.specs[key].get("checks")]:
            for check in broken(self.specs[key], counted, today=self.today or datetime.date.min):
                self.add_error(key, broken_words(check, self.specs[key], active))
        return cleaned

    def stored(self) -> dict[str, Any]:
        """填了什么就存什么：合格的存规范的值，不合格的存原样，回来还看得见。"""
        kept = {key: plain(value) for key, value in self.cleaned_data.items()}
        wrong = {key: _as_typed(self[key].data) for key in self.errors if key in self.fields}
        return {**dict.fromkeys(self.fields, ""), **kept, **wrong}

    def typed(self) -> dict[str, Any]:
        """这次填的原样，不论对错、用不用得着：重画这一页时还在。"""
        return {key: _as_typed(self[key].data) for key in self.fields}


def _needs_today(spec: Spec) -> bool:
    """校验里有“今天”“周岁”的才去问钟。"""
    checks = [check for one in (spec, *spec.get("columns", ())) for check in one.get("checks", ())]
    return any(check["op"].startswith("age_") or check.get("value") == TODAY for check in checks)


def _as_typed(value: Any) -> Any:
    """原样存，但不收奇形怪状的：只留文字、清单、一行行的文字。"""
    if isinstance(value, list):
        return [
            {k: str(v)[:LONGEST] for k, v in one.items()} if isinstance(one, dict) else str(one)[:200] for one in value
        ]
    return str(value or "")[:LONGEST]


def page_form(definition: Definition, page: Page, answers: Answers, data: Mapping[str, Any] | None = None) -> PageForm:
    """一页的表单；不给 data 时用存着的答案填好。"""
    return PageForm(definition, page, answers, data)


def unfinished(definition: Definition, answers: Answers) -> list[Page]:
    """还没有填好的页：按存着的答案重新校验一遍。"""
    return [page for page in pages(definition, answers) if not page_form(definition, page, answers, answers).is_valid()]


def accepts(spec: Spec, value: Any) -> bool:
    """这一格收不收这个值：预填之前先看一眼。"""
    try:
        form_field(spec).clean(value)
    except ValidationError:
        return False
    return True


# 核对 -----------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """一个答案：一句话；表格另有栏名和各行，附件另有名称和网址。"""

    key: str
    label: str
    value: str
    heads: list[str] = field(default_factory=list)
    lines: list[list[str]] = field(default_factory=list)
    files: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Section:
    key: str
    title: str
    rows: list[Row]


Cover = Callable[[Spec, str], str]


def _open(spec: Spec, words: str) -> str:
    return words


def sections(
    definition: Definition, answers: Answers, *, files: Mapping[str, str] | None = None, cover: Cover = _open
) -> list[Section]:
    """核对答案：每页一段，只列用得着的格子，值写成人看的话。

    files 是附件摘要 → 网址；cover 决定哪些话遮起来。
    """
    active = asked(definition, answers)
    return [
        Section(page["key"], page["title"], rows)
        for page in definition.get("pages", ())
        if (
            rows := [
                _row(spec, answers.get(spec["key"]), files or {}, cover)
                for spec in page["fields"]
                if spec["key"] in active
            ]
        )
    ]


def _row(spec: Spec, value: Any, files: Mapping[str, str], cover: Cover) -> Row:
    key, label = spec["key"], written(spec["label"])
    if spec["kind"] == "table" and isinstance(value, list) and value:
        columns = spec["columns"]
        lines = [
            [cover(one, said(one, row.get(one["key"]))) for one in columns] for row in value if isinstance(row, dict)
        ]
        return Row(key, label, said(spec, value), [written(one["label"]) for one in columns], lines)
    if spec["kind"] == "file" and isinstance(value, list):
        given = [one for one in value if isinstance(one, dict)]
        links = [(str(one.get("name", "")), files.get(str(one.get("digest", "")), "")) for one in given]
        return Row(key, label, said(spec, value), files=links)
    return Row(key, label, cover(spec, said(spec, value)))
