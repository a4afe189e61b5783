"""通知种类：叫什么、给谁、能不能晚点看或不看。

法定的告知、要人在期限里动手的督办，一律即时，关不掉；没有列在这里的种类也一律即时。
"""

from collections.abc import Mapping
from dataclasses import dataclass

CITIZEN, STAFF = "citizen", "staff"


@dataclass(frozen=True)
class Kind:
    """一种通知；mandatory 的不能改。"""

    code: str
    label: str
    audience: str
    mandatory: bool = False


_ALL = (
    Kind("case.received", "收到您的申请", CITIZEN, True),
    Kind("case.accepted", "受理", CITIZEN, True),
    Kind("case.correction", "请补齐材料", CITIZEN, True),
    Kind("case.granted", "准予的结果", CITIZEN, True),
    Kind("case.refused", "不予的结果和理由", CITIZEN, True),
    Kind("case.lapsed", "申请终止", CITIZEN, True),
    Kind("case.reminded", "请来参加必经的环节", CITIZEN, True),
    Kind("case.terminated", "终止办理的决定", CITIZEN, True),
    Kind("case.voided", "误录的一件作废", CITIZEN, True),
    Kind("case.overdue", "超过期限的说明", CITIZEN, True),
    Kind("case.withdrawn", "申请撤回", CITIZEN, True),
    Kind("case.hearing_refused", "不予听证的理由", CITIZEN, True),
    Kind("case.deferred_soon", "请按承诺补交材料", CITIZEN, True),
    Kind("case.moved", "申请转到了另一个受理点", CITIZEN, True),
    Kind("case.deferred_again", "补交的材料请再补一次", CITIZEN, True),
    Kind("case.deferred_broken", "容缺的材料逾期未补", CITIZEN, True),
    Kind("case.rectified", "登记的信息已更正", CITIZEN, True),
    Kind("case.confirm_code", "确认用的验证码", CITIZEN, True),
    Kind("mailbox.code", "核对邮箱的验证码", CITIZEN, True),
    Kind("pledge.mend", "承诺不实，请限期整改", CITIZEN, True),
    Kind("pledge.mended", "整改已经认可", CITIZEN, True),
    Kind("pledge.revoked", "决定撤销", CITIZEN, True),
    Kind("pledge.served", "撤销决定书送达", CITIZEN, True),
    Kind("retraction.told", "拟撤回、撤销，请陈述申辩", CITIZEN, True),
    Kind("retraction.decided", "决定撤回、撤销", CITIZEN, True),
    Kind("retraction.served", "撤回、撤销决定书送达", CITIZEN, True),
    Kind("retraction.kept", "决定继续有效", CITIZEN, True),
    Kind("denials.late_answer", "答复推迟", CITIZEN, True),
    Kind("denials.possible", "可以办、怎样办", CITIZEN, True),
    Kind("denials.studying", "正在研究", CITIZEN, True),
    Kind("denials.set_aside", "撤销原决定、重新办理", CITIZEN, True),
    Kind("denials.set_aside_served", "撤销告知书送达", CITIZEN, True),
    Kind("denials.upheld", "重新研究有结论", CITIZEN, True),
    Kind("joint.decided", "一件事都有结果了", CITIZEN, True),
    Kind("joint.next", "一件事的下一步", CITIZEN, True),
    Kind("fee.due", "应缴的费用", CITIZEN, True),
    Kind("fee.settled", "费用有变化", CITIZEN, True),
    Kind("parcel.ended", "您寄的材料到了没有", CITIZEN, True),
    Kind("parcel.settled", "您寄的材料，出入已了结", CITIZEN, True),
    Kind("parcel.back", "寄回您的原件", CITIZEN, True),
    Kind("case.certificate_ended", "证照不再有效", CITIZEN, True),
    Kind("certificate.expiring", "证照快到期", CITIZEN, True),
    Kind("case.renewal_late", "延续申请晚了", CITIZEN, True),
    Kind("case.deemed_renewed", "视为准予延续", CITIZEN, True),
    Kind("draft.expiring", "草稿快要删除", CITIZEN, True),
    Kind("case.barred", "一段时间内不得再次申请", CITIZEN, True),
    Kind("case.bar_lifted", "可以再次申请了", CITIZEN, True),
    Kind("case.delivered", "结果送达，请您评价", CITIZEN),
    Kind("enquiry.promised", "询问约定了答复时间", CITIZEN),
    Kind("enquiry.answered", "询问有答复", CITIZEN),
    Kind("message.to_applicant", "经办人留言", CITIZEN),
    Kind("mandate.asked", "请确认由谁代办", CITIZEN, True),
    Kind("mandate.running", "委托代办生效", CITIZEN, True),
    Kind("mandate.news", "您代办的申请到了哪一步", CITIZEN, True),
    Kind("mandate.ended", "代办人辞去委托", CITIZEN, True),
    Kind("rating.settled", "评价的处理结果", CITIZEN),
    Kind("rating.excluded", "评价不计入统计", CITIZEN),
    Kind("denials.your_turn", "请审定拟否定报告", STAFF, True),
    Kind("denials.to_clerk", "拟否定报告的回话", STAFF, True),
    Kind("denials.recall", "请重新研究", STAFF, True),
    Kind("denials.recall_late", "重新研究逾期", STAFF, True),
    Kind("denials.recall_unsettled", "重新研究没有按时定", STAFF, True),
    Kind("denials.recall_answered", "重新研究有答复", STAFF, True),
    Kind("denials.recall_settled", "重新研究有结论", STAFF, True),
    Kind("denials.precedent_doubted", "请复查先例", STAFF, True),
    Kind("parcel.announced", "申请人寄来材料", STAFF, True),
    Kind("case.deemed", "视为受理", STAFF, True),
    Kind("case.flag", "亮牌督办", STAFF, True),
    Kind("joint.flag", "超过联办时限", STAFF, True),
    Kind("slip.asked", "请提意见", STAFF, True),
    Kind("slip.late", "征求意见逾期", STAFF, True),
    Kind("slip.answered", "征求意见有答复", STAFF),
    Kind("case.review_again", "退回重审", STAFF, True),
    Kind("conduct.yours", "纪律与追责", STAFF, True),
    Kind("conduct.theirs", "纪律与追责，请处理、复核", STAFF, True),
    Kind("assessment.yours", "代办考核", STAFF, True),
    Kind("assessment.theirs", "代办考核，请审定、复核", STAFF, True),
    Kind("rating.bad", "收到差评", STAFF, True),
    Kind("rating.late", "整改逾期", STAFF, True),
    Kind("contact.coordinate", "请协调", STAFF, True),
    Kind("contact.late", "首问、引导、协调逾期", STAFF, True),
    Kind("contact.asked", "网上有人咨询", STAFF, True),
    Kind("contact.reopened", "群众说没有解决", STAFF, True),
    Kind("enquiry.late", "询问逾期", STAFF, True),
    Kind("wording.quoted", "请阅知引用的否定字眼", STAFF, True),
    Kind("case.deferred_came", "容缺的材料在网上补来了，请核对", STAFF, True),
    Kind("case.deferred_over", "容缺逾期未补，请联系", STAFF, True),
    Kind("case.redirected", "改送来一件，请接着办", STAFF, True),
    Kind("case.reassigned", "改派", STAFF, True),
    Kind("duty.swap", "值班换班", STAFF, True),
    Kind("case.handler", "承办人", STAFF, True),
    Kind("case.termination_asked", "请审定终止办理", STAFF, True),
    Kind("case.termination_answered", "终止办理的审定", STAFF, True),
    Kind("case.recused", "有人回避，请接着办", STAFF, True),
    Kind("fee.refund", "请办退费", STAFF, True),
    Kind("pledge.check", "请事后核查承诺", STAFF, True),
    Kind("pledge.revoke", "请审定撤销决定", STAFF, True),
    Kind("pledge.serve", "请送达撤销决定", STAFF, True),
    Kind("retraction.serve", "请送达撤回、撤销的文书", STAFF, True),
    Kind("retraction.heard", "陈述申辩期满，请上报", STAFF, True),
    Kind("retraction.decide", "请审定撤回、撤销", STAFF, True),
    Kind("retraction.answered", "撤回、撤销的回话", STAFF, True),
    Kind("denials.serve_set_aside", "请送达撤销告知书", STAFF, True),
    Kind("decision.told", "请签收决定，列入监管", STAFF, True),
    Kind("disclosure.settle", "请核实要不要公开", STAFF, True),
    Kind("disclosure.correct", "决定书另出了，请更正双公示", STAFF, True),
    Kind("decision.remark", "监管科室对决定有意见", STAFF),
    Kind("pledge.mend_over", "承诺的整改期限已过", STAFF, True),
    Kind("case.supplement_over", "补正期限已过", STAFF),
    Kind("denials.sheet", "日汇总表", STAFF),
    Kind("mandate.yours", "请您代办、委托有变化", STAFF, True),
    Kind("project.issue", "重点项目请协调", STAFF, True),
    Kind("project.late", "重点项目当日没有协调下来", STAFF, True),
    Kind("archive.unacknowledged", "移交清册还没有接收凭证", STAFF, True),
    Kind("cover.made", "离岗同事的交班", STAFF, True),
    Kind("cover.back", "交班交还", STAFF, True),
    Kind("contact.coming", "有群众引导到你处", STAFF),
    Kind("enquiry.asked", "申请人询问", STAFF),
    Kind("message.from_applicant", "申请人来消息", STAFF),
    Kind("catalog.checking", "指南核对", STAFF),
)
KINDS: Mapping[str, Kind] = {kind.code: kind for kind in _ALL}


def may_choose(code: str) -> bool:
    """这种通知收件人可以自己选；不认得的不可以。"""
    kind = KINDS.get(code)
    return kind is not None and not kind.mandatory


def kinds_for(audience: str) -> list[Kind]:
    """给群众(citizen)或给工作人员(staff)的种类。"""
    return [kind for kind in _ALL if kind.audience == audience]
