"""评价与整改的问题与换算:纯函数,按属性取用。"""

from typing import Any

from office.stateful import because
from supervision.states import BAD_SCORES, ConductKind, Rung, Score, TaskState

# GB/T 39046-2020 表 A.8:1 非常满意 … 5 非常不满意。国家好差评接口(星级)正好相反:5 星非常满意 … 1 星非常不满意。
GB_CODES = {score: str(place) for place, score in enumerate(Score, 1)}
STARS = {score: 6 - place for place, score in enumerate(Score, 1)}


def gb_code(score: str) -> str:
    """GB/T 39046 的满意度代码。"""
    return GB_CODES[Score(score)]


def score_of_gb(code: str) -> Score:
    """由 GB/T 39046 的代码得出评价等级。Raises: ValueError。"""
    return _of(GB_CODES, code)


def stars(score: str) -> int:
    """国家好差评接口的星级。"""
    return STARS[Score(score)]


def score_of_stars(count: int) -> Score:
    """由星级得出评价等级。Raises: ValueError。"""
    return _of(STARS, count)


def _of(codes: dict[Score, Any], code: Any) -> Score:
    for score, known in codes.items():
        if known == code:
            return score
    raise ValueError(f"没有这个满意度代码：{code}")


def is_bad(score: str) -> bool:
    """差评:不满意、非常不满意。"""
    return score in BAD_SCORES


def flaw_of(score: str, tags: Any, text: str) -> str:
    """这样评价还差什么;不差就是空串。差评要勾选一项或写明原因,否则无从整改。"""
    if is_bad(score) and not tags and not text.strip():
        return "请勾选不满意的方面，或写明原因，我们才知道改什么。"
    return ""


def is_finished(case: Any) -> bool:
    """结果已经送达,或已经办结、终止。"""
    return case.delivered_at is not None or case.closed_at is not None


# 谁可以 ---------------------------------------------------------------


def may_rate(case: Any, user: Any) -> bool:
    """申请人本人;凭编号和查询码来的,由系统署名。"""
    return bool(user.is_system) or (case.user_id is not None and case.user_id == user.pk)


def may_contact(task: Any, user: Any) -> bool:
    """责任人和本窗口的人,以及整改上交之后的督办人。"""
    return bool(user.may("take_in", task.unit)) or may_answer(task, user)


def may_answer(task: Any, user: Any) -> bool:
    """现在由谁负责:责任人(或本窗口代他的人);上交之后是那一级岗位的人。"""
    if user.pk == task.owner_id:
        return True
    if task.rung == Rung.OWNER:
        return bool(user.may("take_in", task.unit))
    return bool(task.is_held_by(user, task.rung))


def may_exclude(task: Any, user: Any) -> bool:
    """误评由科室负责人或分管副局长核实剔除,被评的人不能自己剔除。"""
    return user.pk != task.responsible_id and any(task.is_held_by(user, rung) for rung in (Rung.CHIEF, Rung.DEPUTY))


def by_system(task: Any, user: Any) -> bool:
    return bool(user.is_system)


# 现在能不能 -----------------------------------------------------------


@because("还没有联系评价人。")
def citizen_heard(task: Any) -> bool:
    """匿名的评价没有人可联系,直接整改。"""
    return bool(task.state == TaskState.CONTACTED or task.rating.anonymous)


@because("匿名评价不联系评价人。")
def citizen_is_named(task: Any) -> bool:
    return not task.rating.anonymous


# 服务纪律、责任追究 -----------------------------------------------------


def may_state(record: Any, user: Any) -> bool:
    """本人。"""
    return bool(user.pk == record.person_id)


def may_judge(record: Any, user: Any) -> bool:
    """服务纪律由单位的负责人处理，责任追究由分管副局长、局长决定；谁也不能处理自己的。"""
    if user.pk == record.person_id:
        return False
    if record.kind == ConductKind.ACCOUNTABILITY:
        return bool(user.may("sanction_denial", record.unit))
    return bool(record.is_led_by(user))


def may_answer_appeal(record: Any, user: Any) -> bool:
    """申诉由分管副局长、局长复核：不是本人，也不是原来处理的人；这样的人一个也没有，由本机关的审计人复核。"""
    apart = user.pk not in (record.person_id, record.decided_by_id)
    return apart and bool(record.is_reviewed_by(user))


@because("已经陈述过了。")
def not_yet_stated(record: Any) -> bool:
    return record.stated_at is None
