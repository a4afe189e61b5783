"""到时没有动静：上交一级，记下误的是谁。首问的协调与办件的询问共用。"""

import datetime
from typing import Any

from agencies.models import Post, User
from office import clocks
from office.journal import actions as journal
from office.steps import take


def climb_or_note(subject: Any, clock: clocks.Clock, *, then: str, at: datetime.datetime) -> None:
    """上面有人就上交：原来的钟记为逾期停下，上一级重新起一个 then；上面没有人了，只记一笔。"""
    system, above = User.objects.system(), subject.above(at)
    if above is None:
        note(subject, clock, by=system, at=at)
        return
    rung, owner = above
    clock.stop(at)
    clock.save(update_fields=["ended_at", "late"])
    take(subject, "climb", by=system, at=at, rung=rung, owner=owner, kind=clock.kind)
    clocks.start(subject, then, subject.term(then, at=at, facts={}), at=at)


def note(subject: Any, clock: clocks.Clock, *, by: User, at: datetime.datetime) -> None:
    """记一笔：这个期限到了，没有做到。"""
    journal.record(
        f"{subject._meta.label_lower}.{clock.kind}_due",
        about=subject, by=by, at=at, before=subject.state, after=subject.state, facts={"due_at": clock.due_at},
    )  # fmt: skip


def chief_of(subject: Any, at: datetime.datetime) -> list[User]:
    """管这个单位的科室负责人，此刻有职责的；没有人就是空的。"""
    place = subject.place_of_chief()
    post = Post.objects.chief_of(place) if place else None
    standing = post.holder_at(at) if post else None
    return [standing.user] if standing else []
