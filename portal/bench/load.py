"""量速度用的库:先演出六十件,再成批照抄成二十万件、两千份报告。"""

import datetime

from django.db import connection
from django.db.models import QuerySet

from approvals.models import Case
from approvals.states import CaseState
from denials.models import Report
from portal.bench import copies
from portal.demonstration import programme

OPEN_SHARE = 0.01  # 还没归档的占百分之一:二十万件里两千件,比任何一个局手上的都多
PAST = (CaseState.CLOSED, CaseState.WITHDRAWN, CaseState.VOIDED)
YEARS = 3 * 365


def load(*, cases: int, reports: int, at: datetime.datetime) -> tuple[int, int]:
    """补到 cases 件、reports 份;已经够的不再抄。返回新抄的件数和份数。"""
    programme.load(at)
    cases_short = max(cases - Case.objects.count(), 0)
    # 否定的不抄:它们的依据和报备是一件一行的,抄了就不真了
    stems = Case.objects.filter(ground=None, reports=None)
    open_share = round(cases_short * OPEN_SHARE)
    _spread(stems.exclude(state__in=PAST), open_share, days=0)
    _spread(stems.filter(state__in=PAST), cases_short - open_share, days=YEARS)
    reports_short = max(reports - Report.objects.count(), 0)
    waiting = list(Report.objects.open().select_related("case"))
    for n, report in enumerate(waiting):
        if share := _share(reports_short, n, len(waiting)):
            copies.copy_report(report, share)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return cases_short, reports_short


def _spread(stems: "QuerySet[Case]", count: int, *, days: int) -> None:
    chosen = list(stems.order_by("pk"))
    for n, case in enumerate(chosen):
        if share := _share(count, n, len(chosen)):
            copies.copy_case_roughly(case, share, days=days)


def _share(count: int, n: int, parts: int) -> int:
    """把 count 分成 parts 份,第 n 份是多少。"""
    return (n + 1) * count // parts - n * count // parts
