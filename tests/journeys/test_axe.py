"""每一页,三种模式:axe 一处也没有,手机上不用左右滚,没有违反内容安全策略。"""

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from tests.journeys import everypage
from tests.journeys.walking import Walker

pytestmark = pytest.mark.browser
# preload 会往页面里塞样式,被内容安全策略拦下:那不是页面的错,所以不用。
RUN = """async (rules) => {
  const only = rules ? {runOnly: {type: "rule", values: rules}} : {};
  const found = await axe.run(document, {resultTypes: ["violations"], preload: false, ...only});
  return found.violations.map(one => `${one.id}: ${one.nodes.map(node => node.html).slice(0, 2).join(" ")}`);
}"""
# 模式只换样式,不换页面(experience.md):换了样式会变的,也只有这几条规则。
RESTYLED = ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"]
MODES = ("contrast", "elder")


class Visitor(Walker):
    """带着会话进来的人。"""

    def __init__(self, browser, site, client) -> None:
        super().__init__(browser, site, reduced_motion="reduce")
        session = client.cookies.get("sessionid")
        cookies = {"look": "normal.m.light", **({"sessionid": session.value} if session else {})}
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


@pytest.mark.clause("Z19", "D12")
@pytest.mark.parametrize("half", ["queue", "hall and desk"])
def test_every_page_is_accessible_fits_a_phone_and_keeps_the_policy(chromium, live_server, b, half):
    pages, lost, clients = everypage.pages(b)
    assert lost == [], "没有人打得开:是新的页面,就在 furnish 里给它对象;不是页面,就写进 NOT_PAGES"
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
    for visitor in people.values():
        visitor.context.close()
    assert faults == []
