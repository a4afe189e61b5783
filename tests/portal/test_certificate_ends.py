"""证照不再有效：撤销随撤销决定书送达，注销、撤回、吊销登记在案；各处写明，公开的核验页也写明；早先没有登记的补登。"""

import datetime

import pytest
from django.urls import reverse

from approvals.actions import archiving, cancelling, certifying, decision, delivering, finding, intake, pledges, review
from approvals.models import Archive, Certificate
from approvals.models.delivery import Sent
from office.journal.models import Entry
from office.papers import actions as papers
from office.papers.models import Paper
from office.steps import NotNow
from office.workdays import clock
from office.workdays.rules import local
from tests import casework
from tests.approvals import certifying as make
from tests.approvals import pledging
from tests.approvals.test_delivering import OWN
from tests.makers import sign_in
from tests.portal.desks import COLLECTED, at_desk, ready, said
from tests.portal.hall_cast import found
from tests.portal.test_certificates import FILLED, delivered, unzipped, url


@pytest.fixture
def b(bureau):
    return ready(bureau)


def verified(client, case) -> str:
    paper = Paper.objects.about(case).of_kind("grant").in_force().get()
    return said(client.get(reverse("hall:verify-paper", args=[paper.check_code])))


def promised(b):
    """一件凭承诺准予、发了证照、送达了的；承诺不实，领导刚撤销。"""
    c = make.issuing(b, informed_commitment=True)
    pledging.terms(c)
    pledge = pledging.signed(c)
    case = pledge.case
    intake.check_materials(case, checks={"application": casework.OK}, by=c.clerk_a, at=c.at)
    intake.accept(case, by=c.clerk_a, at=c.at)
    review.begin(case, by=c.reviewer, at=c.at)
    review.give_opinion(case, opinion="pass", text="符合条件。", by=c.reviewer, at=c.at)
    decision.grant(case, decision="准予登记。", by=c.chief, at=c.at, certificate=make.told())
    delivered(c, case)
    pledge.refresh_from_db()
    pledges.check(pledge, result="false", found="没有这个住所。", by=c.reviewer, at=clock.now())
    over = pledge.mend_due_at + datetime.timedelta(hours=1)
    pledges.ask_to_revoke(pledge, reason="逾期没有整改。", by=c.reviewer, at=over)
    return pledges.revoke(pledge, decision="同意撤销。", by=c.deputy, at=over), over + datetime.timedelta(hours=1)


@pytest.mark.clause("D5", "D8")
def test_a_revoked_grant_says_so_everywhere_from_the_day_it_is_served(b, client, monkeypatch):
    pledge, later = promised(b)
    case = pledge.case
    monkeypatch.setattr(clock, "now", lambda: later)
    page = verified(client, case)
    assert "正在送达" in page and "不再有效" not in page.split("正在送达")[0]
    assert Certificate.objects.get().ended_as == ""
    at_desk(client, b.clerk_a)
    client.post(reverse("desk:case-close", args=[case.number]))
    papers.empty_tray(at=later, limit=30)
    archiving.make_due(at=later)
    before = Archive.objects.get(case=case)
    assert before.file and "已撤销" not in said(client.get(url("case", case)))
    client.post(reverse("desk:pledge-serve", args=[case.number, pledge.pk]), COLLECTED)

    certificate, letter = Certificate.objects.get(), Paper.objects.about(case).of_kind("revocation").get()
    assert (certificate.ended_as, certificate.ended_on) == ("revoked", local(later).date())
    assert certificate.ended_basis == letter.number
    shown = said(client.get(url("case", case)))
    assert shown.count("已撤销") >= 2 and letter.number in shown
    assert "已撤销" in said(client.get(url("case-papers", case)))
    finding.index(at=later)
    listed = said(client.get(reverse("desk:search"), {"q": make.NUMBER, "c": "certificate"}))
    assert f"{make.NUMBER}（已撤销，自{certificate.ended_on}起）" in listed
    assert "登记证照失效" in said(client.get(url("case-history", case)))
    client.logout()
    page = verified(client, case)
    assert "这份决定已经撤销，不再有效" in page and "这份文书是我们出具的" not in page
    tracked = said(client.get(found(client, case)))
    assert "这份决定已经撤销，不再有效" in tracked and "证照不再有效" in tracked and "已撤销" in tracked
    papers.empty_tray(at=later, limit=30)
    archiving.make_due(at=later)
    with Archive.objects.get(case=case).file.open("rb") as kept:
        assert b"revoked" in unzipped(kept.read())


def test_a_certificate_of_a_case_closed_before_the_register_is_added_with_its_reason(b, client):
    c = make.issuing(b)
    case = make.granted(c)
    delivered(c, case)
    Certificate.objects.all().delete()  # 登记证照以前办结的，就是这个样子
    told = FILLED | {"reason": "办结的时候系统还不登记证照。"}
    late = url("case-certificate-late", case)
    sign_in(client, c.clerk_a)
    assert client.get(late).status_code == 403
    at_desk(client, c.chief)
    assert late in said(client.get(url("case", case)))
    assert "请填写“为什么补登”" in said(client.post(late, told | {"reason": ""}))
    client.post(late, told)
    assert make.NUMBER in said(client.get(url("case", case)))
    assert "已经登记过" in said(client.post(late, told))
    shown = said(client.get(late))
    assert "已经登记过" in shown and make.NUMBER in shown and "certificate_number" not in shown
    assert f'href="{url("case", case)}"' in shown
    line = Entry.objects.about(case).get(verb="approvals.case.record_certificate")
    assert "还不登记证照" in line.facts["reason"] and line.by_name == c.chief.full_name
    plain = casework.granted(b)
    assert "结果是证照的，才能补登" in said(client.post(url("case-certificate-late", plain), told))


def test_the_number_of_a_dead_certificate_is_not_carried_on(b):
    c = make.issuing(b)
    first, today = make.granted(c), local(clock.now()).date()
    delivered(c, first)
    told = {"facts": "法人已注销登记。", "basis": "示范注销〔2026〕1号"}
    cancelling.cancel(first, ground="dissolved", cancelled_on=today, **told, by=c.chief, at=clock.now())
    second = make.reviewed(c)
    with pytest.raises(NotNow, match="已注销，不能沿用它的编号"):
        decision.grant(second, decision="准予。", by=c.chief, at=c.at, certificate=make.told(reissued=True))


def test_a_certificate_recorded_late_ends_with_the_revocation_served_before(b):
    pledge, later = promised(b)
    Certificate.objects.all().delete()
    papers.empty_tray(at=later, limit=30)
    delivering.hand_over(pledge.case, **OWN, by=b.clerk_a, at=later, what=Sent(pledge))
    case = pledge.case
    case.refresh_from_db()
    made = certifying.record_late(case, make.told(), reason="早先没有登记。", by=b.chief, at=later)
    assert (made.ended_as, made.ended_on) == ("revoked", local(later).date()) and made.ended_basis
