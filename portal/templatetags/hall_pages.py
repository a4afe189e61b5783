"""大厅页面自用的标签：流程图、二维码、期限的说法。"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.models import Unit
from catalog import rules, states
from catalog.models import Item
from catalog.rules.forms import known_fields
from catalog.rules.renewal import renewal_of
from catalog.rules.review_steps import selector_words
from portal.forms.words import condition_words
from portal.hall import asking, pictures
from portal.language import said

register = template.Library()


@register.inclusion_tag("hall/process_picture.html")
def process_picture(steps: list[dict[str, Any]], name: str = "") -> dict[str, Any]:
    """办理流程图：从步骤数据画出来；图里有标题和一段话，读屏念得出来。"""
    return {**pictures.flow(steps), "name": name, "said": pictures.flow_words(steps)}


@register.simple_tag
def phone_to_ask() -> str:
    """请打电话的，打哪一个；要用才问数据库。"""
    return asking.phone_to_ask()


@register.simple_tag
def qr(url: str) -> SafeString:
    return pictures.qr(url)


@register.filter
def examiner(step: Mapping[str, Any], guide: Any) -> str:
    """分级审查的这一级由谁审：收件地的镇、承办科室，或者点名的单位。"""
    if step["unit"] == states.ReviewedBy.SECTION:
        return str(guide.item.section.name)
    named = Unit.objects.filter(code=step["unit"]).first() if step["unit"] != states.ReviewedBy.TOWN else None
    return named.name if named else selector_words(step["unit"])


@register.filter
def renewal(guide: Any) -> dict[str, Any]:
    """证照到期以前办哪个事项、最迟提前几天申请、提前几天提醒；没有写的不问。"""
    told = renewal_of(guide.renewal)
    if told is None:
        return {}
    name = Item.objects.filter(code=told.item, withheld="").values_list("name", flat=True).first()
    return {**asdict(told), "name": name, "reminds": _("、").join(str(days) for days in told.remind_days)}


@register.filter
def limit(value: int | None, unit: str) -> str:
    """期限：20, "wd" → 20个工作日；没有就是空串。"""
    if not value:
        return ""
    words = {
        states.TimeUnit.WORKING_DAY: ngettext("%(n)s个工作日", "%(n)s个工作日", value),
        states.TimeUnit.DAY: ngettext("%(n)s日", "%(n)s日", value),
        states.TimeUnit.HOUR: ngettext("%(n)s小时", "%(n)s小时", value),
    }
    return words[states.TimeUnit(unit)] % {"n": value}


@register.filter
def promise(guide: Any) -> str:
    """承诺时限的说法。"""
    words = limit(guide.promised_value, guide.promised_unit)
    return words or (_("当场办结") if guide.handling == states.Handling.INSTANT else "")


@register.filter
def statute(guide: Any) -> str:
    """法定时限的说法。"""
    words = limit(guide.statutory_value, guide.statutory_unit)
    return words or (_("当场") if rules.by_law_on_the_spot(guide) else _("法律法规未规定"))


@register.simple_tag
def needed_when(material: Any, form: dict[str, Any]) -> str:
    """什么情形下要这份材料：指南写了的照写；没写而有条件的，把条件说出来。"""
    if material.when or not material.condition:
        return str(material.when)
    return _("%s时要交。") % condition_words(material.condition, known_fields(form))


@register.filter
def way_name(code: str) -> str:
    return said(states.Way(code).label) if code in states.Way.values else ""


@register.filter
def delivery_name(code: str) -> str:
    return said(states.DeliveryWay(code).label) if code in states.DeliveryWay.values else ""


@register.filter
def delivery_terms(row: dict[str, Any]) -> str:
    """送达方式后面括号里的话：几天内，邮费谁付；没有写的不说。"""
    days, payer = row.get("days"), row.get("postage")
    told = [ngettext("作出决定之日起 %s 个工作日内", "作出决定之日起 %s 个工作日内", days) % days] if days else []
    if payer:
        told.append(_("邮费由我们付") if payer == states.Postage.AGENCY else _("邮费由收件人付"))
    return _("，").join(told)


@register.filter
def audience_names(codes: list[str]) -> str:
    return _("、").join(said(states.Audience(code).label) for code in codes if code in states.Audience.values)


@register.filter
def stage_name(code: str) -> str:
    return str(states.Stage(code).label) if code in states.Stage.values else ""


@register.simple_tag
def unsure(guide: Any, key: str, part: str = "") -> SafeString:
    """还在核实的值（指南的 needs_check）：对群众不当作确定的说。key 是一栏，或者连同材料、依据的键。"""
    flagged = f"{key}.{part}" if part else key
    words = _("（以窗口告知为准）")
    return _marked(guide, flagged, format_html(' <span class="unsure" data-about="{}">{}</span>', flagged, words))


@register.simple_tag
def unsure_section(guide: Any, key: str) -> SafeString:
    """整个一节还在核实：在节的开头说一句。"""
    words = _("这一部分还在核实，以窗口告知为准，去之前请先打电话问清。")
    return _marked(guide, key, format_html('<p class="inset unsure" data-about="{}">{}</p>', key, words))


def _marked(guide: Any, key: str, mark: SafeString) -> SafeString:
    return mark if key in guide.needs_check else SafeString("")


@register.filter
def megabytes(size: int) -> str:
    """文件大小。"""
    return f"{size / 1048576:.1f} MB" if size >= 1048576 else f"{max(1, round(size / 1024))} KB"
