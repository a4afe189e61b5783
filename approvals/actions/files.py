"""收文件：认文件头，不信扩展名；大小、个数有限；同一份再传一遍还是那一份。"""

import datetime
import posixpath
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.files import File
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from agencies.models import User
from approvals import rules
from approvals.models import Case, CaseMaterial, Draft, Message, Upload
from approvals.states import WAITING
from catalog.rules.forms import MOST_FILES, fields_of
from office.vault import digest

MAX_FILES = MOST_FILES
HEAD = 16
SUFFIXES = {"application/pdf": (".pdf",), "image/png": (".png",), "image/jpeg": (".jpg", ".jpeg")}
TYPES = {"pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg"}
FORM = "form."  # 申请表里的附件；材料的键没有点，不会相撞

Files = Sequence[tuple[str, "File[bytes]"]]  # (原文件名, 内容)
Place = Mapping[str, Draft | Case | CaseMaterial | Message | str]


class BadUpload(Exception):
    """文件不能收；str() 是给人看的一句中文，说清楚怎么办。"""


def form_key(field: str) -> str:
    """申请表里一格附件的材料代号。"""
    return FORM + field


def file_fields(definition: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """申请表里的附件格：材料代号 → 定义。"""
    return {form_key(field["key"]): field for _page, field in fields_of(definition) if field["kind"] == "file"}


def as_answers(uploads: Iterable[Upload]) -> dict[str, list[dict[str, str]]]:
    """附件写进申请表的样子：哪一格，几个文件，各是什么(摘要)。"""
    found: dict[str, list[dict[str, str]]] = {}
    for upload in uploads:
        if upload.material_key.startswith(FORM):
            said = {"name": upload.name, "digest": upload.digest}
            found.setdefault(upload.material_key.removeprefix(FORM), []).append(said)
    return found


def store(
    name: str, content: "File[bytes]", place: Place, *, by: User, at: datetime.datetime,
    field: Mapping[str, Any] | None = None,
) -> Upload:  # fmt: skip
    """收下一个文件，放在 place；field 是附件格的定义，另有类型和个数的限制。Raises: BadUpload。"""
    field = field or {}
    name = clean_name(name)
    raw, kind = checked(name, content, field)
    mark = digest(raw)
    if known := Upload.objects.filter(digest=mark, **place).first():
        return known
    not_too_many(Upload.objects.filter(**place).count() + 1, field)
    return Upload.objects.create(
        **place, file=ContentFile(raw, name="upload"), name=name, media_type=kind, size=len(raw), digest=mark,
        uploaded_at=at, uploaded_by=by,
    )  # fmt: skip


def not_too_many(count: int, field: Mapping[str, Any]) -> None:
    """一份材料、一格附件最多几个文件。Raises: BadUpload。"""
    most = field.get("max_files", MAX_FILES)
    if count > most:
        raise BadUpload(_("每份材料最多传 %(files)s 个文件；页数多的，请合成一个 PDF。") % {"files": most})


def checked(name: str, content: "File[bytes]", field: Mapping[str, Any]) -> tuple[bytes, str]:
    """大小、文件头、扩展名、这一格收的种类都对得上，才读出来：内容，和认出来的种类。Raises: BadUpload。"""
    said = {"name": name, "limit": rules.MAX_UPLOAD // (1024 * 1024)}
    if not content.size:
        raise BadUpload(_("“%(name)s”是空的，请重新选择。") % said)
    if content.size > rules.MAX_UPLOAD:
        raise BadUpload(_("“%(name)s”超过 %(limit)s MB，请压缩或分成几个文件。") % said)
    content.seek(0)
    raw: bytes = content.read()
    kind = rules.media_type(raw[:HEAD])
    if not kind:
        raise BadUpload(_("“%(name)s”不是 PDF、JPG 或 PNG，请换成这几种格式；手机拍的照片就可以。") % said)
    if not name.lower().endswith(SUFFIXES[kind]):
        raise BadUpload(_("“%(name)s”的扩展名和内容对不上，请用原来的文件重新上传。") % said)
    if field.get("accept") and kind not in {TYPES[one] for one in field["accept"]}:
        kinds = "、".join(one.upper() for one in field["accept"])
        raise BadUpload(_("“%(name)s”不能收：这里只收 %(kinds)s。") % {"name": name, "kinds": kinds})
    return raw, kind


def clean_name(name: str) -> str:
    """只留文件名：去掉路径、控制符和改变书写方向的符号，过长的从中间截短。"""
    name = posixpath.basename(unicodedata.normalize("NFC", name).replace("\\", "/"))
    name = "".join(c for c in name if unicodedata.category(c)[0] != "C").strip() or "未命名"
    return name if len(name) <= 120 else f"{name[:100]}…{name[-16:]}"


def keep(row: CaseMaterial, given: Files, *, by: User, at: datetime.datetime) -> list[Upload]:
    """几个文件存到一份材料名下。Raises: BadUpload。"""
    place: Place = {"case_material": row, "material_key": row.material.key}
    return [store(name, content, place, by=by, at=at) for name, content in given]


def share(made: Sequence[Upload], sibling: Case, name: str) -> tuple[CaseMaterial, list[str], list[str]] | None:
    """联办里共用的材料：另一件里同名的那一份也添上这几个文件；返回那一份、原有的文件名、新添的。

    没有同名的、已经有了结果的、都有了的，不添，返回 None。
    """
    row = sibling.materials.filter(material__name=name).select_related("material").first()
    if row is None or sibling.state not in WAITING:
        return None
    before = {upload.digest: upload.name for upload in row.uploads.order_by("pk")}
    new = [upload for upload in made if upload.digest not in before]
    Upload.objects.bulk_create(copied(one, case_material=row, material_key=row.material.key) for one in new)
    return (row, list(before.values()), [one.name for one in new]) if new else None


def copied(upload: Upload, **place: object) -> Upload:
    """同一个文件的另一行：文件只存一份。"""
    return Upload(
        file=upload.file.name, name=upload.name, media_type=upload.media_type, size=upload.size, digest=upload.digest,
        uploaded_at=upload.uploaded_at, uploaded_by=upload.uploaded_by,
        **{"draft_id" if name == "draft" else name: value for name, value in place.items()},
    )  # fmt: skip
