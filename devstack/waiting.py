"""等一件事发生,等不到就说清楚等的是什么。"""

import time
from collections.abc import Callable


def until(happened: Callable[[], bool], *, seconds: float, what: str, every: float = 0.05) -> None:
    """反复问 `happened`,直到为真;超过 `seconds` 秒抛 TimeoutError。"""
    end = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > end:
            raise TimeoutError(f"等了 {seconds:.0f} 秒仍未等到:{what}")
        time.sleep(every)
