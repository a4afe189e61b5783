"""重新收件：机关撤销了自己说的“不”，照申请人原来交的另收一件；要交的一样也不重复交。

原件不重开。新件走平常的收件，从这一刻起算它自己的期限；材料连着取自原件的哪一份，附件另存一份；
申请人许过的承诺、给过的委托随着带来，写明从哪一件来。
"""

import datetime

from django.db import transaction

from agencies.models import Post, User
from agencies.rules import takes_applications
from approvals.actions import attendances, carrying, intake, mandates
from approvals.actions.files import Files, form_key
from approvals.models import Case, Reuse
from approvals.states import AT_THE_DESK, TakenHow
from catalog.actions import suspending
from catalog.models import Guide
from catalog.rules.forms import fields_of
from office.journal import actions as journal
from office.steps import NotNow
from office.workdays.rules import local


def obstacle(case: Case, *, at: datetime.datetime) -> str:
    """为什么不能照原来交的另收一件；能就是空串。"""
    try:
        _guide(case, at)
        _first_contact(case, at)
    except NotNow as why:
        return str(why)
    return ""


def _guide(case: Case, at: datetime.datetime) -> Guide:
    """照现在有效的指南重新办理。Raises: NotNow(事项已经取消、正停办、改为只答复，原窗口不再收件)。"""
    guide = case.item.guide_on(local(at).date())
    if guide is None:
        raise NotNow(f"“{case.item}”现在没有有效的办事指南，开不了新件。")
    suspending.refuse_suspended(case.item, at=at)
    if case.item.advice_only:
        raise NotNow(f"“{case.item}”现在不收申请，只答复怎么办、去哪里办，开不了新件。")
    if case.channel in AT_THE_DESK and not takes_applications(case.intake_unit):
        raise NotNow(f"“{case.intake_unit}”现在不直接收件，开不了新件。")
    return guide


def _first_contact(case: Case, at: datetime.datetime) -> User:
    """还是原来负责到底的人；已经不在任的，由原窗口此刻的首问接着。Raises: NotNow(窗口没有人)。"""
    if case.responsible.is_active:
        return case.responsible
    found = Post.objects.first_contact_of(case.intake_unit, at)
    if found is None:
        raise NotNow(f"“{case.intake_unit}”现在没有收件的人，开不了新件。")
    return found


def redo(case: Case, *, key: str, by: User, at: datetime.datetime) -> Case:
    """重新收件：同一申请人、同一份申请表和材料、同一位首问责任人；key 再来还是那一件。Raises: NotNow。"""
    with transaction.atomic():
        guide = _guide(case, at)
        given = {row.material.key: row for row in case.materials.select_related("material").filter(provided=True)}
        made = intake.receive(
            guide=guide, person=_person(case), answers=case.answers,
            provided=set(given) & set(guide.materials.values_list("key", flat=True)),
            channel=case.channel, unit=case.intake_unit, first_contact=_first_contact(case, at), by=by, at=at,
            user=case.user, key=key, attached=_attached(case, guide), reused=given, redoes=case, tell=False,
            town=case.town,
        )  # fmt: skip
        for row in made.materials.select_related("material").filter(material__key__in=given, reuse=None):
            old = given[row.material.key]
            source = old.reuse.source if hasattr(old, "reuse") else old  # 原件也是取自别处的，连到最初那一份
            told = {"consent": TakenHow.REDONE, "agreed_at": at, "agreed_by": by}
            Reuse.objects.create(material_key=row.material.key, case_material=row, source=source, **told)
        carrying.promises(case, made, by=by, at=at)
        mandates.carry(case, made, by=by, at=at)
        attendances.carry(case, made, by=by, at=at)
        facts = {"text": f"照办件 {case.number} 原来交的重新收件", "materials": sorted(given)}
        state = made.state
        journal.record("approvals.case.redo", about=made, by=by, at=at, before=state, after=state, facts=facts)
    return made


def _person(case: Case) -> intake.Person:
    one = case.applicant
    return intake.Person(one.kind, one.name, one.id_number, one.phone, one.address, one.contact_name, one.id_kind)


def _attached(case: Case, guide: Guide) -> dict[str, Files]:
    """申请表里的附件：现在的申请表还有那一格的，另存一份给新件。"""
    found: dict[str, Files] = {}
    for _page, field in fields_of(guide.form):
        if field["kind"] == "file":
            rows = case.attachments.filter(material_key=form_key(field["key"])).order_by("pk")
            if files := [(upload.name, upload.file) for upload in rows]:
                found[field["key"]] = files
    return found
