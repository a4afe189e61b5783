"""每一格都有说明，有固定写法的都有样例：页面、空白表、接口说的是同一句。"""

import json
from io import BytesIO
from pathlib import Path

import pytest
from django.urls import reverse
from pypdf import PdfReader

from catalog.actions import files, publishing
from catalog.rules import check_form
from catalog.rules.forms import FIELD_KINDS, SAMPLES, every_field, example, explanation, standing_words
from tests import makers
from tests.portal import hall_cast
from tests.portal.hall_cast import PERSON, begun, go

pytestmark = pytest.mark.clause("S5")
DATA = Path(__file__).parents[2] / "catalog" / "data" / "items"
PAIRS = [["a", "甲"], ["b", "乙"]]
COLUMNS = [{"key": "who", "kind": "text", "label": "姓名"}, {"key": "born", "kind": "date", "label": "出生日期"}]
EXTRA = {"choice": {"choices": PAIRS}, "choices": {"choices": PAIRS}, "table": {"columns": COLUMNS}}
FIELDS = [{"key": kind, "kind": kind, "label": f"示例{kind}", **EXTRA.get(kind, {})} for kind in FIELD_KINDS]
FORM = {"pages": [{"key": "all", "title": "都有", "fields": [*FIELDS, {"key": "own", "kind": "text", "label": "甲",
                   "help": "自己写的说明。", "sample": "自己写的样例"}]}]}  # fmt: skip


@pytest.fixture
def b(bureau):
    assert check_form(FORM) == []
    found = hall_cast.casework.item_with_guide(bureau, form=FORM)
    found.item.audiences = ["1", "4"]
    found.item.save()
    return found


def text(answer) -> str:
    return answer.content.decode()


def test_a_bare_field_of_every_kind_is_explained_on_the_page_in_print_and_in_the_interface(client, b):
    draft = begun(client, b)
    client.post(go(draft, "person"), PERSON)
    page = text(client.get(go(draft, "page", key="all")))
    print_ = client.get(reverse("hall:form-blank", args=[b.item.code]))
    body = print_.content if not print_.streaming else b"".join(print_.streaming_content)
    printed = "".join("".join(one.extract_text() for one in PdfReader(BytesIO(body)).pages).split())
    answer = client.get(f"/api/v1/items/{b.item.code}/form/").json()
    schema = json.dumps(answer, ensure_ascii=False)
    for field in every_field(FORM):
        words = explanation(field)
        assert words and words in page and words in schema, field
        assert field["key"] == "own" or "".join(words.split())[:12] in printed, field
    for kind, sample in SAMPLES.items():
        assert f"</span> {sample}</p>" in page, kind
    assert "自己写的说明。" in page and "自己写的样例" in page
    english = text(client.get(go(draft, "page", key="all"), {"lang": "en"}))
    assert "选最符合的一项。" not in english and "Numbers only, in yuan" in english


def test_every_shipped_field_is_explained_and_every_typed_one_has_a_sample():
    found, faults = files.read_all(sorted(DATA.glob("*.json")))
    assert faults == [] and found
    asked = []
    for data in found.values() if isinstance(found, dict) else (one[1] for one in found):
        sheets = [data.get("guide", {}).get("form"), *(one.get("form") for one in data.get("materials", []))]
        asked += [field for sheet in sheets if sheet and "pages" in sheet for field in every_field(sheet)]
    assert len(asked) > 1000
    assert [field["label"] for field in asked if not explanation(field)] == []
    assert [field["label"] for field in asked if field["kind"] in SAMPLES and not example(field)] == []


def test_a_sentence_is_said_once():
    assert len(standing_words()) == len(set(standing_words()))


def test_the_editor_is_told_of_a_silent_field_and_not_stopped(client, b):
    guide = publishing.draft_from(item=b.item, guide=b.guide, by=b.editor, at=b.at)
    makers.sign_in(client, b.editor)
    page = text(client.get(reverse("admin:catalog_guide_form", args=[guide.pk])))
    assert page.count("没有写说明和样例") == len(FIELDS) and "选最符合的一项。" in page
    assert "还有这些毛病" not in page
