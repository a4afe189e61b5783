"""对号入座的规矩：题目是数据（一张有向无环的图），从头走到一个事项或者一个出口；纯函数，不查库。

形状：{"start": 题, "questions": {题: {"text", "help", "options": [{"label", "to"}]}}, "exits": {键: {"title", "body",
"place", "phone", "words"}}}；to 是另一道题，或者 item:事项编码、exit:出口。words 是群众搜什么时要提醒他不在这里办。
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

ITEM, EXIT = "item:", "exit:"
BODY = {"start", "questions", "exits"}
QUESTION = {"text", "help", "options"}
OPTION = {"label", "to"}
OUT = {"title", "body", "place", "phone", "words"}


@dataclass(frozen=True)
class Answer:
    """答过的一题：选了第几项。"""

    key: str
    text: str
    number: int
    label: str


@dataclass(frozen=True)
class Place:
    """走到了哪里：答过的各题，和现在的一题或者到头的去处（item:… 或 exit:…）。"""

    trail: list[Answer]
    at: str

    @property
    def arrived(self) -> bool:
        return self.at.startswith((ITEM, EXIT))


def walk(body: Mapping[str, Any], answers: Mapping[str, int]) -> Place:
    """从头走起，答过的往前走，走到没有答的一题或者去处为止；答得不合题目的当作没有答。

    改到一半的可以绕成圈：走到走过的一题就停。
    """
    at, trail, passed = body["start"], list[Answer](), set[str]()
    while at in body["questions"] and at not in passed:
        passed.add(at)
        question = body["questions"][at]
        number = answers.get(at, -1)
        if not 0 <= number < len(question["options"]):
            break
        option = question["options"][number]
        trail.append(Answer(at, question["text"], number, option["label"]))
        at = option["to"]
    return Place(trail, at)


def targets(body: Mapping[str, Any]) -> list[str]:
    """各个选项通到哪里，按题目里的次序。"""
    return [option["to"] for question in body["questions"].values() for option in question["options"]]


def item_codes(body: Mapping[str, Any]) -> list[str]:
    """走得到的事项，不重复，按题目里的次序。"""
    return list(dict.fromkeys(to.removeprefix(ITEM) for to in targets(body) if to.startswith(ITEM)))


def exits_for(body: Mapping[str, Any], text: str) -> list[Mapping[str, Any]]:
    """这句话说的是不在这里办的事：对得上的出口。"""
    return [out for out in body["exits"].values() if any(word in text for word in out.get("words", ()))]


def outline(body: Mapping[str, Any]) -> list[tuple[int, str, str]]:
    """全部走法，一行一个选项：（第几层、选项、去处）；走过的题不再展开。"""
    seen: set[str] = set()

    def lines(key: str, depth: int) -> Iterator[tuple[int, str, str]]:
        seen.add(key)
        for option in body["questions"][key]["options"]:
            to = option["to"]
            yield depth, option["label"], to
            if to in body["questions"] and to not in seen:
                yield from lines(to, depth + 1)

    return list(lines(body["start"], 0)) if body["start"] in body["questions"] else []


# 写得对不对 -----------------------------------------------------------


def faults(body: Any, codes: Collection[str]) -> list[str]:
    """题目写得对不对：条条有去处、没有走不完的圈、没有走不到的题和出口、事项都在办；每条毛病一句中文。"""
    if not isinstance(body, Mapping) or set(body) != BODY:
        return [f"要有且只有这几部分：{'、'.join(sorted(BODY))}"]
    questions, exits = body["questions"], body["exits"]
    if not isinstance(questions, Mapping) or not isinstance(exits, Mapping):
        return ["questions 和 exits 要写成 {键：内容}"]
    if not questions:
        return ["还没有题目"]
    found = [fault for key, one in questions.items() for fault in _question_faults(key, one)]
    found += [fault for key, one in exits.items() for fault in _exit_faults(key, one)]
    if found:
        return found
    if body["start"] not in questions:
        return ["还没有定从哪一题开头"]
    found = [fault for key, one in questions.items() for fault in _lost(key, one, questions, exits, codes)]
    return found or _loops(body) or _unreached(body)


def _question_faults(key: str, one: Any) -> list[str]:
    where = _named(key, one)
    if not isinstance(one, Mapping) or set(one) - QUESTION or not _text(one.get("text")):
        return [f"{where}：要有题目（text），只能有 {'、'.join(sorted(QUESTION))}"]
    if not _text(one.get("help", "-")):
        return [f"{where}：说明（help）要写文字"]
    options = one.get("options")
    if not isinstance(options, list) or len(options) < 2:
        return [f"{where}：至少要有两个选项"]
    bad = [o for o in options if not isinstance(o, Mapping) or set(o) != OPTION or not all(map(_text, o.values()))]
    if bad:
        return [f"{where}：每个选项都要写文字和去处"]
    labels = [option["label"] for option in options]
    return [f"{where}：选项重复"] if len(set(labels)) < len(labels) else []


def _named(key: str, one: Any) -> str:
    """一题怎么称呼：题目；还没有题目的称它的键。"""
    return f"“{one['text']}”一题" if isinstance(one, Mapping) and _text(one.get("text")) else f"第“{key}”题"


LACKS = {"title": "标题", "body": "怎么说", "place": "去哪里"}


def _exit_faults(key: str, one: Any) -> list[str]:
    titled = isinstance(one, Mapping) and _text(one.get("title"))
    where = f"出口“{one['title'] if titled else key}”"
    if not isinstance(one, Mapping) or set(one) - OUT:
        return [f"{where}：只能有 {'、'.join(sorted(OUT))}"]
    lacks = [label for word, label in LACKS.items() if not _text(one.get(word))]
    if lacks:
        return [f"{where}：缺{'、'.join(lacks)}，要说清归谁办、到哪里去"]
    words = one.get("words", [])
    if not isinstance(one.get("phone", ""), str) or not isinstance(words, list) or not all(map(_text, words)):
        return [f"{where}：phone 是文字，words 是一列词"]
    return []


def _text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _lost(
    key: str, one: Mapping[str, Any], questions: Collection[str], exits: Collection[str], codes: Collection[str]
) -> list[str]:
    found = []
    for option in one["options"]:
        to, where = option["to"], f"{_named(key, one)}的选项“{option['label']}”"
        if to.startswith(ITEM):
            if to.removeprefix(ITEM) not in codes:
                found.append(f"{where}：事项“{to.removeprefix(ITEM)}”不存在，或者现在不办、不公开")
        elif to.removeprefix(EXIT) not in (exits if to.startswith(EXIT) else questions):
            found.append(f"{where}：去处“{to}”不存在")
    return found


def _loops(body: Mapping[str, Any]) -> list[str]:
    """深度优先；还没走完又回到的题，就是圈。"""
    questions = body["questions"]
    open_ones: list[str] = []
    done: set[str] = set()

    def visit(key: str) -> list[str]:
        if key in open_ones:
            circle = [*open_ones[open_ones.index(key) :], key]
            return [f"题目绕成了圈：{' → '.join(questions[one]['text'] for one in circle)}"]
        if key in done or key not in body["questions"]:
            return []
        open_ones.append(key)
        found = [fault for option in body["questions"][key]["options"] for fault in visit(option["to"])]
        open_ones.pop()
        done.add(key)
        return found

    return visit(body["start"])[:1]


def _unreached(body: Mapping[str, Any]) -> list[str]:
    reached = {body["start"]} | {to for _depth, _label, to in outline(body)}
    lost = [f"{_named(key, one)}走不到，没有选项通到它" for key, one in body["questions"].items() if key not in reached]
    exits = body["exits"].items()
    return lost + [f"出口“{one['title']}”走不到，没有选项通到它" for key, one in exits if f"{EXIT}{key}" not in reached]
