from django.contrib.admin.apps import AdminConfig


class QueueConfig(AdminConfig):
    """队列:科长、副局长、局长审定否定的后台,取代默认的 admin 站点。"""

    default_site = "portal.queue.site.QueueSite"
    verbose_name = "审定队列"
