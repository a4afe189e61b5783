"""叫回重新研究的标记：取办件时一并取来，没有叫回过的不多问一句。"""

from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from denials.models import Recall


def with_recalls(cases: QuerySet[Any]) -> QuerySet[Any]:
    """recalled 是最近一次叫回走到哪里、新件的编号、另指的去处；redone_from 是由哪一件改正而来。"""
    told = JSONObject(state="state", number="new_case__number", elsewhere="elsewhere")
    latest = Recall.objects.filter(case=OuterRef("pk")).order_by("-pk").values(told=told)[:1]
    return cases.annotate(recalled=Subquery(latest), redone_from=F("redoes__case__number"))
