"""{% url %}：同一个网址只拼一次。一页二三十个链接，每个都反查一遍路由，要占画这一页的十分之一。"""

from functools import lru_cache
from typing import Any

from django import template
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as plain_url
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils.html import conditional_escape

register = template.Library()


@register.tag
def url(parser: Parser, token: Token) -> "Address":
    """写法、结果与 Django 自带的一样；在 TEMPLATES 里登记为内置标签，各模板不必 load。"""
    plain = plain_url(parser, token)
    return Address(plain.view_name, plain.args, plain.kwargs, plain.asvar)


class Address(URLNode):
    def render(self, context: Context) -> str:
        args = tuple(arg.resolve(context) for arg in self.args)
        if self.kwargs or not all(isinstance(arg, str | int) for arg in args):
            return super().render(context)
        try:
            found = address(self.view_name.resolve(context), args)
        except NoReverseMatch:
            return super().render(context)  # 有没有 as，出错的样子不同：照自带的
        if self.asvar:
            context[self.asvar] = found
            return ""
        return str(conditional_escape(found)) if context.autoescape else found


def address(name: str, args: tuple[Any, ...] = ()) -> str:
    """Raises: NoReverseMatch。"""
    return _address(name, args, get_urlconf(), get_script_prefix())


@lru_cache(maxsize=4096, typed=True)
def _address(name: str, args: tuple[Any, ...], urls: str | None, prefix: str) -> str:
    return reverse(name, urls, args)
