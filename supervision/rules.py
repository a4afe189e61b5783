"""评价与整改的问题与换算:纯函数,按属性取用。"""

from collections.abc import Mapping, Sequence
from typing import Any

from approvals.states import Outcome
from office.stateful import because
from supervision.states import BAD_SCORES, AssessmentGrade, ConductKind, Rung, Score, TaskState

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
    """结果已经送达,或已经办结、终止；窗口误录作废的没有办过，不请人评价。"""
    return case.outcome != Outcome.VOIDED and (case.delivered_at is not None or case.closed_at is not None)


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
    return user.pk not in record.concerned and bool(record.is_reviewed_by(user))


@because("已经陈述过了。")
def not_yet_stated(record: Any) -> bool:
    return record.stated_at is None


# 代办考核 -------------------------------------------------------------

GRADES = (AssessmentGrade.EXCELLENT, AssessmentGrade.QUALIFIED, AssessmentGrade.BASIC, AssessmentGrade.UNQUALIFIED)
# 三个率：名称、做到了的、共几件
RATES = {
    "in_time": ("按时作出决定", "on_time", "decided"),
    "satisfied": ("申请人满意", "pleased", "rated"),
    "same_day": ("当日协调下来", "settled_same_day", "issues"),
}


def suggested_grade(figures: Mapping[str, int], rule: Mapping[str, Any]) -> tuple[AssessmentGrade, list[str]]:
    """照规则算的等次，和一条一条的理由：各率、成立的纪律记录各落在哪一档，取最差的一档。

    rule 是本局参数(AGENT_ASSESSMENT)：least 至少几件才定等次；rates 各率到优秀、合格、基本合格要多少(0 到 1)；
    conduct 成立的纪律、追责记录到优秀、合格、基本合格至多几件。没有的率不算；件数不够又没有纪律记录的，不定等次。
    """
    bands, said = [], []
    for key, (name, some, all_of) in RATES.items():
        if figures[all_of]:
            rate = figures[some] / figures[all_of]
            bands.append(_band([rate >= least for least in rule["rates"][key]]))
            said.append(f"{name} {figures[some]}/{figures[all_of]}（{rate:.0%}）：{bands[-1].label}")
    count = figures["conduct"]
    bands.append(_band([count <= most for most in rule["conduct"]]))
    said.append(f"成立的纪律、追责记录 {count} 件：{bands[-1].label}")
    if figures["helped"] + figures["issues"] < rule["least"] and not count:
        few = f"代办、协调的共 {figures['helped'] + figures['issues']} 件，不到 {rule['least']} 件，不定等次"
        return AssessmentGrade.NONE, [*said, few]
    return max(bands, key=GRADES.index), said


def _band(reached: Sequence[bool]) -> AssessmentGrade:
    return next((grade for grade, does in zip(GRADES, reached, strict=False) if does), AssessmentGrade.UNQUALIFIED)


def may_confirm(record: Any, user: Any) -> bool:
    """审定、退回：分管副局长、局长，不是本人，也不是提出的人；这样的人一个也没有，由本机关的审计人审定。"""
    return user.pk not in record.concerned and bool(record.is_reviewed_by(user))
