"""材料的空白表和填写样例：指南页上下载，哪一版就印哪一版；接口写明地址，工作手册附在后面。"""

import datetime
import io
import re

import pytest
from django.urls import reverse
from pypdf import PdfReader

from catalog.actions import publishing
from catalog.models import Guide
from office.workdays import clock
from portal.forms import printed
from portal.manual import contents, typesetting
from tests import casework
from tests.catalog import makers
from tests.catalog.test_material_sheets import FORM, PROMISE


@pytest.fixture
def b(bureau):
    """一个事项：申请书就是申请表，示例证明另有一张表。"""
    casework.item_with_guide(bureau, form=FORM)
    draft = publishing.draft_from(item=bureau.item, guide=bureau.guide, by=bureau.editor, at=bureau.at)
    draft.materials.filter(key="proof").update(form=PROMISE, source="agency_form")
    bureau.guide = makers.publish(bureau, draft, effective_from=bureau.at.date())
    return bureau


def url(b, kind, key="proof", **query):
    return reverse(f"hall:material-{kind}", args=[b.item.code, key]) + (f"?version={query['version']}" if query else "")


def words(content: bytes) -> str:
    return re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages))


@pytest.mark.clause("D2")
def test_the_guide_page_offers_a_blank_and_a_sample_beside_the_material(client, b):
    page = client.get(reverse("hall:guide", args=[b.item.code])).content.decode()
    for key in ("application", "proof"):
        assert url(b, "blank", key) in page and url(b, "sample", key) in page
    assert "下载空白表" in page and "版式待核对" not in page, "存疑只给编辑看"


@pytest.mark.clause("D2")
def test_the_blank_and_the_sample_are_made_from_the_definition(client, b):
    blank = client.get(url(b, "blank"))
    assert blank.status_code == 200 and blank["Content-Type"] == "application/pdf"
    said = words(blank.content)
    assert all(word in said for word in ("示例证明", "本人承诺：", "姓名", "所写属实", "承诺人（签名）", "年月日"))
    assert "赵申请" not in said and "版式待核对" not in said and "本机关照受理标准编制" in said
    said = words(client.get(url(b, "sample")).content)
    assert "填写样例" in said and "赵申请" in said
    assert "示例登记申请表" in words(client.get(url(b, "blank", "application")).content), "就是申请表"


def test_a_case_under_an_older_version_gets_the_sheet_of_that_version(client, b):
    assert client.get(url(b, "blank", version=1)).status_code == 404, "那一版的示例证明没有空白表"
    assert client.get(url(b, "blank", "application", version=1)).status_code == 200
    assert client.get(url(b, "blank", version=2)).status_code == 200
    assert client.get(url(b, "blank", version=3)).status_code == 404
    assert client.get(url(b, "blank", version="x")).status_code == 200, "不是版本号的不理"
    assert client.get(url(b, "blank", "nothing")).status_code == 404
    b.item.withheld = "不公开"
    b.item.save()
    assert client.get(url(b, "blank")).status_code == client.get(url(b, "blank", version=2)).status_code == 404


def test_it_is_set_once_and_not_sent_twice(client, b, monkeypatch):
    first = client.get(url(b, "blank"))
    monkeypatch.setattr(printed.engine, "print_pdf", lambda *_args: pytest.fail("又排了一遍"))
    assert client.get(url(b, "blank")).content == first.content
    again = client.get(url(b, "blank"), headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304 and "public" in first["Cache-Control"]


@pytest.mark.clause("Z13")
def test_the_api_says_where_to_download(client, b):
    told = client.get(reverse("api:materials", args=[b.item.code])).json()["results"]
    application, proof = (one["form"] for one in told)
    assert application["is_application"] is True and proof["is_application"] is False
    assert proof["blank"].endswith(url(b, "blank", version=2)) and proof["sample"].endswith(url(b, "sample", version=2))
    assert client.get(proof["blank"]).status_code == 200
    assert "版式待核对" not in str(told)


@pytest.mark.clause("Z13")
def test_the_api_offers_sheets_only_of_what_has_begun(client, b):
    """还没有施行的一版没有下载的地方；没到日子就撤回的，接口里没有这一版。"""
    draft = publishing.draft_from(item=b.item, guide=b.guide, by=b.editor, at=b.at)
    later = makers.publish(b, draft, effective_from=clock.now().date() + datetime.timedelta(days=30))
    address = reverse("api:version", args=[b.item.code, later.version])
    assert [one["form"] for one in client.get(address).json()["materials"]] == [None, None]
    now = client.get(reverse("api:version", args=[b.item.code, 2])).json()["materials"]
    assert [client.get(one["form"]["blank"]).status_code for one in now] == [200, 200]
    publishing.retire(guide=later, by=b.editor, at=clock.now(), reason="示例")
    assert client.get(address).status_code == 404
    told = client.get(reverse("api:versions", args=[b.item.code])).json()["results"]
    assert later.version not in [one["version"] for one in told]


@pytest.mark.clause("S2")
def test_the_manual_appends_them_once(b):
    book = contents.gather(agency=b.agency, section=None, on=b.at.date())
    (_chapter, one), *_none = book.entries
    guide = typesetting.guide_of(one)
    names = [name for name, _part in typesetting.forms(one, guide, before=0)]
    assert names == ["空白表", "填写样例", "示例证明（空白表）", "示例证明（填写样例）"]
    html = typesetting.entry(book, _chapter, one, guide, before=0)
    assert html.pages


@pytest.mark.clause("D2")
def test_the_upload_page_links_the_blank(client, b):
    client.force_login(b.citizen)
    page = client.post(reverse("hall:apply-start", args=[b.item.code]), follow=True)
    assert page.status_code == 200
    token = page.redirect_chain[-1][0].split("/")[2]
    page = client.get(reverse("hall:apply-materials", args=[token])).content.decode()
    assert url(b, "blank", version=Guide.objects.get(pk=b.guide.pk).version) in page
