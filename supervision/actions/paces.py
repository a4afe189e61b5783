"""办理用时的汇总：每天从办件的记录重算一遍，不在办件的路上记数，也不在页面上现算。"""

import datetime

from django.db import transaction
from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F
from django.utils import timezone

from approvals.models import Case
from approvals.states import Outcome
from supervision.models import Pace

WINDOW = datetime.timedelta(days=90)
DAY = datetime.timedelta(days=1)


class NinthTenth(Aggregate):
    """第九十百分位：九成的办件不超过它。"""

    function = "percentile_disc"
    template = "%(function)s(0.9) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


def count(*, at: datetime.datetime) -> int:
    """汇总：最近九十天准予的办件，从收件到决定用了几天；没有办件的事项没有这一行。返回几个事项。"""
    since = at - WINDOW
    spent = ExpressionWrapper(F("decided_at") - F("received_at"), output_field=DurationField())
    granted = Case.objects.filter(outcome=Outcome.GRANTED, decided_at__gt=since, decided_at__lte=at)
    rows = granted.order_by().values("item").annotate(cases=Count("pk"), spent=NinthTenth(spent))
    dates = {"since": timezone.localdate(since), "counted_on": timezone.localdate(at)}
    found = [
        Pace(item_id=row["item"], cases=row["cases"], days=max(1, -(-row["spent"] // DAY)), **dates) for row in rows
    ]
    with transaction.atomic():
        Pace.objects.exclude(item__in=[pace.item_id for pace in found]).delete()
        Pace.objects.bulk_create(
            found, update_conflicts=True, unique_fields=["item"],
            update_fields=["cases", "days", "since", "counted_on"],
        )  # fmt: skip
    return len(found)
