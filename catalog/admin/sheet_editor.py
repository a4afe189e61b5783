"""改材料的空白表：就是申请表、照抄已有的一张，或者自己一行一格地写；不写 JSON。"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.views.decorators.http import require_http_methods

from catalog import rules
from catalog.actions import forming
from catalog.admin.form_boxes import line, several
from catalog.admin.rows import Column, RowsField
from catalog.models import Guide, Material
from catalog.rules.forms import FIELD_KINDS, OF_ITEM, is_the_application, questions
from catalog.rules.forms.editing import new_key
from catalog.rules.forms.outline import fields_from, rows_of
from catalog.states import IN_HAND
from office.steps import NotNow
from office.workdays.clock import moment
from office.workdays.rules import local

NONE, ITEM, OWN, LIKE = "none", "item", "own", "like"
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
        self.pages = list(questions(sheet).get("pages", []))
        offered = [(NONE, "没有空白表"), (ITEM, "就是本事项的申请表"), (OWN, "自己的一张，照下面写的")]
        self.fields["what"].choices = offered + ([(LIKE, "照抄已有的一张")] if known else [])  # type: ignore[attr-defined]
        self.fields["like"].choices = [("", "请选择"), *((key, _called(one)) for key, one in known.items())]  # type: ignore[attr-defined]
        self.initial["what"] = ITEM if is_the_application(sheet) else OWN if sheet else NONE
        self.initial["signed"] = "\n".join(sheet.get("signed", []))
        self.initial["needs_check"] = sheet.get("needs_check", "")
        for number, page in enumerate([*self.pages, {}]):
            self._page(number, page)

    def _page(self, number: int, page: Mapping[str, Any]) -> None:
        again = "" if page else "(填了就是再加一页)"
        self.fields[f"title{number}"] = line(f"第 {number + 1} 页的标题{again}", required=False, most=100)
        self.fields[f"help{number}"] = several("页首的话", "承诺、授权的正文写在这里，一行一段，印在表上。")
        self.fields[f"rows{number}"] = RowsField(columns=FIELDS, noun="格", label="格子")
        self.initial[f"title{number}"] = page.get("title", "")
        self.initial[f"help{number}"] = page.get("help", "")
        self.initial[f"rows{number}"] = rows_of(page)

    @property
    def leading(self) -> list[Any]:
        return [self["what"], *([self["like"]] if self.known else [])]

    @property
    def parts(self) -> list[list[Any]]:
        """一页三样：标题、页首的话、格子。"""
        return [[self[f"{name}{n}"] for name in ("title", "help", "rows")] for n in range(len(self.pages) + 1)]

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
        taken: set[str] = set()
        keys = {page["key"] for page in self.pages}
        made = []
        for number, page in enumerate([*self.pages, {}]):
            title, rows = data[f"title{number}"], data[f"rows{number}"]
            if not title and not rows:
                continue
            key = page.get("key") or new_key(title, keys, "page")
            words = data[f"help{number}"].replace("\r\n", "\n").strip()
            kept = {name: page[name] for name in ("when",) if page.get(name)}
            told = {"key": key, "title": title, **({"help": words} if words else {}), **kept}
            made.append({**told, "fields": fields_from(rows, taken)})
        return made


def _called(one: Material) -> str:
    return f"{one.name}（{one.guide.name}）"


class SheetEditor:
    """空白表的编辑页，挂在办事指南的后台下面。"""

    def __init__(self, model_admin: Any) -> None:
        self.admin = model_admin

    def urls(self) -> list[Any]:
        opened = self.admin.admin_site.admin_view(
            require_http_methods(["GET", "HEAD", "POST"])(self._opened(self.sheet))
        )
        return [path("<int:key>/sheets/<slug:material>/", opened, name="catalog_guide_sheet")]

    def _opened(self, view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        """取指南和材料：看不见的 404，不归自己维护的 403；发布过的回它自己的页面。"""

        @wraps(view)
        def opened(request: HttpRequest, key: int, material: str) -> HttpResponse:
            if not self.admin.has_view_permission(request):
                raise PermissionDenied
            guide = self.admin.get_object(request, str(key))
            row = guide and guide.materials.filter(key=material).first()
            if row is None:
                raise Http404
            if not rules.may_keep(guide, request.user):
                raise PermissionDenied
            if guide.state not in IN_HAND:
                messages.error(request, "发布过的办事指南不能改，请起草新版。")
                return redirect("admin:catalog_guide_change", guide.pk)
            return view(request, guide, row)

        return opened

    def sheet(self, request: HttpRequest, guide: Guide, row: Material) -> HttpResponse:
        form = SheetBox(request.POST or None, row=row, known=_known(guide, row, local(moment(request)).date()))
        if form.is_valid() and self._saved(request, guide, form):
            return redirect("admin:catalog_guide_sheet", guide.pk, row.key)
        context = {
            **self.admin.admin_site.each_context(request), "title": "空白表", "original": guide, "material": row,
            "form": form, "shown": questions(row.form), "signed": row.form.get("signed", []),
            "is_application": is_the_application(row.form),
        }  # fmt: skip
        status = 422 if form.is_bound and form.errors else 200
        return TemplateResponse(request, "admin/catalog/sheet.html", context, status=status)

    def _saved(self, request: HttpRequest, guide: Guide, form: SheetBox) -> bool:
        """存；存不得的，毛病写在表上。"""
        try:
            forming.set_sheet(
                guide=guide, material=form.row.key, sheet=form.told(), by=request.user, at=moment(request)
            )
        except forming.Faulty as wrong:
            for fault in wrong.faults:
                form.add_error(None, fault)
            return False
        except NotNow as reason:
            form.add_error(None, str(reason))
            return False
        messages.success(request, f"材料“{form.row.name}”的空白表已保存。")
        return True


def _known(guide: Guide, row: Material, day: Any) -> dict[str, Material]:
    """现行指南里自己的表，同样的只列一张，新近的在前；同名材料的排最前。"""
    current = Guide.objects.in_force_on(day).values("pk")
    found = Material.objects.filter(guide__in=current, form__has_key="pages").select_related("guide")
    alike: dict[str, Material] = {}
    for one in sorted(found, key=lambda one: (one.name != row.name, one.name, one.pk)):
        if one.form != row.form and all(one.form != other.form for other in alike.values()):
            alike[str(one.pk)] = one
    return alike
