"""改申请表：一页一页、一格一格，都是寻常的表；改一处存一处，旁边就是申请人看到的样子，边填边画。"""

import functools
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from catalog import rules
from catalog.actions import forming
from catalog.admin.editor import PREVIEW, GuideEditor, show_or_save, unmoved
from catalog.admin.form_boxes import ConditionBox, FieldBox, NewField, NewPage, PageBox
from catalog.models import Guide
from catalog.rules.forms import editing
from catalog.rules.forms.uses import notes, uses
from office.workdays.clock import moment
from office.workdays.rules import local

STEPS = {"up": -1, "down": 1}
ASIDE = "admin/catalog/form/aside.html"


class FormEditor(GuideEditor):
    """申请表的编辑页，挂在办事指南的后台下面。"""

    title, route, name, home = "申请表", "form", "catalog_guide_form", "admin:catalog_guide_form"

    def urls(self) -> list[Any]:
        return [
            self.at("", require_safe, self.overview),
            self.at("pages/", require_POST, self.add_page, "_add_page"),
            self.at("pages/<slug:page>/", show_or_save, self.page_box, "_page"),
            self.at("pages/<slug:page>/fields/", require_POST, self.add_field, "_add_field"),
            self.at("pages/<slug:page>/move/", require_POST, self.move_page, "_move_page"),
            self.at("pages/<slug:page>/remove/", show_or_save, self.remove_page, "_remove_page"),
            self.at("fields/<slug:field>/", show_or_save, self.field_box, "_field"),
            self.at("fields/<slug:field>/move/", require_POST, self.move_field, "_move_field"),
            self.at("fields/<slug:field>/remove/", show_or_save, self.remove_field, "_remove_field"),
            self.at("materials/<slug:material>/", show_or_save, self.material, "_material"),
        ]

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
        return self.page(request, guide, "admin/catalog/form/overview.html", context)

    def _home(self, guide: Guide, page: str) -> HttpResponse:
        answer = redirect("admin:catalog_guide_form", guide.pk)
        answer["Location"] += f"?{urlencode({'page': page})}#p-{page}" if page else ""
        return answer

    def _reform(
        self, request: HttpRequest, guide: Guide, change: forming.Change, *, part: Any = None, removing: str = ""
    ) -> Guide:
        """改一处。part 从锁住之后读到的定义里取出这一处：打开以后改过的不盖掉。"""

        def checked(old: forming.Definition) -> forming.Definition:
            if part:
                unmoved(request, part(old))
            return change(old)

        return forming.reform(guide=guide, change=checked, by=request.user, at=moment(request), removing=removing)

    # 页 ---------------------------------------------------------------

    def add_page(self, request: HttpRequest, guide: Guide) -> HttpResponse:
        form = NewPage(request.POST, prefix="page")
        if not form.is_valid():
            return self.told(request, form, self._home(guide, ""))
        made = self._reform(request, guide, lambda old: editing.add_page(old, form.cleaned_data["title"])[0])
        messages.success(request, f"已加一页“{form.cleaned_data['title']}”，接着往里加格子。")
        return self._home(guide, editing.pages_of(made.form)[-1]["key"])

    def page_box(self, request: HttpRequest, guide: Guide, page: str) -> HttpResponse:
        spec = editing.page_of(guide.form, page)
        form = PageBox(
            request.POST or None, initial={"title": spec.get("title"), "help": spec.get("help")}, noun="填",
            earlier=editing.earlier_fields(guide.form, page=page), condition=spec.get("when"),
        )  # fmt: skip
        context = {"form": form, "spec": spec, "shown": page, "live": True, "part": spec}

        def change(old: forming.Definition) -> forming.Definition:
            return editing.put_page(old, page, form.told())

        def save() -> None:
            self._reform(request, guide, change, part=lambda old: editing.page_of(old, page))

        if PREVIEW in request.POST:
            return self._preview(request, guide, "admin/catalog/form/page.html", context, change)
        if form.is_valid() and self.saved(request, context, save, f"第“{spec['title']}”页已保存。"):
            return self._home(guide, page)
        return self.page(request, guide, "admin/catalog/form/page.html", context)

    def _preview(
        self, request: HttpRequest, guide: Guide, template: str, context: dict[str, Any], change: forming.Change
    ) -> HttpResponse:
        """照现在填的画；还存不得的，说为什么，画上次存下的样子。"""
        wrong, drawn = self.wrong_of(context["form"]), guide.form
        if not wrong:
            wrong = forming.fresh_faults(guide.form, made := change(guide.form), list(guide.materials.all()))
            drawn = drawn if wrong else made
        return self.drawn(
            request, guide, (template, ASIDE), {**context, "drawn": drawn, "wrong": wrong, "unsaved": True}
        )

    def move_page(self, request: HttpRequest, guide: Guide, page: str) -> HttpResponse:
        step = STEPS.get(request.POST.get("way", ""), 0)
        self._reform(request, guide, lambda old: editing.move_page(old, page, step))
        return self._home(guide, page)

    def remove_page(self, request: HttpRequest, guide: Guide, page: str) -> HttpResponse:
        spec = editing.page_of(guide.form, page)
        inside = [field["key"] for field in spec["fields"]]
        left = editing.remove_page(guide.form, page)
        found = [use for key in inside for use in uses(left, key, guide.materials.all())]
        if request.method == "POST" and not found:
            change = functools.partial(editing.remove_page, key=page)
            self._reform(request, guide, change, part=lambda old: editing.page_of(old, page))
            messages.success(request, f"已删去“{spec['title']}”这一页。")
            return self._home(guide, "")
        what = f"“{spec['title']}”这一页"
        context = {"spec": spec, "uses": found, "notes": [], "shown": page, "what": what, "part": spec}
        return self.page(request, guide, "admin/catalog/form/remove.html", context)

    # 格子 -------------------------------------------------------------

    def add_field(self, request: HttpRequest, guide: Guide, page: str) -> HttpResponse:
        form = NewField(request.POST, prefix="field")
        if not form.is_valid():
            return self.told(request, form, self._home(guide, page))
        made = self._reform(request, guide, lambda old: editing.add_field(old, page, **form.cleaned_data)[0])
        field = editing.pages_of(made.form)[editing.page_number(made.form, page)]["fields"][-1]
        messages.success(request, f"已加“{field['label']}”，请把说明、样例和条件填好。")
        return redirect("admin:catalog_guide_form_field", guide.pk, field["key"])

    def field_box(self, request: HttpRequest, guide: Guide, field: str) -> HttpResponse:
        page, spec = editing.field_of(guide.form, field)
        form = FieldBox(request.POST or None, spec=spec, earlier=editing.earlier_fields(guide.form, field=field))
        context = {
            "form": form, "spec": spec, "shown": page["key"], "page": page, "mark": field, "live": True, "part": spec,
        }  # fmt: skip

        def change(old: forming.Definition) -> forming.Definition:
            return editing.put_field(old, field, form.told())

        def save() -> None:
            self._reform(request, guide, change, part=lambda old: editing.field_of(old, field)[1])

        if PREVIEW in request.POST:
            return self._preview(request, guide, "admin/catalog/form/field.html", context, change)
        if form.is_valid() and self.saved(request, context, save, f"“{spec['label']}”已保存。"):
            stays = form.told()["kind"] != spec["kind"]
            return (
                redirect("admin:catalog_guide_form_field", guide.pk, field) if stays else self._home(guide, page["key"])
            )
        return self.page(request, guide, "admin/catalog/form/field.html", context)

    def move_field(self, request: HttpRequest, guide: Guide, field: str) -> HttpResponse:
        step = STEPS.get(request.POST.get("way", ""), 0)
        made = self._reform(request, guide, lambda old: editing.move_field(old, field, step))
        return self._home(guide, editing.pages_of(made.form)[editing.place_of(made.form, field)[0]]["key"])

    def remove_field(self, request: HttpRequest, guide: Guide, field: str) -> HttpResponse:
        """删之前先看它在哪里用到：离不开它的，先改那里。"""
        page, spec = editing.field_of(guide.form, field)
        found = uses(guide.form, field, guide.materials.all())
        if request.method == "POST" and not found:
            change = functools.partial(editing.remove_field, key=field)
            self._reform(request, guide, change, part=lambda old: editing.field_of(old, field)[1], removing=field)
            messages.success(request, f"已删去“{spec['label']}”。")
            return self._home(guide, page["key"])
        told = [*notes(guide.form, field), *self._elsewhere(request, guide, field)]
        what = f"“{spec['label']}”"
        context = {"spec": spec, "uses": found, "notes": told, "shown": page["key"], "what": what, "part": spec}
        return self.page(request, guide, "admin/catalog/form/remove.html", context)

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
        context = {"form": form, "material": row, "part": row.condition}

        def change(old: forming.Definition) -> forming.Definition:
            unmoved(request, old)
            return form.condition()

        def save() -> None:
            forming.set_condition(guide=guide, material=material, change=change, by=request.user, at=moment(request))

        if form.is_valid() and self.saved(request, context, save, f"材料“{row.name}”的条件已保存。"):
            return self._home(guide, "")
        return self.page(request, guide, "admin/catalog/form/material.html", context)


def _problems(guide: Guide) -> list[str]:
    """还有哪些毛病，一条一句。"""
    found = rules.check_form(guide.form) if guide.form else []
    return [*found, *rules.material_condition_faults(guide.form, guide.materials.all())]
