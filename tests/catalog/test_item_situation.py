"""办理情形：写在事项上，名单是封闭的；改得、导得出、导得进；自带目录逐项写明。"""

import importlib
import json
from pathlib import Path

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from catalog.actions import exporting, taking_in
from catalog.models import Item
from catalog.rules import workbooks
from catalog.states import SITUATIONS, ItemKind, Situation
from tests import makers
from tests.catalog import makers as catalog
from tests.catalog.pages import posted, url

pytestmark = pytest.mark.clause("D1")
DATA = Path(__file__).parents[2] / "catalog" / "data" / "items"
MIGRATION = importlib.import_module("catalog.migrations.0021_situation")


def items():
    for path in sorted(DATA.glob("*.json")):
        told = json.loads(path.read_text())
        if "item" in told:
            yield told["item"], told.get("guide", {})


def test_every_item_of_the_catalogue_says_its_situation():
    for item, guide in items():
        assert item["situation"] in Situation.values, item["code"]
        was = MIGRATION.recognised(item["kind"], item["theme"], item["name"], guide.get("result_name", ""))
        assert item["situation"] == was, f"{item['code']}：原来认出来的是{was}"


def test_the_migration_fills_what_is_there(bureau):
    """本局自己添的事项也填上：有指南的看指南的名称，没有的看事项的。"""
    told = {"kind": "05", "theme": "relief"}
    catalog.published(bureau, catalog.item(bureau, "mine", **told), name="特困人员认定", result_name="认定书")
    catalog.published(bureau, catalog.item(bureau, "less", **told), name="示例", result_name="调整决定书")
    for code, kind, name in (("end", "01", "示例团体注销"), ("file", "10", "示例备案"), ("plain", "20", "示例注销")):
        catalog.item(bureau, code, kind=kind, name=name)
    MIGRATION.fill(apps, None)
    found = dict(Item.objects.values_list("code", "situation"))
    wanted = {"mine": "destitute", "less": "adjustment", "end": "cancellation", "file": "filing", "plain": "ordinary"}
    assert found == wanted


@pytest.mark.parametrize(("kind", "situation"), [
    ("20", "change"), ("01", "filing"), ("07", "adjustment"), ("10", "relief"), ("01", "something"),
])  # fmt: skip
def test_the_list_is_closed_and_fits_the_kind(bureau, kind, situation):
    with pytest.raises(IntegrityError, match="item_situation_fits_its_kind"), transaction.atomic():
        catalog.item(bureau, kind=kind, situation=situation)


@pytest.mark.parametrize("kind", ["xlsx", "csv", "json"])
def test_it_goes_out_and_comes_back(bureau, kind):
    item = catalog.item(bureau, situation="change")
    catalog.published(bureau, item)
    told = exporting.documents(items=Item.objects.all(), day=bureau.at.date())
    assert told[0]["item"]["situation"] == "change"

    def taken_in():
        return taking_in.take_in(
            content=workbooks.dump(told, kind), by=bureau.editor, at=bureau.at, dry_run=False
        )  # fmt: skip

    assert (taken_in().wrong, taken_in().changed) == (0, 0)
    told[0]["item"]["situation"] = "renewal"
    report = taken_in()
    assert report.wrong == 0 and any("办理情形" in line for line in report.outcomes[0].lines)
    item.refresh_from_db()
    assert item.situation == "renewal"
    told[0]["item"]["situation"] = "filing"
    assert "办理情形与事项类型对不上" in taken_in().outcomes[0].faults[0]
    told[0]["item"]["situation"] = "别的"
    assert "办理情形" in taken_in().outcomes[0].faults[0]


def test_an_old_sheet_without_the_column_changes_nothing(bureau):
    catalog.item(bureau, situation="change")
    told = exporting.documents(items=Item.objects.all(), day=bureau.at.date())
    del told[0]["item"]["situation"]
    report = taking_in.take_in(content=workbooks.dump(told, "json"), by=bureau.editor, at=bureau.at, dry_run=False)
    assert (report.wrong, report.changed) == (0, 0) and Item.objects.get().situation == "change"


def test_the_keeper_chooses_it_on_the_page(bureau, client):
    item = catalog.item(bureau)
    makers.sign_in(client, bureau.editor)
    page = url("item", "change", item.pk)
    told = posted(client.get(page), "item_form")
    assert told["situation"] == ["ordinary"]
    answer = client.post(page, {**told, "situation": "filing"})
    assert "办理情形与事项类型对不上" in answer.content.decode()
    assert client.post(page, {**told, "situation": "cancellation"}).status_code == 302
    item.refresh_from_db()
    assert item.situation == "cancellation"
    shown = client.get(url("item"), {"situation__exact": "cancellation"}).content.decode()
    assert item.name in shown


def test_each_situation_has_a_kind():
    named = {one for found in SITUATIONS.values() for one in found}
    assert named | {Situation.ORDINARY} == set(Situation) and set(SITUATIONS) <= set(ItemKind)
