"""不予受理的几种(行政许可法第三十二条第一款)：各有各的告知，哪一种要写明。

材料不齐的不在内：那是一次性告知补正(第四项)。不符合实体条件的也不在内：受理以后再作决定，除非法律明文规定不予受理。
"""

import re
from dataclasses import dataclass
from typing import Any

from approvals.states import NotAccepting
from catalog.states import ItemKind

# 行政许可事项另引哪一项；别的事项只引指南里的条文
ARTICLES = {
    NotAccepting.NOT_NEEDED: "行政许可法第三十二条第一款第一项",
    NotAccepting.NOT_OURS: "行政许可法第三十二条第一款第二项",
}
COMPETENT = {
    "competent": "应当去哪个机关",
    "competent_address": "那个机关的地址",
    "competent_phone": "那个机关的电话",
}


@dataclass(frozen=True)
class Why:
    """为什么不予受理；不归本机关的，写明归谁、在哪里、电话。"""

    kind: str = ""
    competent: str = ""
    competent_address: str = ""
    competent_phone: str = ""

    def missing(self) -> list[str]:
        """还没有写的：种类要有；不归本机关的，去哪里要写全。"""
        if self.kind not in NotAccepting.values:
            return ["不予受理的种类"]
        place = COMPETENT.items() if self.kind == NotAccepting.NOT_OURS else ()
        return [label for name, label in place if not getattr(self, name).strip()]

    def stored(self) -> dict[str, str]:
        """存下来的几栏：只有不归本机关的，才留那个机关。"""
        away = self.kind == NotAccepting.NOT_OURS
        return {"not_accepting": self.kind} | {name: getattr(self, name).strip() if away else "" for name in COMPETENT}


def why_of(row: Any) -> Why:
    """依据、报告上存着的那一种。"""
    return Why(row.not_accepting, row.competent, row.competent_address, row.competent_phone)


def told(row: Any, item: Any) -> dict[str, str]:
    """决定书、告知书上写的：哪一种、依哪一项、归谁；受理以后的“不”没有。条文依据里已经写着的不另引。"""
    if not row.not_accepting:
        return {}
    licence = item.kind == ItemKind.LICENCE
    law = ARTICLES.get(row.not_accepting, "") if licence else ""
    if law in re.sub("[《》]|中华人民共和国", "", row.basis_text):
        law = ""
    act = "告知" if row.not_accepting == NotAccepting.NOT_NEEDED else ""
    needs = "取得行政许可" if licence else "申请办理"
    return {"why": row.not_accepting, "law": law, "act": act, "needs": needs} | {
        name: getattr(row, name) for name in COMPETENT
    }
