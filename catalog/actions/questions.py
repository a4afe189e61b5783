"""对号入座的维护：题目写得对才收。"""

import datetime
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from catalog.actions import finding
from catalog.models import Item, QuestionSet
from catalog.rules import questions as rules
from catalog.states import Theme
from office.journal import actions as journal
from office.journal.models import Entry

FIELDS = ("title", "theme", "position", "body", "retired")


class WrongQuestions(Exception):
    """题目写得不对；faults 逐条说明。"""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("；".join(faults))


def open_codes(at: datetime.datetime) -> set[str]:
    """题目可以指到的事项：公开的、现在有指南在用的。"""
    offered = Item.objects.open_to_citizens().published_on(timezone.localdate(at))
    return set(offered.values_list("code", flat=True))


def keep(*, key: str, told: Mapping[str, Any], by: Any, at: datetime.datetime) -> bool:
    """维护对号入座：新建或者改动一组题；没有变就不写，返回变了没有。停用的不再核对去处。

    Raises: PermissionDenied、WrongQuestions。
    """
    if not finding.may_keep(by):
        raise PermissionDenied("您没有维护事项目录的权限。")
    found = rules.faults(told["body"], open_codes(at)) if not told.get("retired") else []
    if found:
        raise WrongQuestions(found)
    with transaction.atomic():
        kept = QuestionSet.objects.select_for_update(no_key=True).filter(key=key).first() or QuestionSet(key=key)
        before = {name: getattr(kept, name) for name in FIELDS} if kept.pk else {}
        after = {name: told.get(name, getattr(kept, name)) for name in FIELDS}
        if before == after:
            return False
        for name, value in after.items():
            setattr(kept, name, value)
        kept.save()
        changed = [name for name in FIELDS if before.get(name) != after[name]]
        journal.record("catalog.questions.keep", about=kept, by=by, at=at, facts={"changed": changed, **after})
    return True


def load(*, paths: Iterable[Path], by: Any, at: datetime.datetime) -> list[str]:
    """导入题目：一组一个 JSON 文件；有一处不对就一组也不进，人改过的不覆盖。返回各组做了什么。

    Raises: WrongQuestions。
    """
    lines, found = [], []
    with transaction.atomic():
        for position, path in enumerate(sorted(paths), 1):
            try:
                key, told = _read(path)
                if editor := _edited_by(key):
                    lines.append(f"{key}：{editor}改过，没有覆盖")
                elif keep(key=key, told={"position": position, **told}, by=by, at=at):
                    lines.append(f"{key}：题目“{told['title']}”已更新")
            except WrongQuestions as wrong:
                found += [f"{path.name}：{fault}" for fault in wrong.faults]
        if found:
            raise WrongQuestions(found)
    return lines


def _edited_by(key: str) -> str:
    """最后改这组题的人；系统导入的、还没有的是空串。"""
    kept = QuestionSet.objects.filter(key=key).first()
    line = Entry.objects.about(kept).select_related("by").last() if kept else None
    return "" if line is None or line.by.is_system else line.by_name


def _read(path: Path) -> tuple[str, dict[str, Any]]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise WrongQuestions([f"读不出来（{error}）"]) from error
    if not isinstance(data, dict) or set(data) != {"key", "title", "theme", *rules.BODY}:
        raise WrongQuestions([f"要有且只有 key、title、theme、{'、'.join(sorted(rules.BODY))}"])
    if data["key"] != path.stem or data["theme"] not in Theme.values or not data["title"]:
        raise WrongQuestions(["key 要与文件名相同，theme 要是主题分类的代码，title 要有"])
    body = {name: data[name] for name in ("start", "questions", "exits")}
    return data["key"], {"title": data["title"], "theme": data["theme"], "body": body}
