"""重复申请：窗口收件、网上提交时提醒；写明为什么照样收；别人的一件也不透露。"""

import datetime

import pytest
from django.core.cache import cache
from django.urls import reverse

from approvals.actions import duplicates
from approvals.models import Case, Draft, Duplicate
from denials.actions import ladder
from office import identity
from office.journal.models import Entry
from tests import casework
from tests.makers import sign_in
from tests.portal.desks import at_desk, ready, said
from tests.portal.hall_cast import filled, go, online

NUMBER = "11010519491231002X"
DAY = datetime.timedelta(days=1)


def receive(client, b, **more):
    page = reverse("desk:receive", args=[b.item.code])
    form = client.get(page).context
    told = {"kind": "person", "name": "赵申请", "id_number": NUMBER, "phone": "13800000001", "channel": "1"}
    told |= {"unit": b.window.code, "key": form["handed"]["key"].value(), "provided": ["application"]}
    return client.post(page, told | more)


@pytest.mark.clause("S5")
def test_the_window_is_warned_and_goes_on_with_a_reason(bureau, client):
    b = ready(bureau)
    first = casework.received(b)
    at_desk(client, b.clerk_a)
    shown = receive(client, b, key="twice")
    assert "同一事项已有一件" in said(shown) and first.number in said(shown) and 'value="赵申请"' in said(shown)
    assert Case.objects.count() == 1
    receive(client, b, key="twice", again="另一处房子的，与上一件不同。")
    receive(client, b, key="twice", again="另一处房子的，与上一件不同。")
    case = Case.objects.exclude(pk=first.pk).get()
    row = Duplicate.objects.get()
    assert (row.case, row.other, row.by) == (case, first, b.clerk_a)
    assert Entry.objects.about(case).filter(verb="approvals.case.go_on_with_duplicate").count() == 1
    page = said(client.get(reverse("desk:case", args=[case.number])))
    assert first.number in page and "另一处房子的" in page


@pytest.mark.clause("S5")
def test_pressing_twice_is_no_duplicate_of_itself(bureau, client):
    b = ready(bureau)
    at_desk(client, b.clerk_a)
    receive(client, b, key="once")
    assert receive(client, b, key="once").status_code == 302 and Case.objects.count() == 1


@pytest.mark.clause("S5")
def test_what_counts(bureau):
    b = ready(bureau)
    indexes = identity.indexes(NUMBER)
    told = {"id_indexes": indexes, "to": b.clerk_a}
    assert duplicates.known(b.item, **told, at=b.at) is None
    ladder.sanction(casework.with_deputy(b), text="核准。", possible="补齐。", by=b.deputy, at=b.at + 2 * casework.HOUR)
    assert duplicates.known(b.item, **told, at=b.at + DAY) is None, "不予以后再来，是他的权利"
    case = casework.granted(b)
    assert duplicates.known(b.item, **told, at=b.at) == case, "近来办结的"
    assert duplicates.known(b.item, **told, at=b.at + 91 * DAY) is None, "过了九十天的不提"
    assert duplicates.known(b.item, id_indexes=[""], to=b.clerk_a, at=b.at) is None
    assert duplicates.known(b.item, id_indexes=indexes, to=b.stranger, at=b.at) is None, "别的单位看不见的不说"
    later = casework.received(b)
    assert duplicates.known(b.item, **told, at=b.at) == later, "在办的在先"


@pytest.mark.clause("S5", "D11")
def test_only_a_persons_own_case_is_shown_before_submitting(bureau, client):
    cache.clear()
    b = online(bureau)
    anothers = casework.received(b, user=None)
    sign_in(client, b.citizen)
    draft = filled(client, b)
    assert draft.user == b.citizen
    client.post(go(draft, "submit"))
    case = Case.objects.exclude(pk=anothers.pk).get()
    assert not Duplicate.objects.exists(), "同一个证件号码，别人账号下的不说"
    again = filled(client, b)
    shown = said(client.post(go(again, "submit")))
    assert "您已经申请过这个事项" in shown and case.number in shown and anothers.number not in shown
    assert Case.objects.count() == 2
    assert "请写明为什么还要办这一件" in said(client.post(go(again, "submit"), {"again": " "}))
    client.post(go(again, "submit"), {"again": "另一家分会的。"})
    client.post(go(again, "submit"), {"again": "另一家分会的。"})
    row = Duplicate.objects.get()
    assert row.other == case and row.why == "另一家分会的。" and Case.objects.count() == 3
    assert Draft.objects.get(pk=again.pk).case == row.case


@pytest.mark.clause("S5")
def test_without_an_account_nothing_is_told(bureau, client):
    cache.clear()
    b = online(bureau)
    for _n in range(2):
        client.post(go(filled(client, b), "submit"))
    assert Case.objects.count() == 2 and not Duplicate.objects.exists()
