"""办件的问题与算术:纯函数,按属性取用。"""

import re
from typing import Any

from approvals.states import BEFORE_ACCEPTANCE, UNDER_WAY, WAITING, CaseState, Stage, Verdict
from catalog.states import Handling
from office.stateful import because

# GB 11643-1999 公民身份号码
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECKS = "10X98765432"
MOBILE = re.compile(r"1[3-9][0-9]{9}")

MAX_UPLOAD = 10 * 1024 * 1024
SIGNATURES = {b"%PDF-": "application/pdf", b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


def valid_id_number(text: str) -> bool:
    """18 位公民身份号码的校验码是否正确(含 X);不按现行区划表拒绝,号码里可以是旧区划。"""
    number = text.strip().upper()
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, ID_WEIGHTS, strict=False))
    return ID_CHECKS[total % 11] == number[17]


def media_type(head: bytes) -> str:
    """按文件头认出 PDF、PNG、JPEG;认不出为空串(扩展名不算数)。"""
    return next((kind for magic, kind in SIGNATURES.items() if head.startswith(magic)), "")


def mask_name(name: str) -> str:
    """公开场合的姓名:留首字。"""
    return name[:1] + "*" * max(len(name) - 1, 1)


def mask_number(number: str) -> str:
    """证件号、电话:留前三后二,出生日期不显示。"""
    return number[:3] + "*" * max(len(number) - 5, 3) + number[-2:] if number else ""


def stage_of(state: str) -> Stage:
    if state in BEFORE_ACCEPTANCE:
        return Stage.ACCEPTANCE
    return Stage.REVIEW if state in UNDER_WAY else Stage.CLOSING


# 谁可以 ---------------------------------------------------------------


def may_take_in(case: Any, user: Any) -> bool:
    return bool(user.may("take_in", case.intake_unit))


def may_handle_materials(case: Any, user: Any) -> bool:
    """补正的答复可以由申请人自己交,也可以由窗口代收。

    没有账号的申请人凭编号和查询码证明自己,由系统代为登记。
    """
    return is_applicant(case, user) or by_system(case, user) or may_take_in(case, user)


def is_applicant(case: Any, user: Any) -> bool:
    return case.user_id is not None and case.user_id == user.pk


def may_review(case: Any, user: Any) -> bool:
    return bool(user.may("review_case", case.section))


def may_decide(case: Any, user: Any) -> bool:
    return bool(user.may("decide_case", case.section))


def by_system(case: Any, user: Any) -> bool:
    return bool(user.kind == "system")


def may_hold(case: Any, user: Any) -> bool:
    """拟否定报告只能由收件单位或承办科室的人提出。"""
    return any(user.may("file_denial", unit) for unit in (case.intake_unit, case.section))


def may_release(case: Any, user: Any) -> bool:
    """审定的人、提出的人和系统都会结束一份报告。"""
    return by_system(case, user) or may_say_no(case, user) or may_hold(case, user) or is_applicant(case, user)


def may_say_no(case: Any, user: Any) -> bool:
    """说“不”的人:有明确规定时是决定的人或收件的人,其余是分管副局长和局长。依据另由数据库核实。"""
    return any(
        user.may(perm, unit)
        for perm in ("decide_case", "sanction_denial", "file_denial")
        for unit in (case.section, case.intake_unit)
    ) or bool(user.may("direct_denials", case.agency))


# 现在能不能 -----------------------------------------------------------


@because("正在逐级审定拟否定报告，审定之前不能往下走。")
def not_held(case: Any) -> bool:
    return case.held_at is None


@because("一次性告知只能发一次。")
def not_yet_told(case: Any) -> bool:
    return not case.told_once


@because("还有材料没有核对，或必要的材料没有齐备。")
def materials_settled(case: Any) -> bool:
    settled = (Verdict.OK, Verdict.DEFERRED, Verdict.NOT_NEEDED)
    return all(m.verdict in settled for m in case.materials.all())


@because("容缺的材料还没有补齐，不能准予。")
def nothing_deferred(case: Any) -> bool:
    return not any(m.verdict == Verdict.DEFERRED for m in case.materials.all())


@because("审查意见还没有交齐。")
def reviews_complete(case: Any) -> bool:
    reviews = list(case.reviews.all())
    return bool(reviews) and all(r.opinion for r in reviews)


@because("审查意见里有“不符合或有疑问”：不能准予；要说“不”请提出拟否定报告。")
def reviews_agree(case: Any) -> bool:
    return all(r.opinion == "pass" for r in case.reviews.all())


@because("只有即办件可以当场办结。")
def is_instant(case: Any) -> bool:
    return bool(case.guide.handling == Handling.INSTANT)


@because("案件已经办结或终止。")
def is_open(case: Any) -> bool:
    return case.state in WAITING


def missing_materials(case: Any) -> list[Any]:
    """一次性告知要列的:缺少的和不符合的。"""
    return [m for m in case.materials.all() if m.verdict in (Verdict.MISSING, Verdict.DEFECTIVE)]


NOW = {
    CaseState.RECEIVED: "材料已经收到，窗口正在核对。",
    CaseState.CORRECTING: "还缺一些材料，请按一次性告知书补齐。",
    CaseState.ACCEPTED: "已经受理，正在安排审查。",
    CaseState.REVIEWING: "承办科室正在审查。",
    CaseState.REVIEWED: "审查已经完成，等待作出决定。",
    CaseState.GRANTED: "已经准予，正在送达结果。",
    CaseState.REFUSED: "已经作出不予许可的决定，请看理由和救济途径。",
    CaseState.NOT_ACCEPTED: "已经作出不予受理的决定，请看理由和救济途径。",
    CaseState.WITHDRAWN: "您已撤回这项申请。",
    CaseState.LAPSED: "超过补正期限没有补齐，这次申请已经终止；可以重新申请。",
    CaseState.DELIVERED: "结果已经送达。",
    CaseState.CLOSED: "已经办结。",
}
HELD = "窗口对能否办理拿不准，没有直接说不行，已经报请领导审定。"


def what_happens_now(case: Any) -> str:
    """一句大白话,给群众看。"""
    held = case.held_at is not None and case.state in WAITING
    return HELD if held else NOW[CaseState(case.state)]
