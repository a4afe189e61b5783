"""译文：一句不少，占位不错；页面换得过去，存下来的永远是中文。"""

import re
from html.parser import HTMLParser
from io import StringIO

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import translation

from approvals.actions import decision, publication
from approvals.models import Case
from catalog.actions import finding, questions
from catalog.rules.finding import to_hans
from denials.actions import register
from office.journal.models import Entry
from office.workdays import clock
from portal import words
from portal.hant import to_hant
from portal.language import said, written
from portal.management.commands import refresh_locale
from tests import casework, makers
from tests.approvals.listed import PUBLICITY
from tests.approvals.test_confirming import sent_code
from tests.catalog import makers as guides
from tests.catalog.test_questions import BODY
from tests.portal.hall_cast import PERSON, begun, filled, found, go, online

LANGUAGES = list(refresh_locale.LANGUAGES)
PLACE = re.compile(r"%\(\w+\)s|%s|<[^>]+>")
HAN = re.compile(r"[\u4e00-\u9fff]")
KEPT = re.compile(r"赵申请|赵\*+|张示例|李演示|湛民\w+〔\d+〕\d+号")  # 姓名、文号不译，也不转
DATA = re.compile(r"办什么？|婚姻的事，该办哪一项？|结婚登记|去法院")  # 目录里的话；<title> 里标不了 lang，就认字
OFFERED = {"简", "简体中文", "繁", "繁體中文"}  # 语言开关用各自的语言写


@pytest.fixture
def b(bureau, settings):
    cache.clear()
    settings.DEMONSTRATION = False  # 演示里可以扮演的人，名字、职务都是资料
    return online(
        bureau,
        conditions=[{"text": "已经成立。", "basis": "示例条例"}],
        faq=[{"q": "要多久？", "a": "五天。"}],
        special_procedures=[PUBLICITY],
    )


def pages(client, b) -> dict[str, str]:
    """群众走一遍看到的页面。"""
    draft = begun(client, b)
    urls = ["/", reverse("hall:items"), reverse("hall:guide", args=[b.item.code]), reverse("hall:track")]
    urls += [reverse("hall:login"), reverse("hall:privacy"), reverse("hall:verify"), reverse("shell:display")]
    urls += [go(draft, "person"), go(draft, "page", key="basic"), go(draft, "materials"), go(draft, "check")]
    urls += [found(client, casework.received(b)), "/no-such-page/", *which(b), *shown_in_public(b)]
    seen = [client.get(url) for url in [*urls, *of_my_cases(client, b)]]
    client.force_login(b.citizen)
    seen += [client.get(reverse(f"hall:{name}")) for name in ("space", "inbox", "notice-paces")]
    assert [answer.request["PATH_INFO"] for answer in seen if answer.status_code not in (200, 404)] == []
    return {answer.request["PATH_INFO"] + answer.request["QUERY_STRING"]: answer.content.decode() for answer in seen}


def of_my_cases(client, b) -> list[str]:
    """一件不予、一件在审定、一件要补正、一件办成了、一件撤回了：进度页，和从那里去的页。"""
    refused, told, granted, withdrawn = (
        casework.received(b),
        casework.told(b),
        casework.granted(b),
        casework.received(b),
    )
    register.refuse_by_rule(refused, basis=b.guide.bases.get(), refusal=casework.REFUSAL, by=b.clerk_a, at=b.at)
    climbing = casework.with_deputy(b).case
    decision.withdraw(withdrawn, reason="不办了。", by=b.citizen, at=b.at)
    urls = [found(client, case) for case in (refused, climbing, told, granted, withdrawn)]
    urls += [reverse("hall:rate", args=[withdrawn.number]), reverse("hall:supplement", args=[told.number])]
    return [*urls, reverse("hall:messages", args=[told.number]), reverse("hall:enquire", args=[climbing.number])]


def which(b) -> list[str]:
    """对号入座：有哪几样、问一题、答完到了事项、到了出口。"""
    for code, name in (("wed", "结婚登记"), ("part", "离婚登记")):
        guides.published(b, guides.item(b, code, name=name, theme="marriage"))
    body = {"title": "婚姻的事，该办哪一项？", "theme": "marriage", "position": 1, "body": BODY}
    questions.keep(key="marriage", told=body, by=b.editor, at=b.at)
    one = reverse("hall:which-one", args=["marriage"])
    return [reverse("hall:which"), one, f"{one}?on=what", f"{one}?what=0", f"{one}?what=1&agree=1"]


def shown_in_public(b) -> list[str]:
    """公示：清单和一件。"""
    shown = publication.Shown(matter="拟评定为示例等级。", place="示范村公示栏")
    told = {"reason": "初审通过。", "by": b.reviewer, "at": clock.now()}
    one = publication.publish(casework.accepted(b), key="publicity", shown=shown, **told).publication
    return [reverse("hall:publicity"), reverse("hall:publication", args=[one.code])]


class Interface(HTMLParser):
    """界面的字：目录里的话（标了 lang 的）、文字框里的值不算。"""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.open: list[bool] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag in ("meta", "link", "input", "br", "path", "rect", "circle", "use"):
            return
        self.open.append("lang" in dict(attrs) and tag != "html")

    def handle_endtag(self, tag):
        if self.open:
            self.open.pop()

    def handle_data(self, data):
        data = KEPT.sub("", data)
        if data.strip() and not any(self.open) and self.cdata_elem is None:  # 脚本里的不是界面
            self.words.append(data.strip())


# 译文表 ---------------------------------------------------------------


@pytest.mark.clause("Z19")
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_of_the_public_side_is_translated(language):
    catalog = refresh_locale.read(language)
    missing = {str(m) for _path, m in refresh_locale.found() if not _translated(catalog, m)}
    assert not missing, "运行 manage.py refresh_locale，补上译文"
    assert not [message.id for message in catalog if message.id and message.fuzzy]


def _translated(catalog, message) -> bool:
    known = catalog.get(message if isinstance(message, str) else message[0])
    return known is not None and all(refresh_locale._strings(known))


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogues_hold_nothing_else_and_every_placeholder(language):
    wanted = {m if isinstance(m, str) else m[0] for _path, m in refresh_locale.found()}
    for message in refresh_locale.read(language):
        if message.id:
            source = message.id if isinstance(message.id, str) else message.id[0]
            assert source in wanted, source
            for text in refresh_locale._strings(message):
                assert sorted(PLACE.findall(text)) == sorted(PLACE.findall(source)), source


def test_refreshing_again_changes_nothing(tmp_path, settings):
    call_command("refresh_locale", check=True)
    for language in LANGUAGES:
        made = refresh_locale.text(language, refresh_locale.refreshed(language))
        assert made == refresh_locale.po_path(language).read_text(encoding="utf-8")
    settings.LOCALE_PATHS = [tmp_path]
    with pytest.raises(CommandError, match="译文不是最新的"):
        call_command("refresh_locale", check=True, stdout=StringIO())
    assert not list(tmp_path.iterdir())


def test_traditional_words_keep_no_simplified_character():
    for message in refresh_locale.read("zh_Hant"):
        for text in refresh_locale._strings(message) if message.id else ():
            assert to_hant(text) == text


def test_the_words_of_the_field_are_the_agreed_ones():
    with translation.override("en"):
        assert (
            said("已受理") == "Accepted" and said("不予受理") == "Not accepted" and said("即办件") == "On-the-spot item"
        )
    with translation.override("zh-hant"):
        assert said("行政许可") == "行政許可"


# 页面 -----------------------------------------------------------------


@pytest.mark.clause("Z19")
def test_pages_in_english_leave_no_chinese_in_the_interface(client, b):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    data = "".join((b.item.name, b.item.agency.name, "张李王示例演基本情况承诺为什么办遗失"))
    left = {}
    for url, page in pages(client, b).items():
        assert '<html lang="en"' in page
        page = re.sub("<title>.*?</title>", lambda title: DATA.sub("", title[0]), page, count=1, flags=re.DOTALL)
        words = [w for w in Interface(page).words if set(HAN.findall(w)) - set(data) and w not in OFFERED]
        left[url] = [w for w in words if not w.startswith("Just say")]
    assert {url: words for url, words in left.items() if words} == {}


@pytest.mark.clause("Z19")
def test_pages_in_traditional_chinese_leave_no_simplified_character(client, b):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hant"
    left = {}
    for url, page in pages(client, b).items():
        assert '<html lang="zh-hant"' in page
        left[url] = [w for w in Interface(page).words if to_hant(w) != w and w not in OFFERED]
    assert {url: words for url, words in left.items() if words} == {}


def test_english_guides_say_that_the_text_is_chinese(client, b):
    url = reverse("hall:guide", args=[b.item.code])
    assert "Guide texts are available in Chinese only." not in client.get(url).content.decode()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = client.get(url).content.decode()
    assert "Guide texts are available in Chinese only." in page
    assert f'<h1><span lang="zh-Hans">{b.guide.name}</span></h1>' in page


@pytest.mark.clause("Z19")
def test_the_visitor_chooses_the_language_and_the_browser_does_not(client, b):
    answer = client.get("/", headers={"accept-language": "en-US"})
    assert '<html lang="zh-hans"' in answer.content.decode() and answer["Content-Language"] == "zh-hans"
    switched = client.post(reverse("shell:language"), {"language": "en", "next": "/track/"}, follow=True)
    assert switched.redirect_chain == [("/track/", 302)] and "Track progress" in switched.content.decode()
    assert "Cookie" in switched["Vary"]
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "xx"
    assert '<html lang="zh-hans"' in client.get("/").content.decode()


def test_the_staff_pages_are_chinese_whatever_was_chosen(client, b):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(b.clerk_a)
    page = client.get(reverse("desk:today")).content.decode()
    assert '<html lang="zh-hans"' in page and "跳到正文" in page


def test_search_understands_traditional_characters(client, b):
    finding.index(b.item, at=b.at)
    assert b.item.name != to_hant(b.item.name)
    page = client.get(reverse("hall:items"), {"q": to_hant(b.item.name)}).content.decode()
    assert reverse("hall:guide", args=[b.item.code]) in page


# 存下来的是中文 -------------------------------------------------------


def test_what_is_recorded_in_an_english_session_is_chinese(client, b):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    draft = filled(client, b)
    client.post(go(draft, "submit"))
    case = Case.objects.latest("pk")
    withdraw = reverse("hall:withdraw", args=[case.number])
    client.post(withdraw, {"send": "1", "reason": ""})
    client.post(withdraw, {"code": sent_code(case)})
    facts = Entry.objects.about(case).get(verb="approvals.case.withdraw").facts
    assert facts["reason"] == "申请人没有写原因。"
    assert case.applicant.name == PERSON["name"]


# 说法 -----------------------------------------------------------------


def test_dates_and_limits_are_said_in_the_language():
    at = makers.MONDAY
    with translation.override("zh-hans"):
        assert words.day_words(at) == f"{at.year}年{at.month}月{at.day}日"
    with translation.override("en"):
        assert str(at.year) in words.day_words(at) and not HAN.search(words.due_words(at))


def test_written_words_are_marked_only_for_those_who_read_no_chinese():
    with translation.override("en"):
        assert written("低<保") == '<span lang="zh-Hans">低&lt;保</span>' and written("") == ""
    with translation.override("zh-hant"):
        assert written("养老院“备案”") == "養老院「備案」"
    with translation.override("zh-hans"):
        assert written("养老院") == "养老院"
    assert to_hans("養老院") == "养老院"
