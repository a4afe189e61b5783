"""转出去的件，对方告知的进展和结果：认清是哪一件、哪一步，记下；转回了的不收，回执写明为什么。"""

import datetime
from typing import Any

from django.utils.translation import override

from approvals.actions import handing_off
from approvals.actions.files import BadUpload
from approvals.rules import exchange as codes
from office.exchange.models import ExchangeArrival
from office.exchange.receiving import Arrived, Done, NotTaken, Taker
from office.exchange.states import MessageKind as M
from office.exchange.states import Verdict
from office.steps import NotNow
from office.workdays.rules import SHANGHAI
from portal.carried import Carried

LONGEST = 2000


def take_progress(arrived: Arrived, at: datetime.datetime) -> Done:
    """收一步。for 是我们转出的报文编号；一个编号只办一次，改了的版本号加一再送。Raises: NotTaken。"""
    told = arrived.body
    number = told.get("for")
    row = handing_off.by_message(arrived.peer, number[:40]) if isinstance(number, str) else None
    if row is None or told.get("SBLSH") not in (None, "", row.case.number):
        raise NotTaken("没有把这个编号的件转给你们：for 写我们转出的报文编号，写了 SBLSH 的要是那一件的办件编号。")
    before = ExchangeArrival.objects.filter(peer=arrived.peer, number=arrived.number, receipt__verdict=Verdict.ACCEPTED)
    if arrived.kind == M.CLOSING and before.exists():
        raise NotTaken("结果已经登记，不再改；要改的，请与科室联系。")
    heard = _heard(arrived, at)
    try:
        with override("zh-hans"):
            handing_off.hear(row, heard, at=at)
    except (NotNow, BadUpload) as reason:
        raise NotTaken(str(reason)) from reason
    row.refresh_from_db()
    return Done(row.case.number, {"SBLSH": row.case.number, "hand_off": row.state})


def _heard(arrived: Arrived, at: datetime.datetime) -> handing_off.Heard:
    """看懂这一步。Raises: NotTaken。"""
    told, carried, kind = arrived.body, Carried(arrived), arrived.kind
    code = str(told.get(codes.CODED[kind]) or "") if kind in codes.CODED else ""
    if code not in codes.HEARD[kind]:
        raise NotTaken(f"{codes.CODED[kind]} 要是 {'、'.join(codes.HEARD[kind])} 之一")
    files = carried.take(told.get("files") or [], "文书") if told.get("files") else []
    if len(files) > 1:
        raise NotTaken("一步只附一份文书；几页的请合成一个 PDF")
    if wrong := [*carried.wrong, *carried.left()]:
        raise NotTaken("；".join(wrong)[:1000])
    return handing_off.Heard(
        number=arrived.number, version=arrived.version, kind=kind, code=code, said_at=_moment(told.get("time"), at),
        text=_words(told), paper_number=str(told.get("paper") or "")[:60], files=files,
    )  # fmt: skip


def _moment(told: Any, at: datetime.datetime) -> datetime.datetime:
    """对方说的时间 YYYYMMDDThhmmss；没有写的算收到的时间。Raises: NotTaken(看不懂、比收到的还晚)。"""
    if not told:
        return at
    try:
        found = datetime.datetime.strptime(str(told), "%Y%m%dT%H%M%S").replace(tzinfo=SHANGHAI)
    except ValueError as error:
        raise NotTaken("time 写成 YYYYMMDDThhmmss") from error
    if found > at + datetime.timedelta(minutes=5):
        raise NotTaken("time 比现在还晚")
    return found


def _words(told: dict[str, Any]) -> str:
    """对方怎么说：补交的写各项，别的写理由、意见、描述。"""
    listed = told.get("list")
    rows = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    lines = ["，".join(str(one[key]) for key in ("name", "defect", "remedy") if one.get(key)) for one in rows]
    said = [str(told[key]) for key in ("name", "opinion", "text", "result", "description", "reason") if told.get(key)]
    return "；".join(filter(None, [*lines, *said]))[:LONGEST]


HEARD: tuple[str, ...] = tuple(codes.HEARD)
TAKERS: dict[str, Taker] = dict.fromkeys(HEARD, take_progress)
