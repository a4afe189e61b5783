"""件在三级之间走，随便谁、随便什么时候、随便按什么：任何时候恰在一个单位手里，时钟照走，差异不丢。

村、镇、县中心、进驻的和在外的承办单位；列清单、取消、签出、撤回、退回、逐件签收、全部签收、没有到、差异、审查决定、撤回申请；
A 岗离岗由 B 岗接着交接。每走一步核对全部不变量。
"""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from agencies.actions import posts
from agencies.models import Post, User
from agencies.states import Role
from approvals.actions import deadlines, decision, differences, intake, review
from approvals.models import Batch, Case, Clock, Transfer
from tests import casework, invariants, makers
from tests.approvals import levels
from tests.walks.handing import Handing
from tests.walks.strolling import RIGHT, N, Stroll, guards_hold, walk

pytestmark = [pytest.mark.slow, pytest.mark.clause("C2", "C4", "C9")]


class Hands(Handing, Stroll):
    seen = set()
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

    # 办件 -----------------------------------------------------------------

    def a_case(self):
        if not self.mend_the_lists():
            self.go_on(Case.objects.get(pk=self.cases[self.n % len(self.cases)]))

    def go_on(self, case):
        c, section = self.b, case.section
        chief = c.chief_of_section if section == c.section else c.chief_of_outside
        reviewer = self.hands_at(section)
        if self.n % 11 == 0:
            self.press(decision.withdraw, case, reason="不办了。", by=User.objects.system(), way="exchange")
        elif case.state == "received":
            self.accept(case)
        elif case.state in ("accepted", "reviewing"):
            self.press(review.begin, case, by=reviewer)
            self.press(review.give_opinion, case, opinion="pass", text="符合。", by=reviewer)
        elif case.state == "reviewed":
            self.press(decision.grant, case, decision="准予。", by=self.by(chief))
        elif case.state == "granted":
            self.press(casework.collected, case, by=self.hands_at(case.intake_unit))
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
        for passage in Transfer.objects.all():
            invariants.check_moves(passage)
        for batch in Batch.objects.all():
            invariants.check_batch(batch)


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
