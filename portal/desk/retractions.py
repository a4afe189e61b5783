"""撤回、撤销、注销：办件页上的下一步，要填的表；走不了的写明为什么。"""

import datetime
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from approvals.actions import certifying, undoing
from approvals.actions.letters import certificate_of
from approvals.actions.retractions import Grounds
from approvals.models import Case, Retraction
from approvals.rules import retractions as rules
from approvals.states import (
    RETRACTION_OPEN,
    CancelGround,
    CertificateEnd,
    RetractionGround,
    RetractionKind,
    RetractionState,
)
from office.papers.words import last_day_words
from office.steps import available
from portal.desk.access import may
from portal.desk.forms import among, long_text
from portal.forms import fields

Offer = tuple[Any, str, str]  # 按钮上的话、网址、现在为什么不能
G = RetractionGround

NAME, CANCEL = lazy("撤回、撤销"), lazy("注销证照")
SERVE = {True: lazy("送达拟撤回、撤销的告知书"), False: lazy("送达撤回、撤销决定书")}
NAMES = {
    "ask": lazy("报请审定撤回、撤销"),
    "ask_to_confirm": lazy("报请确认撤回、撤销"),
    "drop": lazy("不再撤回、撤销"),
}
TO_SERVE = {RetractionState.PROPOSED: True, RetractionState.DECIDED: False}


def named(ground: str) -> str:
    """选项上写明是撤回还是撤销、可以还是应当。"""
    label = RetractionGround(ground).label
    if ground in rules.WITHDRAWING:
        return _("撤回：%s（行政许可法第八条第二款）") % label
    if ground == G.DECEIT:
        return _("应当撤销：%s（行政许可法第六十九条第二款）") % label
    if ground == G.ELSEWHERE:
        return _("登记：%s") % label
    return _("可以撤销：%(label)s（行政许可法第六十九条第一款第%(item)s项）") % {
        "label": label,
        "item": rules.ITEM_OF[G(ground)],
    }


class ProposeForm(forms.Form):
    """凭什么收回。条文随理由带出，不用抄。"""

    ground = forms.ChoiceField(
        label=lazy("凭什么"), widget=forms.RadioSelect, error_messages={"required": lazy("请选择凭什么收回。")}
    )
    kind = forms.ChoiceField(
        label=lazy("那份文书怎样定的"), choices=RetractionKind.choices, widget=forms.RadioSelect, required=False
    )
    document = forms.CharField(
        label=lazy("哪一份文书"), max_length=200, required=False,
        help_text=lazy("哪个机关、什么文书、文号：复议决定、判决、处罚决定、上级机关的决定，或者本系统启用以前的纸质决定。"),
    )  # fmt: skip
    ended_on = fields.date_field(label=lazy("从哪天起失去效力"), required=False)
    requested_by = forms.CharField(
        label=lazy("哪个利害关系人请求的"), max_length=120, required=False, help_text=lazy("依职权的空着。")
    )
    facts = long_text(lazy("查明的事实"), lazy("原样写进告知书和决定书。"))
    reasons = long_text(lazy("理由"), lazy("为什么够得上这一条；原样写进告知书和决定书。"))
    basis = long_text(
        lazy("另依的规定"), lazy("行政许可法的那一条自动写上，这里写别的法律、法规、规章的条文；没有的空着。"),
        rows=2, required=False,
    )  # fmt: skip
    public_interest = long_text(lazy("为了什么公共利益"), lazy("撤回必须是公共利益的需要。"), rows=2, required=False)
    redress = long_text(
        lazy("补偿、赔偿怎样办"),
        lazy("撤回造成财产损失的依法补偿，第一款的撤销损害合法权益的依法赔偿；查明没有损失的，写明怎样查的。"),
        rows=3, required=False,
    )  # fmt: skip

    NEEDED = {
        "public_interest": rules.WITHDRAWING, "redress": rules.REDRESSED, "kind": (G.ELSEWHERE,),
        "document": (G.ELSEWHERE,), "ended_on": (G.ELSEWHERE,),
    }  # fmt: skip

    def __init__(self, *args: Any, licence: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.licence = licence
        ground: Any = self.fields["ground"]
        ground.choices = [(one.value, named(one.value)) for one in G]
        for name, grounds in self.NEEDED.items():
            field: Any = self.fields[name]
            field.when, field.needed = among("ground", grounds), True
        ours: Any = self.fields["requested_by"]
        ours.when = among("ground", [one for one in G if one != G.ELSEWHERE])
        if not licence:
            basis: Any = self.fields["basis"]
            basis.label = _("依据")
            basis.help_text = _("不是行政许可，没有可以自动写上的条文：写明依哪部法律、法规、规章的哪一条。")
            basis.needed = True

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        ground = told.get("ground", "")
        for name, grounds in self.NEEDED.items():
            if ground in grounds and not told.get(name) and name not in self.errors:
                self.add_error(name, _("请填写“%s”。") % self.fields[name].label)
            elif ground not in grounds:
                told[name] = None if name == "ended_on" else ""
        if ground and ground != G.ELSEWHERE and not self.licence and not told.get("basis"):
            self.add_error("basis", _("请填写“%s”。") % self.fields["basis"].label)
        return told

    @property
    def grounds(self) -> Grounds:
        told = dict(self.cleaned_data)
        ground = told["ground"]
        elsewhere = ground == G.ELSEWHERE
        law = rules.law_of(ground) if self.licence else ""
        told["basis"] = "、".join(filter(None, [law, told["basis"]])) or (told["document"] if elsewhere else "")
        told["kind"] = told["kind"] if elsewhere else rules.kind_of(ground)
        return Grounds(**told)


class AskForm(forms.Form):
    heard = long_text(
        lazy("陈述、申辩和采纳没有"),
        lazy("谁说了什么，采纳没有、为什么；没有人提出的，写明没有。原样写进决定书。"),
    )


class ConfirmForm(forms.Form):
    """没有要填的：照登记的报领导确认。"""


class DropForm(forms.Form):
    reason = long_text(lazy("为什么不再提出"), lazy("告知书送到了的，同时告诉本人决定继续有效。"), rows=3)


FORMS: dict[str, type[forms.Form]] = {"ask": AskForm, "ask_to_confirm": ConfirmForm, "drop": DropForm}


class CancelForm(forms.Form):
    """注销：登记手续。"""

    ground = forms.ChoiceField(
        label=lazy("哪一种情形"), widget=forms.RadioSelect, error_messages={"required": lazy("请选择哪一种情形。")},
        help_text=lazy("行政许可法第七十条；要撤销、撤回的，先走“撤回、撤销”。"),
    )  # fmt: skip
    cancelled_on = fields.date_field(label=lazy("从哪天起注销"))
    facts = long_text(lazy("情况"), lazy("怎样查明的；原样写进注销决定书。"), rows=3)
    basis = forms.CharField(
        label=lazy("凭什么"), max_length=200,
        help_text=lazy("死亡证明、注销登记、决定书、申请等的名称和文号；其他情形的写明哪部法律、法规的哪一条。"),
        error_messages={"required": lazy("请写明凭什么。")},
    )  # fmt: skip

    def __init__(self, *args: Any, ended: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ground: Any = self.fields["ground"]
        ground.choices = [(one.value, one.label) for one in CancelGround if (one == CancelGround.RETRACTED) == ended]
        self.fields["cancelled_on"].error_messages["required"] = _("请填写从哪天起注销。")


def offers(case: Case, user: Any, at: datetime.datetime) -> list[Offer]:
    """办件页上的下一步；没有准予、送达的，没有提出过的，不查库。"""
    if not rules.is_served(case):
        return []
    found = case.retractions.select_related("case__section").last() if case.has_retractions else None
    made = _on(case, found, user, at) if found is not None and found.state in RETRACTION_OPEN else []
    closed = found is None or found.state in (RetractionState.KEPT, RetractionState.DROPPED)
    if closed and rules.may_propose(case, user) and not _ended(case):
        made.append((NAME, reverse("desk:case-retract", args=[case.number]), ""))
    if certifying.may_cancel(case, user):
        why = undoing.under_way(case)
        made.append((CANCEL, reverse("desk:case-cancel", args=[case.number]), why and _("%s：先了结。") % why))
    return made


def _ended(case: Case) -> bool:
    """证照已经不再有效。"""
    found = certificate_of(case)
    return found is not None and found.ended_as in CertificateEnd.values


def _on(case: Case, found: Retraction, user: Any, at: datetime.datetime) -> list[Offer]:
    made: list[Offer] = []
    for step in available(found, user):
        if step.name in NAMES and not (step.name.startswith("ask") and step.reason):
            url = reverse("desk:retraction", args=[case.number, found.pk, step.name])
            made.append((NAMES[step.name], url, step.reason or _too_early(found, step.name, at)))
    of_notice = TO_SERVE.get(RetractionState(found.state))
    if of_notice is not None and not found.is_elsewhere and may(found, user, "serve"):
        made.append((SERVE[of_notice], reverse("desk:retraction-serve", args=[case.number, found.pk]), ""))
    return made


def _too_early(found: Retraction, name: str, at: datetime.datetime) -> str:
    due_at = found.hear_due_at
    if name == "ask" and due_at is not None and due_at > at:
        return _("陈述、申辩的期限到%s，还没有过。") % last_day_words(due_at)
    return ""
