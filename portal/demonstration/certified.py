"""演示的证照：编号一看就是编的。"""

import datetime

from approvals.actions.certifying import Told
from approvals.models import Case
from approvals.rules import certificates
from office.workdays.rules import local

YEARS = 4


def invented(case: Case, at: datetime.datetime) -> Told | None:
    """结果是证照的，编一本；不是的没有。"""
    name = certificates.certificate_name(case.guide.result_name)
    if not name:
        return None
    since = local(at).date()
    until = since.replace(year=since.year + YEARS, day=min(since.day, 28))
    return Told(name, f"示范证第{case.number}号", since, until)
