"""改对号入座用的几张表：加一题、改一题、加一个出口、改一个出口。"""

from collections.abc import Mapping
from typing import Any

from django import forms

from catalog.admin.form_boxes import line, several
from catalog.admin.rows import Column, RowsField
from catalog.rules.questions import EXIT, ITEM
from catalog.rules.questions_editing import before, in_order, question

Groups = list[tuple[str, list[tuple[str, str]]]]  # (组名, 几个选项)


class NewQuestion(forms.Form):
    text = line("新一题", "问群众的话，例如“您要办什么？”。", most=200)


class NewExit(forms.Form):
    title = line("新一个出口", "一句话说去哪里，例如“捡到孩子，请马上报警”。", most=100)


def destinations(body: Mapping[str, Any], key: str, items: Groups) -> Groups:
    """一题的选项可以通到哪里：再问一题(回不到走过的题)、一个事项、一个出口；现在指着而已经不办的也列出来。"""
    passed, asked = before(body, key), body["questions"]
    groups: Groups = [("再问一题", [(one, asked[one]["text"]) for one in in_order(body) if one not in passed])]
    groups.append(("去别处(出口)", [(f"{EXIT}{one}", out["title"]) for one, out in body["exits"].items()]))
    groups += items
    known = {value for _name, pairs in groups for value, _label in pairs}
    stray = {option["to"] for option in question(body, key)["options"]} - known - {""}
    groups.append(("现在指着、但是不行的", [(one, _stray(body, one)) for one in sorted(stray)]))
    return [(name, pairs) for name, pairs in groups if pairs]


def _stray(body: Mapping[str, Any], target: str) -> str:
    if target.startswith(ITEM):
        return f"{target.removeprefix(ITEM)}（不存在，或者现在不办、不公开）"
    asked: dict[str, Any] = body["questions"].get(target, {})
    return f"{asked['text']}（会绕成圈）" if asked else f"{target}（已经删去）"


class QuestionBox(forms.Form):
    """改一题：题目、说明、各个选项和它们的去处。"""

    text = line("题目", most=200)
    help = several("说明", "怎样选才对，印在题目下面。")
    start = forms.BooleanField(label="从这一题开头", required=False)

    def __init__(self, data: Any, *, body: Mapping[str, Any], key: str, items: Groups) -> None:
        spec = question(body, key)
        begins = body["start"] == key
        told = {"text": spec["text"], "help": spec.get("help", ""), "start": begins, "options": spec["options"]}
        super().__init__(data, initial=told)
        self.key, self.items = key, items
        columns = [
            Column("label", "选项", wide=True),
            Column("to", "选了它去哪里", choices=destinations(body, key, items), wide=True),
        ]
        self.fields["options"] = RowsField(columns=columns, noun="个选项", label="选项")
        self.fields["options"].help_text = "次序就是先后；至少两个，每个都要有去处。"
        if begins:
            del self.fields["start"]  # 换开头，到要换的那一题去勾
        self.order_fields(["text", "help", "options", "start"])

    def told(self) -> dict[str, Any]:
        given = self.cleaned_data
        options = [{"label": row.get("label", ""), "to": row.get("to", "")} for row in given["options"]]
        return {"text": given["text"], "help": given["help"], "options": options}

    def astray(self, body: Mapping[str, Any]) -> list[str]:
        """去不了的去处，一处一句：会绕成圈的、已经不在的；原来就指着的不算，公布以前改好就行。"""
        known = {to for _name, pairs in destinations(body, self.key, self.items) for to, _label in pairs} | {""}
        lost = [one["label"] for one in self.told()["options"] if one["to"] not in known]
        return [f"选项“{label}”去不了那里，请重新选。" for label in lost]


class ExitBox(forms.Form):
    """改一个出口。"""

    title = line("标题", most=100)
    body = several("怎么说", "为什么不在这里办、去了怎么办。")
    place = line("去哪里", required=False, most=200)
    phone = line("电话", required=False, most=60)
    words = several("搜到这些词就提醒", "一行一个：群众这样搜的时候，告诉他不在这里办。")

    def told(self) -> dict[str, Any]:
        words = [one.strip() for one in self.cleaned_data["words"].splitlines() if one.strip()]
        return {**self.cleaned_data, "words": words}
