"""发布之前看一眼：这一版里一份材料的空白表、填写样例印出来是什么样子。"""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from catalog import rules
from catalog.models import Guide
from catalog.rules.forms import sheet_faults
from office.papers.engine import Refused
from office.papers.fonts import MissingGlyph
from portal import files
from portal.forms import printed

MAKES = {"blank": (printed.material_blank, "（空白表）"), "sample": (printed.material_sample, "（填写样例）")}


@require_safe
def proof(request: HttpRequest, key: int, material: str, name: str) -> HttpResponse:
    """打样：草稿也看得，只给维护这个机关目录的人，不存。

    Raises: Http404(没有这份材料、没有空白表或者还写得不对)、PermissionDenied。
    """
    guide = get_object_or_404(Guide.objects.for_reading(), pk=key)
    if not rules.may_keep(guide, request.user):
        raise PermissionDenied
    row = next((one for one in guide.materials.all() if one.key == material and one.form), None)
    if row is None or sheet_faults(row.form, guide.form):
        raise Http404
    make, what = MAKES[name]
    try:
        return files.sheet(ContentFile(make(guide, row)), f"{row.name}{what}.pdf")
    except (MissingGlyph, Refused) as reason:
        messages.error(request, f"排不出来：{reason}")
        return redirect("admin:catalog_guide_sheet", guide.pk, row.key)
