"""交班：离岗的同事手上有什么，一次交给谁；回来了交还。"""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST, require_safe

from agencies.models import Absence, Holding, Unit, User
from approvals.actions import covers
from approvals.models import Case, Cover
from approvals.states import WAITING
from office.workdays import clock
from portal.desk.access import require, staff, staff_only
from portal.desk.pages import REASONS, page, show_or_save
from supervision.models import Task

LEADERS = ("review_denial", "sanction_denial")


class CoverForm(forms.Form):
    to = forms.ModelChoiceField(
        label=lazy("交给谁"), queryset=User.objects.none(), to_field_name="username", empty_label=lazy("请选择")
    )
    reason = forms.CharField(label=lazy("事由"), max_length=200, help_text=lazy("例如年假、出差；不写病情等个人隐私。"))

    def __init__(self, absent: User, at: Any, data: Any = None) -> None:
        by_rota = covers.covered_by(absent, at)
        super().__init__(data, initial={"to": by_rota.username if by_rota else None})
        units = Holding.objects.running(at).filter(user=absent).values("post__unit")
        held = Holding.objects.present(at).filter(post__unit__in=units).exclude(user=absent)
        chosen: Any = self.fields["to"]
        chosen.queryset = User.objects.filter(pk__in=held.values("user")).order_by("full_name", "pk")
        chosen.label_from_instance = lambda user: user.full_name


def tasks_of(user: User) -> list[covers.Open]:
    """差评整改也有人负责，一并交。"""
    found = Task.objects.in_hand(user).select_related("rating__case").order_by("pk")
    return [("整改", f"{one.rating.case.number}", one) for one in found]


def units_of(user: User) -> Any:
    keys = set().union(*(user.unit_keys(perm) for perm in LEADERS))
    return Unit.objects.filter(pk__in=keys)


@staff_only
@require_safe
def covers_list(request: HttpRequest) -> HttpResponse:
    """管得着的单位里此刻离岗的人，各有多少没办完；交过的班。"""
    user, at = staff(request), clock.now()
    held = Holding.objects.running(at).filter(post__unit__in=units_of(user))
    away = Absence.objects.covering(at).filter(user__in=held.values("user")).select_related("user").order_by("from_at")
    rows = [
        {"absence": one, "count": len(covers.open_of(one.user)) + len(tasks_of(one.user)),
         "cover": Cover.objects.running().filter(absent=one.user).select_related("to").first()}
        for one in away
    ]  # fmt: skip
    mine = Cover.objects.filter(absent__in=held.values("user")) | Cover.objects.filter(to=user)
    mine |= Cover.objects.filter(absent=user)
    context = {"rows": rows, "covers": mine.distinct().with_context().order_by("-made_at", "-pk")[:50]}
    return page(request, "desk/covers.html", context, at)


@staff_only
@show_or_save
def make(request: HttpRequest, username: str) -> HttpResponse:
    """一位离岗的同事：名下没办完的全列出来，一次交给一个人。"""
    user, at = staff(request), clock.now()
    absent = get_object_or_404(User.objects.filter(kind="staff"), username=username)
    require(covers.may_cover(absent, user))
    form = CoverForm(absent, at, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            made = covers.hand_over(absent=absent, **form.cleaned_data, by=user, at=at, more=tasks_of(absent))
            messages.success(request, _("已交班，每一件都记下了。交班单可以打印。"))
            if left := len(covers.open_of(absent)):
                messages.warning(request, _("还有 %s 件要有专门职责的人接，接班的人接不了，请另派。") % left)
            return redirect("desk:cover", made.pk)
        except REASONS as reason:
            form.add_error(None, str(reason))
    cases = Case.objects.visible_to(user).followed_through_by(absent).filter(state__in=WAITING).select_related("guide")
    context = {
        "absent": absent,
        "items": [*covers.open_of(absent), *tasks_of(absent)],
        "cases": cases.order_by("received_at", "pk"),
        "mandates": absent.mandates.open().select_related("case").order_by("pk"),
        "form": form,
    }
    return page(request, "desk/cover_make.html", context, at)


def cover_of(request: HttpRequest, pk: int) -> Cover:
    """看得见的交班：两头的人，和管得着的负责人。Raises: Http404。"""
    found: Cover = get_object_or_404(Cover.objects.with_context(), pk=pk)
    user = staff(request)
    if user.pk not in (found.absent_id, found.to_id) and not covers.may_cover(found.absent, user):
        raise Http404
    return found


@staff_only
@require_safe
def cover(request: HttpRequest, pk: int) -> HttpResponse:
    """交班单：摆在屏幕上，可以打印。"""
    found, at = cover_of(request, pk), clock.now()
    may_return = found.returned_at is None and (
        found.absent_id == request.user.pk or covers.may_cover(found.absent, request.user)
    )
    context = {"cover": found, "items": found.items.order_by("kind", "pk"), "may_return": may_return}
    return page(request, "desk/cover.html", context, at)


@staff_only
@require_POST
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """交还。"""
    found = cover_of(request, pk)
    require(found.absent_id == request.user.pk or covers.may_cover(found.absent, request.user))
    try:
        count = covers.give_back(found, by=staff(request), at=clock.now(), more=tasks_of(found.to))
        messages.success(request, _("已交还 %s 件。") % count)
    except REASONS as reason:
        messages.error(request, str(reason))
    return redirect("desk:cover", pk)
