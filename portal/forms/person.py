"""谁来申请：大厅和窗口用同一张表。"""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from approvals.actions.intake import Person
from approvals.states import ApplicantKind
from catalog.states import Audience
from office import identity
from office.identity import IdentityKind
from portal.forms import builder, fields
from portal.forms.fields import Spec

KINDS = [(ApplicantKind.PERSON.value, _("个人")), (ApplicantKind.ORGANISATION.value, _("单位或组织"))]

# 定义里写的预填来源 → “申请人”一页的哪一栏。
SOURCES = {
    "applicant.name": "name",
    "applicant.id_number": "id_number",
    "applicant.phone": "phone",
    "applicant.address": "address",
    "applicant.contact_name": "contact_name",
    "org.name": "name",
    "org.uscc": "id_number",
}
# 没有写来源的，看键：要填的不重复填。一页里问到身份证号的，同页的姓名、住址也是本人的。
SAME_AS_PERSON = {
    "org_name": "name",
    "uscc": "id_number",
    "id_number": "id_number",
    "contact": "contact_name",
    "contact_phone": "phone",
    "phone": "phone",
}
ABOUT_ONESELF = {"name": "name", "address": "address"}


def same_as_person(specs: Iterable[Spec]) -> dict[str, str]:
    """一页上的这些格子里，哪些取自申请人的哪一栏。"""
    specs = list(specs)
    known = SAME_AS_PERSON | (ABOUT_ONESELF if any(spec["key"] == "id_number" for spec in specs) else {})
    found = {spec["key"]: SOURCES.get(spec.get("prefill", ""), known.get(spec["key"], "")) for spec in specs}
    return {key: source for key, source in found.items() if source}


def taken_from(specs: Iterable[Spec], person: Mapping[str, Any]) -> dict[str, str]:
    """这些格子可以从申请人那里取来什么；以个人名义申请的，不当作单位；格子收不下的不取。"""
    named = {spec["key"]: spec for spec in specs}
    found = {}
    for key, source in same_as_person(named.values()).items():
        spec, value = named[key], str(person.get(source, ""))
        fitting = person.get("kind") == ApplicantKind.ORGANISATION or not spec.get("prefill", "").startswith("org.")
        if value and fitting and builder.accepts(spec, value):
            found[key] = value
    return found


def identity_index(person: Mapping[str, Any]) -> str:
    """填了的证件 → 盲索引；没有填是空串。"""
    number = str(person.get("id_number", ""))
    return identity.index(str(person.get("id_kind", "")), number) if number else ""


def kinds_for(audiences: list[str]) -> list[tuple[str, Any]]:
    """这个事项面向谁：只面向个人的就不再问是个人还是单位。"""
    person = not audiences or Audience.PERSON in audiences
    organisation = not audiences or bool(set(audiences) - {Audience.PERSON.value})
    return [pair for pair, open_to in zip(KINDS, (person, organisation), strict=True) if open_to]


class PersonForm(forms.Form):
    """谁来申请。"""

    kind = forms.ChoiceField(
        label=_("谁来申请"), widget=forms.RadioSelect, error_messages={"required": _("请选择谁来申请。")}
    )
    name = forms.CharField(
        label=_("姓名或单位名称"),
        max_length=120,
        error_messages={"required": _("请填写姓名或单位名称。")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    id_kind = fields.IdentityKindField(label=_("证件类型"))
    id_number = fields.CodeField(label=_("证件号码"), max_length=30, error_messages={"required": _("请填写证件号码。")})
    contact_name = forms.CharField(label=_("联系人"), max_length=60, required=False)
    phone = fields.phone_field(
        label=_("联系电话"),
        help_text=_("受理、补正和结果都会发到这个号码。"),
        error_messages={"required": _("请填写联系电话，办理结果要通知到您。")},
    )
    address = forms.CharField(
        label=_("联系地址"),
        max_length=200,
        required=False,
        help_text=_("需要邮寄结果时用，可以不填。"),
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )

    def __init__(self, audiences: list[str], data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        kinds = kinds_for(audiences)
        kind = self.fields["kind"]
        kind.choices = kinds  # type: ignore[attr-defined]
        if len(kinds) == 1:
            kind.initial, kind.required, kind.widget = kinds[0][0], False, forms.HiddenInput()
        only = kinds[0][0] if len(kinds) == 1 else ""
        self._name_the_boxes(only)

    def _name_the_boxes(self, only: str) -> None:
        """只面向个人或只面向单位的事项，直接说姓名、单位名称。"""
        box = self.fields
        if only == ApplicantKind.PERSON:
            box["name"].label = _("姓名")
            box["name"].help_text = _("与证件上的一致。")
            box["id_number"].help_text = _("照证件抄写，不写空格。居民身份证是 18 位，最后一位可能是 X。")
            del box["contact_name"]
        elif only == ApplicantKind.ORGANISATION:
            box["name"].label, box["id_number"].label = _("单位名称"), _("统一社会信用代码")
            box["id_number"].help_text = _("18 位，见登记证书。还没有代码的，填经办人的公民身份号码。")
            del box["id_kind"]
        else:
            box["id_number"].help_text = _("个人照证件抄写，不写空格；单位填 18 位的统一社会信用代码。")
            person = {"field": "kind", "op": "equals", "value": ApplicantKind.PERSON.value}
            box["id_kind"].help_text = _("以个人名义申请的选。")
            box["id_kind"].when = person  # type: ignore[attr-defined]
            box["contact_name"].help_text = _("以单位名义申请的，填经办人姓名。")
            organisation = {"field": "kind", "op": "equals", "value": ApplicantKind.ORGANISATION.value}
            box["contact_name"].when = organisation  # type: ignore[attr-defined]

    def clean_kind(self) -> str:
        return self.cleaned_data["kind"] or self.fields["kind"].initial

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("kind") == ApplicantKind.ORGANISATION:
            cleaned["id_kind"] = ""
            self._check_code(cleaned.get("id_number", ""))
        else:
            cleaned["contact_name"] = ""
            fields.check_identity(self)
        return cleaned

    def _check_code(self, number: str) -> None:
        """单位在登记之前还没有代码（例如申请成立登记），可以用经办人的身份证号码。"""
        if number and not identity.is_valid(IdentityKind.RESIDENT, number):
            try:
                fields.USCC(number)
            except forms.ValidationError as wrong:
                self.add_error("id_number", wrong)

    def stored(self) -> dict[str, str]:
        """能存进草稿的值；不合格的也存原样。"""
        return {
            name: str(self.cleaned_data.get(name, "") if name not in self.errors else self[name].data or "")[:200]
            for name in self.fields
        }

    def person(self) -> Person:
        return Person(**self.cleaned_data)
