"""办件的名词。"""

from approvals.models.advance import Advance, CaseGuidance, Guidance
from approvals.models.agent_stop import AgentStop
from approvals.models.amendment import Amendment
from approvals.models.applicant import Applicant
from approvals.models.archive import Archive
from approvals.models.archive_batch import ArchiveBatch, ArchiveBatchLine
from approvals.models.attendance import Attendance
from approvals.models.bar import Bar, Concealment
from approvals.models.batch import Batch
from approvals.models.cancellation import Cancellation
from approvals.models.case import Case
from approvals.models.certificate import Certificate
from approvals.models.clock import Clock, Flag, FlagReason
from approvals.models.confirmation import Confirmation
from approvals.models.contact import Contact, ContactClock
from approvals.models.coordination import Coordination
from approvals.models.correction import CorrectionLine, CorrectionNotice
from approvals.models.cover import Cover, CoverItem
from approvals.models.decision_notice import DecisionNotice, SigningClock
from approvals.models.delivery import Delivery, DeliveryConsent
from approvals.models.delivery_choice import DeliveryChoice
from approvals.models.disclosure import Disclosure, DisclosureClock
from approvals.models.draft import Draft, JointDraft
from approvals.models.duplicate import Duplicate
from approvals.models.endorsement import Endorsement
from approvals.models.enquiry import Enquiry, EnquiryClock
from approvals.models.extension import Extension
from approvals.models.fee import Fee
from approvals.models.ground import Ground
from approvals.models.hand_off import HandOff, HandOffClock, HandOffProgress
from approvals.models.hearing import Hearing
from approvals.models.inspection import Inspection
from approvals.models.joint import Joint, JointClock, JointExtension
from approvals.models.mandate import Mandate
from approvals.models.material import CaseMaterial, Upload
from approvals.models.message import Message
from approvals.models.original import SignedOriginal
from approvals.models.parcel import Parcel
from approvals.models.party import HearingDenied, Party, Statement
from approvals.models.pledge import Pledge, PledgeTerms
from approvals.models.prior import PriorCertificate
from approvals.models.procedure import Procedure
from approvals.models.project import IssueClock, Project, ProjectCase, ProjectContact, ProjectIssue
from approvals.models.publication import Objection, Publication
from approvals.models.reassignment import Reassignment
from approvals.models.rectification import Rectification
from approvals.models.recusal import Recusal
from approvals.models.referral import Referral
from approvals.models.retraction import Retraction
from approvals.models.reuse import Reuse
from approvals.models.review import Review
from approvals.models.service_policy import ServicePolicy
from approvals.models.slip import Slip, SlipClock
from approvals.models.termination import Reminder, Termination
from approvals.models.text import CaseText
from approvals.models.transfer import Difference, Transfer
from approvals.models.view import CaseView
from approvals.models.voiding import Voiding

__all__ = [
    "Advance",
    "AgentStop",
    "Amendment",
    "Guidance",
    "Applicant",
    "Archive",
    "ArchiveBatch",
    "ArchiveBatchLine",
    "Concealment",
    "Confirmation",
    "Reassignment",
    "Rectification",
    "Recusal",
    "Attendance",
    "Bar",
    "Batch",
    "Cancellation",
    "Case",
    "CaseGuidance",
    "CaseMaterial",
    "CaseText",
    "CaseView",
    "Certificate",
    "Clock",
    "Contact",
    "ContactClock",
    "Coordination",
    "CorrectionLine",
    "CorrectionNotice",
    "Cover",
    "CoverItem",
    "DecisionNotice",
    "Difference",
    "Delivery",
    "DeliveryChoice",
    "DeliveryConsent",
    "Disclosure",
    "DisclosureClock",
    "Draft",
    "Duplicate",
    "Endorsement",
    "Enquiry",
    "EnquiryClock",
    "Flag",
    "FlagReason",
    "Ground",
    "Mandate",
    "Message",
    "Referral",
    "Extension",
    "Fee",
    "Retraction",
    "HandOff",
    "HandOffClock",
    "HandOffProgress",
    "Hearing",
    "Inspection",
    "Joint",
    "JointClock",
    "JointDraft",
    "JointExtension",
    "Objection",
    "HearingDenied",
    "Parcel",
    "Party",
    "Pledge",
    "PledgeTerms",
    "PriorCertificate",
    "Procedure",
    "IssueClock",
    "Project",
    "ProjectCase",
    "ProjectContact",
    "ProjectIssue",
    "Publication",
    "Reuse",
    "Review",
    "ServicePolicy",
    "SignedOriginal",
    "SigningClock",
    "Slip",
    "Statement",
    "SlipClock",
    "Reminder",
    "Termination",
    "Transfer",
    "Voiding",
    "Upload",
]
