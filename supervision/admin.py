"""评价与整改在队列里的页面:评价只看;整改在清单上联系、了结、剔除。"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from office.papers.words import last_day_words
from office.steps import NotNow
from office.workdays.clock import now
from supervision.actions import tasks
from supervision.models import Rating, Task
from supervision.states import Tag


class Note(ActionForm):
    """联系情况、整改结果或剔除理由,跟在操作后面。"""

    note = forms.CharField(label="情况、结果或理由", required=False, max_length=1000)


class Kept(admin.ModelAdmin):  # type: ignore[type-arg]
    """只看的页面:看得到的由 visible_to 划界。"""

    show_full_result_count = False

    def has_module_permission(self, request: Any) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        return bool(request.user.is_authenticated and request.user.may_somewhere("review_denial", "sanction_denial"))

    def has_add_permission(self, request: Any) -> bool:
        return False

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return False


@admin.register(Task)
class TaskAdmin(Kept):
    """差评整改:等我处理的在前。"""

    list_display = ("what", "unit", "score", "why", "owner", "rung", "due", "state")
    list_filter = ("state", "rung", "unit")
    action_form = Note
    actions = ("contact", "settle", "strike_out")
    exclude = ("rating",)

    def get_queryset(self, request: Any) -> Any:
        return Task.objects.visible_to(request.user).with_context().with_next_due().order_by("next_due", "-pk")

    @admin.display(description="哪件事")
    def what(self, task: Task) -> str:
        """匿名的只写事项,不写编号。"""
        case = task.rating.case
        return f"{case.item}（匿名）" if task.rating.anonymous else f"{case.item} {case.number}"

    @admin.display(description="评价")
    def score(self, task: Task) -> str:
        return str(task.rating)

    @admin.display(description="为什么")
    def why(self, task: Task) -> str:
        return "；".join(part for part in ("、".join(task.rating.tag_labels), task.rating.text) if part)

    @admin.display(description="最近的期限")
    def due(self, task: Any) -> str:
        if task.next_due is None:
            return "已了结"
        overdue = "，已逾期" if task.next_due <= now() else ""
        return f"{last_day_words(task.next_due)}{overdue}"

    @admin.action(description="已联系评价人（写明情况）")
    def contact(self, request: Any, queryset: QuerySet[Task]) -> None:
        self._each(request, queryset, tasks.contact, "note")

    @admin.action(description="整改完毕（写明结果）")
    def settle(self, request: Any, queryset: QuerySet[Task]) -> None:
        self._each(request, queryset, tasks.settle, "result")

    @admin.action(description="误评剔除（写明理由）")
    def strike_out(self, request: Any, queryset: QuerySet[Task]) -> None:
        self._each(request, queryset, tasks.exclude, "reason")

    def _each(self, request: Any, queryset: QuerySet[Task], deed: Any, named: str) -> None:
        """逐件办,办不成的说明原因,不影响别的。"""
        told = {named: request.POST.get("note", "")}
        for task in queryset:
            try:
                deed(task, by=request.user, at=now(), **told)
            except (NotNow, PermissionDenied) as reason:
                self.message_user(request, f"{task}：{reason}", messages.ERROR)
            else:
                self.message_user(request, f"{task}：{task.get_state_display()}。")


@admin.register(Rating)
class RatingAdmin(Kept):
    """评价:匿名的不写办件编号。上面是各窗口的数(作风、质量、效率)。"""

    list_display = ("rated_at", "item", "unit", "judged", "tag_names", "text")
    list_filter = ("score", "by_default")
    ordering = ("-rated_at",)
    exclude = ("case", "rated_by")
    change_list_template = "admin/supervision/rating/change_list.html"

    def get_queryset(self, request: Any) -> Any:
        ratings = Rating.objects.visible_to(request.user)
        return ratings.select_related("case__item", "case__intake_unit").order_by(*self.ordering)

    def changelist_view(self, request: Any, extra_context: Any = None) -> Any:
        context = {"figures": figures(request.user), "tags": Tag.labels}
        return super().changelist_view(request, {**(extra_context or {}), **context})

    @admin.display(description="事项")
    def item(self, rating: Rating) -> str:
        return str(rating.case.item)

    @admin.display(description="窗口")
    def unit(self, rating: Rating) -> str:
        return str(rating.case.intake_unit)

    @admin.display(description="评价", ordering="score")
    def judged(self, rating: Rating) -> str:
        """默认评价写在评价后面，不另占一栏。"""
        return f"{rating}（默认）" if rating.by_default else str(rating)

    @admin.display(description="哪些方面")
    def tag_names(self, rating: Rating) -> str:
        return "、".join(rating.tag_labels)


def figures(user: Any) -> list[dict[str, Any]]:
    """各窗口的评价数、满意率、差评里各方面各多少。"""
    return [
        {
            "unit": row["case__intake_unit__name"],
            "total": row["total"],
            "rate": f"{row['satisfied'] / row['total']:.1%}",
            "bad": row["bad"],
            "blamed": [row[f"blamed_{tag}"] for tag in Tag.values],
        }
        for row in Rating.objects.visible_to(user).counted().per_unit()
    ]
