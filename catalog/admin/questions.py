"""对号入座：题目在这里改，写得不对的存不下；走向一行一个选项，一眼看全。"""

import json

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from catalog.actions import questions as deeds
from catalog.admin.finding import Shared
from catalog.models import Item, QuestionSet
from catalog.rules import questions
from office.workdays.clock import now


class Readable(json.JSONEncoder):
    """题目一行一样，好改。"""

    def __init__(self, **options):
        super().__init__(**{**options, "indent": 2, "ensure_ascii": False})


# 新的一组从这个样子改起
BLANK = {
    "start": "first",
    "questions": {"first": {"text": "您要办哪一样？", "options": [{"label": "第一样", "to": "item:事项编码"}]}},
    "exits": {},
}


class QuestionSetForm(forms.ModelForm):
    body = forms.JSONField(
        label="题目", initial=BLANK, encoder=Readable,
        widget=forms.Textarea(attrs={"rows": 30, "cols": 100, "spellcheck": "false"}),
        help_text="start 是第一题；questions 里每题有 text、options（label、to）；"
        "to 是另一题、item:事项编码 或 exit:出口；exits 里每个出口有 title、body、place，可以有 phone、words。",
    )  # fmt: skip

    class Meta:
        model = QuestionSet
        fields = ["key", "title", "theme", "position", "body", "retired"]

    def clean(self):
        told = super().clean() or {}
        checked = "body" in told and not told.get("retired")
        if checked and (found := questions.faults(told["body"], deeds.open_codes(now()))):
            raise forms.ValidationError(found)
        return told


@admin.register(QuestionSet)
class QuestionSetAdmin(Shared):
    form = QuestionSetForm
    list_display = ["title", "theme", "leads_to", "wrong", "retired"]
    list_filter = ["theme", "retired"]
    ordering = ["position", "key"]

    def has_add_permission(self, request):
        return self.has_change_permission(request)

    def get_readonly_fields(self, request, obj=None):
        return ["key", "paths"] if obj else []

    def get_fields(self, request, obj=None):
        return ["key", "title", "theme", "position", *(["paths"] if obj else []), "body", "retired"]

    @admin.display(description="走得到几项")
    def leads_to(self, one):
        return len(questions.item_codes(one.body))

    @admin.display(description="不对的地方")
    def wrong(self, one):
        """事项停用以后，指到它的选项就不对了：在清单上看得见。"""
        return "" if one.retired else "；".join(questions.faults(one.body, deeds.open_codes(now())))

    @admin.display(description="走向")
    def paths(self, one):
        names = dict(Item.objects.filter(code__in=questions.item_codes(one.body)).values_list("code", "name"))
        lines = format_html_join(
            "", '<li class="outline__line outline__line--{}"><b>{}</b> → {}</li>',
            ((min(depth, 4), label, _where(to, one.body, names)) for depth, label, to in questions.outline(one.body)),
        )  # fmt: skip
        link = format_html('<p><a href="{}">试走一遍</a></p>', reverse("hall:which-one", args=[one.key]))
        return format_html('{}<ul class="outline">{}</ul>', link, lines)

    def save_model(self, request, obj, form, change):
        told = {name: form.cleaned_data[name] for name in deeds.FIELDS}
        deeds.keep(key=obj.key, told=told, by=request.user, at=now())
        obj.pk = QuestionSet.objects.get(key=obj.key).pk
        obj._state.adding = False


def _where(to, body, names):
    if to.startswith(questions.ITEM):
        code = to.removeprefix(questions.ITEM)
        return f"事项：{names.get(code, code)}"
    if to.startswith(questions.EXIT):
        return f"出口：{body['exits'][to.removeprefix(questions.EXIT)]['title']}"
    return f"再问：{body['questions'][to]['text']}"
