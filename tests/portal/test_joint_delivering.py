"""统一出件：几个机关的结果在综合窗口一次交出，一份回证；没有出来的说为什么，以后再领。"""

import io
import zipfile

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from approvals.actions import archiving, decision, delivering, joint_delivering
from approvals.models import Archive, Delivery, SignedOriginal
from office.journal.models import Entry
from office.papers import actions as papers
from office.papers.models import Paper
from office.steps import NotNow
from office.workdays import clock
from tests.approvals import together
from tests.approvals.test_joints import accept, grant
from tests.makers import sign_in
from tests.portal.desks import at_desk, ready, said
from tests.portal.hall_cast import photo

pytestmark = pytest.mark.clause("D9")
WHO = {"collector": "赵申请", "id_kind": "resident", "id_number": "11010519491231002X", "relation": ""}
OTHER = "440802199001011238"


@pytest.fixture
def b(bureau, client):
    """三件：头两件准予了，第三件受理了还在办。"""
    b = together.matter(ready(bureau))
    b.joint = together.submitted(b)
    b.cases = together.branches(b.joint)
    for case in b.cases:
        accept(b, case)
    for n in (0, 1):
        grant(b, n, b.cases[n], at=b.at)
    b.here = reverse("desk:joint-deliver", args=[b.joint.number])
    at_desk(client, b.clerk_a)
    return b


def fresh(b):
    return [case.state for case in together.branches(b.joint)]


def chosen(b, *numbers):
    return {**WHO, "cases": [b.cases[n].number for n in numbers]}


def words_of(answer) -> str:
    raw = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(raw)).pages).replace("\n", "")


def test_the_ready_results_are_handed_out_at_once_with_one_receipt(b, client):
    page = said(client.get(reverse("desk:joint", args=[b.joint.number])))
    assert "统一出件（2 件）" in page
    page = said(client.get(b.here))
    assert all(case.number in page for case in b.cases) and "还没有结果：已受理" in page
    assert client.post(b.here, chosen(b, 0, 1)).status_code == 302
    assert fresh(b) == ["delivered", "delivered", "accepted"]
    rows = Delivery.objects.filter(case__joint=b.joint)
    receipt = rows.values_list("receipt", flat=True).distinct().get()
    assert rows.count() == 2 and {row.collector_id for row in rows} == {WHO["id_number"]}
    paper = Paper.objects.about(b.joint).of_kind("delivery").get()
    assert paper.pk == receipt and not Paper.objects.about(b.cases[0]).of_kind("delivery").exists()
    assert [one["item"] for one in paper.context["documents"]] == [case.guide.name for case in b.cases[:2]]
    assert paper.context["signed_by"] == "赵申请" and b.cases[2].guide.name in paper.context["note"]
    for case in b.cases[:2]:
        assert not case.clocks.running().filter(kind="delivery").exists()
        assert Paper.objects.about(case).of_kind("grant").get().state == "delivered"
    assert b.cases[2].clocks.running().filter(kind="promised").exists()
    assert Entry.objects.about(b.joint).get(verb="approvals.joint.hand_out").by == b.clerk_a
    page = said(client.get(reverse("desk:joint", args=[b.joint.number])))
    assert "统一出件" in page and "存签名页" in page and "统一出件（" not in page
    assert paper.number in said(client.get(reverse("desk:case-papers", args=[b.cases[0].number])))
    words = words_of(client.get(reverse("desk:joint-paper", args=[b.joint.number, paper.pk])))
    assert all(case.guide.name in words for case in b.cases) and "没有一起交出的" in words


def test_pressing_twice_hands_out_once(b, client):
    for _time in range(2):
        assert client.post(b.here, chosen(b, 0, 1)).status_code == 302
    assert Paper.objects.about(b.joint).of_kind("delivery").count() == 1
    assert Delivery.objects.count() == 2 and Entry.objects.filter(verb="approvals.joint.hand_out").count() == 1
    assert "有的已经交出去" in said(client.post(b.here, {**chosen(b, 0, 1), "collector": "别人"}))


def test_what_comes_later_is_collected_later_and_the_whole_ends(b, client):
    client.post(b.here, chosen(b, 0, 1))
    grant(b, 2, b.cases[2], at=b.at)
    assert client.post(b.here, chosen(b, 2)).status_code == 302
    b.joint.refresh_from_db()
    assert b.joint.state == "ended" and Paper.objects.about(b.joint).of_kind("delivery").count() == 2
    assert "现在没有可以交出的结果" in said(client.get(b.here))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"id_number": OTHER}, "与申请人的不一致"),
        ({"id_number": "110105194912310021"}, "身份证号码不对"),
        ({"cases": []}, "请至少选一件"),
        ({"id_number": ""}, "请填写领取人证件号码"),
    ],
)
def test_a_wrong_collector_takes_nothing_and_the_form_stays_filled(b, client, changes, why):
    page = said(client.post(b.here, {**chosen(b, 0, 1), "relation": "", **changes}))
    assert why in page and 'value="赵申请"' in page
    assert fresh(b)[:2] == ["granted", "granted"] and not Delivery.objects.exists()


def test_one_that_cannot_go_keeps_all_of_them(b):
    delivering.dispatch(b.cases[1], carrier="中国邮政", tracking_number="1", address="示范路", by=b.clerk_a, at=b.at)
    told = {"collector": "赵申请", "id_number": WHO["id_number"], "relation": ""}
    papers.empty_tray(at=b.at, limit=100)
    with pytest.raises(NotNow, match=f"“{b.cases[1].guide.name}”：已经寄出了"):
        joint_delivering.hand_out(b.joint, cases=b.cases[:2], **told, by=b.clerk_a, at=b.at)
    assert fresh(b)[:2] == ["granted", "granted"] and not Delivery.objects.filter(result="received").exists()
    with pytest.raises(PermissionDenied):
        joint_delivering.hand_out(b.joint, cases=b.cases[:1], **told, by=b.parts[1].reviewer, at=b.at)


def test_only_the_joint_window_hands_out(b):
    for who, code in ((b.parts[1].reviewer, 403), (b.chief, 403), (b.clerk_a, 200)):
        assert at_desk(Client(), who).get(b.here).status_code == code


def test_somebody_else_collects_with_his_relation_on_the_receipt(b, client):
    client.post(b.here, {**chosen(b, 0, 1), "collector": "赵之子", "id_number": OTHER, "relation": "儿子，有委托书"})
    told = Paper.objects.about(b.joint).of_kind("delivery").get().context
    assert (told["signed_by"], told["relation"]) == ("赵之子", "儿子，有委托书")
    assert fresh(b)[0] == "delivered"


def test_the_receipt_is_printed_first_and_its_signed_page_stands_in_every_case(b, client):
    answer = client.post(b.here, {"print": "1", "cases": [b.cases[0].number, b.cases[1].number]})
    assert answer["Content-Type"] == "application/pdf"
    words = words_of(answer)
    assert "签收以后登记" in words and all(case.guide.name in words for case in b.cases)
    assert not Delivery.objects.exists()
    client.post(b.here, chosen(b, 0, 1))
    paper = Paper.objects.about(b.joint).of_kind("delivery").get()
    for case in together.branches(b.joint)[:2]:
        assert archiving.unsigned(case) == [paper]
    url = reverse("desk:joint-paper-signed", args=[b.joint.number, paper.pk])
    assert "签一次名" in said(client.get(url))
    told = {"signer": "赵申请", "signed_on": b.at.date().isoformat()}
    assert "请选择扫描的签名页" in said(client.post(url, told))
    for _time in range(2):
        assert client.post(url, {**told, "scan": photo("签名.png")}).status_code == 302
    kept = SignedOriginal.objects.filter(paper=paper)
    assert {one.case for one in kept} == set(b.cases[:2]) and kept.count() == 2
    assert len({one.scan.file.name for one in kept}) == 1
    assert not any(archiving.unsigned(case) for case in together.branches(b.joint)[:2])
    other = Paper.objects.about(b.joint).of_kind("receipt").get()
    assert client.get(reverse("desk:joint-paper-signed", args=[b.joint.number, other.pk])).status_code == 404


def test_every_package_holds_the_one_receipt(b, client):
    client.post(b.here, chosen(b, 0, 1))
    first = together.branches(b.joint)[0]
    decision.close(first, by=b.clerk_a, at=b.at)
    papers.empty_tray(at=clock.now(), limit=100)
    archiving.make_due(at=clock.now())
    archive = Archive.objects.get(case=first)
    with zipfile.ZipFile(archive.file) as package:
        assert any(name.endswith("-delivery.pdf") for name in package.namelist())
    assert [one.text for one in archiving.inspected(archive)] == ["元数据缺“保管期限”。"]


def test_the_citizen_reads_the_one_receipt(b, client):
    client.post(b.here, chosen(b, 0, 1))
    citizen = Client()
    sign_in(citizen, b.citizen)
    page = said(citizen.get(reverse("hall:joint", args=[b.joint.number])))
    assert "送达回证" in page and "已送达" in page
