"""公文里的日期、期限和标点。"""

import datetime

import pytest

from office.papers.words import citation, date_words, full_width, last_day_words, moment_words, term_words
from tests.makers import moment


def test_dates_have_no_leading_zero():
    assert date_words(datetime.date(2026, 1, 5)) == "2026年1月5日"


def test_a_moment_is_told_in_local_time():
    assert date_words(datetime.datetime(2026, 11, 20, 17, 0, tzinfo=datetime.UTC)) == "2026年11月21日"
    assert moment_words(moment("2026-11-21 16:05")) == "2026年11月21日16时05分"


def test_the_last_day_is_the_day_before_the_exclusive_end():
    assert last_day_words(moment("2026-12-19 00:00")) == "2026年12月18日"


def test_terms():
    assert [term_words(20, "wd"), term_words(60, "d"), term_words(48, "h")] == ["20个工作日", "60日", "48小时"]


def test_points_beside_chinese_become_full_width():
    assert full_width("促进会(筹),申请") == "促进会\uff08筹\uff09\uff0c申请"
    assert full_width(["(示范编号0001)", {"a": "电话:0759-0000001,一楼"}]) == [
        "\uff08示范编号0001\uff09",
        {"a": "电话\uff1a0759-0000001\uff0c一楼"},
    ]


def test_points_in_times_and_addresses_stay():
    for text in ("https://a.invalid/b?c=1,2", "12:00", "ABC(1), D", "1,005.50"):
        assert full_width(text) == text


@pytest.mark.parametrize(
    ("basis", "cited"),
    [
        ("《示例条例》第一条", "《示例条例》第一条"),
        ("《示例条例》第一条第（三）项：大意。", "《示例条例》第一条第（三）项（大意）"),
        ("审核确认办法：公示7日。", "审核确认办法（公示7日）"),
        ("条例没有写明。", "条例没有写明"),
        ("三定方案：分工不在本局", "三定方案：分工不在本局"),
    ],
)
def test_a_citation_ends_without_a_full_stop(basis, cited):
    assert citation(basis) == cited
