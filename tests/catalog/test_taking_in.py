"""目录的进出：导出再导入一字不差；先看后做；有一处不对什么也不进；什么样的文件都有一句清楚的话。"""

import csv
import io
import json
import zipfile

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from agencies.models import User
from catalog.actions import exporting, taking_in
from catalog.models import Guide, Item, LegalBasis, Material, Word
from catalog.rules import tables, workbooks
from catalog.states import GuideState
from office.journal.models import Entry
from tests import makers as people
from tests.catalog import makers
from tests.portal.hall_cast import FORM

FORMS = list(workbooks.FORMATS)
AT = people.moment("2026-11-23 09:00")


@pytest.fixture
def b(bureau):
    bureau.item = makers.item(bureau, "sample")
    bureau.guide = makers.published(bureau, bureau.item, form=FORM)
    return bureau


def exported(form="json"):
    return workbooks.dump(exporting.documents(items=Item.objects.all(), day=AT.date()), form)


def take(b, content, *, by=None, dry_run=False, at=AT):
    return taking_in.take_in(content=content, by=by or b.editor, at=at, dry_run=dry_run)


def edited(change, *, code="sample") -> bytes:
    told = json.loads(exported())
    one = next(row for row in told["items"] if row["item"]["code"] == code)
    change(one)
    return json.dumps(told).encode()


def counts():
    return Item.objects.count(), Guide.objects.count(), Material.objects.count(), Entry.objects.count()


# 一进一出，一字不差 ---------------------------------------------------------


@pytest.mark.clause("S4")
def test_a_round_trip_of_the_whole_catalogue_changes_nothing(db):
    call_command("load_bureau", verbosity=0)
    call_command("load_catalogue", verbosity=0)
    before, items = counts(), Item.objects.count()
    keeper = next(user for user in User.objects.all() if user.agencies_with("keep_catalogue").count())
    kept = set(keeper.agencies_with("keep_catalogue").values_list("pk", flat=True))
    mine = Item.objects.filter(agency__in=kept)
    assert mine.count() > 20
    assert items >= 60
    documents = exporting.documents(items=Item.objects.all(), day=AT.date())
    for form in FORMS:
        again, faults = workbooks.load(workbooks.dump(documents, form))
        assert faults == []
        assert len(again) == items
        report = taking_in.take_in(
            content=workbooks.dump(exporting.documents(items=mine, day=AT.date()), form),
            by=keeper,
            at=AT,
            dry_run=False,
        )
        assert (report.faults, report.wrong, report.changed) == ([], 0, 0), [
            (one.code, one.lines, one.faults) for one in report.outcomes if one.what != "same"
        ][:3]
    assert counts() == before


@pytest.mark.parametrize("form", FORMS)
def test_odd_words_come_back_as_they_went(b, form):
    draft = makers.publishing.draft_from(item=b.item, guide=b.guide, by=b.editor, at=b.at)
    draft.content = "=1+1\n第二行，“引号”\"与'撇号"
    draft.place, draft.hours, draft.complaint = "'=撇号", " 前后有空格 ", "-减号、+加号、@"
    draft.conditions = ["只有一句话", {"text": "", "basis": "空字也在"}, {"text": "甲", "more": "别的键"}]
    draft.faq = [{"q": "=SUM(A1)", "a": "@x"}]
    draft.fee = {"free": False, "basis": "示例", "lines": [{"name": "工本费", "amount": "10元"}], "exemptions": "免"}
    draft.special_procedures = [{"key": "k", "name": "示例", "kind": "2", "value": 3, "unit": "wd", "basis": "示例",
                                 "counted": False, "set_by": "agency", "filing": ""}]  # fmt: skip
    draft.needs_check = {"promised": "问省厅", "materials.application": "核"}
    draft.save()
    makers.publish(b, draft)
    report = take(b, exported(form))
    assert (report.wrong, report.changed) == (0, 0), report


# 公式 -----------------------------------------------------------------------


@pytest.mark.parametrize("danger", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "'=1", "''@"])
def test_formulas_are_neutralised_and_come_back(danger):
    safe = tables.guarded(danger)
    assert safe[0] == "'"
    assert tables.unguarded(safe) == danger


def test_no_cell_of_an_export_is_a_formula(b):
    b.item.name = '=HYPERLINK("http://x","点我")'
    b.item.save()
    book = load_workbook(io.BytesIO(exported("xlsx")))
    cells = [cell for page in book for row in page.iter_rows() for cell in row if cell.value is not None]
    assert [cell for cell in cells if cell.data_type == "f"] == []
    with zipfile.ZipFile(io.BytesIO(exported("csv"))) as packed:
        for name in packed.namelist():
            for row in csv.reader(io.StringIO(packed.read(name).decode("utf-8-sig"))):
                assert not [cell for cell in row if cell[:1] in "=+-@\t\r" and cell]


def test_a_formula_in_an_upload_is_refused(b):
    book = load_workbook(io.BytesIO(exported("xlsx")))
    book["事项"]["B2"] = "=1+1"
    out = io.BytesIO()
    book.save(out)
    assert "有公式" in take(b, out.getvalue()).faults[0]


# 改一处 -----------------------------------------------------------------------


@pytest.mark.clause("S4", "D1")
def test_a_change_becomes_a_draft_for_a_second_person(b):
    def change(one):
        one["guide"]["promised"]["value"] = 3
        one["materials"].append({"key": "map", **makers.MATERIAL, "name": "示例地图"})
        one["item"]["short_name"] = "示例简称"

    dry = take(b, edited(change), dry_run=True)
    before = counts()
    assert (dry.wrong, dry.changed) == (0, 1)
    assert dry.outcomes[0].lines == [
        "简称：空 → “示例简称”", "起草：指南第2版(现行第1版)", "承诺时限：5个工作日 → 3个工作日", "增加材料“示例地图”"
    ]  # fmt: skip
    assert before == counts()
    done = take(b, edited(change))
    assert [one.lines for one in done.outcomes] == [one.lines for one in dry.outcomes]
    b.item.refresh_from_db()
    assert (b.item.short_name, b.item.guide_on(AT.date()).version) == ("示例简称", 1)
    draft = b.item.guides.in_hand().get()
    assert (draft.state, draft.promised_value, draft.edited_by) == (GuideState.DRAFT, 3, b.editor)
    assert [one.key for one in draft.materials.order_by("position")] == ["application", "map"]
    checked = makers.publish(b, draft, at=AT)
    assert checked.checked_by == b.checker
    assert take(b, exported()).changed == 0


def test_importing_the_same_change_twice_changes_once(b):
    content = edited(lambda one: one["guide"].update(content="换了说法"))
    assert take(b, content).changed == 1
    again = take(b, content)
    assert (again.changed, again.outcomes[0].lines) == (0, ["指南与第2版(草稿)相同，不变"])
    third = take(b, edited(lambda one: one["guide"].update(content="又换了")))
    assert third.outcomes[0].lines[0] == "改写您的草稿：指南第2版(现行第1版)"
    assert b.item.guides.in_hand().get().content == "又换了"
    other = take(b, edited(lambda one: one["guide"].update(content="别人换")), by=b.checker)
    assert "已有一份草稿的第2版" in other.outcomes[0].faults[0]


def test_what_is_not_handed_in_stays(b):
    text = "事项编码,事项名称\nsample,新的名称\n"
    assert take(b, text.encode("gb18030")).outcomes[0].lines == ["事项名称：“示例登记” → “新的名称”"]
    assert not b.item.guides.in_hand().exists()
    assert take(b, "事项编码,办理内容\nsample,换了说法\n".encode()).changed == 1
    draft = b.item.guides.in_hand().get()
    assert (draft.content, draft.form, draft.promised_value) == ("换了说法", FORM, 5)
    assert draft.materials.count() == draft.bases.count() == 1


def test_a_new_item_with_an_unfinished_guide(b):
    item = {"code": "fresh", "name": "新的登记", "kind": "01", "level": "3", "theme": "orgs", "parent": "sample"}
    item |= {"agency": b.agency.code, "section": b.orgs.code, "audiences": ["4"]}
    told = {"item": item, "guide": {"content": "示例", "fee": {"free": True, "basis": "示例"}}}
    report = take(b, json.dumps({"items": [told]}).encode())
    assert (report.wrong, report.outcomes[0].what) == (0, "new"), report
    assert "还缺设定依据" in report.outcomes[0].lines[-1]
    assert Item.objects.get(code="fresh").parent == b.item
    assert Item.objects.get(code="fresh").guides.get().state == GuideState.DRAFT


# 有一处不对 ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda one: one["item"].update(kind="99"), "事项类型"),
        (lambda one: one["item"].update(colour="red"), "不认识的栏“colour”"),
        (lambda one: one["item"].update(agency="none"), "实施主体“none”不存在"),
        (lambda one: one["item"].update(parent="none"), "主项“none”不存在"),
        (lambda one: one["item"].update(name=3), "“name”的写法不对"),
        (lambda one: one["guide"].update(colour="red"), "不认识的栏“colour”"),
        (lambda one: one["guide"].update(window="none"), "受理窗口“none”不存在"),
        (lambda one: one["guide"].update(process=["x"]), "“办理流程”的写法不对"),
        (lambda one: one["guide"].update(process=[{"stage": "x"}]), "阶段只能是"),
        (lambda one: one["guide"].update(promised={"value": 5, "unit": "", "basis": ""}), "承诺时限要写全"),
        (lambda one: one["guide"].update(promised=5), "“承诺时限”的写法不对"),
        (lambda one: one["guide"].update(form={"pages": []}), "申请表"),
        (lambda one: one["guide"].update(visits=10**12), "到现场次数"),
        (lambda one: one["materials"].append({"key": "a"}), "材料第2项"),
        (lambda one: one["materials"].append(3), "申请材料第2项：写法不对"),
        (lambda one: one["bases"][0].update(in_force_from="去年"), "施行日期"),
        (lambda one: one.update(authorities=3), "不认识或写法不对"),
        (lambda one: one["item"].update(code="other"), "“other”前面已经有了"),
    ],
)
def test_one_fault_and_nothing_is_taken_in(b, change, fault):
    makers.item(b, "other")
    before = counts()

    def both(one):
        change(one)

    told = {"items": [one for one in json.loads(edited(both))["items"] if "guide" in one]}
    told["items"].insert(0, {"item": {"code": "other", "name": "改了名"}})
    report = take(b, json.dumps(told).encode())
    said = [*report.faults, *(line for one in report.outcomes for line in one.faults)]
    assert report.wrong == 1
    assert any(fault in line for line in said), said
    assert counts() == before
    assert Item.objects.get(code="other").name == "示例登记"


def test_faults_in_tables_name_the_sheet_and_the_row(b):
    text = "事项编码,键,原件份数\nsample,a,两份\n,b,1\n"
    report = take(b, text.encode())
    assert report.faults == ["“材料”表第2行：“原件份数”要写整数", "“材料”表第3行：没有写事项编码"]


def test_only_ones_own_agency(b):
    theirs = makers.item(b, "theirs")
    Item.objects.filter(pk=theirs.pk).update(agency=b.stranger_agency)
    report = take(b, json.dumps([{"item": {"code": "theirs", "name": "改"}}]).encode())
    assert "您没有维护" in report.outcomes[0].faults[0]
    assert take(b, exported(), by=b.clerk_a).wrong > 0


# 什么样的文件都有话说 -----------------------------------------------------------


def told_clearly(report):
    assert all(any("一" <= c <= "鿿" for c in fault) for fault in report.faults)
    for one in report.outcomes:
        assert all(any("一" <= c <= "鿿" for c in fault) for fault in one.faults)


def workbook(sheets) -> bytes:
    book = Workbook()
    for name, rows in sheets:
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def zipped(**parts) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "文件是空的"),
        (b"x" * (workbooks.MOST_BYTES + 1), "文件太大"),
        (b"PK\x03\x04 broken", "读不出来"),
        (b"{", "不是完整的 JSON"),
        (b"[" * 100_000, "不是完整的 JSON"),
        (b'{"items": [NaN]}', "不是完整的 JSON"),
        (b'{"items": {}}', "JSON 要写成"),
        (b"\x89PNG\x00\x01", "认不出这是什么文件"),
        ("随便一句话".encode(), "认不出这是哪张表"),
        ('事项编码,事项名称\nx,"没有收尾'.encode(), "引号或行不完整"),
        ("事项编码,没有的栏\nx,y".encode(), "认不出这是哪张表"),
        (zipped(**{"a.txt": "x"}), "没有认得的 CSV"),
        (zipped(**{"事项.csv": "事项编码,没有的栏\nx,y"}), "表头不对"),
        (zipped(**{"x.csv": "0" * (workbooks.MOST_UNPACKED + 1)}), "展开以后太大"),
        (zipped(**{f"{n}.csv": "" for n in range(workbooks.MOST_PARTS + 1)}), "展开以后太大"),
        (zipped(**{"[Content_Types].xml": "<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"}), "不该有的声明"),
        (zipped(**{"[Content_Types].xml": "<x/>"}), "不是完好的电子表格"),
        (workbook([("别的", [["x"]])]), "没有认得的表"),
        (workbook([("事项", [["名称"], ["x"]])]), "表头不对"),
    ],
)
def test_every_odd_file_has_a_clear_answer(b, content, words):
    before = counts()
    report = take(b, content)
    assert any(words in fault for fault in report.faults), report.faults
    assert counts() == before


def test_too_many_rows(b, monkeypatch):
    monkeypatch.setattr(workbooks, "MOST_ROWS", 3)
    rows = "事项编码,事项名称\n" + "sample,x\n" * 4
    assert "最多 3 行" in take(b, rows.encode()).faults[0]


FUZZ = settings(
    max_examples=60, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
plain = st.none() | st.booleans() | st.integers() | st.floats() | words
anything = st.recursive(
    plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3), max_leaves=8
)


@FUZZ
@given(st.binary(max_size=300) | st.binary(max_size=200).map(lambda data: b"PK\x03\x04" + data) | words.map(str.encode))
@example(b"{}")
def test_any_bytes(b, content):
    before = counts()
    report = take(b, content)
    assert report.faults
    told_clearly(report)
    assert counts() == before


def contents():
    """目录里的每一行，一栏不落。"""
    kinds = (Item, Guide, Material, LegalBasis, Word)
    return [list(kind.objects.order_by("pk").values()) for kind in kinds], Entry.objects.count()


def whole_or_nothing(b, content):
    """真的导：有一处不对，一行也没有变；都对，再导一次什么也不变。看完退回。"""
    with transaction.atomic():
        before = contents()
        report = take(b, content)
        told_clearly(report)
        after = contents()
        if report.wrong:
            assert after == before
        else:
            again = take(b, content)
            assert (again.wrong, again.changed) == (0, 0), again
            assert contents() == after
        transaction.set_rollback(True)


KEYS = st.sampled_from([*sorted(taking_in.files.GUIDE), *sorted(taking_in.files.ITEM)])


@FUZZ
@given(st.dictionaries(KEYS, anything, max_size=4), st.lists(anything, max_size=2), st.sampled_from(["guide", "item"]))
def test_any_json_in_any_field(b, fields, rows, section):
    before = counts()

    def change(one):
        one[section] |= {name: value for name, value in fields.items() if name != "code"}
        one["materials"] += rows

    content = edited(change)
    report = take(b, content, dry_run=True)
    told_clearly(report)
    assert counts() == before
    whole_or_nothing(b, content)


cells = (
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.floats(allow_nan=False, allow_infinity=False) | words
)


@FUZZ
@given(
    st.sampled_from(list(tables.KNOWN)),
    st.lists(st.lists(cells, min_size=1, max_size=6), max_size=4),
    st.booleans(),
)
def test_any_workbook(b, name, rows, known):
    header = tables.KNOWN[name].header()
    clean = [[workbooks.ILLEGAL.sub("", cell) if isinstance(cell, str) else cell for cell in row] for row in rows]
    lines = [["sample", *row] for row in clean] if known else clean
    before, content = counts(), workbook([(name, [header, *lines])])
    report = take(b, content, dry_run=True)
    told_clearly(report)
    assert counts() == before
    whole_or_nothing(b, content)


# 命令 -----------------------------------------------------------------------


@pytest.mark.parametrize("suffix", workbooks.SUFFIX.values())
def test_the_commands(b, tmp_path, capsys, suffix):
    path = tmp_path / f"目录.{suffix}"
    call_command("export_catalogue", path)
    assert "导出 1 个事项" in capsys.readouterr().out
    call_command("import_catalogue", path, by=b.editor.username, yes=True)
    assert "导入完毕，0 个事项有变动" in capsys.readouterr().out


def test_the_commands_refuse_clearly(b, tmp_path):
    with pytest.raises(CommandError, match="结尾"):
        call_command("export_catalogue", tmp_path / "x.pdf")
    (tmp_path / "x.json").write_text("{")
    with pytest.raises(CommandError, match="没有导入"):
        call_command("import_catalogue", tmp_path / "x.json", by=b.editor.username)
    with pytest.raises(CommandError, match="在用的工作人员"):
        call_command("import_catalogue", tmp_path / "x.json", by="nobody")
