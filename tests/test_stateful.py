"""随便什么人、随便什么时候、随便按什么:办件、报告和时钟永远对得上。

Hypothesis 一步步乱走:收件、告知、补正、受理、审查、提请、审定、退回、研究、否定、撤回,人会离岗,时间向前,
清扫有时很久不来。每走一步都核对全部不变量(quality.md 的 I1、I2、I5、I7、I8)。
平日走得短;HYPOTHESIS_PROFILE=long 走得长(约十分钟)。
"""

import contextlib
import datetime
import os
from collections import Counter

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
from approvals.actions import correction, decision, intake, review
from approvals.actions import deadlines as case_deadlines
from approvals.models import Case
from approvals.models import Clock as CaseClock
from denials.actions import deadlines, ladder, register, reports, sheets
from denials.models import Clock, Lateness, Precedent, Reading, RegisterEntry, Report, Turn
from denials.states import OPEN, Rung
from office.journal.models import Entry
from office.journal.rules import first_break
from office.stateful import pairs_of
from office.steps import NotNow
from tests import casework
from tests.casework import HOUR

pytestmark = pytest.mark.slow

PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "short")
EXAMPLES, STEPS = {"short": (25, 30), "long": (400, 60)}[PROFILE]
# 缩小反例要好几分钟:平日只报第一个,要缩小就用 long
PHASES = [Phase.generate] + [Phase.shrink] * (PROFILE == "long")
NO = (NotNow, PermissionDenied, posts.OverlappingAbsence)
SECOND = datetime.timedelta(seconds=1)

WAITS = [SECOND, HOUR, 4 * HOUR, 12 * HOUR, 48 * HOUR, 240 * HOUR, 1000 * HOUR]
RIGHT = st.integers(0, 5).map(bool)  # 六回里五回找对人、按对时候
N = st.integers(0, 999)
CHIEFS_EFFECTS = {"chief": "pass_over_chief", "deputy": "pass_over_deputy"}


def since(verb, about):
    return [line for line in Entry.objects.about(about) if line.verb.endswith(f".{verb}")]


class Hall(RuleBasedStateMachine):
    """一个例子:一到两件申请,一路走到哪算哪,走完整个回滚。"""

    b = None  # 测试函数备好的局

    @initialize(instant=st.booleans())
    def open_the_day(self, instant):
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        b = self.b
        self.at = b.at
        self.guide = b.instant_guide if instant else b.guide
        self.staff = [b.clerk_a, b.clerk_b, b.approval_chief, b.approval_chief_b, b.chief, b.chief_b, b.reviewer,
                      b.deputy, b.deputy_b, b.director]  # fmt: skip
        self.people = [*self.staff, b.auditor, b.citizen, b.other_citizen, b.stranger]
        self.cases = []
        self.chosen = 1
        self.receive()

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
            check_path(case, Case)
            check_case_clocks(case)
            check_case_effects(case)
            check_refusal(case)
        for report in Report.objects.filter(case__in=self.cases).select_related("case"):
            check_path(report, Report)
            check_report_clocks(report)
            check_turns(report)
            check_report_effects(report)
        for model in (Precedent, RegisterEntry):
            for row in model.objects.all():
                assert first_break(Entry.objects.about(row)) == ""


H = Hall
CASE_DEEDS = {
    "received": [H.settle_materials, H.settle_materials, H.settle_materials, H.check, H.accept, H.notify, H.file,
                 H.file, H.file, H.refuse, H.withdraw],
    "correcting": [H.supplement, H.supplement, H.supplement, H.lapse, H.file, H.refuse, H.withdraw],
    "accepted": [H.begin_review, H.begin_review, H.begin_review, H.grant_on_the_spot, H.bring_deferred, H.file,
                 H.file, H.refuse, H.withdraw],
    "reviewing": [H.give_opinion, H.give_opinion, H.give_opinion, H.bring_deferred, H.file, H.withdraw],
    "reviewed": [H.grant, H.grant, H.grant, H.bring_deferred, H.file, H.file, H.refuse, H.withdraw],
    "granted": [H.deliver, H.withdraw], "refused": [H.read, H.deliver, H.withdraw],
    "not_accepted": [H.read, H.deliver, H.receive], "delivered": [H.read, H.close],
}  # fmt: skip
LADDER_DEEDS = {
    "with_chief": [H.refer_up, H.both_refer_up, H.both_refer_up, H.overturn, H.send_back, H.study, H.sanction],
    "with_deputy": [H.sanction, H.overturn, H.send_back, H.study, H.refer_up],
    "with_director": [H.sanction, H.overturn, H.send_back, H.study],
    "returned": [H.resubmit, H.resubmit, H.withdraw], "studying": [H.sanction, H.overturn, H.send_back, H.refer_up],
}  # fmt: skip


def check_path(instance, model):
    """I5、I8:每次改变恰有一行日志,连起来是状态机的一条路,链完好。"""
    lines = list(Entry.objects.about(instance))
    assert first_break(lines) == ""
    state = model._meta.get_field("state").get_default()
    assert (lines[0].before, lines[0].after) == ("", state)
    for line in lines[1:]:
        assert line.before == state, f"{line}: 接在 {state} 之后"
        stays = line.after == line.before
        assert stays or (line.before, line.after) in pairs_of(model), f"{line}: 没有这一步"
        state = line.after
    assert state == instance.state


def check_clock(clock):
    """I1、I2:不早;晚了的必定处理过;处理过的没有第二次。"""
    if clock.fired_at:
        assert clock.fired_at >= clock.due_at, f"{clock} 到期之前就处理了"
    assert clock.failures == 0, clock.last_error
    if clock.ended_at and clock.ended_at >= clock.due_at:
        assert clock.late


def check_case_clocks(case):
    """I7:等着的办件恰有它该有的时钟。"""
    running = sorted(clock.kind for clock in case.clocks.running())
    deferred = [f"deferred:{row.material.key}" for row in case.materials.filter(verdict="deferred")]
    limits = ["promised"] + ["statutory"] * bool(case.guide.statutory_value)
    expected = {
        "received": ["notice"], "correcting": ["supplement"], "granted": ["delivery"], "refused": ["delivery"],
        "not_accepted": ["delivery"],
    } | dict.fromkeys(["accepted", "reviewing", "reviewed"], sorted(deferred + limits))  # fmt: skip
    assert running == expected.get(case.state, []), f"{case.state}:{running}"


def check_case_effects(case):
    """I1:到期的每一个恰有一次作用,人动手之前到期的也一样。"""
    clocks = list(case.clocks.all())
    for clock in clocks:
        check_clock(clock)
        assert not clock.ended_at or not clock.late or clock.fired_at, f"{clock.kind} 逾期了却没有处理"
    fired = Counter((clock.kind, clock.due_at) for clock in clocks if clock.fired_at)
    told = Counter()
    for line in Entry.objects.about(case):
        if line.verb.startswith("approvals.clock."):
            told[line.facts["kind"], datetime.datetime.fromisoformat(line.facts["due_at"])] += 1
        elif line.verb == "approvals.case.deem_accepted":
            told["notice", next(c.due_at for c in clocks if c.kind == "notice" and c.fired_at == line.at)] += 1
    assert told == fired
    flagged = Counter((flag.kind.partition(":")[0], flag.due_at) for flag in case.flags.all())
    shown = {"notice": "deemed"}
    names = Counter({(shown.get(kind.partition(":")[0], kind.partition(":")[0]), due): n
                     for (kind, due), n in fired.items() if kind != "supplement"})  # fmt: skip
    assert flagged == names
    assert not (case.accepted_at and case.deemed) or ("notice" in {kind for kind, _ in fired})


def check_refusal(case):
    """说了“不”的:依据是真的,报备了,只报备一次。"""
    entries = RegisterEntry.objects.filter(case=case)
    if case.outcome not in ("refused", "not_accepted"):
        assert not entries.exists() and case.ground is None
        return
    entry, ground = entries.get(), case.ground
    assert entry.ground == ground and Reading.objects.filter(entry=entry).count() == 3
    if ground.kind == "rule":
        assert ground.basis.guide_id == case.guide_id
    elif ground.kind == "precedent":
        assert Precedent.objects.get(code=ground.reference).holding == "refuse"
    else:
        report = Report.objects.get(number=ground.reference)
        assert report.case == case and report.state == "sanctioned" and entry.report == report
        assert report.turns.filter(rung__in=["deputy", "director"], verdict="sanction", by=report.decided_by).exists()


def check_report_clocks(report):
    """I7:没定的报告恰有那一级的时钟;办件停手恰好等于有没定的报告。"""
    running = {clock.kind for clock in report.clocks.running()}
    expected = {
        "with_chief": [{"chief", "answer"}], "with_deputy": [{"deputy", "answer"}],
        "with_director": [{"answer"}, {"promise"}], "returned": [{"answer"}, {"promise"}],
        "studying": [{"study"}] if report.stands_with != Rung.CHIEF else [{"study", "answer"}],
    }.get(report.state, [set()])  # fmt: skip
    assert running in expected, f"{report.state}:{running}"
    if report.case.held_at is not None:
        assert Report.objects.open().filter(case=report.case).count() == 1
    elif report.state in OPEN:
        assert report.case.state == "withdrawn"  # 等清扫失效


def check_turns(report):
    """谁的轮次开着:每级恰好该有的那几席。"""
    open_turns = [turn.rung for turn in report.turns.open()]
    rung = {"with_chief": "chief", "with_deputy": "deputy", "with_director": "director", "returned": "clerk",
            "studying": report.stands_with}.get(report.state)  # fmt: skip
    if rung == Rung.CHIEF and report.state == "with_chief":
        assert 1 <= len(open_turns) <= 2 and set(open_turns) == {Rung.CHIEF}
    else:
        assert open_turns == [rung] * bool(rung), f"{report.state}:{open_turns}"


def check_report_effects(report):
    """I1:到点的恰好上移一次,逾期记在那一级;还没轮完就审定的没有逾期。"""
    clocks = list(report.clocks.all())
    lines = list(Entry.objects.about(report))
    for clock in clocks:
        check_clock(clock)
        # 办件已撤回的、同一刻已经转到局长的,不必再逐级上移
        moot = any(line.at == clock.ended_at and line.verb.endswith((".lapse", ".miss_answer")) for line in lines)
        assert not clock.ended_at or not clock.late or clock.fired_at or moot, f"{clock.kind} 逾期了却没有处理"
    fired = Counter(
        (CHIEFS_EFFECTS.get(clock.kind, "miss_answer"), clock.fired_at) for clock in clocks if clock.fired_at
    )
    moved = Counter((line.verb.rpartition(".")[2], line.at) for line in lines if "pass_over" in line.verb
                    or line.verb.endswith("miss_answer"))  # fmt: skip
    assert moved == fired
    silent = Turn.objects.filter(report=report, verdict="silent").count()
    assert Lateness.objects.filter(report=report).count() == silent
    assert bool(silent) == bool(fired)


@pytest.fixture
def b(bureau):
    """两个事项:一般的(法定加承诺)和即办的。"""
    instant = casework.item_with_guide(
        bureau, "instant", handling="1", statutory_value=None, statutory_unit="", statutory_basis="",
        promised_value=None, promised_unit="", promised_basis="",
    ).guide  # fmt: skip
    built = casework.item_with_guide(bureau)
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
