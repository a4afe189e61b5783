"""不行权的用词。"""

from django.db.models import TextChoices


class ReportState(TextChoices):
    WITH_CHIEF = "with_chief", "科室负责人审核中"
    WITH_DEPUTY = "with_deputy", "分管副局长审定中"
    WITH_DIRECTOR = "with_director", "局长审定中"
    RETURNED = "returned", "退回补充"
    STUDYING = "studying", "研究确定中"
    SANCTIONED = "sanctioned", "已核准否定"
    OVERTURNED = "overturned", "可以办"
    LAPSED = "lapsed", "已失效"


ON_A_RUNG = (ReportState.WITH_CHIEF, ReportState.WITH_DEPUTY, ReportState.WITH_DIRECTOR)
OPEN = (*ON_A_RUNG, ReportState.RETURNED, ReportState.STUDYING)
DECIDED = (ReportState.SANCTIONED, ReportState.OVERTURNED)


class Rung(TextChoices):
    """梯级:经办人 → 科室负责人 → 分管副局长 → 局长。"""

    CLERK = "clerk", "经办人"
    CHIEF = "chief", "科室负责人"
    DEPUTY = "deputy", "分管副局长"
    DIRECTOR = "director", "局长"


class Verdict(TextChoices):
    """一级的意见。"""

    SUPPORT = "support", "同意拟否定，上报"
    SANCTION = "sanction", "核准否定"
    OVERTURN = "overturn", "可以办(如何行)"
    SEND_BACK = "send_back", "退回补充"
    STUDY = "study", "研究确定、限期答复"
    SILENT = "silent", "逾期未审"
    MOOT = "moot", "不必再审"


class ClockKind(TextChoices):
    CHIEF = "chief", "科室负责人审核"
    DEPUTY = "deputy", "分管副局长审定"
    ANSWER = "answer", "48小时答复"
    STUDY = "study", "研究答复"
    PROMISE = "promise", "新承诺的答复"
    SETTLE = "settle", "定维持还是改正"


class RecallState(TextChoices):
    """叫回重新研究走到哪里。"""

    STUDYING = "studying", "研究中"
    ANSWERED = "answered", "已答复，待定"
    UPHELD = "upheld", "维持"
    SET_ASIDE = "set_aside", "改正"


RECALL_OPEN = (RecallState.STUDYING, RecallState.ANSWERED)


class RecallOpinion(TextChoices):
    """承办科室研究以后的意见。"""

    UPHOLD = "uphold", "维持原决定"
    CORRECT = "correct", "应当改正"


class SheetKind(TextChoices):
    REPORTS = "reports", "拟否定报告日汇总"
    REGISTER = "register", "否定报备日汇总"


class PrecedentState(TextChoices):
    IN_FORCE = "in_force", "有效"
    LIMITED = "limited", "限定适用"
    SUPERSEDED = "superseded", "已被取代"
    WITHDRAWN = "withdrawn", "已撤销"


class Holding(TextChoices):
    """先例的结论。"""

    REFUSE = "refuse", "不行"
    POSSIBLE = "possible", "可以办"
