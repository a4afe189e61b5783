"""交换的用词：十种报文(省网上办事大厅、统一申办的消息集)、报文的状态。"""

from django.db.models import TextChoices

SCHEMA = "1.0"  # 报文结构的版本；改了意思才换


class MessageKind(TextChoices):
    APPLICATION = "application", "申办"
    PRE_ACCEPTANCE = "pre_acceptance", "预受理"
    ACCEPTANCE = "acceptance", "受理"
    REVIEW = "review", "审批"
    CLOSING = "closing", "办结"
    PROCEDURE_ASKED = "procedure_asked", "特别程序申请"
    PROCEDURE_ENDED = "procedure_ended", "特别程序结果"
    SUPPLEMENT_ASKED = "supplement_asked", "补交告知"
    SUPPLEMENT_TAKEN = "supplement_taken", "补交受理"
    COLLECTION = "collection", "领取登记"


class Directed(TextChoices):
    """十种以外，只给一家的：把一件转给它办，再要回来。"""

    HAND_OFF = "hand_off", "转出"
    TAKE_BACK = "take_back", "转回"


NUMBERS = {kind: number for number, kind in enumerate(MessageKind)}  # 消息集里的编号 0—9
RECEIPT = "receipt"  # 对方送来的回执，不在十种之内


class MessageState(TextChoices):
    QUEUED = "queued", "待送出"
    SENT = "sent", "已送出，等回执"
    ACCEPTED = "accepted", "对方已收"
    REJECTED = "rejected", "对方退回"
    PARKED = "parked", "送不出去，等人处理"
    DROPPED = "dropped", "不再送"


UNSETTLED = (MessageState.QUEUED, MessageState.PARKED, MessageState.REJECTED)  # 没有了结，后面的等着


class Verdict(TextChoices):
    """回执的结论；received 只说收到了，办没办成另送回执。"""

    RECEIVED = "received", "收到"
    ACCEPTED = "accepted", "接收"
    REJECTED = "rejected", "退回"


class Algorithm(TextChoices):
    SM3 = "HMAC-SM3", "HMAC-SM3(GB/T 32905)"
    SHA256 = "HMAC-SHA256", "HMAC-SHA256"


class AdapterKind(TextChoices):
    SIGNED_JSON = "signed-json", "签名的 HTTP 与 JSON"


class Identity(TextChoices):
    MASKED = "masked", "证件号、电话遮盖"
    FULL = "full", "证件号、电话完整"
