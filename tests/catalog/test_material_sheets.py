"""材料的空白表：写得对不对、该有的有没有、前后两版说得清、导出再导入一字不差。"""

import copy

import pytest
from django.db import IntegrityError, transaction

from catalog import rules
from catalog.actions import checking, comparing, exporting, publishing, taking_in
from catalog.models import Material
from catalog.rules import workbooks
from catalog.rules.forms import OF_ITEM, sheet_faults
from tests.catalog import makers

FORM = {"pages": [{"key": "basic", "title": "基本情况", "fields": [{"key": "name", "kind": "text", "label": "名称"}]}]}
PROMISE = {
    "pages": [{"key": "said", "title": "承诺", "help": "本人承诺：", "fields": [
        {"key": "name", "kind": "text", "label": "姓名", "sample": "赵申请"},
        {"key": "truth", "kind": "declaration", "label": "所写属实。"},
    ]}],
    "signed": ["承诺人（签名）"],
    "needs_check": "版式待核对",
}  # fmt: skip


@pytest.mark.clause("D2")
@pytest.mark.parametrize(
    ("sheet", "form", "fault"),
    [
        (OF_ITEM, FORM, None),
        (PROMISE, {}, None),
        (OF_ITEM, {}, "可是本事项没有申请表"),
        ({**OF_ITEM, "signed": ["谁"]}, FORM, "不再另写别的"),
        ({"of_item": False}, FORM, "不再另写别的"),
        ([], FORM, "写成一组栏目"),
        ({"signed": ["谁"]}, FORM, "没有页"),
        ({**PROMISE, "title": "另起的名"}, FORM, "不认识的属性“title”"),
        ({**PROMISE, "signed": "谁"}, FORM, "落款"),
        ({**PROMISE, "signed": [""]}, FORM, "落款"),
        ({**PROMISE, "needs_check": 1}, FORM, "待核实"),
        ({"pages": [{"key": "said", "title": "承诺", "fields": []}]}, FORM, "没有字段"),
    ],
)
def test_a_sheet_says_in_chinese_what_is_wrong(sheet, form, fault):
    found = sheet_faults(sheet, form)
    assert found == [] if fault is None else fault in "；".join(found)


@pytest.fixture
def draft(bureau):
    """一份草稿，材料写着本局提供空白表。"""
    guide = makers.draft(bureau, makers.item(bureau), form=FORM)
    guide.materials.update(source="agency_form")
    return guide


@pytest.mark.clause("D2")
def test_a_prescribed_form_without_a_blank_cannot_be_published(bureau, draft):
    with pytest.raises(checking.Incomplete, match="材料“示例申请书”写的是本局提供空白表，还没有空白表"):
        checking.submit(guide=draft, by=bureau.editor, at=bureau.at)
    draft.materials.update(form={"pages": []})
    with pytest.raises(checking.Incomplete, match="材料“示例申请书”的空白表：没有页"):
        checking.submit(guide=draft, by=bureau.editor, at=bureau.at)
    draft.materials.update(form=OF_ITEM)
    guide = makers.publish(bureau, draft)
    assert guide.materials.get().form == OF_ITEM
    with pytest.raises(IntegrityError, match="不能改动"), transaction.atomic():
        guide.materials.update(form=PROMISE)


@pytest.mark.clause("D1", "S4")
def test_the_difference_is_told_in_sentences(bureau, draft):
    draft.materials.update(form=OF_ITEM)
    first = makers.publish(bureau, draft)
    second = publishing.draft_from(item=first.item, guide=first, by=bureau.editor, at=bureau.at)
    assert second.materials.get().form == OF_ITEM, "新版照抄"
    second.materials.update(form=PROMISE)
    assert _told(second) == ["材料《示例申请书》改用单独的空白表"]
    third = makers.publish(bureau, second, effective_from=bureau.at.date())
    changed = copy.deepcopy(PROMISE)
    changed["pages"][0]["fields"][0]["label"] = "承诺人姓名"
    changed |= {"signed": ["承诺人（签名或者盖章）"], "needs_check": ""}
    fourth = publishing.draft_from(item=first.item, guide=third, by=bureau.editor, at=bureau.at)
    fourth.materials.update(form=changed)
    assert _told(fourth) == [
        "材料《示例申请书》的空白表第 1 页字段“承诺人姓名”的名称由“姓名”改为“承诺人姓名”",
        "材料《示例申请书》空白表的落款由“承诺人（签名）”改为“承诺人（签名或者盖章）”",
        "删去了材料《示例申请书》空白表的存疑（原为“版式待核对”）",
    ]
    inside = [change.section for change in comparing.compare(fourth).changes]
    assert inside == ["申请材料", "申请材料", "待核实"], "存疑只给编辑看"
    fourth.materials.update(form={}, source="applicant")
    assert "材料《示例申请书》不再有空白表" in _told(fourth)


def _told(guide):
    guide = type(guide).objects.get(pk=guide.pk)
    return [change.text for change in comparing.compare(guide).changes]


@pytest.mark.clause("Z13")
@pytest.mark.parametrize("kind", ["xlsx", "csv", "json"])
def test_export_and_import_change_nothing(bureau, draft, kind):
    draft.materials.update(form=PROMISE)
    guide = makers.publish(bureau, draft)
    day = bureau.at.date()
    told = exporting.documents(items=type(guide.item).objects.all(), day=day)
    assert told[0]["materials"][0]["form"] == PROMISE
    content = workbooks.dump(told, kind)
    report = taking_in.take_in(content=content, by=bureau.editor, at=bureau.at, dry_run=False)
    assert (report.wrong, report.changed) == (0, 0), report.told()


def test_a_column_not_handed_in_is_not_changed(bureau, draft):
    """几年前导出的表没有“空白表”一栏：改别的，空白表照旧；写了不认识的，一行也不收。"""
    draft.materials.update(form=PROMISE)
    guide = makers.publish(bureau, draft)
    told = exporting.documents(items=type(guide.item).objects.all(), day=bureau.at.date())
    row = told[0]["materials"][0]
    row["standard"] = "签名并盖章"
    del row["form"]
    content = workbooks.dump(told, "json")
    report = taking_in.take_in(content=content, by=bureau.editor, at=bureau.at, dry_run=False)
    assert report.wrong == 0 and report.changed == 1
    new = Material.objects.get(guide__state="draft")
    assert (new.standard, new.form) == ("签名并盖章", PROMISE)
    row["form"] = {"pages": "x"}
    content = workbooks.dump(told, "json")
    report = taking_in.take_in(content=content, by=bureau.editor, at=bureau.at, dry_run=True)
    assert "的空白表：没有页(pages)" in report.outcomes[0].faults[0]
    row["form"] = {}
    content = workbooks.dump(told, "json")
    report = taking_in.take_in(content=content, by=bureau.editor, at=bureau.at, dry_run=True)
    assert report.wrong == 0 and any("还没有空白表；配上才能提交核对" in line for line in report.outcomes[0].lines)


@pytest.mark.clause("D1")
def test_an_official_code_carries_the_code_of_its_own_agency(bureau):
    """实施编码前 18 位是实施主体的统一社会信用代码：两样都有、对不上的，哪扇门都进不来。"""
    item = makers.item(bureau)
    item.kind, item.basic_code = "07", "000711017000"
    item.implementation_code = "11211300001200266Q3000711017000"
    assert rules.code_faults(item) == [], "机关还没有填代码，无从核对"
    bureau.agency.uscc = "51440800MJ0000000X"
    item.agency = bureau.agency
    wrong = f"31 位编码前 18 位不是{bureau.agency.name}的统一社会信用代码"
    assert rules.code_faults(item) == [wrong]
    item.save()
    bureau.agency.save()
    draft = makers.draft(bureau, item)
    with pytest.raises(checking.Incomplete, match="不是.*的统一社会信用代码"):
        checking.submit(guide=draft, by=bureau.editor, at=bureau.at)
    told = exporting.documents(items=type(item).objects.all(), day=bureau.at.date())
    told[0]["item"]["short_name"] = "改了简称"
    content = workbooks.dump(told, "json")
    report = taking_in.take_in(content=content, by=bureau.editor, at=bureau.at, dry_run=True)
    assert wrong in report.outcomes[0].faults[0]
    bureau.agency.uscc = "11211300001200266Q"
    assert rules.code_faults(item) == []
