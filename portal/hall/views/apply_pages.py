"""网上申请：填申请表的一页、传材料的一页。"""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from approvals.actions import drafts, files, joints, reuse
from approvals.models import Draft
from approvals.rules import MAX_UPLOAD
from approvals.rules.reuse import meaning
from office.workdays import clock
from portal.forms import builder
from portal.forms.person import identity_index, taken_from
from portal.forms.uploads import FilesField
from portal.hall import access
from portal.hall.views.applying import (
    asked_materials,
    material_rows,
    offers_for,
    open_draft,
    page_context,
    saved,
    show_or_save,
)
from portal.language import said


@show_or_save
@open_draft
def page(request: HttpRequest, draft: Draft, key: str) -> HttpResponse:
    content, definition = drafts.read(draft), draft.guide.form
    found = next((one for one in builder.pages(definition, content.answers) if one["key"] == key), None)
    if found is None:
        raise Http404
    if request.method != "POST":
        form = builder.page_form(definition, found, content.answers)
        prefill(form, content, draft)
        return shown(request, draft, found, form, content)
    faults = attach_all(request, draft, form_keys(found))
    form = builder.page_form(definition, found, drafts.read(draft).answers, request.POST)
    for field, reasons in faults.items():
        form.add_error(field if field in form.fields else None, reasons)
    done = form.is_valid() and not STAYING & set(request.POST)
    drafts.save(draft, page=key, values=form.stored(), done=done, by=access.actor(request), at=clock.now())
    if STAYING & set(request.POST) and not faults:
        return stayed(request, draft, found, form.typed())
    content = drafts.read(draft)
    if done or ("save" in request.POST and not faults):
        return saved(request, draft, key, content)
    return shown(request, draft, found, form, content)


STAYING = {"more", "upload", "remove"}  # 存下来，仍在这一页：再加一行、上传选好的、移除一个文件


def form_keys(page: builder.Page) -> dict[str, str]:
    """这一页的附件：文件框的名字 → 存在草稿里的键。"""
    return {spec["key"]: files.form_key(spec["key"]) for spec in page["fields"] if spec["kind"] == "file"}


def shown(
    request: HttpRequest, draft: Draft, page: builder.Page, form: builder.PageForm, content: drafts.Content
) -> HttpResponse:
    """一页申请表；传过的文件列在各自的格子里。"""
    keys = form_keys(page)
    stored = list(draft.uploads.filter(material_key__in=keys.values()).order_by("pk")) if keys else []
    for key, made in form.fields.items():
        if isinstance(made, FilesField):
            made.may_stay = True
            made.stored = [
                (one, reverse("hall:apply-file", args=[draft.token, one.pk]))
                for one in stored
                if one.material_key == keys[key]
            ]
    context = {"form": form, "help": page.get("help", ""), **page_context(draft, page["key"], content)}
    return render(request, "hall/apply_page.html", context)


def stayed(request: HttpRequest, draft: Draft, page: builder.Page, typed: dict[str, Any]) -> HttpResponse:
    """存好以后仍在这一页；不满意的格子先不说，等他按“继续”。"""
    if request.POST.get("remove", "").isdecimal():
        upload = get_object_or_404(draft.uploads, pk=request.POST["remove"], material_key__in=form_keys(page).values())
        drafts.remove(upload, by=access.actor(request), at=clock.now())
        messages.success(request, _("已移除“%s”。") % upload.name)
    content = drafts.read(draft)
    files_here = {key: content.answers.get(key) for key in form_keys(page)}
    form = builder.page_form(draft.guide.form, page, {**content.answers, **typed, **files_here})
    form.more(request.POST.get("more", ""))
    return shown(request, draft, page, form, content)


def prefill(form: builder.PageForm, content: drafts.Content, draft: Draft) -> None:
    """以前填过的(本人同意取用)、前面填过的先替他填上，写明从哪里来；他可以改。"""
    index = identity_index(content.person)
    earlier = reuse.earlier_answers(draft, id_index=index) if content.takes_earlier else {}
    for key, spec in form.specs.items():
        value, case = earlier.get(meaning(spec), ("", None))
        if case and not content.answers.get(key) and builder.accepts(spec, value):
            form.initial[key] = value
            told = _("取自您以前的办件 %s，可以改。") % case.number
            form.fields[key].provenance = told  # type: ignore[attr-defined]
    for key, value in taken_from(form.specs.values(), content.person).items():
        if not content.answers.get(key):
            form.initial[key] = value
            form.fields[key].provenance = _("取自您前面填的申请人信息，可以改。")  # type: ignore[attr-defined]


@show_or_save
@open_draft
def materials(request: HttpRequest, draft: Draft) -> HttpResponse:
    """上传材料：一次可以选好几份；收不下的逐份说明原因，收下的都留着。"""
    if draft.joint is not None:
        return redirect("hall:joint-materials", draft.joint.token)
    faults: dict[str, list[str]] = {}
    if request.method == "POST":
        keys = {f"file-{material.key}": material.key for material in asked_materials(draft, drafts.read(draft))}
        faults = attach_all(request, draft, keys)
        if not faults:
            by, content = access.actor(request), drafts.read(draft)
            if "upload" not in request.POST:
                drafts.save(draft, page=drafts.MATERIALS, values={}, done=True, by=by, at=clock.now())
                return saved(request, draft, drafts.MATERIALS, content)
            messages.success(request, _("文件已传上。"))
            return redirect("hall:apply-materials", draft.token)
    context = page_context(draft, drafts.MATERIALS, drafts.read(draft))
    context |= {
        "rows": material_rows(draft, faults, drafts.read(draft), offers_for(draft, drafts.read(draft), clock.now())),
        "megabytes": MAX_UPLOAD // 1048576,
        "files": files.MAX_FILES,
    }
    return render(request, "hall/apply_materials.html", {**context, "has_faults": bool(faults)})


def attach_all(request: HttpRequest, draft: Draft, keys: Mapping[str, str], only: str = "") -> dict[str, list[str]]:
    """把选好的文件都收下；keys 是文件框的名字 → 存在草稿里的键，only 只收这一个框。返回每个框收不下的原因。"""
    faults: dict[str, list[str]] = {}
    by, at = access.actor(request), clock.now()
    for name, chosen in [(n, c) for n, c in request.FILES.lists() if not only or n == only]:
        for each in chosen:
            try:
                drafts.attach(draft, key=keys.get(name, ""), name=each.name or "", content=each, by=by, at=at)
            except files.BadUpload as reason:
                faults.setdefault(name, []).append(said(reason))
    return faults


@require_POST
@open_draft
def remove(request: HttpRequest, draft: Draft, pk: int) -> HttpResponse:
    upload = get_object_or_404(draft.uploads, pk=pk)
    drafts.remove(upload, by=access.actor(request), at=clock.now())
    messages.success(request, _("已移除“%s”。") % upload.name)
    return redirect("hall:apply-materials", draft.token)


@require_POST
@open_draft
def take_again(request: HttpRequest, draft: Draft, key: str) -> HttpResponse:
    """再用以前交过的一份：本人点了就是同意。"""
    at = clock.now()
    offer = offers_for(draft, drafts.read(draft), at).get(key)
    if offer is None:
        raise Http404
    reuse.take_in_draft(draft, offer=offer, by=access.actor(request), at=at)
    messages.success(request, _("已取用，不用再传。"))
    return redirect("hall:apply-materials", draft.token)


@require_POST
@open_draft
def drop_again(request: HttpRequest, draft: Draft, key: str) -> HttpResponse:
    """不再用了，自己另交。"""
    reuse.drop_from_draft(draft, key=key, by=access.actor(request), at=clock.now())
    messages.success(request, _("已改为自己交。"))
    return redirect("hall:apply-materials", draft.token)


@require_POST
@open_draft
def earlier(request: HttpRequest, draft: Draft) -> HttpResponse:
    """取用以前填过的：同意，或者不取。"""
    agreed = "agree" in request.POST
    for one in joints.branches_of(draft.joint) if draft.joint else [draft]:  # 一件事的各张表，说一次
        drafts.take_earlier(one, agreed=agreed, by=access.actor(request), at=clock.now())
    messages.success(request, _("好的，后面各页先替您填上，请逐格看过。") if agreed else _("好的，各页由您自己填。"))
    return redirect("hall:apply", draft.token)
