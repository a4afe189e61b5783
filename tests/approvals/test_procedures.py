"""特别程序：指南允许的才能走；不计入时限的停下法定与承诺时限，结束时剩多少还有多少。"""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from approvals.actions import deadlines, decision, procedures
from approvals.models import Procedure
from denials.actions import register
from office.journal.models import Entry
from office.journal.rules import first_break
from office.notices.models import Notice
from office.papers.models import Paper
from office.steps import NotNow, available
from tests import casework
from tests.approvals.listed import ADVICE, CONSULT, EXPERTS, LONGER, NOTICE
from tests.makers import moment

LISTED = [EXPERTS, CONSULT, ADVICE, NOTICE, LONGER]


@pytest.fixture
def b(bureau):
    return casework.item_with_guide(bureau, special_procedures=LISTED)


def start(b, case, key="experts", at=None, by=None):
    return procedures.start(case, key=key, reason="涉及专业标准。", by=by or b.reviewer, at=at or b.at)


def finish(b, procedure, at):
    return procedures.finish(procedure, result="同意。", by=b.reviewer, at=at)


def due(case, kind="statutory"):
    return case.clocks.running().get(kind=kind).due_at


def paused(case):
    return {clock.kind for clock in case.clocks.running() if clock.paused_at}


@pytest.mark.clause("D10")
def test_excluded_procedure_stops_the_limits_and_gives_back_what_was_left(b):
    case = casework.accepted(b, moment("2026-03-02 10:00"))
    assert due(case) == moment("2026-03-31 00:00")
    one = start(b, case, at=moment("2026-03-04 15:00"))
    assert paused(case) == {"statutory", "promised"} and due(case, "procedure:experts") == moment("2026-03-26 00:00")
    assert deadlines.sweep(at=moment("2026-03-20 00:00")) == 0  # 承诺时限停着，不亮牌
    finish(b, one, moment("2026-03-16 09:00"))
    case.refresh_from_db()
    assert paused(case) == set() and case.procedures_running == 0
    assert due(case) == moment("2026-04-10 00:00")  # 停下时还有十八个工作日
    assert due(case, "promised") == moment("2026-03-27 00:00")  # 还有八个
    assert not case.flags.exists()


@pytest.mark.clause("D10")
def test_overlapping_procedures_resume_the_limits_only_when_the_last_ends(b):
    case = casework.accepted(b, moment("2026-03-02 10:00"))
    one = start(b, case, "experts", at=moment("2026-03-04 15:00"))
    two = start(b, case, "consult", at=moment("2026-03-06 15:00"))
    three = start(b, case, "advice", at=moment("2026-03-06 15:00"))
    case.refresh_from_db()
    assert case.procedures_running == 3
    finish(b, one, moment("2026-03-09 09:00"))
    assert paused(case) == {"statutory", "promised"}
    finish(b, three, moment("2026-03-10 09:00"))
    assert paused(case) == {"statutory", "promised"}
    finish(b, two, moment("2026-03-16 09:00"))
    assert paused(case) == set() and due(case) == moment("2026-04-10 00:00")


def test_counted_procedure_lets_the_limits_run(b):
    case = casework.accepted(b, moment("2026-03-02 10:00"))
    before = due(case)
    one = start(b, case, "advice", at=moment("2026-03-03 10:00"))
    assert paused(case) == set()
    with pytest.raises(NotNow, match="还没有结束"):
        decision.grant_on_the_spot(case, decision="准予。", by=b.clerk_a, at=moment("2026-03-03 11:00"))
    finish(b, one, moment("2026-03-05 10:00"))
    assert due(case) == before


def test_limits_stopped_across_the_year_end(b):
    """十二月停，一月走：元旦不算工作日，放假通知没有到，写明暂估。"""
    casework.holidays(("2027-01-01", False))
    case = casework.accepted(b, moment("2026-12-15 10:00"))
    assert due(case) == moment("2027-01-14 00:00")
    one = start(b, case, at=moment("2026-12-28 10:00"))
    two = start(b, case, "consult", at=moment("2026-12-30 10:00"))
    finish(b, one, moment("2026-12-31 10:00"))
    finish(b, two, moment("2027-01-04 10:00"))
    clock = case.clocks.running().get(kind="statutory")
    assert clock.due_at == moment("2027-01-20 00:00") and clock.provisional


@pytest.mark.clause("D10", "D17")
def test_late_procedure_is_flagged_on_the_section_once_and_goes_on(b):
    case = casework.accepted(b)
    one = start(b, case, "advice")
    late = due(case, "procedure:advice")
    assert deadlines.sweep(at=late) == 1 and deadlines.sweep(at=late) == 0
    flag = case.flags.get()
    assert (flag.kind, flag.unit, flag.due_at) == ("procedure", b.orgs, late)
    assert Notice.objects.inbox(b.deputy).filter(kind="case.flag").exists()
    finish(b, one, late)
    one.refresh_from_db()
    assert one.state == "ended" and one.clock.late


def test_full_term_ends_by_itself_and_the_limits_go_on(b):
    case = casework.accepted(b)
    one = start(b, case, "notice")
    over = due(case, "procedure:notice")
    assert deadlines.sweep(at=over) == 1
    one.refresh_from_db()
    assert (one.state, one.result, one.ended_by) == ("ended", "公告查找生父母期满。", b.system)
    assert paused(case) == set() and not case.flags.exists()


@pytest.mark.clause("D10")
def test_only_what_the_guide_lists_may_be_started(b):
    case = casework.accepted(b)
    for key in ("hearing", "longer", ""):  # 没有列出的；延长审批另有手续
        with pytest.raises(NotNow, match="没有列出"):
            start(b, case, key)
    start(b, case)
    with pytest.raises(NotNow, match="正在进行"):
        start(b, case)
    assert Procedure.objects.count() == 1 and case.procedures_running == 1


def test_guide_without_procedures_offers_none(bureau):
    b = casework.item_with_guide(bureau)
    case = casework.accepted(b)
    with pytest.raises(NotNow, match="没有列出"):
        start(b, case)


def test_procedure_begins_only_between_acceptance_and_decision(b):
    for case in (casework.received(b), casework.granted(b)):
        with pytest.raises(NotNow):
            start(b, case)
    held = casework.accepted(b)
    casework.filed(b, case=held, by=b.reviewer)
    with pytest.raises(NotNow, match="审定"):
        start(b, held)


def test_only_the_section_runs_procedures(b):
    case = casework.accepted(b)
    for person in (b.clerk_a, b.citizen, b.stranger, b.director, b.editor):
        with pytest.raises(PermissionDenied):
            start(b, case, by=person)
    one = start(b, case)
    with pytest.raises(PermissionDenied):
        procedures.finish(one, result="同意。", by=b.clerk_a, at=b.at)
    finish(b, one, b.at)
    with pytest.raises(NotNow):
        finish(b, one, b.at)


@pytest.mark.clause("D10")
def test_nothing_is_granted_while_a_procedure_runs(b):
    case = casework.reviewed(b)
    one = start(b, case)
    with pytest.raises(NotNow, match="特别程序还没有结束"):
        decision.grant(case, decision="准予。", by=b.chief, at=b.at)
    step = next(step for step in available(case, b.chief) if step.name == "grant")
    assert not step.allowed and "特别程序" in step.reason
    finish(b, one, b.at)
    case.refresh_from_db()
    decision.grant(case, decision="准予。", by=b.chief, at=b.at)


def test_withdrawal_and_refusal_stop_what_runs(b):
    withdrawn, refused = casework.accepted(b), casework.accepted(b)
    one, two = start(b, withdrawn), start(b, refused)
    decision.withdraw(withdrawn, reason="不办了", by=b.citizen, at=b.at)
    register.refuse_by_rule(refused, basis=b.guide.bases.get(), refusal=casework.REFUSAL, by=b.chief, at=b.at)
    for case, procedure in ((withdrawn, one), (refused, two)):
        case.refresh_from_db()
        procedure.refresh_from_db()
        assert (procedure.state, procedure.ended_at) == ("stopped", b.at) and case.procedures_running == 0
        assert first_break(Entry.objects.about(procedure)) == "" and procedure.clock.ended_at == b.at
        assert not case.clocks.running().filter(kind__startswith="procedure").exists()


@pytest.mark.clause("D10")
def test_applicant_is_told_in_writing(b):
    case = casework.accepted(b, moment("2026-03-02 10:00"))
    one = start(b, case, at=moment("2026-03-04 15:00"))
    paper = Paper.objects.about(case).of_kind("special").get()
    assert one.paper == paper
    told = paper.context
    assert (told["procedure"], told["duration"], told["until"]) == ("专家评审", "15个工作日", "2026年3月25日")
    assert told["reasons"] == "涉及专业标准。" and told["counted"] is False and told["basis"] == "示例条例第九条"
    assert Notice.objects.about(case).filter(kind="case.procedure", body__contains="不计入办理期限").count() == 2


def test_database_refuses_what_the_code_would(b):
    case = casework.accepted(b)
    one = start(b, case)
    copied = {f.attname: getattr(one, f.attname) for f in Procedure._meta.concrete_fields}
    wrong = [
        "UPDATE approvals_procedure SET result = '' , state = 'ended'",
        "UPDATE approvals_procedure SET reason = ''",
        "UPDATE approvals_case SET state = 'withdrawn', outcome = 'withdrawn'",
    ]
    for statement in wrong:
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    with pytest.raises(IntegrityError, match="one_running_procedure"), transaction.atomic():
        other = case.clocks.get(kind="statutory")
        Procedure.objects.create(**{**copied, "id": None, "paper_id": None, "clock_id": other.pk})
