"""对号入座：一页一问，答案都在网址里，后退、收藏、转发都行；走到一个事项，或者告诉您该去哪里。"""

import re
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalog.actions import finding
from catalog.models import Item, QuestionSet
from catalog.rules import questions
from catalog.states import Theme
from office.workdays import clock
from portal.hall.icons import ICONS

NUMBER = re.compile("[0-9]{1,2}")
ON = "on"  # 网址里：正在答哪一题；没有选就点了“继续”，靠它知道


@require_safe
def sets(request: HttpRequest) -> HttpResponse:
    """有哪几组题。"""
    order = list(Theme)
    found = sorted(QuestionSet.objects.in_use().defer("body"), key=lambda one: order.index(Theme(one.theme)))
    return render(request, "hall/which_sets.html", {"sets": [(one, ICONS[one.theme]) for one in found]})


@require_safe
def one(request: HttpRequest, key: str) -> HttpResponse:
    """走到哪一题就问哪一题；停用的一组只有目录管理员能试走。"""
    chosen = get_object_or_404(QuestionSet, key=key)
    if chosen.retired and not (request.user.is_authenticated and finding.may_keep(request.user)):
        raise Http404
    if not chosen.body["questions"]:  # 新起的一组，还没有公布过
        raise Http404
    place = questions.walk(chosen.body, _answers(request))
    url = reverse("hall:which-one", args=[key])
    context = {"set": chosen, "url": url, "trail": _trail(url, place.trail), "back": _back(url, place.trail)}
    if place.at.startswith(questions.ITEM):
        return _item(request, place.at.removeprefix(questions.ITEM), context)
    if place.at.startswith(questions.EXIT):
        context["out"] = chosen.body["exits"][place.at.removeprefix(questions.EXIT)]
        return render(request, "hall/which_exit.html", context)
    question = chosen.body["questions"][place.at]
    context |= {"key": place.at, "question": question, "on": ON, "number": len(place.trail) + 1}
    context["error"] = _("请选一项再继续。") if request.GET.get(ON) == place.at else ""
    return render(request, "hall/which_question.html", context)


def _answers(request: HttpRequest) -> dict[str, int]:
    given = request.GET.dict()
    return {key: int(value) for key, value in given.items() if isinstance(value, str) and NUMBER.fullmatch(value)}


def _link(url: str, trail: list[questions.Answer]) -> str:
    asked = urlencode({answer.key: answer.number for answer in trail})
    return f"{url}?{asked}" if asked else url


def _trail(url: str, trail: list[questions.Answer]) -> list[tuple[questions.Answer, str]]:
    """答过的各题，和回去改这一题的网址。"""
    return [(answer, _link(url, trail[:place])) for place, answer in enumerate(trail)]


def _back(url: str, trail: list[questions.Answer]) -> str:
    return _link(url, trail[:-1]) if trail else reverse("hall:which")


def _item(request: HttpRequest, code: str, context: dict[str, Any]) -> HttpResponse:
    """问到了：这一项此刻不办了，就说明白，请他打电话。"""
    today = clock.now().date()
    item = Item.objects.open_to_citizens().published_on(today).filter(code=code).select_related("agency").first()
    context |= {"item": item, "guide": item.guide_on(today) if item else None}
    return render(request, "hall/which_item.html", context)
