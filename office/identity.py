"""自然人的身份证件：有哪几种，号码合不合规则，怎样遮，怎样找，看不看得出出生日期。

居民身份证、港澳台居民居住证、外国人永久居留身份证(新式)的号码都是 18 位，校验码的算法相同
(GB 11643-1999)，互不重复，所以共用一套盲索引；通行证、护照、旧式永久居留证按种类分开。
"""

import datetime
import re

from django.db import models

from office.vault import blind_index

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
EIGHTEEN = re.compile(r"[0-9]{17}[0-9X]")
HKM_PERMIT = re.compile(r"[HM][0-9]{8}(?:[0-9]{2})?")  # 前九位终身不变，旧式卡后两位是换证次数
TAIWAN_PERMIT = re.compile(r"[0-9]{8}")
OLD_PERMANENT = re.compile(r"[A-Z]{3}[0-9]{12}")
PASSPORT = re.compile(r"(?=.*[0-9])[A-Z0-9]{5,12}")
ANY = f"^(?:{'|'.join(one.pattern for one in (EIGHTEEN, HKM_PERMIT, OLD_PERMANENT, PASSPORT))})$"  # 八位数字在护照里
LIFELONG = 9
LONG = 15  # 这么长的号码留前三后二；短的留首位和后二位


class IdentityKind(models.TextChoices):
    """证件类型：民法典、出境入境管理法、港澳台居民居住证申领发放办法里自然人用来证明身份的几种。"""

    RESIDENT = "resident", "居民身份证"
    HKM_PERMIT = "hkm_permit", "港澳居民来往内地通行证"
    TAIWAN_PERMIT = "tw_permit", "台湾居民来往大陆通行证"
    RESIDENCE = "residence", "港澳台居民居住证"
    PERMANENT = "permanent", "外国人永久居留身份证"
    PASSPORT = "passport", "护照"


K = IdentityKind
SAME_SPACE = ("81", "82", "83")  # 港澳台居民居住证号码的开头：香港、澳门、台湾
# 号码不对时怎么说：一种一句，群众照着改得对。
WRONG: dict[str, str] = {
    K.RESIDENT: "居民身份证号码不对：应是 18 位，最后一位可能是 X，请对照证件检查。",
    K.HKM_PERMIT: "港澳居民来往内地通行证号码不对：应为 H 或 M 开头加 8 位数字（旧式卡另有 2 位换证次数）。",
    K.TAIWAN_PERMIT: "台湾居民来往大陆通行证号码不对：应为 8 位数字。",
    K.RESIDENCE: "港澳台居民居住证号码不对：应是 18 位，以 81、82 或 83 开头，请对照证件检查。",
    K.PERMANENT: "外国人永久居留身份证号码不对：新式的是 9 开头的 18 位，旧式的是 3 个字母加 12 位数字。",
    K.PASSPORT: "护照号码不对：应为 5 至 12 位字母和数字，照资料页抄写，不写空格。",
}
NOT_RESIDENT = "81、82、83 开头的是港澳台居民居住证的号码，请把证件类型改选为“港澳台居民居住证”。"
NO_KIND = "请选择证件类型。"


def tidied(number: str) -> str:
    """登记的样子：大写，没有前后空白。"""
    return number.strip().upper()


def checks_out(text: str) -> bool:
    """18 位号码的校验码对不对(含 X);不按现行区划表拒绝,号码里可以是旧区划。"""
    number = tidied(text)
    if not EIGHTEEN.fullmatch(number):
        return False
    return number[17] == check_character(number[:17])


def check_character(body: str) -> str:
    """前 17 位 → 第 18 位。"""
    return CHECKS[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11]


def is_valid(kind: str, text: str) -> bool:
    """这种证件的号码合不合规则。"""
    number = tidied(text)
    match kind:
        case K.RESIDENT:
            return checks_out(number) and not number.startswith(SAME_SPACE)
        case K.RESIDENCE:
            return checks_out(number) and number.startswith(SAME_SPACE)
        case K.PERMANENT:
            return bool(OLD_PERMANENT.fullmatch(number)) or (number.startswith("9") and checks_out(number))
        case K.HKM_PERMIT:
            return bool(HKM_PERMIT.fullmatch(number))
        case K.TAIWAN_PERMIT:
            return bool(TAIWAN_PERMIT.fullmatch(number))
        case K.PASSPORT:
            return bool(PASSPORT.fullmatch(number))
    return False


def fault(kind: str, text: str) -> str:
    """哪里不对，一句话；对的是空串。"""
    if kind not in WRONG:
        return NO_KIND
    if is_valid(kind, text):
        return ""
    return NOT_RESIDENT if kind == K.RESIDENT and is_valid(K.RESIDENCE, text) else WRONG[kind]


def kinds_of(text: str) -> list[str]:
    """这个号码可能是哪几种证件的，最可能的在前。"""
    return [kind for kind in IdentityKind.values if is_valid(kind, text)]


def is_unmistakable(text: str) -> bool:
    """一看就是证件号码的(不会是别的什么词)：18 位的、港澳通行证的、旧式永久居留证的。"""
    number = tidied(text)
    return checks_out(number) or bool(HKM_PERMIT.fullmatch(number) or OLD_PERMANENT.fullmatch(number))


def fits_any(text: str) -> bool:
    """是不是随便哪一种证件的号码：申请表里一格收各种证件的用。"""
    return bool(kinds_of(text))


def index(kind: str, text: str) -> str:
    """证件的盲索引：种类连同号码，不同种类的相同号码分得开；18 位的和单位的代码不分种类。"""
    number = tidied(text)
    if kind in (K.HKM_PERMIT, K.TAIWAN_PERMIT, K.PASSPORT) or OLD_PERMANENT.fullmatch(number):
        lifelong = number[:LIFELONG] if kind == K.HKM_PERMIT else number
        return blind_index(lifelong, purpose=f"id-number/{kind}")
    return blind_index(number, purpose="id-number")


def indexes(text: str) -> list[str]:
    """只知道号码、不知道种类时，可能的各个盲索引。"""
    return sorted({index("", text), *(index(kind, text) for kind in kinds_of(text))})


def mask(text: str) -> str:
    """遮住的证件号码：长的留前三后二(出生日期不显示)，通行证、护照留首位和后二位。"""
    front = 3 if len(text) >= LONG else 1
    return text[:front] + "*" * max(len(text) - front - 2, 3) + text[-2:] if text else ""


def born(text: str) -> datetime.date | None:
    """号码里的出生日期：只有 18 位的有；看不出来的是 None，要问，不能猜。"""
    number = tidied(text)
    if not checks_out(number):
        return None
    try:
        return datetime.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
