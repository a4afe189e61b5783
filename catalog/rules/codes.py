"""编码:统一社会信用代码与事项编码的结构。只校验,不编造。"""

import re
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError

from catalog.states import ItemKind, Level

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def uscc_check_character(first17: str) -> str:
    """统一社会信用代码第 18 位(GB 32100-2015)。"""
    total = sum(USCC_ALPHABET.index(c) * w for c, w in zip(first17, USCC_WEIGHTS, strict=True))
    return USCC_ALPHABET[-total % 31]


def is_uscc(text: str) -> bool:
    """18 位、字母表内、校验位对。"""
    return bool(re.fullmatch(f"[{USCC_ALPHABET}]{{18}}", text)) and uscc_check_character(text[:17]) == text[17]


@dataclass(frozen=True)
class BasicCode:
    """基本编码 12 位 = 目录归属 2 + 事项类型 2 + 行业 2 + 主项 3 + 子项 3(GB/T 39554.1-2020)。"""

    catalogue: str
    kind: str
    trade: str
    main: str
    sub: str


@dataclass(frozen=True)
class ImplementationCode:
    """实施编码 31 位 = 统一社会信用代码 18 + 行使层级 1 + 基本编码 12;业务办理项再加 2 位顺序号。"""

    uscc: str
    level: str
    basic: BasicCode
    serial: str = ""


def parse_basic_code(text: str) -> BasicCode:
    """Raises: ValueError(一句中文)。"""
    if not re.fullmatch(r"[0-9]{12}", text):
        raise ValueError("基本编码是 12 位数字")
    code = BasicCode(text[:2], text[2:4], text[4:6], text[6:9], text[9:])
    if code.kind not in ItemKind.values:
        raise ValueError(f"基本编码第 3、4 位“{code.kind}”不是“6+1”类事项类型")
    return code


def parse_implementation_code(text: str) -> ImplementationCode:
    """31 位的实施编码或 33 位的业务办理项编码。Raises: ValueError(一句中文)。"""
    if len(text) not in (31, 33):
        raise ValueError("实施编码是 31 位，业务办理项编码是 33 位")
    if not is_uscc(text[:18]):
        raise ValueError("实施编码前 18 位不是有效的统一社会信用代码")
    if text[18] not in Level.values:
        raise ValueError("实施编码第 19 位不是行使层级代码")
    if not re.fullmatch(r"(?:[0-9]{2})?", text[31:]):
        raise ValueError("业务办理项编码最后 2 位是数字的顺序号")
    return ImplementationCode(text[:18], text[18], parse_basic_code(text[19:31]), text[31:])


def code_faults(item: Any) -> list[str]:
    """事项的几个编码彼此对得上吗;空着不算错。"""
    found = []
    try:
        if item.basic_code and parse_basic_code(item.basic_code).kind != item.kind:
            found.append("基本编码里的事项类型与事项类型不一致")
        for code, length in ((item.implementation_code, 31), (item.handling_code, 33)):
            if not code:
                continue
            parsed = parse_implementation_code(code)
            if len(code) != length or code[19:31] != item.basic_code or parsed.level != item.level:
                found.append(f"{length} 位编码与基本编码或行使层级对不上")
            if item.agency.uscc and parsed.uscc != item.agency.uscc:
                found.append(f"{length} 位编码前 18 位不是{item.agency.name}的统一社会信用代码")
    except ValueError as error:
        found.append(str(error))
    return found


def valid_basic_code(text: str) -> None:
    """模型字段的校验器。"""
    try:
        parse_basic_code(text)
    except ValueError as error:
        raise ValidationError(str(error)) from error


def valid_implementation_code(text: str) -> None:
    """模型字段的校验器。"""
    try:
        parse_implementation_code(text)
    except ValueError as error:
        raise ValidationError(str(error)) from error
