"""一件事的导入：一件事一个 JSON 文件；有一处不对就一件也不进，再导一次什么也不变。"""

import datetime
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import transaction

from agencies.models import Unit
from agencies.rules import takes_applications
from catalog.models import Item, JointItem, JointMatter
from catalog.rules.joints import common_audiences
from office.journal import actions as journal

NAMED = ("code", "name", "summary", "lead", "window", "items")
PLAIN = ("name", "summary", "limit_value", "limit_basis", "extension_value", "needs_check", "withdrawn")
OF_ITEM = {"item", "step", "optional", "hint"}


class WrongJoint(Exception):
    """一件事写得不对；faults 逐条说明。"""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("；".join(faults))


def load(*, paths: Iterable[Path], by: Any, at: datetime.datetime) -> list[str]:
    """导入一件事；返回各件做了什么。Raises: WrongJoint。"""
    lines, faults = [], []
    with transaction.atomic():
        for path in sorted(paths):
            try:
                lines += _keep(_read(path), by=by, at=at)
            except WrongJoint as wrong:
                faults += [f"{path.name}：{fault}" for fault in wrong.faults]
        if faults:
            raise WrongJoint(faults)
    return lines


def _read(path: Path) -> dict[str, Any]:
    try:
        data: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise WrongJoint([f"读不出来（{error}）"]) from error
    known = {*NAMED, *PLAIN}
    if not isinstance(data, dict) or set(data) - known or set(NAMED) - set(data):
        raise WrongJoint([f"要有 {'、'.join(NAMED)}，不能有 {'、'.join(sorted(known))} 以外的"])
    if data["code"] != path.stem:
        raise WrongJoint(["code 要与文件名相同"])
    return data


def _keep(data: Mapping[str, Any], *, by: Any, at: datetime.datetime) -> list[str]:
    """新建或改动一件事；没有变就不写。事项的清单整个换掉：已经提交的联办件各自记着自己的事项。"""
    told = {name: data[name] for name in PLAIN if name in data}
    told |= {"lead": _unit(data["lead"]), "window": _unit(data["window"])}
    if not takes_applications(told["window"]):
        raise WrongJoint([f"{told['window']}不直接收件，不能作综合窗口"])
    rows = _items(data["items"])
    matter = JointMatter.objects.filter(code=data["code"]).first() or JointMatter(code=data["code"])
    before = _as_told(matter) if matter.pk else None
    for name, value in told.items():
        setattr(matter, name, value)
    try:
        matter.full_clean(validate_unique=False)
    except ValidationError as error:
        raise WrongJoint([f"{name}：{'；'.join(said)}" for name, said in error.message_dict.items()]) from error
    if before == {**_fields(matter), "items": rows}:
        return []
    matter.save()
    matter.items.all().delete()
    JointItem.objects.bulk_create(
        JointItem(matter=matter, position=number, **{**row, "item": Item.objects.get(code=row["item"])})
        for number, row in enumerate(rows, 1)
    )
    facts = {"items": [row["item"] for row in rows]}
    journal.record("catalog.joint_matter.keep", about=matter, by=by, at=at, facts=facts)
    return [f"{matter.code}：一件事“{matter.name}”已更新，{len(rows)} 个事项"]


def _unit(code: str) -> Unit:
    found = Unit.objects.filter(code=code).select_related("agency").first()
    if found is None:
        raise WrongJoint([f"单位“{code}”不存在"])
    return found


def _items(rows: list[Any]) -> list[dict[str, Any]]:
    """各个事项：都在目录里，步子从一数起不跳空，有人能一次申请全部。"""
    made = []
    for row in rows:
        if not isinstance(row, dict) or "item" not in row or set(row) - OF_ITEM:
            raise WrongJoint([f"事项要写 item，另可以写 {'、'.join(sorted(OF_ITEM - {'item'}))}"])
        made.append({"item": row["item"], "step": row.get("step", 1), "optional": row.get("optional", True),
                     "hint": row.get("hint", "")})  # fmt: skip
    try:
        items = [Item.objects.get(code=row["item"]) for row in made]
    except ObjectDoesNotExist as error:
        raise WrongJoint(["有的事项不在目录里"]) from error
    steps = sorted({row["step"] for row in made})
    faults = ["一件事至少两个事项"] if len(made) < 2 else []
    if steps != list(range(1, len(steps) + 1)):
        faults.append("第几步要从 1 数起，不跳空")
    if any(item.audiences for item in items) and not common_audiences(items):
        faults.append("这几个事项没有共同的服务对象，不能由一个人一次申请")
    if faults:
        raise WrongJoint(faults)
    return made


def _fields(matter: JointMatter) -> dict[str, Any]:
    return {name: getattr(matter, name) for name in PLAIN} | {"lead": matter.lead_id, "window": matter.window_id}


def _as_told(matter: JointMatter) -> dict[str, Any]:
    rows = matter.items.select_related("item").order_by("position")
    items = [{"item": r.item.code, "step": r.step, "optional": r.optional, "hint": r.hint} for r in rows]
    return {**_fields(matter), "items": items}
