"""超期说明：超过法定、承诺、送达期限的，承办的人写明原因，告诉申请人，并且公开(优化营商环境条例第三十六条)。"""

import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies.models import User
from approvals import rules
from approvals.actions import guard, telling
from approvals.models import Case, Flag, FlagReason
from approvals.states import EXPLAINED
from office.journal import actions as journal
from office.steps import NotNow


def needs_reason(flag: Flag) -> bool:
    """要说明、还没有说明的；reason 已随亮牌取来的不另查。"""
    return flag.kind in EXPLAINED and not hasattr(flag, "reason")


def waiting(case: Case) -> Flag | None:
    """最早的一块还没有说明原因的牌。"""
    found: Flag | None = case.flags.filter(kind__in=EXPLAINED, reason=None).order_by("raised_at", "pk").first()
    return found


def explain(flag: Flag, *, text: str, by: User, at: datetime.datetime) -> FlagReason:
    """说明原因：公开的话，不能有个人信息，也不能用来说“不行”。

    Raises: NotNow(不是要说明的、说明过了、话不能公开)、PermissionDenied。
    """
    case = flag.case
    if flag.kind not in EXPLAINED:
        raise NotNow("这一块牌不用公开说明原因。")
    if case.applicant.name in text or rules.DIGITS.search(text):
        raise NotNow("说明是公开的：不能有申请人的姓名、名称，不能有证件号码、电话号码。")
    if flaw := guard.flaw_of(text):
        raise NotNow(flaw)
    with transaction.atomic():
        case.lock()
        if not rules.handles(case, by):
            raise PermissionDenied("由办这一件的窗口、科室说明。")
        if FlagReason.objects.filter(flag=flag).exists():
            raise NotNow("已经说明过，说明写下就不改。")
        made = FlagReason.objects.create(flag=flag, text=text, given_at=at, given_by=by)
        facts = {"flag": flag.get_kind_display(), "text": text}
        state = case.state
        journal.record(
            "approvals.case.explain_overdue", about=case, by=by, at=at, before=state, after=state, facts=facts
        )
        body = f"办件 {case.number} {flag.get_kind_display()}，原因：{text}"
        telling.tell_applicant(case, "case.overdue", "超过期限的说明", body, by=by, at=at)
    return made
