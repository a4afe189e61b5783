"""make run 用谁的服务：给了现成的就用现成的，没给才自带；第二次启动，数据还在。这里一个进程也没有真的起。"""

import pytest

from devstack import broker, hall, postgres


class Nobody:
    """只记下要起谁的监督进程。"""

    def __init__(self):
        self.started = {}

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        return False

    def start(self, child):
        return self.started.setdefault(child.name, child)

    finish = start

    def wait_ready(self, *children):
        assert all(child.name in self.started for child in children)

    def watch(self):
        assert "web" in self.started


def opened(monkeypatch, here):
    """一次 make run 会起哪些进程。"""
    house = Nobody()
    monkeypatch.setattr(hall, "Supervisor", lambda: house)
    for name in ("stop", "prepare", "ensure_role", "ensure_database") if here.cluster else ():
        monkeypatch.setattr(here.cluster, name, lambda: None)
    if here.broker:
        monkeypatch.setattr(here.broker, "stop", lambda: None)
    here.run()
    return house.started


@pytest.fixture
def own_var(tmp_path, monkeypatch):
    """自带的服务放在这里；环境里没有现成的，也没有运行时的设置。"""
    monkeypatch.setattr(postgres, "data_directory", lambda name, user: tmp_path / name)
    monkeypatch.setattr(broker, "VAR", tmp_path)
    monkeypatch.setattr(hall, "VAR", tmp_path)
    for name in ("DATABASE_URL", "REDIS_URL", "DATABASE_OWNER_URL", "HALL_VAR", "HALL_DEMO"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.mark.usefixtures("own_var")
def test_given_servers_are_used_and_none_is_started(monkeypatch):
    """给了 DATABASE_URL、REDIS_URL：同一条命令就用它们，自己的一个也不备。"""
    given = {"DATABASE_URL": "postgres://hall_app@db.example/hall", "REDIS_URL": "redis://broker.example:6379/1"}
    owner = "postgres://hall@db.example/hall"
    for name, address in {**given, "DATABASE_OWNER_URL": owner}.items():
        monkeypatch.setenv(name, address)
    here = hall.Hall(8010)
    assert (here.cluster, here.broker) == (None, None)
    assert {name: here.environment[name] for name in given} == given
    assert here.owner_url == owner and "DATABASE_OWNER_URL" not in here.environment, "属主的地址只用来迁移"

    started = opened(monkeypatch, here)
    assert not {"postgres", "broker"} & set(started)
    assert started["migrate"].options["env"]["DATABASE_URL"] == owner
    assert {started[name].options["env"]["DATABASE_URL"] for name in ("web", "worker", "beat")} == {
        given["DATABASE_URL"]
    }


def test_without_given_servers_the_hall_brings_its_own(own_var):
    here = hall.Hall(8010)
    assert here.environment["DATABASE_URL"] == here.cluster.url(user=postgres.RUNTIME) != here.owner_url
    assert here.environment["REDIS_URL"] == here.broker.url
    assert here.cluster.data.parent == own_var / hall.HOME and here.broker.base.parent == own_var / hall.HOME


def test_one_given_server_leaves_the_other_to_us(own_var, monkeypatch):
    monkeypatch.setenv("REDIS_URL", "redis://broker.example:6379/1")
    here = hall.Hall(8010)
    assert here.broker is None and here.environment["REDIS_URL"] == "redis://broker.example:6379/1"
    assert here.cluster and here.environment["DATABASE_URL"] == here.cluster.url(user=postgres.RUNTIME)


def test_a_second_run_keeps_the_data(own_var, monkeypatch):
    """第二次启动：同一处数据、同一把密钥；建成的库不重建，代码没变也不再装一遍。"""
    first = hall.Hall(8010)
    first.cluster.data.mkdir(parents=True)
    (first.cluster.data / ".made").touch()
    (kept := first.cluster.data / "kept").write_text("办件")
    address, keys = first.environment["DATABASE_URL"], first.environment["VAULT_KEYS"]

    second = hall.Hall(8010)
    monkeypatch.setattr(second.cluster, "_initdb", lambda: pytest.fail("已经建成的库又建了一遍"))
    second.cluster.prepare()
    assert kept.read_text() == "办件"
    assert (second.environment["DATABASE_URL"], second.environment["VAULT_KEYS"]) == (address, keys)

    monkeypatch.setattr(second.cluster, "note", first._preparation)
    started = opened(monkeypatch, second)
    assert not {"migrate", "data"} & set(started) and {"postgres", "broker", "web", "demo"} <= set(started)


def test_a_half_made_cluster_is_made_again(own_var, monkeypatch):
    cluster = hall.Hall(8010).cluster
    cluster.data.mkdir(parents=True)
    (half := cluster.data / "half").touch()
    made = []
    monkeypatch.setattr(cluster, "_initdb", lambda: made.append(cluster.data.mkdir() or True))
    cluster.prepare()
    assert made and not half.exists()
