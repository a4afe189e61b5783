"""特别程序的表单。"""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from approvals.rules import ExtensionLimit
from office.papers.words import term_words
from portal.desk.forms import long_text


class StartForm(forms.Form):
    reason = long_text(lazy("为什么需要"), lazy("写给申请人看，原样写进特别程序告知书。"))


class EndForm(forms.Form):
    result = long_text(lazy("结果"), lazy("结论是什么、谁作出的。会告诉申请人。"))


class ExtendForm(forms.Form):
    """报请延期：延多久不超过法律许可的。"""

    def __init__(self, limit: ExtensionLimit, data: Any = None) -> None:
        super().__init__(data)
        told = {"length": term_words(limit.value, limit.unit), "basis": limit.basis}
        wrong = _("请填 1 到 %s 之间的整数。") % limit.value
        self.fields["value"] = forms.IntegerField(
            label=_("延长多久"), min_value=1, max_value=limit.value, initial=limit.value,
            help_text=_("至多%(length)s（%(basis)s），只能延一次。") % told,
            error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), wrong),
        )  # fmt: skip
        self.fields["reason"] = long_text(_("为什么不能如期办结"), _("批准以后原样写进延期通知书，告诉申请人。"))
