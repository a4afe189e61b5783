"""申请表、各份材料的表印成 PDF：空白表、填写样例(谁都能下载)，申请人自己填好的。"""

from collections.abc import Callable
from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_safe

from catalog.models import Guide, Material
from office.papers.engine import Refused
from office.papers.fonts import MissingGlyph
from office.workdays import clock
from portal.cached import remember, within_limit
from portal.forms import printed
from portal.hall import access
from portal.hall.views.guide import guide_asked

A_DAY = 24 * 3600
PRINTS, WINDOW = 20, 600


def pdf(content: bytes, name: str) -> HttpResponse:
    """自己排的 PDF：在浏览器里打开，也好存下来。"""
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(name)}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def mark(request: HttpRequest, code: str) -> str:
    """指南的内容摘要加版式：都没有变，就不用再下载一遍。"""
    return quote_etag(f"{guide_with_form(request, code).digest}-{printed.version()}")


def guide_with_form(request: HttpRequest, code: str) -> Guide:
    """有申请表的这一版。Raises: Http404。"""
    guide = guide_asked(request, code)
    if not guide.form:
        raise Http404
    return guide


def sheet(make: Callable[[Guide], bytes], name: str) -> Callable[..., HttpResponse]:
    """一种印法的网址：排好的存一天，同一版不再排第二遍。"""

    @require_safe
    @cache_control(public=True, max_age=300)
    @condition(etag_func=mark)
    def view(request: HttpRequest, code: str) -> HttpResponse:
        guide = guide_with_form(request, code)
        key = f"form:{make.__name__}:{guide.pk}:{guide.digest}:{printed.version()}"
        try:
            return pdf(remember(key, A_DAY, lambda: make(guide)), f"{guide.name}{name}.pdf")
        except (MissingGlyph, Refused):
            messages.warning(request, _("这份表里有排不出来的字，暂时不能下载，请到窗口领取。"))
            return redirect("hall:guide", code)

    return view


blank = sheet(printed.blank, "（空白表）")
sample = sheet(printed.sample, "（填写样例）")


def material_mark(request: HttpRequest, code: str, key: str) -> str:
    """看的是哪一版，就按那一版的内容摘要。"""
    guide, _material = material_with_form(request, code, key)
    return quote_etag(f"{guide.digest}-{printed.version()}")


def material_with_form(request: HttpRequest, code: str, key: str) -> tuple[Guide, Material]:
    """要看的那一版里的这份材料。Raises: Http404(没有这一版、没有这份材料、没有空白表)。"""
    guide = guide_asked(request, code)
    found = next((one for one in guide.materials.all() if one.key == key and one.form), None)
    if found is None:
        raise Http404
    return guide, found


def material_sheet(make: Callable[[Guide, Material], bytes], name: str) -> Callable[..., HttpResponse]:
    """一份材料的表的网址：排好的存一天，同一版不再排第二遍。"""

    @require_safe
    @cache_control(public=True, max_age=300)
    @condition(etag_func=material_mark)
    def view(request: HttpRequest, code: str, key: str) -> HttpResponse:
        guide, material = material_with_form(request, code, key)
        known = f"form:{make.__name__}:{guide.pk}:{key}:{guide.digest}:{printed.version()}"
        try:
            return pdf(remember(known, A_DAY, lambda: make(guide, material)), f"{material.name}{name}.pdf")
        except (MissingGlyph, Refused):
            messages.warning(request, _("这份表里有排不出来的字，暂时不能下载，请到窗口领取。"))
            return redirect("hall:guide", code)

    return view


material_blank = material_sheet(printed.material_blank, "（空白表）")
material_sample = material_sheet(printed.material_sample, "（填写样例）")


@require_safe
@access.private
def application(request: HttpRequest, number: str) -> HttpResponse:
    """申请人填好的申请表。"""
    case = access.case_of(request, number, clock.now())
    if not within_limit(f"print:{case.number}", PRINTS, WINDOW):
        messages.warning(request, _("下载得太频繁了，请过几分钟再试。"))
        return redirect("hall:track-case", number)
    try:
        return pdf(printed.filled(case), f"{case.guide.name} {case.number}.pdf")
    except (MissingGlyph, Refused):
        messages.warning(request, _("申请表里有排不出来的字，请到窗口打印。"))
        return redirect("hall:track-case", number)
