"""联办里共用的材料要补正：申请人补来的一份，用它的各件都有，各写一笔。"""

import pytest
from django.core.files.base import ContentFile

from approvals.actions import correction, drafts, intake
from approvals.models import Case
from approvals.states import CaseState, Verdict
from office.journal.models import Entry
from office.papers.models import Paper
from tests.approvals import together
from tests.casework import HOUR, OK

PDF = b"%PDF-1.7\n%%EOF"
BAD = intake.Check("defective", "证明过期了")


@pytest.fixture
def b(bureau):
    return together.matter(bureau)


def proof_of(case: Case):
    return case.materials.select_related("material").get(material__name="共用证明")


def judged(b, case: Case, **told) -> None:
    """申请书符合，共用证明照 told。"""
    keys = case.materials.values_list("material__key", flat=True)
    checks = {key: told.get("proof", OK) if key.startswith("proof") else OK for key in keys}
    intake.check_materials(case, checks=checks, by=b.clerk_a, at=b.at)


def said(case: Case) -> list[str]:
    found = Entry.objects.about(case).filter(verb="approvals.case.share_material")
    return [entry.facts["shared"] for entry in found]


@pytest.mark.clause("D8")
def test_a_new_shared_material_reaches_every_branch(b):
    """第一件、第二件都告知要补，第三件还没有核对完：补一次，第二件也齐了，第三件等重新核对，文件三件都有。"""
    first, second, third = together.branches(together.submitted(b))
    judged(b, first, proof=BAD)
    judged(b, second, proof=BAD)
    for case in (first, second):
        case.refresh_from_db()
        correction.notify(case, by=b.clerk_a, at=b.at)
    key = proof_of(first).material.key
    drafts.supplement(first, files={key: [("新证明.pdf", ContentFile(PDF))]}, by=b.citizen, at=b.at + HOUR)
    for case in (first, second, third):
        case.refresh_from_db()
        row = proof_of(case)
        assert (case.state, row.verdict, row.provided) == (CaseState.RECEIVED, Verdict.UNCHECKED, True), case
        assert row.uploads.get().name == "新证明.pdf"
    assert len({proof_of(case).uploads.get().file.name for case in (first, second, third)}) == 1
    assert said(first) == [] and said(second) == said(third) == [f"共用证明，取自 {first.number}"]
    assert second.correction.answered_at == b.at + HOUR and second.unseen_changes == third.unseen_changes == 1
    assert Paper.objects.about(second).of_kind("correction_receipt").count() == 1
    judged(b, first)
    assert {proof_of(case).verdict for case in (second, third)} == {Verdict.OK}  # 只核对一次


@pytest.mark.clause("D8")
def test_what_was_checked_or_decided_is_not_turned_over(b):
    """第二件已经受理：只添上文件，核对过的不翻；第三件撤回了，不动。窗口代收的也一样。"""
    joint = together.submitted(b, proof=ContentFile(PDF))
    first, second, third = together.branches(joint)
    judged(b, second)
    intake.accept(second, by=b.clerk_a, at=b.at)
    first.materials.filter(material__name="共用证明").update(verdict=Verdict.UNCHECKED)
    Case.objects.get(pk=third.pk)
    judged(b, first, proof=BAD)
    first.refresh_from_db()
    correction.notify(first, by=b.clerk_a, at=b.at)
    correction.answer(first, keys=[proof_of(first).material.key], by=b.clerk_a, at=b.at + HOUR)
    second.refresh_from_db()
    assert second.state == CaseState.ACCEPTED and proof_of(second).verdict == Verdict.OK
    assert said(second) == [f"共用证明，取自 {first.number}"]
    assert first.state == CaseState.RECEIVED


def test_a_material_of_ones_own_reaches_nobody_else(b):
    """申请书各是各的：一件补申请书，别的件一笔也没有。"""
    first, second, third = together.branches(together.submitted(b))
    keys = list(first.materials.values_list("material__key", flat=True))
    checks = {key: OK if key.startswith("proof") else intake.Check("missing", "没有交") for key in keys}
    intake.check_materials(first, checks=checks, by=b.clerk_a, at=b.at)
    first.refresh_from_db()
    correction.notify(first, by=b.clerk_a, at=b.at)
    own = next(key for key in keys if not key.startswith("proof"))
    drafts.supplement(first, files={own: [("申请书.pdf", ContentFile(PDF))]}, by=b.citizen, at=b.at + HOUR)
    assert said(second) == said(third) == []
    assert [case.unseen_changes for case in together.branches(first.joint)] == [1, 0, 0]
