"""目录写成表格：格子里的字怎样出去、怎样回来。纯函数。"""

import re

RISKY = re.compile(r"'*[=+\-@\t\r]")


def guarded(text: str) -> str:
    """以 = + - @ 等开头的字,电子表格会当成公式去算:前面加一个单引号。"""
    return f"'{text}" if RISKY.match(text) else text


def unguarded(text: str) -> str:
    """出去时加的单引号,回来时去掉;别的单引号不动。"""
    return text[1:] if text.startswith("'") and RISKY.match(text) else text
