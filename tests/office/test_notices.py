"""通知:写下就不丢,送不出去会退避、会放弃、会叫人。"""

import datetime
import logging

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import transaction

from office.notices import actions, channels
from office.notices.models import Notice
from office.notices.states import NoticeState
from office.steps import NotNow
from tests import makers

AT = makers.moment("2026-11-21 10:00")
SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.fixture
def cast(db):
    return {
        "clerk": makers.user("clerk", "李演示"),
        "chief": makers.user("chief", "吴假定"),
        "citizen": makers.citizen("zhao", "赵虚构", email="zhao@example.invalid", phone="13800000001"),
    }


def queue(cast, channel="inbox", **fields):
    told = {
        "about": cast["clerk"],
        "to": cast["citizen"],
        "subject": "您的申请已受理",
        "body": "赵虚构您好，电话13800000001登记的申请已受理。",
        "responsible": cast["chief"],
        "by": cast["clerk"],
        "at": AT,
    }
    return actions.queue("accepted", channel=channel, **{**told, **fields})


class Broken:
    def send(self, **message):
        raise ConnectionError(f"网关拒绝 {message['number']} zhao@example.invalid")


@pytest.fixture
def broken(monkeypatch):
    monkeypatch.setattr(channels, "LoggingGateway", Broken)


def test_inbox_is_visible_at_once_newest_first(cast):
    first = queue(cast)
    second = queue(cast, at=AT + datetime.timedelta(minutes=1))
    queue(cast, "sms")
    assert list(Notice.objects.inbox(cast["citizen"])) == [second, first]
    assert not Notice.objects.inbox(cast["chief"]).exists()


def test_reading_marks_only_ones_own_inbox(cast):
    queue(cast)
    other = queue(cast, to=cast["chief"])
    assert actions.read(cast["citizen"], at=AT) == 1
    assert actions.read(cast["citizen"], at=AT) == 0
    other.refresh_from_db()
    assert other.read_at is None


def test_a_rolled_back_deed_leaves_no_notice(cast):
    with transaction.atomic():
        queue(cast)
        transaction.set_rollback(True)
    assert not Notice.objects.exists()


def test_email_goes_to_the_users_address_once(cast):
    notice = queue(cast, "email")
    assert actions.deliver(at=AT, limit=10) == 1
    assert actions.deliver(at=AT, limit=10) == 0
    assert [(m.to, m.subject) for m in mail.outbox] == [(["zhao@example.invalid"], "您的申请已受理")]
    notice.refresh_from_db()
    assert (notice.state, notice.sent_at) == (NoticeState.SENT, AT)


def test_an_explicit_address_wins_and_is_encrypted(cast):
    notice = queue(cast, "email", to=None, address="agent@example.invalid")
    actions.deliver(at=AT, limit=10)
    assert mail.outbox[0].to == ["agent@example.invalid"]
    raw = Notice.objects.raw("SELECT id, address AS told FROM office_notice WHERE id = %s", [notice.pk])[0].told
    assert "agent" not in raw


def test_sms_log_hides_number_and_text(cast, caplog):
    queue(cast, "sms")
    with caplog.at_level(logging.INFO):
        assert actions.deliver(at=AT, limit=10) == 1
    lines = [r.getMessage() for r in caplog.records if r.name == "office.sms"]
    assert len(lines) == 1 and "138****0001" in lines[0]
    assert "13800000001" not in caplog.text
    assert "赵虚构" not in caplog.text


def test_back_off_then_give_up_and_tell_the_responsible_person(cast, broken):
    notice = queue(cast, "sms")
    waits, at = [], AT
    for _ in range(5):
        assert actions.deliver(at=at, limit=5) == 0
        notice.refresh_from_db()
        assert notice.state == NoticeState.QUEUED
        waits.append((notice.next_try_at - at).total_seconds() / 60)
        assert actions.deliver(at=notice.next_try_at - datetime.timedelta(seconds=1), limit=5) == 0
        at = notice.next_try_at
    assert waits == [1, 5, 15, 60, 240]
    actions.deliver(at=at, limit=5)
    notice.refresh_from_db()
    assert (notice.state, notice.attempts, notice.failed_at) == (NoticeState.FAILED, 6, at)
    assert list(Notice.objects.failed_for(cast["chief"])) == [notice]
    assert not Notice.objects.failed_for(cast["clerk"]).exists()


def test_the_recorded_error_hides_the_address(cast, broken):
    notice = queue(cast, "sms")
    actions.deliver(at=AT, limit=5)
    notice.refresh_from_db()
    assert "网关拒绝 138****0001 ***@example.invalid" in notice.last_error


def fail(notice):
    for _ in range(actions.MOST_ATTEMPTS):
        notice.refresh_from_db()
        actions.deliver(at=notice.next_try_at, limit=5)
    notice.refresh_from_db()
    assert notice.state == NoticeState.FAILED


def test_resend_starts_the_six_attempts_again(cast, monkeypatch):
    notice = queue(cast, "sms", to=None, address="13800000009")
    with monkeypatch.context() as patched:
        patched.setattr(channels, "LoggingGateway", Broken)
        fail(notice)
    later = AT + datetime.timedelta(days=1)
    actions.resend(notice, by=cast["chief"], at=later)
    assert actions.deliver(at=later, limit=5) == 1
    notice.refresh_from_db()
    assert notice.state == NoticeState.SENT


def test_only_the_responsible_resends_and_only_what_failed(cast, broken):
    notice = queue(cast, "sms")
    with pytest.raises(NotNow):
        actions.resend(notice, by=cast["chief"], at=AT)
    fail(notice)
    with pytest.raises(PermissionDenied):
        actions.resend(notice, by=cast["citizen"], at=AT)


def test_nobody_without_an_address_blocks_the_others(cast):
    without = queue(cast, "email", to=cast["chief"])
    queue(cast, "email")
    assert actions.deliver(at=AT, limit=10) == 1
    without.refresh_from_db()
    assert "NoAddress" in without.last_error


def test_a_cancelled_notice_is_neither_sent_nor_shown(cast):
    notice = queue(cast, to=cast["chief"])
    actions.cancel(notice, by=cast["clerk"], at=AT)
    assert actions.deliver(at=AT, limit=10) == 0
    assert not Notice.objects.inbox(cast["chief"]).exists()


def test_sent_but_not_recorded_is_sent_again(cast, monkeypatch):
    """至少一次:送完还没记下就出错,会再送。"""
    queue(cast, "email")
    take = actions.take
    with monkeypatch.context() as patched:
        patched.setattr(actions, "take", lambda *a, **k: (_ for _ in ()).throw(ConnectionError("断了")))
        assert actions.deliver(at=AT, limit=5) == 0
    assert actions.take is take
    assert actions.deliver(at=AT + datetime.timedelta(minutes=1), limit=5) == 1
    assert len(mail.outbox) == 2


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("13800000001", "138****0001"),
        ("zhao@example.invalid 不存在", "***@example.invalid 不存在"),
        ("0759-0000001", "0759-****"),
        ("第12条", "第12条"),
    ],
)
def test_masking(text, shown):
    assert channels.masked(text) == shown
