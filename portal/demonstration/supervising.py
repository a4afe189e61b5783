"""戏：批后监管。每天下班以前，监管科室把告知来的决定签收了；隔几件拖到第二天以后，就逾期了。"""

from collections.abc import Callable, Iterator
from functools import partial

from agencies.models import User
from approvals.actions import decision_notices
from approvals.models import DecisionNotice
from approvals.rules.decision_notices import may_sign
from portal.demonstration.stage import Days, Script

SINCE, EVERY, SLOW = 29, 7, 3  # 从几个工作日以前演起；每几件有一件拖；拖几个工作日
REMARK = "已列入年度抽查计划，半年内现场核查一次。"


def begins(days: Days) -> Iterator[Callable[[], Script]]:
    if not DecisionNotice.objects.exists():
        yield partial(signing, days)


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
