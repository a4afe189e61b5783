"""一件事：看有哪些、选要办的事项、一份申请、一套材料，一个编号查进度。"""

import datetime
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from approvals.actions import (
    drafts,
    duplicates,
    files,
    joint_consents,
    joint_course,
    joint_mandates,
    joints,
    receiving_desks,
    reuse,
)
from approvals.models import Case, Draft, Joint, JointDraft, Reuse
from approvals.rules import MAX_UPLOAD, takes_confirmation
from approvals.states import WAITING, JointState, MandateScope
from catalog.models import JointMatter
from catalog.rules.joints import Shared
from office.papers import actions as papers
from office.papers.engine import Refused
from office.papers.fonts import MissingGlyph
from office.papers.models import Paper
from office.steps import NotNow
from office.workdays import clock
from portal.files import attachment
from portal.forms import builder, delivery
from portal.forms.entrusted import kept
from portal.forms.person import PersonForm, identity_index
from portal.hall import access, story
from portal.hall.agents import scope_words
from portal.hall.now_words import now_words
from portal.hall.views.apply import (
    MOST_WORDS,
    agent_unfinished,
    audiences_of,
    draft_files,
    entrusted_in,
    mandate_scans,
    person_rows,
)
from portal.hall.views.apply_pages import attach_all
from portal.hall.views.applying import (
    Step,
    asked_materials,
    asks_delivery,
    guides_of,
    joint_steps,
    key_in,
    offers_for,
    page_context,
    saved,
    show_or_save,
    warned_of,
)
from portal.language import said
from portal.recalled import with_recalls


@require_safe
def matters(request: HttpRequest) -> HttpResponse:
    """有哪些一件事。"""
    found = JointMatter.objects.offered().for_reading().order_by("name")
    return render(request, "hall/matters.html", {"matters": found})


def matter_of(code: str) -> JointMatter:
    found: JointMatter = get_object_or_404(JointMatter.objects.offered().for_reading(), code=code)
    return found


@require_safe
def matter(request: HttpRequest, code: str) -> HttpResponse:
    """一件事：各个事项是什么、谁办、什么情形选它；材料合成一份。"""
    found = matter_of(code)
    rows = found.guides_on(clock.now().date())
    blank = [Draft(pk=n, guide=guide) for n, (_row, guide) in enumerate(rows, 1)]
    context = {"matter": found, "rows": rows, "materials": joints.shared_materials(blank), "steps": steps_in(rows)}
    return render(request, "hall/matter.html", context)


def steps_in(rows: list[Any]) -> int:
    """分几步：一步就是都同时办。"""
    return len({row.step for row, _guide in rows})


@require_POST
def start(request: HttpRequest, code: str) -> HttpResponse:
    """开始：选好的事项各建一份，申请人先填。"""
    found, at = matter_of(code), clock.now()
    try:
        chosen, user = request.POST.getlist("item"), access.citizen_of(request)
        made = joints.start(matter=found, chosen=chosen, by=access.actor(request), at=at, user=user)
    except NotNow as reason:
        messages.error(request, said(reason))
        return redirect("hall:matter", code)
    access.joint_draft_of(request, made.token)
    return redirect(joint_steps(made)[0].url)


# 申请 -----------------------------------------------------------------


def open_of(request: HttpRequest, token: str) -> JointDraft:
    return access.joint_draft_of(request, token)


def submitted(made: JointDraft) -> HttpResponse | None:
    """已经交了的，去看进度；由代理人递交的，去看回执。"""
    if made.joint is None:
        return None
    if by_agent(made.joint):
        return redirect("hall:joint-receipt", made.token)
    return redirect("hall:joint", made.joint.number)


def by_agent(found: Joint) -> bool:
    """由代理人递交的：申请人的查询码不给填的人看。"""
    return joint_mandates.of(found) is not None


@require_safe
@access.private
def overview(request: HttpRequest, token: str) -> HttpResponse:
    """一览：填到哪里了。"""
    made = open_of(request, token)
    if gone := submitted(made):
        return gone
    steps = joint_steps(made)
    tasks = [
        {
            "title": step.title, "href": step.url, "status": _("已填好") if step.done else _("还没填好"),
            "tone": "good" if step.done else "quiet",
        }
        for step in steps
    ]  # fmt: skip
    optional = optional_of(made)
    rows = list(joints.branches_of(made))
    context = {
        "made": made, "tasks": tasks, "following": next((step for step in steps if not step.done), None),
        "rows": [(row, row.guide.item_id in optional and len(rows) > 1) for row in rows],
        "address": request.build_absolute_uri(), "lead": rows[0], "takes_earlier": drafts.read(rows[0]).takes_earlier,
    }  # fmt: skip
    return render(request, "hall/joint_apply.html", context)


def optional_of(made: JointDraft) -> set[int]:
    """可以不办的事项。"""
    return set(made.matter.items.filter(optional=True).values_list("item", flat=True))


def sheet_of(
    made: JointDraft, faults: dict[str, list[str]], *, offering: bool = False
) -> list[dict[str, Any]]:  # fmt: skip
    """合成一份的材料清单：照此刻填的，每样要交的一行，传过的文件、再用的摆在一起；offering 是连还能再用的一起找。"""
    rows = list(joints.branches_of(made))
    again = Again({}, {})
    if made.user_id is not None:
        told = Reuse.objects.filter(draft__in=rows).select_related("draft", "source__case")
        again.taken.update({(one.draft.guide_id, one.material_key): one for one in told if one.draft})
    for row in rows if offering and made.user_id is not None else ():
        found = offers_for(row, drafts.read(row), clock.now())
        again.offers.update({(row.guide_id, key): offer for key, offer in found.items()})
    asked = {(row.guide_id, m.key) for row in rows for m in asked_materials(row, drafts.read(row))}
    own = {row.guide_id: row for row in rows}
    uploads: dict[tuple[int, str], list[Any]] = {}
    for row in rows:
        for upload in row.uploads.select_related("draft").order_by("pk"):
            uploads.setdefault((row.guide_id, upload.material_key), []).append(upload)
    return [
        line
        for one in joints.shared_materials(rows)
        if (line := _line(one, asked, own, uploads, faults, again))
    ]  # fmt: skip


@dataclass(frozen=True)
class Again:
    """再用以前交过的，键是(指南, 材料代号)：同意取用了的，还能取用的。一行共用的，各个事项都有才算。"""

    taken: dict[tuple[int, str], Reuse]
    offers: dict[tuple[int, str], reuse.Offer]


def _line(one: Shared, asked: Any, own: Any, uploads: Any, faults: Any, again: Again) -> dict[str, Any] | None:
    wanted = Shared(one.first, [m for m in one.rows if (m.guide_id, m.key) in asked])
    if not wanted.rows:
        return None
    first = own[one.first.guide_id]
    given = [upload for m in one.rows for upload in uploads.get((m.guide_id, m.key), [])]
    box = f"file-{first.pk}-{one.first.key}"
    keys = [(m.guide_id, m.key) for m in wanted.rows]
    taken = again.taken.get(keys[0]) if all(key in again.taken for key in keys) else None
    offers = [again.offers[key] for key in keys if key in again.offers and not taken]
    return {
        "keys": [(own[guide], key) for guide, key in keys], "reuse": taken,
        "offers": offers if len(offers) == len(keys) else [],
        "material": wanted.rows[0], "box": box, "draft": first, "key": one.first.key, "uploads": given,
        "faults": faults.get(box, []), "shared": wanted.is_provided_by_us, "required": wanted.is_required,
        "names": [own[m.guide_id].guide.name for m in wanted.rows] if wanted.is_shared else [],
        "lacking": wanted.is_required and not wanted.is_provided_by_us and not given and not taken,
    }  # fmt: skip


@show_or_save
@access.private
def materials(request: HttpRequest, token: str) -> HttpResponse:
    """材料：几个事项合成一份清单，同一样的只传一次。"""
    made = open_of(request, token)
    if gone := submitted(made):
        return gone
    faults: dict[str, list[str]] = {}
    lead = joints.branches_of(made)[0]
    if request.method == "POST":
        faults = _attach(request, made)
        if not faults:
            if "upload" in request.POST:
                messages.success(request, _("文件已传上。"))
                return redirect("hall:joint-materials", token)
            by = access.actor(request)
            drafts.save(lead, page=drafts.MATERIALS, values={}, done=True, by=by, at=clock.now())
            return saved(request, lead, drafts.MATERIALS, drafts.read(lead))
    context = page_context(lead, drafts.MATERIALS, drafts.read(lead)) | {
        "made": made, "rows": sheet_of(made, faults, offering=True), "megabytes": MAX_UPLOAD // 1048576,
        "files": files.MAX_FILES, "has_faults": bool(faults),
    }  # fmt: skip
    return render(request, "hall/joint_materials.html", context)


@require_POST
@access.private
def again(request: HttpRequest, token: str) -> HttpResponse:
    """再用以前交过的一份，各个事项都算；本人点了就是同意。改为自己交的(anew)，一样各个都算。"""
    made, by, at = open_of(request, token), access.actor(request), clock.now()
    anew, box = "anew" in request.POST, request.POST.get("anew") or request.POST.get("again")
    line = next((row for row in sheet_of(made, {}, offering=True) if row["box"] == box), None)
    if line is None or not (line["reuse"] if anew else line["offers"]):
        raise Http404
    try:
        with transaction.atomic():
            for draft, key in line["keys"] if anew else ():
                reuse.drop_from_draft(draft, key=key, by=by, at=at)
            for (draft, _key), offer in zip(line["keys"], line["offers"], strict=True) if not anew else ():
                reuse.take_in_draft(draft, offer=offer, by=by, at=at)
        messages.success(request, _("已改为自己交。") if anew else _("已取用，不用再传。"))
    except NotNow as reason:
        messages.error(request, said(reason))
    return redirect("hall:joint-materials", token)


def _attach(request: HttpRequest, made: JointDraft) -> dict[str, list[str]]:
    """每个文件框归到一个事项的一份材料名下。"""
    faults: dict[str, list[str]] = {}
    for row in sheet_of(made, {}):
        if request.FILES.getlist(row["box"]):
            faults |= attach_all(request, row["draft"], {row["box"]: row["key"]}, only=row["box"])
    return faults


@require_safe
@access.private
def check(request: HttpRequest, token: str) -> HttpResponse:
    """核对：一个人、各个事项的表、一套材料，交之前全部看一遍。"""
    made = open_of(request, token)
    if gone := submitted(made):
        return gone
    return render(request, "hall/joint_check.html", check_context(made))


def check_context(made: JointDraft) -> dict[str, Any]:
    """核对页上的；提交时发现有的事项以前申请过的，还是这一页。"""
    rows = list(joints.branches_of(made))
    lead = drafts.read(rows[0])
    form = PersonForm(audiences_of(rows[0]), lead.person)
    sections = [
        (row, builder.sections(row.guide.form, drafts.read(row).answers, files=draft_files(row))) for row in rows
    ]
    sheet, guides = sheet_of(made, {}), [row.guide for row in rows]
    return {
        "made": made, "lead": rows[0], "person": person_rows(form), "sections": sections, "rows": sheet,
        "desk": next((one for one in receiving_desks.towns(made.matter.window, guides) if one.code == lead.desk), None),
        "agent": kept(lead.agent).rows() if lead.agent else (),
        "scans": mandate_scans(rows[0]) if lead.agent else (),
        "lacking": [line["material"] for line in sheet if line["lacking"]], "todo": unfinished(made),
        "delivery": delivery.rows_of(lead.delivery) if asks_delivery(rows[0], lead) else (),
        "total": len(joint_steps(made)) + 1, "warned": warned_of(rows, lead, clock.now()),
    }  # fmt: skip


def duplicates_of(made: JointDraft, at: datetime.datetime) -> dict[str, Case]:
    """登录的本人已有一件的事项(编码 → 那一件)；没有登录的不找，填了别人的证件号码也看不到别人的。"""
    if made.joint is not None or made.user is None:
        return {}
    rows = list(joints.branches_of(made))
    lead = drafts.read(rows[0])
    if lead.agent:
        return {}
    indexes = [identity_index(lead.person)]
    told = {row.guide.item: duplicates.known(row.guide.item, id_indexes=indexes, to=made.user, at=at) for row in rows}
    return {item.code: other for item, other in told.items() if other is not None}


def doubled(made: JointDraft, others: dict[str, Case]) -> list[tuple[Draft, Case, bool]]:
    """提醒的各个事项：已有的那一件，可不可以从这一次里去掉。"""
    rows = list(joints.branches_of(made))
    return [
        (row, others[code], len(rows) > 1 and row.guide.item_id in optional_of(made))
        for row in rows
        if (code := row.guide.item.code) in others
    ]


def lives_nowhere(made: JointDraft, rows: list[Draft], lead: drafts.Content) -> bool:
    """该选住在哪个镇街，还没有选，或者选的已经不收。"""
    try:
        receiving_desks.lives_in(made.matter.window, [row.guide for row in rows], lead.desk)
    except NotNow:
        return True
    return False


def unfinished(made: JointDraft) -> list[Step]:
    """还没填好的步：重新校验一遍。"""
    wrong = set()
    rows = list(joints.branches_of(made))
    for row in rows:
        wrong |= {key_in(row, one["key"]) for one in builder.unfinished(row.guide.form, drafts.read(row).answers)}
    lead = drafts.read(rows[0])
    right = PersonForm(audiences_of(rows[0]), lead.person).is_valid() and not agent_unfinished(rows[0], lead)
    if not right or lives_nowhere(made, rows, lead):
        wrong.add(key_in(rows[0], drafts.PERSON))
    if not delivery.kept_is_whole(guides_of(rows[0]), lead.delivery):
        wrong.add(key_in(rows[0], drafts.DELIVERY))
    return [step for step in joint_steps(made) if step.key in wrong]


@require_POST
@access.private
def leave_out(request: HttpRequest, token: str) -> HttpResponse:
    """不办这一个了。"""
    made = open_of(request, token)
    row = get_object_or_404(made.drafts.filter(discarded_at=None), guide__item__code=request.POST.get("item", ""))
    try:
        joints.leave_out(row, by=access.actor(request), at=clock.now())
        messages.success(request, _("已去掉，别的都还在。"))
    except NotNow as reason:
        messages.error(request, said(reason))
    return redirect("hall:joint-check" if request.GET.get("from") == "check" else "hall:joint-apply", token)


@require_POST
@access.private
def submit(request: HttpRequest, token: str) -> HttpResponse:
    """提交：一次，一个编号；再按一遍还是那一件。"""
    made, at = open_of(request, token), clock.now()
    if made.joint is None and unfinished(made):
        return redirect("hall:joint-check", token)
    others, why = duplicates_of(made, at), request.POST.get("again", "").strip()[:MOST_WORDS]
    if others and not why:
        context = check_context(made) | {"doubled": doubled(made, others), "asked_why": "again" in request.POST}
        return render(request, "hall/joint_check.html", context)
    try:
        with transaction.atomic():
            if others:
                joints.go_on(made, others=others, why=why, by=access.actor(request), at=at)
            found = made.joint or _hand_in(request, made, at)
    except NotNow as reason:
        messages.error(request, said(reason))
        return redirect("hall:joint-apply", token)
    if by_agent(found):
        return redirect("hall:joint-receipt", token)
    if _filled_in_here(request, made):
        access.grant(request, found.number, at)
    return redirect("hall:joint", found.number)


@require_safe
@access.private
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """代理人递交以后的回执：编号给他，申请人的查询码不给。"""
    made = open_of(request, token)
    if made.joint is None or not by_agent(made.joint) or not _filled_in_here(request, made):
        return redirect("hall:track")
    return render(request, "hall/joint_receipt_of_agent.html", {"joint": made.joint})


def _hand_in(request: HttpRequest, made: JointDraft, at: datetime.datetime) -> Joint:
    lead = joints.branches_of(made)[0]
    content = drafts.read(lead)
    form = PersonForm(audiences_of(lead), content.person)
    if not form.is_valid():
        raise NotNow(_("申请人信息还没有填好。"))
    by = access.actor(request)
    return joints.submit(made, person=form.person(), by=by, at=at, entrusted=entrusted_in(content))


def _filled_in_here(request: HttpRequest, made: JointDraft) -> bool:
    mine = made.user_id is not None and made.user_id == request.user.pk
    return mine or made.token in request.session.get(access.DRAFTS, [])


# 进度 -----------------------------------------------------------------


@require_safe
@access.private
def joint(request: HttpRequest, number: str) -> HttpResponse:
    """一个编号看全部：每个事项到了哪里、谁在办、最迟哪天，先办好的先下载。"""
    at = clock.now()
    found = access.joint_of(request, number, at)
    cases = list(with_recalls(story.with_clocks(found.branches.with_context())).order_by("pk"))
    waiting = list(joint_course.waiting_of(found).select_related("guide").order_by("step", "pk"))
    done = sum(case.state not in WAITING for case in cases)
    results: dict[int, list[Any]] = {}
    for case in cases:
        case.mandate = found.mandate
        results[case.pk] = story.results_of(case)
    agent = joint_mandates.of(found)
    to_confirm = next((one.number for one in cases if one.unconfirmed and takes_confirmation(one)), "")
    may_supplement = found.mandate is None or MandateScope.SUPPLEMENT in found.mandate.scope
    context = {
        "joint": found,
        "now_words": state_words(found, done, len(cases) + len(waiting)),
        "rows": [
            {"case": case, "now": now_words(case), "promises": story.promises(story.clocks_of(case), at),
             "papers": results[case.pk], "may_supplement": may_supplement and story.may_supplement(case)}
            for case in cases
        ],
        "waiting": waiting,
        "consent": joint_consents.standing(found),
        "may_consent": not found.mandate and any(joint_consents.takes(case) for case in cases),
        "may_withdraw": not found.mandate and any(story.may_withdraw(case) for case in cases),
        "limit": found.clocks.running().first(),
        "to_confirm": "" if found.mandate else to_confirm,
        "at": at,
        "papers": story.documents(found),
        "code": "" if agent or not _filled_in_here(request, found.draft) else found.query_code,
        "agent": agent,
        "agent_scope": scope_words(agent.scope) if agent else "",
    }  # fmt: skip
    return render(request, "hall/joint.html", context)


def state_words(found: Joint, done: int, total: int) -> str:
    """一句大白话。"""
    told = {"total": total, "done": done}
    if found.state == JointState.ENDED:
        return _("%(total)s 个事项都办完了。") % told
    if found.state == JointState.DECIDED:
        return _("%(total)s 个事项都有结果了，在综合窗口一次领取。") % told
    return _("%(total)s 个事项分头在办，已经有结果的 %(done)s 个；先办好的先给您。") % told


@require_safe
def paper(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """联办件自己的文书：接收凭证、延期通知书。"""
    at = clock.now()
    found = access.joint_of(request, number, at)
    made: Paper | None = Paper.objects.about(found).filter(pk=pk).first()
    if made is None or not story.is_shown(made, found.mandate):
        raise Http404
    try:
        made = papers.render_now(made, at=at)
    except (MissingGlyph, Refused):
        messages.warning(request, _("这份文书正在制作，请稍后再试；急用请打窗口电话。"))
        return redirect("hall:joint", number)
    return attachment(made.file, f"{made.title} {made.number}.pdf", "application/pdf")
