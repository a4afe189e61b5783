"""全套测试共用:运行角色的连接、没有浏览器时怎么办。"""

import os

import psycopg2
import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.backends.postgresql.operations import DatabaseOperations

from office.workdays import calendar

RUNTIME_ROLE = "hall_app"
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
def _flush_as_owner():
    """只增不改的表也要能在测试之间清空:清空的那一刻不触发守卫(只有属主做得到)。"""
    original = DatabaseOperations.execute_sql_flush

    def flush(self, sql_list):
        with transaction.atomic(), self.connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            for sql in sql_list:
                cursor.execute(sql)

    DatabaseOperations.execute_sql_flush = flush
    yield
    DatabaseOperations.execute_sql_flush = original


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
