"""只有一双手、一把扫码枪的人：按键、敲字、扫码，鼠标一次也不碰；数按了多少下，等了多久。"""

import time

from tests.journeys.walking import Walker, token

PER_SECOND = 3  # 一个人一秒大约按三下
# 光标在哪里、看不看得见：看得见是画出了轮廓（单选、勾选画在标签上，整行的链接画在 ::after 上），而且在屏幕里。
FOCUS = """() => {
    const on = document.activeElement, label = on.labels && on.labels[0];
    const drawn = (one, part) => one && getComputedStyle(one, part).outlineStyle !== "none";
    const box = (label && drawn(label, "::before") ? label : on).getBoundingClientRect();
    return {
        name: on.name || on.id || on.tagName, text: (on.textContent || "").trim().slice(0, 40),
        drawn: drawn(on) || drawn(on, "::after") || drawn(label, "::before"),
        inside: box.bottom > 0 && box.top < innerHeight && box.width > 0,
    };
}"""


class Hands:
    """一个人的键盘。数的是他自己按的；扫码枪、读卡器敲的不算他的。"""

    def __init__(self, walker: Walker) -> None:
        self.walker, self.page, self.keyboard = walker, walker.page, walker.page.keyboard
        self.pressed, self.waited = 0, 0.0
        self.raw = walker.context.new_cdp_session(walker.page)

    # 按 ---------------------------------------------------------------

    def press(self, *keys: str) -> None:
        for key in keys:
            self.keyboard.press(key)
        self.pressed += len(keys)

    def type(self, text: str) -> None:
        """敲字：汉字用拼音打，一个字算三下。"""
        self.keyboard.type(text)
        self.pressed += sum(1 if letter.isascii() else 3 for letter in text)

    def go(self, *keys: str) -> None:
        """按了就翻页。"""
        *before, last = keys
        self.press(*before)
        self._turn(lambda: self.press(last))

    def scan(self, code: str) -> None:
        """扫码枪、读卡器：一口气敲完，自带回车。"""

        def wedge() -> None:
            self.keyboard.type(code)
            self.keyboard.press("Enter")

        self._turn(wedge)

    def _turn(self, act) -> None:
        """翻页，画出来为止：光标是画的时候才对准的。"""
        begun = time.monotonic()
        with self.page.expect_navigation():
            act()
        self.page.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))")
        self.waited += time.monotonic() - begun

    def key(self, letter: str) -> None:
        """直达键，按了就翻页。"""
        self._turn(lambda: self.alt(letter))

    def alt(self, letter: str) -> None:
        """Alt + 字母。playwright 按 Alt 时不带字母的原文，浏览器认不出直达键，所以照真键盘那样发。"""
        key = {"key": letter, "code": f"Key{letter.upper()}", "windowsVirtualKeyCode": ord(letter.upper())}
        self.raw.send("Input.dispatchKeyEvent", {"type": "keyDown", "modifiers": 1, "unmodifiedText": letter, **key})
        self.raw.send("Input.dispatchKeyEvent", {"type": "keyUp", "modifiers": 1, **key})
        self.pressed += 1

    def reach(self, name: str, most: int = 12) -> None:
        """一下一下按 Tab，走到名字是 name 的格子或写着 name 的按钮。"""
        for _ in range(most):
            at = self.page.evaluate(FOCUS)
            if name in (at["name"], at["text"]):
                return
            self.press("Tab")
        raise AssertionError(f"按了 {most} 下 Tab 还没有走到 {name}，现在在 {self.page.evaluate(FOCUS)}")

    # 看 ---------------------------------------------------------------

    def at(self, *names: str) -> "Hands":
        """光标就在这里，看得见。"""
        on = self.page.evaluate(FOCUS)
        assert on["name"] in names or on["text"] in names, f"{self.page.url} 的光标在 {on}，不在 {names}"
        assert on["drawn"] and on["inside"], f"{self.page.url} 的光标看不见：{on}"
        return self

    def sees(self, *words: str) -> "Hands":
        self.walker.sees(*words)
        return self

    def seconds(self) -> float:
        return self.pressed / PER_SECOND + self.waited

    def said(self, what: str) -> str:
        return f"{what}：按键 {self.pressed} 下，等页面 {self.waited:.1f} 秒，合 {self.seconds():.0f} 秒"


def sign_in(walker: Walker, user, password: str) -> Hands:
    """登录也只用键盘；要动态口令的，再输此刻的口令。"""
    hands = Hands(walker)
    walker.go("hall:login")
    hands.at("username").type(user.username)
    hands.press("Tab")
    hands.type(password)
    hands.go("Enter")
    if user.is_staff:
        hands.at("token").type(token(user))
        hands.go("Enter")
    hands.pressed, hands.waited = 0, 0.0
    return hands
