"""件在三级之间走，随便谁、随便什么时候、随便按什么：任何时候恰在一个单位手里，时钟照走，差异不丢。

村、镇、县中心、进驻的和在外的承办单位；列清单、取消、签出、撤回、退回、逐件签收、全部签收、没有到、差异、审查决定、撤回申请；
A 岗离岗由 B 岗接着交接。每走一步核对全部不变量。
"""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from agencies.actions import posts
from agencies.models import Post
from agencies.states import Role
from approvals.actions import deadlines, decision, differences, handover, intake, review
from approvals.models import Batch, Case, Clock, Difference, Transfer
from office.journal.models import Entry
from tests import casework, invariants, makers
from tests.approvals import levels
from tests.strolling import RIGHT, N, Stroll, guards_hold, walk

pytestmark = [pytest.mark.slow, pytest.mark.clause("C2", "C4", "C9")]


class Hands(Stroll):
    built, seen = None, set()
    clocks = (Clock,)
    sweeps = (deadlines.sweep, differences.sweep)

    @initialize(n=N)
    def open_the_day(self, n):
        self.begin(self.built)
        c = self.b
        self.n, self.cases = n, []
        self.staff = [*self.first.values(), *self.second.values(), c.chief_of_section, c.chief_of_outside, c.deputy]
        for _ in range(2):
            self.take_in()
            self.n += 1

    def hands_at(self, unit):
        """替这个单位交接的人：A 岗、B 岗都试，此刻不该他办的答“无权”。"""
        return self.by(self.first[unit], self.second[unit])

    @rule(what=st.sampled_from(["wait", "deadline", "people", "take_in"] + ["list"] * 5 + ["case"] * 3), n=N,
          right=RIGHT)  # fmt: skip
    def step(self, what, n, right):
        self.n, self.right = n, right
        {"wait": self.wait, "deadline": self.until_the_next_deadline, "people": self.people_come_and_go,
         "take_in": self.take_in, "list": self.a_list, "case": self.a_case}[what]()  # fmt: skip

    def take_in(self):
        c = self.b
        if len(self.cases) < 5:
            desk = [c.village, c.town, c.guest, c.guest_village, c.window][self.n % 5]
            guide = [c.aid_guide, c.outside_guide][self.n // 5 % 2]
            told = {"unit": desk, "by": self.first[desk], "first_contact": self.first[desk], "user": None}
            case = casework.received(c, self.at, guide=guide, **told)
            self.cases.append(case.pk)
            self.accept(case)

    def accept(self, case):
        by, checks = self.hands_at(case.intake_unit), dict.fromkeys(("application", "proof"), casework.OK)
        self.press(intake.check_materials, case, checks=checks, by=by)
        self.press(intake.accept, case, by=by)

    # 清单 -----------------------------------------------------------------

    def a_list(self):
        """有在途的清单就多半签收，有拟好的就签出，没有就列一张。"""
        going = list(Batch.objects.on_the_road().order_by("pk")) if self.n % 5 else []
        drafts = list(Batch.objects.drafts().order_by("pk"))
        if going:
            self.receive(going[self.n % len(going)])
        elif drafts:
            self.draft(drafts[self.n % len(drafts)])
        else:
            self.draw_up()

    def draw_up(self):
        waiting = list(Transfer.objects.to_draw_up().select_related("from_unit", "to_unit").order_by("pk"))
        if waiting:
            one = waiting[self.n % len(waiting)]
            ends = {"from_unit": one.from_unit, "to_unit": one.to_unit, "day": self.at.date()}
            self.press(handover.draw_up, **ends, by=self.hands_at(one.from_unit))

    def draft(self, batch):
        by, passage = self.hands_at(batch.from_unit), batch.transfers.order_by("pk").last()
        deeds = [handover.sign_out, handover.sign_out, handover.sign_out, handover.refill, handover.call_off]
        chosen = self.n // 5 % 6
        if chosen < len(deeds):
            self.press(deeds[chosen], batch, by=by)
        elif passage:
            self.press(handover.take_out, passage, by=by)

    def receive(self, batch):
        giver, taker = self.hands_at(batch.from_unit), self.hands_at(batch.to_unit)
        passage = batch.transfers.order_by("pk").last()
        deeds = [
            lambda **at: handover.sign_in_all(batch, by=taker, **at),
            lambda **at: handover.sign_in_all(batch, by=taker, **at),
            lambda **at: handover.sign_in(passage, by=taker, **at),
            lambda **at: handover.sign_in(passage, by=taker, **at),
            lambda **at: handover.recall(passage, reason="拿错了", by=giver, **at),
            lambda **at: handover.call_off(batch, by=giver, **at),
            lambda **at: differences.turn_back(passage, reason="不该交来", by=taker, **at),
            lambda **at: differences.sign_in_defective(passage, text="少一份", by=taker, **at),
            lambda **at: differences.finish(batch, by=taker, **at),
            lambda **at: differences.note_extra(batch, Case.objects.get(pk=self.cases[0]), by=taker, **at),
        ]
        self.press(deeds[self.n // 5 % len(deeds)])

    # 办件 -----------------------------------------------------------------

    def a_case(self):
        open_ones = list(Difference.objects.open().select_related("from_unit").order_by("pk"))
        lost = list(Transfer.objects.on_the_road().filter(batch__state="finished").order_by("pk"))
        if lost and self.n % 4 == 1:
            self.press(handover.sign_in, lost[0], by=self.hands_at(lost[0].to_unit))
        elif open_ones and self.n % 3 == 0:
            one = open_ones[self.n % len(open_ones)]
            self.press(differences.settle, one, text="已处理。", by=self.hands_at(one.from_unit))
        else:
            self.go_on(Case.objects.get(pk=self.cases[self.n % len(self.cases)]))

    def go_on(self, case):
        c, section = self.b, case.section
        chief = c.chief_of_section if section == c.section else c.chief_of_outside
        reviewer = self.hands_at(section)
        if self.n % 11 == 0:
            self.press(decision.withdraw, case, reason="不办了。", by=self.hands_at(case.intake_unit))
        elif case.state == "received":
            self.accept(case)
        elif case.state in ("accepted", "reviewing"):
            self.press(review.begin, case, by=reviewer)
            self.press(review.give_opinion, case, opinion="pass", text="符合。", by=reviewer)
        elif case.state == "reviewed":
            self.press(decision.grant, case, decision="准予。", by=self.by(chief))
        elif case.state == "granted":
            self.press(decision.deliver, case, note="当面领取", by=self.hands_at(case.intake_unit))
        else:
            self.press(decision.close, case, by=self.hands_at(case.intake_unit))

    # 不变量 ---------------------------------------------------------------

    @invariant()
    def everything_holds(self):
        if not hasattr(self, "cases"):
            return
        guards_hold()
        self.seen |= set(Transfer.objects.values_list("state", flat=True))
        self.seen |= set(Case.objects.values_list("state", flat=True))
        for case in Case.objects.filter(pk__in=self.cases):
            invariants.check_path(case)
            invariants.check_case_clocks(case)
            levels.in_one_place(case)
        for model in (Transfer, Batch):
            for row in model.objects.all():
                check_moves(row)
        for batch in Batch.objects.filter(state="finished"):
            left = batch.transfers.on_the_road()
            assert not left.exclude(differences__kind__in=["missing", "lost"]).exists(), "没有到的没有记差异"
        for one in Difference.objects.all():
            assert (one.settled_at is None) == (one.settlement == "") and one.owner_id


def check_moves(row):
    """移交随手就到的，头一笔就是那一步；其余同 check_path。"""
    first = Entry.objects.about(row).first()
    if first is None:
        assert isinstance(row, Transfer) and row.state == "waiting"
    elif first.before == "":
        invariants.check_path(row)
    else:
        assert (first.before, first.after) == ("waiting", "signed_in") == ("waiting", row.state)


@pytest.fixture
def c(bureau):
    """各处交接的岗位都有 B 岗。"""
    c = levels.county(bureau)
    Hands.first = {unit: levels.clerk_of(c, unit) for unit in c.units}
    Hands.second = {}
    for unit in c.units:
        role = Role.REVIEWER if unit in (c.section, c.outside) else Role.CLERK
        person = makers.user(f"{unit.code}.b", "吴代班")
        post = Post.objects.get(unit=unit, role=role)
        posts.appoint(post=post, user=person, rank="B", by=bureau.system, at=bureau.at)
        person.refresh_from_db()
        Hands.second[unit] = person
    return c


def test_a_case_is_always_in_exactly_one_units_hands(c):
    Hands.built = c
    walk(Hands, short=(10, 40))
    assert {"waiting", "sent", "signed_in", "recalled", "reviewed", "granted"} <= Hands.seen, "没有走远"
