"""办公室的戏：保管期限、承诺书文本、接入方，先登记；档案移交一件；与接入方的报文，收了、退了、等着的都有。"""

import datetime
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.db import transaction

from agencies.actions import posts
from agencies.models import Absence, Agency, Post, User
from agencies.states import Role
from approvals.actions import archiving, covers, decision, outgoing, pledge_terms
from approvals.models import Archive, Case, Cover, PledgeTerms, ProjectIssue
from approvals.states import ArchiveState
from catalog.actions import recording
from catalog.models import Item, Retention
from office.exchange import keeping, sending
from office.exchange.adapters import Answer
from office.exchange.models import ExchangeMessage, ExchangePeer
from office.exchange.states import MessageKind, Verdict
from office.papers import actions as papers
from office.papers.models import Paper
from office.papers.states import PaperState
from portal.demonstration import handing, people
from portal.demonstration.certified import invented
from portal.demonstration.scripts import MINUTE, Play
from portal.demonstration.stage import Days, Script

PEER = "demonstration"
SHOWN = "示范：演示用，不是本局的档案保管期限表"
TERMS = {
    "told": "服务场所须有产权证明，或者租期一年以上的租赁合同，用途与养老服务相符。",
    "promised": "服务场所真实存在，权属没有争议。\n租赁的，租期在一年以上。\n核查时提供原件。",
    "consequences": "核查不实的，限期整改；逾期不改的，撤销备案，二十四个月内不再适用告知承诺。",
    "basis": "国办发〔2020〕42号",
}


def begins(days: Days, closed: dict[str, str], pledged: tuple[str, str]) -> Iterator[Callable[[], Script]]:
    """还没有演过的。closed 是要归档的事项和保管期限；pledged 是用承诺代替证明的事项和材料。"""
    if Item.objects.filter(code=pledged[0], pledge_terms=None).exists():
        yield partial(terms, days, *pledged)
    if Item.objects.filter(code__in=closed, retentions=None).exists():
        yield partial(periods, days, closed)
    if not ExchangePeer.objects.filter(code=PEER).exists():
        yield partial(exchanged, days)
    if not Cover.objects.exists():
        yield partial(covered, days)


def editor(agency: Agency, at: datetime.datetime) -> User:
    post = Post.objects.filter(unit__agency=agency, role=Role.EDITOR).order_by("pk")[0]
    return people.on_duty(post.unit, Role.EDITOR, at)


def terms(days: Days, code: str, key: str) -> Script:
    """告知承诺书文本。"""
    at = yield days.at(30, "09:00")
    found = Item.objects.select_related("agency").get(code=code)
    made = PledgeTerms(item=found, material_key=key, valid_from=at.date(), **TERMS)
    pledge_terms.adopt(made, by=editor(found.agency, at), at=at)


def periods(days: Days, closed: dict[str, str]) -> Script:
    """保管期限：写明是示范，目录管理员登记。"""
    at = yield days.at(30, "09:10")
    for one in Item.objects.filter(code__in=closed, retentions=None).select_related("agency").order_by("code"):
        made = Retention(item=one, period=closed[one.code], basis=SHOWN, document_number="示范文号")
        recording.set_retention(retention=made, by=editor(one.agency, at), at=at)


def transferred(play: Play, ago: int) -> Script:
    """当场办结的一件：归集、检测合格，移交给档案部门。"""
    at = yield play.days.at(ago, "10:05")
    case = play.receive(at)
    play.accept(case, at + 6 * MINUTE)
    clerk = people.on_duty(case.intake_unit, Role.CLERK, at)
    words, issued = f"{play.guide.name}已办结。", invented(case, at)
    decision.grant_on_the_spot(case, decision=words, by=clerk, at=at + 12 * MINUTE, certificate=issued)
    handing.hand_out(case, at + 20 * MINUTE)
    for paper in Paper.objects.about(case).filter(state=PaperState.ORDERED):
        papers.render_now(paper, at=at + 20 * MINUTE)
    decision.close(case, by=clerk, at=at + 25 * MINUTE)
    at = yield play.days.at(ago - 2, "15:20")
    archiving.make_due(at=at)
    archive = Archive.objects.select_related("case__agency").get(case=case)
    if archive.state != ArchiveState.CHECKED:  # 后台正好也在归集，就由它去
        return
    told: dict[str, Any] = {"receipt_number": "示范凭证第1号", "received_by": "示范档案馆", "transferred_on": at.date()}
    archiving.transfer(archive, **told, unsigned_known=True, by=editor(archive.case.agency, at), at=at)


def covered(days: Days) -> Script:
    """重点项目的专员出差，科长替他交班：手上要协调的事由B岗办。"""
    at = yield days.recently(55)
    issue = ProjectIssue.objects.filter(state="open").select_related("owner", "project__unit").order_by("pk").last()
    if issue is None:
        return
    absent, until = issue.owner, at + datetime.timedelta(days=3)
    if not Absence.objects.covering(at).filter(user=absent).exists():  # 上次可能演到这里
        posts.record_absence(user=absent, from_at=at, to_at=until, reason="出差", by=absent, at=at)
    at = yield days.recently(50)
    unit, to = issue.project.unit, covers.covered_by(absent, at)
    # 上次没有演完的，事由可能已经上交到领导手里：替谁交班，由够得着他的人交
    leaders = [people.on_duty(unit, Role.CHIEF, at), people.deputy(unit, at), people.director(unit, at)]
    by = next((leader for leader in leaders if leader != absent and covers.may_cover(absent, leader)), None)
    if to and by:
        covers.hand_over(absent=absent, to=to, reason="出差", by=by, at=at)


# 交换 ---------------------------------------------------------------------


def exchanged(days: Days) -> Script:
    """登记一个停用的接入方(没有真的网址，什么也不送出)，补几件的报文，照回执了结几条。"""
    at = yield days.recently(45)
    keeper = editor(Agency.objects.order_by("path")[0], at)
    peer = ExchangePeer(
        code=PEER, name="示范接入方(演示，不送出)", our_code="demonstration-hall", url="https://exchange.invalid/messages",
        key="demonstration-only-key", kinds=[kind.value for kind in MessageKind], keeper=keeper, active=False,
    )  # fmt: skip
    system = User.objects.system()
    keeping.keep(peer, by=system, at=at)
    at = yield days.recently(40)
    for answers, case in zip(ANSWERS, _cases(), strict=False):
        told: dict[str, Any] = {"by": system, "at": at, "speak": outgoing.speak}
        sending.resend_subject(case._meta.label_lower, str(case.pk), peer=peer, **told)
        for answer, message in zip(answers, ExchangeMessage.objects.filter(peer=peer).about(case), strict=False):
            with transaction.atomic():
                sending.settle(message, answer, at=at + datetime.timedelta(minutes=1))


TAKEN, WAITING = Answer(Verdict.ACCEPTED), Answer(Verdict.RECEIVED)
ANSWERS: tuple[list[Answer], ...] = (
    [TAKEN] * 9,
    [TAKEN, TAKEN, WAITING],
    [TAKEN, Answer(Verdict.REJECTED, "缺少实施编码，请补齐后重送")],
    [],
)


def _cases() -> list[Case]:
    """各走到哪一步的一件：办结的、准予的、审查中的、刚收件的。"""
    states = ("closed", "granted", "reviewing", "received")
    found = [Case.objects.filter(state=state).order_by("pk").first() for state in states]
    return [case for case in found if case]
