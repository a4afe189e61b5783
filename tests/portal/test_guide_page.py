"""办事指南的一页：要素齐全，没有核实的不当作确定的说，印得出来，搜索引擎读得懂。"""

import datetime
import io
import json
import re

import pytest
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from approvals.models import Case
from catalog.actions import publishing
from catalog.models import Item, LegalBasis
from catalog.rules.doubts import DOUBTED
from catalog.states import DeliveryWay
from portal.hall import leaflets, structured
from portal.templatetags.hall_ui import phone
from supervision.actions import paces
from supervision.models import Pace
from tests import casework
from tests.catalog import makers as catalog
from tests.portal.hall_cast import online

NEEDS_CHECK = {"promised": "待核定", "materials.application": "待核", "conditions": "待核", "bases.r1": "条号待核"}


@pytest.fixture
def b(bureau, settings, tmp_path):
    cache.clear()
    settings.PUBLIC_URL = "https://hall.example"
    settings.MEDIA_ROOT = tmp_path
    return online(
        bureau, conditions=[{"text": "已经成立。", "basis": "示例条例"}],
        faq=[{"q": "要多久？", "a": "五天</script>。"}], needs_check=NEEDS_CHECK,
        consult_phone="0759-0000003、0759-0000004",
    )  # fmt: skip


def text(answer):
    return answer.content.decode()


@pytest.fixture
def page(client, b):
    return text(client.get(reverse("hall:guide", args=[b.item.code])))


@pytest.mark.clause("D2")
def test_what_is_not_checked_is_not_told_as_certain(page):
    unsure = "（以窗口告知为准）"
    assert page.count(unsure) == 4  # 承诺时限两处、一份材料、一条依据
    assert re.search(rf"10个工作日\s*<span class=\"unsure\" data-about=\"[a-z.]+\">{unsure}", page)
    assert re.search(rf"示例申请书</b>\s*<span class=\"unsure\" data-about=\"[a-z.]+\">{unsure}", page)
    assert "这一部分还在核实" in page and "待核" not in page  # 给编辑看的缘由不给群众看


EVERYTHING = dict.fromkeys([*DOUBTED, "materials.application", "bases.r1"], "待核")
EMBEDDED = {
    "content", "promised", "statutory", "fee", "conditions", "materials", "materials.application", "process", "ways",
    "delivery", "delivery.window", "delivery.express", "delivery.electronic", "place", "hours", "consult_phone",
    "complaint",
}  # fmt: skip


@pytest.mark.clause("D2")
def test_every_part_can_be_marked_and_shows_it(client, b):
    """凡是能标待核实的，指南页、单页、嵌入的一页都标出来；搜索引擎读到的、“该办哪一项”也不当作确定的。"""
    told = {
        "needs_check": EVERYTHING, "place": "示例路1号", "hours": "工作日", "visits": 1, "visits_reason": "领取原件",
        "supplement_value": 5, "supplement_unit": "wd", "supplement_basis": "示例条例", "result_name": "示例证书",
        "delivery": [{"way": way, "how": "示例"} for way in DeliveryWay.values],
        "special_procedures": [{"key": "k", "name": "示例", "kind": "2", "value": 3, "unit": "wd", "basis": "示例",
                                "counted": False, "set_by": "agency"}],
        "renewal": [{"item": b.item.code, "apply_days": 30, "remind": "60、30", "basis": "示例"}],
        "public_safety": "示例条例第九条", "quota": 3, "quota_basis": "示例府公告〔2026〕1号",
    }  # fmt: skip
    b.item.kind = "01"  # 数量限制、不得再次申请，只有许可才写
    b.item.save()
    second = publishing.draft_from(item=b.item, guide=b.guide, by=b.editor, at=b.at)
    for name, value in told.items():
        setattr(second, name, value)
    second.save()
    law = {"statute": "中华人民共和国行政许可法", "text": "示例"}
    for n, article in enumerate(("第五十七条", "第七十八条", "第七十九条"), 2):
        LegalBasis.objects.create(guide=second, key=f"r{n}", position=n, article=article, **law)
    catalog.publish(b, second)
    cache.clear()
    page = text(client.get(reverse("hall:guide", args=[b.item.code])))
    marked = re.compile(r'data-about="([^"]+)"')
    assert set(marked.findall(page)) == set(EVERYTHING)
    assert set(marked.findall(text(client.get(reverse("hall:embed", args=[b.item.code]))))) == EMBEDDED
    assert set(marked.findall(leaflets.compose(second, "x"))) == set(EVERYTHING)
    assert f'name="description" content="{second.name}"' in page
    (only,) = json.loads(structured.service(second, "x"))["@graph"]
    assert "description" not in only and second.content not in json.dumps(only, ensure_ascii=False)


def test_buttons_lead_to_application_leaflet_print_and_qr_code(page, b):
    assert "在线办理" in page and reverse("hall:leaflet", args=[b.item.code]) in page
    assert "data-print" in page and 'href="#share"' in page and 'class="qr"' in page
    assert "还没有取得国家统一的编码" in page


def test_the_flow_picture_has_a_title_and_a_description(page):
    assert '<title id="flow-title">示例登记办理流程图</title>' in page
    assert '<desc id="flow-desc">受理：受理（民政窗口，当场）。</desc>' in page


def test_each_number_of_a_phone_field_dials_itself():
    assert phone("0759-0000003、0759-0000004(示范)").count("<a ") == 2
    assert 'href="tel:07590000004"' in phone("0759-0000003、0759-0000004(示范)")
    assert phone("") == phone("见窗口") == "—"


# 实际用时 -------------------------------------------------------------


def spent(b, *days):
    """几件准予的办件，各用了这么多天。"""
    for number in days:
        case = casework.granted(b)
        Case.objects.filter(pk=case.pk).update(received_at=case.decided_at - datetime.timedelta(days=number))


@pytest.mark.clause("D18")
def test_the_honest_time_is_the_ninth_tenth_and_needs_five_cases(client, b):
    address = reverse("hall:guide", args=[b.item.code])
    spent(b, 1, 2, 3, 4)
    assert paces.count(at=b.at) == 1 and "实际用时" not in text(client.get(address))
    spent(b, 2, 2, 2, 2, 9.5, 30)
    paces.count(at=b.at)
    cache.clear()
    pace = Pace.objects.get()
    assert (pace.cases, pace.days) == (10, 10)  # 九成：第九件，九天半说成十天；最慢的一件不算
    page = text(client.get(address))
    assert "最近 90 天办好的 10 件里，九成在 10 天之内" in page and "九成在 10 天内" in page


def test_old_and_unfinished_cases_do_not_count(b):
    spent(b, 3)
    casework.accepted(b)
    assert paces.count(at=b.at) == 1
    assert paces.count(at=b.at + datetime.timedelta(days=91)) == 0 and not Pace.objects.exists()


# 快慢、印、收录 -------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_asks_at_most_nine_times(client, b, rows):
    for n in range(1, rows):
        catalog.published(b, catalog.item(b, f"sample-{n}", name=f"示例{n}", parent=b.item))
    address = reverse("hall:guide", args=[b.item.code])
    counted = []
    for _twice in range(2):
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        counted.append(len(captured))
    assert counted == [9, 3]  # 排正文的那一次；记着的那一次


@pytest.mark.clause("D2", "S2")
def test_the_leaflet_is_typeset_once_for_the_same_content(client, b, monkeypatch):
    address = reverse("hall:leaflet", args=[b.item.code])
    answer = client.get(address)
    assert answer["Content-Type"] == "application/pdf" and "inline" in answer["Content-Disposition"]
    words = "".join(one.extract_text() for one in PdfReader(io.BytesIO(b"".join(answer.streaming_content))).pages)
    for said in ("示例登记", "示例申请书", "10个工作日", "以窗口告知为准", "已经成立", "第 1 版", "hall.example"):
        assert said in words.replace("\n", ""), said
    assert "待核" not in words
    monkeypatch.setattr(leaflets.engine, "print_pdf", lambda *_, **__: pytest.fail("又排了一遍"))
    assert client.get(address).status_code == 200
    monkeypatch.setattr(leaflets.engine, "print_pdf", lambda *_, **__: b"%PDF-1.7 new")
    b.window.address = "示例路2号"
    Item.objects.filter(pk=b.item.pk).update(aliases="改了说法")
    assert b"".join(client.get(address).streaming_content) == b"%PDF-1.7 new"
    assert len(default_storage.listdir(f"guides/{b.item.code}/1")[1]) == 1  # 旧的不留


def test_search_engines_read_the_guide_as_data(page, b):
    data = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)[1]
    service, questions = json.loads(data)["@graph"]
    assert service["@type"] == "GovernmentService" and service["url"] == "https://hall.example/items/sample/"
    assert service["provider"]["name"].startswith("湛江市民政局")
    assert questions["mainEntity"][0]["acceptedAnswer"]["text"] == "五天</script>。"
    b.guide.needs_check = {"ways": "待核", "faq": "待核", "fee": "待核"}
    (only,) = json.loads(structured.service(b.guide, "x"))["@graph"]
    assert "availableChannel" not in only and "offers" not in only
    b.guide.needs_check = {"item.agency": "待核", "item.kind": "待核", "faq": "待核"}
    (only,) = json.loads(structured.service(b.guide, "x"))["@graph"]
    assert "provider" not in only and "serviceType" not in only


def test_the_head_names_the_page_in_each_language(client, b):
    address = reverse("hall:guide", args=[b.item.code])
    page = text(client.get(address, {"lang": "en"}))
    assert '<html lang="en"' in page and f'<link rel="canonical" href="https://hall.example{address}?lang=en">' in page
    assert page.count('rel="alternate" hreflang=') == 4 and 'property="og:title" content="示例登记"' in page
    assert '<html lang="en"' in text(client.get("/"))  # 往下翻还是这种语言
    assert '<html lang="zh-hans"' in text(client.get(address, {"lang": "zh-hans"}))
    assert '<html lang="zh-hans"' in text(client.get(address, {"lang": "xx"}))


@pytest.mark.clause("Z13")
def test_the_sitemap_names_what_is_open_and_robots_keep_out_of_the_rest(client, b):
    catalog.published(b, catalog.item(b, "secret", withheld="涉密"))
    sitemap = text(client.get("/sitemap.xml"))
    assert "<loc>https://hall.example/items/sample/</loc><lastmod>2026-01-01</lastmod>" in sitemap
    assert "secret" not in sitemap
    robots = text(client.get("/robots.txt"))
    assert "Disallow: /track/" in robots and "Sitemap: https://hall.example/sitemap.xml" in robots
