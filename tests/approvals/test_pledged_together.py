"""一件事里，一件以告知承诺代替了共用的证明：承诺只管这一件，别的件仍要交，期限也照旧。"""

import pytest

from approvals.actions import correction, intake, pledges
from tests.approvals import pledging, together
from tests.casework import OK

pytestmark = [pytest.mark.django_db, pytest.mark.clause("D9")]


def test_a_pledge_in_one_branch_is_no_sheet_in_the_others(bureau):
    b = together.matter(bureau, informed_commitment=True)
    first, second, _third = together.branches(together.submitted(b))
    b.item = b.parts[0].item
    pledging.terms(b, material_key=b.parts[0].proof)
    missing = intake.Check("missing", "没有提交")
    for case, part in ((first, b.parts[0]), (second, b.parts[1])):
        intake.check_materials(case, checks={"application": OK, part.proof: missing}, by=b.clerk_a, at=b.at)
        case.refresh_from_db()
        correction.notify(case, by=b.clerk_a, at=b.at)
    pledges.sign(first, key=b.parts[0].proof, signer="赵申请", by=b.clerk_a, at=b.at)
    second.refresh_from_db()
    row = second.materials.get(material__key=b.parts[1].proof)
    assert (second.state, row.verdict, row.provided) == ("correcting", "missing", False)
    assert second.clocks.running().get().kind == "supplement"
