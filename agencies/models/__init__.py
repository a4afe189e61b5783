"""机构与岗位的名词。"""

from agencies.models.absence import Absence
from agencies.models.agency import Agency
from agencies.models.post import Holding, Portfolio, Post, Standing
from agencies.models.seal import Seal
from agencies.models.unit import Unit
from agencies.models.user import User

__all__ = ["Absence", "Agency", "Holding", "Portfolio", "Post", "Seal", "Standing", "Unit", "User"]
