"""审查意见提出以后，卷里又添了什么：摆在审核、决定的人面前，由他退回重审；审查的人自己添的不算。"""

import datetime
from itertools import chain

from approvals.models import Case, Inspection, Upload
from office.sure import sure

Added = tuple[str, datetime.datetime]


def added(case: Case) -> list[Added]:
    """（什么，何时）照先后；还没有意见的是空的。材料、扫描件、改了的申请表、陈述申辩、听证和核查的笔录都算。"""
    given = [one for one in case.reviews.all() if one.opinion]
    if not given:
        return []
    since, own = max(sure(one.given_at) for one in given), {one.reviewer_id for one in given}
    late = case.materials.filter(received_at__gt=since).select_related("material")
    uploads = Upload.objects.of_case(case).filter(uploaded_at__gt=since, message=None).exclude(uploaded_by__in=own)
    scans = {(f"文件“{one.name}”", one.uploaded_at) for one in uploads}
    statements = case.statements.filter(recorded_at__gt=since).exclude(recorded_by__in=own)
    inspections = Inspection.objects.filter(procedure__case=case, recorded_at__gt=since)
    inspections = inspections.exclude(officer_1__in=own).exclude(officer_2__in=own)
    found = chain(
        ((f"材料“{one.material.name}”", sure(one.received_at)) for one in late),
        scans,
        (("申请表的改动", one.made_at) for one in case.amendments.filter(made_at__gt=since)),
        ((str(one), sure(one.recorded_at)) for one in statements),
        (("听证笔录", sure(one.recorded_at)) for one in case.hearings.filter(recorded_at__gt=since)),
        (("核查笔录", sure(one.recorded_at)) for one in inspections),
    )
    return sorted(found, key=lambda one: one[1])
