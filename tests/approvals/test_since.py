"""审查意见提出以后又有的：逐条摆在决定的人面前，他退回重审；审查的人自己记的不算。"""

import datetime

import pytest
from django.urls import reverse

from approvals.actions import parties, review
from approvals.actions.since import added
from tests import casework
from tests.makers import sign_in

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def b(bureau):
    return casework.item_with_guide(bureau)


def state(b, case, by, at):
    told = {"who": "赵申请", "standing": "applicant", "stated_at": at, "place": "民政窗口", "signer": "赵申请"}
    return parties.hear(case, **told, text="请考虑。", evidence="", by=by, at=at)


@pytest.mark.clause("D8")
def test_what_came_after_the_opinion_lies_before_the_decider(b, client):
    case, later = casework.reviewed(b), b.at + HOUR
    page = reverse("desk:case-grant", args=[case.number])
    sign_in(client, b.chief)
    assert added(case) == [] and "审查意见提出以后又有" not in client.get(page).content.decode()
    state(b, case, b.clerk_a, later)
    case.materials.filter(material__key="proof").update(received_at=later)
    assert {words for words, _at in added(case)} == {"材料“示例证明”", "赵申请的陈述申辩"}
    shown = client.get(page).content.decode()
    assert "赵申请的陈述申辩" in shown and reverse("desk:case-return-for-review", args=[case.number]) in shown
    review.return_for_review(case, reason="请看陈述。", by=b.chief, at=later)
    case.refresh_from_db()
    review.give_opinion(case, opinion="pass", text="看过了。", by=b.reviewer, at=later + HOUR)
    case.refresh_from_db()
    assert added(case) == []


@pytest.mark.clause("D8")
def test_what_the_examiner_recorded_himself_is_no_change(b):
    case = casework.reviewed(b)
    state(b, case, b.reviewer, b.at + HOUR)
    assert added(case) == []
