"""填了没有：空格、全角空格、零宽字符都不算字；是、否不算数。"""

import re
from typing import Any

# 应用和数据库用同一个式子(Python 与 PostgreSQL 都认)：\s 在有的语言环境里只认 ASCII，看不见的字符一个个写明。
WRITTEN = r"[^\s\u0085\u00a0\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\u3164\ufeff]"


def written(value: Any) -> bool:
    """是写了字的一段话。"""
    return isinstance(value, str) and bool(re.search(WRITTEN, value))


def positive(value: Any) -> bool:
    """是一个正整数。"""
    return isinstance(value, int) and not isinstance(value, bool) and value > 0
