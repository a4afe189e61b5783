"""申请人确认：发验证码、收签名页、网上点确认；没有确认的不能受理，撤回的意愿没有确认的不能撤回。

一件事代为录入的，一次确认管各个事项：各件各有一行，同一个验证码、同一张签名页，一起确认。
"""

import datetime
import secrets

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.db import transaction
from django.db.models import F, Q

from agencies.models import User
from approvals import rules
from approvals.actions import deadlines, joint_course, letters, rectified, telling, unconfirmed, withdrawing
from approvals.actions.files import copied, store
from approvals.models import Case, Confirmation, Draft, Joint, Upload
from approvals.models.confirmation import ConfirmationQuerySet
from approvals.states import BEFORE_ACCEPTANCE, UNDER_WAY, WAITING, ConfirmedBy, Matter, RectifiedBy
from office.journal import actions as journal
from office.notices import actions as notices
from office.steps import NotNow
from office.vault import blind_index

GOOD_FOR = datetime.timedelta(minutes=10)
MOST_TRIES = 5
CODE_NOTICE = "case.confirm_code"
END = "确认以后这项申请就撤回、不再办理。"
ENTRY = "申请表由窗口照我说的代为填写，我看过全部内容，属实无误。"
ENTRIES = "下列各个事项的申请表都由窗口照我说的代为填写，我看过全部内容，属实无误："


def ask(case: Case, matter: Matter, *, text: str, by: User, at: datetime.datetime) -> Confirmation:
    """提请确认：同一件事又变了的，前一份作废，照新的确认；出申请人确认书。在事务里、办件已锁住时调用。"""
    made = asked_anew(case, matter, text, by=by, at=at)
    facts = {"matter": made.get_matter_display(), "lines": text.splitlines()}
    letters.order("confirmation", case, facts, by=by, at=at)
    return made


def ask_withdrawal(case: Case, *, reason: str, by: User, at: datetime.datetime) -> Confirmation:
    """登记撤回的意愿：出撤回申请书，告诉申请人；他确认以前件照样往下办。Raises: NotNow、PermissionDenied。"""
    deadlines.settle(case, at=at)
    with transaction.atomic():
        joint_course.lock_branches(case)
        case.lock()
        if not rules.may_take_in(case, by):
            raise PermissionDenied("由收件窗口登记。")
        if not withdrawing.may_register(case, by):
            raise NotNow("已经有结果，不能撤回。")
        before = case.confirmations.open().filter(matter=Matter.WITHDRAW).first()
        if before is not None and before.text == reason:  # 连按两下，还是那一次登记
            return before
        made = asked_anew(case, Matter.WITHDRAW, reason, "ask_withdrawal", by=by, at=at)
        letters.withdrawal_request(case, reason, by=by, at=at)
        body = (
            f"窗口登记了您要撤回办件 {case.number}。您确认以前不会撤回，照常办理；不是您的意思，不要确认，请告诉我们。"
        )
        telling.tell_applicant(case, "case.withdrawal_asked", "请确认要不要撤回", body, by=by, at=at)
    return made


NO_PHONE = "没有登记能收短信的手机号：请带身份证件到收件窗口撤回。"
BY_CODE_ONLY = "凭查询码来撤回的，要用发到申请人手机上的验证码确认。"
BY_ACCOUNT_ONLY = "更正姓名、证件，要登录申请人的账号确认，或者到窗口用验证码、签名确认。"
BY_THE_APPLICANT = (Matter.WITHDRAW, Matter.RECTIFY)  # 凭查询码看得到，不等于就是本人


def ask_by_code(case: Case, *, reason: str, by: User, at: datetime.datetime) -> Confirmation:
    """凭编号和查询码来撤回：看得到办件不等于就是本人，先发验证码到申请人登记的手机，说得出来才撤回。

    窗口登记过的、刚才说过的意愿还在的，就确认那一次。Raises: NotNow(没有手机号、已经有结果)、PermissionDenied。
    """
    deadlines.settle(case, at=at)
    with transaction.atomic():
        joint_course.lock_branches(case)
        case.lock()
        if not rules.by_system(case, by) or rules.acts_for(case, by):
            raise PermissionDenied("有账号的、受委托的各走各的，不用验证码。")
        if case.state not in WAITING:
            raise NotNow("已经有结果，不能撤回。")
        if not rules.MOBILE.fullmatch(case.applicant.phone):
            raise NotNow(NO_PHONE)
        wish = case.confirmations.open().filter(matter=Matter.WITHDRAW).first()
        if wish is None or (wish.asked_by_id == by.pk and wish.text != reason):
            wish = asked_anew(case, Matter.WITHDRAW, reason, "ask_withdrawal", by=by, at=at)
        return send_code(wish, by=by, at=at)


def ask_entry(case: Case, *, by: User, at: datetime.datetime) -> Confirmation:
    """提请确认代为录入的：联办的一件不另出确认书，随整件事一次确认；后一步收件时已经确认过的，照那一次。"""
    if case.joint is None:
        return ask(case, Matter.ENTRY, text=ENTRY, by=by, at=at)
    before = Confirmation.objects.filter(case__joint=case.joint, matter=Matter.ENTRY)
    made = _asked(case, Matter.ENTRY, "\n".join(lines_of(case.joint)), by=by, at=at)
    if (same := before.exclude(confirmed_at=None).select_related("scan").order_by("pk").first()) is not None:
        made.signer, made.scan = same.signer, same.scan and _same_scan(same.scan, made)
        _confirmed(made, ConfirmedBy(same.way), by=same.registered_by or by, at=at)
    return made


def lines_of(joint: Joint) -> list[str]:
    """一件事代为录入，要确认的内容：各个事项逐条，等前一步的也在内。"""
    drafts = Draft.objects.filter(joint__joint=joint, discarded_at=None).select_related("guide")
    names = [draft.guide.name for draft in drafts.order_by("step", "pk")]
    return [ENTRIES, *(f"{n}. {name}" for n, name in enumerate(names, 1))]


def order_sheet(joint: Joint, *, by: User, at: datetime.datetime) -> None:
    """一件事代为录入的确认书：一张，列明各个事项。"""
    facts = {"matter": str(Matter.ENTRY.label), "lines": lines_of(joint)}
    letters.order_of_joint("confirmation", joint, facts, by=by, at=at)


def asked_anew(
    case: Case, matter: Matter, text: str, verb: str = "ask_confirmation", whole: bool = False, *, by: User,
    at: datetime.datetime,
) -> Confirmation:  # fmt: skip
    """同一件事前一份作废，照新的等他确认。在事务里、办件已锁住时调用。"""
    unconfirmed.drop(case, matter, at=at)
    return _asked(case, matter, text, verb, whole, by=by, at=at)


def _asked(
    case: Case, matter: Matter, text: str, verb: str = "ask_confirmation", whole: bool = False, *, by: User,
    at: datetime.datetime,
) -> Confirmation:  # fmt: skip
    made = Confirmation.objects.create(case=case, matter=matter, text=text, asked_at=at, asked_by=by, whole=whole)
    unconfirmed.count(case)
    _note(made, verb, by=by, at=at)
    return made


def send_code(one: Confirmation, *, by: User, at: datetime.datetime) -> Confirmation:
    """发验证码：发到申请人登记的手机上，十分钟有效；短信里写明确认的是什么事。Raises: NotNow、PermissionDenied。"""
    with transaction.atomic():
        one, *rest = rows = _locked(one, by)
        code = f"{secrets.randbelow(1_000_000):06d}"
        for row in rows:
            row.code_index, row.code_until, row.tries = _index(row, code), at + GOOD_FOR, 0
            row.save(update_fields=["code_index", "code_until", "tries"])
            _note(row, "send_confirm_code", by=by, at=at)
        case = one.case
        lasting = END if one.matter == Matter.WITHDRAW else ""
        called = f"联办 {case.joint.number} 的各个事项" if rest and case.joint else f"办件 {case.number}"
        body = (
            f"{called}，请核对窗口给您看的“{one.get_matter_display()}”内容；同意的，把验证码 {code} "
            f"告诉窗口，十分钟内有效。{lasting}不同意的不要告诉任何人。"
        )
        if rules.by_system(case, by):
            body = (
                f"{called}，有人凭查询码在网上提出撤回。是您本人的，在撤回的页面填验证码 {code}，"
                f"十分钟内有效。{lasting}不是您的意思，不要告诉任何人，请联系窗口。"
            )
        notices.queue(
            CODE_NOTICE, about=case, to=None, address=case.applicant.phone, channel="sms", subject="请确认",
            body=body, responsible=case.responsible, by=by, at=at,
        )  # fmt: skip
    return one


def confirm_by_code(one: Confirmation, *, code: str, by: User, at: datetime.datetime) -> Confirmation:
    """验证码确认：申请人说出短信里的六位数。试错五次作废，重发。Raises: NotNow、PermissionDenied。"""
    _settle(one, at)
    with transaction.atomic():
        one, *rest = rows = _locked(one, by)
        if one.code_until is None or one.code_until <= at or one.tries >= MOST_TRIES:
            raise NotNow("验证码已经失效，请重新发送。")
        right = secrets.compare_digest(one.code_index, _index(one, code))
        if right:
            return _confirmed_all(rows, ConfirmedBy.CODE, by=by, at=at)
        Confirmation.objects.filter(pk__in=[row.pk for row in rows]).update(tries=F("tries") + 1)
    raise NotNow("验证码不对，请申请人再看一遍短信。")


def confirm_by_signature(
    one: Confirmation, *, signer: str, name: str, content: "File[bytes]", by: User, at: datetime.datetime
) -> Confirmation:
    """签名确认：申请人在打印的确认书上签名，扫描上传。Raises: NotNow、PermissionDenied、files.BadUpload。"""
    _settle(one, at)
    with transaction.atomic():
        one, *rest = rows = _locked(one, by)
        one.scan = store(name, content, {"case": one.case, "material_key": _scan_key(one)}, by=by, at=at)
        one.signer = signer
        for row in rest:
            row.signer, row.scan = signer, _same_scan(one.scan, row)
        return _confirmed_all(rows, ConfirmedBy.SIGNED, by=by, at=at)


def confirm_online(one: Confirmation, *, by: User, at: datetime.datetime) -> Confirmation:
    """网上确认：申请人自己在查进度页点确认；工作人员不能代点。Raises: NotNow、PermissionDenied。"""
    _settle(one, at)
    with transaction.atomic():
        joint_course.lock_branches(one.case)
        one.case.lock()
        if not (rules.is_applicant(one.case, by) or rules.by_system(one.case, by)):
            raise PermissionDenied("网上确认只能由申请人自己点。")
        if one.matter in BY_THE_APPLICANT and not rules.is_applicant(one.case, by):
            raise NotNow(BY_CODE_ONLY if one.matter == Matter.WITHDRAW else BY_ACCOUNT_ONLY)
        return _confirmed_all(_together(_still_open(one)), ConfirmedBy.ONLINE, by=by, at=at)


def _settle(one: Confirmation, at: datetime.datetime) -> None:
    """撤回是一步：先把已经到期的结清；整件事的，各件都结清。"""
    if one.whole and one.case.joint is not None:
        for case in one.case.joint.branches.order_by("pk"):
            deadlines.settle(case, at=at)
    elif one.matter == Matter.WITHDRAW:
        deadlines.settle(one.case, at=at)


def _locked(one: Confirmation, by: User) -> list[Confirmation]:
    """锁住，看过能不能动：头一份是 one，后面是随它一次确认的。"""
    joint_course.lock_branches(one.case)
    one.case.lock()
    online = one.matter == Matter.WITHDRAW and rules.by_system(one.case, by)
    if not (online or rules.may_take_in(one.case, by)):
        raise PermissionDenied("由收件窗口登记。")
    return _together(_still_open(one))


def _still_open(one: Confirmation) -> Confirmation:
    found = _rows().get(pk=one.pk)
    if found.confirmed_at or found.dropped_at:
        raise NotNow("这一项已经确认过，或者不再需要确认。")
    if found.matter == Matter.WITHDRAW and found.case.state not in WAITING:
        raise NotNow("已经有结果，不能撤回。")
    if found.matter not in BY_THE_APPLICANT and not rules.takes_confirmation(found.case):
        raise NotNow("已经受理或有结果，不必再确认。")
    return found


def _rows() -> ConfirmationQuerySet:
    return Confirmation.objects.select_for_update(of=("self",)).select_related("case__applicant", "case__joint")


def _together(one: Confirmation) -> list[Confirmation]:
    """一次确认管着的：一件事代为录入的，还没有受理（或者视为受理、还没有决定）的各件；整件事撤回的，还没有结果的各件；

    别的只有自己。
    """
    if one.case.joint_id is None or not (one.whole or one.matter == Matter.ENTRY):
        return [one]
    still = Q(case__state__in=BEFORE_ACCEPTANCE) | Q(case__deemed=True, case__state__in=UNDER_WAY)
    if one.whole:
        still = Q(case__state__in=WAITING, whole=True)
    rows = _rows().open().filter(still, case__joint=one.case.joint_id, matter=one.matter)
    return [one, *rows.exclude(pk=one.pk).order_by("pk")]


def _same_scan(scan: Upload, row: Confirmation) -> Upload:
    """同一张签名页，随它一次确认的那一件的卷里也有；文件只存一份。"""
    made = copied(scan, case=row.case, material_key=_scan_key(row))
    made.save()
    return made


def _scan_key(one: Confirmation) -> str:
    return f"confirm.{one.pk}"


def _confirmed_all(rows: list[Confirmation], way: ConfirmedBy, *, by: User, at: datetime.datetime) -> Confirmation:
    first, joint = rows[0], rows[0].case.joint
    if not first.whole or joint is None:
        for row in rows:
            _confirmed(row, way, by=by, at=at)
        return first
    with joint_course.withdrawn_as_one(joint, by=by, at=at):
        for row in rows:
            _confirmed(row, way, by=by, at=at)
    return first


def _confirmed(one: Confirmation, way: ConfirmedBy, *, by: User, at: datetime.datetime) -> None:
    one.way, one.confirmed_at, one.registered_by, one.code_index = way, at, by, ""
    one.save()
    unconfirmed.count(one.case)
    _note(one, "confirm", by=by, at=at, way=str(way.label))
    if one.matter == Matter.WITHDRAW:
        withdrawing.carry_out(one.case, reason=one.text, by=by, at=at, whole=one.whole)
    if one.matter == Matter.RECTIFY:
        rectified.carry_out(one.rectification, RectifiedBy.CONFIRMED, by=by, at=at)


def _index(one: Confirmation, code: str) -> str:
    return blind_index(f"{one.pk}/{one.asked_at.isoformat()}/{code.strip()}", purpose="confirm-code")


def _note(one: Confirmation, verb: str, *, by: User, at: datetime.datetime, **facts: str) -> None:
    case = one.case
    told = {"confirmed": one.get_matter_display(), **facts}
    if (one.whole or one.matter == Matter.ENTRY) and case.joint is not None:
        told["together"] = f"联办 {case.joint.number} 的各个事项一次确认"
    journal.record(f"approvals.case.{verb}", about=case, by=by, at=at, before=case.state, after=case.state, facts=told)
