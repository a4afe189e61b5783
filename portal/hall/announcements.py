"""听证公告、送达公告：贴出来的同时在网上也看得到，到时候就不再显示；写什么照公告那份文书，不多写一样。"""

import datetime
from collections.abc import Iterable
from typing import Any

from approvals.models import Case, Delivery, Hearing
from approvals.rules import mask_name, why_not_publish
from approvals.states import ApplicantKind, HearingState, LastWay, ProcedureState
from office.papers.models import Paper
from office.papers.words import last_day_words
from office.sure import sure
from office.workdays.rules import local

CONTEXT = ("case__item", "case__guide", "case__agency", "case__section", "case__applicant")


def hearings(at: datetime.datetime) -> list[Hearing]:
    """定了时间、还没有开的公开听证，先开的在前。"""
    found = Hearing.objects.filter(
        state=HearingState.SCHEDULED, procedure__state=ProcedureState.RUNNING, sits_at__gt=at
    ).select_related(*CONTEXT)  # fmt: skip
    return [one for one in found.order_by("sits_at", "pk") if _may_show(one.case, at)]


def services(at: datetime.datetime) -> list[dict[str, Any]]:
    """公告着的送达，先期满的在前；自然人只写姓，全名在张贴的那一份上。"""
    rows = Delivery.objects.on_the_way().filter(way=LastWay.NOTICE, clock__due_at__gt=at)
    found = [
        row for row in rows.select_related("clock", *CONTEXT).order_by("clock__due_at", "pk") if _may_show(row.case, at)
    ]
    papers = _papers_of(row.case for row in found)
    return [
        {"row": row, "name": _named(row.case), "until": sure(row.clock).due_at, "told": told}
        for row in found
        if (told := papers.get((row.case_id, last_day_words(sure(row.clock).due_at))))
    ]


def _papers_of(cases: Iterable[Case]) -> dict[tuple[int, str], dict[str, Any]]:
    """送达公告写了什么，按哪一件、哪天期满找。"""
    keys = {str(case.pk) for case in cases}
    made = Paper.objects.of_kind("service_notice").in_force().filter(
        subject_type=Case._meta.label_lower, subject_key__in=keys
    )  # fmt: skip
    return {(int(paper.subject_key), paper.context["until"].partition("（")[0]): paper.context for paper in made}


def _may_show(case: Case, at: datetime.datetime) -> bool:
    return not case.item.withheld and not why_not_publish(case, local(at).date())


def _named(case: Case) -> str:
    applicant = case.applicant
    return mask_name(applicant.name) if applicant.kind == ApplicantKind.PERSON else applicant.name
