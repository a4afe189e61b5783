"""找不到、办不了的，打电话问人。"""

from django.conf import settings

from agencies.models import Agency, Unit
from agencies.states import UnitKind


def phone_to_ask() -> str:
    """找不到的，打哪个电话：配置的本局电话；没有配的，用机关的，机关也没有写的，用服务中心窗口的；上级在先。"""
    if told := str(settings.BUREAU["phone"]):
        return told
    windows = Unit.objects.filter(kind=UnitKind.WINDOW)
    for rows in (Agency.objects.order_by("path"), windows.order_by("agency__path", "path")):
        if found := rows.exclude(phone="").values_list("phone", flat=True).first():
            return str(found)
    return ""
