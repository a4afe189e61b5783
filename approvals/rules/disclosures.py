"""双公示的问题：哪些决定公开，公开哪几样，什么不能写，谁可以。"""

import datetime
import re
from typing import Any

from approvals.rules import is_minor, stays_out
from approvals.states import ApplicantKind, DisclosureState, LicenceKind, Outcome, PartyKind
from catalog.rules.codes import is_uscc
from catalog.states import ItemKind, Theme
from office.identity import HKM_PERMIT, OLD_PERMANENT

DAYS = 7
BASIS = "作出决定之日起七个工作日内公开（双公示，发改办财金〔2018〕424号）"
FOREVER = datetime.date(2099, 12, 31)  # 长期有效的，报送时有效期至写这一天（424号附件，待核对）
SOLE = "92"  # 统一社会信用代码：登记管理部门 9 市场监管，机构类别 2 个体工商户（GB 32100-2015）
# 身份证号、手机号：连同中间夹着空格、短横的
PRIVATE = re.compile(r"(?<![0-9])(?:[1-9][0-9]{16}[0-9Xx]|1[3-9][0-9]{9})(?![0-9])")
# 别的证件：一看就是的（港澳通行证、旧式永久居留证），和前面写着是什么证的；前后连着字母、数字的是别的编号
PASS = re.compile(rf"(?<![A-Z0-9])(?:{HKM_PERMIT.pattern}|{OLD_PERMANENT.pattern})(?![A-Z0-9])")
NAMED_PASS = re.compile(
    r"(?:护照|通行证|台胞证|回乡证|居留(?:身份)?证)(?:号码?|编号)?[:：为是]?(?=[A-Z]{0,3}[0-9])[A-Z0-9]{5,15}"
)
# 固定电话：区号和号码中间隔开的，或者前面写着电话；连着写、没有说是电话的，分不清是不是编号
LANDLINE = re.compile(r"(?<![0-9])[(（]?0(?:10|2[0-9]|[3-9][0-9]{2})[)）\s\-－—]{1,3}[2-9][0-9]{6,7}(?![0-9])")
NAMED_LANDLINE = re.compile(r"(?:电话|座机|传真)(?:号码?)?[:：为是]?[(（]?0?[0-9]{7,11}")
SEPARATORS = re.compile(r"[\s\-－—_]+")
NUMBERS = ("party_code", "document_number", "certificate_number")  # 本身就是编号的几栏
WORDS = ("party_name", "representative", "document_name", "document_number", "certificate_name", "certificate_number",
         "content", "remark")  # fmt: skip
REQUIRED = {
    "party_name": "行政相对人名称", "document_name": "行政许可决定文书名称", "document_number": "行政许可决定文书号",
    "content": "许可内容", "valid_from": "有效期自",
}  # fmt: skip


def discloses(case: Any, on: datetime.date) -> bool:
    """公开的是准予行政许可的决定，变更、延续、注销也在内（行政许可法第四十条）；给付、确认不公开，不予不公开。"""
    licence = case.item.kind == ItemKind.LICENCE and case.outcome == Outcome.GRANTED
    return bool(licence) and not why_barred(case, on)


def why_barred(case: Any, on: datetime.date) -> str:
    """依法不能公开的；能就是空串。"""
    if case.item.withheld:
        return f"事项不公开：{case.item.withheld}"
    if case.item.theme == Theme.CHILDREN or is_minor(case.applicant, on):
        return "儿童、未成年人的不公开。"
    return ""


def party_of(applicant: Any) -> dict[str, str]:
    """行政相对人：组织写全称和统一社会信用代码；自然人的姓名、号码都遮住，机关外面看不到全的。"""
    if applicant.kind == ApplicantKind.PERSON:
        return {
            "party_kind": PartyKind.PERSON, "party_name": applicant.masked_name, "party_code": "",
            "party_number": applicant.masked_id,
        }  # fmt: skip
    code = applicant.id_number.strip().upper()
    return {
        "party_kind": kind_of(code), "party_name": applicant.name, "party_code": code if is_uscc(code) else "",
        "party_number": "",
    }  # fmt: skip


def kind_of(code: str) -> PartyKind:
    """不是自然人的，照统一社会信用代码分：个体工商户，别的是法人、非法人组织。"""
    return PartyKind.SOLE if is_uscc(code) and code.startswith(SOLE) else PartyKind.LEGAL


def content_of(case: Any, certificate: Any) -> str:
    """许可内容：证照上的许可范围，没有的写事项的名称。"""
    return str((certificate.scope if certificate else "") or case.guide.name)


def licence_kind(name: str) -> LicenceKind:
    """登记类的看名称；别的先按普通，由核对的人改。"""
    return LicenceKind.REGISTRATION if "登记" in name else LicenceKind.ORDINARY


def flaw_of(told: Any) -> str:
    """写了不能公开的，或者少写了必填的；没有就是空串。"""
    lacking = [label for name, label in REQUIRED.items() if not told.get(name)]
    if lacking:
        return f"请填写{'、'.join(lacking)}。"
    until = told.get("valid_until")
    if until and until < told["valid_from"]:
        return "有效期至不能早于有效期自。"
    code = told.get("party_code", "")
    if code and (told.get("party_kind") == PartyKind.PERSON or not is_uscc(code)):
        return "统一社会信用代码不对；自然人不填。"
    if any(_is_private_in(told, name) for name in WORDS):
        return "公开的内容里不能有身份证件号码、电话号码，请去掉。"
    return ""


def _is_private_in(told: Any, name: str) -> bool:
    """这一栏能不能公开：编号栏只拦身份证号、手机号；别的栏里照抄的文书号、证照编号不算。"""
    text = str(told.get(name) or "")
    if name in NUMBERS:
        return _tells_a_person(text)
    for one in filter(None, (str(told.get(one) or "") for one in NUMBERS)):
        text = re.sub(rf"(?<![0-9A-Za-z]){re.escape(one)}(?![0-9A-Za-z])", "，", text)  # 只认整个的编号
    return is_private(text)


def is_private(text: str) -> bool:
    """字里有没有身份证件号码、电话号码；统一社会信用代码、证照编号不算。"""
    told = text.upper()
    joined = SEPARATORS.sub("", told)
    spoken = any(one.search(joined) for one in (PASS, NAMED_PASS, NAMED_LANDLINE))
    return spoken or bool(PASS.search(told) or LANDLINE.search(told)) or _tells_a_person(text)


def _tells_a_person(text: str) -> bool:
    """身份证号、手机号。"""
    for found in PRIVATE.findall(SEPARATORS.sub("", text)):
        if len(found) == len("13800000000") or not is_uscc(found.upper()):
            return True
    return False


# 谁可以 ---------------------------------------------------------------


def may_check(disclosure: Any, user: Any) -> bool:
    """核对、公开、更正、提出不公开：承办科室审查、负责的人。"""
    section = disclosure.case.section
    ours = any(user.may(perm, section) for perm in ("review_case", "decide_case"))
    return bool(ours) and not stays_out(disclosure.case, user)


def may_settle(disclosure: Any, user: Any) -> bool:
    """不公开由提出的人以外、有权决定的人核实；一个人定不了。"""
    return leads(disclosure, user) and user.pk != disclosure.proposed_by_id


def leads(disclosure: Any, user: Any) -> bool:
    """撤下：承办科室有权决定的人。"""
    return bool(user.may("decide_case", disclosure.case.section)) and not stays_out(disclosure.case, user)


def is_public(disclosure: Any) -> bool:
    return bool(disclosure.state == DisclosureState.PUBLISHED)


LABELS = (
    "行政相对人名称", "行政相对人类别", "统一社会信用代码", "证件号码", "法定代表人", "行政许可决定文书名称",
    "行政许可决定文书号", "许可类别", "许可证书名称", "许可编号", "许可内容", "许可决定日期", "有效期自", "有效期至",
    "许可机关", "许可机关统一社会信用代码", "当前状态", "备注",
)  # fmt: skip


def public_lines(one: Any) -> list[tuple[str, str]]:
    """公开出来的就是这几行，次序照报送的标准；空的不列。"""
    values = (
        one.party_name, one.get_party_kind_display(), one.party_code, one.party_number, one.representative,
        one.document_name, one.document_number, one.get_licence_kind_display(), one.certificate_name,
        one.certificate_number, one.content, f"{one.decided_on:%Y-%m-%d}", f"{one.valid_from:%Y-%m-%d}",
        f"{one.valid_until:%Y-%m-%d}" if one.valid_until else "长期", one.authority_name, one.authority_code,
        one.status, one.remark,
    )  # fmt: skip
    return [(label, value) for label, value in zip(LABELS, values, strict=True) if value]
