"""把量到的写成 docs/measured/ 里的一页:日期、提交、机器、数字。不写主机名和路径。"""

import datetime
import os
import platform
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
Row = Sequence[object]


class Unclean(Exception):
    """改了还没有提交。"""


def write(name: str, title: str, head: Row, rows: Sequence[Row], notes: str, *, at: datetime.datetime) -> str:
    """写一页,返回写了什么。"""
    text = page_of(title, heading(at, f"PostgreSQL {_postgres()}"), head, rows, notes)
    page = ROOT / "docs" / "measured" / f"{name}.md"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(text)
    return text


def heading(at: datetime.datetime, *more: str) -> str:
    """哪一天、哪个提交、什么机器。"""
    machine = f"{os.cpu_count()} 核 {platform.machine()}，当时负载 {os.getloadavg()[0]:.1f}"
    told = [f"{at:%Y-%m-%d %H:%M}", f"提交 `{commit()}`", machine, f"Python {platform.python_version()}", *more]
    return f"{'，'.join(told)}。"


def page_of(title: str, heading: str, head: Row, rows: Sequence[Row], notes: str) -> str:
    """一页：标题、哪一天哪个提交、表、说明。"""
    table = [_line(head), _line(["---"] * len(head)), *(_line(row) for row in rows)]
    return "\n".join([f"# {title}", "", heading, "", *table, "", notes.strip(), ""])


def percentile(values: Sequence[float], share: float) -> float:
    """第 share 分位(就近取一个真的量到的值);没有值为 0。"""
    ordered = sorted(values)
    return ordered[min(round(share * (len(ordered) - 1)), len(ordered) - 1)] if ordered else 0.0


def _line(cells: Row) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def refuse_unclean() -> None:
    """量之前先看:改了没有提交的不量;环境变量 FORCE=1 照量,页上写明 -dirty。Raises: Unclean。"""
    if _changed() and os.environ.get("FORCE") != "1":
        raise Unclean("有改动没有提交,量到的对不上任何一个提交;先提交,或者 FORCE=1 照量(页上写明 -dirty)。")


def commit() -> str:
    """量的是哪个提交;当时有改动的带 -dirty。"""
    name = _git("describe", "--always") or "未知"
    return f"{name}-dirty" if _changed() else name


def _changed() -> bool:
    """代码改了没有提交;量出来的那几页自己不算。"""
    return bool(_git("status", "--porcelain", "--untracked-files=no", "--", ".", ":(exclude)docs/measured"))


def _git(*words: str) -> str:
    git = shutil.which("git")
    if git is None:
        return ""
    shown = subprocess.run([git, *words], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 写死的命令
    return shown.stdout.strip()


def _postgres() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return str(cursor.fetchone()[0])
