"""网上来的件由哪个受理点收：指南的窗口，和镇街共用的各个受理点(三级)；几个的，由申请人选。"""

import datetime

from django.utils.translation import gettext as _

from agencies.models import Post, Unit, User
from catalog.models import Guide
from office.steps import NotNow


def of(guide: Guide) -> list[Unit]:
    """收得了这个事项的受理点，窗口在先。"""
    desks = [one for one in guide.desks.taking_applications().order_by("path") if one.pk != guide.window_id]
    return [guide.window, *desks] if guide.window else desks


def chosen(guide: Guide, code: str) -> Unit | None:
    """选的那一个；只有一个的不用选。没有选、选的不在其中的是 None：不悄悄换到别处。"""
    places = of(guide)
    if not code and len(places) == 1:
        return places[0]
    return next((one for one in places if one.code == code), None)


def unsaid(guide: Guide, code: str) -> bool:
    """该选的还没有选，或者选的已经不收。"""
    return bool(of(guide)) and chosen(guide, code) is None


def receives(guide: Guide, code: str, at: datetime.datetime) -> tuple[Unit, User]:
    """由谁收、谁是首问责任人。Raises: NotNow(没有选、还没有安排人)。"""
    if unsaid(guide, code):
        raise NotNow(_("请选择交给哪里办。"))
    unit = chosen(guide, code)
    first_contact = Post.objects.first_contact_of(unit, at) if unit else None
    if unit is None or first_contact is None:
        raise NotNow(_("这个事项还没有安排网上收件的窗口，请打咨询电话，我们马上为您安排。"))
    return unit, first_contact
