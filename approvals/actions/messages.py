"""办件里的消息：申请人与经办人说得上话；话里说不了“不”。"""

import datetime
from collections.abc import Sequence
from contextlib import suppress

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies.models import User
from approvals.actions import guard, telling
from approvals.actions.enquiries import add, ask, handler_of
from approvals.actions.files import Files, Place, store
from approvals.models import Case, Enquiry, Message
from approvals.models.message import LONGEST
from approvals.rules import enquiries, messages
from approvals.states import EnquiryChannel, EnquiryKind
from office.journal import actions as journal
from office.steps import NotNow
from office.workdays import calendar as workdays

DAY = datetime.timedelta(days=1)
MOST_A_DAY, MOST_UNREAD, MOST_FILES = 20, 5, 3
KEY = "message"
UNREAD_DAYS = 1  # 一个工作日没有人看，转成询问


def write(
    case: Case, *, text: str, by: User, at: datetime.datetime, attached: Files = (), quoting: bool = False
) -> Message:
    """发消息：存下，提醒另一边；一天二十条，对方还没有读的最多连发五条，附件三个。

    Raises: NotNow(空的、太长、太多、已办结一个月、经办人的话里有“不”)、PermissionDenied、files.BadUpload。
    """
    text = text.strip()
    as_applicant = messages.writes_as_applicant(case, by)
    if not as_applicant and not messages.writes_for_office(case, by):
        raise PermissionDenied("只有申请人和经办这件申请的人可以发消息。")
    with transaction.atomic():
        case.lock()
        _may_be_sent(case, text, attached, as_applicant=as_applicant, at=at)
        said = guard.Said(text)
        if not as_applicant and not enquiries.is_already_refused(case):
            said = guard.passed(text, quoting=quoting)
        made = Message.objects.create(case=case, by_applicant=as_applicant, author=by, text=said.text, sent_at=at)
        place: Place = {"case": case, "message": made, "material_key": KEY}
        for name, content in attached:
            store(name, content, place, by=by, at=at)
        if not as_applicant:
            _mark(case, by_applicant=True, by=by, at=at)  # 回了话，就是看过了
        facts = {"message": made.pk, "files": len(attached), "quoted": said.quoted}
        journal.record(
            "approvals.case.message", about=case, by=by, at=at, before=case.state, after=case.state, facts=facts
        )
        _tell(case, made, said, by=by, at=at)
    return made


def raise_as_enquiry(case: Case, *, by: User, at: datetime.datetime) -> Enquiry:
    """还没有看的留言转成询问：有人答、有期限、误了上交。已经有一件别的询问在答的，并进去。

    Raises: NotNow、PermissionDenied。
    """
    with transaction.atomic():
        case.lock()
        if not enquiries.may_register(case, by):
            raise PermissionDenied("由办这一件的人转成询问。")
        unheeded = list(Message.objects.filter(case=case).unheeded().order_by("sent_at", "pk"))
        if not unheeded:
            raise NotNow("申请人发来的都看过了，或者已经转成询问。")
        enquiry: Enquiry | None = Enquiry.objects.under_way().filter(case=case, kind=EnquiryKind.OTHER).first()
        if enquiry is None:
            text = "\n".join(one.text for one in unheeded)[:LONGEST]
            enquiry = ask(case, kind=EnquiryKind.OTHER, text=text, channel=EnquiryChannel.MESSAGE, by=by, at=at)
        else:
            add(enquiry, unheeded, by=by, at=at)
        Message.objects.filter(pk__in=[one.pk for one in unheeded]).update(enquiry=enquiry)
    return enquiry


def sweep(*, at: datetime.datetime, limit: int = 500) -> int:
    """一个工作日没有人看的留言，由系统转成询问；返回转了几件。"""
    waiting = Message.objects.unheeded().filter(sent_at__lte=at - DAY).order_by("sent_at", "pk")
    done = 0
    for one in waiting.select_related("case__agency")[:limit]:
        calendar = workdays.calendar_for(one.case.agency.code)
        due_at, _provisional = workdays.due(one.sent_at, UNREAD_DAYS, "wd", calendar=calendar)
        if due_at > at:
            continue
        with suppress(NotNow):  # 前一条已经连它一起转了，或者刚刚有人看过
            raise_as_enquiry(one.case, by=User.objects.system(), at=at)
            done += 1
    return done


def read(case: Case, *, by: User, at: datetime.datetime) -> int:
    """已读：把另一边发来、还没有读的都记为已读，返回条数。Raises: PermissionDenied。"""
    as_applicant = messages.writes_as_applicant(case, by)
    if not as_applicant and not messages.writes_for_office(case, by):
        raise PermissionDenied("只有申请人和经办这件申请的人可以标为已读。")
    return _mark(case, by_applicant=not as_applicant, by=by, at=at)


def _mark(case: Case, *, by_applicant: bool, by: User, at: datetime.datetime) -> int:
    unread = Message.objects.filter(case=case, by_applicant=by_applicant).unread()
    return unread.update(read_at=at, read_by=by)


def _may_be_sent(
    case: Case, text: str, attached: Sequence[object], *, as_applicant: bool, at: datetime.datetime
) -> None:
    if not text:
        raise NotNow("请写几个字再发。")
    if len(text) > LONGEST:
        raise NotNow(f"一条消息最多 {LONGEST} 字，请分开发，或写成文件附上。")
    if len(attached) > MOST_FILES:
        raise NotNow(f"一条消息最多附 {MOST_FILES} 个文件。")
    if not messages.is_still_open_to_messages(case, at):
        raise NotNow("这件申请办结已经一个月了，有事请重新来问。")
    mine = Message.objects.filter(case=case, by_applicant=as_applicant)
    if mine.filter(sent_at__gt=at - DAY).count() >= MOST_A_DAY:
        raise NotNow("今天发得太多了，请明天再发；着急的话，请打电话。")
    if as_applicant and mine.unread().count() >= MOST_UNREAD:
        raise NotNow("前面几条还没有人读，已经提醒经办人；着急的话，请打电话。")


def _tell(case: Case, made: Message, said: guard.Said, *, by: User, at: datetime.datetime) -> None:
    """提醒另一边；引用了否定字眼的，送科室负责人阅知。"""
    if made.by_applicant:
        _unit, owner = handler_of(case, at)
        body = f"办件 {case.number}：{made.text[:100]}"
        telling.tell_staff(case, [owner], "message.from_applicant", "申请人来消息", body, by=by, at=at)
        return
    telling.tell_applicant(
        case, "message.to_applicant", "经办人给您留言", f"办件 {case.number}：{made.text}", by=by, at=at
    )
    if said.quoted:
        guard.show_chief(case, case.section, said, by=by, at=at)
