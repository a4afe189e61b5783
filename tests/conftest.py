"""全套测试共用:运行角色的连接、没有浏览器时怎么办。"""

import os

import psycopg2
import pytest
from django.core.management import call_command
from django.core.management.commands import flush as flush_command
from django.db import connection, transaction
from django.db.backends.postgresql.operations import DatabaseOperations

from office.workdays import calendar

RUNTIME_ROLE = "hall_app"
KEPT_TABLES = {"django_migrations", "django_content_type", "auth_permission"}
NO_BROWSER = "没有 chromium"


def pytest_collection_modifyitems(items):
    """没有浏览器:本机跳过并说明,CI 直接算错。"""
    walks = [item for item in items if item.get_closest_marker("browser")]
    if not walks or os.environ.get("CHROMIUM"):
        return
    if os.environ.get("CI") == "true":
        raise pytest.UsageError("CI 里必须有 chromium:浏览器测试不许跳过")
    for item in walks:
        item.add_marker(pytest.mark.skip(reason=NO_BROWSER))


def pytest_terminal_summary(terminalreporter):
    skipped = [r.nodeid for r in terminalreporter.stats.get("skipped", []) if NO_BROWSER in str(r.longrepr)]
    if skipped:
        terminalreporter.section("没有 chromium,跳过了这些浏览器测试(apt-get install chromium)")
        terminalreporter.write_line("\n".join(skipped))


@pytest.fixture(autouse=True)
def _fresh_calendar():
    """上一个测试回滚掉的日历,不能留到下一个。"""
    calendar.forget()


@pytest.fixture(scope="session", autouse=True)
def _quick_flush():
    """测试之间清空:只增不改的表也清得掉(那一刻不触发守卫,只有属主做得到)。

    逐表 DELETE 比一次 TRUNCATE 百来张几乎全空的表快得多;内容类型与权限不清,也就不必每次重建。
    """

    def deletes(self, style, tables, **options):
        return [f"DELETE FROM {self.quote_name(table)}" for table in tables if table not in KEPT_TABLES]

    def flush(self, sql_list):
        with transaction.atomic(), self.connection.cursor() as cursor:
            cursor.execute("; ".join(["SET LOCAL session_replication_role = replica", *sql_list]))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", deletes)
        patch.setattr(DatabaseOperations, "execute_sql_flush", flush)
        patch.setattr(flush_command, "emit_post_migrate_signal", lambda *args, **options: None)
        yield


@pytest.fixture(scope="session")
def _granted(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        call_command("grant_app_role", RUNTIME_ROLE, verbosity=0)


@pytest.fixture
def app_role(_granted, db):
    """以运行角色 hall_app 连到测试库的 psycopg2 连接,测完回滚。

    另一条连接看不见本测试未提交的行;要看见就给测试加 `django_db(transaction=True)`。
    """
    parameters = connection.get_connection_params()
    link = psycopg2.connect(**{k: v for k, v in parameters.items() if k not in ("cursor_factory",)})
    with link.cursor() as cursor:
        cursor.execute(f"SET SESSION AUTHORIZATION {RUNTIME_ROLE}")
    link.commit()
    yield link
    link.rollback()
    link.close()
