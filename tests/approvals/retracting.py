"""撤回、撤销的做法：凭什么，提出一次，走到等审定。"""

from approvals.actions import delivering, retractions
from approvals.actions.retractions import Grounds
from approvals.models import Case, Retraction
from approvals.models.delivery import Sent
from office.papers import actions as papers

WITHDRAWN = Grounds(
    kind="withdrawn",
    ground="facts",
    facts="规划调整，原址划入生态保护区。",
    reasons="原址不得再开展活动。",
    basis="《中华人民共和国行政许可法》第八条第二款",
    public_interest="保护饮用水水源。",
    redress="按评估补偿装修损失，另行书面协商。",
)


def proposed(b, case: Case, at=None, told: Grounds = WITHDRAWN) -> Retraction:
    """提出了，告知书等送达。"""
    return retractions.propose(case, told, by=b.reviewer, at=at or b.at)


def heard(b, case: Case, at=None, told: Grounds = WITHDRAWN) -> Retraction:
    """告知书窗口领取了，正在听取陈述申辩。"""
    one = proposed(b, case, at, told)
    papers.empty_tray(at=at or b.at, limit=100)
    collected = {"collector": "赵申请", "id_number": "11010519491231002X", "relation": ""}
    delivering.hand_over(case, **collected, what=Sent(retraction=one, of_notice=True), by=b.clerk_a, at=at or b.at)
    one.refresh_from_db()
    return one


def asked(b, case: Case, at=None, told: Grounds = WITHDRAWN) -> Retraction:
    """期满，科长上报了，等审定。"""
    one = heard(b, case, at, told)
    return retractions.ask(one, heard="没有人提出陈述、申辩。", by=b.chief, at=one.hear_due_at)
