"""联办件的进程：其中一件走了一步，联办件跟上；联办时限到期，亮给牵头单位。

锁的次序：先办件，后联办件；拿着联办件的锁不再去锁办件，所以几件同时动也不会互相等死。
"""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager

from django.db.models import QuerySet

from agencies.models import Post, User
from approvals.actions import telling
from approvals.models import Case, Draft, Joint, JointClock, Procedure
from approvals.rules import joints as rules
from approvals.states import JointState
from office import clocks
from office.journal import actions as journal
from office.steps import NotNow, take


def follow(case: Case, *, by: User, at: datetime.datetime) -> None:
    """跟进：在办件那一步的事务里调用，办件已锁住；不是联办的什么也不做。别的办件和它们的时钟不动。"""
    if case.joint_id is None:
        return
    joint = Joint.objects.get(pk=case.joint_id)
    joint.lock()
    bring_up(joint, by=by, at=at)


def lock_branches(case: Case) -> list[Case]:
    """联办的一件：按先后锁住各件（几个人同时动共用的材料也不会互相等死），返回另外几件；不是联办的没有。"""
    if case.joint_id is None:
        return []
    rows = Case.objects.filter(joint=case.joint_id).order_by("pk").select_for_update(no_key=True)
    return [row for row in rows if row.pk != case.pk]


def bring_up(joint: Joint, *, by: User, at: datetime.datetime) -> None:
    """照各个办件此刻的样子，起、停、续联办时限，都有结果就收尾。调用者已锁住联办件。"""
    branches = list(joint.branches.all())
    since = rules.begins_at(branches)
    if joint.state == JointState.RUNNING and joint.begun_at is None and since is not None:
        take(joint, "begin", by=by, at=at, since=since)
    if joint.state == JointState.RUNNING and joint.begun_at is not None:
        _pause_or_run(joint, branches, by=by, at=at)
    if joint.state == JointState.RUNNING and rules.all_decided(branches, waiting_of(joint).count()):
        take(joint, "conclude", by=by, at=at)
        if rules.something_to_collect(branches):
            body = f"联办 {joint.number} 的各个事项都有结果了，请到{joint.window.name}一次领取，或者按您选的方式送达。"
            telling.tell_applicant(joint, "joint.decided", "这件事都有结果了", body, by=by, at=at)
    if joint.state == JointState.DECIDED and rules.all_over(branches):
        take(joint, "end", by=by, at=at)


def waiting_of(joint: Joint) -> QuerySet[Draft]:
    """等前一步办成才收件的那几份。"""
    return Draft.objects.open().filter(joint__joint=joint)


@contextmanager
def withdrawn_as_one(joint: Joint, *, by: User, at: datetime.datetime) -> Iterator[None]:
    """各件在里面一件一件撤回：先把等前一步的几份放下，完了合起来记一笔、告诉一次。在事务里、各件已锁住时用。

    Raises: NotNow(锁住以前又收了一件)。
    """
    known = dict(joint.branches.values_list("pk", "state"))
    joint.lock()
    if known != dict(joint.branches.values_list("pk", "state")):
        raise NotNow("刚有一个事项变了，请照现在的再看一遍。")
    dropped = drop_waiting(joint, at=at)
    yield
    joint.lock()
    bring_up(joint, by=by, at=at)
    rows = list(joint.branches.select_related("guide").order_by("pk"))
    gone = [case.guide.name for case in rows if case.state != known[case.pk]] + dropped
    kept = [f"{case.guide.name}（{rules.stays(case)[:-1]}）" for case in rows if case.state == known[case.pk]]
    verb, state = "approvals.joint.withdraw", joint.state
    journal.record(verb, about=joint, by=by, at=at, before=state, after=state, facts={"items": gone, "kept": kept})
    body = f"联办 {joint.number} 已按您的申请撤回：{'、'.join(gone)}。"
    body += f"没有撤回的：{'；'.join(kept)}。" if kept else ""
    telling.tell_applicant(joint, "case.withdrawn", "申请已撤回", body, by=by, at=at)


def drop_waiting(joint: Joint, *, at: datetime.datetime) -> list[str]:
    """等前一步的几份不收了：各留下删除的时间，内容到保存期满再清。返回各是什么事项。调用者已锁住联办件。"""
    rows = list(waiting_of(joint).select_for_update(of=("self",)).select_related("guide").order_by("step", "pk"))
    for row in rows:
        row.discarded_at = at
        row.save(update_fields=["discarded_at"])
    return [row.guide.name for row in rows]


def _pause_or_run(joint: Joint, branches: list[Case], *, by: User, at: datetime.datetime) -> None:
    clock = joint.clocks.running().first()
    if clock is None:
        return
    running = Procedure.objects.running().excluded().filter(case__in=branches)
    still = rules.stands_still(set(running.values_list("case", flat=True)), branches)
    if still and clock.paused_at is None:
        take(joint, "hold_clock", by=by, at=at)
    elif not still and clock.paused_at is not None:
        take(joint, "run_clock", by=by, at=at)


# 到期 -----------------------------------------------------------------


def sweep(*, at: datetime.datetime, limit: int = 1000) -> int:
    """联办时限到期：返回处理了几个。"""
    return clocks.sweep(JointClock, fire, at=at, limit=limit)


def fire(clock: JointClock, *, at: datetime.datetime) -> None:
    """超过联办时限：记一笔，督办牵头单位的负责人和分管副局长；各个办件自己的期限不受影响。"""
    joint, system = clock.joint, User.objects.system()
    journal.record(
        "approvals.joint.limit_due", about=joint, by=system, at=at, before=joint.state, after=joint.state,
        facts={"due_at": clock.due_at},
    )  # fmt: skip
    subject = f"督办：联办 {joint.number} 超过联办时限"
    body = f"期限为{clock.value}{clock.get_unit_display()}({clock.basis})，还有事项没有结果，请牵头单位协调。"
    telling.tell_staff(joint, leaders_of(joint, at), "joint.flag", subject, body, by=system, at=at)


def leaders_of(joint: Joint, at: datetime.datetime) -> list[User]:
    """牵头单位的负责人和分管副局长，此刻有职责的。"""
    posts = [Post.objects.chief_of(joint.lead), Post.objects.deputy_for(joint.lead)]
    standings = [post.holder_at(at) for post in posts if post]
    return [standing.user for standing in standings if standing]
