"""不行权的名词。"""

from denials.models.clock import Clock
from denials.models.policy import LadderPolicy
from denials.models.precedent import Precedent
from denials.models.recall import Recall, RecallClock
from denials.models.register import Reading, RegisterEntry
from denials.models.report import Report
from denials.models.sheet import Sheet
from denials.models.turn import Lateness, Turn

__all__ = [
    "Clock",
    "LadderPolicy",
    "Lateness",
    "Precedent",
    "Reading",
    "Recall",
    "RecallClock",
    "RegisterEntry",
    "Report",
    "Sheet",
    "Turn",
]
