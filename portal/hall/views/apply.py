"""网上申请：一页一页填，填了就存；核对，提交，回执。"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from approvals.actions import drafts
from approvals.models import Case, Draft
from approvals.rules import MAX_UPLOAD
from catalog.models import Material
from catalog.rules import asks_for
from catalog.states import Requirement, Source
from office.steps import NotNow
from office.workdays import clock
from portal.forms import builder
from portal.forms.person import PersonForm, same_as_person
from portal.hall import access, story
from portal.hall.views.guide import current_guide, takes_online
from portal.language import hant, said

show_or_save = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True)
class Step:
    """申请的一步：键、名称、网址、做完没有。"""

    key: str
    title: str
    url: str
    done: bool


def steps_of(draft: Draft, content: drafts.Content) -> list[Step]:
    """这份申请要走的各步，按顺序。"""
    token, done = draft.token, set(content.pages_done)
    found = [(drafts.PERSON, _("申请人和联系方式"), reverse("hall:apply-person", args=[token]))]
    for page in builder.pages(draft.guide.form, content.answers):
        found.append((page["key"], hant(page["title"]), reverse("hall:apply-page", args=[token, page["key"]])))
    if asked_materials(draft, content):
        found.append((drafts.MATERIALS, _("材料"), reverse("hall:apply-materials", args=[token])))
    return [Step(key, title, url, key in done) for key, title, url in found]


def onward(draft: Draft, key: str, content: drafts.Content) -> HttpResponse:
    """保存之后去哪里：按“保存”回一览，否则下一步，最后是核对。"""
    steps = steps_of(draft, content)
    place = next((n for n, step in enumerate(steps) if step.key == key), len(steps))
    following = steps[place + 1 :]
    return redirect(following[0].url if following else reverse("hall:apply-check", args=[draft.token]))


def saved(request: HttpRequest, draft: Draft, key: str, content: drafts.Content) -> HttpResponse:
    if "save" in request.POST:
        messages.success(request, _("已保存。收藏这一页的网址，随时可以接着填。"))
        return redirect("hall:apply", draft.token)
    if request.GET.get("from") == "check":
        return redirect("hall:apply-check", draft.token)
    return onward(draft, key, content)


def open_draft(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """取草稿；已经提交的去看回执，指南换了新版的先去核对。动作说“现在不行”，就照着说一句再回一览。"""

    @wraps(view)
    def wrapped(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponse:
        draft = access.draft_of(request, token)
        if draft.case_id is not None:
            return redirect("hall:apply-receipt", token)
        try:
            return view(request, draft, **kwargs)
        except NotNow as reason:
            messages.error(request, said(reason))
            return redirect("hall:apply", token)

    return access.private(wrapped)


@require_POST
def start(request: HttpRequest, code: str) -> HttpResponse:
    """开始申请。"""
    guide = current_guide(code)
    if not takes_online(guide):
        raise Http404
    by, at = access.actor(request), clock.now()
    draft = drafts.start(guide=guide, by=by, at=at, user=access.citizen_of(request))
    access.draft_of(request, draft.token)
    return redirect("hall:apply-person", draft.token)


@require_safe
@open_draft
def overview(request: HttpRequest, draft: Draft) -> HttpResponse:
    """一览：填到哪里了，从哪里接着填。"""
    steps = steps_of(draft, drafts.read(draft))
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
        "tasks": tasks,
        "following": next((step for step in steps if not step.done), None),
        "outdated": current is not None and current != draft.guide,
        "address": request.build_absolute_uri(),
    }
    return render(request, "hall/apply.html", context)


def page_context(draft: Draft, key: str, content: drafts.Content) -> dict[str, Any]:
    steps = steps_of(draft, content)
    place = next((n for n, step in enumerate(steps) if step.key == key), 0)
    back = steps[place - 1].url if place else reverse("hall:apply", args=[draft.token])
    return {"draft": draft, "current": place + 1, "total": len(steps) + 1, "title": steps[place].title, "back": back}


@show_or_save
@open_draft
def person(request: HttpRequest, draft: Draft) -> HttpResponse:
    content = drafts.read(draft)
    audiences = draft.guide.item.audiences
    if request.method != "POST":
        form = PersonForm(audiences, initial=content.person or known_person(request))
        return render(request, "hall/apply_page.html", {"form": form, **page_context(draft, drafts.PERSON, content)})
    form = PersonForm(audiences, request.POST)
    done, by = form.is_valid(), access.actor(request)
    drafts.save(draft, page=drafts.PERSON, values=form.stored(), done=done, by=by, at=clock.now())
    content = drafts.read(draft)
    if done or "save" in request.POST:
        return saved(request, draft, drafts.PERSON, content)
    return render(request, "hall/apply_page.html", {"form": form, **page_context(draft, drafts.PERSON, content)})


def known_person(request: HttpRequest) -> dict[str, str]:
    """登录的人：姓名、电话先替他填上。"""
    user = access.citizen_of(request)
    return {"name": user.full_name, "phone": user.phone} if user else {}


@show_or_save
@open_draft
def page(request: HttpRequest, draft: Draft, key: str) -> HttpResponse:
    content, definition = drafts.read(draft), draft.guide.form
    found = next((one for one in builder.pages(definition, content.answers) if one["key"] == key), None)
    if found is None:
        raise Http404
    if request.method != "POST":
        form = builder.page_form(definition, found, content.answers)
        prefill(form, content)
        return render(request, "hall/apply_page.html", {"form": form, **page_context(draft, key, content)})
    form = builder.page_form(definition, found, content.answers, request.POST)
    done, by = form.is_valid(), access.actor(request)
    drafts.save(draft, page=key, values=form.stored(), done=done, by=by, at=clock.now())
    content = drafts.read(draft)
    if done or "save" in request.POST:
        return saved(request, draft, key, content)
    return render(request, "hall/apply_page.html", {"form": form, **page_context(draft, key, content)})


def prefill(form: builder.PageForm, content: drafts.Content) -> None:
    """前面填过的先替他填上，写明从哪里来；他可以改。"""
    for key, source in same_as_person(form.fields).items():
        value = content.person.get(source, "")
        if key in form.fields and value and not content.answers.get(key):
            form.initial[key] = value
            form.fields[key].provenance = _("取自您前面填的申请人信息，可以改。")  # type: ignore[attr-defined]


@show_or_save
@open_draft
def materials(request: HttpRequest, draft: Draft) -> HttpResponse:
    """上传材料：一次可以选好几份；收不下的逐份说明原因，收下的都留着。"""
    faults: dict[str, list[str]] = {}
    if request.method == "POST":
        faults = attach_all(request, draft)
        if not faults:
            by, content = access.actor(request), drafts.read(draft)
            if "upload" not in request.POST:
                drafts.save(draft, page=drafts.MATERIALS, values={}, done=True, by=by, at=clock.now())
                return saved(request, draft, drafts.MATERIALS, content)
            messages.success(request, _("文件已传上。"))
            return redirect("hall:apply-materials", draft.token)
    context = page_context(draft, drafts.MATERIALS, drafts.read(draft))
    context |= {
        "rows": material_rows(draft, faults, drafts.read(draft)),
        "megabytes": MAX_UPLOAD // 1048576,
        "files": drafts.MAX_FILES,
    }
    return render(request, "hall/apply_materials.html", {**context, "has_faults": bool(faults)})


def attach_all(request: HttpRequest, draft: Draft) -> dict[str, list[str]]:
    """把选好的文件都收下；返回每份材料收不下的原因。"""
    faults: dict[str, list[str]] = {}
    by, at = access.actor(request), clock.now()
    for name, chosen in request.FILES.lists():
        key = name.removeprefix("file-")
        for each in chosen:
            try:
                drafts.attach(draft, key=key, name=each.name or "", content=each, by=by, at=at)
            except drafts.BadUpload as reason:
                faults.setdefault(key, []).append(said(reason))
    return faults


def asked_materials(draft: Draft, content: drafts.Content) -> list[Material]:
    """照此刻填的，要交哪些材料。"""
    form, materials = draft.guide.form, draft.guide.materials.order_by("position", "pk")
    return [material for material in materials if asks_for(material, form, content.answers)]


def material_rows(draft: Draft, faults: dict[str, list[str]], content: drafts.Content) -> list[dict[str, Any]]:
    given: dict[str, list[Any]] = {}
    for upload in draft.uploads.order_by("pk"):
        given.setdefault(upload.material_key, []).append(upload)
    return [
        {
            "material": material,
            "uploads": given.get(material.key, []),
            "faults": faults.get(material.key, []),
            "shared": material.source == Source.SHARED,
            "lacking": material.requirement == Requirement.REQUIRED
            and (material.condition or not material.when)
            and material.source != Source.SHARED
            and material.key not in given,
        }
        for material in asked_materials(draft, content)
    ]


@require_POST
@open_draft
def remove(request: HttpRequest, draft: Draft, pk: int) -> HttpResponse:
    upload = get_object_or_404(draft.uploads, pk=pk)
    drafts.remove(upload, by=access.actor(request), at=clock.now())
    messages.success(request, _("已移除“%s”。") % upload.name)
    return redirect("hall:apply-materials", draft.token)


@require_safe
@open_draft
def check(request: HttpRequest, draft: Draft) -> HttpResponse:
    """核对：交之前全部看一遍。"""
    content = drafts.read(draft)
    form = PersonForm(draft.guide.item.audiences, content.person)
    rows = material_rows(draft, {}, content)
    context = {
        "draft": draft,
        "person": person_rows(form),
        "sections": builder.sections(draft.guide.form, content.answers),
        "rows": rows,
        "lacking": [row["material"] for row in rows if row["lacking"]],
        "todo": unfinished(draft, content),
        "total": len(steps_of(draft, content)) + 1,
    }
    return render(request, "hall/apply_check.html", context)


def person_rows(form: PersonForm) -> list[builder.Row]:
    kinds = dict(form.fields["kind"].choices)  # type: ignore[attr-defined]
    said = {name: str(form.data.get(name, "")) for name in form.fields}
    said["kind"] = str(kinds.get(said["kind"], "")) if len(kinds) > 1 else ""
    return [
        builder.Row(name, str(form.fields[name].label), value)
        for name, value in said.items()
        if value or name not in ("kind", "contact_name", "address")
    ]


def unfinished(draft: Draft, content: drafts.Content) -> list[Step]:
    """还没填好的步骤：重新校验一遍，不看当时打没打勾。材料可以缺，缺的由窗口一次性告知。"""
    wrong = {one["key"] for one in builder.unfinished(draft.guide.form, content.answers)}
    if not PersonForm(draft.guide.item.audiences, content.person).is_valid():
        wrong.add(drafts.PERSON)
    return [step for step in steps_of(draft, content) if step.key in wrong]


@require_POST
def submit(request: HttpRequest, token: str) -> HttpResponse:
    """提交：连按两下、断线重发，都只有一件。"""
    draft, at = access.draft_of(request, token), clock.now()
    content = drafts.read(draft)
    if draft.case_id is None and unfinished(draft, content):
        return redirect("hall:apply-check", token)
    try:
        case = draft.case or hand_in(request, draft, content, at)
    except NotNow as reason:
        messages.error(request, said(reason))
        return redirect("hall:apply", token)
    if access.filled_in_here(request, draft):
        access.grant(request, case.number, at)
    return redirect("hall:apply-receipt", token)


def hand_in(request: HttpRequest, draft: Draft, content: drafts.Content, at: datetime.datetime) -> Case:
    form = PersonForm(draft.guide.item.audiences, content.person)
    if not form.is_valid():
        raise NotNow(_("申请人信息还没有填好。"))
    answers = builder.settled(draft.guide.form, content.answers)
    return drafts.submit(draft, person=form.person(), answers=answers, by=access.actor(request), at=at)


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
    access.grant(request, draft.case.number, at)
    case = access.case_of(request, draft.case.number, at)
    context = {
        "case": case,
        "promises": story.promises(case.clocks.running(), at),
        "paper": story.paper_of(case, "receipt"),
        "lacking": case.materials.filter(provided=False, material__requirement=Requirement.REQUIRED).exists(),
    }
    return render(request, "hall/receipt.html", context)


@require_POST
@open_draft
def renew(request: HttpRequest, draft: Draft) -> HttpResponse:
    """改用新版指南。"""
    guide = current_guide(draft.guide.item.code)
    drafts.renew(draft, guide=guide, by=access.actor(request), at=clock.now())
    messages.success(request, _("已改用新版指南，您填过的都还在，请逐页再看一遍。"))
    return redirect("hall:apply", draft.token)


@show_or_save
@open_draft
def discard(request: HttpRequest, draft: Draft) -> HttpResponse:
    """删除草稿：先问一声。"""
    if request.method != "POST":
        return render(request, "hall/apply_discard.html", {"draft": draft})
    drafts.discard(draft, by=access.actor(request), at=clock.now())
    messages.success(request, _("草稿已删除。"))
    return redirect("hall:home")
