"""有数量限制的许可（行政许可法第五十七条）：现有几个有效，还剩几个；满了不能准予，按受理的先后。"""

import datetime
from dataclasses import dataclass

from django.db.models import Q

from agencies.models import Agency
from approvals.actions import expiry
from approvals.actions.acceptance import in_name_of
from approvals.actions.firsts import accepted_at
from approvals.models import Case
from approvals.rules import certificates
from approvals.rules.bars import is_cited
from approvals.rules.renewals import on_a_certificate
from approvals.states import UNDER_WAY, Outcome, PledgeState, RetractionState
from catalog.models import Guide, Item, LegalBasis
from catalog.states import ItemKind
from office.steps import NotNow
from office.workdays.rules import local

SHOWN = 3  # 一句话里最多写几件的编号
LAW = "行政许可法第五十七条"


@dataclass(frozen=True)
class Ahead:
    """受理在前的一件；since 是排先后的那一刻，机关改正另收的，照原来那一件。"""

    case: Case
    since: datetime.datetime


@dataclass(frozen=True)
class Places:
    """一个机关、一个许可此刻的名额：最多几个，现有几个有效，受理在前、还没有结果的各件。

    guide 是定数量限制的那一版指南，pinned 是收件时的那一版。
    """

    guide: Guide
    agency: Agency
    valid: int
    ahead: list[Ahead]
    pinned: Guide

    @property
    def left(self) -> int:
        return max(self.guide.quota - self.valid, 0)

    @property
    def words(self) -> str:
        """最多几个，凭什么，现有几个。"""
        return f"最多 {self.guide.quota} 个（{self.guide.quota_basis}），{self.agency}现有 {self.valid} 个有效"

    @property
    def first_come(self) -> bool:
        """按受理的先后；法律、行政法规另有规定的不按。"""
        return not self.guide.quota_order.strip()

    @property
    def cited(self) -> LegalBasis | None:
        """收件时的那一版指南引的第五十七条；数量限制是后来才有的，没有引，依明确规定就引不出来。"""
        return next((one for one in self.pinned.bases.all() if is_cited(one, "第五十七条")), None)

    @property
    def reasons(self) -> str:
        """没有名额的，不予的理由：按受理的先后，或者另有规定的那样。"""
        order = "按受理的先后顺序决定" if self.first_come else f"先后另有规定的依照其规定（{self.guide.quota_order}）"
        return f"《中华人民共和国行政许可法》第五十七条：有数量限制的，{order}；名额已经用完。"

    @property
    def obstacle(self) -> str:
        """为什么现在不能准予；能就是空串。"""
        told = f"这项许可{self.words}"
        if not self.left and self.cited is None:
            onward = "收件时的指南没有引这一条，请提拟否定报告，由领导审定"
            return f"{told}，没有名额了（{LAW}）：{onward}；有证照失效、注销的，名额随即空出。"
        if not self.left:
            return f"{told}，没有名额了：请依明确规定（{LAW}）作不予许可的决定；有证照失效、注销的，名额随即空出。"
        if self.first_come and len(self.ahead) >= self.left:
            numbers = "、".join(str(one.case.number) for one in self.ahead[:SHOWN])
            more = "等" if len(self.ahead) > SHOWN else ""
            first = f"受理在前、还没有结果的有 {len(self.ahead)} 件（{numbers}{more}）"
            return f"{told}，还剩 {self.left} 个；{first}：都符合条件的按受理的先后决定，请先定在前的。"
        return ""


def limits(case: Case, at: datetime.datetime) -> Guide | None:
    """有数量限制的那一版指南：作决定这一天在用的，没有就是收件时的。延续、变更、换发的是原来那一个，不另占名额。"""
    if case.item.kind != ItemKind.LICENCE or on_a_certificate(case):
        return None
    guide: Guide = case.item.guide_on(local(at).date()) or case.guide
    return guide if guide.quota else None


def places(case: Case, at: datetime.datetime) -> Places | None:
    """这一件要用的名额；没有数量限制的是 None。"""
    guide = limits(case, at)
    if guide is None:
        return None
    agency = in_name_of(case)
    return Places(guide, agency, valid(guide, agency, local(at).date()), _ahead(case, agency), case.guide)


def valid(guide: Guide, agency: Agency, day: datetime.date) -> int:
    """以这个机关的名义发的，此日还有效的有几个；结果不是证照的，数准予了、没有收回的办件。"""
    if name := certificates.certificate_name(guide.result_name):
        found = expiry.living().filter(agency=agency, name=name)
        return int(found.exclude(valid_until__lt=day).count())
    granted = Case.objects.filter(_named(agency), item=guide.item, outcome=Outcome.GRANTED)
    granted = granted.exclude(retractions__state=RetractionState.DONE)
    return int(granted.exclude(pledges__state=PledgeState.REVOKED).count())


def left(guide: Guide, agency: Agency, day: datetime.date) -> int:
    """还剩几个；公开的。"""
    return max(guide.quota - valid(guide, agency, day), 0)


def _named(agency: Agency) -> Q:
    """受理了的，以这个机关的名义办的：它委托别的机关的，它自己的、下放给它的（acceptance.in_name_of）。"""
    return Q(authority__principal=agency) | Q(agency=agency, authority__principal=None)


def _ahead(case: Case, agency: Agency) -> list[Ahead]:
    """以同一个机关的名义受理在前、还没有结果的，先受理的在前；还没有受理的这一件，受理了的都在前。"""
    rows = Case.objects.filter(_named(agency), item=case.item, state__in=UNDER_WAY).exclude(pk=case.pk)
    placed = [(since, one) for one in rows.select_related("applicant", "redoes__case") if (since := accepted_at(one))]
    placed.sort(key=lambda pair: (pair[0], pair[1].pk))
    mine = accepted_at(case)
    return [Ahead(one, since) for since, one in placed if mine is None or (since, one.pk) < (mine, case.pk)]


def require(case: Case, at: datetime.datetime) -> None:
    """准予的事务里、办件锁住以后：锁住事项，两件同时准予，后来的看得见先来的。Raises: NotNow(满了，有在前的)。"""
    if limits(case, at) is None:
        return
    Item.objects.select_for_update(no_key=True, of=("self",)).get(pk=case.item_id)
    found = places(case, at)
    if found is not None and found.obstacle:
        raise NotNow(found.obstacle)
