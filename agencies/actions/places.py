"""机关、单位、岗位、印章、工作周历、值班表的维护。"""

import datetime
from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies import rules
from agencies.actions import posts
from agencies.models import Agency, Duty, Post, Seal, Unit, User, WeeklyRun
from office.journal import actions as journal

Place = Agency | Unit | Post | Seal | WeeklyRun | Duty


def keep(*, place: Place, changed: Iterable[str], by: User, at: datetime.datetime) -> None:
    """维护:存下新设或改动的机关、单位、岗位、印章、周历、值班,记下改了哪几栏,并使授权跟上。

    Raises: PermissionDenied;ValidationError(上级不对)。
    """
    agency = agency_of(place)
    if not rules.may_keep_posts(by, agency):
        raise PermissionDenied(f"您没有维护{agency}的权限。")
    with transaction.atomic():
        verb = "found" if place.pk is None else "amend"
        place.save()
        noun = place._meta.label_lower
        journal.record(f"{noun}.{verb}", about=place, by=by, at=at, facts={"changed": sorted(changed)})
        posts.renew_grants(agency=agency, by=by, at=at)


def agency_of(place: Place) -> Agency:
    """归哪个机关。"""
    match place:
        case Agency():
            return place
        case Post() | Duty():
            return place.unit.agency
        case WeeklyRun():
            return place.from_unit.agency
        case _:
            return place.agency
