"""make test:共用一个不等磁盘的测试集群,几个人同时跑也各用各的库。

集群和代理第一次用时起来,之后常驻(`make stop` 才停);库名取环境变量 TEST_DB,默认 test_hall。
"""

import contextlib
import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from devstack.broker import Broker
from devstack.places import ROOT, VAR, code_digest
from devstack.postgres import Cluster
from devstack.system import compile_translations, ensure_browser, ensure_libraries

HOME = "test"
# 表结构由它们决定。没有迁移的应用按模型建表,所以模型也算。
SCHEMA = ("migrations/*.py", "**/models.py", "models/*.py")


def test(arguments: list[str]) -> int:
    """跑 pytest,返回它的退出码。"""
    ensure_libraries()
    (VAR / "static").mkdir(parents=True, exist_ok=True)
    environment = dict(os.environ)
    if browser := ensure_browser():
        environment["CHROMIUM"] = browser
    name = environment.setdefault("TEST_DB", "test_hall")
    with locked(VAR / HOME / f"{name}.lock", waiting=f"另一组测试正在用 {name},等它结束……"):
        with locked(VAR / HOME / "start.lock"):
            compile_translations()
            environment |= servers(name)
        return subprocess.call([sys.executable, "-m", "pytest", *_parallel(arguments)], cwd=ROOT, env=environment)


def servers(name: str) -> dict[str, str]:
    """测试用的库和代理的地址;环境里已指定的优先。迁移变了就丢掉旧测试库重建。"""
    addresses = {}
    if "DATABASE_URL" not in os.environ:
        cluster = Cluster(HOME, hasty=True)
        cluster.start_detached()
        cluster.ensure_role()
        cluster.ensure_database()
        _forget_outdated(cluster, name)
        addresses["DATABASE_URL"] = cluster.url()
    if "REDIS_URL" not in os.environ:
        broker = Broker(HOME)
        broker.start_detached()
        addresses["REDIS_URL"] = broker.url
    return addresses


def stop() -> None:
    """停掉常驻的测试集群和代理。"""
    with locked(VAR / HOME / "start.lock"):
        if Cluster(HOME, hasty=True).stop():
            print("测试数据库已停")
        if Broker(HOME).stop():
            print("测试代理已停")


@contextlib.contextmanager
def locked(path: Path, *, waiting: str = "") -> Iterator[None]:
    """独占一个锁文件;要等就先说一声。"""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if waiting:
                print(waiting, flush=True)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _parallel(arguments: list[str]) -> list[str]:
    """默认两个进程，先做完的去拿另一个还没做的(几分钟一个的都排在后面);参数里自己说了 -n 就听它的。"""
    chosen = any(word.startswith(("-n", "--numprocesses")) for word in arguments)
    return arguments if chosen else ["-n", "2", "--dist", "worksteal", *arguments]


def _forget_outdated(cluster: Cluster, name: str) -> None:
    """测试库留着重用(--reuse-db);迁移文件一变就全部丢掉,免得拿旧表结构跑新代码。"""
    record = VAR / HOME / f"{name}.migrations"
    now = code_digest(*SCHEMA)
    if record.exists() and record.read_text() == now:
        return
    cluster.drop_databases(name)
    record.write_text(now)
