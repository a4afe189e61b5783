"""先例:查、看谁参照过;审定它的那一级以上可以限定、取代、撤销。"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from agencies.models import Agency
from approvals.admin import Deed, Kept, person
from denials.actions import precedents
from denials.admin.deeds import words
from denials.models import Precedent, Report
from office.steps import NotNow, available
from office.workdays.clock import moment


class Limit(forms.Form):
    scope = forms.CharField(label="只在什么情形下参照", max_length=300, error_messages={"required": "请填写适用范围。"})
    reason = words("限定的理由")


class Supersede(forms.Form):
    reason = words("由什么取代", "新的先例编号，或明文规定的名称和条款。")


class Withdraw(forms.Form):
    reason = words("撤销的理由", "撤销以后，参照过它的报备要逐件复查。")


DEEDS = (
    Deed("limit", "限定适用", "secondary", Limit, precedents.limit),
    Deed("supersede", "取代", "secondary", Supersede, precedents.supersede),
    Deed("withdraw", "撤销", "warning", Withdraw, precedents.withdraw),
)


@admin.register(Precedent)
class PrecedentAdmin(Kept):
    perms = ("read_denials",)
    actions = None
    list_display = ("code", "item", "question", "holding", "state", "followed", "settled_at")
    list_filter = ("state", "holding", ("item", admin.RelatedOnlyFieldListFilter))
    search_fields = ("code", "item__name", "question", "reasons")
    search_help_text = "先例编号、事项、问题、理由"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Precedent]:
        agencies = Agency.objects.visible_to(person(request)).values("pk")
        mine = Precedent.objects.filter(report__agency__in=agencies).select_related("item", "report__section")
        return mine.annotate(n_followers=Count("followers")).order_by("-settled_at", "-pk")

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        deed = path("<int:key>/do/<slug:name>/", wrap(self.deed), name="denials_precedent_deed")
        return [deed, *super().get_urls()]

    def page(self, request: HttpRequest, obj: Any, *, status: int = 200, **context: Any) -> Any:
        bound = context.get("bound")
        names = {step.name for step in available(obj, request.user) if step.allowed}
        given = {
            "rows": [self._row(obj, deed, bound) for deed in DEEDS if deed.name in names],
            "followers": obj.followers.select_related("case__applicant", "section").order_by("-registered_at"),
            "seen": Report.objects.visible_to(person(request)).filter(pk=obj.report_id).exists(),
        }
        return super().page(request, obj, status=status, **given, **context)

    def _row(self, precedent: Precedent, deed: Deed, bound: Any) -> tuple[Deed, forms.Form, bool, str]:
        """一个动作、它的表、要不要展开、交到哪里。"""
        opened = bool(bound and bound.prefix == deed.name)
        url = reverse("admin:denials_precedent_deed", args=[precedent.pk, deed.name])
        return deed, bound if opened else deed.form(prefix=deed.name), opened, url

    @method_decorator(require_POST)
    def deed(self, request: HttpRequest, key: int, name: str) -> HttpResponse:
        precedent = self.one(request, key)
        deed = next((deed for deed in DEEDS if deed.name == name), None)
        if deed is None:
            raise Http404
        form = deed.form(request.POST, prefix=name)
        if not form.is_valid():
            return self.page(request, precedent, status=422, bound=form)  # type: ignore[no-any-return]
        try:
            deed.act(Precedent.objects.get(pk=key), by=request.user, at=moment(request), **form.cleaned_data)
        except (NotNow, PermissionDenied) as reason:
            messages.error(request, str(reason))
            return self.page(request, self.one(request, key), status=409, bound=form)  # type: ignore[no-any-return]
        messages.success(request, f"{precedent}：已{deed.label}。")
        return redirect("admin:denials_precedent_change", key)

    @admin.display(description="参照过")
    def followed(self, precedent: Any) -> str:
        return f"{precedent.n_followers} 次"
