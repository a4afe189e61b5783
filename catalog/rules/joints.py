"""一件事的算术：各个事项的材料并成一份清单，同一样的只交一次。"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from catalog.states import Requirement, Source


@dataclass(frozen=True)
class Shared:
    """合起来的一份材料：first 是第一个要它的事项里的那一行，rows 是每个事项里的那一行。"""

    first: Any
    rows: list[Any] = field(default_factory=list)

    @property
    def is_shared(self) -> bool:
        return len(self.rows) > 1

    @property
    def is_provided_by_us(self) -> bool:
        """每一处都由我们自己核验的，才免交。"""
        return all(row.source == Source.SHARED for row in self.rows)

    @property
    def is_required(self) -> bool:
        """有一个事项必须要，就必须交。"""
        return any(row.requirement == Requirement.REQUIRED for row in self.rows)


def together(materials: Iterable[Any]) -> list[Shared]:
    """合成一份清单，次序照先出现的；名称一字不差的是同一样，申请书各是各的，不会同名。"""
    found: dict[str, Shared] = {}
    for material in materials:
        found.setdefault(material.name, Shared(material)).rows.append(material)
    return list(found.values())


def common_audiences(items: Iterable[Any]) -> list[str]:
    """谁可以一次申请这几个事项：每个事项都对他开放的。没有写服务对象的事项谁都可以。"""
    told = [item.audiences for item in items if item.audiences]
    return [one for one in told[0] if all(one in rest for rest in told)] if told else []
