"""make first：照 README 从头来一遍——新检出，make run 到首页打得开，再起一次；加 test 连 make test 也计时。

写进 docs/measured/first.md。软件包缓存里已有的不再下载，表里写明；要连下载一起量，先清空包缓存。
"""

import contextlib
import datetime
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from devstack.places import ROOT
from office.workdays.rules import SHANGHAI
from portal.bench import record

PAGE = ROOT / "docs" / "measured" / "first.md"
PATIENCE = 600  # 秒；十分钟还打不开首页，就是坏了
LAST_WORDS = 20  # 行
NOTES = "从一个新检出照 README 的命令起；数据库、代理、演示数据都从头建。软件包在本机的包缓存里，不含下载。"


def main(words: list[str]) -> int:
    try:
        record.refuse_unclean()
    except record.Unclean as unclean:
        raise SystemExit(str(unclean)) from unclean
    with tempfile.TemporaryDirectory(prefix="hall-first-") as place:
        clone = Path(place) / "hall"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        rows = [("make run 头一次，到首页打得开", _opened(clone), "≤ 60"), ("make run 再起", _opened(clone), "≤ 12")]
        if "test" in words:
            rows.append(("make test 头一次", _tested(clone), ""))
        subprocess.run(["make", "--silent", "clean"], cwd=clone, env=_plain(), check=True)
    PAGE.write_text(_page(rows))
    print(PAGE.read_text())
    return 0


def _opened(clone: Path) -> float:
    """起一座大厅，首页答复了就记时，再照 Ctrl-C 停掉。返回秒数。"""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    began = time.monotonic()
    hall = subprocess.Popen(
        ["make", "--silent", "run"], cwd=clone, env=_plain(PORT=port), stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        while not _answers(port):
            if hall.poll() is not None or time.monotonic() - began > PATIENCE:
                raise SystemExit(f"首页没有打开。\n{_last_words(clone)}")
            time.sleep(0.1)
        return time.monotonic() - began
    finally:
        with contextlib.suppress(ProcessLookupError):  # 自己先停了
            os.killpg(hall.pid, signal.SIGINT)
        hall.wait()


def _last_words(clone: Path) -> str:
    """各个日志的末尾：检出随后就删了，要在这里看。"""
    logs = sorted((clone / "var" / "log").glob("*.log"))
    return "\n".join(f"== {log.name}\n" + "\n".join(log.read_text().splitlines()[-LAST_WORDS:]) for log in logs)


def _answers(port: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _tested(clone: Path) -> float:
    began = time.monotonic()
    subprocess.run(["make", "--silent", "test"], cwd=clone, env=_plain(), check=True)
    return time.monotonic() - began


def _plain(**more: str) -> dict[str, str]:
    """不带本检出的环境：数据目录、虚拟环境都用新检出自己的。"""
    mine = ("HALL_VAR", "VIRTUAL_ENV", "PYTHONPATH", "DATABASE_URL", "REDIS_URL", "TEST_DB", "DJANGO_SETTINGS_MODULE")
    return {name: value for name, value in os.environ.items() if name not in mine} | more


def _page(rows: list[tuple[str, float, str]]) -> str:
    told = [(what, f"{seconds:.1f}", goal) for what, seconds, goal in rows]
    at = datetime.datetime.now(SHANGHAI)
    return record.page_of("从头来一遍", record.heading(at), ("做什么", "秒", "目标"), told, NOTES)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
