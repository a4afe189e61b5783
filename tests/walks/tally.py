"""走过的数：几趟、按了什么、成了几回。长跑里一趟记一次，写进 var/walks/；`python -m tests.walks.tally` 合成一张表。"""

import json
import os
import sys
from collections import Counter
from pathlib import Path

from devstack.places import VAR

PLACE = VAR / "walks"
ENDS = ["成了", "现在不行", "无权", "到期处理"]


class Tally:
    """name 空着的不写文件。"""

    def __init__(self, name: str):
        self.walks, self.counts = 0, Counter()
        self.file = PLACE / f"{name}-{os.getpid()}.json" if name else None

    def count(self, what, end, times=1):
        if times:
            self.counts[what, end] += times

    def walked(self):
        self.walks += 1
        if self.file:
            PLACE.mkdir(parents=True, exist_ok=True)
            rows = [[what, end, n] for (what, end), n in sorted(self.counts.items())]
            self.file.write_text(json.dumps({"walks": self.walks, "counts": rows}, ensure_ascii=False))


def table(files: list[Path]) -> str:
    """几份合起来：一行一个动作，成了的多的在前。"""
    read = [json.loads(one.read_text()) for one in files]
    counts = Counter()
    for one in read:
        for what, end, n in one["counts"]:
            counts[what, end] += n
    names = sorted({what for what, _end in counts}, key=lambda what: -sum(counts[what, end] for end in ENDS))
    rows = ["| " + " | ".join([f"`{what}`", *(str(counts[what, end] or "") for end in ENDS)]) + " |" for what in names]
    head = [f"走完 {sum(one['walks'] for one in read)} 趟。", "", f"| 动作 | {' | '.join(ENDS)} |", "|---" * 5 + "|"]
    return "\n".join([*head, *rows])


if __name__ == "__main__":
    print(table([Path(word) for word in sys.argv[1:]] or sorted(PLACE.glob("*.json"))))  # noqa: T201
