"""决定以后任何时候都成立的事：告知监管科室、双公示、证照、视为准予延续、依职权收回、叫回改正、询问。"""

from collections import Counter

from approvals.models import Cancellation, DecisionNotice, Disclosure, PriorCertificate
from approvals.rules import certificates
from approvals.rules import decision_notices as notices
from approvals.rules import disclosures as disclosing
from approvals.states import EXPIRY, WAITING, Decided, FlagKind, Outcome
from office.workdays.rules import DAY, local

PUT_OUT = ("approvals.case.dispatch", "approvals.case.put_up_notice")
CAME_BACK = ("approvals.case.come_back", "approvals.case.take_down_notice")
RETRACTION_CLOCK = {
    "proposed": "retraction_serve", "hearing": "retraction_hear", "asked": "retraction_decide",
    "decided": "retraction_serve",
}  # fmt: skip


def check(case, lines):
    check_notices(case, lines)
    check_disclosure(case, lines)
    check_certificate(case)
    check_renewal(case, lines)
    for recall in case.recalls.all():
        check_recall(recall)
    for enquiry in case.enquiries.all():
        check_own_clocks(enquiry, running=enquiry.state != "answered")


def own_clocks(case, lines):
    """收回、另行送达、届满以前决定：办件上此刻还该有的时钟。"""
    found = []
    for one in case.retractions.open():
        registered = one.state == "proposed" and one.ground == "elsewhere"  # 登记了，等科室报领导确认
        sent_back = one.state == "hearing" and one.asked_at  # 退回补充的
        if not registered:
            found.append("retraction_mend" if sent_back else RETRACTION_CLOCK[one.state])
    if served_apart(lines) and not case.deliveries.filter(set_aside=True, result="received").exists():
        found.append("set_aside")
    prior = PriorCertificate.objects.filter(case=case).first()
    if prior and prior.lapses_at and case.state in WAITING:
        found.append("renewal")
    return found


def served_apart(lines):
    """改正的时候，结果已经送到，或者正在路上：撤销告知书另行送达。"""
    on_the_way = False
    for line in lines:
        if line.verb == "approvals.case.set_aside":
            return line.before in ("delivered", "closed") or on_the_way
        on_the_way = line.verb in PUT_OUT or (on_the_way and line.verb not in CAME_BACK)
    return False


def check_own_clocks(subject, *, running):
    """自己有时钟的：恰有一个在走，或者一个也没有；误了的处理过，处理过的没有第二次。"""
    clocks = list(subject.clocks.all())
    assert sum(clock.ended_at is None for clock in clocks) == running, f"{subject}：{subject.state}"
    for clock in clocks:
        assert clock.failures == 0, clock.last_error
        assert clock.fired_at is None or clock.fired_at >= clock.due_at
        assert not clock.ended_at or not clock.late or clock.fired_at, f"{subject}{clock.kind} 逾期了却没有处理"


def check_notices(case, lines):
    """每个决定恰好告知监管科室一次，各有一个签收的时钟；误了的亮一次牌。"""
    found = list(DecisionNotice.objects.filter(case=case))
    expected = Counter()
    if case.outcome in notices.OF_OUTCOME:
        expected[notices.OF_OUTCOME[Outcome(case.outcome)]] += 1
    for one in case.retractions.filter(state__in=["decided", "done"]):
        expected[Decided(one.kind)] += 1
    expected[Decided.REVOKED] += case.pledges.filter(state="revoked").count()
    expected[Decided.CANCELLED] += Cancellation.objects.filter(case=case).count()
    expected[Decided.SET_ASIDE] += case.recalls.filter(state="set_aside").count()
    assert Counter(Decided(one.decided) for one in found) == +expected
    late = Counter()
    for one in found:
        assert one.clocks.count() == 1
        check_own_clocks(one, running=one.state == "sent")
        late.update(clock.due_at for clock in one.clocks.all() if clock.fired_at)
        assert one.signed_by_id is None or one.signed_by_id != one.decided_by_id
    check_flags(case, FlagKind.SUPERVISION, late, lines, "supervision_due")


def check_flags(case, kind, late, lines, verb):
    assert Counter(case.flags.filter(kind=kind).values_list("due_at", flat=True)) == late
    assert sum(line.verb == f"approvals.case.{verb}" for line in lines) == late.total()


def check_disclosure(case, lines):
    """准予的许可恰好列入一次，有公开的期限；失效了的写明失效。"""
    one = Disclosure.objects.filter(case=case).first()
    due = case.decided_at and disclosing.discloses(case, local(case.decided_at).date())
    assert (one is not None) == bool(due), "准予的许可列入双公示，别的不列"
    if one is None:
        return
    assert one.clocks.count() == 1
    check_own_clocks(one, running=one.state in ("waiting", "proposed"))
    late = Counter(clock.due_at for clock in one.clocks.all() if clock.fired_at)
    check_flags(case, FlagKind.DISCLOSURE, late, lines, "disclosure_due")
    certificate = getattr(case, "certificate", None)
    assert certificate is None or (one.ended_as, one.ended_on) == (certificate.ended_as, certificate.ended_on)
    gone = case.retractions.filter(state="done").exists() or case.pledges.exclude(served_at=None).exists()
    assert not gone or one.ended_as, "收回了，双公示还写着有效"


def check_certificate(case):
    """发证照的，准予了恰有一本；还算数的才提醒到期。"""
    certificate = getattr(case, "certificate", None)
    granted = case.outcome == Outcome.GRANTED
    assert (certificate is not None) == (granted and certificates.certifies(case))
    reminded = case.clocks.running().filter(kind__startswith=EXPIRY)
    if certificate is None or certificate.ended_as or not certificate.current:
        assert not reminded.exists(), "不再有效的，不再提醒到期"
    gone = case.retractions.filter(state="done").exists() or case.pledges.exclude(served_at=None).exists()
    assert not gone or certificate is None or certificate.ended_as, "收回了，证照还有效"


def check_renewal(case, lines):
    """视为准予延续恰好一次：届满以后，由系统，接着原来的日子发一本；没有届满的不视为。"""
    prior = PriorCertificate.objects.select_related("certificate").filter(case=case).first()
    deemed = sum(line.verb == "approvals.case.deem_renewed" for line in lines)
    if prior is None:
        assert deemed == 0
        return
    assert deemed == (prior.deemed_at is not None)
    if deemed:
        assert case.outcome == Outcome.GRANTED and case.decided_by.kind == "system"
        assert prior.deemed_at >= prior.lapses_at
        old, new = prior.certificate, case.certificate
        if not any(line.verb == "approvals.case.correct_certificate" for line in lines):
            assert new.valid_from == old.valid_until + DAY and new.replaces_id == old.pk and not old.current
        assert case.flags.filter(kind=FlagKind.RENEWAL).count() == 1
    elif case.outcome == Outcome.REFUSED and prior.lapses_at:
        assert case.decided_at < prior.lapses_at, "届满以后说了不"


def check_recall(recall):
    """叫回：研究的、领导定的期限各恰好误一次；有了结论，时钟都停。"""
    clocks = {clock.kind: clock for clock in recall.clocks.all()}
    assert len(clocks) == recall.clocks.count(), "同一个期限起了两次"
    running = {kind for kind, clock in clocks.items() if clock.ended_at is None}
    open_ones = {"study": {"study"} | ({"settle"} if recall.late_at else set()), "answered": {"settle"}}
    expected = {"studying": open_ones["study"], "answered": open_ones["answered"]}.get(recall.state, set())
    assert running == expected, f"{recall}：{recall.state}，{running}"
    for clock in clocks.values():
        assert not clock.ended_at or not clock.late or clock.fired_at, f"{recall}{clock.kind} 逾期了却没有处理"
    for kind, marked in (("study", recall.late_at), ("settle", recall.settle_late_at)):
        clock = clocks.get(kind)
        fired = clock.fired_at if clock else None
        assert (fired is not None) == (marked is not None), f"{recall}：{kind}"
