"""16:30 汇总:每个工作日一科一张,没有也有一张;只登记,从不耽误报告。"""

import datetime
from typing import TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet

from agencies.models import Agency, Post, Unit, User
from agencies.states import Role
from denials.actions import letters
from denials.models import LadderPolicy, RegisterEntry, Report, Sheet
from denials.rules import roll_up_at
from denials.states import SheetKind
from office.notices import actions as notices
from office.workdays import calendar as workdays
from office.workdays.rules import DAY, is_working_day, local, on

T = TypeVar("T", bound=Model)
LOOK_BACK = 10 * DAY  # 停了多日再跑,补这么多天的表;更早的由人补


def roll_up(*, at: datetime.datetime) -> int:
    """日汇总:补齐到此刻应当有的每一张表;返回新做了几张。重复跑、同时跑,都只有一张。"""
    made = 0
    for agency in Agency.objects.filter(units__posts__role=Role.CHIEF).distinct():
        for closes_at in _closings(agency, at):
            made += _roll_up_day(agency, closes_at, at=at)
    return made


def _closings(agency: Agency, at: datetime.datetime) -> list[datetime.datetime]:
    """从上一张表之后到此刻,应当汇总的各个时刻。"""
    calendar = workdays.calendar_for(agency.code)
    last = Sheet.objects.filter(unit__agency=agency).order_by("-day").values_list("day", flat=True).first()
    today = local(at).date()
    day = max(last, today - LOOK_BACK) if last else today
    closings = []
    while day <= today:
        closes_at = on(day, LadderPolicy.objects.in_force(agency, on(day, datetime.time.max)).roll_up_time)
        if is_working_day(day, special=calendar.special) and closes_at <= at:
            closings.append(closes_at)
        day += DAY
    return closings


def _roll_up_day(agency: Agency, closes_at: datetime.datetime, *, at: datetime.datetime) -> int:
    day = local(closes_at).date()
    chiefs = Post.objects.filter(unit__agency=agency, role=Role.CHIEF).select_related("unit__agency")
    done = set(Sheet.objects.filter(unit__agency=agency, day=day).values_list("unit_id", "kind"))
    made = 0
    for post in chiefs:
        for kind in SheetKind:
            if (post.unit_id, kind.value) not in done:
                made += _make(post, kind, day, closes_at, at=at)
    return made


def _make(
    post: Post, kind: SheetKind, day: datetime.date, closes_at: datetime.datetime, *, at: datetime.datetime
) -> int:
    system, unit = User.objects.system(), post.unit
    with transaction.atomic():
        sheet, new = Sheet.objects.get_or_create(
            unit=unit, kind=kind, day=day, defaults={"closes_at": closes_at, "made_at": at}
        )
        if not new:
            return 0
        if kind == SheetKind.REPORTS:
            sheet.reports.set(_reports(unit, closes_at))
        else:
            sheet.entries.set(_entries(unit, closes_at))
        letters.sheet(sheet, by=system, at=at)
        standing = post.holder_at(at)
        if standing is not None:
            notices.queue(
                "denials.sheet", about=sheet, to=standing.user, channel="inbox", subject=f"{kind.label}：{unit} {day}",
                body="今日汇总表已生成，请核阅。", responsible=standing.user, by=system, at=at,
            )  # fmt: skip
    return 1


def _reports(unit: Unit, closes_at: datetime.datetime) -> list[Report]:
    """上一张之后到这一刻(含)提出、由这个科室负责人审的。"""
    mine = Report.objects.filter(turns__rung="chief", turns__post__unit=unit).distinct()
    return _since_last(mine, "filed_at", unit, closes_at)


def _entries(unit: Unit, closes_at: datetime.datetime) -> list[RegisterEntry]:
    return _since_last(RegisterEntry.objects.filter(section=unit), "registered_at", unit, closes_at)


def _since_last(rows: QuerySet[T], when: str, unit: Unit, closes_at: datetime.datetime) -> list[T]:
    listed = Sheet.objects.filter(unit=unit, closes_at__lt=closes_at)
    return list(rows.filter(**{f"{when}__lte": closes_at}).exclude(sheets__in=listed))


def expected_sheet(agency: Agency, at: datetime.datetime) -> datetime.datetime:
    """此刻提出的报告会进哪一张表(截止时刻)。"""
    special = workdays.calendar_for(agency.code).special
    return roll_up_at(at, policy=LadderPolicy.objects.in_force(agency, at), special=special)
