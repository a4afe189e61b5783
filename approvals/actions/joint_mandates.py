"""一件事由代理人递交：一份委托书、一个代办查询码管各个事项，后一步收件的也管；核对、同意、收回都是一次。

各件各有一行委托(Mandate)，带着“递交”这一样；一起动的规矩在 mandates。
"""

import datetime
from collections.abc import Iterable
from dataclasses import replace

from agencies.models import User
from approvals.actions import mandates
from approvals.models import Case, Draft, Joint, Mandate, Upload
from approvals.rules import mandates as rules
from approvals.states import MandateScope, MandateState
from office.steps import NotNow


def scans(rows: Iterable[Draft]) -> list[Upload]:
    """申请里传上来的委托书，先传的在前。"""
    return list(Upload.objects.filter(draft__in=list(rows), material_key=mandates.SCAN_KEY).order_by("pk"))


def of(joint: Joint) -> Mandate | None:
    """代理人递交的那一份(各件一样，给头一件的)；申请人自己递交的是 None。"""
    rows = Mandate.objects.filter(case__joint=joint, scope__contains=[MandateScope.SUBMIT])
    found: Mandate | None = rows.select_related("case").order_by("case", "pk").first()
    return found


def submit_by(joint: Joint, told: mandates.Entrusted, *, by: User, at: datetime.datetime) -> Mandate:
    """已经收件的各件都由他代办。在联办收件的事务里调用。

    Raises: NotNow(有的事项要本人到场、没有委托书、期限和证件号不对)、files.BadUpload。
    """
    cases = list(joint.branches.select_related("item", "applicant", "intake_unit").order_by("pk"))
    if found := scans(joint.draft.drafts.all()):
        told = replace(told, stored=found[-1])  # 传了几次的，照最后一次
        found[-1].case = cases[0]
        found[-1].save(update_fields=["case"])
    for row in joint.draft.drafts.filter(discarded_at=None).select_related("guide__item"):
        if why := rules.may_submit(row.guide.item):
            raise NotNow(why)
    first = mandates.brought(cases[0], told, by=by, at=at)
    for case in cases[1:]:
        mandates.also(first, case, by=by, at=at)
    return mandates.settle(first, told, by=by, at=at)


def extend_to(case: Case, *, by: User, at: datetime.datetime) -> None:
    """后一步刚收的件：代理人递交的，委托还在的，也由他代办。在收件的事务里调用。"""
    same = Mandate.objects.filter(case__joint=case.joint_id, scope__contains=[MandateScope.SUBMIT]).exclude(case=case)
    found = same.open().filter(to_at__gt=at).select_related("scan").order_by("-pk").first()
    if found is None:
        return
    made = mandates.also(found, case, by=by, at=at)
    if found.state == MandateState.RUNNING:
        made.id_checked_by = found.id_checked_by
        made.save(update_fields=["id_checked_by"])
        mandates.agreed(made, how=found.consent, by=by, at=at)
