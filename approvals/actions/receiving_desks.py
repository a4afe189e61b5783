"""网上来的件由哪个受理点收：指南的窗口，和镇街共用的各个受理点(三级)；几个的，由申请人选。

一件事由综合窗口收，其中有先由镇街调查的，申请人选住在哪个镇街。
"""

import datetime
from collections.abc import Iterable

from django.utils.translation import gettext as _

from agencies.models import Post, Unit, User
from approvals.actions import turns
from catalog.models import Guide
from catalog.states import ReviewedBy
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


# 一件事：住在哪个镇街 ------------------------------------------------------


def towns(window: Unit, guides: Iterable[Guide]) -> list[Unit]:
    """可以选的镇街受理点：先由镇街调查的各个事项的；没有这样的事项、综合窗口自己就在镇街的，是空的。"""
    if turns.town_of(window) is not None:
        return []
    first = [one for one in guides if _begins_in_town(one)]
    found = {desk.pk: desk for guide in first for desk in of(guide) if turns.town_of(desk) is not None}
    return sorted(found.values(), key=lambda desk: desk.path)


def _begins_in_town(guide: Guide) -> bool:
    return any(step["unit"] == ReviewedBy.TOWN for step in guide.review_steps)


def home(window: Unit, guide: Guide, code: str) -> Unit | None:
    """这个事项要由镇街调查的，交给提交时选的那个镇街(lives_in 核对过)；别的是 None。"""
    asks = code and _begins_in_town(guide) and turns.town_of(window) is None
    return Unit.objects.filter(code=code).first() if asks else None


def lives_in(window: Unit, guides: Iterable[Guide], code: str) -> Unit | None:
    """选的那个镇街；不用选的是 None。Raises: NotNow(该选的没有选)。"""
    places = towns(window, guides)
    found = next((one for one in places if one.code == code), None)
    if places and found is None:
        raise NotNow(_("请选择您住在哪个镇街：有的事项先由镇街调查。"))
    return found
