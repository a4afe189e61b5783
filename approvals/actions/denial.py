"""说“不”:只有 denials.actions 可以引用这个模块(架构契约 "no")。

办件这边只知道三件事:提请审定时停手、审定之后放手、带着依据说“不”。梯子有几级,这里不知道。
"""

import datetime
from dataclasses import dataclass, fields

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies.models import User
from approvals.actions import approval_forms, bars, decision_notices, ending, fees, handover, letters, recusals, telling
from approvals.actions.acceptance import source_of
from approvals.models import Case, Ground
from approvals.rules import chairs
from approvals.rules.not_accepting import Why
from approvals.states import BEFORE_ACCEPTANCE, GroundKind
from catalog.models import LegalBasis
from office.steps import NotNow, take


@dataclass(frozen=True)
class GroundWords:
    """凭什么说“不”：三种依据之一，事实、理由，给申请人看的出路；受理以前的写明是哪一种不予受理。

    concealed 是隐瞒、虚假材料的认定经领导审定成立，只有经审定的报告才有。
    """

    kind: GroundKind
    facts: str
    reasons: str
    basis_text: str
    basis: LegalBasis | None = None
    reference: str = ""
    concealed: bool = False
    possible: str = ""
    elsewhere: str = ""
    why: Why = Why()


def hold(case: Case, *, by: User, at: datetime.datetime) -> None:
    """提请审定:审定之前不能受理、审查、准予;法定时限照走。Raises: NotNow、PermissionDenied。"""
    take(case, "hold", by=by, at=at)


def release(case: Case, *, by: User, at: datetime.datetime) -> None:
    """结束审定:办件接着往下走。Raises: NotNow、PermissionDenied。"""
    take(case, "release", by=by, at=at)


def name_ground(case: Case, told: GroundWords, *, by: User, at: datetime.datetime) -> Ground:
    """写明依据:明确规定、参照先例、经审定的报告之一；受理以前的，写明是哪一种不予受理(why)。"""
    ground = _ground(case, told)
    ground.named_by, ground.named_at = by, at
    ground.save(force_insert=True)
    return ground


def preview(case: Case, told: GroundWords, *, by: User, at: datetime.datetime) -> bytes:
    """预览决定书：照此刻写的依据排一份，连同救济途径；什么也不存。Raises: MissingFact、MissingGlyph、Refused。"""
    kind = letter_of(case)
    return letters.preview(kind, case, letters.no_words(kind, case, _ground(case, told)), by=by, at=at)


def _ground(case: Case, told: GroundWords) -> Ground:
    named = {one.name: getattr(told, one.name) for one in fields(told) if one.name != "why"}
    return Ground(case=case, **named, **told.why.stored())


def letter_of(case: Case) -> str:
    """受理以前是不予受理，受理以后是不予许可。"""
    return "not_accepted" if case.state in BEFORE_ACCEPTANCE else "refusal"


def say_no(case: Case, *, ground: Ground, by: User, at: datetime.datetime) -> Case:
    """说“不”:受理前是不予受理,受理后是不予许可;出决定书,告知理由与救济途径。

    Raises: NotNow、PermissionDenied;依据不实时数据库拒绝(IntegrityError)。
    """
    with transaction.atomic():
        case.lock()
        kind = letter_of(case)
        recusals.answered_first(case)
        if chairs(case, by):
            raise PermissionDenied("听证的主持人不作决定。")
        if kind == "refusal" and ground.kind != GroundKind.REPORT and bars.found(case) is not None:
            raise NotNow("认定了隐瞒、虚假材料的，要经拟否定报告由领导审定，才能不予、才有一年内不得再次申请。")
        if kind == "not_accepted":  # 没有受理的也记下凭哪一项权力说的
            take(case, "refuse_acceptance", by=by, at=at, ground=ground, authority=source_of(case))
        else:
            take(case, "deny", by=by, at=at, ground=ground)
        ending.stop_all(case, by=by, at=at)
        fees.end(case, by=by, at=at)
        letters.no(kind, case, ground, by=by, at=at)
        approval_forms.form(case, by=by, at=at)
        decision_notices.of_outcome(case, by=by, at=at)
        handover.onward(case, by=by, at=at)
        body = f"办件 {case.number} 的结果和理由、依据、怎样才能办、救济途径，请看决定书。"
        telling.tell_applicant(case, "case.refused", "申请结果", body, by=by, at=at)
    return case
