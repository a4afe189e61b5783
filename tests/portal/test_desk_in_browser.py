"""工作台在真正的浏览器里：无障碍、窄屏、只用键盘收一件。"""

import os

import pytest
from django.urls import reverse
from playwright.sync_api import sync_playwright

from approvals.models import Case
from tests.makers import sign_in
from tests.portal.desks import ready

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def b(bureau):
    return ready(bureau)


@pytest.fixture
def site(live_server, client, monkeypatch):
    """登录好的浏览器：site(人) 给一页。"""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # playwright 的同步接口自己转着一个事件循环
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=os.environ["CHROMIUM"], args=["--no-sandbox", "--disable-gpu"])

        def enter(user, width=1280):
            sign_in(client, user)
            context = browser.new_context(
                base_url=live_server.url, viewport={"width": width, "height": 900}, service_workers="block"
            )
            context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value,
                                  "url": live_server.url}])  # fmt: skip
            return context.new_page()

        yield enter
        browser.close()


@pytest.mark.clause("D8")
def test_a_case_is_taken_in_by_keyboard_alone(b, site):
    page = site(b.clerk_a)
    page.goto(reverse("desk:intake"))
    keys = page.keyboard
    keys.type(b.item.name)
    keys.press("Enter")
    page.locator("main a:focus").wait_for()  # 焦点已在第一个事项上
    keys.press("Enter")
    page.locator("[name=id_number]:focus").wait_for()
    keys.type("11010519491231002X")
    keys.press("Tab")
    keys.press("Tab")
    keys.press("Space")  # 个人
    keys.press("Tab")
    for _kind in range(2):
        if page.evaluate("document.activeElement.name") != "name":
            keys.press("Tab")  # 证件类型：居民身份证，照号码选好了
    assert page.evaluate("document.activeElement.name") == "name", page.evaluate("document.activeElement.outerHTML")
    keys.type("赵申请")
    keys.press("Tab")
    if page.evaluate("document.activeElement.name") == "contact_name":
        keys.press("Tab")
    keys.type("13800000001")
    keys.press("Tab")  # 住址
    for _material in b.guide.materials.all():
        keys.press("Tab")
        keys.press("Space")
    keys.press("Tab")  # 份数与指南要的一样，不展开
    keys.press("Tab")
    keys.press("Enter")
    page.wait_for_url("**/check/")
    page.locator("[accesskey=k]").focus()
    keys.press("Enter")
    page.wait_for_url("**/check/#next")
    page.locator("[accesskey=n]").focus()
    keys.press("Enter")
    page.wait_for_url("**/papers/**")
    page.locator(":focus", has_text="打开打印").wait_for()
    assert Case.objects.get().state == "accepted"
