"""一格定义 → 一个表单字段(表格、上传文件另见 tables、uploads)。"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals import rules
from catalog.rules import is_uscc
from catalog.rules.forms import REGIONS, example, explanation
from office import identity
from office.identity import IdentityKind
from portal.language import hant, said, written

Spec = Mapping[str, Any]

DATE_FORMATS = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d"]
LANDLINE = re.compile(r"0[0-9]{2,3}-?[0-9]{7,8}")
RADIOS = 8  # 选项不超过这么多就全部摆出来


def tidy(text: str) -> str:
    """全角变半角、去空格：手机输入法常带出来。"""
    return "".join(unicodedata.normalize("NFKC", text).split())


def checked(valid: Callable[[str], bool], message: Any) -> Callable[[str], None]:
    def check(text: str) -> None:
        if not valid(text):
            raise ValidationError(message)

    return check


def choices_of(bound: forms.BoundField) -> list[forms.boundfield.BoundWidget]:
    """一组单选、多选的各格；对准这一组，就是对准头一格。"""
    found = list(bound.subwidgets)
    for choice in found[1:]:
        choice.data["attrs"].pop("autofocus", None)
    return found


class CodeField(forms.CharField):
    """号码：先收拾干净再校验。"""

    def to_python(self, value: Any) -> str:
        return tidy(super().to_python(value) or "").upper()


def valid_phone(text: str) -> bool:
    return bool(rules.MOBILE.fullmatch(text) or LANDLINE.fullmatch(text))


ID_NUMBER = checked(identity.checks_out, gettext_lazy("身份证号码不对：应是 18 位，最后一位可能是 X，请对照证件检查。"))
ANY_IDENTITY = checked(
    identity.fits_any,
    gettext_lazy("身份证件号码不对：居民身份证、居住证应是 18 位，通行证、护照照证件抄写，不写空格。"),
)
USCC = checked(is_uscc, gettext_lazy("统一社会信用代码不对：应是 18 位，请对照登记证书检查。"))
PHONE = checked(valid_phone, gettext_lazy("电话号码不对：请填 11 位手机号，或带区号的座机号，如 0759-0000000。"))


class ChoicesField(forms.MultipleChoiceField):
    """多选：同一项交了两遍的，算一遍。"""

    def to_python(self, value: Any) -> list[str]:
        return list(dict.fromkeys(super().to_python(value)))


def id_number_field(**options: Any) -> forms.Field:
    return CodeField(max_length=30, validators=[ID_NUMBER], **options)


def identity_field(**options: Any) -> forms.Field:
    """随便哪一种身份证件的号码。"""
    return CodeField(max_length=30, validators=[ANY_IDENTITY], **options)


class IdentityKindField(forms.ChoiceField):
    """证件类型：没有选的就是居民身份证。"""

    needed = True  # 总有一种，不说“选填”

    def __init__(self, **options: Any) -> None:
        pairs = [(value, gettext_lazy(label)) for value, label in IdentityKind.choices]
        super().__init__(choices=pairs, required=False, initial=IdentityKind.RESIDENT, **options)

    def clean(self, value: Any) -> str:
        return super().clean(value) or IdentityKind.RESIDENT.value


def check_identity(form: forms.Form, kind: str = "id_kind", number: str = "id_number") -> None:
    """号码照所选的证件类型核对；不对的写在号码那一格。"""
    given = form.cleaned_data
    if given.get(number) and given.get(kind) and (wrong := identity.fault(given[kind], given[number])):
        form.add_error(number, said(wrong))


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
    "identity": identity_field,
    "uscc": uscc_field,
    "phone": phone_field,
    "money": money_field,
    "integer": integer_field,
    "declaration": declaration_field,
}
EMPTY = {
    "choice": gettext_lazy("请选择“%s”。"),
    "choices": gettext_lazy("请选择“%s”。"),
    "region": gettext_lazy("请选择“%s”。"),
    "declaration": gettext_lazy("请勾选“%s”。"),
    "file": gettext_lazy("请上传“%s”。"),
}


LISTED = frozenset(["choices", "table", "file"])


def fitting(spec: Spec, value: Any) -> Any:
    """存着的答案合不合这种字段的样子：换了新版指南，同一个键可能换了种类；不合的当作没填。"""
    if spec["kind"] in LISTED:
        return value if isinstance(value, list) else []
    if spec["kind"] == "declaration":
        return value if isinstance(value, bool | str) else False
    return "" if value is None or isinstance(value, bool | list | dict) else str(value)


def options_of(spec: Spec) -> dict[str, Any]:
    """各种字段都有的：标签、说明、必填。"""
    return {
        "label": written(spec["label"]),
        "required": spec.get("required", False),
        "help_text": written(spec["help"]) if spec.get("help") else said(explanation(spec)),
    }


def dressed(made: forms.Field, spec: Spec) -> forms.Field:
    """没填时怎么说；样例挂在字段上，由组件画出来。"""
    made.error_messages["required"] = EMPTY.get(spec["kind"], gettext_lazy("请填写“%s”。")) % hant(spec["label"])
    made.sample = written(example(spec))  # type: ignore[attr-defined]
    return made


def simple_field(spec: Spec, *, compact: bool = False) -> forms.Field:
    """一格定义 → 一个表单字段；compact 用在表格的格子里，不摆开来。"""
    options = options_of(spec)
    if spec["kind"] in ("choice", "region"):
        made = _choice(spec, options, compact=compact)
    elif spec["kind"] == "choices":
        pairs = [(value, written(label)) for value, label in spec["choices"]]
        made = ChoicesField(choices=pairs, widget=forms.CheckboxSelectMultiple, **options)
    else:
        made = MAKERS[spec["kind"]](**options)
        if compact and isinstance(made.widget, forms.Textarea):
            made.widget.attrs["rows"] = 2
    return dressed(made, spec)


def pairs_of(spec: Spec) -> list[tuple[str, str]]:
    """选项：地区取自区划表。"""
    return list(REGIONS.items()) if spec["kind"] == "region" else [tuple(pair) for pair in spec.get("choices", ())]


def _choice(spec: Spec, options: dict[str, Any], *, compact: bool) -> forms.Field:
    pairs = [(value, hant(label)) for value, label in pairs_of(spec)]
    if len(pairs) <= RADIOS and not compact:
        pairs = [(value, written(label)) for value, label in pairs_of(spec)]
        return forms.ChoiceField(choices=pairs, widget=forms.RadioSelect, **options)
    return forms.ChoiceField(choices=[("", _("请选择")), *pairs], **options)
