"""材料再用：办件的材料连着它取自哪一件、哪几个文件，一次取齐；少交了多少。"""

import datetime
from typing import Any

from django.db.models import Count, Q

from approvals.models import Case, CaseMaterial
from catalog.states import Source


def rows_of(case: Case) -> Any:
    """逐份材料；再用的连同来处。没有再用的，不多一条查询。"""
    rows = case.materials.select_related("material", "reuse__source__case").order_by("material__position", "pk")
    return rows.prefetch_related("uploads", "reuse__source__uploads")


def saved(cases: Any, since: datetime.datetime, until: datetime.datetime) -> Any:
    """各事项少交的材料：由部门共享获取的、再用以前交过的；取自办件的材料行，不填报。"""
    rows = CaseMaterial.objects.filter(case__in=cases, case__received_at__gte=since, case__received_at__lt=until)
    shared, again = Q(material__source=Source.SHARED), Q(reuse__isnull=False)
    numbers = {
        "cases": Count("case", distinct=True),
        "all": Count("pk"),
        "shared": Count("pk", filter=shared),
        "again": Count("pk", filter=again),
    }
    found: Any = rows.order_by().values("case__item__code", "case__item__name").annotate(**numbers)
    return found.filter(Q(shared__gt=0) | Q(again__gt=0)).order_by("-shared", "-again", "case__item__code")
