"""办件的哪一步说成哪几种报文，代码怎样取(domain 3.6：省网上办事大厅、统一申办的消息集)。"""

from collections.abc import Mapping

from approvals.states import Channel, Outcome
from office.exchange.states import Directed
from office.exchange.states import MessageKind as M

# 办件日志的动词末一节 → 报文，依次
OF_CASE: Mapping[str, tuple[str, ...]] = {
    "receive": (M.APPLICATION,),
    "rectify": (M.APPLICATION,),  # 登记的信息更正了，申办的内容照新的再说一遍
    "ask_to_supplement": (M.PRE_ACCEPTANCE, M.SUPPLEMENT_ASKED),
    "tell_again": (M.PRE_ACCEPTANCE, M.SUPPLEMENT_ASKED),
    "take_supplement": (M.SUPPLEMENT_TAKEN,),
    "accept": (M.PRE_ACCEPTANCE, M.ACCEPTANCE),
    "deem_accepted": (M.PRE_ACCEPTANCE, M.ACCEPTANCE),
    "refuse_acceptance": (M.PRE_ACCEPTANCE, M.ACCEPTANCE, M.CLOSING),
    "begin_review": (M.REVIEW,),
    "give_opinion": (M.REVIEW,),
    "grant": (M.REVIEW, M.CLOSING),
    "grant_on_the_spot": (M.REVIEW, M.CLOSING),
    "deem_renewed": (M.CLOSING,),
    "deny": (M.REVIEW, M.CLOSING),
    "correct_certificate": (M.CLOSING,),
    "end_certificate": (M.CLOSING,),
    "record_certificate": (M.CLOSING,),
    "withdraw": (M.CLOSING,),
    "lapse": (M.CLOSING,),
    "terminate": (M.CLOSING,),
    "void": (M.CLOSING,),
    "settle_elsewhere": (M.CLOSING,),
    "deliver": (M.COLLECTION,),
}
OF_PROCEDURE: Mapping[str, tuple[str, ...]] = {
    "start": (M.PROCEDURE_ASKED,),
    "end": (M.PROCEDURE_ENDED,),
    "stop": (M.PROCEDURE_ENDED,),
}
OF_EXTENSION: Mapping[str, tuple[str, ...]] = {"sanction": (M.PROCEDURE_ASKED, M.PROCEDURE_ENDED)}

PRE_ACCEPTED, NOT_ACCEPTED, SUPPLEMENT = "1", "2", "3"  # YSLZTDM
ACCEPTED, REFUSED = "1", "2"  # SLZTDM
HANDLED, REVIEWED, APPROVED = "1", "2", "3"  # SPHJDM：1 承办 2 审核 3 批准
STAGES: Mapping[str, str] = {"begin_review": HANDLED, "give_opinion": REVIEWED}  # 别的都是决定
EXTENDED, OTHER = "A", "B"  # 特别程序：A 延长审批 B 其他
PAPER, ELECTRONIC = "0", "1"  # WJLX
FORMS: Mapping[str, str] = {"original": "0", "copy": "1", "electronic": "2"}  # CLLX
# TJFS，照 GB/T 39046 附录 A.5；传真、电子邮件都是 9 其他
CHANNELS: Mapping[str, str] = {Channel.FAX: "9", Channel.EMAIL: "9"}
# BJJGDM，较新的一套：0 准予 1 不予许可 2 作废 4 转报 5 退件(久不补正、主动放弃) 6 不予受理；
# 3 删除不用：收下的件不删。终止办理没有专门的代码，记作退件，理由写明(待与接入方核对)；事项划转的另记转报
PASSED_ON = "4"
CLOSED: Mapping[str, str] = {
    Outcome.GRANTED: "0",
    Outcome.REFUSED: "1",
    Outcome.WITHDRAWN: "5",
    Outcome.LAPSED: "5",
    Outcome.NOT_ACCEPTED: "6",
    Outcome.TERMINATED: "5",
    Outcome.VOIDED: "2",
    Outcome.ELSEWHERE: PASSED_ON,
}
OF_HAND_OFF: Mapping[str, tuple[str, ...]] = {
    "offer": (Directed.HAND_OFF,),
    "take_back": (Directed.TAKE_BACK,),
    "stop": (Directed.TAKE_BACK,),
}

# 转出以后对方告知的，代码怎样念；没有代码的种类只有一种念法
HEARD: Mapping[str, Mapping[str, str]] = {
    M.ACCEPTANCE: {ACCEPTED: "受理", REFUSED: "不予受理"},
    M.REVIEW: {HANDLED: "开始审查", REVIEWED: "审核", APPROVED: "批准环节"},
    M.PROCEDURE_ASKED: {EXTENDED: "申请延长审批", OTHER: "进入特别程序"},
    M.PROCEDURE_ENDED: {EXTENDED: "延长审批有了结果", OTHER: "特别程序结束"},
    M.SUPPLEMENT_ASKED: {"": "请补交材料"},
    M.CLOSING: {"0": "准予", "1": "不予许可", "2": "作废", "3": "删除", "4": "转报", "5": "退件", "6": "不予受理"},
    M.COLLECTION: {"": "结果已经领取"},
}
CODED: Mapping[str, str] = {
    M.ACCEPTANCE: "SLZTDM", M.REVIEW: "SPHJDM", M.PROCEDURE_ASKED: "kind", M.PROCEDURE_ENDED: "kind",
    M.CLOSING: "BJJGDM",
}  # fmt: skip
REFUSALS = ("1", "6")  # 不予许可、不予受理
GIVEN_BACK = ("2", "3", "4", "5")  # 作废、删除、转报、退件：对方没有办成，回到我们这里
