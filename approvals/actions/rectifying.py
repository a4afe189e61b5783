"""更正登记的信息：姓名、证件由窗口提出、申请人确认；电话、地址由窗口核对证件，或者本人登录、用新手机号收验证码。

行政许可法第三十二条第一款第三项(可以当场更正的允许当场更正)，个人信息保护法第四十六条(请求更正、补充的应当核实并及时更正)。
"""

import datetime
import secrets
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, QuerySet

from agencies.models import User
from approvals import rules
from approvals.actions import confirmations, deadlines, joint_course, rectified, unconfirmed
from approvals.actions.intake import Person
from approvals.models import Applicant, Case, Rectification
from approvals.rules.rectifying import obstacle, of_identity
from approvals.states import REACHED_BY, ApplicantKind, Matter, RectifiedBy, RectifyReason, Registered
from catalog.rules import is_uscc
from office import identity
from office.identity import IdentityKind
from office.journal import actions as journal
from office.notices import actions as notices
from office.steps import NotNow
from office.vault import blind_index

GOOD_FOR = datetime.timedelta(minutes=10)
MOST_TRIES, MOST_CODES = 5, 5
HOUR = datetime.timedelta(hours=1)
Told = dict[str, list[str]]


def may_register(case: Case, by: Any) -> bool:
    """窗口登记更正：收件的窗口；办结以后也可以，档案销毁了的锁的时候就不让。"""
    return rules.may_take_in(case, by)


def register(
    case: Case, *, changes: Mapping[str, str], reason: str, checked: bool, by: User, at: datetime.datetime
) -> list[Rectification]:
    """窗口更正：电话、联系人、地址核对过证件原件(checked)的当时生效；姓名、证件出确认书，申请人确认了才改。

    changes 是栏 → 新的，空着的不改。返回提出的各份，要等确认的排在后面。
    Raises: NotNow(没有改动、没有核对证件、号码不对、有了决定)、PermissionDenied。
    """
    deadlines.settle(case, at=at)
    with transaction.atomic():
        siblings = joint_course.lock_branches(case)
        case.lock()
        if not may_register(case, by):
            raise PermissionDenied("由收件窗口登记。")
        told = _different(case.applicant, changes)
        if why := obstacle(case, siblings, told):
            raise NotNow(why)
        reached = {column: pair for column, pair in told.items() if column in REACHED_BY}
        who = {column: pair for column, pair in told.items() if column not in REACHED_BY}
        if reached and not checked:
            raise NotNow("更正电话、联系人、地址，要先当面核对申请人的证件原件。")
        made = []
        if reached:
            row = _made(case, reached, reason, by=by, at=at)
            row.checked_by = by
            rectified.carry_out(row, RectifiedBy.CHECKED, by=by, at=at)
            made.append(row)
        if who:
            made.append(_ask(case, who, reason, by=by, at=at))
    return made


def _ask(case: Case, told: Told, reason: str, *, by: User, at: datetime.datetime) -> Rectification:
    """姓名、证件：出确认书，同一件又提的，前一份作废。"""
    _drop(case.rectifications.open().filter(columns__overlap=of_identity(Registered.values)), at)
    made = _made(case, told, reason, by=by, at=at)
    made.confirmation = confirmations.ask(case, Matter.RECTIFY, text=_lines(told), by=by, at=at)
    made.save(update_fields=["confirmation"])
    _note(case, "ask_rectification", made, by=by, at=at)
    return made


def forget(case: Case, *, by: User, at: datetime.datetime) -> None:
    """不改姓名、证件了：提出的作废。Raises: NotNow(没有提出过)、PermissionDenied。"""
    with transaction.atomic():
        case.lock()
        if not may_register(case, by):
            raise PermissionDenied("由收件窗口登记。")
        found = case.rectifications.open().exclude(confirmation=None).first()
        if found is None:
            raise NotNow("没有等着确认的更正。")
        unconfirmed.drop(case, Matter.RECTIFY, at=at)
        _drop(case.rectifications.filter(pk=found.pk), at)
        _note(case, "drop_rectification", found, by=by, at=at)


def ask_online(
    case: Case, *, changes: Mapping[str, str], reason: str, by: User, at: datetime.datetime
) -> Rectification:  # fmt: skip
    """本人登录更正电话、联系人、地址：换了手机号的，验证码发到新号码，填对了才改；别的当时生效。

    Raises: NotNow(没有改动、新号码收不到短信、发得太多)、PermissionDenied(不是本人的账号；姓名、证件只在窗口改)。
    """
    with transaction.atomic():
        joint_course.lock_branches(case)
        case.lock()
        _own_account(case, by)
        told = _different(case.applicant, changes)
        if of_identity(told):
            raise PermissionDenied("姓名、证件到窗口更正。")
        _drop(case.rectifications.open().filter(confirmation=None), at)
        made = _made(case, told, reason, by=by, at=at)
        if Registered.PHONE not in told:
            rectified.carry_out(made, RectifiedBy.ACCOUNT, by=by, at=at)
        else:
            _send_code(made, told[Registered.PHONE][1], by=by, at=at)
    return made


def _send_code(made: Rectification, phone: str, *, by: User, at: datetime.datetime) -> None:
    if not rules.MOBILE.fullmatch(phone):
        raise NotNow("网上更正要用能收短信的手机号；换成座机的，请带身份证件到窗口。")
    lately = made.case.rectifications.filter(asked_at__gt=at - HOUR, asked_by=by, code_until__isnull=False)
    if lately.count() >= MOST_CODES:
        raise NotNow("验证码发得太多了，请过一个小时再试，或者到窗口更正。")
    code = f"{secrets.randbelow(1_000_000):06d}"
    made.code_index, made.code_until = _index(made, code), at + GOOD_FOR
    made.save(update_fields=["code_index", "code_until"])
    _note(made.case, "ask_rectification", made, by=by, at=at)
    body = (
        f"办件 {made.case.number} 要把登记的手机号换成这个号码。是您本人的，在网上填验证码 {code}，"
        f"十分钟内有效；不是您的办件，不用理会，不要告诉任何人。"
    )
    notices.queue(
        rectified.CODE_NOTICE, about=made.case, to=None, address=phone, channel="sms", subject="请确认新的手机号",
        body=body, responsible=made.case.responsible, by=by, at=at,
    )  # fmt: skip


def confirm_online(case: Case, *, code: str, by: User, at: datetime.datetime) -> Rectification:
    """填对了新手机号收到的验证码：改。试错五次作废，重新提出。Raises: NotNow、PermissionDenied。"""
    with transaction.atomic():
        joint_course.lock_branches(case)
        case.lock()
        _own_account(case, by)
        made = waiting_online(case)
        if made is None or made.code_until is None or made.code_until <= at or made.tries >= MOST_TRIES:
            raise NotNow("验证码已经失效，请重新填写新的手机号。")
        if secrets.compare_digest(made.code_index, _index(made, code)):
            rectified.carry_out(made, RectifiedBy.NEW_PHONE, by=by, at=at)
            return made
        Rectification.objects.filter(pk=made.pk).update(tries=F("tries") + 1)
    raise NotNow("验证码不对，请再看一遍短信。")


def waiting_online(case: Case) -> Rectification | None:
    """本人在网上提出、还没有填验证码的。"""
    found: Rectification | None = case.rectifications.open().filter(confirmation=None).order_by("-pk").first()
    return found


def _own_account(case: Case, by: User) -> None:
    if not rules.is_applicant(case, by) or rules.acts_for(case, by):
        raise PermissionDenied("只有申请人自己登录账号才能更正。")


def _different(applicant: Applicant, changes: Mapping[str, str]) -> Told:
    """与登记的不一样的几栏：栏 → [原来的, 现在的]；证件照类型核过。Raises: NotNow(没有改动、号码不对)。"""
    wanted = {column: value for column in Registered.values if (value := changes.get(column, "").strip())}
    if {Registered.ID_KIND, Registered.ID_NUMBER} & set(wanted):
        wanted |= _identified(applicant, wanted)
    told = {
        column: [getattr(applicant, column), value]
        for column, value in wanted.items()
        if getattr(applicant, column) != value
    }
    if not told:
        raise NotNow("没有改动：填的与登记的一样。")
    return told


def _identified(applicant: Applicant, wanted: Mapping[str, str]) -> dict[str, str]:
    number = identity.tidied(wanted.get(Registered.ID_NUMBER) or applicant.id_number)
    kind = wanted.get(Registered.ID_KIND) or applicant.id_kind
    person = Person(applicant.kind, applicant.name, number, applicant.phone, id_kind=kind)
    if applicant.kind == ApplicantKind.PERSON and (wrong := identity.fault(person.document, number)):
        raise NotNow(wrong)
    if applicant.kind == ApplicantKind.ORGANISATION and not (
        is_uscc(number) or identity.is_valid(IdentityKind.RESIDENT, number)
    ):
        raise NotNow("统一社会信用代码不对：应是 18 位，请对照登记证书检查。")
    return {Registered.ID_NUMBER: number, Registered.ID_KIND: person.document}


def _lines(told: Told) -> str:
    """确认书上的各行：原来的号码遮住，新的写全，让申请人对照证件看。"""
    kinds, labels = dict(IdentityKind.choices), dict(Registered.choices)
    rows = []
    for column, (was, now) in told.items():
        if column == Registered.ID_KIND:
            was, now = str(kinds.get(was, "统一社会信用代码")), str(kinds.get(now, "统一社会信用代码"))
        elif column == Registered.ID_NUMBER:
            was = identity.mask(was)
        rows.append(f"{labels[column]}：{was} → {now}")
    return "\n".join(rows)


def _made(case: Case, told: Told, reason: str, *, by: User, at: datetime.datetime) -> Rectification:
    if reason not in RectifyReason.values:
        raise NotNow("请选择为什么更正。")
    kept: dict[str, Any] = {"columns": sorted(told), "told": told}
    return Rectification.objects.create(case=case, **kept, reason=reason, asked_at=at, asked_by=by)


def _drop(rows: QuerySet[Rectification], at: datetime.datetime) -> None:
    rows.update(dropped_at=at, code_index="")


def _index(made: Rectification, code: str) -> str:
    return blind_index(f"{made.pk}/{made.asked_at.timestamp()}/{code.strip()}", purpose="rectify-code")


def _note(case: Case, verb: str, made: Rectification, *, by: User, at: datetime.datetime) -> None:
    facts = {"columns": made.columns_words, "reason": made.get_reason_display()}
    journal.record(f"approvals.case.{verb}", about=case, by=by, at=at, before=case.state, after=case.state, facts=facts)
