"""权责清单：文件逐行看过才导入，一行不对就一行不进；与目录两头对照。"""

import datetime
import io
import zipfile

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from catalog.actions import powers
from catalog.models import Item, Power, PowerFile
from catalog.rules.grids import MOST_BYTES, MOST_ROWS, Unreadable, grid
from catalog.rules.powers import power_rows
from office.journal.models import Entry
from office.steps import NotNow
from tests import makers
from tests.catalog import makers as catalog
from tests.catalog.pages import url

HEAD = "权力编码,权力名称,权力类型,设定依据,实施主体\n"
ROWS = (
    "P001,示例登记,行政许可,示例条例第一条,zj\n"
    "P002,另一确认,确认,示例条例第二条,\n"
    "P003,示例处罚,02,示例条例第三条,zj民政局\n"
)


def workbook(rows) -> bytes:
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


@pytest.fixture
def load(bureau):
    bureau.agency.short_name = "zj民政局"

    def deed(text: str, *, whole=False, apply=True):
        content = text if isinstance(text, bytes) else text.encode()
        file = powers.receive(
            agency=bureau.agency, name="清单.csv", content=content, whole=whole, by=bureau.editor, at=bureau.at
        )
        lines = powers.foresee(file)
        if apply:
            powers.apply(file=file, by=bureau.editor, at=bureau.at)
        return [(line.verb, line.code, line.text) for line in lines]

    return deed


@pytest.mark.clause("D1")
def test_a_list_is_seen_first_and_then_loaded(bureau, load):
    item = catalog.item(bureau, name="示例登记")
    told = load(HEAD + ROWS, apply=False)
    assert told == [("新增", "P001", "对上事项“示例登记”"), ("新增", "P002", ""), ("新增", "P003", "")]
    assert not Power.objects.exists()
    powers.apply(file=PowerFile.objects.get(), by=bureau.editor, at=bureau.at)
    assert list(Power.objects.order_by("code").values_list("code", "kind")) == [
        ("P001", "01"),
        ("P002", "07"),
        ("P003", "02"),
    ]
    item.refresh_from_db()
    assert item.power.code == "P001"
    line = Entry.objects.about(bureau.agency).last()
    assert (line.verb, line.facts["counted"]["新增"]) == ("catalog.powers.load", 3)
    with pytest.raises(NotNow, match="已经导入过"):
        powers.apply(file=PowerFile.objects.get(), by=bureau.editor, at=bureau.at)


def test_loading_again_changes_nothing_and_a_whole_list_removes(bureau, load):
    load(HEAD + ROWS)
    assert {verb for verb, _code, _text in load(HEAD + ROWS)} == {"不变"}
    changed = HEAD + ROWS.replace("示例条例第二条", "示例条例第九条").replace("P003,示例处罚", "P004,新的处罚")
    told = load(changed, whole=True)
    assert told == [
        ("不变", "P001", ""), ("修改", "P002", "改了设定依据"), ("新增", "P004", ""), ("取消", "P003", "文件里没有"),
    ]  # fmt: skip
    assert Power.objects.get(code="P003").removed_on == bureau.at.date()
    assert ("恢复", "P003", "") in load(HEAD + ROWS)


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("P9,,行政许可,依据,\n", "没有写权力名称"),
        ("P9,名,行政许可,,\n", "没有写设定依据"),
        ("P9,名,行政审批,依据,\n", "不认识的权力类型“行政审批”"),
        ("P001,名,行政许可,依据,\n", "权力编码“P001”前面已经有了"),
        ("P9,名,行政许可,依据,别的局\n", "实施主体“别的局”不是zj民政局"),
        (f"{'9' * 61},名,行政许可,依据,\n", "权力编码太长"),
    ],
)
def test_a_wrong_row_stops_the_whole_list(bureau, load, row, fault):
    told = load(HEAD + ROWS + row, apply=False)
    assert told[-1][0] == "有误" and fault in told[-1][2]
    with pytest.raises(powers.Faulty):
        powers.apply(file=PowerFile.objects.get(), by=bureau.editor, at=bureau.at)
    assert not Power.objects.exists()


def test_only_the_keeper_loads(bureau):
    for person in (bureau.director, bureau.stranger, bureau.clerk_a):
        with pytest.raises(PermissionDenied):
            powers.receive(agency=bureau.agency, name="x", content=b"x", whole=False, by=person, at=bureau.at)


# 文件 -----------------------------------------------------------------


def test_workbooks_and_legacy_text_read_the_same():
    rows = [line.split(",") for line in (HEAD + ROWS).strip().splitlines()]
    told = [power_rows(grid(content)) for content in (
        (HEAD + ROWS).encode(), (HEAD + ROWS).encode("utf-8-sig"), (HEAD + ROWS).encode("gb18030"), workbook(rows),
    )]  # fmt: skip
    assert told[0] == told[1] == told[2] == told[3]
    assert [row.number for row in told[0]] == [2, 3, 4]


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "x")
        packed.writestr("xl/worksheets/sheet1.xml", "0" * (45 * 2**20))
    return out.getvalue()


def declared() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook([["编码"]]))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, b'<!DOCTYPE a [<!ENTITY b "c">]>' + data if "sheet1" in name else data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "是空的"),
        (b" \n", "是空的"),
        (b"x" * (MOST_BYTES + 1), "文件太大"),
        (b"PK\x03\x04rubbish", "文件坏了"),
        (bomb(), "展开以后太大"),
        (declared(), "DOCTYPE"),
        (workbook([["编码"], ["=1+1"]]), "有公式"),
        (b"\x00\x01\x02", "认不出"),
        (b'"a', "不完整"),
        (b"a\n" * (MOST_ROWS + 2), "表太长"),
        ("编,码\n1,2\n".encode(), "没有找到：权力编码"),
        (HEAD.encode(), "一项权力也没有"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_what_cannot_be_read_says_why(content, why):
    with pytest.raises(Unreadable, match=why):
        power_rows(grid(content))


@given(
    st.binary(max_size=400) | st.text(max_size=200).map(str.encode) | st.binary(max_size=200).map(b"PK\x03\x04".__add__)
)
@settings(max_examples=200)
def test_any_bytes_give_rows_or_a_sentence(content):
    try:
        assert all(isinstance(cell, str) for _number, cells in grid(content) for cell in cells)
    except Unreadable as reason:
        assert str(reason).endswith("。")


@given(
    st.lists(
        st.lists(st.none() | st.integers() | st.floats() | st.booleans() | st.text(max_size=8), max_size=6), max_size=6
    )
)
@settings(max_examples=60)
def test_any_workbook_gives_rows_or_a_sentence(rows):
    try:
        content = workbook(rows)
    except Exception:  # openpyxl 自己也写不出来的
        return
    try:
        power_rows(grid(content))
    except Unreadable as reason:
        assert str(reason).endswith("。")


# 页面 -----------------------------------------------------------------


@pytest.mark.clause("D1")
def test_import_and_compare_on_the_pages(client, bureau):
    linked = catalog.published(
        bureau, catalog.item(bureau, "linked", name="示例登记"), effective_from=datetime.date(2026, 1, 1)
    )
    alone = catalog.published(
        bureau, catalog.item(bureau, "alone", name="孤零登记"), effective_from=datetime.date(2026, 1, 1)
    )
    service = catalog.published(
        bureau, catalog.item(bureau, "s", name="示例服务", kind="20"), datetime.date(2026, 1, 1)
    )
    makers.sign_in(client, bureau.editor)
    sent = {
        "agency": bureau.agency.pk,
        "file": SimpleUploadedFile("清单.csv", (HEAD + ROWS.replace("zj民政局", "zj")).encode()),
    }
    page = client.post(url("power", "import"), sent, follow=True).content.decode()
    assert "对上事项“示例登记”" in page and "确认导入" in page and not Power.objects.exists()
    file = PowerFile.objects.get()
    page = client.post(url("power", "apply", file.pk), follow=True).content.decode()
    assert "已导入“清单.csv”：3 行，变动 3 项" in page
    lacking, _title, groundless = page.partition("没有权力的事项")
    assert "另一确认" in lacking and "示例处罚" not in page  # 处罚不是来申请的
    assert str(alone.item) in groundless and str(service.item) not in page and "示例登记" not in page
    assert linked.item.name == "示例登记"
    listed = client.get(url("power", "compare"), {"csv": "powers-without-item"})
    assert "另一确认,P002,行政确认" in b"".join(listed.streaming_content).decode()
    assert "已经导入" in client.get(url("power", "foreseen", file.pk)).content.decode()


def test_a_power_is_excused_with_a_reason(client, bureau, load):
    load(HEAD + ROWS)
    makers.sign_in(client, bureau.editor)
    power = Power.objects.get(code="P002")
    assert "另一确认" in client.get(url("power"), {"which": "lacking"}).content.decode()
    assert (
        "由省厅行使"
        in client.post(url("power", "change", power.pk), {"excused": "由省厅行使"}, follow=True).content.decode()
    )
    assert "另一确认" not in client.get(url("power"), {"which": "lacking"}).content.decode()
    assert "由省厅行使" in client.get(url("power"), {"which": "excused"}).content.decode()
    line = Entry.objects.about(power).get()
    assert (line.verb, line.facts) == ("catalog.power.excuse", {"excused": ["", "由省厅行使"]})


def test_the_page_says_why_a_file_is_refused(client, bureau):
    makers.sign_in(client, bureau.editor)
    sent = {"agency": bureau.agency.pk, "file": SimpleUploadedFile("x.xlsx", b"PK\x03\x04")}
    answer = client.post(url("power", "import"), sent)
    assert answer.status_code == 422 and "文件坏了" in answer.content.decode()
    makers.sign_in(client, bureau.auditor)
    assert client.get(url("power", "import")).status_code == 403
    assert client.get(url("power", "compare")).status_code == 200


def test_sub_items_go_with_their_parent(client, bureau, load):
    load(HEAD + ROWS)
    parent = catalog.item(bureau, "parent", name="主项", power=Power.objects.get(code="P002"))
    catalog.published(bureau, catalog.item(bureau, "child", name="子项", parent=parent), datetime.date(2026, 1, 1))
    makers.sign_in(client, bureau.editor)
    assert "子项" not in client.get(url("power", "compare")).content.decode()
    assert Item.objects.get(code="child").power is None


@pytest.mark.parametrize("many", [1, 3])
def test_pages_ask_a_fixed_number_of_questions(client, bureau, many, django_assert_num_queries):
    for n in range(many):
        item = catalog.item(bureau, f"i{n}", name=f"事项{n}")
        catalog.published(bureau, item, datetime.date(2026, 1, 1))
        Power.objects.create(agency=bureau.agency, code=f"Q{n}", name=f"权力{n}", kind="01", basis="示例")
    makers.sign_in(client, bureau.editor)
    client.get(url("power"))
    with django_assert_num_queries(6):
        client.get(url("power"))
    with django_assert_num_queries(10):
        client.get(url("power", "compare"))
