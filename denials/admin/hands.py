"""在谁手里:一轮值守用话说出来——哪一级、谁(B 岗代 A 岗写明)、还剩多久、到点怎样。"""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from agencies.models import Holding, User
from agencies.models.post import Standing
from denials.models import Report, Turn
from denials.states import ReportState, Rung
from office.papers.words import full_width

NOBODY = "此刻无人在岗"
LATE_AT_THE_TOP = "告知申请人新的答复时间，逾期记在局长名下"


@dataclass(frozen=True)
class Hand:
    """一轮值守此刻的样子;started_at 到 provisional 给时钟组件读。"""

    label: str
    who: str
    then: str
    started_at: datetime.datetime
    due_at: datetime.datetime
    paused_at: datetime.datetime | None = None
    ended_at: datetime.datetime | None = None
    provisional: bool = False


def hands(
    report: Report, turns: Iterable[Turn], standings: Mapping[int, Standing], at: datetime.datetime
) -> list[Hand]:
    """还开着的各轮;同一级的两席(审批科、业务科室)期限相同,合成一句。turns 与 standings 由页面一次取齐。"""
    seats: dict[tuple[str, datetime.datetime], list[Turn]] = {}
    for turn in turns:
        if turn.closed_at is None:
            seats.setdefault((turn.rung, turn.due_at), []).append(turn)
    return [
        Hand(
            label_of(report, same[0]),
            "；".join(who(report, turn, standings) for turn in same),
            f"{'到点' if at < due_at else '按规定'}{then(report, same[0])}",
            same[0].opened_at,
            due_at,
        )
        for (_rung, due_at), same in seats.items()
    ]


def label_of(report: Report, turn: Turn) -> str:
    doing = "研究" if report.state == ReportState.STUDYING else ""
    return f"{turn.get_rung_display()}{doing}"


def who(report: Report, turn: Turn, standings: Mapping[int, Standing]) -> str:
    if turn.rung == Rung.CLERK:
        return f"{report.clerk}（{report.unit}）"
    standing = standings.get(turn.post_id or 0)
    return str(full_width(f"{turn.post or '岗位空缺'} {standing.describe() if standing else NOBODY}"))


def then(report: Report, turn: Turn) -> str:
    """到点会怎样。"""
    if turn.rung == Rung.DIRECTOR:
        return LATE_AT_THE_TOP
    if turn.rung == Rung.CHIEF and report.state == ReportState.WITH_CHIEF and report.deputy_post_id:
        return "转分管副局长"
    return "转局长"


def standings(turns: Iterable[Turn], at: datetime.datetime, *, seen_by: User) -> dict[int, Standing]:
    """还开着的各轮,岗位此刻由谁行使职责,一次问齐;都是看的人自己的岗,页头已经问过了。"""
    posts = {turn.post_id for turn in turns if turn.post_id and turn.closed_at is None}
    known = seen_by.standings_around(at)
    return known if posts <= known.keys() else Holding.objects.standings_of(posts, at)
