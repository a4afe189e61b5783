"""不予受理分三种：依法不需要办、不归本机关、明文不予受理；各写各的，不归本机关的写明归谁。"""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from approvals.actions import denial
from approvals.models import Case, Ground
from approvals.rules.not_accepting import Why
from denials.actions import ladder, register, reports
from office.papers.kinds import KINDS
from office.papers.models import Paper
from office.steps import NotNow
from tests import casework
from tests.casework import HOUR
from tests.office.paper_samples import SAMPLES
from tests.portal.desks import REFUSED, at_desk, ready, said

pytestmark = pytest.mark.clause("Z1", "Z18")
AWAY = {"competent": "示例市住房和城乡建设局", "competent_address": "示范路2号", "competent_phone": "0759-0000009"}
NOT_OURS = Why("not_ours", *AWAY.values())


@pytest.fixture
def b(bureau):
    return ready(bureau)


def refused(b, client, case, **told):
    at_desk(client, b.clerk_a)
    address = reverse("desk:case-refuse-by-rule", args=[case.number])
    answer = client.post(address, REFUSED | {"authority": case.guide.bases.get().key} | told)
    case.refresh_from_db()
    return answer


def letter_of(case) -> Paper:
    return Paper.objects.about(case).of_kind("not_accepted").get()


def test_not_ours_names_the_right_authority(b, client):
    case = casework.received(b)
    answer = said(refused(b, client, case, not_accepting="not_ours"))
    assert "请填写“应当去哪个机关”" in answer and "那个机关的电话" in answer and case.state == "received"
    refused(b, client, case, not_accepting="not_ours", **AWAY)
    paper = letter_of(case)
    assert paper.title == "不予受理决定书" and paper.context["law"] == "行政许可法第三十二条第一款第二项"
    assert {name: paper.context[name] for name in AWAY} == AWAY
    client.force_login(b.citizen)
    page = said(client.get(reverse("hall:track-case", args=[case.number])))
    assert "请去这个机关申请" in page and all(word in page for word in AWAY.values())


def test_what_needs_no_licence_is_told_so(b, client):
    case = casework.received(b)
    refused(b, client, case, not_accepting="not_needed", **AWAY)
    paper = letter_of(case)
    assert (paper.title, paper.context["act"]) == ("不受理告知书", "告知")
    assert paper.context["law"] == "行政许可法第三十二条第一款第一项" and paper.context["needs"] == "取得行政许可"
    assert paper.context["competent"] == "" and paper.context["court"] == b.agency.court


def test_another_rule_is_a_decision_of_its_own(b, client):
    case = casework.received(b)
    refused(b, client, case, not_accepting="")
    assert case.state == "received"
    refused(b, client, case, not_accepting="statutory")
    assert letter_of(case).title == "不予受理决定书" and letter_of(case).context["law"] == ""
    assert case.ground.not_accepting == "statutory"


def test_a_benefit_cites_no_licence_law(b):
    b.item.kind, b.item.theme = "05", "relief"
    b.item.save()
    case = casework.received(b)
    told = casework.Refusal(**{**vars(casework.REFUSAL), "why": Why("not_needed")})
    register.refuse_by_rule(case, basis=case.guide.bases.get(), refusal=told, by=b.clerk_a, at=b.at)
    assert letter_of(case).context["law"] == "" and letter_of(case).context["needs"] == "申请办理"


def test_the_ladder_sanctions_what_the_clerk_named(b):
    case = casework.received(b)
    unsaid = casework.Statement(**{**vars(casework.STATEMENT), "why": Why("not_ours", "某局")})
    with pytest.raises(NotNow, match="那个机关的地址、那个机关的电话"):
        reports.file(case, statement=unsaid, by=b.clerk_a, at=b.at)
    report = casework.filed(b, case=case)
    assert report.not_accepting == "statutory"
    ladder.send_back(report, text="不归我们。", by=b.chief, at=b.at + HOUR)
    told = {"reasons": "不归本机关。", "basis_text": "三定方案", "reply": "已改。"}
    reports.resubmit(report, **told, why=NOT_OURS, by=b.clerk_a, at=b.at + HOUR)
    for chief in (b.approval_chief, b.chief):
        ladder.review(report, text="同意。", by=chief, at=b.at + 2 * HOUR)
    ladder.sanction(report, text="核准。", by=b.deputy, at=b.at + 3 * HOUR)
    case.refresh_from_db()
    assert case.state == "not_accepted" and case.ground.competent == AWAY["competent"]
    assert letter_of(case).context["competent_phone"] == AWAY["competent_phone"]


def test_after_acceptance_there_is_no_such_choice(b, client):
    case = casework.accepted(b)
    at_desk(client, b.chief)
    page = said(client.get(reverse("desk:case-refuse-by-rule", args=[case.number])))
    assert "为什么不予受理" not in page
    register.refuse_by_rule(case, basis=case.guide.bases.get(), refusal=casework.REFUSAL, by=b.chief, at=b.at)
    assert case.state == "refused" and case.ground.not_accepting == ""


def test_the_database_wants_the_kind_and_the_competent_authority(b):
    case = casework.received(b)
    told = {"facts": "无", "reasons": "无", "basis_text": "无", "basis": case.guide.bases.get(), "kind": "rule"}
    by = {"by": b.clerk_a, "at": b.at}
    with pytest.raises(IntegrityError, match="names_the_competent"), transaction.atomic():
        denial.name_ground(case, denial.GroundWords(**told, why=Why("not_ours", "某局")), **by)
    unsaid = denial.name_ground(case, denial.GroundWords(**told), **by)
    with pytest.raises(IntegrityError, match="not said why"), transaction.atomic():
        denial.say_no(case, ground=unsaid, by=b.clerk_a, at=b.at)
    assert Case.objects.get(pk=case.pk).state == "received" and Ground.objects.get().not_accepting == ""


def test_the_letter_gets_no_number_without_them():
    kind, sample = KINDS["not_accepted"], SAMPLES["not_accepted"]
    assert kind.missing({**sample, "competent_phone": ""}) == ["那个机关的电话"]
    assert kind.missing({**sample, "why": "statutory", "competent_phone": ""}) == []
    assert kind.missing({**sample, "why": ""}) == ["不予受理的种类"]
