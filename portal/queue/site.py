"""队列站点:重新着装的 Django admin,要求第二因素。"""

from django.contrib.admin import AdminSite


class QueueSite(AdminSite):
    site_header = "不行权审定队列"
    site_title = "审定队列"
    index_title = "等待我处理"
