"""办件页：一个页头，七个标签页；核对材料的页。"""

import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST, require_safe

from approvals import rules
from approvals.actions import bars as barring
from approvals.actions import files, handing, intake, letters, originals, pledges, quota, reuse, scans
from approvals.actions.overdue import needs_reason
from approvals.models import Archive, Cancellation, Case, Endorsement, Review, SignedOriginal
from approvals.rules.attendances import calls_for
from approvals.rules.originals import may_be_signed, wants_signature
from approvals.rules.renewals import prior_of
from approvals.states import BEFORE_ACCEPTANCE, IN_PASSAGE, UNDER_WAY, WAITING, CaseState, Outcome, Verdict, clock_label
from denials.actions.register import may_refuse
from denials.models import Report
from office import identity
from office.journal import actions as journal
from office.papers import actions as papers
from office.papers.engine import Refused
from office.papers.fonts import MissingGlyph
from office.papers.models import Paper
from office.papers.states import PaperState
from office.workdays import clock
from portal.desk import attendances, bars, reusing, story, whereabouts
from portal.desk.access import case_of, require, staff, staff_only
from portal.desk.aiming import aim
from portal.desk.fees import fee_of
from portal.desk.forms import CheckForm, ReceiptForm
from portal.desk.pages import REASONS, deed, page, said_wrong, show_or_save, tried
from portal.desk.parcels import parcels_of
from portal.desk.parties import may_be_heard
from portal.desk.received_forms import numbers_of
from portal.desk.scan_forms import BroughtForm, scan_name
from portal.desk.steps import actions_for, blocked
from portal.files import sheet
from portal.forms import builder
from portal.forms.changes import changes
from portal.recalled import no_longer_holds, revoked_words

TABS = [
    ("desk:case", lazy("申请")),
    ("desk:case-materials", lazy("材料")),
    ("desk:case-reviews", lazy("审查")),
    ("desk:case-procedures", lazy("特别程序")),
    ("desk:case-papers", lazy("文书")),
    ("desk:case-messages", lazy("消息")),
    ("desk:case-history", lazy("经过")),
]
HAS_SIGNED = Exists(SignedOriginal.objects.filter(paper=OuterRef("pk")))
PRIVATE = {"uscc", "phone"}
IDENTITY = {"id_number", "identity"}


def frame(request: HttpRequest, case: Case, at: datetime.datetime, tab: str = "") -> dict[str, Any]:
    """每一页办件都有的：页头、时钟、下一步、标签页、正在审定的报告。"""
    clocks = case.clocks.running().order_by("due_at")
    procedures = list(case.procedures.running().select_related("clock")) if case.procedures_running else []
    names = {one.clock_id: one.name for one in procedures}
    report = Report.objects.with_context().filter(case=case).order_by("-pk").first()
    actions = actions_for(case, request.user, at)
    flags = list(case.flags.select_related("unit", "reason").order_by("raised_at"))
    links = [part for name, title in TABS for part in (str(title), reverse(name, args=[case.number]))]
    return {
        "case": case,
        "clocks": [(one, names.get(one.pk) or clock_label(one.kind)) for one in clocks],
        "actions": [one for one in actions if not one.reason],
        "blocked": blocked(actions),
        "procedures": procedures,
        "flags": flags,
        **barred(case, request.user, at),
        "places": quota.places(case, at) if case.state in WAITING else None,
        "to_explain": any(needs_reason(flag) for flag in flags) and rules.handles(case, request.user),
        "report": report,
        "fee": fee_of(case),
        "parcels": parcels_of(case),
        "ladder": story.ladder(report, at) if report and case.held_at else [],
        "ladder_clocks": story.ladder_clocks(report) if report and case.held_at else [],
        "now_words": rules.what_happens_now(case),
        "somebody_elses": handled_by_another(case, request.user),
        "tabs": links,
        "tab": str(dict(TABS).get(tab, "")),
    }


def handled_by_another(case: Case, user: Any) -> bool:
    """承办科室里审查的人，承办的是别人：说一声，不拦。"""
    if case.handler_id in (None, user.pk) or case.state not in UNDER_WAY:
        return False
    return rules.may_be_handler(case, user)


def barred(case: Case, user: Any, at: datetime.datetime) -> dict[str, Any]:
    """申请人还在申请限制里：凭哪份决定书、到哪天，不予受理在哪里作；没有结果的才说，不是这样的许可不查库。"""
    found = barring.barring(case, at) if case.state in WAITING else None
    if found is None:
        return {}
    before = case.state in BEFORE_ACCEPTANCE
    refusing = before and case.held_at is None and may_refuse(case, user)
    url = reverse("desk:case-refuse-by-rule", args=[case.number]) if refusing else ""
    return {"bar": found, "before_acceptance": before, "refuse_url": url}


def answers(case: Case, *, revealed: bool) -> list[builder.Section]:
    """申请表；证件号和电话平时遮住。"""
    uploads = case.attachments.order_by("pk") if files.file_fields(case.guide.form) else ()
    links = {upload.digest: reverse("hall:file", args=[upload.pk]) for upload in uploads}
    return builder.sections(case.guide.form, case.answers, files=links, cover=as_written if revealed else masked)


def whereabouts_of(case: Case) -> dict[str, Any]:
    """件在谁手里、走到了哪一环、逐手的移交。"""
    passages = whereabouts.passages_of(case)
    under_way = next((one for one in passages if one.state in IN_PASSAGE), None)
    return {
        "flow": whereabouts.flow(case, passages),
        "hands": whereabouts.hands(passages),
        "hands_open": under_way is not None,
        "passage": under_way,
        "differences": case.differences.of_handovers().open(),
    }


def archive_of(case: Case) -> Archive | None:
    """办结了的，档案在哪里。"""
    return Archive.objects.filter(case=case, supplements=None).first() if case.closed_at else None


def as_written(_spec: builder.Spec, words: str) -> str:
    return words


def masked(spec: builder.Spec, words: str) -> str:
    if spec["kind"] in IDENTITY:
        return identity.mask(words)
    return rules.mask_number(words) if spec["kind"] in PRIVATE else words


def retraction_of(case: Case, user: Any) -> dict[str, Any]:
    """最近一次撤回、撤销，这期间的陈述申辩；没有提出过的不查库。"""
    found = case.retractions.with_context().last() if case.has_retractions else None
    if found is None:
        return {}
    told = {"retraction": found, "statements": case.statements.filter(recorded_at__gte=found.proposed_at)}
    if may_be_heard(case, user, found):
        told["hear"] = reverse("desk:case-party", args=[case.number, "hear"])
    return told


# 标签页 ---------------------------------------------------------------


@staff_only
@require_safe
def application(request: HttpRequest, number: str) -> HttpResponse:
    case, at = case_of(request, number), clock.now()
    context = {**frame(request, case, at, "desk:case"), "sections": answers(case, revealed=False)}
    context |= whereabouts_of(case) | changes_of(case, request.user)
    context["recusals"] = case.recusals.select_related("who", "successor") if case.recused else ()
    context["reassignments"] = case.reassignments.select_related("from_unit", "to_unit", "by")
    context["attendances"] = attendances.rows(case.pk) if calls_for(case.item) else ()
    context["archive"] = archive_of(case)
    context |= retraction_of(case, request.user) | bars.told(case, at)
    certificate = letters.certificate_of(case) if case.outcome == Outcome.GRANTED else None
    context["certificate"] = certificate
    context["prior"] = prior_of(case)
    ended = certificate is not None and certificate.ended_as
    context["cancellation"] = Cancellation.objects.filter(case=case).first() if ended else None
    context["revoked"] = revoked_words(case)
    context["may_rectify"] = rules.may_take_in(case, request.user)
    return page(request, "desk/case.html", context, at)


def changes_of(case: Case, user: Any) -> dict[str, Any]:
    """申请人改过、窗口还没有看过的：哪一项、原来的、现在的；没有改过的不查库。"""
    if not case.unseen_changes:
        return {}
    named = {row.material.key: row.material.name for row in case.materials.select_related("material")}
    found = []
    for one in case.amendments.unseen().order_by("made_at", "pk"):
        rows = changes(case.guide.form, one.answers, cover=masked)
        rows += [
            (named.get(key, key), "、".join(was) or _("没有"), "、".join(now)) for key, (was, now) in one.files.items()
        ]
        found += [(*row, one.made_at) for row in rows]
    return {"changes": found, "may_take_in": rules.may_take_in(case, user)}


@deed(allowed=lambda case, user: True)
def reveal(request: HttpRequest, case: Case, at: datetime.datetime) -> HttpResponse:
    """查看申请人完整信息：看一次记一笔，页面不留。"""
    with transaction.atomic():
        Case.lock_by_key(case.pk, wait=True)  # 只记看过，档案销毁了也要记
        journal.record("portal.case.reveal", about=case, by=staff(request), at=at, before=case.state, after=case.state)
    context = {**frame(request, case, at, "desk:case"), "sections": answers(case, revealed=True), "revealed": True}
    context |= whereabouts_of(case)
    return page(request, "desk/case.html", context, at)


@staff_only
@require_safe
def materials(request: HttpRequest, number: str) -> HttpResponse:
    case, at = case_of(request, number), clock.now()
    rows, takes_in = list(reusing.rows_of(case)), rules.may_take_in(case, request.user)
    form = BroughtForm([row for row in rows if takes_in and row.verdict == Verdict.DEFERRED])
    for row in form.rows:
        row.scan, row.numbers = form[scan_name(row)], numbers_of(form, row.material)  # type: ignore[attr-defined]
    context = {
        **frame(request, case, at, "desk:case-materials"),
        "rows": rows,
        "may_take_in": takes_in,
        "pledges": case.pledges.with_context().order_by("pk") if case.has_pledges else (),
    }
    return page(request, "desk/case_materials.html", context, at)


@staff_only
@require_safe
def reviews(request: HttpRequest, number: str) -> HttpResponse:
    case, at = case_of(request, number), clock.now()
    reports = case.reports.order_by("-pk")
    found = Review.every.filter(case=case).select_related("unit", "reviewer", "clock").order_by("order", "pk")
    context = {**frame(request, case, at, "desk:case-reviews"), "reviews": found, "reports": reports}
    if case.guide.decider:
        context["endorsements"] = Endorsement.every.filter(case=case).select_related("unit", "by").order_by("pk")
    context["slips"] = case.slips.select_related("unit", "owner", "answered_by").order_by("turn", "pk")
    return page(request, "desk/case_reviews.html", context, at)


@staff_only
@require_safe
def documents(request: HttpRequest, number: str) -> HttpResponse:
    case, at = case_of(request, number), clock.now()
    rows = list(Paper.objects.about(case).order_by("-pk").select_related("ordered_by").annotate(has_signed=HAS_SIGNED))
    context = {**frame(request, case, at, "desk:case-papers"), "papers": rows}
    context["unsigned"] = {one.pk for one in rows if not one.has_signed and wants_signature(one, case)}
    context["revoked"] = revoked_words(case)
    if case.joint_id:  # 统一出件的送达回证是联办件的，列着这一件
        receipts = case.deliveries.exclude(receipt=None).values("receipt")
        context["receipts"] = Paper.objects.filter(pk__in=receipts).order_by("-pk")
    return page(request, "desk/case_papers.html", context, at)


@staff_only
@require_safe
def history(request: HttpRequest, number: str) -> HttpResponse:
    case, at = case_of(request, number), clock.now()
    return page(
        request,
        "desk/case_history.html",
        {**frame(request, case, at, "desk:case-history"), "events": story.history(case)},
        at,
    )


# 文书 -----------------------------------------------------------------


def paper_of(case: Case, pk: int) -> Paper:
    found: Paper | None = Paper.objects.about(case).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@staff_only
@require_safe
def paper(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """一份文书摆在屏幕上：看一眼，打印，接着走下一步。"""
    case, at = case_of(request, number), clock.now()
    found = paper_of(case, pk)
    told = {"paper": found, "set_aside": no_longer_holds(found, case)}
    if may_be_signed(found):
        told["kept"] = found.signed_originals.select_related("scan").order_by("-pk")
        told["may_sign"] = originals.may_keep(case, staff(request))
    if handing.takes_receipt(found):
        told["takes_receipt"] = True
        mine = rules.may_take_in(case, request.user) and found.state != PaperState.DELIVERED
        told["receipt_form"] = ReceiptForm(initial={"receiver": case.applicant.name}) if mine else None
    told["revoked"] = revoked_words(case) if found.kind == "grant" else ""
    return page(request, "desk/paper.html", {**frame(request, case, at, "desk:case-papers"), **told}, at)


@staff_only
@require_safe
def paper_file(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """文书的 PDF；还没排版的当场排。"""
    case = case_of(request, number)
    found = paper_of(case, pk)
    try:
        found = papers.render_now(found, at=clock.now())
    except (MissingGlyph, Refused) as reason:
        messages.error(request, _("这份文书排不出来：%s") % reason)
        return redirect("desk:case-papers", number)
    if not found.file:
        raise Http404
    return sheet(found.file.open("rb"), f"{found.title} {found.number}.pdf")


@staff_only
@require_POST
def paper_received(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """通知书当面交给了谁：还没排版的先排好，记在文书上。"""
    case, at = case_of(request, number), clock.now()
    found = paper_of(case, pk)
    require(rules.may_take_in(case, request.user))
    form = ReceiptForm(request.POST)
    if not said_wrong(request, form):
        try:
            found = papers.render_now(found, at=at)
            handing.hand(found, case=case, receiver=form.cleaned_data["receiver"], by=staff(request), at=at)
            messages.success(request, _("已记下谁签收的。"))
        except (*REASONS, MissingGlyph, Refused) as reason:
            messages.error(request, str(reason))
    return redirect("desk:case-paper", number, pk)


# 核对材料 -------------------------------------------------------------

AFTER_CHECK = {"confirm", "tell_again", "accept", "ask_to_supplement", "report", "rule", "precedent"}


@staff_only
@show_or_save
def check(request: HttpRequest, number: str) -> HttpResponse:
    """核对材料：逐件记下结果，然后受理、一次性告知、拟否定报告或不予受理。网上来的申请也在这里核对。"""
    case, at = case_of(request, number), clock.now()
    require(rules.may_take_in(case, request.user))
    rows = list(reusing.rows_of(case))
    pledged = {row.material.key for row in rows if row.verdict == Verdict.PLEDGED}
    kept = [row for row in rows if row.material.key not in pledged]
    form = CheckForm(kept, *given_to(request))
    if form.is_bound and _checked(request, case, form, at):
        return redirect(reverse("desk:case-check", args=[number]) + "#next")
    if not form.is_bound:
        aim(form.unchecked())
    context = frame(request, case, at)
    after = [one for one in actions_for(case, request.user, at) if one.name in AFTER_CHECK]
    context |= changes_of(case, request.user)
    context |= {"actions": [one for one in after if not one.reason], "blocked": blocked(after)}
    receipts = Paper.objects.about(case).filter(kind__in=["receipt", "correction_receipt"]).order_by("pk")
    may_pledge = set(pledges.offered(case, at)) - pledged
    context |= {"pledged": [row for row in rows if row.material.key in pledged], "may_pledge": may_pledge}
    offers = list(reuse.in_case(case, at=at).values()) if case.state == CaseState.RECEIVED else []
    return page(request, "desk/check.html", {**context, "form": form, "receipts": receipts, "offers": offers}, at)


def _checked(request: HttpRequest, case: Case, form: CheckForm, at: datetime.datetime) -> bool:
    """记下核对结果。选好的扫描件先存下：别处填得不对，也不用再选一遍。"""
    valid, chosen = form.is_valid(), form.scans()
    if not tried(form, lambda: scans.keep(case, scans=chosen, brought=form.brought(), by=staff(request), at=at), case):
        return False
    if chosen:
        messages.success(request, _("扫描件已存下。"))
        fresh = {row.material.key: row for row in reusing.rows_of(case)}
        form.rows = [fresh[row.material.key] for row in form.rows]
    if not valid:
        return False
    checks = form.checks(rest_ok="rest" in request.POST)
    if not checks:
        if not chosen:
            form.add_error(None, _("还没有核对任何一份材料。"))
        return bool(chosen)
    if not tried(form, lambda: intake.check_materials(case, checks=checks, by=staff(request), at=at), case):
        return False
    messages.success(request, _("核对结果已记下。"))
    return True


@deed(allowed=rules.may_take_in)
def take_earlier(request: HttpRequest, case: Case, at: datetime.datetime) -> HttpResponse:
    """再用以前交过的：申请人当面同意的几份。"""
    keys = request.POST.getlist("keys")
    if "agreed" not in request.POST or not keys:
        messages.error(request, _("请选材料，并确认申请人同意再用。"))
    else:
        reuse.take_in_case(case, keys=keys, by=staff(request), at=at)
        messages.success(request, _("已记下取自哪一件，请接着核对。"))
    return redirect("desk:case-check", case.number)


def given_to(request: HttpRequest) -> tuple[Any, Any]:
    """交来的格子和文件；只是来看的，一样也没有(空的文件也会让表以为交过)。"""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)
