"""放假通知到了:在走的暂估期限重算,改了什么有日志。"""

from datetime import datetime

import pytest
from django.core.management import call_command

from approvals.models import Applicant, Case, Clock
from catalog.models import Guide, Item
from office.journal.models import Entry
from office.workdays import actions
from office.workdays.calendar import calendar_for, due, forget
from office.workdays.clock import now
from office.workdays.models import SpecialDay
from office.workdays.rules import SHANGHAI

NOTICE = """date,works,name,source
2027-01-01,休息,元旦,示例通知〔2027〕
2027-01-04,休息,元旦(示例),示例通知〔2027〕
"""


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.fixture
def case(bureau):
    b = bureau
    forget()
    actions.load_known_years(by=b.system, at=now())
    item = Item.objects.create(
        code="x-example", name="示例事项", kind="01", level="3", agency=b.agency, section=b.orgs, theme="orgs"
    )
    yield Case.objects.create(
        number="示例0001",
        query_code="示例",
        query_index="x",
        item=item,
        guide=Guide.objects.create(item=item, version=1, name="示例事项"),
        applicant=Applicant.objects.create(
            kind="person", name="赵申请", id_number="示例", phone="13800000001", created_at=b.at
        ),
        agency=b.agency,
        intake_unit=b.window,
        section=b.orgs,
        unit=b.window,
        first_contact=b.clerk_a,
        channel="1",
        received_at=b.at,
        complete_at=b.at,
    )
    forget()


def clock(case, kind, value, unit, started_at="2026-12-15 10:00", **more):
    due_at, provisional = due(at(started_at), value, unit, calendar=calendar_for())
    told = {"kind": kind, "value": value, "unit": unit, "started_at": at(started_at)}
    return Clock.objects.create(case=case, due_at=due_at, provisional=provisional, **{**told, **more})


@pytest.fixture
def notice(case, bureau):
    def arrive():
        actions.import_csv(NOTICE, year=2027, official=True, by=bureau.system, at=now())

    return arrive


def dues(case):
    return {
        c.kind: (c.due_at.astimezone(SHANGHAI).isoformat(" ", "minutes")[:16], c.provisional) for c in case.clocks.all()
    }


def test_open_provisional_clocks_follow_the_notice_and_the_journal_says_so(case, notice, capsys):
    clock(case, "statutory", 20, "wd")
    clock(case, "promised", 12, "wd")  # 12-31 止,不碰 2027
    clock(case, "hearing", 30, "d")
    clock(case, "supplement", 20, "wd", ended_at=at("2026-12-16 10:00"))
    assert dues(case)["statutory"] == ("2027-01-14 00:00", True)
    notice()
    call_command("recompute_deadlines")
    assert dues(case) == {
        "statutory": ("2027-01-15 00:00", False),
        "promised": ("2027-01-01 00:00", False),
        "hearing": ("2027-01-15 00:00", False),
        "supplement": ("2027-01-14 00:00", True),  # 已经停了的不动
    }
    line, confirmed = Entry.objects.about(case)
    assert (line.verb, line.by_name) == ("approvals.clock.recompute", "系统")
    assert line.facts["clock"] == "statutory"
    assert at("2027-01-15 00:00") == datetime.fromisoformat(line.facts["due_after"])
    assert confirmed.facts["due_before"] == confirmed.facts["due_after"]
    out = capsys.readouterr().out
    assert "示例0001" in out
    assert "2027-01-14 00:00 → 2027-01-15 00:00" in out
    assert "改期 1 个,期限不变、不再是暂估 1 个,仍是暂估 0 个" in out


def test_running_it_twice_changes_nothing_more(case, notice):
    clock(case, "statutory", 20, "wd")
    notice()
    call_command("recompute_deadlines")
    first, lines = dues(case), Entry.objects.count()
    call_command("recompute_deadlines")
    assert (dues(case), Entry.objects.count()) == (first, lines)
    assert not SpecialDay.objects.filter(provisional=True).exists()


def test_nothing_moves_before_the_notice(case):
    clock(case, "statutory", 20, "wd")
    call_command("recompute_deadlines")
    assert dues(case) == {"statutory": ("2027-01-14 00:00", True)}
    assert SpecialDay.objects.filter(provisional=True).exists()
    assert not Entry.objects.about(case).exists()


def test_a_paused_or_once_paused_clock_keeps_the_time_it_stood_still(case, notice):
    stopped = clock(case, "statutory", 15, "wd")
    stopped.pause(at("2026-12-16 10:00"))
    stopped.resume(at("2026-12-18 10:00"))
    stopped.save()
    clock(case, "promised", 15, "wd", paused_at=at("2026-12-16 10:00"))
    assert dues(case) == {"statutory": ("2027-01-09 00:00", True), "promised": ("2027-01-07 00:00", True)}
    notice()
    call_command("recompute_deadlines")
    assert dues(case) == {"statutory": ("2027-01-12 00:00", False), "promised": ("2027-01-08 00:00", False)}


def test_a_limit_into_a_second_unpublished_year_moves_and_stays_provisional(case, notice):
    clock(case, "statutory", 300, "wd")
    before = case.clocks.get().due_at
    notice()
    call_command("recompute_deadlines")
    moved = case.clocks.get()
    assert moved.provisional
    assert moved.due_at < before  # 示例通知里 2027 年只放两天假
    call_command("recompute_deadlines")
    assert case.clocks.get().due_at == moved.due_at
