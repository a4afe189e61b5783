"""文种表:缺一项就不给文号,缺什么说什么。"""

import pytest

from office.papers.kinds import KINDS, MissingFact
from tests.office.paper_samples import SAMPLES

REMEDIES = [code for code, kind in KINDS.items() if kind.remedies]


def test_every_kind_has_a_sample_that_passes():
    assert set(SAMPLES) == set(KINDS)
    assert {code: kind.missing(SAMPLES[code]) for code, kind in KINDS.items() if kind.missing(SAMPLES[code])} == {}


@pytest.mark.parametrize("code", KINDS)
def test_each_required_fact_is_missed_by_its_chinese_name(code):
    kind, sample = KINDS[code], SAMPLES[code]
    for key, label in kind.needs.items():
        without = {k: v for k, v in sample.items() if k != key}
        assert label in kind.missing(without)


def test_missing_fact_names_all_that_is_missing():
    with pytest.raises(MissingFact) as refusal:
        KINDS["acceptance"].check({"agency": "湛江市民政局", "applicant": "张示例"})
    assert refusal.value.missing == [
        "事项名称",
        "办件编号",
        "受理日期",
        "法定办结日期",
        "查询方式",
        "法律依据",
        "联系方式",
    ]
    assert str(refusal.value).startswith("《受理通知书》还缺：")


@pytest.mark.clause("Z2")
def test_one_time_notice_wants_every_line_complete():
    sample = SAMPLES["correction"]
    lines = [*sample["lines"], {"material": "会员名册", "defect": "缺少签名"}]
    assert KINDS["correction"].missing({**sample, "lines": lines}) == [
        "需补正的材料第4行的合格标准",
        "需补正的材料第4行的依据",
    ]


def test_what_goes_against_the_applicant_must_tell_remedies():
    told = {"not_accepted", "refusal", "revocation", "retraction", "cancellation", "termination", "set_aside"}
    assert set(REMEDIES) == told


@pytest.mark.parametrize("code", REMEDIES)
@pytest.mark.parametrize("key", ["reconsideration_body", "court"])
def test_refusal_without_remedies_gets_no_number(code, key):
    with pytest.raises(MissingFact):
        KINDS[code].check({**SAMPLES[code], key: ""})


def test_title_follows_the_kind_of_item():
    refusal = KINDS["refusal"]
    assert refusal.title_for({"item_kind": "01"}) == "不予行政许可决定书"
    assert refusal.title_for({"item_kind": "05"}) == "不予行政给付决定书"
    assert refusal.title_for({"item_kind": "10"}) == "不予办理决定书"


@pytest.mark.clause("D1")
def test_title_follows_the_situation():
    """变更、延续、注销、备案、救助各有各的决定书；没有另外说法的，照事项类型。"""
    grant, refusal = KINDS["grant"], KINDS["refusal"]
    told = {
        ("01", "change"): ("准予变更行政许可决定书", "不予变更行政许可决定书"),
        ("01", "renewal"): ("准予延续行政许可决定书", "不予延续行政许可决定书"),
        ("01", "cancellation"): ("注销行政许可决定书", "不予注销行政许可决定书"),
        ("05", "relief"): ("社会救助确认告知书", "社会救助不予确认告知书"),
        ("10", "filing"): ("备案通知书", "不予备案决定书"),
        ("01", ""): ("准予行政许可决定书", "不予行政许可决定书"),
    }
    found = {
        (kind, situation): tuple(one.title_for({"item_kind": kind, "situation": situation}) for one in (grant, refusal))
        for kind, situation in told
    }
    assert found == told


def test_words_of_different_kinds_do_not_share_a_series():
    words = [kind.word for kind in KINDS.values()]
    assert len(words) == len(set(words))
