"""更正登记的信息生效：改登记、盲索引，申请表里照抄的跟着改，验证码、还没有送出的短信不再发到原来的号码。

已经出了的文书照旧，以后出的照新的写；检索词随日志重写，订了申办报文的系统另收一条新的。
"""

import datetime
from typing import Any

from agencies.models import User
from approvals import rules
from approvals.actions import telling
from approvals.models import Amendment, Applicant, Case, Rectification
from approvals.rules.rectifying import obstacle, of_identity
from approvals.states import WAITING, RectifiedBy, Registered
from catalog.rules.forms import fields_of
from office import identity
from office.journal import actions as journal
from office.notices import actions as notices
from office.notices.models import Notice
from office.notices.states import Channel, NoticeState
from office.steps import NotNow

CODE_NOTICE = "case.confirm_code"
COPIED = {"text": Registered.NAME, "id_number": Registered.ID_NUMBER, "identity": Registered.ID_NUMBER,
          "uscc": Registered.ID_NUMBER}  # fmt: skip
UNSENT = (NoticeState.QUEUED, NoticeState.HELD, NoticeState.FAILED)


def carry_out(made: Rectification, way: RectifiedBy, *, by: User, at: datetime.datetime) -> None:
    """改登记。在事务里、办件(联办的各件)已锁住时调用。Raises: NotNow(有了决定，登记的又变了)。"""
    case = made.case
    applicant = Applicant.objects.select_for_update().get(pk=case.applicant_id)
    shared = list(applicant.cases.select_related("guide").order_by("pk"))
    if why := obstacle(case, [one for one in shared if one.pk != case.pk], made.columns):
        raise NotNow(why)
    for column, (was, now) in made.told.items():
        if getattr(applicant, column) != was:
            raise NotNow("登记的信息在这以后又改过，请重新提出。")
        setattr(applicant, column, now)
    applicant.id_index = identity.index(applicant.id_kind, applicant.id_number)
    applicant.save()
    case.applicant = applicant
    made.way, made.done_at, made.code_index = way, at, ""
    made.save()
    facts = {"columns": made.columns_words, "reason": made.get_reason_display(), "way": str(way.label)}
    for one in shared:
        if of_identity(made.columns):
            _follow_in_answers(one, made, by=by, at=at)
        journal.record(
            "approvals.case.rectify", about=one, by=by, at=at, before=one.state, after=one.state, facts=facts
        )
    if Registered.PHONE in made.columns:
        _turn_away(made, shared, by=by, at=at)
    body = f"办件 {case.number} 登记的{made.columns_words}已更正。不是您的意思，请马上联系{_window(case)}。"
    telling.tell_applicant(case, "case.rectified", "登记的信息已更正", body, by=by, at=at)


def _follow_in_answers(case: Case, made: Rectification, *, by: User, at: datetime.datetime) -> None:
    """申请表里与登记的一样的姓名、号码跟着改，逐项记下；有了结果的不动。"""
    if case.state not in WAITING:
        return
    changed: dict[str, Any] = {}
    for _page, field in fields_of(case.guide.form):
        was, now = made.told.get(COPIED.get(field["kind"], ""), ("", ""))
        if was and case.answers.get(field["key"]) == was:
            changed[field["key"]] = [was, now]
    if changed:
        case.answers = case.answers | {key: now for key, (_was, now) in changed.items()}
        case.save(update_fields=["answers"])
        told: dict[str, Any] = {"answers": changed}
        Amendment.objects.create(case=case, made_at=at, made_by=by, **told)


def _turn_away(made: Rectification, shared: list[Case], *, by: User, at: datetime.datetime) -> None:
    """原来的号码不再收：发出去的验证码作废，没有送出的改发新号码；另告诉原来的号码一声，冒名改的有人知道。"""
    was, now = made.told[Registered.PHONE]
    about = [*shared, *({made.case.joint} - {None})]
    for one in about:
        for notice in Notice.objects.about(one).filter(channel=Channel.SMS, state__in=UNSENT).order_by("pk"):
            if notice.address != was:
                continue
            if notice.kind == CODE_NOTICE and notice.state != NoticeState.FAILED:
                notices.cancel(notice, by=User.objects.system(), at=at)
            else:
                notice.address = now
                notice.save(update_fields=["address"])
    for one in shared:
        one.confirmations.open().update(code_index="", code_until=None, tries=0)
    if rules.MOBILE.fullmatch(was):
        body = (
            f"办件 {made.case.number} 登记的手机号换成了别的号码，以后不再发到这里。"
            f"不是您本人的意思，请马上联系{_window(made.case)}。"
        )
        telling.tell_phone(made.case, was, "case.rectified", "登记的手机号换了", body, by=by, at=at)


def _window(case: Case) -> str:
    return f"{case.intake_unit.name} {case.intake_unit.phone}".strip()
