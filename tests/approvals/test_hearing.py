"""听证的四个日子：告知、五日内要求、二十日内组织、七日前通知；主持人中立；决定根据笔录。"""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from approvals.actions import deadlines, decision, hearing, procedures, review
from approvals.models import Hearing
from denials.actions import register
from office.notices.models import Notice
from office.papers.models import Paper
from office.steps import NotNow
from tests import casework
from tests.approvals.listed import HEARING
from tests.makers import moment

TOLD = moment("2026-03-02 10:00")
ASKED = moment("2026-03-04 10:00")
SITS = moment("2026-03-17 09:30")
LATE_REQUEST = moment("2026-03-10 00:00")  # 告知以后第五个工作日是三月九日


@pytest.fixture
def b(bureau):
    return casework.item_with_guide(bureau, special_procedures=[HEARING])


def told(b, case=None, at=TOLD):
    case = case or casework.reviewed(b, at)
    return hearing.tell(case, key="hearing", reason="与他人有重大利益关系。", by=b.reviewer, at=at).hearing


def requested(b, case=None):
    return hearing.request(told(b, case), text="要求当面说清楚。", by=b.citizen, at=ASKED)


def scheduled(b, case=None, sits_at=SITS, chair=None, at=ASKED):
    one = requested(b, case)
    return hearing.schedule(
        one, sits_at=sits_at, place="三楼会议室", chair=chair or b.approval_chief, by=b.reviewer, at=at
    )


def recorded(b, case=None):
    one = scheduled(b, case)
    return record(b, one)


def record(b, one, at=SITS):
    return hearing.record(one, present="申请人到场。", text="双方已陈述。", signers="赵申请", by=b.reviewer, at=at)


def kinds(case):
    return set(Paper.objects.about(case).values_list("kind", flat=True))


@pytest.mark.clause("D10")
def test_hearing_goes_by_its_four_dates_and_the_decision_rests_on_the_record(b):
    one = told(b)
    case = one.case
    assert one.request_due_at == LATE_REQUEST
    assert {c.kind for c in case.clocks.running() if c.paused_at} == {"statutory", "promised"}
    hearing.request(one, text="要求当面说清楚。", by=b.citizen, at=ASKED)
    assert case.clocks.running().get(kind="hearing_hold").due_at == moment("2026-04-02 00:00")
    hearing.schedule(one, sits_at=SITS, place="三楼会议室", chair=b.approval_chief, by=b.reviewer, at=ASKED)
    assert Notice.objects.about(case).filter(kind="case.hearing", to=b.citizen).exists()
    with pytest.raises(NotNow, match="还没有开"):
        record(b, one, at=ASKED)
    with pytest.raises(NotNow, match="笔录还没有完成"):
        procedures.finish(one.procedure, result="听过了。", by=b.reviewer, at=SITS)
    record(b, one)
    procedures.finish(one.procedure, result="申请人的理由成立。", by=b.reviewer, at=SITS)
    decision.grant(case, decision="准予登记。", by=b.chief, at=SITS)
    assert {"hearing_right", "hearing_notice", "hearing_announcement", "hearing_record", "grant"} <= kinds(case)
    number = Paper.objects.about(case).of_kind("hearing_record").get().number
    assert Paper.objects.about(case).of_kind("grant").get().context["hearing"] == number
    public = str(Paper.objects.about(case).of_kind("hearing_announcement").get().context)
    assert "11010519491231002X" not in public and "13800000001" not in public and case.number not in public


@pytest.mark.clause("D10")
def test_nobody_asks_for_it_in_five_days_and_it_ends_by_itself(b):
    one = told(b)
    assert deadlines.sweep(at=LATE_REQUEST) == 1 and deadlines.sweep(at=LATE_REQUEST) == 0
    one.refresh_from_db()
    assert (one.state, one.procedure.state, one.procedure.ended_by) == ("waived", "ended", b.system)
    one.case.refresh_from_db()
    assert one.case.procedures_running == 0 and not one.case.flags.exists()
    assert not one.case.clocks.running().exclude(paused_at=None).exists()


def test_request_after_the_fifth_day_comes_too_late(b):
    one = told(b)
    with pytest.raises(NotNow, match="没有要求听证"):
        hearing.request(one, text="现在要求。", by=b.citizen, at=LATE_REQUEST)


def test_hearing_without_a_request_is_held_when_the_office_orders_it(b):
    one = hearing.order(told(b), text="涉及公共利益。", by=b.reviewer, at=ASKED)
    assert one.ex_officio and one.state == "requested"


def test_applicant_who_wants_none_is_not_made_to_wait(b):
    one = hearing.waive(told(b), text="申请人到窗口说不要求。", by=b.reviewer, at=ASKED)
    one.procedure.refresh_from_db()
    assert one.state == "waived" and one.procedure.state == "ended"


@pytest.mark.clause("D10")
def test_time_and_place_are_told_a_week_before_and_within_twenty_days(b):
    for wrong in ("2026-03-05 09:00", "2026-03-13 09:00", "2026-04-02 09:00"):
        with pytest.raises(NotNow):
            scheduled(b, sits_at=moment(wrong))
    assert not Hearing.objects.filter(state="scheduled").exists()
    assert scheduled(b, sits_at=moment("2026-03-16 09:00")).state == "scheduled"


@pytest.mark.clause("D10", "D17")
def test_hearing_not_held_in_time_is_flagged_and_still_held(b):
    one = requested(b)
    over = moment("2026-04-02 00:00")
    deadlines.sweep(at=over)
    assert {flag.kind for flag in one.case.flags.all()} >= {"hearing"}
    later = moment("2026-04-20 09:00")
    hearing.schedule(one, sits_at=later, place="三楼会议室", chair=b.approval_chief, by=b.reviewer, at=over)


@pytest.mark.clause("D10")
def test_chair_neither_reviews_nor_decides(b):
    with pytest.raises(NotNow, match="主持人不能"):
        scheduled(b, chair=b.reviewer)
    case = casework.reviewed(b, TOLD)
    one = scheduled(b, case, chair=b.chief)
    record(b, one)
    procedures.finish(one.procedure, result="听过了。", by=b.reviewer, at=SITS)
    with pytest.raises(PermissionDenied, match="主持人不作决定"):
        decision.grant(case, decision="准予。", by=b.chief, at=SITS)
    with pytest.raises(PermissionDenied, match="主持人不作决定"):
        register.refuse_by_rule(case, basis=b.guide.bases.get(), refusal=casework.REFUSAL, by=b.chief, at=SITS)
    unreviewed = casework.accepted(b, TOLD)
    scheduled(b, unreviewed, chair=b.chief)
    review.begin(unreviewed, by=b.reviewer, at=ASKED)
    with pytest.raises(PermissionDenied, match="主持人不审查"):
        review.give_opinion(unreviewed, opinion="pass", text="符合。", by=b.chief, at=ASKED)


@pytest.mark.clause("D10")
def test_neither_yes_nor_no_is_said_before_the_record(b):
    case = casework.reviewed(b, TOLD)
    one = scheduled(b, case)
    with pytest.raises(NotNow, match="特别程序还没有结束"):
        decision.grant(case, decision="准予。", by=b.chief, at=ASKED)
    with pytest.raises(NotNow, match="听证笔录"):
        register.refuse_by_rule(case, basis=b.guide.bases.get(), refusal=casework.REFUSAL, by=b.chief, at=ASKED)
    record(b, one)
    procedures.finish(one.procedure, result="理由不成立。", by=b.reviewer, at=SITS)
    register.refuse_by_rule(case, basis=b.guide.bases.get(), refusal=casework.REFUSAL, by=b.chief, at=SITS)
    number = Paper.objects.about(case).of_kind("hearing_record").get().number
    assert Paper.objects.about(case).of_kind("refusal").get().context["hearing"] == number


def test_hearing_has_no_other_door_and_strangers_no_say(b):
    case = casework.reviewed(b, TOLD)
    with pytest.raises(NotNow, match="另有手续"):
        procedures.start(case, key="hearing", reason="示例", by=b.reviewer, at=TOLD)
    one = told(b, case)
    for person in (b.stranger, b.other_citizen, b.director):
        with pytest.raises(PermissionDenied):
            hearing.request(one, text="要求。", by=person, at=ASKED)
    for person in (b.clerk_a, b.citizen):
        with pytest.raises(PermissionDenied):
            hearing.waive(one, text="不要求。", by=person, at=ASKED)


def test_database_refuses_what_the_code_would(b):
    recorded(b)
    wrong = [
        "UPDATE approvals_hearing SET requested_at = request_due_at",
        "UPDATE approvals_hearing SET sits_at = notified_at + interval '7 days'",
        "UPDATE approvals_hearing SET chair_id = NULL",
        "UPDATE approvals_hearing SET signers = ''",
        "UPDATE approvals_hearing SET recorded_at = sits_at - interval '1 second'",
        "UPDATE approvals_hearing SET state = 'waived'",
    ]
    for statement in wrong:
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
