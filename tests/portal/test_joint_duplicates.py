"""一件事里有的事项以前申请过：交之前提醒，写一次为什么，或者去掉这个事项；网上、窗口都是。"""

import pytest
from django.core.cache import cache
from django.urls import reverse

from approvals.actions import joints
from approvals.models import Case, Duplicate, Joint
from catalog.models import JointItem
from tests.approvals import together
from tests.approvals.test_joints import accept, grant
from tests.makers import sign_in
from tests.portal.desks import at_desk, ready, said

pytestmark = pytest.mark.clause("S5", "D9")
PERSON = {"kind": "person", "name": "赵申请", "id_number": "11010519491231002X", "phone": "13800000001"}
WHY = "另一处的，与上一件不同。"


def matter(bureau, *, steps=(1, 1, 1)):
    """一件事；第一次交的(头两个事项)还在办。第三个事项第一次没有办。"""
    cache.clear()
    b = together.matter(ready(bureau), steps=steps)
    for part in b.parts:
        part.item.audiences = ["1", "4"]
        part.item.save()
    JointItem.objects.filter(matter=b.matter, item=b.parts[0].item).update(optional=False)
    return b


def earlier(b, client, chosen=("joint-zj", "joint-sx")):
    made = begun(b, client, chosen)
    client.post(submit(made))
    made.refresh_from_db()
    return together.branches(made.joint)


def begun(b, client, chosen=("joint-zj", "joint-sx", "joint-xw"), user=None):
    user = user or b.citizen
    made = joints.start(matter=b.matter, chosen=chosen, by=user, at=b.at, user=user)
    sign_in(client, user)
    client.post(reverse("hall:apply-person", args=[joints.branches_of(made)[0].token]), PERSON)
    return made


def submit(made):
    return reverse("hall:joint-submit", args=[made.token])


def test_the_applicant_is_told_which_items_and_gives_one_reason(bureau, client):
    b = matter(bureau)
    first, second = earlier(b, client)
    made = begun(b, client)
    shown = said(client.post(submit(made)))
    assert "有的事项您已经申请过" in shown and first.number in shown and second.number in shown
    assert f'value="{b.parts[1].item.code}" formaction' in shown and Joint.objects.count() == 1
    assert f'value="{b.parts[0].item.code}" formaction' not in shown, "必办的去不掉"
    assert "请写明为什么还要办这一件" in said(client.post(submit(made), {"again": " "}))
    for _time in range(2):
        assert client.post(submit(made), {"again": WHY}).status_code == 302
    made.refresh_from_db()
    cases = together.branches(made.joint)
    rows = Duplicate.objects.order_by("case")
    assert [(row.case, row.other, row.why) for row in rows] == [(cases[0], first, WHY), (cases[1], second, WHY)]
    assert Case.objects.count() == 5


def test_the_item_may_be_left_out_and_the_rest_goes_in_without_a_word(bureau, client):
    b = matter(bureau)
    (first, *_rest) = earlier(b, client)
    made = begun(b, client)
    check = reverse("hall:joint-check", args=[made.token])
    url = reverse("hall:joint-leave-out", args=[made.token]) + "?from=check"
    assert client.post(url, {"item": "joint-sx"}).url == check
    shown = said(client.post(submit(made)))
    assert first.number in shown and "joint-sx" not in shown
    client.post(submit(made), {"again": WHY})
    made.refresh_from_db()
    assert [case.guide.item.code for case in together.branches(made.joint)] == ["joint-zj", "joint-xw"]
    assert Duplicate.objects.count() == 1


def test_a_later_step_has_its_reason_when_it_is_taken_in(bureau, client):
    b = matter(bureau, steps=(1, 2, 2))
    casework = earlier(b, client)
    accept(b, casework[0])
    grant(b, 0, casework[0], at=b.at)
    joints.begin_next(at=b.at)
    first, second = together.branches(casework[0].joint)
    made = begun(b, client)
    client.post(submit(made), {"again": WHY})
    made.refresh_from_db()
    (now,) = together.branches(made.joint)
    accept(b, now)
    grant(b, 0, now, at=b.at)
    joints.begin_next(at=b.at)
    _now, later, _third = together.branches(made.joint)
    assert Duplicate.objects.get(case=later).other == second and Duplicate.objects.get(case=now).other == first


def test_anothers_cases_are_not_told(bureau, client):
    b = matter(bureau)
    earlier(b, client)
    other = type(b.citizen).objects.create(username="another-citizen", kind="citizen")
    made = begun(b, client, user=other)
    assert client.post(submit(made)).status_code == 302 and not Duplicate.objects.exists()


def window(b, client, chosen, **more):
    at_desk(client, b.clerk_a)
    url = reverse("desk:receive-joint", args=[b.matter.code]) + "?" + "&".join(f"item={one}" for one in chosen)
    return client.post(url, PERSON | {"key": "again", "provided": ["共用证明"]} | more)


def test_the_window_is_warned_and_leaves_out_or_gives_one_reason(bureau, client):
    b = matter(bureau)
    first, second = earlier(b, client)
    codes = [one.item.code for one in b.parts]
    shown = said(window(b, client, codes))
    assert "有的事项已有一件" in shown and first.number in shown and second.number in shown
    assert "?item=joint-zj&amp;item=joint-xw" in shown and 'value="赵申请"' in shown
    assert Joint.objects.count() == 1
    fewer = said(window(b, client, ["joint-zj", "joint-xw"], more=""))
    assert b.parts[1].guide.name not in fewer and 'value="赵申请"' in fewer
    assert "请填写" not in fewer and Joint.objects.count() == 1
    for _time in range(2):  # 连按两下，自己不算自己的重复
        assert window(b, client, codes, again=WHY).status_code == 302
        assert window(b, client, codes).status_code == 302
    made = Joint.objects.latest("pk")
    cases = together.branches(made)
    assert Joint.objects.count() == 2 and len(cases) == 3
    assert set(Duplicate.objects.values_list("case", "other", "why")) == {
        (cases[0].pk, first.pk, WHY), (cases[1].pk, second.pk, WHY),
    }  # fmt: skip
