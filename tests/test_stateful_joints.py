"""一件事的几件，随便谁、随便什么时候、随便按哪一件：别的件的时钟不动，联办时限恰好走它该走的。

同时办的和依次办的都走；缺材料、补正、不计入时限的程序、撤回、退回、延期、离岗，时间向前。每走一步核对全部不变量。
"""

from collections import Counter

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from approvals.actions import (
    correction,
    deadlines,
    decision,
    intake,
    joint_course,
    joint_extension,
    joints,
    procedures,
    review,
)
from approvals.models import Case, Clock, Draft, Joint, JointClock, Procedure
from approvals.rules import joints as rules
from denials.actions import register
from office.journal.models import Entry
from tests import invariants
from tests.approvals import together
from tests.approvals.listed import ADVICE, EXPERTS
from tests.casework import OK, REFUSAL
from tests.strolling import RIGHT, N, Stroll, guards_hold, walk

pytestmark = [pytest.mark.slow, pytest.mark.clause("D9")]
MISSING = intake.Check("missing", "没有提交")


class Together(Stroll):
    built, seen = None, set()
    clocks = (Clock, JointClock)
    sweeps = (deadlines.sweep, joint_course.sweep, joints.begin_next)

    @initialize(in_turn=st.booleans(), deep=st.sampled_from([0, 1, 2]))
    def submit(self, in_turn, deep):
        """从头走，或者从几件都受理了、都审查了的走起（乱走从头走很少走得到后面）。"""
        self.begin(self.built)
        b = self.b
        steps = (1, 2, 2) if in_turn else (1, 1, 1)
        for row, step in zip(b.matter.items.order_by("position"), steps, strict=True):
            row.step = step
            row.save(update_fields=["step"])
        self.joint = together.submitted(b)
        self.staff = [b.clerk_a, b.clerk_b, b.citizen, b.stranger, b.director,
                      *(person for part in b.parts for person in (part.reviewer, part.chief))]  # fmt: skip

        self.n = 0
        for case in self.branches if deep else ():
            self.accept(case)
        for case in self.branches if deep > 1 else ():
            self.begin_review(case)
            self.opine(case)

    @property
    def branches(self):
        return list(self.joint.branches.select_related("item", "guide").order_by("pk"))

    def part(self, case):
        return next(part for part in self.b.parts if part.item.pk == case.item_id)

    @rule(what=st.sampled_from(["wait", "deadline", "people", "extend"] + ["case"] * 9), n=N, right=RIGHT)
    def step(self, what, n, right):
        self.n, self.right = n, right
        if what == "case":
            self.one_branch()
        else:
            {"wait": self.wait, "deadline": self.until_the_next_deadline, "people": self.people_come_and_go,
             "extend": self.extend}[what]()  # fmt: skip

    def one_branch(self):
        """动其中一件；别的件的时钟一个也不动。"""
        branches = self.branches
        case = branches[self.n % len(branches)]
        deeds = DEEDS.get(case.state, []) if self.right else [deed for some in DEEDS.values() for deed in some]
        others = Clock.objects.filter(case__joint=self.joint).exclude(case=case).order_by("pk")
        before = list(others.values())
        if deeds:
            deeds[self.n // 3 % len(deeds)](self, case)
        assert list(others.values()) == before, f"{case}动了别的件的时钟"

    def settle_materials(self, case):
        verdicts = [OK, MISSING] if self.n % 2 else [OK]
        keys = case.materials.values_list("material__key", flat=True)
        checks = {key: verdicts[place % len(verdicts)] for place, key in enumerate(keys)}
        by = self.by(self.b.clerk_a, self.b.clerk_b)
        self.press(intake.check_materials, case, checks=checks, by=by)
        self.press(correction.notify, case, by=by)
        self.press(intake.accept, case, by=by)

    def accept(self, case):
        keys = case.materials.values_list("material__key", flat=True)
        by = self.by(self.b.clerk_a, self.b.clerk_b)
        self.press(intake.check_materials, case, checks=dict.fromkeys(keys, OK), by=by)
        self.press(intake.accept, case, by=by)

    def supplement(self, case):
        notice = getattr(case, "correction", None)
        keys = [line.case_material.material.key for line in notice.lines.all()] if notice else ["application"]
        self.press(correction.answer, case, keys=keys, by=self.by(self.b.citizen, self.b.clerk_a))

    def lapse(self, case):
        self.press(correction.lapse, case, by=self.by(self.b.clerk_a))

    def begin_review(self, case):
        self.press(review.begin, case, by=self.by(self.part(case).reviewer))

    def opine(self, case):
        by = self.by(self.part(case).reviewer)
        self.press(review.give_opinion, case, opinion=["pass", "pass", "doubt"][self.n % 3], text="意见。", by=by)

    def grant(self, case):
        self.press(decision.grant, case, decision="准予。", by=self.by(self.part(case).chief))

    def refuse(self, case):
        by = self.by(self.b.clerk_a if case.accepted_at is None else self.part(case).chief)
        self.press(register.refuse_by_rule, case, basis=case.guide.bases.first(), refusal=REFUSAL, by=by)

    def withdraw(self, case):
        self.press(decision.withdraw, case, reason="不办了。", by=self.by(self.b.citizen, self.b.clerk_a))

    def deliver(self, case):
        self.press(decision.deliver, case, note="当面领取", by=self.by(self.b.clerk_a))

    def close(self, case):
        self.press(decision.close, case, by=self.by(self.b.clerk_a))

    def procedure(self, case):
        """不计入的、计入的程序，起一个或了一个。"""
        by, running = self.by(self.part(case).reviewer), case.procedures.running().first()
        if running:
            self.press(procedures.finish, running, result="结束。", by=by)
        else:
            self.press(procedures.start, case, key=["experts", "advice"][self.n % 2], reason="示例。", by=by)

    def extend(self):
        told = {"value": 1 + self.n % 16, "reason": "示例。", "approver": "示例", "document": "示例文件"}
        self.press(joint_extension.extend, Joint.objects.get(pk=self.joint.pk), **told, by=self.by(self.b.chief))

    # 不变量 ---------------------------------------------------------------

    @invariant()
    def everything_holds(self):
        if not hasattr(self, "joint"):
            return
        guards_hold()
        self.seen |= set(Joint.objects.values_list("state", flat=True))
        for case in self.branches:
            self.seen.add(case.state)
            invariants.check_case(case, readers=3 if case.agency_id == self.b.agency.pk else 1)
        check_joint(Joint.objects.get(pk=self.joint.pk))


T = Together
DEEDS = {
    "received": [T.settle_materials, T.settle_materials, T.accept, T.accept, T.accept, T.refuse, T.withdraw],
    "correcting": [T.supplement, T.supplement, T.supplement, T.lapse, T.withdraw],
    "accepted": [T.begin_review, T.begin_review, T.begin_review, T.procedure, T.procedure, T.refuse, T.withdraw],
    "reviewing": [T.opine, T.opine, T.opine, T.procedure, T.procedure, T.withdraw],
    "reviewed": [T.grant, T.grant, T.grant, T.procedure, T.refuse, T.withdraw],
    "granted": [T.deliver, T.withdraw], "refused": [T.deliver], "not_accepted": [T.deliver], "delivered": [T.close],
}  # fmt: skip


def check_joint(joint):
    """联办时限：有一件受理了才走，还有没结果的才走，在办的都停了才停；到期恰好一次；状态是各件合起来的样子。"""
    invariants.check_path(joint)
    branches, waiting = list(joint.branches.all()), joint_course.waiting_of(joint).count()
    running = list(joint.clocks.running())
    decided = rules.all_decided(branches, waiting)
    assert joint.begun_at == rules.begins_at(branches) or (decided and joint.begun_at is None)
    assert len(running) == (joint.begun_at is not None and not decided), (joint.state, len(running))
    expected = "ended" if decided and rules.all_over(branches) else "decided" if decided else "running"
    assert joint.state == expected, f"{joint.state}，应当是 {expected}：{[case.state for case in branches]}"
    excluded = Procedure.objects.running().excluded().filter(case__in=branches).values_list("case", flat=True)
    for clock in running:
        assert (clock.paused_at is not None) == rules.stands_still(set(excluded), branches)
    told = Counter(Entry.objects.about(joint).values_list("verb", flat=True))
    fired = 0
    for clock in joint.clocks.all():
        invariants.check_clock(clock)
        fired += clock.fired_at is not None
    assert told["approvals.joint.limit_due"] == fired
    waits = {draft.guide.item_id for draft in Draft.objects.open().filter(joint__joint=joint).select_related("guide")}
    assert not waits & set(Case.objects.filter(joint=joint).values_list("item", flat=True)), "收了件还在等"


@pytest.fixture
def b(bureau):
    return together.matter(bureau, special_procedures=[EXPERTS, ADVICE])


def test_whatever_one_branch_does_the_others_keep_their_clocks(b):
    Together.built = b
    walk(Together, short=(12, 25))
    assert {"correcting", "reviewed", "granted", "withdrawn", "refused", "decided"} <= Together.seen, "没有走远"
