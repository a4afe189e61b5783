"""全部网址:大厅、窗口、队列。"""

from django.contrib import admin
from django.urls import path

urlpatterns = [
    path("queue/", admin.site.urls),
]
