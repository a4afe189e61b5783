"""make screenshots:对着正在运行的演示大厅,把主要的页面照下来,放进 docs/screenshots。

先 make run,再在另一个终端里跑;换了地址的给 PUBLIC_URL。需要 chromium。
"""

import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from pypdf import PdfReader

from devstack.hall import Hall
from devstack.places import ROOT
from devstack.system import ensure_browser

FOLDER = ROOT / "docs" / "screenshots"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
HEAVIEST = 250_000  # 一张至多这么多字节
# 查询码不在任何一页上,所以问库:梯子上的一件、否定的一件。
ASK = """
import json
from approvals.models import Case
from denials.models import Report
held = Report.objects.filter(state="with_deputy").order_by("-filed_at").first().case
no = Case.objects.filter(outcome__in=["refused", "not_accepted"], ground__kind="report").order_by("-decided_at").first()
open_to_all = Case.objects.filter(state="reviewing", held_at=None).order_by("-received_at").first()
print(json.dumps({"held": [held.number, held.query_code], "refused": [no.number, no.query_code],
                  "case": open_to_all.number}))
"""
SAMPLES = {"date": "2026-01-05", "tel": "13800000001", "numeric": "1", "decimal": "30000"}


class Visitor:
    """一个人,在这么宽的屏幕上,用这种模式。"""

    def __init__(self, browser: Browser, site: str, who: str = "", *, width: int = 1280, mode: str = "normal") -> None:
        self.site = site
        context = browser.new_context(
            viewport={"width": width, "height": 900 if width > 600 else 780}, locale="zh-CN", service_workers="block"
        )
        context.add_cookies([{"name": "look", "value": f"{mode}.m.light", "url": site}])
        self.page: Page = context.new_page()
        if who:
            self._play(who)

    def _play(self, who: str) -> None:
        """在登录页扮演一个人;要口令的,照页面上写的输。"""
        self.go("/login/")
        self.page.locator("details.disclose").evaluate_all("all => all.forEach(one => one.open = true)")
        self._press(self.page.locator(f"button[name=username][value='{who}']"))
        code = self.page.locator("main b.num")
        if code.count():
            self.page.locator("input[name=token]").fill(code.inner_text())
            self._press(self.page.locator("main form button").first)

    def go(self, path: str) -> "Visitor":
        answer = self.page.goto(self.site + path)
        assert answer is None or answer.ok, f"{path}:{answer.status}"
        return self

    def track(self, number: str, code: str) -> "Visitor":
        self.go("/track/")
        self.page.locator("main input[name=number]").fill(number)
        self.page.locator("main input[name=code]").fill(code)
        self._press(self.page.locator("main form button"))
        return self

    def press(self, text: str) -> "Visitor":
        self._press(self.page.get_by_role("button", name=text, exact=True).first)
        return self

    def follow(self, selector: str) -> "Visitor":
        self._press(self.page.locator(selector).first)
        return self

    def _press(self, button: Any) -> None:
        with self.page.expect_navigation():
            button.click()

    def fill(self) -> "Visitor":
        """照示例填满一页申请表。"""
        for choice in self.page.locator("main form select").all():
            if choice.is_visible():
                choice.select_option(index=1)
        for box in self.page.locator("main form :is(input, textarea):not([type=hidden], [type=file])").all():
            if not box.is_visible():
                continue
            kind = box.get_attribute("type") or box.get_attribute("inputmode") or "text"
            if kind == "checkbox" or (kind == "radio" and str(box.get_attribute("id")).endswith("_0")):
                box.check()
            elif kind != "radio":
                box.fill(self._sample(box, SAMPLES.get(box.get_attribute("inputmode") or kind, "示例")))
        return self

    def _sample(self, box: Any, otherwise: str) -> str:
        """格子旁边写着示例的照抄。"""
        name = box.get_attribute("name")
        if name == "id_number":
            return "990000199001010017"  # 区划是假的,校验码算得对
        said = self.page.locator(f"#id_{name}_sample")
        told = {"name": "赵示例", "address": "示范路1号"}
        return said.inner_text().removeprefix("示例").strip() if said.count() else told.get(name, otherwise)

    def deed(self, name: str) -> "Visitor":
        """按目录维护页上收着的一个按钮。"""
        with self.page.expect_navigation():
            self.page.locator(f"form[action$='/{name}/']").evaluate("form => form.submit()")
        return self

    def put(self, told: dict[str, str], save: str) -> "Visitor":
        """在编辑表里改几格，存。"""
        self.page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
        for name, value in told.items():
            self.page.locator(f"[name='{name}']").fill(value)
        self._press(self.page.locator(f"[name='{save}']").first)
        return self

    def shoot(self, name: str, at: str = "") -> "Visitor":
        self.page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0); }")
        if at:
            self.page.locator(at).evaluate("part => part.scrollIntoView()")
        keep(Image.open(io.BytesIO(self.page.screenshot())), name)
        return self


def keep(picture: Image.Image, name: str) -> None:
    """存成一张不大的图。"""
    picture.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(FOLDER / f"{name}.png", optimize=True)
    size = (FOLDER / f"{name}.png").stat().st_size
    assert size <= HEAVIEST, f"{name} 有 {size} 字节"
    print(f"{name}.png {size // 1024} kB")


def found(hall: Hall) -> dict[str, Any]:
    """照哪几件。"""
    answer = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v", "0", "-c", ASK],
        cwd=ROOT, env=hall.environment, check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    return dict(json.loads(answer.stdout.splitlines()[-1]))


def take(wanted: list[str]) -> int:
    """照相,返回退出码;wanted 是只照哪几本(citizens、staff、keepers、manual),空着全照。"""
    chromium = ensure_browser()
    if chromium is None:
        print("没有 chromium:apt-get install chromium")
        return 1
    hall = Hall(int(os.environ.get("PORT", "8000")))
    site = hall.environment["PUBLIC_URL"].rstrip("/")
    asked = not wanted or {"citizens", "staff"} & set(wanted)
    known = found(hall) if asked else {}
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=FLAGS)
        for album in (citizens, staff, keepers):
            if not wanted or album.__name__ in wanted:
                album(lambda *who, **more: Visitor(browser, site, *who, **more), known)
        browser.close()
    if not wanted or manual.__name__ in wanted:
        manual(hall.environment)
    return 0


def citizens(come: Callable[..., Visitor], known: dict[str, Any]) -> None:
    """群众看到的。"""
    come().go("/").shoot("home")
    come(width=360).go("/").shoot("home-360")
    come(mode="elder").go("/").shoot("home-elder")
    come().go("/items/?q=家里困难怎么申请补助").shoot("search")
    come().go("/which/").follow("main .cards a").shoot("which")
    come().go("/open/api/").shoot("api")
    come().track(*known["held"]).shoot("track")
    come().track(*known["refused"]).shoot("refused")
    applicant = come().go("/items/orgs-found/").shoot("guide").press("在线办理")
    applicant.fill().press("保存并继续").fill().shoot("apply")
    for _step in range(9):
        if "/check/" not in applicant.page.url:
            applicant.fill().press("保存并继续")
    applicant.shoot("check-answers").follow("main .actions .btn--link").follow("a[href$='/discard/']")
    applicant.follow("main form button")


def staff(come: Callable[..., Visitor], known: dict[str, Any]) -> None:
    """窗口、审查和领导看到的。"""
    come("window.a").go("/desk/").shoot("today").go(f"/desk/cases/{known['case']}/").shoot("case")
    deputy = come("deputy.1").go("/queue/denials/report/").shoot("queue")
    deputy.follow(".waiting__title a").shoot("report")
    come("editor").go("/queue/catalog/guide/").shoot("guides")
    come("deputy.1", width=360).go("/queue/denials/report/").shoot("queue-360")


def keepers(come: Callable[..., Visitor], known: dict[str, Any]) -> None:
    """目录管理员看到的:起草一版,改几处,照完就丢弃。"""
    editor = come("editor").go("/queue/catalog/guide/?q=社会团体成立登记")
    editor.follow("main a[href*='/queue/catalog/guide/'][href*='/change/']").deed("draft")
    draft = urlsplit(editor.page.url).path
    answer = "条例规定要先经业务主管单位审查同意。找不准是哪个部门的，窗口帮您问清楚。"
    editor.go(f"{draft}?edit=1").put({"promised_value": "20", "delivery-0-days": "5", "faq-0-a": answer}, "_save")
    editor.go(draft.replace("/change/", "/form/")).follow(".editor__fields > li:nth-child(3) .editor__field a")
    editor.page.locator("#id_help").fill("照章程草案逐项写，与宗旨一致；写不下的另附一页。")
    editor.page.locator(".preview__marked").wait_for()
    editor.shoot("form-editor").press("保存")
    editor.go(draft).shoot("difference", "#changes").deed("discard")


def manual(environment: dict[str, str]) -> None:
    """工作手册里的一页:一篇办事指南的头一页。要有 pdftoppm(poppler-utils)。"""
    drawer = shutil.which("pdftoppm")
    if drawer is None:
        print("没有 pdftoppm,不照工作手册:apt-get install poppler-utils")
        return
    with tempfile.TemporaryDirectory() as room:
        book = Path(room) / "manual.pdf"
        command = [sys.executable, "manage.py", "make_manual", "--section", "zj-orgs", "--out", str(book)]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
        pages = enumerate(PdfReader(book).pages, 1)
        number = str(next(n for n, page in pages if "常见说法：" in page.extract_text()))
        page = [drawer, "-r", "80", "-png", "-singlefile", "-f", number, str(book), str(Path(room) / "page")]
        subprocess.run(page, check=True)
        keep(Image.open(Path(room) / "page.png"), "manual")


if __name__ == "__main__":
    sys.exit(take(sys.argv[1:]))
