"""办事指南：草稿可改，发布过的只读；发布、停用调用同一批办法。"""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import JSONField, ManyToManyField

from catalog import rules
from catalog.actions import keeping, publishing
from catalog.admin.kept import Kept
from catalog.models import Guide, LegalBasis, Material
from catalog.states import GuideState
from office.workdays.clock import now


class Parts(admin.StackedInline):
    """材料、设定依据：随草稿改，发布后只读。"""

    extra = 0

    def has_view_permission(self, request, obj=None):
        return True  # 看得到指南的人就看得到它的组成

    def has_add_permission(self, request, obj=None):
        return obj is not None and obj.is_draft and rules.may_keep(obj, request.user)

    has_change_permission = has_delete_permission = has_add_permission


class MaterialInline(Parts):
    model = Material


class LegalBasisInline(Parts):
    model = LegalBasis


class DeedForm(ActionForm):
    reason = forms.CharField(label="停用理由", required=False)


@admin.register(Guide)
class GuideAdmin(Kept):
    agency_lookup = "item__agency"
    list_display = ["item", "version", "state", "effective_from", "effective_to", "handling", "promise", "lacks"]
    list_select_related = ["item__agency"]
    list_filter = ["state", "handling"]
    search_fields = ["name", "item__code", "item__pinyin"]
    fixed = ("item", "version", "state", "lacks", "effective_to", "published_at", "digest")
    formfield_overrides = {
        JSONField: {"widget": forms.Textarea(attrs={"rows": 8, "cols": 90})},
        ManyToManyField: {"widget": forms.CheckboxSelectMultiple},
    }
    inlines = [MaterialInline, LegalBasisInline]
    action_form = DeedForm
    actions = ["publish", "retire"]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("materials", "bases").order_by("item", "-version")

    def has_add_permission(self, request):
        return False  # 从事项起草

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or obj.is_draft)

    def get_fields(self, request, obj=None):
        editable = [f for f in super().get_fields(request, obj) if f not in self.fixed]
        return [*self.fixed, *editable]

    def get_readonly_fields(self, request, obj=None):
        return self.fixed

    @admin.display(description="承诺")
    def promise(self, guide):
        return rules.promise_words(guide)

    @admin.display(description="还缺")
    def lacks(self, guide):
        return "；".join([*rules.missing_elements(guide), *rules.faults(guide)]) if guide.is_draft else ""

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        parts = [str(f.model._meta.verbose_name) for f in formsets if f.has_changed()]
        keeping.note_edit(guide=form.instance, changed=[*form.changed_data, *parts], by=request.user, at=now())

    @admin.action(description="发布(按草稿上的生效日期，没写就是今天)", permissions=["keeping"])
    def publish(self, request, queryset):
        at = now()

        def deed(guide):
            publishing.publish(guide=guide, by=request.user, at=at)
            return f"已发布：{guide},{guide.effective_from} 起生效。"

        self.each(request, queryset, deed)

    @admin.action(description="停用(今天起不再适用，要写理由)", permissions=["keeping"])
    def retire(self, request, queryset):
        at, reason = now(), request.POST.get("reason", "").strip()
        if not reason:
            self.message_user(request, "停用要写理由。", messages.ERROR)
            return

        def deed(guide):
            publishing.retire(guide=guide, by=request.user, at=at, reason=reason)
            return f"已停用：{guide}。"

        self.each(request, queryset.exclude(state=GuideState.DRAFT), deed)
