"""每一页,三种模式:axe 一处也没有,手机上不用左右滚,没有违反内容安全策略。"""

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.test import Client

from portal.hall.views import home
from tests.journeys import everypage
from tests.journeys.walking import Walker
from tests.makers import sign_in

pytestmark = pytest.mark.browser
# preload 会往页面里塞样式,被内容安全策略拦下:那不是页面的错,所以不用。
RUN = """async (rules) => {
  const only = rules ? {runOnly: {type: "rule", values: rules}} : {};
  const found = await axe.run(document, {resultTypes: ["violations"], preload: false, ...only});
  return found.violations.map(one => `${one.id}: ${one.nodes.map(node => node.html).slice(0, 2).join(" ")}`);
}"""
# 每一页都换样式再看一遍:换了样式会变的,只有这几条规则。
RESTYLED = ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"]
MODES = ("contrast", "elder")
# 服务器按模式多画的(朗读工具、电话、收起来的“更多”)都在共用的骨架里:每种骨架几页,照那种模式打开,全部规则再看一遍。
FRAMES = {
    "hall:home", "hall:items", "hall:guide", "hall:track", "hall:track-case", "hall:apply-page", "hall:apply-check",
    "shell:display", "desk:today", "desk:case", "desk:intake", "admin:denials_report_changelist",
    "admin:denials_report_change", "admin:catalog_guide_change",
}  # fmt: skip


class Visitor(Walker):
    """带着会话进来的人。"""

    def __init__(self, browser, site, client, mode="normal") -> None:
        super().__init__(browser, site, reduced_motion="reduce")
        session = client.cookies.get("sessionid")
        cookies = {"look": f"{mode}.m.light", **({"sessionid": session.value} if session else {})}
        self.context.add_cookies([{"name": name, "value": value, "url": site} for name, value in cookies.items()])

    def width(self, pixels: int) -> None:
        self.page.set_viewport_size({"width": pixels, "height": 900})

    def faults(self) -> list[str]:
        """axe 的发现;脚本经调试通道注入,不受页面的策略管。"""
        self.page.evaluate(AXE_SCRIPT)
        return self.page.evaluate(RUN) + self.faults_on_a_phone() + self.faults_in_other_modes()

    def faults_on_a_phone(self) -> list[str]:
        self.width(360)
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        found = [f"360 像素:{fault}" for fault in self.page.evaluate(RUN)]
        self.width(1280)
        return found + ([f"360 像素的屏幕上宽 {wide}"] if wide > 360 else [])

    def faults_in_other_modes(self) -> list[str]:
        found = []
        for mode in MODES:
            self.page.evaluate("mode => { document.documentElement.dataset.mode = mode }", mode)
            found += [f"{mode}:{fault}" for fault in self.page.evaluate(RUN, RESTYLED)]
        return found


def drawn_in_other_modes(page, chromium, live_server, clients):
    """照别的模式画出来的这一页:宽屏、手机,全部规则。"""
    for mode in MODES if page.name in FRAMES else ():
        visitor = Visitor(chromium, live_server.url, clients[page.who], mode)
        assert visitor.open(page.url) == 200, page
        visitor.page.evaluate(AXE_SCRIPT)
        found = visitor.page.evaluate(RUN) + visitor.faults_on_a_phone() + visitor.said
        yield from ((f"{mode}:{page.url}", fault) for fault in found)
        visitor.context.close()


@pytest.mark.clause("Z19", "D12")
@pytest.mark.parametrize("half", ["queue", "hall and desk"])
def test_every_page_is_accessible_fits_a_phone_and_keeps_the_policy(chromium, live_server, b, half):
    pages, lost, clients = everypage.pages(b)
    assert lost == [], "没有人打得开:是新的页面,就在 furnish 里给它对象;不是页面,就写进 NOT_PAGES"
    assert {page.name for page in pages} >= FRAMES
    people, faults = {}, []
    for page in pages:
        if page.name.startswith("admin:") != (half == "queue"):
            continue
        if page.who not in people:
            people[page.who] = Visitor(chromium, live_server.url, clients[page.who])
        visitor = people[page.who]
        assert visitor.open(page.url) == 200, page
        faults += [(page.name, page.url, fault) for fault in [*visitor.faults(), *visitor.said]]
        visitor.said.clear()
        faults += [(page.name, *fault) for fault in drawn_in_other_modes(page, chromium, live_server, clients)]
    for visitor in people.values():
        visitor.context.close()
    assert faults == []


def mishaps(visitor, citizen, broken):
    """出错的页，一页一页走到：谁看、看到的标题。"""
    for path, status, title in (
        ("/no-such-page/", 404, "没有找到这一页"),
        ("/items/?" + "q=&" * 1001, 400, "这个请求我们没有看懂"),
        ("/offline/", 200, "现在没有网络"),
    ):
        assert visitor.open(path) == status
        yield visitor, title
    assert citizen.open("/desk/") == 403
    yield citizen, "您没有打开这一页的权限"
    visitor.go("hall:login")
    visitor.fill({"用户名": "nobody", "密码": "wrong"})
    visitor.context.clear_cookies(name="csrftoken")
    visitor.press("登录", within="main")
    yield visitor, "这一页放得太久了"
    for _guess in range(5):
        visitor.go("hall:login")
        visitor.fill({"用户名": "nobody", "密码": "wrong"})
        visitor.press("登录", within="main")
    yield visitor, "请过半小时再登录"
    broken()
    assert visitor.open("/") == 500
    yield visitor, "系统出了问题"


@pytest.mark.clause("Z19", "D12")
def test_pages_that_say_what_went_wrong_are_accessible_too(chromium, live_server, b, monkeypatch):
    sign_in(client := Client(), b.citizen)
    visitor, citizen = Visitor(chromium, live_server.url, Client()), Visitor(chromium, live_server.url, client)
    faults = []
    for who, title in mishaps(visitor, citizen, lambda: monkeypatch.setattr(home, "most_used", None)):
        assert who.reads("h1") == title
        said = [line for line in who.said if "status of 500" not in line]
        faults += [(title, fault) for fault in [*who.faults(), *said]]
    for who in (visitor, citizen):
        who.context.close()
    assert faults == []
