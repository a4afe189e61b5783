"""办件的用词。"""

from django.db.models import IntegerChoices, TextChoices


class CaseState(TextChoices):
    RECEIVED = "received", "已收件"
    CORRECTING = "correcting", "待补正"
    ACCEPTED = "accepted", "已受理"
    REVIEWING = "reviewing", "审查中"
    REVIEWED = "reviewed", "待决定"
    GRANTED = "granted", "准予"
    REFUSED = "refused", "不予许可"
    NOT_ACCEPTED = "not_accepted", "不予受理"
    WITHDRAWN = "withdrawn", "已撤回"
    LAPSED = "lapsed", "逾期未补正终止"
    TERMINATED = "terminated", "终止办理"
    VOIDED = "voided", "误录作废"
    DELIVERED = "delivered", "已送达"
    CLOSED = "closed", "已办结"


BEFORE_ACCEPTANCE = (CaseState.RECEIVED, CaseState.CORRECTING)
UNDER_WAY = (CaseState.ACCEPTED, CaseState.REVIEWING, CaseState.REVIEWED)
WAITING = BEFORE_ACCEPTANCE + UNDER_WAY
REASSIGNABLE = (*BEFORE_ACCEPTANCE, CaseState.ACCEPTED, CaseState.REVIEWING)  # 审查完毕以前
DECIDED = (
    CaseState.GRANTED, CaseState.REFUSED, CaseState.NOT_ACCEPTED, CaseState.LAPSED, CaseState.TERMINATED,
)  # fmt: skip


class Outcome(TextChoices):
    """办结结果;前缀数字是省网上办事大厅的办结结果代码(domain 3.6)。"""

    GRANTED = "granted", "准予"
    REFUSED = "refused", "不予许可"
    NOT_ACCEPTED = "not_accepted", "不予受理"
    WITHDRAWN = "withdrawn", "申请人撤回"
    LAPSED = "lapsed", "久不补正"
    TERMINATED = "terminated", "终止办理"
    VOIDED = "voided", "误录作废"
    ELSEWHERE = "elsewhere", "由其他机关办结"


class TerminationGround(TextChoices):
    """凭什么终止办理，只有这几样；办不办得成、够不够条件不在里面，那要走准予、不予。"""

    DIED = "died", "申请人死亡，没有人承受"
    DISSOLVED = "dissolved", "申请单位终止，没有人承受"
    ABSENT = "absent", "经书面催告，申请人仍不参加必经的环节"
    TRANSFERRED = "transferred", "事项依法划转给别的机关"
    NO_OBJECT = "no_object", "申请办理的对象不存在了"


class TerminationState(TextChoices):
    ASKED = "asked", "等领导审定"
    SANCTIONED = "sanctioned", "已审定终止"
    DECLINED = "declined", "不终止，接着办"


class RequiredStep(TextChoices):
    """催告申请人来参加哪一个必经的环节。要求听证是权利，不来听证不在里面。"""

    INSPECTION = "inspection", "现场核查"
    SIGNATURE = "signature", "当面签名、确认"
    FEE = "fee", "缴费"
    OTHER = "other", "法律、法规规定的其他环节"


class VoidWhy(TextChoices):
    """窗口误录的几种；申请人不想办了是撤回，不在里面。"""

    ITEM = "item", "录错了事项"
    APPLICANT = "applicant", "录错了申请人"
    TWICE = "twice", "同一份申请录了两次"


class Stage(TextChoices):
    """给群众看的环节只有三个(调政办发〔2020〕9号三(四)3)。"""

    ACCEPTANCE = "acceptance", "受理"
    REVIEW = "review", "审查"
    CLOSING = "closing", "办结"


class ApplicantKind(TextChoices):
    PERSON = "person", "个人"
    ORGANISATION = "organisation", "单位"


class Channel(TextChoices):
    """申报来源(GB/T 39046 附录 A.5：1 窗口 2 电脑端 3 移动端 4 快递 9 其他)。

    行政许可法第二十九条第三款：可以用信函、传真、电子邮件等提出；传真、电子邮件在 A.5 里都是“其他”，这里分开记。
    """

    WINDOW = "1", "窗口"
    ONLINE = "2", "电脑端"
    MOBILE = "3", "移动端"
    POST = "4", "信函（邮寄、快递）"
    FAX = "5", "传真"
    EMAIL = "6", "电子邮件"


SENT_IN = (Channel.POST, Channel.FAX, Channel.EMAIL)  # 人没有来，寄来、传来的：收件的人照到达的日期登记
AT_THE_DESK = (Channel.WINDOW, *SENT_IN)  # 由收件的窗口登记的
ON_PAPER = (Channel.WINDOW, Channel.POST, Channel.FAX)  # 有纸，要一手一手交


class MaterialForm(TextChoices):
    """材料收到时的形式(GB/T 39046 表5；消息集的 CLLX)。"""

    ORIGINAL = "original", "原件"
    COPY = "copy", "复印件"
    ELECTRONIC = "electronic", "电子件"


class MaterialWay(TextChoices):
    """材料是怎样交来的(GB/T 39046 表5 的收取方式)。"""

    WINDOW = "window", "窗口"
    ONLINE = "online", "网上"
    POST = "post", "邮寄"
    FAX = "fax", "传真"
    EMAIL = "email", "电子邮件"
    SYSTEM = "system", "别的系统送来"
    AGAIN = "again", "再用以前交的"
    SHARED = "shared", "部门共享获取"


class Verdict(TextChoices):
    UNCHECKED = "unchecked", "未核对"
    OK = "ok", "符合"
    MISSING = "missing", "缺少"
    DEFECTIVE = "defective", "不符合"
    DEFERRED = "deferred", "容缺后补"
    NOT_NEEDED = "not_needed", "不需要"
    PLEDGED = "pledged", "告知承诺"


class Opinion(TextChoices):
    PASS = "pass", "符合条件"
    DOUBT = "doubt", "不符合或有疑问"


class ContactChannel(TextChoices):
    """群众怎样来问的。"""

    VISIT = "visit", "来人"
    CALL = "call", "来电"
    LETTER = "letter", "来信"
    ONLINE = "online", "网上"
    PASSED_ON = "passed_on", "热线或别的单位转来"


class ContactState(TextChoices):
    """首问的去处只有这些：没有“不行”，也没有“不归我管”。"""

    OPEN = "open", "待了结"
    COORDINATING = "coordinating", "协调中"
    REFERRED = "referred", "已引导，待回访"
    ANSWERED = "answered", "已答复"
    CASE = "case", "已转为办件"
    SERVED = "served", "引导到位"


CONTACT_UNDER_WAY = (ContactState.OPEN, ContactState.COORDINATING, ContactState.REFERRED)


class Followed(TextChoices):
    """引导之后怎样了。"""

    SERVED = "served", "群众已办到"
    SIGNED = "signed", "承办单位已接办"
    NOT_SERVED = "not_served", "没有办到"


class ContactClockKind(TextChoices):
    CONCLUDE = "conclude", "首问了结"
    COORDINATE = "coordinate", "协调"
    FOLLOW_UP = "follow_up", "引导回访"


class EnquiryKind(TextChoices):
    """申请人可以问的(调政办发〔2020〕9号三(六)2)：是否受理、进展、未予批准的原因，和别的。

    申请回避也走这一条，由有权决定回避的负责人答复；听证主持人的，利害关系人也可以(行政许可法第四十八条第一款第三项)。
    """

    ACCEPTANCE = "acceptance", "受理了没有"
    PROGRESS = "progress", "办到哪一步了"
    REASONS = "reasons", "为什么没有批准"
    RECUSAL = "recusal", "申请有关人员回避"
    OTHER = "other", "其他"


SAYS_WHAT = (EnquiryKind.RECUSAL, EnquiryKind.OTHER)  # 要写明的


class EnquiryChannel(TextChoices):
    """怎样问来的：网上自己问的，打电话、到窗口问、由工作人员登记的，留言一个工作日没有人看、转来的。"""

    ONLINE = "online", "网上"
    PHONE = "phone", "电话"
    WINDOW = "window", "窗口"
    MESSAGE = "message", "留言转来"


BY_STAFF = (EnquiryChannel.PHONE, EnquiryChannel.WINDOW)


class EnquiryState(TextChoices):
    OPEN = "open", "待答复"
    PROMISED = "promised", "已约定答复时间"
    ANSWERED = "answered", "已答复"


ENQUIRY_UNDER_WAY = (EnquiryState.OPEN, EnquiryState.PROMISED)


class EnquiryClockKind(TextChoices):
    ANSWER = "answer", "答复询问"
    PROMISE = "promise", "约定的答复"


class Rung(IntegerChoices):
    """到了哪一级：没有动静就上交。"""

    HANDLER = 1, "经办人"
    CHIEF = 2, "科室负责人"
    DEPUTY = 3, "分管副局长"


class GroundKind(TextChoices):
    """否定的依据:三样必居其一。"""

    RULE = "rule", "明确规定"
    PRECEDENT = "precedent", "参照先例"
    REPORT = "report", "经审定的拟否定报告"


class Adjustment(TextChoices):
    """在领的救助怎样调整；决定时选定，不从决定的字句里认。"""

    MORE = "more", "增发"
    SAME = "same", "不变"
    LESS = "less", "减发"
    STOPPED = "stopped", "停发"


# 以前要先听取本人的意见(社会救助法第四十八条)；没有增发的，决定书都写明复议、诉讼
TAKES_AWAY = (Adjustment.LESS, Adjustment.STOPPED)
NOT_MORE = (Adjustment.SAME, *TAKES_AWAY)


class NotAccepting(TextChoices):
    """不予受理的几种（行政许可法第三十二条第一款第一项、第二项；其他法律、法规另有明文的）。"""

    NOT_NEEDED = "not_needed", "依法不需要办（不需要取得许可）"
    NOT_OURS = "not_ours", "依法不属于本机关职权范围"
    STATUTORY = "statutory", "法律、法规、规章明文规定不予受理的其他情形"


class ClockKind(TextChoices):
    NOTICE = "notice", "一次性告知"
    SUPPLEMENT = "supplement", "补正"
    STATUTORY = "statutory", "法定时限"
    PROMISED = "promised", "承诺时限"
    DELIVERY = "delivery", "送达"
    HEARING_REQUEST = "hearing_request", "要求听证"
    HEARING_HOLD = "hearing_hold", "组织听证"
    SET_ASIDE = "set_aside", "送达撤销告知书"
    RETRACTION_HEAR = "retraction_hear", "撤回、撤销以前的陈述申辩"
    RETRACTION_DECIDE = "retraction_decide", "审定撤回、撤销"
    RETRACTION_MEND = "retraction_mend", "补充以后重新报请审定撤回、撤销"
    RETRACTION_SERVE = "retraction_serve", "送达撤回、撤销的文书"
    RENEWAL = "renewal", "有效期届满以前决定是否延续"
    DECIDER = "decider", "报上一级决定"
    ASSIGN = "assign", "指派检验、检测、检疫人员"


PUBLIC_NOTICE = "public_notice:"  # 公告送达的三十日：public_notice:<送的是什么>


class LastWay(TextChoices):
    """平常的几种送不到时，还可以这样送（民事诉讼法第八十八条、第八十九条、第九十五条，参照）。

    到窗口来了、拒绝签署送达回证的，参照最高人民法院关于适用民事诉讼法的解释第一百三十一条（待确认）。
    """

    DOOR = "door", "上门直接送达"
    LEFT = "left", "留置送达"
    UNSIGNED = "unsigned", "到窗口拒绝签收"
    NOTICE = "notice", "公告送达"


class DeliveryResult(TextChoices):
    RECEIVED = "received", "已收到"
    RETURNED = "returned", "退回"


class ParcelResult(TextChoices):
    """一件邮件怎样了。"""

    ARRIVED = "arrived", "已收到"
    LOST = "lost", "没有收到"


class CertificateEnd(TextChoices):
    """证照怎样不再有效（行政许可法第八条、第六十九条、第七十条）。"""

    REVOKED = "revoked", "已撤销"
    WITHDRAWN = "withdrawn", "已撤回"
    CANCELLED = "cancelled", "已注销"
    TAKEN = "taken", "已吊销"


class RetractionKind(TextChoices):
    """机关依职权收回准予的决定，怎样收回；值与 CertificateEnd 的一样，数据库照此核对。"""

    WITHDRAWN = CertificateEnd.WITHDRAWN.value, "撤回"
    REVOKED = CertificateEnd.REVOKED.value, "撤销"
    TAKEN = CertificateEnd.TAKEN.value, "吊销"


class RetractionGround(TextChoices):
    """凭什么收回：撤回两种（行政许可法第八条第二款），撤销六种（第六十九条第一款五项、第二款）。"""

    LAW_CHANGED = "law", "所依据的法律、法规、规章修改或者废止"
    FACTS_CHANGED = "facts", "所依据的客观情况发生重大变化"
    MISUSE = "misuse", "工作人员滥用职权、玩忽职守作出准予"
    BEYOND = "beyond", "超越法定职权作出准予"
    PROCEDURE = "procedure", "违反法定程序作出准予"
    UNQUALIFIED = "unqualified", "申请人不具备申请资格或者不符合法定条件"
    OTHER = "other", "依法可以撤销的其他情形"
    DECEIT = "deceit", "以欺骗、贿赂等不正当手段取得"
    ELSEWHERE = "elsewhere", "别的机关的、以前纸质的文书已经定了"


class RetractionState(TextChoices):
    """从拟收回到生效：先告知、听取陈述申辩，再报领导审定，决定书送到才失去效力。"""

    PROPOSED = "proposed", "等送达告知书"
    HEARING = "hearing", "听取陈述、申辩"
    ASKED = "asked", "等领导审定"
    DECIDED = "decided", "已决定，等送达"
    DONE = "done", "已生效"
    KEPT = "kept", "审定：不收回"
    DROPPED = "dropped", "不再提出"


RETRACTION_OPEN = (
    RetractionState.PROPOSED, RetractionState.HEARING, RetractionState.ASKED, RetractionState.DECIDED,
)  # fmt: skip


class KeepWhy(TextChoices):
    """领导为什么不收回。"""

    HEARD = "heard", "采纳陈述、申辩"
    NOT_PROVEN = "unproven", "事实不清，理由不成立"
    NOT_NEEDED = "unneeded", "可以不收回"
    PUBLIC_HARM = "harm", "可能对公共利益造成重大损害（第六十九条第三款）"


class BarKind(TextChoices):
    """为什么几年内不得再次申请（行政许可法第七十八条、第七十九条）。"""

    CONCEALED = "concealed", "隐瞒有关情况、提供虚假材料"
    DECEIT = "deceit", "以欺骗、贿赂等不正当手段取得"


class CancelGround(TextChoices):
    """注销的六种情形（行政许可法第七十条）。"""

    EXPIRED = "expired", "有效期届满未延续"
    DIED = "died", "被许可的公民死亡或者丧失行为能力"
    DISSOLVED = "dissolved", "法人或者其他组织依法终止"
    RETRACTED = "retracted", "已依法撤销、撤回或者吊销"
    IMPOSSIBLE = "impossible", "因不可抗力无法实施"
    OTHER = "other", "法律、法规规定的其他情形"


class Decided(TextChoices):
    """告知监管科室的是哪一种决定。"""

    GRANTED = "granted", "准予"
    REFUSED = "refused", "不予许可"
    NOT_ACCEPTED = "not_accepted", "不予受理"
    REVOKED = "revoked", "撤销"
    WITHDRAWN = "withdrawn", "撤回"
    TAKEN = "taken", "吊销"
    CANCELLED = "cancelled", "注销"
    SET_ASIDE = "set_aside", "撤销原来的不予决定"


class DecisionNoticeState(TextChoices):
    SENT = "sent", "待签收"
    SIGNED = "signed", "已签收"


class DecisionNoticeClockKind(TextChoices):
    RECEIPT = "receipt", "监管科室签收"


class DisclosureState(TextChoices):
    """准予决定的信用公示（双公示）：核对了才公开；不公开要两个人定。"""

    WAITING = "waiting", "待核对公开"
    PROPOSED = "proposed", "拟不公开，等另一人核实"
    EXCLUDED = "excluded", "不公开"
    PUBLISHED = "published", "已公开"
    WITHDRAWN = "withdrawn", "已撤下"


class DisclosureClockKind(TextChoices):
    PUBLISH = "publish", "双公示"


class PartyKind(TextChoices):
    """行政相对人类别（发改办财金〔2018〕424号附件，待与本省最新的标准核对）。"""

    LEGAL = "legal", "法人及非法人组织"
    PERSON = "person", "自然人"
    SOLE = "sole", "个体工商户"


class LicenceKind(TextChoices):
    """许可类别（同上）。"""

    ORDINARY = "ordinary", "普通"
    CONCESSION = "concession", "特许"
    RECOGNITION = "recognition", "认可"
    APPROVAL = "approval", "核准"
    REGISTRATION = "registration", "登记"
    OTHER = "other", "其他"


class FlagKind(TextChoices):
    DEEMED = "deemed", "未按时一次性告知，视为受理"
    STATUTORY = "statutory", "超过法定时限(红牌)"
    PROMISED = "promised", "超过承诺时限(黄牌)"
    DELIVERY = "delivery", "超期未送达"
    DEFERRED = "deferred", "容缺材料逾期未补"
    TRANSIT = "transit", "移交逾期未签收"
    PROCEDURE = "procedure", "特别程序超过期限"
    HEARING = "hearing", "没有按期组织听证"
    PLEDGE = "pledge", "承诺的事后核查逾期"
    RETRACTION = "retraction", "撤回、撤销逾期没有审定"
    SECOND = "second", "第二次告知，我们的差错"
    REVIEW = "review", "这一级审查超过期限"
    RENEWAL = "renewal", "届满以前没有决定，视为准予延续"
    SUPERVISION = "supervision", "监管科室逾期未签收决定"
    DISCLOSURE = "disclosure", "双公示逾期未公开"
    DECIDER = "decider", "报上一级超过一个工作日没有决定"
    ASSIGN = "assign", "没有按期指派检验、检测、检疫人员"
    LOOK = "look", "网上补来的容缺材料没有按时核对"


# 超过了向申请人许诺的、法律规定的期限：原因要公开说明
EXPLAINED = (FlagKind.DEEMED, FlagKind.STATUTORY, FlagKind.PROMISED, FlagKind.DELIVERY)


# 特别程序 -------------------------------------------------------------

PROCEDURE = "procedure:"  # 特别程序自己的时钟：procedure:<指南里的键>
REVIEW = "review:"  # 分级审查里一级自己的时钟：review:<指南里的键>


class AttendanceWay(TextChoices):
    """直办类的怎样算到场：人来了、看过了，或者依法受理以后才看（社会救助的入户调查、许可的现场踏勘）。"""

    WINDOW = "window", "申请人到窗口来了"
    VISIT = "visit", "到现场看过了"
    LATER = "later", "受理以后到现场看"


class ProcedureKind(TextChoices):
    """特别程序怎么做，各有各的手续；从指南里写的名称认出来（rules.procedure_kind）。"""

    HEARING = "hearing", "听证"
    PUBLICITY = "publicity", "公示"
    INSPECTION = "inspection", "现场核查"
    PERIOD = "period", "须满的期间"
    OTHER = "other", "其他"


class ProcedureState(TextChoices):
    RUNNING = "running", "正在进行"
    ENDED = "ended", "已结束"
    STOPPED = "stopped", "随办件终止"


class HearingState(TextChoices):
    TOLD = "told", "已告知听证权利"
    REQUESTED = "requested", "要求听证，等待安排"
    SCHEDULED = "scheduled", "已定时间地点"
    RECORDED = "recorded", "笔录完成"
    WAIVED = "waived", "没有要求听证"


class Approver(TextChoices):
    """延期由谁批准。"""

    DIRECTOR = "director", "本机关负责人"
    GOVERNMENT = "government", "本级人民政府负责人"
    SUPERIOR = "superior", "上级机关"


class ExtensionState(TextChoices):
    ASKED = "asked", "等待批准"
    SANCTIONED = "sanctioned", "已批准"
    DECLINED = "declined", "不同意"
    LAPSED = "lapsed", "到期未批，失效"


class Matter(TextChoices):
    """要申请人确认的事。"""

    ENTRY = "entry", "代为录入"
    AMEND = "amend", "当场更正"
    RECTIFY = "rectify", "更正登记的信息"
    DEFERRAL = "deferral", "容缺受理承诺"
    WITHDRAW = "withdraw", "撤回申请"


class Registered(TextChoices):
    """登记的申请人信息，一栏一样。"""

    NAME = "name", "姓名或名称"
    ID_KIND = "id_kind", "证件类型"
    ID_NUMBER = "id_number", "证件号码"
    CONTACT_NAME = "contact_name", "联系人"
    PHONE = "phone", "联系电话"
    ADDRESS = "address", "地址"


IDENTITY_OF = (Registered.NAME, Registered.ID_KIND, Registered.ID_NUMBER)
REACHED_BY = (Registered.CONTACT_NAME, Registered.PHONE, Registered.ADDRESS)


class RectifyReason(TextChoices):
    """为什么更正：只选一种，不写话，日志里就不会有谁的信息。"""

    ENTERED_WRONG = "entered", "登记时录入错了"
    STATED_WRONG = "stated", "申请人填错了"
    CHANGED = "changed", "申请人的信息变了"


class RectifiedBy(TextChoices):
    """更正凭什么生效。"""

    CONFIRMED = "confirmed", "申请人确认"
    CHECKED = "checked", "窗口核对了证件原件"
    NEW_PHONE = "new_phone", "本人登录，新手机号收到的验证码"
    ACCOUNT = "account", "本人登录"


class ConfirmedBy(TextChoices):
    CODE = "code", "短信验证码"
    SIGNED = "signed", "签名页扫描"
    ONLINE = "online", "网上确认"
    AGENT = "agent", "申请人在网上委托的人代办"
    EXCHANGE = "exchange", "别的系统替申请人送来"


EXPIRY = "expiry:"  # 证照到期以前的提醒：expiry:<提前几天>
REMIND = "remind:"  # 容缺补交之前的提醒：remind:<材料代号>
LOOK = "look:"  # 窗口核对网上补来的容缺材料：look:<材料代号>

# 告知承诺 -------------------------------------------------------------

REVOKED = "revoked:"  # 送达撤销决定书的时钟：revoked:<材料代号>
PLEDGE = "pledge:"  # 事后核查、整改、审定撤销的时钟：pledge:<材料代号>


class PledgeState(TextChoices):
    """用承诺代替的一份证明。"""

    SIGNED = "signed", "已承诺"
    TAKEN_BACK = "taken_back", "已撤回，改交材料"
    CHECKING = "checking", "等事后核查"
    TRUE = "true", "核查属实"
    UNVERIFIED = "unverified", "无法核实"
    MENDING = "mending", "不实，限期整改"
    MENDED = "mended", "已整改"
    ASKED = "asked", "报请撤销，等审定"
    REVOKED = "revoked", "决定已撤销"
    KEPT = "kept", "审定不撤销"


PLEDGE_WAITING = (PledgeState.CHECKING, PledgeState.MENDING, PledgeState.ASKED)
PLEDGE_FALSE = (PledgeState.MENDING, PledgeState.MENDED, PledgeState.ASKED, PledgeState.REVOKED, PledgeState.KEPT)


def clock_label(kind: str) -> str:
    """时钟的中文名：容缺补交和特别程序各带着自己的键。"""
    if kind.startswith(PROCEDURE):
        return "特别程序"
    if kind.startswith(REVIEW):
        return "本级审查"
    if kind.startswith(REMIND):
        return "容缺补交提醒"
    if kind.startswith(LOOK):
        return "核对补来的容缺材料"
    if kind.startswith(EXPIRY):
        return "证照到期提醒"
    if kind.startswith(PLEDGE):
        return "承诺核查"
    if kind.startswith(REVOKED):
        return "送达撤销决定"
    if kind.startswith(PUBLIC_NOTICE):
        return "公告送达"
    return str(dict(ClockKind.choices).get(kind, "容缺补交")) if kind else ""


# 移交 -----------------------------------------------------------------


class TransferState(TextChoices):
    """一次移交:从交出单位手里到接收单位手里。"""

    WAITING = "waiting", "待交出"
    SENT = "sent", "在途"
    SIGNED_IN = "signed_in", "已签收"
    RECALLED = "recalled", "已撤回"
    TURNED_BACK = "turned_back", "已退回"


IN_PASSAGE = (TransferState.WAITING, TransferState.SENT)


class BatchState(TextChoices):
    DRAFT = "draft", "拟交"
    SENT = "sent", "在途"
    FINISHED = "finished", "签收完毕"
    CALLED_OFF = "called_off", "已取消"


class Leg(TextChoices):
    """全程受理四个环节里的两个：转办去，回复来（县级便民行政服务全程受理制二㈡）。"""

    FORWARD = "forward", "转办"
    BACK = "back", "回复"


class DifferenceKind(TextChoices):
    """差异：移交的清单与实物、申请人写的与寄来的，对不上的几种。"""

    MISSING = "missing", "清单上有，没有收到"
    EXTRA = "extra", "清单上没有，收到了"
    WRONG = "wrong", "不该交来，退回"
    DEFECT = "defect", "签收了，材料不符"
    LOST = "lost", "逾期未签收"
    CONTENTS = "contents", "寄来的与写的有出入"


class ContentsSettled(TextChoices):
    """寄来的与写的有出入，怎样了结的。"""

    SUPPLIED = "supplied", "缺的补来了"
    RETURNED = "returned", "多的、不对的退回了"
    CONFIRMED = "confirmed", "核对确认无误"
    TOLD = "told", "另行告知"


# 归档 -----------------------------------------------------------------


class ArchiveState(TextChoices):
    """电子档案：先归集，检测合格才移交，移交有回执才谈得上销毁本系统里的一份。"""

    ORDERED = "ordered", "待归集"
    MADE = "made", "已归集，待检测"
    CHECKED = "checked", "检测合格"
    FAULTY = "faulty", "检测不合格"
    TRANSFERRED = "transferred", "已移交"
    PROPOSED = "proposed", "拟销毁，等另一位管理员"
    DELETED = "deleted", "已销毁"


HANDED_OVER = (ArchiveState.TRANSFERRED, ArchiveState.PROPOSED, ArchiveState.DELETED)


# 委托代办 -------------------------------------------------------------


class MandateKind(TextChoices):
    """谁来代办：镇街、村居、窗口的代办员，或者申请人自己委托的人。"""

    STAFF = "staff", "代办员"
    PERSON = "person", "委托代理人"


class MandateScope(TextChoices):
    """代办人可以做的只有勾了的这些；撤回、领取要申请人特别写明。递交只在申请的时候委托。"""

    SUBMIT = "submit", "递交申请"
    SUPPLEMENT = "supplement", "补交材料"
    CONTACT = "contact", "留言、询问"
    HEARING = "hearing", "要求听证"
    WITHDRAW = "withdraw", "撤回申请"
    COLLECT = "collect", "领取结果"


class MandatePaper(TextChoices):
    """代理人递交申请时带来的委托书(行政许可法第二十九条)；不是递交时委托的没有，用系统出的那一份。"""

    ORIGINAL = "original", "纸质原件"
    SCAN = "scan", "扫描件"


LATER_SCOPES = [(one.value, one.label) for one in MandateScope if one != MandateScope.SUBMIT]


class ConsentHow(TextChoices):
    ONLINE = "online", "申请人在网上同意"
    SIGNED = "signed", "签了授权委托书"
    REDONE = "redone", "申请人原来同意的，机关改正后随办件接着算"


class TakenHow(TextChoices):
    """再用凭什么：申请人同意；机关改正自己的错，不必再交。"""

    ONLINE = ConsentHow.ONLINE.value, ConsentHow.ONLINE.label
    SIGNED = ConsentHow.SIGNED.value, ConsentHow.SIGNED.label
    REDONE = "redone", "机关改正后重新办理，不必再交"


class MandateState(TextChoices):
    ASKED = "asked", "等申请人同意"
    RUNNING = "running", "已生效"
    DECLINED = "declined", "申请人没有同意"
    REVOKED = "revoked", "申请人已收回"
    RESIGNED = "resigned", "代办人已辞去"
    EXPIRED = "expired", "已到期"
    RELIEVED = "relieved", "代办员停办，已解除"


MANDATE_OPEN = (MandateState.ASKED, MandateState.RUNNING)


# 重点项目 -------------------------------------------------------------


class IssueState(TextChoices):
    OPEN = "open", "待协调"
    ANSWERED = "answered", "已协调"


class IssueClockKind(TextChoices):
    """当日协调(调政办发〔2020〕9号三(五)2)；当日没有协调下来的，上交一级，再给一个工作日。"""

    SAME_DAY = "same_day", "当日协调"
    CLIMBED = "climbed", "上级协调"


# 联办 -----------------------------------------------------------------


class JointState(TextChoices):
    """联办件：各个事项自己走自己的，这里只看合起来到了哪里。"""

    RUNNING = "running", "正在办理"
    DECIDED = "decided", "都有结果，等出件"
    ENDED = "ended", "全部办结"


class JointClockKind(TextChoices):
    LIMIT = "limit", "联办时限"


class SlipState(TextChoices):
    """征求意见单：没有答复就是没有答复，不当作同意。"""

    QUEUED = "queued", "等前一家答复"
    ASKED = "asked", "等答复"
    ANSWERED = "answered", "已答复"
    EXPIRED = "expired", "逾期没有答复"
    DROPPED = "dropped", "随办件终止"


SLIP_UNSETTLED = (SlipState.QUEUED, SlipState.ASKED)


class SlipClockKind(TextChoices):
    ANSWER = "slip", "答复征求意见"


# 收费 -----------------------------------------------------------------


class FeeState(TextChoices):
    """一件的费用；不收费的办件没有这一行。"""

    ASSESSING = "assessing", "待核定"
    DUE = "due", "待缴"
    PAID = "paid", "已缴"
    EXEMPTED = "exempted", "已免"
    REFUNDING = "refunding", "应退"
    REFUNDED = "refunded", "已退"
    DROPPED = "dropped", "不再收"


FEE_OWED = (FeeState.ASSESSING, FeeState.DUE)
FEE_UNSETTLED = (*FEE_OWED, FeeState.REFUNDING)
FEE_TAKEN = (FeeState.PAID, FeeState.REFUNDING, FeeState.REFUNDED)


class PayMethod(TextChoices):
    BANK = "bank", "凭缴款码到银行缴"
    ONLINE = "online", "网上缴款"
    SCAN = "scan", "窗口扫码或刷卡"
    CASH = "cash", "窗口现金"


# 利害关系人、陈述申辩 ---------------------------------------------------


class Standing(TextChoices):
    """以什么身份陈述、申辩（行政许可法第三十六条）。"""

    APPLICANT = "applicant", "申请人"
    PARTY = "party", "利害关系人"
    AGENT = "agent", "代理人"


class NoHearing(TextChoices):
    """为什么不予听证（行政许可法第四十七条）；别的理由不行。"""

    LATE = "late", "超过五个工作日才提出"
    NO_RIGHT = "no_right", "不是申请人或者利害关系人，或者这一件不属于应当听证的"
    HELD = "held", "已经就这一件举行过听证"


class HandOffState(TextChoices):
    """转给外面的系统办的一次。"""

    OFFERED = "offered", "等对方接收"
    TAKEN = "taken", "对方办理中"
    DONE = "done", "对方办结"
    REFUSED = "refused", "对方不办，退回"
    BACK = "back", "已转回"
    STOPPED = "stopped", "随办件终止"


HAND_OFF_OPEN = (HandOffState.OFFERED, HandOffState.TAKEN)


class Decides(TextChoices):
    """转出以后由谁作决定：法定职权不因为系统变。"""

    OURS = "ours", "本机关决定，对方的结果作为意见"
    THEIRS = "theirs", "对方机关依法决定"


class HandOffClockKind(TextChoices):
    TAKING = "taking", "对方接收"
    PROGRESS = "progress", "对方告知进展"


class ArchiveBatchState(TextChoices):
    """一批档案移交。"""

    DRAWN = "drawn", "已列清册，等接收"
    ACKNOWLEDGED = "acknowledged", "已登记接收"
    DROPPED = "dropped", "作废"
