"""外壳的网址:显示偏好、语言、可安装应用、样式手册。"""

from django.urls import path
from django.views.i18n import set_language

from portal import installable, preferences, styleguide

app_name = "shell"
urlpatterns = [
    path("display/", preferences.display, name="display"),
    path("display/change/", preferences.change, name="preferences"),
    path("display/language/", set_language, name="language"),
    path("manifest.webmanifest", installable.manifest, name="manifest"),
    path("sw.js", installable.worker, name="worker"),
    path("offline/", installable.offline, name="offline"),
    path("styleguide/", styleguide.hall, name="styleguide"),
    path("styleguide/desk/", styleguide.desk, name="styleguide-desk"),
]
