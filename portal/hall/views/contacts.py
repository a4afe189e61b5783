"""首问：问过的事到了哪一步，凭编号和查询码看；办到了、没有解决，都可以说一声。"""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from agencies.models import User
from approvals.actions import contacts
from approvals.states import ContactClockKind, ContactState
from office.papers import actions as papers
from office.papers.engine import Refused
from office.papers.fonts import MissingGlyph
from office.papers.models import Paper
from office.steps import NotNow
from office.workdays import clock
from portal.cached import within_limit
from portal.files import attachment
from portal.hall import access
from portal.hall.forms import AgainForm

S = ContactState
NOW = {
    S.OPEN: gettext_lazy("首问责任人正在办，会给您一个去处：答复、收件，或告诉您归谁、怎么去。"),
    S.COORDINATING: gettext_lazy("归哪家办还要协调，由负责人定，有期限；不用您自己去问。"),
    S.REFERRED: gettext_lazy("请照下面写的去办。没有办到，请告诉我们，我们接着办。"),
    S.ANSWERED: gettext_lazy("已经答复您。"),
    S.CASE: gettext_lazy("已经收成办件，凭办件编号和它的查询码看进度。"),
    S.SERVED: gettext_lazy("您的事已经有人接办。"),
}
PROMISES = {
    ContactClockKind.CONCLUDE: gettext_lazy("我们最迟在这一刻给您去处："),
    ContactClockKind.COORDINATE: gettext_lazy("最迟在这一刻定下由谁办："),
    ContactClockKind.FOLLOW_UP: gettext_lazy("我们会在这之前回访您："),
}
AGAIN = (S.ANSWERED, S.REFERRED, S.SERVED)
TIMES, WINDOW = 5, 24 * 3600
DONE = "群众在网上说办到了。"  # 记进首问，一律中文


@require_safe
@access.private
def contact(request: HttpRequest, number: str) -> HttpResponse:
    """一件首问到了哪一步。"""
    at = clock.now()
    found = access.contact_of(request, number, at)
    running = found.clocks.running().order_by("due_at")
    context = {
        "contact": found,
        "now_words": NOW[S(found.state)],
        "promises": [(PROMISES[ContactClockKind(one.kind)], one, one.due_at <= at) for one in running],
        "referral": found.referrals.order_by("-pk").first(),
        "paper": Paper.objects.about(found).of_kind("referral").in_force().order_by("-pk").first(),
        "may_confirm": found.state == S.REFERRED,
        "form": AgainForm() if found.state in AGAIN else None,
    }
    return render(request, "hall/contact.html", context)


@require_POST
@access.private
def done(request: HttpRequest, number: str) -> HttpResponse:
    """办到了：替首问责任人省一次回访。"""
    at = clock.now()
    found = access.contact_of(request, number, at)
    try:
        contacts.follow_up(found, step="confirm", note=DONE, by=User.objects.system(), at=at)
        messages.success(request, _("谢谢您告诉我们。"))
    except NotNow:
        messages.info(request, _("已经记下了，不用再说一遍。"))
    return redirect("hall:contact", number)


@require_POST
@access.private
def again(request: HttpRequest, number: str) -> HttpResponse:
    """没有解决：回到首问责任人手里。"""
    at, form = clock.now(), AgainForm(request.POST)
    found = access.contact_of(request, number, at)
    if not within_limit(f"again:{number}", TIMES, WINDOW):
        messages.info(request, _("今天已经说过几次了，我们正在办；着急的话，请打电话。"))
    elif form.is_valid():
        try:
            contacts.reopen(found, text=form.cleaned_data["text"], by=User.objects.system(), at=at)
            messages.success(request, _("收到了。首问责任人会接着办。"))
        except NotNow:
            messages.info(request, _("首问责任人已经在办，不用再说一遍。"))
    return redirect("hall:contact", number)


@require_safe
@access.private
def paper(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """引导单；还没排版的当场排。"""
    at = clock.now()
    slips = Paper.objects.about(access.contact_of(request, number, at)).of_kind("referral").in_force()
    found = slips.filter(pk=pk).first()
    if found is None:
        raise Http404
    try:
        made = papers.render_now(found, at=at)
    except (MissingGlyph, Refused):
        messages.warning(request, _("这份文书正在制作，请稍后再试；急用请打窗口电话。"))
        return redirect("hall:contact", number)
    return attachment(made.file, f"{made.title} {made.number}.pdf", "application/pdf")
