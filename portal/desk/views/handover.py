"""移交：待交出的列成清单，签出；送来的扫码签收，对不上的记差异。"""

import datetime
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agencies.models import Unit, User
from approvals import rules
from approvals.actions import calendar_lists, differences, handover
from approvals.actions.handover_papers import lines
from approvals.models import Batch, Difference, Transfer
from approvals.states import BatchState, TransferState
from office.papers import actions as papers
from office.papers.art import qr
from office.papers.models import Paper
from office.workdays import clock
from office.workdays.rules import local
from portal.desk import scanning
from portal.desk.access import require, staff, staff_only
from portal.desk.pages import REASONS, page
from portal.desk.views import calendar
from portal.files import sheet

RECENT, NEXT = 20, 5
S = TransferState


@staff_only
@require_safe
def handovers(request: HttpRequest) -> HttpResponse:
    """移交：待交出、在途、待签收、差异。"""
    at, user = clock.now(), staff(request)
    units = user.unit_keys("view_cases")
    batches = Batch.objects.visible_to(user).with_numbers()
    context = {
        "going": _going(user, units),
        "drafts": batches.drafts().order_by("day", "pk"),
        "away": batches.on_the_road().filter(from_unit__in=units).order_by("sent_at"),
        "coming": batches.on_the_road().filter(to_unit__in=units).order_by("sent_at"),
        "done": batches.filter(state__in=[BatchState.FINISHED, BatchState.CALLED_OFF]).order_by("-pk")[:RECENT],
        "differences": _differences(user, at),
        "coming_runs": calendar.shown(calendar_lists.coming(units, at=at), user, units)[:NEXT],
    }
    return page(request, "desk/handovers.html", context, at)


def _going(user: User, units: set[int]) -> list[dict[str, Any]]:
    """待交出的：从哪里到哪里，各有哪几件。"""
    found: dict[tuple[Unit, Unit], list[Transfer]] = {}
    waiting = Transfer.objects.to_draw_up().filter(from_unit__in=units).with_context()
    for one in waiting.order_by("from_unit__path", "to_unit__path", "created_at"):
        found.setdefault((one.from_unit, one.to_unit), []).append(one)
    return [
        {"from": giver, "to": taker, "passages": passages, "may": rules.hands_over_at(user, giver)}
        for (giver, taker), passages in found.items()
    ]


def _differences(user: User, at: datetime.datetime) -> list[dict[str, Any]]:
    open_ones = Difference.objects.visible_to(user).open().order_by("due_at", "pk")
    with_ends = open_ones.select_related(
        "case__intake_unit", "batch", "transfer", "parcel", "from_unit", "to_unit", "owner"
    )
    return [
        {
            "one": one,
            "late": one.due_at <= at,
            "may": rules.may_settle(one, user),
            "travelling": bool(one.transfer and one.transfer.state == S.SENT),
        }
        for one in with_ends
    ]


def batch_of(request: HttpRequest, number: str) -> Batch:
    """看得见的清单。Raises: Http404。"""
    found: Batch = get_object_or_404(
        Batch.objects.visible_to(request.user).select_related("from_unit__agency", "to_unit", "sent_by", "finished_by"),
        number=number,
    )
    return found


@staff_only
@require_safe
def batch(request: HttpRequest, number: str) -> HttpResponse:
    """一张清单：照着点件、签出、扫码签收；这一页就能打印。"""
    found, at, user = batch_of(request, number), clock.now(), staff(request)
    passages = list(found.transfers.with_context().select_related("signed_in_by").order_by("pk"))
    gives, takes = rules.may_send(found, user), rules.may_sign_in(found, user)
    rows = [
        {**line, "one": one, "code": picture(one.case.number)}
        for one, line in zip(passages, lines(passages), strict=True)
    ]
    left = sum(one.state == S.SENT for one in passages)
    context = {
        "batch": found,
        "code": picture(found.number),
        "rows": rows,
        "left": left,
        "signed": sum(one.state == S.SIGNED_IN for one in passages),
        "gives": gives,
        "drafting": gives and found.state == BatchState.DRAFT,
        "taking": takes and bool(left),
        "recallable": gives and bool(left),
        "untouched": found.state == BatchState.SENT and left == len(passages),
        "paper": Paper.objects.about(found).of_kind("handover_list").first(),
        "differences": [row for row in _differences(user, at) if row["one"].batch_id == found.pk],
    }
    return page(request, "desk/handover_batch.html", context, at)


def picture(code: str) -> str:
    """页面上的二维码：内容就是编号，扫码枪读出来等于键盘敲进去。"""
    return mark_safe(qr(code).decode())  # noqa: S308 我们自己画的图


# 动作 -----------------------------------------------------------------

Deed = Callable[..., Any]


def deed(act: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """清单上的一个动作：只收 POST；现在不行的说一句，回到清单。"""

    @staff_only
    @require_POST
    def wrapped(request: HttpRequest, number: str, **kwargs: Any) -> HttpResponse:
        found = batch_of(request, number)
        try:
            return act(request, found, clock.now(), **kwargs)
        except REASONS as reason:
            messages.error(request, str(reason))
            return redirect("desk:handover-batch", number)

    return wrapped


def _back(found: Batch) -> HttpResponse:
    return redirect("desk:handover-batch", found.number)


@staff_only
@require_POST
def draw_up(request: HttpRequest) -> HttpResponse:
    """列清单：一处到一处待交出的，列成一张。"""
    at, user = clock.now(), staff(request)
    giver = get_object_or_404(user.units_with("view_cases"), code=request.POST.get("from", ""))
    taker = get_object_or_404(Unit, code=request.POST.get("to", ""))
    require(rules.hands_over_at(user, giver))
    try:
        made = handover.draw_up(from_unit=giver, to_unit=taker, day=local(at).date(), by=user, at=at)
    except REASONS as reason:
        messages.error(request, str(reason))
        return redirect("desk:handovers")
    messages.success(request, _("清单 %s 已列好：照着点件，点齐了再签出。") % made.number)
    return _back(made)


@deed
def refill(request: HttpRequest, found: Batch, at: datetime.datetime) -> HttpResponse:
    """补入后来的。"""
    require(rules.may_send(found, request.user))
    added = handover.refill(found, by=staff(request), at=at)
    messages.success(request, _("又列进来 %d 件。") % added)
    return _back(found)


@deed
def take_out(request: HttpRequest, found: Batch, at: datetime.datetime, pk: int) -> HttpResponse:
    """拿下一件，这次不交。"""
    require(rules.may_send(found, request.user))
    handover.take_out(get_object_or_404(found.transfers, pk=pk), by=staff(request), at=at)
    messages.success(request, _("已从清单上拿下，留到下一次。"))
    return _back(found)


@deed
def sign_out(request: HttpRequest, found: Batch, at: datetime.datetime) -> HttpResponse:
    """签出。"""
    require(rules.may_send(found, request.user))
    handover.sign_out(found, by=staff(request), at=at)
    messages.success(request, _("已签出。把清单打印两份，随件一份，自己留一份；对方签收以前，件仍由您单位负责。"))
    return _back(found)


@deed
def call_off(request: HttpRequest, found: Batch, at: datetime.datetime) -> HttpResponse:
    """取消整张清单。"""
    require(rules.may_send(found, request.user))
    handover.call_off(found, by=staff(request), at=at)
    messages.success(request, _("清单已取消，件回到待交出。"))
    return redirect("desk:handovers")


@deed
def recall(request: HttpRequest, found: Batch, at: datetime.datetime, pk: int) -> HttpResponse:
    """撤回一件。"""
    require(rules.may_send(found, request.user))
    passage = get_object_or_404(found.transfers.select_related("case"), pk=pk)
    handover.recall(passage, reason=_said(request) or "交出单位撤回", by=staff(request), at=at)
    messages.success(request, _("%s 已撤回，仍在您单位手里。") % passage.case.number)
    return _back(found)


@deed
def sign_in_all(request: HttpRequest, found: Batch, at: datetime.datetime) -> HttpResponse:
    """全部签收：逐件清点过的。"""
    require(rules.may_sign_in(found, request.user))
    number = handover.sign_in_all(found, by=staff(request), at=at)
    messages.success(request, _("已签收 %d 件。") % number)
    return _back(found)


@deed
def differ(request: HttpRequest, found: Batch, at: datetime.datetime, pk: int) -> HttpResponse:
    """对不上的一件：退回不收，或者签收但材料不符；都要写明。"""
    require(rules.may_sign_in(found, request.user))
    passage = get_object_or_404(found.transfers.with_context(), pk=pk)
    text = _said(request)
    if not text:
        messages.error(request, _("请写明哪里对不上。"))
        return _back(found)
    if request.POST.get("how") == "back":
        differences.turn_back(passage, reason=text, by=staff(request), at=at)
        messages.warning(request, _("%s 已退回，记为差异，由签出的人取回。") % passage.case.number)
    else:
        differences.sign_in_defective(passage, text=text, by=staff(request), at=at)
        messages.warning(request, _("%s 已签收，材料不符已记为差异。") % passage.case.number)
    return _back(found)


@deed
def finish(request: HttpRequest, found: Batch, at: datetime.datetime) -> HttpResponse:
    """结束签收。"""
    require(rules.may_sign_in(found, request.user))
    missing = differences.finish(found, by=staff(request), at=at)
    if missing:
        messages.warning(request, _("签收结束，%d 件没有收到，已记为差异，由签出的人查找。") % missing)
    else:
        messages.success(request, _("签收结束，件数相符。"))
    return _back(found)


def _said(request: HttpRequest) -> str:
    return request.POST.get("text", "").strip()[:200]


@staff_only
@require_POST
def scan(request: HttpRequest) -> HttpResponse:
    """扫码签收：扫一件签一件，当场答一句；扫清单码就打开清单。没有脚本、只有扫码枪也能用。"""
    at, user = clock.now(), staff(request)
    found = Batch.objects.visible_to(user).filter(number=request.POST.get("batch", "")).first()
    answer = scanning.read(request.POST.get("code", ""), user=user, batch=found, at=at)
    messages.add_message(request, answer.level, answer.words)
    number = answer.batch or (found.number if found else "")
    # 网址不带锚点：带了锚点，浏览器就不再对准扫码框(autofocus)
    return redirect("desk:handover-batch", number) if number else redirect("desk:handovers")


@staff_only
@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """处理一条差异。"""
    user = staff(request)
    mine = Difference.objects.of_handovers().visible_to(user)
    found = get_object_or_404(mine.select_related("case", "transfer"), pk=pk)
    require(rules.may_settle(found, user))
    text = _said(request)
    try:
        if text:
            differences.settle(found, text=text, by=user, at=clock.now())
            messages.success(request, _("差异已处理。"))
        else:
            messages.error(request, _("请写明怎样处理的。"))
    except REASONS as reason:
        messages.error(request, str(reason))
    return redirect("desk:handovers")


@staff_only
@require_safe
def listing(request: HttpRequest, number: str) -> HttpResponse:
    """移交清单的 PDF；还没有排版的当场排。"""
    found = batch_of(request, number)
    paper = get_object_or_404(Paper.objects.about(found).of_kind("handover_list"))
    paper = papers.render_now(paper, at=clock.now())
    return sheet(paper.file.open("rb"), f"{paper.title} {paper.number}.pdf")
