"""演示花名册:装一遍齐全,装两遍不变。"""

import json

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django_otp.plugins.otp_totp.models import TOTPDevice
from guardian.models import UserObjectPermission

from agencies.actions import posts
from agencies.management.commands.load_bureau import BUREAU
from agencies.models import Agency, Post, Unit, User
from agencies.states import UserKind
from office.journal.models import Entry
from tests.makers import MONDAY


@pytest.fixture
def loaded(db):
    call_command("load_bureau", verbosity=0)


def contents():
    nouns = [*apps.get_app_config("agencies").get_models(), UserObjectPermission, TOTPDevice, Entry]
    return {noun: list(noun._base_manager.order_by("pk").values()) for noun in nouns}


def test_loading_twice_changes_nothing(loaded):
    once = contents()
    call_command("load_bureau", verbosity=0)
    assert contents() == once


def test_loading_again_does_not_undo_what_people_changed(loaded):
    post = Post.objects.get(code="zj-orgs-chief")
    holding = post.holdings.get(rank="A")
    posts.relieve(holding=holding, by=User.objects.get(username="personnel"), at=MONDAY)
    call_command("load_bureau", verbosity=0)
    assert post.holder_at(MONDAY).describe().endswith("(B岗)")


@pytest.mark.clause("Z9", "Z20")
def test_the_whole_ladder_stands(loaded):
    window, orgs = Unit.objects.get(code="zj-window"), Unit.objects.get(code="zj-orgs")
    agency = window.agency
    for section in Unit.objects.filter(kind__in=["section", "approval"]):
        assert Post.objects.chief_of(section).holder_at(MONDAY).rank == "A"
        assert Post.objects.chief_of(section).holdings.count() == 2
        assert Post.objects.deputy_for(section).unit.agency == section.agency
    assert Post.objects.deputy_for(orgs).holder_at(MONDAY).user.username == "deputy.1"
    assert Post.objects.director_of(agency).holder_at(MONDAY).user.username == "director"
    assert User.objects.get(username="window.a").may("take_in", window)
    assert User.objects.get(username="window.b").may("file_denial", window)
    director = User.objects.get(username="sx.director")
    assert set(director.units_with("sanction_denial")) == set(Unit.objects.filter(agency__code="sx"))


def test_nothing_in_it_pretends_to_be_real(loaded):
    assert not Agency.objects.exclude(uscc="").exists()
    assert all("示范" in agency.name for agency in Agency.objects.all())
    for user in User.objects.exclude(kind=UserKind.SYSTEM):
        assert user.phone.startswith(("0759-0000", "1380000"))
    assert all(unit.phone.startswith("0759-0000") and "示范" in unit.address for unit in Unit.objects.all())


def test_demonstration_people_can_sign_in_with_a_second_factor(loaded):
    chief = User.objects.get(username="chief.approval")
    assert chief.check_password("demo-hall-2026")
    assert User.objects.get(username="citizen.1").check_password("demo-hall-2026")
    assert TOTPDevice.objects.get(user=chief).confirmed
    assert set(TOTPDevice.objects.values_list("user", flat=True)) == set(
        User.objects.filter(is_staff=True).values_list("pk", flat=True)
    )
    assert not User.objects.get(username="window.a").is_staff


def test_the_demonstration_stays_out_of_production(db, settings):
    settings.DEMONSTRATION = False
    with pytest.raises(CommandError, match="演示"):
        call_command("load_bureau")
    assert not Agency.objects.exists()


def test_a_bureau_brings_its_own_roster(db, settings, tmp_path, capsys):
    settings.DEMONSTRATION = False
    roster = json.loads(BUREAU.read_text(encoding="utf-8"))
    for told in ("demonstration", "password"):
        del roster[told]
    roster["agencies"] = roster["agencies"][:1]
    file = tmp_path / "ours.json"
    file.write_text(json.dumps(roster), encoding="utf-8")
    call_command("load_bureau", str(file))
    assert "机关 1" in capsys.readouterr().out
    assert not User.objects.get(username="director").has_usable_password()
    assert not TOTPDevice.objects.exists()
