"""文书的附件：逐份写明，都是办件照着办的那一版；要交材料的页上，有空白表的都连着。"""

import copy
import datetime
import io

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from pypdf import PdfReader

from approvals.actions import drafts, joints, letters
from catalog.actions import publishing
from catalog.models import Item, Material
from denials.actions import ladder
from office.papers import actions as papers
from office.papers.models import Paper
from office.workdays import clock
from tests import casework
from tests.approvals import together
from tests.catalog import makers
from tests.catalog.test_material_sheets import FORM, PROMISE
from tests.portal.desks import at_desk, said
from tests.portal.hall_cast import PDF, found
from tests.portal.test_material_sheets import words

DAY = datetime.timedelta(days=1)


@pytest.fixture
def b(bureau):
    """第 2 版起，示例证明有一张表；办件都在这以后收。"""
    bureau.at = clock.now()
    casework.item_with_guide(bureau, form=FORM)
    bureau.guide = new_version(bureau, PROMISE)
    return bureau


def new_version(b, sheet):
    draft = publishing.draft_from(item=b.item, guide=b.guide, by=b.editor, at=b.at)
    draft.materials.filter(key="proof").update(form=sheet, source="agency_form")
    return makers.publish(b, draft, effective_from=b.at.date())


def moved_on(b):
    """又出了第 3 版：承诺书的话变了。"""
    sheet = copy.deepcopy(PROMISE)
    sheet["pages"][0]["help"] = "本单位郑重承诺："
    return new_version(b, sheet)


NAMES = [
    "示例登记办事指南（第2版）",
    "示例登记申请表（空白表）",
    "示例登记申请表（填写样例）",
    "示例证明（空白表）",
    "示例证明（填写样例）",
]


@pytest.mark.clause("Z2", "D2")
def test_the_notice_encloses_each_sheet_of_the_version_the_case_follows(b, client):
    case = casework.told(b)
    paper = Paper.objects.about(case).of_kind("correction").get()
    moved_on(b)
    rows = paper.context["attachments"]
    assert [row["name"] for row in rows] == NAMES
    for row in rows:
        assert client.get(row["path"]).headers["Content-Type"] == "application/pdf", row
    blank = rows[3]["path"]
    assert "本人承诺" in words(client.get(blank).content)
    assert "本单位郑重承诺" in words(client.get(blank.partition("?")[0]).content), "没有指明的是现行的一版"
    guide = rows[0]["path"]
    assert "第2版" in words(leaflet(client, guide)) and "第3版" in words(leaflet(client, guide.partition("?")[0]))
    assert "第2版" in words(leaflet(client, guide)), "印了新版，旧版的还在"

    pages = [found(client, case), reverse("hall:supplement", args=[case.number])]
    shown = [said(client.get(page)) for page in pages]
    at_desk(client, b.clerk_a)
    shown.append(said(client.get(reverse("desk:case-paper", args=[case.number, paper.pk]))))
    for page in shown:
        assert all(row["path"] in page and row["name"] in page for row in rows)
    assert guide in said(client.get(reverse("desk:case", args=[case.number]))), "窗口看的也是那一版"


@pytest.mark.clause("Z2", "D14")
def test_what_is_withheld_has_no_address_and_is_named(b, client):
    """不公开的事项在大厅里打不开：附件只写名称，窗口的页上也没有打不开的链接。"""
    Item.objects.filter(pk=b.item.pk).update(withheld="涉密")
    case = casework.told(b)
    paper = Paper.objects.about(case).of_kind("correction").get()
    assert [(row["name"], row["path"]) for row in paper.context["attachments"]] == [(name, "") for name in NAMES]
    at_desk(client, b.clerk_a)
    for page in (reverse("desk:case-paper", args=[case.number, paper.pk]), reverse("desk:case", args=[case.number])):
        shown = said(client.get(page))
        assert f"/items/{b.item.code}" not in shown
    assert NAMES[3] in said(client.get(reverse("desk:case-paper", args=[case.number, paper.pk])))


def leaflet(client, path) -> bytes:
    return b"".join(client.get(path).streaming_content)


@pytest.mark.clause("D2", "Z2")
def test_the_printed_notice_lists_them_and_its_copy_links_them(b):
    case = casework.told(b)
    paper = papers.render_now(Paper.objects.about(case).of_kind("correction").get(), at=b.at)
    content = paper.file.read()
    said_on_paper = words(content)
    for number, name in enumerate(NAMES, 1):
        assert f"{number}.{name}" in said_on_paper
    pages = PdfReader(io.BytesIO(content)).pages
    links = [note.get_object()["/A"]["/URI"] for page in pages for note in page.get("/Annots") or ()]
    assert [link for link in links if link.endswith("/materials/proof/sample.pdf?version=2")]


@pytest.mark.clause("Z6", "D2")
def test_a_letter_saying_how_encloses_what_is_still_to_be_handed_in(b):
    case = casework.received(b, provided={"application"})
    report = casework.filed(b, case=case)
    ladder.review(report, text="同意。", by=b.approval_chief, at=b.at)
    ladder.review(report, text="同意。", by=b.chief, at=b.at)
    ladder.overturn(report, text="没有禁止。", how_to="补来示例证明。", by=b.deputy, at=b.at)
    paper = Paper.objects.about(case).of_kind("how_to").get()
    assert [row["name"] for row in paper.context["attachments"]] == NAMES


def test_an_enclosure_kept_as_words_is_still_shown(b, client, monkeypatch):
    """以前的文书只记着名称：照样列出来，不连。"""
    monkeypatch.setattr(letters, "attachments", lambda *_told: ["示例登记办事指南"])
    case = casework.told(b)
    assert "<li>示例登记办事指南</li>" in said(client.get(found(client, case)))


@pytest.mark.clause("D1")
def test_a_version_taken_back_before_its_day_is_never_shown(b, client, monkeypatch):
    draft = publishing.draft_from(item=b.item, guide=b.guide, by=b.editor, at=b.at)
    coming = makers.publish(b, draft, effective_from=b.at.date() + DAY)
    path = reverse("hall:form-blank", args=[b.item.code])
    assert client.get(path, {"version": coming.version}).status_code == 404, "还没有施行"
    publishing.retire(guide=coming, by=b.editor, at=b.at, reason="推迟")
    later = b.at + 3 * DAY
    monkeypatch.setattr(clock, "now", lambda: later)
    assert client.get(path, {"version": coming.version}).status_code == 404
    assert client.get(path, {"version": 2}).status_code == client.get(path, {"version": 1}).status_code == 200


@pytest.mark.clause("Z2")
def test_whoever_asks_for_a_material_links_its_sheet(bureau, client, monkeypatch):
    """一件事的介绍、传材料，邮寄材料：有空白表的都连着，是办件那一版的。"""
    bureau.at = clock.now()
    b = together.matter(bureau)
    lead = b.parts[0]
    draft = publishing.draft_from(item=lead.item, guide=lead.guide, by=b.editor, at=b.at)
    draft.materials.filter(key=lead.proof).update(form=PROMISE, source="agency_form")
    makers.publish(b, draft, effective_from=b.at.date())
    blank = reverse("hall:material-blank", args=[lead.item.code, lead.proof])
    assert blank in said(client.get(reverse("hall:matter", args=[b.matter.code])))
    told = {"matter": b.matter, "chosen": [one.item.code for one in b.parts], "by": b.citizen, "at": b.at}
    made = joints.start(**told, user=b.citizen)
    client.force_login(b.citizen)
    page = said(client.get(reverse("hall:joint-materials", args=[made.token])))
    assert f"{blank}?version=2" in page
    first = joints.branches_of(made).first()
    key = Material.objects.get(guide=first.guide, key="application").key
    drafts.attach(first, key=key, name="申请书.pdf", content=ContentFile(PDF), by=b.citizen, at=b.at)
    joint = joints.submit(made, person=casework.PERSON, by=b.citizen, at=b.at)
    case = joint.branches.order_by("pk").first()
    page = said(client.get(reverse("hall:parcels", args=[case.number])))
    assert "共用证明" in page and f"{blank}?version=2" in page and "申请书" not in page
