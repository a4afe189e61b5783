"""审核：由分管副局长、局长决定的事，承办科室负责人先写审核意见，再报上去。"""

import datetime

from django.db import transaction

from agencies.models import User
from approvals.actions import deadlines, leaders, telling
from approvals.models import Case, Endorsement
from office.steps import NotNow, take


def endorse(case: Case, *, text: str, by: User, at: datetime.datetime) -> Endorsement:
    """审核同意，报上一级决定：告诉他，一个工作日没有决定的亮牌；办理期限照走，不因为没有决定就算准予。

    Raises: NotNow(没有写意见、不在审查完毕、审核过、A 岗在岗)、PermissionDenied。
    """
    if not text.strip():
        raise NotNow("请写审核意见。")
    deadlines.settle(case, at=at)
    with transaction.atomic():
        case.lock()
        leaders.refuse_idle_chief(case, by=by, at=at)
        who = leaders.decider_above(case, at)
        named = case.guide.decider_words + (who.full_name if who else "")
        take(case, "endorse", by=by, at=at, text=text, to=named)
        made: Endorsement = Endorsement.objects.create(case=case, unit=case.section, by=by, at=at, text=text)
        if who is not None:
            body = f"办件 {case.number}，{case.section}已经审核，请作出决定。"
            telling.tell_staff(case, [who], "case.to_decide", f"请决定：{case.number}", body, by=by, at=at)
    return made
