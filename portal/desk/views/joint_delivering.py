"""统一出件：综合窗口把一件事里能交的结果一次交出去；签了名的那一份送达回证存一次，各件都有。"""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.base import ContentFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from agencies.models import User
from approvals.actions import joint_consents, joint_course, joint_delivering, letters, originals, serving
from approvals.models import Case, DeliveryChoice, Joint, SignedOriginal
from approvals.rules import joints as rules
from approvals.rules.originals import may_be_signed
from catalog.states import DeliveryWay
from office.papers import actions as papers
from office.papers.engine import Refused
from office.papers.fonts import MissingGlyph
from office.papers.models import Paper
from office.papers.states import PaperState
from office.workdays import clock
from office.workdays.rules import local
from portal.desk.access import require, staff, staff_only
from portal.desk.forms import CollectForm, ConsentForm
from portal.desk.pages import page, show_or_save, tried
from portal.desk.views.case import given_to
from portal.desk.views.joints import joint_of
from portal.desk.views.originals import SignedForm
from portal.files import sheet

SIGNED_ONCE = ("delivery", "electronic_consent")


class HandOutForm(CollectForm):
    """交哪几件、交给谁；能交的先勾上，申请人选了邮寄、电子送达的不勾，他来领也交得。"""

    cases = forms.MultipleChoiceField(
        label=lazy("交哪几件"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": lazy("请至少选一件。"), "invalid_choice": lazy("有一件现在不能交了，请再选一遍。")},
    )  # fmt: skip
    second = forms.ModelChoiceField(
        User.objects.none(), label=lazy("另一名送达人"), empty_label=lazy("只有我一人"), required=False,
        help_text=lazy("两个人一起送达的选上，两人的名字都印在送达回证上。"),
    )  # fmt: skip

    def __init__(self, ready: list[Case], servers: list[User], *args: Any, blank: bool = False, **kwargs: Any) -> None:
        """blank 是先印空白回证：领取人还没有填。"""
        super().__init__(*args, **kwargs)
        ways = dict(DeliveryChoice.objects.filter(case__in=ready).values_list("case", "way"))
        self.fields["cases"].choices = [(case.number, self._words(case, ways)) for case in ready]  # type: ignore[attr-defined]
        here = [case.number for case in ready if ways.get(case.pk, DeliveryWay.WINDOW) == DeliveryWay.WINDOW]
        self.fields["cases"].initial = here
        people = User.objects.filter(pk__in=[one.pk for one in servers]).order_by("full_name", "pk")
        self.fields["second"].queryset = people  # type: ignore[attr-defined]
        self.order_fields(["cases", "collector", "id_kind", "id_number", "relation", "second"])
        self.blank = blank
        for name in ("collector", "id_number") if blank else ():
            self.fields[name].required = False

    @staticmethod
    def _words(case: Case, ways: dict[int, str]) -> str:
        chosen = ways.get(case.pk)
        told = [case.get_state_display(), case.number]
        if chosen:
            told.append(_("申请人选的%s") % DeliveryWay(chosen).label)
        return f"{case.guide.name}（{'，'.join(told)}）"

    def clean(self) -> dict[str, Any]:
        return self.cleaned_data if self.blank else super().clean()


@staff_only
@show_or_save
def deliver(request: HttpRequest, number: str) -> HttpResponse:
    """统一出件：勾选、核对领取人，一次登记；还没排版的决定书先当场排好。"""
    found, at, user = joint_of(request, number), clock.now(), staff(request)
    require(rules.may_hand_out(found, user))
    branches = joint_delivering.branches_of(found, user)
    # 连按两下的第二下，选的几件已经交出：照样认得，由动作答复还是那一次
    ready = [one.case for one in branches if not one.why_not or (request.method == "POST" and one.case.delivered_at)]
    blank = "print" in request.POST
    given = given_to(request)[0]
    form = HandOutForm(
        ready, joint_delivering.servers(found, user), given, blank=blank, initial={"collector": found.applicant.name}
    )
    chosen: list[Case] = []
    if form.is_bound and form.is_valid():
        wanted = set(form.cleaned_data.pop("cases"))
        chosen = [case for case in ready if case.number in wanted]
        if blank:
            if (made := _blank(form, found, chosen, user, at)) is not None:
                return made
        elif tried(form, lambda: _hand_out(form, found, chosen, user, at), found):
            messages.success(request, _("已记下，各件都算送达；送达回证在“下一步”里，打印给他签名。"))
            return redirect(reverse("desk:joint", args=[number]) + "#next")
    context = {
        "joint": found, "form": form, "ready": [one for one in branches if not one.why_not],
        "papers": [(one.case, list(serving.results_of(one.case))) for one in branches if not one.why_not],
        "not_yet": [one for one in branches if one.why_not],
        "waiting": joint_course.waiting_of(found).select_related("guide").order_by("step", "pk"),
    }  # fmt: skip
    return page(request, "desk/joint_deliver.html", context, at)


def _hand_out(form: HandOutForm, found: Joint, chosen: list[Case], user: User, at: Any) -> None:
    for case in chosen:
        for paper in serving.results_of(case):
            if paper.state == PaperState.ORDERED:
                papers.render_now(paper, at=at)
    joint_delivering.hand_out(found, cases=chosen, **form.cleaned_data, by=user, at=at)


def _blank(form: HandOutForm, found: Joint, chosen: list[Case], user: User, at: Any) -> HttpResponse | None:
    """先印的送达回证，当面签名用；排不出的写在表单上。"""
    told = {"number": _("签收以后登记"), "instead": _("先印的：签收以后登记，文号、核验码见登记的那一份。")}
    left = joint_delivering.left_of(found, {case.pk for case in chosen}, user)
    context, prefix = letters.blank_joint_delivery(found, chosen, left, by=user), found.window.agency.paper_prefix
    try:
        made = papers.unnumbered("delivery", context=context, prefix=prefix, at=at, **told, complete=False)
        return sheet(ContentFile(made), "delivery.pdf")
    except (MissingGlyph, Refused) as reason:
        form.add_error(None, str(reason))
        return None


@staff_only
@show_or_save
def electronic(request: HttpRequest, number: str) -> HttpResponse:
    """整件事的电子送达确认书：申请人当面同意的登记、打印给他签一次名；收回也在这里。"""
    found, at = joint_of(request, number), clock.now()
    require(rules.may_hand_out(found, staff(request)))
    paper = joint_consents.standing(found)
    if paper is None and not joint_consents.may_agree(found):
        messages.error(request, joint_consents.NOTHING)
        return redirect("desk:joint", number)
    form = ConsentForm(given_to(request)[0])

    def act() -> None:
        if form.cleaned_data["doing"] == ConsentForm.AGREE:
            joint_consents.agree(found, how=joint_consents.AT_WINDOW, by=staff(request), at=at)
            messages.success(request, _("已登记同意，请打印确认书给他签一次名，再存签名页。"))
        else:
            joint_consents.take_back(found, by=staff(request), at=at)
            messages.success(request, _("已收回，还没有送达的各件用纸质送达。"))

    if form.is_bound and form.is_valid() and tried(form, act, found):
        return redirect(reverse("desk:joint", args=[number]) + "#next")
    context = {"joint": found, "form": form, "paper": paper, "documents": letters.CONSENTED_TOGETHER}
    return page(request, "desk/joint_electronic.html", context, at)


@staff_only
@show_or_save
def signed(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """存统一出件的签名页：签一次名、存一次，列在上面的各件都有。"""
    found, at = joint_of(request, number), clock.now()
    require(rules.may_hand_out(found, staff(request)))
    paper = get_object_or_404(Paper.objects.about(found), pk=pk)
    if not (may_be_signed(paper) and paper.kind in SIGNED_ONCE):
        raise Http404
    first = {"signer": found.applicant.name, "signed_on": local(at).date()}
    form = SignedForm(*given_to(request), initial=first)

    def act() -> None:
        told = form.cleaned_data
        scan = told["scan"]
        who = {"signer": told["signer"], "signed_on": told["signed_on"], "name": scan.name or "", "content": scan}
        originals.keep_together(paper, joint=found, **who, by=staff(request), at=at)

    if form.is_bound and form.is_valid() and tried(form, act, found):
        messages.success(request, _("签名页已存进列在上面的各件。"))
        return redirect("desk:joint", number)
    kept = SignedOriginal.objects.filter(paper=paper).select_related("scan", "kept_by", "case").order_by("-pk")
    return page(request, "desk/joint_signed.html", {"joint": found, "form": form, "paper": paper, "kept": kept}, at)
