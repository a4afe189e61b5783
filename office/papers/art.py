"""文书上的图:核验二维码和示范印章,都是我们自己画的 SVG。"""

import io
import math

import segno

from office.papers.fonts import outline

RED = "#d9001b"
_FIVE_POINTS = [(math.sin(math.pi * k * 4 / 5), -math.cos(math.pi * k * 4 / 5)) for k in range(5)]


def qr(url: str) -> bytes:
    """核验地址的二维码,纠错 M 级。"""
    picture = io.BytesIO()
    segno.make(url, error="m", micro=False).save(
        picture, kind="svg", border=0, xmldecl=False, svgns=True, omitsize=True
    )
    return picture.getvalue()


def seal(ring: str, bottom: str = "") -> bytes:
    """圆形示范印章,直径 42 毫米:环排单位名称,中央五角星,下方印章用途与“示范”(国发〔1999〕25号)。"""
    star = " ".join(f"{x * 5.6:.2f},{y * 5.6:.2f}" for x, y in _FIVE_POINTS)
    marks = [_ring(ring), _row(bottom, 12.6, 2.9) if bottom else "", _row("示范", 17.4, 3)]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-21 -21 42 42">'
        f'<circle r="20.2" fill="none" stroke="{RED}" stroke-width="1.2"/>'
        f'<polygon points="{star}" fill="{RED}"/>'
        f'<g fill="{RED}" stroke="{RED}" stroke-width="18">{"".join(marks)}</g></svg>'
    ).encode()


def _ring(text: str) -> str:
    """沿圆环排字,上方居中,字头朝外;字越多字距越密。"""
    size = min(5.2, 62 / max(len(text), 1))
    step = min(0.42, 4.1 / max(len(text), 1))
    angles = [(i - (len(text) - 1) / 2) * step for i in range(len(text))]
    return "".join(
        _glyph(character, 14.2 * math.sin(a), -14.2 * math.cos(a), size, math.degrees(a))
        for character, a in zip(text, angles, strict=True)
    )


def _row(text: str, y: float, size: float) -> str:
    return "".join(
        _glyph(character, (i - (len(text) - 1) / 2) * size * 1.05, y, size, 0) for i, character in enumerate(text)
    )


def _glyph(character: str, x: float, y: float, size: float, turn: float) -> str:
    """把一个字放在以 (x, y) 为字底中点的位置,转 turn 度。"""
    scale = size / 1000
    return (
        f'<path d="{outline(character)}" transform="translate({x:.2f} {y:.2f}) rotate({turn:.2f})'
        f' scale({scale:.5f} {-scale:.5f}) translate(-500 0)"/>'
    )
