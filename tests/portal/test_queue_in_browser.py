"""队列在真正的浏览器里:展开了的也无障碍、不出界;手机宽度上只用键盘审定一份。"""

import os

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from office.workdays.clock import now
from tests import casework
from tests.casework import HOUR
from tests.makers import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def b(bureau):
    bureau.at = now()
    return casework.item_with_guide(bureau)


@pytest.fixture
def site(live_server, client, monkeypatch):
    """登录好的浏览器:site(人) 给手机宽的一页。"""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # playwright 的同步接口自己转着一个事件循环
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=os.environ["CHROMIUM"], args=["--no-sandbox", "--disable-gpu"])

        def enter(user):
            sign_in(client, user)
            cookies = {"look": "normal.m.light", "sessionid": client.cookies["sessionid"].value}
            context = browser.new_context(
                base_url=live_server.url, viewport={"width": 360, "height": 740}, service_workers="block",
                locale="zh-CN",
            )  # fmt: skip
            context.add_cookies([{"name": k, "value": v, "url": live_server.url} for k, v in cookies.items()])
            return context.new_page()

        yield enter
        browser.close()


def look(page, url, click):
    page.goto(url)
    page.locator(click).first.click()
    findings = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in findings] == [], url
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), url


def test_what_opens_up_is_accessible_and_fits_a_phone(b, site):
    """逐页的在 tests/journeys/test_axe.py;这里是展开了的。"""
    report, page = casework.with_deputy(b, b.at - 3 * HOUR), site(b.deputy)
    for n in range(4):
        look(page, f"/queue/denials/report/{report.pk}/change/", f".deed >> nth={n}")
    look(page, "/queue/denials/registerentry/", ".queuebar__more summary")


@pytest.mark.clause("Z6")
def test_a_deputy_decides_on_a_phone_by_keyboard_alone(b, site):
    report = casework.with_deputy(b, b.at - 3 * HOUR)
    page = site(b.deputy)
    page.goto("/queue/")
    page.get_by_role("link", name=report.matter).press("Enter")
    page.get_by_role("link", name="去审定").press("Enter")
    page.locator("summary", has_text="可以办").press("Enter")
    keys = page.keyboard
    keys.press("Tab")
    keys.type("没有禁止。")
    keys.press("Tab")
    keys.type("凭授权书办理。")
    keys.press("Tab")
    keys.press("Enter")
    page.get_by_text("已定为可以办").wait_for()
    report.refresh_from_db()
    assert (report.state, report.how_to) == ("overturned", "凭授权书办理。")
