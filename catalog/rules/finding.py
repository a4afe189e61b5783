"""找事项的规矩：事项写成检索词，一句话拆成检索词；纯函数，不查库。

检索词有四种：两个字一节（“低保”）、单个字（“坟”）、整个说法（“=低保”）、读音（“~dibao”，同音的错别字也找得到）。
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any

from opencc import OpenCC
from pypinyin import Style, lazy_pinyin

LONGEST = 60  # 再长的话，后面的不看
WHOLE, PARENT, NAMED, ABOVE, ANSWERED, TOLD, SOUND, SINGLE = 24, 12, 8, 3, 3, 2, 3, 1
# 问话里的客套和虚词：不是要找的事。长的在前，免得先被短的拆开。
IDLE = re.compile(
    "请问一下|请问|我想要|我想|我要|想要|怎么样|怎么办理|怎么办|怎么|怎样|如何|哪里|哪儿|在哪|为什么|什么|多少|能不能|可不可以"
    "|可以|需要|应该|申请|办理|办个|手续|流程|一下|帮我|[的了吗呢啊吧]"
)
UNIT = re.compile(r"[a-z0-9]+|[\u3400-\u9fff\U00020000-\U0003ffff]")
HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
# 像证件号、电话、邮箱的：记“没有搜到”时遮住。
PRIVATE = re.compile(r"\S+@\S+|\d[\d\- ]{4,}\d[xX]?")


@cache
def _converter() -> OpenCC:
    """繁体转简体的词典一个进程装一次；装好以后只读，各线程共用。"""
    return OpenCC("t2s")


@lru_cache(maxsize=4096)
def to_hans(text: str) -> str:
    """繁体 → 简体。"""
    made: str = _converter().convert(text)
    return made


def tidy(text: str) -> str:
    """全角变半角、大写变小写、繁体变简体，标点都算空格。"""
    plain = to_hans(unicodedata.normalize("NFKC", text).lower())
    return " ".join("".join(c if UNIT.match(c) else " " for c in plain).split())


def search_text(text: str) -> str:
    """搜索框里的字：理齐，太长的截断；纯字母的是拼音或编码，中间的空格和隔音号不算。"""
    said = tidy(text.replace("'", "").replace("’", ""))[:LONGEST].strip()
    return said.replace(" ", "") if said.isascii() else said


def phrases(*names: str) -> list[str]:
    """几个名字里的各个说法：“登记(内地居民)”是“登记”和“内地居民”。"""
    return list(dict.fromkeys(word for name in names for word in tidy(name).split()))


def pinyin_key(*names: str) -> str:
    """拼音检索串：每个说法的全拼和首字母。"""
    keys = [
        ("".join(lazy_pinyin(word)), "".join(lazy_pinyin(word, style=Style.FIRST_LETTER))) for word in phrases(*names)
    ]
    return " ".join(dict.fromkeys(part for pair in keys for part in pair))


def _pairs(text: str) -> list[str]:
    """两个字一节；连着的字母数字算一个字。"""
    return [a + b for word in text.split() for a, b in pairwise(UNIT.findall(word))]


def _singles(text: str) -> list[str]:
    return [unit for word in text.split() for unit in UNIT.findall(word)]


@lru_cache(maxsize=10_000)
def _sound(pair: str) -> str:
    return "~" + "".join(lazy_pinyin(pair))


def document(
    names: Iterable[str], above: Collection[str], answered: Iterable[str], told: Iterable[str]
) -> dict[str, int]:
    """一个事项的检索词 → 分量：名称和说法最重，主项的名称和分类其次，问答、内容、条件、材料最轻。"""
    found: dict[str, int] = {}

    def add(word: str, weight: int) -> None:
        word = word[: LONGEST + 1]
        found[word] = max(weight, found.get(word, 0))

    for phrase in phrases(*names):
        add(f"={phrase}", WHOLE)
        for pair in _pairs(phrase):
            add(pair, NAMED)
            if len(HAN.findall(pair)) == 2:
                add(_sound(pair), SOUND)
        for one in _singles(phrase):
            add(one, SINGLE)
    for phrase in phrases(*above):
        add(f"={phrase}", PARENT)
    for texts, weight in ((above, ABOVE), (answered, ANSWERED), (told, TOLD)):
        for text in texts:
            for pair in _pairs(tidy(text)):
                add(pair, weight)
    return found


EXTRA, MUST, SURE = 0, 1, 2  # 添头；不能都落空的；对上了就算找到
AskedWord = tuple[str, float, int]


@dataclass(frozen=True)
class Asked:
    """问的话拆成的检索词（词、分量、上面三种之一）；sounds 是同一句话按读音拆的，写错了同音字时用。"""

    text: str
    words: list[AskedWord] = field(default_factory=list)
    sounds: list[AskedWord] = field(default_factory=list)

    @property
    def is_latin(self) -> bool:
        """没有汉字：按拼音、首字母、编码找。"""
        return self.text.isascii()


def ask(text: str, synonyms: Mapping[str, str]) -> Asked:
    """把一句话拆成检索词；话里有收进同义词的说法，就连它的意思一起找。"""
    said = search_text(text)
    core = " ".join(IDLE.sub(" ", said).split()) or said
    explained = [known for known in synonyms if known in said]
    pairs = _pairs(core) or _singles(core)
    kinds = {pair: EXTRA if any(pair in known for known in explained) else MUST for pair in pairs}
    words = {pair: (1.0, kind) for pair, kind in kinds.items()}
    for meaning in phrases(*(synonyms[known] for known in explained)):
        words |= {pair: (0.9, EXTRA) for pair in _pairs(meaning) if pair not in words}
        words[f"={meaning}"] = (0.9, SURE)
    for whole in {said.replace(" ", ""), core.replace(" ", ""), *core.split(), *explained}:
        words[f"={whole}"] = (1.0, SURE)
    sounds = {_sound(pair): (1.0, MUST) for pair in pairs if len(HAN.findall(pair)) == 2}
    return Asked(said, *([(word, *told) for word, told in some.items()] for some in (words, sounds)))


def masked(text: str) -> str:
    """记下来的话：截短，像证件号、电话、邮箱的遮住。"""
    plain = unicodedata.normalize("NFKC", " ".join(text.split()))
    return PRIVATE.sub("＊", plain)[:LONGEST].strip()


def words_of(item: Any, guide: Any, spoken: Iterable[str], *, materials: Iterable[Any]) -> dict[str, int]:
    """事项和它的指南 → 检索词。spoken 是同义词里指到它的说法。"""
    names = (item.name, item.short_name, item.aliases, *spoken)
    parent = [item.parent.name, item.parent.short_name, item.parent.aliases] if item.parent else []
    above = [*parent, item.get_theme_display(), item.get_kind_display()]
    if guide is None:
        return document(names, above, (), ())
    answered = [guide.result_name, *(str(one.get("q", "")) for one in guide.faq)]
    conditions = [str(one.get("text", "")) if isinstance(one, Mapping) else str(one) for one in guide.conditions]
    told = [guide.content, *conditions, *(material.name for material in materials)]
    return document(names, above, answered, told)
