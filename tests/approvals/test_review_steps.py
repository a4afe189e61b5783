"""分级审查：镇上先审、县里再审，件跟着走；谁的意见谁写；一级逾期记在那一级名下，说“不”仍只有拟否定报告。"""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from approvals.actions import (
    deadlines,
    decision,
    extension,
    handover,
    inspection,
    outgoing,
    procedures,
    publication,
    recusals,
    review,
    seats,
)
from approvals.models import Case, Clock, Flag, Transfer
from approvals.rules import may_decide, may_inspect, may_run_procedures
from denials.actions import ladder, reports
from office.notices.models import Notice
from office.outbox import OutboxEvent
from office.steps import NotNow
from portal.desk import queues
from tests import casework, makers
from tests.approvals import levelled, levels

pytestmark = [pytest.mark.django_db, pytest.mark.clause("D9", "D10", "C2")]
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)
PASS = {"opinion": "pass", "text": "入户调查属实，符合条件。"}
DOUBT = {"opinion": "doubt", "text": "家里有一辆轿车，建议不予确认。"}


@pytest.fixture
def c(bureau):
    return levelled.county(bureau)


def opine(case, by, at, **told):
    case.refresh_from_db()
    return review.give_opinion(case, **{**PASS, **told}, by=by, at=at)


def with_town(c, desk=None):
    """镇上受理、开始审查的一件。"""
    case = levels.taken_in(c, desk or c.town)
    return review.begin(case, by=c.reviewer_of_town, at=c.at)


def to_county(c):
    levels.carried(c, c.town, c.window)


def steps_of(case):
    return [(one.name, str(one.unit), one.opinion) for one in case.reviews.order_by("pk")]


def test_a_case_taken_in_by_the_town_stays_there_until_the_town_has_given_its_opinion(c):
    case = with_town(c)
    assert case.unit == c.town and not Transfer.objects.exists()
    assert steps_of(case) == [("调查、公示与审核", "梨花镇便民服务中心", "")]
    opine(case, c.reviewer_of_town, c.at + HOUR)
    case.refresh_from_db()
    assert (case.state, case.unit) == ("reviewing", c.town) and levels.hands(case) == [
        "梨花镇便民服务中心>县中心民政窗口:waiting"
    ]
    assert len(steps_of(case)) == 1  # 县里签收了，县里那一级才开始
    to_county(c)
    assert steps_of(case)[1] == ("复核", "社会救助股", "")
    levels.in_one_place(case)
    assert case.unit == c.section
    assert opine(case, c.reviewer_of_section, c.at + DAY).state == "reviewed"
    decision.grant(case, decision="确认。", by=c.chief_of_section, at=c.at + DAY)
    case.refresh_from_db()
    assert (case.state, case.unit) == ("granted", c.window)
    assert levels.hands(case)[-1] == "县中心民政窗口>梨花镇便民服务中心:waiting"
    told = [outgoing.speak(event, "masked").body for event in OutboxEvent.objects.filter(kind="review").order_by("pk")]
    assert [(one["stage"], one["unit"]) for one in told] == [
        ("承办", "梨花镇便民服务中心"), ("调查、公示与审核", "梨花镇便民服务中心"), ("复核", "社会救助股"),
        ("决定", "社会救助股"),
    ]  # fmt: skip
    levels.in_one_place(case)


def test_a_case_taken_in_by_a_village_goes_to_its_town_first(c):
    case = levels.taken_in(c, c.village)
    with pytest.raises(NotNow, match="先移交"):
        review.begin(case, by=c.reviewer_of_town, at=c.at)
    levels.carried(c, c.village, c.town)
    case.refresh_from_db()
    assert case.unit == c.town and not case.transfers.in_passage().exists()
    review.begin(case, by=c.reviewer_of_town, at=c.at)
    opine(case, c.reviewer_of_town, c.at)
    to_county(c)
    levels.in_one_place(case)
    assert case.unit == c.section


def test_a_town_in_the_centre_passes_on_at_once_and_the_next_level_begins(c):
    case = levels.taken_in(c, c.guest)
    review.begin(case, by=c.reviewer_of_guest, at=c.at)
    opine(case, c.reviewer_of_guest, c.at)
    assert [one[1] for one in steps_of(case)] == ["城关镇咨询受理部", "社会救助股"]
    levels.in_one_place(case)


def test_taken_in_at_the_county_there_is_no_town_and_the_section_does_it_all(c):
    case = levels.taken_in(c, c.window)
    review.begin(case, by=c.reviewer_of_section, at=c.at)
    assert steps_of(case) == [("复核", "社会救助股", "")]
    told = {"reason": "拟确认。", "shown": publication.Shown(matter="拟确认")}
    publication.publish(case, key="publicity", **told, by=c.reviewer_of_section, at=c.at)


def test_each_level_writes_its_own_opinion_and_the_town_never_decides(c):
    case = with_town(c)
    with pytest.raises(PermissionDenied):
        opine(case, c.reviewer_of_section, c.at)
    with pytest.raises(PermissionDenied):
        opine(case, c.clerk_of_town, c.at)
    opine(case, c.reviewer_of_town, c.at)
    to_county(c)
    with pytest.raises(PermissionDenied):
        opine(case, c.reviewer_of_town, c.at)
    opine(case, c.reviewer_of_section, c.at)
    case.refresh_from_db()
    chief_of_town = makers.user("lj.chief.town", "冯样本")
    makers.staffed(c.town, "chief", chief_of_town)
    chief_of_town.refresh_from_db()
    for person in (c.reviewer_of_town, chief_of_town, c.clerk_of_town):
        assert not may_decide(case, person)
        with pytest.raises(PermissionDenied):
            decision.grant(case, decision="确认。", by=person, at=c.at)


def test_procedures_and_inspections_belong_to_the_level_whose_turn_it_is(c):
    case = with_town(c)
    assert may_run_procedures(case, c.reviewer_of_town) and may_inspect(case, c.clerk_of_town)
    for person in (c.reviewer_of_section, c.chief_of_section):
        assert not may_run_procedures(case, person) and not may_inspect(case, person)
    told = {"reason": "拟确认。", "shown": publication.Shown(matter="拟确认")}
    with pytest.raises(PermissionDenied):
        publication.publish(case, key="publicity", **told, by=c.reviewer_of_section, at=c.at)
    procedure = publication.publish(case, key="publicity", **told, by=c.reviewer_of_town, at=c.at)
    case.refresh_from_db()
    with pytest.raises(NotNow, match="公示”还没有结束"):
        opine(case, c.reviewer_of_town, c.at + HOUR)
    deadlines.sweep(at=procedure.clock.due_at)
    opine(case, c.reviewer_of_town, procedure.clock.due_at)
    to_county(c)
    case.refresh_from_db()
    assert may_run_procedures(case, c.chief_of_section) and not may_run_procedures(case, c.reviewer_of_town)
    with pytest.raises(NotNow, match="另一级办"):
        publication.publish(case, key="publicity", **told, by=c.reviewer_of_section, at=procedure.clock.due_at)


def test_two_officers_of_the_town_go_and_look(bureau):
    visit = {**levelled.PUBLICITY, "key": "visit", "name": "入户调查"}
    steps = [{**levelled.TOWN, "procedures": "visit"}, levelled.COUNTY]
    c = levelled.county(bureau, steps, special_procedures=[visit])
    case = with_town(c)
    told = {"key": "visit", "reason": "核实家庭情况。", "visits_at": c.at + HOUR, "place": "梨花村"}
    at = {"by": c.reviewer_of_town, "at": c.at}
    with pytest.raises(NotNow, match="正在审查的单位的工作人员"):
        inspection.assign(case, officers=(c.reviewer_of_town, c.reviewer_of_section), **told, **at)
    visited = inspection.assign(case, officers=(c.reviewer_of_town, c.clerk_of_town), **told, **at)
    case.refresh_from_db()
    offered = seats.candidates(case, c.at)
    assert c.other_of_town in offered and c.reviewer_of_section not in offered
    told = {"reason": "亲属。", "successor": c.other_of_town}
    recusals.recuse(case, who=c.reviewer_of_town, **told, by=c.reviewer_of_town, at=c.at)
    visited.inspection.refresh_from_db()
    assert visited.inspection.officer_1 == c.other_of_town
    found = {"found": "属实。", "conclusion": "符合。", "present": "本人在场。"}
    inspection.record(visited.inspection, **found, by=c.clerk_of_town, at=c.at + 2 * HOUR)
    inspection.sign(visited.inspection, by=c.other_of_town, at=c.at + 2 * HOUR)


def test_a_doubt_of_the_town_goes_on_to_the_county_which_may_confirm_or_climb_the_ladder(c):
    case, other = with_town(c), with_town(c)
    for one in (case, other):
        opine(one, c.reviewer_of_town, c.at, **DOUBT)
    to_county(c)
    opine(case, c.reviewer_of_section, c.at)
    assert decision.grant(case, decision="经复核，确认。", by=c.chief_of_section, at=c.at).state == "granted"
    opine(other, c.reviewer_of_section, c.at, **DOUBT)
    with pytest.raises(NotNow, match="拟否定报告"):
        decision.grant(other, decision="确认。", by=c.chief_of_section, at=c.at)
    report = reports.file(other, statement=casework.STATEMENT, by=c.reviewer_of_section, at=c.at)
    assert report.section == c.section and Case.objects.get(pk=other.pk).held_at


def test_each_level_has_its_own_clock_and_a_late_one_is_shown_against_its_unit(c):
    case = with_town(c)
    clock = Clock.objects.get(case=case, kind="review:town")
    assert clock.due_at == makers.moment("2026-03-24 00:00") and clock.value == 15  # 受理之日(3月2日)起
    deadlines.sweep(at=clock.due_at)
    flag = Flag.objects.get(case=case, kind="review")
    assert flag.unit == c.town and Notice.objects.filter(kind="case.flag", to=c.reviewer_of_town).exists()
    late = clock.due_at + HOUR
    opine(case, c.reviewer_of_town, late)
    clock.refresh_from_db()
    assert clock.late and clock.ended_at == late
    batch = handover.draw_up(from_unit=c.town, to_unit=c.window, day=late.date(), by=c.clerk_of_town, at=late)
    handover.sign_out(batch, by=c.clerk_of_town, at=late)
    signed = late + DAY
    handover.sign_in_all(batch, by=c.clerk_of_window, at=signed)
    county = Clock.objects.get(case=case, kind="review:county")
    assert county.started_at == signed and not Flag.objects.filter(case=case, unit=c.section, kind="review").exists()


def test_an_excluded_procedure_stops_the_clock_of_the_level_too(c):
    case = with_town(c)
    before = Clock.objects.get(case=case, kind="review:town").due_at
    procedure = procedures.start(case, key="expert", reason="要评审。", by=c.reviewer_of_town, at=c.at)
    assert Clock.objects.get(case=case, kind="review:town").paused_at == c.at
    procedures.finish(procedure, result="评审完毕。", by=c.reviewer_of_town, at=c.at + DAY)
    clock = Clock.objects.get(case=case, kind="review:town")
    assert clock.paused_at is None and clock.due_at > before


def test_what_was_excluded_before_the_review_began_is_not_counted_against_the_first_level(c):
    """受理以后、开始审查以前走的不计时限的程序：第一级的期限与一受理就开始审查的一样。"""
    begun, later, running = with_town(c), levels.taken_in(c, c.town), levels.taken_in(c, c.town)
    since, over, now = c.at + DAY, c.at + 21 * DAY, c.at + 23 * DAY
    told = {"key": "expert", "reason": "要评审。", "by": c.reviewer_of_town, "at": since}
    ended = {"result": "评审完毕。", "by": c.reviewer_of_town}
    first, second, third = [procedures.start(case, **told) for case in (begun, later, running)]
    procedures.finish(first, **ended, at=over)
    procedures.finish(second, **ended, at=over)
    later.refresh_from_db()
    running.refresh_from_db()
    review.begin(later, by=c.reviewer_of_town, at=now)
    review.begin(running, by=c.reviewer_of_town, at=over - DAY)
    expected, clock, still = [Clock.objects.get(case=case, kind="review:town") for case in (begun, later, running)]
    assert clock.due_at == expected.due_at > now and clock.paused_at is None
    assert still.paused_at == since
    procedures.finish(third, **ended, at=over)
    still.refresh_from_db()
    assert still.due_at == expected.due_at
    deadlines.sweep(at=now)
    assert not Flag.objects.filter(kind="review").exists()


def test_two_units_of_one_level_examine_at_the_same_time(bureau):
    c = levelled.county(bureau, [levelled.TOWN, levelled.COUNTY, levelled.AFFAIRS])
    case = with_town(c)
    assert case not in Case.objects.visible_to(c.reviewer_of_outside)
    opine(case, c.reviewer_of_town, c.at)
    to_county(c)
    assert [one[1] for one in steps_of(case)[1:]] == ["社会救助股", "社会事务股"]
    assert all(case in Case.objects.visible_to(one) for one in (c.reviewer_of_outside, c.reviewer_of_town))
    waiting = [set(queues.tasks(one, c.at, "review")) for one in (c.reviewer_of_section, c.reviewer_of_outside)]
    assert waiting == [{case}, {case}]
    opine(case, c.reviewer_of_section, c.at)
    case.refresh_from_db()
    assert case.state == "reviewing" and not set(queues.tasks(c.reviewer_of_section, c.at, "review"))
    assert opine(case, c.reviewer_of_outside, c.at, **DOUBT).state == "reviewed"
    case.refresh_from_db()
    assert case.unit == c.section
    with pytest.raises(NotNow, match="拟否定报告"):
        decision.grant(case, decision="确认。", by=c.chief_of_section, at=c.at)


def test_queues_follow_the_level_whose_turn_it_is(c):
    case = levels.taken_in(c, c.town)

    def who():
        names = ("reviewer_of_town", "reviewer_of_section")
        return [name for name in names if queues.tasks(getattr(c, name), c.at, "review")]

    assert who() == ["reviewer_of_town"]
    review.begin(case, by=c.reviewer_of_town, at=c.at)
    assert who() == ["reviewer_of_town"]
    opine(case, c.reviewer_of_town, c.at)
    assert who() == []
    to_county(c)
    assert who() == ["reviewer_of_section"]


def test_where_the_last_level_is_not_the_section_the_case_goes_on_to_the_section_to_be_decided(bureau):
    c = levelled.county(bureau, [levelled.TOWN])
    case = with_town(c)
    assert opine(case, c.reviewer_of_town, c.at).state == "reviewed"
    to_county(c)
    case.refresh_from_db()
    assert case.unit == c.section
    assert decision.grant(case, decision="确认。", by=c.chief_of_section, at=c.at).state == "granted"


def test_a_guide_without_levels_is_reviewed_once_by_the_section(bureau):
    c = levelled.county(bureau, [])
    case = levels.taken_in(c, c.town)
    to_county(c)
    case.refresh_from_db()
    assert (case.unit, case.examiner, case.examiners) == (c.section, None, [])
    review.begin(case, by=c.reviewer_of_section, at=c.at)
    assert steps_of(case) == [("", "社会救助股", "")]
    assert opine(case, c.reviewer_of_section, c.at).state == "reviewed"


def test_the_section_asks_for_an_extension_whoever_is_examining(c):
    """延期由承办科室报请：镇里审着，也是县里的科室报，镇里的人不报。"""
    case = with_town(c)
    told = {"value": 5, "reason": "还要征求意见。", "at": c.at}
    for person in (c.reviewer_of_town, c.clerk_of_town):
        with pytest.raises(PermissionDenied, match="承办科室"):
            extension.ask(case, **told, by=person)
    asked = extension.ask(case, **told, by=c.reviewer_of_section)
    assert asked.asked_by == c.reviewer_of_section
    other = with_town(c)
    assert extension.ask(other, **told, by=c.chief_of_section).state == "asked"


def test_the_extension_is_offered_to_the_section_and_not_to_the_town(c, client):
    case = with_town(c)
    page, form = [reverse(name, args=[case.number]) for name in ("desk:case", "desk:case-extend")]
    makers.sign_in(client, c.reviewer_of_town)
    assert "报请延期" not in client.get(page).content.decode() and client.get(form).status_code == 403
    makers.sign_in(client, c.reviewer_of_section)
    assert "报请延期" in client.get(page).content.decode() and client.get(form).status_code == 200


def test_a_desk_that_moved_to_another_town_is_examined_by_that_town(c):
    """收件以后村划给了另一个镇：开始审查时照现在的归属交办，新的镇看得见、提得了意见。"""
    case = levels.taken_in(c, c.village, channel="2")
    case.refresh_from_db()
    assert case.unit == c.town
    c.village.parent = c.guest
    c.village.save()
    review.begin(case, by=c.reviewer_of_town, at=c.at)
    case.refresh_from_db()
    assert (case.examiner, case.unit) == (c.guest, c.guest)
    assert steps_of(case) == [("调查、公示与审核", "城关镇咨询受理部", "")]
    assert case in Case.objects.visible_to(c.reviewer_of_guest)
    levels.in_one_place(case)
    opine(case, c.reviewer_of_guest, c.at)


def test_a_paper_case_waits_for_its_new_town_before_the_level_begins(c, client):
    case = levels.taken_in(c, c.village)
    levels.carried(c, c.village, c.town)
    c.village.parent = c.guest
    c.village.save()
    makers.sign_in(client, c.reviewer_of_town)
    answer = client.post(reverse("desk:case-begin-review", args=[case.number]), follow=True)
    assert answer.status_code == 200 and "归别的单位审查" in answer.content.decode()
    case.refresh_from_db()
    assert (case.examiner, case.unit, steps_of(case)) == (c.guest, c.town, [])
    assert levels.hands(case)[-1].endswith(":waiting")


def test_where_no_town_is_left_the_section_examines(bureau):
    c = levelled.county(bureau, [levelled.TOWN])
    case = levels.taken_in(c, c.village, channel="2")
    c.village.parent = c.window
    c.village.save()
    case.refresh_from_db()
    review.begin(case, by=c.reviewer_of_town, at=c.at)
    case.refresh_from_db()
    assert (case.examiner, case.unit) == (None, c.section)
    assert steps_of(case) == [("", "社会救助股", "")]
    assert opine(case, c.reviewer_of_section, c.at).state == "reviewed"


def test_the_page_of_a_case_costs_the_same_however_many_units_examine(bureau, client):
    at_once = [{**levelled.COUNTY, "level": 1}]
    c = levelled.county(bureau, at_once)
    one = levels.taken_in(c, c.window)
    casework.item_with_guide(c, "lj-two", review_steps=[*at_once, {**levelled.AFFAIRS, "level": 1}])
    two = levels.taken_in(c, c.window)
    makers.sign_in(client, c.reviewer_of_section)
    asked = []
    for case in (one, two):
        review.begin(case, by=c.reviewer_of_section, at=c.at)
        page = reverse("desk:case", args=[case.number])
        client.get(page)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(page).status_code == 200
        asked.append(len([q for q in captured.captured_queries if 'FROM "approvals_review"' in q["sql"]]))
        asked.append(len(captured))
    assert asked[0] == asked[2] <= 3 and asked[1] == asked[3]


def test_the_opinions_are_read_anew_under_the_lock(c):
    """页面一次取来的意见，锁住以后重新取：别人刚提的看得到。"""
    case = with_town(c)
    held = Case.objects.prefetch_related("reviews__unit").get(pk=case.pk)
    opine(case, c.reviewer_of_town, c.at)
    with transaction.atomic():
        held.lock()
        assert [one.opinion for one in held.reviews.all()] == ["pass"]


def test_returned_by_the_decider_the_last_level_begins_anew_with_what_was_asked_and_its_own_limit(c):
    case = with_town(c)
    opine(case, c.reviewer_of_town, c.at)
    to_county(c)
    opine(case, c.reviewer_of_section, c.at + HOUR, **DOUBT)
    case.refresh_from_db()
    asked = "请核对车辆是否已经报废。"
    review.return_for_review(case, reason=asked, by=c.chief_of_section, at=c.at + DAY)
    case.refresh_from_db()
    assert case.state == "reviewing" and [one[2] for one in steps_of(case)] == ["pass", ""]  # 镇上的还算数
    again = case.reviews.get(opinion="")
    assert (again.unit, again.order, again.instruction, again.bound) == (c.section, 2, asked, False)
    every = case.reviews(manager="every").exclude(voided_at=None).get()
    assert (every.opinion, every.voided_why) == ("doubt", asked)
    opine(case, c.reviewer_of_section, c.at + DAY)
    case.refresh_from_db()
    assert decision.grant(case, decision="确认。", by=c.chief_of_section, at=c.at + DAY).state == "granted"


def test_a_guide_of_one_level_returned_does_not_count_its_limit_from_acceptance_again(bureau):
    limited = {**levelled.COUNTY, "value": 3, "time_unit": "wd"}
    c = levelled.county(bureau, [limited])
    case = levels.taken_in(c, c.window)
    review.begin(case, by=c.reviewer_of_section, at=c.at)
    opine(case, c.reviewer_of_section, c.at + DAY)
    case.refresh_from_db()
    review.return_for_review(case, reason="请补写核对的经过。", by=c.chief_of_section, at=c.at + 2 * DAY)
    first, again = Clock.objects.filter(case=case, kind="review:county").order_by("pk")
    assert first.started_at == case.accepted_at and again.started_at == c.at + 2 * DAY


@pytest.mark.clause("Z6", "Z18")
def test_what_the_leader_says_can_be_done_binds_the_level_that_doubted_and_all_that_follow(bureau):
    """两个股同时审，一个有疑问、另一个还没有提：领导审定可以办，有疑问的重新提，没有提的照办。"""
    c = levelled.county(bureau, [{**levelled.COUNTY, "level": 1}, {**levelled.AFFAIRS, "level": 1}])
    case = levels.taken_in(c, c.window)
    review.begin(case, by=c.reviewer_of_section, at=c.at)
    opine(case, c.reviewer_of_section, c.at, **DOUBT)
    case.refresh_from_db()
    report = reports.file(case, statement=casework.STATEMENT, by=c.reviewer_of_section, at=c.at)
    ladder.review(report, text="同意。", by=c.chief_of_section, at=c.at)
    ladder.overturn(report, text="可以办。", how_to="车辆已经报废。", by=c.deputy, at=c.at)
    case.refresh_from_db()
    assert case.state == "reviewing"
    assert {(one.unit, one.opinion, one.bound) for one in case.reviews.all()} == {
        (c.section, "", True), (c.outside, "", True),
    }  # fmt: skip
    assert all("车辆已经报废" in one.instruction for one in case.reviews.all())
    with pytest.raises(NotNow, match="领导已经审定可以办"):
        opine(case, c.reviewer_of_outside, c.at, **DOUBT)
    opine(case, c.reviewer_of_outside, c.at)
    opine(case, c.reviewer_of_section, c.at)
    case.refresh_from_db()
    assert decision.grant(case, decision="确认。", by=c.chief_of_section, at=c.at + DAY).state == "granted"
