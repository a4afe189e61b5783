"""评价与整改的名词。"""

from supervision.models.clock import Clock
from supervision.models.rating import Rating
from supervision.models.task import Task

__all__ = ["Clock", "Rating", "Task"]
