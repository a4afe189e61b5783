"""寄来、传来的申请：怎样来的、哪一天到的，五个工作日从那一天算；有纸的照样一手一手交，网上的率里不算。"""

import datetime

import pytest
from django.urls import reverse

from approvals.actions import intake
from approvals.models import Case
from approvals.rules import goes_at_once
from approvals.rules.exchange import CHANNELS
from approvals.rules.materials import Brought, as_sent
from office.notices.models import Notice
from office.papers.models import Paper
from office.steps import NotNow
from office.workdays.rules import local
from portal import online
from tests import casework
from tests.makers import moment, sign_in
from tests.portal.desks import at_desk, ready, said

TUESDAY = moment("2026-03-10 10:00")


@pytest.fixture
def b(bureau):
    return ready(bureau)


def posted(b, at, arrived, channel="4", **more):
    return casework.received(b, at, channel=channel, arrived=arrived, **more)


@pytest.mark.clause("Z1", "C6")
def test_the_five_days_run_from_the_day_it_arrived(bureau):
    b = casework.item_with_guide(bureau)
    case = posted(b, TUESDAY, datetime.date(2026, 3, 6))
    clock = case.clocks.get(kind="notice")
    assert local(case.received_at).date() == datetime.date(2026, 3, 6) == local(clock.started_at).date()
    assert clock.due_at == moment("2026-03-14 00:00"), "周五到的，算到下周五"
    today = posted(b, TUESDAY, TUESDAY.date(), channel="6")
    assert today.received_at == TUESDAY
    with pytest.raises(NotNow, match="今天以后"):
        posted(b, TUESDAY, datetime.date(2026, 3, 11))
    with pytest.raises(NotNow, match="告知期限已经过了"):
        posted(b, TUESDAY, datetime.date(2026, 3, 2))
    posted(b, TUESDAY, datetime.date(2026, 3, 3))
    window = casework.received(b, TUESDAY, arrived=datetime.date(2026, 3, 6))
    assert window.received_at == TUESDAY, "当面交的就是此刻"


def test_the_receipt_and_the_text_say_how_it_came(bureau):
    b = casework.item_with_guide(bureau)
    case = posted(b, TUESDAY, datetime.date(2026, 3, 9))
    told = Paper.objects.about(case).of_kind("receipt").get().context
    assert (told["came_by"], told["received"]) == ("信函（邮寄、快递）", "2026年3月9日")
    text = Notice.objects.get(kind="case.received", channel="sms").body
    assert "用信函（邮寄、快递）提出的申请已于2026年3月9日收到" in text and case.query_code in text


def test_what_came_is_noted_as_it_came():
    asked = Brought(1, 1)
    assert (as_sent(asked, "4").originals, as_sent(asked, "4").way) == (1, "post")
    assert (as_sent(asked, "5").originals, as_sent(asked, "5").copies, as_sent(asked, "5").way) == (0, 2, "fax")
    assert as_sent(asked, "6").form == "electronic"
    assert as_sent(asked, "1") == asked


@pytest.mark.clause("Z14")
def test_outside_a_fax_and_a_mail_are_other_ways():
    assert CHANNELS == {"5": "9", "6": "9"}, "A.5：4 快递，9 其他"


@pytest.mark.clause("C6")
def test_letters_and_faxes_are_paper_and_go_from_hand_to_hand(b):
    far = b.stranger_unit
    for channel, at_once in (("4", False), ("5", False), ("6", True), ("2", True)):
        case = casework.received(b, channel=channel, user=None)
        assert goes_at_once(case, b.window, far) is at_once, channel
    assert far.place != b.window.place


@pytest.mark.clause("D11")
def test_a_letter_counts_as_accepted_but_not_as_online(b):
    for channel in ("1", "2", "4", "6"):
        case = casework.received(b, channel=channel)
        intake.check_materials(case, checks={"application": casework.OK, "proof": casework.OK}, by=b.clerk_a, at=b.at)
        intake.accept(case, by=b.clerk_a, at=b.at)
    hour = datetime.timedelta(hours=1)
    (row,) = online.figures(Case.objects.all(), "agency", b.at - hour, b.at + hour)
    assert (row.accepted, row.online) == (4, 1)
    assert Case.objects.at_windows().count() == 3


@pytest.mark.clause("D8")
def test_the_desk_chooses_how_it_came_and_both_sides_see_it(b, client):
    at_desk(client, b.clerk_a)
    told = {
        "kind": "person", "name": "赵申请", "id_number": "11010519491231002X", "phone": "13800000001",
        "unit": b.window.code, "provided": ["application", "proof"], "key": "x",
    }  # fmt: skip
    url = reverse("desk:receive", args=[b.item.code])
    late = (b.at + datetime.timedelta(days=2)).date().isoformat()
    page = said(client.post(url, {**told, "channel": "4", "arrived": late}))
    assert "到达的日期不能在今天以后" in page and '<details class="disclose" open>' in page
    client.post(url, {**told, "channel": "4"})
    case = Case.objects.get()
    assert case.channel == "4" and case.materials.get(material__key="proof").way == "post"
    assert "信函（邮寄、快递）" in said(client.get(reverse("desk:case", args=[case.number])))
    client.post(url, {**told, "key": "y", "arrived": late, "again": "另一件。"})
    assert Case.objects.latest("pk").channel == "1", "没有选的就是窗口，日期不算"
    Case.objects.filter(pk=case.pk).update(user=b.citizen)
    sign_in(client, b.citizen)
    track = said(client.get(reverse("hall:track-case", args=[case.number])))
    assert "申请怎样来的" in track and "信函" in track
