"""改正以后随办件带来的：代办、承诺、留言；撤销了的“不”到处都说撤销了——都从真的网页看。"""

import datetime

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from approvals.actions import intake, mandates, messages
from approvals.models import CaseMaterial, Mandate, Pledge
from approvals.rules.mandates import runs_at
from denials.actions import recalls, register
from denials.models import RegisterEntry
from office.journal.models import Entry
from office.journal.rules import first_break
from office.notices.models import Notice
from office.papers.models import Paper
from office.workdays.clock import now
from office.workdays.rules import local
from tests import casework
from tests.approvals import pledging
from tests.casework import HOUR
from tests.makers import sign_in, staffed, unit, user
from tests.portal.desks import said
from tests.portal.hall_cast import PDF, found

pytestmark = pytest.mark.clause("Z10")
NEPHEW = mandates.Agent(None, "孙代办", "11010519491231002X", "13800000009", "侄子")
SCOPE = ("supplement", "contact")


@pytest.fixture
def b(bureau):
    cache.clear()
    bureau.at = now()
    return casework.item_with_guide(bureau)


def until(b, days=30):
    return mandates.Terms(SCOPE, local(b.at).date() + datetime.timedelta(days=days))


def refused(b, case):
    basis = b.guide.bases.first()
    return register.refuse_by_rule(case, basis=basis, refusal=casework.REFUSAL, by=b.clerk_a, at=now())


def corrected(b, case):
    """科室答复应当改正，副局长改正：返回新件。"""
    entry = RegisterEntry.objects.filter(case=case).first() or refused(b, case)
    recall = recalls.call_back(entry, reason="人数没有核对清楚。", by=b.deputy, at=now())
    recalls.answer(recall, opinion="correct", text="应当改。", by=b.chief, at=now())
    recalls.set_aside(recall, text="人数算少了。", basis="《示例条例》第一条", by=b.deputy, at=now())
    recall.refresh_from_db()
    return recall.new_case


def tracking(case, code=None):
    visitor = Client()
    visitor.post(reverse("hall:track"), {"number": case.number, "code": code or case.query_code})
    return visitor


def page_of(client, user, name, *args):
    sign_in(client, user)
    return said(client.get(reverse(name, args=args)))


# 委托代办 -------------------------------------------------------------


def test_the_agent_goes_on_with_the_new_case_under_a_new_code(client, b):
    old = casework.received(b, b.at - HOUR)
    first = mandates.appoint(old, agent=NEPHEW, terms=until(b), by=b.citizen, at=b.at - HOUR)
    new = corrected(b, old)
    made = new.mandates.get()
    assert (made.state, made.continues, made.scope, made.to_at) == ("running", first, first.scope, first.to_at)
    assert made.consent == "redone" and made.code and made.code != first.code
    sms = Notice.objects.filter(kind="mandate.yours", channel="sms", subject_key=str(new.pk)).get()
    assert made.code in sms.body and old.number in sms.body and new.query_code not in sms.body
    assert Paper.objects.about(new).of_kind("mandate").get().context["agent"] == "孙代办"
    agent = tracking(new, made.code)
    page = said(agent.get(reverse("hall:track-case", args=[new.number])))
    assert "您是代办人" in page and "改正以后重新收的" in page
    assert said(agent.get(reverse("hall:track-case", args=[old.number]))) != page  # 原件要用原来的代办查询码
    page = page_of(client, b.citizen, "hall:agents", new.number)
    assert "孙代办" in page and f"原来委托的是办件 {old.number}" in page and "收回委托" in page
    client.post(reverse("hall:agent-answer", args=[new.number, made.pk]), {"revoke": "1"})
    assert not runs_at(Mandate.objects.get(pk=made.pk), now()) and runs_at(Mandate.objects.get(pk=first.pk), now())
    assert old.number in page_of(client, b.clerk_a, "desk:case-mandates", new.number)
    assert first_break(Entry.objects.about(new)) == ""


def test_what_the_applicant_had_not_agreed_to_still_waits_for_him(b):
    old = casework.received(b, b.at - HOUR)
    mandates.appoint(old, agent=NEPHEW, terms=until(b), by=b.clerk_a, at=b.at - HOUR)
    made = corrected(b, old).mandates.get()
    assert made.state == "asked" and not made.consent
    assert Notice.objects.filter(kind="mandate.asked", subject_key=str(made.case_id)).exists()


def test_an_agent_who_left_is_named_and_the_applicant_told(client, b):
    town = unit(b.agency, "zj-town", "town_desk", level="town", name="示范镇受理室")
    agent = user("town.agent", "代办示例")
    staffed(town, "clerk", agent)
    agent.refresh_from_db()
    old = casework.received(b, b.at - HOUR)
    mandates.appoint(old, agent=mandates.Agent(agent), terms=until(b), by=b.citizen, at=b.at - HOUR)
    agent.is_active = False
    agent.save(update_fields=["is_active"])
    new = corrected(b, old)
    assert not new.mandates.exists()
    told = Notice.objects.filter(kind="mandate.ended", subject_key=str(new.pk), channel="sms").get()
    assert "代办示例" in told.body and "另外委托" in told.body
    assert "原来的代办人没有接着办" in page_of(client, b.clerk_a, "desk:case-history", new.number)


def test_an_ended_mandate_stays_ended(b):
    old = casework.received(b, b.at - HOUR)
    given = mandates.appoint(old, agent=NEPHEW, terms=until(b), by=b.citizen, at=b.at - HOUR)
    mandates.revoke(given, by=b.citizen, at=b.at - HOUR)
    assert not corrected(b, old).mandates.exists()


# 承诺 -----------------------------------------------------------------


def with_pledges(bureau, days=1):
    b = casework.item_with_guide(bureau, informed_commitment=True)
    pledging.terms(b, valid_from=local(b.at).date() - datetime.timedelta(days=days))
    return b


def test_the_pledge_is_carried_with_its_signature_and_date(client, bureau):
    cache.clear()
    bureau.at = now()
    b = with_pledges(bureau)
    signed = pledging.signed(b, b.at - HOUR)
    new = corrected(b, signed.case)
    made = new.pledges.get()
    assert (made.continues, made.signed_at, made.signer, made.state) == (signed, signed.signed_at, "赵申请", "signed")
    row = new.materials.get(material__key="proof")
    assert (row.verdict, row.provided) == ("pledged", False) and new.has_pledges
    assert Paper.objects.about(new).of_kind("pledge").get().context["signer"] == "赵申请"
    page = page_of(client, b.clerk_a, "desk:case-materials", new.number)
    assert "随原办件带来" in page and signed.case.number in page
    assert "接着算，不必再签" in page_of(client, b.citizen, "hall:pledges", new.number)
    assert "您在原办件里的承诺接着算" in page_of(client, b.citizen, "hall:track-case", new.number)
    intake.check_materials(new, checks={"application": casework.OK}, by=b.clerk_a, at=now())
    assert intake.accept(new, by=b.clerk_a, at=now()).state == "accepted"


def test_a_pledge_of_an_older_text_is_signed_again(client, bureau):
    cache.clear()
    bureau.at = now()
    b = with_pledges(bureau, days=10)
    signed = pledging.signed(b, b.at - HOUR)
    pledging.terms(b, told="换过的文本。")
    new = corrected(b, signed.case)
    assert not Pledge.objects.filter(case=new).exists() and not new.has_pledges
    assert new.materials.get(material__key="proof").verdict == "unchecked"
    facts = Entry.objects.about(new).get(verb="approvals.case.carry_promises").facts
    assert facts["left"] == ["proof"] and facts["pledges"] == []
    assert "换过的文本" in page_of(client, b.clerk_a, "desk:case-pledge", new.number, "proof")


def deferred(b, day):
    case = casework.received(b, b.at - HOUR, provided={"application"})
    checks = {"application": casework.OK, "proof": intake.Check("deferred", due_date=day)}
    intake.check_materials(case, checks=checks, by=b.clerk_a, at=b.at - HOUR)
    return casework.promised(case, b.at - HOUR)


def test_a_promise_to_bring_keeps_its_day_and_is_not_asked_again(client, b):
    day = local(b.at).date() + datetime.timedelta(days=5)
    old = deferred(b, day)
    new = corrected(b, old)
    row = new.materials.get(material__key="proof")
    assert (row.verdict, row.due_date) == ("deferred", day) and old.number in row.comment
    kept, first = new.confirmations.get(), old.confirmations.get()
    assert (kept.text, kept.confirmed_at, kept.way) == (first.text, first.confirmed_at, first.way)
    assert "前补交" in page_of(client, b.clerk_a, "desk:case-materials", new.number)
    intake.check_materials(new, checks={"application": casework.OK}, by=b.clerk_a, at=now())
    new.refresh_from_db()
    assert new.unconfirmed == 0 and new.confirmations.count() == 1
    intake.accept(new, by=b.clerk_a, at=now())
    assert new.clocks.running().filter(kind="deferred:proof").exists()


def test_a_promise_already_broken_is_not_carried(b):
    old = deferred(b, local(b.at).date() + datetime.timedelta(days=5))
    entry = refused(b, old)
    later = b.at + datetime.timedelta(days=9)
    recall = recalls.call_back(entry, reason="没有核对清楚。", by=b.deputy, at=later)
    recalls.answer(recall, opinion="correct", text="应当改。", by=b.chief, at=later)
    recalls.set_aside(recall, text="算错了。", basis="《示例条例》第一条", by=b.deputy, at=later)
    recall.refresh_from_db()
    assert CaseMaterial.objects.get(case=recall.new_case, material__key="proof").verdict == "unchecked"
    assert not recall.new_case.confirmations.exists()


# 留言 -----------------------------------------------------------------


def test_the_old_thread_is_read_from_the_new_case_by_both_sides(client, b):
    old = casework.received(b, b.at - HOUR, user=None)
    found(client, old)
    written = {"text": "名册附上了。", "files": SimpleUploadedFile("名册.pdf", PDF)}
    client.post(reverse("hall:messages", args=[old.number]), written)
    messages.write(old, text="收到名册。", by=b.clerk_a, at=now())
    upload = reverse("hall:file", args=[old.messages.earliest("pk").uploads.get().pk])
    new = corrected(b, old)
    again = corrected(b, new)  # 新件又说了“不”，又改正：最早的一件也看得到
    for case in (new, again):
        visitor = tracking(case)
        page = said(visitor.get(reverse("hall:messages", args=[case.number])))
        assert "名册附上了" in page and "收到名册" in page and "原办件" in page and old.number in page
        assert visitor.get(upload).status_code == 200
        assert "我看到了" not in page  # 原件里没读的，在原件里标
        page = page_of(client, b.clerk_a, "desk:case-messages", case.number)
        assert "名册附上了" in page and old.number in page and client.get(upload).status_code == 200
    assert "名册附上了" in page_of(client, b.clerk_a, "desk:case-messages", old.number)
    assert (
        new.number
        not in page_of(client, b.clerk_a, "desk:case-messages", old.number)
        .split("与申请人的往来")[1]
        .split("发出的通知")[0]
    )


def test_an_agent_appointed_later_does_not_read_the_old_thread(b):
    old = casework.received(b, b.at - HOUR)
    carried = mandates.appoint(old, agent=NEPHEW, terms=until(b), by=b.citizen, at=b.at - HOUR)
    messages.write(old, text="原来说的话。", by=b.citizen, at=b.at - HOUR)
    new = corrected(b, old)
    going_on = new.mandates.get()
    page = said(tracking(new, going_on.code).get(reverse("hall:messages", args=[new.number])))
    assert carried.name == going_on.name and "原来说的话" in page
    mandates.revoke(going_on, by=b.citizen, at=now())
    later = mandates.appoint(new, agent=NEPHEW, terms=until(b), by=b.citizen, at=now())
    visitor = tracking(new, later.code)
    assert "原来说的话" not in said(visitor.get(reverse("hall:messages", args=[new.number])))


# 撤销了的“不” ---------------------------------------------------------


def test_every_page_that_shows_the_refusal_says_it_was_set_aside(client, b):
    old = casework.received(b, b.at - HOUR)
    entry = refused(b, old)
    letter = Paper.objects.about(old).of_kind("not_accepted").get()
    verify = reverse("hall:verify-paper", args=[letter.check_code])
    assert "这份文书是我们出具的" in said(client.get(verify)) and "已经撤销" not in said(client.get(verify))
    assert "不服怎么办" in page_of(client, b.citizen, "hall:track-case", old.number)
    corrected(b, old)
    page = said(client.get(verify))
    assert "这份决定已经撤销，不再有效" in page and "这份文书是我们出具的</" not in page
    page = page_of(client, b.citizen, "hall:track-case", old.number)
    assert "原来的不予决定已经撤销，不再有效" in page and "请看理由和救济途径" not in page
    assert (
        page.index("不予的决定已经撤销，正在重新办理") < page.index("看原决定写的（已撤销）") < page.index("发起人不足")
    )
    assert "不服怎么办" not in page and "怎样才能办" not in page and "这份决定已经撤销，不再有效。" in page
    assert "不予的决定已撤销" in page_of(client, b.citizen, "hall:space")
    page = page_of(client, b.clerk_a, "desk:case", old.number)
    assert "不予的决定已经撤销" in page and "已撤销，不再作数" in page
    page = page_of(client, b.clerk_a, "desk:case-paper", old.number, letter.pk)
    assert "这份决定已经撤销，不再有效" in page
    assert "已撤销" in page_of(client, b.clerk_a, "desk:case-papers", old.number)
    page = page_of(client, b.deputy, "admin:denials_registerentry_change", entry.pk)
    assert page.index("这个“不”已经撤销，不再有效") < page.index("为什么不行")


def test_the_new_decision_is_still_verified_as_ours(client, b):
    new = corrected(b, casework.received(b, b.at - HOUR))
    paper = Paper.objects.of_kind("set_aside").get()
    page = said(client.get(reverse("hall:verify-paper", args=[paper.check_code])))
    assert "这份文书是我们出具的" in page and new.number not in page
