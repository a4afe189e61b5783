"""找得到：同义词、没有搜到的词。各机关共用，哪个机关的目录管理员都可以维护。"""

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ActionForm
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode

from catalog.actions import finding
from catalog.admin.kept import Kept
from catalog.models import Item, Miss, Synonym
from catalog.states import Theme
from office.workdays.clock import now


class Shared(Kept):
    """不分机关的表。"""

    def get_queryset(self, request):
        return admin.ModelAdmin.get_queryset(self, request)

    def has_change_permission(self, request, obj=None):
        return request.user.is_authenticated and request.user.may_somewhere("keep_catalogue")


class ItemsByTheme(forms.ModelMultipleChoiceField):
    """事项一项一个勾，按主题分组。"""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs):
        super().__init__(Item.objects.none(), required=False, label="就是这些事项", **kwargs)

    def offer(self):
        self.queryset = Item.objects.open_to_citizens()
        groups = {theme: [] for theme in Theme}
        for item in self.queryset.order_by("name"):
            groups[Theme(item.theme)].append((item.pk, item.name))
        self.choices = [(theme.label, rows) for theme, rows in groups.items() if rows]


class SynonymForm(forms.ModelForm):
    items = ItemsByTheme()

    class Meta:
        model = Synonym
        fields = ["said", "means", "items", "retired"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "items" in self.fields:
            self.fields["items"].offer()

    def clean(self):
        told = super().clean() or {}
        if not self.errors:
            try:
                finding.check_synonym(
                    said=told["said"], means=told.get("means", ""), items=told["items"], synonym=self.instance
                )
            except finding.WrongSynonym as error:
                raise forms.ValidationError(str(error)) from error
        return told


@admin.register(Synonym)
class SynonymAdmin(Shared):
    form = SynonymForm
    list_display = ["said", "means", "points_to", "retired"]
    list_filter = ["retired"]
    search_fields = ["said", "means", "items__name"]
    ordering = ["said"]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("items")

    def has_add_permission(self, request):
        return self.has_change_permission(request)

    @admin.display(description="就是这些事项")
    def points_to(self, synonym):
        return "、".join(sorted(item.name for item in synonym.items.all()))

    def save_model(self, request, obj, form, change):
        told = form.cleaned_data
        kept = finding.keep_synonym(
            synonym=obj if change else None, said=told["said"], means=told["means"], items=list(told["items"]),
            retired=told["retired"], by=request.user, at=now(),
        )  # fmt: skip
        obj.pk, obj.said, obj.means = kept.pk, kept.said, kept.means
        obj._state.adding = False


class Reason(ActionForm):
    reason = forms.CharField(label="为什么不用管", required=False, max_length=80)


@admin.register(Miss)
class MissAdmin(Shared):
    """最多的在前；一下就转成同义词。"""

    list_display = ["text", "total", "last_on", "settled", "take_in"]
    list_display_links = ["text"]
    list_filter = ["last_on", ("settled", admin.EmptyFieldListFilter)]
    search_fields = ["text"]
    readonly_fields = ["text", "total", "days", "last_on", "settled", "take_in"]
    action_form = Reason
    actions = ["dismiss"]
    ordering = ["-total", "text"]

    def has_add_permission(self, request):
        return False

    def save_model(self, request, obj, form, change):
        """这一页只看：改在“收作同义词”和“不用管”。"""

    @admin.display(description="每天几次")
    def days(self, miss):
        counted = miss.days.order_by("-day").values_list("day", "count")
        return "；".join(f"{day:%Y-%m-%d} {count} 次" for day, count in counted)

    @admin.display(description="怎么办")
    def take_in(self, miss):
        if miss.settled:
            return "—"
        url = reverse("admin:catalog_synonym_add") + "?" + urlencode({"said": miss.text})
        return format_html('<a href="{}">收作同义词<span class="vh">：{}</span></a>', url, miss.text)

    @admin.action(description="不用管（写明为什么）", permissions=["keeping"])
    def dismiss(self, request, queryset):
        reason = request.POST.get("reason", "").strip() or "与本局的事项无关"
        for miss in queryset:
            finding.dismiss(miss=miss, reason=f"不用管：{reason}", by=request.user, at=now())
        self.message_user(request, "已处理。")
