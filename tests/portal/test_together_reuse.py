"""一件事里再用以前交过的、填过的：同意一次，各个事项都算；有一个事项没有可以再用的，就要另交。"""

from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from approvals.actions import joints
from approvals.models import Draft, Joint, JointDraft, Reuse
from catalog.models import MaterialType
from tests.approvals import together
from tests.casework import PERSON
from tests.makers import sign_in
from tests.portal import hall_cast
from tests.portal.desks import ready, said
from tests.portal.hall_cast import FORM, go
from tests.portal.test_reuse import earlier

pytestmark = pytest.mark.clause("S3", "D9")
FILLED = {"basic": {"org_name": "示例协会", "why": "new"}, "promise": {"funds": "30000", "truth": "on"}}


@pytest.fixture
def b(bureau):
    b = together.matter(ready(bureau, form=FORM), form=FORM)
    for one in b.parts:
        one.item.audiences = ["1", "4"]
        one.item.save()
    names = ["示例证明", "共用证明"]
    MaterialType.objects.create(code="proof", name="示例证明", names=names, months=6, basis="示例参数")
    return b


def begun(b, client, *, items=(0,)):
    b.matter.items.update(optional=True)
    codes = [b.parts[n].item.code for n in items]
    client.post(reverse("hall:matter-start", args=[b.matter.code]), {"item": codes})
    made = JointDraft.objects.latest("pk")
    rows = list(joints.branches_of(made))
    client.post(go(rows[0], "person"), hall_cast.PERSON)
    for row in rows:
        for key, told in FILLED.items():
            client.post(go(row, "page", key=key), told)
    return made


def box_of(made):
    lead = joints.branches_of(made)[0]
    return f"file-{lead.pk}-{lead.guide.materials.get(name='共用证明').key}"


def page(made, name="materials"):
    return reverse(f"hall:joint-{name}", args=[made.token])


def test_one_agreement_reuses_it_and_the_provenance_stays(b, client):
    sign_in(client, b.citizen)
    old = earlier(b, client)
    made = begun(b, client)
    assert old.number in said(client.get(page(made)))
    assert client.post(page(made, "again"), {"again": "file-0-x"}).status_code == 404
    client.post(page(made, "again"), {"again": box_of(made)})
    client.post(page(made, "again"), {"anew": box_of(made)})
    assert not Reuse.objects.exists()
    client.post(page(made, "again"), {"again": box_of(made)})
    shown = said(client.get(page(made)))
    assert "再用以前交过的" in shown
    assert f'id="{box_of(made)}"' not in shown
    checked = said(client.get(page(made, "check")))
    assert old.number in checked
    client.post(page(made, "submit"))
    (case,) = together.branches(Joint.objects.get())
    row = case.materials.get(material__name="共用证明")
    assert row.provided and row.reuse.source.case == old and row.reuse.agreed_by == b.citizen


def test_where_one_item_has_nothing_to_reuse_it_is_handed_in(b, client):
    sign_in(client, b.citizen)
    old = earlier(b, client)
    made = begun(b, client, items=(0, 1))
    assert old.number not in said(client.get(page(made))), "另一个机关的事项没有可以再用的"
    assert client.post(page(made, "again"), {"again": box_of(made)}).status_code == 404


def test_nobody_elses_and_not_without_an_account(b, client):
    sign_in(client, b.citizen)
    old = earlier(b, client)
    for visitor in (Client(), Client()):
        made = begun(b, visitor)
        assert old.number not in said(visitor.get(page(made)))
        assert visitor.post(page(made, "again"), {"again": box_of(made)}).status_code == 404
    other = Client()
    sign_in(other, b.other_citizen)
    made = begun(b, other)
    assert old.number not in said(other.get(page(made)))
    assert client.post(page(made, "again"), {"again": box_of(made)}).status_code == 404


def test_answers_of_every_item_after_one_agreement(b, client):
    sign_in(client, b.citizen)
    old = earlier(b, client)
    client.post(reverse("hall:matter-start", args=[b.matter.code]), {"item": [one.item.code for one in b.parts]})
    made = JointDraft.objects.get()
    rows = list(joints.branches_of(made))
    client.post(go(rows[0], "person"), hall_cast.PERSON)
    assert "同意取用以前填过的" in said(client.get(page(made, "apply")))
    assert old.number not in said(client.get(go(rows[2], "page", key="promise")))
    answer = client.post(go(rows[0], "earlier"), {"agree": "1"}, follow=True)
    assert "不取用" in said(answer)
    for row in rows:
        assert old.number in said(client.get(go(row, "page", key="promise")))
    client.post(go(rows[1], "earlier"), {"refuse": "1"})
    assert old.number not in said(client.get(go(Draft.objects.get(pk=rows[2].pk), "page", key="promise")))


def test_at_the_window_one_consent_serves_every_item_that_wants_the_same(b, client):
    """共用的一样在一件里同意再用，还没有交来的各件都写明取自哪一件；看得见那件的人都打得开原来的文件。"""
    sign_in(client, b.citizen)
    old = earlier(b, client)
    made = joints.start(matter=b.matter, chosen=[one.item.code for one in b.parts], by=b.clerk_a, at=b.at)
    me = replace(PERSON, id_number=hall_cast.PERSON["id_number"])
    joint = joints.submit(made, person=me, by=b.clerk_a, at=b.at, first_contact=b.clerk_a)
    first, *others = together.branches(joint)
    key = first.materials.get(material__name="共用证明").material.key
    desk = Client()
    sign_in(desk, b.clerk_a)
    desk.post(reverse("desk:case-reuse", args=[first.number]), {"keys": [key], "agreed": "on"})
    rows = [case.materials.get(material__name="共用证明") for case in (first, *others)]
    assert [(row.provided, row.reuse.source.case, row.reuse.consent) for row in rows] == [(True, old, "signed")] * 3
    file = rows[0].reuse.source.uploads.get()
    reviewer = Client()
    sign_in(reviewer, b.parts[1].reviewer)
    assert reviewer.get(reverse("hall:file", args=[file.pk])).status_code == 200
