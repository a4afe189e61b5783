"""在一个进程里依次执行几条 manage.py 命令(省去每条两秒的启动):

python -m devstack.commands "migrate --noinput" "load_workdays"
还没有的命令跳过。
"""

import shlex
import sys

import django
from django.core.management import call_command, get_commands


def main(lines: list[str]) -> None:
    django.setup()
    known = get_commands()
    for line in lines:
        name, *arguments = shlex.split(line)
        if name in known:
            call_command(name, *arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
