"""把运行角色的权限给到刚刚好:能读写,但只增不改的表真的改不了、删不了。"""

import os
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection, transaction
from psycopg2 import sql

# 迁移记录只由属主写。
OWNER_ONLY = "django_migrations"


class Command(BaseCommand):
    """库的属主在每次迁移之后运行;可重复运行。"""

    help = "给运行角色授权(在迁移之后，用库的属主身份运行)"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role", help="运行角色，例如 hall_app")

    def handle(self, *, role: str, verbosity: int, **options: Any) -> None:
        frozen = append_only_tables()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
            exists = cursor.fetchone() is not None
            for statement in statements(role, frozen, exists=exists, password=os.environ.get("APP_ROLE_PASSWORD")):
                cursor.execute(statement.as_string(cursor.cursor))
        if verbosity:
            self.stdout.write(f"{role}：已授权；只增不改的表 {len(frozen)} 张：{'、'.join(frozen) or '无'}")


def append_only_tables() -> list[str]:
    """声明了 `append_only = True` 的模型的表:写进去就不能改、不能删。"""
    return sorted({m._meta.db_table for m in apps.get_models() if getattr(m, "append_only", False)})


def forgetful_columns() -> list[tuple[str, tuple[str, ...]]]:
    """只增不改的表里，档案销毁以后要清空的几栏：别的栏照样改不了，没有销毁的由触发器挡着。"""
    kept = [model for model in apps.get_models() if getattr(model, "append_only", False)]
    return sorted((model._meta.db_table, model.forgets) for model in kept if hasattr(model, "forgets"))


def statements(role: str, frozen: list[str], *, exists: bool, password: str | None) -> Iterator[sql.Composable]:
    """依次执行的授权语句。先全给,再从只增不改的表上收回。"""
    name = sql.Identifier(role)
    if not exists:
        yield sql.SQL("CREATE ROLE {} LOGIN").format(name)
    if password:
        yield sql.SQL("ALTER ROLE {} PASSWORD {}").format(name, sql.Literal(password))
    yield sql.SQL("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    yield sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(name)
    for objects, verbs in (("TABLES", "SELECT, INSERT, UPDATE, DELETE"), ("SEQUENCES", "USAGE, SELECT")):
        yield sql.SQL(f"GRANT {verbs} ON ALL {objects} IN SCHEMA public TO {{}}").format(name)
        yield sql.SQL(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {verbs} ON {objects} TO {{}}").format(name)
    yield sql.SQL("REVOKE INSERT, UPDATE, DELETE ON {} FROM {}").format(sql.Identifier(OWNER_ONLY), name)
    for table in frozen:
        yield sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON {} FROM {}").format(sql.Identifier(table), name)
    for table, columns in forgetful_columns():
        listed = sql.SQL(", ").join(map(sql.Identifier, columns))
        yield sql.SQL("GRANT UPDATE ({}) ON {} TO {}").format(listed, sql.Identifier(table), name)
