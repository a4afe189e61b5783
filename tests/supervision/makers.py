"""评价测试用的办件与差评。"""

from office.papers import actions as papers
from supervision.actions import ratings
from supervision.models import Rating, Task
from tests import casework
from tests.makers import moment

RATED = moment("2026-03-04 10:00")  # 星期三
CONTACT_DUE, SETTLE_DUE, LIMIT_DUE = moment("2026-03-06 00:00"), moment("2026-03-12 00:00"), moment("2026-03-26 00:00")
WHY = {"score": "bad", "tags": ["attitude"], "text": "示例：等了很久没有人理。"}


def delivered(b, at=None):
    """准予并已送达的一件。"""
    case = casework.granted(b, at)
    papers.empty_tray(at=b.at, limit=10)
    return casework.collected(case, b.clerk_a, at or b.at)


def rated(b, score="good", **fields) -> Rating:
    return ratings.rate(delivered(b), **{"score": score, "by": b.citizen, "at": RATED, **fields})


def bad(b, **fields) -> Task:
    return rated(b, **{**WHY, **fields}).task
