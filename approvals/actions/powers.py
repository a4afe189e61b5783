"""权力来源:这件申请由哪个机关、哪个科室决定,那一天它有没有权。"""

import datetime

from agencies.models import Agency, Unit
from approvals.models import Case
from catalog.models import Authority, Guide
from office.workdays.rules import local


def deciding_place(guide: Guide, unit: Unit, at: datetime.datetime) -> tuple[Agency, Unit]:
    """由谁决定:收件单位所在机关或其上级里有权的那一个,否则是事项的实施机关;以及它的承办科室。"""
    item, day = guide.item, local(at).date()
    agency: Agency | None = unit.agency
    while agency is not None:
        if agency == item.agency or Authority.objects.in_force(item, agency, day):
            break
        agency = agency.parent
    agency = agency or item.agency
    if agency == item.agency:
        return agency, item.section
    desk = Unit.objects.filter(agency=agency, kind="approval").order_by("path").first()
    return agency, desk or item.section


def in_force(case: Case, at: datetime.datetime) -> Authority | None:
    """决定机关此日对此事项的权力来源。"""
    return Authority.objects.in_force(case.item, case.agency, local(at).date())
