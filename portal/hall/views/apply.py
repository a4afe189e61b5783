"""网上申请：一页一页填，填了就存；核对，提交，回执。"""

import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from approvals.actions import drafts, duplicates, files, joint_mandates, joints, leftovers, mandates, receiving_desks
from approvals.models import Case, Draft
from approvals.rules.attendances import calls_for
from approvals.rules.mandates import may_submit
from approvals.states import ApplicantKind
from catalog.rules import takes_online
from catalog.rules.forms import settled
from catalog.rules.joints import common_audiences
from catalog.states import Requirement
from office.identity import IdentityKind
from office.steps import NotNow
from office.workdays import clock
from portal.forms import builder, delivery, desks
from portal.forms.entrusted import EntrustedForm, kept
from portal.forms.person import PersonForm, identity_index
from portal.hall import access, story
from portal.hall.views.apply_pages import attach_all
from portal.hall.views.applying import (
    Step,
    alone,
    asks_delivery,
    guides_of,
    material_rows,
    open_draft,
    page_context,
    saved,
    show_or_save,
    steps_of,
    warned_of,
)
from portal.hall.views.guide import current_guide
from portal.language import said

MOST_WORDS = 300


@require_POST
def start(request: HttpRequest, code: str) -> HttpResponse:
    """开始申请。"""
    guide = current_guide(code)
    if not takes_online(guide):
        raise Http404
    by, at = access.actor(request), clock.now()
    try:
        draft = drafts.start(guide=guide, by=by, at=at, user=access.citizen_of(request))
    except NotNow as reason:
        messages.error(request, said(reason))
        return redirect("hall:guide", code)
    access.draft_of(request, draft.token)
    return redirect("hall:apply-person", draft.token)


@require_safe
@open_draft
@alone
def overview(request: HttpRequest, draft: Draft) -> HttpResponse:
    """一览：填到哪里了，从哪里接着填。"""
    content = drafts.read(draft)
    steps = steps_of(draft, content)
    tasks = [
        {
            "title": step.title,
            "href": step.url,
            "status": _("已填好") if step.done else _("还没填好"),
            "tone": "good" if step.done else "quiet",
        }
        for step in steps
    ]
    current = draft.guide.item.guide_on(clock.now().date())
    context = {
        "draft": draft,
        "takes_earlier": content.takes_earlier,
        "tasks": tasks,
        "following": next((step for step in steps if not step.done), None),
        "outdated": current is not None and current != draft.guide,
        "address": request.build_absolute_uri(),
        "kept_until": leftovers.kept_until(draft),
    }
    return render(request, "hall/apply.html", context)


@show_or_save
@open_draft
def person(request: HttpRequest, draft: Draft) -> HttpResponse:
    content = drafts.read(draft)
    audiences = audiences_of(draft)
    if request.method != "POST":
        form = PersonForm(audiences, initial=content.person or known_person(request))
        agent = EntrustedForm(initial=content.agent)
        desk = desk_form(draft, content)
        return render(request, "hall/apply_page.html", person_context(draft, form, agent, desk, content))
    form, agent = PersonForm(audiences, request.POST), EntrustedForm(request.POST, request.FILES)
    desk = desk_form(draft, content, request.POST)
    done, by = all([form.is_valid(), agent.is_valid(), desk is None or desk.is_valid()]), access.actor(request)
    given = None
    if takes_agent(draft):
        faults = attach_all(request, draft, {"agent-scan": mandates.SCAN_KEY}, only="agent-scan")
        for fault in faults.get("agent-scan", ()):
            agent.add_error("scan", fault)
        done, given = done and not faults, agent.stored()
    told: dict[str, Any] = {
        "values": form.stored(), "done": done, "agent": given, "by": by, "at": clock.now(),
        "desk": desk.cleaned_data.get("desk", "") if desk is not None else None,
    }  # fmt: skip
    for one in joints.branches_of(draft.joint) if draft.joint else [draft]:  # 联办的各个事项是同一个人
        drafts.save(one, page=drafts.PERSON, **told)
    content = drafts.read(draft)
    if done or "save" in request.POST:
        return saved(request, draft, drafts.PERSON, content)
    return render(request, "hall/apply_page.html", person_context(draft, form, agent, desk, content))


def desk_form(draft: Draft, content: drafts.Content, data: Any = None) -> desks.DeskForm | None:
    """几个受理点都收的要选一个；一件事由综合窗口收，有先由镇街调查的，选住在哪个镇街。"""
    if draft.joint is None:
        return desks.form_for(draft.guide, data, kept=content.desk)
    return desks.for_joint(draft.joint.matter.window, guides_of(draft), data, kept=content.desk)


def takes_agent(draft: Draft) -> bool:
    return not in_person(draft)


def in_person(draft: Draft) -> str:
    """为什么不能由代理人递交；一件事里有一个要本人到场的就不能。可以的是空串。"""
    return next((why for guide in guides_of(draft) if (why := may_submit(guide.item))), "")


def person_context(
    draft: Draft, form: PersonForm, agent: EntrustedForm, desk: desks.DeskForm | None, content: drafts.Content
) -> dict[str, Any]:
    shown = {"agent": agent if takes_agent(draft) else None, "scans": mandate_scans(draft), "desk": desk}
    return {"form": form, **shown, "in_person": in_person(draft), **page_context(draft, drafts.PERSON, content)}


def mandate_scans(draft: Draft) -> Any:
    """传上来的委托书；一件事的，传在哪个事项名下都算。"""
    return joint_mandates.scans(joints.branches_of(draft.joint) if draft.joint else [draft])


def audiences_of(draft: Draft) -> list[str]:
    """面向谁：联办的，是每个事项都面向的。"""
    if draft.joint is None:
        return list(draft.guide.item.audiences)
    return common_audiences(row.guide.item for row in joints.branches_of(draft.joint))


def known_person(request: HttpRequest) -> dict[str, str]:
    """登录的人：姓名、电话先替他填上。"""
    user = access.citizen_of(request)
    return {"name": user.full_name, "phone": user.phone} if user else {}


@require_safe
@open_draft
@alone
def check(request: HttpRequest, draft: Draft) -> HttpResponse:
    """核对：交之前全部看一遍。"""
    return render(request, "hall/apply_check.html", check_context(draft, drafts.read(draft)))


def check_context(draft: Draft, content: drafts.Content) -> dict[str, Any]:
    """核对页上的；提交时发现以前申请过的，还是这一页。"""
    form = PersonForm(draft.guide.item.audiences, content.person)
    rows = material_rows(draft, {}, content)
    return {
        "draft": draft,
        "person": person_rows(form),
        "desk": receiving_desks.chosen(draft.guide, content.desk) if desk_form(draft, content) else None,
        "agent": kept(content.agent).rows() if content.agent else (),
        "scans": mandate_scans(draft) if content.agent else (),
        "sections": builder.sections(draft.guide.form, content.answers, files=draft_files(draft)),
        "rows": rows,
        "lacking": [row["material"] for row in rows if row["lacking"]],
        "delivery": delivery.rows_of(content.delivery) if asks_delivery(draft, content) else (),
        "todo": unfinished(draft, content),
        "total": len(steps_of(draft, content)) + 1,
        "warned": warned_of([draft], content, clock.now()),
    }


def draft_files(draft: Draft) -> dict[str, str]:
    """申请表里的附件：摘要 → 网址。"""
    uploads = draft.uploads.filter(material_key__startswith=files.form_key("")).order_by("pk")
    return {upload.digest: reverse("hall:apply-file", args=[draft.token, upload.pk]) for upload in uploads}


def person_rows(form: PersonForm) -> list[builder.Row]:
    kinds = dict(form.fields["kind"].choices)  # type: ignore[attr-defined]
    said = {name: str(form.data.get(name, "")) for name in form.fields}
    organisation = said["kind"] == ApplicantKind.ORGANISATION
    said["kind"] = str(kinds.get(said["kind"], "")) if len(kinds) > 1 else ""
    if "id_kind" in said:
        documents = dict(form.fields["id_kind"].choices)  # type: ignore[attr-defined]
        said["id_kind"] = "" if organisation else str(documents.get(said["id_kind"] or IdentityKind.RESIDENT, ""))
    return [
        builder.Row(name, str(form.fields[name].label), value)
        for name, value in said.items()
        if value or name not in ("kind", "id_kind", "contact_name", "address")
    ]


def unfinished(draft: Draft, content: drafts.Content) -> list[Step]:
    """还没填好的步骤：重新校验一遍，不看当时打没打勾。材料可以缺，缺的由窗口一次性告知。"""
    wrong = {one["key"] for one in builder.unfinished(draft.guide.form, content.answers)}
    if not PersonForm(draft.guide.item.audiences, content.person).is_valid():
        wrong.add(drafts.PERSON)
    if agent_unfinished(draft, content):
        wrong.add(drafts.PERSON)
    if draft.joint_id is None and receiving_desks.unsaid(draft.guide, content.desk):
        wrong.add(drafts.PERSON)
    if not delivery.kept_is_whole([draft.guide], content.delivery):
        wrong.add(drafts.DELIVERY)
    return [step for step in steps_of(draft, content) if step.key in wrong]


def agent_unfinished(draft: Draft, content: drafts.Content) -> bool:
    """由代理人递交的，他的一栏没有填好，或者还没有传委托书。"""
    return bool(content.agent) and not (kept(content.agent).is_valid() and mandate_scans(draft))


@require_POST
def submit(request: HttpRequest, token: str) -> HttpResponse:
    """提交：连按两下、断线重发，都只有一件。"""
    draft, at = access.draft_of(request, token), clock.now()
    if draft.joint is not None:
        return redirect("hall:joint-apply", draft.joint.token)
    content = drafts.read(draft)
    if draft.case_id is None and unfinished(draft, content):
        return redirect("hall:apply-check", token)
    other, why = duplicate_of(draft, content, at), request.POST.get("again", "").strip()[:MOST_WORDS]
    if other is not None and not why:
        context = check_context(draft, content) | {"other": other, "asked_why": "again" in request.POST}
        return render(request, "hall/apply_check.html", context)
    try:
        with transaction.atomic():
            case = draft.case or hand_in(request, draft, content, at)
            if other is not None:
                duplicates.note(case, other=other, why=why, by=access.actor(request), at=at)
    except NotNow as reason:
        messages.error(request, said(reason))
        return redirect("hall:apply", token)
    if access.filled_in_here(request, draft) and not by_agent(case):
        access.grant(request, case.number, at)
    return redirect("hall:apply-receipt", token)


def duplicate_of(draft: Draft, content: drafts.Content, at: datetime.datetime) -> Case | None:
    """登录的本人同一事项已有的一件；没有登录的不找，填了别人的证件号码也看不到别人的。"""
    if draft.case_id is not None or draft.user is None or content.agent:
        return None
    indexes = [identity_index(content.person)]
    return duplicates.known(draft.guide.item, id_indexes=indexes, to=draft.user, at=at)


def by_agent(case: Case) -> bool:
    """由代理人递交的：查询码只发到申请人的手机上，填的人看不到。登录着自己账号替别人填的，也一样。"""
    return any(one.submits for one in case.mandates.all())


def entrusted_in(content: drafts.Content) -> mandates.Entrusted | None:
    """草稿里由代理人递交的；本人办的、没有填好的是 None。"""
    agent = kept(content.agent) if content.agent else None
    return agent.entrusted() if agent is not None and agent.is_valid() else None


def hand_in(request: HttpRequest, draft: Draft, content: drafts.Content, at: datetime.datetime) -> Case:
    form = PersonForm(draft.guide.item.audiences, content.person)
    if not form.is_valid():
        raise NotNow(_("申请人信息还没有填好。"))
    answers = settled(draft.guide.form, content.answers)
    told: dict[str, Any] = {"by": access.actor(request), "at": at, "entrusted": entrusted_in(content)}
    return drafts.submit(draft, person=form.person(), answers=answers, **told)


@require_safe
@access.private
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """回执：编号和查询码只给填这份申请的人看；换了设备的，请凭短信里的查询码查。"""
    draft = access.draft_of(request, token)
    if draft.case is None:
        return redirect("hall:apply", token)
    if not access.filled_in_here(request, draft):
        messages.info(request, _("这份申请已经提交。请凭短信或凭证上的编号和查询码查进度。"))
        return redirect("hall:track")
    at = clock.now()
    if by_agent(draft.case):
        return render(request, "hall/receipt_of_agent.html", {"case": draft.case})
    access.grant(request, draft.case.number, at)
    case = access.case_of(request, draft.case.number, at)
    context = {
        "case": case,
        "promises": story.promises(case.clocks.running().order_by("due_at"), at),
        "paper": story.paper_of(case, "receipt"),
        "to_come": calls_for(case.item),
        "lacking": case.materials.filter(provided=False, material__requirement=Requirement.REQUIRED).exists(),
    }
    return render(request, "hall/receipt.html", context)


@require_POST
@open_draft
@alone
def renew(request: HttpRequest, draft: Draft) -> HttpResponse:
    """改用新版指南。"""
    guide = current_guide(draft.guide.item.code)
    drafts.renew(draft, guide=guide, by=access.actor(request), at=clock.now())
    messages.success(request, _("已改用新版指南，您填过的都还在，请逐页再看一遍。"))
    return redirect("hall:apply", draft.token)


@show_or_save
@open_draft
@alone
def discard(request: HttpRequest, draft: Draft) -> HttpResponse:
    """删除草稿：先问一声。"""
    if request.method != "POST":
        return render(request, "hall/apply_discard.html", {"draft": draft})
    drafts.discard(draft, by=access.actor(request), at=clock.now())
    messages.success(request, _("草稿已删除。"))
    return redirect("hall:home")
