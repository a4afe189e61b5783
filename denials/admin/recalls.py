"""叫回重新研究的几个动作：叫回、答复、维持、改正。哪些此刻可以做，由值守和状态机说；做不了的说明为什么。"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django import forms
from django.urls import reverse

from agencies.models import User
from approvals.actions import redoing
from approvals.admin import deeds as shared
from denials.actions import recalls
from denials.models import Recall, RegisterEntry
from denials.states import RecallOpinion, RecallState
from office.papers import actions as papers
from office.steps import available

words = partial(shared.words, rows=4, most=2000)


class CallBack(forms.Form):
    reason = words("为什么叫回", "研究的科室会看到。原决定照旧有效，申请人的进度页上写明正在重新研究。")


class Answer(forms.Form):
    opinion = forms.ChoiceField(
        label="研究意见", choices=RecallOpinion.choices, widget=forms.RadioSelect,
        error_messages={"required": "请选维持，还是应当改正。"},
    )  # fmt: skip
    text = words("理由", "查了什么、依据哪一条。")


class Uphold(forms.Form):
    text = words("维持的理由", "原决定和救济途径不变。")


class SetAside(forms.Form):
    text = words("撤销的理由", "写进给申请人的告知书：原决定错在哪里。")
    basis = words("依据", "写全称和条款。", most=1000)


class Elsewhere(SetAside):
    elsewhere = words("请申请人去哪里办", "写进告知书：去哪里、怎样办、电话。一行一样。")


def rehearsed(act: Callable[..., Any]) -> Callable[..., bytes]:
    """改正以前看一眼给申请人的告知书。"""

    def preview(recall: Recall, *, by: User, at: datetime.datetime, **told: Any) -> bytes:
        return papers.rehearsed(lambda: act(recall, by=by, at=at, **told), "set_aside", at=at)

    return preview


DEEDS = (
    shared.Deed("call_back", "叫回重新研究", "secondary", CallBack, recalls.call_back, "已叫回重新研究"),
    shared.Deed("answer", "答复", "primary", Answer, recalls.answer, "已答复"),
    shared.Deed("uphold", "维持", "secondary", Uphold, recalls.uphold, "已维持原决定"),
    shared.Deed(
        "set_aside",
        "改正：撤销、重新办理",
        "warning",
        SetAside,
        recalls.set_aside,
        "已撤销原决定，照原来交的重新收件",
        preview=rehearsed(recalls.set_aside),
    ),  # fmt: skip
    shared.Deed(
        "set_aside_elsewhere",
        "改正：撤销、另指去处",
        "warning",
        Elsewhere,
        recalls.set_aside_elsewhere,
        "已撤销原决定，告知申请人去哪里办",
        preview=rehearsed(recalls.set_aside_elsewhere),
    ),
)
BY_NAME = {deed.name: deed for deed in DEEDS}


@dataclass(frozen=True)
class Offers:
    """此刻能做的，和做不了的原因。"""

    rows: tuple[tuple[shared.Deed, forms.Form, bool, str], ...] = ()
    missing: tuple[str, ...] = ()
    recalls: list[Recall] = field(default_factory=list)

    @property
    def set_aside(self) -> bool:
        return any(one.state == RecallState.SET_ASIDE for one in self.recalls)


def offers(entry: RegisterEntry, *, by: User, at: datetime.datetime, bound: forms.Form | None = None) -> Offers:
    found = list(entry.recalls.select_related(*DRAWN).prefetch_related("clocks").order_by("-called_at", "-pk"))
    current = next((one for one in found if one.state in (RecallState.STUDYING, RecallState.ANSWERED)), None)
    if (done := Offers(recalls=found)).set_aside:
        return done
    if current is None:
        names, missing = _to_call_back(entry, by, at)
    else:
        current.entry = entry
        names, missing = _to_settle(current, by, at)
    return Offers(tuple(_row(entry, deed, bound) for deed in DEEDS if deed.name in names), missing, found)


DRAWN = (
    *(
        "case",
        "post",
        "study_post",
        "called_by",
        "late_user",
        "settle_late_user",
        "opinion_by",
        "decided_by",
        "new_case",
    ),
    *("case__applicant",),
)


def _to_call_back(entry: RegisterEntry, by: User, at: datetime.datetime) -> tuple[set[str], tuple[str, ...]]:
    why = recalls.obstacle(entry, by=by, at=at)
    reader = {row.post_id for row in entry.readings.all()} & by.duties(at)
    return (set(), (why,) if reader else ()) if why else ({"call_back"}, ())


def _to_settle(recall: Recall, by: User, at: datetime.datetime) -> tuple[set[str], tuple[str, ...]]:
    """要他研究的、要他定的；走不了的步说明原因。"""
    settles = bool(recalls.seats(recall.entry, by=by, at=at, rung=recall.rung))
    mine = {"answer": recall.study_post_id in by.duties(at), "uphold": settles, "set_aside": settles}
    steps = [step for step in available(recall, by) if mine.get(step.name)]
    names, missing = {step.name for step in steps if step.allowed}, {step.reason for step in steps if step.reason}
    if "set_aside" in names and (why := redoing.obstacle(recall.case, at=at)):
        names = names - {"set_aside"} | {"set_aside_elsewhere"}
        missing.add(f"{why}改正的，请写明申请人去哪里办。")
    return names, tuple(missing)


def _row(entry: RegisterEntry, deed: shared.Deed, bound: Any) -> tuple[shared.Deed, forms.Form, bool, str]:
    """一个动作、它的表、要不要展开、交到哪里。"""
    opened = bool(bound and bound.prefix == deed.name)
    url = reverse("admin:denials_registerentry_deed", args=[entry.pk, deed.name])
    return deed, bound if opened else deed.form(prefix=deed.name), opened, url


def lost(bound: Any, shown: Offers) -> list[str]:
    """办不成、表也不再画出来的，写过的字照样留在页上。"""
    if bound is None or any(form is bound for _deed, form, *_rest in shown.rows):
        return []
    names = [name for name, one in bound.fields.items() if isinstance(one.widget, forms.Textarea)]
    return [text for name in names if (text := bound.cleaned_data.get(name))]


def subject(entry: RegisterEntry, name: str) -> RegisterEntry | Recall | None:
    """这个动作对着谁：叫回对着报备，其余对着正在研究的那一次。"""
    fresh = RegisterEntry.objects.select_related("case", "report").get(pk=entry.pk)
    return fresh if name == "call_back" else Recall.objects.open().filter(entry=fresh).first()
