"""消息：申请人与经办人说得上话；限长、限量、只增不改；话里说不了“不”。"""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import DatabaseError, transaction

from approvals.actions import messages
from approvals.actions.files import BadUpload
from approvals.models import Message
from denials.actions import register
from office.journal.models import Entry
from office.notices.models import Notice
from office.steps import NotNow
from tests import casework
from tests.portal.hall_cast import PDF

DAY = datetime.timedelta(days=1)


@pytest.fixture
def b(bureau):
    return casework.item_with_guide(bureau)


def told(case, kind):
    return Notice.objects.about(case).filter(kind=kind)


@pytest.mark.clause("D15", "D8")
def test_both_sides_write_and_read(b):
    case = casework.received(b)
    first = messages.write(case, text="  章程明天补来可以吗？ ", by=b.citizen, at=b.at)
    assert (first.by_applicant, first.text, first.read_at) == (True, "章程明天补来可以吗？", None)
    assert told(case, "message.from_applicant").get().to == b.clerk_a
    assert list(Message.objects.waiting_for(b.clerk_b)) == [first]
    assert not Message.objects.waiting_for(b.reviewer).exists()
    messages.write(case, text="可以，明天带来就行。", by=b.clerk_a, at=b.at + DAY)
    first.refresh_from_db()
    assert (first.read_at, first.read_by) == (b.at + DAY, b.clerk_a)
    assert {n.channel for n in told(case, "message.to_applicant")} == {"inbox", "sms"}
    assert messages.read(case, by=b.citizen, at=b.at + DAY) == 1
    assert messages.read(case, by=b.citizen, at=b.at + DAY) == 0
    assert Entry.objects.about(case).filter(verb="approvals.case.message").count() == 2


def test_while_under_review_it_is_the_section_that_sees_it(b):
    case = casework.accepted(b)
    one = messages.write(case, text="请问还要多久？", by=b.system, at=b.at)
    assert list(Message.objects.waiting_for(b.reviewer)) == [one]
    assert told(case, "message.from_applicant").get().to == b.reviewer


@pytest.mark.parametrize("who", ["stranger", "other_citizen", "editor", "director"])
def test_nobody_else_writes_or_reads(b, who):
    case = casework.received(b)
    for deed in (
        lambda: messages.write(case, text="示例", by=getattr(b, who), at=b.at),
        lambda: messages.read(case, by=getattr(b, who), at=b.at),
    ):
        with pytest.raises(PermissionDenied):
            deed()


@pytest.mark.clause("Z3", "Z12")
@pytest.mark.parametrize("text", ["这个办不了。", "不 予 许可", "不歸我們管", "您去找别的单位"])
def test_the_office_cannot_refuse_by_message(b, text):
    case = casework.received(b)
    for quoting in (False, True):
        with pytest.raises(NotNow, match="拟否定报告|引导单"):
            messages.write(case, text=text, by=b.clerk_a, at=b.at, quoting=quoting)
    assert not Message.objects.exists() and not told(case, "message.to_applicant").exists()
    messages.write(case, text=text, by=b.citizen, at=b.at)  # 群众说什么都可以


@pytest.mark.clause("Z3")
def test_a_quotation_is_marked_for_the_citizen_and_shown_to_the_chief(b):
    case, text = casework.received(b), "您问的“不予许可”是另一件的结果。"
    with pytest.raises(NotNow, match="引用"):
        messages.write(case, text=text, by=b.clerk_a, at=b.at)
    made = messages.write(case, text=text, by=b.clerk_a, at=b.at, quoting=True)
    assert "不是对您申请的决定" in made.text and told(case, "wording.quoted").get().to == b.chief


@pytest.mark.clause("Z18")
def test_a_lawful_refusal_may_be_explained(b):
    case = casework.received(b)
    register.refuse_by_rule(case, basis=b.guide.bases.get(), refusal=casework.REFUSAL, by=b.clerk_a, at=b.at)
    assert (
        messages.write(case, text="不予受理的决定书已寄出。", by=b.clerk_a, at=b.at).text == "不予受理的决定书已寄出。"
    )


# 限制 -----------------------------------------------------------------


def test_length_rate_and_time_are_limited(b):
    case = casework.received(b)
    for text, why in ((" ", "写几个字"), ("字" * 1001, "最多 1000 字")):
        with pytest.raises(NotNow, match=why):
            messages.write(case, text=text, by=b.citizen, at=b.at)
    for _time in range(5):
        messages.write(case, text="请问？", by=b.citizen, at=b.at)
    with pytest.raises(NotNow, match="没有人读"):
        messages.write(case, text="请问？", by=b.citizen, at=b.at)
    for _time in range(20):
        messages.write(case, text="收到。", by=b.clerk_a, at=b.at)
    with pytest.raises(NotNow, match="太多"):
        messages.write(case, text="收到。", by=b.clerk_a, at=b.at)
    messages.write(case, text="收到。", by=b.clerk_a, at=b.at + DAY)


def test_attachments_follow_the_rules_of_uploads(b):
    case = casework.received(b)
    made = messages.write(case, text="章程在这里。", by=b.citizen, at=b.at, attached=[("章程.pdf", ContentFile(PDF))])
    assert made.uploads.get().case == case
    with pytest.raises(BadUpload), transaction.atomic():
        messages.write(case, text="看看。", by=b.citizen, at=b.at, attached=[("x.exe", ContentFile(b"MZ"))])
    with pytest.raises(NotNow, match="3 个文件"):
        messages.write(case, text="看看。", by=b.citizen, at=b.at, attached=[("a.pdf", ContentFile(PDF))] * 4)
    assert Message.objects.count() == 1


def test_what_was_said_stays(b):
    made = messages.write(casework.received(b), text="请问？", by=b.citizen, at=b.at)
    for change in ({"text": "改过的"}, {"by_applicant": False}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Message.objects.filter(pk=made.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Message.objects.all().delete()
