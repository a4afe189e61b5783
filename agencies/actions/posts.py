"""任免、分管、离岗:授权只从这里写下和收回,每一笔都进日志。"""

import datetime
from collections.abc import Iterable

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import transaction
from guardian.models import UserObjectPermission

from agencies import rules
from agencies.models import Absence, Agency, Holding, Post, Unit, User
from agencies.states import Role, UserKind
from office.journal import actions as journal

Grant = tuple[str, str]  # 权限代号, 单位或机关的主键;两边的权限代号不重名


class CannotHold(Exception):
    """这个人或这个岗位现在不能这样任命;str() 是给人看的一句中文。"""


class AlreadyRelieved(Exception):
    """这项任职已经免去。"""


class NotAPortfolio(Exception):
    """只有副局长岗有分管单位,且只能分管本机关的单位。"""


class OverlappingAbsence(Exception):
    """离岗时间不对,或与已登记的离岗重叠。"""


def appoint(*, post: Post, user: User, rank: str, by: User, at: datetime.datetime) -> Holding:
    """任命:让 user 从 at 起担任 post 的 A 岗或 B 岗,并写下该角色的授权。

    Raises: PermissionDenied(无权,或任命自己)、CannotHold(不是在用的工作人员,或席位已有人)。
    """
    with transaction.atomic():
        post = Post.objects.select_for_update(of=("self",)).select_related("unit__agency").get(pk=post.pk)
        _demand(by, post.unit.agency, about=user)
        if reason := obstacle(post, user, rank):
            raise CannotHold(reason)
        holding = Holding.objects.create(post=post, user=user, rank=rank, from_at=at)
        _settle(user)
        journal.record("agencies.holding.appoint", about=holding, by=by, at=at, after=rank, facts=_facts(holding))
    return holding


def obstacle(post: Post, user: User, rank: str) -> str:
    """为什么现在不能这样任命;可以任命时为空串。表单先问,任命时在锁里再问。"""
    if user.kind != UserKind.STAFF or not user.is_active:
        return f"{user}不是在用的工作人员账户，不能任职。"
    for held in post.holdings.standing().select_related("user"):
        if held.rank == rank:
            return f"{post}的{rank}岗现由{held.user}担任，先免去再任命。"
        if held.user_id == user.pk:
            return f"{user}已是{post}的{held.rank}岗，不能同时代自己。"
    return ""


def relieve(*, holding: Holding, by: User, at: datetime.datetime) -> Holding:
    """免去:任职到 at 为止,收回只由这项任职给的授权(别的任职还给的留着)。

    Raises: PermissionDenied、AlreadyRelieved。
    """
    with transaction.atomic():
        post = Post.objects.select_for_update(of=("self",)).select_related("unit__agency").get(pk=holding.post_id)
        _demand(by, post.unit.agency, about=holding.user)
        holding.refresh_from_db()
        if holding.to_at is not None:
            raise AlreadyRelieved(f"{holding}已经免去。")
        holding.to_at = at
        holding.save(update_fields=["to_at"])
        _settle(holding.user)
        facts = _facts(holding)
        journal.record("agencies.holding.relieve", about=holding, by=by, at=at, before=holding.rank, facts=facts)
    return holding


def assign_portfolio(*, post: Post, units: Iterable[Unit], by: User, at: datetime.datetime) -> None:
    """分管:副局长岗分管这些单位(从别的副局长名下移来的一并移走),授权随之改。

    Raises: PermissionDenied、NotAPortfolio。
    """
    with transaction.atomic():
        post = Post.objects.select_for_update(of=("self",)).select_related("unit__agency").get(pk=post.pk)
        chosen = list(units)
        agency = post.unit.agency
        _demand(by, agency)
        if post.role != Role.DEPUTY or any(unit.agency_id != agency.pk for unit in chosen):
            raise NotAPortfolio(f"{post}不能分管这些单位。")
        losers = list(Post.objects.filter(portfolio__in=chosen).exclude(pk=post.pk).distinct())
        for loser in losers:
            loser.portfolio.remove(*chosen)
        post.portfolio.set(chosen)
        for holding in (
            Holding.objects.standing().filter(post__in=[post, *losers]).select_related("user").order_by("user")
        ):
            _settle(holding.user)
        for changed in [post, *losers]:
            held = sorted(changed.portfolio.values_list("code", flat=True))
            journal.record("agencies.post.portfolio", about=changed, by=by, at=at, facts={"units": held})


def renew_grants(*, agency: Agency, by: User, at: datetime.datetime) -> int:
    """核对授权:新设单位、改变角色之后,使本机关每个人的授权恰好等于现有任职应给的。返回有变动的人数。

    Raises: PermissionDenied。
    """
    with transaction.atomic():
        _demand(by, agency)
        people = (
            User.objects.filter(holdings__to_at=None, holdings__post__unit__agency=agency).distinct().order_by("pk")
        )
        changed = [user.username for user in people if _settle(user)]
        if changed:
            journal.record("agencies.agency.renew_grants", about=agency, by=by, at=at, facts={"people": changed})
    return len(changed)


def record_absence(
    *,
    user: User,
    from_at: datetime.datetime,
    to_at: datetime.datetime | None,
    reason: str,
    by: User,
    at: datetime.datetime,
) -> Absence:
    """登记离岗:[from_at, to_at) 由 B 岗代;to_at 为空是归期未定。本人或人事维护人可登记。

    Raises: PermissionDenied、OverlappingAbsence。
    """
    with transaction.atomic():
        _demand_for_absence(by, user)
        User.objects.select_for_update().get(pk=user.pk)
        if told := absence_obstacle(user, from_at, to_at):
            raise OverlappingAbsence(told)
        absence = Absence.objects.create(user=user, from_at=from_at, to_at=to_at, reason=reason)
        facts = {"user": user, "from_at": from_at, "to_at": to_at}
        journal.record("agencies.absence.record", about=absence, by=by, at=at, facts=facts)
    return absence


def absence_obstacle(user: User, from_at: datetime.datetime, to_at: datetime.datetime | None) -> str:
    """为什么不能这样登记离岗;可以登记时为空串。"""
    if to_at is not None and to_at <= from_at:
        return "返岗时间要晚于离岗时间。"
    others = user.absences.filter(to_at=None) | user.absences.filter(to_at__gt=from_at)
    if (others if to_at is None else others.filter(from_at__lt=to_at)).exists():
        return f"{user}这段时间已经登记过离岗。"
    return ""


def return_to_duty(*, absence: Absence, by: User, at: datetime.datetime) -> Absence:
    """返岗:离岗到 at 为止;还没开始的离岗就此取消。

    Raises: PermissionDenied、OverlappingAbsence(早已返岗)。
    """
    with transaction.atomic():
        _demand_for_absence(by, absence.user)
        absence = Absence.objects.select_for_update(of=("self",)).select_related("user").get(pk=absence.pk)
        if absence.to_at is not None and absence.to_at <= at:
            raise OverlappingAbsence(f"{absence.user}已经返岗。")
        absence.to_at = max(at, absence.from_at)
        absence.save(update_fields=["to_at"])
        journal.record("agencies.absence.return", about=absence, by=by, at=at, facts={"to_at": absence.to_at})
    return absence


def _demand(by: User, agency: Agency, *, about: User | None = None) -> None:
    if not rules.may_keep_posts(by, agency):
        raise PermissionDenied(f"您没有维护{agency}岗位的权限。")
    if by == about:
        raise PermissionDenied("不能任免自己。")


def _demand_for_absence(by: User, user: User) -> None:
    agencies = Agency.objects.visible_to(user)
    if by != user and not any(rules.may_keep_posts(by, agency) for agency in agencies):
        raise PermissionDenied(f"您不能登记{user}的离岗。")


def _facts(holding: Holding) -> dict[str, object]:
    return {"post": holding.post.code, "user": holding.user.username, "rank": holding.rank}


def _settle(user: User) -> bool:
    """使这个人的授权恰好等于他现有任职应给的;有变动返回 True。锁住人,任免同时发生也不会多给少收。"""
    User.objects.select_for_update().get(pk=user.pk)
    holdings = user.holdings.standing().select_related("post__unit__agency")
    due = {grant for holding in holdings for grant in _grants(holding.post)}
    had = {
        (perm, key): pk
        for pk, perm, key in UserObjectPermission.objects.filter(
            user=user, content_type__app_label="agencies"
        ).values_list("pk", "permission__codename", "object_pk")
    }
    _write(user, due - had.keys())
    UserObjectPermission.objects.filter(pk__in=[pk for grant, pk in had.items() if grant not in due]).delete()
    user.is_staff = user.is_superuser or rules.enters_queue({holding.post.role for holding in holdings})
    user.save(update_fields=["is_staff"])
    user.forget_grants()
    return due != had.keys()


def _grants(post: Post) -> set[Grant]:
    grants = set()
    for where, perms in rules.ROLE_PERMISSIONS[post.role].items():
        grants |= {(perm, str(pk)) for pk in _places(post, where) for perm in perms}
    return grants


def _places(post: Post, where: rules.Where) -> list[int]:
    match where:
        case rules.Where.OWN_UNIT:
            return [post.unit_id]
        case rules.Where.AGENCY:
            return [post.unit.agency_id]
        case rules.Where.PORTFOLIO:
            return list(post.portfolio.values_list("pk", flat=True))
        case rules.Where.EVERY_UNIT:
            return list(Unit.objects.filter(agency=post.unit.agency_id).values_list("pk", flat=True))


def _write(user: User, grants: set[Grant]) -> None:
    nouns = ContentType.objects.get_for_models(Unit, Agency).values()
    known = {perm.codename: perm for perm in Permission.objects.filter(content_type__in=nouns)}
    UserObjectPermission.objects.bulk_create(
        UserObjectPermission(
            user=user, permission=known[perm], content_type_id=known[perm].content_type_id, object_pk=key
        )
        for perm, key in sorted(grants)
    )
