"""通知怎样收，在“我的”和工作台上选。"""

import pytest
from django.urls import reverse

from office.notices import actions as notices
from office.notices import digests
from office.notices.kinds import kinds_for
from office.notices.models import Notice, NoticePreference
from tests import casework
from tests.makers import moment, sign_in
from tests.portal.desks import ready, said


@pytest.fixture
def b(bureau):
    return ready(bureau)


def paces(audience, **changed):
    told = {kind.code.replace(".", "-"): "at_once" for kind in kinds_for(audience) if not kind.mandatory}
    return {**told, **changed}


@pytest.mark.parametrize(("who", "page", "audience", "kind"), [
    ("citizen", "hall:notice-paces", "citizen", "enquiry.answered"),
    ("clerk_a", "desk:notice-paces", "staff", "denials.sheet"),
    ("chief", "desk:notice-paces", "staff", "denials.sheet"),
])  # fmt: skip
def test_people_choose_for_themselves(b, client, who, page, audience, kind):
    sign_in(client, getattr(b, who))
    shown = said(client.get(reverse(page)))
    assert "这些一律即时" in shown and 'name="case-accepted"' not in shown and 'name="case-flag"' not in shown
    told = paces(audience, **{kind.replace(".", "-"): "digest"})
    client.post(reverse(page), {**told, "case-accepted": "off", "case-flag": "off"})
    chosen = NoticePreference.objects.get()
    assert (chosen.user, chosen.kind, chosen.pace) == (getattr(b, who), kind, "digest")
    assert client.post(reverse(page), {**told, kind.replace(".", "-"): "never"}).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_a_digest_in_the_inbox_links_each_case(b, client, rows, django_assert_num_queries):
    digests.choose(b.citizen, paces={"message.to_applicant": "digest"}, by=b.citizen, at=b.at)
    cases = [casework.received(b) for _row in range(rows)]
    for case in cases:
        notices.queue(
            "message.to_applicant", about=case, to=b.citizen, subject="经办人留言", body="示例",
            responsible=b.clerk_a, by=b.system, at=moment("2026-03-02 09:00"),
        )  # fmt: skip
    digests.gather(at=b.at)
    sign_in(client, b.citizen)
    client.get(reverse("hall:inbox"))
    with django_assert_num_queries(6):
        page = said(client.get(reverse("hall:inbox")))
    assert f"消息摘要：{rows} 条" in page and all(reverse("hall:track-case", args=[c.number]) in page for c in cases)
    assert Notice.objects.inbox(b.citizen).count() == 1
