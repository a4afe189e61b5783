"""目录的进出：导出整份目录，改好了交回来；先看会改什么、哪里不对，再确认。只给目录管理员。"""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_POST, require_safe

from agencies.models import User
from catalog import rules
from catalog.actions import exporting, intakes, taking_in
from catalog.models import Intake, Item
from catalog.rules import workbooks
from office.steps import NotNow
from office.workdays.clock import now
from portal import progress
from portal.files import attachment

NAME, SHOWN, SMALL = "目录导入导出", 30, 200_000  # 小的当场做，大的后台做
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "application/zip",
    "json": "application/json",
}


def may_see(user: Any) -> bool:
    return bool(user.may_somewhere(rules.KEEPS))


def _keeper(request: HttpRequest) -> User:
    """Raises: PermissionDenied。"""
    user: Any = request.user
    if not may_see(user):
        raise PermissionDenied
    return user  # type: ignore[no-any-return]


class FileForm(forms.Form):
    file = forms.FileField(
        label="改好的文件",
        max_length=200,
        help_text=f"xlsx、CSV(单独一张，或者几张打成一个 zip)、JSON 都行，最大 {workbooks.MOST_BYTES // 2**20} MB。",
        error_messages={"required": "请选一个文件。", "empty": "文件是空的。", "max_length": "文件名太长。"},
    )

    def clean_file(self) -> Any:
        """大小在读进来之前就看。"""
        told = self.cleaned_data["file"]
        if told.size > workbooks.MOST_BYTES:
            raise forms.ValidationError(f"文件太大：最多 {workbooks.MOST_BYTES // 2**20} MB。")
        return told


@require_safe
def index(request: HttpRequest, site: AdminSite) -> HttpResponse:
    _keeper(request)
    return _index(request, site, FileForm())


def _index(request: HttpRequest, site: AdminSite, form: FileForm) -> HttpResponse:
    found = Intake.objects.visible_to(request.user).defer("content", "report").order_by("-uploaded_at", "-pk")[:SHOWN]
    context = {"title": NAME, "form": form, "intakes": found, "formats": workbooks.FORMATS.items()}
    return TemplateResponse(request, "admin/exchange.html", {**site.each_context(request), **context})


@require_safe
def export(request: HttpRequest, form: str) -> HttpResponse:
    """本机关的事项和今天在用的指南。"""
    user, day = _keeper(request), now().date()
    kept = Item.objects.filter(agency__in=user.agencies_with(rules.KEEPS))
    try:
        content = workbooks.dump(exporting.documents(items=kept, day=day), form)
    except workbooks.Unreadable as error:
        messages.error(request, str(error))
        return redirect("admin:exchange")
    return attachment(ContentFile(content), f"事项目录{day:%Y%m%d}.{workbooks.SUFFIX[form]}", TYPES[form])


@require_POST
def hand_in(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """交来：小的当场看完，大的由后台看。"""
    user, form = _keeper(request), FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _index(request, site, form)
    told = form.cleaned_data["file"]
    made = intakes.hand_in(name=told.name, content=told.read(), by=user, at=now())
    _now_if_small(made)
    return redirect("admin:exchange_intake", key=made.pk)


def _now_if_small(intake: Intake) -> None:
    if intake.size <= SMALL:
        intakes.go_on(intake=intake, at=now())


@require_safe
def intake(request: HttpRequest, key: int, site: AdminSite) -> HttpResponse:
    """一次导入：会改什么、哪里不对。后台还在做时，几秒自己刷新一次。"""
    one = _found(request, key)
    told = one.report
    outcomes = sorted(told.get("outcomes", ()), key=lambda row: ORDER.index(row["what"]))
    context = {
        "title": one.name,
        "intake": one,
        "faults": told.get("faults", ()),
        "note": told.get("note", ""),
        "rows": [{**row, "said": taking_in.SAID[row["what"]]} for row in outcomes if row["what"] != taking_in.SAME],
        "same": sum(row["what"] == taking_in.SAME for row in outcomes),
        "progress": progress.told(one.pk) if one.is_waiting else None,
    }
    answer = TemplateResponse(request, "admin/intake.html", {**site.each_context(request), **context})
    if one.is_waiting:
        answer["Refresh"] = "5"
    return answer


ORDER = (taking_in.WRONG, taking_in.NEW, taking_in.CHANGED, taking_in.SAME)


@require_POST
def deed(request: HttpRequest, key: int, name: str) -> HttpResponse:
    """确认导入、放弃。Raises: Http404、PermissionDenied。"""
    one = _found(request, key)
    act = {"confirm": intakes.confirm, "discard": intakes.discard}[name]
    try:
        one = act(intake=one, by=request.user, at=now())
        if name == "confirm":
            _now_if_small(one)
            one.refresh_from_db()
        messages.success(request, f"{one}：{one.standing}。")
    except NotNow as refusal:
        messages.error(request, str(refusal))
    return redirect("admin:exchange_intake", key=key)


def _found(request: HttpRequest, key: int) -> Intake:
    return get_object_or_404(Intake.objects.visible_to(_keeper(request)), pk=key)
