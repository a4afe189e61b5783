"""叫回重新研究的标记：取办件时一并取来，没有叫回过的不多问一句。"""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from approvals.models import Case, Certificate, Message, Pledge, Retraction
from approvals.states import PledgeState, RetractionKind, RetractionState
from denials.models import Recall
from denials.states import RecallState
from office.papers.models import Paper
from office.sure import sure
from office.workdays.rules import local

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


@dataclass(frozen=True)
class Ended:
    """准予的决定怎样不再有效：撤销、撤回、吊销；decided_at 审定的时刻，since 送达以后才有，从那天起失去效力。"""

    verb: str
    decided_at: datetime.datetime
    since: datetime.date | None

    @property
    def past(self) -> str:
        return _("已%s") % self.verb


def revocation_of(paper: Paper) -> Ended | None:
    """收回了这份准予决定书的那一次：送达了的在前；别的文种不问库。"""
    if paper.kind != GRANT or paper.subject_type != Case._meta.label_lower:
        return None
    return ended_by_letter(paper.subject_key)


def ended_by_letter(case: Any) -> Ended | None:
    """承诺不实撤销的，依职权撤回、撤销的；送达了的在前。case 是主键。"""
    mine = Pledge.objects.filter(case_id=case, state=PledgeState.REVOKED, decided_at__isnull=False)
    found = [Ended(_("撤销"), sure(one.decided_at), one.served_at and local(one.served_at).date()) for one in mine]
    retracted = Retraction.objects.filter(case_id=case, state__in=[RetractionState.DECIDED, RetractionState.DONE])
    for one in retracted:
        served = one.served_at and local(one.served_at).date()
        found.append(Ended(_(RetractionKind(one.kind).label), sure(one.decided_at), one.ended_on or served))
    return min(found, key=lambda one: (one.since is None, one.since or one.decided_at.date()), default=None)


def ended_certificate_of(paper: Paper) -> Certificate | None:
    """凭这份准予决定书发的证照已经不再有效的；别的文种不问库。"""
    if paper.kind != GRANT or paper.subject_type != Case._meta.label_lower:
        return None
    found: Certificate | None = Certificate.objects.filter(case_id=paper.subject_key).exclude(ended_as="").first()
    return found


def revoked_words(case: Case) -> str:
    """准予的决定收回了、决定书也送达了的，“已撤销”“已撤回”；没有是空串。没有用过承诺、没有提出过的不查库。"""
    if not (case.has_pledges or case.has_retractions):
        return ""
    found = ended_by_letter(case.pk)
    return found.past if found is not None and found.since is not None else ""


def thread_of(case: Case) -> QuerySet[Message]:
    """往来：这一件的，连同它由之改正而来的原件的（改正过两次的，再往前一件）。一句查完。"""
    before = Recall.objects.filter(new_case=case).values("case")
    earlier = Recall.objects.filter(new_case__in=before).values("case")
    found = Message.objects.filter(Q(case=case) | Q(case__in=before) | Q(case__in=earlier))
    return (
        found.select_related("case").only("case__number", *TOLD).prefetch_related("uploads").order_by("sent_at", "pk")
    )


TOLD = ("case_id", "by_applicant", "author_id", "text", "sent_at", "read_at")
