"""下载：文书和上传的文件。只经这里，先看有没有权限。"""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from approvals.models import Upload
from office.papers import actions as papers
from office.papers.engine import Refused
from office.papers.fonts import MissingGlyph
from office.papers.models import Paper
from office.workdays import clock
from portal.files import attachment
from portal.hall import access, story


@require_safe
def paper(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """办件的一份文书；还没排版的当场排出来。"""
    at = clock.now()
    case: Any = access.case_of(request, number, at)
    found: Paper | None = Paper.objects.about(case).filter(pk=pk).first()
    if found is None or not story.is_shown(found, case.mandate):
        raise Http404
    try:
        found = papers.render_now(found, at=at)
    except (MissingGlyph, Refused):
        # 有字排不出来（例如姓名用了极罕用字）：托盘会记下并交给人处理，这里只请他稍等
        messages.warning(request, _("这份文书正在制作，请稍后再试；急用请打窗口电话。"))
        return redirect("hall:track-case", number)
    return attachment(found.file, f"{found.title} {found.number}.pdf", "application/pdf")


@require_safe
def file(request: HttpRequest, pk: int) -> HttpResponse:
    return _sent(access.upload_of(request, pk, clock.now()))


@require_safe
def draft_file(request: HttpRequest, token: str, pk: int) -> HttpResponse:
    """草稿里的文件；提交以后，只给填这份申请的人看。"""
    draft = access.draft_of(request, token)
    found = draft.uploads.filter(pk=pk).first()
    if found is None or not access.filled_in_here(request, draft):
        raise Http404
    return _sent(found)


def _sent(upload: Upload) -> HttpResponse:
    """Raises: Http404(档案移交以后，本系统里的一份已经销毁)。"""
    if not upload.file:
        raise Http404
    return attachment(upload.file, upload.name, upload.media_type)
