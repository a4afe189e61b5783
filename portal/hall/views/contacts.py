"""首问：在网上问一句；问过的事到了哪一步，凭编号和查询码看；办到了、没有解决，都可以说一声。"""

import secrets

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agencies.models import User
from approvals.actions import contacts
from approvals.states import ContactClockKind, ContactState
from catalog.models import Item
from office.papers import actions as papers
from office.papers.engine import Refused
from office.papers.fonts import MissingGlyph
from office.papers.models import Paper
from office.steps import NotNow
from office.workdays import clock
from office.workdays.rules import local
from portal.cached import within_limit
from portal.files import attachment
from portal.hall import access
from portal.hall.forms import AgainForm, AskForm
from portal.language import said
from portal.settings.addresses import client_address

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
MOST, ASK_WINDOW = 5, 600  # 同一地址十分钟至多问五句
ASKED = "asked"  # 会话里：在这里问的，页上给看查询码
DONE = "群众在网上说办到了。"  # 记进首问，一律中文


@require_http_methods(["GET", "HEAD", "POST"])
@access.private
def ask(request: HttpRequest) -> HttpResponse:
    """咨询：不用登录；从指南点过来的，带着事项。问了当场有编号、查询码、首问责任人和答复的期限。"""
    at = clock.now()
    item = Item.objects.published_on(local(at).date()).filter(code=request.GET.get("item", "")[:60]).first()
    form = AskForm(request.POST if request.method == "POST" else None, initial={"key": secrets.token_urlsafe(16)})
    status = 200
    if form.is_bound and form.is_valid():
        told = form.cleaned_data
        if not within_limit(f"ask:{client_address(request)}", MOST, ASK_WINDOW):
            form.add_error(None, _("提交太频繁，请十分钟后再试。"))
            status = 429
        else:
            try:
                made = contacts.ask_online(
                    asked=told["asked"], phone=told["phone"], item=item, key=f"ask-{told['key']}",
                    by=access.actor(request), at=at,
                )  # fmt: skip
            except NotNow as reason:
                form.add_error(None, said(reason))
            else:
                access.grant(request, made.number, at)
                request.session[ASKED] = [*request.session.get(ASKED, []), made.number][-MOST:]
                messages.success(request, _("收到了。请记下编号和查询码，凭它们看答复。"))
                return redirect("hall:contact", made.number)
    guide = item.guide_on(local(at).date()) if item else None
    return render(request, "hall/ask.html", {"form": form, "guide": guide}, status=status)


@require_safe
@access.private
def contact(request: HttpRequest, number: str) -> HttpResponse:
    """一件首问到了哪一步。"""
    at = clock.now()
    found = access.contact_of(request, number, at)
    running = found.clocks.running().order_by("due_at")
    context = {
        "contact": found,
        "code": found.query_code if number in request.session.get(ASKED, []) else "",
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
