"""make run:整座大厅跑在 var/ 下自带的服务上。"""

import contextlib
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from devstack.broker import Broker
from devstack.places import LOGS, ROOT, VAR, code_digest, private_directory
from devstack.postgres import RUNTIME, Cluster
from devstack.secrets import ensure_secrets
from devstack.supervisor import Child, Supervisor, say
from devstack.system import compile_translations, ensure_libraries
from devstack.waiting import until

HOME = "hall"
LOCK = VAR / "run.lock"
PROGRAMS = Path(sys.executable).parent
# 本机演示用 root 跑也无妨(容器里常常如此),不必每次都让 Celery 警告一屏;生产镜像里本来就不是 root。
ROOT_IS_FINE = "ignore:You're running the worker with superuser privileges"
# 法定工作日谁都要;机构、事项和办件是演示数据。
ESSENTIALS = ("load_workdays",)
DEMONSTRATION = ("load_bureau", "load_catalogue", "load_material_types")
# 决定库表和基础数据的文件:都没变,第二次启动就不必再迁移、再装一遍。
PREPARED_BY = ("**/*.py", "**/*.json", "**/*.csv", "**/*.toml")


class Hall:
    """一次 make run:环境变量里给了 DATABASE_URL、REDIS_URL 就用现成的,没给的自己起。"""

    def __init__(self, port: int) -> None:
        self.port = port
        self.began = time.monotonic()
        self.cluster = None if "DATABASE_URL" in os.environ else Cluster(HOME)
        self.broker = None if "REDIS_URL" in os.environ else Broker(HOME)

    # 环境 ---------------------------------------------------------------

    @property
    def environment(self) -> dict[str, str]:
        """运行时的环境:库以运行角色登录,属主的地址不给它们。"""
        environment = {
            "DJANGO_SETTINGS_MODULE": "portal.settings.development",
            "HALL_DEMO": "1",
            "HALL_VAR": str(VAR),
            "PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            "PYTHONUNBUFFERED": "1",
            "PYTHONWARNINGS": ROOT_IS_FINE,
            **ensure_secrets(VAR / "secrets.env"),
            **os.environ,
        }
        environment.pop("DATABASE_OWNER_URL", None)
        if self.cluster:
            environment["DATABASE_URL"] = self.cluster.url(user=RUNTIME)
        if self.broker:
            environment["REDIS_URL"] = self.broker.url
        return environment

    @property
    def owner_url(self) -> str | None:
        """库属主的地址,只用来迁移和授权;外部数据库没给就是 None。"""
        return self.cluster.url() if self.cluster else os.environ.get("DATABASE_OWNER_URL")

    @property
    def demonstration(self) -> bool:
        return self.environment["HALL_DEMO"] == "1"

    # 次序 ---------------------------------------------------------------

    def run(self) -> None:
        with Supervisor() as house:
            try:
                self._lay_foundations(house)
                prepared = self._already_prepared()
                if not prepared:
                    self._migrate(house)
                self._open(house, load=not prepared)
                house.watch()
            except TimeoutError as late:
                raise SystemExit(str(late)) from late
        say("已全部停止")

    def _lay_foundations(self, house: Supervisor) -> None:
        children = []
        if self.cluster:
            self.cluster.stop()  # 我们握着锁,还在跑的只能是上次被强行结束留下的
            self.cluster.prepare()
            children.append(house.start(self._database(self.cluster)))
        if self.broker:
            self.broker.stop()
            children.append(house.start(self._queue(self.broker)))
        house.wait_ready(*children)
        if self.cluster:
            self.cluster.ensure_role()
            self.cluster.ensure_database()
        self._tell("数据库和消息代理已就绪")

    def _migrate(self, house: Supervisor) -> None:
        environment = self.environment
        lines = ["migrate --noinput -v 1"]
        if self.owner_url:
            runtime = urlsplit(environment["DATABASE_URL"]).username or RUNTIME
            environment["DATABASE_URL"] = self.owner_url
            lines.append(f"grant_app_role {runtime}")
        else:
            say("没有 DATABASE_OWNER_URL:以同一身份迁移和运行,日志表没有数据库权限这层保护")
        house.finish(self._commands("migrate", lines, environment))
        self._tell("库表已是最新")

    def _open(self, house: Supervisor, *, load: bool) -> None:
        """网页先开门;基础数据同时装,演示办件随后装,都不耽误访问。"""
        web = house.start(self._web())
        loading = house.start(self._commands("data", self._essentials())) if load else None
        house.wait_ready(web)
        if loading:
            self._finish_loading(loading)
        house.start(self._worker())
        house.start(self._beat())
        self._tell(f"ready 大厅已开门:http://127.0.0.1:{self.port}/  (Ctrl-C 停止)")
        if self.demonstration:
            house.start(self._commands("demo", ["load_demo"]))

    def _essentials(self) -> list[str]:
        return [*ESSENTIALS, *(DEMONSTRATION if self.demonstration else ())]

    def _finish_loading(self, loading: Child) -> None:
        until(lambda: not loading.alive, seconds=300, what="基础数据装完")
        if loading.exit_code:
            say(f"基础数据没有装完(退出码 {loading.exit_code}),请看 {loading.log}")
        elif self.cluster:
            self.cluster.write_note(self._preparation())

    def _already_prepared(self) -> bool:
        return self.cluster is not None and self.cluster.note() == self._preparation()

    def _preparation(self) -> str:
        """这份代码备好的库,附注应当是什么。"""
        return f"{code_digest(*PREPARED_BY)} {' '.join(self._essentials())}"

    def _tell(self, what: str) -> None:
        say(f"{what}({time.monotonic() - self.began:.1f} 秒)")

    # 孩子们 -------------------------------------------------------------

    def _database(self, cluster: Cluster) -> Child:
        return Child(
            "postgres",
            cluster.argv(),
            LOGS / "postgres.log",
            ready=cluster.ready,
            options=cluster.options(),
            stop_with=signal.SIGINT,
            grace=30,
            foundation=True,
        )

    def _queue(self, broker: Broker) -> Child:
        return Child("broker", broker.argv(), LOGS / "broker.log", ready=broker.ready, foundation=True)

    def _web(self) -> Child:
        argv = [
            str(PROGRAMS / "gunicorn"),
            "portal.wsgi",
            *("--bind", f"127.0.0.1:{self.port}"),
            *("--worker-class", "gthread", "--workers", "2", "--threads", "4", "--preload"),
            *("--graceful-timeout", "10", "--no-control-socket"),
            # 访问日志不记查询串:里面可能有查询口令和姓名。
            *("--access-logfile", str(LOGS / "access.log"), "--access-logformat", "%(t)s %(m)s %(U)s %(s)s %(M)sms"),
        ]
        return self._portal("web", argv, ready=lambda: answers(self.port))

    def _worker(self) -> Child:
        argv = [*self._celery("worker"), "--concurrency", "2", "--without-gossip", "--without-mingle"]
        return self._portal("worker", argv, follows="broker", grace=30)

    def _beat(self) -> Child:
        argv = [*self._celery("beat"), "--schedule", str(VAR / HOME / "beat-schedule"), "--pidfile", ""]
        return self._portal("beat", argv, follows="broker")

    def _celery(self, what: str) -> list[str]:
        return [str(PROGRAMS / "celery"), "--quiet", "-A", "portal", what, "--loglevel", "INFO"]

    def _commands(self, name: str, lines: list[str], environment: dict[str, str] | None = None) -> Child:
        argv = [sys.executable, "-m", "devstack.commands", *lines]
        return self._portal(name, argv, environment=environment, once=True)

    def _portal(
        self, name: str, argv: list[str], *, environment: dict[str, str] | None = None, **more: object
    ) -> Child:
        options = {"env": environment or self.environment, "cwd": ROOT}
        return Child(name, argv, LOGS / f"{name}.log", options=options, **more)  # type: ignore[arg-type]


def run() -> None:
    """开门,直到 Ctrl-C。"""
    port = int(os.environ.get("PORT", "8000"))
    with only_one(port):
        claim(port)
        ensure_libraries()
        for directory in (LOGS, VAR / "static", VAR / HOME):
            directory.mkdir(parents=True, exist_ok=True)
        private_directory(VAR / "media")
        compile_translations()
        Hall(port).run()


def manage(arguments: list[str]) -> int:
    """对正在运行的大厅执行 manage.py 命令,环境与大厅相同。"""
    return subprocess.call([sys.executable, "manage.py", *arguments], cwd=ROOT, env=Hall(8000).environment)


def stop() -> None:
    """请正在运行的大厅停下,等它停完。"""
    pid = keeper()
    if pid is None:
        return
    os.kill(pid, signal.SIGTERM)
    until(lambda: keeper() is None, seconds=60, what="大厅停止")
    print("大厅已停")


@contextlib.contextmanager
def only_one(port: int) -> Iterator[None]:
    """同一个检出只许一座大厅;锁随进程消失,不怕被强行结束。"""
    VAR.mkdir(parents=True, exist_ok=True)
    with LOCK.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise SystemExit(f"大厅已经在运行(进程号、端口:{lock.read().strip()})。停下它:make stop") from None
        lock.truncate(0)
        lock.write(f"{os.getpid()} {port}\n")
        lock.flush()
        yield


def keeper() -> int | None:
    """正握着锁的监督进程;没有人在跑就是 None。"""
    if not LOCK.exists():
        return None
    with LOCK.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            return int(lock.read().split()[0])
    return None


def claim(port: int) -> None:
    """端口没人占才往下走;刚停下的上一座给它三秒。"""
    try:
        until(lambda: _free(port), seconds=3, what="端口空出")
    except TimeoutError:
        raise SystemExit(f"端口 {port} 已被占用。换一个再来,例如:PORT={port + 10} make run") from None


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def answers(port: int) -> bool:
    """大厅是否在应答 /ping/。"""
    try:
        with socket.create_connection(("127.0.0.1", port), 2) as line:
            line.sendall(b"GET /ping/ HTTP/1.0\r\nHost: localhost\r\n\r\n")
            return b" 200 " in line.recv(64)
    except OSError:
        return False
