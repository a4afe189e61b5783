"""整改的到期处理:没有动静就上交一级。"""

import datetime

from django.db import transaction

from agencies.models import User
from office import clocks
from office.journal import actions as journal
from office.papers.words import term_words
from office.steps import take
from supervision.actions import telling
from supervision.models import Clock, Task
from supervision.states import Rung


def sweep(*, at: datetime.datetime, limit: int = 1000) -> int:
    """到期处理:返回处理了几个。两个清扫同时跑、中途被杀、晚一天跑,结果一样。"""
    return clocks.sweep(Clock, fire, at=at, limit=limit)


def settle(task: Task, *, at: datetime.datetime) -> None:
    """人动手之前,先把这件已经到期的结清(同一把锁里)。在事务里调用。"""
    with transaction.atomic():
        task.lock()
        clocks.sweep(Clock, fire, at=at, only=task)
        task.lock()


def fire(clock: Clock, *, at: datetime.datetime) -> None:
    """一个期限到了:先科室负责人,再分管副局长;再往上没有人了,就再催一次现在的督办人。"""
    task, system = clock.task, User.objects.system()
    late = task.owner
    above = _next(task, at)
    if above is None:
        journal.record(
            f"supervision.clock.{clock.kind}_due",
            about=task, by=system, at=at, before=task.state, after=task.state, facts={"due_at": clock.due_at},
        )  # fmt: skip
    else:
        rung, owner = above
        take(task, "climb", by=system, at=at, rung=rung, owner=owner, kind=clock.kind)
    body = f"“{clock.label}”的期限（{term_words(clock.value, clock.unit)}）已过，没有办完。"
    subject = f"差评整改逾期：{clock.label}"
    telling.tell(task, [task.owner, late, task.responsible], "rating.late", subject, by=system, at=at, body=body)


def _next(task: Task, at: datetime.datetime) -> tuple[int, User] | None:
    """上面一级此刻有职责的人;岗位空缺或就是现在这个人的,再上一级。"""
    for rung in Rung:
        if rung <= task.rung:
            continue
        post = task.post_over(rung)
        standing = post.holder_at(at) if post else None
        if standing and standing.user != task.owner:
            return rung, standing.user
    return None
