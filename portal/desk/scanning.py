"""扫码签收：一个码读进来，签收了没有、为什么没有，一句话说清。"""

import datetime
import re
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from agencies.models import User
from approvals.actions import differences, handover
from approvals.models import Batch, Case, Transfer
from approvals.states import BatchState, TransferState
from office.papers.models import Paper
from office.steps import NotNow
from portal import words

MOST = 60


@dataclass(frozen=True)
class Answer:
    """答复：语气（消息的级别）、一句话、该看哪张清单。"""

    level: int
    words: str
    batch: str = ""


def tidy(text: str) -> str:
    """扫码枪敲进来的：网址取最后一段，空白和控制符去掉。"""
    text = text.strip()
    code = text.rstrip("/").rpartition("/")[2] if "://" in text else text
    return re.sub(r"[\s\x00-\x1f]", "", code)[:MOST].upper()


def read(text: str, *, user: User, batch: Batch | None, at: datetime.datetime) -> Answer:
    """读一个码：清单码打开清单；办件编号或办件文书上的码，签收那一件。"""
    code = tidy(text)
    if not code:
        return Answer(messages.ERROR, _("没有读到码，请再扫一次。"))
    if listed := Batch.objects.visible_to(user).filter(number=code).first():
        if batch == listed and listed.state == BatchState.DRAFT:
            return _signed_out(listed, user, at)
        return Answer(messages.INFO, _opened(listed), listed.number)
    case = Case.objects.filter(number=code).first() or _of_paper(code)
    units = user.unit_keys("view_cases")
    travelling = Transfer.objects.on_the_road().filter(case=case, to_unit__in=units)
    passage = travelling.with_context().first() if case else None
    if passage:
        return _signed(passage, user, batch, at)
    if case and batch and batch.state == BatchState.DRAFT:
        return _ticked(batch, case)
    return _not_for_us(code, case, units, user, batch, at)


def _opened(listed: Batch) -> str:
    if listed.state == BatchState.DRAFT:
        return _("清单 %s，逐件点过，再扫一次清单上的码签出。") % listed.number
    return _("清单 %s，逐件扫码签收。") % listed.number


def _signed_out(listed: Batch, user: User, at: datetime.datetime) -> Answer:
    """开着这张清单再扫它的码：点齐了，签出。"""
    try:
        handover.sign_out(listed, by=user, at=at)
    except (NotNow, PermissionDenied) as reason:
        return Answer(messages.ERROR, str(reason), listed.number)
    return Answer(
        messages.SUCCESS, _("清单 %s 已签出，对方签收以前，件仍由您单位负责。") % listed.number, listed.number
    )


def _ticked(batch: Batch, case: Case) -> Answer:
    """签出以前点件：扫到的在不在清单上。"""
    if batch.transfers.filter(case=case).exists():
        return Answer(messages.SUCCESS, _("%s 在清单上。") % case.number, batch.number)
    said = _("%s 不在这张清单上：后来要交的，按“补入后来的件”；不是这一路的，拿出来。")
    return Answer(messages.WARNING, said % case.number, batch.number)


def _of_paper(code: str) -> Case | None:
    """文书上的核验码说的是哪一件。"""
    paper = Paper.objects.by_check_code(code)
    if paper is None or paper.subject_type != Case._meta.label_lower:
        return None
    return Case.objects.filter(pk=int(paper.subject_key)).first()


def _signed(passage: Transfer, user: User, batch: Batch | None, at: datetime.datetime) -> Answer:
    number, listed = passage.case.number, passage.batch
    try:
        handover.sign_in(passage, by=user, at=at)
    except (NotNow, PermissionDenied) as reason:
        return Answer(messages.ERROR, f"{number}：{reason}", listed.number if listed else "")
    here = listed.number if listed else ""
    if batch and listed and batch != listed:
        return Answer(
            messages.WARNING, _("%(case)s 已签收，它在另一张清单 %(batch)s 上。") % {"case": number, "batch": here}
        )
    left = listed.transfers.on_the_road().count() if listed else 0
    said = _("%(case)s 已签收，还有 %(left)d 件。") if left else _("%(case)s 已签收，这张清单签收完毕。")
    return Answer(messages.SUCCESS, said % {"case": number, "left": left}, here)


def _not_for_us(
    code: str, case: Case | None, units: set[int], user: User, batch: Batch | None, at: datetime.datetime
) -> Answer:
    """不是送来等着签收的：签过了、多出来的，或者与我们无关（不说它是谁的）。"""
    here = batch.number if batch else ""
    passed = case and case.transfers.filter(to_unit__in=units, state=TransferState.SIGNED_IN).order_by("-pk").first()
    if case and passed and (case.unit_id in units or (batch and passed.batch_id == batch.pk)):
        when = words.moment_words(passed.signed_in_at)
        return Answer(messages.INFO, _("%(case)s 已在 %(when)s 签收，不用再扫。") % {"case": code, "when": when}, here)
    if case and batch and case.unit_id == batch.from_unit_id:
        try:
            differences.note_extra(batch, case, by=user, at=at)
        except PermissionDenied as reason:
            return Answer(messages.ERROR, str(reason), here)
        said = _("%s 不在清单上，已记为“多出的件”：请单独放好，等交出单位认领。")
        return Answer(messages.WARNING, said % code, here)
    return Answer(messages.ERROR, _("没有要您单位签收的“%s”：请核对编号，或看是不是别的单位的件。") % code, here)
