"""网上受理率、办结率（调政办发〔2020〕9号三（四）4）：从办件里数，按机关、事项、收件单位、月份；工作台和大厅共用。

网上受理：从网上（电脑端、移动端）申请的，占受理的。全程网上办结：从网上申请、网上或者邮寄送达的，占送达了结果的；
到窗口领取、上门、留置、公告送达的，都不算全程网上。
"""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext_lazy as lazy

from approvals.models import Delivery
from approvals.states import Channel, DeliveryResult
from catalog.states import DeliveryWay

ONLINE = (Channel.ONLINE, Channel.MOBILE)
WITHOUT_A_VISIT = (DeliveryWay.ELECTRONIC, DeliveryWay.EXPRESS)


COLUMNS = (
    lazy("受理"),
    lazy("网上申请的"),
    lazy("网上受理率"),
    lazy("送达结果"),
    lazy("全程网上的"),
    lazy("网上办结率"),
)


@dataclass(frozen=True)
class By:
    """怎样分：名字，受理的、办结的各按哪一栏。"""

    label: Any
    accepted: Any
    finished: Any


GROUPS = {
    "agency": By(lazy("机关"), F("agency__code"), F("agency__code")),
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


def told(row: Row) -> list[tuple[Any, str]]:
    """各栏的名称和写法：率写成百分数，一位小数。"""
    return [(label, _said(cell)) for label, cell in zip(COLUMNS, cells(row), strict=True)]


def cells(row: Row) -> list[int | float | None]:
    return [row.accepted, row.online, row.accepted_rate, row.finished, row.through, row.finished_rate]


def _said(cell: int | float | None) -> str:
    if cell is None:
        return "–"
    return f"{cell:.1%}" if isinstance(cell, float) else str(cell)
