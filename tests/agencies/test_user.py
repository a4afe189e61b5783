"""谁能做什么:权限只来自任职。"""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from guardian.shortcuts import assign_perm

from agencies.actions import accounts
from agencies.models import Agency, Unit, User
from agencies.states import UserKind
from office.journal.models import Entry
from tests import makers
from tests.makers import MONDAY


def test_may_is_true_only_in_the_place_of_the_post(bureau):
    assert bureau.clerk_a.may("take_in", bureau.window)
    assert not bureau.clerk_a.may("take_in", bureau.orgs)
    assert not bureau.clerk_a.may("sanction_denial", bureau.window)
    assert not bureau.citizen.may("view_cases", bureau.window)


@pytest.mark.clause("Z20")
def test_another_agency_is_another_place(bureau):
    assert bureau.stranger.may("take_in", bureau.stranger_unit)
    assert not bureau.stranger.may("view_cases", bureau.window)
    assert not bureau.director.may("view_cases", bureau.stranger_unit)
    assert list(Unit.objects.visible_to(bureau.stranger)) == [bureau.stranger_unit]
    assert list(Agency.objects.visible_to(bureau.director)) == [bureau.agency]
    assert not Unit.objects.visible_to(bureau.citizen).exists()


@pytest.mark.clause("Z3")
def test_superusers_global_permissions_and_groups_give_nothing(bureau):
    sanction = Permission.objects.get(codename="sanction_denial")
    chief = bureau.clerk_a
    chief.user_permissions.add(sanction)
    group = Group.objects.create(name="甲组")
    group.permissions.add(sanction)
    assign_perm("sanction_denial", group, bureau.window)
    chief.groups.add(group)
    chief.refresh_from_db()
    assert not chief.may("sanction_denial", bureau.window)
    root = User.objects.create_superuser("root", full_name="维护试用")
    assert not root.may("view_cases", bureau.window)
    assert not root.units_with("view_cases").exists()
    assert not User.objects.system().may("sanction_denial", bureau.window)


def test_the_inactive_may_nothing(bureau):
    bureau.clerk_a.is_active = False
    assert not bureau.clerk_a.may("take_in", bureau.window)
    assert not bureau.clerk_a.units_with("take_in").exists()


def test_a_page_of_questions_is_one_query(bureau, django_assert_num_queries):
    director = User.objects.get(username="director")
    places = list(Unit.objects.all())
    with django_assert_num_queries(1):
        answers = [director.may(perm, unit) for unit in places for perm in ("view_cases", "take_in")]
        assert not director.may("audit", bureau.agency)
    assert any(answers)
    with django_assert_num_queries(1):
        assert director.units_with("view_cases").count() == 4
    assert list(bureau.editor.agencies_with("keep_catalogue")) == [bureau.agency]


def test_system_is_one_and_cannot_sign_in(db):
    system = User.objects.system()
    assert User.objects.system() == system
    assert (system.kind, system.has_usable_password(), system.is_staff) == (UserKind.SYSTEM, False, False)
    with pytest.raises(IntegrityError, match="there_is_one_system_user"), transaction.atomic():
        makers.user("another", kind=UserKind.SYSTEM)


def test_phone_is_encrypted_and_found_by_its_index(db):
    user = makers.citizen(phone="13800000001")
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone, phone_index FROM agencies_user WHERE id = %s", [user.pk])
        stored, index = cursor.fetchone()
    assert "13800000001" not in stored and "13800000001" not in index
    assert list(User.objects.with_phone(" 13800000001")) == [user]
    user.phone = "13800000002"
    user.save(update_fields=["phone"])
    assert not User.objects.with_phone("13800000001").exists()
    assert User.objects.get(pk=user.pk).phone == "13800000002"
    assert not User.objects.with_phone("").exists()


def test_passwords_are_argon2(db, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    assert makers.citizen(password="a-long-demo-phrase").password.startswith("argon2$argon2id$")


def test_citizens_never_enter_the_queue(db):
    with pytest.raises(IntegrityError, match="only_staff_enter_the_queue"):
        makers.citizen(is_staff=True)


def test_opening_an_account(bureau):
    told = {"username": "new.clerk", "full_name": "宋示例", "password": None, "at": MONDAY}
    for other in (bureau.clerk_a, bureau.director, bureau.citizen):
        with pytest.raises(PermissionDenied):
            accounts.open_account(**told, kind=UserKind.STAFF, by=other)
    with pytest.raises(PermissionDenied):
        accounts.open_account(**told, kind=UserKind.CITIZEN, by=bureau.personnel)
    opened = accounts.open_account(**told, kind=UserKind.STAFF, by=bureau.personnel)
    assert not opened.has_usable_password() and not opened.is_staff
    assert Entry.objects.about(opened).get().verb == "agencies.user.open"


def test_closing_an_account_relieves_first(bureau):
    for other in (bureau.clerk_b, bureau.stranger, bureau.clerk_a):
        with pytest.raises(PermissionDenied):
            accounts.close_account(user=bureau.clerk_a, by=other, at=MONDAY)
    accounts.close_account(user=bureau.clerk_a, by=bureau.personnel, at=MONDAY)
    bureau.clerk_a.refresh_from_db()
    assert not bureau.clerk_a.is_active
    assert not bureau.clerk_a.holdings.filter(to_at=None).exists()
    assert bureau.posts.clerk.holder_at(MONDAY).user == bureau.clerk_b
    with pytest.raises(PermissionDenied):
        accounts.close_account(user=bureau.stranger, by=bureau.personnel, at=MONDAY)
    with pytest.raises(PermissionDenied):
        accounts.close_account(user=bureau.citizen, by=bureau.personnel, at=MONDAY)
