"""任何时候都成立的事(quality.md 的 I1、I2、I5、I7、I8),一件办件、一份报告、一件联办地核对。"""

import datetime
from collections import Counter

from agencies.models import Post
from approvals.actions import joint_course
from approvals.models import Case, Clock, Draft, PriorCertificate, Procedure, Transfer
from approvals.rules import joints
from approvals.states import PLEDGE_WAITING, WAITING
from denials.models import Lateness, Precedent, Reading, RegisterEntry, Report, Turn
from denials.states import OPEN, Rung
from office.journal.models import Entry
from office.journal.rules import first_break
from office.stateful import pairs_of
from tests import invariants_decided

NEVER_LATE = ("remind:", "expiry:", "public_notice:")  # 提醒、公告的三十日：到期就是到期，没有人误了它
# 到期只提醒、不亮牌
QUIET = ("supplement", "hearing_request", "remind", "expiry", "retraction_hear", "retraction_mend")
SHOWN = {
    "notice": "deemed", "hearing_hold": "hearing", "revoked": "delivery", "set_aside": "delivery",
    "retraction_serve": "delivery", "retraction_decide": "retraction",
}  # fmt: skip
# 再次告知是记差错；监管签收、双公示、移交是它们自己的时钟
ELSEWHERE = ("second", "supervision", "disclosure", "transit")
EFFECTS = {"chief": "pass_over_chief", "deputy": "pass_over_deputy"}


def check_case(case):
    lines = check_path(case)
    check_case_clocks(case, lines)
    check_case_effects(case, lines)
    check_refusal(case)
    check_slips(case)
    assert case.state not in WAITING or case.handler_id not in case.recused, f"{case} 由回避的人承办"
    invariants_decided.check(case, lines)
    for retraction in case.retractions.all():
        check_path(retraction)


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
    return lines


def check_clock(clock):
    """I1、I2:不早;晚了的必定处理过;处理过的没有第二次。"""
    if clock.fired_at:
        assert clock.fired_at >= clock.due_at, f"{clock} 到期之前就处理了"
    assert clock.failures == 0, clock.last_error
    if clock.ended_at and (clock.paused_at or clock.ended_at) >= clock.due_at:
        assert clock.late or clock.kind.startswith(NEVER_LATE) or waited_for_him(clock) or overtaken(clock)


def waited_for_him(clock) -> bool:
    """届满了而不视为准予延续(还等着他补正、原证照已经没有了)：时刻清空了，不是我们误的。"""
    return (
        clock.kind == "renewal"
        and PriorCertificate.objects.filter(case=clock.case, lapses_at=None, deemed_at=None).exists()
    )


def overtaken(clock) -> bool:
    """届满那一刻已经视为准予延续，以后才到的期限没有误。"""
    deemed = Clock.objects.filter(case__prior__deemed_at__isnull=False, kind="renewal", due_at__lte=clock.due_at)
    return isinstance(clock, Clock) and deemed.filter(case=clock.case_id, fired_at__isnull=False).exists()


def check_case_clocks(case, lines=None):
    """I7:等着的办件恰有它该有的时钟。"""
    running = sorted(clock.kind for clock in case.clocks.running() if not clock.kind.startswith(NEVER_LATE[:2]))
    rows = case.materials.filter(verdict="deferred")
    deferred = [f"{'look' if row.brought_at else 'deferred'}:{row.material.key}" for row in rows]
    limits = ["promised"] + ["statutory"] * bool(case.guide.statutory_value)
    expected = {
        "received": ["notice"], "correcting": ["supplement"], "granted": ["delivery"], "refused": ["delivery"],
        "not_accepted": ["delivery"], "terminated": ["delivery"], "lapsed": ["delivery"],
    } | dict.fromkeys(["accepted", "reviewing", "reviewed"], sorted(deferred + limits))  # fmt: skip
    own = invariants_decided.own_clocks(case, lines or list(Entry.objects.about(case)))
    wanted = sorted(expected.get(case.state, []) + special_clocks(case) + own)
    assert running == wanted, f"{case.state}:{running}，应当是{wanted}"


def served_by(delivery):
    """这一次送达走的是哪个时钟。"""
    if delivery.pledge:
        return f"revoked:{delivery.pledge.case_material.material.key}"
    return "retraction_serve" if delivery.retraction_id else "set_aside" if delivery.set_aside else "delivery"


HEARD = {"told": ["hearing_request"], "requested": ["hearing_hold"], "scheduled": ["hearing_hold"]}


def special_clocks(case):
    """进行中的特别程序各有自己的时钟；有不计入的在走，法定与承诺时限就停着，没有就不停。"""
    found = list(case.procedures.filter(state="running"))
    assert case.procedures_running == len(found)
    paused = {clock.kind for clock in case.clocks.running() if clock.paused_at}
    limits = {clock.kind for clock in case.clocks.running()} & {"statutory", "promised"}
    up = list(
        case.deliveries.filter(way="notice", result="").select_related("clock", "pledge__case_material__material")
    )
    still = {served_by(one) for one in up}
    assert paused == still | (limits if any(not one.counted for one in found) else set())
    assert not case.extensions.filter(state="asked").exists() or case.state in ("accepted", "reviewing", "reviewed")
    hearings = [HEARD.get(one.hearing.state, []) for one in found if one.kind == "hearing"]
    checked = case.pledges.filter(state__in=PLEDGE_WAITING).select_related("case_material__material")
    pledged = [f"pledge:{one.case_material.material.key}" for one in checked]
    revoked = case.pledges.filter(state="revoked", served_at=None).select_related("case_material__material")
    pledged += [f"revoked:{one.case_material.material.key}" for one in revoked]
    pledged += [one.clock.kind for one in up]
    return pledged + [f"procedure:{one.key}" for one in found] + [kind for kinds in hearings for kind in kinds]


def check_case_effects(case, lines):
    """I1:到期的每一个恰有一次作用,人动手之前到期的也一样。"""
    clocks = list(case.clocks.all())
    for clock in clocks:
        check_clock(clock)
        assert not clock.ended_at or not clock.late or clock.fired_at, f"{clock.kind} 逾期了却没有处理"
    for notice in case.deliveries.filter(way="notice").select_related("clock"):
        assert (notice.clock.fired_at is not None) == (notice.result == "received"), "公告期满就是送达，没有期满就不是"
    fired = Counter(
        (clock.kind, clock.due_at) for clock in clocks if clock.fired_at and not clock.kind.startswith("public_notice:")
    )
    told = Counter()
    for line in lines:
        if line.verb.startswith("approvals.clock."):
            told[line.facts["kind"], datetime.datetime.fromisoformat(line.facts["due_at"])] += 1
        elif line.verb == "approvals.case.deem_accepted":
            noticed = [c.due_at for c in clocks if c.kind == "notice" and c.fired_at == line.at]
            assert noticed or renewed(case), "没有到期，却视为受理"  # 届满时还没有受理的，视为受理、视为准予一起
            told.update(("notice", due_at) for due_at in noticed)
    assert told == fired
    flags = case.flags.exclude(kind__in=ELSEWHERE)
    flagged = Counter((flag.kind.partition(":")[0], flag.due_at) for flag in flags)
    quiet = {(p.clock.kind, p.clock.due_at) for p in case.procedures.filter(result__startswith="公示期满")}
    quiet |= {(clock.kind, pledge.mend_due_at) for pledge in case.pledges.all() for clock in clocks}
    names = Counter()
    for (kind, due), n in fired.items():
        word = kind.partition(":")[0]
        if word not in QUIET and (word != "renewal" or renewed(case)) and (kind, due) not in quiet:
            names[SHOWN.get(word, word), due] += n
    assert flagged == names
    assert not (case.accepted_at and case.deemed) or ("notice" in {kind for kind, _ in fired}) or renewed(case)


def renewed(case):
    """视为准予延续了。"""
    return bool(PriorCertificate.objects.filter(case=case).exclude(deemed_at=None).exists())


def readers_of(case):
    """报备该由谁阅知：承办科室负责人、分管副局长、局长，没有设的岗位没有。"""
    posts = Post.objects
    found = [posts.chief_of(case.section), posts.deputy_for(case.section), posts.director_of(case.agency)]
    return sum(post is not None for post in found)


def check_refusal(case):
    """说了“不”的:依据是真的,报备了,只报备一次。"""
    entries = RegisterEntry.objects.filter(case=case)
    if case.outcome not in ("refused", "not_accepted"):
        assert not entries.exists() and case.ground is None
        return
    entry, ground = entries.get(), case.ground
    assert entry.ground == ground and Reading.objects.filter(entry=entry).count() == readers_of(case)
    if ground.kind == "rule":
        assert ground.basis.guide_id == case.guide_id
    elif ground.kind == "precedent":
        assert Precedent.objects.get(code=ground.reference).holding == "refuse"
    else:
        report = Report.objects.get(number=ground.reference)
        assert report.case == case and report.state == "sanctioned" and entry.report == report
        assert report.turns.filter(rung__in=["deputy", "director"], verdict="sanction", by=report.decided_by).exists()


def check_slips(case):
    """征求意见单：轮到了、还没有答复的恰有一个时钟；到期恰好记一次，逾期以后答复的也在。"""
    for slip in case.slips.all():
        check_path(slip)
        clocks = list(slip.clocks.all())
        for clock in clocks:
            check_clock(clock)
        running = sum(clock.ended_at is None for clock in clocks)
        assert running == (slip.state in ("asked", "expired")), f"{slip}:{slip.state}，{running} 个时钟在走"
        late = [line for line in Entry.objects.about(slip) if line.verb.endswith(".expire")]
        assert len(late) == sum(clock.fired_at is not None for clock in clocks) == slip.late
        assert slip.state != "queued" or case.slips.filter(state="asked").exists(), "没有人在答，却还有人等着轮"


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
        deemed = PriorCertificate.objects.filter(case=report.case, deemed_at__isnull=False).exists()
        assert report.case.state == "withdrawn" or deemed, "等清扫失效"


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
    climbed = [line for line in lines if "pass_over" in line.verb or line.verb.endswith("miss_answer")]
    if report.deputy_post_id is None:  # 没有设分管副局长的，到了那一级当时就往上，不算逾期
        climbed = [line for line in climbed if not line.verb.endswith("pass_over_deputy")]
    moved = Counter((line.verb.rpartition(".")[2], line.at) for line in climbed)
    assert moved == fired
    silent = Turn.objects.filter(report=report, verdict="silent").count()
    assert Lateness.objects.filter(report=report).count() == silent
    assert bool(silent) == bool(fired)


def check_joint(joint):
    """联办时限：有一件受理了才走，还有没结果的才走，在办的都停了才停；到期恰好一次；状态是各件合起来的样子。"""
    check_path(joint)
    branches, waiting = list(joint.branches.all()), joint_course.waiting_of(joint).count()
    running = list(joint.clocks.running())
    decided = joints.all_decided(branches, waiting)
    assert joint.begun_at == joints.begins_at(branches) or (decided and joint.begun_at is None)
    assert len(running) == (joint.begun_at is not None and not decided), (joint.state, len(running))
    expected = "ended" if decided and joints.all_over(branches) else "decided" if decided else "running"
    assert joint.state == expected, f"{joint.state}，应当是 {expected}：{[case.state for case in branches]}"
    excluded = Procedure.objects.running().excluded().filter(case__in=branches).values_list("case", flat=True)
    for clock in running:
        assert (clock.paused_at is not None) == joints.stands_still(set(excluded), branches)
    told = Counter(Entry.objects.about(joint).values_list("verb", flat=True))
    fired = 0
    for clock in joint.clocks.all():
        check_clock(clock)
        fired += clock.fired_at is not None
    assert told["approvals.joint.limit_due"] == fired
    waits = {draft.guide.item_id for draft in Draft.objects.open().filter(joint__joint=joint).select_related("guide")}
    assert not waits & set(Case.objects.filter(joint=joint).values_list("item", flat=True)), "收了件还在等"


def check_moves(row):
    """移交、清单。移交随手就到的，头一笔就是那一步；其余同 check_path。"""
    first = Entry.objects.about(row).first()
    if first is None:
        assert isinstance(row, Transfer) and row.state == "waiting"
    elif first.before == "":
        check_path(row)
    else:
        assert (first.before, first.after) == ("waiting", "signed_in") == ("waiting", row.state)


def check_batch(batch):
    """签收完毕的清单：没有到的都记了差异，每条差异有责任人，处理了的写明怎样处理。"""
    check_moves(batch)
    if batch.state == "finished":
        left = batch.transfers.on_the_road()
        assert not left.exclude(differences__kind__in=["missing", "lost"]).exists(), "没有到的没有记差异"
    for one in batch.differences.all():
        assert (one.settled_at is None) == (one.settlement == "") and one.owner_id
