"""真正的浏览器里的外壳:无障碍检查、320 像素、键盘、没有脚本。"""

import os

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.handlers.wsgi import WSGIHandler
from django.test.testcases import LiveServerThread
from playwright.sync_api import sync_playwright

STYLEGUIDE = "/styleguide/"
SHELL = (STYLEGUIDE, "/styleguide/desk/", "/display/")
LOOKS = [f"{look}.{theme}" for look in ("normal.m", "contrast.m", "elder.xl") for theme in ("light", "dark")]


@pytest.fixture(scope="module")
def shell():
    """只有外壳的服务器和一个浏览器:样式手册不许查数据库,所以也不给它数据库。"""
    server = LiveServerThread("127.0.0.1", lambda _media: WSGIHandler(), port=0)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=os.environ["CHROMIUM"], args=flags)
        yield browser, f"http://127.0.0.1:{server.port}"
        browser.close()
    server.terminate()


def open_page(shell, url, *, width=1280, look="normal.m.light", **options):
    browser, site = shell
    context = browser.new_context(viewport={"width": width, "height": 800}, service_workers="block", **options)
    context.add_cookies([{"name": "look", "value": look, "url": site}])
    page = context.new_page()
    page.goto(site + url)
    return page


@pytest.mark.browser
@pytest.mark.clause("Z19")
@pytest.mark.parametrize("url", SHELL)
@pytest.mark.parametrize("look", LOOKS)
def test_shell_is_accessible_in_every_mode(shell, url, look):
    page = open_page(shell, url, look=look)
    findings = Axe().run(page).response["violations"]
    page.context.close()
    assert [(finding["id"], finding["nodes"][0]["html"]) for finding in findings] == []


@pytest.mark.browser
@pytest.mark.clause("D12")
@pytest.mark.parametrize("look", ["normal.m.light", "elder.xl.light", "contrast.xl.dark"])
def test_shell_needs_no_sideways_scrolling_at_320_pixels(shell, look):
    for url in SHELL:
        page = open_page(shell, url, width=320, look=look)
        assert page.evaluate("document.documentElement.scrollWidth") == 320, url
        page.context.close()


@pytest.mark.browser
@pytest.mark.clause("Z19")
def test_elder_mode_has_large_type_and_large_targets(shell):
    page = open_page(shell, STYLEGUIDE, width=360, look="elder.m.light")
    assert page.evaluate("parseFloat(getComputedStyle(document.querySelector('main p')).fontSize)") >= 20
    short = """[...document.querySelectorAll('main .btn, main .control, .utility__item, .nav a, summary')]
        .filter(part => part.offsetParent && part.getBoundingClientRect().height < 44).map(part => part.outerHTML)"""
    assert page.evaluate(short) == []
    page.context.close()


@pytest.mark.browser
@pytest.mark.clause("Z19")
def test_mode_is_changed_with_the_keyboard_and_without_scripts(shell):
    page = open_page(shell, "/display/", java_script_enabled=False)  # 样式手册上有错误汇总，光标一开页就在那里
    page.keyboard.press("Tab")
    assert page.locator(":focus").get_attribute("href") == "#main"
    page.locator("header button[value=elder]").focus()
    with page.expect_navigation():  # 提交以后回到同一个网址
        page.keyboard.press("Enter")
    assert page.locator("html").get_attribute("data-mode") == "elder"
    page.context.close()


@pytest.mark.browser
def test_shell_breaks_no_content_security_policy(shell):
    page = open_page(shell, "/display/", look="contrast.m.light")
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.reload()
    for tool in ("guide", "pointer", "speak"):
        page.locator(f"[data-tool={tool}]").click()
    page.context.close()
    assert [line for line in said if "Service Worker" not in line] == []
