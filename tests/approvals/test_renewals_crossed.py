"""延续碰上别的手续：补发、换号、两件延续、补正误了期、改正另收、正在收回、结果不是证照。"""

import datetime

import pytest
from django.urls import reverse

from approvals.actions import cancelling, certifying, correction, decision, delivering, priors, retractions
from approvals.actions.certifying import Told
from approvals.models import Case, Certificate, Flag, PriorCertificate
from approvals.rules.retractions import law_of
from denials.actions import recalls, register
from denials.models import RegisterEntry
from office.notices.models import Notice
from office.papers import actions as papers
from office.papers.models import Paper
from office.steps import NotNow
from office.workdays.rules import DAY
from portal import sweeping
from tests import casework, invariants
from tests.approvals import certifying as make
from tests.approvals import renewing, retracting
from tests.approvals.renewing import IN_TIME, OVER, OWN, ROW, SINCE, UNTIL
from tests.makers import moment, sign_in

D = datetime.date
AUGUST = moment("2026-08-20 10:00")
LAST_NIGHT = moment("2026-09-01 23:00")
DECEIT = retractions.Grounds(
    kind="revoked", ground="deceit", facts="验资报告系伪造。", reasons="以欺骗取得。", basis=law_of("deceit")
)


@pytest.fixture
def c(bureau):
    return renewing.held(casework.item_with_guide(bureau))


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def told(kind: str) -> list[str]:
    return list(Notice.objects.filter(kind=kind, channel="sms").order_by("pk").values_list("body", flat=True))


def not_deemed(case: Case, state: str = "reviewed") -> PriorCertificate:
    """到期处理过了，没有视为准予，也没有卡住。"""
    case = fresh(case)
    assert case.state == state and not case.clocks.running().filter(kind="renewal").exists()
    assert case.prior.lapses_at is None and case.prior.deemed_at is None
    invariants.check_case_clocks(case)
    return case.prior


# 最迟哪天申请 ----------------------------------------------------------


@pytest.mark.clause("D5", "D8")
def test_no_lead_time_in_the_guide_leaves_the_thirty_days_of_the_law(bureau):
    """指南写 0：没有别的规定，照三十日；最后一天晚上交来的，不能过一个钟头就视为准予。"""
    c = renewing.held(casework.item_with_guide(bureau), renewal=[{**ROW, "apply_days": 0}])
    in_time, late = renewing.applied(c), renewing.applied(c, LAST_NIGHT)
    assert (in_time.prior.apply_by, in_time.prior.lapses_at) == (D(2026, 8, 2), moment("2026-09-02 00:00"))
    assert late.prior.is_late and late.prior.lapses_at is None and len(told("case.renewal_late")) == 1
    sweeping.sweep(OVER)
    assert fresh(late).state == "received"


def test_the_reminder_names_the_same_last_day(bureau):
    renewing.held(casework.item_with_guide(bureau), renewal=[{**ROW, "apply_days": 0}])
    sweeping.sweep(moment("2026-07-03 09:00"))
    assert "最迟在2026年8月2日" in told("certificate.expiring")[0]


# 结果不是证照 ----------------------------------------------------------


def test_a_renewal_whose_result_is_a_letter_is_deemed_granted_all_the_same(bureau):
    c = renewing.held(casework.item_with_guide(bureau), result="准予延续决定书")
    case = renewing.reviewed(c)
    assert case.prior.certificate == c.certificate
    sweeping.sweep(OVER)
    case = fresh(case)
    assert case.state == "granted" and not Certificate.objects.filter(case=case).exists()
    letter = Paper.objects.about(case).of_kind("grant").in_force().get()
    assert "有效期延续到2027年3月1日" in letter.context["content"]
    assert "有效期延续到2027年3月1日" in told("case.deemed_renewed")[0]


# 补发、换号、两件 ------------------------------------------------------


def test_the_reissued_certificate_is_the_one_renewed(c):
    case = renewing.reviewed(c)
    second = renewing.reissued(c, AUGUST)
    sweeping.sweep(OVER)
    made = Certificate.objects.get(case=case)
    assert (made.number, made.valid_until, made.replaces.case) == (make.NUMBER, D(2027, 3, 1), second)


def test_the_reissued_certificate_cancelled_leaves_nothing_to_renew(c):
    case = renewing.reviewed(c)
    second = renewing.reissued(c, AUGUST)
    said = {"ground": "dissolved", "facts": "法人已注销登记。", "basis": "示范注销〔2026〕1号"}
    cancelling.cancel(second, cancelled_on=AUGUST.date(), **said, by=c.chief, at=AUGUST)
    register.refuse_by_rule(case, basis=c.renew.guide.bases.get(), refusal=casework.REFUSAL, by=c.chief, at=OVER)
    not_deemed(case, "refused")


def test_a_reissued_certificate_that_lasts_longer_is_not_cut_short(c):
    case = renewing.reviewed(c)
    second = renewing.reissued(c, AUGUST, until=D(2028, 3, 1))
    sweeping.sweep(OVER)
    prior = not_deemed(case)
    assert not prior.is_late and told("case.renewal_late") == []
    assert Certificate.objects.get(case=second).standing().valid_until == D(2028, 3, 1)


@pytest.mark.parametrize("number", [make.NUMBER, "示范证字第0009号"])
def test_of_two_renewals_of_one_certificate_the_second_is_not_deemed(c, number):
    first, second = renewing.reviewed(c), renewing.reviewed(c)
    longer = Told(make.NAME, number, D(2026, 9, 2), D(2027, 3, 1), reissued=number == make.NUMBER)
    decision.grant(first, decision="准予延续。", by=c.chief, at=AUGUST, certificate=longer)
    sweeping.sweep(OVER)
    not_deemed(second)
    assert Certificate.objects.filter(valid_until=D(2027, 3, 1)).count() == 1


# 补正误了期，改指 ------------------------------------------------------


def test_naming_it_again_does_not_bring_back_what_was_missed(c, client):
    case = casework.told(c.renew, IN_TIME)
    sweeping.sweep(OVER)
    prior = not_deemed(case, "correcting")
    assert prior.is_missed and not prior.is_late
    at = moment("2026-09-02 10:00")
    correction.answer(case, keys=["proof"], by=c.clerk_a, at=at)
    priors.name(fresh(case), c.certificate, by=c.clerk_a, at=at)
    sweeping.sweep(at + DAY)
    case = fresh(case)
    assert case.outcome == "" and case.prior.lapses_at is None and not case.prior.is_late
    sign_in(client, c.clerk_a)
    page = client.get(reverse("desk:case", args=[case.number])).content.decode()
    assert "届满时没有视为准予" in page and "申请晚了" not in page


# 机关改正，另收一件 ----------------------------------------------------


def redone(c, case: Case, at: datetime.datetime) -> Case:
    entry = RegisterEntry.objects.get(case=case)
    recall = recalls.call_back(entry, reason="没有核对清楚。", by=c.deputy, at=at)
    recalls.answer(recall, opinion="correct", text="应当改。", by=c.chief, at=at)
    recalls.set_aside(recall, text="算错了。", basis="《示例条例》第一条", by=c.deputy, at=at)
    recall.refresh_from_db()
    return recall.new_case


@pytest.mark.clause("Z7", "D8")
def test_our_mistake_does_not_make_the_applicant_late(c):
    old = renewing.reviewed(c)
    refusal = {"basis": c.renew.guide.bases.get(), "refusal": casework.REFUSAL}
    register.refuse_by_rule(old, **refusal, by=c.chief, at=moment("2026-08-10 10:00"))
    new = redone(c, old, AUGUST)
    prior = new.prior
    assert (prior.certificate, prior.applied_on) == (c.certificate, IN_TIME.date()) and not prior.is_late
    assert prior.lapses_at == moment("2026-09-02 00:00") and told("case.renewal_late") == []
    priors.name(new, c.certificate, by=c.clerk_a, at=AUGUST)
    assert not fresh(new).prior.is_late
    sweeping.sweep(OVER)
    assert fresh(new).state == "granted"


# 正在收回 --------------------------------------------------------------


def delivered(c, case: Case, at: datetime.datetime) -> Case:
    papers.empty_tray(at=at, limit=100)
    delivering.hand_over(fresh(case), **OWN, by=c.clerk_a, at=at)
    return fresh(case)


@pytest.mark.clause("Z3", "C6")
def test_a_retraction_under_way_moves_to_the_renewed_certificate(c):
    case = renewing.reviewed(c)
    one = retracting.asked(c, fresh(c.case), AUGUST, DECEIT)
    sweeping.sweep(OVER)
    assert fresh(case).state == "granted"
    staff = Notice.objects.filter(kind="case.deemed", subject_key=str(case.pk)).values_list("body", flat=True)
    assert any(c.case.number in body and "不再提出" in body for body in staff)
    one.refresh_from_db()
    at = moment("2026-09-02 10:00")
    with pytest.raises(NotNow, match=case.number):
        retractions.sanction(one, decision="同意。", by=c.deputy, at=at)
    assert not Certificate.objects.get(case=c.case).ended_as
    retractions.send_back(one, text="到延续的那一件上提出。", by=c.deputy, at=at)
    retractions.drop(one, reason="证照已经延续。", by=c.reviewer, at=at)
    assert f"换发到办件 {case.number}" in told("retraction.kept")[-1]
    with pytest.raises(NotNow, match=case.number):
        retractions.propose(fresh(c.case), DECEIT, by=c.reviewer, at=at)
    again = retractions.propose(delivered(c, case, at), DECEIT, by=c.reviewer, at=at)
    assert again.state == "proposed"


def test_what_was_decided_to_be_taken_back_is_not_deemed_renewed(c):
    case = renewing.reviewed(c)
    one = retracting.asked(c, fresh(c.case), AUGUST)
    retractions.sanction(one, decision="同意。", by=c.deputy, at=one.hear_due_at)
    sweeping.sweep(OVER)
    not_deemed(case)


@pytest.mark.parametrize("number", [make.NUMBER, "示范证字第0009号"])
def test_nobody_renews_what_is_being_taken_back_under_any_number(c, number):
    case = renewing.reviewed(c)
    retracting.proposed(c, fresh(c.case), AUGUST)
    longer = Told(make.NAME, number, D(2026, 9, 2), D(2027, 3, 1), reissued=number == make.NUMBER)
    with pytest.raises(NotNow, match="正在收回"):
        decision.grant(case, decision="准予延续。", by=c.chief, at=AUGUST + DAY, certificate=longer)


def test_correcting_a_deemed_certificate_takes_no_other_number_that_is_being_taken_back(c):
    other = make.granted(c, make.told("示范证字第0002号", valid_from=SINCE, valid_until=D(2028, 3, 1)))
    delivered(c, other, c.at)
    case = renewing.applied(c)
    priors.name(case, c.certificate, by=c.clerk_a, at=IN_TIME)
    retracting.proposed(c, fresh(other), AUGUST)
    for _pass in range(3):  # 视为受理、受理带出来的、视为准予，一遍做一样
        sweeping.sweep(OVER)
    wrong = Told(make.NAME, "示范证字第0002号", UNTIL + DAY, D(2027, 3, 1), reissued=True)
    with pytest.raises(NotNow, match="正在收回"):
        certifying.correct(fresh(case), wrong, reason="编号写错。", by=c.chief, at=moment("2026-09-02 10:00"))


# 视为受理 --------------------------------------------------------------


@pytest.mark.clause("Z4")
def test_what_was_only_received_is_accepted_in_full_before_it_is_deemed_renewed(bureau):
    """五日没有到：受理的文书照出，收件的窗口不亮牌。"""
    c = renewing.held(casework.item_with_guide(bureau), renewal=[{**ROW, "apply_days": 1}])
    case = renewing.applied(c, moment("2026-08-31 10:00"))
    sweeping.sweep(OVER)
    case = fresh(case)
    assert case.state == "granted" and case.deemed
    assert Paper.objects.about(case).of_kind("acceptance").in_force().exists()
    assert [flag.kind for flag in Flag.objects.filter(case=case)] == ["renewal"]
    invariants.check_case_clocks(case)
