"""两个人同时签收同一件、同时撤回与签收、同时列清单：只有一个算。"""

from functools import partial

import pytest

from approvals.actions import handover
from approvals.models import Batch, Transfer
from tests.approvals import levels
from tests.test_races import Ring

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
RACES = 12


@pytest.fixture
def c(bureau):
    return levels.county(bureau)


def sign_in(c, passage):
    return lambda: handover.sign_in(Transfer.objects.get(pk=passage.pk), by=c.clerk_of_window, at=c.at)


def recall(c, passage):
    told = {"reason": "要回", "by": c.clerk_of_town, "at": c.at}
    return lambda: handover.recall(Transfer.objects.get(pk=passage.pk), **told)


def draw_up(c):
    return partial(
        handover.draw_up, from_unit=c.town, to_unit=c.window, day=c.at.date(), by=c.clerk_of_town, at=c.at
    )  # fmt: skip


@pytest.mark.clause("C2")
@pytest.mark.parametrize("other", [sign_in, recall])
def test_a_sign_in_racing_another_deed(c, other):
    cases = [levels.taken_in(c, c.town) for _ in range(RACES)]
    batch = levels.sent(c, c.town, c.window)
    with Ring() as ring:
        for passage in batch.transfers.order_by("pk"):
            assert sorted(ring.race(sign_in(c, passage), other(c, passage))) == [False, True]
    for case in cases:
        levels.in_one_place(case)
    batch.refresh_from_db()
    assert batch.state == "finished"


def test_two_people_drawing_up_the_same_list(c):
    with Ring() as ring:
        for _ in range(RACES):
            case = levels.taken_in(c, c.town)
            assert sorted(ring.race(draw_up(c), draw_up(c))) == [False, True]
            assert Batch.objects.filter(transfers__case=case).count() == 1
