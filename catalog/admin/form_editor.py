"""改申请表：一页一页、一格一格，都是寻常的表；改一处存一处，旁边就是申请人看到的样子，边填边画。"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog import rules
from catalog.actions import forming
from catalog.admin.form_boxes import ConditionBox, FieldBox, NewField, NewPage, PageBox
from catalog.models import Guide
from catalog.rules.forms import editing
from catalog.rules.forms.uses import notes, uses
from catalog.states import IN_HAND
from office.steps import NotNow
from office.workdays.clock import moment
from office.workdays.rules import local

View = Callable[..., HttpResponse]
show_or_save = require_http_methods(["GET", "HEAD", "POST"])
STEPS = {"up": -1, "down": 1}
PREVIEW, PART = "preview", "part"  # “预览”按钮；边填边看的只要那一块


class FormEditor:
    """申请表的编辑页，挂在办事指南的后台下面。"""

    def __init__(self, model_admin: Any) -> None:
        self.admin = model_admin

    def urls(self) -> list[Any]:
        def at(route: str, allow: Callable[[View], View], view: View, name: str) -> Any:
            opened = self.admin.admin_site.admin_view(allow(self._opened(view)))
            return path(f"<int:key>/form/{route}", opened, name=name)

        return [
            at("", require_safe, self.overview, "catalog_guide_form"),
            at("pages/", require_POST, self.add_page, "catalog_guide_form_add_page"),
            at("pages/<slug:page>/", show_or_save, self.page, "catalog_guide_form_page"),
            at("pages/<slug:page>/fields/", require_POST, self.add_field, "catalog_guide_form_add_field"),
            at("pages/<slug:page>/move/", require_POST, self.move_page, "catalog_guide_form_move_page"),
            at("pages/<slug:page>/remove/", show_or_save, self.remove_page, "catalog_guide_form_remove_page"),
            at("fields/<slug:field>/", show_or_save, self.field, "catalog_guide_form_field"),
            at("fields/<slug:field>/move/", require_POST, self.move_field, "catalog_guide_form_move_field"),
            at("fields/<slug:field>/remove/", show_or_save, self.remove_field, "catalog_guide_form_remove_field"),
            at("materials/<slug:material>/", show_or_save, self.material, "catalog_guide_form_material"),
        ]  # fmt: skip

    def _opened(self, view: View) -> View:
        """取指南：看不见的 404，不归自己维护的 403；发布过的回它自己的页面。现在不行的，照着说一句。"""

        @wraps(view)
        def opened(request: HttpRequest, key: int, **told: str) -> HttpResponse:
            if not self.admin.has_view_permission(request):
                raise PermissionDenied
            guide = self.admin.get_object(request, str(key))
            if guide is None:
                raise Http404
            if not rules.may_keep(guide, request.user):
                raise PermissionDenied
            if guide.state not in IN_HAND:
                messages.error(request, "发布过的办事指南不能改，请起草新版。")
                return redirect("admin:catalog_guide_change", guide.pk)
            try:
                return view(request, guide, **told)
            except editing.Gone as gone:
                raise Http404 from gone
            except (NotNow, forming.Faulty, forming.InUse) as reason:
                messages.error(request, str(reason))
                return redirect("admin:catalog_guide_form", guide.pk)

        return opened

    # 一览 -------------------------------------------------------------

    def overview(self, request: HttpRequest, guide: Guide) -> HttpResponse:
        pages = editing.pages_of(guide.form)
        shown = request.GET.get("page", "")
        known = [page["key"] for page in pages]
        context = {
            "pages": pages,
            "shown": shown if shown in known else (known[0] if known else ""),
            "faults": _problems(guide),
            "materials": guide.materials.order_by("position", "pk"),
            "new_page": NewPage(prefix="page"),
            "new_fields": {page["key"]: NewField(prefix="field", auto_id=f"id_{page['key']}_%s") for page in pages},
        }
        return self._page(request, guide, "admin/catalog/form/overview.html", context)

    def _page(self, request: HttpRequest, guide: Guide, template: str, context: dict[str, Any]) -> HttpResponse:
        whole = {**self.admin.admin_site.each_context(request), "title": "申请表", "original": guide, **context}
        status = 422 if (bound := whole.get("form")) is not None and bound.is_bound and bound.errors else 200
        return TemplateResponse(request, template, whole, status=status)

    def _home(self, guide: Guide, page: str) -> HttpResponse:
        answer = redirect("admin:catalog_guide_form", guide.pk)
        answer["Location"] += f"?{urlencode({'page': page})}#p-{page}" if page else ""
        return answer

    def _reform(self, request: HttpRequest, guide: Guide, change: Any, **more: Any) -> Guide:
        return forming.reform(guide=guide, change=change, by=request.user, at=moment(request), **more)

    # 页 ---------------------------------------------------------------

    def add_page(self, request: HttpRequest, guide: Guide) -> HttpResponse:
        form = NewPage(request.POST, prefix="page")
        if not form.is_valid():
            return self._told(request, form, self._home(guide, ""))
        made = self._reform(request, guide, lambda old: editing.add_page(old, form.cleaned_data["title"])[0])
        messages.success(request, f"已加一页“{form.cleaned_data['title']}”，接着往里加格子。")
        return self._home(guide, editing.pages_of(made.form)[-1]["key"])

    def _told(self, request: HttpRequest, form: Any, answer: HttpResponse) -> HttpResponse:
        for texts in form.errors.values():
            for text in texts:
                messages.error(request, text)
        return answer

    def page(self, request: HttpRequest, guide: Guide, page: str) -> HttpResponse:
        spec = editing.pages_of(guide.form)[editing.page_number(guide.form, page)]
        form = PageBox(
            request.POST or None, initial={"title": spec.get("title"), "help": spec.get("help")}, noun="填",
            earlier=editing.earlier_fields(guide.form, page=page), condition=spec.get("when"),
        )  # fmt: skip
        context = {"form": form, "spec": spec, "shown": page, "live": True}

        def change(old: Any) -> Any:
            return editing.put_page(old, page, form.told())

        if PREVIEW in request.POST:
            return self._drawn(request, guide, "admin/catalog/form/page.html", context, change)
        if form.is_valid() and self._saved(request, guide, form, change, f"第“{spec['title']}”页已保存。"):
            return self._home(guide, page)
        return self._page(request, guide, "admin/catalog/form/page.html", context)

    def _drawn(
        self, request: HttpRequest, guide: Guide, template: str, context: dict[str, Any], change: Any
    ) -> HttpResponse:
        """预览：照现在填的画，什么也不存；还存不得的，说为什么，画上次存下的样子。"""
        form = context["form"]
        wrong = [f"{form.fields[name].label}：{fault}" for name, told in form.errors.items() for fault in told]
        drawn = guide.form
        if not wrong:
            wrong = forming.fresh_faults(guide.form, made := change(guide.form), list(guide.materials.all()))
            drawn = drawn if wrong else made
        context = {**context, "drawn": drawn, "wrong": wrong, "unsaved": True}
        if request.POST[PREVIEW] == PART:
            return TemplateResponse(request, "admin/catalog/form/aside.html", {"original": guide, **context})
        return self._page(request, guide, template, context)

    def _saved(self, request: HttpRequest, guide: Guide, form: Any, change: Any, done: str) -> bool:
        """存一处；存不得的，毛病写在表上。"""
        try:
            self._reform(request, guide, change)
        except forming.Faulty as wrong:
            for fault in wrong.faults:
                form.add_error(None, fault)
            return False
        messages.success(request, done)
        return True

    def move_page(self, request: HttpRequest, guide: Guide, page: str) -> HttpResponse:
        step = STEPS.get(request.POST.get("way", ""), 0)
        self._reform(request, guide, lambda old: editing.move_page(old, page, step))
        return self._home(guide, page)

    def remove_page(self, request: HttpRequest, guide: Guide, page: str) -> HttpResponse:
        spec = editing.pages_of(guide.form)[editing.page_number(guide.form, page)]
        inside = [field["key"] for field in spec["fields"]]
        left = editing.remove_page(guide.form, page)
        found = [use for key in inside for use in uses(left, key, guide.materials.all())]
        if request.method == "POST" and not found:
            self._reform(request, guide, lambda old: editing.remove_page(old, page))
            messages.success(request, f"已删去“{spec['title']}”这一页。")
            return self._home(guide, "")
        context = {"spec": spec, "uses": found, "notes": [], "shown": page, "what": f"“{spec['title']}”这一页"}
        return self._page(request, guide, "admin/catalog/form/remove.html", context)

    # 格子 -------------------------------------------------------------

    def add_field(self, request: HttpRequest, guide: Guide, page: str) -> HttpResponse:
        form = NewField(request.POST, prefix="field")
        if not form.is_valid():
            return self._told(request, form, self._home(guide, page))
        made = self._reform(request, guide, lambda old: editing.add_field(old, page, **form.cleaned_data)[0])
        field = editing.pages_of(made.form)[editing.page_number(made.form, page)]["fields"][-1]
        messages.success(request, f"已加“{field['label']}”，请把说明、样例和条件填好。")
        return redirect("admin:catalog_guide_form_field", guide.pk, field["key"])

    def field(self, request: HttpRequest, guide: Guide, field: str) -> HttpResponse:
        number, place = editing.place_of(guide.form, field)
        page = editing.pages_of(guide.form)[number]
        spec = page["fields"][place]
        form = FieldBox(request.POST or None, spec=spec, earlier=editing.earlier_fields(guide.form, field=field))
        context = {"form": form, "spec": spec, "shown": page["key"], "page": page, "mark": field, "live": True}

        def change(old: Any) -> Any:
            return editing.put_field(old, field, form.told())

        if PREVIEW in request.POST:
            return self._drawn(request, guide, "admin/catalog/form/field.html", context, change)
        if form.is_valid() and self._saved(request, guide, form, change, f"“{spec['label']}”已保存。"):
            stays = form.told()["kind"] != spec["kind"]
            return (
                redirect("admin:catalog_guide_form_field", guide.pk, field) if stays else self._home(guide, page["key"])
            )
        return self._page(request, guide, "admin/catalog/form/field.html", context)

    def move_field(self, request: HttpRequest, guide: Guide, field: str) -> HttpResponse:
        step = STEPS.get(request.POST.get("way", ""), 0)
        made = self._reform(request, guide, lambda old: editing.move_field(old, field, step))
        return self._home(guide, editing.pages_of(made.form)[editing.place_of(made.form, field)[0]]["key"])

    def remove_field(self, request: HttpRequest, guide: Guide, field: str) -> HttpResponse:
        """删之前先看它在哪里用到：离不开它的，先改那里。"""
        number, place = editing.place_of(guide.form, field)
        page = editing.pages_of(guide.form)[number]
        spec, found = page["fields"][place], uses(guide.form, field, guide.materials.all())
        if request.method == "POST" and not found:
            self._reform(request, guide, lambda old: editing.remove_field(old, field), removing=field)
            messages.success(request, f"已删去“{spec['label']}”。")
            return self._home(guide, page["key"])
        told = [*notes(guide.form, field), *self._elsewhere(request, guide, field)]
        context = {"spec": spec, "uses": found, "notes": told, "shown": page["key"], "what": f"“{spec['label']}”"}
        return self._page(request, guide, "admin/catalog/form/remove.html", context)

    def _elsewhere(self, request: HttpRequest, guide: Guide, field: str) -> list[str]:
        """别的事项里同一个键的格子：各填各的，但申请人填过的可以沿用，最好一起改。"""
        wanted = [{"fields": [{"key": field}]}]
        others = Guide.objects.in_force_on(local(moment(request)).date()).filter(form__pages__contains=wanted)
        names = others.exclude(item=guide.item_id).order_by("name").values_list("name", flat=True)[:10]
        return [f"“{name}”的申请表里也有这一格（键相同），不受影响" for name in names]

    # 材料的条件 -------------------------------------------------------

    def material(self, request: HttpRequest, guide: Guide, material: str) -> HttpResponse:
        row = guide.materials.filter(key=material).first()
        if row is None:
            raise Http404
        form = ConditionBox(
            request.POST or None, earlier=editing.earlier_fields(guide.form), condition=row.condition, noun="要"
        )
        if form.is_valid():
            forming.set_condition(
                guide=guide, material=material, condition=form.condition(), by=request.user, at=moment(request)
            )
            messages.success(request, f"材料“{row.name}”的条件已保存。")
            return self._home(guide, "")
        return self._page(request, guide, "admin/catalog/form/material.html", {"form": form, "material": row})


def _problems(guide: Guide) -> list[str]:
    """还有哪些毛病，一条一句。"""
    found = rules.check_form(guide.form) if guide.form else []
    return [*found, *rules.material_condition_faults(guide.form, guide.materials.all())]
