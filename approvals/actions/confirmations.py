"""申请人确认：发验证码、收签名页、网上点确认；没有确认的不能受理。"""

import datetime
import secrets

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.db import transaction

from agencies.models import User
from approvals import rules
from approvals.actions import letters
from approvals.actions.files import store
from approvals.models import Case, Confirmation
from approvals.states import BEFORE_ACCEPTANCE, ConfirmedBy, Matter
from office.journal import actions as journal
from office.notices import actions as notices
from office.steps import NotNow
from office.vault import blind_index

GOOD_FOR = datetime.timedelta(minutes=10)
MOST_TRIES = 5
CODE_NOTICE = "case.confirm_code"


def ask(case: Case, matter: Matter, *, text: str, by: User, at: datetime.datetime) -> Confirmation:
    """提请确认：同一件事又变了的，前一份作废，照新的确认；出申请人确认书。在事务里、办件已锁住时调用。"""
    drop(case, matter, at=at)
    made = Confirmation.objects.create(case=case, matter=matter, text=text, asked_at=at, asked_by=by)
    _count(case)
    _note(made, "ask_confirmation", by=by, at=at)
    facts = {"matter": made.get_matter_display(), "lines": text.splitlines()}
    letters.order("confirmation", case, facts, by=by, at=at)
    return made


def drop(case: Case, matter: Matter, *, at: datetime.datetime) -> None:
    """不再需要确认（又改过了，或不容缺了）。"""
    if case.confirmations.open().filter(matter=matter).update(dropped_at=at):
        _count(case)


def send_code(one: Confirmation, *, by: User, at: datetime.datetime) -> Confirmation:
    """发验证码：发到申请人登记的手机上，十分钟有效；短信里写明确认的是什么事。Raises: NotNow、PermissionDenied。"""
    with transaction.atomic():
        one = _locked(one, by)
        code = f"{secrets.randbelow(1_000_000):06d}"
        one.code_index, one.code_until, one.tries = _index(one, code), at + GOOD_FOR, 0
        one.save(update_fields=["code_index", "code_until", "tries"])
        case = one.case
        body = (
            f"办件 {case.number}，请核对窗口给您看的“{one.get_matter_display()}”内容；同意的，把验证码 {code} "
            "告诉窗口，十分钟内有效。不同意的不要告诉任何人。"
        )
        notices.queue(
            CODE_NOTICE, about=case, to=None, address=case.applicant.phone, channel="sms", subject="请确认",
            body=body, responsible=case.first_contact, by=by, at=at,
        )  # fmt: skip
        _note(one, "send_confirm_code", by=by, at=at)
    return one


def confirm_by_code(one: Confirmation, *, code: str, by: User, at: datetime.datetime) -> Confirmation:
    """验证码确认：申请人说出短信里的六位数。试错五次作废，重发。Raises: NotNow、PermissionDenied。"""
    with transaction.atomic():
        one = _locked(one, by)
        if one.code_until is None or one.code_until <= at or one.tries >= MOST_TRIES:
            raise NotNow("验证码已经失效，请重新发送。")
        right = secrets.compare_digest(one.code_index, _index(one, code))
        if right:
            return _confirmed(one, ConfirmedBy.CODE, by=by, at=at)
        one.tries += 1
        one.save(update_fields=["tries"])
    raise NotNow("验证码不对，请申请人再看一遍短信。")


def confirm_by_signature(
    one: Confirmation, *, signer: str, name: str, content: "File[bytes]", by: User, at: datetime.datetime
) -> Confirmation:
    """签名确认：申请人在打印的确认书上签名，扫描上传。Raises: NotNow、PermissionDenied、files.BadUpload。"""
    with transaction.atomic():
        one = _locked(one, by)
        one.scan = store(name, content, {"case": one.case, "material_key": f"confirm.{one.pk}"}, by=by, at=at)
        one.signer = signer
        return _confirmed(one, ConfirmedBy.SIGNED, by=by, at=at)


def confirm_online(one: Confirmation, *, by: User, at: datetime.datetime) -> Confirmation:
    """网上确认：申请人自己在查进度页点确认；工作人员不能代点。Raises: NotNow、PermissionDenied。"""
    with transaction.atomic():
        one.case.lock()
        if not (rules.is_applicant(one.case, by) or rules.by_system(one.case, by)):
            raise PermissionDenied("网上确认只能由申请人自己点。")
        return _confirmed(_still_open(one), ConfirmedBy.ONLINE, by=by, at=at)


def _locked(one: Confirmation, by: User) -> Confirmation:
    one.case.lock()
    if not rules.may_take_in(one.case, by):
        raise PermissionDenied("由收件窗口登记。")
    return _still_open(one)


def _still_open(one: Confirmation) -> Confirmation:
    found = Confirmation.objects.select_for_update(of=("self",)).select_related("case__applicant").get(pk=one.pk)
    if found.confirmed_at or found.dropped_at:
        raise NotNow("这一项已经确认过，或者不再需要确认。")
    if found.case.state not in BEFORE_ACCEPTANCE:
        raise NotNow("已经受理或有结果，不必再确认。")
    return found


def _confirmed(one: Confirmation, way: ConfirmedBy, *, by: User, at: datetime.datetime) -> Confirmation:
    one.way, one.confirmed_at, one.registered_by, one.code_index = way, at, by, ""
    one.save()
    _count(one.case)
    _note(one, "confirm", by=by, at=at, way=str(way.label))
    return one


def _count(case: Case) -> None:
    case.unconfirmed = case.confirmations.open().count()
    Case.objects.filter(pk=case.pk).update(unconfirmed=case.unconfirmed)


def _index(one: Confirmation, code: str) -> str:
    return blind_index(f"{one.pk}/{one.asked_at.isoformat()}/{code.strip()}", purpose="confirm-code")


def _note(one: Confirmation, verb: str, *, by: User, at: datetime.datetime, **facts: str) -> None:
    case = one.case
    told = {"note": one.get_matter_display(), **facts}
    journal.record(f"approvals.case.{verb}", about=case, by=by, at=at, before=case.state, after=case.state, facts=told)
