"""权责清单：交文件、逐行看会怎样、确认导入；两头对照：没有事项的权力，没有权力的事项。"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agencies.models import Agency
from catalog import rules
from catalog.actions import powers
from catalog.admin.kept import Kept
from catalog.admin.reports import Link, Table, agencies_seen, respond, sees_reports
from catalog.models import Item, Power, PowerFile
from catalog.rules.grids import MOST_BYTES, MOST_ROWS, Unreadable
from catalog.states import ItemKind
from office.steps import NotNow
from office.workdays.clock import moment
from office.workdays.rules import local


class Upload(forms.Form):
    """交一份清单。"""

    agency = forms.ModelChoiceField(label="哪个机关的清单", queryset=Agency.objects.none(), empty_label=None)
    file = forms.FileField(
        label="清单文件", help_text=f"xlsx 或 CSV，最多 {MOST_BYTES // 2**20} MB、{MOST_ROWS} 行。",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}), error_messages={"required": "请选择清单文件。"},
    )  # fmt: skip
    whole = forms.BooleanField(label="这是全部清单：里面没有的权力，记为已取消", required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = user.agencies_with("keep_catalogue").order_by("path")
        self.fields["agency"].queryset = mine  # type: ignore[attr-defined]


class Which(admin.SimpleListFilter):
    """标签页。"""

    title = "范围"
    parameter_name = "which"
    template = "admin/tabs.html"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        return [("lacking", "没有事项的"), ("excused", "不列入目录的"), ("removed", "已取消的")]

    def choices(self, changelist: Any) -> Any:
        first, *rest = super().choices(changelist)
        yield {**first, "display": "全部"}
        yield from rest

    def queryset(self, request: Any, queryset: Any) -> Any:
        if self.value() == "lacking":
            return queryset.without_item()
        if self.value() == "excused":
            return queryset.in_force().exclude(excused="")
        return queryset.filter(removed_on__isnull=False) if self.value() == "removed" else queryset.in_force()


@admin.register(Power)
class PowerAdmin(Kept):
    list_display = ["name", "code", "kind", "agency", "covered", "excused"]
    list_select_related = ["agency"]
    list_filter = [Which, "kind"]
    search_fields = ["name", "code"]
    search_help_text = "名称或编码"
    actions = None
    fields = ("agency", "code", "name", "kind", "basis", "removed_on", "covered", "excused")
    readonly_fields = ("agency", "code", "name", "kind", "basis", "removed_on", "covered")
    change_list_template = "admin/catalog/power/change_list.html"

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(n_items=Count("items")).order_by("agency__path", "code")

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        mine = [
            path("import/", wrap(self.upload), name="catalog_power_import"),
            path("import/<int:key>/", wrap(self.foreseen), name="catalog_power_foreseen"),
            path("import/<int:key>/apply/", wrap(self.apply), name="catalog_power_apply"),
            path("compare/", wrap(self.compare), name="catalog_power_compare"),
        ]
        return mine + super().get_urls()

    def has_add_permission(self, request):
        return False  # 从文件导入

    def history_view(self, request, object_id, extra_context=None):
        """经过在日志里。"""
        raise Http404

    def save_model(self, request, obj, form, change):
        reason = form.cleaned_data["excused"].strip()
        powers.excuse(power=Power.objects.get(pk=obj.pk), reason=reason, by=request.user, at=moment(request))

    @admin.display(description="事项数")
    def covered(self, power):
        return power.n_items

    def changelist_view(self, request, extra_context=None):
        can_import = request.user.may_somewhere("keep_catalogue")
        return super().changelist_view(request, {**(extra_context or {}), "can_import": can_import})

    # 导入 -------------------------------------------------------------

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def upload(self, request: HttpRequest) -> HttpResponseBase:
        if not request.user.may_somewhere("keep_catalogue"):  # type: ignore[union-attr]
            raise PermissionDenied
        form = Upload(request.POST or None, request.FILES or None, user=request.user)
        if request.method == "POST" and form.is_valid():
            given, content = form.cleaned_data, form.cleaned_data["file"]
            try:
                made = powers.receive(
                    agency=given["agency"], name=content.name, content=content.read(MOST_BYTES + 1),
                    whole=given["whole"], by=request.user, at=moment(request),
                )  # fmt: skip
                return redirect("admin:catalog_power_foreseen", made.pk)
            except Unreadable as reason:
                form.add_error("file", str(reason))
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": "导入权责清单", "form": form}
        status = 422 if form.is_bound else 200
        return TemplateResponse(request, "admin/catalog/power/import.html", context, status=status)

    def _file(self, request: HttpRequest, key: int) -> PowerFile:
        """自己维护的机关的一份文件。Raises: PermissionDenied、Http404。"""
        found = PowerFile.objects.select_related("agency", "uploaded_by", "applied_by").filter(pk=key).first()
        if not sees_reports(request.user):
            raise PermissionDenied
        if found is None or not rules.keeps(request.user, found.agency):
            raise Http404
        return found

    @method_decorator(require_safe)
    def foreseen(self, request: HttpRequest, key: int) -> HttpResponseBase:
        """试导：逐行说会怎样，还没有进库。"""
        file = self._file(request, key)
        lines = [] if file.applied_at else powers.foresee(file)
        counted = [
            (verb, sum(1 for line in lines if line.verb == verb), "bad" if verb == powers.WRONG else "")
            for verb in (powers.ADD, powers.CHANGE, powers.RESTORE, powers.REMOVE, powers.SAME, powers.WRONG)
        ]
        rows = [[line.number or "—", line.verb, line.code, line.name, line.text] for line in lines]
        columns = ("行", "会怎样", "编码", "名称", "说明")
        wrong = [row for row in rows if row[1] == powers.WRONG]
        tables = [Table("wrong", "有误的行", columns, wrong)] if wrong else []
        tables += [Table("foreseen", "逐行", columns, rows)] if rows else []
        return respond(
            request, self.admin_site, opts=self.opts, title="权责清单试导", tables=tables, file=file,
            counted=counted, wrong=len(wrong), template="admin/catalog/power/foreseen.html",
        )  # fmt: skip

    @method_decorator(require_POST)
    def apply(self, request: HttpRequest, key: int) -> HttpResponseBase:
        file = self._file(request, key)
        try:
            lines = powers.apply(file=file, by=request.user, at=moment(request))
        except (NotNow, powers.Faulty) as reason:
            messages.error(request, str(reason))
            return redirect("admin:catalog_power_foreseen", key)
        done = sum(1 for line in lines if line.verb != powers.SAME)
        messages.success(request, f"已导入“{file}”：{len(lines)} 行，变动 {done} 项。")
        return redirect("admin:catalog_power_compare")

    # 对照 -------------------------------------------------------------

    @method_decorator(require_safe)
    def compare(self, request: HttpRequest) -> HttpResponseBase:
        """两头对照。"""
        if not sees_reports(request.user):
            raise PermissionDenied
        agencies = agencies_seen(request.user).values("pk")
        listed = Power.objects.filter(agency__in=agencies).in_force()
        return respond(
            request, self.admin_site, opts=self.opts, title="权责清单与目录对照",
            lead="权责清单里依申请行使的每一项，目录里都应当有事项；目录里除公共服务、只作指引的以外，每个事项都应当出自一项权力。",
            template="admin/catalog/power/compare.html",
            total=listed.count(), lacking=listed.without_item().count(), tables=[
                _lacking(listed.without_item()), _groundless(agencies, local(moment(request)).date()),
                _removed(agencies),
            ],
        )  # fmt: skip


def _lacking(found: Any) -> Table:
    rows = [
        [
            Link(power.name, reverse("admin:catalog_power_change", args=[power.pk])), power.code,
            power.get_kind_display(), power.agency.short_name, power.basis,
        ]
        for power in found.select_related("agency").order_by("agency__path", "code")
    ]  # fmt: skip
    note = "在目录里建事项，并在事项上选它行使的权力；确实不该列入的，点进去写明理由。"
    return Table(
        "powers-without-item", "没有事项的权力", ("权力", "编码", "类型", "机关", "依据"), rows, note, "都有事项。"
    )


def _groundless(agencies: Any, today: Any) -> Table:
    """今天在用指南的事项里，自己和主项都没有连上权力的。公共服务不是权力，只作指引的由别处行使。"""
    items = Item.objects.filter(agency__in=agencies, power=None, parent__power=None, guidance_only=False)
    items = items.exclude(kind=ItemKind.SERVICE).published_on(today).select_related("agency", "section")
    rows = [
        [
            Link(item.name, reverse("admin:catalog_item_change", args=[item.pk])), item.code,
            item.get_kind_display(), item.agency.short_name, item.section.name,
        ]
        for item in items.order_by("agency__path", "name")
    ]  # fmt: skip
    note = "没有权力依据的事项不能办(职权法定)：在事项上选它行使的权力，或者停用。"
    return Table(
        "items-without-power", "没有权力的事项", ("事项", "编码", "类型", "机关", "科室"), rows, note, "都有权力。"
    )


def _removed(agencies: Any) -> Table:
    items = Item.objects.filter(agency__in=agencies, power__removed_on__isnull=False).select_related("power", "agency")
    rows = [
        [
            Link(item.name, reverse("admin:catalog_item_change", args=[item.pk])), item.power.name, item.power.code,
            f"{item.power.removed_on:%Y-%m-%d}", item.agency.short_name,
        ]
        for item in items.order_by("agency__path", "name") if item.power
    ]  # fmt: skip
    return Table(
        "items-of-removed-powers", "权力已经取消的事项", ("事项", "权力", "编码", "取消之日", "机关"), rows,
        "权力取消了，事项也要停用。", "没有。",
    )  # fmt: skip
