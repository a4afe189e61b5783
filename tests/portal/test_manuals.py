"""工作手册排出来：每个事项都在，页码对，书签一层套一层；队列里登记、看进度、下载。"""

import datetime
import threading

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from pypdf import PdfReader

from catalog.actions import manuals, publishing, suspending
from catalog.models import Item, ManualOrder
from catalog.states import ManualState
from office.vault import digest
from portal.bench import record
from portal.manual import making, tray, typesetting
from portal.manual.contents import gather
from tests.catalog import makers as catalogue
from tests.makers import sign_in

FORM = {
    "pages": [{
        "key": "basic", "title": "基本情况",
        "fields": [{"key": "name", "kind": "text", "label": "拟用名称", "required": True, "sample": "示例读书会"}],
    }]
}  # fmt: skip


@pytest.fixture
def b(bureau):
    """四个事项：社会组织科两个（一个有申请表），审批科一个，一个已停用。"""
    b = bureau
    b.found = catalogue.item(b, "found", name="示例社团成立登记", aliases="开办协会")
    b.end = catalogue.item(b, "end", name="示例社团注销登记")
    b.relief = catalogue.item(b, "relief", name="示例救助申请", theme="relief", kind="05")
    Item.objects.filter(pk=b.relief.pk).update(section=b.approval)
    b.old = catalogue.item(b, "old", name="示例旧证换发")
    guides = [
        catalogue.published(b, one, name=one.name, **({"form": FORM} if one == b.found else {}))
        for one in (b.found, b.end, b.relief, b.old)
    ]
    publishing.retire(guide=guides[3], by=b.editor, at=b.at, reason="已取消")
    b.day = b.at.date()
    return b


def made(b, tmp_path, on=None, section=None):
    out = tmp_path / "manual.pdf"
    book = gather(agency=b.agency, section=section, on=on or b.day)
    result = making.make(book, out, tell=lambda done: None)
    return book, result, PdfReader(out)


def page_labelled(pdf, number):
    return pdf.pages[list(pdf.page_labels).index(str(number))].extract_text()


def outline(pdf, rows=None, level=0):
    """书签：（级，文字，第几面）。"""
    for row in pdf.outline if rows is None else rows:
        if isinstance(row, list):
            yield from outline(pdf, row, level + 1)
        else:
            yield level, row.title, pdf.get_destination_page_number(row)


def squeezed(text):
    return "".join(text.split())


@pytest.mark.clause("S2")
def test_contents_index_and_bookmarks_lead_to_the_right_pages(b, tmp_path):
    book, result, pdf = made(b, tmp_path)
    assert result.pages == len(pdf.pages)
    labels = list(pdf.page_labels)
    front = labels.index("1")
    assert front % 2 == 0 and labels[:2] == ["I", "II"] and labels[front:] == [
        str(n) for n in range(1, len(labels) - front + 1)
    ]  # fmt: skip
    contents = squeezed("".join(pdf.pages[n].extract_text() for n in range(front)))
    marks = list(outline(pdf))
    for chapter, one in book.entries:
        (place,) = [page for level, title, page in marks if level == 1 and title.startswith(one.number)]
        number = labels[place]
        text = page_labelled(pdf, number)
        assert one.name in squeezed(text) and f"—{number}—" in squeezed(text)
        assert any(f"{one.name}{gap}{number}" in contents.replace(".", "") for gap in ("", "已停用"))
        assert squeezed(pdf.pages[-1].extract_text()).replace(".", "").count(f"{one.name}{number}") == 1
        assert chapter.title in [title.partition("　")[2] for level, title, _page in marks if level == 0]
    inside = [title for level, title, _page in marks if level == 2]
    assert (inside.count("空白表"), inside.count("填写样例")) == (1, 1)
    assert inside.count("申请材料") == inside.count("办理流程") == inside.count("救济途径") == 4
    # 面内印的页码与标签逐页相同
    for number in range(1, len(labels) - front + 1):
        assert f"—{number}—" in squeezed(page_labelled(pdf, number))


@pytest.mark.clause("S2")
def test_links_in_the_contents_jump_inside_the_book(b, tmp_path):
    _book, _result, pdf = made(b, tmp_path)
    pages = {page.indirect_reference.idnum for page in pdf.pages}
    jumps = [note.get_object() for page in pdf.pages for note in page.get("/Annots") or ()]
    assert len(jumps) >= 4 + 2 + 4 + 5  # 目录四项两章，主题索引四项，拼音索引五个叫法
    assert all("/A" not in one and one["/Dest"][0].idnum in pages for one in jumps)


@pytest.mark.clause("S2")
def test_a_suspended_item_is_marked_with_its_message_and_replacement(b, tmp_path):
    before = tray.contents_of(gather(agency=b.agency, section=b.approval, on=b.day))
    told = {"message": "系统升级", "replacement": b.found, "by": b.editor, "at": b.at}
    suspending.suspend(item=b.relief, starts_on=b.day, **told)
    assert tray.contents_of(gather(agency=b.agency, section=b.approval, on=b.day)) != before
    _book, _result, pdf = made(b, tmp_path, section=b.approval)
    text = squeezed("".join(page.extract_text() for page in pdf.pages))
    assert text.count("示例救助申请停办中") == 2 and "系统升级" in text and "可以改办“示例社团成立登记”" in text
    assert "1.1 示例救助申请（停办中）" in [title for _level, title, _page in outline(pdf)]


@pytest.mark.clause("S2")
def test_every_item_is_in_and_a_retired_one_is_marked(b, tmp_path):
    book, _result, pdf = made(b, tmp_path)
    text = squeezed("".join(page.extract_text() for page in pdf.pages))
    assert {one.item for _chapter, one in book.entries} == {b.found, b.end, b.relief, b.old}
    assert "本事项自2026年3月2日起停用" in text and "示例旧证换发已停用" in text
    assert text.count("《示例条例》第一条") == text.count("依据：示例条例第一条") == 4
    assert text.count("示例社团成立登记空白表") == text.count("示例社团成立登记填写样例") == 1
    assert text.count("示例读书会") == 1 and text.count("拟用名称") == 3  # 空白表、填表说明、样例
    assert "开办协会" in squeezed(pdf.pages[-1].extract_text())
    assert pdf.metadata.title == "湛江市民政局（示范）办事指南汇编"


def test_a_section_has_only_its_own_and_another_day_what_was_in_force_then(b, tmp_path):
    book = gather(agency=b.agency, section=b.approval, on=b.day)
    assert [one.item for _chapter, one in book.entries] == [b.relief]
    before = gather(agency=b.agency, section=None, on=b.day - datetime.timedelta(days=1))
    assert before.size == 0
    assert gather(agency=b.stranger_agency, section=None, on=b.day).size == 0
    assert gather(agency=None, section=None, on=b.day).size == 4


def test_content_differs_when_the_version_or_the_layout_does(b, monkeypatch):
    first = tray.contents_of(gather(agency=b.agency, section=None, on=b.day))
    guide = publishing.draft_from(item=b.end, guide=b.end.guide_on(b.day), by=b.editor, at=b.at)
    guide.content = "改了一句。"
    guide.save()
    catalogue.publish(b, guide)
    second = tray.contents_of(gather(agency=b.agency, section=None, on=b.day))
    assert first != second
    monkeypatch.setattr(typesetting, "edition", lambda: "别的版式")
    monkeypatch.setattr(tray, "edition", lambda: "别的版式")
    assert tray.contents_of(gather(agency=b.agency, section=None, on=b.day)) != second


@pytest.fixture
def quick(monkeypatch):
    """不真排版：每排一本写一个小文件，记一笔。"""
    calls = []

    def make(book, out, *, tell):
        calls.append(book.size)
        for done in range(1, book.size + 1):
            tell(done)
        out.write_bytes(b"%PDF-1.7")
        return making.Made(12, 3.0)

    monkeypatch.setattr(tray, "make", make)
    return calls


def ordered(b, by=None):
    book = gather(agency=b.agency, section=None, on=b.day)
    told = {"agency": b.agency, "section": None, "on": b.day, "total": book.size}
    return manuals.order(**told, contents=tray.contents_of(book), by=by or b.editor, at=b.at)[0]


@pytest.mark.clause("S2")
def test_the_tray_makes_it_once_and_keeps_it_safe(b, quick):
    order = ordered(b)
    assert tray.empty_tray(at=b.at) == 1 and tray.empty_tray(at=b.at) == 0 and quick == [4]
    order.refresh_from_db()
    assert (order.state, order.pages, order.done, order.total) == (ManualState.READY, 12, 4, 4)
    stored = default_storage.open(order.file.name).read()
    assert order.file_digest == digest(stored) and order.ended_at == b.at + datetime.timedelta(seconds=3)


def test_a_failed_one_says_why(b, monkeypatch):
    def broken(*args, **kwargs):
        raise OSError("磁盘满了")

    monkeypatch.setattr(tray, "make", broken)
    order = ordered(b)
    assert tray.empty_tray(at=b.at) == 0
    order.refresh_from_db()
    assert order.state == ManualState.FAILED and "磁盘满了" in order.last_error


@pytest.mark.slow
@pytest.mark.clause("S2")
@pytest.mark.django_db(transaction=True)
def test_two_workers_make_it_once_and_a_killed_one_is_made_again(b, monkeypatch):
    begun, go_on, calls = threading.Event(), threading.Event(), []

    def slow(book, out, *, tell):
        calls.append(1)
        begun.set()
        assert go_on.wait(20)
        out.write_bytes(b"%PDF-1.7")
        return making.Made(1, 1.0)

    def first():
        try:
            tray.empty_tray(at=b.at)
        finally:
            connection.close()

    def killed(book, out, *, tell):
        calls.append(1)
        tell(2)
        connection.close()  # 进程没了：连接断开，锁随之放开
        raise SystemExit

    monkeypatch.setattr(tray, "make", killed)
    order = ordered(b)
    worker = threading.Thread(target=lambda: pytest.raises(SystemExit, tray.empty_tray, at=b.at))
    worker.start()
    worker.join()
    order.refresh_from_db()
    assert (order.state, order.done, order.attempts) == (ManualState.MAKING, 2, 1)

    monkeypatch.setattr(tray, "make", slow)
    worker = threading.Thread(target=first)
    worker.start()
    assert begun.wait(20)
    assert tray.empty_tray(at=b.at) == 0  # 别人占着
    go_on.set()
    worker.join()
    order.refresh_from_db()
    assert order.state == ManualState.READY and order.attempts == 2 and len(calls) == 2


@pytest.mark.clause("S2")
def test_order_watch_and_download_in_the_queue(b, client, quick):
    sign_in(client, b.editor)
    page = client.get(reverse("admin:manuals"))
    assert "还没有排印过" in page.content.decode() and "Refresh" not in page
    told = {"scope": f"agency-{b.agency.pk}", "on_date": b.day.isoformat()}
    answer = client.post(reverse("admin:manuals_order"), told, follow=True)
    assert "已登记" in answer.content.decode() and answer["Refresh"] == "10"
    again = client.post(reverse("admin:manuals_order"), told, follow=True)
    assert "不再重做" in again.content.decode() and ManualOrder.objects.count() == 1
    order = ManualOrder.objects.get()
    assert client.get(reverse("admin:manuals_file", args=[order.pk])).status_code == 404
    book = gather(agency=b.agency, section=None, on=b.day)
    manuals.begin(order=order, contents=tray.contents_of(book), total=4, at=b.at)
    manuals.progress(order=order, done=3)
    assert '<progress value="3" max="4"' in client.get(reverse("admin:manuals")).content.decode()
    assert tray.empty_tray(at=b.at) == 1
    page = client.get(reverse("admin:manuals"), {"watch": "1"})
    assert "12 页" in page.content.decode() and "Refresh" not in page
    file = client.get(reverse("admin:manuals_file", args=[order.pk]))
    assert b"".join(file.streaming_content) == b"%PDF-1.7" and "attachment" in file["Content-Disposition"]


def test_cancel_and_retry_in_the_queue(b, client, quick):
    order = ordered(b)
    sign_in(client, b.editor)
    client.post(reverse("admin:manuals_deed", args=[order.pk, "cancel"]))
    assert tray.empty_tray(at=b.at) == 0 and quick == []
    page = client.get(reverse("admin:manuals")).content.decode()
    assert "已取消" in page and "再做一次" in page
    client.post(reverse("admin:manuals_deed", args=[order.pk, "retry"]))
    assert tray.empty_tray(at=b.at) == 1


def test_a_chief_is_offered_only_the_section(b, client):
    sign_in(client, b.chief)
    page = client.get(reverse("admin:manuals")).content.decode()
    assert "社会组织管理科</option>" in page and "全部机关" not in page and "审批科</option>" not in page
    other = {"scope": f"agency-{b.agency.pk}", "on_date": b.day.isoformat()}
    assert client.post(reverse("admin:manuals_order"), other).status_code == 200
    assert not ManualOrder.objects.exists()
    mine = {"scope": f"section-{b.orgs.pk}", "on_date": b.day.isoformat()}
    client.post(reverse("admin:manuals_order"), mine)
    assert ManualOrder.objects.get().section == b.orgs
    assert reverse("admin:manuals") in page


def test_queries_do_not_grow_with_the_rows(b, client, django_assert_num_queries):
    sign_in(client, b.editor)
    client.get(reverse("admin:manuals"))
    for days in (0, 1, 2):
        book = gather(agency=b.agency, section=None, on=b.day + datetime.timedelta(days=days))
        told = {"agency": b.agency, "section": None, "on": book.on, "total": book.size}
        manuals.order(**told, contents=tray.contents_of(book), by=b.editor, at=b.at)
        if days != 1:
            with django_assert_num_queries(8):
                client.get(reverse("admin:manuals"))


def test_the_command_writes_down_what_it_measured(b, tmp_path, monkeypatch):
    monkeypatch.setattr(record, "ROOT", tmp_path)
    out = tmp_path / "one.pdf"
    call_command("make_manual", section="zj-approval", on=b.day, out=out, record=True)
    page = (tmp_path / "docs" / "measured" / "manual.md").read_text()
    assert page.startswith("# 工作手册：") and f"| 页数 | {len(PdfReader(out).pages)} |" in page
    assert "| 内存峰值(MB) |" in page and "提交 `" in page and "当时负载" in page


def test_the_command_says_pages_seconds_and_memory(b, tmp_path, capsys):
    out = tmp_path / "one.pdf"
    call_command("make_manual", section="zj-approval", on=b.day, out=out)
    said = capsys.readouterr().out
    assert "1 项" in said and f"{len(PdfReader(out).pages)} 页" in said and "内存峰值" in said
    with pytest.raises(CommandError, match="没有代号"):
        call_command("make_manual", section="nowhere", out=out)
