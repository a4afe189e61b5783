"""终止办理、误录作废：办件页上的下一步，要填的表。"""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from approvals.models import Case
from approvals.rules import endings as rules
from approvals.states import WAITING, CaseState, RequiredStep, TerminationGround, TerminationState, VoidWhy
from office.papers.words import full_width
from portal.desk.forms import among, long_text
from portal.desk.scan_forms import ACCEPT
from portal.forms import fields

Offer = tuple[str, Any, str, str]  # 按钮的名字、按钮上的话、网址、现在为什么不能

TERMINATE, REMIND, ANSWER, VOID = lazy("报请终止办理"), lazy("书面催告"), lazy("审定终止办理"), lazy("误录作废")


class RemindForm(forms.Form):
    """请申请人来参加什么。"""

    what = forms.ChoiceField(
        label=lazy("要参加的环节"), choices=RequiredStep.choices, widget=forms.RadioSelect,
        error_messages={"required": lazy("请选择要参加的环节。")},
    )  # fmt: skip
    text = long_text(lazy("怎样参加"), lazy("时间、地点、带什么、找谁；原样写进催告书。"), rows=3, most=1000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hint = _("含这一天；至少留五个工作日。")
        self.fields["until"] = fields.date_field(label=_("最迟哪一天"), help_text=hint)
        self.fields["until"].error_messages["required"] = _("请填写最迟哪一天。")


class TerminateForm(forms.Form):
    """凭什么、事实、依据到条。"""

    ground = forms.ChoiceField(
        label=lazy("凭什么"), widget=forms.RadioSelect, error_messages={"required": lazy("请选择凭什么。")}
    )
    facts = long_text(lazy("查明的事实"), lazy("怎样查明的、凭哪些证明；原样写进决定书。"))
    basis = forms.CharField(
        label=lazy("依据"), max_length=300, help_text=lazy("写到哪部法律、法规、规章的第几条，例如《某条例》第十条。"),
        error_messages={"required": lazy("请填写“依据”。")},
    )  # fmt: skip
    elsewhere = forms.CharField(
        label=lazy("去哪里接着办"), max_length=200, required=False, help_text=lazy("划转给了哪个机关，地址、电话。")
    )
    scan = forms.FileField(
        label=lazy("证明材料（扫描或拍照）"), required=False, help_text=lazy("几页的合成一个 PDF；催告过的不用附。"),
        error_messages={"empty": lazy("文件是空的，请重新选择。")},
        widget=forms.FileInput(attrs={"accept": ACCEPT, "capture": "environment"}),
    )  # fmt: skip

    def __init__(self, case: Case, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ground: Any = self.fields["ground"]
        ground.choices = [(one.value, one.label) for one in TerminationGround if rules.fits(one, case)]
        elsewhere: Any = self.fields["elsewhere"]
        elsewhere.when = among("ground", [TerminationGround.TRANSFERRED])
        elsewhere.needed = True

    def told(self) -> dict[str, Any]:
        """动作要的几样；没有选划转的，去处不算。"""
        told = dict(self.cleaned_data)
        scan = told.pop("scan")
        told["proof"] = [(scan.name or "", scan)] if scan else []
        if told["ground"] != TerminationGround.TRANSFERRED:
            told["elsewhere"] = ""
        return told


class AnswerForm(forms.Form):
    text = long_text(lazy("审定意见"), lazy("看过事实、依据、证明材料以后写；随件归档。"), rows=3)


class VoidForm(forms.Form):
    """录错了什么。"""

    why = forms.ChoiceField(
        label=lazy("怎样录错的"), choices=VoidWhy.choices, widget=forms.RadioSelect,
        error_messages={"required": lazy("请选择怎样录错的。")},
    )  # fmt: skip
    text = forms.CharField(
        label=lazy("情况"), max_length=300, help_text=lazy("写录错了什么；不写申请人的姓名、证件、电话。"),
        error_messages={"required": lazy("请写明情况。")},
    )  # fmt: skip
    replaced_by = forms.CharField(
        label=lazy("改按哪一件办"), max_length=50, required=False,
        help_text=lazy("先照对的重新收件，再把那一件的编号写在这里；录了两次的，写留下的那一件。"),
    )  # fmt: skip


def offers(case: Case, user: Any) -> list[Offer]:
    """办件页上的下一步；有了结果的不查库。"""
    if case.state not in WAITING:
        return []
    made: list[Offer] = []
    place = [case.number]
    held = "" if case.held_at is None else _("正在逐级审定拟否定报告。")
    asked = case.terminations.filter(state=TerminationState.ASKED).first()
    if asked is not None and rules.may_answer(asked, user):
        made.append(("answer_termination", ANSWER, reverse("desk:case-termination", args=place), held))
    if asked is None and rules.may_ask(case, user):
        made.append(("terminate", TERMINATE, reverse("desk:case-terminate", args=place), held))
    if rules.may_remind(case, user):
        made.append(("remind", REMIND, reverse("desk:case-remind", args=place), ""))
    if case.state == CaseState.RECEIVED and rules.entered_at_the_window(case) and rules.may_void(case, user):
        made.append(("void", VOID, reverse("desk:case-void", args=place), _why_not_void(case) or held))
    return made


def _why_not_void(case: Case) -> str:
    conditions = (rules.nothing_told, rules.stands_alone)
    return next((full_width(one.reason) for one in conditions if not one(case)), "")  # type: ignore[attr-defined]
