"""申请表定义 → Django 表单：一页一张；核对答案的行；条件 when 的取舍。

定义的写法见 catalog.rules.forms。答案以 JSON 值存放：日期是 2026-11-21，金额是字符串，声明是 true。
"""

import datetime
import decimal
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals import rules
from catalog.rules import is_uscc
from catalog.rules.forms import applies, asked, asks_about, fields_of, leaf, same, settled
from portal.language import hant, written
from portal.words import day_words

Definition = Mapping[str, Any]
Answers = Mapping[str, Any]
Page = Mapping[str, Any]

DATE_FORMATS = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d"]
LANDLINE = re.compile(r"0\d{2,3}-?\d{7,8}")
RADIOS = 8  # 选项不超过这么多就全部摆出来


# 各种字段 -------------------------------------------------------------


def tidy(text: str) -> str:
    """全角变半角、去空格：手机输入法常带出来。"""
    return "".join(unicodedata.normalize("NFKC", text).split())


def checked(valid: Callable[[str], bool], message: Any) -> Callable[[str], None]:
    def check(text: str) -> None:
        if not valid(text):
            raise ValidationError(message)

    return check


class CodeField(forms.CharField):
    """号码：先收拾干净再校验。"""

    def to_python(self, value: Any) -> str:
        return tidy(super().to_python(value) or "").upper()


def valid_phone(text: str) -> bool:
    return bool(rules.MOBILE.fullmatch(text) or LANDLINE.fullmatch(text))


ID_NUMBER = checked(
    rules.valid_id_number, gettext_lazy("身份证号码不对：应是 18 位，最后一位可能是 X，请对照证件检查。")
)
USCC = checked(is_uscc, gettext_lazy("统一社会信用代码不对：应是 18 位，请对照登记证书检查。"))
PHONE = checked(valid_phone, gettext_lazy("电话号码不对：请填 11 位手机号，或带区号的座机号，如 0759-0000000。"))


def id_number_field(**options: Any) -> forms.Field:
    return CodeField(max_length=30, validators=[ID_NUMBER], **options)


def uscc_field(**options: Any) -> forms.Field:
    return CodeField(max_length=30, validators=[USCC], **options)


def phone_field(**options: Any) -> forms.Field:
    widget = forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"})
    return CodeField(max_length=30, validators=[PHONE], widget=widget, **options)


def date_field(**options: Any) -> forms.Field:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    message = {"invalid": _("日期不对：请写成 2026-01-31 这样。")}
    return forms.DateField(input_formats=DATE_FORMATS, widget=widget, error_messages=message, **options)


def money_field(**options: Any) -> forms.Field:
    widget = forms.TextInput(attrs={"inputmode": "decimal"})
    message = {"invalid": _("金额不对：只填数字，单位是元，最多两位小数。")}
    return forms.DecimalField(
        min_value=0, max_digits=14, decimal_places=2, widget=widget, error_messages=message, **options
    )


def integer_field(**options: Any) -> forms.Field:
    widget = forms.TextInput(attrs={"inputmode": "numeric"})
    message = {"invalid": _("请填整数。")}
    return forms.IntegerField(min_value=0, max_value=10**9, widget=widget, error_messages=message, **options)


def text_field(**options: Any) -> forms.Field:
    return forms.CharField(max_length=200, **options)


def longtext_field(**options: Any) -> forms.Field:
    return forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 5}), **options)


def declaration_field(**options: Any) -> forms.Field:
    return forms.BooleanField(**options)


MAKERS: dict[str, Callable[..., forms.Field]] = {
    "text": text_field,
    "longtext": longtext_field,
    "date": date_field,
    "id_number": id_number_field,
    "uscc": uscc_field,
    "phone": phone_field,
    "money": money_field,
    "integer": integer_field,
    "declaration": declaration_field,
}
EMPTY = {
    "choice": gettext_lazy("请选择“%s”。"),
    "declaration": gettext_lazy("请勾选“%s”。"),
}


def form_field(spec: Mapping[str, Any]) -> forms.Field:
    """一格定义 → 一个表单字段；sample、when 挂在字段上，由组件画出来。"""
    options: dict[str, Any] = {"label": written(spec["label"]), "required": spec.get("required", False)}
    options["help_text"] = written(spec.get("help", ""))
    if spec["kind"] == "choice":
        made: forms.Field = _choice(spec, options)
    else:
        made = MAKERS[spec["kind"]](**options)
    made.error_messages["required"] = EMPTY.get(spec["kind"], gettext_lazy("请填写“%s”。")) % hant(spec["label"])
    made.sample = written(spec.get("sample", ""))  # type: ignore[attr-defined]
    return made


def _choice(spec: Mapping[str, Any], options: dict[str, Any]) -> forms.Field:
    pairs = [(value, hant(label)) for value, label in spec["choices"]]
    if len(pairs) <= RADIOS:
        pairs = [(value, written(label)) for value, label in spec["choices"]]
        return forms.ChoiceField(choices=pairs, widget=forms.RadioSelect, **options)
    return forms.ChoiceField(choices=[("", _("请选择")), *pairs], **options)


# 条件 -----------------------------------------------------------------


def all_fields(definition: Definition) -> list[Mapping[str, Any]]:
    return [spec for _page, spec in fields_of(definition)]


def pages(definition: Definition, answers: Answers) -> list[Page]:
    """此刻要填的页：整页都用不着的跳过。只看前面各页的答案，本页自己的条件留给本页。"""
    return [page for page in definition.get("pages", ()) if _fields_to_show(definition, page, answers)]


def _fields_to_show(definition: Definition, page: Page, answers: Answers) -> list[Mapping[str, Any]]:
    """本页摆出来的格子：条件在前面各页的，现在就定；条件问到本页的，先摆出来。"""
    active, here = asked(definition, answers), {spec["key"] for spec in page["fields"]}
    if not applies(page.get("when"), settled(definition, answers)):
        return []
    return [spec for spec in page["fields"] if spec["key"] in active or here & asks_about(spec.get("when"))]


def only_when(spec: Mapping[str, Any], value: Any) -> str:
    """没有脚本时条件格子也摆着，所以说明什么时候才填。"""
    if spec["kind"] == "declaration":
        return _("勾选“%s”时才填。") % hant(spec["label"])
    chosen = dict(map(tuple, spec.get("choices", ()))).get(value, value)
    return _("“%(label)s”为“%(value)s”时才填。") % {"label": hant(spec["label"]), "value": hant(chosen)}


# 表单 -----------------------------------------------------------------


class PageForm(forms.Form):
    """一页申请表。cleaned_data 只含此刻该填的；stored() 是能存进草稿的值。"""

    def __init__(self, definition: Definition, page: Page, answers: Answers, data: Mapping[str, Any] | None) -> None:
        super().__init__(data, initial=dict(answers))
        self.definition, self.answers = definition, answers
        specs = _fields_to_show(definition, page, answers)
        self.fields.update({spec["key"]: form_field(spec) for spec in specs})
        above = {spec["key"]: spec for spec in specs}
        for spec in specs:
            if asks_about(spec.get("when")) & set(above) and "field" in spec["when"]:
                key, op, wanted = leaf(spec["when"])
                if op != "equals":
                    continue
                field, value = self.fields[spec["key"]], "on" if same(wanted, True) else wanted
                field.when = (key, value)  # type: ignore[attr-defined]
                field.help_text = format_html("{}{}", only_when(above[key], wanted), field.help_text)

    def clean(self) -> dict[str, Any]:
        """条件不成立的格子：不必填，填了也不要。"""
        cleaned = super().clean() or {}
        given = {key: _plain(cleaned.get(key, "")) for key in self.fields}
        active = asked(self.definition, {**self.answers, **given})
        for key in [key for key in self.fields if key not in active]:
            cleaned.pop(key, None)
            self._errors.pop(key, None)  # type: ignore[attr-defined]
        return cleaned

    def stored(self) -> dict[str, Any]:
        """填了什么就存什么：合格的存规范的值，不合格的存原样，回来还看得见。"""
        kept = {key: _plain(value) for key, value in self.cleaned_data.items()}
        wrong = {key: str(self[key].data or "")[:2000] for key in self.errors if key in self.fields}
        return {**dict.fromkeys(self.fields, ""), **kept, **wrong}


def page_form(definition: Definition, page: Page, answers: Answers, data: Mapping[str, Any] | None = None) -> PageForm:
    """一页的表单；不给 data 时用存着的答案填好。"""
    return PageForm(definition, page, answers, data)


def unfinished(definition: Definition, answers: Answers) -> list[Page]:
    """还没有填好的页：按存着的答案重新校验一遍。"""
    return [page for page in pages(definition, answers) if not page_form(definition, page, answers, answers).is_valid()]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return str(value)
    return "" if value is None else value


# 核对 -----------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    key: str
    label: str
    value: str


@dataclass(frozen=True)
class Section:
    key: str
    title: str
    rows: list[Row]


def sections(definition: Definition, answers: Answers) -> list[Section]:
    """核对答案：每页一段，只列用得着的格子，值写成人看的话。"""
    active = asked(definition, answers)
    return [
        Section(page["key"], page["title"], rows)
        for page in definition.get("pages", ())
        if (
            rows := [
                Row(spec["key"], written(spec["label"]), said(spec, answers.get(spec["key"])))
                for spec in page["fields"]
                if spec["key"] in active
            ]
        )
    ]


def said(spec: Mapping[str, Any], value: Any) -> str:
    """一个答案给人看的样子；没填是空串。"""
    if value in (None, "", False):
        return ""
    if spec["kind"] == "choice":
        return written(dict(map(tuple, spec["choices"])).get(value, value))
    if spec["kind"] == "declaration":
        return _("已确认")
    if spec["kind"] == "money":
        return _("%s 元") % value
    if spec["kind"] == "date":
        try:
            return day_words(datetime.date.fromisoformat(value))
        except ValueError:
            return str(value)
    return str(value)
