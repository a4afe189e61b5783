"""收回准予的决定，几样手续碰在一起：谁当班谁定，骗取的不能自己放下，换发、注销、承诺、归档、公告各让各的。"""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.urls import reverse

from approvals.actions import (
    archiving,
    cancelling,
    deadlines,
    decision,
    delivering,
    intake,
    last_ways,
    originals,
    parcels,
    parties,
    pledges,
    retraction_papers,
    retractions,
    review,
)
from approvals.actions.retractions import Grounds
from approvals.models import Archive, Case, Certificate, Pledge, Retraction
from approvals.models.delivery import Sent
from approvals.rules.retractions import law_of
from office.journal.models import Entry
from office.notices.models import Notice
from office.papers import actions as papers
from office.papers import engine
from office.papers.models import Paper
from office.steps import NotNow
from office.vault import digest
from portal.desk import story
from tests import casework, makers
from tests.approvals import certifying as make
from tests.approvals import pledging, retracting
from tests.approvals.test_archives import PDF, kept_for
from tests.approvals.test_delivering import OWN
from tests.approvals.test_forgetting import MARK, handed_over
from tests.makers import sign_in
from tests.portal.desks import at_desk, said

HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)
DECEIT = Grounds(
    kind="revoked", ground="deceit", facts="验资报告系伪造。", reasons="以欺骗取得。", basis=law_of("deceit")
)
TODAY = {"facts": "已撤销。", "basis": "示范通知书〔2026〕1号"}


@pytest.fixture
def b(bureau, monkeypatch):
    monkeypatch.setattr(engine, "typeset", lambda paper, **_: engine.Sheet(PDF, "示例", digest(PDF)))
    return bureau


def served(b, case: Case) -> Case:
    papers.empty_tray(at=b.at, limit=50)
    delivering.hand_over(case, **OWN, by=b.clerk_a, at=b.at)
    case.refresh_from_db()
    return case


def granted(b) -> Case:
    """准予、送达了的一件，结果不是证照。"""
    return served(b, casework.granted(casework.item_with_guide(b)))


def certified(b) -> Case:
    """发了证照、送达了的一件；b.c 是那个事项。"""
    b.c = make.issuing(b)
    return served(b, make.granted(b.c))


def elsewhere(b) -> Grounds:
    return Grounds(
        kind="revoked", ground="elsewhere", facts="判决撤销。", reasons="依判决登记。", basis="判决",
        document="示范行终〔2026〕1号判决书", ended_on=b.at.date(),
    )  # fmt: skip


# 谁当班谁定 -----------------------------------------------------------


@pytest.mark.clause("Z3", "C6")
def test_only_the_leader_whose_turn_it_is_decides(b, client):
    one = retracting.asked(b, granted(b))
    at = one.hear_due_at
    for act, words in (
        (retractions.sanction, {"decision": "同意。"}),
        (retractions.keep, {"decision": "不收回。", "why": "unneeded"}),
        (retractions.send_back, {"text": "补。"}),
    ):
        with pytest.raises(PermissionDenied, match="此刻不由您审定"):
            act(one, **words, by=b.deputy_b, at=at)
    one.refresh_from_db()
    assert one.state == "asked"
    sign_in(client, b.deputy_b)
    assert "此刻不由您审定" in said(client.get(reverse("admin:approvals_retraction_change", args=[one.pk])))
    makers.away(b.deputy, at)
    retractions.sanction(one, decision="同意。", by=b.deputy_b, at=at + HOUR)
    assert one.state == "decided"


@pytest.mark.clause("Z3", "C6")
def test_a_false_promise_too_is_revoked_by_the_leader_whose_turn_it_is(b):
    pledge = asked_to_revoke(b)
    at = pledge.mend_due_at
    for act in (pledges.revoke, pledges.keep):
        with pytest.raises(PermissionDenied, match="此刻不由您审定"):
            act(pledge, decision="定。", by=b.deputy_b, at=at)
    makers.away(b.deputy, at)
    pledges.revoke(pledge, decision="同意撤销。", by=b.deputy_b, at=at + HOUR)
    assert pledge.state == "revoked"


@pytest.mark.clause("Z3")
def test_a_false_promise_is_not_revoked_on_a_certificate_that_moved_on(b):
    """整改期间补发到了别的件上：在原来那一件上撤销，撤不掉现在有效的那一本，拦住，说到哪一件上去。"""
    c = casework.item_with_guide(b, "pledged-cert", informed_commitment=True, result_name=make.NAME)
    pledging.terms(c)
    case = pledging.signed(c).case
    intake.check_materials(case, checks={"application": casework.OK}, by=b.clerk_a, at=b.at)
    intake.accept(case, by=b.clerk_a, at=b.at)
    review.begin(case, by=b.reviewer, at=b.at)
    review.give_opinion(case, opinion="pass", text="符合条件。", by=b.reviewer, at=b.at)
    decision.grant(case, decision="准予登记。", by=b.chief, at=b.at, certificate=make.told())
    served(b, case)
    pledge = pledges.check(case.pledges.get(), result="false", found="没有这个住所。", by=b.reviewer, at=b.at)
    later = make.granted(c, make.told(reissued=True))
    pledges.ask_to_revoke(pledge, reason="逾期没有整改。", by=b.reviewer, at=pledge.mend_due_at)
    with pytest.raises(NotNow, match=later.number):
        pledges.revoke(pledge, decision="同意撤销。", by=b.deputy, at=pledge.mend_due_at)
    pledges.keep(pledge, decision="另行提出。", by=b.deputy, at=pledge.mend_due_at)


def false_promise(b) -> Pledge:
    """送达了的一件，承诺不实，在整改。"""
    c = casework.item_with_guide(b, informed_commitment=True)
    pledging.terms(c)
    pledge = pledging.granted(c)
    served(b, pledge.case)
    return pledges.check(pledge, result="false", found="没有这个住所。", by=b.reviewer, at=b.at)


def asked_to_revoke(b) -> Pledge:
    pledge = false_promise(b)
    return pledges.ask_to_revoke(pledge, reason="逾期没有整改。", by=b.reviewer, at=pledge.mend_due_at)


@pytest.mark.clause("Z3")
def test_what_the_leader_asked_himself_is_not_counted_among_his(b, client):
    case = granted(b)
    one = retractions.propose(case, retracting.WITHDRAWN, by=b.deputy, at=b.at)
    papers.empty_tray(at=b.at, limit=50)
    delivering.hand_over(case, **OWN, what=Sent(retraction=one, of_notice=True), by=b.clerk_a, at=b.at)
    one.refresh_from_db()
    retractions.ask(one, heard="没有。", by=b.chief, at=one.hear_due_at)
    listed, here = reverse("admin:approvals_retraction_changelist"), reverse("admin:denials_report_changelist")
    for leader, waits in ((b.deputy, False), (b.deputy_b, False), (b.director, True)):
        sign_in(client, leader)
        assert ('撤回、撤销 <b class="count">1</b>' in said(client.get(here))) == waits, "上面的数"
        assert (case.number in said(client.get(listed))) == waits, "清单"


# 骗取的 ---------------------------------------------------------------


@pytest.mark.clause("Z3")
def test_the_section_alone_does_not_let_deceit_go_once_told(b, client):
    case = granted(b)
    one = retracting.heard(b, case, told=DECEIT)
    with pytest.raises(NotNow, match="应当撤销"):
        retractions.drop(one, reason="算了。", by=b.reviewer, at=b.at)
    at_desk(client, b.reviewer)
    assert "由领导定" in said(client.get(reverse("desk:case", args=[case.number])))
    retractions.ask(one, heard="没有。", by=b.chief, at=one.hear_due_at)
    retractions.send_back(one, text="再查。", by=b.deputy, at=one.hear_due_at)
    with pytest.raises(NotNow, match="应当撤销"):
        retractions.drop(one, reason="算了。", by=b.chief, at=one.hear_due_at)
    retractions.ask(one, heard="没有。", by=b.chief, at=one.hear_due_at)
    retractions.keep(one, why="harm", decision="机构里还有三百名老人。", by=b.deputy, at=one.hear_due_at)
    again = retracting.proposed(b, Case.objects.get(pk=case.pk), told=DECEIT, at=one.hear_due_at)
    retractions.drop(again, reason="还没有告知，重新写。", by=b.reviewer, at=one.hear_due_at)
    assert again.state == "dropped"


@pytest.mark.clause("Z3", "C2")
def test_what_was_sent_back_has_its_own_days_and_nobody_lets_it_lie(b):
    """退回补充：另起五个工作日，到期提醒科长和领导；重新上报、不再提出，它就停。"""
    case = granted(b)
    one = retracting.asked(b, case)
    at = one.hear_due_at
    retractions.send_back(one, text="写明损失怎样算的。", by=b.deputy, at=at)
    clock = case.clocks.running().get(kind="retraction_mend")
    assert one.due_at == clock.due_at > at and (clock.value, clock.unit) == (5, "wd")
    assert not case.clocks.running().filter(kind__in=["retraction_hear", "retraction_decide"]).exists()
    deadlines.settle(case, at=clock.due_at)
    told = Notice.objects.filter(kind="retraction.not_mended")
    assert {b.chief, b.deputy} <= {line.to for line in told} and "损失怎样算" in told[0].body
    assert not case.flags.exists(), "没有法定的期限，不亮牌"
    retractions.ask(one, heard="已补。", by=b.chief, at=clock.due_at)
    assert [row.kind for row in case.clocks.running()] == ["retraction_decide"]
    retractions.send_back(one, text="再补。", by=b.deputy, at=clock.due_at)
    retractions.drop(one, reason="不成立。", by=b.chief, at=clock.due_at)
    assert not case.clocks.running().exists()


# 注销、换发、承诺 -----------------------------------------------------


@pytest.mark.clause("D8")
def test_a_certificate_is_not_cancelled_while_it_is_being_retracted(b):
    case = certified(b)
    one = retracting.asked(b, case)
    told = {"ground": "dissolved", "cancelled_on": b.at.date(), **TODAY, "by": b.chief}
    with pytest.raises(NotNow, match="还没有了结"):
        cancelling.cancel(case, **told, at=one.hear_due_at)
    assert Certificate.objects.get().ended_as == ""
    retractions.keep(one, why="unneeded", decision="不收回。", by=b.deputy, at=one.hear_due_at)
    cancelling.cancel(case, **told, at=one.hear_due_at)
    assert Certificate.objects.get().ended_as == "cancelled"


@pytest.mark.clause("D8")
def test_a_number_being_retracted_is_not_carried_to_another_certificate(b):
    case = certified(b)
    one = retracting.asked(b, case)
    with pytest.raises(NotNow, match=rf"{case.number}.*还没有了结"):
        make.granted(b.c, make.told(reissued=True))
    retractions.keep(one, why="unneeded", decision="不收回。", by=b.deputy, at=one.hear_due_at)
    assert make.granted(b.c, make.told(reissued=True)).certificate.replaces.case == case


@pytest.mark.clause("D8")
def test_what_was_reissued_is_retracted_where_the_number_is_now(b):
    first = certified(b)
    second = served(b, make.granted(b.c, make.told(reissued=True)))
    first.refresh_from_db()
    with pytest.raises(NotNow, match=second.number):
        retracting.proposed(b, first)
    assert retracting.proposed(b, second).state == "proposed"


@pytest.mark.clause("D5")
def test_a_grant_is_not_revoked_for_its_promise_while_it_is_being_retracted(b):
    pledge = false_promise(b)
    case, over = pledge.case, pledge.mend_due_at
    one = retracting.asked(b, case, at=over)
    with pytest.raises(NotNow, match="还没有了结"):
        pledges.ask_to_revoke(pledge, reason="逾期没有整改。", by=b.reviewer, at=over)
    retractions.keep(one, why="unneeded", decision="不收回。", by=b.deputy, at=one.hear_due_at)
    pledges.ask_to_revoke(pledge, reason="逾期没有整改。", by=b.reviewer, at=one.hear_due_at)
    with pytest.raises(NotNow, match="承诺不实"):
        retracting.proposed(b, case, at=one.hear_due_at)


@pytest.mark.clause("D5")
def test_of_two_begun_earlier_neither_is_decided_twice(b):
    """以前两样都提出了的：审定的时候再看一遍。"""
    pledge = asked_to_revoke(b)
    case, at = pledge.case, pledge.mend_due_at
    told = {"facts": "示例。", "reasons": "示例。", "basis": "示例。", "redress": "没有损失。"}
    one = Retraction.objects.create(
        case=case, kind="revoked", ground="procedure", proposed_at=b.at, proposed_by=b.reviewer, **told
    )
    Case.objects.filter(pk=case.pk).update(has_retractions=True)
    case.refresh_from_db()
    retraction_papers.notice(one, by=b.reviewer, at=b.at)
    papers.empty_tray(at=b.at, limit=50)
    with pytest.raises(NotNow, match="还没有了结"):
        pledges.revoke(pledge, decision="同意撤销。", by=b.deputy, at=at)
    delivering.hand_over(case, **OWN, what=Sent(retraction=one, of_notice=True), by=b.clerk_a, at=at)
    one.refresh_from_db()
    retractions.ask(one, heard="没有。", by=b.chief, at=one.hear_due_at)
    with pytest.raises(NotNow, match="承诺不实"):
        retractions.sanction(one, decision="同意。", by=b.deputy, at=one.hear_due_at)
    pledges.keep(pledge, decision="另案撤销。", by=b.deputy, at=one.hear_due_at)
    retractions.sanction(one, decision="同意。", by=b.deputy, at=one.hear_due_at)
    assert one.state == "decided"


# 归档、销毁 -----------------------------------------------------------


def closed(b, case: Case) -> Case:
    return decision.close(case, by=b.clerk_a, at=b.at)


@pytest.mark.clause("D8", "C9")
def test_a_forgotten_case_is_neither_retracted_nor_cancelled(b):
    case = closed(b, certified(b))
    b.item = b.c.item
    (archive,) = handed_over(b, case)
    archiving.destroy(archive, by=b.checker, at=b.at)
    case = Case.objects.get(pk=case.pk)
    with pytest.raises(NotNow, match="已经销毁"):
        retracting.proposed(b, case)
    with pytest.raises(NotNow, match="已经销毁"):
        cancelling.cancel(case, ground="dissolved", cancelled_on=b.at.date(), **TODAY, by=b.chief, at=b.at)
    assert not Retraction.objects.exists()
    assert "删去" in story.title("approvals.case.destroy_copies") and story.history(case)[0]["title"] == story.title(
        "approvals.case.destroy_copies"
    )


@pytest.mark.clause("C9")
def test_an_archive_waits_for_the_retraction_and_holds_its_papers(b):
    case = closed(b, granted(b))
    kept_for(b)
    papers.empty_tray(at=b.at, limit=50)
    archiving.make_due(at=b.at)
    one = retracting.heard(b, case)
    papers.empty_tray(at=b.at, limit=50)
    archiving.make_due(at=b.at + DAY)
    archive = Archive.objects.get()
    told = {"receipt_number": "示例凭证1号", "received_by": "示例档案室", "transferred_on": b.at.date()}
    with pytest.raises(NotNow, match="还没有了结"):
        archiving.transfer(archive, by=b.editor, at=b.at, unsigned_known=True, **told)
    retractions.drop(one, reason="查清了。", by=b.reviewer, at=b.at + DAY)
    archive.refresh_from_db()
    assert archive.state == "ordered", "告知书、送达回证要归进去"
    papers.empty_tray(at=b.at + DAY, limit=50)
    archiving.make_due(at=b.at + DAY)
    one = retracting.asked(b, Case.objects.get(pk=case.pk), at=b.at + 2 * DAY)
    retractions.keep(one, why="unneeded", decision="不收回。", by=b.deputy, at=one.hear_due_at)
    archive.refresh_from_db()
    assert archive.state == "ordered"


# 送达 -----------------------------------------------------------------


@pytest.mark.clause("D11")
def test_while_the_notice_is_up_the_date_stands_and_then_moves_with_the_clock(b, client):
    case = granted(b)
    one = retracting.proposed(b, case)
    papers.empty_tray(at=b.at, limit=50)
    what, due_at = Sent(retraction=one, of_notice=True), one.due_at
    put = {"explained": "下落不明。", "missing": True, "place": "本机关公告栏"}
    last_ways.put_up(case, **put, what=what, by=b.clerk_a, at=b.at + DAY)
    at_desk(client, b.reviewer)
    page = said(client.get(reverse("desk:retractions")))
    assert "公告中" in page and "已超过" not in page
    delivering.come_back(case, reason="本人来了。", what=what, by=b.clerk_a, at=b.at + 8 * DAY)
    clock = case.clocks.running().get(kind="retraction_serve")
    one.refresh_from_db()
    assert one.due_at == clock.due_at > due_at
    assert "公告中" not in said(client.get(reverse("desk:retractions")))


@pytest.mark.clause("S7")
def test_consent_to_electronic_letters_is_withdrawn_before_the_next_letter(b, client):
    case = casework.granted(casework.item_with_guide(b))
    delivering.agree(case, how=delivering.ONLINE, by=b.citizen, at=b.at)
    served(b, case)
    with pytest.raises(NotNow, match="不能再改"):
        delivering.take_back(case, by=b.citizen, at=b.at)
    one = retracting.heard(b, case)
    client.post(reverse("hall:track"), {"number": case.number, "code": case.query_code})
    page = said(client.get(reverse("hall:track-case", args=[case.number])))
    assert "改要纸质的" in page
    client.post(reverse("hall:delivery-consent", args=[case.number]), {"refuse": "1"})
    assert case.delivery_consent.withdrawn_at is not None
    retractions.ask(one, heard="没有。", by=b.chief, at=one.hear_due_at)
    retractions.sanction(one, decision="同意。", by=b.deputy, at=one.hear_due_at)
    papers.empty_tray(at=one.hear_due_at, limit=50)
    with pytest.raises(NotNow, match="没有同意电子送达"):
        delivering.deliver_online(case, what=Sent(retraction=one), by=b.clerk_a, at=one.hear_due_at)


# 别处定的、经过、日志 -------------------------------------------------


@pytest.mark.clause("Z3")
def test_what_another_authority_decided_is_not_open_to_statements(b, client):
    case = granted(b)
    retractions.propose(case, elsewhere(b), by=b.reviewer, at=b.at)
    case.refresh_from_db()
    assert not parties.being_retracted(case)
    client.post(reverse("hall:track"), {"number": case.number, "code": case.query_code})
    assert "请您陈述、申辩" not in said(client.get(reverse("hall:track-case", args=[case.number])))
    client.post(reverse("hall:state", args=[case.number]), {"text": "不服。"})
    told = {"who": "赵申请", "standing": "applicant", "place": "窗口", "evidence": "", "signer": "赵申请"}
    with pytest.raises(NotNow):
        parties.hear(case, **told, text="不服。", stated_at=b.at, by=b.clerk_a, at=b.at)
    assert not case.statements.exists()


@pytest.mark.clause("Z18")
def test_the_course_says_what_is_taken_back_and_on_what_ground(b):
    case = granted(b)
    one = retracting.asked(b, case)
    retractions.sanction(one, decision="同意。", by=b.deputy, at=one.hear_due_at)
    told = {row["title"]: row["text"] for row in story.history(case)}
    assert "撤回" in told["核准撤回、撤销"] and one.get_ground_display() in told["核准撤回、撤销"]
    assert "期限：2026年" in told["拟撤回、撤销的告知书送达"]


@pytest.mark.clause("C9")
def test_the_journal_keeps_no_words_that_are_to_be_forgotten(b):
    case = granted(b)
    one = retracting.proposed(b, case)
    papers.empty_tray(at=b.at, limit=50)
    put = {"explained": MARK, "missing": True, "place": MARK, "by": b.clerk_a, "at": b.at}
    what = Sent(retraction=one, of_notice=True)
    last_ways.put_up(case, **put, what=what)
    delivering.come_back(case, reason="本人来了。", what=what, by=b.clerk_a, at=b.at)
    delivering.hand_over(case, **OWN, what=what, by=b.clerk_a, at=b.at)
    one.refresh_from_db()
    retractions.ask(one, heard=MARK, by=b.chief, at=one.hear_due_at)
    retractions.send_back(one, text="补。", by=b.deputy, at=one.hear_due_at)
    retractions.drop(one, reason=MARK, by=b.chief, at=one.hear_due_at)
    assert one.heard == one.dropped_reason == MARK
    notice = Paper.objects.about(case).of_kind("delivery").last()
    scan = {"signer": MARK, "signed_on": b.at.date(), "name": "签名页.pdf", "content": ContentFile(PDF)}
    originals.keep(notice, case=case, **scan, by=b.clerk_a, at=one.hear_due_at)
    sent = {"carrier": "中国邮政", "tracking_number": MARK, "address": "示范路1号", "contents": "证书原件"}
    parcels.send_back(case, **sent, by=b.clerk_a, at=one.hear_due_at)
    assert not [line.verb for line in Entry.objects.all() if MARK in str(line.facts)]
