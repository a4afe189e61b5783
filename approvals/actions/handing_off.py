"""转给外面的系统办：转出、对方的进展、转回。

件还是我们的：申请人在我们这里查，法定、承诺的期限照走，超期照亮牌。对方的“不”不是我们的“不”：本机关有权决定的，
对方的结果只是意见，回到科室来决定，要不予照样走逐级审定；对方机关依法决定的，记成它的决定，附它的文书。
"""

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from agencies.models import User
from approvals import rules
from approvals.actions import archiving, climbs, deadlines, ending, fees, handover, telling
from approvals.actions.files import Files, Place, store
from approvals.models import Case, HandOff, HandOffClock, HandOffProgress, Upload
from approvals.rules import exchange as codes
from approvals.states import Decides, HandOffClockKind, HandOffState
from office import clocks
from office.exchange.models import ExchangeMessage, ExchangePeer
from office.exchange.receiving import MOST_CARRIED, MOST_FILES
from office.exchange.states import Directed, MessageState
from office.exchange.states import MessageKind as M
from office.journal import actions as journal
from office.steps import NotNow, take

K = HandOffClockKind
KEY = "hand_off"  # 对方的文书作为附件存在办件名下的键


@dataclass(frozen=True)
class Heard:
    """对方告知的一步。"""

    number: str
    version: int
    kind: str
    code: str
    said_at: datetime.datetime
    text: str = ""
    paper_number: str = ""
    files: Files = field(default_factory=list)


def places(case: Case) -> Any:
    """可以转给哪些系统：登记了能转、在用、收本机关的件的。"""
    found = ExchangePeer.objects.filter(active=True, takes_cases=True).order_by("name")
    return [one for one in found if not one.scopes or case.agency.code in one.scopes]


def hand_off(
    case: Case, *, peer: ExchangePeer, decides: str, basis: str, organ: str, reason: str, by: User,
    at: datetime.datetime,
) -> HandOff:  # fmt: skip
    """转出：由承办科室的负责人定；申请、材料、附件随报文送去，不必再录一遍。

    收件以后、决定以前才可以；补正中的、联办的、在提请审定的、特别程序没有完的不转。

    Raises: NotNow(现在不能转、文件太多)、PermissionDenied。
    """
    if not reason.strip():
        raise NotNow("请写明为什么转出。")
    if decides == Decides.THEIRS and not (basis.strip() and organ.strip()):
        raise NotNow("对方机关依法决定的，写明是哪个机关、依据哪一条。")
    deadlines.settle(case, at=at)
    with transaction.atomic():
        case.lock()
        if case.joint_id:
            raise NotNow("联办的件不能单独转出。")
        if peer not in places(case):
            raise NotNow("这个系统没有登记可以转给它办。")
        _not_too_much(case)
        told = {"system": peer.name, "decides": decides, "reason": reason}
        take(case, "hand_off", by=by, at=at, **told)
        made: HandOff = HandOff.objects.create(
            case=case, unit=case.section, peer=peer, decides=decides, basis=basis.strip(), organ=organ.strip(),
            reason=reason.strip(), offered_at=at, offered_by=by, owner=by,
        )  # fmt: skip
        facts = {"peer": peer.code, "decides": decides}
        journal.record("approvals.handoff.offer", about=made, by=by, at=at, after=made.state, facts=facts)
        clocks.start(made, K.TAKING, made.term(K.TAKING, at=at, facts={}), at=at)
        body = f"办件 {case.number} 转由{peer.name}办理。进展照旧在这里查；我们答应的期限不变，有事仍找{case.section}。"
        telling.tell_applicant(case, "case.hand_off", "您的申请转由别的系统办理", body, by=by, at=at)
    return made


def _not_too_much(case: Case) -> None:
    """随报文带得走。Raises: NotNow。"""
    sizes = dict(Upload.objects.used_by(case).filter(message=None).values_list("digest", "size"))
    if len(sizes) > MOST_FILES or sum(sizes.values()) > MOST_CARRIED:
        most = MOST_CARRIED // (1024 * 1024)
        raise NotNow(f"附件超过 {MOST_FILES} 个或者合计 {most} MB，报文带不走：请另行移送，不在这里转出。")


def take_back(row: HandOff, *, reason: str, by: User, at: datetime.datetime) -> HandOff:
    """转回：对方不动、误了、不该转的；材料、期限原样都在，对方以后再送来的不收。Raises: NotNow、PermissionDenied。"""
    if not reason.strip():
        raise NotNow("请写明为什么转回。")
    with transaction.atomic():
        row.lock()
        take(row, "take_back", by=by, at=at, reason=reason.strip())
        _return(row, reason.strip(), by=by, at=at)
    return row


def _return(row: HandOff, reason: str, *, by: User, at: datetime.datetime) -> None:
    """回到我们手里，告诉科室和申请人。"""
    case = row.case
    take(case, "return_here", by=by, at=at, system=row.peer.name, reason=reason)
    body = f"{row.peer.name}：{reason}。件回到{case.section}，接着办；期限一直在走。"
    _tell_section(row, f"转出的件回来了：{case.number}", body, at=at)
    said = f"办件 {case.number} 已由{row.peer.name}转回{case.section}，我们接着办。"
    telling.tell_applicant(case, "case.hand_off", "您的申请由我们接着办", said, by=by, at=at)


def _tell_section(row: HandOff, subject: str, body: str, *, at: datetime.datetime) -> None:
    chief = telling.chief_for(row.unit, at)
    people = [one for one in (row.owner, chief) if one]
    telling.tell_staff(row.case, people, "case.hand_off", subject, body, by=User.objects.system(), at=at)


# 对方说的 -------------------------------------------------------------


def hear(row: HandOff, heard: Heard, *, at: datetime.datetime) -> HandOffProgress:
    """记下对方告知的一步；没有说过接收的，从这一步起算接收了。办结的照由谁决定各走各的。

    Raises: NotNow(已经转回、已经了结、没有附文书)、BadUpload。
    """
    with transaction.atomic():
        row.lock()
        _refuse_untimely(row, heard)
        system = User.objects.system()
        if row.state == HandOffState.OFFERED:
            take(row, "be_taken", by=system, at=at)
        made = _noted(row, heard, at=at)
        if heard.kind == M.CLOSING:
            _closed(row, heard, at=at)
        elif row.state == HandOffState.TAKEN:
            _heard_from(row, at=at)
        if heard.kind == M.SUPPLEMENT_ASKED:
            body = f"{row.peer.name}办理您的申请 {row.case.number}，请补交：{heard.text}"
            telling.tell_applicant(row.case, "case.hand_off", "请补交材料", body, by=system, at=at)
    return made


def _refuse_untimely(row: HandOff, heard: Heard) -> None:
    """Raises: NotNow。"""
    after = row.state == HandOffState.DONE and heard.kind == M.COLLECTION
    if row.state not in (HandOffState.OFFERED, HandOffState.TAKEN) and not after:
        why = {
            HandOffState.BACK: "这一件已经转回，由我们办理，不再收你们的进展和结果",
            HandOffState.REFUSED: "这一件你们已经退回，由我们办理",
            HandOffState.STOPPED: "这一件已经终止，不再办理",
            HandOffState.DONE: "这一件的结果已经登记，不再改",
        }[HandOffState(row.state)]
        raise NotNow(f"{why}。")
    refusal = heard.kind == M.CLOSING and heard.code in codes.REFUSALS
    if refusal and row.decides == Decides.THEIRS and not (heard.paper_number and heard.files):
        raise NotNow("不予许可、不予受理的，要写明决定书的文号(paper)，附决定书(files)。")


def _noted(row: HandOff, heard: Heard, *, at: datetime.datetime) -> HandOffProgress:
    """记一行；日志上只记是谁、哪一步、文号，话里可能有个人信息，不进日志。"""
    case, system = row.case, User.objects.system()
    place: Place = {"case": case, "material_key": KEY}
    files = [store(name, content, place, by=system, at=at) for name, content in heard.files]
    made = HandOffProgress.objects.create(
        hand_off=row, number=heard.number, version=heard.version, kind=heard.kind, code=heard.code,
        said_at=heard.said_at, told_at=at, text=heard.text, paper_number=heard.paper_number,
        file=files[0] if files else None,
    )  # fmt: skip
    facts = {"system": row.peer.name, "said": made.words, "paper": heard.paper_number}
    state = case.state
    verb = "approvals.case.hear_elsewhere"
    journal.record(verb, about=case, by=system, at=at, before=state, after=state, facts=facts)
    return made


def _heard_from(row: HandOff, *, at: datetime.datetime) -> None:
    """有了动静：催进展的期限重新起。"""
    for clock in row.clocks.running():
        clock.stop(at)
        clock.save(update_fields=["ended_at", "late"])
    clocks.start(row, K.PROGRESS, row.term(K.PROGRESS, at=at, facts={}), at=at)


def _closed(row: HandOff, heard: Heard, *, at: datetime.datetime) -> None:
    """对方办结：没有办成的退回；我们决定的，作为意见回到科室；对方依法决定的，照它的决定了结。"""
    case, system = row.case, User.objects.system()
    said = codes.HEARD[M.CLOSING][heard.code]
    if heard.code in codes.GIVEN_BACK:
        reason = f"对方{said}，没有办成"
        take(row, "be_refused", by=system, at=at, reason=reason)
        _return(row, reason, by=system, at=at)
        return
    take(row, "finish", by=system, at=at, code=heard.code)
    HandOff.objects.filter(pk=row.pk).update(result_text=heard.text)
    if row.decides == Decides.OURS:
        reason = f"对方办完了，意见是“{said}”；这不是决定，决定由我们作"
        if heard.code in codes.REFUSALS:
            reason += "，要不予的，照拟否定程序报请审定"
        _return(row, reason, by=system, at=at)
        return
    paper = f"，文书 {heard.paper_number}" if heard.paper_number else ""
    decision = f"由{row.organ}依法作出“{said}”的决定{paper}。"
    take(case, "settle_elsewhere", by=system, at=at, decision=decision)
    ending.stop_all(case, by=system, at=at)
    fees.end(case, by=system, at=at)
    archiving.order(case, at=at)
    handover.onward(case, by=system, at=at)
    body = f"办件 {case.number} {decision}不服的，照那份文书写明的办法申请复议或者起诉。"
    telling.tell_applicant(case, "case.hand_off", f"{row.organ}已作出决定", body, by=system, at=at)
    _tell_section(row, f"对方已办结：{case.number}", body, at=at)


# 跟着报文走、到期 -----------------------------------------------------


def follow(*, at: datetime.datetime, limit: int = 200) -> int:
    """转出的报文有了回执的跟上：接收了算接收，退回了回到我们手里；返回动了几件。"""
    done = 0
    for row in list(HandOff.objects.filter(state=HandOffState.OFFERED).select_related("peer").order_by("pk")[:limit]):
        with transaction.atomic():
            row.lock()
            message = message_of(row) if row.state == HandOffState.OFFERED else None
            if message is None:
                continue
            if message.state == MessageState.ACCEPTED:
                take(row, "be_taken", by=User.objects.system(), at=at)
                done += 1
            elif message.state in (MessageState.REJECTED, MessageState.DROPPED):
                reason = f"对方没有接收：{message.last_error}"[:300]
                take(row, "be_refused", by=User.objects.system(), at=at, reason=reason)
                _return(row, reason, by=User.objects.system(), at=at)
                done += 1
    return done


def message_of(row: HandOff) -> ExchangeMessage | None:
    """转出的那一条报文；还没有组成的是 None。"""
    line = {"event__entry__subject_type": HandOff._meta.label_lower, "event__entry__subject_key": str(row.pk)}
    found: ExchangeMessage | None = ExchangeMessage.objects.filter(
        peer=row.peer_id, kind=Directed.HAND_OFF, **line
    ).first()
    return found


def by_message(peer: ExchangePeer, number: str) -> HandOff | None:
    """对方说的是我们转给它的哪一件：凭转出的报文编号认。"""
    message = ExchangeMessage.objects.filter(peer=peer, kind=Directed.HAND_OFF, number=number)
    line = message.select_related("event__entry").first()
    return HandOff.objects.select_related("case", "peer").get(pk=int(line.event.entry.subject_key)) if line else None


def sweep(*, at: datetime.datetime, limit: int = 1000) -> int:
    return clocks.sweep(HandOffClock, fire, at=at, limit=limit)


def fire(clock: HandOffClock, *, at: datetime.datetime) -> None:
    """对方没有动静：上交一级，先科室负责人，再分管副局长；由他催，或者转回来。"""
    row, late = clock.hand_off, clock.hand_off.owner
    climbs.climb_or_note(row, clock, then=clock.kind, at=at)
    what = "没有接收" if clock.kind == K.TAKING else "没有告知进展"
    body = f"办件 {row.case.number} 转给{row.peer.name}，{clock.value}个工作日{what}。请催办，或者转回。"
    told = [row.owner, late]
    system = User.objects.system()
    telling.tell_staff(row.case, told, "case.hand_off_late", "转出的件没有动静", body, by=system, at=at)


def may_offer(case: Case, user: Any) -> bool:
    """办件页上要不要列出“转给外面的系统办”。"""
    return bool(case.state in ("received", "accepted", "reviewing", "reviewed") and rules.may_decide(case, user))
