"""随便什么人、随便什么时候、随便按什么:办件、报告和时钟永远对得上。

Hypothesis 一步步乱走:收件、告知、补正、承诺、受理、审查、提请、审定、退回、研究、否定、撤回、邮寄、
事后核查,人会离岗,时间向前,清扫有时很久不来。每走一步都核对全部不变量(quality.md 的 I1、I2、I5、I7、I8)。
平日走得短;HYPOTHESIS_PROFILE=long 走得长(约十分钟)。
"""

import contextlib
import datetime
import os

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from agencies.actions import posts
from agencies.models import Absence, Post
from approvals.actions import (
    correction,
    decision,
    delivering,
    extension,
    hearing,
    intake,
    pledges,
    procedures,
    publication,
    review,
)
from approvals.actions import deadlines as case_deadlines
from approvals.models import Case
from approvals.models import Clock as CaseClock
from denials.actions import deadlines, ladder, register, reports, sheets
from denials.models import Clock, Precedent, RegisterEntry, Report
from denials.states import OPEN
from office.journal.models import Entry
from office.journal.rules import first_break
from office.steps import NotNow
from tests import casework, invariants
from tests.approvals import pledging
from tests.approvals.listed import ADVICE, EXPERTS, HEARING, PUBLICITY
from tests.casework import HOUR

pytestmark = pytest.mark.slow

PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "short")
EXAMPLES, STEPS = {"short": (20, 30), "long": (400, 60)}[PROFILE]
# 缩小反例要好几分钟:平日只报第一个,要缩小就用 long
PHASES = [Phase.generate] + [Phase.shrink] * (PROFILE == "long")
NO = (NotNow, PermissionDenied, posts.OverlappingAbsence)
SECOND = datetime.timedelta(seconds=1)

WALKED = {
    "reviewed": casework.reviewed, "granted": casework.granted, "pledged": lambda b: pledging.granted(b).case,
}  # fmt: skip
MATTER = publication.Shown(matter="拟公示的示例。")
WAITS = [SECOND, HOUR, 4 * HOUR, 12 * HOUR, 48 * HOUR, 240 * HOUR, 1000 * HOUR]
RIGHT = st.integers(0, 5).map(bool)  # 六回里五回找对人、按对时候
N = st.integers(0, 999)


class Hall(RuleBasedStateMachine):
    """一个例子:一到两件申请,一路走到哪算哪,走完整个回滚。"""

    b = None  # 测试函数备好的局

    @initialize(instant=st.booleans(), deep=st.sampled_from(["received", "reviewed", "granted", "pledged"]))
    def open_the_day(self, instant, deep):
        """从头收一件；或从已经走了一段的件起（乱走从头走很少走得到这么远）。"""
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        b = self.b
        self.at = b.at
        self.guide = b.instant_guide if instant and deep == "received" else b.guide
        self.staff = [b.clerk_a, b.clerk_b, b.approval_chief, b.approval_chief_b, b.chief, b.chief_b, b.reviewer,
                      b.deputy, b.deputy_b, b.director]  # fmt: skip
        self.people = [*self.staff, b.auditor, b.citizen, b.other_citizen, b.stranger]
        self.cases = []
        self.chosen = 1
        self.receive() if deep == "received" else self.cases.append(WALKED[deep](b).pk)

    def teardown(self):
        if hasattr(self, "atomic"):
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    # 谁、哪一件 ----------------------------------------------------------

    @property
    def case(self):
        return Case.objects.get(pk=self.cases[-1])

    @property
    def report(self):
        return Report.objects.filter(case__in=self.cases).order_by("pk").last()

    def seats(self):
        """此刻轮到的人。"""
        standings = [turn.post.holder_at(self.at) for turn in self.report.turns.open() if turn.post]
        return [standing.user for standing in standings if standing]

    def deciders(self):
        return [self.b.clerk_a] if self.case.accepted_at is None else [self.b.chief]

    def press(self, deed, *arguments, **told):
        """按一下;现在不行、无权都是正常的答复,别的异常就是错。"""
        with contextlib.suppress(NO):
            deed(*arguments, at=self.at, **told)

    # 一条规则:几条规则的话,Hypothesis 会在每个例子里随机停用一半,走不远 ----------

    @rule(what=st.sampled_from(["wait", "deadline", "people"] + ["case"] * 4 + ["ladder"] * 3), n=N, who=N, right=RIGHT)
    def step(self, what, n, who, right):
        self.chosen, self.right = who, right
        report = self.report
        if what == "ladder" and report and report.state in OPEN:
            self._press_one_of(LADDER_DEEDS, report.state, n)
        elif what in ("case", "ladder"):
            self._press_one_of(CASE_DEEDS, self.case.state, n)
        else:
            {"wait": self.wait, "deadline": self.until_the_next_deadline, "people": self.people_come_and_go}[what](n)

    def _press_one_of(self, deeds, state, n):
        """六回里一回不看状态乱按。"""
        any_deed = [one for some in deeds.values() for one in some]
        chosen = deeds.get(state, [Hall.receive]) if self.right else any_deed
        self.n = n // len(chosen)
        chosen[n % len(chosen)](self)

    # 时间、清扫、离岗 -----------------------------------------------------

    def wait(self, n):
        self.at += WAITS[n % len(WAITS)]

    def until_the_next_deadline(self, n):
        """走到下一个到期的前一秒、那一刻、后一秒;四回里三回有清扫来。"""
        due = [clock.due_at for model in (CaseClock, Clock)
               for clock in model.objects.running().filter(due_at__gt=self.at)]  # fmt: skip
        self.at = max(self.at, min(due, default=self.at) + (n % 3 - 1) * SECOND)
        if n % 4:
            self.sweep(ladder_first=bool(n % 2))

    def sweep(self, *, ladder_first):
        rooms = [case_deadlines.sweep, deadlines.sweep]
        # 停了很久才扫,一次会带出下一次(视为受理带出已过的承诺时限),但很快就没有了
        for _ in range(3):
            for sweep in rooms[::-1] if ladder_first else rooms:
                sweep(at=self.at)
        assert [sweep(at=self.at) for sweep in rooms] == [0, 0], "清扫之后又做了一次"
        for model in (CaseClock, Clock):
            assert not model.objects.due(self.at).exists(), "清扫之后还有到期没做的"
            assert not model.objects.parked().exists(), model.objects.parked().values_list("kind", "last_error")
        assert not Report.objects.orphaned().exists()

    def people_come_and_go(self, n):
        sheets.roll_up(at=self.at)
        assert sheets.roll_up(at=self.at) == 0
        away = Absence.objects.filter(to_at=None, from_at__lt=self.at).first()
        if away and n % 2:
            self.press(posts.return_to_duty, absence=away, by=away.user)
            return
        user, days = self.staff[self.chosen % 10], n % 4
        until = self.at + days * 24 * HOUR if days else None
        self.press(posts.record_absence, user=user, from_at=self.at, to_at=until, reason="年假", by=user)

    # 窗口与科室 ------------------------------------------------------------

    def by(self, *able):
        return able[self.chosen % len(able)] if self.right and able else self.people[self.chosen % len(self.people)]

    def receive(self):
        if len(self.cases) < 3:
            given = {"application", "proof"} if self.chosen % 2 else {"application"}
            self.cases.append(casework.received(self.b, self.at, guide=self.guide, provided=given).pk)

    def check(self):
        verdicts = [("ok", "ok"), ("ok", "deferred"), ("ok", "missing"), ("missing", "missing"), ("ok", "deferred")]
        due = (self.at + datetime.timedelta(days=self.n % 12)).date()
        checks = {key: intake.Check(verdict, "示例说明", due if verdict == "deferred" else None)
                  for key, verdict in zip(("application", "proof"), verdicts[self.n % 5], strict=True)}  # fmt: skip
        self.press(intake.check_materials, self.case, checks=checks, by=self.by(self.b.clerk_a))

    def accept(self):
        if self.n % 4:  # 多半已经请申请人确认过
            self.press(casework.promised, self.case)
        self.press(intake.accept, self.case, by=self.by(self.b.clerk_a, self.b.clerk_b))

    def notify(self):
        self.press(correction.notify, self.case, by=self.by(self.b.clerk_a))

    def settle_materials(self):
        """核对完接着走:缺就告知,不缺就受理。"""
        self.check()
        self.notify()
        self.accept()

    def supplement(self):
        keys = [{"application"}, {"proof"}, {"application", "proof"}][self.n % 3]
        self.press(correction.answer, self.case, keys=keys, by=self.by(self.b.citizen))

    def lapse(self):
        self.press(correction.lapse, self.case, by=self.by(self.b.clerk_a))

    def bring_deferred(self):
        self.press(intake.bring_deferred, self.case, key="proof", by=self.by(self.b.clerk_a))

    def begin_review(self):
        self.press(review.begin, self.case, by=self.by(self.b.reviewer))

    def give_opinion(self):
        opinion = ["pass", "pass", "doubt"][self.n % 3]
        self.press(review.give_opinion, self.case, opinion=opinion, text="意见。", by=self.by(self.b.reviewer))

    def grant(self):
        self.press(decision.grant, self.case, decision="准予。", by=self.by(self.b.chief, self.b.chief_b))

    def grant_on_the_spot(self):
        self.press(decision.grant_on_the_spot, self.case, decision="准予。", by=self.by(self.b.clerk_a))

    def deliver(self):
        self.press(decision.deliver, self.case, note="当面领取", by=self.by(self.b.clerk_a))

    def post(self):
        """寄出；寄出了的，签收或退回。"""
        by = self.by(self.b.clerk_a)
        if not self.case.deliveries.on_the_way().exists():
            told = {"carrier": "示例", "tracking_number": "1", "address": "示范路"}
            self.press(delivering.dispatch, self.case, **told, by=by)
        elif self.n % 3:
            self.press(delivering.arrive, self.case, collector="赵申请", by=by)
        else:
            self.press(delivering.come_back, self.case, reason="无人。", by=by)

    def close(self):
        self.press(decision.close, self.case, by=self.by(self.b.clerk_a))

    def withdraw(self):
        self.press(decision.withdraw, self.case, reason="不办了", by=self.by(self.b.citizen, self.b.clerk_a))

    def file(self):
        by = self.by(self.b.clerk_a, self.b.reviewer)
        self.press(reports.file, self.case, statement=casework.STATEMENT, by=by)

    def refuse(self):
        told = {"refusal": casework.REFUSAL, "by": self.by(*self.deciders())}
        if precedent := Precedent.objects.last():
            self.press(register.refuse_by_precedent, self.case, precedent=precedent, **told)
        self.press(register.refuse_by_rule, self.case, basis=self.guide.bases.get(), **told)

    def read(self):
        if entry := RegisterEntry.objects.last():
            self.press(register.read, entry, by=self.by(self.b.chief, self.b.deputy, self.b.director))

    # 告知承诺 ---------------------------------------------------------------

    def sign_pledge(self):
        """以承诺代替证明，接着核对、受理。"""
        self.press(pledges.sign, self.case, key="proof", signer="赵申请", by=self.by(self.b.clerk_a, self.b.citizen))
        self.press(intake.check_materials, self.case, checks={"application": casework.OK}, by=self.by(self.b.clerk_a))
        self.accept()

    def take_back_pledge(self):
        if pledge := self.case.pledges.last():
            self.press(pledges.take_back, pledge, reason="改交材料。", by=self.by(self.b.citizen, self.b.clerk_a))

    def follow_pledge(self):
        """核查、整改、报请、审定，走到哪步算哪步。"""
        pledge = self.case.pledges.last()
        if pledge is None:
            return
        by = self.by(pledge.owner or self.b.reviewer)
        if pledge.state == "checking":
            result = ["true", "unverified", "false", "false"][self.n % 4]
            self.press(pledges.check, pledge, result=result, found="实地查看。", by=by)
        elif pledge.state == "mending" and self.n % 3 == 0:
            self.press(pledges.mend, pledge, mended="已补来。", by=by)
        elif pledge.state == "mending":
            self.press(pledges.ask_to_revoke, pledge, reason="逾期不改。", by=by)
        else:
            deed = pledges.keep if self.n % 3 == 0 else pledges.revoke
            self.press(deed, pledge, decision="示例。", by=self.by(self.b.deputy, self.b.director))

    # 特别程序与延期 -------------------------------------------------------

    def start_procedure(self):
        told = {"reason": "示例。", "by": self.by(self.b.reviewer)}
        deeds = [
            lambda **rest: procedures.start(self.case, key=["experts", "advice"][self.chosen % 2], **told, **rest),
            lambda **rest: hearing.tell(self.case, key="hearing", **told, **rest),
            lambda **rest: publication.publish(self.case, key="publicity", shown=MATTER, **told, **rest),
        ]
        self.press(deeds[self.n % 3])

    def go_on_with_procedures(self):
        """听证往下走一步，异议提一条或答一条，能结束的结束。"""
        by, running = self.by(self.b.reviewer), list(self.case.procedures.running().order_by("pk"))
        if not running:
            return self.start_procedure()
        one = running[self.n % len(running)]
        if one.kind == "hearing":
            self._hear(one.hearing, by)
        elif one.kind == "publicity" and self.n % 2:
            asked = one.publication.objections.filter(answered_at=None).first()
            if asked:
                self.press(publication.answer, asked, text="已核实。", by=by)
            else:
                self.press(publication.object_to, one.publication, text="有异议。", by=self.b.system)
        self.press(procedures.finish, one, result="结束。", by=by)

    def _hear(self, one, by):
        if one.state == "told" and self.n % 3:
            self.press(hearing.request, one, text="要求。", by=self.by(self.b.citizen, self.b.clerk_a))
        elif one.state == "told":
            self.press(hearing.waive, one, text="不要求。", by=by)
        elif one.state == "requested":
            sits_at = self.at + datetime.timedelta(days=11 + self.n % 14)
            told = {"place": "会议室", "chair": self.by(self.b.approval_chief)}
            self.press(hearing.schedule, one, sits_at=sits_at, **told, by=by)
        else:
            self.press(hearing.record, one, present="到场。", text="记录。", signers="示例", by=by)

    def extend(self):
        asked = self.case.extensions.asked().first()
        if asked is None:
            self.press(extension.ask, self.case, value=1 + self.n % 12, reason="示例。", by=self.by(self.b.reviewer))
        else:
            deed = extension.decline if self.n % 3 == 0 else extension.sanction
            self.press(deed, asked, text="意见。", by=self.by(self.b.director, self.b.deputy))

    # 梯子 ----------------------------------------------------------------

    def refer_up(self):
        self.press(ladder.review, self.report, text="同意。", by=self.by(*self.seats()))

    def both_refer_up(self):
        for user in self.seats():
            self.press(ladder.review, self.report, text="同意。", by=user)

    def sanction(self):
        self.press(ladder.sanction, self.report, text="核准。", by=self.by(*self.seats()))

    def overturn(self):
        self.press(ladder.overturn, self.report, text="可以办。", how_to="照此办。", by=self.by(*self.seats()))

    def send_back(self):
        self.press(ladder.send_back, self.report, text="请补充。", by=self.by(*self.seats()))

    def study(self):
        due_at = self.at + [HOUR, 24 * HOUR, 96 * HOUR][self.n % 3]
        self.press(ladder.study, self.report, text="请示上级。", due_at=due_at, by=self.by(*self.seats()))

    def resubmit(self):
        by = self.by(self.b.clerk_a, self.b.reviewer)
        self.press(reports.resubmit, self.report, reasons="补充。", basis_text="依据。", reply="已补。", by=by)

    # 不变量 ---------------------------------------------------------------

    @invariant()
    def all_holds_together(self):
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for case in Case.objects.filter(pk__in=self.cases):
            invariants.check_case(case)
        for report in Report.objects.filter(case__in=self.cases).select_related("case"):
            invariants.check_report(report)
        for model in (Precedent, RegisterEntry):
            for row in model.objects.all():
                assert first_break(Entry.objects.about(row)) == ""


H = Hall
CASE_DEEDS = {
    "received": [H.settle_materials, H.settle_materials, H.settle_materials, H.sign_pledge, H.check, H.accept, H.notify,
                 H.file, H.file, H.file, H.refuse, H.withdraw],
    "correcting": [H.supplement, H.supplement, H.supplement, H.sign_pledge, H.lapse, H.file, H.refuse, H.withdraw],
    "accepted": [H.begin_review, H.begin_review, H.begin_review, H.grant_on_the_spot, H.bring_deferred, H.file,
                 H.file, H.refuse, H.withdraw, H.start_procedure, H.go_on_with_procedures, H.extend],
    "reviewing": [H.give_opinion, H.give_opinion, H.give_opinion, H.bring_deferred, H.file, H.withdraw,
                  H.start_procedure, H.go_on_with_procedures, H.go_on_with_procedures, H.extend],
    "reviewed": [H.grant, H.grant, H.grant, H.take_back_pledge, H.bring_deferred, H.file, H.file, H.refuse, H.withdraw,
                 H.start_procedure, H.go_on_with_procedures, H.go_on_with_procedures, H.extend],
    "granted": [H.deliver, H.post, H.follow_pledge, H.follow_pledge, H.withdraw],
    "refused": [H.read, H.deliver, H.post, H.withdraw], "not_accepted": [H.read, H.deliver, H.receive],
    "delivered": [H.read, H.follow_pledge, H.close], "closed": [H.follow_pledge, H.receive],
}  # fmt: skip
LADDER_DEEDS = {
    "with_chief": [H.refer_up, H.both_refer_up, H.both_refer_up, H.overturn, H.send_back, H.study, H.sanction],
    "with_deputy": [H.sanction, H.overturn, H.send_back, H.study, H.refer_up],
    "with_director": [H.sanction, H.overturn, H.send_back, H.study],
    "returned": [H.resubmit, H.resubmit, H.withdraw], "studying": [H.sanction, H.overturn, H.send_back, H.refer_up],
}  # fmt: skip


@pytest.fixture
def b(bureau):
    """两个事项:一般的(法定加承诺)和即办的。"""
    instant = casework.item_with_guide(
        bureau, "instant", handling="1", statutory_value=None, statutory_unit="", statutory_basis="",
        promised_value=None, promised_unit="", promised_basis="",
    ).guide  # fmt: skip
    told = {"special_procedures": [ADVICE, EXPERTS, HEARING, PUBLICITY], "informed_commitment": True}
    built = casework.item_with_guide(bureau, **told)
    pledging.terms(built)
    built.instant_guide = instant
    return built


def test_nothing_anyone_presses_breaks_the_house(b):
    assert Post.objects.deputy_for(b.orgs) and Post.objects.director_of(b.agency)
    Hall.b = b
    run_state_machine_as_test(
        Hall,
        settings=settings(
            max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None, database=None,
            derandomize=PROFILE == "short", phases=PHASES, suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
