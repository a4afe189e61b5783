"""归档包装得全：办件名下的每张表、每条日志链、联办的文书都在；少了一种、断了一条，检测说得出来。"""

import json

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from approvals.actions import archiving, decision, packing
from approvals.models import Archive, Case
from approvals.rules import packages
from approvals.rules.belongings import belongings
from office.journal.models import Entry
from office.papers import actions as papers
from office.papers import engine
from office.papers.models import Paper
from office.vault import digest
from tests.approvals import together
from tests.approvals.test_archives import PDF, boxed, files_of, kept_for, raw_of
from tests.approvals.test_forgetting import MARK, lived_through


@pytest.fixture
def b(bureau, monkeypatch):
    monkeypatch.setattr(engine, "typeset", lambda paper, **_: engine.Sheet(PDF, "示例", digest(PDF)))
    return bureau


def packed(b, case: Case) -> Archive:
    papers.empty_tray(at=b.at, limit=100)
    archiving.make_due(at=b.at)
    return Archive.objects.get(case=case)


def whole(b) -> Archive:
    case = lived_through(b)
    kept_for(b)
    return packed(b, case)


def sealed(files, **told) -> bytes:
    """照改了的内容另做清单、摘要。"""
    manifest = json.loads(files["manifest.json"]) | told
    inside = {name: content for name, content in files.items() if not name.startswith("manifest.")}
    about = {key: manifest[key] for key in manifest if key not in ("files", "algorithm")}
    return packages.packed(about, inside)


def said(found) -> list[str]:
    return [f"{one.quality}：{one.text}" for one in found]


def test_every_table_of_a_case_is_in_the_package_or_says_why_not():
    left = {model._meta.label for model in set(belongings(Case)) - set(packing.kinds())}
    assert left == {f"approvals.{name}" for name in ("Archive", "ArchiveBatchLine", "CaseText", "Draft", "Upload")}
    assert all(packing.LEFT_OUT.values()) and {"approvals.joint", "approvals.jointextension"} < set(packing.names())


def test_the_package_holds_the_whole_course_and_every_chain(b):
    archive = whole(b)
    assert archive.state == "checked", archive.findings
    files = files_of(raw_of(archive))
    process = json.loads(files["process.json"])
    assert set(process["rows"]) == set(packing.names())
    for model, path in packing.kinds().items():
        keys = [row["id"] for row in process["rows"][model._meta.label_lower]]
        assert keys == list(
            model._base_manager.filter(**{path: archive.case}).order_by("pk").values_list("pk", flat=True)
        )
    filled = {
        kind.partition(".")[2] for kind, rows in process["rows"].items() if MARK in json.dumps(rows, ensure_ascii=False)
    }
    assert filled >= {
        "amendment", "confirmation", "party", "statement", "mandate", "message", "enquiry", "contact", "advance",
        "guidance", "procedure", "publication", "objection",
    }  # fmt: skip
    (entry,) = process["rows"]["denials.registerentry"]
    assert entry["applicant_name"] == "赵申请" and len(process["rows"]["approvals.referral"]) == 1
    lines = json.loads(files["journal.json"])
    subjects = {line["subject_type"] for line in lines}
    assert subjects >= {"approvals.case", "approvals.mandate", "approvals.enquiry", "approvals.contact",
                        "denials.registerentry", "office.paper"}  # fmt: skip
    for kind in subjects:
        keys = {line["subject_key"] for line in lines if line["subject_type"] == kind}
        count = sum(line["subject_type"] == kind for line in lines)
        assert Entry.objects.filter(subject_type=kind, subject_key__in=keys).count() == count


def test_no_code_that_opens_a_page_is_in_the_package(b):
    archive = whole(b)
    case, inside = archive.case, files_of(raw_of(archive))
    text = b"".join(inside[name] for name in ("application.json", "process.json", "manifest.json")).decode()
    mandate = case.mandates.get()
    assert mandate.code and '"name": "孙某某的话"' in text
    for code in (mandate.code, mandate.code_index, case.query_code, case.contact.query_code, case.contact.query_index):
        assert code not in text


def test_a_missing_kind_or_a_cut_chain_is_found_out(b):
    archive = whole(b)
    files = files_of(raw_of(archive))
    process, lines = json.loads(files["process.json"]), json.loads(files["journal.json"])
    without = {kind: rows for kind, rows in process["rows"].items() if kind != "approvals.mandate"}
    fewer = process["rows"] | {"approvals.message": []}
    assert said(packages.verified(sealed(files | {"process.json": packages.written(process | {"rows": without})}))) == [
        "完整性：缺这一种：委托代办"
    ]
    assert said(packages.verified(sealed(files | {"process.json": packages.written(process | {"rows": fewer})}))) == [
        "完整性：与清单的行数对不上：办件消息"
    ]
    last = max(n for n, line in enumerate(lines) if line["subject_type"] == "approvals.case")
    cut = sealed(files | {"journal.json": packages.written(lines[:last] + lines[last + 1 :])})
    assert said(packages.verified(cut)) == [f"完整性：日志缺了，或者没有到最后一行：approvals.case#{archive.case_id}"]
    other = [line for line in lines if line["subject_type"] != "approvals.mandate"]
    (lost,) = packages.verified(sealed(files | {"journal.json": packages.written(other)}))
    assert "approvals.mandate#" in lost.text
    for name in ("kinds", "chains"):
        assert packages.verified(sealed(files, **{name: {}}))[0].quality == "完整性"


def test_the_stored_package_is_held_against_the_tables_there_are(b):
    """清单、内容一道抽掉一种，包自己看不出来；对着库里的各张表看得出来。"""
    archive = whole(b)
    files = files_of(raw_of(archive))
    manifest, process = json.loads(files["manifest.json"]), json.loads(files["process.json"])
    del process["rows"]["approvals.slip"], manifest["kinds"]["approvals.slip"]
    put(archive, sealed(files | {"process.json": packages.written(process)}, kinds=manifest["kinds"]))
    assert "完整性：缺这一种：征求意见单" in said(archiving.check(archive, by=b.editor, at=b.at))
    assert archive.state == "faulty"


def test_a_package_of_the_first_format_is_still_read_and_is_made_again_before_transfer(b):
    archive = whole(b)
    files = files_of(raw_of(archive))
    manifest = json.loads(files["manifest.json"]) | {"schema": "1.0"}
    del manifest["kinds"], manifest["chains"]
    files["manifest.json"] = packages.written(manifest)
    files["manifest.sm3"] = digest(files["manifest.json"]).encode()
    assert packages.verified(boxed(files)) == []
    put(archive, boxed(files))
    assert any("照早先的格式归集的" in one for one in said(archiving.check(archive, by=b.editor, at=b.at)))
    archiving.make_again(archive, by=b.editor, at=b.at)
    archiving.make_due(at=b.at)
    archive.refresh_from_db()
    assert archive.state == "checked"


def put(archive: Archive, raw: bytes) -> None:
    default_storage.delete(archive.file.name)
    default_storage.save(archive.file.name, ContentFile(raw))


def test_the_papers_of_a_joint_are_in_the_package_of_every_branch(b):
    joint = together.submitted(together.matter(b))
    for case in joint.branches.all():
        decision.withdraw(case, reason="不办了。", by=b.citizen, at=b.at)
    packed(b, joint.branches.first())
    for case in joint.branches.all():
        files = files_of(raw_of(case.archives.get()))
        kept = {row["check_code"] for row in json.loads(files["papers.json"])["files"]}
        assert Paper.objects.about(joint).get(kind="receipt").check_code in kept, "联办的收件凭证"
        assert f"approvals.joint#{joint.pk}" in json.loads(files["manifest.json"])["chains"]
        (row,) = json.loads(files["process.json"])["rows"]["approvals.joint"]
        assert row["number"] == joint.number and "query_code" not in row
