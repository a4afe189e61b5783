"""网上受理率、办结率（调政办发〔2020〕9号三（四）4）：从办件里数，按事项、按收件单位、按月。

网上受理：从网上（电脑端、移动端）申请的，占受理的。全程网上办结：从网上申请、网上或者邮寄送达的，占送达了结果的；
到窗口领取、上门、留置、公告送达的，都不算全程网上。
"""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext_lazy as lazy

from approvals.models import Case, Delivery
from approvals.states import Channel, DeliveryResult
from catalog.states import DeliveryWay

ONLINE = (Channel.ONLINE, Channel.MOBILE)
WITHOUT_A_VISIT = (DeliveryWay.ELECTRONIC, DeliveryWay.EXPRESS)


@dataclass(frozen=True)
class By:
    """怎样分：名字，受理的、办结的各按哪一栏。"""

    label: Any
    accepted: Any
    finished: Any


GROUPS = {
    "item": By(lazy("事项"), F("item__name"), F("item__name")),
    "unit": By(lazy("收件单位"), F("intake_unit__name"), F("intake_unit__name")),
    "month": By(lazy("月份"), TruncMonth("accepted_at"), TruncMonth("delivered_at")),
}


@dataclass
class Row:
    """一行的数；没有受理、没有办结的，率是空的。"""

    name: str
    accepted: int = 0
    online: int = 0
    finished: int = 0
    through: int = 0

    @property
    def accepted_rate(self) -> float | None:
        return self.online / self.accepted if self.accepted else None

    @property
    def finished_rate(self) -> float | None:
        return self.through / self.finished if self.finished else None


def figures(cases: Any, by: str, since: datetime.datetime, until: datetime.datetime) -> list[Row]:
    """[since, until) 里受理的、送达的，一行一个事项（单位、月份）；两句查询，多少件都一样。"""
    group, rows = GROUPS[by], dict[Any, Row]()
    came = Q(channel__in=ONLINE)
    sent = Delivery.objects.filter(
        case=OuterRef("pk"), pledge=None, retraction=None, set_aside=False, result=DeliveryResult.RECEIVED,
        way__in=WITHOUT_A_VISIT,
    )  # fmt: skip
    accepted = cases.filter(accepted_at__gte=since, accepted_at__lt=until).order_by().values(key=group.accepted)
    for key, all_of, some in accepted.annotate(n=Count("pk"), m=Count("pk", filter=came)).values_list("key", "n", "m"):
        row = rows.setdefault(key, Row(_name(key)))
        row.accepted, row.online = all_of, some
    finished = cases.filter(delivered_at__gte=since, delivered_at__lt=until).order_by().values(key=group.finished)
    told = finished.annotate(n=Count("pk"), m=Count("pk", filter=Q(came, Exists(sent))))
    for key, all_of, some in told.values_list("key", "n", "m"):
        row = rows.setdefault(key, Row(_name(key)))
        row.finished, row.through = all_of, some
    return [rows[key] for key in sorted(rows)]


def total(rows: list[Row], name: str) -> Row:
    return Row(
        name, sum(row.accepted for row in rows), sum(row.online for row in rows), sum(row.finished for row in rows),
        sum(row.through for row in rows),
    )  # fmt: skip


def _name(key: Any) -> str:
    return f"{key:%Y-%m}" if isinstance(key, datetime.datetime) else str(key)


def seen_by(user: Any) -> Any:
    """这个人看得到的办件。"""
    return Case.objects.visible_to(user)
