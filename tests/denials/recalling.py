"""叫回的做法：窗口说了“不”，送达了，领导叫回、改正。"""

from approvals.actions import delivering
from approvals.models import Case
from denials.actions import recalls, register
from denials.models import Recall
from office.papers import actions as papers
from tests import casework

FAULT = {"text": "人数算少了三人，实为五十二人。", "basis": "《示例条例》第一条"}


def refused(b, at, case: Case | None = None):
    case = case or casework.received(b, at)
    return register.refuse_by_rule(case, basis=b.guide.bases.first(), refusal=casework.REFUSAL, by=b.clerk_a, at=at)


def handed_over(b, case: Case, at) -> Case:
    """不予的决定当面交给了申请人。"""
    papers.empty_tray(at=at, limit=20)
    person = casework.PERSON
    delivering.hand_over(case, collector=person.name, id_number=person.id_number, relation="", by=b.clerk_a, at=at)
    case.refresh_from_db()
    return case


def answered(b, entry, at, opinion="correct") -> Recall:
    recall = recalls.call_back(entry, reason="人数没有核对清楚。", by=b.deputy, at=at)
    return recalls.answer(recall, opinion=opinion, text="名册上有五十二人。", by=b.chief, at=at)


def set_aside(b, entry, at) -> Recall:
    recalls.set_aside(answered(b, entry, at), **FAULT, by=b.deputy, at=at)
    return entry.recalls.select_related("new_case", "case").get(state="set_aside")


def served_and_set_aside(b, at) -> Recall:
    """送达以后才撤销的：撤销告知书等着另行送达。"""
    entry = refused(b, at)
    handed_over(b, entry.case, at)
    return set_aside(b, entry, at)
