"""每一页,三种模式:axe 一处也没有,手机上不用左右滚,没有违反内容安全策略。"""

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from tests.journeys import everypage
from tests.journeys.walking import Walker

pytestmark = pytest.mark.browser
# preload 会往页面里塞样式,被内容安全策略拦下:那不是页面的错,所以不用。
RUN = """async () => {
  const found = await axe.run(document, {resultTypes: ["violations"], preload: false});
  return found.violations.map(one => `${one.id}: ${one.nodes.map(node => node.html).slice(0, 2).join(" ")}`);
}"""


class Visitor(Walker):
    """带着会话进来的人,用这种显示模式。"""

    def __init__(self, browser, site, client, mode: str) -> None:
        super().__init__(browser, site, reduced_motion="reduce")
        session = client.cookies.get("sessionid")
        cookies = {"look": f"{mode}.m.light", **({"sessionid": session.value} if session else {})}
        self.context.add_cookies([{"name": name, "value": value, "url": site} for name, value in cookies.items()])

    def width(self, pixels: int) -> None:
        self.page.set_viewport_size({"width": pixels, "height": 900})

    def faults(self) -> list[str]:
        """axe 的发现;脚本经调试通道注入,不受页面的策略管。"""
        self.page.evaluate(AXE_SCRIPT)
        return self.page.evaluate(RUN)

    def faults_on_a_phone(self) -> list[str]:
        self.width(360)
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        found = [f"360 像素:{fault}" for fault in self.page.evaluate(RUN)]
        self.width(1280)
        return found + ([f"360 像素的屏幕上宽 {wide}"] if wide > 360 else [])


@pytest.mark.clause("Z19", "D12")
@pytest.mark.parametrize("mode", ["normal", "contrast", "elder"])
def test_every_page_is_accessible_fits_a_phone_and_keeps_the_policy(chromium, live_server, b, mode):
    pages, lost, clients = everypage.pages(b)
    assert lost == [], "没有人打得开:是新的页面,就在 furnish 里给它对象;不是页面,就写进 NOT_PAGES"
    people, faults = {}, []
    for page in pages:
        if page.who not in people:
            people[page.who] = Visitor(chromium, live_server.url, clients[page.who], mode)
        visitor = people[page.who]
        assert visitor.open(page.url) == 200, page
        found = visitor.faults() + (visitor.faults_on_a_phone() if mode == "normal" else [])
        faults += [(page.name, page.url, fault) for fault in [*found, *visitor.said]]
        visitor.said.clear()
    for visitor in people.values():
        visitor.context.close()
    assert faults == []
