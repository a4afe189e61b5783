"""文种表:每种文书的标题、文种代字、版式,以及登记时必须齐备的事实。

键名对应 `Paper.context` 的键;值是给人看的中文名,缺了就在 `MissingFact` 里逐项列出。
一律是普通 JSON:日期由调用者写成“2026年11月21日”(见 office.papers.words)。
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SEALED = "sealed"  # context 里加了密的几项(office.vault.lock_up)：住址这样不能明着放的，排版时才打开


class MissingFact(Exception):
    """登记文书时缺少必备内容;`missing` 是缺项的中文名。"""

    def __init__(self, title: str, missing: list[str]) -> None:
        self.missing = missing
        super().__init__(f"《{title}》还缺：{'、'.join(missing)}。")


@dataclass(frozen=True)
class Kind:
    """一个文种。"""

    code: str
    title: str
    word: str  # 文种代字,与机关代字合成发文字号
    needs: Mapping[str, str]
    lists: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # 列表键 → 每行必备的键
    titles: Mapping[str, str] = field(default_factory=dict)  # 事项类型代码、“类型:情形”、哪一种(why) → 标题
    only: Mapping[tuple[str, str], Mapping[str, str]] = field(default_factory=dict)  # (键, 值) → 那样的另外必备
    sealed: bool = True  # 是否须用印后才可送达
    decree: bool = False  # 决定书用文件格式,其余用信函格式(GB/T 9704-2012 第10章)
    remedies: bool = False  # 是否必须告知复议、诉讼
    hand_signed: bool = False  # 有手写签名的地方：签了名的那一份要扫描存下

    @property
    def template(self) -> str:
        return f"papers/{self.code}.html"

    def title_for(self, context: Mapping[str, Any]) -> str:
        """标题;决定书的标题随事项类型(GB/T 39046 附录A.1)和情形(变更、延续、注销、备案、救助)变化。"""
        kind, situation = str(context.get("item_kind", "")), context.get("situation", "")
        if context.get("deemed") and DEEMED in self.titles:
            return self.titles[DEEMED]
        by_kind = self.titles.get(f"{kind}:{situation}") or self.titles.get(kind)
        return by_kind or self.titles.get(str(context.get("why", "")), self.title)

    def missing(self, context: Mapping[str, Any]) -> list[str]:
        """缺项的中文名，依登记顺序；空表示齐备。准予的决定也有减少权益的(remedies)，一样要告知救济。"""
        needs = {**self.needs, **(_REMEDIES if context.get("remedies") else {})}
        for (key, value), more in self.only.items():
            needs |= more if context.get(key) == value else {}
        sealed = context.get(SEALED) or {}
        found = [label for key, label in needs.items() if not (context.get(key) or sealed.get(key))]
        found += [
            f"{self.needs.get(key, key)}第{number}行的{label}"
            for key, row_needs in self.lists.items()
            for number, row in enumerate(context.get(key) or (), 1)
            for row_key, label in row_needs.items()
            if not row.get(row_key)
        ]
        return found

    def check(self, context: Mapping[str, Any]) -> None:
        """缺项则抛 `MissingFact`。"""
        if missing := self.missing(context):
            raise MissingFact(self.title_for(context), missing)


_LETTER = {"agency": "机关名称", "applicant": "申请人", "item": "事项名称", "case_number": "办件编号"}
_CONTACT = {"contact": "联系方式"}
_BASIS = {"basis": "法律依据"}
_REMEDIES = {"reconsideration_body": "行政复议机关", "court": "有管辖权的人民法院"}
# 不归本机关的，告知向哪个机关申请（行政许可法第三十二条第一款第二项）
_COMPETENT = {"competent": "应当去哪个机关", "competent_address": "那个机关的地址", "competent_phone": "那个机关的电话"}
_REGISTER = {
    "agency": "机关名称",
    "unit": "承办单位",
    "applicant": "申请人或单位名称",
    "applicant_contact": "申请人联系方式",
    "item": "申请办理事项",
    "received": "受理日期",
    "case_number": "受理编号",
    "progress": "办理答复情况",
    "clerk": "经办人",
    "clerk_contact": "经办人联系方式",
    "reasons": "理由",
    "basis": "依据",
}
_SHEET = {
    "agency": "机关名称",
    "unit": "汇总单位",
    "day": "汇总日期",
    "cutoff": "截止时间",
    "prepared_by": "制表人",
}
_SHEET_ROW = {
    key: _REGISTER[key]
    for key in ("unit", "applicant", "item", "received", "case_number", "progress", "clerk", "reasons")
}
_OPINION = {"stage": "环节", "unit": "单位", "opinion": "意见", "name": "姓名", "at": "时间"}
_RELIEF = [f"{kind}:{one}" for kind in ("05", "07") for one in ("subsistence", "destitute", "relief")]
DEEMED = "deemed"  # 没有作出决定，依法视为准予的
_GRANTS = {
    DEEMED: "视为准予延续行政许可通知书",
    "01": "准予行政许可决定书",
    "05": "行政给付决定书",
    "07": "行政确认决定书",
    "08": "行政奖励决定书",
    "09": "行政裁决书",
    "10": "准予办理决定书",
    "20": "公共服务办理结果通知书",
    "01:change": "准予变更行政许可决定书",
    "01:renewal": "准予延续行政许可决定书",
    "01:cancellation": "注销行政许可决定书",
    **dict.fromkeys(_RELIEF, "社会救助确认告知书"),
    "05:adjustment": "社会救助调整（终止）决定书",
    "10:filing": "备案通知书",
}
_REFUSALS = {
    "01": "不予行政许可决定书",
    "05": "不予行政给付决定书",
    "07": "不予行政确认决定书",
    "08": "不予行政奖励决定书",
    "09": "不予行政裁决决定书",
    "10": "不予办理决定书",
    "20": "不予办理决定书",
    "01:change": "不予变更行政许可决定书",
    "01:renewal": "不予延续行政许可决定书",
    "01:cancellation": "不予注销行政许可决定书",
    **dict.fromkeys(_RELIEF, "社会救助不予确认告知书"),
    "05:adjustment": "社会救助不予调整决定书",
    "10:filing": "不予备案决定书",
}

_ALL = (
    Kind(
        "receipt",
        "申请材料接收凭证",
        "许收",
        {**_LETTER, "received": "收到日期", "materials": "材料清单", "received_by": "接收人", "query_code": "查询码"}
        | _CONTACT,
        {"materials": {"name": "材料名称", "copies": "份数"}},
    ),
    Kind(
        "acceptance",
        "受理通知书",
        "许受",
        {**_LETTER, "accepted": "受理日期", "due": "法定办结日期", "track": "查询方式"} | _BASIS | _CONTACT,
        hand_signed=True,
    ),
    Kind(
        "correction",
        "补正材料告知书",
        "许补",
        {**_LETTER, "received": "收到日期", "lines": "需补正的材料", "deadline": "补正期限", "how": "补正方式"}
        | {"consequence": "逾期不补正的后果"}
        | _CONTACT,
        {"lines": {"material": "材料名称", "defect": "存在的问题", "standard": "合格标准", "basis": "依据"}},
        hand_signed=True,
    ),
    Kind(
        "correction_receipt",
        "补正材料接收凭证",
        "许补收",
        {**_LETTER, "received": "收到日期", "notice_number": "补正告知书文号", "lines": "补正材料"}
        | {"received_by": "接收人"}
        | _CONTACT,
        {"lines": {"material": "材料名称", "result": "接收情况"}},
    ),
    Kind(
        "deferred_receipt",
        "容缺材料接收凭证",
        "许容收",
        {**_LETTER, "received": "收到时间", "lines": "容缺的材料", "received_by": "接收人"} | _CONTACT,
        {"lines": {"material": "材料名称", "result": "接收情况"}},
    ),
    Kind(
        "not_accepted",
        "不予受理决定书",
        "许不受",
        {**_LETTER, "applied": "申请日期", "why": "不予受理的种类", "reasons": "不予受理的理由"} | _BASIS | _REMEDIES,
        titles={"not_needed": "不受理告知书"},
        only={("why", "not_ours"): _COMPETENT},
        decree=True,
        remedies=True,
    ),
    Kind(
        "grant",
        "准予决定书",
        "许准",
        {**_LETTER, "accepted": "受理日期", "item_kind": "事项类型代码", "content": "准予的内容"} | _BASIS,
        titles=_GRANTS,
        only={("situation", "adjustment"): {"adjustment": "增发、不变、减发还是停发"}},
        decree=True,
    ),
    Kind(
        "refusal",
        "不予决定书",
        "许不",
        {**_LETTER, "accepted": "受理日期", "item_kind": "事项类型代码", "facts": "查明的事实", "reasons": "不予的理由"}
        | _BASIS
        | _REMEDIES,
        titles=_REFUSALS,
        decree=True,
        remedies=True,
    ),
    Kind(
        "approval_form",
        "审批表",
        "许审",
        {**_LETTER, "received": "收件日期", "result": "办理结果", "rows": "承办、审核、批准意见"} | _BASIS,
        {"rows": _OPINION},
        sealed=False,
    ),
    Kind(
        "extension_form",
        "延期审批表",
        "许延审",
        {
            **_LETTER,
            "accepted": "受理日期",
            "original_due": "原办结日期",
            "length": "延长期限",
            "rows": "报请、批准意见",
        }
        | _BASIS,
        {"rows": _OPINION},
        sealed=False,
    ),
    Kind(
        "extension",
        "延期通知书",
        "许延",
        {**_LETTER, "accepted": "受理日期", "original_due": "原办结日期", "extended": "延长期限"}
        | {"new_due": "延长后的办结日期", "reasons": "延期理由"}
        | _BASIS
        | _CONTACT,
    ),
    Kind(
        "special",
        "特别程序告知书",
        "许特",
        {**_LETTER, "accepted": "受理日期", "procedure": "特别程序", "duration": "所需时间", "reasons": "理由"}
        | _BASIS
        | _CONTACT,
    ),
    Kind(
        "publicity",
        "公示",
        "许示",
        {"agency": "机关名称", "item": "事项名称", "lines": "公示的内容", "from": "公示开始", "until": "公示期满"}
        | _BASIS
        | _CONTACT,
        {"lines": {"label": "公示的是哪一样", "value": "内容"}},
    ),
    Kind(
        "hearing_right",
        "听证告知书",
        "许听告",
        {**_LETTER, "accepted": "受理日期", "reasons": "告知的理由", "until": "提出要求的期限"} | _BASIS | _CONTACT,
    ),
    Kind(
        "hearing_notice",
        "听证通知书",
        "许听通",
        {**_LETTER, "sits": "听证时间", "place": "听证地点", "chair": "主持人"} | _BASIS | _CONTACT,
    ),
    Kind(
        "hearing_announcement",
        "听证公告",
        "许听公",
        {"agency": "机关名称", "applicant": "申请人", "item": "事项名称", "sits": "听证时间", "place": "听证地点"}
        | _BASIS
        | _CONTACT,
    ),
    Kind(
        "hearing_record",
        "听证笔录",
        "许听录",
        {**_LETTER, "sits": "听证时间", "place": "听证地点", "chair": "主持人", "clerk": "记录人"}
        | {"present": "到场的人", "record": "笔录", "signers": "签名的人"},
        sealed=False,
        hand_signed=True,
    ),
    Kind(
        "party_notice",
        "利害关系人告知书",
        "许利告",
        {**_LETTER, "party": "利害关系人", "interest": "有什么重大利害关系", "until": "提出意见的期限"}
        | _BASIS
        | _CONTACT,
    ),
    Kind(
        "party_hearing",
        "听证通知书",
        "许听通利",
        {**_LETTER, "party": "利害关系人", "sits": "听证时间", "place": "听证地点", "chair": "主持人"}
        | _BASIS
        | _CONTACT,
    ),
    Kind(
        "hearing_denied",
        "不予听证通知书",
        "许听不",
        {**_LETTER, "who": "提出要求的人", "asked_at": "提出的日期", "reasons": "不予听证的理由"}
        | {"complaint": "投诉渠道"}
        | _BASIS
        | _CONTACT,
    ),
    Kind(
        "statement",
        "陈述申辩笔录",
        "许陈",
        {**_LETTER, "who": "陈述申辩的人", "standing": "身份", "stated": "时间", "place": "地点", "text": "陈述、申辩"}
        | {"clerk": "记录人", "signer": "签名的人"},
        sealed=False,
        hand_signed=True,
    ),
    Kind(
        "inspection_record",
        "核查笔录",
        "许核",
        {**_LETTER, "visited": "核查时间", "place": "核查地点", "officers": "核查人员", "found": "看到的情况"}
        | {"conclusion": "核查结论", "present": "在场人及其意见"},
        {"officers": {"name": "姓名", "signed": "签名时间"}},
        sealed=False,
        hand_signed=True,
    ),
    Kind(
        "pledge",
        "告知承诺书",
        "许诺",
        {**_LETTER, "material": "用承诺代替的材料", "told": "告知的内容", "promised": "承诺的内容"}
        | {"consequences": "不实承诺的后果", "check_days": "事后核查的期限", "signer": "承诺人", "signed": "签名日期"}
        | _BASIS,
        sealed=False,
        hand_signed=True,
    ),
    Kind(
        "pledge_mend",
        "限期整改通知书",
        "许整",
        {**_LETTER, "material": "承诺的事项", "signed": "承诺日期", "found": "核查情况", "standard": "整改的标准"}
        | {"deadline": "整改期限"}
        | _BASIS
        | _CONTACT,
    ),
    Kind(
        "revocation",
        "撤销决定书",
        "许撤",
        {**_LETTER, "decided": "原决定日期", "facts": "查明的事实", "reasons": "撤销的理由", "decision": "审定的决定"}
        | _BASIS
        | _REMEDIES,
        decree=True,
        remedies=True,
    ),
    Kind(
        "retraction_notice",
        "拟撤回（撤销）决定告知书",
        "许撤告",
        {**_LETTER, "verb": "拟作的决定", "decided": "原决定日期", "facts": "查明的事实", "reasons": "理由"}
        | {"days": "陈述申辩的期限", "where": "陈述申辩的方式"}
        | _BASIS
        | _CONTACT,
        titles={"01:withdrawn": "拟撤回行政许可告知书", "01:revoked": "拟撤销行政许可告知书"},
    ),
    Kind(
        "retraction",
        "撤回决定书",
        "许撤回",
        {**_LETTER, "decided": "原决定日期", "facts": "查明的事实", "reasons": "撤回的理由", "decision": "审定的决定"}
        | {"public_interest": "为了什么公共利益", "redress": "补偿怎样办", "heard": "陈述申辩和采纳与否"}
        | _BASIS
        | _REMEDIES,
        titles={"01": "撤回行政许可决定书"},
        decree=True,
        remedies=True,
    ),
    Kind(
        "cancellation",
        "注销决定书",
        "许注",
        {**_LETTER, "certificate_number": "证照", "facts": "情况", "since": "从哪天起"} | _BASIS | _REMEDIES,
        titles={"01": "注销行政许可决定书"},
        decree=True,
        remedies=True,
    ),
    Kind(
        "set_aside",
        "撤销决定、重新办理告知书",
        "许撤重",
        {**_LETTER, "decision": "原决定", "decided": "原决定日期", "reasons": "撤销的理由", "steps": "接下来怎样办"}
        | _CONTACT
        | _BASIS
        | _REMEDIES,
        decree=True,
        remedies=True,
    ),
    Kind(
        "confirmation",
        "申请人确认书",
        "许确",
        {**_LETTER, "matter": "确认什么", "lines": "确认的内容"} | _CONTACT,
        sealed=False,
    ),
    Kind(
        "withdrawal_request",
        "撤回申请书",
        "许撤申",
        {**_LETTER, "received": "收件日期", "reasons": "撤回的原因", "consequence": "撤回的后果"} | _CONTACT,
        sealed=False,
    ),
    Kind(
        "withdrawal",
        "终止办理通知书",
        "许终",
        {**_LETTER, "withdrawn": "撤回日期"} | _CONTACT,
    ),
    Kind(
        "termination",
        "终止办理决定书",
        "许止",
        {**_LETTER, "received": "收件日期", "ground": "凭什么终止", "facts": "查明的事实", "again": "以后怎样办"}
        | _BASIS
        | _REMEDIES
        | _CONTACT,
        decree=True,
        remedies=True,
    ),
    Kind(
        "participation_reminder",
        "催告书",
        "许催",
        {**_LETTER, "received": "收件日期", "what": "要参加的环节", "text": "怎样参加", "until": "最迟哪一天"}
        | _CONTACT,
    ),
    Kind(
        "delivery",
        "送达回证",
        "许送",
        {"agency": "机关名称", "recipient": "受送达人", "item": "事项名称", "documents": "送达文书"}
        | {"way": "送达方式", "place": "送达地点", "delivered": "送达时间", "servers": "送达人"},
        {"documents": {"name": "文书名称", "number": "文号"}},
        hand_signed=True,
    ),
    Kind(
        "electronic_consent",
        "电子送达确认书",
        "许电",
        {**_LETTER, "system": "送达到哪里", "documents": "哪些文书", "arrival": "何时算送达", "take_back": "怎样收回"}
        | {"paper_copy": "要纸质文书的", "how": "怎样同意的", "agreed": "同意的日期"}
        | _CONTACT,
        sealed=False,
        hand_signed=True,
    ),
    Kind(
        "service_notice",
        "送达公告",
        "许送公",
        {"agency": "机关名称", "applicant": "受送达人", "documents": "送达文书", "reason": "为什么公告"}
        | {"posted": "公告的地方", "where": "领取的地方", "until": "视为送达的日期"}
        | _BASIS
        | _CONTACT,
        {"documents": {"name": "文书名称", "number": "文号"}},
    ),
    Kind(
        "mandate",
        "授权委托书",
        "许委",
        {**_LETTER, "agent": "受委托人", "scope": "委托事项和权限", "until": "委托期限", "how": "怎样委托的"},
        sealed=False,
        hand_signed=True,
    ),
    Kind(
        "fee_notice",
        "缴费通知书",
        "许费",
        {**_LETTER, "stage": "何时产生", "lines": "收费项目", "amount": "应缴金额", "capital": "大写金额"}
        | {"complaint": "投诉渠道"}
        | _BASIS
        | _CONTACT,
        {"lines": {"name": "项目名称", "standard": "收费标准", "amount": "金额", "basis": "依据"}},
    ),
    Kind("denial_report", "拟否定报告登记表", "拟否", _REGISTER, {"basis": {"title": "依据名称"}}, sealed=False),
    Kind("denial_sheet", "拟否定报告日汇总表", "拟否汇", _SHEET, {"rows": _SHEET_ROW}, sealed=False),
    Kind("register_entry", "否定报备登记表", "否备", _REGISTER, {"basis": {"title": "依据名称"}}, sealed=False),
    Kind("register_sheet", "否定报备日汇总表", "否备汇", _SHEET, {"rows": _SHEET_ROW}, sealed=False),
    Kind(
        "how_to",
        "可以办告知书",
        "可办",
        {
            "agency": "机关名称",
            "applicant": "申请人",
            "item": "事项名称",
            "situation": "目前情况",
            "steps": "可以怎么办",
        }
        | _CONTACT,
    ),
    Kind(
        "promise",
        "延迟答复告知书",
        "缓答",
        {"agency": "机关名称", "applicant": "申请人", "item": "事项名称", "asked": "提出日期", "reasons": "延迟的原因"}
        | {"due": "答复时间", "clerk": "首问责任人"}
        | _CONTACT,
    ),
    Kind(
        "referral",
        "引导单",
        "引导",
        {"agency": "机关名称", "request": "所办事项", "destination": "承办单位", "address": "地址", "phone": "电话"}
        | {"steps": "怎么去、怎么办", "issued_by": "首问责任人"},
        sealed=False,
    ),
    Kind(
        "handover_list",
        "办件移交清单",
        "移交",
        {"agency": "机关名称", "unit": "交出单位", "to_unit": "接收单位", "day": "移交日期", "due": "签收期限"}
        | {"batch_number": "清单编号", "prepared_by": "签出人", "rows": "办件"},
        {"rows": {"case_number": "办件编号", "item": "事项", "applicant": "申请人", "leg": "环节"}},
        sealed=False,
    ),
    Kind(
        "archive_list",
        "电子档案移交清册",
        "档移",
        {"agency": "机关名称", "to_office": "接收的档案部门", "batch_number": "清册编号", "prepared_by": "列清册的人"}
        | {"total": "件数", "size": "总字节数", "digest": "清册的摘要", "rows": "档案"},
        {"rows": {"case_number": "办件编号", "item": "事项", "period": "保管期限", "digest": "SM3 摘要"}},
        sealed=False,
    ),
)

KINDS: Mapping[str, Kind] = {kind.code: kind for kind in _ALL}


def choices() -> list[tuple[str, str]]:
    """文种一栏的选项；写成函数，加一个文种就不必跟着改一次库。"""
    return [(kind.code, kind.title) for kind in _ALL]
