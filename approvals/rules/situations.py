"""文书的情形：同是许可，变更、延续、注销各有各的决定书和条文；从事项名称认出来，与特别程序、证照一样。"""

import re
from typing import Any

from catalog.states import ItemKind, Theme

CHANGE, RENEWAL, CANCELLATION, FILING, RELIEF = "change", "renewal", "cancellation", "filing", "relief"
ADJUSTMENT = "adjustment"  # 在领的救助，情况变了：增发、减发、停发
LESS = re.compile("减发|调减|减少|停发|停止|终止|取消|降低")
LICENCES = ((CANCELLATION, "注销"), (RENEWAL, "延续|有效期届满|到期换"), (CHANGE, "变更"))
# 情形 → 准予、不予各依行政许可法哪一条
LICENCE_LAW = {
    "": ("第三十八条第一款", "第三十八条第二款"),
    CHANGE: ("第四十九条", "第四十九条"),
    RENEWAL: ("第五十条第二款", "第五十条第二款"),
    CANCELLATION: ("第七十条", "第七十条"),
}
# 不予确认的，三个工作日以内告诉本人：只有这两个办法写着
TOLD_IN_THREE = {
    "最低生活保障": "最低生活保障审核确认办法（民发〔2021〕57号）：不予确认的三个工作日内书面告知",
    "特困人员": "特困人员认定办法（民发〔2021〕43号）：不予认定的三个工作日内书面告知",
}


def situation(case: Any) -> str:
    """哪一种情形；没有另外说法的是空串。"""
    item, name = case.item, case.guide.name or case.item.name
    if item.kind == ItemKind.LICENCE:
        return next((found for found, words in LICENCES if re.search(words, name)), "")
    if item.theme == Theme.RELIEF and item.kind in (ItemKind.BENEFIT, ItemKind.CONFIRMATION):
        return ADJUSTMENT if "调整" in case.guide.result_name else RELIEF
    return FILING if item.kind == ItemKind.OTHER and "备案" in name else ""


def law(case: Any, *, refused: bool, basis: str) -> str:
    """决定书另依行政许可法哪一条；不是许可的、依据里已经写着的，没有。"""
    if case.item.kind != ItemKind.LICENCE:
        return ""
    article = f"行政许可法{LICENCE_LAW[situation(case)][refused]}"
    return "" if article in re.sub("[《》]|中华人民共和国", "", basis) else article


def told_in_three(case: Any) -> str:
    """说“不”以后三个工作日以内要告知的，依据是什么；别的是空串。"""
    name = case.guide.name or case.item.name
    return next((basis for words, basis in TOLD_IN_THREE.items() if name.startswith(words)), "")


def takes_away(case: Any, decision: str) -> bool:
    """调整决定是不是减发、停发：决定以前要听取本人的意见(社会救助法第四十八条)，决定书要写复议、诉讼。"""
    return situation(case) == ADJUSTMENT and bool(LESS.search(decision))
