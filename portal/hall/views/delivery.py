"""怎样拿结果：申请的时候选一次；送出以前，在查进度页随时可以改。"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from approvals.actions import delivering, delivery_choices, drafts, joints, receiving_desks
from approvals.models import Draft
from office.steps import NotNow
from office.workdays import clock
from portal.forms import delivery
from portal.hall import access
from portal.hall.views.applying import asks_delivery, guides_of, open_draft, page_context, saved, show_or_save
from portal.language import said


@show_or_save
@open_draft
def in_draft(request: HttpRequest, draft: Draft) -> HttpResponse:
    """申请的一步：填了就存，不对的留在这一页；“先保存”的以后再填。联办的选一次，各个事项各存一份。"""
    content = drafts.read(draft)
    rows = list(joints.branches_of(draft.joint)) if draft.joint else [draft]
    if rows[0] != draft or not asks_delivery(draft, content):
        return redirect("hall:apply", draft.token)
    place = draft.joint.matter.window if draft.joint else receiving_desks.chosen(draft.guide, content.desk)
    data = request.POST if request.method == "POST" else None
    form = delivery.draft_form(guides_of(draft), content, data, place=place)
    if form.is_bound:
        done, by, at = form.is_valid(), access.actor(request), clock.now()
        with transaction.atomic():
            for row in rows:
                drafts.save(row, page=drafts.DELIVERY, values=form.stored(), done=done, by=by, at=at)
        content = drafts.read(draft)
        if done or "save" in request.POST:
            return saved(request, draft, drafts.DELIVERY, content)
    context = {"form": form, **page_context(draft, drafts.DELIVERY, content)}
    return render(request, "hall/apply_page.html", context)


@show_or_save
@access.private
def choose(request: HttpRequest, number: str) -> HttpResponse:
    """收件以后选、改选。送出以后的，说明为什么不能再改。"""
    at = clock.now()
    case: Any = access.case_of(request, number, at)
    if case.mandate:
        raise PermissionDenied("代办的人不能改怎样拿结果。")
    choice, late = delivery_choices.chosen_for(case), ""
    try:
        delivery_choices.refuse_late(case)
    except NotNow as reason:
        late = said(reason)
    data, own = request.POST if request.method == "POST" else None, case.user_id == request.user.pk
    form = delivery.form_for(case, choice, data, own=own)
    if form.is_bound and form.is_valid():
        try:
            told = {"way": form.cleaned_data["way"], "to": form.destination(), "how": delivering.ONLINE}
            delivery_choices.choose(case, **told, by=access.actor_for(request, case), at=at)
            messages.success(request, _("记下了，结果照您选的给您。送出以前随时可以改。"))
            return redirect("hall:track-case", number)
        except NotNow as reason:
            form.add_error(None, said(reason))
    return render(request, "hall/delivery.html", {"case": case, "form": form, "late": late})
