"""委托:生效时写下办理权限,谁哪天能办只看那一行。"""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from agencies.models import Seal
from approvals.actions.intake import deciding_place
from catalog.models import Authority
from delegation.actions import granting
from delegation.models import Delegation
from office.journal.models import Entry
from office.stateful import WrongDoor
from office.steps import NotNow, take
from tests import makers
from tests.catalog import makers as catalog
from tests.delegation.makers import END, START, drafted, live, terms
from tests.makers import MONDAY, moment

SPRING = moment("2026-04-01 09:00")
SUMMER = moment("2026-06-01 09:00")


def verbs(instance):
    return [entry.verb.rpartition(".")[2] for entry in Entry.objects.about(instance)]


@pytest.mark.clause("B1")
@pytest.mark.parametrize(
    ("day", "place"),
    [
        ("2026-03-31", "zj-orgs"),
        ("2026-04-01", "sx-approval"),
        ("2026-09-30", "sx-approval"),
        ("2026-10-01", "zj-orgs"),
    ],
)
def test_a_live_delegation_decides_which_agency_decides(batch, day, place):
    live(batch)
    assert deciding_place(batch.guide, batch.stranger_unit, moment(f"{day} 09:00"))[1].code == place
    assert deciding_place(batch.guide, batch.window, moment(f"{day} 09:00"))[1].code == "zj-orgs"


@pytest.mark.clause("B1")
def test_granting_writes_the_authority_and_the_journal(batch):
    delegation = live(batch)
    assert delegation.state == "live"
    assert Authority.objects.in_force(batch.item, batch.county, START) == delegation.authority
    assert delegation.authority.seal == batch.seal
    assert delegation.instrument_number in delegation.authority.basis
    assert verbs(delegation) == ["propose", "go_live"]
    assert verbs(delegation.authority) == ["grant"]
    assert Entry.objects.about(delegation).last().by == batch.editor


@pytest.mark.clause("B1")
def test_a_revoked_delegation_gives_the_item_back(batch):
    delegation = live(batch)
    day = SUMMER.date()
    granting.revoke(delegation, on=day, reason="承接能力不足(示范)", by=batch.editor, at=SUMMER)
    assert delegation.state == "revoked"
    assert Authority.objects.in_force(batch.item, batch.county, day - datetime.timedelta(days=1))
    assert Authority.objects.in_force(batch.item, batch.county, day) is None
    assert deciding_place(batch.guide, batch.stranger_unit, SUMMER)[0] == batch.agency
    assert verbs(delegation) == ["propose", "go_live", "revoke"]
    assert verbs(delegation.authority) == ["grant", "revoke"]
    again = granting.propose(terms=terms(batch, valid_from=day), by=batch.editor, at=SUMMER)
    granting.grant(again, by=batch.editor, at=SUMMER)
    assert Authority.objects.in_force(batch.item, batch.county, day) == again.authority


@pytest.mark.clause("B1")
def test_an_ended_delegation_expires_once(batch):
    delegation = live(batch)
    assert granting.sweep(at=moment("2026-09-30 23:59")) == 0
    assert granting.sweep(at=moment("2026-10-01 00:00")) == 1
    assert granting.sweep(at=moment("2026-10-01 00:01")) == 0
    delegation.refresh_from_db()
    assert delegation.state == "expired"
    assert Entry.objects.about(delegation).last().by == batch.system
    assert live(batch, valid_from=END, valid_to=None).state == "live"
    assert granting.sweep(at=moment("2036-10-01 00:00")) == 0


def test_only_the_delegating_agency_delegates(batch):
    delegation = drafted(batch)
    for outsider in (batch.director, batch.chief, batch.county_editor, batch.citizen, batch.system):
        with pytest.raises(PermissionDenied):
            granting.propose(terms=terms(batch), by=outsider, at=MONDAY)
        with pytest.raises(PermissionDenied):
            granting.grant(delegation, by=outsider, at=MONDAY)
    granting.grant(delegation, by=batch.editor, at=MONDAY)
    with pytest.raises(PermissionDenied):
        granting.revoke(delegation, on=START, reason="不该由县局收回", by=batch.county_editor, at=MONDAY)
    assert Authority.objects.in_force(batch.item, batch.county, START)


def test_only_ours_downward_and_under_the_special_seal(batch):
    elsewhere = makers.agency("gz", name="外市民政局(示范)")
    official = Seal.objects.create(code="sx-official", agency=batch.county, name="县局公章", kind="official")
    foreign = Seal.objects.create(code="gz-special", agency=elsewhere, name="外市专用章", kind="special")
    county_item = catalog.item(batch, code="county-item")
    county_item.agency = batch.county
    county_item.save()
    wrong = [
        ({"item": county_item}, "只能委托本机关"),
        ({"to_agency": elsewhere}, "下级"),
        ({"to_agency": batch.agency}, "下级"),
        ({"seal": official}, "业务专用章"),
        ({"seal": foreign}, "业务专用章"),
        ({"valid_to": START}, "晚于"),
    ]
    for changes, reason in wrong:
        with pytest.raises(NotNow, match=reason):
            drafted(batch, **changes)
    assert not Delegation.objects.exists()


@pytest.mark.clause("B1")
@pytest.mark.parametrize("missing", ["instrument_number", "instrument_date", "promise", "agreement"])
def test_it_goes_live_only_with_all_three_instruments(batch, missing):
    delegation = drafted(batch, **{missing: None if missing == "instrument_date" else ""})
    with pytest.raises(NotNow, match="三样"):
        granting.grant(delegation, by=batch.editor, at=MONDAY)
    assert not Authority.objects.exists()
    granting.amend(delegation, terms=terms(batch), by=batch.editor, at=MONDAY)
    granting.grant(delegation, by=batch.editor, at=MONDAY)
    assert verbs(delegation) == ["propose", "amend", "go_live"]
    with pytest.raises(NotNow, match="不能再改"):
        granting.amend(delegation, terms=terms(batch), by=batch.editor, at=MONDAY)


def test_nothing_is_dated_back_and_nothing_twice(batch):
    late = drafted(batch)
    with pytest.raises(NotNow, match="倒签"):
        granting.grant(late, by=batch.editor, at=moment("2026-04-02 09:00"))
    delegation = live(batch)
    with pytest.raises(NotNow, match="已有"):
        granting.grant(late, by=batch.editor, at=MONDAY)
    with pytest.raises(NotNow):
        granting.grant(delegation, by=batch.editor, at=MONDAY)
    for on, reason, match in [
        (START, "", "原因"),
        (SPRING.date(), "晚了", "倒签"),
        (datetime.date(2026, 12, 1), "超出止期", "起止"),
    ]:
        with pytest.raises(NotNow, match=match):
            granting.revoke(delegation, on=on, reason=reason, by=batch.editor, at=SUMMER)
    assert Authority.objects.get().valid_to == END


def test_the_back_doors_are_shut(batch):
    delegation, other = live(batch), drafted(batch)
    with pytest.raises(AttributeError):
        other.state = "live"
    other.__dict__["state"] = "live"
    with pytest.raises(WrongDoor):
        other.save()
    with pytest.raises(WrongDoor):
        Delegation.objects.filter(pk=other.pk).update(state="live")
    other.refresh_from_db()
    with pytest.raises(DatabaseError), transaction.atomic():
        take(other, "go_live", by=batch.editor, at=MONDAY, authority=None)
    for statement in (
        "UPDATE delegation_delegation SET state = 'live' WHERE state = 'drafted'",
        "UPDATE delegation_delegation SET state = 'drafted' WHERE state = 'live'",
        "UPDATE delegation_delegation SET instrument_number = '改过' WHERE state = 'live'",
        "UPDATE delegation_delegation SET valid_to = '2030-01-01' WHERE state = 'live'",
        "DELETE FROM delegation_delegation WHERE state = 'live'",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    delegation.refresh_from_db()
    assert delegation.state == "live"


def test_another_items_authority_does_not_serve(batch):
    second = catalog.item(batch, code="second", name="另一事项")
    borrowed = live(batch, item=second).authority
    first = drafted(batch)
    with pytest.raises(DatabaseError, match="对不上"), transaction.atomic():
        take(first, "go_live", by=batch.editor, at=MONDAY, authority=borrowed)


def test_a_step_without_its_journal_line_does_not_commit(batch):
    delegation = live(batch)
    with pytest.raises(DatabaseError, match="journal"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE delegation_delegation SET state = 'revoked', revoked_on = valid_from, revoke_reason = '私下',"
            " ended_at = now() WHERE id = %s",
            [delegation.pk],
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize("count", [1, 3])
def test_both_sides_see_it_and_nobody_else(batch, count, django_assert_num_queries):
    for n in range(count):
        drafted(batch, item=catalog.item(batch, code=f"item-{n}"))
    for user, seen in ((batch.editor, count), (batch.county_editor, count), (batch.chief, 0), (batch.citizen, 0)):
        assert Delegation.objects.visible_to(user).count() == seen
    with django_assert_num_queries(1):
        assert [str(d) for d in Delegation.objects.visible_to(batch.editor).with_context()]
