"""对号入座：一组题的名称、主题在这里改；题目一题一题地改(question_editor)，走向一行一个选项，一眼看全。"""

import functools

from django import forms
from django.contrib import admin
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from catalog.actions import questions as deeds
from catalog.admin.finding import Shared
from catalog.admin.question_editor import QuestionEditor, item_names
from catalog.models import QuestionSet
from catalog.rules import questions
from office.workdays.clock import now

ABOUT = ("title", "theme", "position", "retired")


class QuestionSetForm(forms.ModelForm):
    class Meta:
        model = QuestionSet
        fields = ["key", *ABOUT]

    def clean(self):
        """启用一组题，先要题目写得对；新起的一组还没有题目，公布的时候启用。"""
        told = super().clean() or {}
        checked = self.instance.pk and not told.get("retired")
        if checked and (found := questions.faults(self.instance.body, deeds.open_codes(now()))):
            raise forms.ValidationError(found)
        return told


@admin.register(QuestionSet)
class QuestionSetAdmin(Shared):
    form = QuestionSetForm
    list_filter = ["theme", "retired"]
    ordering = ["position", "key"]

    def get_urls(self):
        return [*QuestionEditor(self).urls(), *super().get_urls()]

    def has_add_permission(self, request):
        return self.has_change_permission(request)

    def get_readonly_fields(self, request, obj=None):
        return ["key", "paths"] if obj else []

    def get_fields(self, request, obj=None):
        return ["key", "title", "theme", "position", *(["paths", "retired"] if obj else [])]

    @admin.display(description="走得到几项")
    def leads_to(self, one):
        return len(questions.item_codes(one.body))

    def get_list_display(self, request):
        offered = functools.cache(lambda: deeds.open_codes(now()))  # 一页只问一次

        @admin.display(description="不对的地方")
        def wrong(one):
            """事项停用以后，指到它的选项就不对了：在清单上看得见。"""
            return "" if one.retired else "；".join(questions.faults(one.body, offered()))

        return ["title", "theme", "leads_to", wrong, "unpublished", "retired"]

    @admin.display(description="没有公布的改动", boolean=True)
    def unpublished(self, one):
        return one.draft is not None

    @admin.display(description="走向")
    def paths(self, one):
        names = item_names(one.body)
        lines = format_html_join(
            "", '<li class="outline__line outline__line--{}"><b>{}</b> → {}</li>',
            ((min(depth, 4), label, _where(to, one.body, names)) for depth, label, to in questions.outline(one.body)),
        )  # fmt: skip
        edit = reverse("admin:catalog_questionset_tree", args=[one.pk])
        found = format_html('<p><a class="btn btn--secondary" href="{}">改题目和选项</a></p>', edit)
        if not one.body["questions"]:
            return found
        walk = reverse("hall:which-one", args=[one.key])
        return format_html('{}<p><a href="{}">试走一遍</a></p><ul class="outline">{}</ul>', found, walk, lines)

    def save_model(self, request, obj, form, change):
        told = {name: form.cleaned_data[name] for name in ABOUT if name in form.cleaned_data}
        if change:
            deeds.describe(questions=obj, told=told, by=request.user, at=now())
            return
        made = deeds.begin(key=obj.key, told=told, by=request.user, at=now())
        obj.pk = made.pk
        obj._state.adding = False

    def response_add(self, request, obj, post_url_continue=None):
        """新起的一组，接着去加题目。"""
        return redirect("admin:catalog_questionset_tree", obj.pk)


def _where(to, body, names):
    if to.startswith(questions.ITEM):
        code = to.removeprefix(questions.ITEM)
        return f"事项：{names.get(code, code)}"
    if to.startswith(questions.EXIT):
        return f"出口：{body['exits'][to.removeprefix(questions.EXIT)]['title']}"
    return f"再问：{body['questions'][to]['text']}"
