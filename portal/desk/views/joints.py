"""联办件：一件事的各个事项到了哪里、合起来的期限、先出来的结果；登记政府批准的延期。"""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.base import ContentFile
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_safe

from approvals.actions import (
    joint_consents,
    joint_course,
    joint_delivering,
    joint_extension,
    joint_mandates,
    joint_withdrawing,
)
from approvals.models import Case, Confirmation, Joint, JointExtension
from approvals.rules import joints as rules
from approvals.rules import may_take_in, takes_confirmation, what_happens_now
from approvals.rules.mandates import waits_for_authority
from approvals.states import WAITING, CaseState
from office.journal.models import Entry
from office.papers import actions as papers
from office.papers.engine import Refused
from office.papers.fonts import MissingGlyph
from office.papers.models import Paper
from office.steps import available
from office.workdays import clock
from office.workdays.rules import local
from portal.desk import queues, story
from portal.desk.access import require, staff, staff_only
from portal.desk.forms import WithdrawForm, long_text
from portal.desk.pages import page, show_or_save, tried
from portal.desk.scan_forms import ACCEPT
from portal.desk.views.case import given_to
from portal.files import sheet
from portal.forms import fields

PER_PAGE = 25


class ExtendForm(forms.Form):
    """前两样是报请的，后四样是批准的；asking 是只报请：印审批表送签，批准的还没有。"""

    value = forms.IntegerField(label=lazy("延长几个工作日"), min_value=1, max_value=15)
    reason = long_text(lazy("理由"), lazy("会写在延期通知书上，告诉申请人。"), rows=3)

    approver = forms.CharField(
        label=lazy("批准的政府负责人"), max_length=60, error_messages={"required": lazy("请写明谁批准的。")}
    )
    document = forms.CharField(
        label=lazy("批准文件"), max_length=100, error_messages={"required": lazy("请写明批准文件的文号。")}
    )
    scan = forms.FileField(
        label=lazy("签了字的审批表或者批准文件（扫描或拍照）"), help_text=lazy("几页的，合成一个 PDF。"),
        error_messages={"required": lazy("请选择扫描件。"), "empty": lazy("文件是空的，请重新选择。")},
        widget=forms.FileInput(attrs={"accept": ACCEPT, "capture": "environment"}),
    )  # fmt: skip

    def __init__(self, *args: Any, asking: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["approved_on"] = fields.date_field(label=_("批准日期"))
        self.fields["approved_on"].error_messages["required"] = _("请填写批准日期。")
        self.order_fields(["value", "reason", "approver", "document", "approved_on", "scan"])
        for name in ("approver", "document", "approved_on", "scan") if asking else ():
            self.fields[name].required = False


def joint_of(request: HttpRequest, number: str) -> Joint:
    """看得见的联办件。Raises: Http404。"""
    seen = Joint.objects.filter(pk__in=Joint.objects.visible_to(request.user).values("pk"))
    found: Joint = get_object_or_404(seen.with_context(), number=number)
    return found


@staff_only
@require_safe
def joints_list(request: HttpRequest) -> HttpResponse:
    """正在办的联办件，新来的在前。"""
    keys = Joint.objects.visible_to(request.user).under_way().values("pk")
    found = Joint.objects.filter(pk__in=keys).with_context().prefetch_related("branches__guide", "clocks")
    shown = Paginator(found.order_by("-received_at", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    at = clock.now()
    rows = [(one, _limit_left(one, at), *_tally(one)) for one in shown.object_list]
    return page(request, "desk/joints.html", {"page": shown, "rows": rows}, at)


def _limit_left(one: Any, at: Any) -> Any:
    running = [clock for clock in one.clocks.all() if clock.ended_at is None]
    return story.time_left(running[0].due_at, at) if running else None


def _tally(one: Any) -> tuple[int, int]:
    cases = list(one.branches.all())
    return sum(case.state not in WAITING for case in cases), len(cases)


@staff_only
@require_safe
def joint(request: HttpRequest, number: str) -> HttpResponse:
    """一件联办：各件、各自最急的期限、下一步在谁手里。"""
    found, at = joint_of(request, number), clock.now()
    cases = list(queues.with_due(Case.objects.filter(joint=found)).order_by("pk"))
    mine = set(Case.objects.visible_to(request.user).filter(joint=found).values_list("pk", flat=True))
    agent = joint_mandates.of(found)
    context = {
        "joint": found,
        "rows": [
            {"case": case, "left": story.time_left(case.due_at, at) if case.due_at else None,
             "now": what_happens_now(case), "seen": case.pk in mine}
            for case in cases
        ],
        "waiting": list(joint_course.waiting_of(found).select_related("guide").order_by("step", "pk")),
        "clocks": found.clocks.running(),
        "extension": JointExtension.objects.filter(joint=found).first(),
        "papers": Paper.objects.about(found).order_by("pk"),
        "to_hand_out": _to_hand_out(found, request),
        "may_hand_out": rules.may_hand_out(found, request.user),
        "may_consent": rules.may_hand_out(found, request.user) and joint_consents.may_agree(found),
        "may_withdraw": rules.may_hand_out(found, request.user) and not all(rules.stays(case) for case in cases),
        "to_check": _to_check(cases, request.user),
        "to_confirm": _to_confirm(cases, request.user),
        "agent": agent,
        "to_verify": agent is not None and waits_for_authority(agent) and may_take_in(agent.case, request.user),
        "may_extend": any(step.name == "extend" and step.allowed for step in available(found, request.user)),
        "events": [
            {"title": story.title(entry.verb), "at": entry.at, "who": entry.by_name, "text": "", "state": "done"}
            for entry in Entry.objects.about(found).reverse()
        ],
    }  # fmt: skip
    return page(request, "desk/joint.html", context, at)


def _to_hand_out(found: Joint, request: HttpRequest) -> int:
    """综合窗口现在能一次交出几件。"""
    if not rules.may_hand_out(found, request.user):
        return 0
    return sum(not one.why_not for one in joint_delivering.branches_of(found, staff(request)))


def _to_check(cases: list[Case], user: Any) -> Case | None:
    """头一件等我核对材料的；共用的在它里面核对了，别的件照记。"""
    return next((case for case in cases if case.state == CaseState.RECEIVED and may_take_in(case, user)), None)


def _to_confirm(cases: list[Case], user: Any) -> Case | None:
    """头一件等申请人确认的；代为录入的一次确认管各件。"""
    waiting = (case for case in cases if case.unconfirmed and takes_confirmation(case))
    return next((case for case in waiting if may_take_in(case, user)), None)


@staff_only
@require_safe
def paper_file(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """联办件自己的文书：接收凭证、延期通知书；还没排版的当场排。"""
    found = get_object_or_404(Paper.objects.about(joint_of(request, number)), pk=pk)
    found = papers.render_now(found, at=clock.now())
    return sheet(found.file.open("rb"), f"{found.title} {found.number}.pdf")


@staff_only
@show_or_save
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """登记整件事撤回的意愿：申请人到窗口来说的；出一份撤回申请书，他确认一次，还没有结果的各件都撤回。"""
    found, at = joint_of(request, number), clock.now()
    require(rules.may_hand_out(found, request.user))
    cases = list(found.branches.with_context().order_by("pk"))
    if all(rules.stays(case) for case in cases):
        messages.error(request, _("各个事项都有结果，或者已经撤回，没有可以撤回的。"))
        return redirect("desk:joint", number)
    form = WithdrawForm(given_to(request)[0])
    made: list[Confirmation] = []

    def act() -> None:
        reason = form.cleaned_data["reason"]
        made.extend(joint_withdrawing.ask(found, reason=reason, by=staff(request), at=at))

    if form.is_bound and form.is_valid() and tried(form, act, found):
        messages.success(request, _("已登记。请他确认一次：发验证码，或者在撤回申请书上签名，各件一起撤回。"))
        return redirect("desk:case-confirm", made[0].case.number)
    context = {
        "joint": found, "form": form, "wish": joint_withdrawing.wish_of(found),
        "going": [case for case in cases if not rules.stays(case)],
        "kept": [(case, rules.stays(case)) for case in cases if rules.stays(case)],
        "waiting": joint_course.waiting_of(found).select_related("guide").order_by("step", "pk"),
    }  # fmt: skip
    return page(request, "desk/joint_withdraw.html", context, at)


@staff_only
@show_or_save
def extend(request: HttpRequest, number: str) -> HttpResponse:
    """登记政府批准的延期。"""
    found, at = joint_of(request, number), clock.now()
    require(rules.may_extend(found, request.user))
    if "print" in request.POST:
        return _form_to_sign(request, found, at)
    posted = request.method == "POST"
    form = ExtendForm(*(request.POST, request.FILES) if posted else (), initial={"approved_on": local(at).date()})

    def act() -> None:
        told = form.cleaned_data
        scan = told["scan"]
        told = {**told, "scan": (scan.name or "", scan)}
        joint_extension.extend(found, **told, by=staff(request), at=at)

    if form.is_bound and form.is_valid() and tried(form, act, found):
        messages.success(request, _("已登记，延期通知书随即送申请人，审批表在“下一步”里。"))
        return redirect("desk:joint", number)
    return page(request, "desk/joint_extend.html", {"joint": found, "form": form}, at)


def _form_to_sign(request: HttpRequest, found: Joint, at: Any) -> HttpResponse:
    """送签的延期审批表：批准一栏空着，不登记、不占文号。"""
    form = ExtendForm(request.POST, asking=True)
    words: dict[str, Any] = {}

    def act() -> None:
        told = {name: form.cleaned_data[name] for name in ("value", "reason")}
        words.update(joint_extension.form_to_sign(found, **told, by=staff(request), at=at))

    if form.is_valid() and tried(form, act, found):
        try:
            made = papers.unnumbered(
                "extension_form", context=words, prefix=found.window.agency.paper_prefix, at=at,
                number=_("批准以后登记"), instead=_("签批以后另有核验码"), complete=False,
            )  # fmt: skip
            return sheet(ContentFile(made), "extension.pdf")
        except (MissingGlyph, Refused) as reason:
            form.add_error(None, str(reason))
    return page(request, "desk/joint_extend.html", {"joint": found, "form": form}, at)
