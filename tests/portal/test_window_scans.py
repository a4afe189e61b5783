"""窗口收的纸质材料：扫了、拍了，承办科室看得见，归档包里有，本人以后可以再用；来路不明的文件不收。"""

import io
import json
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from approvals import rules
from approvals.actions import intake, packing, scans
from approvals.models import Case, CaseMaterial, Upload
from approvals.models.material import NOT_RECEIVED
from approvals.rules import packages
from catalog.models import MaterialType
from office.journal.models import Entry
from office.papers import actions as papers
from office.papers.models import Paper
from office.steps import NotNow
from office.workdays import clock
from office.workdays.rules import DAY
from tests import casework
from tests.approvals import together
from tests.approvals.test_archives import PDF
from tests.makers import sign_in
from tests.portal import hall_cast
from tests.portal.desks import at_desk, checked, ready, said
from tests.portal.hall_cast import go, photo


@pytest.fixture
def b(bureau):
    return ready(bureau, form=hall_cast.FORM)


def url(name: str, *args) -> str:
    return reverse(f"desk:{name}", args=args)


def window_case(b, **fields) -> Case:
    return casework.received(b, user=None, **fields)


@pytest.mark.clause("D8", "C6")
def test_a_scan_at_the_window_is_seen_at_the_section_and_packed(b, client):
    case = window_case(b)
    at_desk(client, b.clerk_a)
    page = said(client.get(url("case-check", case.number)))
    assert 'name="scan-proof"' in page and 'capture="environment"' in page and "multipart/form-data" in page
    chosen = [photo("证明.png"), photo("背面.pdf", PDF)]
    told = {"verdict-application": "ok", "verdict-proof": "ok", "scan-proof": chosen}
    assert "扫描件已存下" in said(client.post(url("case-check", case.number), told, follow=True))
    row = case.materials.get(material__key="proof")
    assert row.verdict == "ok" and [one.name for one in row.uploads.order_by("pk")] == ["证明.png", "背面.pdf"]
    noted = Entry.objects.about(case).get(verb="approvals.case.scan_materials")
    assert noted.facts == {"示例证明": ["证明.png", "背面.pdf"]}
    scan = row.uploads.order_by("pk").first()

    case = intake.accept(case, by=b.clerk_a, at=b.at)
    section = Client()
    at_desk(section, b.reviewer)
    page = said(section.get(url("case-materials", case.number)))
    assert "证明.png" in page and reverse("hall:file", args=[scan.pk]) in page
    answer = section.get(reverse("hall:file", args=[scan.pk]))
    assert answer.status_code == 200 and answer["Content-Disposition"].startswith("attachment")
    stranger = Client()
    at_desk(stranger, b.stranger)
    assert stranger.get(reverse("hall:file", args=[scan.pk])).status_code == 404

    for paper in Paper.objects.waiting():
        papers.render_now(paper, at=b.at)
    raw = packing.package(case, None)
    box = zipfile.ZipFile(io.BytesIO(raw))
    listed = json.loads(box.read(packages.APPLICATION))["files"]
    assert {one["name"]: one["material"] for one in listed} == {"证明.png": "proof", "背面.pdf": "proof"}
    assert box.read(listed[0]["path"]) == hall_cast.PNG


@pytest.mark.clause("D8")
def test_a_hostile_scan_is_refused_and_nothing_typed_is_lost(b, client):
    case = window_case(b)
    at_desk(client, b.clerk_a)
    told = checked("defective", "章不清楚") | {"scan-application": photo("好的.png")}
    for bad, words in (
        (SimpleUploadedFile("证明.png", b"MZ\x90\x00not a picture"), "不是 PDF、JPG 或 PNG"),
        (SimpleUploadedFile("证明.exe", hall_cast.PNG), "扩展名和内容对不上"),
        (SimpleUploadedFile("空.png", b""), "是空的"),
        (SimpleUploadedFile("大.png", hall_cast.PNG + b"0" * rules.MAX_UPLOAD), "超过"),
    ):
        page = said(client.post(url("case-check", case.number), {**told, "scan-proof": bad}))
        assert words in page and "章不清楚" in page and '<details class="differ" open>' in page
        told["scan-application"].seek(0)
    assert case.materials.get(material__key="proof").verdict == "unchecked"
    assert Upload.objects.get().name == "好的.png"  # 选对了的先存下，不用再选；再选一遍也还是一份
    many = [SimpleUploadedFile(f"{n}.png", hall_cast.PNG + bytes([n])) for n in range(25)]
    assert "每份材料最多传" in said(client.post(url("case-check", case.number), {**told, "scan-proof": many}))
    absent = {**checked("missing", "没有交"), "scan-proof": photo("证明.png")}
    assert "就是交来了" in said(client.post(url("case-check", case.number), absent))
    assert Upload.objects.count() == 1


@pytest.mark.clause("Z2")
def test_what_is_brought_later_is_scanned_too(b, client):
    case = casework.told(b)
    at_desk(client, b.clerk_a)
    page = said(client.post(url("case-answer", case.number), {}))
    assert "请勾选补交的材料" in page and 'name="scan-proof"' in page
    bad = SimpleUploadedFile("证明.png", b"MZ")
    assert "不是 PDF、JPG 或 PNG" in said(client.post(url("case-answer", case.number), {"scan-proof": bad}))
    client.post(url("case-answer", case.number), {"scan-proof": photo("补来的.png")})  # 选了文件，就是补来了
    case.refresh_from_db()
    row = case.materials.get(material__key="proof")
    assert case.state == "received" and row.provided and row.uploads.get().name == "补来的.png"

    late = casework.received(b, provided={"application"})
    due = b.at.date().isoformat()
    client.post(url("case-check", late.number), checked("deferred", "下周取得", due))
    casework.promised(late, b.at)
    client.post(url("case-accept", late.number))
    assert 'name="scan-proof"' in said(client.get(url("case-materials", late.number)))
    bad.seek(0)
    answer = client.post(url("case-deferred", late.number, "proof"), {"scan-proof": bad}, follow=True)
    assert "不是 PDF、JPG 或 PNG" in said(answer)
    assert late.materials.get(material__key="proof").verdict == "deferred"
    client.post(url("case-deferred", late.number, "proof"), {"scan-proof": photo("容缺.png")})
    row = late.materials.get(material__key="proof")
    assert row.verdict == "ok" and row.uploads.get().name == "容缺.png"
    assert "容缺.png" in said(client.get(url("case-materials", late.number)))


@pytest.mark.clause("S3")
def test_what_was_scanned_at_the_window_is_offered_to_the_same_person_online(b, client):
    MaterialType.objects.create(code="proof", name="示例证明", names=["示例证明"], months=6, basis="示例参数")
    case = window_case(b)
    at_desk(client, b.clerk_a)
    told = {"verdict-application": "ok", "verdict-proof": "ok", "scan-proof": photo("证明.png")}
    client.post(url("case-check", case.number), told)
    mine = Client()
    sign_in(mine, b.citizen)
    draft = hall_cast.filled(mine, b)
    mine.post(go(draft, "person"), {**hall_cast.PERSON, "kind": "person", "name": "赵申请"})
    assert case.number not in said(mine.get(go(draft, "materials")))  # 账号没有留手机，认不出是不是他
    b.citizen.phone = "13800000001"
    b.citizen.save()
    assert case.number in said(mine.get(go(draft, "materials")))
    mine.post(go(draft, "again", key="proof"))
    mine.post(go(draft, "submit"))
    again = Case.objects.latest("pk")
    assert again.materials.get(material__key="proof").reuse.source.case == case
    other = Client()
    sign_in(other, b.other_citizen)
    b.other_citizen.phone = "13800000001"
    b.other_citizen.save()
    draft = hall_cast.filled(other, b)
    assert case.number not in said(other.get(go(draft, "materials")))


@pytest.mark.clause("D8")
def test_no_scan_after_the_decision(b, client):
    case = casework.granted(b)
    with pytest.raises(NotNow, match="不再存扫描件"):
        scans.keep(case, scans={"proof": [("证明.png", photo("证明.png"))]}, by=b.clerk_a, at=b.at)


# 联办 -----------------------------------------------------------------


def deferred(b) -> list[Case]:
    """三件都受理了、共用证明都容缺着。"""
    joint = together.submitted(b)
    late = intake.Check("deferred", "下周取得", b.at.date() + DAY)
    for case in together.branches(joint):
        keys = case.materials.values_list("material__key", flat=True)
        told = {key: late if key.startswith("proof") else casework.OK for key in keys}
        intake.check_materials(case, checks=told, by=b.clerk_a, at=b.at)
        casework.promised(case, b.at)
        intake.accept(case, by=b.clerk_a, at=b.at)
    return together.branches(joint)


def locked(captured) -> list[str]:
    """依次锁了哪些办件：joint 是照主键锁住联办的各件，own 是锁住自己。"""
    asked = [one["sql"] for one in captured.captured_queries]
    ours = [sql for sql in asked if 'FROM "approvals_case" ' in sql and "FOR NO KEY UPDATE" in sql]
    return ["joint" if '"joint_id" =' in sql.partition("WHERE")[2] else "own" for sql in ours]


@pytest.mark.clause("D8")
def test_two_windows_scanning_for_two_branches_lock_in_the_same_order(bureau, client):
    """哪一件收的都先照主键锁住各件：两个窗口各收一件，不会互相等死。"""
    bureau.at = clock.now()
    b = together.matter(bureau, proof="deferrable")
    cases = deferred(b)
    at_desk(client, b.clerk_a)
    for case in cases[1:]:
        key = case.materials.get(material__name="共用证明").material.key
        with CaptureQueriesContext(connection) as captured:
            client.post(url("case-deferred", case.number, key), {f"scan-{key}": photo("证明.png")})
        row = case.materials.get(material__key=key)
        assert row.verdict == "ok" and row.uploads.exists()
        assert locked(captured)[0] == "joint"


@pytest.mark.clause("D8")
def test_what_fell_due_stays_settled_when_nothing_is_brought(bureau, client):
    """页面要一起成一起不成，已经到期的结清不随着退回。"""
    bureau.at = clock.now() - 60 * DAY
    b = casework.item_with_guide(bureau)
    case = casework.accepted(b)
    at_desk(client, b.clerk_a)
    told = {"scan-proof": photo("证明.png")}
    answer = client.post(url("case-deferred", case.number, "proof"), told, follow=True)
    assert "不在容缺清单里" in said(answer)
    assert set(case.flags.values_list("kind", flat=True)) >= {"promised"}


@pytest.mark.clause("D8")
def test_a_shared_scan_is_written_down_in_every_branch(bureau, client):
    """一件存的扫描件，用它的各件都有：各写一笔，各算收到了；核对为缺少的等重新核对。"""
    bureau.at = clock.now()
    b = together.matter(bureau)
    first, second, third = together.branches(together.submitted(b))
    mine = {
        case.pk: case.materials.select_related("material").get(material__name="共用证明") for case in (first, second)
    }
    CaseMaterial.objects.filter(material__name="共用证明").update(**NOT_RECEIVED)
    missing = {mine[second.pk].material.key: intake.Check("missing", "没有交")}
    intake.check_materials(second, checks=missing, by=b.clerk_a, at=b.at)
    scans.keep(first, scans={mine[first.pk].material.key: [("证明.png", photo("证明.png"))]}, by=b.clerk_a, at=b.at)
    for case in (second, third):
        row = case.materials.get(material__name="共用证明")
        assert row.provided and row.received_at == b.at and row.uploads.get().name == "证明.png"
        assert row.verdict == "unchecked"
        [noted] = Entry.objects.about(case).filter(verb="approvals.case.scan_materials")
        assert noted.facts == {"共用证明": ["证明.png"], "shared": f"共用证明，取自 {first.number}"}
