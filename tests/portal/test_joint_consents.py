"""整件事一次同意电子送达：一份确认书管各件，后一步收件的也管；收回一次，改用纸质；只收回一件的，别的照旧。"""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from approvals.actions import archiving, delivering, joint_consents, joints
from approvals.models import DeliveryConsent, SignedOriginal
from office.journal.models import Entry
from office.papers import actions as papers
from office.papers.models import Paper
from office.steps import NotNow
from tests.approvals import together
from tests.approvals.test_joints import accept, grant
from tests.makers import sign_in
from tests.portal.desks import at_desk, ready, said
from tests.portal.hall_cast import photo

pytestmark = pytest.mark.clause("D9", "S7")


@pytest.fixture
def b(bureau):
    return submitted(bureau)


def submitted(bureau, **told):
    b = together.matter(ready(bureau), **told)
    b.joint = together.submitted(b)
    b.cases = together.branches(b.joint)
    b.page, b.url = (reverse(f"hall:joint{name}", args=[b.joint.number]) for name in ("", "-consent"))
    return b


def agreed(b):
    return set(DeliveryConsent.objects.filter(withdrawn_at=None).values_list("case", flat=True))


def as_owner(b):
    client = Client()
    sign_in(client, b.citizen)
    return client


def test_said_once_it_holds_for_every_branch_with_one_paper(b):
    client = as_owner(b)
    assert "说一次，管各个事项" in said(client.get(b.page))
    for _time in range(2):  # 连按两下
        assert client.post(b.url, {"agree": "1"}).url == b.page
    assert agreed(b) == {case.pk for case in b.cases}
    paper = Paper.objects.of_kind("electronic_consent").get()
    assert paper.subject_type == "approvals.joint" and paper.subject_key == str(b.joint.pk)
    assert all(case.guide.name in paper.context["item"] for case in b.cases)
    assert set(DeliveryConsent.objects.values_list("paper", "how")) == {(paper.pk, joint_consents.ONLINE)}
    assert Entry.objects.about(b.joint).filter(verb="approvals.joint.agree_to_electronic").count() == 1
    page = said(client.get(b.page))
    assert "您已同意电子送达" in page and "电子送达确认书" in page
    accept(b, b.cases[0])
    grant(b, 0, b.cases[0], at=b.at)
    papers.empty_tray(at=b.at, limit=100)
    delivering.deliver_online(b.cases[0], by=b.clerk_a, at=b.at)
    client.post(b.url, {"refuse": "1"})
    assert agreed(b) == {b.cases[0].pk}, "已经送达的那一件不翻"
    paper.refresh_from_db()
    assert paper.state == "voided" and "同意电子送达" in said(client.get(b.page))
    with pytest.raises(NotNow, match="没有同意过"):
        joint_consents.take_back(b.joint, by=b.citizen, at=b.at)
    client.post(b.url, {"agree": "1"})
    assert agreed(b) == {case.pk for case in b.cases}


def test_one_branch_may_go_back_to_paper_alone(b):
    joint_consents.agree(b.joint, how=joint_consents.ONLINE, by=b.citizen, at=b.at)
    delivering.take_back(b.cases[1], by=b.citizen, at=b.at)
    assert agreed(b) == {b.cases[0].pk, b.cases[2].pk}
    assert joint_consents.standing(b.joint) is not None


def test_what_is_taken_in_later_is_covered_too(bureau):
    b = submitted(bureau, steps=(1, 1, 2))
    joint_consents.agree(b.joint, how=joint_consents.ONLINE, by=b.citizen, at=b.at)
    assert b.parts[2].guide.name in joint_consents.standing(b.joint).context["item"]
    for n in (0, 1):
        accept(b, b.cases[n])
        grant(b, n, b.cases[n], at=b.at)
    assert joints.begin_next(at=b.at) == 1
    assert agreed(b) == {case.pk for case in together.branches(b.joint)} and len(agreed(b)) == 3


def test_after_it_is_taken_back_the_later_one_is_not_covered(bureau):
    b = submitted(bureau, steps=(1, 1, 2))
    joint_consents.agree(b.joint, how=joint_consents.ONLINE, by=b.citizen, at=b.at)
    joint_consents.take_back(b.joint, by=b.citizen, at=b.at)
    for n in (0, 1):
        accept(b, b.cases[n])
        grant(b, n, b.cases[n], at=b.at)
    joints.begin_next(at=b.at)
    assert len(together.branches(b.joint)) == 3 and agreed(b) == set()


def test_only_the_applicant_and_the_joint_window(b):
    assert Client().post(b.url, {"agree": "1"}).status_code == 404
    with pytest.raises(PermissionDenied):
        joint_consents.agree(b.joint, how=joint_consents.ONLINE, by=b.parts[1].reviewer, at=b.at)
    assert not agreed(b)


def test_at_the_window_he_signs_once_and_every_case_holds_the_page(b, client):
    at_desk(client, b.clerk_a)
    here = reverse("desk:joint-electronic", args=[b.joint.number])
    assert "没有同意" in said(client.get(here))
    assert client.post(here, {"doing": "agree"}).status_code == 302
    paper = joint_consents.standing(b.joint)
    assert agreed(b) == {case.pk for case in b.cases} and paper.context["how"] == joint_consents.AT_WINDOW
    page = said(client.get(reverse("desk:case-electronic", args=[b.cases[1].number])))
    assert reverse("desk:joint-paper", args=[b.joint.number, paper.pk]) in page
    assert all(archiving.unsigned(case) == [paper] for case in b.cases)
    url = reverse("desk:joint-paper-signed", args=[b.joint.number, paper.pk])
    told = {"signer": "赵申请", "signed_on": b.at.date().isoformat(), "scan": photo("签名.png")}
    assert client.post(url, told).status_code == 302
    assert SignedOriginal.objects.filter(paper=paper).count() == 3
    assert not any(archiving.unsigned(case) for case in b.cases)
    assert client.post(here, {"doing": "refuse"}).status_code == 302
    assert not agreed(b) and joint_consents.standing(b.joint) is None
