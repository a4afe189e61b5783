"""面貌:模式、字号、语言、可安装、内容安全策略。"""

import re

import pytest
from django.conf import settings
from django.template import engines
from django.test import Client, RequestFactory
from django.urls import reverse

from portal import preferences

STYLEGUIDE = "/styleguide/"


def html(client: Client, url: str = STYLEGUIDE) -> str:
    return client.get(url).content.decode()


# 显示偏好


@pytest.mark.clause("Z19")
@pytest.mark.parametrize(
    ("name", "value"), [("mode", "contrast"), ("mode", "elder"), ("size", "xl"), ("theme", "dark")]
)
def test_preference_is_remembered_and_shown(client, name, value):
    answer = client.post(reverse("shell:preferences"), {name: value, "next": STYLEGUIDE})
    assert (answer.status_code, answer.url) == (302, STYLEGUIDE)
    assert f'data-{name}="{value}"' in html(client)


def test_preferences_add_up(client):
    for change in ({"mode": "elder"}, {"size": "l"}):
        client.post(reverse("shell:preferences"), change)
    assert client.cookies["look"].value == "elder.l.auto"
    assert client.cookies["look"]["httponly"] and client.cookies["look"]["samesite"] == "Lax"


@pytest.mark.parametrize("wrong", [{}, {"mode": "huge"}, {"size": '"><script>'}, {"mode": "elder", "theme": "pink"}])
def test_unknown_preference_is_refused(client, wrong):
    assert client.post(reverse("shell:preferences"), wrong).status_code == 400
    assert "look" not in client.cookies


def test_preference_asks_for_a_post(client):
    assert client.get(reverse("shell:preferences")).status_code == 405


@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_preference_never_leads_away(client, away):
    answer = client.post(reverse("shell:preferences"), {"mode": "elder", "next": away}, headers={"referer": away})
    assert answer.url == "/"


@pytest.mark.parametrize("cookie", ["", "elder", "elder.m.auto.x", "a.b.c", "elder.m.<script>"])
def test_unreadable_cookie_means_the_standard_look(cookie):
    request = RequestFactory().get("/", headers={"cookie": f"look={cookie}"})
    assert preferences.look_of(request) == preferences.Look()


def test_page_key_differs_by_look():
    plain, elder = RequestFactory().get("/"), RequestFactory().get("/")
    elder.COOKIES["look"] = "elder.m.auto"
    assert preferences.page_key(plain) != preferences.page_key(elder)


@pytest.mark.clause("Z19")
def test_header_offers_what_the_city_page_offers(client):
    page = html(client)
    wanted = ["zh-hans", "zh-hant", "en", "contrast", "elder", "xl"]
    assert all(f'value="{value}"' in page for value in wanted)
    assert "data-print" in page and reverse("shell:display") in page


@pytest.mark.clause("Z19")
def test_language_is_switched_by_a_form(client):
    client.post(reverse("shell:language"), {"language": "zh-hant", "next": STYLEGUIDE})
    assert '<html lang="zh-hant"' in html(client)


@pytest.mark.clause("Z19")
def test_elder_mode_keeps_everything_and_puts_the_telephone_first(client, settings):
    settings.BUREAU = {**settings.BUREAU, "phone": "0759-0000100"}
    standard = html(client)
    client.cookies["look"] = "elder.m.auto"
    elder = html(client)
    links = re.compile(r'href="([^"]+)"')
    assert set(links.findall(standard)) <= set(links.findall(elder))
    assert elder.index("tel:07590000100") < elder.index('id="main"')
    assert "更多说明</span></summary>" in elder and "更多说明" not in standard


@pytest.mark.clause("Z19")
def test_contrast_mode_has_reading_tools(client):
    client.cookies["look"] = "contrast.m.auto"
    page = html(client)
    assert all(f'data-tool="{tool}"' in page for tool in ("speak", "guide", "pointer"))


def test_dark_is_one_stylesheet_chosen_by_the_server(client):
    assert 'dark.css" media="screen and (prefers-color-scheme: dark)"' in html(client)
    client.cookies["look"] = "normal.m.dark"
    assert 'dark.css" media="screen"' in html(client)
    client.cookies["look"] = "normal.m.light"
    assert "dark.css" not in html(client)


# 可安装


@pytest.mark.clause("D12")
def test_hall_is_installable(client):
    manifest = client.get(reverse("shell:manifest")).json()
    assert manifest["display"] == "standalone" and manifest["start_url"] == "/"
    assert {"192x192", "512x512"} <= {picture["sizes"] for picture in manifest["icons"]}
    assert all(client.get(picture["src"]).status_code == 200 for picture in manifest["icons"])
    assert 'rel="manifest"' in html(client)


@pytest.mark.clause("D12")
def test_worker_keeps_only_the_shell(client):
    assert reverse("shell:worker") == "/sw.js"
    script = client.get("/sw.js")
    assert script["Content-Type"].startswith("text/javascript")
    kept = re.search(r"SHELL = \[(.*?)\]", script.content.decode(), re.DOTALL)[1]
    pages = [path for path in re.findall(r'"([^"]+)"', kept) if not path.startswith(settings.STATIC_URL)]
    assert pages == [reverse("shell:offline")]


# 样式手册与出错页


def test_styleguide_is_hidden_in_production(client, settings):
    settings.DEMONSTRATION = settings.DEBUG = False
    assert client.get(STYLEGUIDE).status_code == 404


def test_missing_page_says_where_to_go(client):
    answer = client.get("/no-such-page/")
    assert answer.status_code == 404 and "回到首页" in answer.content.decode()


def test_broken_system_still_has_a_page():
    assert "12345" in engines["django"].get_template("500.html").render()


# 内容安全策略:模板里没有内联样式、脚本、事件


def _templates():
    """进浏览器的模板;文书和手册由 WeasyPrint 排印,不算。"""
    printed = {"papers", "manual"}
    return sorted(path for path in (settings.ROOT / "templates").rglob("*.html") if not printed & set(path.parts))


@pytest.mark.parametrize("template", _templates(), ids=lambda path: path.relative_to(settings.ROOT).as_posix())
def test_template_keeps_the_content_security_policy(template):
    text = template.read_text()
    runs = r"<script(?![^>]*\ssrc=|[^>]* type=\"application/ld\+json\")"
    assert not re.search(rf"<style|\sstyle=|\son[a-z]+=\"|javascript:|{runs}", text)


def test_styles_use_tokens_only():
    """颜色只写在令牌里;纸样和打印是纸上的颜色。"""
    for sheet in ("base", "components", "hall", "desk", "queue"):
        text = (settings.ROOT / f"portal/static/portal/css/{sheet}.css").read_text()
        text = re.sub(r"^\.sheet\b.*$", "", text, flags=re.MULTILINE)
        assert not re.search(r"#[0-9a-fA-F]{3,8}\b(?=[;\s])", text), sheet


def test_every_icon_used_is_drawn():
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (settings.ROOT / "portal/static/portal/icons.svg").read_text()))
    used = set()
    for template in _templates():
        text = template.read_text()
        used |= set(re.findall(r'{% icon "([^"]+)"', text)) | set(re.findall(r'icon_name="([^"]+)"', text))
    assert used <= drawn
