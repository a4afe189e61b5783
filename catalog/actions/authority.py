"""办理权限的授予与终止。谁可以委托由上面的房间判断(委托制、目录管理),这里只管写得对、记得全。"""

import datetime
from typing import Any

from django.db import transaction

from agencies.models import Agency, Seal
from catalog.models import Authority, Item
from office.journal import actions as journal


class WrongTerm(Exception):
    """权限的起止或用章不对;str() 是给人看的一句中文。"""


def grant(
    *,
    item: Item,
    agency: Agency,
    seal: Seal,
    valid_from: datetime.date,
    basis: str,
    by: Any,
    at: datetime.datetime,
    valid_to: datetime.date | None = None,
    principal: Agency | None = None,
) -> Authority:
    """授权:从 valid_from 起(含)到 valid_to 止(不含),agency 可以决定 item,盖 seal；受委托的，以 principal 的名义。

    Raises: WrongTerm(起止颠倒、与已有权限重叠、没有依据)。
    """
    if not basis.strip():
        raise WrongTerm("授权要写明依据。")
    if valid_to is not None and valid_to <= valid_from:
        raise WrongTerm("终止日期要晚于开始日期。")
    with transaction.atomic():
        Item.objects.select_for_update(no_key=True).get(pk=item.pk)
        same = Authority.objects.filter(item=item, agency=agency)
        if same.overlapping(valid_from, valid_to).exists():
            raise WrongTerm(f"{agency}在这段时间里已有“{item}”的办理权限。")
        authority = Authority.objects.create(
            item=item,
            agency=agency,
            seal=seal,
            valid_from=valid_from,
            valid_to=valid_to,
            basis=basis,
            principal=principal,
        )
        facts = {"item": item.code, "agency": agency.code, "seal": seal.code, "from": valid_from, "to": valid_to}
        facts |= {"principal": principal.code} if principal else {}
        journal.record("catalog.authority.grant", about=authority, by=by, at=at, facts=facts)
    return authority


def revoke(*, authority: Authority, on: datetime.date, by: Any, at: datetime.datetime, reason: str = "") -> Authority:
    """终止授权:on 这一天起不再有权;已经办过的不受影响。

    Raises: WrongTerm(早于开始日期,或晚于已登记的终止日期)。
    """
    with transaction.atomic():
        authority = Authority.objects.select_for_update(no_key=True).get(pk=authority.pk)
        if on < authority.valid_from or (authority.valid_to is not None and on > authority.valid_to):
            raise WrongTerm("终止日期要在权限的起止之间。")
        authority.valid_to = on
        authority.save(update_fields=["valid_to"])
        journal.record("catalog.authority.revoke", about=authority, by=by, at=at, facts={"on": on, "reason": reason})
    return authority
