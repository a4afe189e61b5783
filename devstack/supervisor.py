"""监督进程:按次序起,坏了退避重启,一声令下全部停干净。

每个孩子一份 `var/log/<名>.log`,同时加上名字打到屏幕。只在主线程里起孩子:
Linux 的“父死子随”信号认的是生它的那个线程。
"""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from devstack.waiting import until

SLOWEST_RESTART = 30.0  # 秒;退避到此为止
STEADY_AFTER = 30.0  # 秒;活过这么久,退避从头算
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None
_screen = threading.Lock()


class Interrupted(BaseException):
    """有人按了 Ctrl-C,或系统要求结束。"""


def say(line: str, name: str = "hall") -> None:
    """打一行带名字的话;终端已经关掉也不要紧。"""
    try:
        with _screen:
            sys.stdout.write(f"{name:>8} │ {line.rstrip()}\n")
            sys.stdout.flush()
    except (OSError, ValueError):
        pass


@dataclass
class Child:
    """一个被看管的进程。"""

    name: str
    argv: Sequence[str]
    log: Path
    ready: Callable[[], bool] | None = None
    options: dict[str, Any] = field(default_factory=dict)
    stop_with: signal.Signals = signal.SIGTERM
    grace: float = 15.0  # 秒;过了还不走就强行结束
    foundation: bool = False  # 数据库和代理:最先起、最后停
    follows: str = ""  # 它所跟随的孩子重启时,它也重启
    once: bool = False  # 跑完就完,不重启
    process: subprocess.Popen[str] | None = None
    failures: int = 0
    started: float = 0.0
    due: float = 0.0  # 何时可以再起;0 是没有在等
    _pump: threading.Thread | None = None

    def start(self) -> None:
        self.started, self.due = time.monotonic(), 0.0
        self.process = subprocess.Popen(
            list(self.argv),
            **{"stdin": subprocess.DEVNULL, **self.options},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            process_group=0,  # Ctrl-C 只到监督进程,由它按次序停
            preexec_fn=self._die_with_parent,
        )
        self._pump = threading.Thread(target=self._copy, args=(self.process.stdout,), daemon=True)
        self._pump.start()

    @property
    def exit_code(self) -> int | None:
        return self.process.poll() if self.process else None

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def settled(self) -> bool:
        """应答了,或者已经死了:不必再等。"""
        return not self.alive or self.ready is None or self.ready()

    def ask_to_stop(self) -> None:
        if self.process and self.alive:
            self.process.send_signal(self.stop_with)

    def wait_stopped(self) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(self.grace)
        except subprocess.TimeoutExpired:
            say(f"{self.grace:.0f} 秒内没有停下,强行结束", self.name)
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        if self._pump:
            self._pump.join(2)

    def _die_with_parent(self) -> None:
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, int(self.stop_with))

    def _copy(self, lines: IO[str]) -> None:
        with self.log.open("a") as log:
            for line in lines:
                log.write(line)
                log.flush()
                say(line, self.name)


class Supervisor:
    """看管一组孩子;用 with,离开时无论如何都停干净。"""

    def __init__(self) -> None:
        self.children: list[Child] = []

    def __enter__(self) -> "Supervisor":
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _interrupt)
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> bool:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        self.stop()
        return kind is Interrupted

    def start(self, child: Child) -> Child:
        self.children.append(child)
        child.start()
        return child

    def wait_ready(self, *children: Child, seconds: float = 60) -> None:
        """等它们都应答;谁在等待中死了,就带着日志位置退出。"""
        for child in children:
            until(child.settled, seconds=seconds, what=f"{child.name} 应答")
            if not child.alive:
                raise SystemExit(f"{child.name} 起不来(退出码 {child.exit_code}),请看 {child.log}")

    def finish(self, child: Child, seconds: float = 600) -> None:
        """起一个一次性的孩子并等它做完;失败就退出。"""
        self.start(child)
        until(lambda: not child.alive, seconds=seconds, what=f"{child.name} 做完")
        child.wait_stopped()
        if child.exit_code:
            raise SystemExit(f"{child.name} 失败(退出码 {child.exit_code}),请看 {child.log}")

    def watch(self) -> None:
        """一直看着,直到 Interrupted。"""
        while True:
            self.look()
            time.sleep(0.2)

    def look(self) -> None:
        """看一眼:死了的排上重启,到点的重启。"""
        now = time.monotonic()
        for child in self.children:
            if child.alive or child.once:
                continue
            if not child.due:
                self._schedule(child, now)
            elif now >= child.due:
                child.start()
                self._restart_followers(child)

    def stop(self) -> None:
        """先停上层(网页、任务),都走了再停数据库和代理。"""
        for foundation in (False, True):
            group = [child for child in self.children if child.foundation is foundation]
            for child in group:
                child.ask_to_stop()
            for child in group:
                child.wait_stopped()

    def _schedule(self, child: Child, now: float) -> None:
        lived = now - child.started
        child.failures = 1 if lived > STEADY_AFTER else child.failures + 1
        pause = min(0.25 * 2**child.failures, SLOWEST_RESTART)
        child.due = now + pause
        say(f"退出了(退出码 {child.exit_code}),{pause:.1f} 秒后重启", child.name)

    def _restart_followers(self, leader: Child) -> None:
        """代理重启后,重新连上的工人会攥着预取的任务不放,所以一并重启。"""
        for child in self.children:
            if child.follows == leader.name and child.alive:
                say(f"{leader.name} 重启,随之重启", child.name)
                child.ask_to_stop()
                child.wait_stopped()
                child.failures = 0


def _interrupt(number: int, frame: object) -> None:
    raise Interrupted
