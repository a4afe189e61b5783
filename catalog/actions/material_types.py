"""材料种类：从文件照抄，哪些名称是同一种、多久内可以再用。"""

import datetime
import json
from pathlib import Path
from typing import Any

from django.db import transaction

from catalog.models import MaterialType
from office.journal import actions as journal


class WrongTypes(Exception):
    """材料种类的文件不对；str() 是给人看的一句中文。"""


def load(*, path: Path, by: Any, at: datetime.datetime) -> int:
    """导入材料种类：一行一种，照文件改，没有变的不动。返回改了几种。Raises: WrongTypes（一种也没有改）。"""
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        told = {row["code"]: {name: row[name] for name in ("name", "names", "months", "basis")} for row in rows}
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise WrongTypes(f"{path.name} 读不出来（{error}）") from error
    names = [name for row in told.values() for name in row["names"]]
    if len(names) != len(set(names)):
        raise WrongTypes(f"{path.name}：同一个名称写在两种材料里。")
    changed = 0
    with transaction.atomic():
        for code, row in told.items():
            known = MaterialType.objects.filter(code=code).first()
            if known and all(getattr(known, name) == value for name, value in row.items()):
                continue
            made, _new = MaterialType.objects.update_or_create(code=code, defaults=row)
            journal.record("catalog.materialtype.load", about=made, by=by, at=at, facts=row)
            changed += 1
    return changed
