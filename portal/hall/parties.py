"""利害关系人凭自己的查询码看写给他的文书：与申请人、代办人各是各的门，他看不到申请表和材料。"""

import datetime

from django.http import Http404, HttpRequest

from approvals.actions.parties import code_index
from approvals.models import Party
from portal.hall.access import GRANTED_FOR

PARTIES = "parties"


def find(number: str, code: str) -> Party | None:
    """按编号和查询码找利害关系人：前两样对不上的才来问，也是不管有没有都问一遍。"""
    return Party.objects.filter(code_index=code_index(number, code)).select_related("case").first()


def grant(request: HttpRequest, party: Party, at: datetime.datetime) -> None:
    """记下：这次会话是哪一位，到时失效；不给看办件的别的页。"""
    running = {one: kept for one, kept in request.session.get(PARTIES, {}).items() if kept[1] > at.timestamp()}
    request.session[PARTIES] = {**running, party.case.number: [party.pk, (at + GRANTED_FOR).timestamp()]}


def party_of(request: HttpRequest, number: str, at: datetime.datetime) -> Party:
    """这次会话是这一件的哪一位利害关系人。Raises: Http404。"""
    pk, until = request.session.get(PARTIES, {}).get(number, (0, 0))
    told = ("case__guide", "case__agency", "case__section", "case__applicant")
    found = Party.objects.select_related(*told).filter(pk=pk).first() if until > at.timestamp() else None
    if found is None:
        raise Http404
    return found
