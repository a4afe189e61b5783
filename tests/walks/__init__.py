"""乱走：随便谁、随便什么时候、随便按什么，每按一下核对全部不变量。

`strolling.py` 是底子：时间、离岗、清扫，按一下；`window.py`、`section.py`、`specials.py`、`promises.py`、`ladder.py`、
`handing.py`、`supervising.py`、`retracting.py`、`recalling.py`、`asking.py` 各是一间屋里的人会按的；
`world.py` 搭好三个机关的局，`beginnings.py` 先走一段。走的机器在 `tests/test_stateful*.py`，拼这几样。
"""
