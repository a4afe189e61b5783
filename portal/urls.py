"""全部网址:大厅、窗口、队列、开放接口。"""

from django.contrib import admin
from django.urls import include, path

from portal import health, receiving

urlpatterns = [
    path("", include("portal.shell_urls")),
    path("ping/", health.ping, name="ping"),
    path("ready/", health.ready, name="ready"),
    path("exchange/v1/messages/", receiving.receive, name="exchange-receive"),
    path("queue/", admin.site.urls),
    path("desk/", include("portal.desk.urls")),
    path("", include("portal.api.urls")),
    path("", include("portal.hall.urls")),
]
