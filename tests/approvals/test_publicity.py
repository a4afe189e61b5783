"""公示：只公示法律许可的几样，儿童不公示，异议答复了才结束。"""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from approvals.actions import deadlines, decision, procedures, publication
from approvals.models import Objection, Publication
from approvals.rules import is_minor, publication_lines
from office.notices.models import Notice
from office.papers.models import Paper
from office.steps import NotNow
from tests import casework
from tests.approvals.listed import EXPERTS, PUBLICITY
from tests.makers import moment

FAMILY = publication.Shown(members=3, amount=Decimal("1200.50"), place="示范村公示栏")
MATTER = publication.Shown(matter="拟评定为示例等级。")
AT = moment("2026-03-04 10:00")
OVER = moment("2026-03-12 00:00")  # 七日，三月十一日为止


@pytest.fixture
def b(bureau):
    b = casework.item_with_guide(bureau, special_procedures=[EXPERTS, PUBLICITY])
    return relief(b)


def relief(b):
    b.item.theme = "relief"
    b.item.save()
    return b


def publish(b, case, shown=FAMILY, by=None):
    return publication.publish(case, key="publicity", reason="初审通过。", shown=shown, by=by or b.reviewer, at=AT)


def object_to(b, procedure, at=AT, phone=""):
    return publication.object_to(procedure.publication, text="他家有车。", phone=phone, by=b.system, at=at)


@pytest.mark.clause("D10")
def test_relief_shows_a_name_a_number_and_an_amount_and_nothing_else(b):
    case = casework.accepted(b)
    one = publish(b, case)
    lines = publication_lines(one.publication)
    assert lines == [("申请人", "赵申请"), ("家庭成员数", "3人"), ("拟保障金额", "每月1200.50元")]
    paper = Paper.objects.about(case).of_kind("publicity").get()
    for private in (case.number, "11010519491231002X", "13800000001", "示范路1号"):
        assert private not in str(paper.context)
    with pytest.raises(NotNow, match="只公示申请人姓名"):
        publish(b, casework.accepted(b), MATTER)


def test_other_items_show_a_result_without_numbers(bureau):
    b = casework.item_with_guide(bureau, special_procedures=[PUBLICITY])
    for wrong in (FAMILY, publication.Shown(matter="电话 13800000001"), publication.Shown()):
        with pytest.raises(NotNow):
            publish(b, casework.accepted(b), wrong)
    one = publish(b, casework.accepted(b), MATTER)
    assert publication_lines(one.publication)[1] == ("拟公示的结果", "拟评定为示例等级。")


@pytest.mark.clause("D10")
def test_children_are_never_published(b):
    case = casework.accepted(b)
    numbers = [f"44080220150101001{last}" for last in "0123456789X"]
    young = [number for number in numbers if is_minor(_with(case, number), AT.date())]
    assert len(young) == 1  # 校验码不对的，不当身份证号读
    case.applicant.id_number = young[0]
    case.applicant.save()
    case.refresh_from_db()
    with pytest.raises(NotNow, match="不公示"):
        publish(b, case)
    other = casework.accepted(b)
    b.item.theme = "children"
    b.item.save()
    other.refresh_from_db()
    with pytest.raises(NotNow, match="不公示"):
        publish(b, other, MATTER)
    assert not Publication.objects.exists()


def _with(case, number):
    case.applicant.id_number = number
    return case.applicant


def test_publicity_has_no_other_door(b):
    case = casework.accepted(b)
    with pytest.raises(NotNow, match="另有手续"):
        procedures.start(case, key="publicity", reason="示例", by=b.reviewer, at=AT)
    with pytest.raises(NotNow, match="另有手续"):
        publication.publish(case, key="experts", reason="示例", shown=FAMILY, by=b.reviewer, at=AT)
    with pytest.raises(PermissionDenied):
        publish(b, case, by=b.clerk_a)
    case.refresh_from_db()
    assert case.procedures_running == 0 and not Publication.objects.exists()


@pytest.mark.clause("D10")
def test_quiet_publicity_ends_by_itself_when_the_term_is_full(b):
    case = casework.accepted(b)
    one = publish(b, case)
    with pytest.raises(NotNow, match="还没有期满"):
        procedures.finish(one, result="没有异议。", by=b.reviewer, at=AT)
    assert deadlines.sweep(at=OVER) == 1 and deadlines.sweep(at=OVER) == 0
    one.refresh_from_db()
    assert (one.state, one.result, one.ended_by) == ("ended", "公示期满，没有收到异议。", b.system)
    case.refresh_from_db()
    assert case.procedures_running == 0 and not case.flags.exists()
    assert not case.clocks.running().exclude(paused_at=None).exists()


@pytest.mark.clause("D10")
def test_objections_are_answered_before_it_ends(b):
    case = casework.accepted(b)
    one = publish(b, case)
    first = object_to(b, one, phone="13800000009")
    assert Notice.objects.inbox(b.reviewer).filter(kind="case.objection").exists()
    assert deadlines.sweep(at=OVER) == 1
    assert case.flags.get().kind == "procedure"  # 期满了还没有答复，记在科室名下
    with pytest.raises(NotNow, match="没有答复"):
        procedures.finish(one, result="没有异议。", by=b.reviewer, at=OVER)
    with pytest.raises(PermissionDenied):
        publication.answer(first, text="经核实没有车。", by=b.clerk_a, at=OVER)
    publication.answer(first, text="经核实没有车。", by=b.reviewer, at=OVER)
    told = Notice.objects.about(case).get(kind="case.objection_answered")
    assert (told.address, told.body) == ("13800000009", "经核实没有车。")
    with pytest.raises(NotNow, match="已经答复"):
        publication.answer(first, text="再答复。", by=b.reviewer, at=OVER)
    procedures.finish(one, result="异议不成立。", by=b.reviewer, at=OVER)
    case.refresh_from_db()
    assert case.procedures_running == 0


def test_answered_objection_lets_the_term_end_by_itself(b):
    one = publish(b, casework.accepted(b))
    publication.answer(object_to(b, one), text="经核实没有车。", by=b.reviewer, at=AT)
    deadlines.sweep(at=OVER)
    one.refresh_from_db()
    assert one.result == "公示期满，收到的 1 条异议都已答复。"


def test_nobody_objects_after_the_term_or_the_case(b):
    case = casework.accepted(b)
    one = publish(b, case)
    with pytest.raises(NotNow, match="期满"):
        object_to(b, one, at=OVER)
    decision.withdraw(case, reason="不办了", by=b.citizen, at=AT)
    with pytest.raises(NotNow):
        object_to(b, one)
    assert not Objection.objects.exists() and not Publication.objects.now(AT).exists()


def test_database_refuses_what_the_code_would(b):
    one = publish(b, casework.accepted(b))
    object_to(b, one)
    wrong = [
        "UPDATE approvals_publication SET matter = '家庭困难'",
        "UPDATE approvals_publication SET amount = NULL",
        "UPDATE approvals_publication SET members = 0",
        "UPDATE approvals_publication SET to_at = from_at",
        "UPDATE approvals_objection SET answer = '好'",
        "UPDATE approvals_objection SET answered_at = made_at",
        "UPDATE approvals_objection SET text = ''",
    ]
    for statement in wrong:
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
