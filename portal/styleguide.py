"""样式手册:每个组件一次,只在开发和演示时可见。"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

NOW = datetime(2026, 3, 4, 10, 48, tzinfo=ZoneInfo("Asia/Shanghai"))


@dataclass
class SampleClock:
    started_at: datetime
    due_at: datetime
    paused_at: datetime | None = None
    ended_at: datetime | None = None
    provisional: bool = False


class SampleForm(forms.Form):
    name = forms.CharField(label=_("申请人姓名"), help_text=_("与身份证上的一致。"), max_length=40)
    id_number = forms.CharField(label=_("身份证号"), required=False)
    born = forms.DateField(label=_("出生日期"), widget=forms.DateInput(attrs={"type": "date"}))
    place = forms.ChoiceField(label=_("户籍所在地"), choices=[("", _("请选择")), ("xs", _("霞山")), ("ck", _("赤坎"))])
    way = forms.ChoiceField(
        label=_("结果怎样给您"),
        widget=forms.RadioSelect,
        choices=[("window", _("到窗口领取")), ("post", _("邮寄到家")), ("online", _("电子文书"))],
    )
    address = forms.CharField(label=_("邮寄地址"), required=False)
    needs = forms.MultipleChoiceField(
        label=_("需要哪些照顾"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("sign", _("手语")), ("home", _("上门")), ("large", _("大字文书"))],
    )
    reason = forms.CharField(label=_("情况说明"), widget=forms.Textarea(attrs={"maxlength": 500, "rows": 4}))
    proof = forms.FileField(label=_("证明材料"), help_text=_("PDF 或照片，每份不超过 5 MB，手机拍的也可以。"))
    honest = forms.BooleanField(label=_("以上内容属实，愿意承担法律责任"))


def _sample_form(data: dict[str, str] | None) -> SampleForm:
    form = SampleForm(data)
    fields: dict[str, Any] = form.fields
    fields["id_number"].sample = "440800 19900101 000X"
    fields["address"].when = {"field": "way", "op": "equals", "value": "post"}
    fields["place"].provenance = _("取自您 2026年1月的申请")
    return form


def _clocks() -> list[SampleClock]:
    hour, day = timedelta(hours=1), timedelta(days=1)
    midnight = NOW.replace(hour=0, minute=0)
    return [
        SampleClock(NOW - 2 * day, midnight + 5 * day, provisional=True),
        SampleClock(NOW - 10 * hour, NOW + timedelta(hours=1, minutes=12)),
        SampleClock(NOW - 5 * day, NOW - 3 * hour),
        SampleClock(NOW - 5 * day, NOW + 5 * day, paused_at=NOW - 3 * day),
        SampleClock(NOW - 5 * day, NOW, ended_at=NOW - day),
    ]


def _context() -> dict[str, object]:
    return {
        "plain": _sample_form(None),
        "broken": _sample_form({"name": "", "way": "post", "reason": "…"}),
        "now": NOW,
        "clocks": _clocks(),
        "stage_times": {"受理": NOW - timedelta(days=2)},
        "page": Paginator(range(200), 10).page(4),
        "events": [
            {"title": _("已收件"), "at": NOW - timedelta(days=3), "who": _("窗口 张示例")},
            {"title": _("正在审查"), "at": NOW, "state": "now", "text": _("社会组织管理科正在核对章程。")},
            {"title": _("作出决定"), "state": "next", "text": _("材料齐全时，最迟 3月10日。")},
        ],
        "tasks": [
            {"title": _("填写基本情况"), "href": "#a", "status": _("已完成")},
            {"title": _("上传材料"), "href": "#b", "status": _("做了一半"), "tone": "warn", "hint": _("还差两份")},
            {"title": _("核对并提交"), "status": _("还不能开始")},
        ],
    }


def _show(request: HttpRequest, template: str) -> HttpResponse:
    if not (settings.DEBUG or settings.DEMONSTRATION):
        raise Http404
    messages.success(request, _("已受理，受理通知书可以打印了。"))
    return render(request, template, _context())


@require_safe
def hall(request: HttpRequest) -> HttpResponse:
    return _show(request, "styleguide/hall.html")


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    return _show(request, "styleguide/desk.html")
