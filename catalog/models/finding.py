"""找得到：检索词（事项怎样被找到）、同义词（群众的说法）、没有搜到的词（还差哪些说法）。"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import F, Q, Value
from django.db.models.functions import Cast

from catalog.rules.finding import LONGEST, AskedWord
from office.prepared import TEXT, Prepared

ENOUGH = 0.25  # 问的话里至少这么大的分量对得上，才算找到
NEAR = 0.35  # 逐字对得上的分数不到最高的这个比例，就不列了
RANKED, MOST = 300, 60
# 越少见的词越重。先在全部检索词里排名，再看前三百名里哪些在范围内：反过来要先找出范围内的全部事项。
RANK = """
WITH asked AS (
  SELECT word, kind, boost * ln(1 + size.items / greatest(1, (
    SELECT count(*) FROM catalog_word w WHERE w.word = a.word
  ))) AS worth
  FROM unnest(%s::text[], %s::float8[], %s::int[]) AS a(word, boost, kind),
    (SELECT count(*)::float8 AS items FROM catalog_item) AS size
),
ranked AS MATERIALIZED (
  SELECT item_id, sum(weight * worth) AS points, bool_or(kind = 2) AS named,
    coalesce(sum(weight * worth) FILTER (WHERE kind < 2), 0) AS parts,
    coalesce(sum(worth) FILTER (WHERE kind = 1), 0) AS met
  FROM asked JOIN catalog_word USING (word) GROUP BY item_id ORDER BY 2 DESC, 1 LIMIT %s
)
SELECT item_id, parts, named OR met >= %s * (SELECT coalesce(sum(worth), 0) FROM asked WHERE kind = 1)
FROM ranked WHERE item_id IN ({within})
ORDER BY points DESC, (SELECT length(name) FROM catalog_item WHERE id = item_id), item_id LIMIT %s
"""
REWRITE = """
INSERT INTO catalog_word AS w (item_id, word, weight)
SELECT %s, word, weight FROM unnest(%s::text[], %s::int[]) AS wanted(word, weight)
ON CONFLICT (item_id, word) DO UPDATE SET weight = excluded.weight WHERE w.weight <> excluded.weight
"""


class WordQuerySet(models.QuerySet["Word"]):
    def best(self, asked: Sequence[AskedWord], within: models.QuerySet[Any]) -> list[int]:
        """within 里最对得上的事项，最像的在前；只碰上一两个字的不算。"""
        if not asked:
            return []
        words, boosts, kinds = (list(column) for column in zip(*asked, strict=True))
        inside, given = within.order_by().values("pk").query.sql_with_params()
        with connection.cursor() as cursor:
            cursor.execute(RANK.format(within=inside), [words, boosts, kinds, RANKED, ENOUGH, *given, MOST])
            rows = cursor.fetchall()
        most = max((parts for _pk, parts, _enough in rows), default=0)
        return [pk for pk, parts, enough in rows if enough and parts >= NEAR * most]

    def rewrite(self, item: Any, wanted: Mapping[str, int]) -> None:
        """一个事项的检索词改成 wanted；没有变的不动。两条语句：一次几百个词，一个词一个对象太慢。"""
        words, weights = list(wanted), list(wanted.values())
        with connection.cursor() as cursor:
            cursor.execute(REWRITE, [item.pk, words, weights])
            cursor.execute("DELETE FROM catalog_word WHERE item_id = %s AND word <> ALL(%s::text[])", [item.pk, words])


class Word(models.Model):
    """检索词：一个事项、一个词、多大分量。由 catalog.actions.finding.index 写，可以随时重建。"""

    item = models.ForeignKey("catalog.Item", verbose_name="事项", on_delete=models.CASCADE, related_name="words")
    word = models.CharField("检索词", max_length=LONGEST + 1)
    weight = models.PositiveSmallIntegerField("分量")

    objects = WordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "检索词"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["item", "word"], name="one_weight_per_item_and_word")]
        indexes = [models.Index(fields=["word"], include=["item", "weight"], name="items_of_a_word")]

    def __str__(self) -> str:
        return self.word


class SynonymQuerySet(models.QuerySet["Synonym"]):
    def in_use(self) -> Self:
        return self.filter(retired=False)

    def within(self, text: str) -> dict[str, str]:
        """这句话里有的说法 → 等于哪些词（直接指到事项的可以是空串）。"""
        return dict(_within().rows(text))

    def pointing_to(self, item: Any) -> list[str]:
        """指到这个事项的说法。"""
        return list(self.in_use().filter(items=item).order_by("said").values_list("said", flat=True))


@cache
def _within() -> Prepared:
    def within(text: str) -> models.QuerySet[Any, Any]:
        asked = Synonym.objects.in_use().annotate(asked=Value(text)).filter(asked__contains=F("said"))
        return asked.values_list("said", "means")

    return Prepared(within, TEXT)


class Synonym(models.Model):
    """同义词：群众这样说，指的是这些事项，或者等于这些词。各机关共用。"""

    said = models.CharField("群众的说法", max_length=LONGEST, unique=True)
    means = models.CharField(
        "等于这些词", max_length=200, blank=True, help_text="目录里用的词，用空格隔开；不知道是哪一项时写这里。"
    )
    items = models.ManyToManyField("catalog.Item", verbose_name="就是这些事项", related_name="synonyms", blank=True)
    retired = models.BooleanField("已停用", default=False)

    objects = SynonymQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "同义词"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="synonym_says_something", condition=~Q(said=""), violation_error_message="请写群众的说法。"
            )
        ]

    def __str__(self) -> str:
        return self.said


class MissQuerySet(models.QuerySet["Miss"]):
    def unsettled(self) -> Self:
        return self.filter(settled="")


class Miss(models.Model):
    """没有搜到的词：群众搜了、没有结果的话（个人信息已遮住）。"""

    text = models.CharField("搜的话", max_length=LONGEST, unique=True)
    total = models.PositiveIntegerField("共几次", default=0)
    last_on = models.DateField("最近一次")
    settled = models.CharField("怎么处理的", max_length=100, blank=True)

    objects = MissQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "没有搜到的词"
        default_permissions = ()
        indexes = [models.Index(fields=["-total"], name="misses_by_number", condition=Q(settled=""))]

    def __str__(self) -> str:
        return self.text


class MissDay(models.Model):
    """没有搜到的词：一天几次。"""

    miss = models.ForeignKey(Miss, verbose_name="搜的话", on_delete=models.CASCADE, related_name="days")
    day = models.DateField("日期")
    count = models.PositiveIntegerField("次数", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "没有搜到：每天几次"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["miss", "day"], name="one_count_per_miss_and_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.count}"


def ordered(pks: Iterable[int]) -> models.Func:
    """按给定的次序排。"""
    places = Cast(Value(list(pks)), ArrayField(models.BigIntegerField()))
    return models.Func(places, F("pk"), function="array_position", output_field=models.IntegerField())
