"""日历的维护:改一天、公布一年;改动都走 actions,由此通知各进程。"""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from office.workdays import actions
from office.workdays.clock import now
from office.workdays.models import CalendarChange, CalendarYear, SpecialDay

WEEK = "一二三四五六日"


class Calendars(admin.ModelAdmin):  # type: ignore[type-arg]
    """日历由目录管理员和维护账户改,每一笔进底账;人事、审计可以看。"""

    def may(self, request: HttpRequest, *perms: str) -> bool:
        user: Any = request.user
        return bool(user.is_superuser or (user.is_authenticated and user.may_somewhere(*perms)))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "keep_catalogue", "keep_posts", "audit")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may(request, "keep_catalogue")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "keep_catalogue")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "keep_catalogue")


@admin.register(SpecialDay)
class SpecialDayAdmin(Calendars):
    list_display = ("date", "weekday", "works", "name", "agency_code", "provisional", "source")
    list_filter = ("works", "provisional", "agency_code")
    search_fields = ("name", "source")
    date_hierarchy = "date"
    ordering = ("-date",)

    @admin.display(description="星期")
    def weekday(self, day: SpecialDay) -> str:
        return f"星期{WEEK[day.date.weekday()]}"

    def save_model(self, request: HttpRequest, obj: SpecialDay, form: Any, change: bool) -> None:
        actions.keep_day(obj, by=request.user, at=now())

    def delete_model(self, request: HttpRequest, obj: SpecialDay) -> None:
        actions.drop_day(obj, by=request.user, at=now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[SpecialDay]) -> None:
        for day in queryset:
            actions.drop_day(day, by=request.user, at=now())


@admin.register(CalendarYear)
class CalendarYearAdmin(Calendars):
    """只看和公布:年度的状态由载入、导入、公布决定,不能手改。"""

    list_display = ("year", "status", "source")
    list_filter = ("status",)
    ordering = ("-year",)
    actions = ("publish",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: CalendarYear | None = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: CalendarYear | None = None) -> tuple[str, ...]:
        published = obj is not None and obj.status == CalendarYear.OFFICIAL
        return ("year", "status", "source") if published else ("year", "status")

    @admin.action(description="公布：放假通知已到，正式日已录入", permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[CalendarYear]) -> None:
        for held in queryset.exclude(status=CalendarYear.OFFICIAL):
            if not held.source:
                self.message_user(request, f"{held.year} 年：先填写依据文件再公布。", messages.ERROR)
                continue
            try:
                actions.publish_year(held.year, source=held.source, by=request.user, at=now())
            except actions.EmptyYear as reason:
                self.message_user(request, str(reason), messages.ERROR)
            else:
                self.message_user(request, f"已公布 {held.year} 年；请运行 recompute_deadlines 重算暂估的期限。")


@admin.register(CalendarChange)
class CalendarChangeAdmin(Calendars):
    """日历变更的底账,只看。"""

    list_display = ("at", "by", "note")
    list_select_related = ("by",)
    ordering = ("-pk",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: CalendarChange | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: CalendarChange | None = None) -> bool:
        return False
