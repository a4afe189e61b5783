"""首席代表：各科室派驻窗口的人、书面授权的几样；人事维护人照授权书登记、终止。"""

import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_safe

from agencies.actions import representatives
from agencies.models import Representative, Unit, User
from agencies.states import RepresentativePower, Role
from office.workdays import clock
from office.workdays.rules import local
from portal.desk.access import require, staff, staff_only
from portal.desk.pages import page, show_or_save
from portal.forms import fields

PER_PAGE = 25


class AppointForm(forms.Form):
    """照授权书写；单位、人只列登记的人维护的机关里的。"""

    unit = forms.ModelChoiceField(label=lazy("代表哪个科室"), queryset=Unit.objects.none())
    window = forms.ModelChoiceField(label=lazy("派驻的窗口"), queryset=Unit.objects.none())
    user = forms.ModelChoiceField(label=lazy("首席代表"), queryset=User.objects.none())
    powers = forms.MultipleChoiceField(
        label=lazy("授权他当场办的"), choices=RepresentativePower.choices, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": lazy("请选定授权他当场办哪几样。")},
    )  # fmt: skip
    limits = forms.CharField(
        label=lazy("不在授权内的"),
        required=False,
        max_length=300,
        help_text=lazy("例如要听证、要集体讨论的；没有的空着。"),
    )
    instrument_number = forms.CharField(label=lazy("授权书文号"), max_length=60)
    signed_by = forms.ModelChoiceField(label=lazy("授权人（局领导）"), queryset=User.objects.none())

    def __init__(self, by: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.filter(agency__in=by.agencies_with("keep_posts")).order_by("path")
        people = User.objects.filter(holdings__to_at=None, holdings__post__unit__in=units.values("pk")).distinct()
        leaders = people.filter(holdings__post__role__in=(Role.DEPUTY, Role.DIRECTOR), holdings__to_at=None)
        desks = Unit.objects.taking_applications().filter(pk__in=units.values("pk")).order_by("path")
        offered = {"unit": units, "window": desks, "user": people.exclude(pk=by.pk).order_by("full_name"),
                   "signed_by": leaders.order_by("full_name")}  # fmt: skip
        for name, queryset in offered.items():
            field: Any = self.fields[name]
            field.queryset, field.empty_label = queryset, _("请选择")
        for name, label in (("signed_on", _("授权日期")), ("valid_from", _("从哪天起"))):
            self.fields[name] = fields.date_field(label=label)
        self.fields["valid_to"] = fields.date_field(
            label=_("到哪天止（那一天不含）"), required=False, help_text=_("没有写明的空着。")
        )


class EndForm(forms.Form):
    why = forms.CharField(label=lazy("终止的原因"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"] = fields.date_field(label=_("从哪天起不再是"))


def may_end(one: Representative, user: User) -> bool:
    """维护这个机关岗位的人，自己的由别人终止。"""
    return user.pk != one.user_id and user.may("keep_posts", one.unit.agency)


@staff_only
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """本机关在任的，以前的在后面。"""
    user, at = staff(request), clock.now()
    seen = Representative.objects.visible_to(user).with_context()
    today = local(at).date()
    running = seen.on(today)
    others = seen.exclude(pk__in=running.values("pk")).order_by("-valid_from", "-pk")
    context = {
        "rows": [(one, may_end(one, user)) for one in running.order_by("unit__path", "pk")],
        "coming": [(one, may_end(one, user)) for one in others.filter(valid_from__gt=today, ended_why="")],
        "past": Paginator(others.exclude(valid_from__gt=today, ended_why=""), PER_PAGE).get_page(
            request.GET.get("page")
        ),
        "keeps": user.may_somewhere("keep_posts"),
        "today": today,
    }
    return page(request, "desk/representatives.html", context, at)


@staff_only
@show_or_save
def appoint(request: HttpRequest) -> HttpResponse:
    """登记一份授权。"""
    user, at = staff(request), clock.now()
    if not user.may_somewhere("keep_posts"):
        raise PermissionDenied
    form = AppointForm(user, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            representatives.appoint(representatives.Terms(**form.cleaned_data), by=user, at=at)
            messages.success(request, _("已登记，公开在大厅的“首席代表”里。"))
            return redirect("desk:representatives")
        except representatives.WrongTerms as reason:
            form.add_error(None, str(reason))
    return page(request, "desk/representative_form.html", {"form": form}, at)


@staff_only
@show_or_save
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """终止一份授权。"""
    user, at = staff(request), clock.now()
    found = get_object_or_404(Representative.objects.visible_to(user).with_context(), pk=pk)
    require(may_end(found, user))
    today: datetime.date = local(at).date()
    form = EndForm(request.POST if request.method == "POST" else None, initial={"on": today})
    if form.is_bound and form.is_valid():
        try:
            representatives.end(found, **form.cleaned_data, by=user, at=at)
            messages.success(request, _("已登记终止。"))
            return redirect("desk:representatives")
        except representatives.WrongTerms as reason:
            form.add_error(None, str(reason))
    return page(request, "desk/representative_form.html", {"form": form, "ending": found}, at)
