"""一个对象名下挂着哪些表：归集照着取，销毁照着清。走的是模型自己说的关系，以后添的表不会漏。"""

from typing import Any


def belongings(root: Any, *, but: tuple[Any, ...] = ()) -> dict[Any, str]:
    """root 名下的各张表 → 从那张表的一行找到 root 的路(筛选用)。最近的路算数，一样近的按字母；but 及其名下的不算。

    多对多不算：汇总表上有这一件，汇总表却不是这一件的。
    """
    found: dict[Any, str] = {}
    ring = {root: ""}
    while ring:
        near: dict[Any, str] = {}
        for model, path in ring.items():
            for child, name in _children(model):
                way = f"{name}__{path}" if path else name
                if child is not root and child not in but and child not in found:
                    near[child] = min(way, near.get(child, way))
        found |= near
        ring = near
    return found


def _children(model: Any) -> list[tuple[Any, str]]:
    """直接指着它的各张表和那一栏。"""
    relations = [one for one in model._meta.get_fields(include_hidden=True) if one.auto_created and not one.concrete]
    return [
        (one.related_model, one.field.name)
        for one in relations
        if (one.one_to_many or one.one_to_one) and not one.related_model._meta.auto_created
    ]
