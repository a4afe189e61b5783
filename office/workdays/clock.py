"""唯一的钟:数据库的时间。只有边缘(页面、任务、命令、后台)读它,领域代码由 at 传入。"""

from datetime import datetime
from typing import Any

from django.db import connection

from office.workdays.rules import local


def now() -> datetime:
    """此刻,北京时间。各台机器的钟可以不准,大家用同一个库的钟。"""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        instant: datetime = cursor.fetchone()[0]
    return local(instant)


def moment(request: Any) -> datetime:
    """这次请求的时刻:一页上只有一个“现在”,也只问一次库。"""
    if not hasattr(request, "moment"):
        request.moment = now()
    return request.moment  # type: ignore[no-any-return]
