"""机密:第一次运行时随机生成,写进只有本人能读的文件,以后一直用它。"""

import base64
import os
import secrets
from pathlib import Path

WARNING = "# 丢了 VAULT_KEYS,加密保存的身份证号、电话就再也解不开:与数据库一起备份,分开存放。\n"


def ensure_secrets(path: Path) -> dict[str, str]:
    """读出(没有就生成)SECRET_KEY 与 VAULT_KEYS。"""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = {
            "SECRET_KEY": secrets.token_urlsafe(48),
            "VAULT_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        }
        # 先写好再改名:中途断电不会留下半份机密。
        draft = path.with_suffix(".new")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(WARNING + "".join(f"{key}={value}\n" for key, value in fresh.items()))
        draft.rename(path)
    lines = [line for line in path.read_text().splitlines() if "=" in line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)
