"""改对号入座的几样动作：加、改、删题目和出口，定开头，换选项的先后。纯函数，给旧的一组，还新的一组。

改到一半的一组可以不完整(题目还没有选项、选项还没有去处)；写得对不对由 rules.questions.faults 说，公布以前改好就行。
"""

import copy
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from catalog.rules.forms.editing import Gone, new_key
from catalog.rules.questions import EXIT, ITEM

Body = Mapping[str, Any]
Made = dict[str, Any]
STARTER: Made = {"start": "", "questions": {}, "exits": {}}


def _copied(body: Body) -> Made:
    return copy.deepcopy({**STARTER, **body})


def question(body: Body, key: str) -> Mapping[str, Any]:
    """一道题。Raises: Gone。"""
    return _found(body, "questions", key)


def out(body: Body, key: str) -> Mapping[str, Any]:
    """一个出口。Raises: Gone。"""
    return _found(body, "exits", key)


def _found(body: Body, part: str, key: str) -> Mapping[str, Any]:
    if key not in body[part]:
        raise Gone(key)
    found: Mapping[str, Any] = body[part][key]
    return found


# 题目 -----------------------------------------------------------------------


def add_question(body: Body, text: str) -> tuple[Made, str]:
    """加一道题；第一道就是开头。还没有选项，要接着填。"""
    made = _copied(body)
    key = new_key(text, made["questions"], "question")
    made["questions"][key] = {"text": text, "options": []}
    made["start"] = made["start"] or key
    return made, key


def put_question(body: Body, key: str, told: Mapping[str, Any], *, start: bool = False) -> Made:
    """改一道题：题目、说明、各个选项(次序就是先后)；start 是拿它开头。"""
    made = _copied(body)
    question(made, key)
    made["questions"][key] = {"text": told["text"], **_filled({"help": told.get("help")}), "options": told["options"]}
    made["start"] = key if start else made["start"]
    return made


def remove_question(body: Body, key: str) -> Made:
    made = _copied(body)
    question(made, key)
    del made["questions"][key]
    made["start"] = "" if made["start"] == key else made["start"]
    return made


# 出口 -----------------------------------------------------------------------


def add_exit(body: Body, title: str) -> tuple[Made, str]:
    made = _copied(body)
    key = new_key(title, made["exits"], "exit")
    made["exits"][key] = {"title": title, "body": "", "place": ""}
    return made, key


def put_exit(body: Body, key: str, told: Mapping[str, Any]) -> Made:
    made = _copied(body)
    out(made, key)
    kept = {name: told.get(name, "") for name in ("title", "body", "place")}
    made["exits"][key] = {**kept, **_filled({name: told.get(name) for name in ("phone", "words")})}
    return made


def remove_exit(body: Body, key: str) -> Made:
    made = _copied(body)
    out(made, key)
    del made["exits"][key]
    return made


def _filled(told: Mapping[str, Any]) -> Made:
    return {name: value for name, value in told.items() if value not in ("", None, [])}


# 看 -------------------------------------------------------------------------


def in_order(body: Body) -> list[str]:
    """题目的次序：从头走起，一支走完再走一支；走不到的在最后。"""
    questions, found = body["questions"], list[str]()

    def visit(key: str) -> None:
        if key in found or key not in questions:
            return
        found.append(key)
        for option in questions[key]["options"]:
            visit(option["to"])

    visit(body["start"])
    return [*found, *(key for key in questions if key not in found)]


def uses(body: Body, target: str) -> list[str]:
    """哪些选项通到这里，一处一句。target 与选项的 to 一样写。"""
    return [
        f"“{one['text']}”的选项“{option['label']}”"
        for one in body["questions"].values()
        for option in one["options"]
        if option["to"] == target
    ]


def before(body: Body, key: str) -> set[str]:
    """走到这一题以前走过的题，连它自己：选项不能回到那里去，不然走不完。"""
    found = {key}
    while more := {one for one, each in _leads(body) if each in found} - found:
        found |= more
    return found


def _leads(body: Body) -> Iterator[tuple[str, str]]:
    for key, one in body["questions"].items():
        for option in one["options"]:
            yield key, option["to"]


def item_targets(body: Body) -> Iterable[str]:
    """指到的事项的编码。"""
    return (to.removeprefix(ITEM) for _key, to in _leads(body) if to.startswith(ITEM))


def exit_of(target: str) -> str:
    """exit:出口 → 出口。"""
    return target.removeprefix(EXIT)
