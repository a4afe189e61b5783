"""依职权撤回、撤销的规矩（行政许可法第八条第二款、第六十九条）；注销的规矩（第七十条）。"""

from typing import Any

from approvals.rules import by_system, handles, may_decide, may_review, stays_out
from approvals.states import CancelGround, Outcome, RetractionGround, RetractionKind
from office.stateful import because

G, K = RetractionGround, RetractionKind
WITHDRAWING = (G.LAW_CHANGED, G.FACTS_CHANGED)
MAY_REVOKE = (G.MISUSE, G.BEYOND, G.PROCEDURE, G.UNQUALIFIED, G.OTHER)  # 可以撤销的五项
REDRESSED = (*WITHDRAWING, *MAY_REVOKE)  # 撤回造成损失的补偿，第一款撤销损害合法权益的赔偿；第二款的利益不受保护
ITEM_OF = {G.MISUSE: "一", G.BEYOND: "二", G.PROCEDURE: "三", G.UNQUALIFIED: "四", G.OTHER: "五"}


def kind_of(ground: str) -> str:
    """这个理由是撤回还是撤销；别处已经定了的，看那份文书，由登记的人选。"""
    return str(K.WITHDRAWN.value if ground in WITHDRAWING else K.REVOKED.value)


def law_of(ground: str) -> str:
    """行政许可的，依哪一条；别的事项没有这一条，由提出的人写明依据。"""
    if ground in WITHDRAWING:
        return "《中华人民共和国行政许可法》第八条第二款"
    if ground == G.DECEIT:
        return "《中华人民共和国行政许可法》第六十九条第二款"
    if ground in MAY_REVOKE:
        return f"《中华人民共和国行政许可法》第六十九条第一款第（{ITEM_OF[G(ground)]}）项"
    return ""


def may_propose(case: Any, user: Any) -> bool:
    """提出：承办科室的人、负责人、分管领导。窗口的人不能。"""
    return may_review(case, user) or may_decide(case, user)


def is_served(case: Any) -> bool:
    """准予、送达了的才谈得上收回；送达以前的更正、重作另有规矩。不查库。"""
    return bool(case.outcome == Outcome.GRANTED and case.delivered_at)


def may_speak_for_section(retraction: Any, user: Any) -> bool:
    """不再提出：提出的科室里的人。"""
    return may_propose(retraction.case, user)


@because("以欺骗、贿赂取得的应当撤销：告知了的，撤不撤都由领导定，先报请审定（第六十九条第二款、第三款）。")
def may_be_dropped(retraction: Any) -> bool:
    """证照已经延续、换发到别的件上的，要在那一件上收回，这一件可以放下。"""
    return retraction.ground != G.DECEIT or retraction.told_at is None or retraction.moved_to() is not None


def may_ask(retraction: Any, user: Any) -> bool:
    """审核上报：科室负责人（分管领导也可以）；经办人提出的，要经他这一级。"""
    return may_decide(retraction.case, user)


def may_sanction(retraction: Any, user: Any) -> bool:
    """审定：分管副局长、局长；提出的、上报的人不能自己定。"""
    alone = user.pk in (retraction.proposed_by_id, retraction.asked_by_id)
    case = retraction.case
    return bool(user.may("sanction_denial", case.section)) and not alone and not stays_out(case, user)


def may_serve(retraction: Any, user: Any) -> bool:
    """送达：办过这一件的窗口和科室；公告期满的，由系统登记。"""
    return by_system(retraction, user) or handles(retraction.case, user)


@because("别处已经定了的，登记以后直接报领导确认。")
def is_ours(retraction: Any) -> bool:
    return bool(retraction.ground != G.ELSEWHERE)


@because("先把告知书送到，听取陈述、申辩。")
def is_elsewhere(retraction: Any) -> bool:
    return bool(retraction.ground == G.ELSEWHERE)


def may_cancel(case: Any, user: Any) -> bool:
    """注销是登记手续：由有权决定这一件的人办。"""
    return may_decide(case, user)


def why_not_cancel(certificate: Any, ground: str, day: Any) -> str:
    """注销的情形与登记对不上的，为什么；对得上是空串。"""
    ended = bool(certificate.ended_as)
    if ground == CancelGround.RETRACTED:
        return "" if ended else "证照没有撤销、撤回、吊销过，不能凭这一项注销。"
    if ended:
        return f"证照{certificate.get_ended_as_display()}，注销的情形应当是“{CancelGround.RETRACTED.label}”。"
    if ground == CancelGround.EXPIRED and (certificate.valid_until is None or certificate.valid_until >= day):
        return "证照的有效期还没有届满。"
    return ""
