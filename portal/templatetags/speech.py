"""模板里换语言：界面以外的话，一律经过这几个过滤器。"""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from portal import language

register = template.Library()


@register.filter
def said(words: Any) -> str:
    """状态名、类别名、原因：查译文。"""
    return language.said(words)


@register.filter
def hant(text: Any) -> str:
    """目录里的话用在标题栏、属性里：看繁体的转成繁体。"""
    return language.hant(text)


@register.filter
def written(text: Any) -> str:
    """目录里的话放进正文：看英文的另标明是中文。"""
    return language.written(text)


@register.simple_tag
def in_chinese() -> SafeString:
    """整块都是目录里的话：看英文的，给这一块加 lang。"""
    return SafeString(' lang="zh-Hans"' if language.is_foreign() else "")


@register.simple_tag
def chinese_only() -> bool:
    """此刻的语言看不懂中文。"""
    return language.is_foreign()
