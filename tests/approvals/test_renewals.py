"""证照到期与延续：到期以前提醒，快到期的列着；按时申请的延续到届满没有决定的，视为准予，不能再说不。"""

import datetime

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from approvals.actions import decision, expiry, hearing, priors
from approvals.actions.certifying import Told
from approvals.models import Case, Certificate, Clock, Flag
from approvals.rules.renewals import extended
from denials.actions import ladder, register, reports
from denials.models import Report
from office.journal.models import Entry
from office.notices.models import Notice
from office.papers.models import Paper
from office.steps import NotNow
from office.workdays.rules import DAY
from portal import sweeping
from tests import casework, invariants
from tests.approvals import certifying as make
from tests.approvals import renewing
from tests.approvals.listed import HEARING
from tests.approvals.renewing import IN_TIME, LATE, OVER, SINCE, UNTIL
from tests.makers import moment, sign_in
from tests.portal.hall_cast import found as tracked

D = datetime.date


@pytest.fixture
def c(bureau):
    return renewing.held(casework.item_with_guide(bureau))


def told(kind: str) -> list[str]:
    return list(Notice.objects.filter(kind=kind, channel="sms").order_by("pk").values_list("body", flat=True))


@pytest.mark.parametrize(
    ("since", "until", "longer"),
    [
        (D(2022, 12, 4), D(2026, 12, 3), (D(2026, 12, 4), D(2030, 12, 3))),
        (D(2026, 3, 2), D(2026, 9, 1), (D(2026, 9, 2), D(2027, 3, 1))),
        (D(2024, 2, 29), D(2025, 2, 27), (D(2025, 2, 28), D(2026, 2, 27))),
        (D(2026, 3, 2), D(2026, 3, 20), (D(2026, 3, 21), D(2026, 4, 8))),  # 不是整月的照天数
        (D(2026, 1, 31), D(2026, 2, 27), (D(2026, 2, 28), D(2026, 3, 27))),
    ],
)
def test_it_is_extended_by_as_long_as_before(since, until, longer):
    assert extended(since, until) == longer


@pytest.mark.clause("D5", "D8")
def test_the_holder_is_reminded_once_on_each_day_the_guide_says(c):
    for day in ("2026-07-02 08:59", "2026-07-03 09:00", "2026-07-03 09:01", "2026-08-02 09:30", "2026-08-05 09:00"):
        sweeping.sweep(moment(day))
        sweeping.sweep(moment(day))
    first, second = told("certificate.expiring")
    assert "有效期到2026年9月1日" in first and "最迟在2026年8月2日" in first and "示例登记" in first
    assert "2026年8月2日" in second
    assert [str(one.kind) for one in c.case.clocks.filter(fired_at__isnull=False, kind__startswith="expiry:")] == [
        "expiry:60", "expiry:30",
    ]  # fmt: skip
    invariants.check_case_clocks(Case.objects.get(pk=c.case.pk))


def test_a_renewal_under_way_or_done_and_an_ended_certificate_are_not_reminded(c):
    case = renewing.reviewed(c, moment("2026-06-20 10:00"))
    sweeping.sweep(moment("2026-07-03 09:00"))
    assert told("certificate.expiring") == []
    longer = Told(make.NAME, make.NUMBER, D(2026, 9, 2), D(2027, 3, 1), reissued=True)
    decision.grant(case, decision="准予延续。", by=c.chief, at=moment("2026-07-06 10:00"), certificate=longer)
    assert not c.case.clocks.running().filter(kind__startswith="expiry:").exists()
    assert not case.clocks.running().filter(kind="renewal").exists()
    sweeping.sweep(OVER)
    case.refresh_from_db()
    assert (case.state, case.prior.deemed_at) == ("granted", None) and told("certificate.expiring") == []


def test_one_reissued_while_its_renewal_is_under_way_is_not_reminded(c):
    renewing.reviewed(c, moment("2026-06-20 10:00"))
    renewing.reissued(c, moment("2026-06-25 10:00"))
    for day in ("2026-07-03 09:00", "2026-08-02 09:00"):
        sweeping.sweep(moment(day))
    assert told("certificate.expiring") == []


def test_a_certificate_that_ended_is_not_reminded(c):
    renewing.ended(c, moment("2026-06-22 10:00"))
    sweeping.sweep(moment("2026-08-05 09:00"))
    assert told("certificate.expiring") == []


def test_certificates_issued_before_the_guide_said_so_are_watched_by_the_daily_round(c):
    Clock.objects.filter(kind__startswith="expiry:").delete()
    assert expiry.watch_missing(at=moment("2026-07-20 03:00")) == 1 and expiry.watch_missing(at=IN_TIME) == 0
    sweeping.sweep(moment("2026-07-20 03:01"))  # 六十日前的那一次已经过了，补一次
    sweeping.sweep(moment("2026-08-02 09:00"))
    assert len(told("certificate.expiring")) == 2


def test_what_expires_soon_is_on_a_list_until_it_is_renewed(c, client, monkeypatch):
    monkeypatch.setattr("office.workdays.clock.now", lambda: moment("2026-08-20 10:00"))
    sweeping.sweep(moment("2026-08-20 10:00"))
    case = renewing.applied(c, LATE)
    sign_in(client, c.reviewer)
    page = client.get(reverse("desk:certificates-expiring")).content.decode()
    assert make.NUMBER in page and "还有 12 天" in page and case.number in page and "赵**" in page
    assert reverse("desk:certificates-expiring") in client.get(reverse("desk:cases")).content.decode()
    renewing.ended(c, moment("2026-08-20 11:00"))
    assert make.NUMBER not in client.get(reverse("desk:certificates-expiring")).content.decode()


@pytest.mark.clause("D5", "D8", "D15")
@pytest.mark.parametrize("stage", [renewing.applied, renewing.accepted, renewing.reviewing, renewing.reviewed])
def test_a_timely_renewal_undecided_at_expiry_is_deemed_granted(c, client, stage):
    case = stage(c)
    assert case.prior.certificate == c.certificate and case.prior.lapses_at == moment("2026-09-02 00:00")
    for _ in range(2):
        sweeping.sweep(OVER)
    case = Case.objects.get(pk=case.pk)
    assert (case.state, case.outcome, case.decided_by) == ("granted", "granted", c.system)
    made = Certificate.objects.get(case=case)
    assert (made.number, made.valid_from, made.valid_until) == (make.NUMBER, D(2026, 9, 2), D(2027, 3, 1))
    c.certificate.refresh_from_db()
    assert not c.certificate.current and made.replaces == c.certificate
    letter = Paper.objects.about(case).of_kind("grant").in_force().get()
    assert letter.title == "视为准予延续行政许可通知书" and "有效期至2026年9月1日" in letter.context["content"]
    assert [flag.kind for flag in Flag.objects.filter(case=case)].count("renewal") == 1
    assert len(told("case.deemed_renewed")) == 1 and "2027年3月1日" in told("case.deemed_renewed")[0]
    assert Entry.objects.about(case).filter(verb="approvals.case.deem_renewed").count() == 1
    assert "视为准予延续" in client.get(tracked(client, case)).content.decode()
    with pytest.raises(NotNow):
        register.refuse_by_rule(case, basis=c.renew.guide.bases.get(), refusal=casework.REFUSAL, by=c.chief, at=OVER)


@pytest.mark.clause("D15")
def test_limits_passed_before_the_expiry_are_flagged_though_the_sweep_comes_late(c):
    """停了机，届满以后才扫：届满以前就误了的告知、承诺、法定时限照样各亮一次牌，同清扫一直在跑时一样。"""
    case = renewing.applied(c)
    for _ in range(3):
        sweeping.sweep(OVER)
    kinds = set(Flag.objects.filter(case=case).values_list("kind", flat=True))
    assert {"deemed", "promised", "statutory", "renewal"} <= kinds
    invariants.check_case(Case.objects.get(pk=case.pk))


@pytest.mark.clause("D15")
@pytest.mark.parametrize("later", [0, 30])
def test_limits_that_run_out_at_or_after_the_expiry_were_not_missed(c, later):
    """停了机，届满以后才扫：届满那一刻依法已经视为准予，以后（同一刻）才到的法定时限不算误期。"""
    case = renewing.reviewed(c)
    over = case.clocks.get(kind="renewal").due_at
    late = case.clocks.filter(kind="statutory")
    late.update(due_at=over + datetime.timedelta(seconds=later))
    assert late.get().due_at < OVER
    with pytest.raises(NotNow):
        register.refuse_by_rule(case, basis=c.renew.guide.bases.get(), refusal=casework.REFUSAL, by=c.chief, at=OVER)
    clock = late.get()
    assert (clock.ended_at, clock.late, clock.fired_at) == (OVER, False, None)
    assert not Flag.objects.filter(case=case, kind="statutory").exists()
    invariants.check_case(Case.objects.get(pk=case.pk))


def test_whoever_refuses_after_expiry_comes_too_late(c):
    """清扫还没有跑，人抢先说不：动手以前先结清，视为准予；绕过动作直接改，数据库也不收。"""
    case = renewing.reviewed(c)
    with pytest.raises(DatabaseError, match="too late to refuse"), transaction.atomic():
        _force(case, OVER)
    with pytest.raises(NotNow):
        register.refuse_by_rule(case, basis=c.renew.guide.bases.get(), refusal=casework.REFUSAL, by=c.chief, at=OVER)
    case.refresh_from_db()
    assert case.state == "granted"


def _force(case, at):
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE approvals_case SET state = 'refused', outcome = 'refused', decided_at = %s, decided_by_id = %s "
            "WHERE id = %s",
            [at, case.first_contact_id, case.pk],
        )


def test_a_report_under_way_lapses_with_the_deemed_renewal(c):
    case = renewing.reviewed(c)
    reports.file(case, statement=casework.STATEMENT, by=c.reviewer, at=moment("2026-09-01 16:00"))
    sweeping.sweep(OVER)
    case.refresh_from_db()
    assert case.state == "granted" and Report.objects.get(case=case).state == "lapsed"


def test_a_report_is_not_reviewed_at_the_very_moment_its_case_is_deemed_granted(c):
    """清扫还没有跑，负责人抢先审：先结清，报告随之失效，不会一边已经准予、一边还在审。"""
    case = renewing.reviewed(c)
    report = reports.file(case, statement=casework.STATEMENT, by=c.reviewer, at=moment("2026-09-01 16:00"))
    with pytest.raises(NotNow):
        ladder.review(report, text="同意上报。", by=c.chief, at=OVER)
    case.refresh_from_db()
    report.refresh_from_db()
    assert (case.state, report.state) == ("granted", "lapsed")
    invariants.check_case(case)


def test_a_hearing_is_not_ordered_at_the_very_moment_its_case_is_deemed_granted(bureau):
    c = renewing.held(casework.item_with_guide(bureau), procedures=[HEARING])
    case = renewing.reviewed(c)
    hearing.tell(case, key="hearing", reason="与他人有重大利益关系。", by=c.reviewer, at=moment("2026-08-31 10:00"))
    with pytest.raises(NotNow, match="不再举行"):
        hearing.order(case.hearings.get(), text="涉及公共利益。", by=c.reviewer, at=OVER)
    case.refresh_from_db()
    assert case.state == "granted"
    invariants.check_case(case)


def test_a_late_application_is_handled_but_told_it_is_not_deemed_granted(c, client, monkeypatch):
    monkeypatch.setattr("office.workdays.clock.now", lambda: OVER)
    case = renewing.reviewed(c, LATE)
    (body,) = told("case.renewal_late")
    assert "2026年8月2日以前申请" in body and "不视为准予延续" in body
    sweeping.sweep(OVER)
    case.refresh_from_db()
    assert case.state == "reviewed"
    sign_in(client, c.chief)
    assert "申请晚了" in client.get(reverse("desk:case", args=[case.number])).content.decode()
    register.refuse_by_rule(case, basis=c.renew.guide.bases.get(), refusal=casework.REFUSAL, by=c.chief, at=OVER)
    assert case.state == "refused"


def test_what_still_waits_for_the_applicant_is_not_deemed_granted(c):
    case = casework.told(c.renew, IN_TIME)
    sweeping.sweep(OVER)
    case.refresh_from_db()
    case.prior.refresh_from_db()
    assert case.state == "correcting" and case.prior.lapses_at is None
    assert "要补的材料还没有到齐" in told("case.renewal_late")[0]


def test_a_renewal_whose_certificate_was_revoked_is_not_deemed_granted(c):
    case = renewing.reviewed(c)
    renewing.ended(c, moment("2026-08-20 10:00"))
    sweeping.sweep(OVER)
    case.refresh_from_db()
    assert case.state == "reviewed" and told("case.renewal_late") == []


@pytest.mark.clause("D8")
def test_the_window_names_which_certificate_is_meant(c, client, monkeypatch):
    monkeypatch.setattr("office.workdays.clock.now", lambda: IN_TIME)
    other = make.granted(c, make.told("示范证字第0002号", valid_from=SINCE, valid_until=UNTIL))
    case = renewing.applied(c)
    assert getattr(case, "prior", None) is None  # 两本，说不准是哪一本
    sign_in(client, c.clerk_a)
    page = reverse("desk:case-prior", args=[case.number])
    assert page in client.get(reverse("desk:case", args=[case.number])).content.decode()
    shown = client.get(page).content.decode()
    assert make.NUMBER in shown and other.certificate.number in shown
    assert "请选择是哪一本" in client.post(page, {}).content.decode()
    client.post(page, {"certificate": c.certificate.pk})
    case = Case.objects.get(pk=case.pk)
    assert case.prior.certificate == c.certificate and case.clocks.running().filter(kind="renewal").count() == 1
    client.post(page, {"certificate": other.certificate.pk})
    case = Case.objects.get(pk=case.pk)
    assert case.prior.certificate.case == other and case.clocks.running().filter(kind="renewal").count() == 1


def test_somebody_elses_certificate_is_not_his(c):
    case = renewing.applied(c, person=casework.intake.Person("person", "钱办事", "110101199003070038", "13800000002"))
    assert getattr(case, "prior", None) is None
    with pytest.raises(NotNow, match="只能指明这个申请人"):
        priors.name(case, c.certificate, by=c.clerk_a, at=IN_TIME + DAY)


def test_a_change_says_which_certificate_and_has_no_such_limit(c, bureau):
    change = renewing.licence(casework.item_with_guide(bureau, "plain"), "change", "change")
    case = casework.received(change, IN_TIME)
    assert case.prior.certificate == c.certificate
    assert (case.prior.apply_by, case.prior.lapses_at) == (None, None)
    assert not case.clocks.running().filter(kind="renewal").exists()


def test_after_the_expiry_nobody_is_told_it_expires_soon(c, client, monkeypatch):
    """停了机，过了届满的日子才扫：不再说“快到期”，清单上也不写提醒过。"""
    monkeypatch.setattr("office.workdays.clock.now", lambda: moment("2026-09-04 10:00"))
    sweeping.sweep(moment("2026-09-04 10:00"))
    assert told("certificate.expiring") == [] and not c.case.clocks.running().filter(kind__startswith="expiry:")
    sign_in(client, c.reviewer)
    page = client.get(reverse("desk:certificates-expiring")).content.decode()
    assert "已届满 3 天" in page and "没有提醒" in page
