"""申请表印成 A4：空白表、填写样例、申请人填好的。不是文书，不编号；版式与文书同一套样式。"""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from io import BytesIO
from typing import Any

from django.conf import settings
from django.template.loader import get_template, render_to_string
from django.urls import reverse
from django.utils import translation
from pypdf import PdfWriter

from approvals.actions import drafts, joint_course
from approvals.models import Applicant, Case
from catalog.models import Guide, Material
from catalog.rules.forms import SAMPLES, asked, example, fields_of, is_the_application, legend, questions, settled
from catalog.rules.forms.definition import ROWS
from catalog.states import Audience, Source
from office.papers import art, engine, fonts
from office.papers.words import date_words, full_width
from office.vault import digest
from portal.forms.fields import Spec, pairs_of
from portal.forms.words import only_when, said

HALF = frozenset(["date", "phone", "id_number", "identity", "uscc", "integer", "money"])  # 短的两格并一行
EMPTY_ROWS, MANY_ROWS = 4, 12  # 空白表印几行：最多不过十二行的全印
SHORT, FEW = 6, 10  # 填的话、几个选项不过这么多字，半行放得下
SPECIMEN = "填写样例"
FORMS = ("申请表", "申请书", "登记表", "备案表")
SIGNED = "申请人（签名或者盖章）"


@dataclass(frozen=True)
class Cell:
    """印出来的一格：名称、说明、填的话或选项或表格。"""

    label: str
    kind: str
    note: str = ""
    words: str = ""
    boxes: list[tuple[str, bool]] = field(default_factory=list)
    heads: list[tuple[str, str]] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    required: bool = False
    short: bool = False

    @property
    def half(self) -> bool:
        return self.short or self.kind in HALF and len(self.note) <= 24


@dataclass(frozen=True)
class Part:
    """一段：标题、各行、段首的话(一行一段)。"""

    title: str
    lines: list[list[Cell]]
    words: list[str] = field(default_factory=list)


@cache
def version() -> str:
    """版式版本：改一个字就换，存着的旧样子不再用。"""
    names = ("application.html", "application_cell.html", "heavy.html", "paper.css")
    sources = (get_template(f"papers/{name}").template.source for name in names)  # type: ignore[attr-defined]
    return digest("".join(sources))[:16]


# 三种印法 -------------------------------------------------------------


def blank(guide: Guide) -> bytes:
    """空白表：所有的格子，什么时候才填写在旁边。"""
    return _print(guide, blank_html(guide))


def blank_html(guide: Guide) -> str:
    """空白表，还没有排版：工作手册要另编页码。"""
    person = [Cell(label, kind) for label, kind, _value in _about(guide)]
    return _application(guide, _parts(guide.form, None), person, mark="", legend=_legend(guide.form))


def sample(guide: Guide) -> bytes:
    """填写样例：用各格的样例填好，一看就会。"""
    return _print(guide, sample_html(guide))


def sample_html(guide: Guide) -> str:
    """填写样例，还没有排版。"""
    person = [Cell(label, kind, words=value) for label, kind, value in _about(guide)]
    return _application(guide, _parts(guide.form, sample_answers(guide.form)), person, mark=SPECIMEN)


# 材料自己的表 ---------------------------------------------------------


def material_blank(guide: Guide, material: Material) -> bytes:
    """一份材料的空白表；就是申请表的，印申请表。"""
    return _print(guide, material_blank_html(guide, material))


def material_blank_html(guide: Guide, material: Material) -> str:
    if is_the_application(material.form):
        return blank_html(guide)
    return _sheet(guide, material, None, mark="")


def material_sample(guide: Guide, material: Material) -> bytes:
    """一份材料的填写样例。"""
    return _print(guide, material_sample_html(guide, material))


def material_sample_html(guide: Guide, material: Material) -> str:
    if is_the_application(material.form):
        return sample_html(guide)
    return _sheet(guide, material, sample_answers(questions(material.form)), mark=SPECIMEN)


def _sheet(guide: Guide, material: Material, answers: Mapping[str, Any] | None, *, mark: str) -> str:
    signed = [full_width(one) for one in material.form.get("signed", ())]
    told = [] if mark else _legend(questions(material.form))
    parts = _parts(questions(material.form), answers, told=True)
    title = full_width(material.name)
    ours = material.source == Source.AGENCY_FORM
    return _html(
        guide, title, parts, mark=mark, signed=signed or [SIGNED], used_in=full_width(guide.name), ours=ours,
        legend=told,
    )  # fmt: skip


def pictures(guide: Guide) -> dict[str, bytes]:
    """表上的图：办事指南的二维码。"""
    return {"paper:qr": art.qr(_address(guide))}


def filled(case: Case) -> bytes:
    """申请人填好的申请表。一件事代为录入、等着一次确认的，各个事项的都在内，等前一步的也在内。"""
    if case.joint is None or not case.unconfirmed:
        return _filled(case.guide, case.answers, case.applicant, case.number, case.received_at)
    joint, book = case.joint, PdfWriter()
    branches = joint.branches.select_related("guide__item__agency", "applicant").order_by("pk")
    told = [(one.guide, one.answers, one.applicant, one.number) for one in branches]
    waiting = joint_course.waiting_of(joint).select_related("guide__item__agency").order_by("step", "pk")
    told += [(one.guide, drafts.read(one).answers, joint.applicant, joint.number) for one in waiting]
    for guide, answers, who, number in told:
        if guide.form:
            book.append(BytesIO(_filled(guide, answers, who, number, joint.received_at)))
    with BytesIO() as out:
        book.write(out)
        return out.getvalue()


def _filled(guide: Guide, answers: Mapping[str, Any], who: Applicant, number: str, at: datetime.datetime) -> bytes:
    told = [
        ("申请人", "text", who.name),
        ("联系人", "text", who.contact_name),
        ("证件类型", "text", who.get_id_kind_display()),
        ("证件号码", "id_number", who.id_number),
        ("联系电话", "phone", who.phone),
        ("联系地址", "text", who.address),
    ]
    person = [Cell(label, kind, words=value) for label, kind, value in told if value]
    html = _application(guide, _parts(guide.form, answers), person, mark="", number=number, day=date_words(at))
    return _print(guide, html)


def _address(guide: Guide) -> str:
    return f"{settings.PUBLIC_URL}{reverse('hall:guide', args=[guide.item.code])}"


def _application(guide: Guide, parts: list[Part], person: list[Cell], **told: Any) -> str:
    title = guide.name if guide.name.endswith(FORMS) else f"{guide.name}申请表"
    return _html(guide, title, [Part("申请人", _lines(person)), *parts], **told)


def _html(guide: Guide, title: str, parts: list[Part], **told: Any) -> str:
    context = {
        "guide": guide,
        "agency": guide.item.agency.name,
        "title": title,
        "size": f"{min(7.76, 156 / len(title)):.2f}",
        "parts": parts,
        "address": _address(guide),
        "signed": [SIGNED],
        "demonstration": settings.DEMONSTRATION,
        **told,
    }
    with translation.override(settings.LANGUAGE_CODE):
        return render_to_string("papers/application.html", full_width_of(context))


def _print(guide: Guide, html: str) -> bytes:
    fonts.require_glyphs(html)
    return engine.print_pdf(html, pictures(guide))


def _legend(definition: Mapping[str, Any]) -> list[tuple[str, str]]:
    """空白表末尾的填表说明。"""
    return [(full_width(name), full_width(words)) for name, words in legend(definition)]


def full_width_of(context: Mapping[str, Any]) -> dict[str, Any]:
    """标题、机关名称里汉字旁边的标点用全角；各格的话已经改好。"""
    return {key: full_width(value) if isinstance(value, str) else value for key, value in context.items()}


# 申请人 ---------------------------------------------------------------


def _about(guide: Guide) -> list[tuple[str, str, str]]:
    """申请人一栏：只面向个人的、只面向单位的，说法不同。(名称, 种类, 样例)"""
    person_only = guide.item.audiences == [Audience.PERSON.value]
    if person_only:
        who = [("姓名", "text", "赵申请")]
        number = "证件类型和号码"
    else:
        who = [("申请人（姓名或单位名称）", "text", "湛江市示例协会"), ("联系人", "text", "张示例")]
        number = "证件号码"
    reach = [(number, "id_number", SAMPLES["id_number"]), ("联系电话", "phone", SAMPLES["phone"])]
    return [*who, *reach, ("联系地址", "text", "湛江市示范区示范路 1 号")]


# 各页 -----------------------------------------------------------------


def _parts(definition: Mapping[str, Any], answers: Mapping[str, Any] | None, *, told: bool = False) -> list[Part]:
    """一页一段；answers 是 None 时印空白表。

    told 用在材料自己的表上：各页的说明也印(授权书、承诺书的正文写在那里)，一两个字的格子两格并一行，尽量一张纸。
    """
    specs = {spec["key"]: spec for _page, spec in fields_of(definition)}
    shown = specs if answers is None else asked(definition, answers)
    parts = []
    with translation.override(settings.LANGUAGE_CODE):
        for page in definition.get("pages", ()):
            asked_here = [spec for spec in page["fields"] if spec["key"] in shown]
            cells = [_cell(spec, page, answers, specs) for spec in asked_here]
            if told:
                cells = [replace(cell, short=_is_short(one)) for one, cell in zip(asked_here, cells, strict=True)]
            words = full_width(page.get("help", "")).splitlines() if told else []
            if cells:
                parts.append(Part(full_width(page["title"]), _lines(cells), words))
    return parts


def _is_short(spec: Spec) -> bool:
    """看样例、看选项：填不了几个字的。"""
    if spec.get("help") or spec.get("when"):
        return False
    if spec["kind"] == "choice":
        return sum(len(label) + 3 for _value, label in pairs_of(spec)) <= FEW
    return spec["kind"] == "text" and 0 < len(spec.get("sample", "")) <= SHORT


def _lines(cells: Iterable[Cell]) -> list[list[Cell]]:
    """短的两格并一行。"""
    lines: list[list[Cell]] = []
    for cell in cells:
        if cell.half and lines and len(lines[-1]) == 1 and lines[-1][0].half:
            lines[-1].append(cell)
        else:
            lines.append([cell])
    return lines


def _cell(spec: Spec, page: Mapping[str, Any], answers: Mapping[str, Any] | None, specs: Mapping[str, Spec]) -> Cell:
    value = answers.get(spec["key"]) if answers is not None else None
    told: dict[str, Any] = {"label": full_width(spec["label"]), "kind": spec["kind"]}
    told["required"] = bool(spec.get("required"))
    if answers is None:
        whens = [one for one in (page.get("when"), spec.get("when")) if one]
        notes = [*(only_when(one, specs) for one in whens), spec.get("help", "")]
        told["note"] = full_width("".join(note for note in notes if note))
    if spec["kind"] in ("choice", "choices", "region"):
        chosen = value if isinstance(value, list) else [value]
        return Cell(**told, boxes=[(full_width(label), one in chosen) for one, label in pairs_of(spec)])
    if spec["kind"] == "declaration":
        return Cell(**told, boxes=[(told["label"], value is True)])
    if spec["kind"] == "table":
        heads = [(full_width(one["label"]), one["kind"]) for one in spec["columns"]]
        return Cell(**told, heads=heads, rows=_rows(spec, value))
    return Cell(**told, words=full_width(said(spec, value)))


def _rows(spec: Spec, value: Any) -> list[list[str]]:
    if isinstance(value, list):
        return [[full_width(said(one, row.get(one["key"]))) for one in spec["columns"]] for row in value]
    most = spec.get("max_rows", ROWS)
    count = most if most <= MANY_ROWS else max(EMPTY_ROWS, spec.get("min_rows", 0))
    return [["" for _column in spec["columns"]] for _row in range(count)]


# 样例 -----------------------------------------------------------------


def sample_answers(definition: Mapping[str, Any]) -> dict[str, Any]:
    """用各格的样例凑成一份答案；选择题没有写样例的取第一项，条件不成立的不填。"""
    return settled(definition, {spec["key"]: sample_answer(spec) for _page, spec in fields_of(definition)})


def sample_answer(spec: Spec) -> Any:
    kind, written = spec["kind"], spec.get("sample", "")
    if kind == "declaration":
        return True
    if kind in ("choice", "choices", "region"):
        found = [value for value, label in pairs_of(spec) if written in (value, label)] or [pairs_of(spec)[0][0]]
        return found if kind == "choices" else found[0]
    if kind == "table":
        row = {column["key"]: sample_answer(column) for column in spec["columns"]}
        return [{key: value for key, value in row.items() if value}]
    if kind == "file":
        return [{"name": written or "随申请表另附", "digest": ""}]
    return example(spec)
