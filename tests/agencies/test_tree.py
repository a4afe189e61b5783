"""市、县、镇、村在一棵树上。"""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from agencies.models import Unit
from agencies.states import Level, UnitKind
from tests import makers


@pytest.fixture
def tree(db):
    """市局 → 县局 → 县窗口 → 镇 → 村。"""
    city = makers.agency("zj")
    county = makers.agency("sx", level=Level.COUNTY, parent=city)
    makers.unit(city, "zj-aid")
    window = makers.unit(county, "sx-window", UnitKind.WINDOW)
    town = makers.unit(county, "sx-town1", UnitKind.TOWN_DESK, level=Level.TOWN, parent=window)
    makers.unit(county, "sx-v1", UnitKind.VILLAGE_DESK, level=Level.VILLAGE, parent=town)
    return city


def codes(units):
    return sorted(units.values_list("code", flat=True))


@pytest.mark.clause("D6")
def test_one_tree_from_city_to_village(tree):
    village = Unit.objects.get(code="sx-v1")
    assert village.path == "zj/sx/sx-window/sx-town1/sx-v1/"
    assert Unit.objects.get(code="zj-aid").path == "zj/zj-aid/"
    assert codes(Unit.objects.within(tree)) == ["sx-town1", "sx-v1", "sx-window", "zj-aid"]
    assert codes(Unit.objects.within(village.parent)) == ["sx-town1", "sx-v1"]
    assert codes(Unit.objects.above(village)) == ["sx-town1", "sx-v1", "sx-window"]


@pytest.mark.clause("D6")
def test_moving_a_branch_carries_what_is_under_it(tree):
    town = Unit.objects.get(code="sx-town1")
    town.parent = None
    town.save(update_fields=["parent"])
    assert Unit.objects.get(code="sx-v1").path == "zj/sx/sx-town1/sx-v1/"
    county = town.agency
    county.parent = None
    county.save()
    assert codes(Unit.objects.within(county)) == ["sx-town1", "sx-v1", "sx-window"]
    assert Unit.objects.get(code="sx-v1").path == "sx/sx-town1/sx-v1/"
    assert codes(Unit.objects.within(tree)) == ["zj-aid"]


def test_a_neighbour_with_a_similar_code_is_outside_the_branch(tree):
    makers.unit(Unit.objects.get(code="sx-town1").agency, "sx-town11", parent=Unit.objects.get(code="sx-window"))
    assert codes(Unit.objects.within(Unit.objects.get(code="sx-town1"))) == ["sx-town1", "sx-v1"]


def test_nothing_hangs_below_itself(tree):
    window = Unit.objects.get(code="sx-window")
    window.parent = Unit.objects.get(code="sx-v1")
    with pytest.raises(ValidationError):
        window.save()
    with pytest.raises(IntegrityError, match="unit_is_not_hosted_by_itself"), transaction.atomic():
        Unit.objects.filter(code="sx-window").update(hosted_by=window.pk)


@pytest.mark.clause("C9")
def test_a_town_desk_may_sit_in_the_county_centre(tree):
    window, town = Unit.objects.get(code="sx-window"), Unit.objects.get(code="sx-town1")
    town.hosted_by = window
    town.save()
    assert list(window.guests.all()) == [town]
