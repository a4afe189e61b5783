"""终止办理和误录作废的规矩。

终止不是说“不”的另一条路：凭什么只有写定的五样，办不办得成、够不够条件都不在里面；每一样都由科室报、分管领导审定，
催告过的才可以说“不参加”。误录作废只收拾窗口自己录错的，告知、受理以后就不能再作废。
"""

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from approvals.rules import may_decide, may_order_recusal, may_review, may_take_in, stays_out
from approvals.states import BEFORE_ACCEPTANCE, WAITING, ApplicantKind, Channel, TerminationGround
from office.stateful import because
from office.workdays.rules import local

G = TerminationGround
CITED = re.compile(r"《[^《》]{3,}》第[〇零一二三四五六七八九十百0-9]+条")
NOTICE_DAYS = 5  # 催告至少留几个工作日；法律没有统一规定，按本局通行做法，待法制机构确认


@dataclass(frozen=True)
class Ground:
    """一样终止的理由：谁才有、要不要证明、要不要先催告、去处要不要写明；again 写进决定书。

    行政许可法对申请途中的终止没有一般规定，依据由报请的人写明到条；hint 只是提示，都待本机关法制机构确认。
    """

    again: str
    hint: str
    kind: str = ""
    proof: bool = False
    reminded: bool = False
    elsewhere: bool = False


TERMS: Mapping[str, Ground] = {
    G.DIED: Ground(
        "有承受权利、接着办的人，可以以自己的名义另行申请。",
        "可以参照《中华人民共和国行政复议法》第四十一条；证明材料：死亡证明、户籍注销证明等。",
        kind=ApplicantKind.PERSON, proof=True,
    ),
    G.DISSOLVED: Ground(
        "有承受权利、接着办的单位或者个人，可以以自己的名义另行申请。",
        "可以参照《中华人民共和国行政复议法》第四十一条；证明材料：注销登记、清算终结的文书等。",
        kind=ApplicantKind.ORGANISATION, proof=True,
    ),
    G.ABSENT: Ground(
        "以后可以随时就同一事项重新申请。",
        "写明哪部法律、法规、规章规定了这个环节非参加不可；没有规定的不能凭这一样终止。",
        reminded=True,
    ),
    G.TRANSFERRED: Ground(
        "已经交来的材料，需要的可以到本机关领回。",
        "可以引《中华人民共和国行政许可法》第二十二条；证明材料：划转事项的文件。",
        proof=True, elsewhere=True,
    ),
    G.NO_OBJECT: Ground(
        "情况有变化的，可以随时重新申请。",
        "写明哪部法律、法规、规章规定了这个对象；证明材料：核查笔录、有关机关的文书等。",
        proof=True,
    ),
}  # fmt: skip


def fits(ground: str, case: Any) -> bool:
    """个人的、单位的各有各的；不合的不给选。"""
    return not TERMS[ground].kind or TERMS[ground].kind == case.applicant.kind


def cites(basis: str) -> bool:
    """写到了哪部法的哪一条。"""
    return bool(CITED.search(basis))


def may_ask(case: Any, user: Any) -> bool:
    """报请终止：审查、决定这一件的人；受理以前，也可以是收件的窗口。"""
    if case.state not in WAITING:
        return False
    taking_in = case.state in BEFORE_ACCEPTANCE and may_take_in(case, user)
    return taking_in or may_review(case, user) or may_decide(case, user)


def may_remind(case: Any, user: Any) -> bool:
    """催告：报请的人，和收件的窗口。"""
    return may_ask(case, user) or (case.state in WAITING and may_take_in(case, user))


def may_terminate(case: Any, user: Any) -> bool:
    """分管副局长、局长；回避的不能。此刻轮不轮到他，动作另问。"""
    return bool(user.may("sanction_denial", case.section)) and not stays_out(case, user)


def may_answer(termination: Any, user: Any) -> bool:
    """审定：报请的人不能自己定。"""
    return user.pk != termination.asked_by_id and may_terminate(termination.case, user)


# 误录作废 -------------------------------------------------------------


def may_void(case: Any, user: Any) -> bool:
    """收件的人自己录错的，当天自己作废；隔了天的、别人录的，由负责人、分管领导作废(是哪一种，动作另问)。"""
    return may_take_in(case, user) or may_void_for_others(case, user)


def may_void_for_others(case: Any, user: Any) -> bool:
    return may_order_recusal(case, user)


def same_day(case: Any, at: datetime.datetime) -> bool:
    return bool(local(case.received_at).date() == local(at).date())


@because("只有窗口录入的才会录错：申请人自己在网上交的，由他自己撤回。")
def entered_at_the_window(case: Any) -> bool:
    return bool(case.channel == Channel.WINDOW and not case.source)


@because("已经一次性告知过的，不能再当作没有收过。")
def nothing_told(case: Any) -> bool:
    return not case.told_once


@because("联办的一件不能单独作废。")
def stands_alone(case: Any) -> bool:
    return case.joint_id is None
