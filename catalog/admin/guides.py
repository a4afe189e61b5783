"""办事指南：一页看全。草稿在这里改，改完提交，由另一位核对，再发布；发布过的只看。"""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import ManyToManyField, Q
from django.forms import CheckboxSelectMultiple
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from catalog import rules
from catalog.actions import keeping
from catalog.admin import deeds, guide_page
from catalog.admin.form_editor import FormEditor
from catalog.admin.guide_form import SECTIONS, GuideForm
from catalog.admin.kept import Kept
from catalog.admin.opened import LockedPage
from catalog.admin.reductions import Reductions
from catalog.admin.sheet_editor import SheetEditor
from catalog.models import Guide, LegalBasis, Material
from catalog.rules.differences.conditions import said
from catalog.rules.forms import is_the_application, known_fields
from catalog.states import IN_HAND, GuideState
from office.workdays.clock import moment
from office.workdays.rules import local

TONES = {GuideState.PUBLISHED: "good", GuideState.SUBMITTED: "info", GuideState.DRAFT: "warn"}
WAITING, HAND, COMING, ALL = "waiting", "hand", "coming", "all"


class Parts(admin.StackedInline):
    """材料、设定依据：随草稿改，发布后只读。"""

    extra = 1  # 没有脚本也加得上一份
    classes = ["collapse"]

    def has_view_permission(self, request, obj=None):
        return True  # 看得到指南的人就看得到它的组成

    def has_add_permission(self, request, obj=None):
        return obj is not None and obj.state in IN_HAND and rules.may_keep(obj, request.user)

    has_change_permission = has_delete_permission = has_add_permission


class MaterialInline(Parts):
    model = Material
    exclude = ["condition", "form"]
    readonly_fields = ["asked_when", "sheet_words"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("guide")

    @admin.display(description="看情形才要")
    def asked_when(self, material):
        """条件在申请表的编辑页上选，不写 JSON。"""
        if material.pk is None:
            return "先保存，再到“申请表”里定条件。"
        words = said(material.condition, known_fields(material.guide.form))
        told = f"仅当{words}时要" if words else "一律要"
        address = reverse("admin:catalog_guide_form_material", args=[material.guide_id, material.key])
        return format_html('{} <a href="{}">改条件<span class="vh">：{}</span></a>', told, address, material)

    @admin.display(description="空白表")
    def sheet_words(self, material):
        """就是申请表，还是自己的一张；改在另一页。"""
        if material.pk is None:
            return "先保存，再来配。"
        told = (
            "就是本事项的申请表" if is_the_application(material.form) else "有自己的一张" if material.form else "没有"
        )
        address = reverse("admin:catalog_guide_sheet", args=[material.guide_id, material.key])
        return format_html('{} <a href="{}">改空白表<span class="vh">：{}</span></a>', told, address, material)


class LegalBasisInline(Parts):
    model = LegalBasis


class Which(admin.SimpleListFilter):
    """标签页：缺省是今天在用的；等我核对的是别人改、别人提交的。"""

    title = "范围"
    parameter_name = "which"
    template = "admin/tabs.html"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        return [(WAITING, "等我核对"), (HAND, "起草中"), (COMING, "将要施行"), (ALL, "全部版本")]

    def choices(self, changelist: Any) -> Any:
        first, *rest = super().choices(changelist)
        yield {**first, "display": "现行"}
        yield from rest

    def queryset(self, request: Any, queryset: Any) -> Any:
        user, today = request.user, local(moment(request)).date()
        if self.value() == WAITING:
            mine = Q(edited_by=user) | Q(submitted_by=user)
            return queryset.filter(state=GuideState.SUBMITTED).exclude(mine)
        if self.value() == HAND:
            return queryset.in_hand()
        if self.value() == COMING:
            return queryset.published().filter(effective_from__gt=today)
        return queryset if self.value() == ALL else queryset.in_force_on(today)


@admin.register(Guide)
class GuideAdmin(Reductions, LockedPage, Kept):
    agency_lookup = "item__agency"
    form = GuideForm
    list_display = ["item", "version_words", "state_words", "effective_from", "handling", "promise", "last"]
    list_select_related = ["item__agency", "edited_by"]
    list_filter = [Which, "handling"]
    search_fields = ["name", "item__code", "item__pinyin"]
    search_help_text = "事项名称、拼音或编码"
    actions = None
    fieldsets = [
        (title, {"fields": fields, "classes": ["collapse"] if number > 1 else []})
        for number, (title, fields) in enumerate(SECTIONS)
    ]
    formfield_overrides = {ManyToManyField: {"widget": CheckboxSelectMultiple}}
    inlines = [MaterialInline, LegalBasisInline]
    change_list_template = "admin/tabbed_list.html"

    def get_queryset(self, request):
        return super().get_queryset(request).order_by("item__name", "-version")

    def get_object(self, request, object_id, from_field=None):
        """一版连同它的组成，一次取齐。"""
        found = self.get_queryset(request).select_related("item__agency", "window", "submitted_by", "checked_by")
        whole = found.prefetch_related("materials", "bases", "desks")
        return whole.filter(pk=object_id).first() if str(object_id).isdecimal() else None

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        mine = [path("reductions/", wrap(self.reductions), name="catalog_guide_reductions")]
        mine += [path("<int:key>/deed/<slug:name>/", wrap(self.deed), name="catalog_guide_deed")]
        return FormEditor(self).urls() + SheetEditor(self).urls() + mine + super().get_urls()

    def has_add_permission(self, request):
        return False  # 从事项起草

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or obj.state in IN_HAND)

    def get_readonly_fields(self, request, obj=None):
        return ["form_words"]

    @admin.display(description="申请表")
    def form_words(self, guide):
        """几页几格；改在另一页，一格一格地改。"""
        pages = (guide.form or {}).get("pages", [])
        told = f"{len(pages)} 页 {sum(len(page['fields']) for page in pages)} 格" if pages else "还没有申请表"
        return format_html('{} <a href="{}">改申请表</a>', told, reverse("admin:catalog_guide_form", args=[guide.pk]))

    # 列 ---------------------------------------------------------------

    @admin.display(description="版本", ordering="version")
    def version_words(self, guide):
        return f"第 {guide.version} 版"

    @admin.display(description="状态", ordering="state")
    def state_words(self, guide):
        tone, words = TONES.get(guide.state, "quiet"), guide.get_state_display()
        return format_html('<strong class="tag tag--{}">{}</strong>', tone, words)

    @admin.display(description="承诺")
    def promise(self, guide):
        return rules.promise_words(guide)

    @admin.display(description="最后修改")
    def last(self, guide):
        return guide.edited_by or ""

    # 一页 -------------------------------------------------------------

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """草稿直接给表；提交了、核对了的先给全文，要改的点“修改”(一存就退回草稿)；发布过的只有全文。"""
        guide = self.get_object(request, object_id)
        context = {"show_save_and_continue": False, **(extra_context or {})}
        if guide is not None and self.has_view_permission(request, guide):
            editing = guide.is_draft or "edit" in request.GET or request.method == "POST"
            editing = editing and self.has_change_permission(request, guide)
            context |= guide_page.panels(guide, by=request.user, at=moment(request), editing=editing)
        return super().changeform_view(request, object_id, form_url, context)

    def history_view(self, request, object_id, extra_context=None):
        """后台自己的修改记录是空的：真正的经过在日志里，写在页面上。"""
        raise Http404

    def construct_change_message(self, request, form, formsets, add=False):
        """改了什么记在日志里(keeping.note_edit)，不另记一份。"""
        return []

    def save_model(self, request, obj, form, change):
        """和材料、依据一起存，见 save_related。"""

    def save_related(self, request, form, formsets, change):
        """有改动才存：先让提交了、核对了的回到草稿，再一起存，记下改了什么。"""
        parts = [str(f.model._meta.verbose_name) for f in formsets if f.has_changed()]
        changed, guide, at = [*form.changed_data, *parts], form.instance, moment(request)
        if not changed:
            return
        keeping.begin_edit(guide=guide, by=request.user, at=at)
        record = ("state", "digest", "submitted_by", "submitted_at", "checked_by", "checked_at")
        guide.refresh_from_db(fields=record)
        guide.save()
        super().save_related(request, form, formsets, change)
        keeping.note_edit(guide=guide, changed=changed, by=request.user, at=at)

    def response_change(self, request, obj):
        """存了还在这一版的页上：接着看改了什么，接着改。"""
        messages.success(request, "已保存。与上一版的差别在“改了什么”里。")
        return redirect("admin:catalog_guide_change", obj.pk)

    # 办 ---------------------------------------------------------------

    @method_decorator(require_POST)
    def deed(self, request, key: int, name: str):
        """做一件事：没填对、现在不行的，说清楚原因，回到这一版的页面。"""
        if not self.has_view_permission(request):
            raise PermissionDenied
        guide, deed = self.get_object(request, str(key)), deeds.BY_NAME.get(name)
        if guide is None or deed is None:
            raise Http404
        if not rules.may_keep(guide, request.user):
            raise PermissionDenied
        at = moment(request)
        if name not in deeds.offered(guide, by=request.user, at=at):
            return self._refused(request, guide, f"现在不能“{deed.label}”。", *deeds.why_not(guide, by=request.user))
        form = deed.form(request.POST, prefix=name)
        if not form.is_valid():
            return self._refused(request, guide, *[str(text) for texts in form.errors.values() for text in texts])
        try:
            made = deed.act(guide, by=request.user, at=at, **form.cleaned_data) or guide
        except deeds.REFUSALS as reason:
            return self._refused(request, guide, str(reason))
        messages.success(request, f"{made}：{deed.done(made)}")
        if name == "discard":
            return redirect("admin:catalog_guide_changelist")
        return redirect("admin:catalog_guide_change", made.pk)

    def _refused(self, request, guide, *reasons: str):
        for reason in reasons:
            messages.error(request, reason)
        return redirect("admin:catalog_guide_change", guide.pk)
