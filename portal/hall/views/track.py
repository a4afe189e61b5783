"""查进度：凭编号和查询码，不用账号；补正、要求听证、陈述也在这里。"""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from approvals.actions import correction, drafts
from approvals.actions import hearing as hearings
from approvals.actions import parties as deeds
from approvals.actions.files import BadUpload
from approvals.actions.joints import PREFIX
from approvals.models import Case, CaseMaterial, Contact, Joint
from approvals.rules import MAX_UPLOAD, takes_confirmation
from approvals.rules.delivery import ways_of
from approvals.rules.mandates import runs_at
from approvals.states import HearingState
from office.steps import NotNow
from office.workdays import clock
from portal.hall import access, agents, fees, parties, story, telling
from portal.hall.forms import HearingForm, StateForm, TrackForm
from portal.hall.ladder_words import how_to, ladder_words
from portal.hall.now_words import now_words
from portal.hall.procedure_words import running_procedures
from portal.language import said
from portal.recalled import is_set_aside
from supervision.rules import is_finished

show_or_save = require_http_methods(["GET", "HEAD", "POST"])
PAGE_OF: dict[type, str] = {Contact: "hall:contact", Joint: "hall:joint"}
private = access.private


@show_or_save
@private
def find(request: HttpRequest) -> HttpResponse:
    """查进度：编号或查询码不对，答复只有一种，不说是哪一个不对。"""
    form = TrackForm(request.POST if request.method == "POST" else None, initial={"number": request.GET.get("number")})
    if form.is_bound and form.is_valid():
        number, at = form.cleaned_data["number"], clock.now()
        if not access.may_guess(request, number):
            form.add_error(None, _("查询太频繁，请十分钟后再试；着急的话，请打咨询电话。"))
            return render(request, "hall/track.html", {"form": form}, status=429)
        if found := access.find_by_code(number, form.cleaned_data["code"]):
            access.grant(request, found.number, at)
            name = PAGE_OF.get(type(found), "hall:track-case")
            return redirect(name, found.number)
        if (mandate := access.find_by_agent_code(number, form.cleaned_data["code"])) and runs_at(mandate, at):
            access.grant(request, number, at, mandate)
            return redirect("hall:joint" if number.startswith(PREFIX) else "hall:track-case", number)
        if party := parties.find(number, form.cleaned_data["code"]):
            parties.grant(request, party, at)
            return redirect("hall:party", party.case.number)
        form.add_error(None, _("没有查到。请对照接收凭证、引导单或短信，检查编号和查询码。"))
    return render(request, "hall/track.html", {"form": form})


@require_safe
@private
def case(request: HttpRequest, number: str) -> HttpResponse:
    """一件办件的进度。查询码过了时候、收藏的网址再来，都回去凭码查；有没有这一件，答复一样。"""
    at = clock.now()
    if request.user.is_anonymous and not access.granted(request, number, at):
        messages.info(request, _("请再输一次查询码：为了您的资料不让别人看到，输过的两小时有效。"))
        return redirect(f"{reverse('hall:track')}?{urlencode({'number': number})}")
    found = access.told_case_of(request, number, at)
    entries, over = telling.entries_of(found), story.is_over(found)
    found.revoked = story.retracted(entries)
    report = None if over else telling.report_of(found)
    context = {
        "case": found,
        "now_words": now_words(found),
        "stages": story.stages(found),
        "over": over,
        "holder": story.holder(found),
        "deciding": story.deciding(found),
        "promises": story.promises(story.clocks_of(found), at),
        "events": story.events(entries),
        "documents": story.documents(found),
        "certificate": story.certificate_of(found),
        "fee": fees.fee_of(found),
        "agents": agents.agents_of(found, at),
        "ladder": ladder_words(found, report),
        "how_to": how_to(report),
        "procedures": running_procedures(found),
        "refused": story.is_refused(found),
        "set_aside": is_set_aside(found),
        "retracting": story.retracting(entries),
        "may_supplement": story.may_supplement(found) and story.may_do(found, "supplement"),
        "may_bring": story.may_bring(found) and story.may_do(found, "supplement"),
        "may_post": story.may_post(found) and story.may_do(found, "supplement"),
        "parcels": telling.parcels_of(found),
        "may_withdraw": story.may_withdraw(found) and story.may_do(found, "withdraw"),
        "may_state": story.may_do(found, "hearing"),
        "may_contact": story.may_do(found, "contact"),
        "may_rate": is_finished(found) and not found.mandate,
        "may_choose_delivery": story.may_choose_delivery(found),
        "ways": ways_of(found),
        "before_acceptance": story.is_before_acceptance(found) and not found.mandate,
        "must_come": story.must_come(found),
        "may_confirm": found.unconfirmed and takes_confirmation(found) and not found.mandate,
        "own_account": request.user.pk is not None and found.user_id == request.user.pk and not found.mandate,
        "may_pledge": found.has_pledges or (found.guide.informed_commitment and story.is_before_acceptance(found)),
        "enquiries": telling.enquiries_of(found),
    }
    return render(request, "hall/case.html", context)


@show_or_save
@private
def supplement(request: HttpRequest, number: str) -> HttpResponse:
    """网上补正：只交告知书上列的，别的不用再交。"""
    at = clock.now()
    found: Any = access.case_of(request, number, at)
    if not story.may_supplement(found):
        messages.info(request, _("这件申请现在不需要补材料。"))
        return redirect("hall:track-case", number)
    lines = list(found.correction.current_lines().select_related("case_material__material").order_by("pk"))
    fault = ""
    if request.method == "POST":
        files = {line.case_material.material.key: chosen(request, line.case_material) for line in lines}
        files = {key: given for key, given in files.items() if given}
        fault = _answer(request, found, files) if files else _("请至少选择一份文件。")
        if not fault:
            return redirect("hall:track-case", number)
    context = {"case": found, "lines": lines, "fault": fault, "megabytes": MAX_UPLOAD // 1048576}
    context["amends"] = [] if found.mandate else [line for line in lines if correction.is_its_form(line)]
    context["notice"] = story.paper_of(found, "correction")
    return render(request, "hall/supplement.html", context)


def chosen(request: HttpRequest, row: CaseMaterial) -> list[tuple[str, UploadedFile]]:
    """这一份选的文件：原文件名、内容。"""
    given: Iterable[Any] = request.FILES.getlist(f"file-{row.material.key}")
    return [(each.name, each) for each in given]


def _answer(request: HttpRequest, case: Case, files: dict[str, list[tuple[str, UploadedFile]]]) -> str:
    """补交；收不下时返回一句原因。"""
    try:
        drafts.supplement(case, files=files, by=access.actor_for(request, case), at=clock.now())
    except (BadUpload, NotNow) as reason:
        return said(reason)
    if story.may_supplement(case):
        messages.success(request, _("收到了。还有没补的，请在期限前补齐。"))
    else:
        messages.success(request, _("材料已补齐，窗口会重新核对，五个工作日内答复您。"))
    return ""


@show_or_save
@private
def hearing(request: HttpRequest, number: str) -> HttpResponse:
    """要求听证：被告知以后五个工作日内，网上就可以提。"""
    at = clock.now()
    found = access.case_of(request, number, at)
    told = found.hearings.filter(state=HearingState.TOLD, request_due_at__gt=at).first()
    if told is None:
        messages.info(request, _("现在没有可以要求的听证：没有告知过，或者已经过了提出的期限。"))
        return redirect("hall:track-case", number)
    form = HearingForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            hearings.request(told, text=form.cleaned_data["text"], by=access.actor_for(request, found), at=at)
            messages.success(request, _("收到您的听证要求，二十个工作日内组织，至少提前七个工作日通知您时间、地点。"))
        except NotNow as reason:
            messages.error(request, said(reason))
        return redirect("hall:track-case", number)
    return render(request, "hall/hearing.html", {"case": found, "hearing": told, "form": form})


@show_or_save
@private
def state(request: HttpRequest, number: str) -> HttpResponse:
    """陈述、申辩：告知要撤回、撤销以后，审定以前，网上就可以写；窗口、书面的一样算。"""
    at = clock.now()
    found = access.case_of(request, number, at)
    if not deeds.being_retracted(found):
        messages.info(request, _("现在没有要您陈述、申辩的事。"))
        return redirect("hall:track-case", number)
    form = StateForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            deeds.state_online(found, text=form.cleaned_data["text"], by=access.actor_for(request, found), at=at)
            messages.success(request, _("收到您的陈述、申辩。领导审定以前会看，采纳没有、为什么，写在决定书里。"))
        except NotNow as reason:
            messages.error(request, said(reason))
        return redirect("hall:track-case", number)
    one = found.retractions.open().get()
    return render(request, "hall/state.html", {"case": found, "retraction": one, "form": form})
