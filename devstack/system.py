"""系统里缺什么:PDF 用的动态库、浏览器、译文。能装就装,不能装就一句话说清。"""

import ctypes
import os
import shutil
import subprocess
import sys
from pathlib import Path

from devstack.places import ROOT

# 动态库 → Debian 包。缺 harfbuzz-subset 时仍能出 PDF,但一页要 2–6 秒。
LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def ensure_libraries() -> None:
    """补齐 PDF 动态库;补不了只提醒,不拦着大厅启动。"""
    if sys.platform != "linux":
        return
    missing = [package for library, package in LIBRARIES.items() if not _loads(library)]
    if missing and not _apt_install(missing):
        print(f"缺少生成 PDF 的系统库,请安装:apt-get install {' '.join(missing)}", flush=True)


def ensure_browser() -> str | None:
    """浏览器测试用的 Chromium 路径;没有又装不了时是 None。"""
    found = browser()
    if found is None and _apt_install(["chromium"]):
        found = browser()
    return found


def browser() -> str | None:
    named = os.environ.get("CHROMIUM")
    return named or next((path for path in map(shutil.which, BROWSERS) if path), None)


def compile_translations() -> None:
    """译文 .po 比 .mo 新就重编(pybabel,不需要 gettext 工具)。"""
    sources = list(ROOT.glob("locale/*/LC_MESSAGES/django.po"))
    if all(_fresh(source) for source in sources):
        return
    command = [str(Path(sys.executable).parent / "pybabel"), "-q", "compile", "-d", "locale", "-D", "django"]
    subprocess.run(command, cwd=ROOT, check=True)


def _fresh(source: Path) -> bool:
    compiled = source.with_suffix(".mo")
    return compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _apt_install(packages: list[str]) -> bool:
    """root 且有 apt 才装;成功为真。"""
    apt = shutil.which("apt-get")
    if os.geteuid() != 0 or apt is None:
        return False
    print(f"安装系统软件:{' '.join(packages)}", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = [apt, "install", "-y", "-qq", "--no-install-recommends", *packages]
    for command in ([apt, "update", "-qq"], install):
        done = subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False
        )
    return done.returncode == 0
