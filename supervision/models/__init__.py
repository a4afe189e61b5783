"""评价、整改、办理用时与纪律、追责的名词。"""

from supervision.models.clock import Clock
from supervision.models.conduct import ConductRecord
from supervision.models.pace import Pace
from supervision.models.rating import Rating
from supervision.models.task import Task

__all__ = ["Clock", "ConductRecord", "Pace", "Rating", "Task"]
