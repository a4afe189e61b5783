"""梯子上的四个动作:核准否定、可以办(如何行)、退回补充、研究确定;科室负责人还有审核上报。"""

import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies.models import User
from approvals.actions import bars, denial
from approvals.actions.review import heed
from approvals.models import Case
from approvals.rules.not_accepting import why_of
from approvals.states import GroundKind
from denials.actions import deadlines, letters, precedents, register, telling, turns
from denials.actions.statements import why_early
from denials.models import Report
from denials.rules import chiefs_conclude
from denials.states import Holding, ReportState, Rung, Verdict
from office.journal import actions as journal
from office.papers.words import moment_words
from office.steps import NotNow, take


def review(report: Report, *, text: str, by: User, at: datetime.datetime) -> Report:
    """审核上报:科室负责人同意拟否定;窗口件要审批科和业务科室都审过才上报。他自己提出研究的,研究完了也在这里上报。

    Raises: NotNow(已到期上移、已审定)、PermissionDenied(此刻不由他审)。
    """
    _reason(text)
    deadlines.settle(report, at=at)
    with transaction.atomic():
        report.lock()
        if report.state == ReportState.STUDYING:
            _rung_says(report, Verdict.SUPPORT, text, by=by, at=at)
            _refer_up(report, by=by, at=at)
        else:
            _chief_says(report, Verdict.SUPPORT, text, "", by=by, at=at)
    return report


def _refer_up(report: Report, *, by: User, at: datetime.datetime) -> None:
    take(report, "refer_up", by=by, at=at)
    deadlines.arrive_at_deputy([report], by=by, at=at)


def overturn(report: Report, *, text: str, how_to: str, by: User, at: datetime.datetime) -> Report:
    """可以办:写明如何行,办件接着办,申请人得到告知书,结论成为先例。

    科室负责人也可以;窗口件要两个科室都说可以办,否则带着意见上报。
    Raises: NotNow、PermissionDenied。
    """
    _reason(text)
    if not how_to.strip():
        raise NotNow("说可以办，就要写明如何行：申请人接下来怎么做、窗口怎么办。")
    deadlines.settle(report, at=at)
    with transaction.atomic():
        report.lock()
        if report.state == ReportState.WITH_CHIEF:
            _chief_says(report, Verdict.OVERTURN, text, how_to, by=by, at=at)
        else:
            _rung_says(report, Verdict.OVERTURN, text, how_to, by=by, at=at)
            _overturn(report, text, how_to, by=by, at=at)
    return report


def _chief_says(report: Report, verdict: Verdict, text: str, how_to: str, *, by: User, at: datetime.datetime) -> None:
    """记下一席的意见;几席交齐就走下一步。"""
    report.lock()
    if report.state != ReportState.WITH_CHIEF:
        raise NotNow(f"这份报告现在是“{report.get_state_display()}”，不在科室负责人审核中。")
    turn, standing = turns.mine(report, by=by, at=at)
    turns.speak(turn, standing, verdict=verdict, text=text, how_to=how_to, at=at)
    facts = {"verdict": verdict, "standing": standing.describe(), "text": text}
    journal.record(
        "denials.report.opinion", about=report, by=by, at=at, before=report.state, after=report.state, facts=facts
    )
    seats = list(report.turns.filter(rung=Rung.CHIEF, opened_at=turn.opened_at))
    conclusion = chiefs_conclude(seat.verdict for seat in seats)
    if conclusion == Verdict.OVERTURN:
        _overturn(report, "\n".join(s.text for s in seats), "\n".join(s.how_to for s in seats), by=by, at=at)
    elif conclusion:
        _refer_up(report, by=by, at=at)


def _rung_says(
    report: Report, verdict: Verdict, text: str, how_to: str = "", *, by: User, at: datetime.datetime
) -> str:
    """副局长、局长(或研究中的那一级)说话;返回他所在的一级。"""
    if report.state in (ReportState.SANCTIONED, ReportState.OVERTURNED, ReportState.LAPSED):
        raise NotNow(f"这份报告已经是“{report.get_state_display()}”。")
    turn, standing = turns.mine(report, by=by, at=at)
    turns.speak(turn, standing, verdict=verdict, text=text, how_to=how_to, at=at)
    return turn.rung


def _overturn(report: Report, text: str, how_to: str, *, by: User, at: datetime.datetime) -> None:
    take(report, "overturn", by=by, at=at, text=text, how_to=how_to)
    turns.close(report, by=by, at=at, verdict=Verdict.MOOT)
    denial.release(report.case, by=by, at=at)
    bars.fail(report.case, reason=f"拟否定报告 {report.number} 审定为可以办，认定不成立。", by=by, at=at)
    heed(report.case, instruction=f"{text}\n如何行：{how_to}", by=User.objects.system(), at=at)
    precedents.settle(report, holding=Holding.POSSIBLE, by=by, at=at)
    letters.how_to(report, by=by, at=at)
    telling.tell_clerk(report, f"可以办：{report.number}", f"如何行：{how_to}", by=by, at=at)
    body = f"办件 {report.case.number}：可以办。{how_to}"
    telling.tell_applicant(report.case, "denials.possible", "可以办", body, by=by, at=at)


def sanction(
    report: Report, *, text: str, possible: str = "", elsewhere: str = "", concealed: bool | None = None, by: User,
    at: datetime.datetime,
) -> Report:  # fmt: skip
    """核准否定:只有分管副局长和局长可以;办件随之不予受理或不予许可,报备,成为先例。

    possible 写怎样才能办,elsewhere 写还可以去哪里(都给申请人看)。报告写着隐瞒、虚假材料的认定的,concealed 定它成不成立:
    成立的写进决定书、送达之后一年内不得再次申请(行政许可法第七十八条);不成立的只是不予。
    Raises: NotNow(没有定认定成不成立)、PermissionDenied。
    """
    _reason(text)
    deadlines.settle(report, at=at)
    with transaction.atomic():
        report.lock()
        if report.state == ReportState.WITH_CHIEF:
            raise PermissionDenied("核准否定只能由分管副局长或局长作出。")
        upheld = _upheld(report, concealed)
        _rung_says(report, Verdict.SANCTION, text, by=by, at=at)
        take(report, "sanction", by=by, at=at, text=text, concealed_upheld=upheld)
        if upheld is False:
            bars.fail(report.case, reason=f"拟否定报告 {report.number} 审定认定不成立。", by=by, at=at)
        precedents.settle(report, holding=Holding.REFUSE, by=by, at=at)
        case: Case = report.case
        ground = denial.name_ground(case, _ground(report, possible, elsewhere, upheld), by=by, at=at)
        register.enter(
            case, ground, report=report, clerk=report.clerk, clerk_contact=report.clerk_contact,
            progress=report.progress, policies=report.policies, by=by, at=at,
        )  # fmt: skip
        denial.say_no(case, ground=ground, by=by, at=at)
        telling.tell_clerk(report, f"已核准否定：{report.number}", text, by=by, at=at)
    return report


def preview_refusal(
    report: Report, *, possible: str = "", elsewhere: str = "", concealed: bool | None = None, by: User,
    at: datetime.datetime, **_said: Any,
) -> bytes:  # fmt: skip
    """核准以前预览决定书：照报告和此刻写的排一份；不记、不占文号。

    Raises: NotNow(不予受理没有写明哪一种)、MissingFact、MissingGlyph、Refused。
    """
    told = _ground(report, possible, elsewhere, _upheld(report, concealed))
    return denial.preview(report.case, told, by=by, at=at)


def _upheld(report: Report, concealed: bool | None) -> bool | None:
    """认定成不成立；报告没有写着认定的是 None。Raises: NotNow(写着，没有定)。"""
    if not report.concealed:
        return None
    if concealed is None:
        raise NotNow("报告写着隐瞒、虚假材料的认定：请定它成立还是不成立。")
    return concealed


def _ground(report: Report, possible: str, elsewhere: str, upheld: bool | None) -> denial.GroundWords:
    return denial.GroundWords(
        GroundKind.REPORT, reference=report.number, facts=report.progress, reasons=report.reasons,
        basis_text=report.basis_text, concealed=bool(upheld), possible=possible, elsewhere=elsewhere,
        why=why_early(report.case, why_of(report)),
    )  # fmt: skip


def send_back(report: Report, *, text: str, by: User, at: datetime.datetime) -> Report:
    """退回补充:这一级的钟停下,48 小时的钟不停。Raises: NotNow、PermissionDenied。"""
    _reason(text, "退回要写明需要补充什么。")
    deadlines.settle(report, at=at)
    with transaction.atomic():
        report.lock()
        rung = _rung_says(report, Verdict.SEND_BACK, text, by=by, at=at)
        take(report, "send_back", by=by, at=at, text=text, rung=rung)
        turns.close(report, by=by, at=at, verdict=Verdict.MOOT)
        turns.open_for_clerk(report, by=by, at=at)
        telling.tell_clerk(report, f"请补充：{report.number}", text, by=by, at=at)
    return report


def study(report: Report, *, text: str, due_at: datetime.datetime, by: User, at: datetime.datetime) -> Report:
    """研究确定、限期答复:写明研究什么,承诺一个答复时间,并告诉申请人。

    Raises: NotNow(所承诺的时间已过)、PermissionDenied。
    """
    _reason(text, "研究要写明研究什么。")
    if due_at <= at:
        raise NotNow("承诺的答复时间必须在将来。")
    deadlines.settle(report, at=at)
    with transaction.atomic():
        report.lock()
        turn, _ = turns.mine(report, by=by, at=at)
        if report.state == ReportState.WITH_CHIEF and report.turns.filter(rung=Rung.CHIEF).count() > 1:
            # 研究之后由提出的人定:一个科室不能借研究绕过另一个科室
            raise NotNow("窗口件由两个科室共同审核，要研究确定的，请先上报，由分管副局长定。")
        post = turn.post
        rung = _rung_says(report, Verdict.STUDY, text, by=by, at=at)
        take(report, "study", by=by, at=at, text=text, due_at=due_at, rung=rung)
        turns.close(report, by=by, at=at, verdict=Verdict.MOOT)
        turns.open_study(report, post, rung, by=by, at=at)
        who = str(post)
        reasons = f"您的事项没有明确规定，正在研究：{text}"
        letters.promise(report, reasons=reasons, who=who, due_at=due_at, by=by, at=at)
        body = f"办件 {report.case.number} 正在研究，{who}承诺在{moment_words(due_at)}前答复您。"
        telling.tell_applicant(report.case, "denials.studying", "正在研究", body, by=by, at=at)
    return report


def _reason(text: str, message: str = "请写明意见。") -> None:
    if not text.strip():
        raise NotNow(message)
