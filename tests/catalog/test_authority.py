"""办理权限:起含止不含,不重叠,不改不删。"""

import datetime

import pytest
from django.db import IntegrityError, transaction

from agencies.models import Seal
from catalog.actions import authority
from catalog.models import Authority
from office.journal.models import Entry
from tests.catalog import makers

START, END = datetime.date(2026, 3, 1), datetime.date(2026, 6, 1)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def scene(bureau):
    bureau.item = makers.item(bureau)
    bureau.seal = Seal.objects.create(code="seal-1", agency=bureau.agency, name="示例专用章", kind="special")

    def grant(valid_from=START, valid_to=END, basis="示例委托书"):
        return authority.grant(
            item=bureau.item,
            agency=bureau.agency,
            seal=bureau.seal,
            valid_from=valid_from,
            valid_to=valid_to,
            basis=basis,
            by=bureau.director,
            at=bureau.at,
        )

    bureau.grant = grant
    return bureau


@pytest.mark.clause("B1")
def test_days_are_half_open(scene):
    granted = scene.grant()

    def on(day):
        return Authority.objects.in_force(scene.item, scene.agency, day)

    assert on(START - DAY) is None
    assert on(START) == granted
    assert on(END - DAY) == granted
    assert on(END) is None
    assert Authority.objects.in_force(scene.item, scene.stranger_agency, START) is None


def test_neighbours_touch_but_never_overlap(scene):
    scene.grant()
    scene.grant(valid_from=END, valid_to=None)
    for start, end in [(START - DAY, START + DAY), (END - DAY, None), (END + DAY, END + DAY * 2)]:
        with pytest.raises(authority.WrongTerm, match="已有"):
            scene.grant(valid_from=start, valid_to=end)
    with pytest.raises(IntegrityError, match="one_authority_per_item_agency_and_day"), transaction.atomic():
        Authority.objects.create(item=scene.item, agency=scene.agency, seal=scene.seal, valid_from=START, basis="示例")


def test_a_grant_says_its_basis_and_a_possible_term(scene):
    with pytest.raises(authority.WrongTerm, match="依据"):
        scene.grant(basis=" ")
    with pytest.raises(authority.WrongTerm, match="晚于"):
        scene.grant(valid_to=START)


def test_revoke_ends_it_that_day(scene):
    granted = scene.grant()
    ended = authority.revoke(authority=granted, on=START + DAY, by=scene.director, at=scene.at, reason="委托终止")
    assert Authority.objects.in_force(scene.item, scene.agency, START) == granted
    assert Authority.objects.in_force(scene.item, scene.agency, START + DAY) is None
    assert Entry.objects.about(ended).last().verb == "catalog.authority.revoke"
    for day in (START - DAY, END):
        with pytest.raises(authority.WrongTerm):
            authority.revoke(authority=granted, on=day, by=scene.director, at=scene.at)


def test_revoked_on_the_first_day_was_never_in_force(scene):
    granted = scene.grant(valid_to=None)
    authority.revoke(authority=granted, on=START, by=scene.director, at=scene.at)
    assert Authority.objects.in_force(scene.item, scene.agency, START) is None
    scene.grant(valid_from=START - DAY)


def test_the_row_itself_stays(scene):
    granted = scene.grant()
    for deed in (
        lambda: Authority.objects.filter(pk=granted.pk).update(basis="别的"),
        lambda: Authority.objects.filter(pk=granted.pk).update(agency=scene.stranger_agency),
        granted.delete,
    ):
        with pytest.raises(IntegrityError, match="不改不删"), transaction.atomic():
            deed()
