"""申请限制的做法：直接关系公共安全的许可，认定了虚假材料，经领导审定不予，送达；骗取的，撤销送达。"""

from types import SimpleNamespace

from approvals.actions import bars, parties, retractions, review
from approvals.actions.retractions import Grounds
from approvals.models import Bar, Case, Retraction
from approvals.models.delivery import Sent
from denials.actions import ladder, reports
from office.papers import actions as papers
from tests import casework
from tests.approvals import retracting

LAW = "中华人民共和国行政许可法"
ARTICLES = [
    {"statute": LAW, "article": "第七十八条", "text": "隐瞒、虚假材料的，一年内不得再次申请。"},
    {"statute": LAW, "article": "第七十九条", "text": "骗取的，三年内不得再次申请。"},
]
FACTS = "验资报告的编号在出具机构查无此件，公章系伪造。"
STATED = {
    "who": "赵申请", "standing": "applicant", "place": "民政窗口", "text": "报告是别人代办的，我不知情。",
    "evidence": "", "signer": "赵申请",
}  # fmt: skip
DECEIT = Grounds(
    kind="revoked",
    ground="deceit",
    facts="验资报告系伪造。",
    reasons="以欺骗取得。",
    basis=f"《{LAW}》第六十九条第二款",
)


def safety(b, code: str = "safe", **fields) -> SimpleNamespace:
    """一个直接关系公共安全的许可；b 原来的事项不动。"""
    told = {"public_safety": "示例条例第九条：直接关系人身健康", "bases": ARTICLES}
    return casework.item_with_guide(SimpleNamespace(**vars(b)), code, **told, **fields)


def heard(b, **fields) -> Case:
    """审查中，记了申请人的陈述、申辩。"""
    case = casework.accepted(b, b.at, **fields)
    review.begin(case, by=b.reviewer, at=b.at)
    parties.hear(case, **STATED, stated_at=b.at, by=b.reviewer, at=b.at)
    return case


def refused(b, case: Case | None = None) -> Case:
    """认定了，经分管副局长审定不予，还没有送达。"""
    case = case or heard(b)
    bars.find(case, facts=FACTS, by=b.reviewer, at=b.at)
    report = reports.file(case, statement=casework.STATEMENT, by=b.reviewer, at=b.at)
    ladder.review(report, text="同意。", by=b.chief, at=b.at)
    ladder.sanction(report, text="核准。", concealed=True, by=b.deputy, at=b.at)
    case.refresh_from_db()
    return case


def barred(b, case: Case | None = None) -> Bar:
    """不予的决定书送到了，限制一年。"""
    case = refused(b, case)
    papers.empty_tray(at=b.at, limit=100)
    casework.collected(case, b.clerk_a, b.at)
    case.refresh_from_db()
    return case.bar


def deceived(b, case: Case | None = None) -> Retraction:
    """骗取的许可，撤销决定书送到了，限制三年。"""
    if case is None:
        case = casework.granted(b)
        papers.empty_tray(at=b.at, limit=100)
        casework.collected(case, b.clerk_a, b.at)
        case.refresh_from_db()
    one = retracting.asked(b, case, b.at, DECEIT)
    at = one.hear_due_at
    retractions.sanction(one, decision="同意撤销。", by=b.deputy, at=at)
    papers.empty_tray(at=at, limit=100)
    told = {"collector": "赵申请", "id_number": "11010519491231002X", "relation": ""}
    casework.delivering.hand_over(case, **told, what=Sent(retraction=one, of_notice=False), by=b.clerk_a, at=at)
    one.refresh_from_db()
    return one
