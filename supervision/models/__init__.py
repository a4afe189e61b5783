"""评价、整改、办理用时、纪律与追责、代办考核的名词。"""

from supervision.models.assessment import Assessment
from supervision.models.clock import Clock
from supervision.models.conduct import ConductRecord
from supervision.models.pace import Pace
from supervision.models.rating import Rating
from supervision.models.task import Task

__all__ = ["Assessment", "Clock", "ConductRecord", "Pace", "Rating", "Task"]
