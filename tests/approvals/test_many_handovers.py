"""许多件在三级之间走，一路随机出错：走到哪里停下，每一件都恰在一个单位手里。

演练本身在 portal.bench.handovers；平日一千件，make handovers 走一万件，记进 docs/measured/handovers.md。
"""

import os
import random

import pytest

from approvals.models import Case, Difference, Transfer
from office.journal.models import Entry
from office.journal.rules import first_break
from office.papers import engine
from portal.bench.handovers import Drill, wrong_places
from tests.approvals import levels

pytestmark = pytest.mark.slow
HANDOVERS = int(os.environ.get("HANDOVERS", "1000"))
DAYS = 14


@pytest.fixture
def c(bureau, monkeypatch):
    monkeypatch.setattr(engine, "typeset", lambda paper, **_: engine.Sheet(b"%PDF-", "示例", "0" * 64))
    return levels.county(bureau)


def judges_of(c):
    found = {getattr(c, name): (getattr(c, f"reviewer_of_{name}"), getattr(c, f"chief_of_{name}"))
             for name in ("section", "outside")}  # fmt: skip
    return lambda unit, at: found[unit]


@pytest.mark.clause("C2", "C4")
def test_many_cases_end_each_in_exactly_one_place(c):
    samples = [
        levels.taken_in(c, unit, guide=guide)
        for unit, guide in ((c.village, c.outside_guide), (c.guest_village, c.aid_guide), (c.town, c.aid_guide))
    ]
    hand = lambda unit, at: levels.clerk_of(c, unit)  # noqa: E731
    drill = Drill(c.at, random.Random(20261122), hand, judges_of(c))
    drill.start(samples, HANDOVERS)
    assert wrong_places() == 0
    for _ in range(DAYS):
        drill.a_day()
        assert wrong_places() == 0
    assert drill.counted["不该签收的签收了"] == 0
    home = Case.objects.filter(state="granted", unit_id__in=[unit.pk for unit in c.desks])
    assert home.count() > Case.objects.count() // 2, "一多半已经走完来回"
    for case in Case.objects.order_by("?")[:20]:
        levels.in_one_place(case)
    for passage in Transfer.objects.order_by("?")[:100]:
        assert first_break(Entry.objects.about(passage)) == ""
    kinds = set(Difference.objects.values_list("kind", flat=True))
    assert {"missing", "wrong", "defect"} <= kinds
