"""现场核查：两名不同的人同去，笔录两人都签名，才能结束（行政许可法第三十四条第三款）。"""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from approvals.actions import decision, inspection, procedures
from approvals.models import Inspection
from office.notices.models import Notice
from office.papers.models import Paper
from office.steps import NotNow
from tests import casework
from tests.approvals.listed import VISIT
from tests.makers import moment

AT, VISITED = moment("2026-03-03 10:00"), moment("2026-03-05 09:30")
WRITTEN = {"found": "有固定的办公室。", "conclusion": "符合要求。", "present": "申请人在场，没有异议。"}


@pytest.fixture
def b(bureau):
    return casework.item_with_guide(bureau, special_procedures=[VISIT])


def assigned(b, case=None, officers=None, by=None):
    told = {"reason": "核实住所。", "visits_at": VISITED, "place": "示范路1号"}
    people = officers or (b.reviewer, b.chief)
    case = case or casework.accepted(b)
    return inspection.assign(case, key="visit", officers=people, **told, by=by or b.reviewer, at=AT).inspection


@pytest.mark.clause("D10")
def test_two_officers_go_write_and_sign(b):
    one = assigned(b)
    case = one.procedure.case
    assert Notice.objects.about(case).filter(kind="case.inspection", to=b.citizen).exists()
    assert Notice.objects.inbox(b.chief).filter(kind="case.inspection_assigned").exists()
    with pytest.raises(NotNow, match="还没有去"):
        inspection.record(one, **WRITTEN, by=b.reviewer, at=AT)
    with pytest.raises(NotNow, match="还没有写"):
        inspection.sign(one, by=b.chief, at=VISITED)
    one = inspection.record(one, **WRITTEN, by=b.reviewer, at=VISITED)
    with pytest.raises(NotNow, match="签名"):
        procedures.finish(one.procedure, result="符合。", by=b.reviewer, at=VISITED)
    assert not Paper.objects.about(case).of_kind("inspection_record").exists()
    inspection.sign(one, by=b.chief, at=VISITED)
    paper = Paper.objects.about(case).of_kind("inspection_record").get()
    assert [row["name"] for row in paper.context["officers"]] == ["吴示例", "林范例"]
    procedures.finish(one.procedure, result="符合。", by=b.reviewer, at=VISITED)
    case.refresh_from_db()
    assert case.procedures_running == 0


@pytest.mark.clause("D10")
def test_what_is_written_anew_must_be_signed_anew(b):
    one = inspection.record(assigned(b), **WRITTEN, by=b.reviewer, at=VISITED)
    one = inspection.record(one, **{**WRITTEN, "conclusion": "还要整改。"}, by=b.chief, at=VISITED)
    assert one.signed_1_at is None and one.signed_2_at == VISITED
    one = inspection.sign(one, by=b.reviewer, at=VISITED)
    with pytest.raises(NotNow, match="不再改动"):
        inspection.record(one, **WRITTEN, by=b.reviewer, at=VISITED)


@pytest.mark.clause("D10")
def test_one_officer_or_an_outsider_is_not_sent(b):
    with pytest.raises(NotNow, match="两名"):
        assigned(b, officers=(b.reviewer, b.reviewer))
    for outsider in (b.stranger, b.clerk_a, b.citizen):
        with pytest.raises(NotNow, match="正在审查的单位"):
            assigned(b, officers=(b.reviewer, outsider))
    with pytest.raises(PermissionDenied):
        assigned(b, by=b.clerk_a)
    with pytest.raises(NotNow, match="另有手续"):
        procedures.start(casework.accepted(b), key="visit", reason="示例", by=b.reviewer, at=AT)
    assert not Inspection.objects.exists()


def test_only_the_two_write_and_only_while_it_runs(b):
    one = assigned(b)
    with pytest.raises(PermissionDenied):
        inspection.record(one, **WRITTEN, by=b.deputy, at=VISITED)
    decision.withdraw(one.procedure.case, reason="不办了", by=b.citizen, at=VISITED)
    with pytest.raises(NotNow, match="已经结束"):
        inspection.record(one, **WRITTEN, by=b.reviewer, at=VISITED)


@pytest.mark.clause("D10")
def test_database_refuses_what_the_code_would(b):
    assigned(b)
    wrong = [
        "UPDATE approvals_inspection SET officer_2_id = officer_1_id",
        "UPDATE approvals_inspection SET place = ''",
        "UPDATE approvals_inspection SET signed_1_at = now()",
        "UPDATE approvals_inspection SET recorded_at = now()",
    ]
    for statement in wrong:
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
