"""画：流程图和二维码，都是服务器上画好的 SVG，旁边总有同样内容的文字。"""

import io
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import segno
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from catalog.states import Stage

LINE, PAD, GAP, FONT = 22, 12, 26, 15
BOX_LEFT, BOX_WIDTH, WIDTH = 64, 276, 340


@dataclass(frozen=True)
class Box:
    """一步：框的位置、几行字。"""

    y: int
    height: int
    lines: list[tuple[int, str, str]]  # 纵坐标、文字、样式


@dataclass(frozen=True)
class Band:
    """一个环节：左边一条，写着受理、审查或办结。"""

    y: int
    height: int
    name: str


def flow(steps: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """把流程步骤排成一列：每步一个框，框之间有箭头，左边标环节。"""
    boxes: list[Box] = []
    spans: dict[str, tuple[int, int]] = {}
    y = 1
    for step in steps:
        rows = [(text, "name") for text in wrap(step["name"], 15)]
        rows += [(text, "note") for text in wrap(f"{step['who']} · {step['time']}", 17)]
        height = 2 * PAD + LINE * len(rows)
        lines = [(y + PAD + LINE * n + 16, text, style) for n, (text, style) in enumerate(rows)]
        boxes.append(Box(y, height, lines))
        first, _last = spans.get(step["stage"], (y, 0))
        spans[step["stage"]] = (first, y + height)
        y += height + GAP
    bands = [Band(top, bottom - top, str(Stage(stage).label)) for stage, (top, bottom) in spans.items()]
    arrows = [box.y + box.height for box in boxes[:-1]]
    return {"boxes": boxes, "bands": bands, "arrows": arrows, "width": WIDTH, "height": max(y - GAP + 1, 1)}


def flow_words(steps: Iterable[Mapping[str, Any]]) -> str:
    """流程图说成一段话。"""
    said = [f"{Stage(step['stage']).label}：{step['name']}（{step['who']}，{step['time']}）" for step in steps]
    return "；".join(said) + "。"


def wrap(text: str, limit: int) -> list[str]:
    """按汉字个数折行；半角字符算半个。"""
    lines, line, used = [], "", 0.0
    for character in text:
        size = 1.0 if unicodedata.east_asian_width(character) in "WFA" else 0.55
        if used + size > limit and character not in "，。；、）":
            lines.append(line)
            line, used = "", 0.0
        line += character
        used += size
    return [*lines, line] if line else lines


def qr(url: str) -> SafeString:
    """网址的二维码。"""
    return _qr(url, _("这一页的二维码"))


@lru_cache(maxsize=512)
def _qr(url: str, title: str) -> SafeString:
    """segno 画出来的只有图形，没有外来内容；画一次要十毫秒，所以记着。"""
    picture = io.BytesIO()
    made = segno.make(url, error="m", micro=False)
    made.save(
        picture, kind="svg", border=2, xmldecl=False, svgns=True, omitsize=True, light="#fff", dark="#000",
        title=title, svgclass="qr", lineclass=None,
    )  # fmt: skip
    return mark_safe(picture.getvalue().decode())  # noqa: S308 内容是自己画的
