"""由哪一级决定：指南写了分管副局长、局长的，承办科室负责人先审核，再报他决定；没有写的，科室决定。"""

from typing import Any

from approvals.rules import may_decide, stays_out
from catalog.states import Decider
from office.stateful import because

ABOVE_WITHIN = (1, "wd", "本局参数：报上一级以后的提醒，办理期限照走")


def may_grant(case: Any, user: Any) -> bool:
    """有权准予的：写了哪一级就是哪一级，下级不能代，上级不跳过；此刻轮到 A 岗还是 B 岗，动作另问。"""
    if case.guide.decider == Decider.DEPUTY:
        return may_decide(case, user) and bool(user.may("sanction_denial", case.section))
    if case.guide.decider == Decider.DIRECTOR:
        return bool(user.may("direct_denials", case.agency)) and not stays_out(case, user)
    return may_decide(case, user)


def may_endorse(case: Any, user: Any) -> bool:
    """报上一级决定的，先由承办科室负责人审核。"""
    chief = all(user.may(perm, case.section) for perm in ("decide_case", "review_case"))
    return bool(case.guide.decider) and chief and not stays_out(case, user)


def may_send_back(case: Any, user: Any) -> bool:
    """退回重审：决定的人，审核的科室负责人；领导审定了可以办的，由系统照他的指示退回。"""
    return bool(user.kind == "system") or may_grant(case, user) or may_endorse(case, user)


@because("承办科室负责人还没有审核：先由他审核同意，再报上来决定。")
def endorsed(case: Any) -> bool:
    return not case.guide.decider or case.endorsements.exists()


@because("已经审核过，等着上一级决定。")
def not_yet_endorsed(case: Any) -> bool:
    return not case.endorsements.exists()
