"""首问与询问的时限政策：从不改旧的，只登记新的。"""

import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies.models import User
from approvals.models import ServicePolicy
from approvals.rules.contacts import may_set_times
from office.journal import actions as journal
from office.steps import NotNow
from office.workdays.rules import local


def adopt(policy: ServicePolicy, *, by: User, at: datetime.datetime) -> ServicePolicy:
    """登记新的时限政策：自今天或以后的某日起；已经起算的期限不变。

    Raises: PermissionDenied、NotNow(日期已过、同一日已有)。
    """
    if not may_set_times(policy, by):
        raise PermissionDenied("时限政策由本机关的局长或机构与人事管理员登记。")
    if policy.valid_from < local(at).date():
        raise NotNow("时限政策不能追溯：请从今天或以后的日期开始。")
    with transaction.atomic():
        if ServicePolicy.objects.filter(agency=policy.agency, valid_from=policy.valid_from).exists():
            raise NotNow("这一天已经登记过一份，请换一个日期。")
        policy.save(force_insert=True)
        facts = {"from": str(policy.valid_from)}
        journal.record("approvals.service_policy.adopt", about=policy, by=by, at=at, facts=facts)
    return policy
