"""演示正在演，真的清扫等着；演完照扫。没有演示的大厅不问。"""

import threading

import pytest
from django.db import connection

from denials.models import Clock
from portal import tasks
from portal.demonstration import stage
from tests import casework
from tests.makers import moment


@pytest.fixture
def overdue(bureau):
    """早就到期的一份报告。"""
    return casework.filed(casework.item_with_guide(bureau), moment("2026-03-02 09:00"))


@pytest.mark.clause("Z6")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("demonstration", [True, False])
def test_the_sweep_waits_while_the_demonstration_plays(overdue, settings, demonstration):
    settings.DEMONSTRATION = demonstration
    up, down = threading.Event(), threading.Event()

    def play():
        with stage.curtain():
            up.set()
            down.wait(30)
        connection.close()

    player = threading.Thread(target=play)
    player.start()
    assert up.wait(30)
    waiting = Clock.objects.filter(report=overdue, fired_at=None, ended_at=None)
    tasks.sweep()
    assert waiting.filter(kind="chief").exists() == demonstration
    down.set()
    player.join()
    tasks.sweep()
    assert not waiting.filter(kind="chief").exists()
