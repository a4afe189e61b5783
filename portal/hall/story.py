"""把办件说成大白话：到了哪一步、期限、经过、文书。"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import JSONObject
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals.models import Case, Clock, Transfer
from approvals.rules.attendances import calls_for
from approvals.rules.delivery import letters_to_come
from approvals.rules.parcels import DEFERRED, awaits
from approvals.states import (
    BEFORE_ACCEPTANCE,
    UNDER_WAY,
    WAITING,
    CaseState,
    CertificateEnd,
    ClockKind,
    Matter,
    Outcome,
    Stage,
)
from office.journal.models import Entry
from office.papers.models import Paper
from office.papers.states import PaperState
from portal.language import hant, said
from portal.recalled import no_longer_holds

# 给申请人看的文书；内部用的（登记表、汇总表）不在内。
PAPERS = frozenset(
    ["receipt", "acceptance", "correction", "correction_receipt", "deferred_receipt"]
    + ["not_accepted", "grant", "refusal"]
    + ["extension", "special", "publicity", "hearing_right", "hearing_notice", "hearing_record"]
    + ["fee_notice", "pledge", "pledge_mend", "revocation", "set_aside", "confirmation"]
    + [
        "retraction_notice",
        "retraction",
        "cancellation",
        "withdrawal_request",
        "withdrawal",
        "termination",
        "participation_reminder",
    ]
    + [
        "inspection_record",
        "delivery",
        "electronic_consent",
        "service_notice",
        "mandate",
        "how_to",
        "promise",
        "referral",
        "statement",
        "hearing_denied",
    ]
)
OWN = frozenset(["statement", "hearing_denied"])  # 也有写给利害关系人的：各看各的，写明是申请人的(ours)才给他

RECTIFYING = str(Matter.RECTIFY.label)  # 更正姓名、证件的确认书上有新的号码：本人登录看，凭查询码的不给

WITH_CODE = frozenset(["receipt", "set_aside"])  # 写着申请人的查询码

# 日志里哪些事告诉申请人，怎么说；没有列出的是内部步骤。
PUBLIC = {
    "receive": gettext_lazy("收到您的申请"),
    "attend": gettext_lazy("登记到场"),
    "ask_to_supplement": gettext_lazy("一次性告知需要补齐的材料"),
    "answer_correction": gettext_lazy("收到您补交的材料"),
    "take_supplement": gettext_lazy("材料已补齐，重新核对"),
    "accept": gettext_lazy("受理"),
    "deem_accepted": gettext_lazy("没有按时告知，视为受理"),
    "deem_unconfirmed": gettext_lazy("视为受理的时候，您还没有确认窗口替您填的内容"),
    "begin_review": gettext_lazy("开始审查"),
    "finish_review": gettext_lazy("审查完毕，等待决定"),
    "bring_deferred": gettext_lazy("收到容缺补交的材料"),
    "bring_deferred_online": gettext_lazy("收到您在网上补来的容缺材料"),
    "ask_deferred_again": gettext_lazy("补来的容缺材料请再补一次"),
    "redirect": gettext_lazy("转到了另一个受理点，接着办"),
    "tell_again": gettext_lazy("再次告知要补的材料"),
    "correct": gettext_lazy("窗口当场更正"),
    "revise": gettext_lazy("您修改了申请表"),
    "ask_rectification": gettext_lazy("提出更正登记的信息，等您确认"),
    "drop_rectification": gettext_lazy("不更正登记的信息了"),
    "rectify": gettext_lazy("更正了登记的信息"),
    "confirm": gettext_lazy("您确认了"),
    "ask_withdrawal": gettext_lazy("提出了撤回，等您确认"),
    "forget_wish": gettext_lazy("您不撤回，继续办理"),
    "sign_pledge": gettext_lazy("签告知承诺书"),
    "take_back_pledge": gettext_lazy("撤回承诺，改交材料"),
    "check_pledge": gettext_lazy("事后核查承诺"),
    "mend_pledge": gettext_lazy("整改已经认可"),
    "revoke": gettext_lazy("撤销决定"),
    "serve_revocation": gettext_lazy("撤销决定书送达"),
    "propose_retraction": gettext_lazy("拟撤回、撤销准予的决定"),
    "tell_retraction": gettext_lazy("告知您可以陈述、申辩"),
    "sanction_retraction": gettext_lazy("决定撤回、撤销"),
    "serve_retraction": gettext_lazy("撤回、撤销生效"),
    "keep_grant": gettext_lazy("不撤回、不撤销，决定继续有效"),
    "drop_retraction": gettext_lazy("不再撤回、撤销"),
    "bar": gettext_lazy("一段时间内不得再次申请"),
    "lift_bar": gettext_lazy("可以再次申请了"),
    "cancel_certificate": gettext_lazy("证照注销"),
    "fee_assess": gettext_lazy("核定应缴的费用"),
    "fee_reduce": gettext_lazy("减缴费用"),
    "fee_exempt": gettext_lazy("免缴费用"),
    "fee_pay": gettext_lazy("缴清费用"),
    "fee_owe_back": gettext_lazy("已缴的费用应当退还"),
    "fee_refund": gettext_lazy("退还费用"),
    "fee_drop": gettext_lazy("费用不再收"),
    "reassign": gettext_lazy("换了承办科室"),
    "hold": gettext_lazy("提请领导审定"),
    "release": gettext_lazy("审定结束，继续办理"),
    "tell_party": gettext_lazy("告知利害关系人"),
    "state_views": gettext_lazy("记下陈述、申辩"),
    "ask_hearing": gettext_lazy("要求听证"),
    "schedule_hearing": gettext_lazy("听证定下时间、地点"),
    "record_hearing": gettext_lazy("听证笔录完成"),
    "enter_procedure": gettext_lazy("开始特别程序"),
    "enter_excluded_procedure": gettext_lazy("开始特别程序，办理期限停下不计"),
    "leave_procedure": gettext_lazy("特别程序结束"),
    "leave_last_excluded_procedure": gettext_lazy("特别程序结束，办理期限接着计算"),
    "extend": gettext_lazy("延长办理期限"),
    "grant": gettext_lazy("作出准予的决定"),
    "grant_on_the_spot": gettext_lazy("当场办结"),
    "deem_renewed": gettext_lazy("有效期届满没有决定，视为准予延续"),
    "name_prior": gettext_lazy("记下要延续、变更的是哪一本证照"),
    "not_deemed_renewed": gettext_lazy("有效期届满，材料没有补齐，不视为准予延续"),
    "correct_certificate": gettext_lazy("更正证照上的笔误"),
    "end_certificate": gettext_lazy("证照不再有效"),
    "deny": gettext_lazy("作出不予许可的决定"),
    "refuse_acceptance": gettext_lazy("作出不予受理的决定"),
    "withdraw": gettext_lazy("撤回申请"),
    "lapse": gettext_lazy("逾期没有补齐，终止办理"),
    "remind": gettext_lazy("书面催告您参加"),
    "guide_on_site": gettext_lazy("到现场指导"),
    "terminate": gettext_lazy("决定终止办理"),
    "void": gettext_lazy("窗口录错了，这一件作废"),
    "dispatch": gettext_lazy("结果已经寄出"),
    "come_back": gettext_lazy("邮件退回，另想办法送达"),
    "parcel_announce": gettext_lazy("您寄来材料"),
    "parcel_arrive": gettext_lazy("收到您寄来的材料"),
    "parcel_settle": gettext_lazy("您寄的与写的有出入，已了结"),
    "parcel_miss": gettext_lazy("登记的邮件没有收到"),
    "parcel_back": gettext_lazy("寄回您的原件"),
    "choose_delivery": gettext_lazy("选定结果怎么给您"),
    "agree_to_electronic": gettext_lazy("同意电子送达"),
    "refuse_electronic": gettext_lazy("收回电子送达的同意"),
    "appoint_agent": gettext_lazy("登记由谁代办"),
    "agree_to_agent": gettext_lazy("委托代办生效"),
    "decline_agent": gettext_lazy("您没有同意委托"),
    "revoke_agent": gettext_lazy("您收回了委托"),
    "agent_resigned": gettext_lazy("代办人辞去委托"),
    "agent_relieved": gettext_lazy("代办员停办，委托解除"),
    "agent_proposed": gettext_lazy("另提一位代办员，等您同意"),
    "share_material": gettext_lazy("您在另一个事项里补来的共用材料，这里也有了"),
    "explain_overdue": gettext_lazy("我们说明为什么超过了期限"),
    "put_up_notice": gettext_lazy("文书没有送到，已公告送达"),
    "collect_after_notice": gettext_lazy("公告期满以后，文书已经领走"),
    "hand_paper": gettext_lazy("通知书已经当面交给您"),
    "take_down_notice": gettext_lazy("送达公告已经撤下"),
    "hand_off": gettext_lazy("转由别的系统办理，在这里照样查"),
    "hear_elsewhere": gettext_lazy("办理的系统告知进展"),
    "return_here": gettext_lazy("转回我们这里，接着办"),
    "settle_elsewhere": gettext_lazy("由有权的机关作出决定，办结"),
    "deliver": gettext_lazy("结果送达"),
    "close": gettext_lazy("办结归档"),
    "set_aside": gettext_lazy("不予的决定已经撤销"),
    "redo": gettext_lazy("照您原来交的重新收件，不必再交"),
    "serve_set_aside": gettext_lazy("撤销告知书送达"),
    "carry_promises": gettext_lazy("您在原办件里的承诺接着算"),
    "carry_agent": gettext_lazy("代办的人接着代办"),
}
VERB = "approvals.case."
RETRACTING = ("propose_retraction", "tell_retraction", "sanction_retraction", "serve_retraction")
PROCEDURES = ("enter_procedure", "enter_excluded_procedure", "leave_procedure", "leave_last_excluded_procedure")
TOLD_OF_A_PAPER = ("kind", "title", "number", "state", "ordered_at", "void_reason")
TOLD_OF_A_CLOCK = ("kind", "due_at", "paused_at", "provisional")


@dataclass(frozen=True)
class Promise:
    """一个期限：前后各半句话，中间是时刻。"""

    before: str
    due_at: datetime.datetime
    after: str
    overdue: bool
    provisional: bool


def is_before_acceptance(case: Case) -> bool:
    return case.state in BEFORE_ACCEPTANCE


def with_clocks(cases: QuerySet[Any]) -> QuerySet[Any]:
    """取办件时把还在走的时钟、正送往哪个单位一并取来，不多一条查询；clocks_of 读出时钟。"""
    told = JSONObject(**{name: name for name in TOLD_OF_A_CLOCK})
    running = Clock.objects.running().filter(case=OuterRef("pk")).order_by("due_at")
    going = Transfer.objects.on_the_road().filter(case=OuterRef("pk")).values("to_unit__name")[:1]
    return cases.annotate(running_clocks=ArraySubquery(running.values(told=told)), going_to=Subquery(going))


def clocks_of(case: Any) -> list[Clock]:
    """还在走的时钟，先到的在前。case 由 with_clocks 取来。"""
    return [Clock(**row | {"due_at": parse_datetime(row["due_at"])}) for row in case.running_clocks]


def promises(clocks: Iterable[Clock], at: datetime.datetime) -> list[Promise]:
    """没有暂停的期限，用人话说；次序照给的。"""
    said = []
    for clock in clocks:
        if clock.paused_at is None and (words := _words(clock)):
            said.append(Promise(words[0], clock.due_at, words[1], clock.due_at <= at, clock.provisional))
    return said


def must_come(case: Any) -> bool:
    """直办类的，还没有受理，也没有登记过到场。case 由 telling 取来。"""
    return is_before_acceptance(case) and calls_for(case.item) and not case.attended


def _words(clock: Clock) -> tuple[str, str] | None:
    known = {
        ClockKind.NOTICE: (_("我们最迟在"), _("前答复您是否受理、还缺什么；到时没有答复，就视为已经受理。")),
        ClockKind.SUPPLEMENT: (_("请在"), _("前补齐材料。")),
        ClockKind.PROMISED: (_("我们承诺在"), _("前作出决定。")),
        ClockKind.STATUTORY: (_("法律规定最迟在"), _("前作出决定。")),
        ClockKind.DELIVERY: (_("决定作出以后，最迟在"), _("前送达给您。")),
        ClockKind.RENEWAL: (_("原证照有效期届满，最迟在"), _("前决定是否延续；到时没有决定，视为准予延续。")),
        ClockKind.RETRACTION_HEAR: (_("您可以在"), _("前陈述、申辩。")),
        ClockKind.RETRACTION_SERVE: (_("撤回、撤销的文书最迟在"), _("前送达给您。")),
        ClockKind.SET_ASIDE: (_("《撤销决定、重新办理告知书》最迟在"), _("前送达给您。")),
    }
    if clock.kind.startswith(DEFERRED):
        return _("容缺的材料，请在"), _("前补交。")
    return known.get(ClockKind(clock.kind)) if clock.kind in ClockKind.values else None


def events(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """经过：新的在前，只说申请人该知道的，不出现工作人员的姓名。"""
    told = [
        {"title": PUBLIC[name], "at": entry.at, "text": _more(name, entry.facts), "state": "done"}
        for entry in entries
        if entry.verb.startswith(VERB) and (name := entry.verb.removeprefix(VERB)) in PUBLIC
    ]
    return told[::-1]


# 这几步公开说的一句，在哪一格
ENDING = {
    "reassign": "to",
    "redirect": "to",
    "remind": "what",
    "terminate": "why",
    "void": "told",
    "guide_on_site": "day",
}


def _more(name: str, facts: dict[str, Any]) -> str:
    if name == "ask_to_supplement" and facts.get("lines"):
        return _("共 %s 份") % facts["lines"]
    if name in ("ask_hearing", "schedule_hearing", "explain_overdue"):
        return hant(facts["text"])
    if name == "attend":
        return said(facts["way"])
    if name == "name_prior":
        return hant(facts["certificate"])
    if name == "bar":
        return _("到 %s（含）") % hant(facts["until"])
    if name in RETRACTING:
        return said(facts["kind"])
    if name.startswith("parcel_"):
        return hant("，".join(filter(None, (facts["parcel"], facts.get("result", "")))))
    if name in ENDING:
        return hant(facts[ENDING[name]])
    if name in ("hand_off", "hear_elsewhere", "return_here"):
        told = f"{facts.get('said', '')} {facts.get('paper', '')}".strip()
        return hant("：".join(filter(None, (facts["system"], told))))
    if name == "settle_elsewhere":
        return hant(facts["decision"])
    if name == "extend":
        return hant(f"{facts['length']}：{facts['reason']}")
    if name in PROCEDURES:
        return hant("：".join(part for part in (facts["procedure"], facts.get("result", "")) if part))
    return ""


def stages(case: Case) -> list[dict[str, Any]]:
    """受理·审查·办结走到哪里；没受理就结束的，不说审查“已完成”。"""
    accepted, ended = case.accepted_at, case.decided_at or case.closed_at
    moments = {Stage.ACCEPTANCE: accepted or case.received_at, Stage.REVIEW: accepted, Stage.CLOSING: ended}
    place = list(Stage).index(case.stage)
    rows = []
    for number, stage in enumerate(Stage):
        state = "done" if number < place or ended else "now" if number == place else "next"
        if ended and stage == Stage.REVIEW and accepted is None:
            state = "skipped"
        at = None if state in ("skipped", "next") else moments[stage]
        rows.append({"number": number + 1, "text": _(stage.label), "state": state, "at": at})
    return rows


@dataclass(frozen=True)
class Document:
    """一份文书：能不能下载，不能的话现在怎样。"""

    paper: Paper
    ready: bool
    words: str


def documents(case: Any) -> list[Document]:
    """给申请人的文书，新的在前；文书的内容不取，只看登记时盖没盖章、有什么附件。接收凭证上有申请人的查询码，不给代办的人。"""
    shown = PAPERS - WITH_CODE if getattr(case, "mandate", None) else PAPERS
    his = (~Q(kind__in=OWN) | Q(context__ours=True)) & ~Q(kind="confirmation", context__matter=RECTIFYING)
    papers: QuerySet[Any] = Paper.objects.about(case).filter(his, kind__in=shown).order_by("-ordered_at", "-pk")
    told = papers.only(*TOLD_OF_A_PAPER).annotate(
        sealed_at_once=KeyTextTransform("seal_name", "context"), attachments_told=KeyTransform("attachments", "context")
    )
    return [Document(paper, is_public(paper), _paper_words(paper, case)) for paper in told]


def paper_of(case: Case, kind: str) -> Paper | None:
    """这件办件最近的一份某种文书。"""
    found: Paper | None = Paper.objects.about(case).of_kind(kind).in_force().order_by("-pk").first()
    return found


def certificate_of(case: Any) -> dict[str, Any] | None:
    """结果证照：名称、编号、有效期、许可范围；随这一页一起取来的，不另查。"""
    told = case.certificate_told
    if told is None:
        return None
    days = {key: parse_date(told[key] or "") for key in ("since", "until", "ended_on")}
    return {**told, **days, "ended": CertificateEnd(told["ended"]).label if told["ended"] else ""}


OVER = ("keep_grant", "drop_retraction", "serve_retraction", "sanction_retraction")


def retracted(entries: Iterable[Entry]) -> str:
    """准予的决定收回了、送达了的，怎样收回：撤销、撤回、吊销；没有是空串。随经过一起取来，不另查。"""
    for entry in entries:
        if entry.verb == f"{VERB}serve_revocation":
            return _("撤销")
        if entry.verb == f"{VERB}serve_retraction":
            return said(entry.facts["kind"])
    return ""


def retracting(entries: Iterable[Entry]) -> str:
    """正在撤回、撤销，领导还没有定，可以陈述、申辩的：撤销、撤回；没有是空串。"""
    verb = ""
    for entry in entries:
        name = entry.verb.removeprefix(VERB)
        verb = said(entry.facts["kind"]) if name == "propose_retraction" else "" if name in OVER else verb
    return verb


RESULTS = ("grant", "refusal", "not_accepted", "termination", "withdrawal")


def results_of(case: Case) -> list[Document]:
    """这件办件的决定书；还没有结果就不问。"""
    if not case.outcome:
        return []
    return [one for one in documents(case) if one.paper.kind in RESULTS]


def is_public(paper: Paper) -> bool:
    """可以给申请人：属于给申请人的文种，没有作废。"""
    return paper.kind in PAPERS and paper.state != PaperState.VOIDED


def is_shown(paper: Paper, mandate: Any) -> bool:
    """这份文书给不给来看的人；它的签名页也照这一条。写着申请人查询码的，不给代办的人；写给别人的不给。"""
    his = paper.kind not in OWN or bool(paper.context.get("ours"))
    his = his and not (paper.kind == "confirmation" and paper.context.get("matter") == RECTIFYING)
    return his and is_public(paper) and not (mandate and paper.kind in WITH_CODE)


def _paper_words(paper: Any, case: Any) -> str:
    if paper.state == PaperState.VOIDED:
        return _("已作废：%s") % hant(paper.void_reason)
    if no_longer_holds(paper, case):
        return _("这份决定已经撤销，不再有效。")
    if paper.kind == "grant" and (verb := getattr(case, "revoked", "")):
        return _("这份决定已经%s，不再有效。") % verb
    sealed = paper.state in (PaperState.SEALED, PaperState.DELIVERED) or paper.sealed_at_once
    return "" if sealed or not paper.spec.decree else _("还没有用印，先供您查看；用印以后正式送达。")


# 能做什么 -------------------------------------------------------------


def may_do(case: Any, scope: str) -> bool:
    """本人什么都能做；代办的人看委托里有没有这一样。"""
    return case.mandate is None or scope in case.mandate.scope


def may_supplement(case: Case) -> bool:
    return case.state == CaseState.CORRECTING


def may_bring(case: Any) -> bool:
    """容缺的还没有补来，可以在网上补。case 由 with_clocks 取来。"""
    return any(row["kind"].startswith(DEFERRED) for row in case.running_clocks)


def may_post(case: Any) -> bool:
    """在等材料，可以寄来。case 由 with_clocks 取来。"""
    return awaits(case, [row["kind"] for row in case.running_clocks])


def may_choose_delivery(case: Any) -> bool:
    """怎样送达还能改：送达以前，以后还有文书要送的也能。case 由 with_clocks 取来。"""
    over = case.delivered_at or case.closed_at
    return not case.mandate and (not over or letters_to_come(row["kind"] for row in case.running_clocks))


def may_withdraw(case: Case) -> bool:
    return case.state in WAITING


def is_refused(case: Case) -> bool:
    return case.outcome in (Outcome.REFUSED, Outcome.NOT_ACCEPTED) and case.ground is not None


def is_over(case: Case) -> bool:
    return case.state not in WAITING


def holder(case: Case) -> Any:
    """件现在在哪个单位手里；签收以前算交出的单位。"""
    return case.unit


def deciding(case: Case) -> Any:
    """由哪个单位审查决定；件已经在它手里，或不在审查环节，就不必另说。"""
    return case.section if case.state in UNDER_WAY and case.section_id != case.unit_id else None
