"""没有依据,谁也不能说“不”:每一扇后门都推一推。"""

import psycopg2
import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.urls import get_resolver

from approvals.actions import decision, denial, mandates
from approvals.models import Case, Confirmation, Ground
from catalog.models import LegalBasis
from denials.actions import ladder, register
from denials.models import LadderPolicy, Precedent, Report
from office.stateful import WrongDoor
from office.steps import NotNow, available, take
from tests import casework
from tests.casework import HOUR

pytestmark = pytest.mark.clause("Z3")


@pytest.fixture
def b(bureau):
    return casework.item_with_guide(bureau)


def honest(case):
    fresh = Case.objects.get(pk=case.pk)
    return fresh.state not in ("refused", "not_accepted") and fresh.outcome not in ("refused", "not_accepted")


def ground(b, case, kind, **fields):
    told = {"facts": "无", "reasons": "无", "basis_text": "无"}
    return denial.name_ground(case, denial.GroundWords(kind, **{**told, **fields}), by=b.clerk_a, at=b.at)


def test_no_button_says_no_at_the_counter(b):
    case = casework.received(b)
    names = {step.name for step in available(case, b.clerk_a)}
    assert names.isdisjoint({"deny", "refuse_acceptance"})
    assert names == {"accept", "ask_to_supplement", "redirect"}


def test_save_is_refused(b):
    case = casework.received(b)
    with pytest.raises(AttributeError):
        case.state = "not_accepted"
    case.__dict__["state"] = "not_accepted"
    with pytest.raises(WrongDoor):
        case.save()
    with pytest.raises(WrongDoor):
        Case(state="refused").save()
    assert honest(case)


def test_calling_the_move_and_saving_is_refused(b):
    case = casework.received(b)
    case.refuse_acceptance(by=b.clerk_a, at=b.at, ground=None)
    with pytest.raises(WrongDoor):
        case.save()
    assert honest(case)


def test_update_and_bulk_update_are_refused(b):
    case = casework.received(b)
    with pytest.raises(WrongDoor):
        Case.objects.filter(pk=case.pk).update(state="not_accepted")
    with pytest.raises(WrongDoor):
        Case.objects.bulk_update([case], ["state"])
    with pytest.raises(WrongDoor):
        Case.objects.bulk_create([Case(state="refused")])
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(outcome="not_accepted")
    assert honest(case)


def test_raw_manager_meets_the_database_guard(b):
    case = casework.received(b)
    with pytest.raises(IntegrityError), transaction.atomic():
        Case._base_manager.filter(pk=case.pk).update(state="not_accepted", outcome="not_accepted")
    assert honest(case)


def test_the_door_itself_wants_a_ground(b):
    case = casework.received(b)
    with pytest.raises(IntegrityError), transaction.atomic():
        take(case, "refuse_acceptance", by=b.clerk_a, at=b.at, ground=None)
    assert honest(case)


def test_forged_grounds_are_refused_by_the_database(b):
    case = casework.received(b)
    for forge in (
        lambda: ground(b, case, "report", reference="湛民拟否〔2026〕999号"),
        lambda: ground(b, case, "precedent", reference="湛民先例〔2026〕999号"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            denial.say_no(case, ground=forge(), by=b.clerk_a, at=b.at)
        assert honest(case)


def test_report_not_yet_sanctioned_is_no_ground(b):
    report = casework.filed(b)
    with pytest.raises(IntegrityError), transaction.atomic():
        denial.say_no(
            report.case, ground=ground(b, report.case, "report", reference=report.number), by=b.clerk_a, at=b.at
        )
    assert honest(report.case)


def test_report_of_another_case_is_no_ground(b):
    report = casework.with_deputy(b)
    ladder.sanction(report, text="核准。", by=b.deputy, at=b.at + 2 * HOUR)
    other = casework.received(b, b.at + 3 * HOUR)
    with pytest.raises(IntegrityError), transaction.atomic():
        denial.say_no(other, ground=ground(b, other, "report", reference=report.number), by=b.clerk_a, at=b.at)
    assert honest(other)


def test_rule_outside_the_pinned_guide_is_no_ground(b):
    case = casework.received(b)
    casework.item_with_guide(b, "another")
    foreign = LegalBasis.objects.get(guide=b.guide)
    with pytest.raises(NotNow, match="不在这件申请"):
        register.refuse_by_rule(case, basis=foreign, refusal=casework.REFUSAL, by=b.clerk_a, at=b.at)
    with pytest.raises(IntegrityError), transaction.atomic():
        denial.say_no(case, ground=ground(b, case, "rule", basis=foreign), by=b.clerk_a, at=b.at)
    assert honest(case)


def test_refusal_without_registration_does_not_commit(b):
    case = casework.received(b)
    real = ground(b, case, "rule", basis=case.guide.bases.get())
    with pytest.raises(IntegrityError), transaction.atomic():
        denial.say_no(case, ground=real, by=b.clerk_a, at=b.at)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert honest(case)


def test_precedent_cannot_be_written_without_a_decided_report(b):
    report = casework.filed(b)
    with pytest.raises(IntegrityError), transaction.atomic():
        Precedent.objects.create(
            code="假先例", report=report, item=b.item, question="?", holding="refuse", reasons="无", basis_text="无",
            settled_at=b.at,
        )  # fmt: skip


def test_strict_agency_wants_every_no_sanctioned(b):
    LadderPolicy.objects.create(agency=b.agency, valid_from="2026-01-01", strict=True)
    case = casework.received(b)
    with pytest.raises(NotNow, match="凡否定都须审定"):
        register.refuse_by_rule(case, basis=case.guide.bases.get(), refusal=casework.REFUSAL, by=b.clerk_a, at=b.at)


def test_reviewer_who_doubts_cannot_deny_by_rule(b):
    case = casework.reviewed(b)
    with pytest.raises(PermissionDenied):
        register.refuse_by_rule(case, basis=case.guide.bases.get(), refusal=casework.REFUSAL, by=b.reviewer, at=b.at)


def test_settled_ground_and_outcome_cannot_be_changed(b):
    case = casework.received(b)
    register.refuse_by_rule(case, basis=case.guide.bases.get(), refusal=casework.REFUSAL, by=b.clerk_a, at=b.at)
    for change in ({"outcome": "granted"}, {"ground": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Case.objects.filter(pk=case.pk).update(**change)
    with pytest.raises(ProgrammingError, match="append-only"), transaction.atomic():
        Ground.objects.filter(pk=case.ground_id).update(reasons="另写一个")


def test_no_case_is_born_refused_or_with_a_ground(b):
    case = casework.received(b)
    forged = ground(b, case, "report", reference="编造")
    told = {field.attname: getattr(case, field.attname) for field in Case._meta.concrete_fields}
    told |= {"id": None, "number": f"{case.number}-2", "submission_key": None}
    for change in ({"outcome": "not_accepted", "ground_id": forged.pk}, {"ground_id": forged.pk}):
        with pytest.raises(IntegrityError, match="born with"), transaction.atomic():
            Case(**told | change).save()
    Case(**told).save()


def test_the_pinned_guide_and_item_cannot_be_exchanged(b):
    case, other = casework.received(b), casework.item_with_guide(b, "another")
    for change in ({"guide": other.guide}, {"item": other.item}):
        with pytest.raises(IntegrityError, match="pinned"), transaction.atomic():
            Case.objects.filter(pk=case.pk).update(**change)


def test_a_sanction_by_someone_not_in_the_post_is_no_ground(b):
    report, at = casework.with_deputy(b), b.at + 2 * HOUR
    told = {"verdict": "sanction", "by": b.clerk_a, "closed_at": at, "text": "核准。", "standing": "冒名"}
    with pytest.raises(IntegrityError, match="no true ground"), transaction.atomic():
        report.turns.filter(closed_at=None).update(**told)
        Report._base_manager.filter(pk=report.pk).update(
            state="sanctioned", decided_by=b.clerk_a, decided_at=at, verdict_text="核准。"
        )
        case = Case.objects.get(pk=report.case_id)
        denial.say_no(case, ground=ground(b, case, "report", reference=report.number), by=b.clerk_a, at=at)
    assert honest(report.case)


WITHDRAWN = {"state": "withdrawn", "outcome": "withdrawn"}


def withdrawal(b, case, **fields):
    """一条撤回的确认，想怎样写就怎样写。"""
    told = {"case": case, "matter": "withdraw", "text": "不办了。", "asked_at": b.at, "asked_by": b.clerk_a}
    return Confirmation.objects.create(**{**told, **fields})


def test_no_clerk_withdraws_what_its_applicant_did_not(b):
    """劝退是换一扇门说“不”：没有申请人的确认，窗口、迁移、数据库都走不到“已撤回”。"""
    case = casework.received(b)
    with pytest.raises(PermissionDenied, match="只能由申请人"):
        decision.withdraw(case, reason="不办了。", by=b.clerk_a, at=b.at)
    with pytest.raises(NotNow, match="只能由申请人"):
        take(case, "withdraw", by=b.clerk_a, at=b.at, reason="不办了。")
    with pytest.raises(IntegrityError, match="without its applicant"), transaction.atomic():
        Case._base_manager.filter(pk=case.pk).update(**WITHDRAWN)
    withdrawal(b, case)
    with pytest.raises(IntegrityError, match="without its applicant"), transaction.atomic():
        Case._base_manager.filter(pk=case.pk).update(**WITHDRAWN)
    assert Case.objects.get(pk=case.pk).state == "received"


@pytest.mark.parametrize("way", ["online", "code", "agent", "exchange"])
def test_a_forged_confirmation_of_a_withdrawal_is_refused_by_the_database(b, way):
    case = casework.received(b)
    told = {"way": way, "confirmed_at": b.at, "registered_by": b.clerk_a}
    with pytest.raises(IntegrityError, match="nobody of its applicant"), transaction.atomic():
        withdrawal(b, case, **told)
    mandates.appoint(
        case, agent=mandates.Agent(user=b.clerk_b), terms=mandates.Terms(("withdraw",), b.at.date()), by=b.clerk_a,
        at=b.at, signed=True,
    )  # fmt: skip
    with pytest.raises(IntegrityError, match="nobody of its applicant"), transaction.atomic():
        withdrawal(b, case, **told | {"registered_by": b.clerk_b})
    asked = withdrawal(b, case)
    with pytest.raises(IntegrityError, match="nobody of its applicant"), transaction.atomic():
        Confirmation.objects.filter(pk=asked.pk).update(**told)
    entered = withdrawal(b, case, matter="entry", way="code", confirmed_at=b.at, registered_by=b.clerk_a)
    with pytest.raises(IntegrityError, match="is settled"), transaction.atomic():
        Confirmation.objects.filter(pk=entered.pk).update(matter="withdraw")


SQL = [
    "UPDATE approvals_case SET state = 'withdrawn', outcome = 'withdrawn' WHERE id = {case}",
    "UPDATE approvals_case SET state = 'not_accepted' WHERE id = {case}",
    "UPDATE approvals_case SET state = 'not_accepted', outcome = 'not_accepted' WHERE id = {case}",
    "UPDATE approvals_case SET state = 'refused', outcome = 'refused' WHERE id = {case}",
    "UPDATE approvals_case SET outcome = 'refused' WHERE id = {case}",
    "UPDATE denials_report SET state = 'sanctioned' WHERE id = {report}",
    "UPDATE denials_report SET state = 'with_deputy' WHERE id = {report}",
    "INSERT INTO denials_report SELECT * FROM denials_report WHERE id = {report}",
    "UPDATE office_entry SET verb = 'x'",
    "DELETE FROM office_entry",
    "TRUNCATE office_entry CASCADE",
    "DELETE FROM denials_registerentry",
    "UPDATE approvals_ground SET reasons = 'x'",
    "ALTER TABLE approvals_case DISABLE TRIGGER ALL",
    "SET session_replication_role = replica",
    "DROP TRIGGER denials_true_ground ON approvals_case",
    "CREATE OR REPLACE FUNCTION denials_true_ground() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("sql", SQL)
def test_runtime_role_cannot_say_no_in_sql(bureau, app_role, sql):
    b = casework.item_with_guide(bureau)
    report = casework.filed(b)
    refused = casework.received(b, b.at + HOUR)
    register.refuse_by_rule(
        refused, basis=refused.guide.bases.get(), refusal=casework.REFUSAL, by=b.clerk_a, at=b.at + HOUR
    )
    with pytest.raises(psycopg2.Error), app_role.cursor() as cursor:
        cursor.execute(sql.format(case=report.case_id, report=report.pk))
        app_role.commit()
    app_role.rollback()
    assert honest(report.case) and Report.objects.get(pk=report.pk).state == "with_chief"


@pytest.mark.django_db(transaction=True)
def test_runtime_role_cannot_forge_a_ground_in_sql(bureau, app_role):
    b = casework.item_with_guide(bureau)
    report = casework.filed(b)
    with pytest.raises(psycopg2.Error, match="no true ground"), app_role.cursor() as cursor:
        cursor.execute(
            "INSERT INTO approvals_ground (case_id, kind, reference, facts, reasons, basis_text, possible, elsewhere,"
            " named_by_id, named_at) VALUES (%s, 'report', %s, '', '不行', '', '', '', %s, now()) RETURNING id",
            [report.case_id, report.number, b.clerk_a.pk],
        )
        cursor.execute(
            "UPDATE approvals_case SET state = 'not_accepted', outcome = 'not_accepted', ground_id = %s,"
            " decided_at = now(), decided_by_id = %s, held_at = NULL WHERE id = %s",
            [cursor.fetchone()[0], b.clerk_a.pk, report.case_id],
        )
        app_role.commit()
    app_role.rollback()
    assert honest(report.case)


def test_no_url_names_a_refusal_without_a_ground():
    """网址表里没有“不予”的捷径:带 refuse、deny 的网址只有引用依据的那几个。"""
    names = [key for key in get_resolver().reverse_dict if isinstance(key, str)]
    assert not [name for name in names if "deny" in name]
