"""改一版指南的全程：编辑在后台改时限、加材料、加一个有条件的字段，看见改了什么；另一位核对；明天起施行；正在办的件仍用旧版。"""

import datetime

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Guide
from catalog.states import GuideState
from office.workdays.clock import now
from tests import casework, makers
from tests.catalog.pages import deed, edit, url
from tests.portal.hall_cast import FORM, online

DAY = datetime.timedelta(days=1)
MATERIAL = {
    "name": "场地照片", "key": "photo", "position": "9", "requirement": "required", "medium": "either",
    "originals": "1", "copies": "0", "source": "applicant", "standard": "看得清门牌", "basis": "示例条例第三条",
    "remedy": "重拍", "condition": "{}",
}  # fmt: skip
FIELD = {
    "label": "分会名称", "kind": "text", "required": "on",
    "mode": "all", "conditions-total": "1", "conditions-0-field": "why", "conditions-0-op": "equals",
    "conditions-0-option": "why=new",
}  # fmt: skip


@pytest.fixture
def b(bureau):
    bureau.at = now()
    return online(bureau)


@pytest.fixture
def editor(b):
    return signed_in(b.editor)


@pytest.fixture
def checker(b):
    return signed_in(b.checker)


def signed_in(user) -> Client:
    client = Client()
    makers.sign_in(client, user)
    return client


def add_field(client, guide, page: str, field: dict) -> None:
    """申请表编辑页：加一格，再把这一格填好。"""
    told = {"field-label": field["label"], "field-kind": field["kind"]}
    opened = client.post(reverse("admin:catalog_guide_form_add_field", args=[guide.pk, page]), told)
    assert client.post(opened.url, field).status_code == 302


def text(client, guide) -> str:
    return client.get(url("guide", "change", guide.pk)).content.decode()


@pytest.mark.clause("D1", "D2", "D18", "S5")
def test_a_new_version_from_draft_to_the_day_it_takes_effect(b, editor, checker):
    running = casework.accepted(b)
    assert "已起草新版" in deed(editor, b.guide, "draft")
    draft = Guide.objects.get(item=b.item, version=2)
    added = {f"materials-{draft.materials.count()}-{name}": value for name, value in MATERIAL.items()}
    changes = {"promised_value": "5", **added}
    assert edit(editor, draft, **changes).status_code == 302
    add_field(editor, draft, FORM["pages"][0]["key"], FIELD)

    told = (
        "承诺时限由 10 个工作日改为 5 个工作日",
        "新增材料《场地照片》（必要）",
        "申请表第 1 页新增字段“分会名称”（一行文字，必填），仅当",
        "材料由 2 份增为 3 份",
        "时限由 10 个工作日减为 5 个工作日",
    )
    page = text(editor, draft)
    assert [line for line in told if line not in page] == []

    assert "已提交" in deed(editor, draft, "submit")
    assert "要由另一位目录管理员核对" in text(editor, draft)
    assert "第 2 版" in checker.get(url("guide"), {"which": "waiting"}).content.decode()
    assert str(b.item) not in editor.get(url("guide"), {"which": "waiting"}).content.decode().partition("results")[2]
    page = text(checker, draft)
    assert [line for line in told if line not in page] == []
    assert "已核对" in deed(checker, draft, "check_off", looked="on")

    today = b.at.date()
    tomorrow = today + DAY
    assert "起施行" in deed(editor, draft, "publish", effective_from=tomorrow.isoformat())
    assert (b.item.guide_on(today), b.item.guide_on(tomorrow)) == (b.guide, draft)
    running.refresh_from_db()
    assert running.guide == b.guide
    assert casework.received(b, b.at).guide == b.guide
    public = Client().get(reverse("hall:guide", args=[b.item.code])).content.decode()
    assert "版本说明" in public and "将要施行" in public and told[0] in public and "首次公布" in public
    draft.refresh_from_db()
    assert (draft.state, draft.change.days_cut, draft.change.days_unit) == (GuideState.PUBLISHED, 5, "wd")


def test_what_only_editors_may_know_is_not_told_to_the_public(b, editor, checker):
    deed(editor, b.guide, "draft")
    draft = Guide.objects.get(item=b.item, version=2)
    edit(editor, draft, **{"needs_check-0-field": "promised", "needs_check-0-text": "等市里核定", "place": "示范路2号"})
    assert "新标待核实：承诺时限（等市里核定）" in text(editor, draft)
    deed(editor, draft, "submit")
    deed(checker, draft, "check_off", looked="on")
    deed(checker, draft, "publish", effective_from=b.at.date().isoformat())
    public = Client().get(reverse("hall:guide", args=[b.item.code])).content.decode()
    assert "示范路2号" in public and "核定" not in public
