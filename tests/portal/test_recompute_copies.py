"""放假通知到了：抄着时钟的几栏、自己算好的几种期限跟着改；过了的、了结了的不动；算好的时刻一个也没有漏说。"""

import datetime
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models
from django.urls import reverse

from approvals.actions import hearing, parcels, parties, publication, retractions
from approvals.models import Difference, Transfer
from denials.actions import recalls
from office.clocks import Clock
from office.journal.models import Entry
from office.papers import actions as papers
from office.workdays import actions, calendar
from office.workdays.calendar import calendar_for, due, estimate_for
from portal import words
from tests import casework
from tests.approvals import levels, pledging
from tests.approvals.listed import HEARING, PUBLICITY
from tests.denials import recalling
from tests.makers import moment
from tests.portal.desks import at_desk, said

# 元月四日暂估上班，通知说休息
NOTICE = """date,works,name,source
2027-01-01,休息,元旦,示例通知〔2027〕
2027-01-04,休息,元旦(示例),示例通知〔2027〕
"""
MONDAY, LAST = moment("2026-12-28 10:00"), moment("2026-12-31 10:00")
NOW = moment("2027-01-01 09:00")
BEFORE, AFTER = moment("2027-01-05 00:00"), moment("2027-01-06 00:00")
DAY = datetime.timedelta(days=1)
DOCS = Path(__file__).parents[2] / "docs" / "operations.md"


@pytest.fixture
def b(bureau):
    calendar.forget()
    actions.load_known_years(by=bureau.system, at=MONDAY)
    yield casework.item_with_guide(bureau, special_procedures=[HEARING, PUBLICITY])
    calendar.forget()


@pytest.fixture
def notice(b, monkeypatch):
    """通知到了，照操作手册做两步；at 是做的那一刻。"""

    def arrive(at=NOW):
        monkeypatch.setattr("portal.management.commands.recompute_deadlines.now", lambda: at)
        actions.import_csv(NOTICE, year=2027, official=True, by=b.system, at=at)
        call_command("recompute_deadlines")

    return arrive


def counted(since, value, unit="wd"):
    """照暂估的、照通知的最后时刻。"""
    told = (since, value, unit)
    return due(*told, calendar=estimate_for())[0], due(*told, calendar=calendar_for())[0]


@pytest.mark.clause("D5", "D10")
def test_a_publication_runs_on_with_its_procedure(b, notice, client):
    told = {"reason": "示例", "shown": publication.Shown(matter="拟评定为示例等级。"), "by": b.reviewer, "at": MONDAY}
    procedure = publication.publish(casework.accepted(b, MONDAY), key="publicity", **told)
    ended = publication.publish(casework.accepted(b, MONDAY), key="publicity", **told)
    ended.clock.stop(MONDAY)
    ended.clock.save()
    assert procedure.publication.to_at == procedure.clock.due_at == BEFORE
    notice()
    for one in (procedure.publication, procedure.clock, ended.publication):
        one.refresh_from_db()
    assert procedure.publication.to_at == procedure.clock.due_at == AFTER
    assert ended.publication.to_at == BEFORE, "停了的不动"


@pytest.mark.clause("D10")
def test_the_time_to_ask_for_a_hearing_moves_with_its_clock_and_the_party(b, notice, client):
    case = casework.reviewed(b, MONDAY)
    told = {"by": b.reviewer, "at": MONDAY + datetime.timedelta(hours=1)}
    one = hearing.tell(case, key="hearing", reason="示例", **told).hearing
    later = {"by": b.reviewer, "at": MONDAY + DAY}
    party = parties.tell(case, name="赵小样", interest="相邻", phone="", address="", **later)
    before, _same = counted(later["at"], 5)
    one.refresh_from_db()
    assert one.request_due_at == party.request_due_at == before
    notice()
    for row in (one, party):
        row.refresh_from_db()
    _before, after = counted(later["at"], 5)
    assert one.request_due_at == party.request_due_at == after == before + DAY
    assert case.clocks.running().get(kind="hearing_request").due_at == after
    assert hearing.request(one, text="要求当面说。", by=b.citizen, at=before).state == "requested", "多出的一天可以提"


@pytest.mark.clause("Z2")
def test_a_correction_a_pledge_and_a_transfer_follow(b, notice):
    told = casework.told(b, MONDAY)
    assert told.correction.due_at == told.clocks.running().get(kind="supplement").due_at
    pledged = casework.item_with_guide(b, "pledged", informed_commitment=True)
    pledging.terms(pledged)
    pledge = pledging.granted(pledged, MONDAY)
    first = {one: one.due_at for one in (told.correction, pledge)}
    notice()
    for one, before in first.items():
        one.refresh_from_db()
        assert one.due_at > before, one
    assert told.correction.due_at == told.clocks.running().get(kind="supplement").due_at
    assert pledge.due_at == pledge.case.clocks.running().get(kind__startswith="pledge:").due_at


def test_the_serving_of_a_withdrawal_follows_its_clock(b, notice):
    case = casework.granted(b, MONDAY)
    papers.empty_tray(at=MONDAY, limit=10)
    casework.collected(case, b.clerk_a, MONDAY)
    told = {
        "facts": "规划调整。",
        "reasons": "不能继续。",
        "basis": "《示例条例》第一条",
        "public_interest": "饮水安全。",
    }
    grounds = retractions.Grounds(kind="withdrawn", ground="facts", **told, redress="照票据补偿。")
    one = retractions.propose(case, grounds, by=b.reviewer, at=MONDAY)
    before = one.due_at
    notice()
    one.refresh_from_db()
    _planned, after = counted(MONDAY, 10)
    assert before < after
    assert one.due_at == case.clocks.running().get(kind="retraction_serve").due_at == after


@pytest.mark.clause("C2")
def test_a_transfer_and_a_difference_count_from_their_own_day(b, bureau, notice, client):
    county = levels.county(bureau)
    county.at = LAST
    case = levels.taken_in(county, county.town)
    levels.sent(county, county.town, county.window)
    passage = Transfer.objects.get(case=case)
    days = county.agency.sign_in_days
    posted = casework.told(b, LAST)
    parcel = parcels.announce(posted, carrier="中国邮政", tracking_number="EX1", contents="原件", by=b.clerk_a, at=LAST)
    parcels.arrive(parcel, found="复印件", difference="不是原件。", by=b.clerk_a, at=LAST)
    difference = Difference.objects.get()
    assert (passage.due_at, difference.due_at) == (counted(LAST, days)[0], counted(LAST, 1)[0])
    notice()
    for one in (passage, difference):
        one.refresh_from_db()
    assert (passage.due_at, difference.due_at) == (counted(LAST, days)[1], counted(LAST, 1)[1])
    assert difference.due_at == AFTER
    line = Entry.objects.about(posted).get(verb="approvals.case.recompute")
    assert (line.facts["clock"], line.by_name) == ("差异处理", "系统")
    assert (line.before, line.after) == (posted.state, posted.state)
    at_desk(client, b.clerk_a)
    assert "放假通知到了，期限重算" in said(client.get(reverse("desk:case-history", args=[posted.number])))


@pytest.mark.clause("Z4")
def test_the_ladder_and_the_recall_carry_the_new_time(b, notice, client):
    report = casework.with_deputy(b, moment("2026-12-31 20:00"))
    turn = report.turns.get(closed_at=None)
    assert turn.due_at == report.clocks.running().get(kind="deputy").due_at
    recall = recalls.call_back(recalling.refused(b, MONDAY), reason="示例", by=b.deputy, at=MONDAY)
    before = turn.due_at, recall.due_at
    page = reverse("admin:denials_registerentry_change", args=[recall.entry_id])
    notice()
    turn.refresh_from_db()
    recall.refresh_from_db()
    assert turn.due_at == report.clocks.running().get(kind="deputy").due_at > before[0]
    clock = recall.clocks.running().get(kind="study")
    assert recall.due_at == before[1], "叫回时说的话不改"
    assert recall.study_until == clock.due_at == before[1] + DAY
    at_desk(client, b.deputy)
    assert words.due_words(clock.due_at) in said(client.get(page))


def test_what_is_over_stays_and_running_it_again_changes_nothing(b, notice):
    case = casework.told(b, LAST)
    row = {"kind": "defect", "case": case, "from_unit": b.window, "to_unit": b.orgs, "owner": b.clerk_a}
    noted = {"noted_at": LAST, "noted_by": b.clerk_a, "due_at": BEFORE}
    climbed = Difference.objects.create(**row, **noted, climbed_at=BEFORE)
    settled = {"settled_at": LAST, "settled_by": b.clerk_a, "settlement": "已处理"}
    done = Difference.objects.create(**row, **noted, **settled)
    by_hand = Difference.objects.create(**row, **noted | {"due_at": BEFORE + DAY})
    late = Difference.objects.create(**row, **noted)
    notice(at=BEFORE)
    assert not Entry.objects.filter(verb="approvals.case.recompute").exists(), "到了的那一刻不再动"
    call_command("recompute_deadlines")
    for one, due_at in ((climbed, BEFORE), (done, BEFORE), (late, BEFORE), (by_hand, BEFORE + DAY)):
        one.refresh_from_db()
        assert one.due_at == due_at


ROOMS = ("office", "agencies", "catalog", "approvals", "denials", "delegation", "supervision", "portal")

# 一个也没有漏说 ---------------------------------------------------------

COMPUTED = re.compile(r"due|until|closes_at|expires_at|(^|_)to_at$|(^|_)to$|next_try_at|sits_at|promised_at")


def test_every_stored_time_to_come_is_either_recomputed_or_explained():
    said = DOCS.read_text("utf-8")
    missing = []
    for model in apps.get_models():
        if issubclass(model, Clock) or model.__module__.split(".")[0] not in ROOMS:
            continue
        for field in model._meta.local_fields:
            if isinstance(field, models.DateField) and COMPUTED.search(field.name):
                name = f"`{model.__name__}.{field.name}`"
                if name not in said:
                    missing.append(name)
    assert not missing, "docs/operations.md“每年十一月”没有说：" + "、".join(missing)
