"""归集：一件的申请、材料、文书、办理过程、日志，装成一个包。读库、读文件，不写。"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.files.storage import default_storage
from django.db import models
from django.db.models import Q

from approvals.actions import letters
from approvals.models import Archive, ArchiveBatchLine, Case, CaseText, Draft, Joint, JointDraft, Mandate, Party, Upload
from approvals.rules import packages
from approvals.rules.belongings import belongings
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
# 查询、继续填写的凭据，进了包就等于交给了别人
HIDDEN = (
    "query_code", "query_index", "id_index", "phone_index", "code_index", "submission_key", "code_until",
)  # fmt: skip
CODES = {Mandate: "code", Party: "code"}
# 名下的表都进包，这几张不进：为什么
LEFT_OUT = {
    Archive: "包自己的登记",
    ArchiveBatchLine: "移交清册，与包一起交，不在包里",
    CaseText: "检索词，从别的字算出来的",
    Draft: "草稿，交上来的已经在申请里",
    Upload: "文件与登记在申请里(application.json)",
}


JOINT: dict[Any, str] = {Joint: "pk", **belongings(Joint, but=(Case, JointDraft))}


class NotYet(Exception):
    """还不能归集；str() 说为什么。"""


def package(case: Case, rule: Retention | None, *, supplements: Archive | None = None) -> bytes:
    """装包：补充的写明补充哪一包(摘要、接收凭证)，内容照现在的全份。Raises: NotYet(文书还没有排好、文件不见了)。"""
    held = holdings(case)
    uploads, papers = list(Upload.objects.used_by(case).order_by("pk")), list(_about_any(Paper, held).order_by("pk"))
    if any(paper.state == PaperState.ORDERED for paper in papers):
        raise NotYet("还有文书没有排好。")
    if case.has_fee and case.fees.unsettled().exists():
        raise NotYet("还有费用没有了结。")
    files: dict[str, bytes] = {}
    materials = [_upload(number, one, files) for number, one in enumerate(uploads, 1)]
    letters = [_paper(number, one, files) for number, one in enumerate(papers, 1) if one.file]
    lines = _journal(held, papers)
    files[packages.APPLICATION] = packages.written({**_application(case), "files": materials})
    files[packages.PAPERS] = packages.written({"files": letters, "voided": _voided(papers)})
    files[packages.PROCESS] = packages.written(_process(case, held))
    files[packages.JOURNAL] = packages.written(lines)
    parts = {"kinds": _counted(held), "chains": packages.chains(lines)}
    return packages.packed(_about(case, rule) | _supplements(supplements) | parts, files)


def _supplements(first: Archive | None) -> dict[str, Any]:
    """补充归档的，写明补充哪一包。"""
    if first is None:
        return {}
    told = {"digest": first.digest, "receipt": first.receipt_number, "received_by": first.received_by}
    return {"supplements": {**told, "transferred_on": plain(first.transferred_on), "made_at": plain(first.made_at)}}


def kinds() -> dict[Any, str]:
    """办件名下进包的各张表 → 找到办件的路。"""
    return {model: path for model, path in belongings(Case).items() if model not in LEFT_OUT}


def names() -> dict[str, str]:
    """包里该有的各种 → 名称。"""
    return {model._meta.label_lower: str(model._meta.verbose_name) for model in (*kinds(), *JOINT)}


def holdings(case: Case) -> dict[Any, list[Any]]:
    """这一件和它名下各张表的各行；联办的，连联办件自己的。"""
    held = {Case: [case]}
    held |= {model: list(model._base_manager.filter(**{path: case}).order_by("pk")) for model, path in kinds().items()}
    for model, path in JOINT.items():
        held[model] = list(model._base_manager.filter(**{path: case.joint_id}).order_by("pk")) if case.joint_id else []
    return held


def _counted(held: Mapping[Any, list[Any]]) -> dict[str, dict[str, Any]]:
    told = names()
    numbers = {model._meta.label_lower: len(rows) for model, rows in held.items() if model is not Case}
    return {kind: {"name": told[kind], "rows": number} for kind, number in numbers.items()}


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
                "received": row.received_words if row.provided else "", "way": row.get_way_display(),
                "received_at": plain(row.received_at),
            }
            for row in rows
        ],
    }  # fmt: skip


def _row(instance: models.Model) -> dict[str, Any]:
    """一行的各栏：栏名 → 值；外键写编号，时刻写 UTC；引用的几条写成字。"""
    hidden = (*HIDDEN, CODES.get(type(instance), ""))
    told = {
        field.attname: plain(getattr(instance, field.attname))
        for field in instance._meta.concrete_fields
        if field.attname not in hidden
    }
    quoted = {many.name: sorted(map(str, getattr(instance, many.name).all())) for many in instance._meta.many_to_many}
    return told | quoted


def _process(case: Case, held: Mapping[Any, list[Any]]) -> dict[str, Any]:
    """办理过程：名下的每张表各一种，没有的也写着(零行)。"""
    rows = {model._meta.label_lower: [_row(one) for one in rows] for model, rows in held.items() if model is not Case}
    decision = {"text": case.decision, "by": case.decided_by.full_name if case.decided_by else ""}
    certificate, ground = letters.certificate_of(case), case.ground
    told = {"certificate": _row(certificate) if certificate else None, "ground": _row(ground) if ground else None}
    return {"rows": rows, "decision": decision, **told}


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


def _about_any(model: Any, held: Mapping[Any, list[Any]]) -> Any:
    """说这些行的(日志、文书)。"""
    mine = Q()
    for one, rows in held.items():
        if rows:
            mine |= Q(subject_type=one._meta.label_lower, subject_key__in=[str(row.pk) for row in rows])
    return model.objects.filter(mine)


def _journal(held: Mapping[Any, list[Any]], papers: list[Paper]) -> list[dict[str, Any]]:
    """这一件、名下各行、文书的日志，每条链从头到尾。"""
    lines = _about_any(Entry, {**held, Paper: papers}).order_by("subject_type", "subject_key", "seq")
    return [{**{name: getattr(line, name) for name in LINE}, "at": plain(line.at)} for line in lines]
