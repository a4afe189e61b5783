"""联办延期：先印审批表送政府签批，再照批准的登记、传上签了字的那一份；全走页面。"""

import io

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from approvals.models import JointExtension, Upload
from office.papers import engine
from office.papers.models import Paper
from office.workdays.rules import DAY
from tests.approvals import together
from tests.approvals.test_joints import accept
from tests.makers import sign_in
from tests.portal.desks import at_desk, ready, said
from tests.portal.hall_cast import photo

pytestmark = pytest.mark.clause("D9")


@pytest.fixture
def b(bureau):
    b = together.matter(ready(bureau))
    b.joint = together.submitted(b)
    accept(b, together.branches(b.joint)[0])
    b.here = reverse("desk:joint-extend", args=[b.joint.number])
    return b


def told(b, **changes):
    day = b.at.date().isoformat()
    first = {
        "value": "15",
        "reason": "两个事项要实地核查。",
        "approver": "市政府示例负责人",
        "document": "示府批〔2026〕1号",
    }
    return {**first, "approved_on": day, "scan": photo("签批.png"), **changes}


def words_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).replace("\n", "")


def test_the_form_is_printed_for_the_government_to_sign_before_anything_is_registered(b, client):
    at_desk(client, b.chief)
    answer = client.post(b.here, {"print": "1", "value": "15", "reason": "两个事项要实地核查。"})
    assert answer["Content-Type"] == "application/pdf"
    words = words_of(b"".join(answer.streaming_content) if answer.streaming else answer.content)
    assert all(one in words for one in ("延期审批表", "报请意见", "两个事项要实地核查", "签名：", "批准以后登记"))
    assert not JointExtension.objects.exists() and not Paper.objects.about(b.joint).of_kind("extension_form").exists()
    page = said(client.post(b.here, {"print": "1", "value": "16", "reason": ""}))
    assert "15" in page and "请写明谁批准的" not in page


def test_the_approval_is_registered_with_what_was_signed(b, client):
    at_desk(client, b.chief)
    assert "印审批表送签" in said(client.get(b.here))
    assert "请选择扫描件" in said(client.post(b.here, {**told(b), "scan": ""}))
    late = (b.at + DAY).date().isoformat()
    assert "不能晚于今天" in said(client.post(b.here, told(b, approved_on=late)))
    assert not JointExtension.objects.exists() and not Upload.objects.filter(material_key="joint.extension").exists()
    client.post(b.here, told(b))
    made = JointExtension.objects.get()
    assert made.approved_on == b.at.date()
    opinion = made.form.context["rows"][1]
    assert opinion["name"] == "市政府示例负责人" and "示府批〔2026〕1号" in opinion["opinion"]
    assert made.form.kind == "extension_form" and "第四十二条第二款" in made.form.context["note"]
    words = words_of(engine.typeset(made.form).pdf)
    assert "同意延长15个工作日" in words and "本级人民政府负责人" in words
    for case in together.branches(b.joint):
        assert Upload.objects.filter(case=case, material_key="joint.extension").count() == 1
    page = said(client.get(reverse("desk:joint", args=[b.joint.number])))
    assert "延期审批表" in page and reverse("hall:file", args=[made.scan_id]) in page
    assert client.get(reverse("hall:file", args=[made.scan_id])).status_code == 200


def test_the_applicant_gets_the_notice_and_not_the_form(b, client):
    at_desk(client, b.chief)
    client.post(b.here, told(b))
    made = JointExtension.objects.get()
    client = Client()
    sign_in(client, b.citizen)
    page = said(client.get(reverse("hall:joint", args=[b.joint.number])))
    assert "延期通知书" in page and "审批表" not in page
    for paper, status in ((made.paper, 200), (made.form, 404)):
        answer = client.get(reverse("hall:joint-paper", args=[b.joint.number, paper.pk]))
        assert answer.status_code == status
    assert client.get(reverse("hall:file", args=[made.scan_id])).status_code == 404, "签批的扫描件是内部的"
