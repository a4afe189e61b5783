"""归档包：固定的样子，同样的内容总是同样的字节；拿到一个包，不靠数据库也查得出真不真、全不全、开不开得了、安不安全。

四性检测照《文书类电子档案检测一般要求》(DA/T 70)的四个方面：真实性、完整性、可用性、安全性。
"""

import io
import json
import posixpath
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from approvals.rules import media_type
from office.journal.rules import first_break
from office.vault import digest

SCHEMA, ALGORITHM = "1.1", "SM3"
FIRST = "1.0"  # 早先的包：没有写明各种各几行、各条日志链几行，照样读得懂
MANIFEST, SEAL = "manifest.json", "manifest.sm3"
JOURNAL, APPLICATION, PROCESS, PAPERS = (f"{name}.json" for name in ("journal", "application", "process", "papers"))
NEEDED = (APPLICATION, JOURNAL, PAPERS, PROCESS)
BEGINNING = (1980, 1, 1, 0, 0, 0)  # 包里不写做包的时刻：同样的内容，同样的字节
MOST_BYTES, MOST_FILES = 1024 * 1024 * 1024, 5000  # 展开以后；再大的当作炸弹
SUFFIXES = {"application/pdf": ".pdf", "image/png": ".png", "image/jpeg": ".jpg"}
ACTIVE = (b"/JavaScript", b"/Launch", b"/EmbeddedFile")  # PDF 里会动的东西
REAL, WHOLE, USABLE, SAFE = "真实性", "完整性", "可用性", "安全性"


@dataclass(frozen=True)
class Finding:
    """一处不合格：哪一性、说什么。"""

    quality: str
    text: str


def written(told: Any) -> bytes:
    """键排好次序的 JSON。"""
    return json.dumps(told, ensure_ascii=False, sort_keys=True, indent=1).encode()


def packed(about: Mapping[str, Any], files: Mapping[str, bytes]) -> bytes:
    """装包：files 是 路径 → 内容；清单写明每个文件的大小和摘要，清单自己的摘要另放一个文件。"""
    rows = [{"path": path, "size": len(files[path]), "digest": digest(files[path])} for path in sorted(files)]
    manifest = written({"schema": SCHEMA, "algorithm": ALGORITHM, **about, "files": rows})
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as box:
        seal = f"{digest(manifest)}\n".encode()
        for path, content in sorted({**files, MANIFEST: manifest, SEAL: seal}.items()):
            row = zipfile.ZipInfo(path, BEGINNING)
            row.compress_type, row.external_attr, row.create_system = zipfile.ZIP_DEFLATED, 0o600 << 16, 3
            box.writestr(row, content, compresslevel=6)
    return out.getvalue()


def verified(raw: bytes) -> list[Finding]:
    """四性检测：不合格的各条；合格为空。"""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as box:
            if found := _unsafe(box):
                return found
            names = [row.filename for row in box.infolist()]
            files = {name: box.read(name) for name in names}
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError) as error:
        return [Finding(USABLE, f"包打不开：{type(error).__name__}")]
    if MANIFEST not in files or SEAL not in files:
        return [Finding(WHOLE, f"没有清单({MANIFEST}、{SEAL})。")]
    found = []
    if files[SEAL].decode("ascii", "replace").strip() != digest(files[MANIFEST]):
        found.append(Finding(REAL, "清单被改动：与它的摘要对不上。"))
    manifest = _json(files[MANIFEST])
    if not isinstance(manifest, dict) or not isinstance(manifest.get("files"), list):
        return [*found, Finding(USABLE, "清单看不懂。")]
    return found + _listed(manifest["files"], files) + _parts(manifest, files) + _usable(files)


def _unsafe(box: zipfile.ZipFile) -> list[Finding]:
    """展开以前就看：路径、加密、大小、重名。"""
    rows, found = box.infolist(), []
    if len(rows) > MOST_FILES or sum(row.file_size for row in rows) > MOST_BYTES:
        return [Finding(SAFE, "包太大，不展开。")]
    if len({row.filename for row in rows}) < len(rows):
        found.append(Finding(SAFE, "包里有重名的文件。"))
    for row in rows:
        path = row.filename
        if path.startswith("/") or "\\" in path or posixpath.normpath(path) != path or ".." in path.split("/"):
            found.append(Finding(SAFE, f"路径不对：{path[:80]}"))
        if row.flag_bits & 1:
            found.append(Finding(SAFE, f"加了密：{path[:80]}"))
    return found


def _listed(rows: list[Any], files: Mapping[str, bytes]) -> list[Finding]:
    """清单与文件一一对上：不缺、不多、没有改过。"""
    known = {str(row.get("path")): row for row in rows if isinstance(row, dict)}
    there = set(files) - {MANIFEST, SEAL}
    found = [Finding(WHOLE, f"缺文件：{path}") for path in sorted(set(known) - there)]
    found += [Finding(WHOLE, f"清单上没有的文件：{path}") for path in sorted(there - set(known))]
    for path in sorted(there & set(known)):
        row, content = known[path], files[path]
        if row.get("size") != len(content) or row.get("digest") != digest(content):
            found.append(Finding(REAL, f"内容与清单的摘要对不上：{path}"))
    return found


def _parts(manifest: Mapping[str, Any], files: Mapping[str, bytes]) -> list[Finding]:
    """该有的几部分都有；元数据齐；材料、文书与各自的登记对得上；日志链没有断。"""
    found = [Finding(WHOLE, f"缺这一部分：{name}") for name in NEEDED if name not in files]
    for name, label in (("case", "办件"), ("item", "事项"), ("agency", "机关"), ("retention", "保管期限")):
        if not manifest.get(name):
            found.append(Finding(WHOLE, f"元数据缺“{label}”。"))
    for name, label in ((APPLICATION, "材料"), (PAPERS, "文书")):
        told = _json(files.get(name, b""))
        rows = told.get("files") if isinstance(told, dict) else None
        if not isinstance(rows, list):
            found.append(Finding(USABLE, f"{name} 看不懂。"))
            continue
        for row in rows:
            content = files.get(str(row.get("path")))
            if content is None:
                found.append(Finding(WHOLE, f"缺{label}：{row.get('name')}"))
            elif digest(content) != row.get("digest"):
                found.append(Finding(REAL, f"{label}与当初登记的摘要对不上：{row.get('name')}"))
    found += _chains(files.get(JOURNAL, b""))
    return found if manifest.get("schema") == FIRST else found + _kinds(manifest, files) + _lengths(manifest, files)


def _kinds(manifest: Mapping[str, Any], files: Mapping[str, bytes]) -> list[Finding]:
    """办理过程：清单说有的每一种都在，一行不少。"""
    told, process = manifest.get("kinds"), _json(files.get(PROCESS, b""))
    rows = process.get("rows") if isinstance(process, dict) else None
    if not isinstance(told, dict) or not told or not isinstance(rows, dict):
        return [Finding(WHOLE, "没有写明办理过程有哪几种。")]
    found = []
    for kind, one in sorted(told.items()):
        name, number = (one.get("name"), one.get("rows")) if isinstance(one, dict) else (kind, None)
        if kind not in rows:
            found.append(Finding(WHOLE, f"缺这一种：{name}"))
        elif not isinstance(rows[kind], list) or len(rows[kind]) != number:
            found.append(Finding(WHOLE, f"与清单的行数对不上：{name}"))
    return found


def _lengths(manifest: Mapping[str, Any], files: Mapping[str, bytes]) -> list[Finding]:
    """日志：清单说有的每一条链都在，到最后一行为止。"""
    told, lines = manifest.get("chains"), _json(files.get(JOURNAL, b""))
    if not isinstance(told, dict) or not told or not isinstance(lines, list):
        return [Finding(WHOLE, "没有写明有哪几条日志链。")]
    there = chains(line for line in lines if isinstance(line, dict))
    lost = [one for one, last in sorted(told.items()) if there.get(one) != last]
    return [Finding(WHOLE, f"日志缺了，或者没有到最后一行：{one}") for one in lost]


def chains(lines: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """各条日志链：对象 → 几行、最后一行的摘要。"""
    found: dict[str, dict[str, Any]] = {}
    for line in lines:
        subject = f"{line.get('subject_type')}#{line.get('subject_key')}"
        found[subject] = {"lines": found.get(subject, {}).get("lines", 0) + 1, "digest": line.get("digest")}
    return found


def lacking(raw: bytes, kinds: Mapping[str, str]) -> list[Finding]:
    """与此刻该有的各种(种类 → 名称)对照，包里没有写到的；包打得开才问。"""
    with zipfile.ZipFile(io.BytesIO(raw)) as box:
        manifest = json.loads(box.read(MANIFEST))
    if manifest.get("schema") == FIRST:
        return [Finding(WHOLE, "照早先的格式归集的，办理过程、日志不全，请重新归集。")]
    return [Finding(WHOLE, f"缺这一种：{kinds[one]}") for one in sorted(set(kinds) - set(manifest["kinds"]))]


def _chains(raw: bytes) -> list[Finding]:
    """日志：每个对象一条摘要链，从第一行起逐行重算。"""
    told = _json(raw)
    if not isinstance(told, list) or not told:
        return [Finding(USABLE, "日志看不懂。")]
    try:
        lines = [SimpleNamespace(**row) for row in told]
        subjects = sorted({(line.subject_type, line.subject_key) for line in lines})
        breaks = [
            first_break(line for line in lines if (line.subject_type, line.subject_key) == subject)
            for subject in subjects
        ]
    except (TypeError, AttributeError):
        return [Finding(USABLE, "日志看不懂。")]
    return [Finding(REAL, f"日志断裂：{said}") for said in breaks if said]


def _usable(files: Mapping[str, bytes]) -> list[Finding]:
    """每个文件打得开，类型就是扩展名说的；PDF 里没有会动的东西。"""
    found = []
    for path, content in sorted(files.items()):
        suffix = posixpath.splitext(path)[1]
        if suffix in (".json", ".sm3"):
            continue
        kind = media_type(content[:16])
        if SUFFIXES.get(kind) != suffix:
            found.append(Finding(USABLE, f"认不出或与扩展名不符：{path}"))
        elif suffix == ".pdf":
            if not _opens(content):
                found.append(Finding(USABLE, f"PDF 打不开：{path}"))
            if any(word in content for word in ACTIVE):
                found.append(Finding(SAFE, f"PDF 里有脚本或附件：{path}"))
    return found


def _opens(content: bytes) -> bool:
    try:
        return len(PdfReader(io.BytesIO(content)).pages) > 0
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError):
        return False


def _json(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return None
