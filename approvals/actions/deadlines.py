"""办件的到期处理:找到、做一次、记下。"""

import datetime

from django.db import transaction

from agencies.models import User
from approvals import rules
from approvals.actions import (
    deemed,
    ending,
    expiry,
    handover,
    joint_course,
    leaders,
    renewals,
    served,
    telling,
)
from approvals.models import Case, Clock, Flag
from approvals.states import (
    EXPIRY,
    LOOK,
    PLEDGE,
    PROCEDURE,
    PUBLIC_NOTICE,
    REMIND,
    REVIEW,
    REVOKED,
    CaseState,
    ClockKind,
    FlagKind,
    PledgeState,
)
from office import clocks
from office.journal import actions as journal
from office.papers.words import date_words, last_day_words


def sweep(*, at: datetime.datetime, limit: int = 1000) -> int:
    """到期处理:返回处理了几个。两个清扫同时跑、中途被杀、晚一天跑,结果一样。"""
    return clocks.sweep(Clock, fire, at=at, limit=limit)


def settle(case: Case, *, at: datetime.datetime) -> None:
    """人动手之前,先把这件已经到期的结清(自成一个事务:动手不成也不回退)。平日只问一句。"""
    if not Clock.objects.overdue(at).filter(case=case).exists():
        return
    with transaction.atomic():
        case.lock()
        # 视为受理会带出已过的承诺时限,所以做到没有为止。
        while clocks.sweep(Clock, fire, at=at, only=case):
            case.lock()


def fire(clock: Clock, *, at: datetime.datetime) -> None:
    """一个期限到了。"""
    case, system = clock.case, User.objects.system()
    if clock.kind == ClockKind.NOTICE and case.state == CaseState.RECEIVED:
        _deem_accepted(case, clock, by=system, at=at)
    elif clock.kind == ClockKind.SUPPLEMENT:
        subject = f"补正期限已过：{case.number}"
        body = "申请人没有补齐材料。请联系申请人；确实不补的，由您决定是否终止，系统不会自行终止。"
        telling.tell_staff(case, [case.responsible], "case.supplement_over", subject, body, by=system, at=at)
        _note(case, clock, by=system, at=at)
    elif clock.kind == ClockKind.HEARING_REQUEST:
        ending.hearing_not_requested(clock, by=system, at=at)
        _note(case, clock, by=system, at=at)
    elif clock.kind.startswith(PROCEDURE):
        if not ending.ran_out(clock, by=system, at=at):
            _flag(case, clock, FlagKind.PROCEDURE, by=system, at=at)
        else:
            _note(case, clock, by=system, at=at)
    elif clock.kind == ClockKind.DECIDER:
        _waits_above(clock, by=system, at=at)
    elif clock.kind.startswith(REVIEW):
        _late_level(clock, by=system, at=at)
    elif clock.kind.startswith(REMIND):
        _remind(clock, by=system, at=at)
    elif clock.kind.startswith(LOOK):
        _flag(case, clock, FlagKind.LOOK, by=system, at=at)
    elif clock.kind.startswith(EXPIRY):
        expiry.remind(clock, by=system, at=at)
        _note(case, clock, by=system, at=at)
    elif clock.kind == ClockKind.RENEWAL:
        renewals.run_out(clock, by=system, at=at)
        _note(case, clock, by=system, at=at)
    elif clock.kind.startswith(PLEDGE):
        _pledge_due(clock, by=system, at=at)
    elif clock.kind.startswith(PUBLIC_NOTICE):
        served.notice_over(clock, at=at)
    elif clock.kind == ClockKind.RETRACTION_HEAR:
        _heard(clock, by=system, at=at)
    elif clock.kind == ClockKind.RETRACTION_MEND:
        _not_mended(clock, by=system, at=at)
    elif clock.kind == ClockKind.RETRACTION_DECIDE:
        _flag(case, clock, FlagKind.RETRACTION, by=system, at=at)
    elif clock.kind.startswith(REVOKED):
        _flag(case, clock, FlagKind.DELIVERY, by=system, at=at)
    else:
        if clock == rules.limit_clock(case.clocks.running()):
            ending.lapse_extension(case, at=at)
        _flag(case, clock, FLAG_OF.get(clock.kind, FlagKind.DEFERRED), by=system, at=at)
        if clock.kind.startswith(DEFERRED):
            _broken(clock, by=system, at=at)


DEFERRED = "deferred:"


def _remind(clock: Clock, *, by: User, at: datetime.datetime) -> None:
    """容缺补交之前提醒申请人和窗口；提醒过就停。"""
    case, due_at = clock.case, None
    named = case.materials.select_related("material").get(material__key=clock.kind.removeprefix(REMIND))
    clock.stop(at)
    clock.late = False
    clock.save(update_fields=["ended_at", "late"])
    if (running := case.clocks.running().filter(kind=f"{DEFERRED}{named.material.key}").first()) is not None:
        due_at = last_day_words(running.due_at)
        body = (
            f"办件 {case.number}，您承诺{due_at}前补交“{named}”，还没有收到，网上、邮寄、窗口都可以补。"
            "补齐以前不能作出准予的决定。"
        )
        telling.tell_applicant(case, "case.deferred_soon", "请按承诺补交材料", body, by=by, at=at)
        told = [case.responsible]
        telling.tell_staff(case, told, "case.deferred_soon", f"容缺快到期：{case.number}", body, by=by, at=at)
    _note(case, clock, by=by, at=at)


def _broken(clock: Clock, *, by: User, at: datetime.datetime) -> None:
    """容缺的承诺没有兑现：不准予，也不自行终止；补来、撤回，或依法提出拟否定报告，都由人来做。"""
    case = clock.case
    named = case.materials.select_related("material").get(material__key=clock.kind.removeprefix(DEFERRED))
    body = (
        f"办件 {case.number}，您承诺补交的“{named}”已经过期没有收到。补齐以前不能准予，办理期限照走；"
        "请尽快在网上、窗口补交或者寄来，不再办的可以撤回。"
    )
    telling.tell_applicant(case, "case.deferred_broken", "容缺的材料逾期未补", body, by=by, at=at)
    body = "请联系申请人：补来的登记补交；不再办的代登记撤回；确实补不来的，提出拟否定报告。不能放着。"
    subject = f"容缺逾期未补：{case.number}"
    telling.tell_staff(case, [case.responsible], "case.deferred_over", subject, body, by=by, at=at)


FLAG_OF: dict[str, FlagKind] = {
    ClockKind.STATUTORY: FlagKind.STATUTORY,
    ClockKind.PROMISED: FlagKind.PROMISED,
    ClockKind.DELIVERY: FlagKind.DELIVERY,
    ClockKind.SET_ASIDE: FlagKind.DELIVERY,
    ClockKind.RETRACTION_SERVE: FlagKind.DELIVERY,
    ClockKind.HEARING_HOLD: FlagKind.HEARING,
    ClockKind.ASSIGN: FlagKind.ASSIGN,
}


def _pledge_due(clock: Clock, *, by: User, at: datetime.datetime) -> None:
    """整改期限过了：提醒核查责任人看结果；核查、审定误了期的，亮牌。都留在责任人名下，直到做完。"""
    case = clock.case
    pledge = (
        case.pledges.under_way()
        .select_related("owner")
        .get(case_material__material__key=clock.kind.removeprefix(PLEDGE))
    )
    if pledge.state != PledgeState.MENDING:
        return _flag(case, clock, FlagKind.PLEDGE, by=by, at=at)
    _note(case, clock, by=by, at=at)
    subject = f"整改期限已过：{case.number}"
    body = "请核对整改结果：已经整改的记下；没有整改的，报请撤销决定。"
    return telling.tell_staff(case, [pledge.owner], "pledge.mend_over", subject, body, by=by, at=at)


def _heard(clock: Clock, *, by: User, at: datetime.datetime) -> None:
    """撤回、撤销以前的陈述申辩期满：请科室负责人上报审定，或者不再提出。"""
    case = clock.case
    _note(case, clock, by=by, at=at)
    chief = telling.chief_for(case.section, at) or case.retractions.open().get().proposed_by
    body = "请核对有没有陈述、申辩：写明采纳没有、为什么，报请审定；不再提出的，写明为什么。"
    telling.tell_staff(case, [chief], "retraction.heard", f"陈述、申辩期满：{case.number}", body, by=by, at=at)


def _not_mended(clock: Clock, *, by: User, at: datetime.datetime) -> None:
    """撤回、撤销退回补充，没有按期重新上报：提醒科室负责人和审定的领导；没有法定的期限，不亮牌。"""
    case = clock.case
    _note(case, clock, by=by, at=at)
    open_one = case.retractions.open().get()
    chief = telling.chief_for(case.section, at) or open_one.proposed_by
    body = f"领导退回补充的期限已过，还没有重新上报。要补的：{open_one.sent_back}"
    people = list({one.pk: one for one in (chief, *leaders.on_duty(case, at))}.values())
    subject = f"撤回、撤销还没有重新上报：{case.number}"
    telling.tell_staff(case, people, "retraction.not_mended", subject, body, by=by, at=at)


def _deem_accepted(case: Case, clock: Clock, *, by: User, at: datetime.datetime) -> None:
    """五日没有告知,自收到之日起即为受理(行政许可法 32 条第一款第四项);记在收件单位名下。"""
    unsure = deemed.accept(case, by=by, at=at)
    handover.onward(case, by=by, at=at)
    since = date_words(case.accepted_at)
    body = f"办件 {case.number} 自{since}起视为受理。"
    if unsure:
        body += f"{unsure}的内容您还没有确认，请在查进度页或者到窗口确认；确认以前不能准予，办理期限照走。"
    telling.tell_applicant(case, "case.accepted", "申请已受理", body, by=by, at=at)
    Flag.objects.create(case=case, kind=FlagKind.DEEMED, unit=case.intake_unit, due_at=clock.due_at, raised_at=at)
    leaders = [*telling.leaders_of(case, at), case.responsible]
    body = f"{FlagKind.DEEMED.label}{f'；申请人还没有确认{unsure}，请首问责任人尽快请他确认' if unsure else ''}"
    telling.tell_staff(case, leaders, "case.deemed", f"视为受理：{case.number}", body, by=by, at=at)
    joint_course.follow(case, by=by, at=at)


def _flag(case: Case, clock: Clock, kind: FlagKind, *, by: User, at: datetime.datetime) -> None:
    """亮牌并督办:承办科室负责人和分管副局长都看到。"""
    unit = case.intake_unit if kind in (FlagKind.DELIVERY, FlagKind.LOOK) else case.section
    Flag.objects.create(case=case, kind=kind, unit=unit, due_at=clock.due_at, raised_at=at)
    _note(case, clock, by=by, at=at)
    subject = f"督办：{case.number} {kind.label}"
    body = f"期限为{clock.value or ''}{clock.get_unit_display()}({clock.basis})，请立即处理。"
    telling.tell_staff(case, telling.leaders_of(case, at), "case.flag", subject, body, by=by, at=at)


def _late_level(clock: Clock, *, by: User, at: datetime.datetime) -> None:
    """分级审查里的一级没有按时提意见：记在那个单位名下，提醒它审查的人；办件对外的期限照走。"""
    case, unit = clock.case, clock.review.unit
    Flag.objects.create(case=case, kind=FlagKind.REVIEW, unit=unit, due_at=clock.due_at, raised_at=at)
    _note(case, clock, by=by, at=at)
    staff = [*User.objects.trusted_with("review_case", unit), *telling.leaders_of(case, at)]
    subject = f"督办：{case.number} {FlagKind.REVIEW.label}"
    body = f"{unit}的“{clock.review.name}”期限为{clock.value}{clock.get_unit_display()}({clock.basis})，请提出意见。"
    telling.tell_staff(case, staff, "case.flag", subject, body, by=by, at=at)


def _waits_above(clock: Clock, *, by: User, at: datetime.datetime) -> None:
    """报上一级一个工作日没有决定：记在承办科室名下，提醒他和科室负责人、分管领导；不因此算准予。"""
    case, who = clock.case, leaders.decider_above(clock.case, at)
    Flag.objects.create(case=case, kind=FlagKind.DECIDER, unit=case.section, due_at=clock.due_at, raised_at=at)
    _note(case, clock, by=by, at=at)
    staff = [*([who] if who else []), *telling.leaders_of(case, at)]
    subject = f"督办：{case.number} {FlagKind.DECIDER.label}"
    body = f"科室已经审核，{leaders.decided_by_words(case, at)}，请作出决定。办理期限照走。"
    telling.tell_staff(case, staff, "case.flag", subject, body, by=by, at=at)


def _note(case: Case, clock: Clock, *, by: User, at: datetime.datetime) -> None:
    journal.record(
        f"approvals.clock.{clock.kind.partition(':')[0]}_due",
        about=case,
        by=by,
        at=at,
        before=case.state,
        after=case.state,
        facts={"due_at": clock.due_at, "kind": clock.kind},
    )
