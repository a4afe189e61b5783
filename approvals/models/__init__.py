"""办件的名词。"""

from approvals.models.applicant import Applicant
from approvals.models.case import Case
from approvals.models.clock import Clock, Flag
from approvals.models.correction import CorrectionLine, CorrectionNotice
from approvals.models.draft import Draft
from approvals.models.extension import Extension
from approvals.models.ground import Ground
from approvals.models.hearing import Hearing
from approvals.models.material import CaseMaterial, Upload
from approvals.models.procedure import Procedure
from approvals.models.publication import Objection, Publication
from approvals.models.review import Review
from approvals.models.text import CaseText
from approvals.models.view import CaseView

__all__ = [
    "Applicant",
    "Case",
    "CaseMaterial",
    "CaseText",
    "CaseView",
    "Clock",
    "CorrectionLine",
    "CorrectionNotice",
    "Draft",
    "Extension",
    "Flag",
    "Ground",
    "Hearing",
    "Objection",
    "Procedure",
    "Publication",
    "Review",
    "Upload",
]
