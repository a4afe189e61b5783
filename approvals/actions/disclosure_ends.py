"""据以公开的决定变了，双公示随着变：失效了的写明从哪天起，送达以前更正笔误的照新的。在那一步的事务里、办件已锁住时调用。"""

import datetime

from approvals.models import Case, Certificate, Disclosure
from approvals.states import DisclosureState


def end(case: Case, *, ended_as: str, ended_on: datetime.date) -> None:
    """已经写明失效的不再改；没有列入双公示的什么也不做。"""
    Disclosure.objects.filter(case=case, ended_as="").update(ended_as=ended_as, ended_on=ended_on)


def reissue(case: Case, certificate: Certificate, document_number: str) -> None:
    """决定书作废另出了：还没有公开的照新的写；已经公开的由人更正，要写明为什么。"""
    Disclosure.objects.filter(case=case, state=DisclosureState.WAITING).update(
        document_number=document_number, certificate_name=certificate.name, certificate_number=certificate.number,
        valid_from=certificate.valid_from, valid_until=certificate.valid_until,
    )  # fmt: skip
