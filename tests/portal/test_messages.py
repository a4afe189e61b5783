"""消息走真的页面：进度页上留言，工作台上看到、回话，附件下得来，网页代码不起作用。"""

import datetime

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from approvals.actions import messages
from approvals.models import Enquiry, Message
from office.notices.models import Notice
from office.workdays import calendar
from tests import casework
from tests.makers import moment, sign_in
from tests.portal.desks import ready, said
from tests.portal.hall_cast import PDF, found


@pytest.fixture
def b(bureau):
    cache.clear()
    return ready(bureau)


@pytest.mark.clause("D15", "D8")
def test_written_without_an_account_seen_and_answered_at_the_desk(b, client):
    case = casework.received(b, user=None)
    found(client, case)
    thread = reverse("hall:messages", args=[case.number])
    file = SimpleUploadedFile("章程.pdf", PDF)
    client.post(thread, {"text": "<script>alert(1)</script>章程补来了。", "files": file})
    one = Message.objects.get()
    page = said(client.get(thread))
    assert "&lt;script&gt;" in page and "<script>alert" not in page and "未读" in page
    upload = reverse("hall:file", args=[one.uploads.get().pk])
    assert client.get(upload).status_code == 200
    sign_in(client, b.clerk_a)
    page = said(client.get(reverse("desk:today")))
    assert "章程补来了" in page and "等您看" in page
    tab = reverse("desk:case-messages", args=[case.number])
    assert "章程补来了" in said(client.get(tab)) and client.get(upload).status_code == 200
    send = reverse("desk:case-message-send", args=[case.number])
    page = said(client.post(send, {"text": "办不了，别来了。"}))
    assert "拟否定报告" in page and "办不了，别来了。" in page and Message.objects.count() == 1
    client.post(send, {"text": "收到，明天受理。"})
    assert "等您看" not in said(client.get(reverse("desk:today")))
    client.logout()
    found(client, case)
    page = said(client.get(reverse("hall:track-case", args=[case.number])))
    assert '<b class="count">新</b>' in page
    assert "收到，明天受理" in said(client.get(thread)) and "已读" in said(client.get(thread))
    client.post(reverse("hall:messages-read", args=[case.number]))
    assert not Message.objects.unread().exists()


def test_marked_as_read_at_the_desk(b, client):
    case = casework.received(b)
    messages.write(case, text="请问？", by=b.citizen, at=b.at)
    sign_in(client, b.clerk_a)
    client.post(reverse("desk:case-message-read", args=[case.number]))
    assert not Message.objects.unread().exists()


def test_a_wrong_file_is_refused_and_the_words_stay(b, client):
    case = casework.received(b)
    found(client, case)
    answer = client.post(
        reverse("hall:messages", args=[case.number]), {"text": "看看。", "files": SimpleUploadedFile("x.exe", b"MZ")}
    )
    assert "不是 PDF" in said(answer) and "看看。" in said(answer) and not Message.objects.exists()


def test_strangers_see_neither_thread_nor_file(b, client):
    case = casework.received(b)
    made = messages.write(case, text="请问？", by=b.citizen, at=b.at)
    for person in (None, b.other_citizen):
        if person:
            sign_in(client, person)
        assert client.get(reverse("hall:messages", args=[case.number])).status_code == 404
    assert made.text == "请问？"


@pytest.mark.parametrize("rows", [1, 3])
def test_pages_cost_the_same_for_one_and_three(b, client, rows, django_assert_max_num_queries):
    case = casework.received(b)
    for _row in range(rows):
        messages.write(case, text="请问？", by=b.citizen, at=b.at)
    url = found(client, case) + "messages/"
    client.get(url)
    with django_assert_max_num_queries(7):
        client.get(url)
    sign_in(client, b.clerk_a)
    tab = reverse("desk:case-messages", args=[case.number])
    client.get(tab)
    calendar.forget()
    with django_assert_max_num_queries(23):
        client.get(tab)


@pytest.mark.clause("D15")
def test_the_desk_does_not_see_the_query_code_in_what_was_sent(b, client):
    case = casework.received(b, channel="2")
    assert Notice.objects.about(case).filter(body__contains=case.query_code).exists()
    sign_in(client, b.clerk_a)
    tab = said(client.get(reverse("desk:case-messages", args=[case.number])))
    assert "查询码 ******" in tab and case.query_code not in tab and case.number in tab


@pytest.mark.clause("D15")
def test_what_nobody_reads_for_a_working_day_becomes_an_enquiry(b, client):
    """周五下午的留言到周一过完还没有人看：系统转成询问，起期限、有人答；只转一次，看过的不转。"""
    friday, monday = moment("2026-03-06 15:00"), moment("2026-03-10 00:00")
    case, other = casework.received(b, friday), casework.received(b, friday)
    for text in ("要不要原件？", "几点下班？"):
        messages.write(case, text=text, by=b.citizen, at=friday)
    messages.write(other, text="谢谢。", by=b.citizen, at=friday)
    messages.read(other, by=b.clerk_a, at=friday)
    assert messages.sweep(at=monday - datetime.timedelta(minutes=1)) == 0
    assert (messages.sweep(at=monday), messages.sweep(at=monday)) == (1, 0)
    one = Enquiry.objects.get()
    assert (one.case, one.kind, one.channel, one.asked_by) == (case, "other", "message", b.system)
    assert one.text == "要不要原件？\n几点下班？" and one.owner == b.clerk_a and one.clocks.running().exists()
    later = messages.write(case, text="还在等。", by=b.citizen, at=monday)
    sign_in(client, b.clerk_a)
    tab = reverse("desk:case-messages", args=[case.number])
    assert "转成询问，按期限答复" in said(client.get(tab))
    answer = client.post(reverse("desk:case-message-enquiry", args=[case.number]))
    assert answer.url == reverse("desk:enquiry", args=[one.pk]), "已经有一件在答，并进去"
    later.refresh_from_db()
    assert later.enquiry == one and Enquiry.objects.count() == 1
    here = said(client.get(answer.url))
    assert "后来又说" in here and "还在等。" in here and "申请人又有留言" in here
    assert Notice.objects.filter(to=one.owner, subject="申请人又有留言，请一并答复").count() == 1
    assert "转成询问，按期限答复" not in said(client.get(tab)), "都转了，只等答复"
    messages.write(case, text="原件？", by=b.citizen, at=monday + datetime.timedelta(minutes=1))
    client.post(reverse("desk:case-message-enquiry", args=[case.number]))
    added = [row.text for row in client.get(answer.url).context["added"]]
    assert added == ["还在等。", "原件？"], "前面有过的话，后来再说也照样看得到"
    client.post(reverse("desk:enquiry-reply", args=[one.pk]), {"reply-text": "五点半下班，要原件。"})
    assert not case.messages.filter(read_at=None).exists(), "答复了，就是看过了"
    newer = messages.write(case, text="星期六开不开门？", by=b.citizen, at=monday)
    client.post(reverse("desk:case-message-enquiry", args=[case.number]))
    newer.refresh_from_db()
    assert newer.enquiry != one and newer.enquiry.asked_by == b.clerk_a, "谁转的，记谁"
