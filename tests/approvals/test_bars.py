"""几年内不得再次申请：来自经领导审定、送达了的不予和撤销；到期自行解除，原决定撤销的随之解除；数据库核实。"""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from approvals.actions import archiving, bars, decision, denial, intake, review
from approvals.models import Bar, Concealment
from approvals.rules.bars import until
from approvals.states import GroundKind
from denials.actions import ladder, recalls, register
from office.journal.models import Entry
from office.notices.models import Notice
from office.papers.models import Paper
from office.steps import NotNow
from office.workdays.rules import DAY, local
from tests import casework
from tests.approvals import barring
from tests.approvals.test_forgetting import handed_over
from tests.denials import recalling
from tests.denials.recalling import FAULT

ORG = intake.Person("organisation", "示例协会", "51440800MJL0000001", "13800000001", contact_name="赵申请")


@pytest.fixture
def b(bureau):
    return barring.safety(bureau)


def test_the_years_run_from_the_day_after_service():
    # 民法典第二百零一条、第二百零二条：开始的当日不计入，对应日是最后一天，没有对应日的是月末
    assert until("concealed", datetime.date(2026, 3, 2)) == datetime.date(2027, 3, 2)
    assert until("deceit", datetime.date(2026, 3, 2)) == datetime.date(2029, 3, 2)
    assert until("concealed", datetime.date(2028, 2, 29)) == datetime.date(2029, 2, 28)


@pytest.mark.clause("Z3", "D15")
def test_a_sanctioned_refusal_for_false_materials_bars_for_a_year_once_served(b):
    case = barring.refused(b)
    letter = Paper.objects.about(case).of_kind("refusal").get()
    assert letter.context["concealed"] == barring.FACTS and "第七十八条" in letter.context["barred"]
    assert "满一年的同月同日" in letter.context["barred"] and letter.context["reconsideration_body"]
    assert not Bar.objects.exists(), "送达以前没有限制"
    barring.papers.empty_tray(at=b.at, limit=100)
    casework.collected(case, b.clerk_a, b.at)
    bar, day = Bar.objects.get(), local(b.at).date()
    assert (bar.kind, bar.from_on, bar.until_on) == ("concealed", day, until("concealed", day))
    assert letter.number in bar.document and bar.holder_index == case.applicant.id_index
    told = Notice.objects.filter(kind="case.barred").first()
    assert letter.number in told.body and "复议" in told.body
    assert Entry.objects.about(case).filter(verb="approvals.case.bar").exists()


@pytest.mark.clause("Z3")
def test_the_window_receives_but_does_not_accept_until_the_last_day_is_over(b):
    bar = barring.barred(b)
    last = datetime.datetime.combine(bar.until_on, datetime.time(16), b.at.tzinfo)
    again = casework.received(b, last)
    intake.check_materials(again, checks={"application": casework.OK, "proof": casework.OK}, by=b.clerk_a, at=last)
    with pytest.raises(NotNow, match="不得再次申请"):
        intake.accept(again, by=b.clerk_a, at=last)
    basis = b.guide.bases.get(article="第七十八条")
    register.refuse_by_rule(again, basis=basis, refusal=casework.REFUSAL, by=b.clerk_a, at=last)
    assert again.register_entry, "不予受理照样报备"
    after = casework.accepted(b, last + DAY)
    assert after.accepted_at, "到期以后什么也不说"


@pytest.mark.clause("Z3")
def test_others_other_items_and_earlier_applications_are_not_barred(b, bureau):
    earlier = casework.received(b, b.at - DAY)
    barring.barred(b)
    checks = {"application": casework.OK, "proof": casework.OK}
    intake.check_materials(earlier, checks=checks, by=b.clerk_a, at=b.at)
    assert intake.accept(earlier, by=b.clerk_a, at=b.at).accepted_at, "决定送达以前提出的，不是“再次”"
    assert casework.accepted(b, b.at, person=ORG).accepted_at
    other = barring.safety(bureau, "other")
    assert casework.accepted(other, b.at).accepted_at


@pytest.mark.clause("Z3", "Z10")
def test_what_is_redone_for_the_agencys_mistake_counts_from_the_first_application(b):
    entry = recalling.refused(b, b.at - DAY, casework.received(b, b.at - DAY))
    barring.barred(b)
    new = recalling.set_aside(b, entry, b.at + casework.HOUR).new_case
    assert new.received_at > Bar.objects.get().made_at
    at, checks = b.at + 2 * casework.HOUR, {"application": casework.OK, "proof": casework.OK}
    intake.check_materials(new, checks=checks, by=b.clerk_a, at=at)
    assert intake.accept(new, by=b.clerk_a, at=at).accepted_at, "原来提出的时候还没有限制"


@pytest.mark.clause("Z3", "D8")
def test_a_licence_got_by_deceit_bars_for_three_years(b):
    one = barring.deceived(b)
    bar = Bar.objects.get()
    assert bar.kind == "deceit" and bar.retraction == one
    assert bar.until_on == until("deceit", local(one.served_at).date())
    letter = Paper.objects.about(one.case).of_kind("revocation").get()
    assert "三年内" in letter.context["barred"] and letter.number in bar.document
    with pytest.raises(NotNow, match="第七十九条"):
        casework.accepted(b, one.served_at)


@pytest.mark.clause("Z3")
def test_an_ordinary_licence_has_no_bar(bureau):
    b = casework.item_with_guide(bureau)
    case = barring.heard(b)
    with pytest.raises(NotNow, match="直接关系公共安全"):
        bars.find(case, facts=barring.FACTS, by=b.reviewer, at=b.at)
    barring.deceived(b)
    assert not Bar.objects.exists()


@pytest.mark.clause("Z3")
def test_nobody_bars_alone(b):
    case = casework.accepted(b, b.at)
    review.begin(case, by=b.reviewer, at=b.at)
    with pytest.raises(PermissionDenied):
        bars.find(case, facts=barring.FACTS, by=b.clerk_a, at=b.at)
    with pytest.raises(NotNow, match="陈述申辩"):
        bars.find(case, facts=barring.FACTS, by=b.reviewer, at=b.at)
    barring.parties.hear(case, **barring.STATED, stated_at=b.at, by=b.reviewer, at=b.at)
    bars.find(case, facts=barring.FACTS, by=b.reviewer, at=b.at)
    review.give_opinion(case, opinion="fail", text="材料虚假。", by=b.reviewer, at=b.at)
    basis = b.guide.bases.first()
    with pytest.raises(NotNow, match="拟否定报告"):
        register.refuse_by_rule(case, basis=basis, refusal=casework.REFUSAL, by=b.chief, at=b.at)
    told = {"item": case.item, "kind": "concealed", "holder_index": "x", "basis": "无", "document": "无"}
    days = {"from_on": b.at.date(), "until_on": b.at.date() + DAY, "made_at": b.at}
    with pytest.raises(DatabaseError, match="nothing decided"), transaction.atomic():
        Bar.objects.create(case=case, **told, **days)
    bars.drop(case, reason="查明是代办机构伪造，申请人不知情。", by=b.chief, at=b.at)
    assert not Concealment.objects.exists()
    with pytest.raises(NotNow, match="没有认定过"):
        bars.drop(case, reason="再来一次。", by=b.chief, at=b.at)


def found_and_filed(b, case):
    """认定了，提出一份拟否定报告，到了分管副局长面前。"""
    bars.find(case, facts=barring.FACTS, by=b.reviewer, at=b.at)
    report = barring.reports.file(case, statement=casework.STATEMENT, by=b.reviewer, at=b.at)
    ladder.review(report, text="同意。", by=b.chief, at=b.at)
    return report


@pytest.mark.clause("Z3", "D15")
def test_the_leader_settles_what_was_found_and_a_refusal_without_it_bars_nobody(b):
    case = barring.heard(b)
    report = found_and_filed(b, case)
    form = Paper.objects.about(case).of_kind("denial_report").get()
    assert report.concealed == form.context["concealed"] == barring.FACTS and "一年内" in form.context["consequence"]
    with pytest.raises(NotNow, match="成立还是不成立"):
        ladder.sanction(report, text="条件不符合。", by=b.deputy, at=b.at)
    ladder.sanction(report, text="条件不符合。", concealed=False, by=b.deputy, at=b.at)
    case.refresh_from_db()
    assert case.outcome == "refused" and not case.ground.concealed and not Concealment.objects.exists()
    letter = Paper.objects.about(case).of_kind("refusal").get()
    assert "concealed" not in letter.context and "barred" not in letter.context
    dropped = Entry.objects.about(case).get(verb="approvals.case.drop_concealment")
    assert report.number in dropped.facts["reason"] and dropped.by == b.deputy
    barring.papers.empty_tray(at=b.at, limit=100)
    casework.collected(case, b.clerk_a, b.at)
    assert not Bar.objects.exists() and casework.accepted(b, b.at).accepted_at


@pytest.mark.clause("Z3")
def test_the_database_bars_nobody_whom_no_leader_found_to_have_lied(b):
    case = barring.heard(b)
    report = found_and_filed(b, case)
    told = {"text": "核准。", "concealed": True, "by": b.deputy, "at": b.at}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ladder, "_upheld", lambda *_: False)
        patch.setattr(ladder, "_ground", lambda r, p, e, _u: _words(r, concealed=True))
        with pytest.raises(DatabaseError, match="nobody settled"), transaction.atomic():
            ladder.sanction(report, **told)


def _words(report, **told):
    facts = {"facts": report.progress, "reasons": report.reasons, "basis_text": report.basis_text}
    return denial.GroundWords(GroundKind.REPORT, reference=report.number, **facts, **told)


@pytest.mark.clause("Z3")
def test_a_finding_does_not_outlive_the_leader_who_says_it_can_be_done(b):
    case = barring.heard(b)
    report = found_and_filed(b, case)
    ladder.overturn(report, text="材料是真的。", how_to="接着审查。", by=b.deputy, at=b.at)
    report.refresh_from_db()
    assert not Concealment.objects.exists() and report.concealed == barring.FACTS and report.concealed_upheld is False
    assert report.number in Entry.objects.about(case).get(verb="approvals.case.drop_concealment").facts["reason"]
    case.refresh_from_db()
    second = barring.reports.file(case, statement=casework.STATEMENT, by=b.reviewer, at=b.at)
    ladder.review(second, text="同意。", by=b.chief, at=b.at)
    ladder.sanction(second, text="别的条件不符合。", by=b.deputy, at=b.at)
    case.refresh_from_db()
    assert second.concealed == "" and not case.ground.concealed


@pytest.mark.clause("Z3")
def test_what_was_found_is_settled_before_anything_is_granted(b):
    case = barring.heard(b)
    review.give_opinion(case, opinion="pass", text="符合条件。", by=b.reviewer, at=b.at)
    bars.find(case, facts=barring.FACTS, by=b.reviewer, at=b.at)
    with pytest.raises(NotNow, match="还没有审定"):
        decision.grant(case, decision="准予。", by=b.chief, at=b.at)
    bars.drop(case, reason="查明材料是真的。", by=b.chief, at=b.at)
    assert decision.grant(case, decision="准予。", by=b.chief, at=b.at).outcome == "granted"


@pytest.mark.clause("Z3")
def test_what_a_bar_says_is_settled(b):
    bar = barring.barred(b)
    for change in ({"until_on": bar.until_on + DAY}, {"holder_index": "x"}, {"document": "改了"}):
        with pytest.raises(DatabaseError, match="settled"), transaction.atomic():
            Bar.objects.filter(pk=bar.pk).update(**change)
    with pytest.raises(DatabaseError, match="never deleted"), transaction.atomic():
        bar.delete()
    with pytest.raises(DatabaseError, match="stays"), transaction.atomic():
        Concealment.objects.update(facts="改了")


@pytest.mark.clause("Z10")
def test_a_refusal_set_aside_lifts_the_bar(b):
    bar = barring.barred(b)
    entry = bar.case.register_entry
    recall = recalls.call_back(entry, reason="没有核对清楚。", by=b.director, at=b.at)
    recalls.answer(recall, opinion="correct", text="报告是真的。", by=b.chief, at=b.at)
    recalls.set_aside(recall, **FAULT, by=b.director, at=b.at)
    bar.refresh_from_db()
    letter = Paper.objects.about(bar.case).of_kind("set_aside").get()
    assert bar.lifted_at == b.at and letter.number in bar.lifted_basis
    assert Notice.objects.filter(kind="case.bar_lifted").exists()
    assert casework.accepted(b, b.at).accepted_at


@pytest.mark.clause("Z3")
def test_a_leader_on_duty_lifts_it_when_the_decision_is_undone_elsewhere(b):
    bar = barring.barred(b)
    told = {"basis": "示范府复〔2026〕3号复议决定", "reason": "复议撤销了不予许可的决定。"}
    for who in (b.clerk_a, b.reviewer, b.chief, b.deputy_b):
        with pytest.raises(PermissionDenied):
            bars.lift(bar.case, **told, by=who, at=b.at)
    bars.lift(bar.case, **told, by=b.deputy, at=b.at)
    assert casework.accepted(b, b.at).accepted_at
    with pytest.raises(NotNow, match="没有要解除的"):
        bars.lift(bar.case, **told, by=b.deputy, at=b.at)
    with pytest.raises(DatabaseError, match="settled"), transaction.atomic():
        Bar.objects.filter(pk=bar.pk).update(lifted_reason="改了")


@pytest.mark.clause("Z3")
def test_a_destroyed_case_keeps_only_the_blind_index(b):
    bar = barring.barred(b)
    decision.close(bar.case, by=b.clerk_a, at=b.at)
    (archive,) = handed_over(b, bar.case)
    archiving.destroy(archive, by=b.checker, at=b.at)
    bar.refresh_from_db()
    assert Concealment.objects.get().facts == "—" and bar.holder_index
    assert bar.case.ground.concealed and bar.case.reports.get().concealed == "—"
    with pytest.raises(NotNow, match="不得再次申请"):
        casework.accepted(b, b.at)
    told = {"basis": "示范府复〔2026〕3号复议决定", "reason": "赵申请复议，撤销了不予许可。"}
    sent = Notice.objects.count()
    bars.lift(bar.case, **told, by=b.deputy, at=b.at)
    bar.refresh_from_db()
    assert (bar.lifted_basis, bar.lifted_reason) == (told["basis"], "—") and Notice.objects.count() == sent
    assert casework.accepted(b, b.at).accepted_at
