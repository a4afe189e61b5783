"""戏:一件申请一出。每一步先说几时演,到时用真实的动作演。"""

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass

from agencies.models import Unit, User
from agencies.states import Role
from approvals.actions import confirmations, correction, decision, intake, review
from approvals.models import Case
from approvals.rules.not_accepting import Why
from approvals.states import Channel, NotAccepting, Verdict
from catalog.models import Guide, Item
from catalog.states import DeliveryWay, Requirement
from denials.actions import ladder, register, reports
from denials.actions.statements import Refusal, Statement
from denials.models import Precedent, Report
from office.notices.models import Notice
from office.sure import sure
from office.workdays.rules import local
from portal.demonstration import attending, carrying, examining, handing, people
from portal.demonstration.certified import invented
from portal.demonstration.stage import Days, Script
from supervision.actions import ratings

HOUR = datetime.timedelta(hours=1)
MINUTE = datetime.timedelta(minutes=1)
OK = intake.Check("ok")


@dataclass
class Play:
    """一出戏要用的:日子、申请人、指南、凭据(同一出不演两遍)。"""

    days: Days
    crowd: people.Crowd
    guide: Guide
    key: str

    def unit(self) -> Unit:
        return sure(self.guide.window)

    def receive(
        self, at: datetime.datetime, *, online: bool = False, lacking: str = "", unit: Unit | None = None,
        person: intake.Person | None = None,
    ) -> Case:  # fmt: skip
        person, unit = person or self.crowd.next_for(self.guide), unit or self.unit()
        clerk = people.on_duty(unit, Role.CLERK, at)
        provided = {m.key for m in self.guide.materials.all()} - {lacking}
        return intake.receive(
            guide=self.guide,
            person=person,
            answers=people.filled(self.guide, person),
            provided=provided,
            channel=Channel.ONLINE if online else Channel.WINDOW,
            unit=unit,
            first_contact=clerk,
            by=User.objects.system() if online else clerk,
            user=User.objects.get(username="citizen.1") if online else None,
            at=at,
            key=self.key,
        )

    def check(self, case: Case, at: datetime.datetime, **found: intake.Check) -> User:
        clerk = people.on_duty(case.intake_unit, Role.CLERK, at)
        keys = case.materials.exclude(verdict=Verdict.PLEDGED).values_list("material__key", flat=True)
        intake.check_materials(case, checks={key: found.get(key, OK) for key in keys}, by=clerk, at=at)
        for one in case.confirmations.open():
            confirmations.confirm_online(one, by=User.objects.system(), at=at)
        case.refresh_from_db()
        return clerk

    def accept_here(self, case: Case, at: datetime.datetime, **found: intake.Check) -> None:
        clerk = self.check(case, at, **found)
        attending.attend(case, clerk, at)
        intake.accept(case, by=clerk, at=at)

    def accept(self, case: Case, at: datetime.datetime, **found: intake.Check) -> None:
        """受理；要送往别处的，当天送到。"""
        self.accept_here(case, at, **found)
        carrying.all_the_way(case, at + 10 * MINUTE)

    def key_of(self, requirement: str = Requirement.REQUIRED) -> str:
        """一份谁都要交的材料(带条件的,这一件不一定要)。"""
        rows = [m for m in self.guide.materials.order_by("-position") if not m.condition]
        return next((m.key for m in rows if m.requirement == requirement), rows[0].key)


def received(play: Play, ago: int, *, online: bool = True, person: intake.Person | None = None) -> Script:
    """刚收到,等窗口核对。"""
    at = yield play.days.at(ago, "10:05")
    play.receive(at, online=online, person=person)


def accepted(play: Play, ago: int) -> Script:
    at = yield play.days.at(ago, "09:10")
    case = play.receive(at)
    play.accept(case, at + 10 * MINUTE)


def reviewing(play: Play, ago: int, *, opinion: str = "") -> Script:
    """在审查;给了意见就到待决定。"""
    at = yield play.days.at(ago, "14:40")
    case = play.receive(at)
    play.accept(case, at + 8 * MINUTE)
    at = yield play.days.at(max(ago - 1, 0), "09:30")
    examining.begun(case, at)
    if opinion:
        at = yield play.days.at(max(ago - 2, 0), "11:00")
        examining.examined(case, at, opinion=opinion, text="材料齐全，符合条件，建议准予。")


def closed(play: Play, ago: int, *, pace: int = 1, score: str = "", online: bool = False) -> Script:
    """一路办结;pace 是每一步隔几个工作日,慢的会超过承诺时限。"""
    at = yield play.days.at(ago, "09:20")
    case = play.receive(at, online=online)
    play.accept(case, at + 15 * MINUTE)
    yield from _to_the_end(play, case, ago, pace, score)


def _to_the_end(play: Play, case: Case, ago: int, pace: int, score: str) -> Script:
    ago = max(ago - pace, 0)
    at = yield play.days.at(ago, "10:10")
    examining.begun(case, at)
    at = yield play.days.at(max(ago - pace, 0), "15:05")
    examining.examined(case, at, text="经审查，材料真实完整，符合条件。")
    at = yield play.days.at(max(ago - pace, 0), "16:10")
    chief = people.on_duty(case.section, Role.CHIEF, at)
    decision.grant(case, decision=f"准予{play.guide.name}。", by=chief, at=at, certificate=invented(case, at))
    at = yield play.days.at(max(ago - 2 * pace, 0), "10:30")
    yield from hand_out(play, case, at, score)


def decided(play: Play, ago: int, *, delivered: bool = False) -> Script:
    """已准予,等送达;或已送达,等归档。"""
    at = yield play.days.at(ago, "09:35")
    case = play.receive(at)
    play.accept(case, at + 15 * MINUTE)
    at = yield play.days.at(max(ago - 1, 0), "10:15")
    grant_at_section(play, case, at)
    if delivered:
        at = yield play.days.at(max(ago - 1, 0), "16:20")
        carrying.all_the_way(case, at)
        if not handing.offered(case, DeliveryWay.EXPRESS):
            handing.hand_out(case, at)
            return
        handing.post(case, at)
        at = yield play.days.at(max(ago - 2, 0), "10:15")
        handing.sign_for(case, at)


def grant_at_section(play: Play, case: Case, at: datetime.datetime) -> None:
    """两个小时里审查、准予；分级审查的，路上要走的时间也在里面。"""
    examining.begun(case, at)
    examining.examined(case, at + 5 * MINUTE, text="符合条件。")
    chief = people.on_duty(case.section, Role.CHIEF, at)
    at += 2 * HOUR
    decision.grant(case, decision=f"准予{play.guide.name}。", by=chief, at=at, certificate=invented(case, at))


def denied_after_review(play: Play, ago: int) -> Script:
    """受理之后审查遇到模糊地带:科室提出报告,副局长核准,不予许可。"""
    at = yield play.days.at(ago, "09:05")
    case = play.receive(at)
    play.accept(case, at + 10 * MINUTE)
    at = yield play.days.at(ago - 1, "10:00")
    reviewer = people.on_duty(case.section, Role.REVIEWER, at)
    review.begin(case, by=reviewer, at=at)
    review.give_opinion(case, opinion="doubt", text="规定不明确，拿不准能否准予。", by=reviewer, at=at + HOUR)
    at = yield at + 2 * HOUR
    report = reports.file(case, statement=statement(play, case, reviewer, 2), by=reviewer, at=at)
    yield from sanctioned(play, report)


def hand_out(play: Play, case: Case, at: datetime.datetime, score: str) -> Script:
    if case.unit_id != case.intake_unit_id:
        carrying.all_the_way(case, at)
        at = yield at + 2 * HOUR
    clerk = handing.hand_out(case, at)
    decision.close(case, by=clerk, at=at + 5 * MINUTE)
    if score:
        at = yield at + HOUR
        bad = score in ("bad", "very_bad")
        text = "等了很久才有人接待。" if bad else ""
        ratings.rate(case, score=score, tags=(), text=text, by=case.user or User.objects.system(), at=at)


def instant(play: Play, ago: int, clock: str, *, score: str = "", person: intake.Person | None = None) -> Script:
    """即办件:当场受理、当场办结。"""
    at = yield play.days.at(ago, clock)
    case = play.receive(at, person=person)
    play.accept(case, at + 6 * MINUTE)
    clerk = people.on_duty(case.intake_unit, Role.CLERK, at)
    decision.grant_on_the_spot(case, decision=f"{play.guide.name}已办结。", by=clerk, at=at + 12 * MINUTE)
    at = yield at + 20 * MINUTE
    yield from hand_out(play, case, at, score)


def correcting(play: Play, ago: int, *, answered: bool = False, ended: bool = False) -> Script:
    """一次性告知:等补正,或补齐之后接着办,或逾期终止。"""
    at = yield play.days.at(ago, "10:40")
    lacking = play.key_of()
    case = play.receive(at, lacking=lacking)
    clerk = play.check(case, at + 5 * MINUTE, **{lacking: intake.Check("missing", "没有提交")})
    correction.notify(case, by=clerk, at=at + 9 * MINUTE)
    if answered:
        at = yield play.days.at(max(ago - 3, 0), "15:00")
        correction.answer(case, keys=[lacking], by=clerk, at=at)
        play.accept(case, at + 10 * MINUTE)
        yield from _to_the_end(play, case, max(ago - 3, 0), 1, "")
    if ended:
        at = yield play.days.at(max(ago - 17, 0), "16:40")
        correction.lapse(case, by=clerk, at=at)


def deferred(play: Play, ago: int, *, ahead: int = 0) -> Script:
    """容缺受理:先收,约好日子补;ahead 是还有几天才到,不给的约在这两天。"""
    at = yield play.days.at(ago, "11:15")
    key = play.key_of(Requirement.DEFERRABLE)
    case = play.receive(at, lacking=key)
    soon = play.days.days[max(ago - 2, 0)]
    due = local(play.days.now).date() + datetime.timedelta(days=ahead) if ahead else soon
    play.accept(case, at + 10 * MINUTE, **{key: intake.Check("deferred", "承诺按期补交", due)})


def withdrawn(play: Play, ago: int) -> Script:
    at = yield play.days.at(ago, "15:20")
    case = play.receive(at, online=True)
    at = yield play.days.at(max(ago - 1, 0), "09:00")
    decision.withdraw(case, reason="申请人改变计划，主动撤回。", by=User.objects.get(username="citizen.1"), at=at)


def refused_by_rule(play: Play, ago: int) -> Script:
    """明确不符合规定:引用条文,当日报备。"""
    at = yield play.days.at(ago, "09:50")
    case = play.receive(at)
    clerk = people.on_duty(case.intake_unit, Role.CLERK, at)
    basis = sure(play.guide.bases.order_by("position").first())
    register.refuse_by_rule(case, basis=basis, refusal=REFUSAL, by=clerk, at=at + 30 * MINUTE)


def followed(play: Play, ago: int) -> Script:
    """参照先例:同一事项已有审定的先例。"""
    at = yield play.days.at(ago, "11:30")
    case = play.receive(at)
    clerk = people.on_duty(case.intake_unit, Role.CLERK, at)
    precedent = Precedent.objects.usable().filter(item=play.guide.item, holding="refuse").first()
    if precedent is not None:
        register.refuse_by_precedent(case, precedent=precedent, refusal=REFUSAL, by=clerk, at=at + 20 * MINUTE)


REFUSAL = Refusal(
    facts="申请人提交的会员名册不足法定人数。",
    reasons="不符合成立社会团体的会员数量规定。",
    progress="窗口已当面解释，并告知补足后可以再次申请。",
    clerk_contact="0759-0000101",
    possible="会员达到规定数量以后可以重新申请，其余材料可以继续使用。",
    elsewhere="",
    why=Why(NotAccepting.STATUTORY),
)
QUESTIONS = (
    ("跨区设立的分支机构能否作为发起人？", "条例没有规定分支机构可以作为发起单位。"),
    ("注册资金以实物出资能否认定？", "规定只写明活动资金数额，没有写明可以用实物。"),
    ("业务主管单位正在撤并，原批文是否继续有效？", "没有找到机构改革期间批文效力的规定。"),
    ("住所为居民住宅经业主同意能否登记？", "规定要求有固定住所，没有明确住宅是否可以。"),
    ("外省户籍的负责人无法提供本地居住证明怎么办？", "材料清单要求居住证明，没有规定替代材料。"),
)


def on_the_ladder(play: Play, filed: datetime.datetime, then: Callable[[Play, Report], Script], n: int = 0) -> Script:
    """遇到模糊地带:提出拟否定报告,接着按 then 演。"""
    at = yield filed - 30 * MINUTE
    case = play.receive(at)
    at = yield filed
    clerk = people.on_duty(case.intake_unit, Role.CLERK, at)
    report = reports.file(case, statement=statement(play, case, clerk, n), by=clerk, at=at)
    yield from then(play, report)


def statement(play: Play, case: Case, clerk: User, n: int) -> Statement:
    question, reasons = QUESTIONS[n % len(QUESTIONS)]
    basis = sure(play.guide.bases.order_by("position").first())
    return Statement(
        progress="已向申请人说明现有规定没有明确，留下联系方式，承诺四十八小时内答复。",
        question=question,
        reasons=reasons,
        basis_text=str(basis),
        clerk_contact=case.intake_unit.phone,
        policies=[{"title": str(basis), "text": basis.text}],
        bases=[basis],
        why=Why(NotAccepting.STATUTORY),
    )


def _chiefs(report: Report, at: datetime.datetime) -> None:
    """此刻轮到的科室负责人都审核上报。"""
    for turn in report.turns.open().filter(rung="chief").select_related("post"):
        standing = turn.post.holder_at(at) if turn.post else None
        if standing:
            ladder.review(report, text="情况属实，规定确不明确，建议不予办理，请审定。", by=standing.user, at=at)


def stays(play: Play, report: Report) -> Script:
    """留在科室负责人面前。"""
    return
    yield


def to_deputy(play: Play, report: Report) -> Script:
    at = yield report.filed_at + HOUR / 2
    _chiefs(report, at)


def to_director(play: Play, report: Report) -> Script:
    """科室审过,副局长没有动:到点自己转局长。"""
    at = yield report.filed_at + HOUR
    _chiefs(report, at)


def sanctioned(play: Play, report: Report) -> Script:
    at = yield report.filed_at + 2 * HOUR
    _chiefs(report, at)
    at = yield at + 2 * HOUR
    report.refresh_from_db()
    deputy = people.deputy(report.section, at)
    possible = "取得业务主管单位的书面意见以后，可以再次申请。"
    ladder.sanction(report, text="同意。理由充分，请做好解释。", possible=possible, by=deputy, at=at)


def overturned(play: Play, report: Report) -> Script:
    at = yield report.filed_at + HOUR
    _chiefs(report, at)
    at = yield at + 3 * HOUR
    report.refresh_from_db()
    how = "由总机构出具授权书，按单位会员办理；窗口先受理，授权书五日内补交。"
    ladder.overturn(report, text="可以办。没有禁止的规定。", how_to=how, by=people.deputy(report.section, at), at=at)


def director_overturns(play: Play, report: Report) -> Script:
    """副局长没有动,局长说可以办。"""
    at = yield report.filed_at + HOUR
    _chiefs(report, at)
    at = yield report.filed_at + 23 * HOUR
    report.refresh_from_db()
    how = "凭业主书面同意和社区证明登记住所。"
    ladder.overturn(report, text="可以办。", how_to=how, by=people.director(report.section, at), at=at)


def director_late(play: Play, report: Report) -> Script:
    """谁都没有动,过了四十八小时:申请人被告知,局长随后核准。"""
    at = yield play.days.at(max(play.days.days.index(report.filed_at.date()) - 3, 0), "09:40")
    report.refresh_from_db()
    possible = "待上级明确以后，我们会主动联系您。"
    director = people.director(report.section, at)
    ladder.sanction(report, text="核准。向申请人致歉并说明。", possible=possible, by=director, at=at)


def returned(play: Play, report: Report) -> Script:
    at = yield report.filed_at + HOUR / 2
    _chiefs(report, at)
    at = yield at + HOUR / 2
    report.refresh_from_db()
    ladder.send_back(report, text="请补充申请人章程和主管单位意见。", by=people.deputy(report.section, at), at=at)


def studying(play: Play, report: Report) -> Script:
    at = yield report.filed_at + HOUR / 2
    _chiefs(report, at)
    at = yield at + HOUR / 2
    report.refresh_from_db()
    due = play.days.now + datetime.timedelta(days=6)
    text = "请示省厅机构改革期间批文的效力。"
    ladder.study(report, text=text, due_at=due, by=people.deputy(report.section, at), at=at)


def gives_up(play: Play, report: Report) -> Script:
    """审定还没有结果,申请人撤回:报告自行失效。"""
    at = yield report.filed_at + 2 * HOUR
    case, reason = report.case, "申请人决定另行办理。"
    if case.user is not None:
        decision.withdraw(case, reason=reason, by=case.user, at=at)
        return
    system = User.objects.system()
    one = confirmations.ask_by_code(case, reason=reason, by=system, at=at)
    sent = Notice.objects.about(case).filter(kind=confirmations.CODE_NOTICE).latest("pk").body
    code = sure(re.search(r"验证码 ([0-9]{6})", sent))[1]
    confirmations.confirm_by_code(one, code=code, by=system, at=at + MINUTE)


def item(code: str) -> Guide | None:
    """演示目录里的事项;没有导入就不演它的戏。"""
    found = Item.objects.filter(code=code).first()
    return found.guides.published().order_by("version").first() if found else None
