"""量找事项的快慢用的料：把目录里的事项连同指南、材料、依据、检索词，用 SQL 成批照抄成几千个。"""

from django.db import connection, models, transaction

from catalog.models import Guide, Item, LegalBasis, Material, Word

MARK = "-copy-"  # 抄出来的事项，编码里都有它


def copy_items(count: int) -> int:
    """补到 count 个事项；返回新抄的个数。抄的那一刻不触发守卫（session_replication_role，只有属主做得到）。"""
    short = max(count - Item.objects.count(), 0)
    stems = Item.objects.filter(guides__state="published").exclude(code__contains=MARK).count()
    if not short or not stems:
        return 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "CREATE TEMP TABLE bench_item ON COMMIT DROP AS SELECT i.id AS old, g.id AS old_guide, n,"
            " nextval(pg_get_serial_sequence('catalog_item', 'id')) AS new,"
            " nextval(pg_get_serial_sequence('catalog_guide', 'id')) AS new_guide"
            " FROM catalog_item i JOIN catalog_guide g ON g.item_id = i.id AND g.state = 'published'"
            " CROSS JOIN generate_series(1, %s) AS n WHERE i.code NOT LIKE %s ORDER BY n, i.id LIMIT %s",
            [short // stems + 1, f"%{MARK}%", short],
        )
        _copy(Item, "id", "old", {"id": "c.new", "code": f"left(o.code, 24) || '{MARK}' || c.n", "name": NAMED})
        guide = {"id": "c.new_guide", "item_id": "c.new", "name": NAMED, "digest": "left(o.digest, 50) || c.new"}
        _copy(Guide, "id", "old_guide", guide)
        for part in (Material, LegalBasis):
            _copy(part, "guide_id", "old_guide", {"guide_id": "c.new_guide"})
        _copy(Word, "item_id", "old", {"item_id": "c.new"})
        cursor.execute("ANALYZE")
    return short


NAMED = "left(o.name, 150) || '（第' || c.n || '分册）'"


def _copy(model: type[models.Model], where: str, key: str, changes: dict[str, str]) -> None:
    columns = [str(field.column) for field in model._meta.concrete_fields]
    kept = [column for column in columns if column != "id" or "id" in changes]
    values = ", ".join(changes.get(column, f'o."{column}"') for column in kept)
    names = ", ".join(f'"{column}"' for column in kept)
    table = model._meta.db_table  # 表名列名出自模型，式子写死在本文件
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{table}" ({names}) SELECT {values} FROM "{table}" o'  # noqa: S608
            f' JOIN bench_item c ON o."{where}" = c.{key}'
        )
