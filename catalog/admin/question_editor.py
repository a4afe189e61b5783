"""改对号入座：一题一题、一个出口一个出口，都是寻常的表；改的是没有公布的一份，公布以前群众看到的不动。"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from catalog.actions import questions as deeds
from catalog.admin.editor import PREVIEW, Editor, show_or_save, unmoved
from catalog.admin.question_boxes import ExitBox, Groups, NewExit, NewQuestion, QuestionBox
from catalog.models import Item, QuestionSet
from catalog.rules import questions as rules
from catalog.rules import questions_editing as editing
from catalog.states import Theme
from office.steps import NotNow
from office.workdays.clock import moment
from office.workdays.rules import local

Part = Callable[[Mapping[str, Any]], Mapping[str, Any]]  # 从一组题里取出一处
HOME = "admin:catalog_questionset_tree"
UNSEEN = "已保存，公布以后群众才看到。"
QUESTION, ASIDE = "admin/catalog/questions/question.html", "admin/catalog/questions/aside.html"


class QuestionEditor(Editor):
    """一组题的编辑页，挂在对号入座的后台下面。"""

    title, route, name, home = "对号入座", "tree", "catalog_questionset_tree", HOME

    def urls(self) -> list[Any]:
        return [
            self.at("", require_safe, self.overview),
            self.at("questions/", require_POST, self.add_question, "_add_question"),
            self.at("questions/<slug:question>/", show_or_save, self.question, "_question"),
            self.at("questions/<slug:question>/remove/", show_or_save, self.remove_question, "_remove_question"),
            self.at("exits/", require_POST, self.add_exit, "_add_exit"),
            self.at("exits/<slug:out>/", show_or_save, self.out, "_exit"),
            self.at("exits/<slug:out>/remove/", show_or_save, self.remove_exit, "_remove_exit"),
            self.at("publish/", require_POST, self.publish, "_publish"),
            self.at("discard/", require_POST, self.discard, "_discard"),
        ]

    def find(self, request: HttpRequest, key: int) -> QuestionSet:
        """没有的 404，不维护目录的 403。"""
        if not self.admin.has_change_permission(request):
            raise PermissionDenied
        one: QuestionSet | None = self.admin.get_object(request, str(key))
        if one is None:
            raise Http404
        return one

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
            "part": one.draft,
            **walked(body, request.GET.dict()),
        }
        return self.page(request, one, "admin/catalog/questions/overview.html", context)

    def page(self, request: HttpRequest, one: QuestionSet, template: str, context: dict[str, Any]) -> HttpResponse:
        whole = {"body": one.working, "names": item_names(one.working), **context}
        return super().page(request, one, template, whole)

    def _revise(
        self, request: HttpRequest, one: QuestionSet, change: deeds.Change, what: str, *, part: Part | None = None
    ) -> QuestionSet:
        """改一处。part 从锁住之后读到的一份里取出这一处：打开以后改过的不盖掉。"""

        def checked(old: Mapping[str, Any]) -> Mapping[str, Any]:
            if part:
                unmoved(request, part(old))
            return change(old)

        return deeds.revise(questions=one, change=checked, what=what, by=request.user, at=moment(request))

    # 题目 -------------------------------------------------------------

    def add_question(self, request: HttpRequest, one: QuestionSet) -> HttpResponse:
        form = NewQuestion(request.POST, prefix="question")
        if not form.is_valid():
            return self.told(request, form, redirect(HOME, one.pk))
        text = form.cleaned_data["text"]
        made = self._revise(request, one, lambda old: editing.add_question(old, text)[0], f"加一题“{text}”")
        key = list(made.working["questions"])[-1]  # 锁住以后加的，在最后
        messages.success(request, f"已加“{text}”，请把选项填好，再到上一题里把选项指过来。")
        return redirect("admin:catalog_questionset_tree_question", one.pk, key)

    def question(self, request: HttpRequest, one: QuestionSet, question: str) -> HttpResponse:
        body, spec = one.working, editing.question(one.working, question)
        form = QuestionBox(request.POST or None, body=body, key=question, items=offered(local(moment(request)).date()))
        context: dict[str, Any] = {"form": form, "spec": spec, "key": question, "part": spec}

        def change(old: Mapping[str, Any]) -> dict[str, Any]:
            return editing.put_question(old, question, form.told(), start=bool(form.cleaned_data.get("start")))

        def checked(old: Mapping[str, Any]) -> dict[str, Any]:
            if astray := form.astray(old):
                raise deeds.WrongQuestions(astray)
            return change(old)

        def save() -> None:
            text, part = form.cleaned_data["text"], partial(editing.question, key=question)
            self._revise(request, one, checked, f"改一题“{text}”", part=part)

        if PREVIEW in request.POST:
            return self._preview(request, one, context, change)
        if form.is_valid() and self.saved(request, context, save, f"“{form.cleaned_data['text']}”{UNSEEN}"):
            return redirect(HOME, one.pk)
        return self.page(request, one, QUESTION, {**context, **asked(body, question)})

    def _preview(
        self, request: HttpRequest, one: QuestionSet, context: dict[str, Any], change: deeds.Change
    ) -> HttpResponse:
        """照现在填的画这一题；还不对的，逐条说。"""
        wrong = self.wrong_of(context["form"])
        body: Mapping[str, Any] = one.working
        if not wrong:
            body = change(body)
            wrong = rules.faults(body, deeds.open_codes(moment(request)))
        shown = {"body": body, "names": item_names(body), **asked(body, context["key"])}
        return self.drawn(request, one, (QUESTION, ASIDE), {**context, **shown, "wrong": wrong, "unsaved": True})

    def remove_question(self, request: HttpRequest, one: QuestionSet, question: str) -> HttpResponse:
        part = partial(editing.question, key=question)
        what = f"“{part(one.working)['text']}”这一题"
        return self._remove(request, one, question, what, part, partial(editing.remove_question, key=question))

    def _remove(
        self, request: HttpRequest, one: QuestionSet, target: str, what: str, part: Part, remove: deeds.Change
    ) -> HttpResponse:
        """还有选项通到它的，先改那几处，才能删；锁住以后再看一遍。"""

        def checked(old: Mapping[str, Any]) -> Mapping[str, Any]:
            if found := editing.uses(old, target):
                raise NotNow(f"还有选项通到它，不能删：{'；'.join(found)}。")
            return remove(old)

        found = editing.uses(one.working, target)
        if request.method == "POST" and not found:
            self._revise(request, one, checked, f"删去{what}", part=part)
            messages.success(request, f"已删去{what}。")
            return redirect(HOME, one.pk)
        context = {"uses": found, "what": what, "part": part(one.working)}
        return self.page(request, one, "admin/catalog/questions/remove.html", context)

    # 出口 -------------------------------------------------------------

    def add_exit(self, request: HttpRequest, one: QuestionSet) -> HttpResponse:
        form = NewExit(request.POST, prefix="exit")
        if not form.is_valid():
            return self.told(request, form, redirect(HOME, one.pk))
        title = form.cleaned_data["title"]
        made = self._revise(request, one, lambda old: editing.add_exit(old, title)[0], f"加一个出口“{title}”")
        key = list(made.working["exits"])[-1]
        messages.success(request, f"已加出口“{title}”，请写明去哪里、怎么说。")
        return redirect("admin:catalog_questionset_tree_exit", one.pk, key)

    def out(self, request: HttpRequest, one: QuestionSet, out: str) -> HttpResponse:
        spec = editing.out(one.working, out)
        form = ExitBox(request.POST or None, initial={**spec, "words": "\n".join(spec.get("words", ()))})
        context = {"form": form, "spec": spec, "key": out, "out": spec, "part": spec}

        def save() -> None:
            told, part = form.told(), partial(editing.out, key=out)
            self._revise(
                request, one, lambda old: editing.put_exit(old, out, told), f"改出口“{told['title']}”", part=part
            )

        if form.is_valid() and self.saved(request, context, save, f"出口“{form.cleaned_data['title']}”{UNSEEN}"):
            return redirect(HOME, one.pk)
        return self.page(request, one, "admin/catalog/questions/exit.html", context)

    def remove_exit(self, request: HttpRequest, one: QuestionSet, out: str) -> HttpResponse:
        part = partial(editing.out, key=out)
        what, remove = f"出口“{part(one.working)['title']}”", partial(editing.remove_exit, key=out)
        return self._remove(request, one, f"{rules.EXIT}{out}", what, part, remove)

    # 公布 -------------------------------------------------------------

    def publish(self, request: HttpRequest, one: QuestionSet) -> HttpResponse:
        deeds.publish(questions=one, by=request.user, at=moment(request), seen=partial(unmoved, request))
        messages.success(request, "已公布，群众现在看到的就是这一份。")
        return redirect(HOME, one.pk)

    def discard(self, request: HttpRequest, one: QuestionSet) -> HttpResponse:
        deeds.discard(questions=one, by=request.user, at=moment(request), seen=partial(unmoved, request))
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
