"""给搜索引擎看的：指南写成 schema.org 的 GovernmentService 和 FAQPage（JSON-LD）。没有核实的值不写进去。"""

import json
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from catalog.states import Audience, Way
from office.papers.words import full_width

# 放在 <script> 里的 JSON：这几个字符会让浏览器以为脚本到头了。
UNSAFE = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def service(guide: Any, address: str) -> SafeString:
    """一页指南的结构化数据。"""
    item = guide.item
    told: dict[str, Any] = {
        "@type": "GovernmentService",
        "@id": f"{address}#service",
        "name": guide.name,
        "alternateName": [name for name in (item.short_name, *item.aliases.split()) if name],
        "description": "" if "content" in guide.needs_check else guide.content,
        "url": address,
        "serviceType": "" if "item.kind" in guide.needs_check else item.get_kind_display(),
        "category": item.get_theme_display(),
        "provider": {}
        if "item.agency" in guide.needs_check
        else {"@type": "GovernmentOrganization", "name": item.agency.name},
        "audience": [{"@type": "Audience", "audienceType": Audience(code).label} for code in item.audiences],
        "availableChannel": [] if "ways" in guide.needs_check else _channels(guide, address),
    }
    if guide.fee.get("free") and "fee" not in guide.needs_check:
        told["offers"] = {"@type": "Offer", "price": "0", "priceCurrency": "CNY"}
    graph = [told]
    if guide.faq and "faq" not in guide.needs_check:
        graph.append({"@type": "FAQPage", "@id": f"{address}#faq", "mainEntity": [_answer(one) for one in guide.faq]})
    return _json({"@context": "https://schema.org", "@graph": full_width(_without_blanks(graph))})


def _channels(guide: Any, address: str) -> list[dict[str, Any]]:
    found = []
    for way in guide.ways:
        channel: dict[str, Any] = {"@type": "ServiceChannel", "name": Way(way["way"]).label}
        if way["way"] in (Way.COMPUTER, Way.MOBILE):
            channel["serviceUrl"] = address
        elif way["way"] == Way.WINDOW and guide.window and not {"place", "window"} & guide.needs_check.keys():
            channel["serviceLocation"] = {
                "@type": "Place", "name": guide.window.name, "address": guide.window.address or guide.place,
            }  # fmt: skip
            channel["servicePhone"] = {"@type": "ContactPoint", "telephone": guide.window.phone}
        found.append(channel)
    return found


def _answer(one: dict[str, str]) -> dict[str, Any]:
    return {"@type": "Question", "name": one["q"], "acceptedAnswer": {"@type": "Answer", "text": one["a"]}}


def _without_blanks(value: Any) -> Any:
    """空着的不写。"""
    if isinstance(value, dict):
        kept = {key: _without_blanks(each) for key, each in value.items()}
        return {key: each for key, each in kept.items() if each not in ("", [], {}, None, {"@type": "ContactPoint"})}
    return [_without_blanks(each) for each in value] if isinstance(value, list) else value


def _json(value: Any) -> SafeString:
    text = json.dumps(value, ensure_ascii=False)
    for character, written in UNSAFE.items():
        text = text.replace(character, written)
    return mark_safe(text)  # noqa: S308 会让浏览器误会的字符都已经换掉
