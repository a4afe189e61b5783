"""缴费通知书：收什么、多少、凭什么、怎样缴，能减免什么，收错了找谁。"""

import datetime

from agencies.models import User
from approvals.actions import letters
from approvals.models import Case, Fee
from approvals.rules import fees as rules
from office.papers import actions as papers
from office.papers.models import Paper
from office.papers.words import date_words
from office.sure import sure

LICENCE = "01"
UNLAWFUL = "违法收取的费用，应当退还（行政许可法第七十五条）。"


def notice(fee: Fee, *, replaced: str, by: User, at: datetime.datetime) -> Paper:
    """缴费通知书；replaced 写明以前那一份为什么作废，第一次出的空着。"""
    case = fee.case
    replace(case, replaced, by=by, at=at)
    facts = {
        "arose": date_words(fee.arose_at),
        "stage": "受理" if fee.stage == "acceptance" else "作出准予的决定",
        "lines": [
            {**line, "basis": line["basis"] or fee.basis, "amount": rules.yuan(line["cents"])} for line in fee.lines
        ],
        "working": fee.working,
        "standard": fee.standard_words if fee.ground else "",
        "ground": fee.ground,
        "amount": fee.words,
        "capital": rules.capital(sure(fee.amount)),
        "basis": fee.basis,
        "wrongly": UNLAWFUL if case.item.kind == LICENCE else "收错的费用，本机关退还。",
        "grounds": [] if fee.ground else rules.grounds(case.guide.fee),
        "holds": "缴费以后领取办理结果。" if fee.holds else "",
        "refund": "决定以前撤回申请的，退还已经缴纳的费用。" if fee.refundable else "",
        "complaint": case.guide.complaint,
    }
    return letters.order("fee_notice", case, facts, by=by, at=at)


def replace(case: Case, reason: str, *, by: User, at: datetime.datetime) -> None:
    """以前出的缴费通知书作废，免得照旧的缴。"""
    for paper in Paper.objects.about(case).of_kind("fee_notice").in_force():
        papers.void(paper, reason=reason, by=by, at=at)
