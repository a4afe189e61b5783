"""目录维护页的规矩：按机关划界，目录管理员改自己机关的，审计只看，谁也不删。"""

from django.contrib import admin, messages
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper

from agencies.models import Agency, Unit
from catalog import rules
from catalog.actions import checking, publishing
from catalog.models import Item, OnlineException, Power
from office.steps import NotNow


class Kept(admin.ModelAdmin):
    """按机关划界：看得到的是自己维护或审计的机关，改得了的是自己维护的机关。"""

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

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """选择框就是选择框：旁边不放添加、修改别的表的图标，各表有各自的页。"""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        kept = request.user.agencies_with("keep_catalogue")
        lookups = {Agency: "pk__in", Unit: "agency__in", Item: "agency__in", Power: "agency__in",
                   OnlineException: "item__agency__in"}  # fmt: skip
        noun = db_field.remote_field.model
        kwargs["queryset"] = noun._default_manager.filter(**{lookups[noun]: kept}).order_by("pk")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        kwargs["queryset"] = Unit.objects.filter(agency__in=request.user.agencies_with("keep_catalogue")).order_by("pk")
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def each(self, request, queryset, deed):
        """对所选逐个做一件事，做成的、不行的都说清楚。"""
        for row in queryset:
            try:
                self.message_user(request, deed(row))
            except (NotNow, checking.Incomplete, checking.SamePerson, publishing.WrongDay) as refusal:
                self.message_user(request, f"{row}：{refusal}", messages.ERROR)
