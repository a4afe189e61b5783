"""随便什么人、随便什么时候、随便按什么:办件、报告、联办、移交和时钟永远对得上。

一件普通的、即办的、许可证和它的延续，或者一件事的三件（同时办、依次办，网上交、综合窗口收了纸质的逐级送去三个机关）。
哪一件都可能告知、补正、容缺、承诺、受理、视为受理、征求意见、审查、起特别程序(听证、公示、核查……)、延期、回避、提请审定、
逐级上移、退回、研究、否定、准予、撤回、寄送、办结、事后核查，叫回改正，依职权收回、注销，监管科室签收，双公示；许可证到期、
延续、视为准予延续；催告、终止、误录作废、改派、转给外面的系统、委托代办，整件事一起撤回、一次同意；
领导不作声，人会离岗由 B 岗代，时间向前，几样清扫先后随便、有时很久不来。
每走一步核对全部不变量(tests/invariants.py)，动一件的时候别的件的时钟不动。
"""

import datetime

import pytest
from django.core.files.base import ContentFile
from django.db.models import Q
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from approvals.actions import archiving, expiry, handover, joint_delivering, joint_extension, joints
from approvals.models import (
    Batch,
    Case,
    Clock,
    DisclosureClock,
    EnquiryClock,
    HandOffClock,
    Hearing,
    Inspection,
    Joint,
    JointClock,
    SigningClock,
    Transfer,
)
from approvals.models.delivery import RESULT
from approvals.models.slip import SlipClock
from approvals.states import EXPIRY, HearingState
from denials.actions import sheets
from denials.models import Clock as LadderClock
from denials.models import Precedent, RecallClock, RegisterEntry, Report
from office.journal.models import Entry
from office.journal.rules import first_break
from office.papers import engine
from office.papers.engine import Sheet
from portal.sweeping import SWEEPS
from tests import casework, invariants
from tests.approvals import levels, together
from tests.casework import PERSON
from tests.walks import marks, world
from tests.walks.asking import Asking
from tests.walks.beginnings import DEPTHS, Beginnings
from tests.walks.ending import Ending
from tests.walks.handing import Handing
from tests.walks.ladder import Ladder
from tests.walks.promises import Promises
from tests.walks.recalling import Recalling
from tests.walks.retracting import Retracting
from tests.walks.section import Section
from tests.walks.specials import Specials
from tests.walks.strolling import PROFILE, RIGHT, N, Stroll, guards_hold, walk
from tests.walks.supervising import Supervising
from tests.walks.window import COLLECTOR, Window

pytestmark = [pytest.mark.slow, pytest.mark.clause("D8", "D9", "Z7")]

WHAT = ["wait", "deadline", "deadline", "appointment", "people", "lists", "joint", "climb"] + ["case"] * 11
BEGINNINGS = {
    "alone": ["alone", "instant"],
    "online": ["together", "in_turn"],
    "on_paper": ["on_paper", "paper_in_turn"],
    "licences": ["licence", "renewal"],
}
GUIDES = {
    "alone": "alone_guide", "instant": "instant_guide", "licence": "licence_guide", "renewal": "renew_guide"
}  # fmt: skip
DAY = datetime.timedelta(days=1)
WAITS = ("received", "correcting", "accepted", "reviewing", "reviewed")
SHARED_SHEET = {"supplement", "notice"}  # 共用的材料补来了，缺它的各件都往下走；此外谁也不动谁的时钟


class Hall(
    Window, Section, Specials, Promises, Ladder, Handing, Supervising, Retracting, Recalling, Asking, Ending,
    Beginnings, Stroll,
):  # fmt: skip
    """一个例子:一件申请，或一件事的几件，一路走到哪算哪。"""

    clocks = (Clock, LadderClock, JointClock, SlipClock, SigningClock, DisclosureClock, RecallClock, EnquiryClock,
              HandOffClock)  # fmt: skip
    sweeps = tuple(errand for _name, errand in SWEEPS if errand is not sheets.roll_up)  # 汇总表在 look_back
    beginnings = ()
    seen = set()

    @initialize(second=st.booleans(), depths=st.tuples(*[st.sampled_from(list(DEPTHS))] * 3))
    def open_the_day(self, second, depths):
        """从头走，或者从各自走了一段的起（乱走从头走很少走得到后面）。"""
        self.begin(self.built)
        b, how = self.b, self.beginnings[second]
        self.staff, self.joint, self.cases = b.staff, None, []
        if how in GUIDES:
            guide = getattr(b, GUIDES[how])
            self.cases = [casework.received(b, guide=guide, provided={"application"}).pk]
        else:
            self.submit(in_turn=how.endswith("in_turn"), on_paper="paper" in how)
        for case, depth in zip(self.branches, depths, strict=False):
            self.go_deep(case, depth)
        if how == "renewal":
            self.cases.append(b.held.pk)
        self.tally.count(f"起头 {how}", "成了")

    def submit(self, *, in_turn, on_paper):
        b = self.b
        steps = (1, 2, 2) if in_turn else (1, 1, 1)
        for row, step in zip(b.matter.items.order_by("position"), steps, strict=True):
            row.step = step
            row.save(update_fields=["step"])
        if on_paper:
            filled = {part.item.code: joints.Filled({}) for part in b.parts}
            told = {"person": PERSON, "provided": {"共用证明"}, "on_behalf": False, "key": "walk"}
            told["entrusted"] = together.entrusted(b) if in_turn else None  # 依次办的，由代理人递交
            self.joint = joints.take_in_at_window(matter=b.matter, filled=filled, **told, by=b.clerk_a, at=self.at)
        else:
            self.joint = together.submitted(b)

    @property
    def branches(self):
        """走着的各件：交来的，改正了另收的。"""
        chosen = Q(pk__in=self.cases) | Q(joint=self.joint) if self.joint else Q(pk__in=self.cases)
        return list(Case.objects.filter(chosen).select_related("item", "guide").order_by("pk"))

    def crew_of(self, case):
        return self.b.crews[case.item_id]

    def hands_at(self, unit):
        return self.by(*self.b.hands.get(unit.pk, []))

    # 一条规则:几条规则的话,Hypothesis 会在每个例子里随机停用一半,走不远 ----------

    @rule(what=st.sampled_from(WHAT), n=N, right=RIGHT)
    def step(self, what, n, right):
        self.throw(n, right)
        if what == "wait":
            self.wait()
        elif what == "deadline":
            self.until_the_next_deadline()
        elif what == "appointment":
            self.until_the_appointment()
        elif what == "people":
            self.look_back()
            reports = Report.objects.open().filter(case__in=self.branches)
            self.people_come_and_go(*(user for report in reports for user in self.seats(report)))
        elif what == "lists" and Transfer.objects.in_passage().exists():
            self.on_the_road()
        elif what == "joint" and self.joint:
            self.one_of([H.hand_out_the_joint, H.hand_out_the_joint, H.extend_the_joint, H.the_whole_joint])
        else:
            self.one_branch(climbs=what == "climb")

    def one_branch(self, *, climbs):
        """动其中一件；别的件的时钟一个也不动。"""
        branches = self.branches
        lively = [case for case in branches if case.state in DEEDS and (case.state != "closed" or self.n % 3 == 0)]
        lively = lively if lively and self.right else branches
        case, self.n = lively[self.n % len(lively)], self.n // len(lively)
        any_deed = [deed for some in DEEDS.values() for deed in some]
        deeds = DEEDS.get(case.state, []) if self.right else any_deed
        others = Clock.objects.filter(case__in=branches).exclude(pk__in=case.clocks.values("pk"))
        before, self.chosen = {row["id"]: row for row in others.values()}, None
        if (climbs and case.state in WAITS) or (case.held_at and self.right and self.n % 3):
            self.climb(case)
        elif case.procedures_running and self.right and self.n % 3:
            self.go_on_with_procedures(case)
        elif (case.elsewhere or case.terminations.filter(state="asked").exists()) and self.right and self.n % 3:
            (self.hand_off if case.elsewhere else self.terminate)(case)
        elif deeds:
            self.one_of(deeds, case)
        after = {row["id"]: row for row in Clock.objects.filter(case__in=branches).exclude(case=case).values()}
        moved = {row["kind"] for key, row in after.items() if before.get(key) != row}
        moved = {kind for kind in moved if not kind.startswith(EXPIRY)}  # 延续了，原来那一本不再提醒
        assert moved <= (SHARED_SHEET if self.chosen is Hall.supplement else set()), (
            f"动{case}，动了别的件的时钟：{moved}"
        )

    def until_the_appointment(self):
        """到约好的时候：听证、现场核查；没有约的，就是一天以后。到了就往下走。"""
        case = Case.objects.filter(pk__in=[case.pk for case in self.branches])
        sits = Hearing.objects.filter(case__in=case, state=HearingState.SCHEDULED).order_by("sits_at").first()
        visit = Inspection.objects.filter(
            procedure__case__in=case, recorded_at=None, procedure__state="running"
        ).first()
        if sits is None and visit is None:
            self.at += DAY
            return
        self.until(sits.sits_at if sits else visit.visits_at)
        self.go_on_with_procedures(sits.case if sits else visit.procedure.case)

    def look_back(self):
        """一天一次的：汇总表，补写待归档，补起证照到期提醒；做过的不再做。"""
        self.roll_up()
        for errand in (archiving.order_missing, expiry.watch_missing):
            self.tally.count(f"{errand.__module__.partition('.')[2]}.{errand.__name__}", "到期处理", errand(at=self.at))
            assert errand(at=self.at) == 0

    # 移交、联办时限 ---------------------------------------------------------

    def on_the_road(self):
        """三回里有一回交通员来，一趟都送到；不然一步一步地走。"""
        if self.n % 3 == 0:
            self.n //= 3
            self.carry_all()
        elif not self.mend_the_lists():
            self.a_list()

    def carry_all(self):
        """列清单、签出、全部签收，送到没有待交出的为止（一手一手，至多四手）。"""
        for _ in range(4):
            waiting = Transfer.objects.to_draw_up().select_related("from_unit", "to_unit").order_by("pk").first()
            if waiting is None:
                return
            giver, taker = self.hands_at(waiting.from_unit), self.hands_at(waiting.to_unit)
            ends = {"from_unit": waiting.from_unit, "to_unit": waiting.to_unit, "day": self.at.date()}
            self.press(handover.draw_up, **ends, by=giver)
            for batch in Batch.objects.drafts().filter(to_unit=waiting.to_unit):
                if self.press(handover.sign_out, batch, by=giver):
                    self.press(handover.sign_in_all, batch, by=taker)

    def extend_the_joint(self):
        told = {"value": 1 + self.n % 16, "reason": "示例。", "approver": "示例", "document": "示例文件"}
        told |= {"approved_on": self.at.date(), "scan": ("批准.pdf", ContentFile(b"%PDF-1.4 signed"))}
        joint = Joint.objects.get(pk=self.joint.pk)
        asked = {"value": told["value"], "reason": told["reason"]}
        if not self.press(joint_extension.form_to_sign, joint, **asked, by=self.by(self.b.chief)):
            return
        self.press(joint_extension.extend, joint, **told, by=self.by(self.b.chief, self.b.director))

    def hand_out_the_joint(self):
        """统一出件：能交的都交，或者(三回里一回)连不能交的也选上；连按两下还是那一份回证。"""
        joint, by = Joint.objects.get(pk=self.joint.pk), self.by(self.b.clerk_a)
        rows = [one.case for one in joint_delivering.branches_of(joint, by) if self.n % 3 == 2 or not one.why_not]
        for case in rows:
            self.typeset(case, RESULT)
        told = {"cases": rows, **COLLECTOR, "by": by}
        if self.press(joint_delivering.hand_out, joint, **told):
            self.press(joint_delivering.hand_out, joint, **told)

    # 不变量 ---------------------------------------------------------------

    @invariant()
    def everything_holds(self):
        """动过的件、它的报告和征求意见单，件在谁手里，联办件，移交，先例和报备。"""
        if not hasattr(self, "joint"):
            return
        guards_hold()
        before, self.marks = getattr(self, "marks", {}), marks.now()
        moved = {key for key, mark in self.marks.items() if before.get(key) != mark}
        for case in self.branches if moved else ():
            if case.pk in moved:
                self.check_branch(case)
        if moved:
            self.check_the_rest()

    def check_branch(self, case):
        self.seen.add(case.state)
        invariants.check_case(case)
        levels.in_one_place(case)
        for report in Report.objects.filter(case=case).select_related("case"):
            self.seen.add(report.state)
            invariants.check_report(report)
        for row in Transfer.objects.filter(case=case):
            invariants.check_moves(row)

    def check_the_rest(self):
        if self.joint:
            joint = Joint.objects.get(pk=self.joint.pk)
            self.seen.add(f"joint {joint.state}")
            invariants.check_joint(joint)
        for batch in Batch.objects.all():
            invariants.check_batch(batch)
        for model in (Precedent, RegisterEntry):
            for row in model.objects.all():
                assert first_break(Entry.objects.about(row)) == ""


H = Hall
ANY_TIME = [H.withdraw, H.enquire, H.explain, H.parcel, H.consent, H.rectify, H.terminate, H.hand_off, H.reassign,
            H.entrust]  # fmt: skip
WAITING = [H.file, H.refuse, H.name_prior, *ANY_TIME]
AFTER = [H.sign_notice, H.sign_notice, H.follow_pledge, H.follow_pledge, H.recall, H.recall, H.disclose, H.disclose,
         H.enquire, H.explain, H.parcel, H.consent]  # fmt: skip
SERVED = [*AFTER, H.retract, H.retract, H.retract, H.retract, H.cancel, H.read, H.recall, H.collect, H.follow_pledge]
DEEDS = {
    "received": [*[H.settle_materials] * 4, *[H.accept] * 3, H.sign_pledge, H.sign_pledge, H.confirm, H.void, *WAITING],
    "correcting": [*[H.supplement] * 6, H.sign_pledge, H.lapse, H.lapse, *WAITING],
    "accepted": [*[H.begin_review] * 5, H.grant_on_the_spot, H.bring_deferred, H.bring_deferred_online,
                 H.go_on_with_procedures,
                 H.go_on_with_procedures, H.extend, H.handle, H.recuse, H.party, *WAITING],
    "reviewing": [*[H.give_opinion] * 5, H.bring_deferred, H.bring_deferred_online, H.start_procedure,
                  H.go_on_with_procedures,
                  H.go_on_with_procedures, H.extend, H.handle, H.consult, H.consult, H.recuse, H.party, *WAITING],
    "reviewed": [*[H.grant] * 5, H.take_back_pledge, H.bring_deferred, H.bring_deferred_online, H.start_procedure,
                 *[H.go_on_with_procedures] * 3, H.extend, H.file, H.party, *WAITING],
    "granted": [*[H.deliver] * 4, *[H.post] * 3, H.correct_certificate, H.withdraw, *AFTER],
    "refused": [*[H.deliver] * 3, *[H.post] * 3, H.read, *AFTER],
    "not_accepted": [*[H.deliver] * 3, *[H.post] * 3, H.read, *AFTER],
    "lapsed": [*[H.deliver] * 3, *[H.post] * 3, *AFTER],
    "terminated": [*[H.deliver] * 3, *[H.post] * 3, *AFTER],
    "delivered": [*SERVED, H.close], "closed": SERVED,
}  # fmt: skip


@pytest.fixture
def b(bureau, settings, monkeypatch):
    """文书照登记、照用印，只是不真的排版：一趟要排几十份，这里看的不是纸面。"""
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}
    sheet = Sheet(b"%PDF-1.7", "0", "0" * 64)
    monkeypatch.setattr(engine, "typeset", lambda *_args, **_told: sheet)
    return world.built(bureau)


@pytest.mark.parametrize("beginnings", BEGINNINGS)
def test_nothing_anyone_presses_breaks_the_house(b, beginnings):
    Hall.built, Hall.beginnings, Hall.seen = b, BEGINNINGS[beginnings], set()
    walk(Hall, beginnings, short=(8, 40), long=(100, 50))
    if PROFILE == "short":
        assert "delivered" in Hall.seen and Hall.seen & {"refused", "not_accepted"}, "没有走远"
