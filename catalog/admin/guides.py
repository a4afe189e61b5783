"""办事指南：草稿可改，发布过的只读；发布、停用调用同一批办法。"""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import JSONField, ManyToManyField

from catalog import rules
from catalog.actions import checking, keeping, publishing
from catalog.admin.kept import Kept
from catalog.models import Guide, LegalBasis, Material
from catalog.states import IN_HAND
from office.workdays.clock import now


class Parts(admin.StackedInline):
    """材料、设定依据：随草稿改，发布后只读。"""

    extra = 0

    def has_view_permission(self, request, obj=None):
        return True  # 看得到指南的人就看得到它的组成

    def has_add_permission(self, request, obj=None):
        return obj is not None and obj.state in IN_HAND and rules.may_keep(obj, request.user)

    has_change_permission = has_delete_permission = has_add_permission


class MaterialInline(Parts):
    model = Material


class LegalBasisInline(Parts):
    model = LegalBasis


class DeedForm(ActionForm):
    reason = forms.CharField(label="退回、停用的理由", required=False)


@admin.register(Guide)
class GuideAdmin(Kept):
    agency_lookup = "item__agency"
    list_display = ["item", "version", "state", "effective_from", "effective_to", "handling", "promise", "lacks"]
    list_select_related = ["item__agency"]
    list_filter = ["state", "handling"]
    search_fields = ["name", "item__code", "item__pinyin"]
    fixed = (
        *("item", "version", "state", "lacks", "effective_to", "published_at", "digest", "edited_by", "edited_at"),
        *("submitted_by", "submitted_at", "checked_by", "checked_at"),
    )
    formfield_overrides = {
        JSONField: {"widget": forms.Textarea(attrs={"rows": 8, "cols": 90})},
        ManyToManyField: {"widget": forms.CheckboxSelectMultiple},
    }
    inlines = [MaterialInline, LegalBasisInline]
    action_form = DeedForm
    actions = ["submit", "check_off", "send_back", "publish", "retire"]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("materials", "bases").order_by("item", "-version")

    def has_add_permission(self, request):
        return False  # 从事项起草

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or obj.state in IN_HAND)

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
        return "；".join([*rules.missing_elements(guide), *rules.faults(guide)]) if guide.state in IN_HAND else ""

    def save_model(self, request, obj, form, change):
        """和材料、依据一起存，见 save_related。"""

    def save_related(self, request, form, formsets, change):
        """有改动才存：先让提交了、核对了的回到草稿，再一起存，记下改了什么。"""
        parts = [str(f.model._meta.verbose_name) for f in formsets if f.has_changed()]
        changed, guide, at = [*form.changed_data, *parts], form.instance, now()
        if not changed:
            return
        keeping.begin_edit(guide=guide, by=request.user, at=at)
        guide.refresh_from_db(fields=[name for name in self.fixed if name not in ("item", "version", "lacks")])
        guide.save()
        super().save_related(request, form, formsets, change)
        keeping.note_edit(guide=guide, changed=changed, by=request.user, at=at)

    @admin.action(description="提交核对", permissions=["keeping"])
    def submit(self, request, queryset):
        at = now()

        def deed(guide):
            return f"已提交核对：{checking.submit(guide=guide, by=request.user, at=at)}。"

        self.each(request, queryset, deed)

    @admin.action(description="核对通过", permissions=["keeping"])
    def check_off(self, request, queryset):
        at = now()

        def deed(guide):
            return f"已核对通过：{checking.check_off(guide=guide, by=request.user, at=at)}。"

        self.each(request, queryset, deed)

    @admin.action(description="退回修改(要写理由)", permissions=["keeping"])
    def send_back(self, request, queryset):
        at, reason = now(), request.POST.get("reason", "").strip()

        def deed(guide):
            return f"已退回：{checking.send_back(guide=guide, by=request.user, at=at, reason=reason)}。"

        self.each(request, queryset, deed)

    @admin.action(description="发布(按草稿上的生效日期，没写就是今天)", permissions=["keeping"])
    def publish(self, request, queryset):
        at = now()

        def deed(guide):
            publishing.publish(guide=guide, by=request.user, at=at)
            return f"已发布：{guide}，{guide.effective_from} 起生效。"

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

        self.each(request, queryset.in_use(), deed)
