"""说“不”的三条路：拟否定报告；依明确规定；参照先例。没有第四条。"""

import datetime
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.models import Post
from approvals.models import Case
from approvals.rules.not_accepting import COMPETENT
from approvals.states import BEFORE_ACCEPTANCE, WAITING
from denials import rules
from denials.actions import register, reports, turns
from denials.actions.statements import Refusal, Statement
from denials.models import LadderPolicy, Precedent
from denials.states import ClockKind, Holding
from office.papers.words import date_words, full_width
from office.workdays import calendar as workdays
from office.workdays import clock
from portal.desk import story
from portal.desk.access import case_of, may, report_of, require, staff, staff_only
from portal.desk.bars import no_place_report, no_place_words, refusal_words
from portal.desk.forms import RefusalForm, ReportForm, ResubmitForm, basis_label, precedent_label
from portal.desk.pages import PREVIEW, done, page, previewed, show_or_save, tried
from portal.desk.views.deeds import filled, given

# 拟否定报告 -----------------------------------------------------------


@staff_only
@show_or_save
def report(request: HttpRequest, number: str) -> HttpResponse:
    """填《拟否定报告登记表》：已知的各栏先填好，旁边是先例，提交之前说清楚接下来怎样、何时。"""
    case, at = case_of(request, number), clock.now()
    require(may(case, request.user, "hold"))
    bases = list(case.guide.bases.order_by("position", "pk"))
    looking = "look" in request.POST
    initial: dict[str, Any] = {"progress": progress(case), "clerk_contact": contact(request, case)}
    initial |= no_place_report(case, at)
    if looking:
        initial = {**request.POST.dict(), "bases": request.POST.getlist("bases")}
    form = ReportForm(bases, None if looking else given(request), initial, early=is_early(case))

    def act(form: Any) -> None:
        reports.file(case, statement=statement(form), by=staff(request), at=at)

    text = f"{request.POST.get('question', '')}{request.POST.get('reasons', '')}"
    return filled(
        request, case, form, "desk/report_form.html", act,
        lambda: done(request, case, _("拟否定报告已提出，已到科室负责人面前。"), "denial_report"), at,
        name=_("拟否定报告"), bases=bases, precedents=precedents(case, text),
        plan=plan(case, request, at), looked=bool(text),
    )  # fmt: skip


def is_early(case: Case) -> bool:
    """还没有受理：说“不”是不予受理。"""
    return case.state in BEFORE_ACCEPTANCE


def statement(form: ReportForm) -> Statement:
    chosen = form.chosen()
    told = form.cleaned_data
    policies = tuple({"title": str(basis), "text": basis.text} for basis in chosen)
    return Statement(
        progress=told["progress"], question=told["question"], reasons=told["reasons"], basis_text=told["basis_text"],
        clerk_contact=told["clerk_contact"], policies=policies, bases=tuple(chosen), why=form.why,
    )  # fmt: skip


def progress(case: Case) -> str:
    """办理答复情况先替他起个头：收件、告知、受理都有日期。"""
    said = [_("%s收件") % date_words(case.received_at)]
    if case.told_once:
        said.append(_("%s一次性告知") % date_words(case.correction.issued_at))
    if case.accepted_at:
        said.append(_("%s受理") % date_words(case.accepted_at))
    return "，".join(said) + "。"


def contact(request: HttpRequest, case: Case) -> str:
    """经办人的电话；没有登记的，用他那个单位的。"""
    user: Any = request.user
    unit = case.intake_unit if user.may("file_denial", case.intake_unit) else case.section
    return user.phone or unit.phone


def precedents(case: Case, text: str) -> list[Precedent]:
    found: list[Precedent] = Precedent.objects.like(case.item, text)
    return found


@dataclass(frozen=True)
class Rung:
    """接下来的一级：谁，最迟何时，到点会怎样。"""

    who: str
    due_at: datetime.datetime
    then: str


def plan(case: Case, request: HttpRequest, at: datetime.datetime) -> list[Rung]:
    """此刻提出，接下来怎样：各级用满时限时的最迟时刻。"""
    user: Any = request.user
    unit = case.intake_unit if user.may("file_denial", case.intake_unit) else case.section
    times = {
        "policy": LadderPolicy.objects.in_force(case.agency, at),
        "special": workdays.calendar_for(case.agency.code).special,
    }
    chiefs = [post for post in turns.chief_posts(SimpleNamespace(section=case.section, unit=unit)) if post]  # type: ignore[arg-type]
    chief_due = rules.chief_due_at(at, **times)
    found = [
        Rung(full_width("、".join(map(str, chiefs))) or _("科室负责人"), chief_due, str(story.THEN[ClockKind.CHIEF]))
    ]
    if deputy := Post.objects.deputy_for(case.section):
        found.append(
            Rung(full_width(str(deputy)), rules.deputy_due_at(chief_due, **times), str(story.THEN[ClockKind.DEPUTY]))
        )
    director = Post.objects.director_of(case.agency)
    last = rules.answer_due_at(at, **times)
    found.append(Rung(str(director or _("局长")), last, _("申请人最迟在这一刻得到明确答复")))
    return found


# 依规定、参照先例 -----------------------------------------------------


@staff_only
@show_or_save
def by_rule(request: HttpRequest, number: str) -> HttpResponse:
    """依明确规定：先引出指南里的条文。"""
    case, at = case_of(request, number), clock.now()
    known = {basis.key: basis for basis in case.guide.bases.order_by("position", "pk")}
    choices = [(key, basis_label(basis)) for key, basis in known.items()]

    def act(form: RefusalForm) -> None:
        refusal = Refusal(**form.words())
        basis = known[form.cleaned_data["authority"]]
        register.refuse_by_rule(case, basis=basis, refusal=refusal, by=staff(request), at=at)

    def words(form: RefusalForm) -> Any:
        return register.by_rule(case, known[form.cleaned_data["authority"]], Refusal(**form.words()))

    return _refuse(request, case, _("依据的条文"), choices, act, words, at)


@staff_only
@show_or_save
def by_precedent(request: HttpRequest, number: str) -> HttpResponse:
    """参照先例：先选出同一事项、结论为不行、仍然有效的先例。"""
    case, at = case_of(request, number), clock.now()
    usable = Precedent.objects.usable().filter(item=case.item, holding=Holding.REFUSE).order_by("-settled_at")
    known = {one.code: one for one in usable[:20]}
    choices = [(code, precedent_label(one)) for code, one in known.items()]

    def act(form: RefusalForm) -> None:
        refusal = Refusal(**form.words())
        precedent = known[form.cleaned_data["authority"]]
        register.refuse_by_precedent(case, precedent=precedent, refusal=refusal, by=staff(request), at=at)

    def words(form: RefusalForm) -> Any:
        return register.by_precedent(case, known[form.cleaned_data["authority"]], Refusal(**form.words()))

    return _refuse(request, case, _("参照的先例"), choices, act, words, at, precedent=True)


def _refuse(
    request: HttpRequest, case: Case, label: str, choices: list[tuple[str, str]], act: Any, words: Any,
    at: datetime.datetime, *, precedent: bool = False,
) -> HttpResponse:  # fmt: skip
    """act 作出决定；words 是决定书要写的依据，预览用。"""
    require(register.may_refuse(case, staff(request)))
    initial = {"progress": progress(case), "clerk_contact": contact(request, case)}
    early = is_early(case)
    if not precedent:
        initial |= refusal_words(case, at) if early else no_place_words(case, at)
    form = RefusalForm(label, choices, given(request), initial, early=early)
    kind = "not_accepted" if early else "refusal"

    def preview() -> bytes:
        return register.preview(case, words(form), by=staff(request), at=at)

    if PREVIEW in request.POST and (shown := previewed(form, preview)):
        return shown
    return filled(
        request, case, form, "desk/refuse.html", act,
        lambda: done(request, case, _("决定已作出并报备，决定书可以打印了。"), kind), at,
        name=_("不予受理") if early else _("不予许可"), early=early,
        possible=bool(choices) and case.state in WAITING, precedent=precedent,
    )  # fmt: skip


# 报告页 ---------------------------------------------------------------


@staff_only
@require_safe
def ladder(request: HttpRequest, number: str) -> HttpResponse:
    """报告：登记表各栏，到了哪一级，每一级说了什么。"""
    found, at = report_of(request, number), clock.now()
    context = {
        "report": found,
        "events": story.ladder(found, at),
        "clocks": story.ladder_clocks(found),
        "late": found.latenesses.select_related("post", "user").order_by("noticed_at"),
        "may_resubmit": found.state == "returned" and rules.as_filer(found, request.user),
        "case_visible": Case.objects.visible_to(request.user).filter(pk=found.case_id).exists(),
    }
    return page(request, "desk/report.html", context, at)


@staff_only
@show_or_save
def resubmit(request: HttpRequest, number: str) -> HttpResponse:
    """补充后重报：回到退回的那一级。"""
    found, at = report_of(request, number), clock.now()
    require(rules.as_filer(found, request.user))
    initial = {"reasons": found.reasons, "basis_text": found.basis_text}
    initial |= {name: getattr(found, name) for name in ("not_accepting", *COMPETENT)}
    form = ResubmitForm(given(request), initial=initial, early=is_early(found.case))
    if form.is_bound and form.is_valid():
        told = {name: form.cleaned_data[name] for name in ("reply", "reasons", "basis_text")}
        told["why"] = form.why if form.early else None
        if tried(form, lambda: reports.resubmit(found, **told, by=staff(request), at=at), found):
            return redirect("desk:report", number)
    asked = found.turns.filter(verdict="send_back").select_related("post").order_by("-pk").first()
    return page(request, "desk/resubmit.html", {"report": found, "form": form, "asked": asked}, at)
