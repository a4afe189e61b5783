"""联办：一件事一次申请，几个事项分头办；材料合成一份，同一样的只交一次、只核对一次。"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from agencies.models import Agency, Post, User
from approvals.actions import (
    confirmations,
    drafts,
    intake,
    joint_consents,
    joint_course,
    joint_mandates,
    mandates,
    material_papers,
    receiving_desks,
    telling,
)
from approvals.actions.codes import query_code
from approvals.actions.files import Files, copied, form_key
from approvals.models import Case, Draft, Joint, JointDraft, Upload
from approvals.rules import joints as rules
from approvals.states import Outcome
from catalog.actions import suspending
from catalog.models import Guide, JointItem, JointMatter, Material
from catalog.rules.joints import Shared, together
from catalog.states import DeliveryWay
from office.journal import actions as journal
from office.steps import NotNow
from office.sure import sure
from office.vault import blind_index
from office.workdays.rules import local

PREFIX = "LB"  # 联办；办件编号全是数字，首问是 SW


def start(
    *, matter: JointMatter, chosen: Iterable[str], by: User, at: datetime.datetime, user: User | None = None
) -> JointDraft:
    """开始联办申请：选中的事项各建一份草稿。chosen 是事项的编码；必办的不选也在内。

    Raises: NotNow（已停用、有事项正停办、没有选）。
    """
    if matter.withdrawn:
        raise NotNow(_("这件事现在不联办，请分别申请各个事项。"))
    wanted = set(chosen)
    rows = [(row, guide) for row, guide in matter.guides_on(local(at).date())
            if row.item.code in wanted or not row.optional]  # fmt: skip
    if not rows:
        raise NotNow(_("请至少选一个要办的事项。"))
    for row, _guide in rows:
        suspending.refuse_suspended(row.item, at=at)
    with transaction.atomic():
        made = JointDraft.objects.create(matter=matter, user=user, started_at=at)
        Draft.objects.bulk_create(_branch(made, row, guide, at) for row, guide in rows)
    return made


def _branch(made: JointDraft, row: JointItem, guide: Guide, at: datetime.datetime) -> Draft:
    return Draft(guide=guide, user=made.user, started_at=at, saved_at=at, joint=made, step=row.step)


def branches_of(made: JointDraft) -> QuerySet[Draft]:
    """这份申请里各个事项的草稿，先办的在前。"""
    return made.drafts.filter(discarded_at=None).select_related("guide__item", "guide__window").order_by("step", "pk")


def leave_out(draft: Draft, *, by: User, at: datetime.datetime) -> None:
    """不办这一个了：从这份联办申请里去掉，别的不动。Raises: NotNow（必办的、只剩一个、已提交）。"""
    with transaction.atomic():
        made = _locked(draft.joint)
        row = made.matter.items.filter(item=draft.guide.item_id).first()
        if row is not None and not row.optional:
            raise NotNow(_("这一个是必办的，不能去掉。"))
        if branches_of(made).count() < 2:
            raise NotNow(_("只剩这一个事项了，不能再去掉。"))
        drafts.discard(draft, by=by, at=at)
        for scan in joint_mandates.scans([draft]):  # 代理人的委托书管整件事，跟着留下的事项
            scan.draft = branches_of(made)[0]
            scan.save(update_fields=["draft"])


def go_on(made: JointDraft, *, others: Mapping[str, Case], why: str, by: User, at: datetime.datetime) -> None:
    """有的事项已有一件、还要一起办：为什么写一次，各个事项收件时各记一行，等前一步的也等到收件。

    others 以事项的编码为键。Raises: NotNow(已提交、没有写为什么)。
    """
    for row in branches_of(made):
        if (other := others.get(row.guide.item.code)) is not None:
            drafts.go_on(row, other=other, why=why, by=by, at=at)


def _locked(made: JointDraft | None) -> JointDraft:
    locked = JointDraft.objects.select_for_update().select_related(None).get(pk=sure(made).pk)
    if locked.joint_id is not None:
        raise NotNow(_("这份申请已经提交，不能再改。"))
    return locked


# 材料合成一份 ---------------------------------------------------------


def shared_materials(rows: Sequence[Draft]) -> list[Shared]:
    """几份指南的材料合成一份清单，次序照事项的先后。"""
    found = Material.objects.filter(guide__in=[row.guide_id for row in rows]).order_by("position", "pk")
    guides = {row.guide_id: row.guide for row in rows}
    by_guide: dict[int, list[Material]] = {}
    for material in found:
        material.guide = guides[material.guide_id]
        by_guide.setdefault(material.guide_id, []).append(material)
    return together(material for row in rows for material in by_guide.get(row.guide_id, []))


def share(rows: Sequence[Draft]) -> None:
    """一份材料交在哪个事项名下，要它的别的事项也都有：文件只存一份，各记一行。"""
    own = {row.guide_id: row for row in rows}
    uploads = list(Upload.objects.filter(draft__in=rows).order_by("pk"))
    for one in shared_materials(rows):
        places = {(own[material.guide_id].pk, material.key) for material in one.rows}
        given = [upload for upload in uploads if (upload.draft_id, upload.material_key) in places]
        for draft, key in places:
            has = {upload.digest for upload in given if (upload.draft_id, upload.material_key) == (draft, key)}
            Upload.objects.bulk_create(
                copied(upload, draft=draft, material_key=key)
                for upload in {u.digest: u for u in given}.values() if upload.digest not in has
            )  # fmt: skip


# 提交 -----------------------------------------------------------------


@dataclass(frozen=True)
class Filled:
    """窗口填好的一个事项：申请表，当场交来的附件（以格子的键为键）。"""

    answers: Mapping[str, Any]
    attached: Mapping[str, Files] = field(default_factory=dict)


def take_in_at_window(
    *, matter: JointMatter, filled: Mapping[str, Filled], person: intake.Person, provided: set[str], on_behalf: bool,
    key: str, by: User, at: datetime.datetime, others: Mapping[str, Case] | None = None, why: str = "",
    first_contact: User | None = None, desk: str = "", entrusted: mandates.Entrusted | None = None,
) -> Joint:  # fmt: skip
    """综合窗口收联办：几个事项的申请表一次填好，共用的材料交一次，一份接收凭证；以后各走各的，与网上交的一样。

    filled 以事项的编码为键，选了哪几个就是哪几个；provided 是交来的材料的名称。key 是提交凭据：连按两下只有一件。
    others 是提醒过的重复(也以事项的编码为键)，why 是为什么照样收。
    首问责任人是 first_contact，不给的是收件的人；desk 是申请人住在哪个镇街(有先由镇街调查的事项才用)。
    entrusted 是由代理人递交的。

    Raises: NotNow（已停用、正停办、没有选）、files.BadUpload、PermissionDenied。
    """
    if not by.may("take_in", matter.window):
        raise PermissionDenied("联办由综合窗口收。")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
        known: Joint | None = Joint.objects.filter(submission_key=key).first()
        if known is not None:
            return known
        made = start(matter=matter, chosen=filled, by=by, at=at)
        made.token = key
        made.save(update_fields=["token"])
        for row in branches_of(made):
            told = filled[row.guide.item.code]
            mine = row.guide.materials.filter(name__in=provided).values_list("key", flat=True)
            drafts.fill_at_window(
                row, answers=told.answers, handed_in=mine, on_behalf=on_behalf, desk=desk, by=by, at=at
            )
            for name, files in told.attached.items():
                for title, content in files:
                    drafts.attach(row, key=form_key(name), name=title, content=content, by=by, at=at)
        go_on(made, others=others or {}, why=why, by=by, at=at)
        joint = submit(made, person=person, by=by, at=at, first_contact=first_contact or by, entrusted=entrusted)
        if on_behalf:
            confirmations.order_sheet(joint, by=by, at=at)
        return joint


def submit(
    made: JointDraft, *, person: intake.Person, by: User, at: datetime.datetime, first_contact: User | None = None,
    entrusted: mandates.Entrusted | None = None,
) -> Joint:  # fmt: skip
    """提交联办申请：一个申请人、一个编号和查询码；第一步的事项当时收件，后面的等前一步办成。再交一遍还是那一件。

    网上交的，首问责任人是综合窗口此刻当班的人。
    entrusted 是由代理人递交的：不挂在填表人的账号上，怎样拿结果由申请人自己定。
    Raises: NotNow（指南已换新版、综合窗口没有人、要本人到场的）。
    """
    with transaction.atomic():
        made.refresh_from_db(from_queryset=JointDraft.objects.select_for_update())
        if made.joint is not None:
            return made.joint
        rows = list(branches_of(made))
        for row in rows:
            drafts.may_submit(row, at)
        receiving_desks.lives_in(made.matter.window, [row.guide for row in rows], drafts.read(rows[0]).desk)
        joint = _register(made, person, first_contact, None if entrusted else made.user, at)
        share(rows)
        made.joint = joint
        made.save(update_fields=["joint"])
        if entrusted is not None:
            for row in rows:
                drafts.save(row, page=drafts.DELIVERY, values={}, done=False, by=by, at=at)
        first = [row for row in rows if row.step == rows[0].step]
        electronic = drafts.read(rows[0]).delivery.get("way") == DeliveryWay.ELECTRONIC
        for row in first:
            drafts.take_in(row, joint=joint, by=by, at=at)
        if entrusted is not None:
            joint_mandates.submit_by(joint, entrusted, by=by, at=at)
        facts = {"matter": joint.matter.name, "items": [row.guide.name for row in rows]}
        journal.record("approvals.joint.submit", about=joint, by=by, at=at, after=joint.state, facts=facts)
        material_papers.joint_receipt(joint, [row.guide.name for row in rows], by=by, at=at)
        if electronic and joint_consents.may_agree(joint):
            joint_consents.agree(joint, how=joint_consents.ONLINE, by=by, at=at)
        body = (
            f"“{joint.matter.name}”的申请已收到，联办编号 {joint.number}，查询码 {joint.query_code}，"
            f"{len(rows)} 个事项一个编号查进度。五个工作日内答复是否受理。"
        )
        telling.tell_applicant(joint, "case.received", "申请已收到", body, by=by, at=at)
    return joint


def _register(
    made: JointDraft, person: intake.Person, first_contact: User | None, user: User | None, at: datetime.datetime
) -> Joint:
    matter = made.matter
    first_contact = first_contact or Post.objects.first_contact_of(matter.window, at)
    if first_contact is None:
        raise NotNow(_("综合窗口现在没有人收件，请打咨询电话，我们马上为您安排。"))
    code = query_code()
    number = _number(matter.window.agency, at)
    joint: Joint = Joint.objects.create(
        number=number, query_code=code, query_index=blind_index(f"{number}/{code}", purpose="query-code"),
        submission_key=made.token, matter=matter, applicant=intake.register_applicant(person, at), user=user,
        lead=matter.lead, window=matter.window, first_contact=first_contact, limit_value=matter.limit_value,
        limit_unit=matter.limit_unit, limit_basis=matter.limit_basis, received_at=at,
    )  # fmt: skip
    return joint


def _number(agency: Agency, at: datetime.datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('approvals_case_number')")
        serial = cursor.fetchone()[0]
    return f"{PREFIX}{agency.region_code}{local(at):%Y%m%d}{serial:06d}"


# 依次办的：前一步办成了，后一步才收件 ------------------------------------


def begin_next(*, at: datetime.datetime, limit: int = 200) -> int:
    """依次办的，前一步都准予了就收件、起期限；前一步没有办成的，告诉申请人，不再往下。返回动了几份。

    事项正停办、窗口正没有人的，等着，下一分钟再看；等着的在进度页上写明。
    """
    system, moved = User.objects.system(), 0
    waiting = Draft.objects.open().filter(joint__joint__isnull=False).values_list("joint__joint", flat=True)
    for key in waiting.distinct().order_by("joint__joint")[:limit]:
        try:
            with transaction.atomic():
                joint = Joint.objects.get(pk=key)
                joint.lock()
                moved += _next_of(joint, by=system, at=at)
        except NotNow:
            continue
    return moved


def _next_of(joint: Joint, *, by: User, at: datetime.datetime) -> int:
    rows = list(joint_course.waiting_of(joint).select_related("guide__item", "joint").order_by("step", "pk"))
    if not rows:
        return 0
    before = joint.draft.drafts.exclude(case=None).filter(step__lt=rows[0].step).select_related("case")
    last = max((row.step for row in before), default=0)
    verdict = rules.next_step((row.step, row.case) for row in before if row.step == last)
    if verdict == "wait":
        return 0
    if verdict == "drop":
        _drop(joint, rows, by=by, at=at)
    else:
        rows = [row for row in rows if row.step == rows[0].step]
        for row in rows:
            case = drafts.take_in(row, joint=joint, by=by, at=at)
            joint_consents.extend_to(case, by=by, at=at)
            joint_mandates.extend_to(case, by=by, at=at)
            body = f"前一步已经办成，“{row.guide.name}”现在收件，五个工作日内答复是否受理。"
            telling.tell_applicant(joint, "joint.next", "下一个事项开始办了", body, by=by, at=at)
    joint_course.bring_up(joint, by=by, at=at)
    return len(rows)


def _drop(joint: Joint, rows: list[Draft], *, by: User, at: datetime.datetime) -> None:
    """前一步没有办成：后面的不收，不是不予受理，以后可以单独再申请。"""
    for row in rows:
        drafts.discard(row, by=by, at=at)
    names = "、".join(row.guide.name for row in rows)
    facts = {"items": [row.guide.name for row in rows]}
    journal.record(
        "approvals.joint.drop", about=joint, by=by, at=at, before=joint.state, after=joint.state, facts=facts
    )
    body = f"前一步没有办成，{names}没有收件，也没有影响您以后的申请；条件具备了可以再申请。"
    telling.tell_applicant(joint, "joint.next", "后面的事项没有收件", body, by=by, at=at)


def granted_of(branches: Iterable[Case]) -> int:
    return sum(case.outcome == Outcome.GRANTED for case in branches)
