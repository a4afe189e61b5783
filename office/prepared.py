"""总是一样的一句查询：SQL 只拼一次，计划只排一次。

一句连上十来张表的查询，ORM 拼成 SQL 要四五毫秒，数据库排计划又要三毫秒，执行不到一毫秒；而每次不同的只有一两个值。
数据库那一头用 PREPARE，一条连接备一次；所以前面不要放按事务换连接的连接池（docs/operations.md）。
"""

import datetime
import itertools
from collections.abc import Callable, Iterable
from copy import copy
from typing import Any
from weakref import WeakSet

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import Func, Value
from django.db.models.sql import Query
from django.db.models.sql.compiler import SQLCompiler
from psycopg2.extensions import AsIs

# 编译时替真值占位的样品，一种一个；别的条件里不会有。
TEXT = "\x01"
KEY = -987654321
KEYS = [KEY]
MOMENT = datetime.datetime(1, 1, 2, tzinfo=datetime.UTC)
NUMBERS = itertools.count(1)


def among(field: str, keys: Iterable[int]) -> Func:
    """“这一栏是这些主键里的一个”，放进 filter(……)：一个数组是一个值，多少个主键都是同一句。

    不写成 IN (SELECT unnest(……))：那样的计划会先把整张表连完，再挑这几行。
    """
    given = Value(list(keys))
    return Func(field, given, template="%(expressions)s::bigint[])", arg_joiner=" = ANY(", output_field=BooleanField())


class Prepared:
    """build(值……) 造出的查询；对象的样子（select_related、only、annotate）与照常查的一样。samples 是各个值的样品。"""

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], *samples: Any) -> None:
        self.queryset = build(*samples)
        self._compiler = self.queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, params = self._compiler.as_sql()
        self._statement = sql, [_place(param, samples) for param in params]
        self._name = f"prepared_{next(NUMBERS)}"
        self._known: WeakSet[Any] = WeakSet()  # 在哪些连接上备好了

    def rows(self, *values: Any) -> QuerySet[Any, Any]:
        """每个样品换成真值，取出来的各行。"""
        self._prepare()
        places = f"({', '.join(['%s'] * len(values))})" if values else ""
        query: Any = self.queryset.query.chain(_Compiled)
        query.ready, query.statement = self._compiler, (f"EXECUTE {self._name}{places}", values)
        rows: Any = self.queryset.all()
        rows.query = query
        rows._iterable_class = self.queryset._iterable_class  # 换了 query，Django 会把 values_list 当成 values
        return rows  # type: ignore[no-any-return]

    def first(self, *values: Any) -> Any:
        """没有就是 None。"""
        return next(iter(self.rows(*values)), None)

    def _prepare(self) -> None:
        connection = connections[DEFAULT_DB_ALIAS]
        connection.ensure_connection()
        live: Any = connection.connection
        if live not in self._known:
            with connection.wrap_database_errors, live.cursor() as cursor:  # 断了的连接，Django 照常认得出、换得掉
                cursor.execute(b"PREPARE " + self._name.encode() + b" AS " + cursor.mogrify(*self._statement))
            self._known.add(live)


def _place(param: Any, samples: tuple[Any, ...]) -> Any:
    """是样品的，换成它的位置；别的原样。"""
    same = (number for number, sample in enumerate(samples, 1) if type(param) is type(sample) and param == sample)
    number = next(same, None)
    return param if number is None else AsIs(f"${number}")


class _Compiled(Query):
    """编译好了的查询：给出去的编译器是备好的那一个的复件，换上本线程的连接和真值。"""

    ready: SQLCompiler
    statement: tuple[str, tuple[Any, ...]]

    def get_compiler(self, using: Any = None, connection: Any = None, elide_empty: bool = True) -> Any:
        compiler: Any = copy(self.ready)
        compiler.connection = connection or connections[using]
        compiler.as_sql = lambda *_, **__: self.statement
        return compiler
