"""提醒梯子上的人,告知申请人。"""

import datetime
from collections.abc import Iterable, Sequence

from agencies.models import Holding, Post, User
from approvals.actions.telling import tell_applicant
from denials.models import RegisterEntry, Report, Turn
from office.notices import actions as notices
from office.papers.words import moment_words

__all__ = ["tell_applicant", "tell_clerk", "tell_holders", "tell_posts"]

THEN = {
    "chief": "到点未审，自动上报分管副局长",
    "deputy": "到点未定，自动转局长",
    "director": "到点未定，将告知申请人新的答复时间并记为逾期",
}


def tell_holders(turns: Sequence[Turn], *, by: User, at: datetime.datetime) -> None:
    """轮到谁就提醒谁:此刻有职责的人。没有人在岗时不提醒,钟照走。"""
    standings = Holding.objects.standings_of({turn.post_id for turn in turns if turn.post_id}, at)
    for turn in turns:
        if turn.post_id and (standing := standings.get(turn.post_id)):
            report, until = turn.report, moment_words(turn.due_at)
            body = f"{report.matter}({report.applicant_name})。请在{until}前处理；{THEN[turn.rung]}。"
            _queue(report, standing.user, "denials.your_turn", f"请审定：{report.number}", body, by=by, at=at)


def tell_clerk(report: Report, subject: str, body: str, *, by: User, at: datetime.datetime) -> None:
    _queue(report, report.clerk, "denials.to_clerk", subject, body, by=by, at=at)


def _queue(report: Report, to: User, kind: str, subject: str, body: str, *, by: User, at: datetime.datetime) -> None:
    notices.queue(kind, about=report, to=to, channel="inbox", subject=subject, body=body, responsible=to, by=by, at=at)


def tell_posts(
    posts: Iterable[Post], about: RegisterEntry, kind: str, subject: str, body: str, *, by: User,
    at: datetime.datetime, also: Iterable[User] = (),
) -> None:  # fmt: skip
    """告诉这几个岗此刻值守的人，和另外几个人：一人一条。"""
    holders = [standing.user for post in posts if (standing := post.holder_at(at))]
    for user in {user.pk: user for user in [*holders, *also]}.values():
        notices.queue(
            kind, about=about, to=user, channel="inbox", subject=f"{subject}：{about.number}", body=body,
            responsible=user, by=by, at=at,
        )  # fmt: skip
