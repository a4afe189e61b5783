"""文书的情形：同是许可，变更、延续、注销各有各的决定书和条文；哪一种写在事项上(Item.situation)。"""

import re
from typing import Any

from catalog.states import ItemKind, Situation

# 情形 → 准予、不予各依行政许可法哪一条
LICENCE_LAW = {
    Situation.ORDINARY: ("第三十八条第一款", "第三十八条第二款"),
    Situation.CHANGE: ("第四十九条", "第四十九条"),
    Situation.RENEWAL: ("第五十条第二款", "第五十条第二款"),
    Situation.CANCELLATION: ("第七十条", "第七十条"),
}
# 不予确认的，三个工作日以内告诉本人：只有这两个办法写着
SUBSISTENCE = "最低生活保障审核确认办法（民发〔2021〕57号）：不予确认的三个工作日内书面告知"
TOLD_IN_THREE = {
    Situation.SUBSISTENCE: SUBSISTENCE,
    Situation.ADJUSTMENT: SUBSISTENCE,
    Situation.DESTITUTE: "特困人员认定办法（民发〔2021〕43号）：不予认定的三个工作日内书面告知",
}


def law(case: Any, *, refused: bool, basis: str) -> str:
    """决定书另依行政许可法哪一条；不是许可的、依据里已经写着的，没有。"""
    if case.item.kind != ItemKind.LICENCE:
        return ""
    article = f"行政许可法{LICENCE_LAW[Situation(case.item.situation)][refused]}"
    return "" if article in re.sub("[《》]|中华人民共和国", "", basis) else article


def told_in_three(case: Any) -> str:
    """说“不”以后三个工作日以内要告知的，依据是什么；别的是空串。"""
    return TOLD_IN_THREE.get(case.item.situation, "")


def adjusts(case: Any) -> bool:
    """决定时要选定增发、不变、减发还是停发的。"""
    return bool(case.item.situation == Situation.ADJUSTMENT)
