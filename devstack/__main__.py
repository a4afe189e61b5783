"""python -m devstack run | test [pytest 参数] | manage [命令] | stop"""

import sys

from devstack import suite


def main(words: list[str]) -> int:
    match words:
        case ["test", *arguments]:
            return suite.test(arguments)
        case ["stop"]:
            suite.stop()
            return 0
        case _:
            print(__doc__)
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
