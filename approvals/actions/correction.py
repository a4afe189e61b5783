"""一次性告知与补正。"""

import datetime
from collections.abc import Iterable, Mapping

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies.models import User
from approvals.actions import deadlines, fees, joint_course, letters, material_papers, telling
from approvals.models import Case, CaseMaterial, CorrectionLine, CorrectionNotice, Flag
from approvals.models.material import RECEIVED
from approvals.rules import may_handle_materials, may_take_in, missing_materials
from approvals.rules.materials import Brought, as_asked
from approvals.states import WAITING, CaseState, FlagKind, MaterialWay, Verdict
from catalog.rules import asks_for
from catalog.rules.forms import is_the_application
from catalog.states import Requirement, Source
from office.journal import actions as journal
from office.papers.words import last_day_words
from office.steps import NotNow, take

PARCEL_COMING = "补正期限以内寄来的邮件还在路上：先登记收到，或者登记没有收到。"


def notify(case: Case, *, by: User, at: datetime.datetime) -> CorrectionNotice:
    """一次性告知:由核对结果生成,列全才能发;停五日告知时钟,起补正期限。

    Raises: NotNow(还有没核对的、没有缺的、已告知过)、PermissionDenied。
    """
    deadlines.settle(case, at=at)
    with transaction.atomic():
        case.lock()
        missing = _all_missing(case)
        take(case, "ask_to_supplement", by=by, at=at, lines=len(missing))
        notice = CorrectionNotice.objects.create(case=case, issued_at=at, issued_by=by, due_at=_due(case))
        _issue(notice, missing, by=by, at=at)
    return notice


def notify_again(case: Case, *, reason: str, by: User, at: datetime.datetime) -> CorrectionNotice:
    """再次告知：告知本来只能一次，再告知要负责人写明为什么，记作我们的一次差错；最多两次。

    缺的都是告知以后改了申请表才多要的，不是我们没有说全，不记差错。

    Raises: NotNow（没有告知过、已经两次、还有没核对的、没有缺的）、PermissionDenied。
    """
    deadlines.settle(case, at=at)
    with transaction.atomic():
        case.lock()
        missing, notice = _all_missing(case), getattr(case, "correction", None)
        ours = notice is None or not all(_asked_since(notice, row) for row in missing)
        take(case, "tell_again", by=by, at=at, reason=reason)
        notice = case.correction
        notice.round, notice.again_by, notice.again_reason = 2, by, reason
        notice.issued_at, notice.due_at, notice.answered_at = at, _due(case), None
        notice.save()
        if ours:
            told = {"due_at": notice.due_at, "raised_at": at}
            Flag.objects.create(case=case, kind=FlagKind.SECOND, unit=case.intake_unit, **told)
        _issue(notice, missing, sorry=SORRY if ours else "", by=by, at=at)
    return notice


SORRY = "这是我们第一次没有说全，向您致歉。"
CHANGED = "照改过的申请表，要这一份。"


def follow_the_form(case: Case, *, by: User, at: datetime.datetime) -> None:
    """补正中改了申请表：多要的并入这一次告知，期限不变，不必为此再告知一次；改回去、不再要的撤下。在办件已锁住时调用。

    告知里说申请表要改的，改了就是补来了，不用另传一份。不必要的、共享能核验的不向申请人要。
    """
    if case.state != CaseState.CORRECTING:
        return
    notice, form = case.correction, case.guide.form
    lines = list(notice.current_lines().select_related("case_material__material"))
    for line in lines:
        row = line.case_material
        if line.defect == CHANGED and not line.answered_at and not asks_for(row.material, form, case.answers):
            line.delete()
            row.verdict, row.comment = Verdict.UNCHECKED, ""
            row.save(update_fields=["verdict", "comment"])
    own = [line for line in lines if line.pk and not line.answered_at and is_its_form(line)]
    if own:
        keys = [line.case_material.material.key for line in own]
        _take(own, dict.fromkeys(keys, Brought(way=MaterialWay.ONLINE)), at)
        _note_answer(case, keys, by=by, at=at)
        material_papers.correction_receipt(case, by=by, at=at)
    rows = case.materials.filter(verdict=Verdict.UNCHECKED, provided=False).select_related("material")
    rows = rows.exclude(material__requirement=Requirement.OPTIONAL).exclude(material__source=Source.SHARED)
    known = {line.case_material_id for line in lines if line.pk}
    wanted = [row for row in rows if row.pk not in known and asks_for(row.material, form, case.answers)]
    for row in wanted:
        row.verdict, row.comment = Verdict.MISSING, CHANGED
        row.save(update_fields=["verdict", "comment"])
        _line(notice, row).save()
    if wanted:
        names, due = "、".join(row.material.name for row in wanted), last_day_words(notice.due_at)
        body = f"办件 {case.number} 照改过的申请表还要：{names}，请在{due}前一并补齐。"
        telling.tell_applicant(case, "case.correction", "请补齐材料", body, by=by, at=at)
    elif not notice.current_lines().filter(answered_at=None).exists():
        _back(case, by=by, at=at)


def is_its_form(line: CorrectionLine) -> bool:
    """告知的这一项是网上填的申请表里有不对的：改申请表就行。没有交签了名的那一份的，不在里面。"""
    row = line.case_material
    return row.verdict == Verdict.DEFECTIVE and is_the_application(row.material.form)


def _asked_since(notice: CorrectionNotice, row: CaseMaterial) -> bool:
    """告知以后改了申请表，才要这一份，也没有告知过：照告知时填的，还不要。"""
    case = notice.case
    then = dict(case.answers)
    changes = case.amendments.filter(made_at__gt=notice.issued_at).order_by("-pk")
    for before in (one.answers for one in changes):
        then |= {key: old for key, (old, _new) in before.items()}
    told = notice.lines.filter(case_material=row).exists()
    return not told and not asks_for(row.material, case.guide.form, then)


def _all_missing(case: Case) -> list[CaseMaterial]:
    """缺少和不符合的，一次列全。Raises: NotNow。"""
    rows = list(case.materials.select_related("material"))
    if any(row.verdict == Verdict.UNCHECKED for row in rows):
        raise NotNow("还有材料没有核对：一次性告知必须一次列全。")
    missing = [row for row in rows if row.verdict in (Verdict.MISSING, Verdict.DEFECTIVE)]
    if not missing:
        raise NotNow("没有缺少或不符合的材料，应当受理。")
    return missing


def _due(case: Case) -> datetime.datetime:
    due_at: datetime.datetime = case.clocks.running().get(kind="supplement").due_at
    return due_at


def _line(notice: CorrectionNotice, row: CaseMaterial) -> CorrectionLine:
    told = {"defect": row.comment, "remedy": row.material.remedy, "basis": row.material.basis}
    return CorrectionLine(notice=notice, case_material=row, round=notice.round, **told)


def _issue(
    notice: CorrectionNotice, missing: list[CaseMaterial], *, sorry: str = "", by: User, at: datetime.datetime
) -> None:
    """列出各项，出告知书，告诉申请人。"""
    case = notice.case
    CorrectionLine.objects.bulk_create(_line(notice, row) for row in missing)
    letters.correction(case, notice, by=by, at=at)
    due = last_day_words(notice.due_at)
    body = f"办件 {case.number} 还缺 {len(missing)} 份材料，请在{due}前补齐，详见一次性告知书。{sorry}"
    telling.tell_applicant(case, "case.correction", "请补齐材料", body, by=by, at=at)


def answer(
    case: Case, *, keys: Iterable[str], by: User, at: datetime.datetime, brought: Mapping[str, Brought] | None = None,
    sheets: bool = True,
) -> Case:  # fmt: skip
    """补正:按材料代号记下补交的,出接收凭证;全部补齐后回到收件,重新核对。联办里共用的材料,用它的各件都记。

    brought 是实际收到的形式、份数，没有写的：窗口收的照指南要的，申请人自己交的是电子件。
    sheets 为假的没有交来材料(用承诺代替的)，只算这一件的。
    Raises: NotNow(不在补正中、交的不是所列材料)、PermissionDenied。
    """
    deadlines.settle(case, at=at)
    with transaction.atomic():
        siblings = joint_course.lock_branches(case) if sheets else []
        case.lock()
        if not may_handle_materials(case, by):
            raise PermissionDenied("只有申请人本人和收件窗口可以补交材料。")
        if case.state != CaseState.CORRECTING:
            raise NotNow("这件申请现在不在补正中。")
        lines = list(case.correction.current_lines().select_related("case_material__material"))
        known = {line.case_material.material.key: line for line in lines}
        if unknown := set(keys) - known.keys():
            raise NotNow(f"只需补交告知书所列的材料，不需要：{'、'.join(sorted(unknown))}。")
        given = keys if sheets else ()
        came = {key: (brought or {}).get(key) or _came(case, known[key], by) for key in given}
        _take([known[key] for key in keys], came, at)
        _note_answer(case, keys, by=by, at=at)
        _answered(case, by=by, at=at)
        names = {known[key].case_material.material.name: came[key] for key in came}
        for sibling in siblings:
            _hand_on(sibling, names, case, by=by, at=at)
    return case


def _note_answer(case: Case, keys: Iterable[str], *, by: User, at: datetime.datetime) -> None:
    state, facts = case.state, {"materials": sorted(keys)}
    verb = "approvals.case.answer_correction"
    journal.record(verb, about=case, by=by, at=at, before=state, after=state, facts=facts)


def _came(case: Case, line: CorrectionLine, by: User) -> Brought:
    """没有写明的：窗口收的照指南要的，申请人自己交的是电子件。"""
    at_window = may_take_in(case, by)
    return as_asked(line.case_material.material) if at_window else Brought(way=MaterialWay.ONLINE)


def _take(lines: Iterable[CorrectionLine], came: Mapping[str, Brought], at: datetime.datetime) -> None:
    """补来的几项：记下时间，材料等重新核对；came 里没有的是用承诺代替的，材料并没有来。"""
    for line in lines:
        row = line.case_material
        line.answered_at = line.answered_at or at
        line.save(update_fields=["answered_at"])
        if row.material.key in came:
            row.receive(came[row.material.key], at)
            row.verdict = Verdict.UNCHECKED
        else:
            row.verdict = Verdict.PLEDGED
        row.save(update_fields=["verdict", *RECEIVED])


def _answered(case: Case, *, by: User, at: datetime.datetime) -> None:
    """每补一次出一份接收凭证，写明还缺哪几项；各项都有了的，回到收件。"""
    material_papers.correction_receipt(case, by=by, at=at)
    if not case.correction.current_lines().filter(answered_at=None).exists():
        _back(case, by=by, at=at)


def _back(case: Case, *, by: User, at: datetime.datetime) -> None:
    """各项都有了：回到收件，重新核对。"""
    take(case, "take_supplement", by=by, at=at)
    CorrectionNotice.objects.filter(case=case).update(answered_at=at)


def _hand_on(sibling: Case, names: Mapping[str, Brought], source: Case, *, by: User, at: datetime.datetime) -> None:
    """联办里共用的材料：一件补来的，用它的各件都有，各写一笔；各件的期限各算各的。

    也在补正、也缺这一份的，算补来了；还没有受理、核对为缺少或不符合的，等重新核对；已经受理的只添上，核对过的不翻。
    调用者已锁住各件。
    """
    rows = list(sibling.materials.filter(material__name__in=names).select_related("material"))
    if sibling.state not in WAITING or not rows:
        return
    note = f"{'、'.join(row.material.name for row in rows)}，取自 {source.number}"
    state = sibling.state
    facts = {"shared": note}
    journal.record("approvals.case.share_material", about=sibling, by=by, at=at, before=state, after=state, facts=facts)
    if state == CaseState.CORRECTING:
        lines = sibling.correction.current_lines().filter(case_material__in=rows, answered_at=None)
        if waiting := list(lines.select_related("case_material__material")):
            _take(waiting, {one.case_material.material.key: names[str(one.case_material)] for one in waiting}, at)
            _answered(sibling, by=by, at=at)
    elif state == CaseState.RECEIVED:
        for row in rows:
            if row.verdict in (Verdict.UNCHECKED, Verdict.MISSING, Verdict.DEFECTIVE):
                row.receive(names[row.material.name], at)
                row.verdict = Verdict.UNCHECKED
                row.save(update_fields=["verdict", *RECEIVED])


def lapse(case: Case, *, by: User, at: datetime.datetime) -> Case:
    """逾期未补正,终止:只由人决定,期限过后才可以；通知书要送达。Raises: NotNow、PermissionDenied。"""
    deadlines.settle(case, at=at)
    with transaction.atomic():
        case.lock()
        if case.state == CaseState.CORRECTING and case.correction.due_at > at:
            raise NotNow(f"补正期限到{last_day_words(case.correction.due_at)}，还没有过。")
        if case.state == CaseState.CORRECTING and sent_in_time(case):
            raise NotNow(PARCEL_COMING)
        take(case, "lapse", by=by, at=at)
        letters.withdrawal(case, by=by, at=at)
        fees.end(case, by=by, at=at)
        body = (
            f"办件 {case.number} 超过补正期限没有补齐，本次申请终止。您可以重新申请；"
            "理由和怎样申请复议、起诉见终止办理通知书。"
        )
        telling.tell_applicant(case, "case.lapsed", "申请已终止", body, by=by, at=at)
        joint_course.follow(case, by=by, at=at)
    return case


def sent_in_time(case: Case) -> bool:
    """补正期限以内寄出、还在路上的邮件。"""
    return case.has_parcels and case.parcels.coming().filter(told_at__lt=case.correction.due_at).exists()


def still_missing(case: Case) -> list[str]:
    """还缺的材料名。"""
    return [str(row) for row in missing_materials(case)]
