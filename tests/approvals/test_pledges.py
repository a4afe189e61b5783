"""告知承诺：签了算材料齐备，决定以后核查；不实的整改，不改的由领导撤销，一段时间不再适用。"""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from approvals.actions import correction, deadlines, decision, deferred, hearing, intake, pledges
from approvals.models import Clock, Pledge
from office.notices.models import Notice
from office.papers import actions as papers
from office.papers import engine
from office.papers.models import Paper
from office.steps import NotNow
from tests import casework
from tests.approvals import pledging
from tests.approvals.listed import HEARING

DAY = datetime.timedelta(days=1)
UNTRUE = {"result": "false", "found": "实地查看，没有这个住所。"}


@pytest.fixture
def b(bureau):
    b = casework.item_with_guide(bureau, informed_commitment=True)
    b.terms = pledging.terms(b)
    return b


@pytest.mark.clause("D5")
def test_a_promise_stands_for_the_proof_until_checked(b):
    pledge = pledging.granted(b)
    case = pledge.case
    assert pledge.state == "checking" and pledge.owner == b.reviewer
    assert case.state == "granted" and case.materials.get(material__key="proof").provided is False
    told = Paper.objects.about(case).of_kind("pledge").get().context
    assert told["promised"] == ["住所真实存在。", "租期在一年以上。"] and told["signer"] == "赵申请"
    clock = Clock.objects.running().get(case=case, kind="pledge:proof")
    assert (clock.value, clock.unit, clock.due_at) == (20, "wd", pledge.due_at)
    assert Notice.objects.inbox(b.reviewer).filter(kind="pledge.check").count() == 1
    papers.empty_tray(at=b.at, limit=50)
    casework.collected(case, b.clerk_a, b.at)
    decision.close(case, by=b.clerk_a, at=b.at)
    pledges.check(pledge, result="true", found="已经看过。", by=b.reviewer, at=b.at + DAY)
    assert pledge.state == "true" and not Clock.objects.running().filter(case=case).exists()


@pytest.mark.clause("D5")
def test_a_check_nobody_made_is_flagged_and_stays_in_hand(b):
    pledge = pledging.granted(b)
    late = pledge.due_at
    assert deadlines.sweep(at=late - datetime.timedelta(seconds=1)) == 1  # 只有送达的期限
    deadlines.sweep(at=late)
    deadlines.sweep(at=late + DAY)
    assert pledge.case.flags.filter(kind="pledge").count() == 1
    assert Pledge.objects.waiting_for(b.reviewer).get() == pledge
    pledges.check(pledge, result="unverified", found="对方单位没有答复。", by=b.reviewer, at=late + 2 * DAY)
    assert pledge.state == "unverified"
    assert Clock.objects.get(case=pledge.case, kind="pledge:proof").late
    assert Notice.objects.inbox(b.deputy).filter(kind="pledge.unverified").exists()


@pytest.mark.clause("D5")
def test_untrue_leads_to_mending_and_mending_ends_it(b):
    pledge = pledges.check(pledging.granted(b), **UNTRUE, by=b.reviewer, at=b.at + DAY)
    assert pledge.state == "mending" and pledge.barred_until == datetime.date(2028, 3, 3)
    paper = Paper.objects.about(pledge.case).of_kind("pledge_mend").get()
    assert "根据国办发〔2020〕42号的规定" in engine.compose(paper)
    assert paper.context["found"] == UNTRUE["found"] and paper.context["deadline"] == "2026年3月24日"
    with pytest.raises(NotNow, match="不适用告知承诺"):
        pledging.signed(b)
    pledges.mend(pledge, mended="补来了租赁合同。", by=b.reviewer, at=b.at + 2 * DAY)
    assert pledge.state == "mended" and pledging.signed(b).state == "signed"


@pytest.mark.clause("D5", "Z3")
def test_only_a_leader_who_did_not_ask_revokes(b):
    pledge = pledges.check(pledging.granted(b), **UNTRUE, by=b.reviewer, at=b.at + DAY)
    with pytest.raises(NotNow, match="还没有过"):
        pledges.ask_to_revoke(pledge, reason="没有整改。", by=b.reviewer, at=b.at + 2 * DAY)
    over = pledge.mend_due_at
    deadlines.sweep(at=over)
    assert Notice.objects.inbox(b.reviewer).filter(kind="pledge.mend_over").exists()
    pledges.ask_to_revoke(pledge, reason="逾期没有整改。", by=b.reviewer, at=over)
    for nobody in (b.clerk_a, b.reviewer, b.chief, b.stranger):
        with pytest.raises(PermissionDenied):
            pledges.revoke(pledge, decision="撤销。", by=nobody, at=over)
    assert Pledge.objects.waiting_for(b.deputy).get() == pledge
    pledges.revoke(pledge, decision="同意撤销。", by=b.deputy, at=over + DAY)
    case = pledge.case
    told = Paper.objects.about(case).of_kind("revocation").get().context
    assert told["court"] == b.agency.court and told["reconsideration_body"] == "示范市人民政府"
    assert Notice.objects.about(case).filter(kind="pledge.revoked", to=b.citizen).exists()
    with pytest.raises(NotNow, match="不适用告知承诺"):
        pledging.signed(b, over + DAY)


def test_a_leader_may_keep_the_decision_with_a_reason(b):
    pledge = pledges.check(pledging.granted(b), **UNTRUE, by=b.reviewer, at=b.at + DAY)
    pledges.ask_to_revoke(pledge, reason="逾期没有整改。", by=b.chief, at=pledge.mend_due_at)
    pledges.keep(pledge, decision="撤销会使在住的老人没有去处。", by=b.deputy, at=pledge.mend_due_at)
    assert pledge.state == "kept" and not Paper.objects.about(pledge.case).of_kind("revocation").exists()


def test_the_sanction_too_has_a_date(b):
    pledge = pledges.check(pledging.granted(b), **UNTRUE, by=b.reviewer, at=b.at + DAY)
    pledges.ask_to_revoke(pledge, reason="逾期没有整改。", by=b.reviewer, at=pledge.mend_due_at)
    deadlines.sweep(at=pledge.due_at)
    assert pledge.case.flags.filter(kind="pledge").exists()


@pytest.mark.clause("D5")
def test_taken_back_before_the_decision_the_proof_is_handed_in(b):
    pledge = pledging.signed(b)
    pledges.take_back(pledge, reason="改交材料。", by=b.citizen, at=b.at)
    row = pledge.case.materials.get(material__key="proof")
    assert row.verdict == "unchecked" and pledge.state == "taken_back"
    again = pledges.sign(pledge.case, key="proof", signer="赵申请", by=b.citizen, at=b.at)
    intake.check_materials(again.case, checks={"application": casework.OK}, by=b.clerk_a, at=b.at)
    intake.accept(again.case, by=b.clerk_a, at=b.at)
    pledges.take_back(again, reason="改交材料。", by=b.citizen, at=b.at)
    assert again.case.clocks.running().filter(kind="deferred:proof").exists()
    deferred.bring(again.case, key="proof", by=b.clerk_a, at=b.at)
    assert again.case.materials.get(material__key="proof").verdict == "ok"
    done = pledging.granted(b)
    with pytest.raises(NotNow):
        pledges.take_back(done, reason="改交材料。", by=b.citizen, at=b.at)


@pytest.mark.clause("D5")
def test_taken_back_the_proof_is_owed_by_the_day_of_the_decision(bureau):
    """补交的期限看办结期限：别的时钟（要求听证的五日）早到期不算；停着的，从现在接着算。"""
    b = casework.item_with_guide(bureau, informed_commitment=True, special_procedures=[HEARING])
    pledging.terms(b)
    case = pledging.signed(b).case
    intake.check_materials(case, checks={"application": casework.OK}, by=b.clerk_a, at=b.at)
    intake.accept(case, by=b.clerk_a, at=b.at)
    hearing.tell(case, key="hearing", reason="重大事项。", by=b.reviewer, at=b.at)
    pledges.take_back(case.pledges.get(), reason="改交材料。", by=b.citizen, at=b.at + 2 * DAY)
    due = {clock.kind: clock.due_at for clock in case.clocks.running()}
    assert due["hearing_request"] < due["promised"] < due["deferred:proof"] < due["statutory"]
    assert due["deferred:proof"] == due["promised"] + 2 * DAY  # 听证不计入期限：停了两个工作日


def test_a_promise_answers_the_notice_of_what_is_missing(b):
    case = casework.told(b)
    pledges.sign(case, key="proof", signer="赵申请", by=b.citizen, at=b.at)
    case.refresh_from_db()
    assert case.state == "received" and case.materials.get(material__key="proof").verdict == "pledged"
    with pytest.raises(NotNow):
        correction.notify(case, by=b.clerk_a, at=b.at)


@pytest.mark.clause("D5")
def test_not_offered_where_neither_guide_nor_text_allows(b, bureau):
    case = casework.received(b, provided={"application"})
    with pytest.raises(NotNow, match="不能用告知承诺"):
        pledges.sign(case, key="application", signer="赵申请", by=b.clerk_a, at=b.at)
    with pytest.raises(PermissionDenied):
        pledges.sign(case, key="proof", signer="赵申请", by=b.stranger, at=b.at)
    with pytest.raises(NotNow, match="告知承诺书"):
        intake.check_materials(case, checks={"proof": intake.Check("pledged")}, by=b.clerk_a, at=b.at)
    casework.item_with_guide(bureau, "plain")
    pledging.terms(bureau)
    plain = casework.received(bureau, provided={"application"})
    assert pledges.offered(plain, b.at) == {}


def test_the_database_refuses_what_the_code_would(b):
    pledge = pledges.check(pledging.granted(b), **UNTRUE, by=b.reviewer, at=b.at)
    wrong = [
        "UPDATE approvals_pledge SET state = 'revoked'",
        "UPDATE approvals_pledge SET owner_id = NULL",
        "UPDATE approvals_pledge SET found = ''",
        "UPDATE approvals_pledgeterms SET promised = '别的'",
        "DELETE FROM approvals_pledgeterms",
    ]
    for statement in wrong:
        with pytest.raises((IntegrityError, Exception)) as refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
        assert "approvals_pledge" in str(refused.value)
    pledge.refresh_from_db()
    assert pledge.state == "mending"
