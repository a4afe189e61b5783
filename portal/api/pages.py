"""给人看的文档：有哪些路、收什么参数、当场试一试。答复由同一个接口给出，没有脚本也能试。"""

import json
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import resolve
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.api.contract import OPERATIONS, VERSION, Operation
from portal.api.documents import link

SHOWN = 20_000  # 答复太长时,页面上只摆这么多字
TELLING = ("Content-Type", "ETag", "Last-Modified", "Cache-Control", "Link", "Retry-After")


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    chosen = next((one for one in OPERATIONS if one.name == request.GET.get("op")), None)
    form = _form(chosen, request.GET) if chosen else None
    asked = bool(chosen and form and request.GET.get("try"))
    context = {
        "operations": OPERATIONS,
        "chosen": chosen,
        "form": form,
        "outcome": _tried(request, chosen, form.cleaned_data)
        if chosen and form and asked and form.is_valid()
        else None,
        "version": VERSION,
        "rate": settings.API_RATE,
        "licence": settings.OPEN_DATA_LICENCE,
        "contract": link("api:contract"),
        "embed": f"{settings.PUBLIC_URL}/embed/guide/…/",
        "example": f"curl -H 'If-None-Match: \"…\"' '{link('api:items')}?theme=orgs&size=5'",
    }
    return render(request, "api/page.html", context)


def _form(chosen: Operation, given: QueryDict) -> forms.Form:
    """这条路收的参数，一格一个。"""
    fields: dict[str, forms.Field] = {
        name: forms.IntegerField(label=words, min_value=1) if name == "number" else forms.SlugField(label=words)
        for name, words in chosen.codes.items()
    }
    found = (chosen.form or forms.Form)(given if given.get("try") else None)
    kept = found.fields
    found.fields = {**fields, **kept}  # type: ignore[assignment]
    for each in found.fields.values():
        if isinstance(each, forms.ChoiceField):
            offered: Any = each.choices
            each.choices = [("", _("不限")), *[one for one in offered if one[0]]]
        if isinstance(each, forms.DateField):
            each.widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return found


def _tried(request: HttpRequest, chosen: Operation, told: dict[str, Any]) -> dict[str, Any]:
    """照填的问一次接口：与别人从外面问，走的是同一个门。"""
    path = chosen.path.format(**{name: told[name] for name in chosen.codes})
    query = urlencode({name: value for name, value in told.items() if name not in chosen.codes and value})
    inner = HttpRequest()
    inner.method, inner.path, inner.path_info = "GET", path, path
    inner.META = {"REMOTE_ADDR": request.META.get("REMOTE_ADDR", ""), "QUERY_STRING": query}
    if settings.BEHIND_PROXY:
        inner.META["HTTP_X_REAL_IP"] = request.META.get("HTTP_X_REAL_IP", "")
    inner.GET = QueryDict(query)
    found = resolve(path)
    response = found.func(inner, *found.args, **found.kwargs)
    body = response.content.decode()
    if "json" in response["Content-Type"]:
        body = json.dumps(json.loads(body), ensure_ascii=False, indent=2)
    return {
        "url": f"{settings.PUBLIC_URL}{path}{'?' if query else ''}{query}",
        "status": response.status_code,
        "headers": [(name, response[name]) for name in TELLING if name in response],
        "body": body[:SHOWN],
        "cut": len(body) > SHOWN,
    }
