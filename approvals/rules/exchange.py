"""办件的哪一步说成哪几种报文，代码怎样取(domain 3.6：省网上办事大厅、统一申办的消息集)。"""

from collections.abc import Mapping

from approvals.states import Channel, Outcome
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
CLOSED: Mapping[str, str] = {
    Outcome.GRANTED: "0",
    Outcome.REFUSED: "1",
    Outcome.WITHDRAWN: "5",
    Outcome.LAPSED: "5",
    Outcome.NOT_ACCEPTED: "6",
    Outcome.TERMINATED: "5",
    Outcome.VOIDED: "2",
}
PASSED_ON = "4"
