"""决定、办结、申请人自己撤回。送达在 delivering、last_ways。"""

import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies.models import User
from approvals import rules
from approvals.actions import (
    approval_forms,
    archiving,
    attendances,
    bars,
    certifying,
    deadlines,
    decision_notices,
    disclosures,
    ending,
    fees,
    handover,
    leaders,
    letters,
    pledge_checks,
    quota,
    recusals,
    telling,
    unconfirmed,
    withdrawing,
)
from approvals.actions.acceptance import in_force
from approvals.actions.certifying import Told as Certified
from approvals.actions.confirmations import BY_CODE_ONLY
from approvals.models import Case, Confirmation
from approvals.rules import deciders, situations
from approvals.states import (
    DECIDED,
    TAKES_AWAY,
    Adjustment,
    ConfirmedBy,
    ConsentHow,
    MandateScope,
    MandateState,
    Matter,
    Standing,
)
from catalog.states import FeeStage
from office.papers.words import last_day_words
from office.steps import NotNow, take

NO_REASON = "申请人没有写原因。"  # 撤回不用写原因；记进办件，一律中文


def grant(
    case: Case, *, decision: str, by: User, at: datetime.datetime, certificate: Certified | None = None,
    adjustment: str = "",
) -> Case:  # fmt: skip
    """准予:本机关此日有权,审查人不得兼作决定,出准予决定书；结果是证照的带着证照,调整救助的写明增减。

    Raises: NotNow、PermissionDenied。
    """
    deadlines.settle(case, at=at)
    with transaction.atomic():
        case.lock()
        if rules.has_reviewed(case, by):
            raise PermissionDenied("审查和决定不能是同一个人。")
        if rules.chairs(case, by):
            raise PermissionDenied("听证的主持人不作决定。")
        if case.guide.decider and not deciders.may_grant(case, by):
            raise PermissionDenied(f"这件事{leaders.decided_by_words(case, at)}。")
        if case.guide.decider and case.endorsements.filter(by=by).exists():
            raise PermissionDenied("审核和决定不能是同一个人。")
        leaders.refuse_idle_stand_in(case, by=by, at=at)
        case.signing_post = leaders.post_above(case) if case.guide.decider else None
        _heard(case, at)
        told = {"decision": decision} | _adjusted(case, adjustment)
        _has_authority(case, at)
        _settled(case)
        quota.require(case, at)
        take(case, "grant", by=by, at=at, **told)
        certifying.issue(case, certificate, by=by, at=at)
        ending.stop_all(case, by=by, at=at)
        _tell_result(case, by=by, at=at)
    return case


def grant_on_the_spot(
    case: Case, *, decision: str, by: User, at: datetime.datetime, certificate: Certified | None = None,
    adjustment: str = "",
) -> Case:  # fmt: skip
    """当场办结:即办件在窗口受理后当场准予。Raises: NotNow、PermissionDenied。"""
    deadlines.settle(case, at=at)
    with transaction.atomic():
        case.lock()
        told = {"decision": decision} | _adjusted(case, adjustment)
        _has_authority(case, at)
        _settled(case)
        quota.require(case, at)
        take(case, "grant_on_the_spot", by=by, at=at, **told)
        certifying.issue(case, certificate, by=by, at=at)
        ending.stop_all(case, by=by, at=at)
        _tell_result(case, by=by, at=at)
    return case


def _heard(case: Case, at: datetime.datetime) -> None:
    """利害关系人还在提意见的期限里、又没有说过的，不能准予（行政许可法第三十六条、第四十七条）。Raises: NotNow。"""
    if not case.has_parties:
        return
    spoken = case.statements.values("who")
    waiting = case.parties.filter(request_due_at__gt=at).exclude(name__in=spoken).order_by("request_due_at").last()
    if waiting is not None:
        until = last_day_words(waiting.request_due_at)
        raise NotNow(f"利害关系人{waiting.name}可以到{until}陈述、申辩、要求听证，还没有说；说了或者过了才能准予。")


def _settled(case: Case) -> None:
    """申请回避的先答复；认定了隐瞒、虚假材料的，先定它作不作数；说了受理以后到现场看的，看过了没有。Raises: NotNow。"""
    recusals.answered_first(case)
    if why := bars.unsettled(case) or attendances.unseen(case):
        raise NotNow(why)


def _adjusted(case: Case, adjustment: str) -> dict[str, str]:
    """调整救助的选定增减；减发、停发以前,先听取本人的意见（社会救助法第四十八条）。Raises: NotNow。"""
    if not situations.adjusts(case):
        return {}
    if adjustment not in Adjustment.values:
        raise NotNow("请选定这次调整是增发、不变、减发还是停发。")
    spoken = case.statements.filter(standing__in=(Standing.APPLICANT, Standing.AGENT))
    if adjustment in TAKES_AWAY and not (case.has_parties and spoken.exists()):
        raise NotNow("减发、停发以前要先听取他的意见（社会救助法第四十八条）：请先记《陈述申辩笔录》，没有意见的也记。")
    return {"adjustment": adjustment}


def _has_authority(case: Case, at: datetime.datetime) -> None:
    if in_force(case, at) is None:
        raise NotNow(f"{case.agency}这一天没有决定“{case.item}”的权力来源，请先核对目录里的权限。")


def _tell_result(case: Case, *, by: User, at: datetime.datetime) -> None:
    pledge_checks.begin_checks(case, by=by, at=at)
    letters.grant(case, by=by, at=at)
    approval_forms.form(case, by=by, at=at)
    decision_notices.of_outcome(case, by=by, at=at)
    disclosures.begin(case, by=by, at=at)
    fees.arise(case, FeeStage.DECISION, by=by, at=at)
    handover.onward(case, by=by, at=at)
    telling.tell_applicant(case, "case.granted", "申请已准予", f"办件 {case.number} 已准予，请查收结果。", by=by, at=at)


PAPER_OF = {"granted": "grant", "refused": "refusal", "not_accepted": "not_accepted"}


def close(case: Case, *, by: User, at: datetime.datetime) -> Case:
    """办结归档。Raises: NotNow、PermissionDenied。"""
    with transaction.atomic():
        take(case, "close", by=by, at=at)
        archiving.order(case, at=at)
    return case


def withdraw(
    case: Case, *, reason: str, by: User, at: datetime.datetime, way: ConfirmedBy = ConfirmedBy.ONLINE,
    whole: bool = False,
) -> Case:  # fmt: skip
    """撤回申请：申请人自己(账号是他的)、他委托的人，决定之前都可以；窗口登记过的意愿由这一次代替。

    whole 是整件事一起撤回的一件(joint_withdrawing)。

    凭查询码来的走 confirmations.ask_by_code，先用验证码确认。Raises: NotNow、PermissionDenied。
    """
    deadlines.settle(case, at=at)
    with transaction.atomic():
        case.lock()
        if case.state in DECIDED:
            raise NotNow("已经作出决定，不能撤回。")
        if not rules.stands_for_applicant(case, by):
            raise PermissionDenied("撤回只能由申请人提出：请登记他的意愿，由他用验证码或者签名确认。")
        if rules.acts_for(case, by):
            way = ConfirmedBy.AGENT
            _may_withdraw_for(case)
        elif rules.by_system(case, by) and way == ConfirmedBy.ONLINE:
            raise PermissionDenied(BY_CODE_ONLY)
        unconfirmed.drop(case, Matter.WITHDRAW, at=at)
        Confirmation.objects.create(
            case=case, matter=Matter.WITHDRAW, text=reason, asked_at=at, asked_by=by, way=way, confirmed_at=at,
            registered_by=by, whole=whole,
        )  # fmt: skip
        withdrawing.carry_out(case, reason=reason, by=by, at=at, whole=whole)
    return case


def _may_withdraw_for(case: Case) -> None:
    """代办的人撤回：委托要是申请人自己在网上给的，写明了撤回。Raises: NotNow。"""
    given = {"state": MandateState.RUNNING, "consent": ConsentHow.ONLINE, "scope__contains": [MandateScope.WITHDRAW]}
    if not case.mandates.filter(**given).exists():
        raise NotNow("这份委托是在窗口登记的：撤回要申请人自己确认，请到窗口登记，用验证码或者签名确认。")
