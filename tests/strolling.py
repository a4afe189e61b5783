"""乱走的底子：一个例子走完整个回滚；按一下，现在不行、无权都是正常的答复；时间向前，人会离岗，清扫有时很久不来。"""

import contextlib
import datetime
import os

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from agencies.actions import posts
from agencies.models import Absence
from office.steps import NotNow

PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "short")
HOUR, SECOND = datetime.timedelta(hours=1), datetime.timedelta(seconds=1)
WAITS = [SECOND, HOUR, 4 * HOUR, 24 * HOUR, 72 * HOUR, 240 * HOUR]
RIGHT = st.integers(0, 5).map(bool)  # 六回里五回找对人
N = st.integers(0, 999)


class Stroll(RuleBasedStateMachine):
    """at 是此刻，staff 是会离岗的人，clocks 是要扫的时钟，sweeps 是清扫。"""

    clocks = ()
    sweeps = ()

    def begin(self, b):
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.b, self.at, self.right = b, b.at, True

    def teardown(self):
        if hasattr(self, "atomic"):
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    def press(self, deed, *arguments, **told):
        """按一下；按成了没有。别的异常就是错。"""
        with contextlib.suppress(NotNow, PermissionDenied, posts.OverlappingAbsence):
            deed(*arguments, at=self.at, **told)
            return True
        return False

    def by(self, *able):
        """六回里五回是此刻行使职责的人，一回是随便谁。"""
        return able[self.n % len(able)] if self.right and able else self.staff[self.n % len(self.staff)]

    def wait(self):
        self.at += WAITS[self.n % len(WAITS)]

    def until_the_next_deadline(self):
        """走到下一个到期的前一秒、那一刻、后一秒；四回里三回有清扫来。"""
        due = [clock.due_at for model in self.clocks for clock in model.objects.running().filter(due_at__gt=self.at)]
        self.at = max(self.at, min(due, default=self.at) + (self.n % 3 - 1) * SECOND)
        if self.n % 4:
            self.sweep()

    def sweep(self):
        order = self.sweeps if self.n % 2 else self.sweeps[::-1]
        for _ in range(3):
            for errand in order:
                errand(at=self.at)
        assert [errand(at=self.at) for errand in self.sweeps] == [0] * len(self.sweeps), "清扫之后又做了一次"
        for model in self.clocks:
            assert not model.objects.due(self.at).exists(), "清扫之后还有到期没做的"
            assert not model.objects.parked().exists(), model.objects.parked().values_list("kind", "last_error")

    def people_come_and_go(self):
        away = Absence.objects.filter(to_at=None, from_at__lt=self.at).first()
        if away and self.n % 2:
            self.press(posts.return_to_duty, absence=away, by=away.user)
            return
        user, days = self.staff[self.n % len(self.staff)], self.n % 4
        until = self.at + days * 24 * HOUR if days else None
        self.press(posts.record_absence, user=user, from_at=self.at, to_at=until, reason="年假", by=user)


def guards_hold():
    """推迟到提交的守卫，现在就核。"""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def walk(machine, *, short: tuple[int, int], long: tuple[int, int] = (300, 60)):
    """平日走得短；HYPOTHESIS_PROFILE=long 走得长。"""
    examples, steps = {"short": short, "long": long}[PROFILE]
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, database=None,
            derandomize=PROFILE == "short", phases=[Phase.generate] + [Phase.shrink] * (PROFILE == "long"),
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
