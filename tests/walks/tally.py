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
        self.walks, self.counts, self.whys = 0, Counter(), Counter()
        self.file = PLACE / f"{name}-{os.getpid()}.json" if name else None

    def count(self, what, end, times=1, why=""):
        if times:
            self.counts[what, end] += times
        if why:
            self.whys[what, why] += 1

    def walked(self):
        self.walks += 1
        if self.file:
            PLACE.mkdir(parents=True, exist_ok=True)
            told = {"walks": self.walks, "counts": _rows(self.counts), "whys": _rows(self.whys)}
            self.file.write_text(json.dumps(told, ensure_ascii=False))

    def failed(self, words):
        """走坏了的：反例和一路按过的。"""
        if self.file:
            PLACE.mkdir(parents=True, exist_ok=True)
            self.file.with_suffix(".txt").write_text(words)


def _rows(counter):
    return [[what, end, n] for (what, end), n in sorted(counter.items())]


def _sum(read, key):
    found = Counter()
    for one in read:
        for what, end, n in one[key]:
            found[what, end] += n
    return found


def table(files: list[Path]) -> str:
    """几份合起来：一行一个动作，按得多的在前；没有成过的，多半答了什么。"""
    read = [json.loads(one.read_text()) for one in files]
    counts, whys = _sum(read, "counts"), _sum(read, "whys")
    names = sorted({what for what, _end in counts}, key=lambda what: -sum(counts[what, end] for end in ENDS))
    rows = ["| " + " | ".join([f"`{what}`", *(str(counts[what, end] or "") for end in ENDS)]) + " |" for what in names]
    head = [f"走完 {sum(one['walks'] for one in read)} 趟。", "", f"| 动作 | {' | '.join(ENDS)} |", "|---" * 5 + "|"]
    never = [what for what in names if not counts[what, "成了"] and not counts[what, "到期处理"]]
    mostly = {what: max(((n, why) for (name, why), n in whys.items() if name == what), default=(0, ""))[1]
              for what in never}  # fmt: skip
    return "\n".join([*head, *rows, "", *(f"- 没有成过：`{what}`：{mostly[what]}" for what in never)])


if __name__ == "__main__":
    print(table([Path(word) for word in sys.argv[1:]] or sorted(PLACE.glob("*.json"))))  # noqa: T201
