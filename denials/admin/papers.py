"""下载:文书没排的当场排;文件一律作为附件。"""

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from office.papers import actions as papers
from office.papers.engine import Refused
from office.papers.fonts import MissingGlyph
from office.papers.models import Paper
from office.workdays.clock import moment


def send(stored: Any, name: str, media_type: str) -> HttpResponseBase:
    response = FileResponse(stored, content_type=media_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def send_paper(request: HttpRequest, paper: Paper | None, *, back: str) -> HttpResponseBase:
    """一份文书的 PDF。排不出来(例如姓名用了极罕用字)的回原页说明,托盘会记下并交给人处理。"""
    if paper is None:
        raise Http404
    try:
        paper = papers.render_now(paper, at=moment(request))
    except (MissingGlyph, Refused) as reason:
        messages.error(request, f"这份文书现在排不出来：{reason}")
        return redirect(back)
    return send(paper.file.open("rb"), f"{paper.title} {paper.number}.pdf", "application/pdf")
