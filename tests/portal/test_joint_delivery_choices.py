"""一件事申请时选一次怎样拿结果：各个事项各存一份，后一步收件的也照它；出件的页照着填好。"""

import pytest
from django.core.cache import cache
from django.urls import reverse

from approvals.actions import joint_consents, joints
from approvals.models import Case, DeliveryChoice, DeliveryConsent, JointDraft
from office.papers import actions as papers
from office.papers.models import Paper
from tests.approvals import together
from tests.approvals.test_joints import accept, grant
from tests.catalog.test_delivery_ways import BY_POST, ONLINE, WINDOW
from tests.makers import sign_in
from tests.portal.desks import at_desk, ready, said

pytestmark = pytest.mark.clause("S7", "D9")
PERSON = {"kind": "person", "name": "赵申请", "id_number": "11010519491231002X", "phone": "13800000001"}
TO = {"receiver": "钱示例", "phone": "13800000009", "address": "示范市示范路9号"}


def applying(bureau, client, *, steps=(1, 1, 1), ways=(WINDOW, BY_POST, ONLINE), sx=None):
    """填好了申请人、走到“结果怎么给您”的一份。"""
    cache.clear()
    b = together.matter(ready(bureau), steps=steps, sx=sx, delivery=list(ways))
    for part in b.parts:
        part.item.audiences = ["1", "4"]
        part.item.save()
    sign_in(client, b.citizen)
    codes = [one.item.code for one in b.parts]
    b.made = joints.start(matter=b.matter, chosen=codes, by=b.citizen, at=b.at, user=b.citizen)
    lead = joints.branches_of(b.made)[0]
    client.post(reverse("hall:apply-person", args=[lead.token]), PERSON)
    b.page = reverse("hall:apply-delivery", args=[lead.token])
    b.check = reverse("hall:joint-check", args=[b.made.token])
    return b


def hand_in(client, b):
    for _time in range(2):  # 连按两下
        assert client.post(reverse("hall:joint-submit", args=[b.made.token])).status_code == 302
    b.joint = JointDraft.objects.get(pk=b.made.pk).joint
    b.cases = together.branches(b.joint)
    return b


def chosen(case):
    return DeliveryChoice.objects.filter(case=case).values_list("way", flat=True).first()


def test_one_choice_is_asked_after_the_materials_and_kept_for_every_branch(bureau, client):
    b = applying(bureau, client)
    assert client.post(reverse("hall:joint-materials", args=[b.made.token])).url == b.page
    shown = said(client.get(b.page))
    assert 'value="赵申请"' in shown and b.window.name in shown and "邮费由我们付" in shown
    wrong = said(client.post(b.page, {"way": "express", "receiver": "钱示例"}))
    assert "请填写收件地址" in wrong and 'value="钱示例"' in wrong
    assert b.page in said(client.get(b.check)) and "提交申请" not in said(client.get(b.check))
    assert client.post(b.page, {"way": "express", **TO}).url == b.check
    assert TO["address"] in said(client.get(b.check))
    hand_in(client, b)
    rows = DeliveryChoice.objects.filter(case__in=b.cases)
    assert {(row.way, row.receiver, row.phone, row.address) for row in rows} == {("express", *TO.values())}
    assert len(rows) == 3
    accept(b, b.cases[0])
    grant(b, 0, b.cases[0], at=b.at)
    papers.empty_tray(at=b.at, limit=100)
    at_desk(client, b.clerk_a)
    form = said(client.get(reverse("desk:case-deliver", args=[b.cases[0].number])))
    assert all(f'value="{one}"' in form for one in TO.values())
    page = client.get(reverse("desk:joint-deliver", args=[b.joint.number]))
    assert "申请人选的邮寄送达" in said(page)
    assert page.context["form"].fields["cases"].initial == [], "要寄给他的，不先勾上"


def test_electronic_is_one_consent_for_the_whole_also_for_what_comes_later(bureau, client):
    b = applying(bureau, client, steps=(1, 1, 2))
    assert "没有同意的，不能电子送达" in said(client.post(b.page, {"way": "electronic"}))
    client.post(b.page, {"way": "electronic", "agreed": "on"})
    hand_in(client, b)
    paper = Paper.objects.of_kind("electronic_consent").get()
    assert paper.subject_type == "approvals.joint" and all(one.guide.name in paper.context["item"] for one in b.parts)
    for n in (0, 1):
        accept(b, b.cases[n])
        grant(b, n, b.cases[n], at=b.at)
    assert joints.begin_next(at=b.at) == 1
    cases = together.branches(b.joint)
    assert [chosen(case) for case in cases] == ["electronic"] * 3
    assert set(DeliveryConsent.objects.values_list("paper", flat=True)) == {paper.pk}
    joint_consents.take_back(b.joint, by=b.citizen, at=b.at)
    assert [chosen(case) for case in cases if not case.delivered_at] == [None] * 3


def test_a_later_step_keeps_the_choice_until_it_is_taken_in(bureau, client):
    b = applying(bureau, client, steps=(1, 2, 2))
    client.post(b.page, {"way": "express", **TO})
    hand_in(client, b)
    assert len(b.cases) == 1
    accept(b, b.cases[0])
    grant(b, 0, b.cases[0], at=b.at)
    joints.begin_next(at=b.at)
    rows = DeliveryChoice.objects.filter(case__in=together.branches(b.joint))
    assert [(row.way, row.address) for row in rows] == [("express", TO["address"])] * 3


def test_an_item_without_that_way_is_named_and_left_to_be_chosen_later(bureau, client):
    b = applying(bureau, client, ways=(WINDOW, BY_POST), sx={"delivery": [WINDOW]})
    shown = said(client.get(b.page))
    assert f"{b.parts[1].guide.name}没有这一种，以后另选" in shown and 'value="electronic"' not in shown
    client.post(b.page, {"way": "express", **TO})
    hand_in(client, b)
    assert [chosen(case) for case in b.cases] == ["express", None, "express"]


def test_not_chosen_is_no_bar_and_collected_only_at_the_window_is_not_asked(bureau, client):
    b = applying(bureau, client, ways=(WINDOW,))
    assert client.get(b.page).url == reverse("hall:apply", args=[joints.branches_of(b.made)[0].token])
    assert "结果怎么给您" not in said(client.get(b.check))
    hand_in(client, b)
    assert Case.objects.count() == 3 and not DeliveryChoice.objects.exists()
