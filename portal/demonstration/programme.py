"""节目单:八十多出,三十个工作日,各种状态都有,有的逾期,有的此刻正在梯子上。"""

import datetime
from collections.abc import Callable, Iterator
from functools import partial

from approvals.models import Case
from catalog.states import Decider
from denials.actions import sheets
from portal.demonstration import (
    above,
    asking,
    ended,
    filing,
    handling,
    helping,
    joined,
    levels,
    people,
    pledged,
    powers,
    recalled,
    supervising,
    taken_back,
)
from portal.demonstration import procedures as special
from portal.demonstration import scripts as s
from portal.demonstration.people import Crowd
from portal.demonstration.stage import Days, Script, play

ORGS, CHANGE, SEAL, FUND = "orgs-found", "services-change", "orgs-seal", "charity-fundraising"
CHARITY, CARE, RELIEF, PLACE = "charity-recognise", "care-home-filing", "relief-subsistence", "places-name"
FUNERAL, ELDERLY = "funeral-facility-columbarium", "elderly-allowance"
# 办结了要归档的事项，和演示登记的保管期限
KEPT = {
    **dict.fromkeys((ORGS, CHANGE, CHARITY, PLACE, FUNERAL, "services-found"), "permanent"),
    **dict.fromkeys((SEAL, FUND, CARE, RELIEF, ELDERLY, "disability-living", "disability-nursing"), "30"),
    "places-certificate": "30",
}
SCORES = ("very_good", "good", "very_good", "fair", "bad")

Begin = Callable[[s.Play], Script]


def programme(days: Days) -> Iterator[tuple[str, Begin]]:
    """(事项, 戏)。"""
    for n, (code, ago) in enumerate(
        [(CHANGE, 29), (CHARITY, 28), (CHANGE, 27), (FUND, 26), (PLACE, 25), (ORGS, 24), (CHANGE, 22),
         (CHARITY, 20), (PLACE, 18), (RELIEF, 27), (RELIEF, 21)]
    ):  # fmt: skip
        yield code, partial(s.closed, ago=ago, score=SCORES[n % 5], online=n % 3 == 0)
    for n, (code, ago, clock) in enumerate(
        [(SEAL, 23, "09:05"), (CARE, 19, "10:20"), (SEAL, 15, "14:50"), (SEAL, 11, "09:45"), (CARE, 8, "15:30"),
         (SEAL, 5, "11:10"), (SEAL, 2, "09:25"), (SEAL, 1, "16:00")]
    ):  # fmt: skip
        yield code, partial(s.instant, ago=ago, clock=clock, score=SCORES[n % 4])
    yield CHANGE, partial(s.closed, ago=20, pace=4)
    yield PLACE, partial(s.reviewing, ago=24)
    yield CHANGE, partial(s.reviewing, ago=9)
    yield ORGS, partial(s.reviewing, ago=6)
    yield CHARITY, partial(s.reviewing, ago=4)
    yield CHANGE, partial(s.reviewing, ago=3, opinion="pass")
    yield FUND, partial(s.reviewing, ago=5, opinion="pass")
    yield RELIEF, partial(s.reviewing, ago=4, opinion="pass")
    for code, ago in [(ORGS, 3), (RELIEF, 2)]:
        yield code, partial(s.accepted, ago=ago)
    for code, ago in [(CHANGE, 14), (CHARITY, 12)]:
        yield code, partial(s.correcting, ago=ago, answered=True)
    for code, ago in [(ORGS, 4), (FUND, 2), (RELIEF, 3)]:
        yield code, partial(s.correcting, ago=ago)
    yield CHANGE, partial(s.correcting, ago=18)
    yield PLACE, partial(s.correcting, ago=22, ended=True)
    yield CHANGE, partial(s.received, ago=7, online=False)
    for code in (CHANGE, CHARITY, ORGS):
        yield code, partial(s.received, ago=1)
    yield CHANGE, partial(s.deferred, ago=1)
    for code, ago, delivered in [(CHANGE, 2, False), (CHARITY, 3, False), (CHANGE, 4, True)]:
        yield code, partial(s.decided, ago=ago, delivered=delivered)
    yield RELIEF, partial(special.published, ago=2)
    yield FUNERAL, partial(special.heard, ago=3)
    yield FUND, partial(special.inspected, ago=4)
    yield CHANGE, partial(special.extending, ago=2)
    yield CHANGE, partial(s.denied_after_review, ago=6)
    for ago in (13, 6):
        yield CHANGE, partial(s.withdrawn, ago=ago)
    for code, ago in [(ORGS, 17), (FUND, 10), (ORGS, 0)]:
        yield code, partial(s.refused_by_rule, ago=ago)
    yield from _ladder(days)
    yield RELIEF, partial(levels.there_and_back, ago=14)
    yield RELIEF, partial(levels.missing, ago=1)
    yield RELIEF, partial(levels.on_the_road, ago=0)
    yield RELIEF, partial(levels.in_the_village, ago=0)
    yield CHARITY, partial(asking.inquired, ago=2)
    yield CHANGE, partial(s.deferred, ago=1, ahead=3)
    yield RELIEF, partial(helping.helped, ago=2)
    yield ELDERLY, partial(helping.helped_to_the_end, ago=11)
    yield RELIEF, partial(helping.asked_to_help, ago=1)
    yield CHARITY, partial(helping.consulted, ago=3)
    yield FUNERAL, partial(helping.project, ago=6)
    yield CARE, partial(pledged.pledged, ago=5)
    yield CARE, partial(pledged.found_false, ago=11)
    yield SEAL, partial(filing.transferred, ago=28)
    yield ORGS, partial(recalled.studying, ago=3)
    yield ORGS, partial(recalled.corrected, ago=4)
    yield CHANGE, partial(taken_back.listening, ago=12)
    yield CHANGE, partial(taken_back.waiting, ago=16)
    yield FUND, partial(taken_back.cancelled, ago=14)
    yield "places-certificate", partial(s.instant, ago=3, clock="10:10", score="good", person=people.HONG_KONG)
    yield "volunteer-register", partial(s.received, ago=1, person=people.FOREIGNER)
    yield CHANGE, partial(ended.entered_twice, ago=2)
    yield RELIEF, partial(ended.died, ago=5)
    yield CHANGE, partial(handling.assigned, ago=1)
    yield CHARITY, partial(handling.moved, ago=2)
    yield FUND, partial(above.decided, ago=5, decider=Decider.DEPUTY)
    yield PLACE, partial(above.decided, ago=6, decider=Decider.DIRECTOR)


def _ladder(days: Days) -> Iterator[tuple[str, Begin]]:
    past = [
        (ORGS, 26, s.sanctioned), (CHANGE, 21, s.overturned), (ORGS, 16, s.director_overturns),
        (CHARITY, 12, s.director_late), (PLACE, 9, s.overturned), (FUND, 7, s.sanctioned), (CHANGE, 5, s.gives_up),
    ]  # fmt: skip
    for n, (code, ago, then) in enumerate(past):
        yield code, partial(s.on_the_ladder, filed=days.at(ago, "09:40"), then=then, n=n)
    yield ORGS, partial(s.followed, ago=8)
    yield CHANGE, partial(s.on_the_ladder, filed=days.at(1, "10:00"), then=s.to_director, n=3)
    now = [(ORGS, 50, s.stays), (CHANGE, 95, s.stays), (PLACE, 130, s.to_deputy), (ORGS, 170, s.to_deputy),
           (FUND, 200, s.returned), (CHARITY, 240, s.studying)]  # fmt: skip
    for n, (code, minutes, then) in enumerate(now):
        yield code, partial(s.on_the_ladder, filed=days.recently(minutes), then=then, n=n)


def summaries(days: Days) -> Script:
    """最近两个工作日的 16:30 汇总。"""
    for ago in (1, 0):
        at = yield days.at(ago, "16:30")
        sheets.roll_up(at=at)


def load(now: datetime.datetime) -> int:
    """演到现在;演过的不再演。返回这次演了几出。"""
    days, crowd = Days(now), Crowd()
    known = set(Case.objects.exclude(submission_key=None).values_list("submission_key", flat=True))
    begins: list[Callable[[], Script]] = []
    for n, (code, begin) in enumerate(programme(days), 1):
        guide, key = s.item(code), f"demonstration-{n:02d}"
        if guide is not None and key not in known:
            begins.append(partial(begin, s.Play(days, crowd, guide, key)))
    begins += asking.begins(days)
    begins += helping.begins(days, (FUNERAL, ORGS))
    begins += joined.begins(days, crowd)
    begins += filing.begins(days, KEPT, (CARE, pledged.MATERIAL))
    begins += powers.begins(days)
    begins += supervising.begins(days)
    if begins:
        play([*begins, partial(summaries, days)], until=now)
    return len(begins)
