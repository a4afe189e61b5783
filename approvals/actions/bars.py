"""几年内不得再次申请：认定隐瞒、虚假材料；不予、撤销的决定书送达时登记；原决定被撤销的解除。

没有单独的“限制”决定：隐瞒的，来自经领导审定的不予许可；骗取的，来自告知、听取陈述申辩、经领导审定的撤销（第七十八条、第七十九条）。
"""

import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies.models import User
from approvals.actions import leaders, telling
from approvals.actions.firsts import applied_at
from approvals.models import Bar, Case, Concealment, Retraction
from approvals.rules import bars as rules
from approvals.states import BarKind, Outcome, RetractionGround, Standing
from catalog.models import Item
from office.journal import actions as journal
from office.journal.models import Entry
from office.papers.models import Paper
from office.papers.words import date_words
from office.steps import NotNow
from office.workdays.rules import local

GONE = "—"  # 档案销毁以后与清空了的各栏写法一样
SPOKEN = (Standing.APPLICANT, Standing.AGENT)


def find(case: Case, *, facts: str, by: User, at: datetime.datetime) -> Concealment:
    """认定隐瞒、虚假材料：审查中，先记了申请人的陈述、申辩。作不作数，要经领导审定的不予许可。

    Raises: NotNow(不是这样的许可，不在审查中，没有听他说)、PermissionDenied。
    """
    with transaction.atomic():
        case.lock()
        if not rules.may_find(case, by):
            raise PermissionDenied("由承办科室认定。")
        if why := obstacle(case):
            raise NotNow(why)
        told = {"facts": facts, "found_at": at, "found_by": by}
        found: Concealment = Concealment.objects.update_or_create(case=case, defaults=told)[0]
        _note(case, "find_concealment", by=by, at=at, reason=facts)
    return found


def obstacle(case: Case) -> str:
    """为什么现在不能认定；能就是空串。"""
    if not rules.applies(case):
        return "只有直接关系公共安全、人身健康、生命财产安全的许可，才有一年内不得再次申请。"
    if not rules.is_open(case):
        return "受理以后、提请审定以前才能认定。"
    if not (case.has_parties and case.statements.filter(standing__in=SPOKEN).exists()):
        return "认定以前要告诉他查到了什么、听他怎么说：请先记《陈述申辩笔录》，没有意见的也记。"
    return ""


def drop(case: Case, *, reason: str, by: User, at: datetime.datetime) -> None:
    """不再认定：提请审定以前。Raises: NotNow、PermissionDenied。"""
    with transaction.atomic():
        case.lock()
        if not rules.may_find(case, by):
            raise PermissionDenied("由承办科室认定。")
        if not rules.is_open(case):
            raise NotNow("提请审定以后，由审定的领导定。")
        if not _drop(case, reason, by=by, at=at):
            raise NotNow("没有认定过。")


def fail(case: Case, *, reason: str, by: User, at: datetime.datetime) -> None:
    """领导审定认定不成立：不再作数，办件日志里留着认定过、为什么不成立。没有认定的不动。在审定的事务里、决定以前调用。"""
    _drop(case, reason, by=by, at=at)


def _drop(case: Case, reason: str, *, by: User, at: datetime.datetime) -> bool:
    gone = rules.applies(case) and Concealment.objects.filter(case=case).delete()[0] > 0
    if gone:
        _note(case, "drop_concealment", by=by, at=at, reason=reason)
    return gone


def unsettled(case: Case) -> str:
    """认定了还没有定，不能准予：写明怎么办；没有认定是空串。不是这样的许可不查库。"""
    if found(case) is None:
        return ""
    return "认定了隐瞒、虚假材料，还没有审定：请提拟否定报告；查明不是这样的，先“不再认定”。"


def found(case: Case) -> Concealment | None:
    """这一件的认定；不是这样的许可不查库。"""
    return Concealment.objects.filter(case=case).first() if rules.applies(case) else None


def of_case(case: Case) -> Bar | None:
    """由这一件得来的限制，解除了、到期了的也在；不是这样的许可不查库。"""
    return Bar.objects.filter(case=case).select_related("lifted_by").first() if rules.applies(case) else None


def of_refusal(case: Case, at: datetime.datetime) -> Bar | None:
    """不予的决定书送到了：领导审定认定成立的，从这天起一年。在送达的事务里调用。"""
    ground = case.ground
    if case.outcome != Outcome.REFUSED or ground is None or not ground.concealed:
        return None
    if Entry.objects.about(case).filter(verb="approvals.case.set_aside").exists():
        return None  # 送达以前已经撤销
    paper = Paper.objects.about(case).of_kind("refusal").in_force().order_by("-pk").first()
    document = f"《{paper.title}》（{paper.number}）" if paper else ground.reference
    return _make(case, BarKind.CONCEALED, document, None, at=at)


def of_retraction(retraction: Retraction, document: str, at: datetime.datetime) -> Bar | None:
    """骗取许可的撤销决定书送到了：从这天起三年。在送达的事务里调用。"""
    case = retraction.case
    if retraction.ground != RetractionGround.DECEIT or not rules.applies(case):
        return None
    return _make(case, BarKind.DECEIT, document, retraction, at=at)


def _make(case: Case, kind: BarKind, document: str, retraction: Retraction | None, *, at: datetime.datetime) -> Bar:
    system, since = User.objects.system(), local(at).date()
    made = Bar.objects.create(
        case=case, item=case.item, retraction=retraction, kind=kind, holder_index=case.applicant.id_index,
        basis=rules.LAW[kind], document=document[:200], from_on=since, until_on=rules.until(kind, since), made_at=at,
    )  # fmt: skip
    until = date_words(made.until_on)
    _note(case, "bar", by=system, at=at, reference=document, reason=made.get_kind_display(), until=until)
    body = f"凭{document}，您在{until}以前（含当日）不得再次申请“{case.guide.name}”，到期自行解除；"
    body += "不服的，复议、诉讼的途径和期限见决定书，原决定被撤销的随之解除。"
    telling.tell_applicant(case, "case.barred", "一段时间内不得再次申请", body, by=system, at=at)
    return made


def standing(holder_index: str, item: Item, at: datetime.datetime) -> Bar | None:
    """这个人此刻不得再次申请这个事项的那一次限制，最晚到期的；没有证件号码的没有。"""
    found: Bar | None = Bar.objects.standing(holder_index, item, at).order_by("-until_on").first()
    return found


def barring(case: Case, at: datetime.datetime) -> Bar | None:
    """申请人提出这一件时、此刻都还不得再次申请的那一次限制；机关改正另收的，看原来提出的那一刻。不是这样的许可不查库。"""
    if not rules.applies(case):
        return None
    then = Bar.objects.standing(case.applicant.id_index, case.item, applied_at(case)).exclude(case=case)
    found: Bar | None = then.filter(until_on__gte=local(at).date()).order_by("-until_on").first()
    return found


def not_acceptable(case: Case, at: datetime.datetime) -> str:
    """在限制里，不能受理：写明凭什么、接下来怎么办；不在是空串。"""
    bar = barring(case, at)
    if bar is None:
        return ""
    told = f"申请人在{date_words(bar.until_on)}以前（含当日）不得再次申请这个事项（{bar.document}，{bar.basis}）"
    return f"{told}：请依明确规定作不予受理的决定。"


def lift(case: Case, *, basis: str, reason: str, by: User, at: datetime.datetime) -> Bar:
    """解除：原决定被撤销、确认违法的，凭那份文书。原办件的档案销毁了照样解除，只记凭哪份文书：不再写是谁、不再发通知。

    Raises: NotNow(没有、解除过了)、PermissionDenied。
    """
    with transaction.atomic():
        Case.lock_by_key(case.pk, wait=True)
        case.refresh_from_db()
        if not rules.may_lift(case, by):
            raise PermissionDenied("由分管副局长、局长解除。")
        leaders.require(case, by=by, at=at)
        bar = Bar.objects.select_for_update().filter(case=case, lifted_at=None).first()
        if bar is None:
            raise NotNow("没有要解除的限制。")
        _lift(bar, basis, reason, by=by, at=at)
    return bar


def fall_with(case: Case, *, basis: str, by: User, at: datetime.datetime) -> None:
    """原来的不予已经由本机关撤销：限制随之解除。没有的不动。在撤销的事务里调用。"""
    bar = Bar.objects.select_for_update().filter(case=case, lifted_at=None).first() if rules.applies(case) else None
    if bar is not None:
        _lift(bar, basis, "原决定已经撤销。", by=by, at=at)


def _lift(bar: Bar, basis: str, reason: str, *, by: User, at: datetime.datetime) -> None:
    case = bar.case
    gone = case.is_destroyed
    bar.lifted_at, bar.lifted_by, bar.lifted_basis = at, by, basis[:200]
    bar.lifted_reason = GONE if gone else reason[:300]
    bar.save()
    _note(case, "lift_bar", by=by, at=at, reference=basis, reason=bar.lifted_reason)
    if gone:
        return
    body = f"您可以再次申请“{case.guide.name}”了：{reason.rstrip('。')}（{basis}）。"
    telling.tell_applicant(case, "case.bar_lifted", "可以再次申请了", body, by=by, at=at)


def _note(case: Case, verb: str, *, by: User, at: datetime.datetime, **facts: str) -> None:
    journal.record(f"approvals.case.{verb}", about=case, by=by, at=at, before=case.state, after=case.state, facts=facts)
