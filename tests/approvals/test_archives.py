"""归档：办结就有一行，归集成包，四性检测，移交，两个人销毁；动过的包查得出来。"""

import io
import json
import zipfile

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import Error, connection, transaction

from approvals.actions import archiving, decision, delivering, drafts
from approvals.models import Archive, Case, Reuse, Upload
from approvals.rules import packages
from catalog.actions import recording
from catalog.models import Retention
from office.journal.models import Entry
from office.papers import actions as papers
from office.papers import engine
from office.steps import NotNow
from office.vault import digest
from office.workdays.rules import DAY
from tests import casework
from tests.approvals import pledging
from tests.exchanging import exchanged
from tests.makers import blank_pdf

PDF = blank_pdf()


@pytest.fixture
def b(bureau, monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr(engine, "typeset", lambda paper, **_: engine.Sheet(PDF, "示例", digest(PDF)))
    b = casework.item_with_guide(bureau)
    b.later = django_capture_on_commit_callbacks
    return b


def kept_for(b, period="30"):
    told = {"basis": "示例归档范围和保管期限表第3条", "document_number": "示例档〔2026〕1号"}
    return recording.set_retention(retention=Retention(item=b.item, period=period, **told), by=b.editor, at=b.at)


def closed(b) -> Case:
    """网上补交过一份材料，准予、领取、办结。"""
    case = casework.told(b)
    drafts.supplement(case, files={"proof": [("证明.pdf", ContentFile(PDF))]}, by=b.citizen, at=b.at)
    casework.intake.check_materials(case, checks={"proof": casework.OK}, by=b.clerk_a, at=b.at)
    casework.intake.accept(case, by=b.clerk_a, at=b.at)
    casework.review.begin(case, by=b.reviewer, at=b.at)
    casework.review.give_opinion(case, opinion="pass", text="符合条件。", by=b.reviewer, at=b.at)
    return ended(b, decision.grant(case, decision="准予登记。", by=b.chief, at=b.at))


def ended(b, case) -> Case:
    papers.empty_tray(at=b.at, limit=50)
    delivering.hand_over(case, collector="赵申请", id_number="11010519491231002X", relation="", by=b.clerk_a, at=b.at)
    return decision.close(case, by=b.clerk_a, at=b.at)


def archived(b, case=None) -> Archive:
    kept_for(b)
    case = case or closed(b)
    papers.empty_tray(at=b.at, limit=50)
    assert archiving.make_due(at=b.at) == 1
    return Archive.objects.get(case=case)


def transferred(b) -> Archive:
    return handed_over(b, closed(b))


def handed_over(b, case) -> Archive:
    told = {"receipt_number": "示例凭证1号", "received_by": "示例档案室", "transferred_on": b.at.date()}
    return archiving.transfer(archived(b, case), by=b.editor, at=b.at, unsigned_known=True, **told)


def raw_of(archive):
    with default_storage.open(archive.file.name, "rb") as stored:
        return stored.read()


def files_of(raw):
    with zipfile.ZipFile(io.BytesIO(raw)) as box:
        return {row.filename: box.read(row) for row in box.infolist()}


def boxed(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as box:
        for name, content in files.items():
            box.writestr(name, content)
    return out.getvalue()


# 归集 -----------------------------------------------------------------------


def test_closing_orders_and_the_tray_makes_a_sound_package(b):
    archive = archived(b)
    assert (archive.state, archive.period, archive.findings) == ("checked", "30", [])
    files = files_of(raw_of(archive))
    manifest = json.loads(files["manifest.json"])
    assert manifest["case"]["number"] == archive.case.number and manifest["retention"]["period"] == "30年"
    assert {row["path"] for row in manifest["files"]} == set(files) - {"manifest.json", "manifest.sm3"}
    assert {"application.json", "journal.json", "papers.json", "process.json"} < set(files)
    kinds = {row["kind"] for row in json.loads(files["papers.json"])["files"]}
    assert {"receipt", "correction", "acceptance", "grant", "delivery"} <= kinds
    (proof,) = json.loads(files["application.json"])["files"]
    assert proof["name"] == "证明.pdf" and files[proof["path"]] == PDF
    verbs = [line["verb"] for line in json.loads(files["journal.json"])]
    assert "approvals.case.receive" in verbs and "approvals.case.close" in verbs
    assert "query_code" not in files["application.json"].decode() + files["process.json"].decode()


def test_the_same_case_makes_the_same_bytes(b):
    archive = archived(b)
    first, name = raw_of(archive), archive.file.name
    with b.later(execute=True):
        archiving.make_again(archive, by=b.editor, at=b.at)
    assert not default_storage.exists(name)
    archiving.make_due(at=b.at)
    archive.refresh_from_db()
    assert raw_of(archive) == first and archive.state == "checked"


def test_every_way_of_ending_is_archived_and_old_cases_are_caught_up(b):
    decision.withdraw(casework.received(b), reason="不办了。", by=b.citizen, at=b.at)
    assert Archive.objects.get().state == "ordered"
    casework.granted(b)
    assert archiving.order_missing(at=b.at) == 0
    case = closed(b)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM approvals_archive WHERE case_id = %s", [case.pk])
        cursor.execute("SET LOCAL session_replication_role = origin")
    assert archiving.order_missing(at=b.at) == 1 and Archive.objects.count() == 2


def test_a_package_waits_for_its_papers_and_a_lost_file_is_told(b):
    kept_for(b)
    case = closed(b)
    assert archiving.make_due(at=b.at) == 0
    archive = Archive.objects.get()
    assert archive.state == "ordered" and "还有文书没有排好" in archive.last_error
    papers.empty_tray(at=b.at, limit=50)
    lost = Upload.objects.of_case(case).get()
    default_storage.delete(lost.file.name)
    at = b.at + archiving.LATER
    assert archiving.make_due(at=b.at) == 0 and archiving.make_due(at=at) == 0
    archive.refresh_from_db()
    assert archive.last_error == "文件不见了：证明.pdf"
    default_storage.save(lost.file.name, ContentFile(PDF))
    assert archiving.make_due(at=at + archiving.LATER) == 1


def test_without_a_retention_period_nothing_is_transferred(b):
    closed(b)
    papers.empty_tray(at=b.at, limit=50)
    archiving.make_due(at=b.at)
    archive = Archive.objects.get()
    assert archive.state == "faulty" and archive.findings == [{"quality": "完整性", "text": "元数据缺“保管期限”。"}]
    kept_for(b, "permanent")
    with pytest.raises(PermissionDenied):
        archiving.make_again(archive, by=b.clerk_a, at=b.at)
    archiving.make_again(archive, by=b.editor, at=b.at)
    archiving.make_due(at=b.at)
    archive.refresh_from_db()
    assert (archive.state, archive.period) == ("checked", "permanent")


# 检测 -----------------------------------------------------------------------


def tampered(name):
    def change(files):
        files[name] = files[name].replace("准予登记".encode(), "不予登记".encode()) + b" "

    return change


def dropped(prefix):
    def change(files):
        del files[next(name for name in files if name.startswith(prefix))]

    return change


def resealed(files):
    """改了内容，连清单、摘要都照着改了：日志链照样说得出来。"""
    lines = json.loads(files["journal.json"])
    lines[2]["by_name"] = "别人"
    files["journal.json"] = packages.written(lines)
    manifest = json.loads(files["manifest.json"])
    for row in manifest["files"]:
        row["size"], row["digest"] = len(files[row["path"]]), digest(files[row["path"]])
    files["manifest.json"] = packages.written(manifest)
    files["manifest.sm3"] = digest(files["manifest.json"]).encode()


def added(name, content):
    return lambda files: files.update({name: content})


@pytest.mark.parametrize(
    ("change", "quality", "text"),
    [
        (tampered("process.json"), "真实性", "process.json"),
        (tampered("manifest.json"), "真实性", "清单被改动"),
        (tampered("journal.json"), "真实性", "journal.json"),
        (resealed, "真实性", "日志断裂"),
        (dropped("materials/"), "完整性", "缺材料：证明.pdf"),
        (dropped("papers/"), "完整性", "缺文书"),
        (dropped("journal"), "完整性", "缺这一部分：journal.json"),
        (dropped("manifest.json"), "完整性", "没有清单"),
        (added("extra.txt", b"x"), "完整性", "清单上没有的文件"),
        (added("materials/x.pdf", b"%PDF-1.4 broken"), "可用性", "PDF 打不开"),
        (added("materials/x.pdf", b"MZ"), "可用性", "认不出"),
        (added("materials/y.pdf", PDF + b"/JavaScript"), "安全性", "脚本"),
        (added("../evil.pdf", PDF), "安全性", "路径不对"),
        (added("/evil.pdf", PDF), "安全性", "路径不对"),
    ],
)
def test_a_changed_package_is_found_out(b, change, quality, text):
    files = files_of(raw_of(archived(b)))
    change(files)
    found = packages.verified(boxed(files))
    assert any(one.quality == quality and text in one.text for one in found), found


@pytest.mark.parametrize("raw", [b"", b"not a zip", b"PK\x03\x04" + b"\0" * 40])
def test_what_is_no_package_is_said_so(raw):
    assert packages.verified(raw)[0].quality == "可用性"


def test_the_stored_package_is_checked_again_before_it_is_transferred(b):
    archive = archived(b)
    name = archive.file.name
    files = files_of(raw_of(archive))
    tampered("process.json")(files)
    default_storage.delete(name)
    default_storage.save(name, ContentFile(boxed(files)))
    told = {"receipt_number": "1", "received_by": "示例档案室", "transferred_on": b.at.date()}
    with pytest.raises(NotNow, match="不合格"):
        archiving.transfer(archive, by=b.editor, at=b.at, unsigned_known=True, **told)
    assert {one.quality for one in archiving.check(archive, by=b.editor, at=b.at)} == {"真实性"}
    assert archive.state == "faulty"
    default_storage.delete(name)
    assert archiving.check(archive, by=b.editor, at=b.at)[0].text == "归档包的文件不见了。"


def test_the_command_verifies_from_outside(b, tmp_path, capsys):
    archive, file = archived(b), tmp_path / "包.zip"
    file.write_bytes(raw_of(archive))
    call_command("verify_archive", str(file), digest=archive.digest)
    assert f"四性检测合格。SM3 {archive.digest}" in capsys.readouterr().out
    with pytest.raises(CommandError, match="与登记的对不上"):
        call_command("verify_archive", str(file), digest="0" * 64)
    files = files_of(file.read_bytes())
    tampered("process.json")(files)
    file.write_bytes(boxed(files))
    with pytest.raises(CommandError, match="真实性：内容与清单的摘要对不上：process.json"):
        call_command("verify_archive", str(file))
    with pytest.raises(CommandError, match="读不了"):
        call_command("verify_archive", str(tmp_path / "none.zip"))


# 移交与销毁 -----------------------------------------------------------------


def test_transfer_then_two_people_delete(b):
    archive = transferred(b)
    case, stored = archive.case, archive.file.name
    upload = Upload.objects.of_case(case).get()
    lines = Entry.objects.about(case).count()
    archiving.propose(archive, reason="档案室已接收，核对无误。", by=b.editor, at=b.at)
    with b.later(execute=True):
        archiving.destroy(archive, by=b.checker, at=b.at)
    assert not default_storage.exists(stored) and not default_storage.exists(upload.file.name)
    case = Case.objects.select_related("applicant").get(pk=case.pk)
    applicant = case.applicant
    assert (applicant.name, applicant.id_number, applicant.phone, applicant.address) == ("赵**", "", "", "")
    assert applicant.id_index == applicant.phone_index == "" and case.answers == {}
    upload.refresh_from_db()
    assert not upload.file and upload.name == upload.digest
    assert case.deliveries.get().collector_id == ""
    assert Entry.objects.about(case).count() == lines + 1 and case.decision == "准予登记。"
    call_command("verify_journal", verbosity=0)
    assert "本系统里的材料和个人信息已经销毁" in archive.where and "示例凭证1号" in archive.where


def test_the_same_person_cannot_propose_and_delete(b):
    archive = transferred(b)
    archiving.propose(archive, reason="已移交。", by=b.editor, at=b.at)
    with pytest.raises(PermissionDenied, match="另一位"):
        archiving.destroy(archive, by=b.editor, at=b.at)
    for stranger in (b.clerk_a, b.auditor, b.director, b.stranger):
        with pytest.raises(PermissionDenied):
            archiving.destroy(archive, by=stranger, at=b.at)
    archiving.decline(archive, text="再核一遍。", by=b.checker, at=b.at)
    assert archive.state == "transferred" and Upload.objects.of_case(archive.case).get().file


@pytest.mark.parametrize("deed", ["propose", "destroy"])
def test_nothing_is_deleted_before_an_acknowledged_transfer(b, deed):
    archive = archived(b)
    told = {"propose": {"reason": "没有地方了。"}, "destroy": {}}[deed]
    with pytest.raises(NotNow):
        getattr(archiving, deed)(archive, by=b.editor, at=b.at, **told)
    assert default_storage.exists(archive.file.name)


def test_a_transfer_is_not_in_the_future(b):
    archive = archived(b)
    told = {"receipt_number": "1", "received_by": "示例档案室"}
    with pytest.raises(NotNow):
        archiving.transfer(archive, transferred_on=b.at.date() + DAY, by=b.editor, at=b.at, unsigned_known=True, **told)


def test_the_database_refuses_what_the_actions_refuse(b):
    archive = transferred(b)

    def refused(sql, *args):
        with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, args)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    refused("UPDATE approvals_archive SET state = 'deleted'")
    refused("UPDATE approvals_archive SET receipt_number = 'x'")
    refused("UPDATE approvals_archive SET digest = %s", "0" * 64)
    refused("DELETE FROM approvals_archive")
    archiving.propose(archive, reason="已移交。", by=b.editor, at=b.at)
    refused(
        "UPDATE approvals_archive SET state = 'deleted', file = '', deleted_at = now(), deleted_by_id = %s", b.editor.pk
    )
    refused("UPDATE approvals_archive SET deleted_by_id = proposed_by_id, state = 'deleted', file = ''")


def test_deletion_waits_for_messages_still_going_out(b):
    archive = transferred(b)
    archiving.propose(archive, reason="已移交。", by=b.editor, at=b.at)
    exchanged(b)
    with pytest.raises(NotNow, match="交换报文"):
        archiving.destroy(archive, by=b.checker, at=b.at)


def test_what_another_case_reuses_is_in_its_package_and_stays_until_that_is_handed_over(b):
    archive = transferred(b)
    archiving.propose(archive, reason="已移交。", by=b.editor, at=b.at)
    old, again = archive.case, closed(b)
    proof = {"material__key": "proof"}
    Reuse.objects.create(
        material_key="proof", case_material=again.materials.get(**proof), source=old.materials.get(**proof),
        consent="signed", agreed_at=b.at, agreed_by=b.clerk_a,
    )  # fmt: skip
    papers.empty_tray(at=b.at, limit=50)
    assert archiving.make_due(at=b.at) == 1
    other = Archive.objects.get(case=again)
    kept = [sum(name.startswith("materials/") for name in files_of(raw_of(one))) for one in (archive, other)]
    assert kept == [1, 2], "再用的那一份也在包里"
    with pytest.raises(NotNow, match="再用了这一件的材料"):
        archiving.destroy(archive, by=b.checker, at=b.at)
    told = {"receipt_number": "示例凭证2号", "received_by": "示例档案室", "transferred_on": b.at.date()}
    archiving.transfer(other, by=b.editor, at=b.at, unsigned_known=True, **told)
    assert archiving.destroy(archive, by=b.checker, at=b.at).state == "deleted"


def test_deletion_waits_for_a_promise_still_to_be_checked(b):
    casework.item_with_guide(b, "promised", informed_commitment=True)
    pledging.terms(b)
    case = pledging.granted(b).case
    archive = handed_over(b, ended(b, case))
    archiving.propose(archive, reason="已移交。", by=b.editor, at=b.at)
    with pytest.raises(NotNow, match="承诺的事后核查"):
        archiving.destroy(archive, by=b.checker, at=b.at)
