"""每个页面都要知道的几件事:谁的大厅、怎样显示。不查数据库。"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from portal.preferences import look_of


def shell(request: HttpRequest) -> dict[str, Any]:
    return {
        "look": look_of(request),
        "bureau": settings.BUREAU,
        "demonstration": settings.DEMONSTRATION,
        "site": settings.PUBLIC_URL,
    }
