"""日志:只增不改,改一个字就查得出来,说得出是哪一行。"""

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from office.journal.models import Entry
from office.journal.rules import canonical, first_break
from office.vault import digest
from tests import casework

pytestmark = pytest.mark.clause("D16")


@pytest.fixture
def case(bureau):
    return casework.granted(casework.item_with_guide(bureau))


def tamper(sql, *values):
    """属主关掉触发器动手脚:最坏的内鬼。"""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, values)
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_whole_journal_verifies(case, capsys):
    call_command("verify_journal")
    assert "全部完好" in capsys.readouterr().out


def test_journal_refuses_update_delete_and_truncate(case):
    lines = Entry.objects.about(case)
    for deed in (
        lambda: lines.update(verb="x"),
        lambda: Entry._base_manager.filter(pk=lines[0].pk)._raw_delete("default"),
    ):
        with pytest.raises(ProgrammingError, match="append-only"), transaction.atomic():
            deed()
    with pytest.raises(ProgrammingError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("TRUNCATE office_entry")


FORGERIES = {
    "verb": ("UPDATE office_entry SET verb = 'x' WHERE id = %s", "第 3 行内容被改动"),
    "facts": ("UPDATE office_entry SET facts = '{\"x\": 1}' WHERE id = %s", "第 3 行内容被改动"),
    "by_name": ("UPDATE office_entry SET by_name = '别人' WHERE id = %s", "第 3 行内容被改动"),
    "at": ("UPDATE office_entry SET at = at + interval '1 second' WHERE id = %s", "第 3 行内容被改动"),
    "before": ("UPDATE office_entry SET before = 'x' WHERE id = %s", "第 3 行内容被改动"),
    "digest": ("UPDATE office_entry SET digest = repeat('0', 64) WHERE id = %s", "第 3 行内容被改动"),
    "previous": ("UPDATE office_entry SET previous = repeat('0', 64) WHERE id = %s", "第 3 行接不上前一行"),
    "delete": ("DELETE FROM office_entry WHERE id = %s", "第 3 行缺失"),
    "renumber": ("UPDATE office_entry SET seq = 99 WHERE id = %s", "第 3 行缺失"),
    "move": ("UPDATE office_entry SET subject_key = '999999' WHERE id = %s", "第 3 行缺失"),
}


@pytest.mark.parametrize("how", FORGERIES)
def test_forgery_is_found_and_named(case, how):
    sql, words = FORGERIES[how]
    third = Entry.objects.about(case)[2]
    tamper(sql, third.pk)
    assert words in first_break(Entry.objects.about(case))
    with pytest.raises(CommandError, match="日志断裂"):
        call_command("verify_journal")


def test_rewritten_line_with_a_fresh_digest_breaks_the_next(case):
    third = Entry.objects.about(case)[2]
    third.verb = "approvals.case.other"
    tamper(
        "UPDATE office_entry SET verb = %s, digest = %s WHERE id = %s", third.verb, digest(canonical(third)), third.pk
    )
    assert "第 4 行接不上前一行" in first_break(Entry.objects.about(case))


def test_cut_tail_is_found_by_the_state(case):
    lines = Entry.objects.about(case)
    moved = [line for line in lines if line.before != line.after][-1]
    for line in [line for line in lines if line.seq >= moved.seq]:
        tamper("DELETE FROM office_entry WHERE id = %s", line.pk)
    assert first_break(Entry.objects.about(case)) == ""
    with pytest.raises(CommandError, match="尾巴可能被截掉"):
        call_command("verify_journal")


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/New_York"])
def test_no_false_alarm_in_any_time_zone(case, zone):
    with timezone.override(zone):
        assert first_break(Entry.objects.about(case)) == ""
