"""有人负责、到点上交的事：责任人、到了哪一级、上面是谁。"""

import datetime
from typing import Any

from django.conf import settings
from django.db import models

from agencies.models import Post, Unit
from agencies.states import UnitKind
from approvals.states import Rung


class Climbing(models.Model):
    """首问与询问共用：没有动静就上交科室负责人，再上交分管副局长。"""

    unit: Any

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="现由谁办", on_delete=models.PROTECT, related_name="%(class)ss_in_hand"
    )
    rung = models.PositiveSmallIntegerField("到了哪一级", choices=Rung.choices, default=Rung.HANDLER)

    class Meta:
        abstract = True

    def answering_unit(self) -> Unit:
        """现在该由哪个单位办，也就从它往上交。"""
        found: Unit = self.unit
        return found

    def place_of_chief(self) -> Unit | None:
        """哪个科室的负责人管：本单位有负责人的是本单位，窗口没有，归审批科。"""
        unit = self.answering_unit()
        if Post.objects.chief_of(unit) is not None:
            return unit
        return Unit.objects.filter(agency=unit.agency_id, kind=UnitKind.APPROVAL).order_by("path").first()

    def post_over(self, rung: int) -> Post | None:
        """这一级是哪个岗位；副局长看这个单位由谁分管。"""
        place = self.place_of_chief()
        if rung == Rung.DEPUTY:
            return Post.objects.deputy_for(self.answering_unit()) or (Post.objects.deputy_for(place) if place else None)
        return Post.objects.chief_of(place) if place else None

    def is_held_by(self, user: Any, rung: int) -> bool:
        """这一级的 A 岗或 B 岗。"""
        post = self.post_over(rung) if rung > Rung.HANDLER else None
        return post is not None and post.holdings.standing().filter(user=user.pk).exists()

    def above(self, at: datetime.datetime) -> tuple[int, Any] | None:
        """上面一级此刻有职责的人；岗位空缺或就是现在这个人的，再上一级；上面没有人了是 None。"""
        for rung in Rung:
            if rung <= self.rung:
                continue
            post = self.post_over(rung)
            standing = post.holder_at(at) if post else None
            if standing and standing.user.pk != self.owner_id:
                return int(rung), standing.user
        return None
