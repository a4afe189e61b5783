"""许可公示：准予行政许可的决定，谁都可以查（行政许可法第四十条）；失效了的写明失效，自然人只有遮住的姓名。"""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from agencies.models import Agency
from approvals.models import Disclosure
from approvals.rules.disclosures import public_lines

PER_PAGE, LONGEST = 20, 60


@require_safe
def disclosures(request: HttpRequest) -> HttpResponse:
    """公开着的，新的在前；可以按名称、信用代码、文书号、证号找，按机关看。"""
    text, agency = request.GET.get("q", "").strip()[:LONGEST], request.GET.get("agency", "")
    found = Disclosure.objects.public().only(
        "code", "party_name", "party_code", "document_number", "content", "decided_on", "authority_name", "ended_as",
        "ended_on",
    )  # fmt: skip
    if text:
        found = found.search(text)
    if agency:
        found = found.of_authority(agency)
    context = {
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")), "text": text, "agency": agency,
        "agencies": Agency.objects.order_by("path").values_list("code", "short_name"),
    }  # fmt: skip
    return render(request, "hall/disclosures.html", context)


@require_safe
def disclosure(request: HttpRequest, code: str) -> HttpResponse:
    """一条：公开的几样。撤下了的 404。"""
    one = get_object_or_404(Disclosure.objects.public().select_related("case__section", "case__agency"), code=code)
    return render(request, "hall/disclosure.html", {"one": one, "lines": public_lines(one)})
