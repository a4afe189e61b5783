"""对号入座的维护：题目写得对才收。"""

import datetime
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from catalog.actions import finding
from catalog.models import Item, QuestionSet
from catalog.rules import questions as rules
from catalog.rules.questions_editing import STARTER
from catalog.states import Theme
from office.journal import actions as journal
from office.journal.models import Entry
from office.steps import NotNow

MADE = ("catalog.questions.begin", "catalog.questions.keep")  # 群众看到的一份由这两样动作而来
FIELDS = ("title", "theme", "position", "body", "retired")
Change = Callable[[Mapping[str, Any]], Mapping[str, Any]]
Seen = Callable[[Mapping[str, Any]], None]  # 不是看过的那一份，就抛错


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
    _refuse_others(by)
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


# 一题一题地改 -------------------------------------------------------------------


def begin(*, key: str, told: Mapping[str, Any], by: Any, at: datetime.datetime) -> QuestionSet:
    """新起一组题：先不对外，改好了再公布。told 是名称、主题、顺序。Raises: PermissionDenied。"""
    _refuse_others(by)
    with transaction.atomic():
        made: QuestionSet = QuestionSet.objects.create(key=key, **told, body=STARTER, draft=STARTER, retired=True)
        journal.record("catalog.questions.begin", about=made, by=by, at=at, facts={"key": key, **told})
    return made


def describe(*, questions: QuestionSet, told: Mapping[str, Any], by: Any, at: datetime.datetime) -> bool:
    """改名称、主题、顺序、停用；题目另改。启用的要核对去处。Raises: PermissionDenied、WrongQuestions。"""
    with transaction.atomic():
        kept = QuestionSet.objects.select_for_update(no_key=True).get(pk=questions.pk)
        return keep(key=kept.key, told={**told, "body": kept.body}, by=by, at=at)


def revise(*, questions: QuestionSet, change: Change, what: str, by: Any, at: datetime.datetime) -> QuestionSet:
    """改一处：改的是没有公布的一份，群众看到的不动；what 记进日志。

    Raises: PermissionDenied；editing.Gone(要改的已经不在)。
    """
    _refuse_others(by)
    with transaction.atomic():
        kept: QuestionSet = QuestionSet.objects.select_for_update(no_key=True).get(pk=questions.pk)
        new = dict(change(kept.working))
        if new != kept.working:
            kept.draft = None if new == kept.body else new
            kept.save(update_fields=["draft"])
            journal.record("catalog.questions.revise", about=kept, by=by, at=at, facts={"what": what})
    return kept


def publish(*, questions: QuestionSet, by: Any, at: datetime.datetime, seen: Seen | None = None) -> None:
    """公布改动：写得对才公布，停用的同时启用。seen 锁住以后核对要公布的这一份。

    Raises: PermissionDenied、WrongQuestions、NotNow(没有改动)。
    """
    _refuse_others(by)
    with transaction.atomic():
        kept = QuestionSet.objects.select_for_update(no_key=True).get(pk=questions.pk)
        if kept.draft is None:
            raise NotNow("没有要公布的改动。")
        if seen:
            seen(kept.draft)
        told = {name: getattr(kept, name) for name in FIELDS}
        keep(key=kept.key, told={**told, "body": kept.draft, "retired": False}, by=by, at=at)
        QuestionSet.objects.filter(pk=kept.pk).update(draft=None)


def discard(*, questions: QuestionSet, by: Any, at: datetime.datetime, seen: Seen | None = None) -> None:
    """丢弃没有公布的改动；seen 锁住以后核对要丢弃的这一份。Raises: PermissionDenied、NotNow(没有改动)。"""
    _refuse_others(by)
    with transaction.atomic():
        kept = QuestionSet.objects.select_for_update(no_key=True).get(pk=questions.pk)
        if kept.draft is None:
            raise NotNow("没有要丢弃的改动。")
        if seen:
            seen(kept.draft)
        kept.draft = None
        kept.save(update_fields=["draft"])
        journal.record("catalog.questions.discard", about=kept, by=by, at=at)


def _refuse_others(by: Any) -> None:
    if not finding.may_keep(by):
        raise PermissionDenied("您没有维护事项目录的权限。")


def uncovered(questions: QuestionSet, *, at: datetime.datetime) -> list[str]:
    """同一个主项下面，问不到的子项：这一组、别的各组都没有通到它的选项。不拦公布，提醒编辑。"""
    reached = set(rules.item_codes(questions.working))
    for other in QuestionSet.objects.in_use().exclude(pk=questions.pk):
        reached |= set(rules.item_codes(other.body))
    here = Item.objects.filter(code__in=rules.item_codes(questions.working), parent__isnull=False)
    left = Item.objects.open_to_citizens().published_on(timezone.localdate(at)).exclude(code__in=reached)
    return list(left.filter(parent__in=here.values("parent")).order_by("name").values_list("name", flat=True))


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
    """改这组题的人：有没有公布的改动，是最后动手的；没有，是最后公布的。系统导入的、还没有的是空串。"""
    kept = QuestionSet.objects.filter(key=key).first()
    if kept is None:
        return ""
    lines = Entry.objects.about(kept).select_related("by")
    if kept.draft is None:
        lines = lines.filter(verb__in=MADE)
    line = lines.last()
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
