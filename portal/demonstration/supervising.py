"""戏：批后监管和双公示。每天下班以前，监管科室把告知来的决定签收了，承办科室把准予的许可核对公开；

隔几件拖一拖，就逾期了；有一件拟不公开，由科长核实。
"""

from collections.abc import Callable, Iterator
from functools import partial

from agencies.models import User
from approvals.actions import decision_notices, disclosures
from approvals.models import DecisionNotice, Disclosure
from approvals.rules.decision_notices import may_sign
from approvals.states import DisclosureState
from portal.demonstration.stage import Days, Script

SINCE, EVERY, SLOW = 29, 7, 3  # 从几个工作日以前演起；每几件有一件拖；拖几个工作日
PROMPT, LATE = 2, 9  # 几个工作日以后核对公开；拖着的几个工作日
WHY_NOT = "许可内容涉及申请人没有公开的场地租赁条件，属于商业秘密，申请人书面要求不公开。"
REMARK = "已列入年度抽查计划，半年内现场核查一次。"


def begins(days: Days) -> Iterator[Callable[[], Script]]:
    if not DecisionNotice.objects.exists():
        yield partial(signing, days)
    if not Disclosure.objects.exists():
        yield partial(disclosing, days)


def signing(days: Days) -> Script:
    """今天的还没有签。"""
    for ago in range(SINCE, 0, -1):
        at = yield days.at(ago, "17:15")
        for notice in DecisionNotice.objects.waiting().with_context().order_by("pk"):
            signer = _signer(notice)
            slow = notice.pk % EVERY == 0 and notice.told_at > days.at(min(ago + SLOW, SINCE), "00:00")
            if signer is not None and not slow:
                remark = REMARK if notice.pk % EVERY == 1 else ""
                decision_notices.sign(notice, remark=remark, by=signer, at=at)


def _signer(notice: DecisionNotice) -> User | None:
    staff = User.objects.trusted_with("review_case", notice.unit)
    return next((one for one in staff if may_sign(notice, one)), None)


def disclosing(days: Days) -> Script:
    """第三个工作日核对公开；隔几件拖到第九个工作日。"""
    for ago in range(SINCE, -1, -1):
        at = yield days.at(ago, "16:20")
        for one in Disclosure.objects.waiting().with_context().order_by("pk"):
            wait = LATE if one.pk % EVERY == 3 else PROMPT
            if one.state != DisclosureState.WAITING or one.made_at > days.at(min(ago + wait, SINCE), "23:59"):
                continue
            reviewer = User.objects.trusted_with("review_case", one.case.section).first()
            if reviewer is None:
                continue
            if one.pk % EVERY == 5:
                disclosures.propose_exclusion(one, reason=WHY_NOT, by=reviewer, at=at)
            else:
                disclosures.publish(one, told={}, by=reviewer, at=at)
