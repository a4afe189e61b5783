"""按种类选择怎样收：法定的关不掉；每日一次的并成一条，跑几遍都只有一条。"""

import datetime

import pytest
from django.db import DatabaseError, transaction

from approvals.actions import messages
from office.journal.models import Entry
from office.notices import actions as notices
from office.notices import digests
from office.notices.kinds import KINDS, may_choose
from office.notices.models import Notice, NoticePreference
from office.steps import NotNow
from tests import casework
from tests.makers import moment

MORNING = moment("2026-03-03 08:30")
SECOND = datetime.timedelta(seconds=1)
CHOSEN = "message.to_applicant"


@pytest.fixture
def b(bureau):
    return bureau


def choose(b, pace, kind=CHOSEN, user=None):
    return digests.choose(user or b.citizen, paces={kind: pace}, by=user or b.citizen, at=b.at)


def queue(b, kind=CHOSEN, subject="示例", channel="inbox", **more):
    told = {
        "about": b.citizen,
        "to": b.citizen,
        "subject": subject,
        "body": f"{subject}的正文",
        "responsible": b.clerk_a,
    }
    return notices.queue(kind, **{**told, **more}, channel=channel, by=b.system, at=b.at)


def inbox(b):
    return [notice.subject for notice in Notice.objects.inbox(b.citizen)]


@pytest.mark.clause("D15")
def test_legal_notices_cannot_be_turned_off(b):
    for kind in [code for code, kind in KINDS.items() if kind.mandatory] + ["unknown.kind"]:
        assert not may_choose(kind)
        for pace in ("digest", "off"):
            with pytest.raises(NotNow, match="不能改"):
                choose(b, pace, kind)
        NoticePreference.objects.create(user=b.citizen, kind=kind, pace="off")  # 就算有人绕到库里
        assert queue(b, kind).state == "queued"
    with pytest.raises(ValueError, match="x"):
        choose(b, "x")


def test_a_choice_is_kept_and_journaled_once(b):
    assert (choose(b, "digest"), choose(b, "digest"), choose(b, "at_once")) == (1, 0, 1)
    assert NoticePreference.objects.get().pace == "at_once"
    assert [e.facts for e in Entry.objects.about(b.citizen).filter(verb="office.notices.choose")] == [
        {CHOSEN: "digest"}, {CHOSEN: "at_once"},
    ]  # fmt: skip


def test_off_is_off_for_that_person_and_kind_only(b):
    choose(b, "off")
    assert queue(b) is None and queue(b, "rating.settled") is not None
    assert queue(b, to=b.other_citizen) is not None
    assert notices.queue(
        CHOSEN, about=b.citizen, to=None, address="13800000009", channel="sms", subject="示例", body="示例",
        responsible=b.clerk_a, by=b.system, at=b.at,
    )  # fmt: skip


def test_the_digest_is_made_once_at_the_set_time(b):
    choose(b, "digest")
    queue(b, subject="甲"), queue(b, subject="乙")
    assert inbox(b) == [] and notices.deliver(at=MORNING, limit=9) == 0
    assert digests.gather(at=MORNING - SECOND) == 0
    assert (digests.gather(at=MORNING), digests.gather(at=MORNING), digests.gather(at=MORNING)) == (1, 0, 0)
    made = Notice.objects.get(kind="digest")
    assert inbox(b) == ["消息摘要：2 条"] and "甲：甲的正文" in made.body and made.parts.count() == 2
    assert notices.deliver(at=MORNING, limit=9) == 1
    queue(b, subject="丙")
    assert digests.gather(at=MORNING + datetime.timedelta(days=3)) == 1


def test_each_channel_and_address_has_its_own(b):
    choose(b, "digest")
    queue(b), queue(b, channel="sms", address="13800000001"), queue(b, channel="sms", address="13800000002")
    assert digests.gather(at=MORNING) == 3
    made = Notice.objects.filter(kind="digest", channel="sms")
    assert {one.address for one in made} == {"13800000001", "13800000002"}
    assert all(len(one.body) <= 300 and "正文" not in one.body for one in made)


@pytest.mark.parametrize(("at", "due"), [("2026-03-02 08:29", "2026-03-02"), ("2026-03-02 08:30", "2026-03-03")])
def test_the_next_digest(at, due):
    assert digests.next_digest_at(moment(at)) == moment(f"{due} 08:30")


def test_a_real_message_waits_for_the_digest(b):
    casework.item_with_guide(b)
    case = casework.received(b)
    choose(b, "digest")
    messages.write(case, text="明天带章程来。", by=b.clerk_a, at=b.at)
    assert not Notice.objects.inbox(b.citizen).filter(kind=CHOSEN).exists()
    assert digests.gather(at=MORNING) == 2
    sms = Notice.objects.get(kind="digest", channel="sms")
    assert sms.address == casework.PERSON.phone and sms.responsible == b.clerk_a


def test_the_database_refuses_a_folded_notice_without_a_digest(b):
    choose(b, "digest")
    held = queue(b)
    with pytest.raises(DatabaseError), transaction.atomic():
        Notice.objects.filter(pk=held.pk).update(digest=held)
