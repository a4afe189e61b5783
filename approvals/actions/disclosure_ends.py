"""据以公开的决定变了，双公示随着变：失效了的写明从哪天起，送达以前更正笔误的照新的。在那一步的事务里、办件已锁住时调用。"""

import datetime

from agencies.models import User
from approvals.actions import telling
from approvals.models import Case, Certificate, Disclosure
from approvals.rules import disclosures as rules
from approvals.states import DisclosureState


def end(case: Case, *, ended_as: str, ended_on: datetime.date, at: datetime.datetime) -> None:
    """已经写明失效的不再改；没有列入双公示的什么也不做。ended_on 可以早于登记的这一刻(at)，报送照登记的时刻。"""
    ended = {"ended_as": ended_as, "ended_on": ended_on, "ended_noted_at": at}
    Disclosure.objects.filter(case=case, ended_as="").update(**ended)


def reissue(case: Case, certificate: Certificate, document_number: str, *, by: User, at: datetime.datetime) -> None:
    """决定书作废另出了：还没有公开的（拟不公开、等核实的也在内）照新的写；公开了的由人更正，要写明为什么，这里提醒他。

    没有公开的，内容还没有人改过：改只在核对公开、更正的时候(disclosures)。
    """
    one = Disclosure.objects.filter(case=case).first()
    if one is None:
        return
    if one.state == DisclosureState.PUBLISHED:
        _remind(one, document_number, by=by, at=at)
    Disclosure.objects.filter(pk=one.pk, state__in=[DisclosureState.WAITING, DisclosureState.PROPOSED]).update(
        document_number=document_number, certificate_name=certificate.name, certificate_number=certificate.number,
        content=rules.content_of(case, certificate), valid_from=certificate.valid_from,
        valid_until=certificate.valid_until,
    )  # fmt: skip


def _remind(one: Disclosure, document_number: str, *, by: User, at: datetime.datetime) -> None:
    case, chief = one.case, telling.chief_for(one.case.section, at)
    people = [person for person in (one.published_by, chief) if person is not None]
    body = (
        f"办件 {case.number} 更正了证照的笔误，决定书另出为 {document_number}；"
        f"公开的还是作废的 {one.document_number}，请照新的更正双公示，写明为什么。"
    )
    subject = f"请更正双公示：{case.number}"
    telling.tell_staff(case, people, "disclosure.correct", subject, body, by=by, at=at)
