"""乱走的底子：一个例子走完整个回滚；按一下，现在不行、无权都是正常的答复；时间向前，人会离岗，清扫有时很久不来。"""

import datetime
import os
import random
import traceback

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from agencies.actions import posts
from agencies.models import Absence
from office.steps import NotNow
from tests.walks.tally import Tally

PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "short")
HOUR, SECOND = datetime.timedelta(hours=1), datetime.timedelta(seconds=1)
WAITS = [SECOND, HOUR, 4 * HOUR, 12 * HOUR, 24 * HOUR, 72 * HOUR, 240 * HOUR]
RIGHT = st.integers(0, 5).map(bool)  # 六回里五回找对人
N = st.integers(0, 10**6)


class Stroll(RuleBasedStateMachine):
    """at 是此刻，n 是这一步的骰子，right 是找没找对人；staff 是会离岗的人，clocks 是要扫的时钟，sweeps 是清扫。"""

    built = None  # 测试函数备好的局
    clocks = ()
    sweeps = ()
    tally = Tally("")

    def begin(self, b):
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.b, self.at, self.n, self.right, self.throws = b, b.at, 0, True, 0

    def teardown(self):
        if hasattr(self, "atomic"):
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)
            self.tally.walked()

    def throw(self, n, right):
        """掷一回。Hypothesis 爱给小的、整的数，除几次就成了零：打散了再用。"""
        self.throws += 1
        self.n, self.right = random.Random(f"{n}/{self.throws}").getrandbits(62), right

    def press(self, deed, *arguments, **told):
        """按一下；按成了没有。别的异常就是错。"""
        name = f"{deed.__module__.rpartition('.')[2]}.{deed.__name__}"
        try:
            deed(*arguments, at=self.at, **told)
        except PermissionDenied:
            return self.ended(name, "无权", arguments, told)
        except (NotNow, posts.OverlappingAbsence) as why:
            return self.ended(name, "现在不行", arguments, told, str(why))
        return self.ended(name, "成了", arguments, told)

    def ended(self, name, end, arguments, told, why=""):
        """记一笔；走坏了的，一路按过的随反例印出来。"""
        self.tally.count(name, end, why=why)
        note(f"{self.at:%m-%d %H:%M:%S} {name} {arguments} {told.get('by', '')}：{end}{why}")
        return end == "成了"

    def one_of(self, deeds, *arguments):
        """按骰子挑一个走；骰子除掉用过的一截，后面还能再掷。"""
        self.chosen, self.n = deeds[self.n % len(deeds)], self.n // len(deeds)
        return self.chosen(self, *arguments)

    def by(self, *able):
        """六回里五回是行使职责的人，一回是随便谁。"""
        chosen = able if self.right and able else self.staff
        return chosen[self.n // 1009 % len(chosen)]  # 与同一步里别的挑法不相干

    def wait(self):
        self.at += WAITS[self.n % len(WAITS)]

    def until(self, moment):
        """等到那一刻；过了就不等。"""
        self.at = max(self.at, moment)

    def until_the_next_deadline(self):
        """走到下一个到期的前一秒、那一刻、后一秒；四回里三回有清扫来。"""
        due = [clock.due_at for model in self.clocks for clock in model.objects.running().filter(due_at__gt=self.at)]
        self.at = max(self.at, min(due, default=self.at) + (self.n % 3 - 1) * SECOND)
        note(f"到了 {self.at:%m-%d %H:%M:%S}{'，清扫' if self.n % 4 else ''}")
        if self.n % 4:
            self.sweep()

    def sweep(self):
        """几样清扫的先后是随便的；停了很久才扫，一次会带出下一次，但很快就没有了。"""
        order = random.Random(self.n).sample(self.sweeps, len(self.sweeps))
        for _ in range(4):
            done = [errand(at=self.at) for errand in order]
            for errand, times in zip(order, done, strict=True):
                self.tally.count(f"{errand.__module__.partition('.')[2]}.{errand.__name__}", "到期处理", times)
            if not any(done):
                break
        assert not any(done), f"清扫之后又做了一次：{done}"
        for model in self.clocks:
            assert not model.objects.due(self.at).exists(), "清扫之后还有到期没做的"
            assert not model.objects.parked().exists(), model.objects.parked().values_list("kind", "last_error")

    def people_come_and_go(self, *likely):
        """有人回来，或者有人离岗；likely 是正轮到的人，三回里两回是他们离岗，由 B 岗接着。"""
        for user in self.staff:
            user.forget_grants()  # 同一时刻的职责只问一次库，刚离岗的要重问
        away = Absence.objects.filter(to_at=None, from_at__lt=self.at).first()
        if away and self.n % 2:
            self.press(posts.return_to_duty, absence=away, by=away.user)
            return
        people, days = likely if likely and self.n % 3 else self.staff, self.n % 4
        user = people[self.n % len(people)]
        until = self.at + days * 24 * HOUR if days else None
        self.press(posts.record_absence, user=user, from_at=self.at, to_at=until, reason="年假", by=user)


def guards_hold():
    """推迟到提交的守卫，现在就核。"""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def walk(machine, name: str = "", *, short: tuple[int, int], long: tuple[int, int] = (300, 60)):
    """平日走得短，每次一样；HYPOTHESIS_PROFILE=long 走得长，每次不同，记在 var/walks/，走几趟可以由 WALKS 另说。

    走坏了的不缩小：缩小要好几分钟，要缩小的加 SHRINK=1。
    """
    examples, steps = {"short": short, "long": long}[PROFILE]
    machine.tally = Tally(f"{machine.__name__}-{name}" if PROFILE == "long" else "")
    try:
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=int(os.environ.get("WALKS", examples)), stateful_step_count=steps, deadline=None,
                database=None, derandomize=PROFILE == "short", suppress_health_check=list(HealthCheck),
                phases=[Phase.generate] + [Phase.shrink] * ("SHRINK" in os.environ),
            ),
        )  # fmt: skip
    except Exception:
        machine.tally.failed(traceback.format_exc())  # 长跑几十分钟：半路停下的，走坏的也留着
        raise
