"""申请表印成 PDF：空白表、样例、填好的。"""

import io
import re

import pytest
from django.urls import reverse
from pypdf import PdfReader

from approvals.models import Case
from portal.forms import printed
from tests import casework
from tests.portal import hall_cast
from tests.portal.hall_cast import HOME, PERSON, begun, go, photo
from tests.portal.hall_cast import RICH as FORM

LONG = {**FORM, "pages": [*FORM["pages"], {"key": "more", "title": "更多", "fields": [
    {"key": f"t{n}", "kind": "longtext", "label": f"第{n}段", "help": "照实写。"} for n in range(12)]}]}  # fmt: skip


@pytest.fixture
def b(bureau):
    return casework.item_with_guide(bureau, form=LONG)


def url(b, name):
    return reverse(f"hall:form-{name}", args=[b.item.code])


def words(content: bytes) -> str:
    return re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages))


@pytest.mark.clause("D2")
def test_the_blank_form_has_every_field_and_says_when_it_is_needed(client, b):
    answer = client.get(url(b, "blank"))
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    said = words(answer.content)
    assert all(word in said for word in ("示例登记申请表", "户籍在哪里", "赤坎区", "姓名", "月收入", "第11段", "签名"))
    assert "“要什么帮助”为“其他”时才填。" in said and "填写样例" not in said and "张示例" not in said
    first = PdfReader(io.BytesIO(answer.content)).pages[0].mediabox
    assert (round(first.width), round(first.height)) == (595, 842), "A4"


@pytest.mark.clause("D2")
@pytest.mark.parametrize(
    ("spec", "count"),
    [({}, 4), ({"min_rows": 6}, 6), ({"max_rows": 3}, 3), ({"max_rows": 12}, 12), ({"min_rows": 6, "max_rows": 50}, 6)],
)
def test_a_blank_table_has_room_for_the_least_rows(spec, count):
    """空白表印几行：最多不过十二行的全印；行数没有定死的，至少四行，也不少于最少要填的。"""
    table = {"key": "t", "kind": "table", "label": "成员", "columns": [{"key": "n", "kind": "text", "label": "姓名"}]}
    (part,) = printed._parts({"pages": [{"key": "p", "title": "页", "fields": [{**table, **spec}]}]}, None)
    assert len(part.lines[0][0].rows) == count


@pytest.mark.clause("D2")
def test_the_sample_is_filled_from_the_samples_of_the_fields(client, b):
    said = words(client.get(url(b, "sample")).content)
    assert all(word in said for word in ("填写样例", "张示例", "配偶", "2026年3月2日"))
    assert "其他是什么" not in said, "条件不成立的格子，样例里没有"


def test_the_guide_page_offers_both(client, b):
    page = client.get(reverse("hall:guide", args=[b.item.code])).content.decode()
    assert url(b, "blank") in page and url(b, "sample") in page
    plain = casework.item_with_guide(b, "plain")
    page = client.get(reverse("hall:guide", args=[plain.item.code])).content.decode()
    assert url(plain, "blank") not in page
    assert client.get(url(plain, "blank")).status_code == client.get(url(plain, "sample")).status_code == 404


def test_it_is_set_once_and_not_sent_twice(client, b, monkeypatch):
    first = client.get(url(b, "blank"))
    monkeypatch.setattr(printed.engine, "print_pdf", lambda *_args: pytest.fail("又排了一遍"))
    assert client.get(url(b, "blank")).content == first.content
    assert "public" in first["Cache-Control"] and "max-age" in first["Cache-Control"]
    again = client.get(url(b, "blank"), headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304 and not again.content


def test_a_character_that_cannot_be_printed_is_said_kindly(client, bureau):
    form = {"pages": [{"key": "p", "title": "页", "fields": [{"key": "x", "kind": "text", "label": "奇字\U000e0001"}]}]}
    b = casework.item_with_guide(bureau, form=form)
    answer = client.get(url(b, "blank"), follow=True)
    assert "排不出来的字" in answer.content.decode()


@pytest.fixture
def handed_in(client, b) -> Case:
    b.item.audiences = ["1", "4"]
    b.item.save()
    draft = begun(client, b)
    client.post(go(draft, "person"), {**PERSON, "name": "湛江市<b>示例</b>协会"})
    client.post(go(draft, "page", key="home"), HOME)
    client.post(go(draft, "page", key="proof"), {"since": "2026-01-02", "photo": photo("病历.png")})
    client.post(go(draft, "page", key="end"), {"truth": "on"})
    client.post(go(draft, "page", key="more"), {"t0": "说来话长\n第二行"})
    client.post(go(draft, "submit"))
    return Case.objects.get()


def test_the_applicant_downloads_what_was_filled_in(client, b, handed_in):
    page = reverse("hall:application", args=[handed_in.number])
    assert page in client.get(hall_cast.found(client, handed_in)).content.decode()
    answer = client.get(page)
    said = words(answer.content)
    told = (handed_in.number, "湛江市<b>示例</b>协会", "11010519491231002X", "张示例", "1500.5元", "病历.png", "第二行")
    assert all(word in said for word in told), said
    assert "no-store" in answer["Cache-Control"]


def test_nobody_else_downloads_it(client, b, handed_in):
    client.cookies.clear()
    assert client.get(reverse("hall:application", args=[handed_in.number])).status_code == 404
    assert client.get(reverse("hall:application", args=["440800202611210001"])).status_code == 404


def test_downloads_are_limited(client, b, handed_in, monkeypatch):
    monkeypatch.setattr(printed, "filled", lambda case: b"%PDF-")
    page = reverse("hall:application", args=[handed_in.number])
    answers = [client.get(page).status_code for _n in range(22)]
    assert answers[:20] == [200] * 20 and answers[20:] == [302, 302]
