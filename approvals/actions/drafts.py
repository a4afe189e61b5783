"""草稿与上传：网上申请从第一个字起就存着，提交后成为办件。"""

import datetime
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from approvals import rules
from approvals.actions import (
    amending,
    correction,
    delivery_choices,
    duplicates,
    intake,
    joint_course,
    mandates,
    receiving_desks,
    reuse,
)
from approvals.actions.files import FORM, BadUpload, Files, as_answers, clean_name, file_fields, keep, share, store
from approvals.models import Case, Draft, Joint, Upload
from approvals.rules.delivery import not_offered
from approvals.rules.materials import Brought
from approvals.states import BEFORE_ACCEPTANCE, Channel, MaterialWay
from catalog import rules as catalogue
from catalog.actions import suspending
from catalog.models import Guide
from catalog.rules.forms import settled
from catalog.states import DeliveryWay
from office.steps import NotNow
from office.workdays.rules import local

PERSON, MATERIALS, DELIVERY = "*person", "*materials", "*delivery"  # 申请表的页键以小写字母开头，不会相撞


DESTINATION = ("receiver", "phone", "address")


@dataclass
class Content:
    """草稿里写了什么。person 是申请人，answers 是申请表，pages_done 是填好的页。"""

    person: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)
    pages_done: list[str] = field(default_factory=list)
    takes_earlier: bool = False  # 本人同意取用以前填过的
    at_window: bool = False  # 窗口替他收的：handed_in 是当面交来的材料代号，on_behalf 是代为录入
    handed_in: list[str] = field(default_factory=list)
    on_behalf: bool = False
    delivery: dict[str, str] = field(default_factory=dict)  # 怎样拿结果：way、receiver、phone、address；没有选的是空的
    again: dict[str, Any] = field(default_factory=dict)  # 提醒过同一事项已有一件：other 是哪一件，why 是为什么还要办
    agent: dict[str, Any] = field(default_factory=dict)  # 由代理人递交的：他是谁、委托哪几样；本人办的是空的
    desk: str = ""  # 交给哪个受理点(单位编码)；只有一个窗口的不选


def read(draft: Draft) -> Content:
    """草稿的内容；申请表里的附件以传上来的文件为准。"""
    content = Content(**json.loads(draft.content))
    if keys := file_fields(draft.guide.form):
        given = as_answers(draft.uploads.filter(material_key__in=keys).order_by("pk"))
        content.answers |= {field["key"]: given.get(field["key"], []) for field in keys.values()}
    return content


def start(*, guide: Guide, by: User, at: datetime.datetime, user: User | None = None) -> Draft:
    """开始申请：建一份空草稿。user 是网上用户；没有账号的凭令牌继续。Raises: NotNow（事项正停办）。"""
    suspending.refuse_suspended(guide.item, at=at)
    if guide.item.advice_only:
        raise NotNow(_("这个事项只提供咨询：在哪里办、怎么办，请看办事指南。"))
    return Draft.objects.create(guide=guide, user=user, started_at=at, saved_at=at)


def save(
    draft: Draft, *, page: str, values: Mapping[str, Any], done: bool, by: User, at: datetime.datetime,
    agent: Mapping[str, Any] | None = None, desk: str | None = None,
) -> Draft:  # fmt: skip
    """保存草稿：只并入这一页，别的页（另一个窗口里刚填的）不动。values 是能变成 JSON 的值。

    agent 是代理人，desk 是交给哪个受理点：不给就不动。

    Raises: NotNow（已提交或已删除）。
    """
    with transaction.atomic():
        _lock_open(draft)
        content = read(draft)
        if agent is not None:
            content.agent = dict(agent)
        if desk is not None:
            content.desk = desk
        if page == DELIVERY:
            content.delivery = dict(values)
        else:
            (content.person if page == PERSON else content.answers).update(values)
        content.pages_done = [one for one in content.pages_done if one != page] + [page] * done
        _write(draft, content, at)
    return draft


def fill_at_window(
    draft: Draft, *, answers: Mapping[str, Any], handed_in: Iterable[str], on_behalf: bool, by: User,
    at: datetime.datetime, desk: str = "",
) -> Draft:  # fmt: skip
    """窗口填写：联办里一个事项的申请表和当面交来的材料，一次写好；desk 是住在哪个镇街。

    Raises: NotNow（已提交或已删除）。
    """
    with transaction.atomic():
        _lock_open(draft)
        content = Content(
            answers=dict(answers), at_window=True, handed_in=sorted(handed_in), on_behalf=on_behalf, desk=desk
        )
        _write(draft, content, at)
    return draft


def go_on(draft: Draft, *, other: Case, why: str, by: User, at: datetime.datetime) -> Draft:
    """提醒过同一事项已有一件还要办的，为什么先存着，收件的时候记在办件上。Raises: NotNow（已提交、没有写为什么）。"""
    if not why.strip():
        raise NotNow(_("请写明为什么还要办这一件。"))
    with transaction.atomic():
        _lock_open(draft)
        content = read(draft)
        content.again = {"other": other.pk, "why": why.strip()}
        _write(draft, content, at)
    return draft


def renew(draft: Draft, *, guide: Guide, by: User, at: datetime.datetime) -> Draft:
    """改用新版指南：填过的留着，各页请申请人重新看一遍。Raises: NotNow。"""
    with transaction.atomic():
        _lock_open(draft)
        if guide.item_id != draft.guide.item_id:
            raise NotNow(_("这不是同一个事项的指南。"))
        content = read(draft)
        content.pages_done = [page for page in content.pages_done if page == PERSON]
        draft.guide = guide
        draft.save(update_fields=["guide"])
        _write(draft, content, at)
    return draft


def discard(draft: Draft, *, by: User, at: datetime.datetime) -> Draft:
    """删除草稿：先记下删除时间，填的内容和文件留到保存期满再清。Raises: NotNow。"""
    with transaction.atomic():
        _lock_open(draft)
        draft.discarded_at = at
        draft.save(update_fields=["discarded_at"])
    return draft


def attach(draft: Draft, *, key: str, name: str, content: "File[bytes]", by: User, at: datetime.datetime) -> Upload:
    """上传：材料，或者申请表里的附件(form_key)。同一份文件再传一遍还是那一份。

    Raises: BadUpload、NotNow（已提交或已删除）。
    """
    with transaction.atomic():
        _lock_open(draft)
        field = file_fields(draft.guide.form).get(key)
        if field is None and key != mandates.SCAN_KEY and not draft.guide.materials.filter(key=key).exists():
            raise BadUpload(_("清单里没有这份材料。"))
        upload = store(name, content, {"draft": draft, "material_key": key}, by=by, at=at, field=field)
        draft.saved_at = at
        draft.save(update_fields=["saved_at"])
    return upload


def remove(upload: Upload, *, by: User, at: datetime.datetime) -> None:
    """移除草稿里的一份文件；已经交上来的移不走。Raises: NotNow。"""
    with transaction.atomic():
        if upload.draft is None or upload.case_id is not None or upload.case_material_id is not None:
            raise NotNow(_("已经提交的材料不能移除。"))
        _lock_open(upload.draft)
        stored = upload.file
        upload.delete()
        transaction.on_commit(lambda: stored.delete(save=False))


def submit(
    draft: Draft, *, person: intake.Person, answers: Mapping[str, Any], by: User, at: datetime.datetime,
    entrusted: mandates.Entrusted | None = None,
) -> Case:  # fmt: skip
    """提交申请：收件，文件随之归到办件的材料名下。再提交一遍，得到的还是同一件。entrusted 是由代理人递交的。

    Raises: NotNow（已删除、指南已换新版、没有窗口收件）。
    """
    with transaction.atomic():
        _lock(draft)
        if draft.case is not None:
            return draft.case
        if draft.joint_id is not None:
            raise NotNow(_("这是联办申请里的一个事项，请在联办申请里一起提交。"))
        may_submit(draft, at)
        return _received(draft, answers, person, None, by=by, at=at, entrusted=entrusted)


def take_in(draft: Draft, *, joint: Joint, by: User, at: datetime.datetime) -> Case:
    """联办申请里的一个事项收件：由综合窗口收，首问责任人是联办件的那一位。在联办件的事务里调用。

    Raises: NotNow（事项正停办）。
    """
    with transaction.atomic():
        _lock(draft)
        return _received(draft, settled(draft.guide.form, read(draft).answers), None, joint, by=by, at=at)


def _received(
    draft: Draft, answers: Mapping[str, Any], person: intake.Person | None, joint: Joint | None, *, by: User,
    at: datetime.datetime, entrusted: mandates.Entrusted | None = None,
) -> Case:  # fmt: skip
    """草稿成为办件，文件归到办件的材料名下。由代理人递交的不挂在填表人的账号上：账号是代理人的，不是申请人的。"""
    guide, uploads, told = draft.guide, list(draft.uploads.order_by("pk")), read(draft)
    needed = {m.key for m in guide.materials.all() if catalogue.asks_for(m, guide.form, answers)}
    given = {upload.material_key for upload in uploads} | set(told.handed_in)
    again = set(draft.reuses.values_list("material_key", flat=True))
    given |= again
    if entrusted is not None:
        papers = [one for one in uploads if one.material_key == mandates.SCAN_KEY]
        entrusted = replace(entrusted, stored=papers[-1] if papers else None)  # 传了几次的，照最后一次
    unit, first_contact = (
        (joint.window, joint.first_contact) if joint else receiving_desks.receives(guide, told.desk, at)
    )
    with transaction.atomic():
        case = intake.receive(
            guide=guide, person=person, answers=answers, provided=given & needed,
            channel=Channel.WINDOW if told.at_window else Channel.ONLINE, unit=unit, first_contact=first_contact,
            by=by, at=at, user=_account(draft, joint, entrusted), key=draft.token, joint=joint,
            on_behalf=told.on_behalf, reused=again, entrusted=entrusted,
            town=receiving_desks.home(unit, guide, told.desk) if joint else None,
        )  # fmt: skip
        rows = {row.material.key: row for row in case.materials.select_related("material")}
        digests = {one["digest"] for key in as_answers(uploads) for one in answers.get(key, [])}
        for upload in uploads:
            upload.case_material = rows.get(upload.material_key)
            ours = upload.material_key.startswith(FORM) and upload.digest in digests
            ours = ours or (entrusted is not None and upload.material_key == mandates.SCAN_KEY)
            upload.case = case if ours else None
            upload.save(update_fields=["case_material", "case"])
        reuse.settle_draft(draft, case, by=by, at=at)
        if told.again:
            other = Case.objects.get(pk=told.again["other"])
            duplicates.note(case, other=other, why=told.again["why"], by=by, at=at)
        if told.delivery and entrusted is None:  # 代理人选不了：结果怎么给由申请人定，收件以后在查进度页选
            _choose_delivery(case, told.delivery, by=by, at=at)
        draft.case = case
        draft.save(update_fields=["case"])
        _write(draft, Content(), at)  # 个人信息已在办件里，草稿不再留一份
    return case


def _account(draft: Draft, joint: Joint | None, entrusted: mandates.Entrusted | None) -> User | None:
    if joint is not None:
        return joint.user
    return None if entrusted else draft.user


def _choose_delivery(case: Case, told: Mapping[str, str], *, by: User, at: datetime.datetime) -> None:
    """照申请时选的。联办选一次：指南没有这一种的事项以后另选；电子送达一次同意，一份确认书(joint_consents)。"""
    way, to = told["way"], {name: told.get(name, "") for name in DESTINATION}
    if case.joint_id is not None and (way == DeliveryWay.ELECTRONIC or not_offered(case, way)):
        return
    delivery_choices.choose(case, way=way, to=delivery_choices.Destination(**to), by=by, at=at)


def supplement(
    case: Case, *, files: Mapping[str, Files], by: User, at: datetime.datetime, way: str = MaterialWay.ONLINE
) -> Case:
    """网上补正：只收告知书上列的材料；全部补齐后自动回到窗口核对。files 以材料代号为键，way 是怎样交来的。

    Raises: BadUpload、NotNow（不在补正中、交的不是所列材料）、PermissionDenied。
    """
    with transaction.atomic():
        siblings = joint_course.lock_branches(case)
        case.lock()
        if not rules.may_handle_materials(case, by):
            raise PermissionDenied("您不是这件申请的申请人。")
        correction.answer(case, keys=list(files), brought=dict.fromkeys(files, Brought(way=way)), by=by, at=at)
        rows = {row.material.key: row for row in case.materials.select_related("material")}
        before = {key: [upload.name for upload in rows[key].uploads.order_by("pk")] for key in files}
        for key, given in files.items():
            made = keep(rows[key], given, by=by, at=at)
            for sibling in siblings:
                _share(made, sibling, rows[key].material.name, by=by, at=at)
        names = {key: [before[key], [clean_name(name) for name, _content in files[key]]] for key in files}
        amending.note_files(case, names, by=by, at=at)
    return case


def _share(made: list[Upload], sibling: Case, name: str, *, by: User, at: datetime.datetime) -> None:
    """联办里共用的材料：补来的文件，用它的另一件也有一行；没有受理的，记成申请人改过。"""
    shared = share(made, sibling, name)
    if shared and sibling.state in BEFORE_ACCEPTANCE:
        row, before, new = shared
        amending.note_files(sibling, {row.material.key: [before, new]}, by=by, at=at)


def _lock(draft: Draft) -> None:
    draft.refresh_from_db(from_queryset=Draft.objects.select_for_update(no_key=True))


def _lock_open(draft: Draft) -> None:
    _lock(draft)
    if draft.case_id is not None:
        raise NotNow(_("这份申请已经提交，不能再改；需要补充的，请在查进度里补交。"))
    _not_discarded(draft)


def _not_discarded(draft: Draft) -> None:
    if draft.discarded_at is not None:
        raise NotNow(_("这份草稿已经删除。"))


def may_submit(draft: Draft, at: datetime.datetime) -> None:
    """能不能提交。Raises: NotNow（已删除、指南已换新版）。"""
    _not_discarded(draft)
    if draft.guide.item.guide_on(local(at).date()) != draft.guide:
        raise NotNow(_("这个事项的办事指南已经更新，请按新版核对一遍再提交；您填过的都还在。"))


def _write(draft: Draft, content: Content, at: datetime.datetime) -> None:
    draft.content = json.dumps(asdict(content), ensure_ascii=False)
    draft.saved_at = at
    draft.save(update_fields=["content", "saved_at"])


def take_earlier(draft: Draft, *, agreed: bool, by: User, at: datetime.datetime) -> Draft:
    """取用以前填过的：登录的本人同意了才填，随时可以不取。Raises: NotNow、PermissionDenied。"""
    with transaction.atomic():
        _lock_open(draft)
        if draft.user_id is None or draft.user_id != by.pk:
            raise PermissionDenied("登录的本人才能取用以前填过的。")
        content = read(draft)
        content.takes_earlier = agreed
        _write(draft, content, at)
    return draft
