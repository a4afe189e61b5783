"""引用检查器看不见的几条家规。"""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection

from office.clocks import Clock
from office.stateful import Stateful, guard_sql, pairs_of

ROOT = Path(__file__).parents[1]
FLOORS = [
    {"office"}, {"agencies"}, {"catalog"}, {"approvals"}, {"denials", "delegation"}, {"supervision"}, {"portal"},
]  # fmt: skip
ROOMS = set().union(*FLOORS)
CODE = sorted(p for room in ROOMS for p in (ROOT / room).rglob("*.py") if "migrations" not in p.parts)


def floor(label):
    return next(i for i, rooms in enumerate(FLOORS) if label in rooms)


def ours():
    return [model for model in apps.get_models() if model._meta.app_label in ROOMS]


def stateful():
    return [model for model in ours() if issubclass(model, Stateful)]


def test_foreign_keys_point_down():
    upward = [
        f"{model._meta.label}.{field.name}"
        for model in ours()
        for field in model._meta.get_fields()
        if field.concrete and field.related_model and field.related_model._meta.app_label in ROOMS
        and field.related_model._meta.label != "agencies.User"
        and floor(field.related_model._meta.app_label) > floor(model._meta.app_label)
    ]  # fmt: skip
    assert upward == []


def test_moves_only_assign():
    loud = []
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.FunctionDef):
                continue
            if not any(ast.unparse(d).startswith("move(") for d in node.decorator_list):
                continue
            body = [s for s in node.body if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))]
            quiet = (ast.Assign, ast.AugAssign, ast.Pass)
            if any(not isinstance(s, quiet) for s in body) or any(
                isinstance(n, ast.Call) for s in body for n in ast.walk(s)
            ):
                loud.append(f"{path.name}:{node.name}")
    assert loud == []


def test_no_one_moves_a_state_by_query():
    assert [p.name for p in CODE if re.search(r"\.update\([^)]*\bstate=", p.read_text())] == []


def test_nobody_but_take_saves_a_moved_state():
    assert [p.name for p in CODE if "save_moved(" in p.read_text()] == ["stateful.py", "steps.py"]


def speaks_http(source: str) -> bool:
    """引了 django.http 或 django.shortcuts,不论怎么引、在哪一层引。"""
    named = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            named |= {one.name for one in node.names}
        if isinstance(node, ast.ImportFrom):
            named |= {f"{node.module}.{one.name}" for one in node.names}
    return any(f"{one}.".startswith(("django.http.", "django.shortcuts.")) for one in named)


def test_only_pages_and_the_keeping_of_data_speak_http():
    """领域代码不见请求,不给应答:那是 portal 和各室 admin 的事。"""
    domain = [p for p in CODE if p.relative_to(ROOT).parts[0] != "portal" and "admin" not in {p.stem, *p.parts}]
    assert len(domain) > 200
    assert [str(p.relative_to(ROOT)) for p in domain if speaks_http(p.read_text())] == []


@pytest.mark.parametrize(
    ("source", "caught"),
    [
        ("from django.http import Http404", True),
        ("from django.http.response import HttpResponse", True),
        ("from django import shortcuts", True),
        ("def deed():\n    import django.http", True),
        ("from django.utils.http import urlencode", False),
        ("from django.core.exceptions import PermissionDenied", False),
    ],
)
def test_every_way_to_speak_http_is_seen(source, caught):
    assert speaks_http(source) is caught


@pytest.mark.parametrize("model", stateful(), ids=lambda m: m._meta.label)
def test_database_guard_knows_the_declared_steps(model, db):
    """数据库里的守卫与代码里声明的步,一字不差。"""
    field = next(f for f in model._meta.fields if f.name == "state")
    table = model._meta.db_table
    expected = guard_sql(table, str(field.default), [(str(a), str(b)) for a, b in pairs_of(model)])
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = %s", [f"{table}_guard"])
        found = cursor.fetchone()
    assert found and found[0].strip() in expected


@pytest.mark.parametrize("model", [m for m in ours() if getattr(m, "append_only", False)], ids=lambda m: m.__name__)
def test_append_only_tables_have_their_trigger(model, db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_trigger WHERE tgname = %s", [f"{model._meta.db_table}_append_only"])
        assert cursor.fetchone()


@pytest.mark.parametrize("model", [m for m in ours() if issubclass(m, Clock)], ids=lambda m: m._meta.label)
def test_due_clocks_are_found_through_a_partial_index(model):
    assert any(index.fields == ["due_at"] and index.condition for index in model._meta.indexes)


def test_every_test_clause_exists():
    """测试上标的条款都在规格里(有规格时才查得到)。"""
    spec = ROOT.parent / "shared" / "spec" / "clauses.md"
    if not spec.exists():
        pytest.skip("没有规格页")
    known = set(re.findall(r"^\| ([ZDCBS]\d+) \|", spec.read_text(), re.M))
    used = {
        clause
        for path in (ROOT / "tests").rglob("test_*.py")
        for marks in re.findall(r"mark\.clause\(([^)]*)\)", path.read_text())
        for clause in re.findall(r'"([A-Z]\d+)"', marks)
    }
    assert used - known == set()
