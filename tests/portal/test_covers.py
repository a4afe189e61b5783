"""交班：离岗同事名下的一次交给代他的人，回来交还；B 岗办的写明代谁。"""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from approvals.actions import contacts, correction, enquiries, review
from approvals.models import Batch, Cover, Joint
from office.journal.models import Entry
from office.papers import actions as papers
from office.papers.models import Paper
from tests import casework
from tests.approvals import asking
from tests.makers import away, sign_in, staffed, user
from tests.portal.desks import ready, said


@pytest.fixture
def b(bureau):
    b = ready(bureau)
    contact = asking.asked(b)
    b.contact = contact
    b.case = casework.received(b)
    b.enquiry = enquiries.ask(b.case, kind="progress", by=b.citizen, at=b.at)
    return b


def handed(client, b):
    sign_in(client, b.deputy)
    told = {"to": b.clerk_b.username, "reason": "年假"}
    return client.post(reverse("desk:cover-make", args=[b.clerk_a.username]), told, follow=True)


@pytest.mark.clause("C3", "D5")
def test_everything_of_an_absent_colleague_goes_to_b_in_one_go_and_comes_back(b, client):
    assert "没有登记离岗" in said(handed(client, b)) and not Cover.objects.exists()
    away(b.clerk_a, b.at)
    page = said(client.get(reverse("desk:cover-make", args=[b.clerk_a.username])))
    assert b.contact.number in page and b.case.number in page
    slip = said(handed(client, b))
    cover = Cover.objects.get()
    assert b.contact.number in slip and cover.items.count() == 2
    for one in (b.contact, b.enquiry):
        one.refresh_from_db()
        assert one.owner == b.clerk_b
        assert Entry.objects.about(one).reverse()[0].verb.endswith(".hand_over")
    assert b.contact.clerk == b.clerk_a  # 首问责任人不改
    assert "已经交过班" in said(handed(client, b))
    enquiries.answer(b.enquiry, text="明天办好。", by=b.clerk_b, at=b.at)
    me = Client()
    sign_in(me, b.clerk_a)
    me.post(reverse("desk:cover-back", args=[cover.pk]))
    cover.refresh_from_db()
    b.contact.refresh_from_db()
    b.enquiry.refresh_from_db()
    assert cover.returned_by == b.clerk_a and b.contact.owner == b.clerk_a and b.enquiry.owner == b.clerk_b
    with pytest.raises(IntegrityError), transaction.atomic():
        Cover.objects.create(absent=b.clerk_a, to=b.clerk_a, reason="x", made_at=b.at, made_by=b.deputy)


@pytest.mark.clause("C3")
def test_a_colleague_or_a_stranger_hands_nothing_over(b, client):
    away(b.clerk_a, b.at)
    for one in (b.clerk_b, b.stranger, b.chief):
        visitor = Client()
        sign_in(visitor, one)
        assert visitor.get(reverse("desk:cover-make", args=[b.clerk_a.username])).status_code == 403
    handed(client, b)
    visitor = Client()
    sign_in(visitor, b.stranger)
    assert visitor.get(reverse("desk:cover", args=[Cover.objects.get().pk])).status_code == 404


@pytest.mark.clause("C3")
def test_b_says_whom_he_stands_for_in_the_journal_on_screen_and_on_paper(b, client):
    b.spare = user("window.spare", "代岗示例")
    town = b.window
    b.only = user("window.only", "独岗示例")
    staffed(town, "clerk", b.only, b.spare, code="zj-window-9")
    b.spare.refresh_from_db()
    case = casework.received(b, provided={"application"})
    checks = {"application": casework.OK, "proof": casework.intake.Check("missing", "没有提交示例证明")}
    casework.intake.check_materials(case, checks=checks, by=b.spare, at=b.at)
    assert Entry.objects.about(case).reverse()[0].by_name == "代岗示例"  # A 岗在，签自己的名
    away(b.only, b.at)
    b.spare.refresh_from_db()
    correction.notify(case, by=b.spare, at=b.at)
    signed = "代岗示例（B岗代A岗独岗示例）"
    assert Entry.objects.get(verb="approvals.case.ask_to_supplement").by_name == signed
    paper = Paper.objects.about(case).of_kind("correction").get()
    assert paper.context["handled_by"] == signed
    sign_in(client, b.clerk_a)
    assert signed in said(client.get(reverse("desk:case-history", args=[case.number])))


@pytest.mark.clause("C3")
def test_who_has_an_a_post_there_signs_his_own_name(b):
    case = casework.accepted(b)
    away(b.chief, b.at)
    review.begin(case, by=b.reviewer, at=b.at)
    assert Entry.objects.get(verb="approvals.case.begin_review").by_name == b.reviewer.full_name
    away(b.clerk_a, b.at)
    assert b.clerk_b.signs(case, b.at) == b.clerk_b.full_name  # 窗口里自己也有 A 岗
    assert b.chief_b.signs(case, b.at) == f"{b.chief_b.full_name}（B岗代A岗{b.chief.full_name}）"


def stands_in(b, unit, code):
    """这个单位的窗口：A 岗离岗，B 岗代他。"""
    b.only, b.spare = user("window.only", "独岗示例"), user("window.spare", "代岗示例")
    staffed(unit, "clerk", b.only, b.spare, code=code)
    away(b.only, b.at)
    b.spare.refresh_from_db()
    return "代岗示例（B岗代A岗独岗示例）"


@pytest.mark.clause("C3", "Z1")
def test_a_referral_names_who_issued_it_and_in_what_capacity(b):
    signed = stands_in(b, b.window, "zj-window-9")
    contacts.refer(b.contact, route=asking.ROUTE, by=b.clerk_a, at=b.at)
    own = Paper.objects.about(b.contact).of_kind("referral").get()
    assert "handled_by" not in own.context and own.context["issued_by"] == b.clerk_a.full_name
    other = asking.asked(b)
    contacts.refer(other, route=asking.ROUTE, by=b.spare, at=b.at)
    paper = Paper.objects.about(other).of_kind("referral").get()
    assert paper.context["handled_by"] == signed
    assert paper.context["issued_by"] == b.clerk_a.full_name  # 首问责任人不改


@pytest.mark.clause("C3", "C4")
def test_a_handover_list_and_a_joint_paper_name_b_too(b):
    signed = stands_in(b, b.window, "zj-window-9")
    batch = Batch(from_unit=b.window, to_unit=b.stranger_unit)
    joint = Joint(window=b.window, lead=b.orgs)
    for one in (batch, joint):
        assert papers.capacity(one, by=b.spare, at=b.at) == {"handled_by": signed}
        assert papers.capacity(one, by=b.clerk_a, at=b.at) == {}
