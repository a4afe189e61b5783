"""python -m devstack run | test [pytest 参数] | manage 命令 | faults | handovers | bench [参数] | stop | clean"""

import shutil
import sys

from devstack import hall, measure, suite
from devstack.places import VAR, shelter


def main(words: list[str]) -> int:
    match words:
        case ["run"]:
            hall.run()
        case ["test", *arguments]:
            return suite.test(arguments)
        case ["manage", *arguments]:
            return hall.manage(arguments)
        case ["faults", *arguments]:
            return measure.faults(arguments)
        case ["handovers", *arguments]:
            return measure.handovers(arguments)
        case ["bench", *arguments]:
            return measure.bench(arguments)
        case ["stop"]:
            hall.stop()
            suite.stop()
        case ["clean"]:
            hall.stop()
            suite.stop()
            for directory in (VAR, shelter()):
                shutil.rmtree(directory, ignore_errors=True)
        case _:
            print(__doc__)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
