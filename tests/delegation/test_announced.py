"""委托、下放的公告（行政许可法第二十四条第二款）：生效的列出来，指南上也看得到；没有生效、收回了的不列。"""

import datetime

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from catalog.models import Item
from delegation.actions import granting
from office.workdays import clock
from tests.catalog import makers as catalog
from tests.delegation.makers import drafted, live
from tests.makers import MONDAY
from tests.portal.desks import said

pytestmark = pytest.mark.clause("D14")
NUMBER = "湛民委〔2026〕1号（示范）"  # 大厅里括号写全角
DAY = datetime.timedelta(days=1)


def announced(**asked) -> str:
    return said(Client().get(reverse("hall:delegations"), asked))


def guide_of(item) -> str:
    cache.clear()  # 正文排一次用五分钟
    return said(Client().get(reverse("hall:guide", args=[item.code])))


@pytest.mark.parametrize(
    ("kind", "words"), [("entrusted", "以委托机关的名义决定"), ("transferred", "以自己的名义决定")]
)
def test_a_live_delegation_is_announced_and_shown_on_the_guide(batch, kind, words):
    b = batch
    made = drafted(b, kind=kind, valid_to=None)
    assert "现在没有委托、下放的事项" in announced() and words not in guide_of(b.item)
    granting.grant(made, by=b.editor, at=MONDAY)
    page = announced()
    for shown in (b.item.name, "湛江市民政局（示范）", "遂溪县民政局（示范）", NUMBER):
        assert shown in page, shown
    assert words in guide_of(b.item) and reverse("hall:delegations") in guide_of(b.item)
    assert NUMBER in announced(item=b.item.code)
    assert NUMBER not in announced(item="nothing")
    Item.objects.update(withheld="涉及秘密(示例)")
    assert NUMBER not in announced()


def test_what_is_taken_back_or_over_is_announced_no_more(batch):
    b, today = batch, clock.now().date()
    first = live(b, valid_to=today + DAY)
    assert "至" in announced() and NUMBER in announced()
    granting.revoke(first, on=today, reason="示例。", by=b.editor, at=clock.now())
    assert NUMBER not in announced()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_as_often_for_three_as_for_one(batch, rows, django_assert_num_queries):
    b = batch
    for number in range(rows):
        live(b, item=catalog.item(b, f"item-{number}"), valid_to=None)
    Client().get(reverse("hall:delegations"))
    with django_assert_num_queries(4):
        announced()
