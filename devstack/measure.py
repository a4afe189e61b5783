"""make faults、make handovers、make bench:各用一个自己的集群和库,照常等磁盘;量完停掉,库留着下次接着用。"""

import os
import subprocess
import sys
from pathlib import Path

from devstack.broker import Broker
from devstack.places import ROOT, VAR, code_digest, private_directory
from devstack.postgres import RUNTIME, Cluster
from devstack.secrets import ensure_secrets
from devstack.suite import SCHEMA, locked

HOME = "bench"
PREPARE = ("migrate --noinput -v 0", f"grant_app_role {RUNTIME}", "load_workdays", "load_bureau", "load_catalogue")


def faults(arguments: list[str]) -> int:
    """清扫的故障演练:每次都用新库。"""
    return _with_servers("faults", ["measure faults " + " ".join(arguments)], fresh=True)


def handovers(arguments: list[str]) -> int:
    """三级移交的故障演练：每次都用新库。"""
    return _with_servers("handovers", ["measure handovers --count 10000 " + " ".join(arguments)], fresh=True)


def bench(arguments: list[str]) -> int:
    """页面快慢:库里二十万件,表结构没变就接着用。"""
    return _with_servers("pages", ["load_bench " + " ".join(arguments), "measure pages"], fresh=False)


def _with_servers(name: str, lines: list[str], *, fresh: bool) -> int:
    with locked(VAR / HOME / "bench.lock", waiting="另一次测量正在进行,等它结束……"):
        cluster, broker = Cluster(HOME), Broker(HOME)
        private_directory(VAR / "media")
        try:
            cluster.start_detached()
            broker.start_detached()
            cluster.ensure_role()
            schema = code_digest(*SCHEMA)
            cluster.ensure_database(name)
            if fresh or cluster.note(name) != schema:
                cluster.drop_databases(name)
                cluster.ensure_database(name)
            failed = _commands([*PREPARE, *lines], cluster.url(database=name), broker.url)
            cluster.write_note(schema, name)
            return failed
        finally:
            cluster.stop()
            broker.stop()


def _commands(lines: list[str], database: str, broker: str) -> int:
    environment = {
        **os.environ,
        **ensure_secrets(VAR / "secrets.env"),
        "DJANGO_SETTINGS_MODULE": "portal.settings.development",
        "DATABASE_URL": database,
        "REDIS_URL": broker,
        "HALL_DEMO": "1",
        "HALL_VAR": str(VAR),
        "LOG_LEVEL": "ERROR",
    }
    (Path(environment["HALL_VAR"]) / "static").mkdir(parents=True, exist_ok=True)
    return subprocess.call([sys.executable, "-m", "devstack.commands", *lines], cwd=ROOT, env=environment)
