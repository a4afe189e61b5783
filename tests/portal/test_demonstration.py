"""演示数据:照自带的目录,六十出戏演得下来。"""

import pytest
from django.core.management import call_command

from approvals.models import Case, Extension, Procedure
from catalog.management.commands.load_catalogue import DATA
from office.workdays import clock
from portal.demonstration import programme as p

ITEMS = [
    p.ORGS,
    p.CHANGE,
    p.SEAL,
    p.FUND,
    p.CHARITY,
    p.CARE,
    p.RELIEF,
    p.PLACE,
    p.FUNERAL,
    "relief-minimum",
    "funeral-facility",
    "places-naming",
]


@pytest.mark.slow
def test_the_demonstration_plays_to_the_end(db):
    call_command("load_workdays", verbosity=0)
    call_command("load_bureau", verbosity=0)
    call_command("load_catalogue", *(DATA / f"{code}.json" for code in ITEMS), verbosity=0)
    now = clock.now()
    played = p.load(now)
    assert played >= 60
    assert Case.objects.count() >= 60
    assert set(Procedure.objects.running().values_list("kind", flat=True)) == {
        "publicity", "hearing", "inspection", "other"
    }  # fmt: skip
    assert Extension.objects.asked().exists()
    assert len(set(Case.objects.values_list("state", flat=True))) >= 5
    assert p.load(now) == 0
