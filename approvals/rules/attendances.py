"""到场的问题：纯函数，按属性取用。"""

from typing import Any

from approvals.rules import listed_procedures, may_review, may_take_in, procedure_kind
from approvals.states import WAITING, ProcedureKind
from catalog.states import Presence

NOT_YET = "直办类的事项，受理以前要登记：申请人本人到过窗口，或者到现场看过；依法受理以后才看的，写明凭什么。"
NOT_SEEN = "受理时写明受理以后到现场看，还没有看的记录：登记现场查看，或者做完现场核查，才能准予。"


def calls_for(item: Any) -> bool:
    """直办类：要申请人到场，或者到现场看（全程受理制）。"""
    return bool(item.presence == Presence.DIRECT)


def may_note(case: Any, user: Any) -> bool:
    """登记到场：收件的窗口；审查的单位（到现场看的往往是它）。"""
    return may_take_in(case, user) or may_review(case, user)


def is_open(case: Any) -> bool:
    """还没有结果，可以登记、更正。"""
    return case.state in WAITING


def visit_listed(guide: Any) -> str:
    """指南列出的现场核查叫什么（入户调查、现场踏勘）；没有列的是空串。"""
    names = (row["name"] for row in listed_procedures(guide))
    return next((name for name in names if procedure_kind(name) == ProcedureKind.INSPECTION), "")


def come_words(guide: Any) -> str:
    """网上交的、寄来的，怎样请他来：哪里、几时。印在接收凭证上，也用短信说。"""
    where = "，".join(part for part in (guide.place, guide.hours) if part)
    return (
        "这个事项要申请人本人到场，或者由我们到现场看过，才能受理。请带上证件原件到"
        f"{f'窗口（{where}）' if where else '收件的窗口'}；来不了的，请打窗口电话约我们到现场看。"
    )
