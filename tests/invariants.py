"""任何时候都成立的事(quality.md 的 I1、I2、I5、I7、I8),一件办件、一份报告地核对。"""

import datetime
from collections import Counter

from approvals.states import PLEDGE_WAITING
from denials.models import Lateness, Precedent, Reading, RegisterEntry, Report, Turn
from denials.states import OPEN, Rung
from office.journal.models import Entry
from office.journal.rules import first_break
from office.stateful import pairs_of

EFFECTS = {"chief": "pass_over_chief", "deputy": "pass_over_deputy"}


def check_case(case, readers=3):
    """readers 是不予许可的报备该有几个人看：科长、分管、局长；没有设这些岗位的小局另说。"""
    check_path(case)
    check_case_clocks(case)
    check_case_effects(case)
    check_refusal(case, readers)


def check_report(report):
    check_path(report)
    check_report_clocks(report)
    check_turns(report)
    check_report_effects(report)


def check_path(instance):
    """I5、I8:每次改变恰有一行日志,连起来是状态机的一条路,链完好。"""
    lines, model = list(Entry.objects.about(instance)), type(instance)
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
    if clock.ended_at and (clock.paused_at or clock.ended_at) >= clock.due_at:
        assert clock.late


def check_case_clocks(case):
    """I7:等着的办件恰有它该有的时钟。"""
    running = sorted(clock.kind for clock in case.clocks.running() if not clock.kind.startswith("remind:"))
    deferred = [f"deferred:{row.material.key}" for row in case.materials.filter(verdict="deferred")]
    limits = ["promised"] + ["statutory"] * bool(case.guide.statutory_value)
    expected = {
        "received": ["notice"], "correcting": ["supplement"], "granted": ["delivery"], "refused": ["delivery"],
        "not_accepted": ["delivery"],
    } | dict.fromkeys(["accepted", "reviewing", "reviewed"], sorted(deferred + limits))  # fmt: skip
    wanted = sorted(expected.get(case.state, []) + special_clocks(case))
    assert running == wanted, f"{case.state}:{running}"


HEARD = {"told": ["hearing_request"], "requested": ["hearing_hold"], "scheduled": ["hearing_hold"]}


def special_clocks(case):
    """进行中的特别程序各有自己的时钟；有不计入的在走，法定与承诺时限就停着，没有就不停。"""
    found = list(case.procedures.filter(state="running"))
    assert case.procedures_running == len(found)
    paused = {clock.kind for clock in case.clocks.running() if clock.paused_at}
    limits = {clock.kind for clock in case.clocks.running()} & {"statutory", "promised"}
    assert paused == (limits if any(not one.counted for one in found) else set())
    assert not case.extensions.filter(state="asked").exists() or case.state in ("accepted", "reviewing", "reviewed")
    hearings = [HEARD.get(one.hearing.state, []) for one in found if one.kind == "hearing"]
    checked = case.pledges.filter(state__in=PLEDGE_WAITING).select_related("case_material__material")
    pledged = [f"pledge:{one.case_material.material.key}" for one in checked]
    return pledged + [f"procedure:{one.key}" for one in found] + [kind for kinds in hearings for kind in kinds]


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
    shown = {"notice": "deemed", "hearing_hold": "hearing"}
    quiet = {(p.clock.kind, p.clock.due_at) for p in case.procedures.filter(result__startswith="公示期满")}
    quiet |= {(clock.kind, pledge.mend_due_at) for pledge in case.pledges.all() for clock in clocks}
    names = Counter({(shown.get(kind.partition(":")[0], kind.partition(":")[0]), due): n
                     for (kind, due), n in fired.items()
                     if kind not in ("supplement", "hearing_request") and (kind, due) not in quiet})  # fmt: skip
    assert flagged == names
    assert not (case.accepted_at and case.deemed) or ("notice" in {kind for kind, _ in fired})


def check_refusal(case, readers):
    """说了“不”的:依据是真的,报备了,只报备一次。"""
    entries = RegisterEntry.objects.filter(case=case)
    if case.outcome not in ("refused", "not_accepted"):
        assert not entries.exists() and case.ground is None
        return
    entry, ground = entries.get(), case.ground
    assert entry.ground == ground and Reading.objects.filter(entry=entry).count() == readers
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
    fired = Counter((EFFECTS.get(clock.kind, "miss_answer"), clock.fired_at) for clock in clocks if clock.fired_at)
    moved = Counter((line.verb.rpartition(".")[2], line.at) for line in lines if "pass_over" in line.verb
                    or line.verb.endswith("miss_answer"))  # fmt: skip
    assert moved == fired
    silent = Turn.objects.filter(report=report, verdict="silent").count()
    assert Lateness.objects.filter(report=report).count() == silent
    assert bool(silent) == bool(fired)
