"""搭建:运行角色的权限、时刻表、健康检查、监督进程。"""

import os
import socket
import stat
import subprocess
import sys
import time
from datetime import UTC, datetime

import psycopg2
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from devstack import first, hall, secrets
from devstack.supervisor import Child, Supervisor
from devstack.waiting import until
from portal import sweeping
from portal.bench import record
from portal.celery import SCHEDULE, app
from portal.settings.addresses import celery_address

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


# 数据库 -------------------------------------------------------------------


@pytest.mark.django_db
def test_trigrams_see_chinese():
    """区域设置若是纯 C,pg_trgm 看不见汉字,检索会悄悄失灵。"""
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        cursor.execute("SELECT show_trgm('民政局')")
        assert cursor.fetchone()[0]


def test_app_role_may_write_ordinary_tables(app_role):
    with app_role.cursor() as cursor:
        cursor.execute("INSERT INTO django_session VALUES ('k', 'v', now())")
        cursor.execute("UPDATE django_session SET session_data = 'w'")
        cursor.execute("DELETE FROM django_session")
        assert cursor.rowcount == 1


def _append_only_tables():
    """表 → 主键的列。"""
    found = [model._meta for model in apps.get_models() if getattr(model, "append_only", False)]
    return {meta.db_table: meta.pk.column for meta in found}


@pytest.mark.parametrize(("table", "key"), _append_only_tables().items())
@pytest.mark.parametrize("deed", ["DELETE FROM {table}", "TRUNCATE {table}", "UPDATE {table} SET {key} = {key}"])
def test_app_role_may_not_change_what_is_append_only(app_role, table, key, deed):
    with app_role.cursor() as cursor, pytest.raises(psycopg2.errors.InsufficientPrivilege):
        cursor.execute(deed.format(table=table, key=key))


def test_journal_is_append_only():
    assert "office_entry" in _append_only_tables()


@pytest.mark.parametrize(
    "deed",
    ["CREATE TABLE sneaky (id int)", "DROP TABLE office_entry", "INSERT INTO django_migrations (app) VALUES ('x')"],
)
def test_app_role_may_not_change_the_schema(app_role, deed):
    with app_role.cursor() as cursor, pytest.raises(psycopg2.errors.InsufficientPrivilege):
        cursor.execute(deed)


# 任务 ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("django", "celery"),
    [
        ("unix:///tmp/a/valkey.sock", "redis+socket:///tmp/a/valkey.sock?virtual_host=0"),
        ("unix:///tmp/a/valkey.sock?db=3", "redis+socket:///tmp/a/valkey.sock?virtual_host=3"),
        ("redis://:secret@broker:6379/1", "redis://:secret@broker:6379/1"),
    ],
)
def test_broker_address_is_translated(django, celery):
    assert celery_address(django) == celery


def test_schedule_names_real_tasks():
    app.loader.import_default_modules()
    assert {entry["task"] for entry in SCHEDULE.values()} <= set(app.tasks)
    assert app.conf.beat_schedule is SCHEDULE


def test_daily_sheet_is_swept_at_half_past_four_beijing_time():
    assert app.conf.timezone == "Asia/Shanghai"
    half_past_four = SCHEDULE["daily-sheet"]["schedule"]
    assert (half_past_four.hour, half_past_four.minute) == ({16}, {30})


def test_one_failing_errand_does_not_hold_up_the_others(monkeypatch):
    done = []

    def broken(*, at):
        raise ValueError("坏的")

    def works(*, at):
        done.append(at)
        return 2

    monkeypatch.setattr(sweeping, "SWEEPS", (("坏的", broken), ("好的", works)))
    with pytest.raises(ExceptionGroup) as failures:
        sweeping.sweep(NOON)
    assert done == [NOON]
    assert [str(e) for e in failures.value.exceptions] == ["坏的"]


@pytest.mark.django_db
def test_sweep_command_needs_no_broker(monkeypatch, capsys):
    monkeypatch.setattr(sweeping, "SWEEPS", (("期限", lambda *, at: 3),))
    monkeypatch.setattr(sweeping, "TRAYS", (("通知", lambda *, at: 1),))
    monkeypatch.setattr(sweeping, "INTAKES", (("目录导入", lambda *, at: 4),))
    monkeypatch.setattr(sweeping, "PRESSES", (("工作手册", lambda *, at: 2),))
    monkeypatch.setattr(sweeping, "EXCHANGES", (("送出报文", lambda *, at: 5),))
    call_command("sweep")
    assert capsys.readouterr().out.split() == ["期限：3", "通知：1", "目录导入：4", "工作手册：2", "送出报文：5"]


# 健康检查 -----------------------------------------------------------------


@pytest.mark.django_db
def test_ping_touches_nothing(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/ping/")
    assert (response.status_code, response.content) == (200, b"pong")


@pytest.mark.django_db
def test_ready_says_what_answers(client, settings):
    assert client.get("/ready/").json() == {"database": True, "broker": True}
    settings.REDIS_URL = "unix:///nowhere/valkey.sock"
    response = client.get("/ready/")
    assert (response.status_code, response.json()) == (503, {"database": True, "broker": False})


# 一键起停 -----------------------------------------------------------------


def test_secrets_are_made_once_and_private(tmp_path):
    path = tmp_path / "var" / "secrets.env"
    first = secrets.ensure_secrets(path)
    assert set(first) == {"SECRET_KEY", "VAULT_KEYS"}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert secrets.ensure_secrets(path) == first


def test_only_one_hall_per_checkout(tmp_path, monkeypatch):
    monkeypatch.setattr(hall, "LOCK", tmp_path / "run.lock")
    with hall.only_one(8010):
        with pytest.raises(SystemExit, match="已经在运行"), hall.only_one(8020):
            pass
        assert hall.keeper() == os.getpid()
    assert hall.keeper() is None


def test_taken_port_is_said_plainly():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(SystemExit, match="已被占用.*PORT="):
            hall.claim(other.getsockname()[1])


@pytest.fixture
def house():
    house = Supervisor()
    yield house
    house.stop()


def _child(tmp_path, name, script, **more):
    return Child(name, [sys.executable, "-c", script], tmp_path / f"{name}.log", **more)


SLEEP = "import time; print('起来了', flush=True); time.sleep(600)"


def _watch(house, seen):
    until(lambda: house.look() or seen(), seconds=20, what="监督进程的反应")


def test_fallen_child_is_started_again(house, tmp_path):
    child = house.start(_child(tmp_path, "web", SLEEP))
    first = child.process.pid
    child.process.kill()
    _watch(house, lambda: child.alive and child.process.pid != first)
    assert child.failures == 1


def test_falling_again_and_again_waits_longer(house, tmp_path):
    child = house.start(_child(tmp_path, "web", "raise SystemExit(3)"))
    pauses = []
    while len(pauses) < 2:
        _watch(house, lambda: child.due)
        pauses.append(child.due - time.monotonic())
        _watch(house, lambda: not child.due)
    assert pauses[1] > pauses[0] * 1.5


def test_followers_restart_with_their_leader(house, tmp_path):
    broker = house.start(_child(tmp_path, "broker", SLEEP))
    worker = house.start(_child(tmp_path, "worker", SLEEP, follows="broker"))
    first = worker.process.pid
    broker.process.kill()
    _watch(house, lambda: worker.alive and worker.process.pid != first)
    assert broker.alive


def test_one_shot_is_not_repeated(house, tmp_path):
    once = house.start(_child(tmp_path, "demo", "print('装好了')", once=True))
    until(lambda: not once.alive, seconds=20, what="做完")
    house.look()
    once.wait_stopped()
    assert (once.due, once.exit_code) == (0, 0)
    assert once.log.read_text() == "装好了\n"


def test_stop_leaves_nobody_behind(house, tmp_path):
    stubborn = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEP}"
    children = [
        house.start(_child(tmp_path, "broker", SLEEP, foundation=True)),
        house.start(_child(tmp_path, "web", stubborn, grace=0.5)),
    ]
    until(lambda: all(c.log.exists() and c.log.read_text() for c in children), seconds=20, what="都起来")
    house.stop()
    assert [child.alive for child in children] == [False, False]


# 从头来一遍、量一量 ---------------------------------------------------------


@pytest.fixture
def tools(tmp_path, monkeypatch):
    """替下 git、make：只记下带着什么环境叫的；make clean 照真的那样删数据目录。"""
    place = tmp_path / "bin"
    place.mkdir()
    for name, deed in (("git", 'mkdir -p "$4"'), ("make", 'case "$*" in *clean*) rm -rf "${HALL_VAR:-var}";; esac')):
        (place / name).write_text(f"#!/bin/sh\n{deed}\n")
        (place / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{place}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(record, "refuse_unclean", lambda: None)
    monkeypatch.setattr(first, "PAGE", tmp_path / "first.md")
    return tmp_path


def test_starting_afresh_leaves_the_data_of_this_checkout_alone(tools, monkeypatch):
    """清理的是新检出：本检出的数据目录在环境里，也不能带过去。"""
    mine = tools / "mine"
    mine.mkdir()
    monkeypatch.setenv("HALL_VAR", str(mine))
    monkeypatch.setattr(first, "_opened", lambda clone: 1.0)
    assert first.main([]) == 0
    assert mine.is_dir()


def test_a_hall_that_never_opened_says_where_to_look(tools):
    """make 先死了：说去哪里看，不是找不到进程。"""
    with pytest.raises(SystemExit, match="首页没有打开"):
        first.main([])


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    def git(*words):
        told = ["git", "-c", "user.name=示例", "-c", "user.email=sample@example.com", *words]
        subprocess.run(told, cwd=tmp_path, check=True, capture_output=True)

    git("init")
    (tmp_path / "code.py").write_text("1\n")
    (tmp_path / "docs" / "measured").mkdir(parents=True)
    (tmp_path / "docs" / "measured" / "pages.md").write_text("旧\n")
    git("add", ".")
    git("commit", "-m", "first")
    monkeypatch.setattr(record, "ROOT", tmp_path)
    monkeypatch.delenv("FORCE", raising=False)
    return tmp_path


@pytest.mark.django_db
def test_what_is_measured_is_a_commit(checkout, monkeypatch):
    """改了没有提交的不量；量出来的那几页自己不算改；FORCE=1 照量，写明 -dirty。"""
    record.refuse_unclean()
    told = record.write("pages", "页面快慢", ("量什么",), [("首页",)], "", at=NOON)
    assert "-dirty" not in told and "未知" not in told
    record.refuse_unclean()
    (checkout / "code.py").write_text("2\n")
    with pytest.raises(record.Unclean, match="FORCE=1"):
        record.refuse_unclean()
    monkeypatch.setenv("FORCE", "1")
    record.refuse_unclean()
    assert "-dirty`" in record.write("pages", "页面快慢", ("量什么",), [("首页",)], "", at=NOON)
