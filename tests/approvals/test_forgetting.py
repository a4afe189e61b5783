"""销毁：一件销毁以后，本系统里认不出是谁；联办的各件都销毁了，共用的申请人也清空。"""

import pytest

from approvals.actions import archiving, decision
from approvals.models import Archive
from catalog.actions import recording
from catalog.models import Retention
from office.papers import actions as papers
from office.papers import engine
from office.vault import digest
from tests.approvals import together
from tests.approvals.test_archives import PDF


@pytest.fixture
def b(bureau, monkeypatch):
    monkeypatch.setattr(engine, "typeset", lambda paper, **_: engine.Sheet(PDF, "示例", digest(PDF)))
    return bureau


def handed_over(b, *cases) -> list[Archive]:
    """这几件都归集、移交了，一位管理员提出销毁。"""
    for item in {case.item for case in cases}:
        told = {"period": "10", "basis": "示例保管期限表第3条", "document_number": "示例档〔2026〕1号"}
        recording.set_retention(retention=Retention(item=item, **told), by=b.editor, at=b.at)
    papers.empty_tray(at=b.at, limit=100)
    archiving.make_due(at=b.at)
    told = {"receipt_number": "示例凭证1号", "received_by": "示例档案室", "transferred_on": b.at.date()}
    rows = [Archive.objects.get(case=case) for case in cases]
    for one in rows:
        archiving.transfer(one, by=b.editor, at=b.at, **told)
        archiving.propose(one, reason="已移交，核对无误。", by=b.editor, at=b.at)
    return rows


def test_the_applicant_of_a_joint_is_forgotten_with_the_last_branch(b):
    joint = together.submitted(together.matter(b))
    for case in joint.branches.all():
        decision.withdraw(case, reason="不办了。", by=b.citizen, at=b.at)
    first, second, last = handed_over(b, *joint.branches.all())
    for one in (first, second):
        archiving.destroy(one, by=b.checker, at=b.at)
        joint.applicant.refresh_from_db()
        assert joint.applicant.phone and joint.applicant.id_number, "还有一件没有销毁，留着"
    archiving.destroy(last, by=b.checker, at=b.at)
    joint.applicant.refresh_from_db()
    left = joint.applicant
    assert (left.name, left.id_number, left.phone, left.address) == (left.masked_name, "", "", "")
    assert "*" in left.name and left.id_index == left.phone_index == ""
