"""大厅的公开页、登录、我的、验证文书。"""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from agencies.models import Agency, Unit
from approvals.actions import correction
from catalog.actions import finding, questions
from catalog.models import Item, Miss
from office.papers import actions as papers
from office.papers.models import Paper
from portal.hall import demonstration, pictures
from tests import casework
from tests.catalog import makers as catalog
from tests.portal.hall_cast import begun, filled, found, go, online


@pytest.fixture
def b(bureau):
    cache.clear()
    made = online(
        bureau,
        conditions=[{"text": "已经成立。", "basis": "示例条例"}],
        faq=[{"q": "要多久？", "a": "五个工作日。"}],
        special_procedures=[
            {"key": "visit", "name": "实地考察", "kind": "2", "value": 5, "unit": "wd", "basis": "示例",
             "counted": False, "set_by": "law"}
        ],
        place="示例路1号", hours="工作日", consult_phone="0759-0000003", result_name="登记证书",
    )  # fmt: skip
    finding.reindex(at=bureau.at)
    return made


def text(answer) -> str:
    return answer.content.decode()


# 首页、查找、指南 -----------------------------------------------------


@pytest.mark.clause("Z13", "Z12")
def test_the_home_page_searches_tracks_and_promises(client, b):
    page = text(client.get("/"))
    assert 'name="q"' in page and 'name="number"' in page and 'name="code"' in page
    assert all(words in page for words in ("48 小时", "零推诿", "零差错", "零投诉", "社会组织", "示例登记", "民政窗口"))
    assert page.count("<h1") == 1


@pytest.mark.clause("Z13")
@pytest.mark.parametrize("words", ["示例", "slDJ", "shili dengji", "sample"])
def test_items_are_found_by_name_pinyin_and_code(client, b, words):
    assert reverse("hall:guide", args=[b.item.code]) in text(client.get(reverse("hall:items"), {"q": words}))


def test_a_search_without_hits_says_whom_to_ask(client, b):
    page = text(client.get(reverse("hall:items"), {"q": "火箭"}))
    assert "没有找到" in page and "归谁办" in page


@pytest.mark.clause("D14")
def test_whoever_finds_nothing_is_given_a_number(client, b, settings):
    """配置的电话；没有配，用机关的；机关也没有写，用窗口的。"""
    Agency.objects.update(phone="")
    Agency.objects.filter(pk=b.agency.pk).update(phone="0759-0000201")
    Unit.objects.filter(pk=b.window.pk).update(phone="0759-0000202")
    main = re.compile(r"<main.*?</main>", re.S)
    for told in ("0759-0000200", "0759-0000201", "0759-0000202"):
        settings.BUREAU = {**settings.BUREAU, "phone": "0759-0000200" if told.endswith("0") else ""}
        if told.endswith("2"):
            Agency.objects.update(phone="")
        page = main.search(text(client.get(reverse("hall:items"), {"q": "火箭"})))[0]
        assert f'href="tel:{told.replace("-", "")}"' in page, told


def test_filters_live_in_the_address(client, b):
    items = reverse("hall:items")
    assert "示例登记" in text(client.get(items, {"theme": "orgs", "kind": "01", "object": "social"}))
    assert "示例登记</a></h3>" not in text(client.get(items, {"theme": "relief"}))


@pytest.mark.clause("S1")
def test_a_heading_shows_its_children_wherever_one_meets_it(client, b):
    heading = catalog.item(b, "heading", name="示例变更", theme="charity", audiences=["1"])
    for code, name in (("heading-a", "示例变更名称"), ("heading-b", "示例变更住所")):
        catalog.published(b, catalog.item(b, code, name=name, parent=heading, theme="charity", audiences=["1"]))
    page = text(client.get(reverse("hall:guide", args=["heading"])))
    assert "示例变更名称" in page and "示例变更住所" in page and page.count("<h1") == 1
    listed = text(client.get(reverse("hall:items"), {"object": "person"}))
    assert "示例变更</a></h3>" in listed and 'href="/items/heading-b/"' in listed and "示例登记</a></h3>" not in listed
    assert "属于：" in text(client.get(reverse("hall:items"), {"q": "变更住所"}))
    Item.objects.filter(parent=heading).update(withheld="涉密")
    assert client.get(reverse("hall:guide", args=["heading"])).status_code == 404


def test_counts_stand_at_each_way_of_browsing(client, b):
    page = text(client.get(reverse("hall:items")))
    for address in ("?theme=orgs", "?object=social", "?kind=01"):
        assert f'<a href="{address}">' in page
    assert "?theme=relief" not in page  # 没有事项的主题不列


@pytest.mark.parametrize("rows", [1, 3])
def test_browsing_and_searching_ask_as_often_for_three_as_for_one(client, b, rows, django_assert_num_queries):
    for n in range(1, rows):
        catalog.published(b, catalog.item(b, f"more-{n}", name=f"示例登记{n}"))
    with django_assert_num_queries(5):  # 钟、各有几项、几类、这一页、子项
        client.get(reverse("hall:items"))
    with django_assert_num_queries(6):  # 钟、同义词、排名、这一页、别处办的、题目组
        client.get(reverse("hall:items"), {"q": "示例登记"})


def test_suggestions_come_while_typing(client, b):
    suggest = reverse("hall:suggest")
    told = client.get(suggest, {"q": "示例"}).json()["items"]
    assert told == [{"name": "示例登记", "lang": "", "url": reverse("hall:guide", args=[b.item.code])}]
    assert client.get(suggest, {"q": "示"}).json() == client.get(suggest).json() == {"items": []}
    client.get(suggest, {"q": "火箭发射"})
    assert not Miss.objects.exists()
    assert f'data-suggest="{suggest}"' in text(client.get("/"))


def test_a_search_for_what_is_done_elsewhere_says_where(client, b):
    body = catalog.questions_to(b.item.code)
    body["exits"]["other"]["words"] = ["火箭"]
    told = {"title": "示例，该办哪一项？", "theme": "orgs", "position": 1, "body": body}
    questions.keep(key="sample", told=told, by=b.editor, at=b.at)
    page = text(client.get(reverse("hall:items"), {"q": "火箭發射"}))
    assert "去示例局" in page and "示例路1号" in page
    assert reverse("hall:which-one", args=["sample"]) in text(client.get(reverse("hall:items"), {"q": "示例登记"}))


@pytest.mark.clause("D2", "D14")
def test_the_guide_shows_its_nine_elements_and_the_picture(client, b):
    page = text(client.get(reverse("hall:guide", args=[b.item.code])))
    for words in (
        "示例登记", "示例事项", "《示例条例》第一条", "10个工作日", "20个工作日", "民政窗口", "窗口办理",
        "示例申请书", "签名", "已经成立。", "实地考察", "不计入办理时限", "不收费", "要多久？", "登记证书",
        "行政复议", "原件 1 份", "在线办理", "0759-0000009",
    ):  # fmt: skip
        assert words in page, words
    assert '<svg class="flow"' in page and 'role="img"' in page and 'class="qr"' in page


def test_withheld_items_are_not_shown(client, b):
    Item.objects.filter(pk=b.item.pk).update(withheld="涉密")
    assert client.get(reverse("hall:guide", args=[b.item.code])).status_code == 404
    assert "示例登记" not in text(client.get(reverse("hall:items")))


@pytest.mark.clause("D14")
def test_what_is_withheld_says_why_and_not_what(client, b):
    listed = reverse("hall:withheld")
    assert f'href="{listed}"' in text(client.get(reverse("hall:items")))
    assert "没有不公开的事项" in text(client.get(listed))
    Item.objects.filter(pk=b.item.pk).update(withheld="涉及国家秘密(示例)")
    page = text(client.get(listed))
    assert "1 项" in page and "不公开的理由：涉及国家秘密（示例）" in page and "行政许可" in page
    assert "示例登记" not in page and f"/items/{b.item.code}/" not in page
    assert client.get(reverse("hall:guide", args=[b.item.code])).status_code == 404


@pytest.mark.clause("D14")
def test_whoever_asks_about_what_is_withheld_is_given_a_number(client, b, settings):
    """请打电话问，就要有电话：没有配置的，用机关的、窗口的。"""
    settings.BUREAU = {**settings.BUREAU, "phone": ""}
    Agency.objects.update(phone="")
    Unit.objects.filter(pk=b.window.pk).update(phone="0759-0000202")
    main = re.compile(r"<main.*?</main>", re.S).search(text(client.get(reverse("hall:withheld"))))[0]
    assert "请打电话问。" in main and 'href="tel:07590000202"' in main


@pytest.mark.parametrize("rows", [1, 3])
def test_the_withheld_list_asks_as_often_for_three_as_for_one(client, b, rows, django_assert_num_queries):
    for n in range(rows):
        catalog.published(b, catalog.item(b, f"secret-{n}", withheld="涉密"))
    with django_assert_num_queries(5):  # 钟、几项、这一页，机关、窗口的电话
        client.get(reverse("hall:withheld"))


def test_an_item_handled_elsewhere_cannot_be_applied_for_here(client, b):
    Item.objects.filter(pk=b.item.pk).update(guidance_only=True)
    page = text(client.get(reverse("hall:guide", args=[b.item.code])))
    assert "由别处办理" in page and "在线办理" not in page
    assert client.post(reverse("hall:apply-start", args=[b.item.code])).status_code == 404


def test_the_flow_picture_wraps_chinese_and_keeps_punctuation_with_its_line():
    assert pictures.wrap("核对材料，出具受理通知书。", 4) == ["核对材料，", "出具受理", "通知书。"]
    steps = [{"stage": "accept", "name": "甲", "who": "乙", "time": "丙"}] * 2
    drawn = pictures.flow(steps)
    assert len(drawn["boxes"]) == 2 and len(drawn["arrows"]) == 1 and [one.name for one in drawn["bands"]] == ["受理"]


# 验证文书 -------------------------------------------------------------


def test_a_paper_is_verified_without_showing_what_it_says(client, b):
    paper = Paper.objects.about(casework.received(b)).of_kind("receipt").get()
    papers.render_now(paper, at=b.at)
    answer = client.get(reverse("hall:verify"), {"code": paper.check_code_grouped.lower()})
    assert answer.url == reverse("hall:verify-paper", args=[paper.check_code])
    page = text(client.get(answer.url))
    assert paper.number in page and "赵**" in page and "湛江市民政局" in page and paper.digest in page
    assert "赵申请" not in page and paper.context["query_code"] not in page
    papers.void(paper, reason="重新出具", by=b.system, at=b.at)
    assert "已经作废" in text(client.get(answer.url))


def test_an_unknown_code_is_answered_kindly(client, b):
    answer = client.get(reverse("hall:verify-paper", args=["AAAABBBBCCCCDDDD"]))
    assert answer.status_code == 404 and "没有这份文书" in text(answer)


# 登录 -----------------------------------------------------------------


def set_password(user) -> str:
    user.set_password("demo-hall-2026")
    user.save()
    return "demo-hall-2026"


def test_a_citizen_signs_in_and_goes_where_he_was_going(client, b):
    password = set_password(b.citizen)
    assert client.get(reverse("hall:space")).url == f"{reverse('hall:login')}?next=/my/"
    told = {"username": b.citizen.username, "password": password}
    assert client.post(reverse("hall:login"), {**told, "next": "/my/inbox/"}).url == "/my/inbox/"
    assert Client().post(reverse("hall:login"), {**told, "next": "https://evil.invalid/"}).url == "/my/"


def test_a_wrong_password_and_a_wrong_name_get_the_same_words(client, b):
    set_password(b.citizen)
    answers = {
        re.sub(r'value="[^"]*"', "", text(client.post(reverse("hall:login"), {"username": name, "password": "no"})))
        .count("用户名或密码不对")
        for name in (b.citizen.username, "nobody")
    }  # fmt: skip
    assert answers == {1}


def test_five_wrong_passwords_lock_the_account_kindly(client, b):
    password = set_password(b.citizen)
    for _try in range(5):
        answer = client.post(reverse("hall:login"), {"username": b.citizen.username, "password": "no"})
    assert answer.status_code == 429 and "请过半小时再登录" in text(answer)
    told = {"username": b.citizen.username, "password": password}
    assert client.post(reverse("hall:login"), told).status_code == 429
    set_password(b.other_citizen)
    told = {"username": b.other_citizen.username, "password": password}
    assert client.post(reverse("hall:login"), told).status_code == 302, "同一地址的别人不受牵连"


def test_a_leader_is_not_in_until_the_second_factor(client, b):
    password = set_password(b.deputy)
    TOTPDevice.objects.create(user=b.deputy, name="手机", confirmed=True)
    answer = client.post(reverse("hall:login"), {"username": b.deputy.username, "password": password})
    assert answer.url == reverse("hall:second-factor")
    assert "_auth_user_id" not in client.session
    assert "口令不对" in text(client.post(answer.url, {"token": "000000"}))
    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    client.post(answer.url, {"token": demonstration.current_code(b.deputy)})
    assert client.session["_auth_user_id"] == str(b.deputy.pk) and client.session["otp_device_id"]


def test_the_second_factor_page_needs_a_first(client, b):
    assert client.get(reverse("hall:second-factor")).url == reverse("hall:login")


def test_the_demonstration_lists_parts_and_plays_them(client, b):
    page = text(client.get(reverse("hall:login")))
    assert "window.a" in page and "citizen.1" in page and "A岗" in page
    assert client.post(reverse("hall:play"), {"username": "citizen.1"}).url == reverse("hall:space")
    assert client.session["_auth_user_id"] == str(b.citizen.pk)
    TOTPDevice.objects.create(user=b.deputy, name="演示", confirmed=True)
    page = text(client.post(reverse("hall:play"), {"username": "deputy.1"}, follow=True))
    assert demonstration.current_code(b.deputy) in page


def test_nothing_of_the_demonstration_exists_outside_it(client, b, settings):
    settings.DEMONSTRATION = False
    TOTPDevice.objects.create(user=b.deputy, name="手机", confirmed=True)
    page = text(client.get(reverse("hall:login")))
    assert "window.a" not in page and "扮演" not in page
    assert client.post(reverse("hall:play"), {"username": "citizen.1"}).status_code == 404
    password = set_password(b.deputy)
    page = client.post(reverse("hall:login"), {"username": "deputy.1", "password": password}, follow=True)
    assert demonstration.current_code(b.deputy) == "" and "此刻的口令" not in text(page)


def test_the_system_cannot_be_played(client, b):
    assert client.post(reverse("hall:play"), {"username": b.system.username}).status_code == 404


def test_staff_are_led_to_their_own_counter(client, b):
    client.force_login(b.clerk_a)
    assert client.get(reverse("hall:space")).url.startswith(("/desk/", "/queue/"))


# 我的 -----------------------------------------------------------------


def test_my_space_has_my_cases_drafts_and_messages_and_nobody_elses(client, b):
    mine, other = casework.told(b), casework.received(b, user=b.other_citizen)
    client.force_login(b.citizen)
    draft = begun(client, b)
    page = text(client.get(reverse("hall:space")))
    assert mine.number in page and other.number not in page
    assert reverse("hall:apply", args=[draft.token]) in page and "条未读" in page
    inbox = text(client.get(reverse("hall:inbox")))
    assert "请补齐材料" in inbox and reverse("hall:track-case", args=[mine.number]) in inbox and "未读" in inbox
    page = client.post(reverse("hall:inbox-read"), follow=True)
    assert "未读</strong>" not in text(page)
    client.force_login(b.other_citizen)
    assert "请补齐材料" not in text(client.get(reverse("hall:inbox")))


@pytest.mark.parametrize("rows", [1, 3])
def test_my_space_asks_as_often_for_three_cases_as_for_one(client, b, rows, django_assert_num_queries):
    for _one in range(rows):
        casework.received(b)
    client.force_login(b.citizen)
    with django_assert_num_queries(8):  # 会话、本人、钟、未读、几件、这一页、草稿、联办
        client.get(reverse("hall:space"))


# 各页共有的 -----------------------------------------------------------


@pytest.mark.clause("Z19")
def test_no_page_carries_inline_script_or_style(client, b):
    case = casework.told(b)
    draft = filled(client, b)
    pages = ["/", reverse("hall:items"), reverse("hall:guide", args=[b.item.code]), reverse("hall:login")]
    pages += [reverse("hall:verify"), reverse("hall:privacy"), found(client, case), reverse("hall:track")]
    pages += [go(draft, name) for name in ("person", "materials", "check", "discard")]
    pages += [reverse("hall:apply", args=[draft.token]), reverse("hall:supplement", args=[case.number])]
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200, page
        shown = text(answer).replace('<script type="application/ld+json">', "")  # 是数据，浏览器不执行
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", shown), page
        assert text(answer).count("<h1") == 1, page
        assert "default-src 'self'" in answer["Content-Security-Policy"]


@pytest.mark.clause("Z19")
@pytest.mark.parametrize("mode", ["normal", "contrast", "elder"])
def test_every_mode_keeps_every_function(client, b, mode):
    client.cookies["look"] = f"{mode}.m.auto"
    page = text(client.get(reverse("hall:guide", args=[b.item.code])))
    assert f'data-mode="{mode}"' in page and "在线办理" in page


@pytest.mark.parametrize(
    "path",
    [
        "/items/?q=%00", "/items/?theme=%00&kind='", "/items/?page=x", "/items/?q=%27%22%3Cscript%3E", "/track/%00/",
        "/track/..%2f..%2fetc/", "/apply/%00/", "/verify/%00/", "/verify/?code=%00", "/login/?next=%00",
        "/login/?next=javascript:alert(1)", "/items/%00/",
    ],
)  # fmt: skip
def test_odd_addresses_are_answered_without_breaking(client, b, path):
    answer = client.get(path)
    assert answer.status_code in (200, 404)
    assert "<script>" not in text(answer)


def test_odd_posts_are_answered_without_breaking(client, b):
    nul = "a\0b"
    assert client.post(reverse("hall:play"), {"username": nul}).status_code == 404
    assert client.post(reverse("hall:track"), {"number": nul, "code": nul}).status_code == 200
    assert client.post(reverse("hall:login"), {"username": nul, "password": nul}).status_code == 200
    draft = begun(client, b)
    assert client.post(go(draft, "person"), {"name": nul, "phone": nul, "save": "1"}).status_code == 302
    assert client.get(go(draft, "person")).status_code == 200


def test_forms_without_a_token_are_refused(b):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(reverse("hall:apply-start", args=[b.item.code])).status_code == 403
    assert strict.post(reverse("hall:play"), {"username": "citizen.1"}).status_code == 403


def test_correction_is_untouched_by_reading(client, b):
    case = casework.told(b)
    found(client, case)
    client.get(reverse("hall:supplement", args=[case.number]))
    assert correction.still_missing(case) == ["示例证明"]
