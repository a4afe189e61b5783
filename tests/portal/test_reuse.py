"""材料和答案的再用：本人同意，写明取自哪一件；部门共享的不要申请人交。"""

import datetime

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from approvals.actions import intake, leftovers
from approvals.models import Case, Draft, Reuse
from catalog.models import Material, MaterialType
from office.journal.models import Entry
from office.steps import NotNow
from tests import casework
from tests.makers import sign_in
from tests.portal import hall_cast
from tests.portal.desks import ready, said
from tests.portal.hall_cast import FORM, go

OK = casework.OK


@pytest.fixture
def b(bureau):
    b = ready(bureau, form=FORM)
    MaterialType.objects.create(code="proof", name="示例证明", names=["示例证明"], months=6, basis="示例参数")
    return b


def earlier(b, client, days=0):
    """以前在网上办过的一件：证明传过，核对符合，填过协会名称。"""
    draft = hall_cast.filled(client, b)
    client.post(go(draft, "materials"), {"file-proof": hall_cast.photo("旧.png")})
    client.post(go(draft, "submit"))
    case = Case.objects.latest("pk")
    case.received_at = case.complete_at = b.at - datetime.timedelta(days=days)
    case.save(update_fields=["received_at", "complete_at"])
    intake.check_materials(case, checks={"proof": OK}, by=b.clerk_a, at=b.at)
    return case


@pytest.mark.clause("S3")
def test_a_citizen_reuses_what_he_handed_in_with_its_provenance(b, client):
    sign_in(client, b.citizen)
    old = earlier(b, client)
    draft = hall_cast.filled(client, b)
    assert old.number in said(client.get(go(draft, "materials")))
    client.post(go(draft, "again", key="proof"))
    page = said(client.get(go(draft, "check")))
    assert "再用以前交过的" in page and old.number in page
    client.post(go(draft, "submit"), {"again": "另一件。"})
    case = Case.objects.latest("pk")
    row = case.materials.get(material__key="proof")
    assert row.provided and row.verdict == "unchecked" and not row.uploads.exists()
    assert row.reuse.source.case == old and row.reuse.consent == "online" and row.reuse.agreed_by == b.citizen
    assert Entry.objects.get(verb="approvals.case.reuse").facts["text"].endswith(old.number)
    desk = Client()
    sign_in(desk, b.clerk_a)
    page = said(desk.get(reverse("desk:case-check", args=[case.number])))
    file = row.reuse.source.uploads.get()
    assert old.number in page and reverse("hall:file", args=[file.pk]) in page
    assert desk.get(reverse("hall:file", args=[file.pk])).status_code == 200
    with pytest.raises(IntegrityError), transaction.atomic():
        Reuse.objects.filter(pk=row.reuse.pk).update(source=row)


@pytest.mark.clause("S3", "Z19")
def test_a_draft_that_reuses_something_is_deleted_like_any_other(b, client):
    sign_in(client, b.citizen)
    earlier(b, client)
    draft = hall_cast.filled(client, b)
    client.post(go(draft, "again", key="proof"))
    client.post(go(draft, "discard"))
    draft.refresh_from_db()
    assert draft.reuses.exists()
    assert leftovers.clear(at=draft.discarded_at + datetime.timedelta(days=31)) == 1
    assert not Draft.objects.filter(pk=draft.pk).exists()


@pytest.mark.clause("S3")
def test_what_is_too_old_or_somebody_elses_or_of_no_type_is_not_offered(b, client):
    sign_in(client, b.citizen)
    old = earlier(b, client, days=181)
    draft = hall_cast.filled(client, b)
    assert old.number not in said(client.get(go(draft, "materials")))
    assert client.post(go(draft, "again", key="proof")).status_code == 404
    old.received_at = b.at
    old.save(update_fields=["received_at"])
    assert old.number in said(client.get(go(draft, "materials")))
    MaterialType.objects.update(names=["别的证明"])
    assert old.number not in said(client.get(go(draft, "materials")))
    MaterialType.objects.update(names=["示例证明"])
    other = Client()
    sign_in(other, b.other_citizen)
    draft = hall_cast.filled(other, b)
    assert old.number not in said(other.get(go(draft, "materials")))
    assert not Reuse.objects.exists()


@pytest.mark.clause("S3")
def test_answers_are_filled_in_only_after_he_agrees(b, client):
    sign_in(client, b.citizen)
    old = earlier(b, client)
    client.post(reverse("hall:apply-start", args=[b.item.code]))
    draft = Draft.objects.latest("pk")
    client.post(go(draft, "person"), hall_cast.PERSON)
    assert old.number not in said(client.get(go(draft, "page", key="promise")))
    client.post(go(draft, "earlier"), {"agree": "1"})
    page = said(client.get(go(draft, "page", key="promise")))
    assert old.number in page and str(old.answers["funds"]) in page
    client.post(go(draft, "earlier"), {"refuse": "1"})
    assert old.number not in said(client.get(go(draft, "page", key="promise")))


@pytest.mark.clause("S3")
def test_the_window_reuses_with_the_applicant_beside(b, client):
    first = casework.received(b)
    intake.check_materials(first, checks={"application": OK, "proof": OK}, by=b.clerk_a, at=b.at)
    case = casework.received(b, provided={"application"})
    sign_in(client, b.clerk_a)
    assert first.number in said(client.get(reverse("desk:case-check", args=[case.number])))
    address = reverse("desk:case-reuse", args=[case.number])
    client.post(address, {"keys": "proof"})
    assert not Reuse.objects.exists()
    client.post(address, {"keys": "proof", "agreed": "1"})
    made = Reuse.objects.get()
    assert made.source.case == first and made.consent == "signed" and made.case_material.provided
    assert "纸质在那一件的档案里" in said(client.get(reverse("desk:case-materials", args=[case.number])))
    leader = Client()
    sign_in(leader, b.deputy)
    assert leader.get(reverse("desk:reuse-figures")).context["total"]["again"] == 1


@pytest.mark.clause("S3")
def test_what_sharing_provides_is_never_lacking(b, client):
    b.at = b.at + datetime.timedelta(0)
    b = casework.item_with_guide(b, "shared")
    Material.objects.filter(guide=b.guide)  # 已发布的指南不能改，所以另走规则
    case = casework.received(b, provided={"application"})
    row = case.materials.get(material__key="proof")
    row.material.source = "shared"
    with pytest.raises(NotNow, match="不能要申请人交"):
        intake._may_be(row, intake.Check("missing", "没有交"))
    intake._may_be(row, OK)


@pytest.mark.clause("S3")
def test_types_load_once_and_change_nothing_the_second_time(db, capsys):
    for told in ("5", "0"):
        call_command("load_material_types")
        assert f"有变动的 {told} 种" in capsys.readouterr().out
    assert MaterialType.objects.get(code="identity").months == 6
