"""机构与岗位的名词。"""

from agencies.models.absence import Absence
from agencies.models.agency import Agency
from agencies.models.duty_swap import DutySwap
from agencies.models.post import Holding, Portfolio, Post, Standing
from agencies.models.representative import Representative
from agencies.models.seal import Seal
from agencies.models.unit import Unit
from agencies.models.user import User
from agencies.models.week import Duty, WeeklyRun

__all__ = [
    "Absence",
    "Agency",
    "Duty",
    "DutySwap",
    "Holding",
    "Portfolio",
    "Post",
    "Representative",
    "Seal",
    "Standing",
    "Unit",
    "User",
    "WeeklyRun",
]
