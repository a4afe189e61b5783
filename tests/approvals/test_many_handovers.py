"""许多件在三级之间走，一路随机出错：走到哪里停下，每一件都恰在一个单位手里。

平日一千件；手工走一万件：HANDOVERS=10000。守卫逐件在每一回合的末尾核一遍。
"""

import datetime
import os
import random

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from approvals.actions import decision, differences, handover, review
from approvals.models import Batch, Case, Difference, Transfer
from office.papers import engine
from office.steps import NotNow
from portal.bench import copies
from tests.approvals import levels

pytestmark = pytest.mark.slow
HANDOVERS = int(os.environ.get("HANDOVERS", "1000"))
ROUNDS = 14
NO = (NotNow, PermissionDenied)
WRONG_PLACES = """
SELECT count(*) FROM approvals_case c
 WHERE c.unit_id <> coalesce(
         (SELECT t.to_unit_id FROM approvals_transfer t
           WHERE t.case_id = c.id AND t.state = 'signed_in' ORDER BY t.id DESC LIMIT 1), c.intake_unit_id)
    OR EXISTS (SELECT 1 FROM approvals_transfer t WHERE t.case_id = c.id AND t.state IN ('waiting', 'sent')
                AND t.from_unit_id <> c.unit_id)
    OR (SELECT count(*) FROM approvals_transfer t WHERE t.case_id = c.id AND t.state IN ('waiting', 'sent')) > 1
"""


@pytest.fixture
def c(bureau, monkeypatch):
    monkeypatch.setattr(engine, "typeset", lambda paper, **_: engine.Sheet(b"%PDF-", "示例", "0" * 64))
    return levels.county(bureau)


def wrong_places() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(WRONG_PLACES)
        return cursor.fetchone()[0]


def start(c) -> None:
    """真收四件（两村、两镇），成批照抄，再各自受理出发。"""
    for unit, guide in (
        (c.village, c.outside_guide), (c.guest_village, c.aid_guide), (c.town, c.aid_guide), (c.guest, c.outside_guide),
    ):  # fmt: skip
        case = levels.checked_in(c, unit, guide=guide)
        keys = [case.pk, *copies.copy_case(case, HANDOVERS // 4 - 1)]
        for one in Case.objects.filter(pk__in=keys):
            levels.accept(c, one)


def a_day(c, chance: random.Random) -> None:
    """一天：各处列清单、签出、送到、签收；有的撤回、有的退回、有的没到、有的扫了两遍；承办单位审查决定。"""
    c.at += datetime.timedelta(days=1)
    routes = Transfer.objects.to_draw_up().order_by().values_list("from_unit", "to_unit").distinct()
    units = {unit.pk: unit for unit in c.units}
    for giver, taker in routes:
        one_route(c, units[giver], units[taker], chance)
    for batch in Batch.objects.on_the_road():
        receive(c, batch, chance)
    for difference in Difference.objects.open().exclude(transfer__state="sent"):
        if chance.random() < 0.7:
            differences.settle(difference, text="已处理", by=levels.clerk_of(c, difference.from_unit), at=c.at)
    for passage in Transfer.objects.on_the_road().filter(batch__state="finished"):
        lost_and_found(c, passage, chance)
    decide(c, chance)
    differences.sweep(at=c.at, limit=HANDOVERS)


def one_route(c, giver, taker, chance: random.Random) -> None:
    clerk = levels.clerk_of(c, giver)
    batch = handover.draw_up(from_unit=giver, to_unit=taker, day=c.at.date(), by=clerk, at=c.at)
    for passage in batch.transfers.all():
        if chance.random() < 0.05:
            handover.take_out(passage, by=clerk, at=c.at)
    if chance.random() < 0.1 or not batch.transfers.exists():
        handover.call_off(batch, by=clerk, at=c.at)
    else:
        handover.sign_out(batch, by=clerk, at=c.at)


def receive(c, batch, chance: random.Random) -> None:
    giver, taker = levels.clerk_of(c, batch.from_unit), levels.clerk_of(c, batch.to_unit)
    if chance.random() < 0.05:
        handover.call_off(batch, by=giver, at=c.at)
        return
    for passage in batch.transfers.on_the_road().with_context():
        fate = chance.random()
        if fate < 0.03:
            handover.recall(passage, reason="拿错了", by=giver, at=c.at)
        elif fate < 0.06:
            differences.turn_back(passage, reason="不该交来", by=taker, at=c.at)
        elif fate < 0.09:
            differences.sign_in_defective(passage, text="少一份", by=taker, at=c.at)
        elif fate > 0.12:  # 其余的没有到
            handover.sign_in(passage, by=taker, at=c.at)
        if fate > 0.97:
            with pytest.raises(NO):
                handover.sign_in(passage, by=taker, at=c.at)
    batch.refresh_from_db()
    if batch.state == "sent":
        differences.finish(batch, by=taker, at=c.at)


def lost_and_found(c, passage, chance: random.Random) -> None:
    if chance.random() < 0.5:
        handover.sign_in(passage, by=levels.clerk_of(c, passage.to_unit), at=c.at)
    elif chance.random() < 0.5:
        handover.recall(passage, reason="在自己抽屉里", by=levels.clerk_of(c, passage.from_unit), at=c.at)


def decide(c, chance: random.Random) -> None:
    for name in ("section", "outside"):
        reviewer, chief = getattr(c, f"reviewer_of_{name}"), getattr(c, f"chief_of_{name}")
        unit = getattr(c, name)
        for case in Case.objects.filter(section=unit, unit=unit, state="accepted"):
            review.begin(case, by=reviewer, at=c.at)
            review.give_opinion(case, opinion="pass", text="符合。", by=reviewer, at=c.at)
            decision.grant(case, decision="准予。", by=chief, at=c.at)
    for case in Case.objects.filter(state="accepted").exclude(pk__in=Transfer.objects.on_the_road().values("case")):
        if chance.random() < 0.01:
            decision.withdraw(case, reason="不办了", by=levels.clerk_of(c, case.intake_unit), at=c.at)


@pytest.mark.clause("C2", "C4")
def test_many_cases_end_each_in_exactly_one_place(c):
    chance = random.Random(20261122)
    start(c)
    assert Case.objects.count() == HANDOVERS // 4 * 4 and wrong_places() == 0
    for _ in range(ROUNDS):
        a_day(c, chance)
        assert wrong_places() == 0
    home = Case.objects.filter(state="granted", unit_id__in=[unit.pk for unit in c.desks])
    assert home.count() > Case.objects.count() // 2, "一多半已经走完来回"
    for case in Case.objects.order_by("?")[:20]:
        levels.in_one_place(case)
    kinds = set(Difference.objects.values_list("kind", flat=True))
    assert {"missing", "wrong", "defect"} <= kinds
