"""验证文书：任何人凭核验码看一份文书是不是真的、还算不算数。"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from agencies.models import Agency
from approvals.models import Cancellation
from approvals.rules import mask_name
from office.papers.models import Paper
from portal.hall.forms import VerifyForm
from portal.recalled import ended_certificate_of, revocation_of, set_aside_of


@require_safe
def ask(request: HttpRequest) -> HttpResponse:
    form = VerifyForm(request.GET if "code" in request.GET else None)
    if form.is_bound and form.is_valid():
        return redirect("hall:verify-paper", form.cleaned_data["code"])
    return render(request, "hall/verify.html", {"form": form})


@require_safe
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """只说文书的来历和效力，不说内容；姓名只露首字。"""
    found = Paper.objects.by_check_code(code)
    if found is None:
        context = {"form": VerifyForm({"code": code}), "missing": True}
        return render(request, "hall/verify.html", context, status=404)
    ended = ended_certificate_of(found)
    context = {
        "paper": found,
        "agency": Agency.objects.filter(code=found.issuer).first(),
        "set_aside": set_aside_of(found),
        "revocation": revocation_of(found),
        "ended": ended,
        "cancelled": Cancellation.objects.filter(case=ended.case_id).first() if ended else None,
        "applicant": mask_name(str(found.context.get("applicant", ""))),
    }
    return render(request, "hall/verify_paper.html", context)
