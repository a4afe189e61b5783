"""任命给什么,免去收回什么;AB 岗此刻是谁。"""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from guardian.models import UserObjectPermission
from guardian.shortcuts import assign_perm

from agencies.actions import posts
from agencies.models import Holding, Post
from agencies.rules import ROLE_PERMISSIONS, Where, enters_queue, takes_applications
from agencies.states import Role
from office.journal.models import Entry
from tests import makers
from tests.makers import APPOINTED, MONDAY, moment

TEN, NOON, FIVE = moment("2026-03-02 10:00"), moment("2026-03-02 12:00"), moment("2026-03-02 17:00")


def grants(user):
    """(权限, 单位或机关的代号) 的集合,直接读授权表。"""
    rows = UserObjectPermission.objects.filter(user=user).select_related("permission")
    return {(row.permission.codename, row.content_object.code) for row in rows}


@pytest.mark.clause("Z6")
def test_appointment_grants_what_the_role_says(bureau):
    assert grants(bureau.clerk_a) == {(p, "zj-window") for p in ("view_cases", "take_in", "file_denial")}
    assert grants(bureau.chief) == {
        (p, "zj-orgs") for p in ("view_cases", "review_case", "review_denial", "decide_case", "read_denials")
    }
    assert grants(bureau.editor) == {("keep_catalogue", "zj")}
    assert grants(bureau.auditor) == {("audit", "zj")}


@pytest.mark.clause("Z6")
def test_deputy_gets_the_portfolio_and_director_the_whole_agency(bureau):
    sanctioning = {code for perm, code in grants(bureau.deputy_b) if perm == "sanction_denial"}
    assert sanctioning == {"zj-orgs", "zj-approval", "zj-window"}
    assert ("direct_denials", "zj") in grants(bureau.director)
    reading = {code for perm, code in grants(bureau.director) if perm == "read_denials"}
    assert reading == {"zj-window", "zj-approval", "zj-orgs", "zj-lead"}


def test_only_those_who_decide_enter_the_queue(bureau):
    assert [u.is_staff for u in (bureau.clerk_a, bureau.reviewer, bureau.citizen)] == [False] * 3
    assert all(u.is_staff for u in (bureau.chief, bureau.deputy, bureau.director, bureau.editor, bureau.auditor))
    assert not enters_queue({Role.CLERK, Role.REVIEWER})


def test_relief_takes_back_only_what_no_other_post_gives(bureau):
    before = grants(bureau.clerk_a)
    extra = makers.staffed(bureau.orgs, Role.CLERK, bureau.clerk_a)
    also = makers.staffed(bureau.window, Role.REVIEWER, bureau.clerk_a)
    assert grants(bureau.clerk_a) > before
    posts.relieve(holding=extra.holdings.get(), by=bureau.system, at=MONDAY)
    posts.relieve(holding=also.holdings.get(), by=bureau.system, at=MONDAY)
    assert grants(bureau.clerk_a) == before
    for holding in bureau.clerk_a.holdings.filter(to_at=None):
        posts.relieve(holding=holding, by=bureau.personnel, at=MONDAY)
    assert grants(bureau.clerk_a) == set()


def test_relief_of_a_chief_closes_the_queue_to_him(bureau):
    posts.relieve(holding=bureau.chief.holdings.get(), by=bureau.system, at=MONDAY)
    bureau.chief.refresh_from_db()
    assert not bureau.chief.is_staff
    assert not bureau.chief.may("review_denial", bureau.orgs)


def test_relieving_twice_is_refused(bureau):
    holding = bureau.chief.holdings.get()
    posts.relieve(holding=holding, by=bureau.system, at=MONDAY)
    with pytest.raises(posts.AlreadyRelieved):
        posts.relieve(holding=holding, by=bureau.system, at=MONDAY)


def test_appointing_writes_the_journal(bureau):
    holding = bureau.chief.holdings.get()
    posts.relieve(holding=holding, by=bureau.personnel, at=MONDAY)
    first, last = Entry.objects.about(holding)
    assert (first.verb, first.by, first.facts["user"]) == ("agencies.holding.appoint", bureau.system, "chief.orgs")
    assert (last.verb, last.by, last.at) == ("agencies.holding.relieve", bureau.personnel, MONDAY)


def test_a_seat_has_one_holder(bureau):
    with pytest.raises(posts.CannotHold, match="林范例"):
        posts.appoint(post=bureau.posts.chief, user=bureau.reviewer, rank="A", by=bureau.system, at=MONDAY)
    with pytest.raises(posts.CannotHold):
        posts.appoint(post=bureau.posts.reviewer, user=bureau.reviewer, rank="B", by=bureau.system, at=MONDAY)
    with pytest.raises(posts.CannotHold, match="不是在用的工作人员"):
        posts.appoint(post=bureau.posts.reviewer, user=bureau.citizen, rank="B", by=bureau.system, at=MONDAY)


def test_the_database_refuses_a_seat_held_twice(bureau):
    held = bureau.chief.holdings.get()
    past = {"from_at": APPOINTED, "to_at": MONDAY}
    with pytest.raises(IntegrityError, match="seat_a_is_never_held_twice_at_once"), transaction.atomic():
        Holding.objects.create(post=held.post, user=bureau.reviewer, rank="A", **past)
    with (
        pytest.raises(IntegrityError, match="seat_(has_one_running_holder|a_is_never_held_twice_at_once)"),
        transaction.atomic(),
    ):
        Holding.objects.create(post=held.post, user=bureau.reviewer, rank="A", from_at=MONDAY)


def test_only_personnel_of_the_same_agency_appoint(bureau):
    post = makers.post(bureau.orgs, Role.CLERK)
    told = {"post": post, "user": bureau.reviewer, "rank": "A", "at": MONDAY}
    for outsider in (bureau.director, bureau.chief, bureau.stranger, bureau.auditor, bureau.citizen):
        with pytest.raises(PermissionDenied):
            posts.appoint(**told, by=outsider)
    with pytest.raises(PermissionDenied, match="自己"):
        posts.appoint(**{**told, "user": bureau.personnel}, by=bureau.personnel)
    assert posts.appoint(**told, by=bureau.personnel).user == bureau.reviewer


def test_moving_a_portfolio_moves_the_permissions(bureau):
    second = makers.staffed(bureau.lead, Role.DEPUTY, bureau.reviewer, code="zj-deputy-2")
    posts.assign_portfolio(post=second, units=[bureau.orgs], by=bureau.personnel, at=MONDAY)
    bureau.reviewer.refresh_from_db()
    bureau.deputy_b.refresh_from_db()
    assert bureau.reviewer.may("sanction_denial", bureau.orgs)
    assert not bureau.deputy_b.may("sanction_denial", bureau.orgs)
    assert Post.objects.deputy_for(bureau.orgs) == second
    assert Entry.objects.about(bureau.posts.deputy).last().facts == {"units": ["zj-approval", "zj-window"]}


def test_a_portfolio_stays_inside_the_agency(bureau):
    for post, unit in ((bureau.posts.deputy, bureau.stranger_unit), (bureau.posts.chief, bureau.orgs)):
        with pytest.raises(posts.NotAPortfolio):
            posts.assign_portfolio(post=post, units=[unit], by=bureau.system, at=MONDAY)


def test_a_new_unit_reaches_the_director_and_grants_by_hand_fall_away(bureau):
    assert posts.renew_grants(agency=bureau.agency, by=bureau.personnel, at=MONDAY) == 0
    aid = makers.unit(bureau.agency, "zj-aid")
    assign_perm("decide_case", bureau.clerk_a, aid)
    assert posts.renew_grants(agency=bureau.agency, by=bureau.personnel, at=MONDAY) == 3  # 局长、其 B 岗、多给的那位
    bureau.director.refresh_from_db()
    assert bureau.director.may("sanction_denial", aid)
    assert ("decide_case", "zj-aid") not in grants(bureau.clerk_a)


@pytest.mark.clause("D5", "C3")
@pytest.mark.parametrize(
    ("at", "who"),
    [
        (TEN - datetime.timedelta(seconds=1), "林范例(A岗)"),
        (TEN, "黄模拟(B岗，代林范例)"),
        (NOON - datetime.timedelta(microseconds=1), "黄模拟(B岗，代林范例)"),
        (NOON, "林范例(A岗)"),
    ],
)
def test_b_stands_in_exactly_while_a_is_away(bureau, at, who):
    makers.away(bureau.chief, TEN, NOON)
    assert bureau.posts.chief.holder_at(at).describe() == who


@pytest.mark.clause("C3")
def test_standing_belongs_to_one_person_at_a_time(bureau):
    makers.away(bureau.chief, TEN)
    post = bureau.posts.chief
    assert post.standing_of(bureau.chief, MONDAY).rank == "A"
    assert post.standing_of(bureau.chief_b, MONDAY) is None
    assert post.standing_of(bureau.chief, FIVE) is None
    assert post.standing_of(bureau.chief_b, FIVE).covers == bureau.chief
    assert bureau.chief_b.duties(FIVE) == {post.pk}
    assert bureau.chief_b.duties(MONDAY) == set()


@pytest.mark.clause("C3")
def test_nobody_has_the_duty_when_both_are_away(bureau):
    makers.away(bureau.chief, TEN, FIVE)
    makers.away(bureau.chief_b, NOON, FIVE)
    assert bureau.posts.chief.holder_at(TEN).user == bureau.chief_b
    assert bureau.posts.chief.holder_at(NOON) is None
    assert bureau.posts.chief.holder_at(FIVE).user == bureau.chief


@pytest.mark.clause("D5")
def test_b_stands_in_for_a_vacant_or_closed_seat(bureau):
    bureau.chief_b.is_active = False
    bureau.chief_b.save()
    assert bureau.posts.chief.holder_at(TEN).user == bureau.chief
    posts.relieve(holding=bureau.approval_chief.holdings.get(), by=bureau.system, at=TEN)
    post = bureau.posts.approval_chief
    assert post.holder_at(MONDAY).describe() == "王样本(A岗)"
    assert post.holder_at(TEN).describe() == "陈试用(B岗)"
    assert bureau.posts.chief.holder_at(APPOINTED - datetime.timedelta(seconds=1)) is None


def test_absence_is_recorded_by_oneself_or_personnel(bureau):
    told = {"user": bureau.chief, "from_at": TEN, "to_at": NOON, "reason": "出差", "at": MONDAY}
    for other in (bureau.clerk_a, bureau.stranger, bureau.director):
        with pytest.raises(PermissionDenied):
            posts.record_absence(**told, by=other)
    posts.record_absence(**told, by=bureau.personnel)
    with pytest.raises(posts.OverlappingAbsence):
        posts.record_absence(**{**told, "to_at": None}, by=bureau.chief)
    with pytest.raises(posts.OverlappingAbsence):
        posts.record_absence(**{**told, "to_at": TEN}, by=bureau.chief)
    posts.record_absence(**{**told, "from_at": NOON, "to_at": FIVE}, by=bureau.chief)


def test_returning_early_gives_the_duty_back(bureau):
    absence = makers.away(bureau.chief, TEN, FIVE)
    returned = posts.return_to_duty(absence=absence, by=bureau.chief, at=NOON)
    assert returned.to_at == NOON
    assert bureau.posts.chief.holder_at(NOON).user == bureau.chief
    with pytest.raises(posts.OverlappingAbsence):
        posts.return_to_duty(absence=absence, by=bureau.chief, at=FIVE)
    planned = makers.away(bureau.chief, FIVE)
    posts.return_to_duty(absence=planned, by=bureau.chief, at=NOON)
    assert bureau.posts.chief.holder_at(FIVE).user == bureau.chief


@pytest.mark.clause("Z9")
def test_the_ladder_finds_its_rungs(bureau):
    assert Post.objects.chief_of(bureau.orgs) == bureau.posts.chief
    assert Post.objects.chief_of(bureau.approval) == bureau.posts.approval_chief
    assert Post.objects.deputy_for(bureau.orgs) == bureau.posts.deputy
    assert Post.objects.director_of(bureau.agency) == bureau.posts.director
    assert Post.objects.chief_of(bureau.window) is None
    assert Post.objects.deputy_for(bureau.stranger_unit) is None


def test_a_unit_without_its_own_deputy_follows_its_parent(bureau):
    desk = makers.unit(bureau.agency, "zj-orgs-desk", parent=bureau.orgs)
    assert Post.objects.deputy_for(desk) == bureau.posts.deputy


def test_holder_is_found_in_one_query(bureau, django_assert_num_queries):
    with django_assert_num_queries(1):
        bureau.posts.chief.holder_at(TEN)
    makers.away(bureau.chief, TEN)
    with django_assert_num_queries(1):
        bureau.posts.chief.holder_at(TEN)


def test_role_permissions_name_only_declared_permissions(bureau):
    declared = {perm for perm, _ in (*type(bureau.orgs)._meta.permissions, *type(bureau.agency)._meta.permissions)}
    used = {perm for places in ROLE_PERMISSIONS.values() for perms in places.values() for perm in perms}
    assert set(ROLE_PERMISSIONS) == set(Role)
    assert used == declared
    at_agency = {perm for places in ROLE_PERMISSIONS.values() for perm in places.get(Where.AGENCY, ())}
    assert at_agency == {perm for perm, _ in type(bureau.agency)._meta.permissions}


@pytest.mark.clause("C1", "C9")
def test_a_back_room_takes_applications_only_inside_the_centre(bureau):
    outside = makers.unit(bureau.agency, "zj-outside")
    assert [takes_applications(u) for u in (bureau.window, bureau.orgs, outside)] == [True, True, False]
