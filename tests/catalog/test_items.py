"""找事项:名称、日常用语、拼音、编码;公开与不公开。"""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from catalog import rules
from catalog.actions import finding
from catalog.models import Item
from tests.catalog import makers


@pytest.fixture
def items(bureau):
    _made(bureau)
    finding.reindex(at=bureau.at)
    return bureau


def _made(bureau):
    makers.item(bureau, "orgs-found", name="社会团体成立登记", short_name="社团成立", aliases="办协会 成立商会")
    makers.item(bureau, "recognise", name="慈善组织认定", kind="07", basic_code="000711017000", aliases="申请慈善组织")
    makers.item(bureau, "secret", name="不公开的事项", withheld="涉及国家秘密")


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("社会团体", ["orgs-found"]),
        ("社团", ["orgs-found"]),
        ("办协会", ["orgs-found"]),
        ("成立 登记", ["orgs-found"]),
        ("shehuituanti", ["orgs-found"]),
        ("she hui tuan ti", ["orgs-found"]),
        ("SHTT", ["orgs-found"]),
        ("bxh", ["orgs-found"]),
        ("cszzrd", ["recognise"]),
        ("000711017000", ["recognise"]),
        ("recog", ["recognise"]),
        ("不存在的", []),
        ("%", []),
    ],
)
def test_search(items, text, codes):
    assert [item.code for item in Item.objects.search(text)] == codes


@pytest.mark.clause("D14")
def test_what_is_withheld_is_not_shown_and_says_why(items):
    open_items = Item.objects.open_to_citizens()
    assert "secret" not in open_items.values_list("code", flat=True)
    assert Item.objects.get(code="secret").withheld == "涉及国家秘密"


def test_published_on_needs_a_guide_in_force(items, django_assert_num_queries):
    item = Item.objects.get(code="orgs-found")
    makers.published(items, item)
    with django_assert_num_queries(3):  # 同义词、排名、取事项
        found = list(Item.objects.published_on(datetime.date(2026, 3, 2)).open_to_citizens().search("社团"))
    assert found == [item]
    assert not Item.objects.published_on(datetime.date(2026, 3, 1)).exists()


@pytest.mark.clause("D1")
def test_codes_are_checked_never_made_up(items):
    item = Item.objects.get(code="recognise")
    item.basic_code = "000711O17000"
    with pytest.raises(ValidationError):
        item.full_clean()
    with pytest.raises(IntegrityError, match="basic_code_has_twelve_places"), transaction.atomic():
        item.save()
    item.basic_code, item.kind = "000711017000", "01"
    assert rules.code_faults(item) == ["基本编码里的事项类型与事项类型不一致"]
    item.kind, item.implementation_code = "07", "11211300001200266Q3000711017000"
    assert rules.code_faults(item) == []
    item.level = "4"
    assert "对不上" in rules.code_faults(item)[0]
    assert Item.objects.get(code="orgs-found").basic_code == ""


@pytest.mark.clause("D4")
def test_an_item_names_who_accepts_and_who_decides(items):
    guide = makers.published(items, Item.objects.get(code="orgs-found"))
    assert (guide.window, guide.item.section) == (items.window, items.orgs)
