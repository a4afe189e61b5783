"""哪些件动过：把 approvals、denials 里挂在一件办件上的行(和说它的日志)的版本合成一个记号，一条查询。

不变量只看库里的行；一行都没有动过的件，上一步核过，这一步不必再核：走同样的步数，少问一大半的库。
"""

from functools import cache

from django.apps import apps
from django.db import connection

from approvals.models import Case
from office.journal.models import Entry
from office.stateful import Stateful

ROOMS = ("approvals", "denials")
ELSEWHERE = 0  # 不挂在办件上的：联办件、清单、先例……合成一个


def _to_case(model):
    """这张表的行属于哪一件：办件自己、直接挂着的、隔一层挂着的；都不是的是 None。返回（联接，列）。"""
    if model is Case:
        return "", "t.id"
    names = {field.name: field.related_model for field in model._meta.concrete_fields if field.many_to_one
             or field.one_to_one}  # fmt: skip
    if names.get("case") is Case:
        return "", "t.case_id"
    for name, parent in names.items():
        if parent._meta.app_label in ROOMS and any(f.name == "case" for f in parent._meta.concrete_fields):
            return f"JOIN {parent._meta.db_table} p ON p.id = t.{name}_id", "p.case_id"
    return None


@cache
def _sql():
    parts, lines = [], Entry._meta.db_table
    for model in (model for room in ROOMS for model in apps.get_app_config(room).get_models()):
        table, found = model._meta.db_table, _to_case(model)
        join, key = found or ("", str(ELSEWHERE))
        parts.append(f"SELECT {key} AS key, '{table}' || t.ctid || t.xmin AS mark FROM {table} t {join}")
        if found and issubclass(model, Stateful):
            about = f"JOIN {lines} e ON e.subject_type = '{model._meta.label_lower}' AND e.subject_key = t.id::text"
            parts.append(f"SELECT {key}, 'line' || e.ctid || e.xmin FROM {table} t {join} {about}")
    return f"SELECT key, md5(string_agg(mark, ',' ORDER BY mark)) FROM ({' UNION ALL '.join(parts)}) s GROUP BY key"


def now():
    """办件的主键（和 ELSEWHERE）到记号。一百来张表的一句，计划只排一次。"""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_prepared_statements WHERE name = 'walk_marks'")
        if not cursor.fetchone():
            cursor.execute(f"PREPARE walk_marks AS {_sql()}")
        cursor.execute("EXECUTE walk_marks")
        return dict(cursor.fetchall())
