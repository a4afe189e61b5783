"""底账：特别程序自定期限的备案，不能全程网上办的批准和备案；各有一页说还缺哪些。"""

import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from catalog import rules
from catalog.actions import recording
from catalog.admin.kept import Kept
from catalog.admin.reports import Link, Table, agencies_seen, respond, sees_reports
from catalog.models import ExceptionFiling, Guide, OnlineException, ProcedureFiling
from catalog.rules.differences.words import limit
from catalog.states import OnlineDepth
from office.workdays.clock import moment, now
from office.workdays.rules import local

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class Recorded(Kept):
    """登记一笔就回清单；登记过的不改，错了再登记一笔。"""

    actions = None
    change_list_template = "admin/catalog/record_list.html"
    report = ""
    report_label = ""

    def has_add_permission(self, request):
        return super().has_change_permission(request)

    def has_change_permission(self, request, obj=None):
        return False

    def history_view(self, request, object_id, extra_context=None):
        """经过在日志里。"""
        raise Http404

    def add_view(self, request, form_url="", extra_context=None):
        only = {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().add_view(
            request, form_url, {**(extra_context or {}), **only, "title": f"登记{self.opts.verbose_name}"}
        )

    def changelist_view(self, request, extra_context=None):
        told = {"report": reverse(f"admin:{self.report}"), "report_label": self.report_label}
        return super().changelist_view(request, {**(extra_context or {}), **told})


class FilingForm(forms.ModelForm):
    """选现行指南里由本机关自定期限的一项程序。"""

    which = forms.ChoiceField(label="哪个事项的哪项程序")

    class Meta:
        model = ProcedureFiling
        fields = ("document_number", "filed_on", "filed_with")
        widgets = {"filed_on": DATE}


@admin.register(ProcedureFiling)
class ProcedureFilingAdmin(Recorded):
    agency_lookup = "guide__item__agency"
    form = FilingForm
    fields = ("which", "document_number", "filed_on", "filed_with")
    list_display = ["item", "procedure_name", "term", "document_number", "filed_on", "filed_with"]
    list_select_related = ["guide__item"]
    search_fields = ["guide__name", "document_number"]
    search_help_text = "事项或备案文号"
    report, report_label = "catalog_procedurefiling_report", "还没有备案的"

    def get_queryset(self, request):
        return super().get_queryset(request).order_by("-filed_on", "-pk")

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [path("report/", wrap(self.missing), name=self.report), *super().get_urls()]

    def get_fields(self, request, obj=None):
        return (
            self.fields
            if obj is None
            else ("guide", "procedure", "value", "unit", *self.fields[1:], "recorded_by", "recorded_at")
        )

    def get_form(self, request, obj=None, change=False, **kwargs):
        made = super().get_form(request, obj, change, **kwargs)
        if obj is None:
            kept = request.user.agencies_with("keep_catalogue").values("pk")
            choices = [
                (f"{one.guide.pk}/{one.key}", f"{one.guide.item}：{one.name}({one.term})")
                for one in recording.own_procedures(kept, day=local(moment(request)).date())
            ]
            made.base_fields["which"].choices = choices
            made.base_fields["which"].initial = request.GET.get("which")
        return made

    def save_model(self, request, obj, form, change):
        guide, _slash, key = form.cleaned_data["which"].partition("/")
        told = {name: form.cleaned_data[name] for name in FilingForm.Meta.fields}
        found = Guide.objects.get(pk=guide)
        made = recording.file_procedure(guide=found, procedure=key, **told, by=request.user, at=moment(request))
        obj.pk, obj.guide, obj.procedure = made.pk, found, key

    @admin.display(description="事项")
    def item(self, filing):
        return filing.guide.item

    @admin.display(description="程序")
    def procedure_name(self, filing):
        names = {row.get("key"): row.get("name") for row in filing.guide.special_procedures}
        return names.get(filing.procedure, filing.procedure)

    @admin.display(description="期限")
    def term(self, filing):
        return limit(filing.value, filing.unit)

    @method_decorator(require_safe)
    def missing(self, request: HttpRequest) -> HttpResponseBase:
        """期限由本机关自定、还没有到营商环境部门备案的特别程序。"""
        if not sees_reports(request.user):
            raise PermissionDenied
        agencies = agencies_seen(request.user).values("pk")
        found = recording.own_procedures(agencies, day=local(moment(request)).date())
        head = ("事项", "程序", "期限", "依据", "机关", "备案")
        add = reverse("admin:catalog_procedurefiling_add")
        lacking = [
            [*_procedure(one), Link("登记备案", f"{add}?which={one.guide.pk}/{one.key}")
             if rules.keeps(request.user, one.guide.item.agency) else "没有备案"]
            for one in found if one.filing is None
        ]  # fmt: skip
        filed = [
            [*_procedure(one), f"{one.filing.document_number}，{one.filing.filed_on:%Y-%m-%d}"]
            for one in found if one.filing
        ]  # fmt: skip
        return respond(
            request, self.admin_site, opts=self.opts, title="特别程序备案", lead="特别程序的期限由本机关自定的，"
            "要向营商环境部门备案。期限改了要重新备案，没改的，备案对新版照样算数。",
            tables=[
                Table("unfiled", "还没有备案的", head, lacking, "", "都备案了。"),
                Table("filed", "已经备案的", head, filed, "", "一项也没有。"),
            ],
        )  # fmt: skip


def _procedure(one: recording.OwnProcedure) -> list[Any]:
    link = Link(one.guide.item.name, reverse("admin:catalog_guide_change", args=[one.guide.pk]))
    return [link, one.name, one.term, one.basis, one.guide.item.agency.short_name]


class ExceptionForm(forms.ModelForm):
    class Meta:
        model = OnlineException
        fields = ("item", "reason", "approved_by", "document_number", "approved_on", "until")
        widgets = {"approved_on": DATE, "until": DATE}


@admin.register(OnlineException)
class OnlineExceptionAdmin(Recorded):
    agency_lookup = "item__agency"
    form = ExceptionForm
    fields = ExceptionForm.Meta.fields
    list_display = ["item", "reason", "approved_by", "document_number", "approved_on", "until"]
    list_select_related = ["item"]
    search_fields = ["item__name", "document_number"]
    search_help_text = "事项或批准文号"
    report, report_label = "catalog_onlineexception_report", "还不能全程网办的"

    def get_queryset(self, request):
        return super().get_queryset(request).order_by("-approved_on", "-pk")

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [path("report/", wrap(self.missing), name=self.report), *super().get_urls()]

    def save_model(self, request, obj, form, change):
        told = {name: form.cleaned_data[name] for name in self.fields}
        obj.pk = recording.except_online(**told, by=request.user, at=moment(request)).pk

    @method_decorator(require_safe)
    def missing(self, request: HttpRequest) -> HttpResponseBase:
        """不能全程网上办的事项，和它们的批准：没有的、过期的在前。"""
        if not sees_reports(request.user):
            raise PermissionDenied
        today = local(moment(request)).date()
        offline = recording.offline(agencies_seen(request.user).values("pk"), day=today)
        lacking = [_offline(one, today, request.user) for one in offline if not one.holds_on(today)]
        held = [_offline(one, today, request.user) for one in offline if one.holds_on(today)]
        head = ("事项", "网办深度", "机关", "为什么", "批准", "有效到", "备案")
        return respond(
            request, self.admin_site, opts=self.opts, title="不能全程网办的事项",
            lead="每个事项都要能在网上申请、查询、办结；做不到的，要有批准、备案和期限，缺一样不算数。",
            tables=[
                Table("offline-without", "没有批准、没有备案或已经过期的", head, lacking),
                Table("offline-approved", "有批准和备案的", head, held),
            ],
        )  # fmt: skip


def _offline(one: recording.Offline, today: datetime.date, user: Any) -> list[Any]:
    """缺批准的去登记批准，缺备案的去登记备案。"""
    item, held = one.item, one.exception
    link = Link(item.name, reverse("admin:catalog_item_change", args=[item.pk]))
    row = [link, str(OnlineDepth(one.guide.online_depth).label), item.agency.short_name]
    keeps = rules.keeps(user, item.agency)
    approve = Link("登记批准", f"{reverse('admin:catalog_onlineexception_add')}?item={item.pk}")
    if held is None:
        return [*row, "", approve if keeps else "没有批准", "", ""]
    told = [held.reason, f"{held.approved_by} {held.document_number}"]
    if held.until <= today:
        return [*row, *told, f"{held.until:%Y-%m-%d}，已过期", approve if keeps else ""]
    file = Link("登记备案", f"{reverse('admin:catalog_exceptionfiling_add')}?exception={held.pk}")
    filed = held.filing.document_number if held.is_filed else file if keeps else "没有备案"
    return [*row, *told, f"{held.until:%Y-%m-%d}", filed]


class ExceptionFilingForm(forms.ModelForm):
    """选一项还没有备案的批准。"""

    class Meta:
        model = ExceptionFiling
        fields = ("exception", "document_number", "filed_on", "filed_with")
        widgets = {"filed_on": DATE}

    def clean(self):
        given = super().clean()
        approved, filed = given.get("exception"), given.get("filed_on")
        if approved and filed and (fault := approved.not_filed_on(filed, today=local(now()).date())):
            self.add_error("filed_on", fault)
        return given


@admin.register(ExceptionFiling)
class ExceptionFilingAdmin(Recorded):
    agency_lookup = "exception__item__agency"
    form = ExceptionFilingForm
    fields = ExceptionFilingForm.Meta.fields
    list_display = ["exception", "document_number", "filed_on", "filed_with"]
    list_select_related = ["exception__item"]
    search_fields = ["exception__item__name", "document_number"]
    search_help_text = "事项或备案文号"
    report, report_label = OnlineExceptionAdmin.report, OnlineExceptionAdmin.report_label

    def get_queryset(self, request):
        return super().get_queryset(request).order_by("-filed_on", "-pk")

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """只列还没有备案的。"""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "exception":
            field.queryset = field.queryset.filter(filing=None).select_related("item")
        return field

    def save_model(self, request, obj, form, change):
        told = {name: form.cleaned_data[name] for name in self.fields}
        obj.pk = recording.file_exception(**told, by=request.user, at=moment(request)).pk
