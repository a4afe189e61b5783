"""撤回、撤销的文书：拟撤回（撤销）告知书、撤回决定书、撤销决定书；注销决定书。"""

import datetime
from typing import Any

from django.db.models import QuerySet

from agencies.models import User
from approvals.actions import letters
from approvals.models import Case, Certificate, Retraction
from approvals.rules import bars, certificates
from approvals.states import BarKind, CancelGround, RetractionGround, RetractionKind
from office.papers.models import Paper
from office.papers.words import date_words
from office.sure import sure

NOTICE = "retraction_notice"
DECISIONS = {RetractionKind.WITHDRAWN: "retraction", RetractionKind.REVOKED: "revocation"}
ARTICLE_70 = {
    CancelGround.EXPIRED: "一", CancelGround.DIED: "二", CancelGround.DISSOLVED: "三", CancelGround.RETRACTED: "四",
    CancelGround.IMPOSSIBLE: "五", CancelGround.OTHER: "六",
}  # fmt: skip


def notice(one: Retraction, *, by: User, at: datetime.datetime) -> Paper:
    """拟撤回、撤销告知书：拟作什么决定、事实、理由、依据，可以陈述申辩、多少天。"""
    facts = _common(one) | {"situation": one.kind, "days": DAYS_WORDS, "where": WHERE}
    return letters.order(NOTICE, one.case, facts, by=by, at=at)


DAYS_WORDS = "自收到本告知书的次日起五个工作日"
WHERE = "可以到窗口当面说、书面交来，也可以在网上大厅“查进度”里写；没有在期限内提出的，视为没有意见。"


def decision(one: Retraction, *, by: User, at: datetime.datetime) -> Paper:
    """撤回、撤销决定书：陈述申辩和采纳与否、补偿或者赔偿、救济途径。"""
    return letters.order(DECISIONS[RetractionKind(one.kind)], one.case, _decided(one, one.decision), by=by, at=at)


def preview(one: Retraction, decision: str, *, by: User, at: datetime.datetime) -> bytes:
    """核准以前看一眼决定书。Raises: MissingFact、MissingGlyph、Refused。"""
    return letters.preview(DECISIONS[RetractionKind(one.kind)], one.case, _decided(one, decision), by=by, at=at)


def _decided(one: Retraction, decision: str) -> dict[str, Any]:
    return _common(one) | {
        "heard": one.heard,
        "decision": decision,
        **letters.remedies(one.case),
    }


def _common(one: Retraction) -> dict[str, Any]:
    granted = Paper.objects.about(one.case).of_kind("grant").in_force().order_by("-pk").first()
    certificate = letters.certificate_of(one.case)
    return {
        "retraction": one.pk,
        "verb": one.get_kind_display(),
        "decided": date_words(sure(one.case.decided_at)),
        "grant_number": granted.number if granted else "",
        "certificate_number": certificates.printed(certificate).get("certificate_number", ""),
        "requested_by": one.requested_by,
        "ground": "" if one.ground == RetractionGround.OTHER else one.get_ground_display(),
        "facts": one.facts,
        "reasons": one.reasons,
        "public_interest": one.public_interest,
        "redress": one.redress,
        "redress_word": "补偿" if one.kind == RetractionKind.WITHDRAWN else "赔偿",
        "unprotected": one.ground == RetractionGround.DECEIT,
        "basis": one.basis,
        "barred": _barred(one),
    }


def _barred(one: Retraction) -> str:
    """骗取直接关系公共安全等的许可：撤销以后三年内不得再次申请。"""
    deceit = one.ground == RetractionGround.DECEIT and bars.applies(one.case)
    return bars.words(BarKind.DECEIT) if deceit else ""


def papers_of(one: Retraction, *, of_notice: bool) -> QuerySet[Paper]:
    """这一次的告知书，或者决定书。"""
    kind = NOTICE if of_notice else DECISIONS[RetractionKind(one.kind)]
    found: QuerySet[Paper] = Paper.objects.about(one.case).of_kind(kind).in_force()
    return found.filter(context__retraction=one.pk).order_by("pk")


def retracted_by(one: Retraction) -> str:
    """凭哪份文书收回的：别处的文书，或者决定书的文号。"""
    return one.document or "、".join(paper.number for paper in papers_of(one, of_notice=False))[:200]


def cancellation(
    case: Case, certificate: Certificate, ground: CancelGround, told: dict[str, Any], *, by: User,
    at: datetime.datetime,
) -> Paper:  # fmt: skip
    """注销决定书：哪一本、哪一种情形、从哪天起。"""
    law = f"《中华人民共和国行政许可法》第七十条第（{ARTICLE_70[ground]}）项" if case.item.kind == "01" else ""
    facts = {
        "certificate_number": certificates.printed(certificate)["certificate_number"],
        "validity": certificates.validity_words(certificate),
        "ended": certificate.get_ended_as_display() if certificate.ended_as else "",
        "ground": "" if ground == CancelGround.OTHER else ground.label,
        "facts": told["facts"],
        "since": date_words(told["cancelled_on"]),
        "basis": law or told["basis"],
        "document": told["basis"] if law else "",
        **letters.remedies(case),
    }
    return letters.order("cancellation", case, facts, by=by, at=at)
