"""办件从收件到办结。"""

import datetime
import re

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from approvals.actions import correction, deadlines, decision, deferred, intake, review
from approvals.models import Case, Flag, Review
from office.journal.models import Entry
from office.journal.rules import first_break
from office.notices.models import Notice
from office.papers import actions as papers
from office.papers import engine
from office.papers.models import Paper
from office.steps import NotNow, available
from tests import casework, makers
from tests.makers import moment

DAY = datetime.timedelta(days=1)


@pytest.fixture
def b(bureau):
    return casework.item_with_guide(bureau)


def running(case):
    return {clock.kind: clock for clock in case.clocks.running()}


def states(case):
    return [entry.after for entry in Entry.objects.about(case) if entry.after != entry.before]


@pytest.mark.clause("D10", "D8")
def test_case_goes_from_receipt_to_closing(b):
    case = casework.received(b)
    assert case.stage.label == "受理" and set(running(case)) == {"notice"}
    intake.check_materials(case, checks={"application": casework.OK, "proof": casework.OK}, by=b.clerk_a, at=b.at)
    intake.accept(case, by=b.clerk_a, at=b.at)
    assert case.unit == b.orgs and set(running(case)) == {"statutory", "promised"}
    review.begin(case, by=b.reviewer, at=b.at + DAY)
    review.give_opinion(case, opinion="pass", text="符合。", by=b.reviewer, at=b.at + DAY)
    assert case.stage.label == "审查"
    decision.grant(case, decision="准予登记。", by=b.chief, at=b.at + 2 * DAY)
    assert case.unit == b.window and set(running(case)) == {"delivery"}
    with pytest.raises(NotNow):
        casework.collected(case, b.clerk_a, b.at + 3 * DAY)
    papers.empty_tray(at=b.at + 2 * DAY, limit=10)
    casework.collected(case, b.clerk_a, b.at + 3 * DAY)
    invited = Notice.objects.about(case).filter(kind="case.delivered")
    assert {notice.channel for notice in invited} == {"inbox", "sms"} and all("评价" in one.body for one in invited)
    decision.close(case, by=b.clerk_a, at=b.at + 3 * DAY)
    assert case.stage.label == "办结" and running(case) == {}
    assert states(case) == ["received", "accepted", "reviewing", "reviewed", "granted", "delivered", "closed"]
    assert first_break(Entry.objects.about(case)) == ""
    kinds = set(Paper.objects.about(case).values_list("kind", flat=True))
    assert kinds == {"receipt", "acceptance", "grant", "approval_form", "delivery"}
    assert Paper.objects.about(case).of_kind("acceptance").get().context["received_by"] == b.clerk_a.full_name


def test_same_submission_key_gives_one_case(b):
    one = casework.received(b, key="k1")
    two = casework.received(b, key="k1")
    assert one == two and Case.objects.count() == 1


@pytest.mark.clause("Z2")
def test_correction_lists_everything_once(b):
    case = casework.told(b)
    assert case.state == "correcting" and set(running(case)) == {"supplement"}
    paper = Paper.objects.about(case).of_kind("correction").get()
    assert [line["material"] for line in paper.context["lines"]] == ["示例证明"]
    with pytest.raises(NotNow):
        correction.notify(case, by=b.clerk_a, at=b.at)
    with pytest.raises(NotNow, match="不需要"):
        correction.answer(case, keys=["application"], by=b.citizen, at=b.at + DAY)
    correction.answer(case, keys=["proof"], by=b.citizen, at=b.at + DAY)
    assert case.state == "received" and case.complete_at == b.at + DAY and set(running(case)) == {"notice"}
    intake.check_materials(case, checks={"proof": casework.OK}, by=b.clerk_a, at=b.at + DAY)
    intake.accept(case, by=b.clerk_a, at=b.at + 2 * DAY)
    assert case.accepted_at == b.at + DAY


def test_guide_without_a_supplement_limit_still_tells_one(bureau):
    b = casework.item_with_guide(bureau, supplement_value=None, supplement_unit="", supplement_basis="")
    case = casework.told(b)
    assert running(case)["supplement"].value == 15


def test_correction_must_be_complete(b):
    case = casework.received(b)
    intake.check_materials(case, checks={"proof": intake.Check("missing", "没有")}, by=b.clerk_a, at=b.at)
    with pytest.raises(NotNow, match="没有核对"):
        correction.notify(case, by=b.clerk_a, at=b.at)


@pytest.mark.clause("Z2")
def test_silence_after_five_days_accepts_by_law(b):
    """行政许可法 32 条:逾期不告知的,自收到之日起即为受理。"""
    case = casework.received(b, moment("2026-03-02 10:00"))
    assert running(case)["notice"].due_at == moment("2026-03-10 00:00")
    assert deadlines.sweep(at=moment("2026-03-09 23:59")) == 0
    assert deadlines.sweep(at=moment("2026-03-10 00:00")) == 1
    assert deadlines.sweep(at=moment("2026-03-10 00:01")) == 0
    case.refresh_from_db()
    assert case.state == "accepted" and case.deemed and case.accepted_at == moment("2026-03-02 10:00")
    assert running(case)["statutory"].due_at == moment("2026-03-31 00:00")
    assert Flag.objects.get(case=case).unit == b.window
    assert Notice.objects.inbox(b.chief).filter(kind="case.deemed").exists()


def test_clerk_acting_after_the_five_days_finds_the_case_accepted_by_law(b):
    """清扫还没有跑,窗口过了五日才动手:先结清到期,视为受理并亮牌,这一下不算。"""
    case = casework.received(b, moment("2026-03-02 10:00"))
    late = moment("2026-03-10 09:00")
    for deed in (
        lambda: intake.check_materials(case, checks={"application": casework.OK}, by=b.clerk_a, at=late),
        lambda: intake.accept(case, by=b.clerk_a, at=late),
    ):
        with pytest.raises(NotNow, match="已受理"):
            deed()
    case.refresh_from_db()
    assert case.deemed and case.flags.filter(kind="deemed").exists()


def test_lapse_is_decided_by_people_after_the_limit(b):
    case = casework.told(b)
    with pytest.raises(NotNow, match="还没有过"):
        correction.lapse(case, by=b.clerk_a, at=b.at + DAY)
    late = running(case)["supplement"].due_at
    deadlines.sweep(at=late)
    case.refresh_from_db()
    assert case.state == "correcting"
    correction.lapse(case, by=b.clerk_a, at=late)
    assert case.state == "lapsed" and case.outcome == "lapsed"
    told = Paper.objects.about(case).of_kind("withdrawal").get()  # 事实上终止了办理，可以复议、起诉
    assert told.tells_remedies and told.context["reconsideration_body"] == "示范市人民政府" and told.context["court"]
    words = re.sub(r"<[^>]+>", "", engine.compose(told))
    assert "补正材料告知书" in words and "如不服本通知" in words and "六十日内" in words


@pytest.mark.clause("D5")
def test_overdue_case_is_flagged_once_and_goes_on(b):
    case = casework.accepted(b)
    promised = running(case)["promised"].due_at
    assert deadlines.sweep(at=promised) == 1
    assert deadlines.sweep(at=promised + DAY) == 0
    assert [flag.kind for flag in case.flags.all()] == ["promised"]
    assert Notice.objects.inbox(b.deputy).filter(kind="case.flag").exists()


@pytest.mark.clause("Z2", "D5")
def test_deferred_material_has_a_date_and_blocks_the_grant(b):
    case = casework.received(b, provided={"application"})
    with pytest.raises(NotNow, match="不允许容缺"):
        intake.check_materials(
            case, checks={"application": intake.Check("deferred", "", b.at.date())}, by=b.clerk_a, at=b.at
        )
    due = (b.at + 2 * DAY).date()
    checks = {"application": casework.OK, "proof": intake.Check("deferred", "下周取得", due)}
    intake.check_materials(case, checks=checks, by=b.clerk_a, at=b.at)
    with pytest.raises(NotNow, match="申请人确认"):
        intake.accept(case, by=b.clerk_a, at=b.at)
    intake.accept(casework.promised(case, b.at), by=b.clerk_a, at=b.at)
    review.begin(case, by=b.reviewer, at=b.at)
    review.give_opinion(case, opinion="pass", text="其余符合。", by=b.reviewer, at=b.at)
    with pytest.raises(NotNow, match="容缺"):
        decision.grant(case, decision="准予。", by=b.chief, at=b.at)
    deferred.bring(case, key="proof", by=b.clerk_a, at=b.at + DAY)
    decision.grant(case, decision="准予。", by=b.chief, at=b.at + DAY)
    assert case.state == "granted"


def test_deferred_date_stays_within_the_limit(b):
    case = casework.received(b)
    late = (b.at + 60 * DAY).date()
    checks = {"application": casework.OK, "proof": intake.Check("deferred", "", late)}
    intake.check_materials(case, checks=checks, by=b.clerk_a, at=b.at)
    with pytest.raises(NotNow, match="不能晚于"):
        intake.accept(casework.promised(case, b.at), by=b.clerk_a, at=b.at)
    case.refresh_from_db()
    assert case.state == "received"


def test_reviewer_does_not_decide(b):
    case = casework.accepted(b)
    review.begin(case, by=b.chief, at=b.at)
    review.give_opinion(case, opinion="pass", text="符合。", by=b.chief, at=b.at)
    with pytest.raises(PermissionDenied, match="不能是同一个人"):
        decision.grant(case, decision="准予。", by=b.chief, at=b.at)


def test_doubt_never_grants(b):
    case = casework.accepted(b)
    review.begin(case, by=b.reviewer, at=b.at)
    review.give_opinion(case, opinion="doubt", text="拿不准。", by=b.reviewer, at=b.at)
    with pytest.raises(NotNow, match="拟否定报告"):
        decision.grant(case, decision="准予。", by=b.chief, at=b.at)


@pytest.mark.clause("D8")
def test_the_decider_sends_a_review_back_and_the_limit_runs_on(b, client):
    """退回重审：写明要求才行；旧的意见留着、不算数；对外的期限照走；看过的人仍不能作决定；数据库也不许悄悄改回去。"""
    case = casework.reviewed(b)
    due = sorted(case.clocks.running().values_list("kind", "due_at"))
    makers.sign_in(client, b.reviewer)
    page = reverse("desk:case-return-for-review", args=[case.number])
    assert client.post(page, {"reason": "再看看。"}).status_code == 403
    makers.sign_in(client, b.chief)
    assert page in client.get(reverse("desk:case", args=[case.number])).content.decode()
    assert "请填写" in client.post(page, {"reason": ""}).content.decode()
    client.post(page, {"reason": "请核对章程第三条。"})
    case.refresh_from_db()
    assert case.state == "reviewing" and sorted(case.clocks.running().values_list("kind", "due_at")) == due
    old, new = Review.every.filter(case=case).order_by("pk")
    assert (old.opinion, old.voided_why, new.instruction, new.opinion) == (
        "pass",
        "请核对章程第三条。",
        "请核对章程第三条。",
        "",
    )
    assert Notice.objects.filter(kind="case.review_again", to=b.reviewer).exists()
    review.give_opinion(case, opinion="pass", text="章程已核对。", by=b.chief_b, at=b.at)
    with pytest.raises(PermissionDenied, match="不能是同一个人"):
        decision.grant(case, decision="准予。", by=b.chief_b, at=b.at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.every.filter(pk=old.pk).update(voided_why="")
    decision.grant(case, decision="准予。", by=b.chief, at=b.at)
    assert case.state == "granted"


def test_stranger_may_do_nothing(b):
    case = casework.received(b)
    assert available(case, b.stranger) == [] and not Case.objects.visible_to(b.stranger).exists()
    with pytest.raises(PermissionDenied):
        decision.withdraw(case, reason="", by=b.stranger, at=b.at)


def test_applicant_withdraws_before_the_decision(b):
    case = casework.accepted(b)
    decision.withdraw(case, reason="改为向县里申请", by=b.citizen, at=b.at)
    assert case.state == "withdrawn" and running(case) == {}


@pytest.mark.clause("D11")
def test_instant_item_is_done_on_the_spot(bureau):
    b = casework.item_with_guide(bureau, "instant", handling="1", statutory_value=None, statutory_unit="",
                                 statutory_basis="", promised_value=1)  # fmt: skip
    case = casework.accepted(b)
    decision.grant_on_the_spot(case, decision="予以备案。", by=b.clerk_a, at=b.at)
    assert case.state == "granted" and set(running(case)) == {"delivery"}


def test_secrets_are_encrypted_at_rest(b):
    case = casework.received(b, answers={"id": "11010519491231002X"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT id_number, phone FROM approvals_applicant")
        stored = "".join(cursor.fetchone())
        cursor.execute("SELECT answers, query_code FROM approvals_case")
        stored += "".join(cursor.fetchone())
    assert Case.objects.get(pk=case.pk).answers == {"id": "11010519491231002X"} and case.query_code not in stored
    assert "1101051949" not in stored and "13800000001" not in stored
    assert case.applicant.masked_id == "110*************2X"[:3] + "*" * 13 + "2X"
    assert type(case.applicant).objects.with_id_number("11010519491231002x").get() == case.applicant
