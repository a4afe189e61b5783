"""目录导入导出的页面：导出、交来、看一遍、确认；大的走后台；目录变了要再看；别人看不到。"""

import io
import json

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from catalog.actions import intakes, keeping, taking_in
from catalog.models import Intake, Item
from catalog.rules import workbooks
from catalog.states import GuideState
from office.journal.models import Entry
from portal import progress, sweeping
from portal.queue import exchange
from tests import makers as people
from tests.catalog import makers


@pytest.fixture
def b(bureau):
    cache.clear()
    bureau.item = makers.item(bureau, "sample")
    bureau.guide = makers.published(bureau, bureau.item)
    bureau.client = Client()
    people.sign_in(bureau.client, bureau.editor)
    return bureau


def hand_in(b, told, name="改好的.json"):
    content = told if isinstance(told, bytes) else json.dumps({"items": told}).encode()
    return b.client.post(reverse("admin:exchange_hand_in"), {"file": SimpleUploadedFile(name, content)}, follow=True)


def page(b, intake):
    return b.client.get(reverse("admin:exchange_intake", args=[intake.pk])).content.decode()


def deed(b, intake, name):
    return b.client.post(reverse("admin:exchange_deed", args=[intake.pk, name]), follow=True).content.decode()


RENAMED = [{"item": {"code": "sample", "name": "改了名"}, "guide": {"content": "换了说法"}}]


@pytest.mark.clause("S4")
def test_look_first_then_confirm(b):
    text = hand_in(b, RENAMED).content.decode()
    assert "“示例登记” → “改了名”" in text and "起草：指南第2版" in text and "确认导入" in text
    intake = Intake.objects.get()
    assert (intake.changed, intake.wrong, Item.objects.get().name) == (1, 0, "示例登记")
    assert "已导入" in deed(b, intake, "confirm")
    assert Item.objects.get().name == "改了名"
    draft = b.item.guides.in_hand().get()
    assert (draft.state, draft.content, draft.edited_by) == (GuideState.DRAFT, "换了说法", b.editor)
    intake.refresh_from_db()
    assert (intake.taken_in, bytes(intake.content), intake.standing) == (True, b"", "已导入")
    verbs = list(Entry.objects.about(intake).order_by("pk").values_list("verb", flat=True))
    assert verbs == ["catalog.intake.upload", "catalog.intake.confirm", "catalog.intake.done"]
    assert "现在不能导入" in deed(b, intake, "confirm")


def test_what_is_wrong_cannot_be_confirmed(b):
    text = hand_in(b, [*RENAMED, {"item": {"code": "sample-x", "name": "缺的"}}]).content.decode()
    assert "实施主体“”不存在" in text and "确认导入" not in text
    assert "现在不能导入" in deed(b, Intake.objects.get(), "confirm")
    assert Item.objects.get().name == "示例登记"


@pytest.mark.parametrize("content", [b"{", b"\x00\x01", "随便".encode()])
def test_a_file_nobody_can_read_says_so(b, content):
    answer = hand_in(b, content)
    assert answer.status_code == 200
    assert "文件里不对的" in answer.content.decode()


def test_no_file_and_a_file_too_large(b, monkeypatch):
    assert "请选一个文件" in b.client.post(reverse("admin:exchange_hand_in")).content.decode()
    monkeypatch.setattr(workbooks, "MOST_BYTES", 10)
    assert "文件太大" in hand_in(b, RENAMED).content.decode()
    assert not Intake.objects.exists()


def test_nothing_to_change(b):
    exported = b.client.get(reverse("admin:exchange_export", args=["json"])).getvalue()
    text = hand_in(b, exported).content.decode()
    assert "没有要改的" in text and "确认导入" not in text


@pytest.mark.parametrize("form", workbooks.FORMATS)
def test_an_export_holds_what_one_keeps(b, form):
    other = makers.item(b, "theirs")
    Item.objects.filter(pk=other.pk).update(agency=b.stranger_agency)
    answer = b.client.get(reverse("admin:exchange_export", args=[form]))
    content = answer.getvalue()
    documents, faults = workbooks.load(content)
    assert ([one["item"]["code"] for one in documents], faults) == (["sample"], [])
    assert "attachment" in answer["Content-Disposition"]
    if form == "xlsx":
        assert load_workbook(io.BytesIO(content)).sheetnames[0] == "事项"


@pytest.mark.clause("S4")
def test_a_large_one_is_done_in_the_background(b, monkeypatch):
    monkeypatch.setattr(exchange, "SMALL", 0)
    answer = hand_in(b, RENAMED)
    intake = Intake.objects.get()
    assert answer["Refresh"] == "5"
    assert "后台正在逐个事项看" in answer.content.decode()
    progress.tell(intake.pk, 3, 7)
    assert "第 3 个，共 7 个" in page(b, intake)
    assert sweeping.take_in(b.at) == {"目录导入": 1}
    assert "确认导入" in page(b, intake)
    assert "后台正在导入" in deed(b, intake, "confirm")
    assert Item.objects.get().name == "示例登记"
    assert sweeping.take_in(b.at) == {"目录导入": 1}
    assert (Item.objects.get().name, sweeping.take_in(b.at)) == ("改了名", {"目录导入": 0})
    assert "Refresh" not in b.client.get(reverse("admin:exchange_intake", args=[intake.pk])).headers


def test_a_catalogue_that_moved_is_looked_at_again(b):
    hand_in(b, RENAMED)
    b.item.name = "别人先改了"
    keeping.keep_item(item=b.item, by=b.checker, at=b.at)
    text = deed(b, Intake.objects.get(), "confirm")
    assert "请照下面新的结果再看一遍" in text and "“别人先改了” → “改了名”" in text
    assert Item.objects.get().name == "别人先改了"
    assert "已导入" in deed(b, Intake.objects.get(), "confirm")
    assert Item.objects.get().name == "改了名"


def test_an_error_of_ours_is_told_and_not_repeated(b, monkeypatch):
    monkeypatch.setattr(taking_in, "take_in", lambda **_: 1 / 0)
    assert "什么也没有导入" in hand_in(b, RENAMED).content.decode()
    assert not Intake.objects.waiting().exists()


def test_discarded(b):
    hand_in(b, RENAMED)
    intake = Intake.objects.get()
    assert "已放弃" in deed(b, intake, "discard")
    intake.refresh_from_db()
    assert bytes(intake.content) == b""
    assert "不能放弃" in deed(b, intake, "discard")


def test_each_sees_ones_own(b):
    hand_in(b, RENAMED)
    intake, other = Intake.objects.get(), Client()
    people.sign_in(other, b.checker)
    assert other.get(reverse("admin:exchange_intake", args=[intake.pk])).status_code == 404
    assert "改好的.json" not in other.get(reverse("admin:exchange")).content.decode()
    assert other.post(reverse("admin:exchange_deed", args=[intake.pk, "confirm"])).status_code == 404


def test_only_keepers_hand_in(b):
    with pytest.raises(intakes.PermissionDenied):
        intakes.hand_in(name="x", content=b"{}", by=b.clerk_a, at=b.at)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_a_fixed_number_of_questions(b, rows, django_assert_num_queries):
    for number in range(rows):
        intakes.hand_in(name=f"{number}.json", content=b"{}", by=b.editor, at=b.at)
    b.client.get(reverse("admin:exchange"))
    with django_assert_num_queries(5):
        b.client.get(reverse("admin:exchange"))
