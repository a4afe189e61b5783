"""申请表的 JSON schema 与页面收的一样：任意的定义、任意的答案，两边说法一致。"""

import json
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

import catalog
from catalog.rules import check_form, is_uscc
from catalog.rules.forms import json_schema, settled
from office.identity import checks_out, fits_any
from portal.forms import builder
from tests.portal.hall_cast import RICH as FORM

FORMATS = FormatChecker()
FORMATS.checks("cn-id-number")(lambda text: not isinstance(text, str) or checks_out(text))
FORMATS.checks("cn-identity")(lambda text: not isinstance(text, str) or fits_any(text))
FORMATS.checks("cn-uscc")(lambda text: not isinstance(text, str) or is_uscc(text))


def validator(definition):
    schema = json_schema(definition)
    Draft202012Validator.check_schema(schema)
    json.dumps(schema)
    return Draft202012Validator(schema, format_checker=FORMATS)


def form_takes(definition, answers) -> bool:
    """一页一页地交这些答案，页面收不收、存下来是不是原样。"""
    if settled(definition, answers) != answers:
        return False
    kept = {}
    for page in builder.pages(definition, answers):
        form = builder.page_form(definition, page, answers, answers)
        if not form.is_valid():
            return False
        kept |= form.stored()
    return json.dumps(settled(definition, kept), sort_keys=True) == json.dumps(answers, sort_keys=True)


# 任意的定义 -----------------------------------------------------------

NUMBERS = ["0", "1", "9", "10", "99.9", "100", "250.05", "30000"]
DAYS = ["1949-12-31", "2020-02-29", "2025-12-31", "2026-01-01", "2026-11-21", "9999-12-31"]
CHOICES = [["a", "甲"], ["A", "大甲"], ["b", "乙"]]
CHECKS = {
    "text": [{"op": "min_length", "value": 2}, {"op": "max_length", "value": 3},
             {"op": "pattern_name", "value": "digits"}, {"op": "pattern_name", "value": "chinese_name"}],
    "date": [{"op": op, "value": day} for op in ("not_before", "not_after") for day in DAYS],
    "money": [{"op": op, "value": value} for op in ("at_least", "at_most") for value in NUMBERS],
    "integer": [{"op": op, "value": value} for op in ("at_least", "at_most") for value in (0, 3, "9.5", 100)],
    "table": [{"op": "at_least", "value": 2}, {"op": "at_most", "value": 2}],
}  # fmt: skip
SIMPLE = ["text", "longtext", "choice", "date", "id_number", "identity", "uscc", "phone", "region", "money", "integer"]
KINDS = [*SIMPLE, "choices", "table", "file", "declaration"]
WANTED = {
    "text": ["a", "A", "1"], "choice": ["a", "A", "b"], "choices": ["a", "A", "b"], "region": ["440802", "elsewhere"],
    "integer": [0, 3, "9"], "date": DAYS, "declaration": [True],
}  # fmt: skip


@st.composite
def simple_fields(draw, key, kinds):
    kind = draw(st.sampled_from(kinds))
    checks = draw(st.lists(st.sampled_from(CHECKS.get(kind, [None])), max_size=2))
    found = {"key": key, "kind": kind, "label": f"第{key}格", "required": draw(st.booleans())}
    if any(checks):
        found["checks"] = checks
    if kind in ("choice", "choices"):
        found["choices"] = CHOICES
    if kind == "table":
        columns = [draw(simple_fields(f"c{n}", SIMPLE)) for n in range(draw(st.integers(1, 2)))]
        found |= {"columns": columns, "min_rows": draw(st.integers(0, 2)), "max_rows": 3}
    return found


@st.composite
def leaves(draw, earlier):
    field = draw(st.sampled_from(earlier))
    kind, ops = field["kind"], ["filled"]
    ops += ["equals", "not_equals"] * (kind in WANTED) + ["in"] * (kind in WANTED and kind != "declaration")
    ops += ["at_least", "at_most"] * (kind in ("money", "integer", "table"))
    ops += ["before", "after"] * (kind == "date")
    op = draw(st.sampled_from(ops))
    told = {"field": field["key"], "op": op}
    if op in ("at_least", "at_most"):
        return {**told, "value": draw(st.sampled_from([1, 2] if kind == "table" else NUMBERS))}
    if op in ("before", "after"):
        return {**told, "value": draw(st.sampled_from(DAYS))}
    if op == "in":
        return {**told, "value": draw(st.lists(st.sampled_from(WANTED[kind]), min_size=1, max_size=2))}
    return told if op == "filled" else {**told, "value": draw(st.sampled_from(WANTED[kind]))}


def conditions(earlier):
    return st.recursive(
        leaves(earlier),
        lambda inner: (
            st.builds(lambda parts: {"all": parts}, st.lists(inner, min_size=1, max_size=2))
            | st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=1, max_size=2))
            | st.builds(lambda part: {"not": part}, inner)
        ),
        max_leaves=3,
    )


@st.composite
def definitions(draw):
    seen, pages = [], []
    for number in range(draw(st.integers(1, 3))):
        page = {"key": f"p{number}", "title": "页", "fields": []}
        if seen and draw(st.booleans()):
            page["when"] = draw(conditions(list(seen)))
        for _n in range(draw(st.integers(1, 3))):
            field = draw(simple_fields(f"f{len(seen)}", KINDS))
            if seen and draw(st.booleans()):
                field["when"] = draw(conditions(list(seen)))
            seen.append(field)
            page["fields"].append(field)
        pages.append(page)
    return {"pages": pages}


# 任意的答案 -----------------------------------------------------------

MONEY = ["0", "0.5", "0.50", "1", "9.99", "99.9", "99.90", "100", "100.1", "250.04", "250.05", "999999999999.99"]
GOOD = {
    "text": st.sampled_from(["a", "A", "1", "12", "张示例", "甲 乙", "长" * 200]),
    "longtext": st.text(min_size=1, max_size=20),
    "choice": st.sampled_from(["a", "A", "b"]),
    "choices": st.lists(st.sampled_from(["a", "A", "b"]), min_size=1, max_size=3, unique=True),
    "date": st.sampled_from(DAYS) | st.dates().map(str),
    "id_number": st.sampled_from(["11010519491231002X", "440802199001011238"]),
    "identity": st.sampled_from(["11010519491231002X", "H12345678", "12345678", "ABC123456789012", "E12345678"]),
    "uscc": st.just("91350100M000100Y43"),
    "phone": st.sampled_from(["13800000001", "0759-0000001", "07590000001"]),
    "region": st.sampled_from(["440802", "elsewhere"]),
    "money": st.sampled_from(MONEY) | st.integers(0, 10**12 - 1).map(str),
    "integer": st.sampled_from([0, 2, 3, 4, 9, 10, 100, 101, 10**9]),
    "declaration": st.just(True),
    "file": st.lists(st.integers(0, 9), min_size=1, max_size=2).map(
        lambda marks: [{"name": "甲.png", "digest": f"{mark}" * 64} for mark in marks]
    ),
}  # fmt: skip
BAD = {
    "text": [" a", "a\n", "长" * 201, "a\x00", 5, ["a"]],
    "longtext": ["长" * 2001, " ", {"a": 1}],
    "choice": ["c", "甲", 1],
    "choices": [["c"], ["a", "a"], "a", [1], [["a"]]],
    "date": ["2026-02-30", "2026-1-1", "20260101", "2026-01-01\n", 20260101, ["2026-01-01"]],
    "id_number": ["110105194912310021", "11010519491231002x", "１１０１０５19491231002X", 5],
    "identity": ["110105194912310021", "h12345678", "E1234 5678", "ABCDEFGH", "1234", 5],
    "uscc": ["91350100M000100Y44", "91350100m000100y43", " 91350100M000100Y43"],
    "phone": ["12345", "138 0000 0001", "１3800000001", "٠759-0000001"],
    "region": ["440899", "赤坎区"],
    "money": ["-1", "-0", "1.234", "1e3", "007", "1.", ".5", "三", "1000000000000", 5, "NaN"],
    "integer": [-1, 10**9 + 1, "3", "x", True, [3]],
    "declaration": ["on", "true", 1],
    "file": [[{"name": "甲.png", "digest": "a" * 64}] * 11],
    "table": [[], "x", [[]], [{}], [{"zz": "x"}], [{"c0": {"a": 1}}]],
}  # fmt: skip


@st.composite
def values(draw, field):
    if field["kind"] == "table":
        rows = draw(st.integers(1, 3))
        return [draw(filled(field["columns"])) for _n in range(rows)]
    return draw(GOOD[field["kind"]])


@st.composite
def filled(draw, fields):
    return {field["key"]: draw(values(field)) for field in fields if field["required"] or draw(st.booleans())}


@st.composite
def cases(draw):
    """一份定义和一份答案：多半对，有时弄坏一处。"""
    definition = draw(definitions())
    fields = builder.all_fields(definition)
    answers = draw(filled(fields))
    if draw(st.integers(0, 3)):
        answers = settled(definition, answers)
    spoil = draw(st.sampled_from(["", "", "", "bad", "drop", "stranger"]))
    field = draw(st.sampled_from(fields))
    if spoil == "bad":
        answers[field["key"]] = draw(st.sampled_from(BAD[field["kind"]]))
    if spoil == "drop":
        answers.pop(field["key"], None)
    if spoil == "stranger":
        answers["stranger"] = "x"
    return definition, answers


@pytest.mark.clause("Z13")
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(cases())
def test_the_schema_and_the_pages_take_the_same_answers(case):
    definition, answers = case
    assert check_form(definition) == []
    faults = [error.message[:200] for error in validator(definition).iter_errors(answers)]
    assert form_takes(definition, answers) == (not faults), (faults, definition, answers)


@settings(max_examples=150, deadline=None)
@given(st.decimals("0", "999999999999", places=2), st.decimals("-5", "1000000000001", places=3), st.booleans())
def test_money_is_compared_as_numbers(amount, limit, least):
    op = "at_least" if least else "at_most"
    spec = {"key": "m", "kind": "money", "label": "钱", "checks": [{"op": op, "value": str(limit)}]}
    found = validator({"pages": [{"key": "p", "title": "页", "fields": [spec]}]})
    for text in {f"{amount:f}", f"{amount.normalize():f}"}:
        assert found.is_valid({"m": text}) == (amount >= limit if least else amount <= limit), (text, limit)


# 一份看得见的 ----------------------------------------------------------


def test_conditions_become_if_then_else():
    found = validator(FORM)
    home = {"place": "440802", "needs": ["other"], "family": [{"name": "张示例", "tie": "child"}], "truth": True}
    assert found.is_valid({**home, "other": "轮椅"})
    assert not found.is_valid(home), "选了其他，就要写是什么"
    assert not found.is_valid({**home, "other": "轮椅", "since": "2026-01-01"}), "用不着的页，不许有答案"
    schema = json_schema(FORM)
    assert schema["properties"]["since"]["x-checks"] == [{"op": "not_after", "value": "today"}]
    assert [page["fields"] for page in schema["x-pages"]][0] == ["place", "needs", "other", "family"]
    assert schema["properties"]["family"]["items"]["properties"]["tie"]["oneOf"][0] == {
        "const": "spouse",
        "title": "配偶",
    }


def test_patterns_are_written_for_every_engine():
    """只用 ECMA 262 也认的写法：没有命名组、后行断言、\\Z、\\d 一类随引擎变的。"""
    written = re.findall(r'"pattern": "(.*?)"', json.dumps(json_schema(FORM), ensure_ascii=False))
    assert written and not [one for one in written if re.search(r"\(\?[P<]|\\\\Z|\\\\d|\\\\A", one)]


ITEMS = sorted((Path(catalog.__file__).parent / "data" / "items").glob("*.json"))


@pytest.mark.parametrize("path", ITEMS, ids=lambda path: path.stem)
def test_every_form_of_the_catalogue_has_a_schema(path):
    form = json.loads(path.read_text(encoding="utf-8")).get("guide", {}).get("form", {})
    if isinstance(form, dict) and form:
        assert check_form(form) == []
        assert set(validator(form).schema["properties"]) == {field["key"] for field in builder.all_fields(form)}
