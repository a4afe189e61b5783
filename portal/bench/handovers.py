"""移交的故障演练：许多件在三级之间走，一路随机出错；走到哪里停下，每一件都恰在一个单位手里。

每天一批新件出发，各处列清单、签出、签收；有的拿下、有的取消、有的撤回、有的退回、有的没有到、有的扫了两遍，承办单位审查决定，
决定了的再原路送回。都用真实的动作，数据库的守卫逐件在每一天的末尾核一遍。
"""

import contextlib
import datetime
import math
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import F
from django.db.models.functions import Coalesce

from agencies.models import Unit, User
from agencies.states import Role
from approvals.actions import decision, differences, handover, review
from approvals.models import Batch, Case, Difference, Transfer
from approvals.states import ConfirmedBy
from office.steps import NotNow
from office.sure import sure
from portal.bench import copies
from portal.demonstration import people
from portal.demonstration.certified import invented
from portal.demonstration.scripts import Play, item
from portal.demonstration.stage import Days

WRONG_PLACES = """
SELECT count(*) FROM approvals_case c
 WHERE c.unit_id <> coalesce(
         (SELECT t.to_unit_id FROM approvals_transfer t
           WHERE t.case_id = c.id AND t.state = 'signed_in' ORDER BY t.id DESC LIMIT 1), c.intake_unit_id)
    OR EXISTS (SELECT 1 FROM approvals_transfer t WHERE t.case_id = c.id AND t.state IN ('waiting', 'sent')
                AND t.from_unit_id <> c.unit_id)
    OR (SELECT count(*) FROM approvals_transfer t WHERE t.case_id = c.id AND t.state IN ('waiting', 'sent')) > 1
"""
DAY = datetime.timedelta(days=1)


def wrong_places() -> int:
    """不在恰好一个单位手里的件数；推迟到提交的守卫也现在就核。"""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(WRONG_PLACES)
        return int(cursor.fetchone()[0])


def samples(at: datetime.datetime) -> list[Case]:
    """演示的县里三件：两个村、一个镇收的，办理部在中心里面的和外面的都有；受理了，等着交出。每天另收三件：走远了的照抄出来，来路就不全了。"""
    made = []
    for unit, code in (
        ("sx-v1", "elderly-allowance"),
        ("sx-v2", "relief-subsistence"),
        ("sx-town1", "relief-subsistence"),
    ):
        guide = sure(item(code))
        play = Play(Days(at), people.Crowd(), guide, f"handovers-{unit}-{at:%Y%m%d}")
        case = play.receive(at, unit=Unit.objects.get(code=unit))
        play.accept_here(case, at)
        made.append(case)
    return made


def judges(unit: Unit, at: datetime.datetime) -> tuple[User, User]:
    return people.on_duty(unit, Role.REVIEWER, at), people.on_duty(unit, Role.CHIEF, at)


@dataclass
class Drill:
    """一次演练。hand 是此刻替某单位交接的人，judges 是承办单位的审查人和负责人，most 是一天至多审查决定几件。"""

    at: datetime.datetime
    chance: random.Random
    hand: Callable[[Unit, datetime.datetime], User]
    judges: Callable[[Unit, datetime.datetime], tuple[User, User]]
    most: int = 10_000
    counted: Counter[str] = field(default_factory=Counter)
    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))

    def start(self, samples: Sequence[Case], count: int) -> None:
        """至少 count 件新件出发：照 samples（受理了、等着交出的）成批照抄。"""
        each = math.ceil(count / len(samples))
        for case in samples:
            copies.copy_case(case, each)
        self.counted["件"] += each * len(samples)

    def a_day(self) -> None:
        self.at += DAY
        ends = Transfer.objects.to_draw_up().order_by().values_list("from_unit", "to_unit").distinct()
        units = Unit.objects.select_related("agency").in_bulk()
        for giver, taker in list(ends):
            self._send(units[giver], units[taker])
        for batch in Batch.objects.on_the_road().select_related("from_unit__agency", "to_unit__agency"):
            self._receive(batch)
        self._clear_up()
        self._decide()
        differences.sweep(at=self.at, limit=10_000)

    def _send(self, giver: Unit, taker: Unit) -> None:
        by = self.hand(giver, self.at)
        batch = handover.draw_up(from_unit=giver, to_unit=taker, day=self.at.date(), by=by, at=self.at)
        for passage in batch.transfers.all():
            if self.chance.random() < 0.02:
                handover.take_out(passage, by=by, at=self.at)
                self.counted["拿下"] += 1
        if self.chance.random() < 0.1 or not batch.transfers.exists():
            handover.call_off(batch, by=by, at=self.at)
            self.counted["取消的清单"] += 1
        else:
            began = time.perf_counter()
            self.counted["签出"] += batch.transfers.count()
            handover.sign_out(batch, by=by, at=self.at)
            self.seconds["签出"] += time.perf_counter() - began

    def _receive(self, batch: Batch) -> None:
        giver, taker = self.hand(batch.from_unit, self.at), self.hand(batch.to_unit, self.at)
        if self.chance.random() < 0.05:
            handover.call_off(batch, by=giver, at=self.at)
            self.counted["取消的清单"] += 1
            return
        whole = self.chance.random() < 0.8
        for key in list(batch.transfers.on_the_road().order_by("pk").values_list("pk", flat=True)):
            fate = self.chance.random()
            if fate < 0.06 or not whole:
                passage = batch.transfers.with_context().get(pk=key)
                self._one(passage, fate, giver, taker, whole=whole)
        if whole:
            self._all_in(batch, taker)
        batch.refresh_from_db()
        if batch.state == "sent":
            differences.finish(batch, by=taker, at=self.at)

    def _one(self, passage: Transfer, fate: float, giver: User, taker: User, *, whole: bool) -> None:
        """一件的遭遇；没有出错的，清单齐全就留给全部签收，不齐就逐件扫。"""
        if fate < 0.02:
            handover.recall(passage, reason="拿错了", by=giver, at=self.at)
            self.counted["撤回"] += 1
        elif fate < 0.04:
            differences.turn_back(passage, reason="不该交来", by=taker, at=self.at)
            self.counted["退回"] += 1
        elif fate < 0.06:
            differences.sign_in_defective(passage, text="少一份", by=taker, at=self.at)
            self.counted["材料不符"] += 1
        elif not whole and fate < 0.12:
            self.counted["没有到"] += 1
        elif not whole:
            handover.sign_in(passage, by=taker, at=self.at)
            self.counted["逐件签收"] += 1
        if fate < 0.06 and self.chance.random() < 0.5:
            with contextlib.suppress(NotNow, PermissionDenied):
                handover.sign_in(passage, by=taker, at=self.at)
                self.counted["不该签收的签收了"] += 1
            self.counted["又扫一遍"] += 1

    def _all_in(self, batch: Batch, taker: User) -> None:
        began, left = time.perf_counter(), batch.transfers.on_the_road().count()
        if left:
            handover.sign_in_all(batch, by=taker, at=self.at)
        self.counted["全部签收"] += left
        self.seconds["全部签收"] += time.perf_counter() - began

    def _clear_up(self) -> None:
        """差异多半当天处理；没有到的，有的找到了签收，有的要回来。"""
        for one in Difference.objects.open().exclude(transfer__state="sent").select_related("from_unit"):
            if self.chance.random() < 0.7:
                differences.settle(one, text="已处理", by=self.hand(sure(one.from_unit), self.at), at=self.at)
        for passage in Transfer.objects.on_the_road().filter(batch__state="finished").with_context():
            fate = self.chance.random()
            if fate < 0.5:
                handover.sign_in(passage, by=self.hand(passage.to_unit, self.at), at=self.at)
            elif fate < 0.75:
                handover.recall(passage, reason="在抽屉里", by=self.hand(passage.from_unit, self.at), at=self.at)

    def _decide(self) -> None:
        """件在轮到的单位手里的，审；分级审查的，镇上审了送县，县里审了决定。"""
        place = Coalesce(F("examiner"), F("section"))
        here = Case.objects.filter(state__in=("accepted", "reviewing"), unit=place).select_related("section")
        for case in here.order_by("-state", "pk")[: self.most]:
            reviewer, chief = self.judges(case.section, self.at)
            if case.unit_id != case.section_id:
                reviewer = people.on_duty(case.unit, Role.REVIEWER, self.at)
            if case.state == "accepted":
                review.begin(case, by=reviewer, at=self.at)
            review.give_opinion(case, opinion="pass", text="符合。", by=reviewer, at=self.at)
            if case.state != "reviewed":
                self.counted["镇上审过"] += 1
                continue
            decision.grant(case, decision="准予。", by=chief, at=self.at, certificate=invented(case, self.at))
            self.counted["决定"] += 1
        on_the_road = Transfer.objects.on_the_road().values("case")
        for case in Case.objects.filter(state="accepted").exclude(pk__in=on_the_road).select_related("intake_unit"):
            if self.chance.random() < 0.01:
                decision.withdraw(case, reason="不办了", by=User.objects.system(), at=self.at, way=ConfirmedBy.EXCHANGE)
                self.counted["撤回申请"] += 1
