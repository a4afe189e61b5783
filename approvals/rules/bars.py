"""几年内不得再次申请（行政许可法第七十八条、第七十九条）：只对直接关系公共安全、人身健康、生命财产安全的许可。纯函数。"""

import datetime
from typing import Any

from approvals.rules import may_decide, may_review
from approvals.rules.renewals import later
from approvals.states import UNDER_WAY, BarKind
from catalog.states import ItemKind
from office.papers.words import date_words

YEARS = {BarKind.CONCEALED: 1, BarKind.DECEIT: 3}
LAW = {
    BarKind.CONCEALED: "《中华人民共和国行政许可法》第七十八条",
    BarKind.DECEIT: "《中华人民共和国行政许可法》第七十九条",
}
ARTICLE = {BarKind.CONCEALED: "第七十八条", BarKind.DECEIT: "第七十九条"}


def applies(case: Any) -> bool:
    """这个许可是不是直接关系公共安全等：看钉住的那一版指南，不查库。"""
    return concerns_safety(case.guide, case.item)


def concerns_safety(guide: Any, item: Any) -> bool:
    return bool(item.kind == ItemKind.LICENCE and guide.public_safety.strip())


def is_cited(basis: Any, article: str) -> bool:
    """指南的这一条设定依据，是不是行政许可法的这一条。"""
    return "行政许可法" in basis.statute and article in basis.article


def may_find(case: Any, user: Any) -> bool:
    """认定隐瞒、虚假材料：审查的、决定的人；窗口的人不能。"""
    return may_review(case, user) or may_decide(case, user)


def may_lift(case: Any, user: Any) -> bool:
    """解除：分管副局长、局长。"""
    return bool(user.may("sanction_denial", case.section)) and user.pk not in case.recused


def is_open(case: Any) -> bool:
    """还可以认定、不再认定：受理以后，提请审定以前。"""
    return case.state in UNDER_WAY and case.held_at is None


def until(kind: str, since: datetime.date) -> datetime.date:
    """最后一天（含）：送达的当日不计入，满一年、三年的那个对应日是最后一天，没有对应日的是月末。

    行政许可法没有写怎样数年，参照民法典第二百零一条、第二百零二条（docs/procedures.md，待确认）。
    """
    return later(since, 12 * YEARS[BarKind(kind)])


def words(kind: str) -> str:
    """写在文书上的：多久不得再次申请，哪天起可以再来；送达以前还不知道是哪一天，写明怎样数。"""
    years = "一" if kind == BarKind.CONCEALED else "三"
    told = f"依照{LAW[BarKind(kind)]}，自决定书送达之日起{years}年内，你（单位）不得再次申请该行政许可"
    counted = f"送达当日不计入，到满{years}年的同月同日为止（含当日），次日起可以再次申请"
    return f"{told}：{counted}。该决定依法被撤销的，随之解除。"


def consequence() -> str:
    """写给审定的人看的：核准不予、认定成立的，申请人会怎样。"""
    told = "核准不予、又认定成立的，决定书写明认定的事实，自送达之日起一年内申请人不得再次申请该行政许可"
    return f"{told}（{LAW[BarKind.CONCEALED]}）。"


def ground_words(bar: Any) -> dict[str, str]:
    """凭它不予受理的，事实、理由先替经办人起好，他再核对、改写。"""
    last = date_words(bar.until_on)
    facts = f"{bar.document}于{date_words(bar.from_on)}送达，申请人在{last}以前（含当日）不得再次申请该行政许可；"
    facts += "本次申请在此期间提出。"
    law = LAW[BarKind(bar.kind)]
    return {
        "facts": facts,
        "reasons": f"{law}规定，这期间不得再次申请。",
        "possible": f"{last}以后可以再次申请；原决定依法被撤销的，随时可以申请。",
    }
