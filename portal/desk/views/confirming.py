"""申请人确认：发验证码、收签名页；当场更正；看申请人改过什么；回避；再次告知。"""

import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.base import ContentFile
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST, require_safe

from agencies.models import User
from approvals import rules
from approvals.actions import amending, confirmations, correction, recusals, seats, withdrawing
from approvals.models import Case, Confirmation
from approvals.states import Matter
from office.journal import actions as journal
from office.papers.engine import Refused
from office.papers.fonts import MissingGlyph
from office.papers.models import Paper
from office.workdays import clock
from portal.desk.access import case_of, may, require, staff, staff_only
from portal.desk.forms import long_text
from portal.desk.pages import REASONS, deed, done, page, said_wrong, show_or_save
from portal.desk.views.case import frame
from portal.desk.views.deeds import filled, given
from portal.files import sheet
from portal.forms import printed
from portal.forms.amend import amend_form, amended
from portal.forms.changes import between

# 确认 -----------------------------------------------------------------


class CodeForm(forms.Form):
    code = forms.CharField(
        label=lazy("申请人说的六位验证码"), max_length=6, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": lazy("请填写验证码。")},
    )  # fmt: skip


class ScanForm(forms.Form):
    signer = forms.CharField(
        label=lazy("签名的人"), max_length=60, error_messages={"required": lazy("请填写签名的人。")}
    )
    scan = forms.FileField(
        label=lazy("签了名的确认书(扫描或拍照)"), error_messages={"required": lazy("请选择扫描的签名页。")},
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )  # fmt: skip


SHEETS = ("confirmation", "withdrawal_request")


@staff_only
@require_safe
def confirm(request: HttpRequest, number: str) -> HttpResponse:
    """等申请人确认的：给他看的内容，两种确认的办法；确认过的也在这里。"""
    case, at = case_of(request, number), clock.now()
    require(rules.may_take_in(case, request.user))
    rows = case.confirmations.filter(dropped_at=None).select_related("scan", "registered_by").order_by("pk")
    listed = [(one, CodeForm(auto_id=f"code-{one.pk}-%s"), ScanForm(auto_id=f"scan-{one.pk}-%s")) for one in rows]
    sheets = Paper.objects.about(case).filter(kind__in=SHEETS).in_force().order_by("-pk")
    joint = case.joint
    shared = Paper.objects.about(joint).filter(kind__in=SHEETS).in_force().order_by("-pk") if joint else []
    told = {"rows": listed, "sheets": sheets, "shared": shared, "joint": joint, "name": _("申请人确认")}
    context = {**frame(request, case, at), **told}
    return page(request, "desk/confirm.html", context, at)


@deed(allowed=rules.may_take_in)
def print_form(request: HttpRequest, case: Case, at: datetime.datetime) -> HttpResponse:
    """打印填好的申请表，给申请人核对、签名；上面有证件号码，打一次记一笔。"""
    if not (case.guide.form or case.joint):
        raise Http404
    try:
        filled_in = printed.filled(case)
    except (MissingGlyph, Refused) as reason:
        messages.error(request, _("申请表排不出来：%s") % reason)
        return redirect("desk:case-confirm", case.number)
    with transaction.atomic():
        Case.lock_by_key(case.pk, wait=True)  # 只记看过，档案销毁了也要记
        journal.record("portal.case.reveal", about=case, by=staff(request), at=at, before=case.state, after=case.state)
    return sheet(ContentFile(filled_in), f"{case.guide.name} {case.number}.pdf")


@staff_only
@require_POST
def confirm_deed(request: HttpRequest, number: str, pk: int, name: str) -> HttpResponse:
    """一项确认上的一个动作：发验证码、核验证码、收签名页；撤回的，可以作废登记。"""
    case = case_of(request, number)
    require(rules.may_take_in(case, request.user))
    one = get_object_or_404(Confirmation.objects.select_related("case"), pk=pk, case=case)
    if name not in DEEDS:
        raise Http404
    try:
        DEEDS[name](request, one, clock.now())
        if one.whole and case.joint is not None and case.confirmations.of_withdrawal().exists():
            messages.success(request, _("整件事已撤回，各件的终止办理通知书在各件里打印。"))
            return redirect("desk:joint", case.joint.number)
        if one.matter == Matter.WITHDRAW and case.confirmations.of_withdrawal().exists():
            return done(request, case, _("已撤回，终止办理通知书可以打印了。"), "withdrawal")
    except REASONS as reason:
        messages.error(request, str(reason))
    return redirect("desk:case-confirm", number)


def _send(request: HttpRequest, one: Confirmation, at: datetime.datetime) -> None:
    confirmations.send_code(one, by=staff(request), at=at)
    messages.success(request, _("验证码已发到申请人登记的手机上，十分钟内有效。"))


def _code(request: HttpRequest, one: Confirmation, at: datetime.datetime) -> None:
    form = CodeForm(request.POST)
    if said_wrong(request, form):
        return
    confirmations.confirm_by_code(one, code=form.cleaned_data["code"], by=staff(request), at=at)
    messages.success(request, _("申请人已用验证码确认。"))


def _sign(request: HttpRequest, one: Confirmation, at: datetime.datetime) -> None:
    form = ScanForm(request.POST, request.FILES)
    if said_wrong(request, form):
        return
    scan = form.cleaned_data["scan"]
    told = {"signer": form.cleaned_data["signer"], "name": scan.name, "content": scan}
    confirmations.confirm_by_signature(one, **told, by=staff(request), at=at)
    messages.success(request, _("签名页已存入办件。"))


def _forget(request: HttpRequest, one: Confirmation, at: datetime.datetime) -> None:
    if one.matter != Matter.WITHDRAW:
        raise Http404
    withdrawing.forget_wish(one.case, by=staff(request), at=at)
    messages.success(request, _("撤回的登记已作废，继续办理。"))


DEEDS = {"send": _send, "code": _code, "sign": _sign, "forget": _forget}

# 当场更正、申请人改过的 -------------------------------------------------


@staff_only
@show_or_save
def amend(request: HttpRequest, number: str) -> HttpResponse:
    """当场更正：照申请人说的改，改了什么写进确认书，申请人确认了才能受理。"""
    case, at = case_of(request, number), clock.now()
    require(rules.may_take_in(case, request.user))
    form = amend_form(case, request)
    if form.is_bound and form.is_valid():
        answers = amended(case, form)
        lines = "\n".join(
            f"{label}：{was} → {now}" for label, was, now in between(case.guide.form, case.answers, answers)
        )
        try:
            amending.correct(case, answers=answers, lines=lines, by=staff(request), at=at)
            messages.success(request, _("已更正，请申请人确认。"))
            return redirect("desk:case-confirm", number)
        except REASONS as reason:
            form.add_error(None, str(reason))
            case.refresh_from_db()
    context = {**frame(request, case, at), "form": form, "name": _("当场更正")}
    return page(request, "desk/amend.html", context, at)


@deed(allowed=rules.may_take_in)
def changes_seen(request: HttpRequest, case: Case, at: datetime.datetime) -> HttpResponse:
    """申请人改过的，看过了。"""
    amending.see(case, by=staff(request), at=at)
    return redirect("desk:case", case.number)


# 再次告知 ---------------------------------------------------------------


class AgainForm(forms.Form):
    reason = long_text(
        lazy("为什么上一次没有说全"), lazy("告知本来只能一次。写明原因，由您负责；记作我们的一次差错，报监督。")
    )


@staff_only
@show_or_save
def notify_again(request: HttpRequest, number: str) -> HttpResponse:
    """再次告知：负责人写明原因。"""
    case, at = case_of(request, number), clock.now()
    require(may(case, request.user, "tell_again"))

    def act(form: Any) -> None:
        correction.notify_again(case, by=staff(request), at=at, **form.cleaned_data)

    return filled(
        request, case, AgainForm(given(request)), "desk/again.html", act,
        lambda: done(request, case, _("已再次告知，补正材料告知书可以打印了。"), "correction"), at,
        name=_("再次告知"), previews="correction", missing=rules.missing_materials(case),
    )  # fmt: skip


# 回避 -----------------------------------------------------------------


class RecuseForm(forms.Form):
    who = forms.ModelChoiceField(
        label=lazy("谁回避"), queryset=User.objects.none(), empty_label=None,
        error_messages={"required": lazy("请选择谁回避。")},
    )  # fmt: skip
    reason = long_text(
        lazy("原因"), lazy("本人、亲属与这件申请有利害关系，或者有其他可能影响公正的情形，写明是哪一种。"), rows=3
    )
    successor = forms.ModelChoiceField(
        label=lazy("由谁接着办"), queryset=User.objects.none(), error_messages={"required": lazy("请选择由谁接着办。")}
    )
    seat_to = forms.ModelChoiceField(
        label=lazy("他的核查、主持由谁接"), queryset=User.objects.none(), required=False,
        empty_label=lazy("就是接着办的人"), help_text=lazy("被指派去核查、主持听证的人回避时选。"),
    )  # fmt: skip

    def __init__(
        self, people: list[User], able: list[User], takers: list[User], data: Any = None, initial: Any = None
    ) -> None:
        super().__init__(data, initial=initial)
        everyone = User.objects.order_by("full_name", "pk")
        self.fields["who"].queryset = everyone.filter(pk__in=[one.pk for one in people])  # type: ignore[attr-defined]
        self.fields["successor"].queryset = everyone.filter(pk__in=[one.pk for one in (*able, *takers)])  # type: ignore[attr-defined]
        if takers:
            self.fields["seat_to"].queryset = everyone.filter(pk__in=[one.pk for one in takers])  # type: ignore[attr-defined]
        else:
            del self.fields["seat_to"]


@staff_only
@show_or_save
def recuse(request: HttpRequest, number: str) -> HttpResponse:
    """回避：本人申请，或负责人决定；选由谁接着办。"""
    case, at, user = case_of(request, number), clock.now(), staff(request)
    require(recusals.may_recuse(case, user))
    everyone = recusals.concerned(case)
    people = everyone if rules.may_order_recusal(case, user) else [user]

    def act(form: Any) -> None:
        recusals.recuse(case, by=user, at=at, **form.cleaned_data)

    takers = seats.candidates(case, at) if seats.seated(case) else []
    form = RecuseForm(people, everyone, takers, given(request), {"who": user.pk})
    return filled(
        request, case, form, "desk/recuse.html", act,
        lambda: done(request, case, _("已记下回避，接着办的人已经通知。")), at, name=_("回避"),
    )  # fmt: skip
