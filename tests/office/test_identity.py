"""身份证件：一种一种的号码规则，索引分得开种类，遮得住，出生日期不猜。"""

import datetime

import pytest

from office import identity
from office.identity import IdentityKind as K
from office.vault import blind_index

RESIDENT = "11010519491231002X"


def number_of(body: str) -> str:
    return body + identity.check_character(body)


GOOD = [
    (K.RESIDENT, RESIDENT), (K.RESIDENT, "11010519491231002x"), (K.RESIDENT, number_of("99000019900101001")),
    (K.HKM_PERMIT, "H12345678"), (K.HKM_PERMIT, "m1234567801"), (K.TAIWAN_PERMIT, "12345678"),
    (K.RESIDENCE, number_of("81000019940823002")), (K.RESIDENCE, number_of("83000020010315002")),
    (K.PERMANENT, number_of("91100019800101001")), (K.PERMANENT, "ABC110112345678"),
    (K.PASSPORT, "E12345678"), (K.PASSPORT, "EA1234567"), (K.PASSPORT, "123456789"),
]  # fmt: skip
BAD = [
    (K.RESIDENT, "110105194912310021", "18 位"), (K.RESIDENT, "H12345678", "18 位"),
    (K.RESIDENT, number_of("81000019940823002"), "港澳台居民居住证"),
    (K.HKM_PERMIT, "H1234567", "H 或 M 开头加 8 位数字"), (K.HKM_PERMIT, "C12345678", "H 或 M"),
    (K.HKM_PERMIT, "H123456789", "H 或 M"), (K.TAIWAN_PERMIT, "1234567", "8 位数字"),
    (K.TAIWAN_PERMIT, "T12345678", "8 位数字"), (K.RESIDENCE, RESIDENT, "81、82 或 83"),
    (K.RESIDENCE, number_of("81000019940823002")[:-1] + "?", "81、82 或 83"),
    (K.PERMANENT, RESIDENT, "9 开头"), (K.PERMANENT, "AB110112345678", "3 个字母加 12 位数字"),
    (K.PASSPORT, "ABCDEFGH", "5 至 12 位"), (K.PASSPORT, "E12-345678", "5 至 12 位"), (K.PASSPORT, "1234", "5 至"),
    (K.PASSPORT, "Ｅ１２３４５６７８", "5 至 12 位"), ("driving", RESIDENT, "请选择证件类型"), ("", RESIDENT, "请选择"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "number"), GOOD)
def test_a_number_of_its_kind_is_taken(kind, number):
    assert identity.fault(kind, number) == ""
    assert kind in identity.kinds_of(number) and identity.fits_any(number)


@pytest.mark.parametrize(("kind", "number", "why"), BAD)
def test_a_wrong_number_is_answered_for_its_kind(kind, number, why):
    assert why in identity.fault(kind, number)


def test_every_kind_has_its_own_words():
    assert set(identity.WRONG) == set(K.values) and len(set(identity.WRONG.values())) == len(K.values)


def test_a_resident_card_is_found_as_before():
    assert identity.index(K.RESIDENT, RESIDENT) == identity.index("", RESIDENT)
    assert identity.index(K.RESIDENT, RESIDENT.lower()) == blind_index(RESIDENT, purpose="id-number")
    assert identity.index("", "91350100M000100Y43") == blind_index("91350100M000100Y43", purpose="id-number")


def test_equal_numbers_of_two_kinds_are_two_persons():
    assert identity.index(K.PASSPORT, "12345678") != identity.index(K.TAIWAN_PERMIT, "12345678")
    assert identity.index(K.PASSPORT, "H12345678") != identity.index(K.HKM_PERMIT, "H12345678")
    assert {identity.index(kind, "12345678") for kind in (K.PASSPORT, K.TAIWAN_PERMIT)} <= set(
        identity.indexes("12345678")
    )


def test_a_renewed_permit_is_the_same_person():
    assert identity.index(K.HKM_PERMIT, "H1234567801") == identity.index(K.HKM_PERMIT, "h12345678")
    assert identity.index(K.HKM_PERMIT, "H12345678") != identity.index(K.HKM_PERMIT, "H12345679")


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (RESIDENT, "110*************2X"), ("H12345678", "H******78"), ("12345678", "1*****78"),
        ("ABC110112345678", "ABC**********78"), ("E12345678", "E******78"), ("", ""),
    ],
)  # fmt: skip
def test_the_middle_is_hidden(number, shown):
    assert identity.mask(number) == shown


def test_a_birthday_is_read_only_where_there_is_one():
    assert identity.born(RESIDENT) == datetime.date(1949, 12, 31)
    assert identity.born(number_of("81000019940823002")) == datetime.date(1994, 8, 23)
    assert identity.born(number_of("11010519491331002")) is None, "没有十三月"
    assert not any(identity.born(number) for number in ("H12345678", "12345678", "E19491231", "ABC194912310021"))
