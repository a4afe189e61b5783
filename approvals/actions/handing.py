"""当面交到手里：受理、补正、延期、特别程序的通知书在窗口交给了谁、何时。决定书另走送达(delivering)，另有回证。"""

import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies.models import User
from approvals import rules
from approvals.models import Case
from office.journal import actions as journal
from office.papers import actions as papers
from office.papers.models import Paper
from office.papers.states import PaperState
from office.steps import NotNow

HANDED = ("acceptance", "correction", "extension", "special")
LONGEST = 40  # 连同“窗口签收：”放得进文书的送达方式


def takes_receipt(paper: Paper) -> bool:
    """这种通知书当面交的，要记谁收下的。"""
    return paper.kind in HANDED and paper.state != PaperState.VOIDED


def hand(paper: Paper, *, case: Case, receiver: str, by: User, at: datetime.datetime) -> Paper:
    """窗口当面交给了他，他签收了：记在文书上，也记进经过。

    Raises: NotNow(不是这几种、交过了、还没有用印)、PermissionDenied。
    """
    with transaction.atomic():
        case.lock()
        if not rules.may_take_in(case, by):
            raise PermissionDenied("由收件窗口登记谁签收的。")
        paper.refresh_from_db()
        if not takes_receipt(paper) or paper.state == PaperState.DELIVERED:
            raise NotNow(f"《{paper.title}》不用登记签收，或者已经登记过了。")
        papers.deliver_mark(paper, how=f"窗口签收：{receiver}", by=by, at=at)
        facts = {"paper": str(paper)}  # 谁签收的记在文书上，随档案销毁清得掉
        state, verb = case.state, "approvals.case.hand_paper"
        journal.record(verb, about=case, by=by, at=at, before=state, after=state, facts=facts)
    return paper
