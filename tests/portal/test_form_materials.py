"""有条件的材料:照申请表里填的,用得着才要。"""

import pytest
from django.urls import reverse

from approvals.models import Case
from tests import casework
from tests.portal import hall_cast
from tests.portal.desks import at_desk
from tests.portal.hall_cast import go

LOST = {"field": "why", "op": "equals", "value": "lost"}


@pytest.fixture
def b(bureau):
    return hall_cast.online(bureau, proof_when=LOST)


def keys(case):
    return list(case.materials.order_by("material__position").values_list("material__key", flat=True))


@pytest.mark.clause("D14")
def test_the_hall_asks_for_a_conditional_material_only_when_it_is_needed(client, b):
    draft = hall_cast.filled(client, b)
    assert "示例证明" not in client.get(go(draft, "materials")).content.decode()
    client.post(go(draft, "page", key="basic"), {"org_name": "示例协会", "why": "lost", "lost_on": "2026-01-31"})
    assert "示例证明" in client.get(go(draft, "materials")).content.decode()
    client.post(go(draft, "materials"), {"file-proof": hall_cast.photo(), "upload": "1"})
    assert "申请书.png" in client.get(go(draft, "check")).content.decode()

    client.post(go(draft, "page", key="basic"), {"org_name": "示例协会", "why": "new"})
    assert "申请书.png" not in client.get(go(draft, "check")).content.decode(), "改了主意,用不着的材料不交"
    client.post(go(draft, "submit"))
    case = Case.objects.get()
    assert keys(case) == ["application"] and "why" in case.answers and "lost_on" not in case.answers


@pytest.mark.clause("D14")
@pytest.mark.parametrize(
    ("why", "provided", "asked"),
    [
        ("new", ["application"], ["application"]),
        ("lost", ["application"], ["application", "proof"]),
        ("new", ["application", "proof"], ["application", "proof"]),
    ],
)
def test_the_window_checks_what_is_needed_and_what_was_handed_in(client, b, why, provided, asked):
    at_desk(client, b.clerk_a)
    page = reverse("desk:receive", args=[b.item.code])
    told = {f"answers-{box.name}": "示例" for box in client.get(page).context["answers"]}
    told |= {"answers-why": why, "answers-lost_on": "2026-01-31", "answers-funds": "3", "answers-truth": "on"}
    answer = client.post(page, told | hall_cast.PERSON | {"provided": provided, "unit": "zj-window", "key": "one"})
    assert answer.status_code == 302, answer.context["answers"].errors
    assert keys(Case.objects.get()) == asked


def test_a_case_of_a_guide_without_a_form_lists_every_material(b):
    other = casework.item_with_guide(b, "plain")
    assert keys(casework.received(other)) == ["application", "proof"]
