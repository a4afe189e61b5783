"""一版指南此刻能做的几件事：提交、核对、退回、撤回、发布、停用、起草新版、丢弃。状态机给什么就画什么按钮。"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied

from catalog import rules
from catalog.actions import checking, keeping, publishing
from catalog.models import Guide
from catalog.states import IN_USE, GuideState
from office.steps import NotNow, available
from office.workdays.rules import DAY, local

REFUSALS = (NotNow, PermissionDenied, checking.Incomplete, checking.SamePerson, publishing.WrongDay)


def words(label: str, hint: str = "") -> forms.CharField:
    field = forms.CharField(label=label, help_text=hint, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    field.error_messages["required"] = f"请填写“{label}”。"
    return field


def day(label: str, hint: str) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    field = forms.DateField(label=label, help_text=hint, widget=widget)
    field.error_messages |= {"required": f"请填写“{label}”。", "invalid": f"“{label}”要写成 2026-01-31 这样。"}
    return field


class Nothing(forms.Form):
    """不用填什么，按下就做。"""


class Looked(forms.Form):
    looked = forms.BooleanField(label="全文和改动我都逐项看过了", error_messages={"required": "请先逐项看过，再勾选。"})


class Reason(forms.Form):
    reason = words("理由", "会告诉提交的人。")


class Publish(forms.Form):
    effective_from = day("施行日期", "从这一天零点起替下现行的一版；正在办的件仍按收件时的一版办。")


class Retire(forms.Form):
    on = day("停用日期", "从这一天起不再受理；正在办的件不受影响。")
    reason = words("停用的理由", "记进日志。")


class TakeBack(forms.Form):
    reason = words("撤回的理由", "还没有施行，撤回以后现行的一版继续有效。")


@dataclass(frozen=True)
class Deed:
    """一件事：名字、按钮上的话、样子、表、怎么做、做成之后说的话。"""

    name: str
    label: str
    kind: str
    form: type[forms.Form]
    act: Callable[..., Any]
    done: Callable[[Guide], str]


def _draft(guide: Guide, **facts: Any) -> Guide:
    return publishing.draft_from(item=guide.item, guide=guide, **facts)


def _retire(guide: Guide, **facts: Any) -> Guide:
    return publishing.retire(guide=guide, **facts)


DEEDS = (
    Deed("submit", "提交核对", "primary", Nothing, lambda guide, **f: checking.submit(guide=guide, **f),
         lambda guide: "已提交，等另一位目录管理员核对。"),
    Deed("check_off", "核对通过", "primary", Looked,
         lambda guide, looked, **f: checking.check_off(guide=guide, **f), lambda guide: "已核对，可以发布了。"),
    Deed("publish", "发布", "primary", Publish, lambda guide, **f: publishing.publish(guide=guide, **f),
         lambda guide: f"已发布，{guide.effective_from:%Y-%m-%d} 起施行。"),
    Deed("send_back", "退回修改", "secondary", Reason, lambda guide, **f: checking.send_back(guide=guide, **f),
         lambda guide: "已退回，提交的人会看到理由。"),
    Deed("reopen", "撤回修改", "secondary", Nothing, lambda guide, **f: checking.reopen(guide=guide, **f),
         lambda guide: "已回到草稿，改好后要重新提交核对。"),
    Deed("draft", "照这一版起草新版", "primary", Nothing, _draft, lambda guide: "已起草新版，请修改。"),
    Deed("retire", "停用", "warning", Retire, _retire,
         lambda guide: f"已停用，{guide.effective_to:%Y-%m-%d} 起不再适用。"),
    Deed("take_back", "撤回这一版(还没有施行)", "warning", TakeBack, _retire,
         lambda guide: "已撤回，现行的一版继续有效。"),
    Deed("discard", "丢弃草稿", "warning", Nothing, lambda guide, **f: keeping.discard(guide=guide, **f),
         lambda guide: "草稿已丢弃。"),
)  # fmt: skip
BY_NAME = {deed.name: deed for deed in DEEDS}


def offered(guide: Guide, *, by: Any, at: datetime.datetime) -> set[str]:
    """此刻能做的几件事的名字。"""
    if not rules.may_keep(guide, by):
        return set()
    names = {step.name for step in available(guide, by) if step.allowed}
    if guide.is_draft:
        names.add("discard")
    if guide.state in IN_USE and not guide.item.guides.in_hand().exists():
        names.add("draft")
    if "retire" in names and (guide.effective_from or local(at).date()) > local(at).date():
        names = names - {"retire"} | {"take_back"}
    return names


def rows(guide: Guide, *, by: Any, at: datetime.datetime, bound: forms.Form | None = None) -> list[Any]:
    """画按钮用：(这件事, 它的表, 是不是刚刚没填对要展开的)。"""
    names = offered(guide, by=by, at=at)
    return [
        (deed, bound, True) if bound is not None and bound.prefix == deed.name else (deed, _blank(deed, at), False)
        for deed in DEEDS
        if deed.name in names
    ]


def _blank(deed: Deed, at: datetime.datetime) -> forms.Form:
    """发布先给明天，停用先给今天，都可以改。"""
    today = local(at).date()
    return deed.form(prefix=deed.name, initial={"effective_from": today + DAY, "on": today})


def why_not(guide: Guide, *, by: Any) -> list[str]:
    """下一步为什么还不能走。"""
    if guide.is_draft:
        return [f"还不能提交：{fault}" for fault in rules.unready(guide)]
    if guide.state == GuideState.SUBMITTED and rules.may_keep(guide, by) and not rules.is_second_person(guide, by):
        return ["这一版是您改的或者您提交的，要由另一位目录管理员核对。"]
    return []
