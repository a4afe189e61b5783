"""一版指南的页面上要的东西：到了哪一步、能做什么、与上一版差在哪里、谁做过什么、各版本。"""

import datetime
from collections.abc import Iterable
from typing import Any

from django import forms

from catalog import rules
from catalog.actions import comparing
from catalog.admin import deeds
from catalog.models import Guide
from catalog.rules.differences import segments
from catalog.rules.differences.reductions import against_the_statute
from office.journal.models import Entry

VERBS = {
    "draft": "起草",
    "edit": "修改",
    "submit": "提交核对",
    "check_off": "核对通过",
    "send_back": "退回修改",
    "reopen": "撤回修改",
    "publish": "发布",
    "end": "定下失效日期",
    "supersede": "被新版取代",
    "retire": "停用或撤回",
}


def panels(
    guide: Guide, *, by: Any, at: datetime.datetime, bound: forms.Form | None = None, editing: bool = False
) -> dict[str, Any]:
    """editing：画编辑表；否则画全文给人看。"""
    compared = comparing.compare(guide)
    return {
        "rows": deeds.rows(guide, by=by, at=at, bound=bound),
        "bound": bound,
        "missing": deeds.why_not(guide, by=by),
        "compared": compared,
        "sections": _by_section(compared.changes) if compared else [],
        "cut": against_the_statute(guide),
        "events": _events(guide),
        "versions": guide.item.guides.order_by("-version"),
        "editing": editing,
        "promise": rules.promise_words(guide),
        "statute": rules.statute_words(guide),
    }


def _by_section(changes: Iterable[Any]) -> list[tuple[str, list[Any]]]:
    """同一节的改动放在一起；大段文字的前后对照一段一段标出来。"""
    found: dict[str, list[Any]] = {}
    for change in changes:
        parts = segments(change.before, change.after) if change.before or change.after else []
        found.setdefault(change.section, []).append((change.text, parts))
    return list(found.items())


def _events(guide: Guide) -> list[dict[str, Any]]:
    labels = {field.name: str(field.verbose_name) for field in (*Guide._meta.fields, *Guide._meta.many_to_many)}
    return [
        {"title": VERBS.get(verb.rpartition(".")[2], verb), "at": at, "who": who, "text": _told(facts, labels)}
        for verb, at, who, facts in Entry.objects.about(guide).values_list("verb", "at", "by_name", "facts")
    ]


def _told(facts: dict[str, Any], labels: dict[str, str]) -> str:
    told = []
    if changed := facts.get("changed"):
        told.append("、".join(dict.fromkeys(labels.get(name, name) for name in changed)))
    if reason := facts.get("reason"):
        told.append(reason)
    if day := facts.get("effective_from"):
        told.append(f"{day} 起施行")
    if day := facts.get("effective_to"):
        told.append(f"用到 {day}(不含)")
    if checked := facts.get("checked"):
        told.append(checked)
    return "；".join(told)
