"""梯子上的五个动作各有各的表:理由必填。哪些此刻可以做,由状态机和轮次说;做不了的说明为什么。"""

import datetime
from dataclasses import dataclass
from functools import partial

from django import forms
from django.core.exceptions import PermissionDenied

from agencies.models import User
from approvals.admin import deeds as shared
from approvals.rules.bars import consequence
from denials.actions import ladder, turns
from denials.models import Report, Turn
from denials.states import OPEN, Rung
from office.steps import available
from office.workdays import calendar as workdays
from office.workdays.rules import local, next_working_day, on

AT_FIVE = datetime.time(17)
MINUTES = "%Y-%m-%dT%H:%M"


words = partial(shared.words, rows=4, most=2000)


class Opinion(forms.Form):
    text = words("审核意见")


class Sanction(forms.Form):
    text = words("核准的理由")
    possible = words("怎样才能办", "写进给申请人的决定书。例如还差什么条件，满足以后可以再来。")
    elsewhere = words("还可以去哪里", "别的单位、别的办法，也写进决定书。", required=False)


class SanctionFinding(Sanction):
    """报告写着隐瞒、虚假材料的认定的，核准的同时定它成不成立。"""

    CHOICES = (
        ("yes", "成立：写进决定书，送达之后一年内不得再次申请"),
        ("no", "不成立：只是不予许可，不限制再次申请"),
    )

    field_order = ("concealed",)
    concealed = forms.TypedChoiceField(
        label="隐瞒、虚假材料的认定",
        choices=CHOICES,
        coerce="yes".__eq__, widget=forms.RadioSelect, help_text=consequence(),
        error_messages={"required": "请定隐瞒、虚假材料的认定成立还是不成立。"},
    )  # fmt: skip


class Overturn(forms.Form):
    text = words("为什么可以办")
    how_to = words("如何行", "写给申请人和窗口：申请人接下来做什么，窗口怎么办。")


class SendBack(forms.Form):
    text = words("需要补充什么", "这一级的时限停下，48 小时答复的时限不停。")


class Study(forms.Form):
    text = words("研究什么", "会告诉申请人。")
    due_at = forms.DateTimeField(
        label="最迟什么时候答复",
        help_text="对申请人的承诺，到点没有定就转局长。",
        input_formats=[MINUTES],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MINUTES),
        error_messages={"required": "请填写最迟什么时候答复。", "invalid": "时间不对：请写成 2026-01-31T17:00 这样。"},
    )


@dataclass(frozen=True)
class Deed(shared.Deed):
    """why 是这一级做不了它的原因。"""

    why: str = ""


DEEDS = (
    Deed("review", "审核上报", "primary", Opinion, ladder.review, "已审核上报"),
    Deed(
        "sanction", "核准否定", "warning", Sanction, ladder.sanction, "已核准否定",
        "核准否定只能由分管副局长或局长作出。", preview=ladder.preview_refusal,
    ),
    Deed("overturn", "可以办（如何行）", "primary", Overturn, ladder.overturn, "已定为可以办"),
    Deed("send_back", "退回补充", "secondary", SendBack, ladder.send_back, "已退回补充", why="研究中的报告不再退回。"),
    Deed(
        "study", "研究确定，限期答复", "secondary", Study, ladder.study, "已定为研究确定、限期答复",
        why="已经在研究，到承诺的时间之前要定下来。",
    ),
)  # fmt: skip
BY_NAME = {deed.name: deed for deed in DEEDS}


def form_of(deed: Deed, report: Report) -> type[forms.Form]:
    """这份报告上，这个动作要填的表。"""
    return SanctionFinding if deed.form is Sanction and report.concealed else deed.form


@dataclass(frozen=True)
class Offers:
    """此刻能做的(动作、它的表、是不是刚刚没填对要展开的),和做不了的原因。"""

    drawn: tuple[tuple[Deed, forms.Form, bool], ...] = ()
    missing: tuple[str, ...] = ()


def offers(report: Report, *, by: User, at: datetime.datetime, bound: forms.Form | None = None) -> Offers:
    """状态机给这一级的步,加上此刻轮到他,才画成按钮。"""
    turn, reason = whose(report, by=by, at=at)
    if turn is None:
        return Offers(missing=(reason,))
    names = {step.name for step in available(report, by) if step.allowed}
    if turn.rung == Rung.CHIEF:
        names.add("review")  # 一席的意见:几席交齐(或研究完了),状态机才走一步
    shown = [
        (deed, bound, True) if bound and bound.prefix == deed.name else (deed, _blank(deed, report, at), False)
        for deed in DEEDS
        if deed.name in names
    ]
    return Offers(tuple(shown), tuple(deed.why for deed in DEEDS if deed.name not in names and deed.why))


def whose(report: Report, *, by: User, at: datetime.datetime) -> tuple[Turn | None, str]:
    """轮到他的那一轮;没轮到他,或他的时限已过(报告归上一级,不等清扫来移),是 None 和原因。"""
    if report.state not in OPEN:
        return None, f"这份报告已经是“{report.get_state_display()}”。"
    try:
        turn, _standing = turns.mine(report, by=by, at=at)
    except PermissionDenied as reason:
        return None, str(reason)
    if turn.due_at <= at and turn.rung != Rung.DIRECTOR:
        return None, "您这一级的时限已过，报告按规定移交上一级，不能再由您审定。"
    return turn, ""


def _blank(deed: Deed, report: Report, at: datetime.datetime) -> forms.Form:
    """研究的期限先给下一个工作日下午五点,可以改。"""
    initial = {}
    if deed.form is Study:
        special = workdays.calendar_for(report.agency.code).special
        initial["due_at"] = on(next_working_day(local(at).date(), special=special), AT_FIVE)
    return form_of(deed, report)(prefix=deed.name, initial=initial)
