"""三个柜台共用的组件标签。参数与样例见 docs/look.md 与样式手册页。"""

import json
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField, CheckboxInput, Textarea
from django.template.context import Context
from django.templatetags.static import static
from django.urls import NoReverseMatch
from django.utils.html import format_html, format_html_join, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal import words
from portal.forms.fields import choices_of
from portal.forms.tables import BoundTable, TableField
from portal.forms.uploads import FilesField
from portal.templatetags.addresses import address

register = template.Library()

# 状态词的语气。词在前,颜色在后:没有列出的状态是中性。
TONES = {
    "info": "received accepted reviewing reviewed with_chief with_deputy with_director ordered rendered queued running"
    " making submitted open promised",
    "warn": "correcting returned studying draft paused late coordinating referred waiting turned_back recalled",
    "good": "checked granted delivered overturned published sealed sent done on_time ready answered served signed_in"
    " finished",
    "bad": "refused not_accepted sanctioned failed overdue",
}
TONE_OF = {state: tone for tone, states in TONES.items() for state in states.split()}


@register.simple_tag
@lru_cache(maxsize=512)
def icon(name: str, label: str = "") -> SafeString:
    """图标;没有 label 就是装饰,读屏跳过。一页要画几十个,就那么几种。"""
    described = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="icon" focusable="false" {}><use href="{}#{}"></use></svg>',
        described,
        static("portal/icons.svg"),
        name,
    )


@register.simple_tag
def error_prefix(form: BaseForm) -> str:
    """放在 <title> 最前:读屏先听到“错误”。"""
    return _("错误：") if form.is_bound and form.errors else ""


@register.simple_tag
@lru_cache(maxsize=1024)
def tag(text: str, tone: str = "quiet") -> SafeString:
    """标签:一个状态词;tone 是 info warn good bad quiet。"""
    return format_html('<strong class="tag tag--{}">{}</strong>', tone, text)


@register.simple_tag
def state_tag(text: str, state: str) -> SafeString:
    """状态标签:语气由状态代码决定。"""
    return tag(str(text), TONE_OF.get(state, "quiet"))


@register.simple_tag
def when(at: Any, form: str = "moment") -> SafeString:
    """时刻:一律 <time datetime>;form 是 moment、due(到期的说法)或 day。"""
    if not at:
        return mark_safe("—")
    return _time(at, form, get_language())


@lru_cache(maxsize=4096)
def _time(at: Any, form: str, language: str | None) -> SafeString:
    """一页几十个时刻，多半说过：同一个期限，几十份报告都是它。"""
    said = {"moment": words.moment_words, "due": words.due_words, "day": words.day_words}[form](at)
    return format_html('<time datetime="{}">{}</time>', at.isoformat(), said)


@register.simple_tag
def phone(number: str) -> SafeString:
    """电话：在手机上一按就拨；一栏里写了几个号码的，各是各的。"""
    links = [_dial(part.strip()) for part in re.split("[、；;,，]", number) if any(c.isdigit() for c in part)]
    return format_html_join("、", "{}", ((link,) for link in links)) or mark_safe("—")


def _dial(number: str) -> SafeString:
    digits = "".join(c for c in number if c.isdigit() or c == "+")
    return format_html('<a class="phone" href="tel:{}">{}</a>', digits, number)


@register.simple_tag(takes_context=True)
def nav_link(
    context: Context, name: str, text: str, icon_name: str = "", count: int | None = None, accesskey: str = ""
) -> SafeString:
    """导航项;页面还不存在就不出现,身处其中就标 aria-current;accesskey 是直达键。"""
    try:
        url = address(name)
    except NoReverseMatch:
        return mark_safe("")
    path = context["request"].path
    inside = path == url or (url.count("/") > 2 and path.startswith(url))
    current = ("page" if path == url else "true") if inside else ""
    return _nav_item(url, str(text), icon_name, count, current, accesskey)


@lru_cache(maxsize=1024)
def _nav_item(url: str, text: str, icon_name: str, count: int | None, current: str, accesskey: str) -> SafeString:
    return format_html(
        '<li><a href="{}"{}>{}<span>{}</span>{}</a></li>',
        url,
        _attrs({"aria-current": current, "accesskey": accesskey}),
        icon(icon_name) if icon_name else "",
        text,
        format_html(' <b class="count">{}</b>', count) if count else "",
    )


@register.inclusion_tag("shared/breadcrumbs.html")
def breadcrumbs(*pairs: str) -> dict[str, Any]:
    """当前位置:名称、网址成对给出,最后一个只给名称。"""
    return {"trail": list(zip(pairs[0:-1:2], pairs[1::2], strict=False)), "here": pairs[-1]}


@register.inclusion_tag("shared/button.html")
def button(text: str, kind: str = "primary", href: str = "", icon_name: str = "", **attrs: str) -> dict[str, Any]:
    """按钮:kind 是 primary secondary warning link;给 href 就是链接。"""
    return {"text": text, "kind": kind, "href": href, "icon_name": icon_name, "attrs": _attrs(attrs)}


def _attrs(attrs: dict[str, Any]) -> SafeString:
    return format_html_join("", ' {}="{}"', ((k.replace("_", "-"), v) for k, v in attrs.items() if v not in (None, "")))


@register.inclusion_tag("shared/error_summary.html")
def error_summary(*forms: BaseForm) -> dict[str, Any]:
    """错误汇总:放在正文最前;每一条链到出错的那一格。"""
    lines = []
    for form in forms:
        if form.is_bound:
            lines += [("", message) for message in form.non_field_errors()]
            lines += [line for name in form.errors if name in form.fields for line in _lines(form[name])]
    return {"lines": lines}


def _lines(bound: BoundField) -> list[tuple[str, str]]:
    """一格的错误;表格指到出错的那一小格。"""
    return bound.lines() if isinstance(bound, BoundTable) else [(_target(bound), str(each)) for each in bound.errors]


def _target(bound: BoundField) -> str:
    """错误链接指向的控件:单选、多选指向第一项。"""
    return f"{bound.auto_id}_0" if bound.use_fieldset else bound.id_for_label or bound.auto_id


@register.inclusion_tag("shared/field.html")
def field(bound: BoundField, hint: str = "", sample: str = "", size: str = "", label: str = "") -> dict[str, Any]:
    """一格:标签、说明、样例、错误和控件;size 是 xs s m l(默认满宽)。

    表单字段上可以另带属性:sample 样例、provenance 预填来源、when 显示条件(写法见 catalog.rules.forms)、
    needed 显示出来就要填(表单自己查)。
    """
    widget, definition = bound.field.widget, bound.field
    hint, sample = hint or str(bound.help_text), sample or getattr(definition, "sample", "")
    provenance = getattr(definition, "provenance", "")
    kind = _kind_of(bound)
    errors = bound.whole() if isinstance(bound, BoundTable) else bound.errors
    said = [("hint", hint), ("sample", sample), ("provenance", provenance), ("error", errors)]
    described = " ".join(f"{bound.auto_id}_{part}" for part, present in said if present)
    return {
        "bound": bound,
        "errors": errors,
        "kind": kind,
        "control": "" if kind in ("group", "table") else _control(bound, size, described),
        "choices": [(choice, choice.tag()) for choice in choices_of(bound)] if kind == "group" else [],
        "has_labels": kind == "group" and hasattr(widget, "choices"),
        "label": label or bound.label,
        "hint": hint,
        "sample": sample,
        "provenance": provenance,
        "described": described,
        "target": _target(bound),
        "optional": not (definition.required or getattr(definition, "needed", False) or definition.disabled)
        and not isinstance(widget, CheckboxInput),
        "when": _when(bound),
        **(_table(bound) if kind == "table" else {}),
        **(
            {"stored": definition.stored, "may_stay": definition.may_stay} if isinstance(definition, FilesField) else {}
        ),
    }


def _kind_of(bound: BoundField) -> str:
    """画成哪一种:表格、附件、一组单选多选、单个勾选、其余是一个框。"""
    if isinstance(bound.field, TableField):
        return "table"
    if isinstance(bound.field, FilesField):
        return "files"
    if isinstance(bound.field.widget, CheckboxInput):
        return "single"
    return "group" if bound.use_fieldset else "box"


def _control(bound: BoundField, size: str, described: str) -> SafeString:
    widget = bound.field.widget
    extra = {"class": f"control {f'control--{size}' if size else ''}".strip()}
    if described:
        extra["aria-describedby"] = described
    if isinstance(widget, Textarea):
        extra.setdefault("rows", widget.attrs.get("rows", 5))
    return bound.as_widget(attrs={**extra, **_kept(widget.attrs)})


def _when(bound: BoundField) -> str:
    """显示条件:格子换成页面上的名字,脚本照着收起;没有条件是空串。"""

    def named(condition: Any) -> Any:
        if isinstance(condition, list):
            return [named(one) for one in condition]
        if "field" not in condition:
            return {name: named(one) for name, one in condition.items()}
        value = "on" if condition["value"] is True else condition["value"]
        return {**condition, "field": bound.form[condition["field"]].html_name, "value": value}

    when = getattr(bound.field, "when", None)
    return json.dumps(named(when), ensure_ascii=False) if when else ""


def _table(bound: Any) -> dict[str, Any]:
    """表格的栏名、说明和各行的格子。"""
    rows = bound.rows()
    columns = [rows[0][key] for key in rows[0].columns]
    notes = [(one.label, one.help_text, getattr(one.field, "sample", "")) for one in columns]
    return {
        "heads": [(one.label, one.field.required) for one in columns],
        "column_notes": [note for note in notes if note[1] or note[2]],
        "rows": [
            (row.number, [{"bound": row[key], "control": _cell(row[key])} for key in row.columns]) for row in rows
        ],
        "full": bound.is_full,
    }


def _cell(bound: BoundField) -> SafeString:
    return _control(bound, "", f"{bound.auto_id}_error" if bound.errors else "")


def _kept(attrs: dict[str, Any]) -> dict[str, Any]:
    """控件自带的 class 与 aria 由组件接管,其余照旧。"""
    return {k: v for k, v in attrs.items() if k not in {"class", "aria-describedby"}}


@register.inclusion_tag("shared/form_fields.html")
def form_fields(form: BaseForm) -> dict[str, Any]:
    """整张表单的各格(不含 <form>、令牌和按钮)。"""
    return {"form": form, "hidden": form.hidden_fields(), "visible": form.visible_fields()}


@register.inclusion_tag("shared/summary_row.html")
def summary_row(label: str, value: Any, href: str = "", action: str = "") -> dict[str, Any]:
    """<dl class="summary"> 里的一行;href 给出“修改”之类的去处。"""
    return {"label": label, "value": value, "href": href, "action": action or _("修改")}


@register.inclusion_tag("shared/answer_row.html")
def answer_row(row: Any, href: str = "") -> dict[str, Any]:
    """申请表的一个答案:一句话、一张表或几个附件(portal.forms.builder.Row)。"""
    return {"row": row, "href": href, "lines": [list(zip(row.heads, line, strict=True)) for line in row.lines]}


@register.simple_tag
def first_button(text: str) -> SafeString:
    """在输入框里按回车时算按了哪个按钮:表单里还有“再加一行”这样的按钮时,放在最前面。"""
    return format_html('<button class="vh" tabindex="-1" aria-hidden="true">{}</button>', text)


@register.inclusion_tag("shared/stages.html")
def stages(current: str, finished: bool = False, at: dict[str, Any] | None = None) -> dict[str, Any]:
    """受理·审查·办结三步;current 是其中一个词,at 可给各步的时刻。"""
    names = [("受理", _("受理")), ("审查", _("审查")), ("办结", _("办结"))]
    place = next((i for i, (word, _text) in enumerate(names) if word == current), -1)
    rows = []
    for i, (word, text) in enumerate(names):
        state = "done" if i < place or (finished and i == place) else "now" if i == place else "next"
        rows.append({"number": i + 1, "text": text, "state": state, "at": (at or {}).get(word)})
    return {"rows": rows}


@register.inclusion_tag("shared/progress.html")
def progress(current: int, total: int, name: str = "") -> dict[str, Any]:
    """分页填写时的“第几步,共几步”。"""
    return {"current": current, "total": total, "name": name}


# 队列一页画二十五只，逐句走模板要多花十几毫秒。
RING = (
    '<svg class="clock__ring" viewBox="0 0 36 36" aria-hidden="true" focusable="false">'
    '<circle class="clock__track" cx="18" cy="18" r="15.9155"/>'
    '<circle class="clock__hand" cx="18" cy="18" r="15.9155" pathLength="100" stroke-dasharray="{} 100"'
    ' transform="rotate(-90 18 18)"/></svg>'
)
CLOCK = (
    '<div class="clock clock--{}">' + RING + '<div class="clock__words">{}'
    '<p class="clock__left">{}{}</p><p class="clock__due">{} {}{}</p></div></div>'
)


@register.simple_tag
def clock(clock: Any, now: Any, label: str = "", then: str = "") -> SafeString:
    """时钟:圆环加字。then 说到点会怎样,例如“到点转局长”。"""
    reading, ended = words.read_clock(clock, now), clock.ended_at
    after = _("，%(then)s") % {"then": then} if then and not ended else ""
    guessed = _("（当年放假安排未公布，暂估）") if clock.provisional else ""
    return format_html(
        CLOCK,
        reading.tone,
        reading.percent,
        format_html('<p class="clock__label">{}</p>', label) if label else "",
        reading.words,
        format_html('<span class="clock__then">{}</span>', after) if after else "",
        _("完成于") if ended else _("最迟"),
        when(ended) if ended else when(clock.due_at, "due"),
        format_html(' <span class="clock__provisional">{}</span>', guessed) if guessed else "",
    )


@register.inclusion_tag("shared/timeline.html")
def timeline(events: list[Any]) -> dict[str, Any]:
    """经过:每件事有 title,可有 at、who、text、state(done、now、next)。"""
    return {"events": events}


@register.inclusion_tag("shared/task_list.html")
def task_list(tasks: list[Any]) -> dict[str, Any]:
    """任务清单:每项有 title、href(没有就是还不能做)、hint、status、tone。"""
    return {"tasks": tasks}


@register.inclusion_tag("shared/tabs.html")
def tabs(*pairs: str, current: str = "", label: str = "") -> dict[str, Any]:
    """标签页:名称、网址成对给出;current 是当前的名称。都是链接,不用脚本。"""
    return {"tabs": list(zip(pairs[::2], pairs[1::2], strict=True)), "current": current, "label": label or _("分页")}


@register.inclusion_tag("shared/tabs.html")
def tab_list(pairs: Sequence[tuple[str, str]], current: str) -> dict[str, Any]:
    """标签页：视图里排好的(名称、网址)。"""
    return {"tabs": pairs, "current": current, "label": _("分页")}


@register.inclusion_tag("shared/pagination.html", takes_context=True)
def pagination(context: Context, page: Page[Any], parameter: str = "page") -> dict[str, Any]:
    """分页:给 Django 的 Page;其余查询参数照旧留在网址里。"""
    query = context["request"].GET.copy()
    query.pop(parameter, None)
    prefix = f"?{query.urlencode()}&" if query else "?"
    return {"page": page, "prefix": f"{prefix}{parameter}="}


@register.inclusion_tag("shared/keyset.html")
def keyset(previous: str = "", following: str = "") -> dict[str, Any]:
    """长队列的前后翻页:给两个网址(可缺)。"""
    return {"previous": previous, "following": following}


@register.inclusion_tag("shared/search.html", takes_context=True)
def search_box(
    context: Context,
    action: str,
    label: str,
    name: str = "q",
    value: str = "",
    hint: str = "",
    large: bool = False,
    suggest: str = "",
) -> dict[str, Any]:
    """搜索框：GET 表单，网址可以收藏；large 用在首页，标签就是那一页的 <h1>；suggest 是边输边提示的网址。"""
    given = {"action": action, "label": label, "name": name, "hint": hint, "large": large, "suggest": suggest}
    return {**given, "value": value or context["request"].GET.get(name, "")}


@register.inclusion_tag("shared/stat.html")
def stat(number: Any, label: str, unit: str = "", href: str = "", tone: str = "") -> dict[str, Any]:
    """一块数字。"""
    return {"number": number, "label": label, "unit": unit, "href": href, "tone": tone}


@register.inclusion_tag("shared/card.html")
def card(title: str, href: str, text: str = "", icon_name: str = "", meta: str = "") -> dict[str, Any]:
    """事项卡片:整块可点,放在 <ul class="cards"> 里。"""
    return {"title": title, "href": href, "text": text, "icon_name": icon_name, "meta": meta}


BOOLEAN = re.compile(r'<img src="[^"]*/icon-(yes|no|unknown)[^"]*"[^>]*>')
SAID = {"yes": "是", "no": "否", "unknown": "—"}


def _said(cell: str) -> str:
    return BOOLEAN.sub(lambda found: SAID[found[1]], cell)


@register.filter
def labelled(cells: list[SafeString], headers: list[dict[str, Any]]) -> list[SafeString]:
    """给 admin 列表的每一格补上 data-label，手机上卡片才有列名；是否写成字，红叉不等于坏。"""
    return [
        format_html(
            '{} data-label="{}"{}', SafeString(cell[:3]), strip_tags(header["text"]), SafeString(_said(cell[3:]))
        )
        for cell, header in zip(cells, headers, strict=False)
    ]


@register.simple_block_tag
def notice(content: str, title: str = "", tone: str = "info") -> SafeString:
    """提示:tone 是 info good warn bad。"""
    name = {"info": "info", "good": "tick", "warn": "warning", "bad": "warning"}[tone]
    heading = format_html('<p class="notice__title">{}</p>', title) if title else ""
    shape = '<div class="notice notice--{}">{}<div class="notice__body">{}{}</div></div>'
    return format_html(shape, tone, icon(name), heading, content)


@register.simple_block_tag
def empty(content: str, title: str) -> SafeString:
    """空状态:说清楚为什么空,下一步去哪里。"""
    return format_html('<div class="empty"><p class="empty__title">{}</p>{}</div>', title, content)


@register.simple_block_tag
def receipt(content: str, title: str, number: str = "", label: str = "") -> SafeString:
    """回执:一件事办成了,大号的编号。"""
    figure = format_html('<p class="receipt__label">{}</p><p class="receipt__number">{}</p>', label, number)
    shape = '<section class="receipt"><h1 class="receipt__title">{}{}</h1>{}{}</section>'
    return format_html(shape, icon("tick"), title, figure if number else "", content)


@register.simple_block_tag
def disclose(content: str, title: str, opened: bool = False) -> SafeString:
    """展开说明:平时收起,打印时展开。"""
    state = mark_safe(" open") if opened else ""
    shape = '<details class="disclose"{}><summary><span>{}</span></summary><div>{}</div></details>'
    return format_html(shape, state, title, content)


@register.simple_block_tag(takes_context=True)
def more(context: Context, content: str, title: str = "") -> SafeString:
    """次要内容:平时照常显示,长者助手里收进“更多”。"""
    if getattr(context.get("look"), "mode", "") != "elder":
        return SafeString(content)  # 块内模板已经转义
    return disclose(content, title or _("更多"))
