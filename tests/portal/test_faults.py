"""清扫的故障演练,短的一次(长的是 make faults)。"""

import io

import pytest
from django.core.management import call_command

from denials.actions.deadlines import sweep
from office.workdays import clock
from portal.bench import faults
from tests import casework

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.mark.clause("Z7")
def test_killed_sweepers_lose_double_and_hurry_nothing(bureau):
    bureau.at = clock.now()
    call_command("load_workdays", verbosity=0, stdout=io.StringIO())
    report = casework.filed(casework.item_with_guide(bureau))
    result = faults.drill(report, count=200, seconds=10, every=0.5)
    assert (result.lost, result.doubled, result.early, result.broken) == (0, 0, 0, 0)
    assert result.kills >= 8 and len(result.lateness) == 200 and result.worked > 0
    assert sweep(at=clock.now()) == 0
