"""文书与通知在队列里:负责人看得到没送出去的并能重发,别人看不到。"""

import pytest
from django.urls import reverse

from office.notices import actions as notices
from office.notices import channels
from office.notices.models import Notice
from office.notices.states import NoticeState
from office.papers import actions as papers
from tests import makers
from tests.office.paper_samples import SAMPLES

AT = makers.moment("2026-11-21 10:00")


@pytest.fixture
def chief(db):
    return makers.user("chief", "吴假定", is_staff=True)


@pytest.fixture
def failed(chief):
    notice = notices.queue(
        "accepted",
        about=chief,
        to=None,
        channel="sms",
        address="",
        subject="您的申请已受理",
        body="……",
        responsible=chief,
        by=chief,
        at=AT,
    )
    for _ in range(notices.MOST_ATTEMPTS):
        notices.deliver(at=notice.next_try_at, limit=1)
        notice.refresh_from_db()
    assert notice.state == NoticeState.FAILED
    return notice


LIST = "admin:office_notice_changelist"


def resend(client, notice):
    return client.post(reverse(LIST), {"action": "resend", "_selected_action": [notice.pk]}, follow=True)


def test_the_responsible_person_sees_and_resends(client, chief, failed, monkeypatch):
    makers.sign_in(client, chief)
    page = client.get(reverse(LIST))
    assert "您的申请已受理" in page.content.decode()
    assert "NoAddress" in page.content.decode()
    assert "已重新排队" in resend(client, failed).content.decode()
    monkeypatch.setattr(channels, "_address", lambda notice: "13800000009")
    failed.refresh_from_db()
    assert notices.deliver(at=failed.next_try_at, limit=1) == 1


def test_others_do_not_see_it(client, failed):
    makers.sign_in(client, makers.user("other", "陈样板", is_staff=True))
    assert "您的申请已受理" not in client.get(reverse(LIST)).content.decode()
    resend(client, failed)
    assert Notice.objects.get().state == NoticeState.FAILED


def test_papers_are_read_only_and_for_auditors(client, chief):
    paper = papers.order(
        "promise", about=chief, context=SAMPLES["promise"], issuer="zj", prefix="湛民", by=chief, at=AT
    )
    makers.sign_in(client, chief)
    assert client.get(reverse("admin:office_paper_changelist")).status_code == 403
    assert client.get(reverse("admin:office_paper_delete", args=[paper.pk])).status_code in (403, 302)
