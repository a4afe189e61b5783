"""不行权的梯子:一级一级,到点自动上移,从不替人说行或不行。"""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from approvals.actions import decision, intake, review
from denials.actions import deadlines, ladder, precedents, register, reports
from denials.models import Lateness, Precedent, Reading, RegisterEntry
from office.journal.models import Entry
from office.journal.rules import first_break
from office.notices.models import Notice
from office.papers.models import Paper
from office.steps import NotNow
from office.workdays import clock
from tests import casework, makers
from tests.casework import HOUR
from tests.makers import away, moment


@pytest.fixture
def b(bureau):
    return casework.item_with_guide(bureau)


def running(report):
    return {clock.kind: clock.due_at for clock in report.clocks.running()}


@pytest.mark.clause("Z3", "Z5")
def test_filing_stands_before_the_chiefs_at_once(b):
    report = casework.filed(b, moment("2026-03-02 16:31"))
    assert report.state == "with_chief"
    assert running(report) == {"chief": moment("2026-03-03 12:00"), "answer": moment("2026-03-04 16:31")}
    assert {turn.post.unit for turn in report.turns.open()} == {b.approval, b.orgs}
    assert Notice.objects.inbox(b.chief).filter(kind="denials.your_turn").exists()
    paper = Paper.objects.about(report.case).of_kind("denial_report").get()
    assert paper.number == report.number and paper.context["applicant"] == "赵申请"


@pytest.mark.clause("Z5")
def test_every_field_is_asked(b):
    empty = casework.STATEMENT.__class__("", "", "", "", "")
    with pytest.raises(NotNow, match="办理答复情况、拿不准的问题、拟否定理由、拟否定依据、经办人联系方式"):
        reports.file(casework.received(b), statement=empty, by=b.clerk_a, at=b.at)


@pytest.mark.clause("Z3")
def test_case_stands_still_while_on_the_ladder(b):
    report = casework.filed(b)
    case = report.case
    intake.check_materials(case, checks={"application": casework.OK, "proof": casework.OK}, by=b.clerk_a, at=b.at)
    with pytest.raises(NotNow, match="逐级审定"):
        intake.accept(case, by=b.clerk_a, at=b.at)
    with pytest.raises(NotNow, match="逐级审定"):
        reports.file(case, statement=casework.STATEMENT, by=b.clerk_a, at=b.at)


@pytest.mark.clause("Z6", "Z9", "Z18", "Z11")
def test_two_chiefs_then_the_deputy_sanctions(b):
    report = casework.filed(b)
    ladder.review(report, text="同意。", by=b.approval_chief, at=b.at + HOUR)
    assert report.state == "with_chief"
    ladder.review(report, text="同意。", by=b.chief, at=b.at + 2 * HOUR)
    assert report.state == "with_deputy" and running(report)["deputy"] == b.at + 14 * HOUR
    with pytest.raises(PermissionDenied):
        ladder.sanction(report, text="核准。", by=b.chief, at=b.at + 3 * HOUR)
    ladder.sanction(report, text="核准否定。", possible="补足会员后可以再来。", by=b.deputy, at=b.at + 3 * HOUR)
    case = report.case
    case.refresh_from_db()
    assert (report.state, case.state, case.ground.reference) == ("sanctioned", "not_accepted", report.number)
    letter = Paper.objects.about(case).of_kind("not_accepted").get().context
    assert letter["reasons"] == report.reasons and letter["remedy_hint"] == "补足会员后可以再来。"
    assert letter["reconsideration_body"] == "示范市人民政府"
    entry = RegisterEntry.objects.get(case=case)
    assert entry.report == report and set(entry.readings.values_list("rung", flat=True)) == {
        "chief", "deputy", "director",
    }  # fmt: skip
    assert Precedent.objects.get(report=report).holding == "refuse"
    assert running(report) == {} and first_break(Entry.objects.about(report)) == ""


@pytest.mark.clause("Z6")
def test_deputy_overturns_and_says_how(b):
    report = casework.with_deputy(b)
    with pytest.raises(NotNow, match="如何行"):
        ladder.overturn(report, text="可以办。", how_to=" ", by=b.deputy, at=b.at + 2 * HOUR)
    ladder.overturn(report, text="可以办。", how_to="按总机构授权书办理。", by=b.deputy, at=b.at + 2 * HOUR)
    case = report.case
    case.refresh_from_db()
    assert report.state == "overturned" and case.held_at is None and case.state == "received"
    assert Paper.objects.about(case).of_kind("how_to").get().context["steps"] == ["按总机构授权书办理。"]
    assert Precedent.objects.get(report=report).holding == "possible"


@pytest.mark.clause("Z6", "Z18")
def test_what_the_leader_says_can_be_done_is_reviewed_again_and_granted(b, client):
    """有疑问的一件报上去，领导审定可以办：原来的意见不再算数，照指示重审，不能再以疑问挡住，随后准予。"""
    at = clock.now()
    case = casework.accepted(b, at)
    review.begin(case, by=b.reviewer, at=at)
    review.give_opinion(case, opinion="doubt", text="拿不准。", by=b.reviewer, at=at)
    report = casework.filed(b, at, case, b.reviewer)
    ladder.review(report, text="同意。", by=b.chief, at=at)
    ladder.overturn(report, text="可以办。", how_to="以总机构授权书为准。", by=b.deputy, at=at)
    case.refresh_from_db()
    assert case.state == "reviewing" and [one.opinion for one in case.reviews.all()] == [""]
    makers.sign_in(client, b.reviewer)
    page = reverse("desk:case-opinion", args=[case.number])
    shown = client.get(page).content.decode()
    assert "领导审定了可以办" in shown and "以总机构授权书为准" in shown
    told = {"opinion": "doubt", "text": "还是拿不准。"}
    assert "领导已经审定可以办" in client.post(page, told).content.decode()
    client.post(page, {"opinion": "pass", "text": "照总机构授权书核对无误。"})
    case.refresh_from_db()
    review.return_for_review(case, reason="请再核一遍日期。", by=b.chief, at=at)
    assert "领导已经审定可以办" in client.post(page, told).content.decode(), "再退回一次，审定的还算数"
    client.post(page, {"opinion": "pass", "text": "日期无误。"})
    case.refresh_from_db()
    decision.grant(case, decision="准予登记。", by=b.chief, at=at)
    case.refresh_from_db()
    assert case.state == "granted"
    history = client.get(reverse("desk:case-reviews", args=[case.number])).content.decode()
    assert "拿不准。" in history and "退回重审，不再算数" in history
    form = Paper.objects.about(case).of_kind("approval_form").get().context
    assert "拿不准" not in str(form), "审批表只写算数的意见"


@pytest.mark.clause("Z9")
def test_chiefs_overturn_only_together(b):
    report = casework.filed(b)
    ladder.overturn(report, text="可以办。", how_to="甲法。", by=b.approval_chief, at=b.at + HOUR)
    assert report.state == "with_chief"
    ladder.review(report, text="还是不行。", by=b.chief, at=b.at + HOUR)
    assert report.state == "with_deputy"


@pytest.mark.clause("Z7")
def test_silent_chief_is_passed_over_and_late(b):
    report = casework.filed(b, moment("2026-03-02 09:00"))
    ladder.review(report, text="同意。", by=b.approval_chief, at=moment("2026-03-02 10:00"))
    assert deadlines.sweep(at=moment("2026-03-03 11:59")) == 0
    assert deadlines.sweep(at=moment("2026-03-03 12:00")) == 1
    assert deadlines.sweep(at=moment("2026-03-03 12:00")) == 0
    report.refresh_from_db()
    assert report.state == "with_deputy" and running(report)["deputy"] == moment("2026-03-04 00:00")
    late = Lateness.objects.get(report=report)
    assert (late.rung, late.user) == ("chief", b.chief)
    with pytest.raises(NotNow):
        ladder.review(report, text="同意。", by=b.chief, at=moment("2026-03-03 12:01"))


@pytest.mark.clause("Z7")
def test_decision_after_the_limit_settles_the_limit_first(b):
    """没有清扫在跑,副局长在时限之后才按:报告已经归局长,这一按不算。"""
    report = casework.with_deputy(b, moment("2026-03-02 09:00"))
    with pytest.raises(PermissionDenied):
        ladder.sanction(report, text="核准。", by=b.deputy, at=moment("2026-03-02 22:00"))
    report.refresh_from_db()
    assert report.state == "with_director" and Lateness.objects.get().user == b.deputy


@pytest.mark.clause("Z7", "Z4")
def test_silent_deputy_and_silent_director(b):
    report = casework.with_deputy(b, moment("2026-03-02 09:00"))
    deadlines.sweep(at=moment("2026-03-02 22:00"))
    report.refresh_from_db()
    assert report.state == "with_director" and set(running(report)) == {"answer"}
    assert deadlines.sweep(at=moment("2026-03-04 09:00")) == 1
    report.refresh_from_db()
    assert report.state == "with_director" and set(running(report)) == {"promise"}
    assert [(late.rung, late.user) for late in report.latenesses.order_by("pk")] == [
        ("deputy", b.deputy), ("director", b.director),
    ]  # fmt: skip
    told = Notice.objects.inbox(b.citizen).filter(kind="denials.late_answer").get()
    assert "没有答复不等于不行" in told.body
    assert Paper.objects.about(report.case).of_kind("promise").exists()
    ladder.sanction(report, text="核准。", by=b.director, at=moment("2026-03-04 10:00"))
    assert report.state == "sanctioned"


@pytest.mark.clause("C3", "D5")
def test_b_acts_for_an_absent_a_and_the_clock_goes_on(b):
    report = casework.with_deputy(b, moment("2026-03-02 09:00"))
    due = running(report)["deputy"]
    with pytest.raises(PermissionDenied):
        ladder.sanction(report, text="核准。", by=b.deputy_b, at=moment("2026-03-02 11:00"))
    away(b.deputy, moment("2026-03-02 11:30"))
    ladder.sanction(report, text="核准。", by=b.deputy_b, at=moment("2026-03-02 12:00"))
    turn = report.turns.get(rung="deputy")
    assert turn.by == b.deputy_b and "B岗" in turn.standing and turn.due_at == due


@pytest.mark.clause("Z6")
def test_returned_report_keeps_the_forty_eight_hours(b):
    report = casework.with_deputy(b, moment("2026-03-02 09:00"))
    ladder.send_back(report, text="补充申请人章程。", by=b.deputy, at=moment("2026-03-02 11:00"))
    assert report.state == "returned" and running(report) == {"answer": moment("2026-03-04 09:00")}
    reports.resubmit(report, reasons="补充理由。", basis_text="补充依据。", reply="已补章程。", by=b.clerk_a,
                     at=moment("2026-03-02 15:00"))  # fmt: skip
    assert report.state == "with_deputy"
    assert running(report) == {"answer": moment("2026-03-04 09:00"), "deputy": moment("2026-03-03 03:00")}


@pytest.mark.clause("Z4")
def test_clerk_who_never_answers_a_return_is_late(b):
    report = casework.with_deputy(b, moment("2026-03-02 09:00"))
    ladder.send_back(report, text="补充。", by=b.deputy, at=moment("2026-03-02 11:00"))
    deadlines.sweep(at=moment("2026-03-04 09:00"))
    report.refresh_from_db()
    assert report.state == "with_director" and Lateness.objects.get().user == b.clerk_a


@pytest.mark.clause("Z6")
def test_study_promises_a_date_and_tells_the_citizen(b):
    report = casework.with_deputy(b, moment("2026-03-02 09:00"))
    ladder.study(report, text="请示上级。", due_at=moment("2026-03-06 17:00"), by=b.deputy,
                 at=moment("2026-03-02 11:00"))  # fmt: skip
    assert report.state == "studying" and running(report) == {"study": moment("2026-03-06 17:00")}
    assert Notice.objects.inbox(b.citizen).filter(kind="denials.studying").exists()
    ladder.overturn(report, text="可以。", how_to="照此办。", by=b.deputy, at=moment("2026-03-05 10:00"))
    assert report.state == "overturned"


def test_study_overrun_goes_to_the_director(b):
    report = casework.with_deputy(b, moment("2026-03-02 09:00"))
    ladder.study(report, text="请示上级。", due_at=moment("2026-03-06 17:00"), by=b.deputy,
                 at=moment("2026-03-02 11:00"))  # fmt: skip
    deadlines.sweep(at=moment("2026-03-06 17:00"))
    report.refresh_from_db()
    assert report.state == "with_director" and Lateness.objects.get().user == b.deputy


@pytest.mark.clause("Z8", "Z10")
def test_precedent_is_followed_and_counted(b):
    first = casework.with_deputy(b)
    ladder.sanction(first, text="核准。", by=b.deputy, at=b.at + 2 * HOUR)
    precedent = first.precedent
    assert Precedent.objects.like(b.item, casework.STATEMENT.question) == [precedent]
    later = casework.received(b, b.at + 3 * HOUR)
    entry = register.refuse_by_precedent(
        later, precedent=precedent, refusal=casework.REFUSAL, by=b.clerk_a, at=b.at + 3 * HOUR
    )
    assert later.state == "not_accepted" and later.ground.reference == precedent.code
    assert list(precedent.followers.all()) == [entry]
    assert precedents.withdraw(precedent, reason="规定已明确。", by=b.director, at=b.at + 4 * HOUR) == [entry]
    with pytest.raises(NotNow, match="先例"):
        register.refuse_by_precedent(
            casework.received(b, b.at + 5 * HOUR), precedent=precedent, refusal=casework.REFUSAL, by=b.clerk_a,
            at=b.at + 5 * HOUR,
        )  # fmt: skip


@pytest.mark.clause("Z10")
def test_refusal_by_rule_is_registered_and_read(b):
    case = casework.received(b)
    entry = register.refuse_by_rule(case, basis=b.guide.bases.get(), refusal=casework.REFUSAL, by=b.clerk_a, at=b.at)
    assert case.state == "not_accepted" and entry.ground.kind == "rule"
    assert [reading.entry for reading in Reading.objects.waiting_for(b.director, b.at)] == [entry]
    assert register.read(entry, by=b.director, at=b.at + HOUR) == 1
    assert register.read(entry, by=b.director, at=b.at + HOUR) == 0
    with pytest.raises(PermissionDenied):
        register.read(entry, by=b.stranger, at=b.at + HOUR)


def test_withdrawn_case_lapses_its_report(b):
    report = casework.filed(b)
    decision.withdraw(report.case, reason="不办了", by=b.citizen, at=b.at + HOUR)
    assert deadlines.sweep(at=b.at + HOUR) == 1
    report.refresh_from_db()
    assert report.state == "lapsed" and running(report) == {} and not report.turns.open().exists()


def test_clerk_cannot_sanction_and_stranger_cannot_file(b):
    report = casework.filed(b)
    for person in (b.clerk_a, b.reviewer, b.stranger, b.citizen):
        with pytest.raises(PermissionDenied):
            ladder.sanction(report, text="不行。", by=person, at=b.at + HOUR)
    with pytest.raises(PermissionDenied):
        reports.file(casework.received(b), statement=casework.STATEMENT, by=b.stranger, at=b.at)


def test_deemed_acceptance_goes_on_while_held(b):
    """梯子是内部程序,挡不住法定的五日。"""
    from approvals.actions import deadlines as case_deadlines  # noqa: PLC0415

    report = casework.filed(b, moment("2026-03-02 09:00"))
    case_deadlines.sweep(at=moment("2026-03-10 00:00"))
    report.case.refresh_from_db()
    assert report.case.state == "accepted" and report.case.held_at is not None


@pytest.mark.clause("Z9")
def test_one_chief_cannot_study_past_the_other(b):
    """窗口件的一位科长不能先“研究”再自己说可以办。"""
    report = casework.filed(b)
    with pytest.raises(NotNow, match="两个科室"):
        ladder.study(report, text="研究。", due_at=b.at + 20 * HOUR, by=b.approval_chief, at=b.at + HOUR)
    report.refresh_from_db()
    assert report.state == "with_chief" and report.turns.open().count() == 2


@pytest.mark.clause("Z6")
def test_a_chief_refers_up_what_he_has_studied(b):
    at = moment("2026-03-02 09:00")
    report = casework.filed(b, at, case=casework.reviewed(b, at), by=b.reviewer)
    ladder.study(report, text="查省厅文件。", due_at=moment("2026-03-03 17:00"), by=b.chief, at=at + HOUR)
    with pytest.raises(NotNow):
        ladder.send_back(report, text="补充。", by=b.chief, at=at + 2 * HOUR)
    ladder.review(report, text="查过了，没有规定，拟否定。", by=b.chief, at=at + 3 * HOUR)
    assert report.state == "with_deputy" and report.study_due_at is None
    assert set(running(report)) == {"deputy", "answer"}
    assert [turn.post for turn in report.turns.open()] == [report.deputy_post]


@pytest.mark.clause("Z6")
def test_nobody_else_refers_up_what_a_chief_studies(b):
    at = moment("2026-03-02 09:00")
    report = casework.filed(b, at, case=casework.reviewed(b, at), by=b.reviewer)
    ladder.study(report, text="查省厅文件。", due_at=moment("2026-03-03 17:00"), by=b.chief, at=at + HOUR)
    for other in (b.deputy, b.approval_chief, b.clerk_a):
        with pytest.raises(PermissionDenied):
            ladder.review(report, text="上报。", by=other, at=at + 2 * HOUR)
    report = casework.with_deputy(b, at)
    ladder.study(report, text="请示上级。", due_at=moment("2026-03-06 17:00"), by=b.deputy, at=at + 2 * HOUR)
    with pytest.raises((NotNow, PermissionDenied)):
        ladder.review(report, text="上报。", by=b.deputy, at=at + 3 * HOUR)
