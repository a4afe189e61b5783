"""事项目录的维护页:目录管理员改自己机关的,审计只看,谁也不删。草稿可改,发布过的只读;发布、停用调用同一批办法。"""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import JSONField, ManyToManyField

from agencies.models import Agency, Unit
from catalog import rules
from catalog.actions import keeping, publishing
from catalog.models import Guide, Item, LegalBasis, Material
from catalog.states import Audience, GuideState
from office.steps import NotNow
from office.workdays.clock import now


class Kept(admin.ModelAdmin):
    """按机关划界:看得到的是自己维护或审计的机关,改得了的是自己维护的机关。"""

    agency_lookup = "agency"
    show_full_result_count = False

    def get_queryset(self, request):
        user = request.user
        seen = user.agencies_with("keep_catalogue") | user.agencies_with("audit")
        return super().get_queryset(request).filter(**{f"{self.agency_lookup}__in": seen})

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def has_view_permission(self, request, obj=None):
        return request.user.is_authenticated and request.user.may_somewhere("keep_catalogue", "audit")

    def has_change_permission(self, request, obj=None):
        if obj is None:
            return request.user.is_authenticated and request.user.may_somewhere("keep_catalogue")
        return rules.keeps(request.user, getattr(obj, "item", obj).agency)

    def has_delete_permission(self, request, obj=None):
        return False

    def has_keeping_permission(self, request):
        """动作栏里的办法只给目录管理员。"""
        return self.has_change_permission(request)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        kept = request.user.agencies_with("keep_catalogue")
        lookups = {Agency: "pk__in", Unit: "agency__in", Item: "agency__in"}
        noun = db_field.remote_field.model
        kwargs["queryset"] = noun._default_manager.filter(**{lookups[noun]: kept}).order_by("pk")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        kwargs["queryset"] = Unit.objects.filter(agency__in=request.user.agencies_with("keep_catalogue")).order_by("pk")
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def each(self, request, queryset, deed):
        """对所选逐个做一件事,做成的、不行的都说清楚。"""
        for row in queryset:
            try:
                self.message_user(request, deed(row))
            except (NotNow, publishing.Incomplete, publishing.WrongDay) as refusal:
                self.message_user(request, f"{row}:{refusal}", messages.ERROR)


class ItemForm(forms.ModelForm):
    audiences = forms.MultipleChoiceField(label="服务对象", choices=Audience, required=False)

    def clean(self):
        cleaned = super().clean() or {}
        for name in ("kind", "level", "basic_code", "implementation_code", "handling_code"):
            setattr(self.instance, name, cleaned.get(name, getattr(self.instance, name)))
        if not self.errors and (faults := rules.code_faults(self.instance)):
            raise forms.ValidationError(faults)
        return cleaned


@admin.register(Item)
class ItemAdmin(Kept):
    form = ItemForm
    list_display = ["name", "code", "kind", "level", "agency", "section", "guidance_only"]
    list_select_related = ["agency", "section"]
    list_filter = ["kind", "level", "theme", "guidance_only"]
    search_fields = ["name"]
    search_help_text = "名称、日常用语、拼音或编码"
    actions = ["draft"]

    def get_search_results(self, request, queryset, search_term):
        return queryset.search(search_term), False

    def has_add_permission(self, request):
        return self.has_change_permission(request)

    def get_readonly_fields(self, request, obj=None):
        return ["code", "agency"] if obj else []

    def save_model(self, request, obj, form, change):
        keeping.keep_item(item=obj, by=request.user, at=now())

    @admin.action(description="起草办事指南(照现行版本)", permissions=["keeping"])
    def draft(self, request, queryset):
        at = now()

        def deed(item):
            current = item.guide_on(at.date())
            return f"已起草：{publishing.draft_from(item=item, guide=current, by=request.user, at=at)}"

        self.each(request, queryset, deed)


class Parts(admin.StackedInline):
    """材料、设定依据:随草稿改,发布后只读。"""

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
