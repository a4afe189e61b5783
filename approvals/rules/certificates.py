"""证照的规矩：哪些事项的结果是证照，证照上的话怎样写进文书，谁可以更正笔误。"""

import re
from typing import Any

from approvals.rules import may_decide, stays_out
from approvals.states import Outcome
from office.papers.words import date_words

QUALIFIER = re.compile(r"[(（][^()（）]*[)）]\s*$")
PARTS = re.compile(r"[和及与、；]")
# 证书、登记证、许可证、执照；凭证、保证、公证、论证不是证照，证明、批复、回执、通知书也不是
CERTIFICATE = re.compile(r"(证书|执照|(?<![凭保公论])证)$")
REISSUE = re.compile(r"[(（](换发|补发|换领|补领)[)）]\s*$")


def certificate_name(result_name: str) -> str:
    """结果是证照的，证照叫什么；不是证照的是空串。结果名称末尾的括号（换发、慈善组织）不是证照的名称。"""
    name = PARTS.split(QUALIFIER.sub("", result_name.strip()))[0].strip()
    return name if CERTIFICATE.search(name) else ""


def certifies(case: Any) -> bool:
    """这一件准予以后发不发证照：看钉住的那一版指南，不查库。"""
    return bool(certificate_name(case.guide.result_name))


def may_lack(case: Any) -> bool:
    """准予、送达了的，结果是证照的：证照登记在案，没有登记的可以补登。不查库。"""
    return bool(case.outcome == Outcome.GRANTED and case.delivered_at) and certifies(case)


def is_reissue(result_name: str) -> bool:
    """指南写明是换发、补发的：多半沿用原来的编号。"""
    return bool(REISSUE.search(result_name))


def may_correct(case: Any, user: Any) -> bool:
    """更正证照的笔误：作决定的人自己，或者有权决定这一件的人。"""
    return (case.decided_by_id == user.pk and not stays_out(case, user)) or may_decide(case, user)


def validity_words(certificate: Any) -> str:
    """2026年12月4日至2030年12月3日；自2026年12月4日起长期有效。"""
    since = date_words(certificate.valid_from)
    if certificate.valid_until is None:
        return f"自{since}起长期有效"
    return f"{since}至{date_words(certificate.valid_until)}"


def printed(certificate: Any) -> dict[str, str]:
    """印在准予决定书上的；不发证照的是空的。"""
    if certificate is None:
        return {}
    return {
        "certificate_number": f"{certificate.name}（{certificate.number}）",
        "validity": validity_words(certificate),
        "conditions": certificate.scope,
    }


def noted(certificate: Any) -> dict[str, str]:
    """记进日志的。"""
    told = printed(certificate)
    return {"certificate": told["certificate_number"], "validity": told["validity"], "terms": told["conditions"]}
