"""键盘怎样用：一页写清哪个键做什么；每个键都在它的按钮上，这里只是列出来。"""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_safe

from office.workdays import clock
from portal.desk.access import staff_only
from portal.desk.pages import page

EVERYWHERE = (
    ("T", lazy("今日")),
    ("I", lazy("收件，光标在找事项的框里")),
    ("H", lazy("移交，光标在扫码框里")),
    ("S", lazy("页顶的扫码框：扫或输入编号，回车打开")),
    ("N", lazy("这一页的主要一步：收件、受理、开始审查、提出意见、准予、记下送达……")),
    ("X", lazy("办件页上跳到“下一步”，再按 Tab 挑别的一步")),
    ("0", lazy("这一页")),
)
INTAKE = (
    ("G", lazy("收件页：必要的都交齐了，收件")),
    ("K", lazy("核对页：其余交来的都符合，记下")),
    ("J", lazy("核对页：只记下选好的")),
    ("P", lazy("打印：接收凭证、通知书、决定书")),
    ("V", lazy("作决定时：预览决定书")),
)


@staff_only
@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """键一览。"""
    tables = ((lazy("哪一页都能用"), EVERYWHERE), (lazy("收件、核对、决定"), INTAKE))
    return page(request, "desk/keys.html", {"tables": tables}, clock.now())
