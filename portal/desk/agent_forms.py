"""委托代办的表单。"""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from agencies.models import User
from agencies.states import UserKind
from approvals.actions import mandates
from approvals.models import Case
from approvals.states import LATER_SCOPES, EnquiryKind, MandateKind
from portal.desk.forms import long_text
from portal.forms import fields

SIGNED = lazy("申请人已在授权委托书上签名，受委托人的证件已核对")
SIGNED_HINT = lazy("没有签的不勾：请申请人在查进度页同意以后才生效。")


AGENT = ("name", "id_kind", "id_number", "phone", "relation")


class MandateForm(forms.Form):
    """登记委托：代办员选一个人；申请人自己委托的人，照证件写。"""

    NEEDED = {
        MandateKind.STAFF: ("user",),
        MandateKind.PERSON: ("name", "id_number", "relation"),
    }

    kind = forms.ChoiceField(
        label=lazy("谁来代办"), choices=MandateKind.choices, widget=forms.RadioSelect, initial="staff"
    )
    user = forms.ModelChoiceField(
        label=lazy("代办员"), queryset=User.objects.none(), required=False, to_field_name="username",
        empty_label=lazy("请选择"),
    )  # fmt: skip
    name = forms.CharField(label=lazy("委托代理人姓名"), max_length=60, required=False)
    id_kind = fields.IdentityKindField(label=lazy("委托代理人证件类型"))
    id_number = fields.CodeField(label=lazy("委托代理人证件号码"), max_length=30, required=False)
    phone = fields.phone_field(label=lazy("委托代理人手机号"), required=False)
    relation = forms.CharField(label=lazy("与申请人的关系"), max_length=40, required=False)
    scope = forms.MultipleChoiceField(
        label=lazy("委托做什么"), choices=LATER_SCOPES, widget=forms.CheckboxSelectMultiple,
        initial=["supplement", "contact"], error_messages={"required": lazy("请至少勾一样。")},
    )  # fmt: skip
    until = fields.date_field(label=lazy("委托到哪天（含）"))
    signed = forms.BooleanField(label=SIGNED, help_text=SIGNED_HINT, required=False)

    def __init__(self, case: Case, data: Any = None) -> None:
        super().__init__(data)
        field: Any = self.fields["user"]
        agency = case.intake_unit.agency
        people = User.objects.filter(holdings__to_at=None, holdings__post__unit__agency__path__startswith=agency.path)
        people = people.filter(kind=UserKind.STAFF, is_active=True).distinct().order_by("full_name", "pk")
        field.queryset = people
        field.label_from_instance = lambda user: user.full_name
        for kind, names in self.NEEDED.items():
            for name in names:
                self.fields[name].when = {"field": "kind", "op": "equals", "value": kind}  # type: ignore[attr-defined]
                self.fields[name].needed = True  # type: ignore[attr-defined]
        for name in ("phone", "id_kind"):
            self.fields[name].when = self.fields["name"].when  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for name in self.NEEDED.get(given.get("kind", ""), ()):
            if not given.get(name) and name not in self.errors:
                told = _("请选择代办员。") if name == "user" else _("请填写“%s”。") % self.fields[name].label
                self.add_error(name, told)
        if given.get("kind") == MandateKind.PERSON:
            fields.check_identity(self)
        return given

    def told(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given["kind"] == MandateKind.STAFF:
            agent = mandates.Agent(user=given["user"])
        else:
            agent = mandates.Agent(**{name: given[name] for name in AGENT})
        terms = mandates.Terms(tuple(given["scope"]), given["until"])
        return {"agent": agent, "terms": terms, "signed": given["signed"]}


class LetterForm(forms.Form):
    text = long_text(lazy("替申请人给经办人留言"), rows=3, most=1000)


class EnquireForm(forms.Form):
    kind = forms.ChoiceField(label=lazy("替申请人问什么"), choices=EnquiryKind.choices, widget=forms.RadioSelect)
    text = long_text(lazy("具体问什么"), rows=2, most=1000, required=False)


class ReasonForm(forms.Form):
    reason = long_text(lazy("原因"), lazy("申请人看得到。"), rows=2, most=200)
