"""事项目录的名词。"""

from catalog.models.authority import Authority
from catalog.models.change import GuideChange
from catalog.models.exception import ExceptionFiling, OnlineException, ProcedureFiling
from catalog.models.finding import Miss, MissDay, Synonym, Word
from catalog.models.guide import Guide
from catalog.models.intake import Intake
from catalog.models.item import Item
from catalog.models.joint import JointItem, JointMatter
from catalog.models.manual import ManualOrder
from catalog.models.material_type import MaterialType
from catalog.models.parts import LegalBasis, Material
from catalog.models.power import Power, PowerFile
from catalog.models.questions import QuestionSet
from catalog.models.retention import Retention
from catalog.models.suspension import Suspension

__all__ = [
    "ExceptionFiling",
    "Authority",
    "Guide",
    "GuideChange",
    "Intake",
    "Item",
    "JointItem",
    "JointMatter",
    "LegalBasis",
    "ManualOrder",
    "Material",
    "MaterialType",
    "Miss",
    "MissDay",
    "OnlineException",
    "Power",
    "PowerFile",
    "ProcedureFiling",
    "QuestionSet",
    "Retention",
    "Suspension",
    "Synonym",
    "Word",
]
