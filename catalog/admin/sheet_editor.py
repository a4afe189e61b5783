"""改材料的空白表：就是申请表、照抄已有的一张，或者自己一行一格地写；不写 JSON。"""

import datetime
import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from catalog.actions import forming
from catalog.admin.editor import GuideEditor, show_or_save, unmoved
from catalog.admin.form_boxes import line, several
from catalog.admin.rows import Column, RowsField
from catalog.models import Guide, Material
from catalog.rules.forms import FIELD_KINDS, OF_ITEM, is_the_application, questions
from catalog.rules.forms.editing import new_key
from catalog.rules.forms.outline import pages_from, rows_of
from office.workdays.clock import moment
from office.workdays.rules import local

NONE, ITEM, OWN, LIKE = "none", "item", "own", "like"
REST, KEPT = "rest", ("key", "when")  # 一页里没有格子可填的，带着走
MOST_PAGES = 50
FIELDS = [
    Column("label", "名称"), Column("kind", "种类", choices=list(FIELD_KINDS.items())),
    Column("required", "必填", "tick"), Column("sample", "样例"), Column("help", "说明", wide=True),
    Column("inside", "选项，或者表格的栏(一行一个)", "long", wide=True),
]  # fmt: skip


class SheetBox(forms.Form):
    """一份材料的空白表。各页的格子是清单；末尾空着的一页，填了标题就是加一页。"""

    what = forms.ChoiceField(label="用哪一张", widget=forms.RadioSelect)
    like = forms.ChoiceField(label="照抄哪一张", required=False, help_text="抄来以后就是这份材料自己的，可以再改。")
    signed = several("落款", "一行一处，例如“申请人（签名或者按手印）”。空着的印“申请人（签名或者盖章）”。")
    needs_check = several("版式哪里待核对", "只给编辑和工作手册看。")

    def __init__(self, *args: Any, row: Material, known: Mapping[str, Material], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row, self.known = row, known
        sheet = row.form if isinstance(row.form, dict) else {}
        stored = list(questions(sheet).get("pages", []))
        self.pages = _carried(self.data) if self.is_bound else [*stored, {}]
        offered = [(NONE, "没有空白表"), (ITEM, "就是本事项的申请表"), (OWN, "自己的一张，照下面写的")]
        self.fields["what"].choices = offered + ([(LIKE, "照抄已有的一张")] if known else [])  # type: ignore[attr-defined]
        self.fields["like"].choices = [("", "请选择"), *((key, _called(one)) for key, one in known.items())]  # type: ignore[attr-defined]
        self.initial["what"] = ITEM if is_the_application(sheet) else OWN if sheet else NONE
        self.initial["signed"] = "\n".join(sheet.get("signed", []))
        self.initial["needs_check"] = sheet.get("needs_check", "")
        for number, page in enumerate(self.pages):
            self._page(number, page)

    def _page(self, number: int, page: Mapping[str, Any]) -> None:
        again, which = "" if page else "(填了就是再加一页)", f"第 {number + 1} 页"
        self.fields[f"title{number}"] = line(f"{which}的标题{again}", required=False, most=100)
        self.fields[f"help{number}"] = several(f"{which}页首的话", "承诺、授权的正文写在这里，一行一段，印在表上。")
        self.fields[f"rows{number}"] = RowsField(columns=FIELDS, noun="格", label=f"{which}的格子")
        self.fields[f"{REST}{number}"] = forms.CharField(widget=forms.HiddenInput, required=False)
        self.initial[f"{REST}{number}"] = json.dumps({name: page[name] for name in KEPT if page.get(name)})
        self.initial[f"title{number}"] = page.get("title", "")
        self.initial[f"help{number}"] = page.get("help", "")
        self.initial[f"rows{number}"] = rows_of(page)

    @property
    def leading(self) -> list[Any]:
        return [self["what"], *([self["like"]] if self.known else [])]

    @property
    def parts(self) -> list[tuple[list[Any], Any, bool]]:
        """一页：标题、页首的话、格子；带着走的几样；要不要展开(第一页、写错的展开)。"""
        found = []
        for number in range(len(self.pages)):
            boxes = [self[f"{name}{number}"] for name in ("title", "help", "rows")]
            found.append((boxes, self[f"{REST}{number}"], not number or any(box.errors for box in boxes)))
        return found

    @property
    def trailing(self) -> list[Any]:
        return [self["signed"], self["needs_check"]]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("what") == LIKE and not told.get("like"):
            self.add_error("like", "请选照抄哪一张。")
        return told

    def told(self) -> dict[str, Any]:
        """定义。没有标题、没有格子的页就是删去了。"""
        data = self.cleaned_data
        if data["what"] == LIKE:
            return dict(self.known[data["like"]].form)
        if data["what"] != OWN:
            return dict(OF_ITEM) if data["what"] == ITEM else {}
        made: dict[str, Any] = {"pages": self._told_pages(data)}
        if signed := [one.strip() for one in data["signed"].splitlines() if one.strip()]:
            made["signed"] = signed
        if doubt := data["needs_check"].strip():
            made["needs_check"] = doubt
        return made

    def _told_pages(self, data: Mapping[str, Any]) -> list[dict[str, Any]]:
        keys = {page["key"] for page in self.pages if page}
        made, rows = [], []
        for number, page in enumerate(self.pages):
            title, cells = data[f"title{number}"], data[f"rows{number}"]
            if not title and not cells:
                continue
            key = page.get("key") or new_key(title, keys, "page")
            words = data[f"help{number}"].replace("\r\n", "\n").strip()
            made.append({**page, "key": key, "title": title, **({"help": words} if words else {})})
            rows.append(cells)
        return [{**page, "fields": fields} for page, fields in zip(made, pages_from(rows), strict=True)]


def _carried(data: Any) -> list[dict[str, Any]]:
    """交回来的各页带着的键和条件：打开以后页数变了，也不会写到别的页上。写坏了的当作新的一页。"""
    pages: list[dict[str, Any]] = []
    while (told := data.get(f"{REST}{len(pages)}")) is not None and len(pages) < MOST_PAGES:
        try:
            page = json.loads(told or "{}")
        except ValueError:
            page = {}
        whole = isinstance(page, dict) and isinstance(page.get("key"), str)
        pages.append({name: page[name] for name in KEPT if name in page} if whole else {})
    return pages


def _called(one: Material) -> str:
    return f"{one.name}（{one.guide.name}）"


class SheetEditor(GuideEditor):
    """空白表的编辑页，挂在办事指南的后台下面。"""

    title, route, name, home = "空白表", "sheets", "catalog_guide_sheet", "admin:catalog_guide_change"

    def urls(self) -> list[Any]:
        return [self.at("<slug:material>/", show_or_save, self.sheet)]

    def sheet(self, request: HttpRequest, guide: Guide, material: str) -> HttpResponse:
        row = guide.materials.filter(key=material).first()
        if row is None:
            raise Http404
        form = SheetBox(request.POST or None, row=row, known=_known(guide, row, local(moment(request)).date()))
        context = {
            "form": form, "material": row, "shown": questions(row.form), "signed": row.form.get("signed", []),
            "is_application": is_the_application(row.form), "part": row.form,
        }  # fmt: skip

        def change(old: forming.Definition) -> forming.Definition:
            unmoved(request, old)
            return form.told()

        def save() -> None:
            forming.set_sheet(guide=guide, material=material, change=change, by=request.user, at=moment(request))

        if form.is_valid() and self.saved(request, context, save, f"材料“{row.name}”的空白表已保存。"):
            return redirect("admin:catalog_guide_sheet", guide.pk, material)
        return self.page(request, guide, "admin/catalog/sheet.html", context)


def _known(guide: Guide, row: Material, day: datetime.date) -> dict[str, Material]:
    """现行的、公开的指南里自己的表，同样的只列一张，新近的在前；同名材料的排最前。"""
    current = Guide.objects.in_force_on(day).values("pk")
    found = Material.objects.filter(guide__in=current, guide__item__withheld="", form__has_key="pages")
    found = found.select_related("guide").only("name", "form", "guide__name")
    alike: dict[str, Material] = {}
    for one in sorted(found, key=lambda one: (one.name != row.name, one.name, one.pk)):
        if one.form != row.form and all(one.form != other.form for other in alike.values()):
            alike[str(one.pk)] = one
    return alike
