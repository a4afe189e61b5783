"""镇、村目录：证明、服务、咨询三类，看得见、筛得出；指南的规矩与别的一样。"""

import json
from pathlib import Path

import pytest
from django.core.cache import cache
from django.urls import reverse

from catalog.models import Guide
from catalog.states import GuideState, LocalKind
from office.workdays.clock import now
from tests import makers
from tests.catalog import makers as catalog
from tests.catalog.pages import deed, url

pytestmark = pytest.mark.clause("D3")
DATA = Path(__file__).parents[2] / "catalog" / "data" / "items"


@pytest.fixture
def b(bureau):
    """页面照数据库的钟；各类有几项是记着的，从头数。"""
    cache.clear()
    bureau.at = now()
    return bureau


@pytest.fixture
def listed(b):
    """三类各一项，另有一项不在镇村目录里。"""
    for kind in (*LocalKind.values, ""):
        code = kind or "city"
        catalog.published(b, catalog.item(b, code, name=f"示例{code}", level="5", local_kind=kind))


def text(answer) -> str:
    return answer.content.decode()


@pytest.mark.parametrize("kind", LocalKind)
def test_the_hall_narrows_to_a_kind_of_the_town_catalogue(client, listed, kind):
    items = reverse("hall:items")
    whole = text(client.get(items))
    assert "按镇村目录" in whole and f'<a href="?local_kind={kind}">{kind.label}</a>' in whole
    page = text(client.get(items, {"local_kind": kind}))
    others = {*LocalKind.values, "city"} - {kind.value}
    assert f"示例{kind}</a></h3>" in page and not any(f"示例{one}</a></h3>" in page for one in others)


def test_the_guide_says_which_kind(client, listed):
    row = "<dt>镇村目录</dt><dd>证明</dd>"
    assert row in text(client.get(reverse("hall:guide", args=["proof"])))
    assert "<dt>镇村目录</dt>" not in text(client.get(reverse("hall:guide", args=["city"])))


def test_the_editor_narrows_to_a_kind(client, b, listed):
    makers.sign_in(client, b.editor)
    page = text(client.get(url("item"), {"local_kind__exact": "advice"}))
    assert "示例advice" in page and "示例proof</a>" not in page and "镇村目录类别" in page


@pytest.mark.parametrize("kind", LocalKind)
def test_an_incomplete_town_guide_is_not_published_either(client, b, kind):
    guide = catalog.draft(b, catalog.item(b, level="5", local_kind=kind), complaint="", process=[])
    guide.materials.all().delete()
    makers.sign_in(client, b.editor)
    page = deed(client, guide, "submit")
    assert all(element in page for element in ("投诉渠道", "办理流程", "申请材料"))
    assert Guide.objects.get(pk=guide.pk).state == GuideState.DRAFT
    assert client.get(reverse("hall:guide", args=[guide.item.code])).status_code == 404


def test_what_a_town_window_takes_is_in_the_town_catalogue():
    kinds = set()
    for path in DATA.glob("*.json"):
        data = json.loads(path.read_text())
        item, guide = data.get("item", {}), data.get("guide", {})
        kinds.add(item.get("local_kind", ""))
        if "镇窗口" in guide.get("common", []):
            assert item.get("local_kind") == LocalKind.SERVICE, path.name
    assert kinds >= set(LocalKind.values)
