"""改对号入座：一题一题、一个出口一个出口，都是寻常的表；改的是没有公布的一份，公布以前群众看到的不动。"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.actions import questions as deeds
from catalog.admin.question_boxes import ExitBox, Groups, NewExit, NewQuestion, QuestionBox
from catalog.models import Item, QuestionSet
from catalog.rules import questions as rules
from catalog.rules import questions_editing as editing
from catalog.states import Theme
from office.steps import NotNow
from office.workdays.clock import moment
from office.workdays.rules import local

View = Callable[..., HttpResponse]
show_or_save = require_http_methods(["GET", "HEAD", "POST"])
HOME = "admin:catalog_questionset_tree"
PREVIEW, PART = "preview", "part"  # “预览”按钮；边填边看的只要那一块


class QuestionEditor:
    """一组题的编辑页，挂在对号入座的后台下面。"""

    def __init__(self, model_admin: Any) -> None:
        self.admin = model_admin

    def urls(self) -> list[Any]:
        def at(route: str, allow: Callable[[View], View], view: View, name: str) -> Any:
            opened = self.admin.admin_site.admin_view(allow(self._opened(view)))
            return path(f"<int:key>/tree/{route}", opened, name=f"catalog_questionset_tree{name}")

        return [
            at("", require_safe, self.overview, ""),
            at("questions/", require_POST, self.add_question, "_add_question"),
            at("questions/<slug:question>/", show_or_save, self.question, "_question"),
            at("questions/<slug:question>/remove/", show_or_save, self.remove_question, "_remove_question"),
            at("exits/", require_POST, self.add_exit, "_add_exit"),
            at("exits/<slug:out>/", show_or_save, self.out, "_exit"),
            at("exits/<slug:out>/remove/", show_or_save, self.remove_exit, "_remove_exit"),
            at("publish/", require_POST, self.publish, "_publish"),
            at("discard/", require_POST, self.discard, "_discard"),
        ]

    def _opened(self, view: View) -> View:
        """取一组题：没有的 404，不维护目录的 403。现在不行的，照着说一句。"""

        @wraps(view)
        def opened(request: HttpRequest, key: int, **told: str) -> HttpResponse:
            if not self.admin.has_change_permission(request):
                raise PermissionDenied
            one = self.admin.get_object(request, str(key))
            if one is None:
                raise Http404
            try:
                return view(request, one, **told)
            except editing.Gone as gone:
                raise Http404 from gone
            except (NotNow, deeds.WrongQuestions) as reason:
                messages.error(request, str(reason))
                return redirect(HOME, one.pk)

        return opened

    # 一览 -------------------------------------------------------------

    def overview(self, request: HttpRequest, one: QuestionSet) -> HttpResponse:
        """全组的题目和出口；旁边可以照着试走一遍。"""
        body, at = one.working, moment(request)
        context = {
            "questions": [(key, body["questions"][key]) for key in editing.in_order(body)],
            "exits": list(body["exits"].items()),
            "faults": rules.faults(body, deeds.open_codes(at)),
            "uncovered": deeds.uncovered(one, at=at),
            "new_question": NewQuestion(prefix="question"),
            "new_exit": NewExit(prefix="exit"),
            **walked(body, request.GET.dict()),
        }
        return self._page(request, one, "admin/catalog/questions/overview.html", context)

    def _page(self, request: HttpRequest, one: QuestionSet, template: str, context: dict[str, Any]) -> HttpResponse:
        whole = {**self.admin.admin_site.each_context(request), "title": "对号入座", "original": one}
        whole |= {"body": one.working, "names": item_names(one.working), **context}
        status = 422 if (bound := whole.get("form")) is not None and bound.is_bound and bound.errors else 200
        return TemplateResponse(request, template, whole, status=status)

    def _revise(self, request: HttpRequest, one: QuestionSet, change: deeds.Change, what: str) -> QuestionSet:
        return deeds.revise(questions=one, change=change, what=what, by=request.user, at=moment(request))

    def _told(self, request: HttpRequest, form: Any, one: QuestionSet) -> HttpResponse:
        for texts in form.errors.values():
            for text in texts:
                messages.error(request, text)
        return redirect(HOME, one.pk)

    # 题目 -------------------------------------------------------------

    def add_question(self, request: HttpRequest, one: QuestionSet) -> HttpResponse:
        form = NewQuestion(request.POST, prefix="question")
        if not form.is_valid():
            return self._told(request, form, one)
        text, key = form.cleaned_data["text"], editing.add_question(one.working, form.cleaned_data["text"])[1]
        self._revise(request, one, lambda old: editing.add_question(old, text)[0], f"加一题“{text}”")
        messages.success(request, f"已加“{text}”，请把选项填好，再到上一题里把选项指过来。")
        return redirect("admin:catalog_questionset_tree_question", one.pk, key)

    def question(self, request: HttpRequest, one: QuestionSet, question: str) -> HttpResponse:
        body = one.working
        items = offered(local(moment(request)).date())
        form = QuestionBox(request.POST or None, body=body, key=question, items=items)
        context: dict[str, Any] = {"form": form, "spec": editing.question(body, question), "key": question}

        def change(old: Mapping[str, Any]) -> dict[str, Any]:
            return editing.put_question(old, question, form.told(), start=bool(form.cleaned_data.get("start")))

        if PREVIEW in request.POST:
            return self._drawn(request, one, context, change)
        if form.is_valid():
            self._revise(request, one, change, f"改一题“{form.cleaned_data['text']}”")
            messages.success(request, f"“{form.cleaned_data['text']}”已保存，公布以后群众才看到。")
            return redirect(HOME, one.pk)
        return self._page(request, one, "admin/catalog/questions/question.html", {**context, **asked(body, question)})

    def _drawn(self, request: HttpRequest, one: QuestionSet, context: dict[str, Any], change: Any) -> HttpResponse:
        """预览：照现在填的画这一题，什么也不存；还不对的，逐条说。"""
        form, body = context["form"], one.working
        wrong = [f"{form.fields[name].label}：{fault}" for name, told in form.errors.items() for fault in told]
        if not wrong:
            body = change(body)
            wrong = rules.faults(body, deeds.open_codes(moment(request)))
        whole = {**context, **asked(body, context["key"]), "wrong": wrong, "unsaved": True, "names": item_names(body)}
        if request.POST[PREVIEW] == PART:
            return TemplateResponse(request, "admin/catalog/questions/aside.html", {"body": body, **whole})
        return self._page(request, one, "admin/catalog/questions/question.html", {**whole, "body": body})

    def remove_question(self, request: HttpRequest, one: QuestionSet, question: str) -> HttpResponse:
        text = editing.question(one.working, question)["text"]
        return self._remove(request, one, question, f"“{text}”这一题", editing.remove_question)

    def _remove(self, request: HttpRequest, one: QuestionSet, target: str, what: str, remove: Any) -> HttpResponse:
        """还有选项通到它的，先改那几处，才能删。"""
        found = editing.uses(one.working, target)
        key = editing.exit_of(target)
        if request.method == "POST" and not found:
            self._revise(request, one, lambda old: remove(old, key), f"删去{what}")
            messages.success(request, f"已删去{what}。")
            return redirect(HOME, one.pk)
        return self._page(request, one, "admin/catalog/questions/remove.html", {"uses": found, "what": what})

    # 出口 -------------------------------------------------------------

    def add_exit(self, request: HttpRequest, one: QuestionSet) -> HttpResponse:
        form = NewExit(request.POST, prefix="exit")
        if not form.is_valid():
            return self._told(request, form, one)
        title, key = form.cleaned_data["title"], editing.add_exit(one.working, form.cleaned_data["title"])[1]
        self._revise(request, one, lambda old: editing.add_exit(old, title)[0], f"加一个出口“{title}”")
        messages.success(request, f"已加出口“{title}”，请写明去哪里、怎么说。")
        return redirect("admin:catalog_questionset_tree_exit", one.pk, key)

    def out(self, request: HttpRequest, one: QuestionSet, out: str) -> HttpResponse:
        spec = editing.out(one.working, out)
        form = ExitBox(request.POST or None, initial={**spec, "words": "\n".join(spec.get("words", ()))})
        if form.is_valid():
            told, title = form.told(), form.cleaned_data["title"]
            self._revise(request, one, lambda old: editing.put_exit(old, out, told), f"改出口“{title}”")
            messages.success(request, f"出口“{title}”已保存，公布以后群众才看到。")
            return redirect(HOME, one.pk)
        context = {"form": form, "spec": spec, "key": out, "out": spec}
        return self._page(request, one, "admin/catalog/questions/exit.html", context)

    def remove_exit(self, request: HttpRequest, one: QuestionSet, out: str) -> HttpResponse:
        title = editing.out(one.working, out)["title"]
        return self._remove(request, one, f"{rules.EXIT}{out}", f"出口“{title}”", editing.remove_exit)

    # 公布 -------------------------------------------------------------

    def publish(self, request: HttpRequest, one: QuestionSet) -> HttpResponse:
        deeds.publish(questions=one, by=request.user, at=moment(request))
        messages.success(request, "已公布，群众现在看到的就是这一份。")
        return redirect(HOME, one.pk)

    def discard(self, request: HttpRequest, one: QuestionSet) -> HttpResponse:
        deeds.discard(questions=one, by=request.user, at=moment(request))
        messages.success(request, "没有公布的改动已丢弃，回到群众看到的一份。")
        return redirect(HOME, one.pk)


def offered(day: Any) -> Groups:
    """选项可以指到的事项，按主题分组。"""
    groups: dict[str, list[tuple[str, str]]] = {theme: [] for theme in Theme}
    found = Item.objects.open_to_citizens().published_on(day).order_by("name")
    for code, name, theme in found.values_list("code", "name", "theme"):
        groups[theme].append((f"{rules.ITEM}{code}", name))
    return [(f"事项：{Theme(theme).label}", pairs) for theme, pairs in groups.items() if pairs]


def item_names(body: Mapping[str, Any]) -> dict[str, str]:
    """指到的事项叫什么。"""
    return dict(Item.objects.filter(code__in=set(editing.item_targets(body))).values_list("code", "name"))


def asked(body: Mapping[str, Any], key: str) -> dict[str, Any]:
    """预览一题要的。"""
    return {"question": body["questions"][key], "at": key, "trail": []}


def walked(body: Mapping[str, Any], answers: Mapping[str, str]) -> dict[str, Any]:
    """试走：答到哪一题，或者到了哪里。答案在网址里，与大厅一样。"""
    numbers = {key: int(value) for key, value in answers.items() if value.isdecimal() and len(value) < 3}
    place = rules.walk(body, numbers)
    found = {"trail": place.trail, "at": place.at, "question": body["questions"].get(place.at)}
    out = body["exits"].get(editing.exit_of(place.at)) if place.at.startswith(rules.EXIT) else None
    return {**found, "out": out, "arrived": place.arrived}
