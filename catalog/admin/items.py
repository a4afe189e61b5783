"""事项：目录管理员改自己机关的事项，从事项起草办事指南。"""

from django import forms
from django.contrib import admin

from catalog import rules
from catalog.actions import keeping, publishing
from catalog.admin.kept import Kept
from catalog.admin.opened import LockedPage, OpenedForm
from catalog.models import Item
from catalog.states import Audience
from office.workdays.clock import now


class ItemForm(OpenedForm):
    audiences = forms.MultipleChoiceField(label="服务对象", choices=Audience, required=False)

    class Meta:
        help_texts = {
            "withheld": "空着就是公开。写了的，理由公布在大厅“不公开的事项”里(不写名称)，不要写出涉密的内容。"
        }

    def clean(self):
        cleaned = super().clean()
        for name in ("kind", "level", "basic_code", "implementation_code", "handling_code"):
            setattr(self.instance, name, cleaned.get(name, getattr(self.instance, name)))
        if not self.errors and (faults := rules.code_faults(self.instance)):
            raise forms.ValidationError(faults)
        return cleaned


@admin.register(Item)
class ItemAdmin(LockedPage, Kept):
    form = ItemForm
    list_display = ["name", "code", "kind", "agency", "section", "presence", "national_code"]
    list_select_related = ["agency", "section"]
    list_filter = ["kind", "situation", "level", "theme", "presence", "local_kind", "guidance_only"]
    search_fields = ["name"]
    search_help_text = "名称、日常用语、拼音或编码"
    actions = ["draft"]

    @admin.display(description="国家统一编码")
    def national_code(self, obj):
        """没有取得的就说没有，不编。"""
        return obj.national_code or "尚未取得"

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
