"""一定有的值：库里的约束、前面的步骤保证了，类型却说可能没有。"""

from typing import TypeVar

T = TypeVar("T")


def sure(value: T | None) -> T:
    """一定有；真没有就是程序错了，当场停下，什么也不写。

    Raises: LookupError。
    """
    if value is None:
        raise LookupError("这里一定该有的值没有")
    return value
