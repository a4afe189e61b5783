"""承办人：指定、领办、建议、换人；离岗、回避、改派以后怎样；不锁事情。"""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import Error, transaction

from agencies.states import Role
from approvals.actions import covers, enquiries, handlers, reassigning, recusals, review
from approvals.models import Case
from approvals.models.case import handled_by
from office.journal.models import Entry
from office.notices.models import Notice
from office.steps import NotNow
from tests import casework, makers

pytestmark = [pytest.mark.django_db, pytest.mark.clause("C3", "D8")]
DAY = datetime.timedelta(days=1)


@pytest.fixture
def b(bureau):
    casework.item_with_guide(bureau)
    bureau.second = makers.user("reviewer.2", "邹样本")
    bureau.post_2 = makers.staffed(bureau.orgs, Role.REVIEWER, bureau.second, bureau.reviewer, code="zj-orgs-2")
    bureau.reviewer.refresh_from_db()
    return bureau


def named(case):
    return Case.objects.get(pk=case.pk).handler


def entries(case, verb):
    return [one.facts for one in Entry.objects.about(case).filter(verb=f"approvals.case.{verb}").order_by("seq")]


def test_the_chief_names_the_handler_and_changes_him_for_a_reason(b):
    case = casework.accepted(b)
    handlers.assign(case, to=b.reviewer, by=b.chief, at=b.at)
    assert named(case) == b.reviewer
    assert Notice.objects.filter(to=b.reviewer, kind="case.handler").count() == 1
    with pytest.raises(NotNow, match="已经是承办人"):
        handlers.assign(case, to=b.reviewer, by=b.chief, at=b.at)
    with pytest.raises(NotNow, match="写明原因"):
        handlers.assign(case, to=b.second, by=b.chief, at=b.at, reason=" ")
    handlers.assign(case, to=b.second, by=b.chief, at=b.at, reason="忙闲不均。")
    assert named(case) == b.second
    assert entries(case, "assign_handler") == [
        {"frm": "还没有定", "to": b.reviewer.full_name, "reason": ""},
        {"frm": b.reviewer.full_name, "to": b.second.full_name, "reason": "忙闲不均。"},
    ]
    assert set(Notice.objects.filter(kind="case.handler").values_list("to__username", flat=True)) == {
        b.reviewer.username, b.second.username,
    }  # fmt: skip


def test_a_reviewer_takes_only_what_nobody_has(b):
    case = casework.accepted(b)
    with pytest.raises(PermissionDenied):
        handlers.assign(case, to=b.second, by=b.reviewer, at=b.at)
    handlers.assign(case, to=b.reviewer, by=b.reviewer, at=b.at)
    assert named(case) == b.reviewer and not Notice.objects.filter(kind="case.handler").exists()
    with pytest.raises(NotNow, match="请负责人定"):
        handlers.assign(case, to=b.second, by=b.second, at=b.at)
    for stranger in (b.clerk_a, b.citizen, b.stranger):
        with pytest.raises(PermissionDenied):
            handlers.assign(case, to=stranger, by=stranger, at=b.at)
    with pytest.raises(NotNow, match="不能承办"):
        handlers.assign(case, to=b.clerk_a, by=b.chief, at=b.at, reason="示例。")
    assert named(case) == b.reviewer


def test_only_between_acceptance_and_decision(b):
    with pytest.raises(NotNow):
        handlers.assign(casework.received(b), to=b.reviewer, by=b.chief, at=b.at)
    decided = casework.granted(b)
    with pytest.raises(NotNow):
        handlers.assign(decided, to=b.reviewer, by=b.chief, at=b.at)
    assert named(decided) is None, "没有承办人的照样办得完"


def test_it_locks_no_work_and_the_name_is_who_answers_for_it(b):
    case = casework.accepted(b)
    handlers.assign(case, to=b.second, by=b.chief, at=b.at)
    review.begin(case, by=b.reviewer, at=b.at)
    review.give_opinion(case, opinion="pass", text="符合。", by=b.reviewer, at=b.at)
    assert case.state == "reviewed" and named(case) == b.second
    assert case.reviews.get().reviewer == b.reviewer, "谁办的谁署名"


def test_the_suggestion_is_the_one_on_duty_with_fewest_open_cases(b):
    first, case = casework.accepted(b), casework.accepted(b)
    handlers.assign(first, to=b.reviewer, by=b.chief, at=b.at)
    among = handlers.candidates(case, b.at)
    assert {one.user: one.open_cases for one in among}[b.reviewer] == 1
    assert handlers.suggested(case, among, b.at)[0] == b.second
    makers.away(b.second, b.at, b.at + DAY)
    assert handlers.suggested(case, handlers.candidates(case, b.at), b.at)[0] == b.reviewer
    assert handlers.suggested(case, handlers.candidates(case, b.at + DAY), b.at + DAY)[0] == b.second
    assert named(case) is None, "只是建议"
    makers.away(b.reviewer, b.at, b.at + DAY)
    assert handlers.suggested(case, handlers.candidates(case, b.at), b.at)[0] == b.chief


def test_when_he_is_absent_b_does_the_work_and_the_name_stays(b):
    case = casework.accepted(b)
    handlers.assign(case, to=b.second, by=b.chief, at=b.at)

    def queue(user, at):
        return list(Case.objects.filter(handled_by(user, at)))

    assert (queue(b.second, b.at), queue(b.reviewer, b.at)) == ([case], [])
    makers.away(b.second, b.at, b.at + DAY)
    assert queue(b.reviewer, b.at) == [case] and queue(b.reviewer, b.at + DAY) == []
    asked = enquiries.ask(case, kind="progress", by=b.citizen, at=b.at)
    assert asked.owner == b.reviewer, "他离岗，由 B 岗答复"
    assert named(case) == b.second


def test_what_was_handed_over_shows_with_the_taker_until_given_back(b):
    case = casework.accepted(b)
    handlers.assign(case, to=b.reviewer, by=b.chief, at=b.at)
    enquiries.ask(case, kind="progress", by=b.citizen, at=b.at)
    makers.away(b.reviewer, b.at, b.at + DAY)
    made = covers.hand_over(absent=b.reviewer, to=b.chief, reason="年假", by=b.chief, at=b.at)
    assert list(Case.objects.filter(handled_by(b.chief, b.at))) == [case] and named(case) == b.reviewer
    covers.give_back(made, by=b.chief, at=b.at + DAY)
    assert not Case.objects.filter(handled_by(b.chief, b.at + DAY)).exists()


def test_an_enquiry_goes_to_the_handler_and_with_him(b):
    case = casework.accepted(b)
    handlers.assign(case, to=b.second, by=b.chief, at=b.at)
    asked = enquiries.ask(case, kind="progress", by=b.citizen, at=b.at)
    assert asked.owner == b.second
    handlers.assign(case, to=b.reviewer, by=b.chief, at=b.at, reason="轮岗。")
    asked.refresh_from_db()
    assert asked.owner == b.reviewer


def test_a_recused_handler_loses_it_to_who_carries_on(b):
    case = casework.accepted(b)
    handlers.assign(case, to=b.second, by=b.chief, at=b.at)
    recusals.recuse(case, who=b.second, reason="近亲属。", successor=b.reviewer, by=b.second, at=b.at)
    assert named(case) == b.reviewer
    assert entries(case, "change_handler") == [
        {"frm": b.second.full_name, "to": b.reviewer.full_name, "reason": f"{b.second.full_name}回避"}
    ]
    with pytest.raises(NotNow, match="不能承办"):
        handlers.assign(case, to=b.second, by=b.chief, at=b.at, reason="示例。")


@pytest.mark.clause("D8")
def test_another_section_names_its_own(b):
    case = casework.accepted(b)
    handlers.assign(case, to=b.reviewer, by=b.chief, at=b.at)
    reassigning.reassign(case, to=b.approval, reason="派错了。", by=b.chief, at=b.at)
    assert named(case) is None
    assert Notice.objects.filter(to=b.reviewer, kind="case.reassigned").exists()
    handlers.assign(case, to=b.approval_chief, by=b.approval_chief, at=b.at)
    assert named(case) == b.approval_chief


def test_the_database_wants_an_entry_and_no_recused_handler(b):
    case = casework.accepted(b)
    with pytest.raises(Error, match="without an entry"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(handler=b.reviewer)
    assert named(case) is None
