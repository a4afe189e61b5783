"""改申请表：整张摆在一页上，填过的都在；附件不在这里改。"""

from typing import Any

from django.http import HttpRequest

from approvals.models import Case
from catalog.rules.forms import settled
from portal.forms import builder


def amend_form(case: Case, request: HttpRequest) -> builder.PageForm:
    """没有提交的，照现在的答案摆；按了“再加一行”的，照刚才填的摆。"""
    whole = builder.one_page(case.guide.form)
    fields = [spec for spec in whole["pages"][0]["fields"] if spec["kind"] != "file"]
    page = {**whole["pages"][0], "fields": fields}
    data = request.POST if request.method == "POST" else None
    form = builder.PageForm({"pages": [page]}, page, case.answers, data)
    if data is not None and "more" in data:
        typed = form.typed()
        form = builder.PageForm({"pages": [page]}, page, {**case.answers, **typed}, None)
        form.more(data["more"])
    return form


def amended(case: Case, form: builder.PageForm) -> dict[str, Any]:
    """改过以后的答案：只留用得着的，附件照旧。"""
    found: dict[str, Any] = settled(case.guide.form, {**case.answers, **form.stored()})
    return found
