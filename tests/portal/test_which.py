"""对号入座：一页一问，答案在网址里，后退、改答案都行；走到事项或者出口。"""

import json
import re

import pytest
from django.core.cache import cache
from django.urls import reverse

from agencies.models import Agency
from catalog.actions import publishing
from catalog.actions import questions as deeds
from catalog.management.commands.load_catalogue import DATA
from catalog.models import Item, QuestionSet
from office.papers.words import full_width
from tests import makers as people
from tests.catalog import makers
from tests.catalog.test_questions import BODY

URL = "/which/marriage/"


@pytest.fixture
def b(bureau):
    for code, name in (("wed", "结婚登记"), ("part", "离婚登记")):
        makers.published(bureau, makers.item(bureau, code, name=name, theme="marriage"))
    told = {"title": "婚姻的事，该办哪一项？", "theme": "marriage", "position": 1, "body": BODY}
    deeds.keep(key="marriage", told=told, by=bureau.editor, at=bureau.at)
    return bureau


def text(answer):
    return answer.content.decode()


@pytest.mark.clause("D1", "D14")
def test_a_search_for_the_social_worker_certificate_shows_the_exit(client, b):
    """第 52 行：社工证已经不归民政，搜得到的是“去哪里”，不是一个事项。"""
    cache.clear()
    path = DATA.parent / "questions" / "volunteer.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    for code in set(re.findall(r'"item:([a-z-]+)"', path.read_text(encoding="utf-8"))):
        makers.published(b, makers.item(b, code, name=f"示例{code}", theme="volunteer"))
    deeds.load(paths=[path], by=b.system, at=b.at)
    page = text(client.get(reverse("hall:items"), {"q": "社工证"}))
    out = next(one for one in told["exits"].values() if "社工证" in one["words"])
    assert out["title"] in page and full_width(out["place"]) in page and "没有找到" in page


@pytest.mark.clause("S1")
def test_one_question_a_page_leads_to_the_item(client, b):
    page = text(client.get(reverse("hall:which")))
    assert "婚姻的事，该办哪一项？" in page and URL in page
    page = text(client.get(URL))
    assert "办什么？" in page and "都同意吗？" not in page and page.count("<h1") == 1
    page = text(client.get(URL, {"on": "what", "what": "1"}))
    assert "都同意吗？" in page and 'name="what" value="1"' in page and "您的回答" in page
    page = text(client.get(URL, {"what": "1", "on": "agree", "agree": "0"}))
    assert "您要办的是" in page and "离婚登记" in page and reverse("hall:guide", args=["part"]) in page
    assert f'href="{URL}?what=1"' in page and f'href="{URL}"' in page  # 改后一题、改头一题


def test_an_exit_says_kindly_where_to_go(client, b):
    page = text(client.get(URL, {"what": "1", "agree": "1"}))
    assert "去法院" in page and "基层人民法院" in page and "首问责任人" in page


def test_going_on_without_choosing_says_so(client, b):
    page = text(client.get(URL, {"on": "what"}))
    assert "请选一项再继续" in page and "error-summary" in page
    assert "请选一项再继续" not in text(client.get(URL))


@pytest.mark.parametrize("query", ["what=9", "what=-1", "what=x", "no=1", "what=１", "what=" + "9" * 5000])
def test_odd_answers_count_as_not_answered(client, b, query):
    answer = client.get(f"{URL}?{query}")
    assert answer.status_code == 200 and "办什么？" in text(answer)


def test_an_item_that_stopped_since_says_so(client, b):
    publishing.retire(guide=Item.objects.get(code="wed").guides.get(), by=b.editor, at=b.at, reason="示例")
    Agency.objects.filter(pk=b.agency.pk).update(phone="0759-0000201")
    page = text(client.get(URL, {"what": "0"}))
    assert "这一项现在不办" in page and "结婚登记" not in page
    assert 'href="tel:07590000201"' in page


def test_a_retired_set_is_seen_by_its_keepers_only(client, b):
    QuestionSet.objects.update(retired=True)
    assert client.get(URL).status_code == 404 and URL not in text(client.get(reverse("hall:which")))
    people.sign_in(client, b.editor)
    assert client.get(URL).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_sets_asks_once(client, b, rows, django_assert_num_queries):
    for n in range(1, rows):
        QuestionSet.objects.create(key=f"k{n}", title=f"第{n}组", theme="relief", body=BODY)
    with django_assert_num_queries(1):
        assert text(client.get(reverse("hall:which"))).count('class="card"') == rows
