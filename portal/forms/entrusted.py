"""由代理人递交：大厅和窗口用同一张表；没有填的就是本人办。"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals.actions import mandates
from approvals.states import LATER_SCOPES
from portal.forms import builder, fields
from portal.language import said


def kept(agent: Mapping[str, Any]) -> "EntrustedForm":
    """草稿里存着的，重新校验一遍。"""
    data = MultiValueDict(
        {f"{PREFIX}-{name}": value if isinstance(value, list) else [value] for name, value in agent.items()}
    )
    return EntrustedForm(data)


PREFIX = "agent"
AGENT = ("name", "id_kind", "id_number", "phone", "relation")
GIVEN = ("name", "id_number", "relation", "original")  # 填了一样，就是由代理人递交
NEEDED = ("name", "id_number", "phone", "relation", "until")


class EntrustedForm(forms.Form):
    """代理人：照他的身份证件填；委托哪几样、到哪天，照委托书写。"""

    name = forms.CharField(label=gettext_lazy("代理人姓名"), max_length=60, required=False)
    id_kind = fields.IdentityKindField(label=gettext_lazy("代理人证件类型"))
    id_number = fields.CodeField(label=gettext_lazy("代理人证件号码"), max_length=30, required=False)
    phone = fields.phone_field(
        label=gettext_lazy("代理人手机号"), required=False,
        help_text=gettext_lazy("代办查询码发到这个号码。不要填申请人的。"),
    )  # fmt: skip
    relation = forms.CharField(label=gettext_lazy("与申请人的关系"), max_length=40, required=False)
    scope = forms.MultipleChoiceField(
        label=gettext_lazy("除了递交申请，还委托他做什么"), choices=LATER_SCOPES, required=False,
        widget=forms.CheckboxSelectMultiple, help_text=gettext_lazy("照委托书写的勾；没有写明的不勾。"),
    )  # fmt: skip
    until = fields.date_field(label=gettext_lazy("委托到哪天（含）"), required=False)
    original = forms.BooleanField(
        label=gettext_lazy("已核对授权委托书原件和代理人的证件"), required=False,
        help_text=gettext_lazy("当面核对了的，委托当时生效。"),
    )  # fmt: skip
    scan = forms.FileField(
        label=gettext_lazy("授权委托书的扫描件"), required=False,
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )  # fmt: skip

    def __init__(self, data: Any = None, files: Any = None, *, desk: bool = False, **options: Any) -> None:
        """desk 是窗口：可以当面核对原件，扫描件可以不存。"""
        super().__init__(data, files, prefix=PREFIX, **options)
        pairs = [(value, said(label)) for value, label in LATER_SCOPES]
        self.fields["scope"].choices = pairs  # type: ignore[attr-defined]
        for name in NEEDED:
            self.fields[name].needed = True  # type: ignore[attr-defined]
        if not desk:
            del self.fields["original"]
            self.fields["scan"].needed = True  # type: ignore[attr-defined]
            self.fields["scan"].help_text = _("申请人签了名的委托书，PDF 或照片；窗口核对以后生效。")

    @property
    def is_given(self) -> bool:
        """由代理人递交：填了他的哪一样就算。"""
        if self.is_bound:
            typed = any(self.data.get(self.add_prefix(name)) for name in GIVEN)
            return typed or self.add_prefix("scan") in self.files
        return bool(self.initial.get("name") or self.initial.get("id_number"))

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if not self.is_given:
            return told
        for name in NEEDED:
            if not told.get(name) and name not in self.errors:
                self.add_error(name, _("请填写“%s”。") % self.fields[name].label)
        fields.check_identity(self)
        if (
            "original" in self.fields
            and not told.get("original")
            and not told.get("scan")
            and "scan" not in self.errors
        ):
            self.add_error("original", _("请核对授权委托书原件和代理人的证件，或者存一份扫描件。"))
        return told

    def stored(self) -> dict[str, Any]:
        """能存进草稿的；不合格的也存原样，扫描件另存。本人办的是空的。"""
        if not self.is_given:
            return {}
        told = {name: str(self[name].data or "")[:200] for name in (*AGENT, "until")}
        return told | {"scope": list(self["scope"].data or [])}

    def rows(self) -> list[builder.Row]:
        """核对页上的各行。"""
        words = {
            "scope": "、".join(said(label) for value, label in LATER_SCOPES if value in (self["scope"].data or [])),
            "id_kind": str(dict(self.fields["id_kind"].choices).get(self["id_kind"].data, "")),  # type: ignore[attr-defined]
        }
        shown = (*AGENT, "scope", "until")
        return [
            builder.Row(one, str(self.fields[one].label), words.get(one, str(self[one].data or ""))) for one in shown
        ]

    def entrusted(self) -> mandates.Entrusted | None:
        """交给动作的；本人办的是 None。"""
        if not self.is_given:
            return None
        told = self.cleaned_data
        agent = mandates.Agent(**{name: told[name] for name in AGENT})
        scan = told.get("scan")
        return mandates.Entrusted(
            agent, mandates.Terms(tuple(told["scope"]), told["until"]), bool(told.get("original")),
            (scan.name or "", scan) if scan else None,
        )  # fmt: skip
