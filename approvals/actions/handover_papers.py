"""移交清单这份纸：一件一行、一件一码，清单自己也有码。"""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db.models import Count

from agencies.models import User
from approvals.models import Batch, CaseMaterial, Transfer
from approvals.rules import mask_name
from office.papers import actions as papers
from office.papers.models import Paper
from office.papers.words import date_words, last_day_words


def listing(
    batch: Batch, passages: Iterable[Transfer], *, due_at: datetime.datetime, by: User, at: datetime.datetime
) -> Paper:
    """移交清单：谁交给谁、哪几件、各有几份材料、最迟几时签收。"""
    rows = lines(passages)
    agency = batch.from_unit.agency
    context = {
        "agency": agency.name,
        "unit": batch.from_unit.name,
        "to_unit": batch.to_unit.name,
        "day": date_words(batch.day),
        "due": last_day_words(due_at),
        "batch_number": batch.number,
        "prepared_by": by.full_name,
        "rows": rows,
        "codes": [batch.number, *(row["case_number"] for row in rows)],
    }
    return papers.order(
        "handover_list", about=batch, context=context, issuer=agency.code, prefix=agency.paper_prefix, by=by, at=at
    )


def lines(passages: Iterable[Transfer]) -> list[dict[str, Any]]:
    """清单上的各行。"""
    passages = list(passages)
    given = CaseMaterial.objects.filter(case__in=[one.case_id for one in passages], provided=True)
    counted = dict(given.order_by().values("case").annotate(n=Count("pk")).values_list("case", "n"))
    return [
        {
            "case_number": one.case.number,
            "item": one.case.guide.name,
            "applicant": mask_name(one.case.applicant.name),
            "leg": one.get_leg_display(),
            "materials": f"{counted.get(one.case_id, 0)}份",
        }
        for one in passages
    ]
