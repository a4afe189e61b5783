"""首问：登记就有责任人；去处只有答复、办件、引导、协调；到时没有动静就上交、就记下。"""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from approvals.actions import contact_deadlines, contacts
from approvals.actions.contacts import Asker, Route
from approvals.models import Contact, ContactClock, Coordination, Referral, ServicePolicy
from approvals.rules.wording import finding
from office.journal.models import Entry
from office.journal.rules import first_break
from office.notices.models import Notice
from office.papers.models import Paper
from office.stateful import WrongDoor, pairs_of
from office.steps import NotNow, available
from tests import casework
from tests import makers as people
from tests.approvals import asking
from tests.approvals.asking import CONCLUDE_DUE, COORDINATE_DUE, FOLLOW_UP_DUE, ROUTE

SECOND = datetime.timedelta(seconds=1)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def b(bureau):
    return bureau


def told(contact, kind):
    return Notice.objects.about(contact).filter(kind=kind)


def steps(contact):
    return [entry.verb.rpartition(".")[2] for entry in Entry.objects.about(contact)]


# 登记 -----------------------------------------------------------------


@pytest.mark.clause("Z1", "D5")
def test_whoever_takes_it_first_answers_for_it_for_ever(b):
    contact = asking.asked(b)
    assert (contact.clerk, contact.owner, contact.state) == (b.clerk_a, b.clerk_a, "open")
    assert contact.clocks.get().due_at == CONCLUDE_DUE
    note = told(contact, "contact.registered").get()
    assert contact.number in note.body and contact.query_code in note.body and note.channel == "sms"
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone, query_code FROM approvals_contact")
        assert not any("13800000003" in cell or contact.query_code in cell for cell in cursor.fetchone())
    for change in ({"clerk": b.clerk_b}, {"asked": "别的"}, {"number": "SW1"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Contact.objects.filter(pk=contact.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM approvals_contactclock; DELETE FROM approvals_contact")


def test_nobody_need_give_a_name_and_a_double_press_is_one(b):
    contact = asking.asked(b, asker=Asker(), key="k")
    assert asking.asked(b, asker=Asker(), key="k") == contact
    assert not Notice.objects.about(contact).exists()
    with pytest.raises(NotNow, match="写明"):
        asking.asked(b, asked=" ")
    with pytest.raises(PermissionDenied):
        asking.asked(b, by=b.stranger)


# 去处 -----------------------------------------------------------------


@pytest.mark.clause("Z1")
def test_an_answer_on_the_spot_says_what_was_said(b):
    contact = asking.asked(b)
    with pytest.raises(NotNow, match="写明"):
        contacts.answer(contact, text="  ", by=b.clerk_a, at=b.at)
    contacts.answer(contact, text="带身份证到一楼三号窗口，当场就办。", by=b.clerk_b, at=b.at)
    assert (contact.state, contact.closed_by, contact.clerk) == ("answered", b.clerk_b, b.clerk_a)
    assert "一楼三号窗口" in told(contact, "contact.answered").get().body
    assert not contact.clocks.running().exists() and steps(contact) == ["register", "reply"]
    assert first_break(Entry.objects.about(contact)) == ""


REFUSALS = ("这个办不了。", "不 予 受 理", "這件事不行", "无法办理", "不归我们管", "我不知道", "您去找别的单位", "驳回")


@pytest.mark.clause("Z3", "Z12")
@pytest.mark.parametrize("text", REFUSALS)
def test_no_answer_refuses_or_sends_away(b, text):
    contact = asking.asked(b)
    for quoting in (False, True):
        with pytest.raises(NotNow, match="拟否定报告|引导单"):
            contacts.answer(contact, text=text, quoting=quoting, by=b.clerk_a, at=b.at)
    assert contact.state == "open"
    with pytest.raises(NotNow, match="拟否定报告|引导单"):
        contacts.refer(contact, route=Route(**{**vars(ROUTE), "method": text}), by=b.clerk_a, at=b.at)
    assert not Referral.objects.exists() and not Paper.objects.exists()


@pytest.mark.parametrize(
    "text",
    [
        "您看行不行？",
        "能不能办，要看材料。",
        "不收费。",
        "有不清楚的地方请来电。",
        "您不知道怎么填，我们教您。",
        "办不成事窗口在一楼。",
    ],
)
def test_everyday_words_pass(text):
    assert finding(text) is None


@pytest.mark.clause("Z3")
def test_a_quotation_is_confirmed_marked_and_shown_to_the_chief(b):
    contact, text = asking.asked(b), "您收到的《不予受理决定书》里写着去哪里复议。"
    with pytest.raises(NotNow, match="引用"):
        contacts.answer(contact, text=text, by=b.clerk_a, at=b.at)
    contacts.answer(contact, text=text, quoting=True, by=b.clerk_a, at=b.at)
    assert (
        "不是对您申请的决定" in contact.answer and "不是对您申请的决定" in told(contact, "contact.answered").get().body
    )
    shown = told(contact, "wording.quoted").get()
    assert shown.to == b.approval_chief and "不予受理" in shown.subject


@pytest.mark.clause("Z1")
def test_a_referral_names_where_how_and_whom_and_is_on_paper(b):
    contact = asking.asked(b)
    for lacking in ("destination", "method", "route", "address", "phone"):
        with pytest.raises(NotNow, match="请写明"):
            contacts.refer(contact, route=Route(**{**vars(ROUTE), lacking: ""}), by=b.clerk_a, at=b.at)
    referral = contacts.refer(contact, route=ROUTE, by=b.clerk_a, at=b.at)
    paper = Paper.objects.about(contact).get()
    assert (paper.kind, paper.title) == ("referral", "引导单")
    assert paper.context["destination"] == "示范市市场监督管理局(李演示)" and len(paper.context["steps"]) == 3
    assert contact.number == paper.context["contact_number"]
    assert referral.phone in told(contact, "contact.referred").get().body
    assert {c.kind: c.due_at for c in contact.clocks.running()} == {"follow_up": FOLLOW_UP_DUE}


@pytest.mark.clause("Z1", "Z12")
def test_a_referral_ends_when_somebody_confirms(b):
    served, again = asking.referred(b), asking.referred(b)
    contacts.follow_up(served, step="confirm", note="电话回访，已经办好。", by=b.clerk_a, at=b.at + DAY)
    assert served.state == "served" and served.referrals.get().outcome == "served"
    contacts.follow_up(again, step="send_again", note="那边说要先到我们这里盖章。", by=b.clerk_a, at=b.at + DAY)
    assert (again.state, again.referrals.get().outcome) == ("open", "not_served")
    assert [c.kind for c in again.clocks.running()] == ["conclude"]
    contacts.refer(again, route=ROUTE, by=b.clerk_a, at=b.at + DAY)
    assert again.referrals.count() == 2


@pytest.mark.clause("Z1")
def test_our_own_unit_signs_for_whom_we_send(b):
    contact = asking.referred(b, route=Route(**{**vars(ROUTE), "unit": b.orgs}))
    assert told(contact, "contact.coming").get().to in (b.reviewer, b.chief)
    assert [s.name for s in available(contact, b.reviewer)] == ["sign"]
    assert list(Contact.objects.sent_to(b.reviewer)) == [contact]
    with pytest.raises(PermissionDenied):
        contacts.follow_up(contact, step="sign", note="来了。", by=b.stranger, at=b.at)
    contacts.follow_up(contact, step="sign", note="群众已到，正在办。", by=b.reviewer, at=b.at)
    assert contact.state == "served" and contact.referrals.get().followed_by == b.reviewer


@pytest.mark.clause("Z1", "D8")
def test_a_contact_becomes_a_case_that_keeps_the_first_contact(b):
    casework.item_with_guide(b)
    contact = asking.asked(b)
    case = casework.received(b, first_contact=contact.clerk, by=b.clerk_b)
    contacts.become_case(contact, case=case, by=b.clerk_b, at=b.at)
    assert (contact.state, case.contact, case.first_contact) == ("case", contact, b.clerk_a)
    with pytest.raises(NotNow):
        contacts.become_case(contact, case=case, by=b.clerk_b, at=b.at)


@pytest.mark.clause("Z1")
def test_the_citizen_may_say_it_is_not_solved(b):
    contact = asking.referred(b)
    contacts.reopen(contact, text="那边没有人。", by=b.system, at=b.at + DAY)
    assert (contact.state, contact.owner, contact.referrals.get().outcome) == ("open", b.clerk_a, "not_served")
    assert told(contact, "contact.reopened").get().to == b.clerk_a
    with pytest.raises(NotNow):
        contacts.reopen(contact, text="", by=b.system, at=b.at + DAY)


# 协调与期限 -----------------------------------------------------------


@pytest.mark.clause("Z1")
def test_an_unclear_matter_has_an_owner_and_climbs(b):
    contact = asking.coordinating(b)
    assert (contact.owner, contact.rung) == (b.approval_chief, 2)
    assert told(contact, "contact.coordinate").get().to == b.approval_chief
    with pytest.raises(PermissionDenied):
        contacts.answer(contact, text="带身份证来。", by=b.clerk_a, at=b.at)
    assert contact_deadlines.sweep(at=COORDINATE_DUE - SECOND) == 0
    assert contact_deadlines.sweep(at=COORDINATE_DUE) == 1
    assert contact_deadlines.sweep(at=COORDINATE_DUE) == 0
    contact.refresh_from_db()
    assert (contact.owner, contact.rung, contact.state) == (b.deputy, 3, "coordinating")
    late, running = contact.clocks.filter(kind="coordinate").order_by("pk")
    assert late.late and running.ended_at is None and running.due_at > COORDINATE_DUE
    contact_deadlines.sweep(at=running.due_at)
    contacts.refer(contact, route=ROUTE, by=b.deputy, at=running.due_at + DAY)
    assert (contact.owner, contact.rung) == (b.clerk_a, 1)
    assert contact.coordinations.get().ended_by == b.deputy
    assert steps(contact) == ["register", "coordinate", "climb", "coordinate_due", "refer"]


@pytest.mark.clause("Z1", "C3")
def test_the_stand_in_coordinates_while_the_chief_is_away(b):
    people.away(b.approval_chief, b.at)
    contact = asking.coordinating(b)
    assert contact.owner == b.approval_chief_b


@pytest.mark.clause("Z12")
def test_a_referral_nobody_followed_is_noted_once(b):
    contact = asking.referred(b)
    assert contact_deadlines.sweep(at=FOLLOW_UP_DUE) == 1
    assert contact_deadlines.sweep(at=FOLLOW_UP_DUE + DAY) == 0
    assert {n.to for n in told(contact, "contact.late")} == {b.clerk_a, b.approval_chief}
    contacts.follow_up(contact, step="confirm", note="已办好。", by=b.clerk_a, at=FOLLOW_UP_DUE + DAY)
    assert ContactClock.objects.get(kind="follow_up").late and steps(contact)[2:] == ["follow_up_due", "confirm"]


def test_acting_settles_what_is_due_first(b):
    contact = asking.asked(b)
    contacts.answer(contact, text="带身份证来。", by=b.clerk_a, at=CONCLUDE_DUE)
    assert steps(contact) == ["register", "conclude_due", "reply"]


def test_each_agency_sets_its_own_days(b):
    ServicePolicy.objects.create(agency=b.agency, valid_from=b.at.date(), conclude_days=3)
    ServicePolicy.objects.create(agency=b.agency, valid_from=b.at.date() + DAY, conclude_days=9)
    assert asking.asked(b).clocks.get().due_at == people.moment("2026-03-06 00:00")
    far = asking.asked(b, by=b.stranger, unit=b.stranger_unit)
    assert far.clocks.get().due_at == CONCLUDE_DUE


# 谁看得到，库里拦着什么 -----------------------------------------------


@pytest.mark.clause("Z20")
def test_who_sees_a_contact(b):
    contact = asking.asked(b)
    seen = {p.username for p in vars(b).values() if hasattr(p, "username")
            and Contact.objects.visible_to(p).filter(pk=contact.pk).exists()}  # fmt: skip
    staff = (b.clerk_a, b.clerk_b, b.deputy, b.deputy_b, b.director, b.approval_chief, b.approval_chief_b)
    assert seen == {person.username for person in staff}


def test_the_database_knows_the_steps_and_keeps_the_rows(b):
    contact = asking.asked(b)
    with pytest.raises(WrongDoor):
        Contact.objects.filter(pk=contact.pk).update(state="answered")
    assert ("open", "served") not in pairs_of(Contact)
    asking.referred(b), asking.coordinating(b)
    for noun, change in ((Referral, {"phone": "1"}), (Coordination, {"question": "别的"})):
        with pytest.raises(DatabaseError), transaction.atomic():
            noun.objects.update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            noun.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_a_referral_without_a_slip_is_refused_by_the_database(bureau, app_role):
    contact = asking.asked(bureau)
    journaled = (
        "INSERT INTO office_entry (subject_type, subject_key, seq, verb, by_id, by_name, at, before, after, facts,"
        " previous, digest) VALUES ('approvals.contact', %s, 9, 'x', %s, 'x', now(), 'open', 'referred', '{}', '', '')"
    )
    with app_role.cursor() as cursor:
        cursor.execute(journaled, [str(contact.pk), bureau.clerk_a.pk])
        cursor.execute("UPDATE approvals_contact SET state = 'referred' WHERE id = %s", [contact.pk])
    with pytest.raises(Exception, match="approvals_contact_backed"):
        app_role.commit()


# 零推诿的数 -----------------------------------------------------------


@pytest.mark.clause("Z12", "Z1")
def test_the_figures_come_from_the_rows(b):
    casework.item_with_guide(b)
    contacts.answer(asking.asked(b), text="带身份证来。", by=b.clerk_a, at=b.at)
    contacts.become_case(asking.asked(b), case=casework.received(b), by=b.clerk_a, at=b.at)
    served, forgotten, twice = asking.referred(b), asking.referred(b), asking.referred(b)
    contacts.follow_up(served, step="confirm", note="办好了。", by=b.clerk_a, at=b.at)
    contacts.follow_up(twice, step="send_again", note="没有人。", by=b.clerk_a, at=b.at)
    contacts.refer(twice, route=ROUTE, by=b.clerk_a, at=b.at)
    contacts.follow_up(twice, step="confirm", note="办好了。", by=b.clerk_a, at=b.at)
    asking.coordinating(b)
    asking.asked(b, by=b.clerk_b)
    expected = {"total": 6, "answered": 1, "cases": 1, "referred": 4, "followed": 3, "coordinated": 1}
    before = list(Contact.objects.all().tallied("clerk", at=b.at))
    assert before == [
        {"clerk": b.clerk_a.pk, **expected, "unfollowed": 0, "late": 0},
        {"clerk": b.clerk_b.pk, **dict.fromkeys(expected, 0), "total": 1, "unfollowed": 0, "late": 0},
    ]
    unswept = list(Contact.objects.all().tallied("clerk", at=FOLLOW_UP_DUE))
    contact_deadlines.sweep(at=FOLLOW_UP_DUE)
    assert unswept == list(Contact.objects.all().tallied("clerk", at=FOLLOW_UP_DUE)) == [
        {**before[0], "unfollowed": 1, "late": 2}, {**before[1], "late": 1},
    ]  # fmt: skip
    assert forgotten.referrals.get().outcome == ""
