"""办件上的动作：一个网址一件事，只收 POST，只调一个动作；要填东西的，先看一页。"""

import datetime
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from approvals import rules
from approvals.actions import (
    confirmations,
    correction,
    decision,
    deferred,
    endorsing,
    intake,
    leaders,
    letters,
    review,
    scans,
    since,
    withdrawing,
)
from approvals.models import Case
from approvals.states import CaseState, Matter
from office.papers import actions as papers
from office.workdays import clock
from portal.desk.access import case_of, may, require, staff, staff_only
from portal.desk.aiming import aim
from portal.desk.certificates import decision_form
from portal.desk.forms import AnswerForm, AskAgainForm, EndorseForm, OpinionForm, SendBackForm, WithdrawForm
from portal.desk.pages import PREVIEW, deed, done, glanced, page, previewed, said_wrong, show_or_save, tried
from portal.desk.scan_forms import BroughtForm
from portal.desk.steps import open_review
from portal.desk.views.case import frame, given_to

# 直接提交的 -----------------------------------------------------------


@deed("accept")
def accept(request: HttpRequest, case: Case, at: datetime.datetime) -> HttpResponse:
    """受理。"""
    intake.accept(case, by=staff(request), at=at)
    return done(request, case, _("已受理，受理通知书可以打印了。"), "acceptance")


@deed("ask_to_supplement")
def notify(request: HttpRequest, case: Case, at: datetime.datetime) -> HttpResponse:
    """一次性告知；先预览的，只看一眼。"""
    if PREVIEW in request.POST:
        return glanced(lambda: correction.notify(case, by=staff(request), at=at), "correction", at)
    correction.notify(case, by=staff(request), at=at)
    return done(request, case, _("已一次性告知，补正材料告知书可以打印了。"), "correction")


@deed("begin_review")
def begin_review(request: HttpRequest, case: Case, at: datetime.datetime) -> HttpResponse:
    """开始审查。"""
    review.begin(case, by=staff(request), at=at)
    if open_review(case, request.user) is None:
        return done(request, case, _("收件的受理点现在归别的单位审查，已经转过去，由它提出意见。"))
    messages.success(request, _("已开始审查，请提出意见。"))
    return redirect("desk:case-opinion", case.number)


@deed("close")
def close(request: HttpRequest, case: Case, at: datetime.datetime) -> HttpResponse:
    """办结归档。"""
    decision.close(case, by=staff(request), at=at)
    return done(request, case, _("已办结归档。"))


@deed(allowed=rules.may_take_in)
def bring_deferred(request: HttpRequest, case: Case, at: datetime.datetime, key: str) -> HttpResponse:
    """收到容缺补交的材料；可以存扫描件。"""
    form = BroughtForm(case.materials.select_related("material").filter(material__key=key), request.POST, request.FILES)
    if said_wrong(request, form):
        return redirect("desk:case-materials", case.number)
    online = any(row.brought_at for row in form.rows)
    with scans.with_materials(case, at=at):
        deferred.bring(case, key=key, brought=None if online else form.brought().get(key), by=staff(request), at=at)
        scans.keep(case, scans=form.scans(), by=staff(request), at=at)
    if online:
        return done(request, case, _("补来的材料已经核对合格。"))
    return done(request, case, _("已收到补交的材料，接收凭证可以打印了。"), "deferred_receipt")


# 先填一页的 -----------------------------------------------------------


def filled(
    request: HttpRequest, case: Case, form: Any, template: str, act: Callable[[Any], Any], then: Callable[[], Any],
    at: datetime.datetime, *, previews: str | None = None, **context: Any,
) -> HttpResponse:  # fmt: skip
    """填一页、做一件：填得不对或现在不行，话写在表上，填过的都还在。

    previews 是做成以后要出的文种(空的是头一份)，给了就可以先预览；没有文书的是 None。
    """
    context["previews"] = previews is not None
    if previews is not None and PREVIEW in request.POST:
        if shown := previewed(form, lambda: papers.rehearsed(lambda: act(form), previews, at=at)):
            return shown
        case.refresh_from_db()
    elif form.is_bound and form.is_valid() and tried(form, lambda: act(form), case):
        answer: HttpResponse = then()
        return answer
    if not form.is_bound:
        aim(form)
    return page(request, template, {**frame(request, case, at), "form": form, **context}, at)


def given(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


@staff_only
@show_or_save
def answer(request: HttpRequest, number: str) -> HttpResponse:
    """窗口收补正材料：告知书上列的，补来哪份勾哪份。"""
    case, at = case_of(request, number), clock.now()
    require(rules.may_take_in(case, request.user))
    if case.state != CaseState.CORRECTING:
        messages.error(request, _("这件申请现在不在补正中。"))
        return redirect("desk:case", number)
    lines = case.correction.current_lines().filter(answered_at=None).select_related("case_material__material")

    def act(form: Any) -> None:
        with scans.with_materials(case, at=at):
            scans.keep(case, scans=form.scans(), by=staff(request), at=at)
            keys, brought = form.cleaned_data["keys"], form.brought()
            correction.answer(case, keys=keys, brought=brought, by=staff(request), at=at)

    def then() -> HttpResponse:
        if case.state == CaseState.RECEIVED:
            done(request, case, _("已经补齐，请重新核对；补正材料接收凭证可以打印了。"))
            return redirect("desk:case-check", number)
        return done(request, case, _("已收下，还有没补齐的；接收凭证可以打印了。"), "correction_receipt")

    form = AnswerForm(lines.order_by("pk"), *given_to(request), by_post=case.has_parcels)
    return filled(request, case, form, "desk/answer.html", act, then, at, name=_("收补正材料"))


@staff_only
@show_or_save
def opinion(request: HttpRequest, number: str) -> HttpResponse:
    """提出审查意见。"""
    case, at = case_of(request, number), clock.now()
    asked = [case.section, *(one.unit for one in case.reviews.select_related("unit"))]
    mine = any(staff(request).may("review_case", unit) for unit in asked)
    require(mine and not rules.stays_out(case, request.user))
    form = OpinionForm(given(request))

    def act(form: Any) -> None:
        review.give_opinion(case, **form.cleaned_data, by=staff(request), at=at)

    waiting = open_review(case, request.user)
    return filled(
        request, case, form, "desk/opinion.html", act, lambda: done(request, case, _("审查意见已提出。")), at,
        name=_("审查意见"), waiting=waiting, earlier=_earlier(case, waiting),
        materials=case.materials.select_related("material").prefetch_related("uploads"), slips=slips_of(case),
    )  # fmt: skip


def _earlier(case: Case, waiting: Any) -> Any:
    """分级审查：前面各级的意见，摆在后一级眼前。"""
    found = case.reviews.filter(order__lt=waiting.order) if waiting and waiting.key else case.reviews.none()
    return found.select_related("unit", "reviewer").order_by("order", "pk")


@staff_only
@show_or_save
def lapse(request: HttpRequest, number: str) -> HttpResponse:
    """逾期未补正，终止：还缺什么摆在眼前，先预览通知书。"""
    case, at = case_of(request, number), clock.now()
    require(may(case, request.user, "lapse"))
    if case.state != CaseState.CORRECTING:
        messages.error(request, _("这件申请现在不在补正中。"))
        return redirect("desk:case", number)
    lines = case.correction.current_lines().filter(answered_at=None).select_related("case_material__material")
    return filled(
        request, case, forms.Form(given(request)), "desk/lapse.html",
        lambda _form: correction.lapse(case, by=staff(request), at=at),
        lambda: done(request, case, _("已终止，终止办理通知书可以打印了，请送达。"), "withdrawal"), at,
        name=_("逾期未补正，终止"), lines=lines.order_by("pk"), previews="withdrawal",
        early=case.correction.due_at > at,
    )  # fmt: skip


@staff_only
@show_or_save
def return_for_review(request: HttpRequest, number: str) -> HttpResponse:
    """退回重审：写明要求，审查的人重新提意见。"""
    case, at = case_of(request, number), clock.now()
    require(may(case, request.user, "return_for_review"))

    def act(form: Any) -> None:
        review.return_for_review(case, **form.cleaned_data, by=staff(request), at=at)

    return filled(
        request, case, SendBackForm(given(request)), "desk/send_back.html", act,
        lambda: done(request, case, _("已退回重审。")), at, name=_("退回重审"),
        reviews=case.reviews.select_related("unit", "reviewer").order_by("order", "pk"),
    )  # fmt: skip


@staff_only
@show_or_save
def ask_deferred_again(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """网上补来的容缺材料不能用：写明哪里要改、哪天以前再补。"""
    case, at = case_of(request, number), clock.now()
    require(rules.may_take_in(case, request.user))
    row = deferred.owed(case).filter(material__key=key).exclude(brought_at=None).first()
    if row is None:
        messages.error(request, _("这份材料没有在网上补来，不用核对。"))
        return redirect("desk:case-materials", case.number)

    def act(form: Any) -> None:
        deferred.ask_again(case, key=key, **form.cleaned_data, by=staff(request), at=at)

    return filled(
        request, case, AskAgainForm(given(request), initial={"due_date": row.due_date}), "desk/deferred_again.html",
        act, lambda: done(request, case, _("已告诉申请人再补一次。")), at, name=_("请申请人再补一次"), row=row,
    )  # fmt: skip


@staff_only
@show_or_save
def endorse(request: HttpRequest, number: str) -> HttpResponse:
    """审核：科室负责人写审核意见，报上一级决定。"""
    case, at = case_of(request, number), clock.now()
    require(may(case, request.user, "endorse"))

    def act(form: Any) -> None:
        endorsing.endorse(case, **form.cleaned_data, by=staff(request), at=at)

    return filled(
        request, case, EndorseForm(given(request)), "desk/endorse.html", act,
        lambda: done(request, case, _("已审核，报上一级决定。")), at, name=_("审核"),
        above=leaders.decided_by_words(case, at), added=since.added(case), slips=slips_of(case),
        reviews=case.reviews.select_related("unit", "reviewer").order_by("order", "pk"),
    )  # fmt: skip


@staff_only
@show_or_save
def grant(request: HttpRequest, number: str) -> HttpResponse:
    """准予：写决定的内容，先预览决定书。"""
    return _grant(request, number, "grant", decision.grant)


@staff_only
@show_or_save
def grant_on_the_spot(request: HttpRequest, number: str) -> HttpResponse:
    """当场办结。"""
    return _grant(request, number, "grant_on_the_spot", decision.grant_on_the_spot)


def _grant(request: HttpRequest, number: str, step: str, action: Callable[..., Any]) -> HttpResponse:
    case, at = case_of(request, number), clock.now()
    require(may(case, request.user, step))
    form = decision_form(case, at, given(request))

    def act(form: Any) -> None:
        told = {
            "decision": form.cleaned_data["decision"],
            "certificate": form.certificate,
            "adjustment": form.chosen,
        }
        action(case, **told, by=staff(request), at=at)

    return filled(
        request, case, form, "desk/grant.html", act,
        lambda: done(request, case, _("已准予，决定书可以打印了。"), "grant"), at,
        endorsements=case.endorsements.select_related("unit", "by") if case.guide.decider else (),
        added=since.added(case), name=_("作出决定"), on_the_spot=step == "grant_on_the_spot",
        reviews=case.reviews.select_related("unit", "reviewer").order_by("order", "pk"), slips=slips_of(case),
    )  # fmt: skip


def slips_of(case: Case) -> Any:
    """征求的意见：答复的、逾期没有答复的都摆出来。"""
    return case.slips.select_related("unit", "owner", "answered_by").order_by("turn", "pk")


def may_grant(case: Case, user: Any) -> bool:
    return may(case, user, "grant") or (rules.is_instant(case) and may(case, user, "grant_on_the_spot"))


@deed(allowed=may_grant)
def preview(request: HttpRequest, case: Case, at: datetime.datetime) -> HttpResponse:
    """预览决定书：照此刻填的排一份，不登记、不占文号、不盖章。"""
    form = decision_form(case, at, request.POST)
    if not form.is_valid() or case.accepted_at is None:
        messages.error(request, _("受理以后、写好决定的内容，才能预览决定书。"))
        for faults in form.errors.values():
            messages.error(request, str(faults[0]))
        return redirect("desk:case", case.number)
    facts = letters.grant_words(case, form.cleaned_data["decision"], form.certificate, form.chosen)
    if shown := previewed(form, lambda: letters.preview("grant", case, facts, by=staff(request), at=at)):
        return shown
    said_wrong(request, form)
    return redirect("desk:case", case.number)


@staff_only
@show_or_save
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """登记撤回的意愿：申请人到窗口来说的；出撤回申请书，他确认了才撤回。"""
    case, at = case_of(request, number), clock.now()
    require(rules.may_take_in(case, request.user))
    if not withdrawing.may_register(case, staff(request)):
        messages.error(request, _("已经有结果，不能撤回。"))
        return redirect("desk:case", number)

    def act(form: Any) -> None:
        confirmations.ask_withdrawal(case, reason=form.cleaned_data["reason"], by=staff(request), at=at)

    def then() -> HttpResponse:
        messages.success(request, _("已登记。请他确认：发验证码，或者在撤回申请书上签名。"))
        return redirect("desk:case-confirm", number)

    wish = case.confirmations.open().filter(matter=Matter.WITHDRAW).first()
    return filled(
        request, case, WithdrawForm(given(request)), "desk/withdraw.html", act, then, at, name=_("登记撤回"), wish=wish
    )
