"""查询码：申请人、代理人、首问的人、利害关系人各凭自己的一份。"""

import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # 没有容易看错的 0O1IL


def query_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(8))
