"""在真正的浏览器里走:谁,到哪一页,填什么,按什么。控件都用页面上看得见的字去找,和人一样。"""

import io
import os
import time

import pypdf
from django.urls import reverse
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import Browser, Locator, Page

from agencies.models import User

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
PASSWORD = "demo-hall-2026"
PLAIN = {"width": 360, "java_script_enabled": False}  # 手机宽,一行脚本也不跑
PHOTO = {"name": "照片.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n" + b"0" * 60}
# 页面上任何一次违反内容安全策略,都说到控制台上来。
WATCH = """document.addEventListener("securitypolicyviolation", (event) =>
    console.error(`CSP ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`))"""


def launch(play) -> Browser:
    return play.chromium.launch(executable_path=os.environ["CHROMIUM"], args=FLAGS)


class Walker:
    """一个人和他自己的浏览器窗口。"""

    def __init__(self, browser: Browser, site: str, *, width: int = 1280, **options) -> None:
        self.site, self.said = site, []
        self.context = browser.new_context(
            viewport={"width": width, "height": 900}, service_workers="block", locale="zh-CN", **options
        )
        self.context.add_init_script(WATCH)
        self.page: Page = self.context.new_page()
        self.page.on("console", lambda message: self._heard(message.type, message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))

    def _heard(self, kind: str, text: str) -> None:
        if kind == "error" and "status of 4" not in text:
            self.said.append(text)

    # 去 ---------------------------------------------------------------

    def go(self, name: str, *args) -> int:
        """直接打开一个网址,返回状态码。"""
        return self.open(reverse(name, args=args))

    def open(self, path: str) -> int:
        return self.page.goto(self.site + path).status

    def follow(self, text: str) -> None:
        """点一个链接。"""
        self._land(self.page.get_by_role("link", name=text).first)

    def press(self, text: str, *, within: str = "") -> None:
        """按一个按钮(提交);within 是所在的区域。"""
        place = self.page.locator(within) if within else self.page
        self._land(place.get_by_role("button", name=text, exact=True).first)

    def _land(self, target: Locator) -> None:
        with self.page.expect_navigation():
            target.click()

    # 填 ---------------------------------------------------------------

    def fill(self, told: dict[str, str], *, within: str = "") -> None:
        for label, text in told.items():
            self.control(label, within).fill(text)

    def choose(self, *labels: str, within: str = "") -> None:
        """选一个单选、勾一个复选。"""
        for label in labels:
            self.control(label, within).check()

    def attach(self, label: str, file: dict = PHOTO) -> None:
        self.control(label).set_input_files(file)

    def control(self, label: str, within: str = "") -> Locator:
        """标签上写着这些字的那一格。"""
        boxes = self.page.locator("input, textarea, select")
        return self.page.locator(within or "body").get_by_label(label).and_(boxes).first

    # 看 ---------------------------------------------------------------

    def reads(self, where: str = "body") -> str:
        return self.page.locator(where).first.inner_text()

    def sees(self, *words: str) -> None:
        """页面上读得到这些话(收起来的不算)。"""
        text = "".join(self.reads().split())
        missing = [word for word in words if "".join(word.split()) not in text]
        assert not missing, f"{self.page.url} 上没有 {missing}:\n{self.reads()}"

    def does_not_see(self, *words: str) -> None:
        text = "".join(self.reads().split())
        present = [word for word in words if "".join(word.split()) in text]
        assert not present, f"{self.page.url} 上有 {present}"

    def offers(self, text: str) -> bool:
        """有没有这个按得动的按钮或链接。"""
        found = self.page.get_by_role("button", name=text, exact=True)
        link = self.page.get_by_role("link", name=text, exact=True)
        return any(one.is_enabled() for one in found.all()) or link.count() > 0

    def download(self, text: str) -> str:
        """点链接下载一份 PDF,返回里面的字。"""
        with self.page.expect_download() as arriving:
            self.page.get_by_role("link", name=text).first.click()
        with open(arriving.value.path(), "rb") as file:
            return words_of(file.read())

    # 进门 -------------------------------------------------------------

    def sign_in(self, user: User) -> "Walker":
        """在登录页输用户名、密码;要动态口令的,再输此刻的口令。"""
        self.go("hall:login")
        self.fill({"用户名": user.username, "密码": PASSWORD})
        self.press("登录", within="main")
        if self.page.url.endswith(reverse("hall:second-factor")):
            self.fill({"动态口令": token(user)})
            self.press("进入")
        assert "/login/" not in self.page.url, self.reads("main")
        return self


def token(user: User) -> str:
    """手机上此刻的六位口令。"""
    device = TOTPDevice.objects.get(user=user)
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
    totp.time = time.time()
    return str(totp.token()).zfill(device.digits)


def words_of(pdf: bytes) -> str:
    assert pdf.startswith(b"%PDF"), pdf[:40]
    return "".join("".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
