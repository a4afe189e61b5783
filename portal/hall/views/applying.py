"""网上申请各页共用的：取草稿、走到第几步、存好以后去哪里、要交哪些材料。"""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from approvals.actions import bars, drafts, intake, joints, receiving_desks, reuse
from approvals.models import Bar, Draft, JointDraft
from approvals.rules.bars import concerns_safety
from catalog.models import Guide, Material
from catalog.rules import asks_for
from catalog.states import Requirement, Source
from office.steps import NotNow
from portal.forms import builder
from portal.forms.delivery import asks_before_submitting
from portal.forms.person import identity_index
from portal.hall import access
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
    """这份申请要走的各步，按顺序；联办的，是整份联办申请的各步。"""
    if draft.joint is not None:
        return joint_steps(draft.joint)
    token, done = draft.token, set(content.pages_done)
    found = [(drafts.PERSON, _("申请人和联系方式"), reverse("hall:apply-person", args=[token]))]
    for page in builder.pages(draft.guide.form, content.answers):
        found.append((page["key"], hant(page["title"]), reverse("hall:apply-page", args=[token, page["key"]])))
    if asked_materials(draft, content):
        found.append((drafts.MATERIALS, _("材料"), reverse("hall:apply-materials", args=[token])))
    if asks_delivery(draft, content):
        found.append((drafts.DELIVERY, _("结果怎么给您"), reverse("hall:apply-delivery", args=[token])))
    return [Step(key, title, url, key in done) for key, title, url in found]


def asks_delivery(draft: Draft, content: drafts.Content) -> bool:
    """申请时问不问怎样拿结果：由代理人递交的不问，由申请人自己在查进度页选。"""
    return not content.agent and any(asks_before_submitting(guide) for guide in guides_of(draft))


def guides_of(draft: Draft) -> list[Guide]:
    """这一份申请有哪几份指南：联办的，是各个事项的。"""
    return [row.guide for row in joints.branches_of(draft.joint)] if draft.joint else [draft.guide]


def joint_steps(made: JointDraft) -> list[Step]:
    """联办申请的各步：申请人填一次，每个事项各填各的表，材料合成一页。"""
    rows = list(joints.branches_of(made))
    lead = drafts.read(rows[0])
    url = reverse("hall:apply-person", args=[rows[0].token])
    found = [Step(key_in(rows[0], drafts.PERSON), _("申请人和联系方式"), url, drafts.PERSON in lead.pages_done)]
    asked = False
    for row in rows:
        content = lead if row.pk == rows[0].pk else drafts.read(row)
        for page in builder.pages(row.guide.form, content.answers):
            title = f"{hant(row.guide.name)}：{hant(page['title'])}"
            url = reverse("hall:apply-page", args=[row.token, page["key"]])
            found.append(Step(key_in(row, page["key"]), title, url, page["key"] in content.pages_done))
        asked = asked or bool(asked_materials(row, content))
    if asked:
        url = reverse("hall:joint-materials", args=[made.token])
        found.append(Step(key_in(rows[0], drafts.MATERIALS), _("材料"), url, drafts.MATERIALS in lead.pages_done))
    if asks_delivery(rows[0], lead):
        url, done = reverse("hall:apply-delivery", args=[rows[0].token]), drafts.DELIVERY in lead.pages_done
        found.append(Step(key_in(rows[0], drafts.DELIVERY), _("结果怎么给您"), url, done))
    return found


def key_in(draft: Draft, key: str) -> str:
    """一步在整份申请里的键：联办的各个事项会有同名的页。"""
    return f"{draft.pk}.{key}" if draft.joint_id else key


def alone(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """只给单独的申请：联办申请里的一个事项，回到整份联办申请。"""

    @wraps(view)
    def wrapped(request: HttpRequest, draft: Draft, **kwargs: Any) -> HttpResponse:
        if draft.joint is not None:
            return redirect("hall:joint-apply", draft.joint.token)
        return view(request, draft, **kwargs)

    return wrapped


def check_url(draft: Draft) -> str:
    if draft.joint is not None:
        return reverse("hall:joint-check", args=[draft.joint.token])
    return reverse("hall:apply-check", args=[draft.token])


def onward(draft: Draft, key: str, content: drafts.Content) -> HttpResponse:
    """保存之后去哪里：按“保存”回一览，否则下一步，最后是核对。"""
    steps = steps_of(draft, content)
    place = next((n for n, step in enumerate(steps) if step.key == key_in(draft, key)), len(steps))
    following = steps[place + 1 :]
    return redirect(following[0].url if following else check_url(draft))


def saved(request: HttpRequest, draft: Draft, key: str, content: drafts.Content) -> HttpResponse:
    if "save" in request.POST:
        messages.success(request, _("已保存。收藏这一页的网址，随时可以接着填。"))
        return redirect("hall:apply", draft.token)
    if request.GET.get("from") == "check":
        return redirect(check_url(draft))
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


def page_context(draft: Draft, key: str, content: drafts.Content) -> dict[str, Any]:
    steps = steps_of(draft, content)
    place = next((n for n, step in enumerate(steps) if step.key == key_in(draft, key)), 0)
    back = steps[place - 1].url if place else reverse("hall:apply", args=[draft.token])
    return {"draft": draft, "current": place + 1, "total": len(steps) + 1, "title": steps[place].title, "back": back}


def asked_materials(draft: Draft, content: drafts.Content) -> list[Material]:
    """照此刻填的，要交哪些材料。"""
    form, materials = draft.guide.form, draft.guide.materials.order_by("position", "pk")
    return [material for material in materials if asks_for(material, form, content.answers)]


def offers_for(draft: Draft, content: drafts.Content, at: datetime.datetime) -> dict[str, reuse.Offer]:
    """登录的本人以前交过、还能再用的；没有登录的没有。联办的由综合窗口收。"""
    index = identity_index(content.person)
    window = draft.joint.matter.window if draft.joint else receiving_desks.chosen(draft.guide, content.desk)
    if draft.user is None or not index or window is None:
        return {}
    agency, _section = intake.deciding_place(draft.guide, window, at)
    return reuse.offers(asked_materials(draft, content), id_index=index, agency=agency, at=at, user=draft.user)


@dataclass(frozen=True)
class Warned:
    """交之前说明的：哪个事项有申请限制；凭哪份决定书、到哪天，说得的才说。"""

    guide: Guide
    bar: Bar | None


def warned_of(drafts_: Iterable[Draft], content: drafts.Content, at: datetime.datetime) -> list[Warned]:
    """直接关系公共安全等的许可，交之前说明限制；照样可以交。不是这样的许可不查库。

    填了别人的证件号码，看不到别人受过限制：照实说的，只有单位的和这个账号自己申请的。
    """
    index, found = identity_index(content.person), []
    for draft in drafts_:
        if concerns_safety(draft.guide, draft.guide.item):
            bar = bars.standing(index, draft.guide.item, at)
            found.append(Warned(draft.guide, bar if bar is not None and bar.told_to(draft.user) else None))
    return found


def material_rows(
    draft: Draft, faults: dict[str, list[str]], content: drafts.Content, offers: dict[str, reuse.Offer] | None = None
) -> list[dict[str, Any]]:
    given: dict[str, list[Any]] = {}
    for upload in draft.uploads.order_by("pk"):
        given.setdefault(upload.material_key, []).append(upload)
    taken = {one.material_key: one for one in draft.reuses.select_related("source__case")} if draft.user_id else {}
    return [
        {
            "material": material,
            "uploads": given.get(material.key, []),
            "faults": faults.get(f"file-{material.key}", []),
            "reuse": taken.get(material.key),
            "offer": (offers or {}).get(material.key) if material.key not in taken else None,
            "shared": material.source == Source.SHARED,
            "lacking": material.requirement == Requirement.REQUIRED
            and (material.condition or not material.when)
            and material.source != Source.SHARED
            and material.key not in given
            and material.key not in taken,
        }
        for material in asked_materials(draft, content)
    ]
