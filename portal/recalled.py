"""叫回重新研究的标记：取办件时一并取来，没有叫回过的不多问一句。"""

from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from approvals.models import Case, Certificate, Message, Pledge
from approvals.states import PledgeState
from denials.models import Recall
from denials.states import RecallState
from office.papers.models import Paper

GRANT = "grant"
REFUSALS = frozenset(["not_accepted", "refusal"])  # 说“不”的决定书


def with_recalls(cases: QuerySet[Any]) -> QuerySet[Any]:
    """recalled 是最近一次叫回走到哪里、新件的编号、另指的去处；redone_from 是由哪一件改正而来。"""
    told = JSONObject(state="state", number="new_case__number", elsewhere="elsewhere")
    latest = Recall.objects.filter(case=OuterRef("pk")).order_by("-pk").values(told=told)[:1]
    return cases.annotate(recalled=Subquery(latest), redone_from=F("redoes__case__number"))


def is_set_aside(case: Any) -> bool:
    """这一件的“不”撤销了没有。case 由 with_recalls 取来；别的（联办件）没有这一说。"""
    told = getattr(case, "recalled", None)
    return bool(told and told["state"] == RecallState.SET_ASIDE)


def no_longer_holds(paper: Paper, case: Any) -> bool:
    """这一份是已经撤销了的不予决定书。"""
    return paper.kind in REFUSALS and is_set_aside(case)


def set_aside_of(paper: Paper) -> Recall | None:
    """撤销了这份决定书的那一次；别的文种不问库。"""
    if paper.kind not in REFUSALS or paper.subject_type != Case._meta.label_lower:
        return None
    found: Recall | None = Recall.objects.filter(case_id=paper.subject_key, state=RecallState.SET_ASIDE).first()
    return found


def revocation_of(paper: Paper) -> Pledge | None:
    """撤销了这份准予决定书的那一次：送达了的在前；别的文种不问库。"""
    if paper.kind != GRANT or paper.subject_type != Case._meta.label_lower:
        return None
    mine = Pledge.objects.filter(case_id=paper.subject_key, state=PledgeState.REVOKED)
    found: Pledge | None = mine.order_by(F("served_at").asc(nulls_last=True), "pk").first()
    return found


def ended_certificate_of(paper: Paper) -> Certificate | None:
    """凭这份准予决定书发的证照已经不再有效的；别的文种不问库。"""
    if paper.kind != GRANT or paper.subject_type != Case._meta.label_lower:
        return None
    found: Certificate | None = Certificate.objects.filter(case_id=paper.subject_key).exclude(ended_as="").first()
    return found


def is_revoked(case: Case) -> bool:
    """准予的决定撤销了、撤销决定书也送达了；没有用过告知承诺的不查库。"""
    mine = case.pledges.filter(state=PledgeState.REVOKED, served_at__isnull=False) if case.has_pledges else None
    return mine is not None and mine.exists()


def thread_of(case: Case) -> QuerySet[Message]:
    """往来：这一件的，连同它由之改正而来的原件的（改正过两次的，再往前一件）。一句查完。"""
    before = Recall.objects.filter(new_case=case).values("case")
    earlier = Recall.objects.filter(new_case__in=before).values("case")
    found = Message.objects.filter(Q(case=case) | Q(case__in=before) | Q(case__in=earlier))
    return (
        found.select_related("case").only("case__number", *TOLD).prefetch_related("uploads").order_by("sent_at", "pk")
    )


TOLD = ("case_id", "by_applicant", "author_id", "text", "sent_at", "read_at")
