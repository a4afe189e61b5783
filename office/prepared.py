"""总是一样的一句查询：SQL 只拼一次，计划只排一次。

一句连上十来张表的查询，ORM 拼成 SQL 要四五毫秒，数据库排计划又要三毫秒，执行不到一毫秒；而每次不同的只有一个值。
数据库那一头用 PREPARE，一条连接备一次；所以前面不要放按事务换连接的连接池（docs/operations.md）。
"""

import itertools
from copy import copy
from typing import Any
from weakref import WeakSet

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet
from django.db.models.sql import Query
from django.db.models.sql.compiler import SQLCompiler
from psycopg2.extensions import AsIs

PLACE = "\x01"  # 编译时替真值占位的字；别的条件里不会有
NUMBERS = itertools.count(1)


class Prepared:
    """queryset 里 field 等于某值的那一行；对象的样子（select_related、only、annotate）与照常查的一样。"""

    def __init__(self, queryset: QuerySet[Any], field: str) -> None:
        self.queryset = queryset
        self._compiler = queryset.filter(**{field: PLACE}).query.get_compiler(DEFAULT_DB_ALIAS)
        sql, params = self._compiler.as_sql()
        self._statement = sql, [AsIs("$1") if param == PLACE else param for param in params]
        self._name = f"prepared_{next(NUMBERS)}"
        self._known: WeakSet[Any] = WeakSet()  # 在哪些连接上备好了

    def first(self, value: str) -> Any:
        """没有就是 None。"""
        self._prepare()
        query: Any = self.queryset.query.chain(_Compiled)
        query.ready, query.statement = self._compiler, (f"EXECUTE {self._name}(%s)", (value,))
        rows = self.queryset.all()
        rows.query = query
        return next(iter(rows), None)

    def _prepare(self) -> None:
        connection = connections[DEFAULT_DB_ALIAS]
        connection.ensure_connection()
        live: Any = connection.connection
        if live not in self._known:
            with live.cursor() as cursor:
                cursor.execute(b"PREPARE " + self._name.encode() + b" AS " + cursor.mogrify(*self._statement))
            self._known.add(live)


class _Compiled(Query):
    """编译好了的查询：给出去的编译器是备好的那一个的复件，换上本线程的连接和真值。"""

    ready: SQLCompiler
    statement: tuple[str, tuple[Any, ...]]

    def get_compiler(self, using: Any = None, connection: Any = None, elide_empty: bool = True) -> Any:
        compiler: Any = copy(self.ready)
        compiler.connection = connection or connections[using]
        compiler.as_sql = lambda *_, **__: self.statement
        return compiler
