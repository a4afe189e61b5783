"""申请人选怎样拿结果：窗口领取、邮寄、电子送达，只在指南公布的里面选；送出以前随时可以改。"""

import datetime
from dataclasses import asdict, dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies.models import User
from approvals import rules
from approvals.actions import delivering
from approvals.models import Case, DeliveryChoice, DeliveryConsent
from approvals.models.delivery import RESULT
from approvals.rules.delivery import not_offered
from catalog.states import DeliveryWay
from office.steps import NotNow


@dataclass(frozen=True)
class Destination:
    """寄给谁、打哪个电话、寄到哪里。"""

    receiver: str = ""
    phone: str = ""
    address: str = ""

    @property
    def is_whole(self) -> bool:
        return bool(self.receiver and self.phone and self.address)


NOWHERE = Destination()


def choose(
    case: Case, *, way: str, to: Destination = NOWHERE, how: str = delivering.ONLINE, by: User, at: datetime.datetime
) -> None:
    """选定，或者改选。选电子送达就是同意电子送达(how 是怎样同意的)，改选别的就是收回；与现在选的一样的不再记。

    Raises: NotNow(送达了、寄出了、指南没有这一种、邮寄的没有写全)、PermissionDenied。
    """
    with transaction.atomic():
        case.lock()
        if not rules.may_handle_materials(case, by):
            raise PermissionDenied("只有申请人自己或收件窗口可以登记。")
        refuse_late(case)
        if why := not_offered(case, way):
            raise NotNow(why)
        to = to if way == DeliveryWay.EXPRESS else NOWHERE
        if way == DeliveryWay.EXPRESS and not to.is_whole:
            raise NotNow("邮寄的要写明收件人、电话和地址。")
        known = DeliveryChoice.objects.filter(case=case).first()
        if known is not None and known.way == way and Destination(known.receiver, known.phone, known.address) == to:
            return
        if way == DeliveryWay.ELECTRONIC:
            delivering.agree(case, how=how, by=by, at=at)  # 同意时一并记下选的是它
            return
        if DeliveryConsent.objects.filter(case=case, withdrawn_at=None).exists():
            delivering.take_back(case, by=by, at=at)
        told = {"way": way, **asdict(to), "chosen_at": at, "chosen_by": by}
        DeliveryChoice.objects.update_or_create(case=case, defaults=told)
        # 寄给谁、寄到哪里随档案销毁，日志里只有方式
        delivering.noted(case, "choose_delivery", by=by, at=at, way=DeliveryWay(way).label)


def refuse_late(case: Case) -> None:
    """结果送出以后不能再选。Raises: NotNow。"""
    if case.delivered_at or case.closed_at:
        raise NotNow("结果已经送达或者已经终止，不能再改送达方式。")
    row = case.deliveries.of(RESULT).on_the_way().first()
    if row is not None:
        raise NotNow("结果已经送出，不能再改送达方式；没有送到、退回来的，可以重新选。")


def chosen_for(case: Case) -> DeliveryChoice | None:
    """选了哪一种；没有选过的是 None。"""
    return DeliveryChoice.objects.filter(case=case).first()
