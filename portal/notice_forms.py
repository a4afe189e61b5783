"""通知怎样收：大厅和工作台用同一张表。"""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from office.notices.kinds import Kind, kinds_for
from office.notices.models import NoticePreference
from office.notices.states import Pace
from portal.language import said

PACES = [(Pace.AT_ONCE.value, _("即时")), (Pace.DIGEST.value, _("每日一次")), (Pace.OFF.value, _("不要"))]


class PaceForm(forms.Form):
    """每种可以选的通知一格；法定的、督办的不在里面。"""

    def __init__(self, audience: str, user: Any, data: Any = None) -> None:
        super().__init__(data)
        chosen = dict(NoticePreference.objects.filter(user=user).values_list("kind", "pace"))
        self.kinds = [kind for kind in kinds_for(audience) if not kind.mandatory]
        for kind in self.kinds:
            self.fields[_name(kind)] = forms.ChoiceField(
                label=said(kind.label), choices=PACES, widget=forms.RadioSelect,
                initial=chosen.get(kind.code, Pace.AT_ONCE.value),
            )  # fmt: skip

    def paces(self) -> dict[str, str]:
        return {kind.code: self.cleaned_data[_name(kind)] for kind in self.kinds}


def fixed(audience: str) -> Iterable[str]:
    """一律即时、关不掉的。"""
    return [said(kind.label) for kind in kinds_for(audience) if kind.mandatory]


def _name(kind: Kind) -> str:
    return kind.code.replace(".", "-")
