"""岗位与任职:AB 岗,谁在某一刻真正有职责。"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Value

from agencies.models.absence import Absence
from agencies.models.agency import Agency
from agencies.models.unit import Unit
from agencies.models.user import User
from agencies.models.week import Duty
from agencies.states import Rank, Role
from office.prepared import KEY, KEYS, MOMENT, Prepared, among
from office.workdays.rules import local

Moment = datetime.datetime


@dataclass(frozen=True)
class Standing:
    """某一刻以什么身份行使职责;describe() 写进办件记录和文书。"""

    user: User
    rank: str
    post: "Post"
    covers: User | None = None

    def describe(self) -> str:
        """例如“张示例(A岗)”“李演示(B岗,代张示例)”。"""
        name = self.user.full_name
        return f"{name}({self.rank}岗，代{self.covers.full_name})" if self.covers else f"{name}({self.rank}岗)"


class PostQuerySet(models.QuerySet["Post"]):
    def visible_to(self, user: Any) -> "PostQuerySet":
        return self.filter(unit__in=Unit.objects.visible_to(user))

    def chief_of(self, unit: Unit) -> "Post | None":
        """这个科室的负责人岗。"""
        return self.filter(unit=unit, role=Role.CHIEF).first()

    def deputy_for(self, unit: Unit) -> "Post | None":
        """分管这个单位的副局长岗;没有单列的,随它的上级单位。"""
        in_charge = Portfolio.objects.filter(unit__in=Unit.objects.above(unit)).order_by("-unit__path")
        found = in_charge.select_related("post").first()
        return found.post if found else None

    def director_of(self, agency: Agency) -> "Post | None":
        """局长岗。"""
        return self.filter(unit__agency=agency, role=Role.DIRECTOR).first()

    def first_contact_of(self, unit: Unit, at: Moment) -> User | None:
        """首问责任人:此刻在这个窗口收件的人;都不在岗时是在任的第一人,责任不落空。没有设岗时是 None。

        有值班表的,是今天值班的人(换了班的是换来的人),只要他任收件的岗、此刻在岗。
        """
        clerks = self.filter(unit=unit, role=Role.CLERK).order_by("code")
        for one in Duty.objects.filter(unit=unit).on_days([local(at).date()]):
            if Holding.objects.present(at).filter(user=one.user, post__in=clerks).exists():
                return one.user
        for post in clerks:
            if standing := post.holder_at(at):
                return standing.user
        holding = Holding.objects.running(at).filter(post__in=clerks).select_related("user")
        first = holding.order_by("post__code", "rank").first()
        return first.user if first else None


class Post(models.Model):
    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="posts")
    code = models.CharField("代号", max_length=40, unique=True)
    title = models.CharField("职务", max_length=60)
    role = models.CharField("角色", max_length=12, choices=Role)
    portfolio = models.ManyToManyField(
        Unit, verbose_name="分管单位", through="Portfolio", related_name="deputies", blank=True
    )

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "岗位"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="post_has_a_known_role"),
            models.UniqueConstraint(fields=["unit"], condition=Q(role=Role.CHIEF), name="unit_has_one_chief"),
            models.UniqueConstraint(
                fields=["unit"], condition=Q(role=Role.DIRECTOR), name="leadership_has_one_director"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def holder_at(self, at: Moment) -> Standing | None:
        """此刻谁有职责:A 岗在岗是 A,离岗或空缺是 B;都不在是 None。"""
        return Holding.objects.standings_of([self.pk], at).get(self.pk)

    def standing_of(self, user: User, at: Moment) -> Standing | None:
        """这个人此刻在这个岗位上的身份;没轮到他就是 None。"""
        standing = self.holder_at(at)
        return standing if standing and standing.user == user else None


class Portfolio(models.Model):
    """副局长分管一个单位;一个单位只由一位副局长分管。"""

    post = models.ForeignKey(Post, verbose_name="副局长岗", on_delete=models.CASCADE, related_name="portfolio_lines")
    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="portfolio_lines")

    class Meta:
        verbose_name = verbose_name_plural = "分管"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["unit"], name="unit_is_in_one_portfolio")]

    def __str__(self) -> str:
        return f"{self.post} 分管 {self.unit}"


class HoldingQuerySet(models.QuerySet["Holding"]):
    def running(self, at: Moment) -> "HoldingQuerySet":
        """此刻在任(from_at ≤ at < to_at)。"""
        return self.filter(Q(to_at=None) | Q(to_at__gt=at), from_at__lte=at)

    def standing(self) -> "HoldingQuerySet":
        """还没有免去的。"""
        return self.filter(to_at=None)

    def present(self, at: Moment) -> "HoldingQuerySet":
        """此刻在任、在岗、账户在用的。"""
        away = Absence.objects.covering(at).filter(user=OuterRef("user"))
        return self.running(at).filter(~Exists(away), user__is_active=True)

    def covered_by(self, user: User, at: Moment) -> "HoldingQuerySet":
        """此刻离岗、由他以 B 岗代的各 A 岗任职。"""
        seats = self.running(at).filter(user=user, rank=Rank.B).values("post")
        away = Absence.objects.covering(at).values("user")
        return self.running(at).filter(post__in=seats, rank=Rank.A, user__in=away)

    def standings_of(self, posts: Iterable[int], at: Moment) -> dict[int, Standing]:
        """这些岗(主键)此刻由谁行使职责:A 岗在岗是 A,离岗或空缺由在岗的 B 代;都不在的岗不在里面。

        一条查询,备好了的:队列的每一页都要问。
        """
        return _judged(_holding().rows(list(posts), at))

    def standings_around(self, user: User, at: Moment) -> dict[int, Standing]:
        """同上,问的是这个人有任职的各岗(A 岗、B 岗都算)。"""
        return _judged(_around().rows(user.pk, at))

    def _with_presence(self, at: Moment) -> "HoldingQuerySet":
        away = Exists(Absence.objects.covering(at).filter(user=OuterRef("user")))
        return self.running(at).select_related("user", "post").annotate(away=away).order_by("rank")

    def visible_to(self, user: Any) -> "HoldingQuerySet":
        return self.filter(post__unit__in=Unit.objects.visible_to(user))


@cache
def _holding() -> Prepared:
    return Prepared(lambda posts, at: Holding.objects.filter(among("post", posts))._with_presence(at), KEYS, MOMENT)


@cache
def _around() -> Prepared:
    def around(user: int, at: Moment) -> HoldingQuerySet:
        seats = Holding.objects.running(at).filter(user=user).values("post")
        return Holding.objects.filter(post__in=seats)._with_presence(at)

    return Prepared(around, KEY, MOMENT)


def _judged(rows: Iterable[Any]) -> dict[int, Standing]:
    """A 岗在前的各行任职里,每个岗轮到谁。"""
    chiefs: dict[int, User] = {}
    found: dict[int, Standing] = {}
    for row in rows:
        if row.rank == Rank.A:
            chiefs[row.post_id] = row.user
        if row.post_id not in found and row.user.is_active and not row.away:
            covered = chiefs.get(row.post_id) if row.rank == Rank.B else None
            found[row.post_id] = Standing(row.user, row.rank, row.post, covered)
    return found


class Holding(models.Model):
    post = models.ForeignKey(Post, verbose_name="岗位", on_delete=models.PROTECT, related_name="holdings")
    user = models.ForeignKey(User, verbose_name="任职人", on_delete=models.PROTECT, related_name="holdings")
    rank = models.CharField("AB岗", max_length=1, choices=Rank, default=Rank.A)
    from_at = models.DateTimeField("任职时间")
    to_at = models.DateTimeField("免职时间", null=True, blank=True)

    objects = HoldingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "任职"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(rank__in=Rank.values), name="holding_is_rank_a_or_b"),
            models.CheckConstraint(
                condition=Q(to_at=None) | Q(to_at__gte=F("from_at")), name="holding_ends_no_earlier_than_it_begins"
            ),
            models.UniqueConstraint(
                fields=["post", "rank"], condition=Q(to_at=None), name="seat_has_one_running_holder"
            ),
            models.UniqueConstraint(
                fields=["post", "user"], condition=Q(to_at=None), name="nobody_stands_in_for_himself"
            ),
            # int8range(x, x, '[]') 就是“等于 x”:不必为一个等号装 btree_gist。
            *(
                ExclusionConstraint(
                    name=f"seat_{rank.lower()}_is_never_held_twice_at_once",
                    expressions=[
                        (Func("post_id", "post_id", Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                        (Func("from_at", "to_at", function="tstzrange"), RangeOperators.OVERLAPS),
                    ],
                    condition=Q(rank=rank),
                )
                for rank in Rank.values
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.post}({self.rank}岗)"
