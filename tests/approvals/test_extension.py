"""延期：一次，不超过法律许可的天数，到期之前经本机关负责人批准，告诉申请人（行政许可法第四十二条）。"""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from approvals.actions import deadlines, decision, extension, procedures
from approvals.models import Extension
from approvals.rules import extension_limit
from office.journal.models import Entry
from office.journal.rules import first_break
from office.notices.models import Notice
from office.papers.models import Paper
from office.steps import NotNow
from tests import casework
from tests.approvals.listed import EXPERTS
from tests.makers import away, moment

SECOND = datetime.timedelta(seconds=1)
ACCEPTED, ASKED = moment("2026-03-02 10:00"), moment("2026-03-12 10:00")
DUE = moment("2026-03-31 00:00")
RELIEF = {
    "key": "longer", "kind": "1", "name": "延长办理期限", "value": 15, "unit": "wd", "counted": True, "set_by": "law",
    "basis": "示例确认办法：特殊情况可以延长",
}  # fmt: skip


@pytest.fixture
def b(bureau):
    return casework.item_with_guide(bureau, special_procedures=[EXPERTS])


def ask(b, case, at=ASKED, value=10, by=None):
    return extension.ask(case, value=value, reason="需要征求两个部门意见。", by=by or b.reviewer, at=at)


def due(case, kind="statutory"):
    return case.clocks.running().get(kind=kind).due_at


@pytest.mark.clause("D10")
def test_sanctioned_before_expiry_moves_both_limits_and_tells_the_applicant(b):
    case = casework.accepted(b, ACCEPTED)
    one = ask(b, case)
    assert due(case) == DUE and Notice.objects.inbox(b.director).filter(kind="case.extension_asked").exists()
    extension.sanction(one, text="同意。", by=b.director, at=moment("2026-03-12 15:00"))
    assert due(case) == moment("2026-04-14 00:00") and one.due_after == due(case)
    assert due(case, "promised") == moment("2026-03-31 00:00")
    paper = Paper.objects.about(case).of_kind("extension").get()
    told = paper.context
    assert (told["original_due"], told["extended"], told["new_due"]) == ("2026年3月30日", "10个工作日", "2026年4月13日")
    assert told["reasons"] == "需要征求两个部门意见。" and one.paper == paper
    assert Notice.objects.about(case).filter(kind="case.extended", to=b.citizen).exists()
    assert deadlines.sweep(at=DUE) == 1  # 只到了承诺时限
    assert [flag.kind for flag in case.flags.all()] == ["promised"]
    assert first_break(Entry.objects.about(one)) == "" and first_break(Entry.objects.about(case)) == ""


@pytest.mark.clause("D10")
def test_promise_already_broken_is_not_mended_by_an_extension(b):
    case = casework.accepted(b, ACCEPTED)
    late = moment("2026-03-18 10:00")
    one = ask(b, case, late)
    extension.sanction(one, text="同意。", by=b.director, at=late)
    assert due(case, "promised") == moment("2026-03-17 00:00") and case.flags.get().kind == "promised"
    assert due(case) == moment("2026-04-14 00:00")


@pytest.mark.clause("D10")
def test_second_late_and_too_long_extensions_are_impossible(b):
    case = casework.accepted(b, ACCEPTED)
    for value in (0, 11, 400):
        with pytest.raises(NotNow, match="10个工作日之间"):
            ask(b, case, value=value)
    with pytest.raises(NotNow, match="届满"):
        ask(b, casework.accepted(b, ACCEPTED), at=DUE)
    one = ask(b, case, at=DUE - SECOND)
    with pytest.raises(NotNow, match="等待批准"):
        ask(b, case, at=DUE - SECOND)
    extension.sanction(one, text="同意。", by=b.director, at=DUE - SECOND)
    with pytest.raises(NotNow, match="延过一次"):
        ask(b, case, at=DUE)
    with pytest.raises(NotNow):
        extension.sanction(one, text="再同意一次。", by=b.director, at=DUE)


@pytest.mark.clause("D10")
def test_unanswered_extension_lapses_at_expiry(b):
    """清扫还没有跑，局长在到期那一刻才按：先结清到期，失效，红牌照亮。"""
    case = casework.accepted(b, ACCEPTED)
    one = ask(b, case)
    with pytest.raises(NotNow, match="届满|失效"):
        extension.sanction(one, text="同意。", by=b.director, at=DUE)
    one.refresh_from_db()
    assert one.state == "lapsed" and due(case) == DUE
    assert {flag.kind for flag in case.flags.all()} == {"promised", "statutory"}
    assert Notice.objects.inbox(b.reviewer).filter(kind="case.extension_lapsed").exists()


def test_declined_extension_leaves_the_limit_and_may_be_asked_again(b):
    case = casework.accepted(b, ACCEPTED)
    one = ask(b, case)
    extension.decline(one, text="抓紧办。", by=b.director, at=ASKED)
    assert due(case) == DUE and Notice.objects.inbox(b.reviewer).filter(kind="case.extension_answered").exists()
    assert ask(b, case, value=5).state == "asked"


def test_only_the_section_asks_and_only_the_director_on_duty_sanctions(b):
    case = casework.accepted(b, ACCEPTED)
    for person in (b.clerk_a, b.citizen, b.director, b.stranger):
        with pytest.raises(PermissionDenied):
            ask(b, case, by=person)
    one = ask(b, case)
    for person in (b.chief, b.deputy, b.deputy_b, b.reviewer, b.clerk_a):
        with pytest.raises(PermissionDenied):
            extension.sanction(one, text="同意。", by=person, at=ASKED)
    away(b.director, ASKED)
    extension.sanction(one, text="同意。", by=b.deputy, at=ASKED + SECOND)
    assert one.decided_by == b.deputy and "代郑试用" in one.standing


def test_stopped_limit_is_not_extended(b):
    case = casework.accepted(b, ACCEPTED)
    one = ask(b, case)
    running = procedures.start(case, key="experts", reason="涉及专业标准。", by=b.reviewer, at=ASKED)
    with pytest.raises(NotNow, match="停着"):
        extension.sanction(one, text="同意。", by=b.director, at=ASKED)
    procedures.finish(running, result="同意。", by=b.reviewer, at=moment("2026-03-16 10:00"))
    extension.sanction(one, text="同意。", by=b.director, at=moment("2026-03-16 11:00"))
    assert due(case) == moment("2026-04-16 00:00")  # 停了两个工作日，再加十个


def test_extension_asked_for_a_finished_case_lapses(b):
    case = casework.reviewed(b, ACCEPTED)
    one = ask(b, case)
    decision.grant(case, decision="准予。", by=b.chief, at=ASKED)
    one.refresh_from_db()
    assert one.state == "lapsed"


@pytest.mark.clause("D10")
def test_law_of_the_item_says_how_long(bureau):
    """许可且适用二十日的，十日；指南抄了别的法律的，照它；都没有的，不能延。"""
    licence = casework.item_with_guide(bureau)
    assert extension_limit(licence.item, licence.guide).value == 10
    licence.guide.statutory_value, licence.guide.statutory_unit = 60, "d"
    assert extension_limit(licence.item, licence.guide) is None
    licence.guide.special_procedures = [RELIEF]
    assert extension_limit(licence.item, licence.guide).value == 15
    licence.guide.special_procedures = []
    licence.item.kind = "05"
    assert extension_limit(licence.item, licence.guide) is None


@pytest.mark.clause("D10")
def test_extension_that_needs_a_higher_organ_names_its_document(bureau):
    higher = {**RELIEF, "unit": "d", "value": 60, "basis": "示例法第十条：报经上级部门批准可以延长"}
    b = casework.item_with_guide(bureau, special_procedures=[higher])
    case = casework.accepted(b, ACCEPTED)
    one = ask(b, case, value=60)
    with pytest.raises(NotNow, match="批准文件"):
        extension.sanction(one, text="同意。", by=b.director, at=ASKED)
    extension.sanction(one, text="同意。", document="示例〔2026〕1号", by=b.director, at=ASKED)
    assert due(case) == moment("2026-05-30 00:00")  # 三月三十日后六十日，五月二十九日


def test_item_without_a_law_may_not_be_extended(bureau):
    b = casework.item_with_guide(bureau)
    b.item.kind = "05"
    b.item.save()
    case = casework.accepted(b, ACCEPTED)
    with pytest.raises(NotNow, match="没有规定"):
        ask(b, case)


@pytest.mark.clause("D10")
def test_database_refuses_what_the_code_would(b):
    case = casework.accepted(b, ACCEPTED)
    one = ask(b, case)
    wrong = [
        "UPDATE approvals_extension SET value = 11",
        "UPDATE approvals_extension SET value = 0",
        "UPDATE approvals_extension SET asked_at = due_before",
        "UPDATE approvals_extension SET reason = ''",
        "UPDATE approvals_extension SET state = 'sanctioned', decided_at = due_before, due_after = due_before",
        "UPDATE approvals_extension SET state = 'declined'",
        "UPDATE approvals_extension SET state = 'lapsed'",  # 没有日志
    ]
    for statement in wrong:
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    copied = {f.attname: getattr(one, f.attname) for f in Extension._meta.concrete_fields}
    with pytest.raises(IntegrityError, match="extended_once"), transaction.atomic():
        Extension.objects.create(**{**copied, "id": None})
