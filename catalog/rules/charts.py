"""条形图的算术：每根条从哪画到哪。画在服务器上，旁边总有同样内容的表。"""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, TOP, BASE = 340, 120, 22, 96
STEP, THICK = 28, 20


@dataclass(frozen=True)
class Bar:
    """一根条：位置、高度、标签、数。"""

    x: int
    y: int
    height: int
    middle: int
    label: str
    value: int


@dataclass(frozen=True)
class Chart:
    """一幅图：题目、单位、各条。"""

    key: str
    title: str
    unit: str
    bars: Sequence[Bar]
    total: int
    width: int = WIDTH
    height: int = HEIGHT
    base: int = BASE


def chart(key: str, title: str, unit: str, values: Sequence[tuple[str, int]]) -> Chart:
    """竖条图：最高的顶到上边；负数(反而增加了)不画条，只标数。"""
    most = max((value for _label, value in values), default=0)
    bars = []
    for at, (label, value) in enumerate(values):
        height = round((BASE - TOP) * value / most) if value > 0 else 0
        bars.append(Bar(at * STEP + 4, BASE - height, height, at * STEP + 4 + THICK // 2, label, value))
    return Chart(key, title, unit, bars, sum(value for _label, value in values))
