"""综合窗口收的纸质联办：承办的是别的机关、又不在中心的，经它的本级受理点清单转办，办完原路回来；不出错，不卡期限。"""

import datetime

import pytest
from django.urls import reverse

from agencies.models import Unit
from agencies.states import Level
from approvals.actions import deadlines, handover
from approvals.models import Joint
from office.papers import actions as papers
from tests import casework, makers
from tests.approvals import levels, together
from tests.approvals.test_joints import accept, grant
from tests.portal.desks import at_desk, ready

pytestmark = [pytest.mark.django_db, pytest.mark.clause("C1", "C2", "D9")]
DAY = datetime.timedelta(days=1)
PERSON = {"kind": "person", "name": "赵申请", "id_number": "11010519491231002X", "phone": "13800000001"}


@pytest.fixture
def b(bureau, client):
    """市局窗口收的纸质件：遂溪有自己的窗口，徐闻没有，第四个是市里另一个机关的。"""
    b = together.matter(ready(bureau))
    for one, region in ((b.stranger_agency, "440823"), (b.parts[2].item.agency, "440825")):
        one.region_code = region
        one.save()
    peer = makers.agency("ga", name="湛江市示例局(示范)", paper_prefix="湛示")
    b.parts.append(together.part(b, "joint-ga", peer, **together.section(b, peer, "ga-affairs")))
    together.JointItem.objects.create(matter=b.matter, item=b.parts[3].item, position=4, step=1)
    for one in b.parts:
        one.item.audiences = ["1"]
        one.item.save()
    at_desk(client, b.clerk_a)
    chosen = "&".join(f"item={one.item.code}" for one in b.parts)
    url = f"{reverse('desk:receive-joint', args=[b.matter.code])}?{chosen}"
    assert client.post(url, {**PERSON, "key": "abc", "all": "1"}).status_code == 302
    b.cases = together.branches(Joint.objects.get())
    return b


def sign_over(b, giver, taker, sender, receiver):
    """列清单、签出、签收。"""
    batch = handover.draw_up(from_unit=giver, to_unit=taker, day=b.at.date(), by=sender, at=b.at)
    handover.sign_out(batch, by=sender, at=b.at)
    handover.sign_in_all(batch, by=receiver, at=b.at)


def ways(b):
    """每一件从综合窗口怎样走：经过谁、各由谁签。"""
    window, sx = (b.window, b.clerk_a), (b.stranger_unit, b.stranger)
    sections = [(case.section, part.reviewer) for case, part in zip(b.cases, b.parts, strict=True)]
    return [[window, sections[0]], [window, sx, sections[1]], [window, sections[2]], [window, sections[3]]]


def test_each_branch_reaches_its_section_by_its_own_desk_and_comes_back(b):
    for n, (case, way) in enumerate(zip(b.cases, ways(b), strict=True)):
        accept(b, case)
        units = [unit for unit, _who in way]
        assert case.intake_unit.way_to(case.section) == units
        hops = list(zip(way, way[1:], strict=False)) if n else []  # 进驻中心的随手就到
        for (giver, sender), (taker, receiver) in hops:
            levels.in_one_place(case)
            sign_over(b, giver, taker, sender, receiver)
        case.refresh_from_db()
        assert case.unit == case.section
        grant(b, n, case, b.at)
        for (taker, receiver), (giver, sender) in hops[::-1]:
            sign_over(b, giver, taker, sender, receiver)
        levels.in_one_place(case)
        assert case.unit == b.window
    papers.empty_tray(at=b.at, limit=200)
    for case in b.cases:
        casework.collected(case, b.clerk_a, b.at)


def test_deemed_accepted_goes_on_its_way_and_no_clock_is_stuck(b):
    deadlines.sweep(at=b.at + 30 * DAY)
    for case in b.cases:
        case.refresh_from_db()
        assert case.deemed and not case.clocks.filter(kind="notice", ended_at=None).exists()
    assert [levels.hands(case)[0].rpartition(":")[2] for case in b.cases] == ["signed_in", *["waiting"] * 3]
    assert [case.transfers.get().to_unit for case in b.cases[1:]] == [
        b.stranger_unit, b.cases[2].section, b.cases[3].section
    ]  # fmt: skip


def test_a_desk_below_climbs_only_as_high_as_the_section(b):
    """村收的别县的件：送到本县中心，再交给那个县的窗口；不绕到市里。"""
    county = levels.county(b, "xj")
    county.agency.region_code = "440881"
    county.agency.save()
    village = Unit.objects.get(pk=county.village.pk)
    sx = b.cases[1].section
    assert village.way_to(sx) == [county.village, county.town, county.window, b.stranger_unit, sx]
    assert sx.level == Level.COUNTY
    assert b.window.way_to(county.outside) == [b.window, county.window, county.outside]
