"""归集：一件的申请、材料、文书、办理过程、日志，装成一个包。读库、读文件，不写。"""

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

from django.core.files.storage import default_storage
from django.db import models
from django.db.models import Q

from approvals.actions import letters
from approvals.models import Case, Upload
from approvals.rules import packages
from catalog.models import Retention
from office.journal.models import Entry
from office.journal.rules import plain
from office.papers.models import Paper
from office.papers.states import PaperState

SOFTWARE = "民政服务大厅"
LINE = (
    "subject_type",
    "subject_key",
    "seq",
    "verb",
    "by_id",
    "by_name",
    "before",
    "after",
    "facts",
    "previous",
    "digest",
)
# 办理过程：办件名下的各张表，照次序
PROCESS = (
    "reviews", "clocks", "flags", "procedures", "extensions", "hearings", "transfers", "deliveries", "enquiries",
    "messages", "fees",
)  # fmt: skip
HIDDEN = ("query_code", "query_index", "id_index", "phone_index")


class NotYet(Exception):
    """还不能归集；str() 说为什么。"""


def package(case: Case, rule: Retention | None) -> bytes:
    """装包。Raises: NotYet(文书还没有排好、文件不见了)。"""
    uploads, papers = list(Upload.objects.used_by(case).order_by("pk")), list(Paper.objects.about(case).order_by("pk"))
    if any(paper.state == PaperState.ORDERED for paper in papers):
        raise NotYet("还有文书没有排好。")
    if case.has_fee and case.fees.unsettled().exists():
        raise NotYet("还有费用没有了结。")
    files: dict[str, bytes] = {}
    materials = [_upload(number, one, files) for number, one in enumerate(uploads, 1)]
    letters = [_paper(number, one, files) for number, one in enumerate(papers, 1) if one.file]
    files[packages.APPLICATION] = packages.written({**_application(case), "files": materials})
    files[packages.PAPERS] = packages.written({"files": letters, "voided": _voided(papers)})
    files[packages.PROCESS] = packages.written(_process(case))
    files[packages.JOURNAL] = packages.written(_journal(case, papers))
    return packages.packed(_about(case, rule), files)


def _about(case: Case, rule: Retention | None) -> dict[str, Any]:
    """元数据：内容、结构、背景。没有定保管期限的写明“未定”，检测说得出。"""
    period = {"period": rule.get_period_display(), "basis": rule.basis, "number": rule.document_number} if rule else {}
    return {
        "kind": "政务服务电子文件归档包",
        "software": SOFTWARE,
        "case": {
            "number": case.number, "outcome": case.get_outcome_display(), "received_at": plain(case.received_at),
            "accepted_at": plain(case.accepted_at), "decided_at": plain(case.decided_at),
            "closed_at": plain(case.closed_at), "channel": case.get_channel_display(),
        },
        "item": {
            "code": case.item.code, "name": case.item.name, "implementation_code": case.item.implementation_code,
            "guide_version": case.guide.version, "guide_digest": case.guide.digest,
        },
        "agency": {"code": case.agency.code, "name": case.agency.name, "uscc": case.agency.uscc},
        "units": {"intake": case.intake_unit.name, "section": case.section.name},
        "retention": period,
    }  # fmt: skip


def _application(case: Case) -> dict[str, Any]:
    rows = case.materials.select_related("material").order_by("material__position", "pk")
    return {
        "applicant": _row(case.applicant),
        "answers": case.answers,
        "form": case.guide.form,
        "materials": [
            {
                "key": row.material.key, "name": row.material.name, "provided": row.provided,
                "verdict": row.get_verdict_display(), "comment": row.comment, "basis": row.material.basis,
            }
            for row in rows
        ],
    }  # fmt: skip


def _row(instance: models.Model) -> dict[str, Any]:
    """一行的各栏：栏名 → 值；外键写编号，时刻写 UTC。"""
    return {
        field.attname: plain(getattr(instance, field.attname))
        for field in instance._meta.concrete_fields
        if field.attname not in HIDDEN
    }


def _process(case: Case) -> dict[str, Any]:
    told: dict[str, Any] = {name: [_row(one) for one in getattr(case, name).order_by("pk")] for name in PROCESS}
    told["decision"] = {"text": case.decision, "by": case.decided_by.full_name if case.decided_by else ""}
    told["ground"] = _row(case.ground) if case.ground else None
    certificate = letters.certificate_of(case)
    told["certificate"] = _row(certificate) if certificate else None
    return told


def _upload(number: int, upload: Upload, files: dict[str, bytes]) -> dict[str, Any]:
    suffix = packages.SUFFIXES.get(upload.media_type, ".bin")
    path = f"materials/{number:03d}-{upload.digest[:12]}{suffix}"
    files[path] = _read(str(upload.file.name), upload.name)
    told = {"path": path, "name": upload.name, "digest": upload.digest, "media_type": upload.media_type}
    return {**told, "material": upload.material_key, "uploaded_at": plain(upload.uploaded_at)}


def _paper(number: int, paper: Paper, files: dict[str, bytes]) -> dict[str, Any]:
    path = f"papers/{number:03d}-{paper.kind}.pdf"
    files[path] = _read(str(paper.file.name), paper.number)
    told = {"path": path, "name": f"{paper.title} {paper.number}", "digest": paper.digest, "kind": paper.kind}
    more = {"check_code": paper.check_code, "seal": paper.seal_name, "voided": paper.state == PaperState.VOIDED}
    times = {name: plain(getattr(paper, name)) for name in ("ordered_at", "rendered_at", "sealed_at", "delivered_at")}
    return {**told, **more, **times}


def _voided(papers: Iterable[Paper]) -> list[Mapping[str, Any]]:
    return [{"number": one.number, "reason": one.void_reason} for one in papers if one.state == PaperState.VOIDED]


def _read(name: str, called: str) -> bytes:
    """Raises: NotYet(文件不见了)。"""
    try:
        with default_storage.open(name, "rb") as stored:
            raw: bytes = stored.read()
            return raw
    except (OSError, ValueError) as error:
        raise NotYet(f"文件不见了：{called}") from error


def _journal(case: Case, papers: Iterable[Paper]) -> list[dict[str, Any]]:
    """办件、文书、特别程序、延期的日志，每条链从头到尾。"""
    parts: Iterable[models.Model] = chain([case], papers, case.procedures.all(), case.extensions.all(), case.fees.all())
    mine = Q()
    for part in parts:
        mine |= Q(subject_type=part._meta.label_lower, subject_key=str(part.pk))
    lines = Entry.objects.filter(mine).order_by("subject_type", "subject_key", "seq")
    return [{**{name: getattr(line, name) for name in LINE}, "at": plain(line.at)} for line in lines]
