"""东西放在哪里:数据目录、套接字目录,以及“换一个用户还够不够得着”。"""

import hashlib
import os
import pwd
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("HALL_VAR", ROOT / "var")).resolve()
LOGS = VAR / "log"
ROOMS = ("office", "agencies", "catalog", "approvals", "denials", "delegation", "supervision", "portal")

# 初始化数据库的程序拒绝 root;以 root 运行时让给其中第一个存在的用户。
SERVANTS = ("postgres", "nobody")
# Linux 的 sun_path 是 108 字节,BSD 是 104,末尾还要一个 0。
SOCKET_LIMIT = 100


def servant() -> pwd.struct_passwd | None:
    """以 root 运行时,代为运行数据库的系统用户;普通用户运行时是 None(就用自己)。"""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in SERVANTS:
        if name in known:
            return known[name]
    raise SystemExit("以 root 运行时需要系统用户 postgres 或 nobody;也可以改用普通用户运行。")


def reachable(path: Path, user: pwd.struct_passwd | None) -> bool:
    """`user` 能否走到 `path`(只看沿途目录的“其他人可进入”位,够用且不会误放行)。"""
    if user is None:
        return True
    return all(parent.stat().st_mode & 0o001 for parent in [path, *path.parents] if parent.is_dir())


def fingerprint(path: Path) -> str:
    """同一个检出目录总得到同一个短名,不同的检出互不相扰。"""
    return hashlib.sha256(str(path).encode()).hexdigest()[:12]


def code_digest(*patterns: str) -> str:
    """依赖锁和各应用里合乎样式的文件(名与内容)的摘要:变没变,一比便知。"""
    digest = hashlib.sha256()
    found = {path for room in ROOMS for pattern in patterns for path in (ROOT / room).glob(pattern)}
    for path in sorted({ROOT / "requirements-dev.lock", *found}):
        digest.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def private_directory(path: Path, owner: pwd.struct_passwd | None = None, mode: int = 0o700) -> Path:
    """建好一个归 `owner` 所有的目录;公共目录下若已被别人抢先建了,宁可不用。"""
    path.mkdir(parents=True, exist_ok=True)
    mine = {os.geteuid()} | ({owner.pw_uid} if owner else set())
    if path.is_symlink() or path.stat().st_uid not in mine:
        raise SystemExit(f"{path} 不归本用户所有,不敢使用;请删除后重试。")
    if owner:
        os.chown(path, owner.pw_uid, owner.pw_gid)
    path.chmod(mode)
    return path


def data_directory(name: str, user: pwd.struct_passwd | None) -> Path:
    """`var/<name>`;检出放在别人进不去的目录(如 /root)时改放 /var/tmp。"""
    VAR.mkdir(parents=True, exist_ok=True)
    if reachable(VAR, user):
        return VAR / name
    return private_directory(shelter(), mode=0o755) / name


def shelter() -> Path:
    """别人进不去检出目录时,数据和程序改放的地方。"""
    return Path("/var/tmp") / f"hall-{fingerprint(VAR)}"


def socket_directory(base: Path, user: pwd.struct_passwd | None, longest: str) -> Path:
    """套接字目录;路径太长时改用临时目录下的短名。`longest` 是其中最长的文件名。"""
    directory = base / "s"
    if len(os.fsencode(directory / longest)) > SOCKET_LIMIT:
        directory = Path(tempfile.gettempdir()) / f"hall-{fingerprint(base)}"
    return private_directory(directory, user)
