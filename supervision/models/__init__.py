"""评价、整改与办理用时的名词。"""

from supervision.models.clock import Clock
from supervision.models.pace import Pace
from supervision.models.rating import Rating
from supervision.models.task import Task

__all__ = ["Clock", "Pace", "Rating", "Task"]
