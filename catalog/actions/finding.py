"""让人找得到：检索词的建立与重建，同义词的维护，没有搜到的词的登记与处理。"""

import datetime
import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone

from catalog.models import Item, Miss, Synonym, Word
from catalog.rules import finding as rules
from office.journal import actions as journal

NOTED_A_DAY = 2000  # 一天最多记这么多种说法：有人乱试，也撑不大


class WrongSynonym(Exception):
    """同义词写得不对；str() 是给人看的一句中文。"""


def index(item: Item, *, at: datetime.datetime) -> None:
    """建检索词：按事项、现行（没有现行的按最新发布的）指南和指到它的同义词重写一遍。"""
    guide = item.guide_on(timezone.localdate(at)) or item.guides.published().order_by("-version").first()
    spoken = Synonym.objects.pointing_to(item)
    materials = guide.materials.all() if guide else ()
    wanted = rules.words_of(item, guide, spoken, materials=materials)
    with transaction.atomic():
        Item.objects.filter(pk=item.pk).update(
            pinyin=rules.pinyin_key(item.name, item.short_name, item.aliases, *spoken)
        )
        Word.objects.rewrite(item, wanted)


def index_family(item: Item, *, at: datetime.datetime) -> None:
    """事项和它的子项：主项的名称也是子项的检索词。"""
    for one in (item, *item.children.all()):
        index(one, at=at)


def reindex(*, at: datetime.datetime, only_missing: bool = False) -> int:
    """重建检索词：换了拆词的办法、从别处搬来数据之后用；only_missing 只补没有的。返回多少个事项。"""
    found = Item.objects.filter(words=None) if only_missing else Item.objects.all()
    items = list(found.select_related("parent").order_by("pk"))
    for item in items:
        index(item, at=at)
    return len(items)


def may_keep(user: Any) -> bool:
    """同义词各机关共用：哪个机关的目录管理员都可以维护。"""
    return bool(user.is_system or user.may_somewhere("keep_catalogue"))


def check_synonym(*, said: str, means: str, items: Collection[Item], synonym: Synonym | None = None) -> None:
    """同义词写得对不对：有说法、有去处、不重复。

    Raises: WrongSynonym。
    """
    known = rules.search_text(said)
    if not known:
        raise WrongSynonym("请写群众的说法。")
    if not rules.phrases(means) and not items:
        raise WrongSynonym("请写等于哪些词，或者选就是哪些事项。")
    same = Synonym.objects.filter(said=known)
    if (same.exclude(pk=synonym.pk) if synonym and synonym.pk else same).exists():
        raise WrongSynonym(f"“{known}”已经有了，请改那一条。")


def keep_synonym(
    *, said: str, means: str, items: Collection[Item], by: Any, at: datetime.datetime, synonym: Synonym | None = None,
    retired: bool = False,
) -> Synonym:  # fmt: skip
    """维护同义词：新建（synonym 不给）或者改动；指到的事项随即重建检索词，搜不到的同一句话算处理了。

    Raises: PermissionDenied、WrongSynonym。
    """
    if not may_keep(by):
        raise PermissionDenied("您没有维护事项目录的权限。")
    check_synonym(said=said, means=means, items=items, synonym=synonym)
    said, means = rules.search_text(said), " ".join(rules.phrases(means))
    with transaction.atomic():
        kept = Synonym.objects.select_for_update(no_key=True).get(pk=synonym.pk) if synonym else Synonym()
        before = set(kept.items.all()) if synonym else set()
        kept.said, kept.means, kept.retired = said, means, retired
        kept.save()
        kept.items.set(items)
        facts = {"said": said, "means": means, "items": sorted(item.code for item in items), "retired": retired}
        journal.record("catalog.synonym.keep", about=kept, by=by, at=at, facts=facts)
        for item in before | set(items):
            index(item, at=at)
        _settle(said)
    return kept


def load_synonyms(*, path: Path, by: Any, at: datetime.datetime) -> int:
    """导入同义词：JSON 里一行一个 {"said", "means", "items"}；已经有的说法不动。返回新收的个数。

    Raises: WrongSynonym（一个也没有收）。
    """
    try:
        rows = [{"means": "", "items": [], **row} for row in json.loads(path.read_text(encoding="utf-8"))]
        known = set(Synonym.objects.values_list("said", flat=True))
        fresh = [row for row in rows if rules.search_text(row["said"]) not in known]
        wanted = {code for row in fresh for code in row["items"]}
        items = {item.code: item for item in Item.objects.filter(code__in=wanted).select_related("parent")}
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise WrongSynonym(f"{path.name} 读不出来（{error}）") from error
    if lost := sorted(wanted - set(items)):
        raise WrongSynonym(f"{path.name}：没有这些事项：{'、'.join(lost)}")
    with transaction.atomic():
        for row in fresh:
            chosen = [items[code] for code in row["items"]]
            keep_synonym(said=row["said"], means=row["means"], items=chosen, by=by, at=at)
    return len(fresh)


def _settle(said: str) -> None:
    """这句话不再是“没有搜到”；原话与理齐后的说法可能差在繁简、标点上。"""
    open_ones = Miss.objects.unsettled()
    same = [pk for pk, text in open_ones.values_list("pk", "text") if rules.search_text(text) == said]
    open_ones.filter(pk__in=same).update(settled=f"同义词：{said}")


def note_miss(*, text: str, at: datetime.datetime) -> None:
    """登记没有搜到的词：遮住个人信息，一天一句一个数。什么也没有剩下的、当天记得太多了的不记。"""
    said, day = rules.masked(text), timezone.localdate(at)
    if not rules.search_text(said):
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO catalog_miss AS m (text, total, last_on, settled) SELECT %s, 1, %s, ''"
            " WHERE (SELECT count(*) FROM catalog_missday WHERE day = %s) < %s"
            " ON CONFLICT (text) DO UPDATE SET total = m.total + 1, last_on = excluded.last_on RETURNING id",
            [said, day, day, NOTED_A_DAY],
        )
        if found := cursor.fetchone():
            cursor.execute(
                "INSERT INTO catalog_missday AS d (miss_id, day, count) VALUES (%s, %s, 1)"
                " ON CONFLICT (miss_id, day) DO UPDATE SET count = d.count + 1",
                [found[0], day],
            )


def dismiss(*, miss: Miss, reason: str, by: Any, at: datetime.datetime) -> None:
    """不用管：这句话与本局的事项无关，或者已有别的办法。

    Raises: PermissionDenied。
    """
    if not may_keep(by):
        raise PermissionDenied("您没有维护事项目录的权限。")
    with transaction.atomic():
        miss = Miss.objects.select_for_update(no_key=True).get(pk=miss.pk)
        miss.settled = reason[:100]
        miss.save(update_fields=["settled"])
        journal.record("catalog.miss.dismiss", about=miss, by=by, at=at, facts={"text": miss.text, "reason": reason})
