"""办件、亮牌在队列里的页面，和各室共用的只看的底子。"""

from approvals.admin.archive_batches import ArchiveBatchAdmin
from approvals.admin.archives import ArchiveAdmin
from approvals.admin.cases import CaseAdmin, FlagAdmin
from approvals.admin.deeds import Deed
from approvals.admin.exchange import ExchangeArrivalAdmin, ExchangeMessageAdmin, ExchangePeerAdmin
from approvals.admin.extensions import ExtensionAdmin
from approvals.admin.kept import MOST, Capped, Kept, person
from approvals.admin.pledges import PledgeTermsAdmin
from approvals.admin.policies import DatedPolicyAdmin, ServicePolicyAdmin
from approvals.admin.retractions import RetractionAdmin

__all__ = [
    "MOST",
    "Capped",
    "ArchiveAdmin",
    "ArchiveBatchAdmin",
    "CaseAdmin",
    "DatedPolicyAdmin",
    "Deed",
    "ExchangeArrivalAdmin",
    "ExchangeMessageAdmin",
    "ExchangePeerAdmin",
    "ExtensionAdmin",
    "FlagAdmin",
    "Kept",
    "PledgeTermsAdmin",
    "RetractionAdmin",
    "ServicePolicyAdmin",
    "person",
]
