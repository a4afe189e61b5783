"""队列站点:重新着装的 Django admin,要求第二因素。"""

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest


class QueueSite(AdminSite):
    site_header = "不行权审定队列"
    site_title = "审定队列"
    index_title = "等待我处理"

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """没有登录的人(登录页)看不到任何目录,也就不必向各室问权限。"""
        return super().get_app_list(request, app_label) if self.has_permission(request) else []
