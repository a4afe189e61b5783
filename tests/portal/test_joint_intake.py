"""窗口收联办：一次填完，一份凭证，共用的材料交一次、核对一次；收进来的各件与网上交的一样走。"""

import pytest
from django.urls import reverse

from approvals.actions import intake
from approvals.models import Case, Joint
from approvals.states import Channel, Verdict
from office.papers.models import Paper
from tests import makers
from tests.approvals import together
from tests.casework import OK
from tests.portal.desks import at_desk, ready, said

pytestmark = pytest.mark.clause("D8")
NUMBER = "11010519491231002X"


@pytest.fixture
def b(bureau):
    b = together.matter(ready(bureau))
    for one in b.parts:
        one.item.audiences = ["1"]
        one.item.save()
    return b


def page_of(b, *, items=(0, 1, 2)) -> str:
    chosen = "&".join(f"item={b.parts[n].item.code}" for n in items)
    return f"{reverse('desk:receive-joint', args=[b.matter.code])}?{chosen}"


def told(**more):
    return {
        "kind": "person", "name": "赵申请", "id_number": NUMBER, "phone": "13800000001", "key": "abc",
        "provided": ["共用证明"], **more,
    }  # fmt: skip


def test_the_clerk_finds_the_matter_and_chooses_the_items(b, client):
    at_desk(client, b.clerk_a)
    assert b.matter.name in said(client.get(reverse("desk:intake"), {"q": "一件事"}))
    chosen = said(client.get(reverse("desk:receive-joint", args=[b.matter.code])))
    assert all(one.item.code in chosen for one in b.parts)
    shown = said(client.get(page_of(b, items=(0, 1))))
    assert b.parts[0].guide.name in shown and b.parts[2].guide.name not in shown
    assert "共用证明（2 个事项共用）" in shown and shown.count('value="共用证明"') == 1


def test_one_submission_one_receipt_and_many_cases(b, client):
    at_desk(client, b.clerk_a)
    answer = client.post(page_of(b), told())
    joint = Joint.objects.get()
    assert answer.url == reverse("desk:joint", args=[joint.number]) + "#next"
    assert client.post(page_of(b), told()).url == answer.url and Joint.objects.count() == 1  # 连按两下
    cases = together.branches(joint)
    assert [case.channel for case in cases] == [Channel.WINDOW] * 3
    assert {case.first_contact for case in cases} == {joint.first_contact} == {b.clerk_a}
    assert {case.applicant_id for case in cases} == {joint.applicant_id}
    assert Paper.objects.filter(kind="receipt").get() == Paper.objects.about(joint).get()
    for case in cases:
        rows = {row.material.name: row.provided for row in case.materials.select_related("material")}
        assert rows.pop("共用证明") and list(rows.values()) == [False]
    shown = said(client.get(answer.url))
    paper = Paper.objects.get()
    assert reverse("desk:joint-paper", args=[joint.number, paper.pk]) in shown
    assert reverse("desk:case-check", args=[cases[0].number]) in shown
    sheet = client.get(reverse("desk:joint-paper", args=[joint.number, paper.pk]))
    assert sheet["Content-Type"] == "application/pdf"


def test_shared_is_checked_once_and_all_handed_in_is_one_button(b, client):
    at_desk(client, b.clerk_a)
    client.post(page_of(b), told(provided=[], all="1"))
    first, *rest = together.branches(Joint.objects.get())
    assert all(row.provided for case in (first, *rest) for row in case.materials.all())
    keys = first.materials.values_list("material__key", flat=True)
    intake.check_materials(first, checks=dict.fromkeys(keys, OK), by=b.clerk_a, at=b.at)
    assert {case.materials.get(material__name="共用证明").verdict for case in rest} == {Verdict.OK}


def test_a_known_applicant_is_offered_and_mistakes_keep_what_was_typed(b, client):
    at_desk(client, b.clerk_a)
    together.submitted(b)
    shown = said(client.post(page_of(b), {"id_number": NUMBER, "key": "abc"}))
    assert 'value="赵申请"' in shown and 'value="13800000001"' in shown
    wrong = said(client.post(page_of(b), told(phone="12")))
    assert "电话号码不对" in wrong and 'value="赵申请"' in wrong and Joint.objects.count() == 1


def test_only_the_common_window_takes_it_in(b, client):
    for user in (b.reviewer, b.stranger, b.chief):
        makers.sign_in(client, user)
        assert client.get(page_of(b)).status_code == 404
        assert client.post(page_of(b), told()).status_code == 404
    assert not Joint.objects.exists() and not Case.objects.exists()
