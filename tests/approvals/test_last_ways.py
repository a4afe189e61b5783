"""送不到怎么办：上门、留置、公告；谁去的、谁见证、几时算送达，送达回证上都有。"""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from approvals.actions import deadlines, delivering, intake, last_ways
from approvals.models import Clock, Delivery
from approvals.rules import originals
from denials.actions import register
from office.journal.models import Entry
from office.journal.rules import first_break
from office.papers import actions as papers
from office.papers import engine
from office.papers.models import Paper
from office.steps import NotNow
from office.vault import open_up
from tests import casework, makers
from tests.approvals import certifying
from tests.approvals.test_delivering import OTHER_ID, OWN, POST, receipt

DAY = datetime.timedelta(days=1)


@pytest.fixture
def b(bureau):
    return casework.item_with_guide(bureau)


def refused(b):
    """说了“不”、决定书已经印好的一件。"""
    case = casework.received(b)
    register.refuse_by_rule(case, basis=b.guide.bases.first(), refusal=casework.REFUSAL, by=b.clerk_a, at=b.at)
    papers.empty_tray(at=b.at, limit=10)
    case.refresh_from_db()
    return case


def gone(b, case):
    """寄了，退回来了。"""
    delivering.dispatch(case, **POST, by=b.clerk_a, at=b.at)
    delivering.come_back(case, reason="查无此人", by=b.clerk_a, at=b.at)


@pytest.mark.clause("S7")
def test_two_servers_hand_it_over_at_the_door(b):
    case, told = refused(b), {"place": "示范路1号", "by": b.clerk_a, "at": b.at}
    with pytest.raises(NotNow, match="两名送达人"):
        last_ways.at_the_door(case, collector="赵申请", relation="", second=b.clerk_a, **told)
    with pytest.raises(NotNow, match="与受送达人的关系"):
        last_ways.at_the_door(case, collector="赵小样", relation="", second=b.reviewer, **told)
    with pytest.raises(PermissionDenied):
        last_ways.at_the_door(
            case, collector="赵申请", relation="", second=b.reviewer, **(told | {"by": b.stranger})
        )  # fmt: skip
    last_ways.at_the_door(case, collector="赵小样", relation="同住的成年儿子", second=b.reviewer, **told)
    case.refresh_from_db()
    paper = receipt(case).context
    assert case.state == "delivered" and case.delivered_at == b.at
    assert paper["servers"] == [b.clerk_a.full_name, b.reviewer.full_name]
    assert (paper["signed_by"], paper["relation"]) == ("赵小样", "同住的成年儿子")


@pytest.mark.clause("S7")
def test_the_home_address_stands_nowhere_in_clear(b):
    """住址印在送达回证上，库里哪一处都不明着放。"""
    home = "示范路77号3栋502房"
    case, told = refused(b), {"place": home, "second": b.reviewer, "by": b.clerk_a, "at": b.at}
    last_ways.left_behind(case, explained="不肯签字。", witness="", recorded=True, **told)
    paper = receipt(case)
    assert home in engine.compose(paper) and open_up(paper.context["sealed"]["place"]) == home
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()"
            " AND data_type IN ('text', 'character varying', 'jsonb')"
        )
        for table, column in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{table}" WHERE "{column}"::text LIKE %s', [f"%{home[:6]}%"])
            assert cursor.fetchone() == (0,), (table, column)


@pytest.mark.clause("S7")
def test_who_comes_and_will_not_sign_is_served_before_two(b):
    case, told = refused(b), {"explained": "看过决定书，说不签。", "by": b.clerk_a, "at": b.at}
    with pytest.raises(NotNow, match="两名送达人"):
        last_ways.unsigned(case, second=b.clerk_a, **told)
    last_ways.unsigned(case, second=b.reviewer, witness="保安王样本", **told)
    case.refresh_from_db()
    paper = receipt(case).context
    assert case.state == "delivered" and case.delivery_note.startswith("到窗口拒绝签收")
    assert paper["way"] == "到窗口拒绝签收" and paper["refusal_reason"] == "看过决定书，说不签。"
    assert paper["servers"] == [b.clerk_a.full_name, b.reviewer.full_name] and paper["witness"] == "保安王样本"
    assert not originals.wants_signature(receipt(case), case)


@pytest.mark.clause("S7")
@pytest.mark.clause("S7")
def test_who_holds_a_permit_collects_after_the_notice_as_well(b, client):
    """公告期满以后来领：港澳居民拿通行证来，表上选得到，记下是哪一种。"""
    person = intake.Person("person", "赵港澳", "H12345678", "13800000004", "示范路4号", id_kind="hkm_permit")
    case = casework.received(b, person=person)
    register.refuse_by_rule(case, basis=b.guide.bases.first(), refusal=casework.REFUSAL, by=b.clerk_a, at=b.at)
    papers.empty_tray(at=b.at, limit=10)
    case.refresh_from_db()
    row = last_ways.put_up(case, explained="搬走了。", missing=True, place="公告栏", by=b.clerk_a, at=b.at)
    deadlines.sweep(at=row.clock.due_at + DAY)
    makers.sign_in(client, b.clerk_a)
    page = reverse("desk:case-collect", args=[case.number, row.pk])
    told = {"collector": person.name, "id_number": person.id_number, "relation": ""}
    assert "居民身份证号码不对" in client.post(page, {**told, "id_kind": "resident"}).content.decode()
    assert client.post(page, {**told, "id_kind": "hkm_permit"}).status_code == 302
    row.refresh_from_db()
    assert (row.collector_id_kind, row.handed_by) == ("hkm_permit", b.clerk_a) and row.collected_at


def test_a_full_notice_is_collected_later_without_moving_any_clock(b):
    case = certifying.granted(certifying.issuing(b))
    papers.empty_tray(at=b.at, limit=10)
    case.refresh_from_db()
    row = last_ways.put_up(case, explained="搬走了。", missing=True, place="公告栏", by=b.clerk_a, at=b.at)
    late = row.clock.due_at + 40 * DAY
    assert not last_ways.uncollected(case).exists()
    with pytest.raises(NotNow, match="没有期满"):
        last_ways.collect(row, **OWN, by=b.clerk_a, at=b.at + DAY)
    deadlines.sweep(at=row.clock.due_at + DAY)
    case.refresh_from_db()
    before = case.delivered_at, sorted(case.clocks.values_list("pk", "started_at", "due_at", "ended_at"))
    found = last_ways.uncollected(case).get()
    with pytest.raises(NotNow, match="与申请人的不一致"):
        last_ways.collect(found, **(OWN | {"id_number": OTHER_ID}), by=b.clerk_a, at=late)
    with pytest.raises(PermissionDenied):
        last_ways.collect(found, **OWN, by=b.stranger, at=late)
    last_ways.collect(found, **OWN, by=b.clerk_a, at=late)
    case.refresh_from_db()
    assert (case.delivered_at, sorted(case.clocks.values_list("pk", "started_at", "due_at", "ended_at"))) == before
    assert not last_ways.uncollected(case).exists() and case.state == "delivered"
    paper = Paper.objects.about(case).of_kind("delivery").latest("pk").context
    assert paper["way"] == "公告期满以后领取" and paper["signed_by"] == "赵申请" and "期满视为送达" in paper["note"]
    assert [one["name"] for one in paper["documents"]] == ["准予行政许可决定书", certifying.NAME]
    assert Entry.objects.about(case).latest("pk").verb == "approvals.case.collect_after_notice"
    with pytest.raises(NotNow, match="已经领走"):
        last_ways.collect(found, **OWN, by=b.clerk_a, at=late)
    with pytest.raises(IntegrityError, match="only_a_full_notice"), transaction.atomic():
        Delivery.objects.create(
            case=case, way="window", sent_at=b.at, sent_by=b.clerk_a, collector="赵", collected_at=b.at,
            handed_by=b.clerk_a,
        )  # fmt: skip


@pytest.mark.clause("S7")
def test_what_is_refused_is_left_before_a_witness_or_a_camera(b):
    case = refused(b)
    told = {"explained": "看过以后不肯签字。", "place": "示范路1号", "second": b.reviewer, "by": b.clerk_a, "at": b.at}
    with pytest.raises(NotNow, match="见证"):
        last_ways.left_behind(case, witness="", recorded=False, **told)
    last_ways.left_behind(case, witness="示范社区居委会王样本", recorded=True, **told)
    case.refresh_from_db()
    paper = receipt(case).context
    assert case.delivered_at == b.at and case.delivery_note.startswith("留置送达")
    assert paper["refusal_reason"] == "看过以后不肯签字。" and "王样本（已拍照" in paper["witness"]
    assert paper["signed_by"] == "" and paper["way"] == "留置送达"


@pytest.mark.clause("S7")
def test_a_public_notice_is_the_last_way_and_serves_after_thirty_days(b):
    case = refused(b)
    told = {"explained": "邮寄两次退回。", "place": "本机关公告栏", "by": b.clerk_a, "at": b.at}
    with pytest.raises(NotNow, match="最后的一种"):
        last_ways.put_up(case, missing=False, **told)
    gone(b, case)
    row = last_ways.put_up(case, missing=False, **told)
    notice = Paper.objects.about(case).of_kind("service_notice").get()
    assert "item" in notice.context and notice.context["reason"] == "采用其他方式无法送达"
    clock = case.clocks.running().get(kind="delivery")
    assert clock.paused_at == b.at, "公告期间送达的期限停着"
    full = row.clock.due_at
    assert deadlines.sweep(at=full - DAY) == 0
    with pytest.raises(NotNow, match="还没有期满"):
        delivering.arrive(case, collector="赵申请", by=b.clerk_a, at=b.at + DAY)
    assert deadlines.sweep(at=full + 3 * DAY) == 1, "晚扫几天，结果一样"
    assert deadlines.sweep(at=full + 3 * DAY) == 0
    case.refresh_from_db()
    row.refresh_from_db()
    assert case.state == "delivered" and case.delivered_at == row.ended_at
    assert (case.delivered_at.date() - b.at.date()).days == 30
    paper = receipt(case).context
    assert notice.context["until"].startswith(paper["delivered"]) and "经过三十日" in paper["note"]
    assert not case.flags.exists() and first_break(Entry.objects.about(case)) == ""


def test_a_notice_taken_down_lets_the_clock_run_on(b):
    case = refused(b)
    told = {"explained": "搬走了，电话打不通。", "place": "本机关公告栏", "by": b.clerk_a, "at": b.at}
    last_ways.put_up(case, missing=True, **told)
    before = case.clocks.running().get(kind="delivery").due_at
    with pytest.raises(NotNow, match="已经寄出了"):
        delivering.hand_over(case, **OWN, by=b.clerk_a, at=b.at + 7 * DAY)
    delivering.come_back(case, reason="本人来领了。", by=b.clerk_a, at=b.at + 7 * DAY)
    clock = case.clocks.running().get(kind="delivery")
    assert clock.paused_at is None and clock.due_at > before
    delivering.hand_over(case, **OWN, by=b.clerk_a, at=b.at + 7 * DAY)
    deadlines.sweep(at=b.at + 60 * DAY)
    assert not case.flags.exists()


@pytest.mark.clause("S7")
def test_a_notice_that_cannot_take_effect_is_parked_and_does_not_hold_up_the_next(b):
    told = {"explained": "搬走了。", "missing": True, "place": "公告栏", "by": b.clerk_a}
    first, second = refused(b), refused(b)
    row = last_ways.put_up(first, **told, at=b.at)
    last_ways.put_up(second, **told, at=b.at + DAY)
    first.deliveries.filter(pk=row.pk).update(result="returned", ended_at=b.at, reason="库里被改坏的一行")
    assert deadlines.sweep(at=b.at + 60 * DAY) == 1
    second.refresh_from_db()
    assert second.state == "delivered"
    assert "没有寄出过" in Clock.objects.parked().get(case=first).last_error


@pytest.mark.clause("S7")
def test_a_taken_down_notice_is_no_proof_that_another_way_was_tried(b):
    case = refused(b)
    told = {"explained": "搬走了。", "place": "公告栏", "by": b.clerk_a, "at": b.at}
    last_ways.put_up(case, missing=True, **told)
    delivering.come_back(case, reason="找到人了。", by=b.clerk_a, at=b.at)
    with pytest.raises(NotNow, match="最后的一种"):
        last_ways.put_up(case, missing=False, **told)


@pytest.mark.clause("S7")
def test_a_certificate_at_the_window_is_not_handed_over_by_a_public_notice(b):
    case = certifying.granted(certifying.issuing(b))
    papers.empty_tray(at=b.at, limit=10)
    case.refresh_from_db()
    row = last_ways.put_up(case, explained="搬走了。", missing=True, place="公告栏", by=b.clerk_a, at=b.at)
    deadlines.sweep(at=row.clock.due_at + DAY)
    case.refresh_from_db()
    assert case.state == "delivered"
    assert [one["name"] for one in receipt(case).context["documents"]] == ["准予行政许可决定书"]


WHOLE = {
    "two_go_to_the_door": {"way": "door", "collector": "赵申请"},
    "somebody_signs_at_the_door": {"way": "door", "collector": "", "second": "reviewer"},
    "left_before_a_witness_or_a_camera": {"way": "left", "explained": "拒收", "second": "reviewer"},
    "unsigned_at_the_window_says_why": {"way": "unsigned", "second": "reviewer"},
    "the_second_server_is_another": {"way": "window", "collector": "赵申请", "second": "clerk_a"},
    "public_notice_says_why_and_until_when": {"way": "notice", "explained": "下落不明"},
}


@pytest.mark.parametrize("guard", WHOLE)
def test_the_database_wants_the_record_whole(b, guard):
    case, fields = refused(b), dict(WHOLE[guard])
    if "second" in fields:
        fields["second"] = getattr(b, fields["second"])
    with pytest.raises(IntegrityError, match=guard), transaction.atomic():
        Delivery.objects.create(case=case, sent_at=b.at, sent_by=b.clerk_a, **fields)
