"""告知承诺的文书：告知承诺书、限期整改通知书、撤销决定书。"""

import datetime

from django.db.models import QuerySet

from agencies.models import User
from approvals.actions import letters
from approvals.models import Pledge
from approvals.rules.pledges import promised_lines
from office.papers.models import Paper
from office.papers.words import date_words, last_day_words
from office.sure import sure


def pledge(one: Pledge, *, by: User, at: datetime.datetime) -> Paper:
    """告知承诺书：告知什么、承诺什么、不实的后果、可以撤回改交材料。"""
    terms = one.terms
    facts = {
        "material": str(one.case_material),
        "material_basis": one.case_material.material.basis,
        "told": terms.told,
        "promised": promised_lines(terms.promised),
        "consequences": terms.consequences,
        "basis": terms.basis,
        "check_days": f"{terms.check_days}个工作日",
        "signer": one.signer,
        "signed": date_words(one.signed_at),
    }
    return letters.order("pledge", one.case, facts, by=by, at=at)


def mend(one: Pledge, *, by: User, at: datetime.datetime) -> Paper:
    """限期整改通知书：核查发现什么、改到什么程度、什么时候以前、可以陈述申辩。"""
    facts = {
        "material": str(one.case_material),
        "signed": date_words(one.signed_at),
        "found": one.found,
        "standard": one.case_material.material.standard,
        "deadline": last_day_words(sure(one.mend_due_at)),
        "basis": one.terms.basis,
    }
    return letters.order("pledge_mend", one.case, facts, by=by, at=at)


def revocations(one: Pledge) -> QuerySet[Paper]:
    """这一份承诺的撤销决定书。"""
    found: QuerySet[Paper] = Paper.objects.about(one.case).of_kind("revocation").in_force()
    return found.filter(context__material=str(one.case_material)).order_by("pk")


def revoked_by(one: Pledge) -> str:
    """凭哪份文书撤销的：撤销决定书的文号。"""
    return "、".join(paper.number for paper in revocations(one))[:200] or "撤销决定书"


def revocation(one: Pledge, *, by: User, at: datetime.datetime) -> Paper:
    """撤销决定书：原决定、查明的事实、理由、依据、救济途径。"""
    case = one.case
    granted = Paper.objects.about(case).of_kind("grant").in_force().order_by("-pk").first()
    facts = {
        "decided": date_words(sure(case.decided_at)),
        "grant_number": granted.number if granted else "",
        "material": str(one.case_material),
        "facts": one.found,
        "reasons": one.reason,
        "decision": one.decision,
        "basis": f"{one.terms.basis}；行政许可法第六十九条第二款" if case.item.kind == "01" else one.terms.basis,
        **letters.remedies(case),
    }
    return letters.order("revocation", case, facts, by=by, at=at)
