"""申请人确认、当场更正、容缺承诺、第二次告知、申请人改动、回避。"""

import datetime
import re

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import DatabaseError, connection, transaction

from approvals.actions import (
    amending,
    confirmations,
    correction,
    deadlines,
    decision,
    deferred,
    drafts,
    enquiries,
    intake,
    recusals,
    review,
)
from approvals.models import Enquiry
from denials.actions import ladder, register, reports
from office.notices.models import Notice
from office.papers.models import Paper
from office.steps import NotNow, available
from tests import casework
from tests.approvals import pledging
from tests.portal.hall_cast import FORM, PDF

DAY = datetime.timedelta(days=1)
MINUTE = datetime.timedelta(minutes=1)
ANSWERS = {"org_name": "示例协会", "why": "new", "funds": "30000", "truth": True}


@pytest.fixture
def b(bureau):
    return casework.item_with_guide(bureau, form=FORM)


def entered(b):
    """窗口代为录入的一件。"""
    return casework.received(b, answers=ANSWERS, on_behalf=True)


def sent_code(case) -> str:
    body = Notice.objects.about(case).filter(kind="case.confirm_code").latest("pk").body
    return re.search(r"验证码 (\d{6})", body)[1]


def checked(b, case, proof=casework.OK):
    intake.check_materials(case, checks={"application": casework.OK, "proof": proof}, by=b.clerk_a, at=b.at)


# 代为录入 ---------------------------------------------------------------


@pytest.mark.clause("Z1")
def test_what_a_clerk_filled_in_is_not_accepted_before_the_citizen_confirms(b):
    case = entered(b)
    checked(b, case)
    with pytest.raises(NotNow, match="申请人确认"):
        intake.accept(case, by=b.clerk_a, at=b.at)
    one = confirmations.send_code(case.confirmations.get(), by=b.clerk_a, at=b.at)
    code = sent_code(case)
    assert code not in one.code_index
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    with pytest.raises(NotNow, match="不对"):
        confirmations.confirm_by_code(one, code=wrong, by=b.clerk_a, at=b.at)
    confirmations.confirm_by_code(one, code=code, by=b.clerk_a, at=b.at + MINUTE)
    case.refresh_from_db()
    intake.accept(case, by=b.clerk_a, at=b.at)
    assert case.state == "accepted" and case.confirmations.get().way == "code"
    assert Paper.objects.about(case).of_kind("confirmation").exists()


def test_a_code_grows_old_and_five_wrong_ones_end_it(b):
    case = entered(b)
    one = confirmations.send_code(case.confirmations.get(), by=b.clerk_a, at=b.at)
    code = sent_code(case)
    with pytest.raises(NotNow, match="失效"):
        confirmations.confirm_by_code(one, code=code, by=b.clerk_a, at=b.at + 10 * MINUTE)
    for _ in range(5):
        with pytest.raises(NotNow, match="不对"):
            confirmations.confirm_by_code(one, code="x", by=b.clerk_a, at=b.at)
    with pytest.raises(NotNow, match="失效"):
        confirmations.confirm_by_code(one, code=code, by=b.clerk_a, at=b.at)


def test_a_signed_page_is_kept_and_no_clerk_clicks_for_the_citizen(b):
    case = entered(b)
    one = case.confirmations.get()
    with pytest.raises(PermissionDenied):
        confirmations.confirm_online(one, by=b.clerk_a, at=b.at)
    with pytest.raises(PermissionDenied):
        confirmations.send_code(one, by=b.stranger, at=b.at)
    told = {"signer": "赵申请", "name": "签名.pdf", "content": ContentFile(PDF)}
    one = confirmations.confirm_by_signature(one, **told, by=b.clerk_a, at=b.at)
    assert one.scan.case == case and one.way == "signed"
    with pytest.raises(NotNow, match="已经确认过"):
        confirmations.confirm_online(one, by=b.citizen, at=b.at)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE approvals_confirmation SET scan_id = NULL")


# 当场更正 ---------------------------------------------------------------


@pytest.mark.clause("Z1")
def test_a_correction_on_the_spot_is_confirmed_and_remembered(b):
    case = casework.received(b, answers=ANSWERS)
    checked(b, case)
    lines = "活动资金：30000 → 50000"
    told = {"answers": {**ANSWERS, "funds": "50000"}, "lines": lines}
    with pytest.raises(PermissionDenied):
        amending.correct(case, **told, by=b.reviewer, at=b.at)
    made = amending.correct(case, **told, by=b.clerk_a, at=b.at)
    assert made.answers == {"funds": ["30000", "50000"]} and case.answers["funds"] == "50000"
    assert case.confirmations.get().text == lines and case.unseen_changes == 0
    with pytest.raises(NotNow, match="没有改动"):
        amending.correct(case, **told, by=b.clerk_a, at=b.at)
    with pytest.raises(NotNow, match="申请人确认"):
        intake.accept(case, by=b.clerk_a, at=b.at)
    intake.accept(casework.promised(case, b.at), by=b.clerk_a, at=b.at)
    with pytest.raises(NotNow, match="已经受理"):
        amending.correct(case, answers=ANSWERS, lines="x", by=b.clerk_a, at=b.at)


# 申请人改动 -------------------------------------------------------------


@pytest.mark.clause("Z1")
def test_what_the_applicant_changed_is_counted_until_seen(b):
    case = casework.received(b, answers=ANSWERS)
    with pytest.raises(PermissionDenied):
        amending.revise(case, answers={**ANSWERS, "org_name": "别人"}, by=b.other_citizen, at=b.at)
    amending.revise(case, answers={**ANSWERS, "org_name": "示例学会"}, by=b.citizen, at=b.at)
    assert case.unseen_changes == 1 and case.unconfirmed == 0
    with pytest.raises(PermissionDenied):
        amending.see(case, by=b.reviewer, at=b.at)
    amending.see(case, by=b.clerk_a, at=b.at)
    case.refresh_from_db()
    assert case.unseen_changes == 0 and case.amendments.get().seen_by == b.clerk_a


def test_supplements_are_changes_too(b):
    case = casework.told(b)
    drafts.supplement(case, files={"proof": [("证明.pdf", ContentFile(PDF))]}, by=b.citizen, at=b.at)
    assert case.amendments.get().files == {"proof": [[], ["证明.pdf"]]} and case.unseen_changes == 1


# 容缺 -----------------------------------------------------------------


@pytest.mark.clause("D5", "Z2")
def test_a_deferral_is_promised_reminded_and_when_broken_left_to_people(b):
    case = casework.received(b, provided={"application"})
    due = (b.at + 8 * DAY).date()
    checked(b, case, intake.Check("deferred", "", due))
    assert case.confirmations.get().text == "示例证明，2026年3月10日以前补交。"
    checked(b, case, intake.Check("deferred", "", due + DAY))
    assert [one.text[-10:] for one in case.confirmations.open()] == ["3月11日以前补交。"]
    case.refresh_from_db()
    intake.accept(casework.promised(case, b.at), by=b.clerk_a, at=b.at)
    kinds = set(case.clocks.running().values_list("kind", flat=True))
    assert {"deferred:proof", "remind:proof"} <= kinds
    reminder = case.clocks.get(kind="remind:proof")
    deadlines.sweep(at=reminder.due_at)
    deadlines.sweep(at=reminder.due_at + DAY)
    assert Notice.objects.about(case).filter(kind="case.deferred_soon", channel="sms").count() == 1
    over = case.clocks.get(kind="deferred:proof").due_at
    deadlines.sweep(at=over)
    deadlines.sweep(at=over + DAY)
    assert case.flags.filter(kind="deferred").count() == 1
    assert Notice.objects.about(case).filter(kind="case.deferred_broken", channel="sms").count() == 1
    assert Notice.objects.inbox(b.clerk_a).filter(kind="case.deferred_over").count() == 1
    review.begin(case, by=b.reviewer, at=over)
    review.give_opinion(case, opinion="pass", text="其余符合。", by=b.reviewer, at=over)
    with pytest.raises(NotNow, match="容缺"):
        decision.grant(case, decision="准予。", by=b.chief, at=over)
    reports.file(case, statement=casework.STATEMENT, by=b.reviewer, at=over)
    case.refresh_from_db()
    assert case.held_at is not None and case.outcome == "", "补不来的也要逐级审定，不能自行终止"


def test_brought_in_time_nobody_is_reminded(b):
    case = casework.received(b, provided={"application"})
    checked(b, case, intake.Check("deferred", "", (b.at + 8 * DAY).date()))
    case.refresh_from_db()
    intake.accept(casework.promised(case, b.at), by=b.clerk_a, at=b.at)
    deferred.bring(case, key="proof", by=b.clerk_a, at=b.at)
    deadlines.sweep(at=b.at + 9 * DAY)
    assert not Notice.objects.about(case).filter(kind__startswith="case.deferred").exists()


# 第二次告知 -------------------------------------------------------------


@pytest.mark.clause("D5", "Z2")
def test_a_second_notice_is_a_chiefs_and_an_error_of_ours(b):
    case = casework.told(b)
    correction.answer(case, keys=["proof"], by=b.citizen, at=b.at)
    checked(b, case, intake.Check("defective", "没有盖章"))
    with pytest.raises(NotNow, match="只能发一次"):
        correction.notify(case, by=b.clerk_a, at=b.at)
    with pytest.raises(PermissionDenied):
        correction.notify_again(case, reason="上次漏看。", by=b.clerk_a, at=b.at)
    notice = correction.notify_again(case, reason="上次漏看了盖章。", by=b.chief, at=b.at)
    assert case.state == "correcting" and (notice.round, notice.again_by) == (2, b.chief)
    assert [line.defect for line in notice.current_lines()] == ["没有盖章"]
    papers = Paper.objects.about(case).of_kind("correction").order_by("pk")
    assert [len(paper.context["lines"]) for paper in papers] == [1, 1]
    assert case.flags.get().kind == "second" and case.flags.get().unit == b.window
    correction.answer(case, keys=["proof"], by=b.citizen, at=b.at)
    assert case.state == "received"
    receipt = Paper.objects.about(case).of_kind("correction_receipt").order_by("-pk").first()
    assert receipt.context["notice_number"] == papers.last().number != papers.first().number
    checked(b, case, intake.Check("defective", "还是没有盖章"))
    with pytest.raises(NotNow, match="告知过两次"):
        correction.notify_again(case, reason="再来一次。", by=b.chief, at=b.at)


def test_no_second_notice_without_a_first(b):
    case = casework.received(b)
    checked(b, case, intake.Check("missing", "没有"))
    with pytest.raises(NotNow, match="还没有告知过"):
        correction.notify_again(case, reason="示例。", by=b.chief, at=b.at)


# 回避 -----------------------------------------------------------------


@pytest.mark.clause("D11")
def test_who_stays_out_may_do_nothing_more_and_another_carries_on(b):
    case = casework.accepted(b)
    enquiries.ask(case, kind="progress", by=b.citizen, at=b.at)
    told = {"reason": "申请人是本人的亲属。", "successor": b.chief}
    with pytest.raises(PermissionDenied):
        recusals.recuse(case, who=b.chief, reason="示例。", successor=b.chief_b, by=b.reviewer, at=b.at)
    with pytest.raises(NotNow, match="有权办这一件"):
        recusals.recuse(case, who=b.reviewer, reason="示例。", successor=b.clerk_a, by=b.reviewer, at=b.at)
    made = recusals.recuse(case, who=b.reviewer, **told, by=b.reviewer, at=b.at)
    assert made.declared and Enquiry.objects.get().owner == b.chief
    assert Notice.objects.inbox(b.chief).filter(kind="case.recused").exists()
    assert available(case, b.reviewer) == []
    with pytest.raises(PermissionDenied):
        review.begin(case, by=b.reviewer, at=b.at)
    with pytest.raises(PermissionDenied):
        reports.file(case, statement=casework.STATEMENT, by=b.reviewer, at=b.at)
    review.begin(case, by=b.chief, at=b.at)
    with pytest.raises(PermissionDenied):
        review.give_opinion(case, opinion="pass", text="符合。", by=b.reviewer, at=b.at)
    with pytest.raises(NotNow, match="已经回避"):
        recusals.recuse(case, who=b.reviewer, **told, by=b.deputy, at=b.at)


@pytest.mark.clause("D11", "Z3")
def test_a_chief_orders_and_the_recused_leader_does_not_judge_the_report(b):
    report = casework.with_deputy(b)
    case = report.case
    recusals.recuse(case, who=b.deputy, reason="利害关系。", successor=b.deputy_b, by=b.director, at=b.at)
    report.refresh_from_db()
    with pytest.raises(PermissionDenied):
        ladder.sanction(report, text="同意。", by=b.deputy, at=b.at + 3 * MINUTE)
    with pytest.raises(PermissionDenied):
        register.refuse_by_rule(
            casework.received(b, user=b.clerk_a), basis=b.guide.bases.get(), refusal=casework.REFUSAL, by=b.clerk_a,
            at=b.at,
        )  # fmt: skip


def test_the_recused_checker_hands_the_promise_on(b):
    b2 = casework.item_with_guide(b, "pledged", informed_commitment=True)
    pledging.terms(b2)
    pledge = pledging.granted(b2)
    recusals.recuse(pledge.case, who=b.reviewer, reason="亲属。", successor=b.chief_b, by=b.reviewer, at=b.at)
    pledge.refresh_from_db()
    assert pledge.owner == b.chief_b
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE approvals_recusal SET reason = '别的'")
