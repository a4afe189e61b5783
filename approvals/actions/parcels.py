"""邮件：申请人说寄了什么、单号多少；窗口记到了、里面有什么、有没有出入；原件寄回去也有单号。"""

import datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from agencies.models import Post, User
from approvals.actions import differences, guard, telling
from approvals.models import Case, Parcel
from approvals.rules import may_handle_materials, may_take_in, parcels
from approvals.states import ParcelResult
from office.journal import actions as journal
from office.steps import NotNow

MOST_ON_THE_WAY = 5  # 改了，announce 里的那句话也要改


def announce(
    case: Case, *, carrier: str, tracking_number: str, contents: str, by: User, at: datetime.datetime
) -> Parcel:
    """寄来：申请人说哪家承运、单号多少、寄了什么；提醒收件窗口此刻当班的人。

    Raises: NotNow(不在等材料、单号登记过、在路上的太多)、PermissionDenied。
    """
    with transaction.atomic():
        case.lock()
        if not may_handle_materials(case, by):
            raise PermissionDenied("只有申请人自己或收件窗口可以登记。")
        if not is_awaited(case):
            raise NotNow("这件申请现在不等您的材料，不用寄。")
        if case.parcels.coming().count() >= MOST_ON_THE_WAY:
            raise NotNow("已经有五件在路上，到了再登记下一件。")
        told = {"carrier": carrier, "tracking_number": tracking_number, "contents": contents}
        row = _sent(case, inward=True, **told, by=by, at=at)
        _note(row, "parcel_announce", by=by, at=at)
        body = f"办件 {case.number}：申请人说已由{row}寄来材料，到了请登记。"
        owner = Post.objects.first_contact_of(case.intake_unit, at) or case.responsible
        telling.tell_staff(case, [owner], "parcel.announced", "申请人寄来材料", body, by=by, at=at)
    return row


def is_awaited(case: Case) -> bool:
    """此刻等不等申请人的材料。"""
    return parcels.awaits(case, case.clocks.running().values_list("kind", flat=True))


def arrive(parcel: Parcel, *, found: str, difference: str = "", by: User, at: datetime.datetime) -> Parcel:
    """收到：里面实际有什么；与写的有出入的写明，申请人看得到，由登记的人负责到了结。补正、核对仍照补正、核对的步骤。

    Raises: NotNow(已经登记过结果、话里有“不”)、PermissionDenied。
    """
    words = "邮件到了，请打开查进度页看我们登记的内件。"
    if difference:
        words = "邮件到了，里面的与您写的有出入，请打开查进度页核对，有不对的联系收件窗口；怎样了结的另行告诉您。"
    return _end(parcel, ParcelResult.ARRIVED, words, found=found, difference=difference, by=by, at=at)


def take_unannounced(
    case: Case, *, carrier: str, tracking_number: str, found: str, by: User, at: datetime.datetime
) -> Parcel:
    """收到没有说过的邮件：登记寄来，随即登记到了。Raises: NotNow、PermissionDenied。"""
    with transaction.atomic():
        case.lock()
        _require_window(case, by)
        told = {"carrier": carrier, "tracking_number": tracking_number, "contents": "寄来以前没有登记"}
        row = _sent(case, inward=True, **told, by=by, at=at)
        return arrive(row, found=found, by=by, at=at)


def miss(parcel: Parcel, *, reason: str, by: User, at: datetime.datetime) -> Parcel:
    """没有收到：写明怎样查过；告诉申请人，他可以再寄。Raises: NotNow、PermissionDenied。"""
    if parcel.inward:
        words = "一直没有收到，请向承运单位查询，或者再寄一次、送到窗口。"
    else:
        words = "没有送到，请与收件窗口联系。"
    return _end(parcel, ParcelResult.LOST, words, difference=reason, by=by, at=at)


def send_back(
    case: Case, *, carrier: str, tracking_number: str, address: str, contents: str, by: User, at: datetime.datetime
) -> Parcel:
    """寄回原件：记下单号，告诉申请人。办结以后也可以，档案销毁以后不行。Raises: NotNow、PermissionDenied。"""
    with transaction.atomic():
        case.lock()
        _require_window(case, by)
        _no_refusal(contents)
        told = {"carrier": carrier, "tracking_number": tracking_number, "contents": contents, "address": address}
        row = _sent(case, inward=False, **told, by=by, at=at)
        _note(row, "parcel_back", by=by, at=at)
        body = f"办件 {case.number} 的原件已由{carrier}寄回，单号 {tracking_number}。"
        telling.tell_applicant(case, "parcel.back", "您的原件已寄回", body, by=by, at=at)
    return row


def _sent(case: Case, *, inward: bool, by: User, at: datetime.datetime, **told: str) -> Parcel:
    try:
        with transaction.atomic():
            row: Parcel = Parcel.objects.create(case=case, inward=inward, told_at=at, told_by=by, **told)
    except IntegrityError as error:
        raise NotNow("这个单号已经登记过。") from error
    if not case.has_parcels:
        case.has_parcels = True
        case.save(update_fields=["has_parcels"])
    return row


def _end(
    parcel: Parcel, result: ParcelResult, words: str, *, found: str = "", difference: str, by: User,
    at: datetime.datetime,
) -> Parcel:  # fmt: skip
    case = parcel.case
    with transaction.atomic():
        case.lock()
        _require_window(case, by)
        parcel.refresh_from_db()
        if parcel.result:
            raise NotNow(f"这件邮件已经登记过：{parcel.get_result_display()}。")
        _no_refusal(found, difference)
        parcel.result, parcel.ended_at, parcel.ended_by = result, at, by
        parcel.found, parcel.difference = found, difference
        parcel.save(update_fields=["result", "ended_at", "ended_by", "found", "difference"])
        lost = result == ParcelResult.LOST
        differs = bool(difference) and not lost
        _note(parcel, "parcel_miss" if lost else "parcel_arrive", by=by, at=at, differs=differs)
        if differs:
            differences.note_contents(parcel, by=by, at=at)
        if parcel.inward or lost:
            subject = "您寄的材料" if parcel.inward else "寄回的原件"
            body = f"办件 {case.number}，{parcel}：{words}"
            telling.tell_applicant(case, "parcel.ended", subject, body, by=by, at=at)
    return parcel


def _no_refusal(*texts: str) -> None:
    """写给申请人看的话里说不了“不”。Raises: NotNow。"""
    for text in texts:
        if flaw := guard.flaw_of(text):
            raise NotNow(flaw)


def _require_window(case: Case, by: User) -> None:
    if not may_take_in(case, by):
        raise PermissionDenied("只有收件窗口的人可以登记邮件。")


def _note(parcel: Parcel, verb: str, *, by: User, at: datetime.datetime, differs: bool = False) -> None:
    """单号随档案销毁，不进日志。"""
    case = parcel.case
    facts = {"parcel": parcel.carrier} | ({"result": "与写的有出入"} if differs else {})
    journal.record(f"approvals.case.{verb}", about=case, by=by, at=at, before=case.state, after=case.state, facts=facts)
