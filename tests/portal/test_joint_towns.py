"""一件事由综合窗口收，其中有先由镇街调查的：申请人选住在哪个镇街，那几个事项先去那里，别的照旧。"""

import pytest
from django.core.cache import cache
from django.urls import reverse

from approvals.actions import intake, joints, review
from approvals.models import Joint, JointDraft
from catalog.models import JointItem, JointMatter
from office.steps import NotNow
from office.workdays import clock
from tests import casework
from tests.approvals import levelled, levels, together
from tests.portal.desks import at_desk, said
from tests.portal.hall_cast import go
from tests.portal.test_joint_intake import told

pytestmark = pytest.mark.clause("C1", "C2", "D8")


@pytest.fixture
def c(bureau):
    """县中心的一件事两个事项：一个先由镇调查，一个只由县里审；两个镇都收。"""
    cache.clear()
    bureau.at = clock.now()
    c = levelled.county(bureau)
    steps = {"special_procedures": [levelled.PUBLICITY], "review_steps": levelled.TOWN_FIRST}
    casework.item_with_guide(c, "lj-joint", window=c.window, desks=[c.town, c.guest], **steps)
    c.matter = JointMatter.objects.create(
        code="aid-both", name="示例帮扶一件事", summary="一次办两样。", lead=c.section, window=c.window
    )
    c.first, c.plain = c.item, c.aid_guide.item
    for n, item in enumerate((c.first, c.plain), 1):
        item.audiences = ["1"]
        item.save()
        JointItem.objects.create(matter=c.matter, item=item, position=n, step=1)
    return c


def receiving(c):
    return f"{reverse('desk:receive-joint', args=[c.matter.code])}?item={c.first.code}&item={c.plain.code}"


def branches(joint):
    return {case.item.code: case for case in joint.branches.all()}


def test_at_the_window_the_town_is_asked_and_only_that_branch_goes_there(c, client):
    at_desk(client, c.clerk_of_window)
    here = receiving(c)
    shown = said(client.get(here))
    assert "住在哪个镇街" in shown
    assert "城关镇咨询受理部" in shown
    assert "请选择住在哪个镇街" in said(client.post(here, told(provided=[])))
    assert not Joint.objects.exists()
    client.post(here, told(provided=[], desk=c.guest.code))
    cases = branches(Joint.objects.get())
    first, plain = cases[c.first.code], cases[c.plain.code]
    assert (first.intake_unit, first.town, first.examiner) == (c.window, c.guest, c.guest)
    assert (plain.town, plain.examiner) == (None, None)
    for case in (first, plain):
        keys = case.materials.values_list("material__key", flat=True)
        intake.check_materials(case, checks=dict.fromkeys(keys, casework.OK), by=c.clerk_of_window, at=c.at)
        intake.accept(case, by=c.clerk_of_window, at=c.at)
        case.refresh_from_db()
    assert (first.unit, plain.unit) == (c.guest, c.section), "设在中心的镇当时就到；县里的直接到股"
    review.begin(first, by=c.reviewer_of_guest, at=c.at)
    review.give_opinion(first, opinion="pass", text="入户看过。", by=c.reviewer_of_guest, at=c.at)
    first.refresh_from_db()
    assert (first.unit, first.examiner) == (c.section, c.section)


def test_a_town_away_from_the_centre_gets_it_by_list(c, client):
    at_desk(client, c.clerk_of_window)
    client.post(receiving(c), told(provided=[], desk=c.town.code))
    case = branches(Joint.objects.get())[c.first.code]
    keys = case.materials.values_list("material__key", flat=True)
    intake.check_materials(case, checks=dict.fromkeys(keys, casework.OK), by=c.clerk_of_window, at=c.at)
    intake.accept(case, by=c.clerk_of_window, at=c.at)
    levels.carried(c, c.window, c.town)
    case.refresh_from_db()
    assert case.unit == c.town
    review.begin(case, by=c.reviewer_of_town, at=c.at)
    review.give_opinion(case, opinion="pass", text="入户看过。", by=c.reviewer_of_town, at=c.at)
    levels.carried(c, c.town, c.window)
    case.refresh_from_db()
    assert (case.unit, case.examiner) == (c.section, c.section)


def test_online_he_says_where_he_lives_once(c, client):
    client.post(reverse("hall:matter-start", args=[c.matter.code]), {"item": [c.first.code, c.plain.code]})
    made = JointDraft.objects.get()
    lead, other = joints.branches_of(made)
    page = go(lead, "person")
    assert "住在哪个镇街" in said(client.get(page))
    me = {"kind": "person", "name": "赵申请", "id_number": "11010519491231002X", "phone": "13800000001"}
    assert "请选择住在哪个镇街" in said(client.post(page, me))
    with pytest.raises(NotNow, match="住在哪个镇街"):
        joints.submit(made, person=casework.PERSON, by=c.system, at=c.at)
    client.post(page, {**me, "desk": c.guest.code})
    check = reverse("hall:joint-check", args=[made.token])
    assert "城关镇咨询受理部" in said(client.get(check))
    client.post(reverse("hall:joint-submit", args=[made.token]))
    cases = branches(Joint.objects.get())
    assert (cases[c.first.code].town, cases[c.plain.code].town) == (c.guest, None)


def test_where_no_town_looks_first_nothing_is_asked(bureau, client):
    b = together.matter(bureau)
    at_desk(client, b.clerk_a)
    for one in b.parts:
        one.item.audiences = ["1"]
        one.item.save()
    place = f"{reverse('desk:receive-joint', args=[b.matter.code])}?item={b.parts[0].item.code}"
    shown = said(client.get(place))
    assert "谁申请" in shown
    assert "住在哪个镇街" not in shown
