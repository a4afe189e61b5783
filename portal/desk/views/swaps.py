"""换班：值班的人换一天，对方答应才算；管受理点的人直接定。"""

import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST

from agencies.actions import swaps
from agencies.models import Duty, DutySwap, Unit, User
from agencies.models.week import OnDuty
from agencies.states import Weekday
from office.steps import NotNow
from office.workdays import clock
from office.workdays.rules import local
from portal.desk.access import require, staff, staff_only
from portal.desk.pages import REASONS, page, show_or_save, tried

DEEDS = {"agree": swaps.agree, "end": swaps.end}


def may_ask(user: User) -> bool:
    """自己在哪张值班表上，或者可以替哪个受理点定。"""
    return Duty.objects.filter(user=user, active=True).exists() or bool(_set_by(user))


def _set_by(user: User) -> set[int]:
    """可以直接定的单位(主键)。"""
    led = user.unit_keys("review_denial") | user.unit_keys("sanction_denial")
    kept = Unit.objects.filter(Q(pk__in=led) | Q(agency__in=user.agencies_with("keep_posts")), duties__active=True)
    return set(kept.values_list("pk", flat=True))


def seen_by(user: User) -> QuerySet[Unit]:
    """看得见值班表的单位：看得见办件的单位和它们下面的受理点；维护值班表的，全机关的。"""
    units = user.unit_keys("view_cases")
    kept = Q(agency__in=user.agencies_with("keep_posts"))
    return Unit.objects.filter(Q(pk__in=units) | Q(parent__in=units) | kept)


def shown(user: User, units: QuerySet[Unit], today: datetime.date) -> list[dict[str, Any]]:
    """看得见的受理点还没有过去的换班，和这个人现在能按什么。"""
    found = DutySwap.objects.running().coming(today).filter(unit__in=units).with_context().order_by("day", "pk")
    return [_row(one, user, today) for one in found]


def _row(one: DutySwap, user: User, today: datetime.date) -> dict[str, Any]:
    sets, waits = swaps.may_set(one.unit, user), one.agreed_at is None
    ahead = min(one.day, one.return_day or one.day) > today
    mine = user.pk in (one.giver_id, one.taker_id, one.asked_by_id)
    return {
        "one": one,
        "may_agree": waits and one.day >= today and (user.pk == one.taker_id or sets),
        "may_end": (waits and (mine or sets)) or (sets and ahead),
        "end_words": _("取消") if not waits else _("谢绝") if user.pk == one.taker_id else _("收回"),
    }


class SwapForm(forms.Form):
    """哪一天换出去、换给谁；值班表照今天起四周列出。"""

    turn = forms.ChoiceField(
        label=lazy("换哪一天"),
        error_messages={"required": lazy("请选择换哪一天。"), "invalid_choice": lazy("那一天现在不能换。")},
    )  # fmt: skip
    to = forms.ChoiceField(
        label=lazy("怎样换"), help_text=lazy("和他的一天对换，或者请他替一天、不还。"),
        error_messages={"required": lazy("请选择换给谁。"), "invalid_choice": lazy("请选择值班表上的人。")},
    )  # fmt: skip
    reason = forms.CharField(
        label=lazy("事由"), max_length=200, help_text=lazy("例如开会、下乡；不写病情等个人隐私。"),
        error_messages={"required": lazy("请写明事由。")},
    )  # fmt: skip

    def __init__(self, mine: list[OnDuty], every: list[OnDuty], data: Any = None) -> None:
        super().__init__(data)
        turn: Any = self.fields["turn"]
        turn.choices = [("", _("请选择"))] + [(_key(one), _words(one)) for one in mine]
        people: dict[User, list[OnDuty]] = {}
        for one in every:
            people.setdefault(one.user, []).append(one)
        to: Any = self.fields["to"]
        to.choices = [("", _("请选择"))] + [
            (user.full_name, [(str(user.pk), _("请%s替一天，不还") % user.full_name)]
             + [(f"{user.pk}/{_key(one)}", _("和%s对换") % _words(one)) for one in his])
            for user, his in people.items()
        ]  # fmt: skip
        self.turns = {_key(one): one for one in (*mine, *every)}

    def wish(self) -> swaps.Wish:
        told = self.cleaned_data
        turn, (taker, _slash, back) = self.turns[told["turn"]], told["to"].partition("/")
        if back and self.turns[back].unit != turn.unit:
            raise NotNow(_("只能和同一个受理点的人换。"))
        return swaps.Wish(
            unit=turn.unit, day=turn.day, taker=User.objects.get(pk=taker), reason=told["reason"],
            return_day=self.turns[back].day if back else None,
        )  # fmt: skip


def _key(one: OnDuty) -> str:
    return f"{one.unit.pk}-{one.day:%Y%m%d}"


def _words(one: OnDuty) -> str:
    weekday = Weekday(one.day.isoweekday()).label
    return f"{one.day:%m-%d} {weekday} {one.user.full_name}（{one.unit.name}）"


@staff_only
@show_or_save
def ask(request: HttpRequest) -> HttpResponse:
    """换班：自己的班，或者管得着的受理点的班。"""
    user, at = staff(request), clock.now()
    require(may_ask(user))
    led = _set_by(user)
    units = led | set(Duty.objects.filter(user=user, active=True).values_list("unit", flat=True))
    every = swaps.turns(units, local(at).date())
    mine = [one for one in every if one.user == user or one.unit.pk in led]
    others = [one for one in every if one.user != user or one.unit.pk in led]
    form = SwapForm(mine, others, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and tried(form, lambda: swaps.ask(form.wish(), by=user, at=at), user):
        messages.success(request, _("已记下。要对方答应的，他答应了才算；在这里看得到。"))
        return redirect("desk:calendar")
    return page(request, "desk/duty_swap.html", {"form": form, "turns": mine}, at)


@staff_only
@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """答应；谢绝、收回、取消。"""
    user = staff(request)
    seen = Q(unit__in=seen_by(user)) | Q(taker=user) | Q(giver=user)
    found = get_object_or_404(DutySwap.objects.with_context().filter(seen), pk=pk)
    deed = DEEDS.get(request.POST.get("do", ""))
    try:
        if deed is not None:
            deed(found, by=user, at=clock.now())
            messages.success(request, _("已记下，两个人都会收到通知。"))
    except REASONS as reason:
        messages.error(request, str(reason))
    return redirect("desk:calendar")
