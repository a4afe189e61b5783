"""一份材料实际收到的样子：几份原件、几份复印件，还是电子件，怎样交来的。"""

from dataclasses import dataclass, replace
from typing import Any

from approvals.states import Channel, MaterialForm, MaterialWay

AGAIN = "再用以前交的"
SHARED = "由部门共享获取"


@dataclass(frozen=True)
class Brought:
    """交来的一份：两样都是零的，是电子件。"""

    originals: int = 0
    copies: int = 0
    way: str = MaterialWay.WINDOW

    @property
    def form(self) -> str:
        """不是这次交来的（再用、共享），说不上形式。"""
        if self.way in (MaterialWay.AGAIN, MaterialWay.SHARED):
            return ""
        if self.originals:
            return MaterialForm.ORIGINAL.value
        return MaterialForm.COPY.value if self.copies else MaterialForm.ELECTRONIC.value


def as_asked(material: Any) -> Brought:
    """照指南要的份数，在窗口交来。"""
    return Brought(material.originals, material.copies)


def as_sent(told: Brought, channel: str) -> Brought:
    """寄来、传来的一份实际收到的样子：传真来的都是复印件，电子邮件来的是电子件。"""
    if channel == Channel.FAX:
        return Brought(0, told.originals + told.copies, MaterialWay.FAX)
    if channel == Channel.EMAIL:
        return Brought(0, 0, MaterialWay.EMAIL)
    return replace(told, way=MaterialWay.POST) if channel == Channel.POST else told


def words(row: Any) -> str:
    """写在凭证上的：原件1份、复印件2份；电子件；早先没有登记的写明没有。"""
    if row.way == MaterialWay.AGAIN:
        return AGAIN
    if row.way == MaterialWay.SHARED:
        return SHARED
    if row.form == MaterialForm.ELECTRONIC:
        return str(MaterialForm.ELECTRONIC.label)
    counted = [(MaterialForm.ORIGINAL.label, row.originals), (MaterialForm.COPY.label, row.copies)]
    return "、".join(f"{name}{count}份" for name, count in counted if count) or "收到时没有登记份数"
