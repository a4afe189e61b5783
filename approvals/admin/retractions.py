"""撤回、撤销在队列里的页面：等我审定的在前；核准、退回、不收回都写理由。没有成批审定。"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from approvals.actions import leaders, retractions
from approvals.admin.deeds import Deed, words
from approvals.admin.extensions import ALL, Which
from approvals.admin.kept import Kept, person
from approvals.admin.previews import PREVIEW, previewed
from approvals.models import Retraction
from approvals.rules.retractions import may_sanction
from approvals.states import KeepWhy, RetractionGround, RetractionState
from office.papers.words import last_day_words
from office.steps import NotNow
from office.workdays.clock import moment


class Sanction(forms.Form):
    decision = words("核准的意见", "写进决定书：证照交回、已经办的事怎样处理。")


class SendBack(forms.Form):
    text = words("要补什么", "告诉提出的、上报的人；补完重新上报。")


class Keep(forms.Form):
    why = forms.ChoiceField(
        label="为什么不收回", choices=KeepWhy.choices, widget=forms.RadioSelect,
        error_messages={"required": "请选择为什么不收回。"},
    )  # fmt: skip
    decision = words("说明", "告诉提出的人；本人收到“决定继续有效”。")


DEEDS = (
    Deed(
        "sanction",
        "核准",
        "primary",
        Sanction,
        retractions.sanction,
        "已核准，决定书随即交窗口送达",
        preview=retractions.preview,
    ),
    Deed("send_back", "退回补充", "secondary", SendBack, retractions.send_back, "已退回补充"),
    Deed("keep", "不收回", "secondary", Keep, retractions.keep, "已定：不收回，原决定继续有效"),
)
BY_NAME = {deed.name: deed for deed in DEEDS}


class WhichRetractions(Which):
    def choices(self, changelist: Any) -> Any:
        first, *rest = super().choices(changelist)
        yield {**first, "display": "等我审定"}
        yield from rest

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == ALL:
            return queryset.order_by("-pk")
        waiting = Retraction.objects.waiting_for(person(request), moment(request)).filter(state=RetractionState.ASKED)
        return queryset.filter(pk__in=waiting.values("pk")).order_by("due_at", "pk")


@admin.register(Retraction)
class RetractionAdmin(Kept):
    """收回已经准予的决定，分管副局长、局长审定。"""

    perms = ("sanction_denial",)
    actions = None
    change_list_template = "admin/tabbed_list.html"
    list_display = ("number", "item", "kind", "ground", "proposed_by", "due", "state")
    list_display_links = ("number",)
    list_filter = (WhichRetractions,)
    search_fields = ("=case__number",)
    search_help_text = "办件编号"
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Retraction]:
        return Retraction.objects.sanctioned_by(person(request)).with_context().order_by(*self.ordering)

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        mine = [path("<int:key>/do/<slug:name>/", wrap(self.deed), name="approvals_retraction_deed")]
        return mine + super().get_urls()

    @admin.display(description="办件编号")
    def number(self, retraction: Retraction) -> str:
        return str(retraction.case.number)

    @admin.display(description="事项")
    def item(self, retraction: Retraction) -> str:
        return str(retraction.case.item)

    @admin.display(description="期限")
    def due(self, retraction: Retraction) -> str:
        return last_day_words(retraction.due_at) if retraction.due_at else ""

    def page(self, request: HttpRequest, obj: Retraction, *, status: int = 200, **context: Any) -> Any:
        bound = context.pop("bound", None)
        stated = obj.case.statements.filter(recorded_at__gte=obj.proposed_at).order_by("pk")
        told = {"retraction": obj, "statements": stated, **self.given(request, obj, bound)}
        return super().page(request, obj, status=status, bound=bound, **told, **context)

    def given(self, request: HttpRequest, obj: Retraction, bound: Any) -> dict[str, Any]:
        """此刻能做的动作；不归他的，说为什么。"""
        if obj.state != RetractionState.ASKED:
            return {"rows": [], "why": f"这一份现在是“{obj.get_state_display()}”，不在审定中。"}
        if not may_sanction(obj, person(request)):
            return {"rows": [], "why": "您提出或者上报了这一份，要由另一位领导审定。"}
        if person(request) not in leaders.on_duty(obj.case, moment(request)):
            return {"rows": [], "why": leaders.NOT_NOW_YOU}
        rows = []
        for deed in DEEDS:
            if deed.name == "send_back" and obj.ground == RetractionGround.ELSEWHERE:
                continue
            opened = bound is not None and bound.prefix == deed.name
            url = reverse("admin:approvals_retraction_deed", args=[obj.pk, deed.name])
            rows.append((deed, bound if opened else asked(deed, obj), opened, url))
        return {"rows": rows, "why": ""}

    @method_decorator(require_POST)
    def deed(self, request: HttpRequest, key: int, name: str) -> HttpResponse:
        """核准、退回、不收回：办成了回清单；办不成的说清楚，写的字还在。"""
        found, deed = self.one(request, key), BY_NAME.get(name)
        if deed is None:
            raise Http404
        form = asked(deed, found, request.POST)
        if not form.is_valid():
            return self.page(request, found, status=422, bound=form)  # type: ignore[no-any-return]
        if (preview := deed.preview) and PREVIEW in request.POST:
            told = {**form.cleaned_data, "by": person(request), "at": moment(request)}
            back = reverse("admin:approvals_retraction_change", args=[key])
            return previewed(request, lambda: preview(found, **told), back=back)
        try:
            deed.act(Retraction.objects.get(pk=key), by=person(request), at=moment(request), **form.cleaned_data)
        except (NotNow, PermissionDenied) as reason:
            said = str(reason) or "此刻不由您审定"
            messages.error(request, f"{said.rstrip('。')}。您的意见没有记下。")
            return self.page(request, self.one(request, key), status=409, bound=form)  # type: ignore[no-any-return]
        messages.success(request, format_html("{}：{}。", found.case.number, deed.done))
        return redirect("admin:approvals_retraction_changelist")


def asked(deed: Deed, retraction: Retraction, data: Any = None) -> forms.Form:
    """这个动作的表；骗取的应当撤销，没有“可以不收回”这一项。"""
    form = deed.form(data, prefix=deed.name)
    if "why" in form.fields and retraction.ground == RetractionGround.DECEIT:
        why: Any = form.fields["why"]
        why.choices = [(value, label) for value, label in KeepWhy.choices if value != KeepWhy.NOT_NEEDED]
    return form
