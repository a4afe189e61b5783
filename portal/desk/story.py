"""把日志、期限、梯子说成中文：工作台上给自己人看，写明谁做的。"""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals import states as approvals
from approvals.models import Case, Contact, Enquiry, Joint, Transfer
from denials import states as denials
from denials.models import Report, Turn
from denials.rules import rung_of
from office.journal.models import Entry
from office.notices.models import Notice
from office.papers.words import full_width
from office.stateful import moves_of
from portal import words
from supervision.models import Assessment, ConductRecord, Task

MODELS: dict[str, Any] = {
    "approvals.case": Case,
    "approvals.contact": Contact,
    "approvals.joint": Joint,
    "approvals.enquiry": Enquiry,
    "approvals.transfer": Transfer,
    "denials.report": Report,
    "supervision.task": Task,
    "supervision.conductrecord": ConductRecord,
    "supervision.assessment": Assessment,
}
STATES = {"approvals.case": approvals.CaseState, "approvals.transfer": approvals.TransferState}
URGENT = datetime.timedelta(hours=24)

# 不是状态机里的步的那些事；状态机里的步用它声明的名字。
DEEDS = {
    "approvals.case.receive": gettext_lazy("收件"),
    "approvals.case.ask_rectification": gettext_lazy("提出更正登记的信息"),
    "approvals.case.drop_rectification": gettext_lazy("不更正登记的信息了"),
    "approvals.case.rectify": gettext_lazy("更正登记的信息"),
    "approvals.case.deem_unconfirmed": gettext_lazy("视为受理时，申请人还没有确认"),
    "approvals.case.hear_elsewhere": gettext_lazy("外面的系统告知进展"),
    "approvals.case.sent_in": gettext_lazy("别的系统送来补交、撤回"),
    "approvals.case.check_materials": gettext_lazy("核对材料"),
    "approvals.case.answer_correction": gettext_lazy("收到补交的材料"),
    "approvals.case.bring_deferred": gettext_lazy("收到容缺补交的材料"),
    "approvals.case.bring_deferred_online": gettext_lazy("申请人在网上补来容缺的材料"),
    "approvals.case.ask_deferred_again": gettext_lazy("网上补来的容缺材料要再补"),
    "approvals.case.keep_signed": gettext_lazy("存文书的签名页"),
    "approvals.case.scan_materials": gettext_lazy("存材料的扫描件"),
    "approvals.case.check_together": gettext_lazy("材料在联办的另一件里核对过"),
    "approvals.case.share_material": gettext_lazy("联办的另一件补来了共用的材料"),
    "approvals.case.consult": gettext_lazy("征求别的单位意见"),
    "approvals.case.answer_slip": gettext_lazy("征求意见有答复"),
    "approvals.case.slip_due": gettext_lazy("征求意见逾期没有答复"),
    "approvals.joint.submit": gettext_lazy("收到联办申请"),
    "approvals.joint.drop": gettext_lazy("前一步没有办成，后面的不收件"),
    "approvals.joint.withdraw": gettext_lazy("申请人撤回整件事"),
    "approvals.joint.agree_to_electronic": gettext_lazy("整件事同意电子送达"),
    "approvals.joint.refuse_electronic": gettext_lazy("整件事收回电子送达的同意"),
    "approvals.joint.hand_out": gettext_lazy("统一出件"),
    "approvals.joint.limit_due": gettext_lazy("超过联办时限"),
    "approvals.case.sign_pledge": gettext_lazy("签告知承诺书"),
    "approvals.case.take_back_pledge": gettext_lazy("撤回承诺，改交材料"),
    "approvals.case.check_pledge": gettext_lazy("事后核查承诺"),
    "approvals.case.mend_pledge": gettext_lazy("承诺不实，已经整改"),
    "approvals.case.ask_to_revoke": gettext_lazy("报请撤销决定"),
    "approvals.case.revoke": gettext_lazy("撤销决定"),
    "approvals.case.serve_revocation": gettext_lazy("送达撤销决定书"),
    "approvals.clock.set_aside_due": gettext_lazy("超期未送达撤销告知书"),
    "approvals.clock.revoked_due": gettext_lazy("超期未送达撤销决定书"),
    "approvals.case.propose_retraction": gettext_lazy("提出撤回、撤销"),
    "approvals.case.record_elsewhere": gettext_lazy("登记别处已经定了的撤回、撤销"),
    "approvals.case.tell_retraction": gettext_lazy("拟撤回、撤销的告知书送达"),
    "approvals.case.ask_retraction": gettext_lazy("报请审定撤回、撤销"),
    "approvals.case.send_back_retraction": gettext_lazy("领导退回补充"),
    "approvals.case.sanction_retraction": gettext_lazy("核准撤回、撤销"),
    "approvals.case.serve_retraction": gettext_lazy("撤回、撤销生效"),
    "approvals.case.keep_grant": gettext_lazy("审定：不收回"),
    "approvals.case.drop_retraction": gettext_lazy("不再提出撤回、撤销"),
    "approvals.case.name_prior": gettext_lazy("指明原证照"),
    "approvals.case.not_deemed_renewed": gettext_lazy("届满时不视为准予延续"),
    "approvals.clock.expiry_due": gettext_lazy("提醒证照快到期"),
    "approvals.clock.renewal_due": gettext_lazy("有效期届满，延续没有决定"),
    "approvals.case.cancel_certificate": gettext_lazy("注销证照"),
    "approvals.clock.retraction_hear_due": gettext_lazy("陈述、申辩期满"),
    "approvals.clock.retraction_decide_due": gettext_lazy("撤回、撤销逾期没有审定"),
    "approvals.clock.retraction_mend_due": gettext_lazy("撤回、撤销退回补充，没有按期重新上报"),
    "approvals.clock.retraction_serve_due": gettext_lazy("超期未送达撤回、撤销的文书"),
    "approvals.case.keep_decision": gettext_lazy("审定不撤销"),
    "approvals.case.destroy_copies": gettext_lazy("档案移交以后，删去本系统里的材料和个人信息"),
    "approvals.clock.pledge_due": gettext_lazy("承诺的核查或整改期限到了"),
    "approvals.case.fee_arise": gettext_lazy("产生费用"),
    "approvals.case.fee_assess": gettext_lazy("核定费用"),
    "approvals.case.fee_reduce": gettext_lazy("减缴"),
    "approvals.case.find_concealment": gettext_lazy("认定隐瞒、虚假材料"),
    "approvals.case.drop_concealment": gettext_lazy("不再认定隐瞒、虚假材料"),
    "approvals.case.bar": gettext_lazy("送达起，一段时间内不得再次申请"),
    "approvals.case.lift_bar": gettext_lazy("解除申请限制"),
    "approvals.case.fee_exempt": gettext_lazy("免缴"),
    "approvals.case.fee_pay": gettext_lazy("登记缴费"),
    "approvals.case.fee_owe_back": gettext_lazy("应当退费"),
    "approvals.case.fee_refund": gettext_lazy("登记退费"),
    "approvals.case.fee_drop": gettext_lazy("不再收费"),
    "approvals.case.ask_confirmation": gettext_lazy("请申请人确认"),
    "approvals.case.ask_withdrawal": gettext_lazy("登记撤回的意愿，等申请人确认"),
    "approvals.case.forget_wish": gettext_lazy("不撤回了，登记作废"),
    "approvals.case.send_confirm_code": gettext_lazy("发确认的验证码"),
    "approvals.case.confirm": gettext_lazy("申请人确认了"),
    "approvals.case.correct": gettext_lazy("当场更正"),
    "approvals.case.revise": gettext_lazy("申请人修改申请表"),
    "approvals.case.see_changes": gettext_lazy("看过申请人的改动"),
    "approvals.case.reassign": gettext_lazy("改派"),
    "approvals.case.assign_handler": gettext_lazy("定承办人"),
    "approvals.case.change_handler": gettext_lazy("换了承办人"),
    "approvals.case.remind": gettext_lazy("书面催告"),
    "approvals.case.redirect": gettext_lazy("改送受理点"),
    "approvals.case.guide_on_site": gettext_lazy("现场指导"),
    "approvals.case.ask_termination": gettext_lazy("报请终止办理"),
    "approvals.case.decline_termination": gettext_lazy("审定不终止，接着办"),
    "approvals.case.terminate": gettext_lazy("终止办理"),
    "approvals.case.void": gettext_lazy("误录作废"),
    "approvals.case.recuse": gettext_lazy("回避"),
    "approvals.case.replace_officer": gettext_lazy("换人核查、主持"),
    "approvals.clock.remind_due": gettext_lazy("提醒容缺补交"),
    "approvals.clock.look_due": gettext_lazy("网上补来的容缺材料没有按时核对"),
    "approvals.case.message": gettext_lazy("消息"),
    "approvals.case.give_opinion": gettext_lazy("提出审查意见"),
    "approvals.case.begin_step": gettext_lazy("交办这一级审查"),
    "approvals.clock.review_due": gettext_lazy("这一级审查超过期限"),
    "approvals.clock.decider_due": gettext_lazy("报上一级超过一个工作日没有决定"),
    "approvals.clock.supplement_due": gettext_lazy("补正期限到了"),
    "approvals.clock.statutory_due": gettext_lazy("超过法定时限（红牌）"),
    "approvals.clock.promised_due": gettext_lazy("超过承诺时限（黄牌）"),
    "approvals.clock.delivery_due": gettext_lazy("超期未送达"),
    "approvals.clock.deferred_due": gettext_lazy("容缺材料逾期未补"),
    "approvals.clock.recompute": gettext_lazy("放假通知到了，期限重算"),
    "approvals.case.recompute": gettext_lazy("放假通知到了，期限重算"),
    "approvals.case.note_difference": gettext_lazy("记下差异"),
    "approvals.case.settle_difference": gettext_lazy("移交差异已处理"),
    "approvals.case.parcel_settle": gettext_lazy("寄来的出入已了结"),
    "approvals.transfer.open": gettext_lazy("转出，等着交出"),
    "approvals.contact.register": gettext_lazy("首问登记"),
    "approvals.contact.conclude_due": gettext_lazy("首问逾期未了结"),
    "approvals.contact.coordinate_due": gettext_lazy("协调逾期未定，上面没有人了"),
    "approvals.contact.follow_up_due": gettext_lazy("引导逾期未回访"),
    "approvals.enquiry.ask": gettext_lazy("申请人询问"),
    "approvals.enquiry.add": gettext_lazy("申请人又有留言"),
    "approvals.enquiry.answer_due": gettext_lazy("询问逾期未答复，上面没有人了"),
    "approvals.enquiry.promise_due": gettext_lazy("约定的时间过了，上面没有人了"),
    "approvals.case.ask_extension": gettext_lazy("报请延期"),
    "approvals.case.extend": gettext_lazy("延期获准"),
    "approvals.case.object": gettext_lazy("收到对公示的异议"),
    "approvals.case.answer_objection": gettext_lazy("答复对公示的异议"),
    "approvals.case.ask_hearing": gettext_lazy("要求听证"),
    "approvals.case.schedule_hearing": gettext_lazy("听证定下时间、地点"),
    "approvals.case.record_hearing": gettext_lazy("听证笔录完成"),
    "approvals.case.tell_party": gettext_lazy("告知利害关系人"),
    "approvals.case.state_views": gettext_lazy("记下陈述、申辩"),
    "approvals.case.deny_hearing": gettext_lazy("不予听证"),
    "approvals.case.record_inspection": gettext_lazy("写下核查笔录并签名"),
    "approvals.case.sign_inspection": gettext_lazy("签核查笔录"),
    "approvals.clock.hearing_request_due": gettext_lazy("要求听证的期限到了"),
    "approvals.clock.assign_due": gettext_lazy("没有按期指派检验、检测、检疫人员"),
    "approvals.clock.hearing_hold_due": gettext_lazy("没有按期组织听证"),
    "approvals.clock.procedure_due": gettext_lazy("特别程序到期"),
    "approvals.case.attend": gettext_lazy("登记到场"),
    "approvals.case.drop_attendance": gettext_lazy("到场的登记作废"),
    "approvals.case.go_on_with_duplicate": gettext_lazy("提醒过重复申请，写明原因照样收"),
    "approvals.case.choose_delivery": gettext_lazy("选定送达方式"),
    "approvals.case.agree_to_electronic": gettext_lazy("同意电子送达"),
    "approvals.case.refuse_electronic": gettext_lazy("收回电子送达的同意"),
    "approvals.case.dispatch": gettext_lazy("寄出结果"),
    "approvals.case.issue_certificate": gettext_lazy("登记证照"),
    "approvals.case.correct_certificate": gettext_lazy("更正证照的笔误"),
    "approvals.case.end_certificate": gettext_lazy("登记证照失效"),
    "approvals.case.record_certificate": gettext_lazy("补登证照"),
    "approvals.case.come_back": gettext_lazy("邮件退回"),
    "approvals.case.tell_supervisor": gettext_lazy("决定告知监管科室"),
    "approvals.case.sign_for_supervision": gettext_lazy("监管科室签收"),
    "approvals.case.disclose": gettext_lazy("双公示：核对公开"),
    "approvals.case.propose_not_disclosing": gettext_lazy("双公示：提出不公开"),
    "approvals.case.not_disclose": gettext_lazy("双公示：核实不公开"),
    "approvals.case.decline_not_disclosing": gettext_lazy("双公示：核实应当公开"),
    "approvals.case.correct_disclosure": gettext_lazy("双公示：更正"),
    "approvals.case.take_down_disclosure": gettext_lazy("双公示：撤下"),
    "approvals.case.disclosure_due": gettext_lazy("双公示逾期未公开"),
    "approvals.case.supervision_due": gettext_lazy("监管科室逾期未签收"),
    "approvals.case.explain_overdue": gettext_lazy("说明超期的原因"),
    "approvals.case.put_up_notice": gettext_lazy("公告送达"),
    "approvals.case.collect_after_notice": gettext_lazy("公告期满以后来领，交给了他"),
    "approvals.case.hand_paper": gettext_lazy("通知书当面交到、签收"),
    "approvals.case.take_down_notice": gettext_lazy("撤下送达公告"),
    "approvals.case.parcel_announce": gettext_lazy("申请人寄来材料"),
    "approvals.case.parcel_arrive": gettext_lazy("邮件已收到"),
    "approvals.case.parcel_miss": gettext_lazy("邮件没有收到"),
    "approvals.case.parcel_back": gettext_lazy("寄回原件"),
    "approvals.contact.hand_over": gettext_lazy("交班"),
    "approvals.contact.give_back": gettext_lazy("交还"),
    "approvals.enquiry.hand_over": gettext_lazy("交班"),
    "approvals.enquiry.give_back": gettext_lazy("交还"),
    "supervision.task.hand_over": gettext_lazy("交班"),
    "supervision.task.give_back": gettext_lazy("交还"),
    "approvals.case.reuse": gettext_lazy("再用以前交过的材料"),
    "approvals.case.redo": gettext_lazy("照原来交的重新收件"),
    "approvals.case.set_aside": gettext_lazy("不予的决定已经撤销"),
    "approvals.case.serve_set_aside": gettext_lazy("撤销告知书送达"),
    "approvals.case.carry_promises": gettext_lazy("承诺随原办件带来"),
    "approvals.case.carry_agent": gettext_lazy("委托代办随原办件带来"),
    "approvals.case.agent_not_carried": gettext_lazy("原来的代办人没有接着办"),
    "approvals.project.open": gettext_lazy("立为重点项目"),
    "approvals.project.assign": gettext_lazy("改派专员"),
    "approvals.project.add_case": gettext_lazy("列入办件"),
    "approvals.project.add_contact": gettext_lazy("登记联系人"),
    "approvals.project.raise_issue": gettext_lazy("提出要协调的事"),
    "approvals.project.answer_issue": gettext_lazy("协调下来了"),
    "approvals.project.issue_late": gettext_lazy("当日没有协调下来，上交"),
    "approvals.project.close": gettext_lazy("项目办完"),
    "approvals.case.appoint_agent": gettext_lazy("登记委托代办"),
    "approvals.case.agree_to_agent": gettext_lazy("申请人同意委托代办"),
    "approvals.case.decline_agent": gettext_lazy("申请人没有同意委托"),
    "approvals.case.revoke_agent": gettext_lazy("申请人收回委托"),
    "approvals.case.agent_resigned": gettext_lazy("代办人辞去委托"),
    "approvals.case.agent_relieved": gettext_lazy("代办员停办，委托解除"),
    "approvals.case.agent_proposed": gettext_lazy("另提一位代办员，等申请人同意"),
    "denials.report.file": gettext_lazy("提出拟否定报告"),
    "denials.report.opinion": gettext_lazy("科室负责人提出意见"),
    "supervision.conductrecord.raise": gettext_lazy("登记，通知本人陈述"),
    "supervision.assessment.propose": gettext_lazy("提出考核"),
    "supervision.task.open": gettext_lazy("收到差评，交办整改"),
    "supervision.clock.limit_due": gettext_lazy("到了最长期限，仍未整改"),
    "portal.case.reveal": gettext_lazy("查看申请人完整信息"),
    "portal.applicant.recall": gettext_lazy("收件时取用以往登记"),
}
RETRACTIONS = frozenset(
    f"approvals.case.{step}_retraction" for step in ("propose", "tell", "ask", "send_back", "sanction", "serve", "drop")
) | {"approvals.case.record_elsewhere", "approvals.case.keep_grant"}
# 谁收的、为什么退回，看送达的那一行
SERVED = frozenset(
    f"approvals.case.{verb}"
    for verb in ("deliver", "serve_set_aside", "serve_revocation", "tell_retraction", "serve_retraction",
                 "collect_after_notice", "come_back", "take_down_notice")
)  # fmt: skip
FACTS = {
    "who": gettext_lazy("回避的人"),
    "successor": gettext_lazy("接着办的人"),
    "confirmed": gettext_lazy("确认什么"),
    "columns": gettext_lazy("更正了哪几栏"),
    "way": gettext_lazy("怎样确认的"),
    "together": gettext_lazy("范围"),
    "agent": gettext_lazy("代办人"),
    "procedure": gettext_lazy("程序"),
    "length": gettext_lazy("延长"),
    "parcel": gettext_lazy("邮件"),
    "amount": gettext_lazy("金额"),
    "receipt": gettext_lazy("凭证"),
    "certificate": gettext_lazy("证照"),
    "apply_by": gettext_lazy("最迟哪天申请"),
    "renewal": gettext_lazy("按时没有"),
    "ended": gettext_lazy("失效"),
    "validity": gettext_lazy("有效期"),
    "terms": gettext_lazy("许可范围、附加条件"),
    "replaces": gettext_lazy("沿用哪一件的编号"),
    "was": gettext_lazy("原来写的"),
    "reason": gettext_lazy("原因"),
    "result": gettext_lazy("结果"),
    "decision": gettext_lazy("决定"),
    "note": gettext_lazy("送达"),
    "shared": gettext_lazy("材料"),
    "source": gettext_lazy("送来的系统"),
    "step": gettext_lazy("哪一级"),
    "text": gettext_lazy("意见"),
    "how_to": gettext_lazy("如何行"),
    "reply": gettext_lazy("补充"),
    "reference": gettext_lazy("依据"),
    "paper": gettext_lazy("文书"),
    "flag": gettext_lazy("亮的牌"),
}
# 只有这几步才说的：别的动作里同名的是代号、时刻
ONLY_HERE: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(RETRACTIONS, ("kind", "ground", "until")),
    "approvals.case.put_up_notice": ("until",),
    "approvals.case.bar": ("until",),
    "approvals.case.begin_step": ("unit",),
    "approvals.case.give_opinion": ("unit",),
    **dict.fromkeys(("approvals.case.assign_handler", "approvals.case.change_handler"), ("frm", "to")),
}
NAMED = {
    "kind": gettext_lazy("怎样收回"),
    "ground": gettext_lazy("凭什么"),
    "until": gettext_lazy("期限"),
    "unit": gettext_lazy("单位"),
    "frm": gettext_lazy("原来由谁承办"),
    "to": gettext_lazy("改由谁承办"),
}


def time_left(due_at: datetime.datetime | None, now: datetime.datetime) -> tuple[str, str]:
    """离到期还有多久：话和语气；按存着的时刻当场算，清扫没跑也说得对。"""
    if due_at is None:
        return _("没有期限"), "quiet"
    left = due_at - now
    if left <= datetime.timedelta(0):
        return _("已超过 %s") % words.span(-left), "bad"
    return _("剩 %s") % words.span(left), "warn" if left <= URGENT else "info"


# 经过 -----------------------------------------------------------------


def history(case: Case) -> list[dict[str, Any]]:
    """办件和它的报告的全部日志，新的在前。"""
    about = Q(subject_type=case._meta.label_lower, subject_key=str(case.pk))
    reports = [str(pk) for pk in case.reports.values_list("pk", flat=True)]
    about |= Q(subject_type=Report._meta.label_lower, subject_key__in=reports)
    passages = [str(pk) for pk in case.transfers.values_list("pk", flat=True)]
    about |= Q(subject_type=Transfer._meta.label_lower, subject_key__in=passages)
    named = {row.material.key: row.material.name for row in case.materials.select_related("material")}
    entries = list(Entry.objects.filter(about).order_by("-at", "-pk"))
    whom = _whom(case) if any(entry.verb in SERVED for entry in entries) else {}
    return [_event(entry, named, whom) for entry in entries]


def _whom(case: Case) -> dict[datetime.datetime, str]:
    """每次送达的那一刻：谁收的，拒收、退回的为什么；日志里只有方式，销毁了的这里也没有了。"""
    told: dict[datetime.datetime, str] = {}
    for row in case.deliveries.exclude(result=""):
        who = f"{row.collector}（{row.relation}）" if row.relation else row.collector
        if row.collected_at is not None:
            told[row.collected_at] = who
        if row.ended_at is not None and row.way != approvals.LastWay.NOTICE:
            told[row.ended_at] = row.reason or row.explained or who
        elif row.ended_at is not None and row.reason:
            told[row.ended_at] = row.reason
    return told


def _event(entry: Entry, named: Mapping[str, str], whom: Mapping[datetime.datetime, str]) -> dict[str, Any]:
    facts = list(_facts(entry, named))
    if entry.verb in SERVED and (who := whom.get(entry.at)) and who not in "".join(facts):
        facts.insert(0, who)
    text = "；".join(fact.rstrip("。") for fact in facts)
    return {"title": title(entry.verb), "at": entry.at, "who": entry.by_name, "text": text, "state": "done"}


def title(verb: str) -> str:
    """一个动作的中文名。"""
    if verb in DEEDS:
        return str(DEEDS[verb])
    model = MODELS.get(verb.rpartition(".")[0])
    steps = {found.name: found.custom["label"] for found in moves_of(model)} if model else {}
    return str(full_width(steps.get(verb.rpartition(".")[2], verb)))


def _facts(entry: Entry, named: Mapping[str, str]) -> Iterable[str]:
    facts = entry.facts
    if entry.verb == "approvals.case.check_materials":
        return [f"{named.get(key, key)}：{_verdict(said)}" for key, said in facts.items()]
    labels = {key: NAMED[key] for key in ONLY_HERE.get(entry.verb, ())} | FACTS
    said = [f"{label}：{full_width(facts[key])}" for key, label in labels.items() if facts.get(key)]
    if entry.verb == "approvals.case.give_opinion":
        said.insert(0, str(approvals.Opinion(facts["opinion"]).label))
    if "verdict" in facts:
        said.insert(0, str(full_width(str(denials.Verdict(facts["verdict"]).label))))
    if "materials" in facts:
        said += [named.get(key, key) for key in facts["materials"]]
    if isinstance(facts.get("material"), str):
        said.append(named.get(facts["material"], facts["material"]))
    if entry.before and entry.before != entry.after:
        said.append(f"{_state(entry, entry.before)} → {_state(entry, entry.after)}")
    return said


def _verdict(said: str) -> str:
    verdict, _gap, comment = said.partition(" ")
    label = str(approvals.Verdict(verdict).label)
    return f"{label}（{comment}）" if comment else label


def _state(entry: Entry, state: str) -> str:
    known: Any = STATES.get(entry.subject_type, denials.ReportState)
    return str(known(state).label) if state in known.values else state


# 梯子 -----------------------------------------------------------------

THEN = {
    denials.ClockKind.CHIEF: gettext_lazy("到点未审，自动上报分管副局长"),
    denials.ClockKind.DEPUTY: gettext_lazy("到点未定，自动转局长"),
    denials.ClockKind.ANSWER: gettext_lazy("到点未定，转局长并告诉申请人"),
    denials.ClockKind.STUDY: gettext_lazy("到点未答复，转局长"),
    denials.ClockKind.PROMISE: gettext_lazy("再次到点，记为局长逾期"),
}


def ladder_clocks(report: Report) -> list[tuple[Any, str, Any]]:
    """梯子上还在走的时钟：时钟、名称、到点会怎样。"""
    names = dict(denials.ClockKind.choices)
    running = report.clocks.running().order_by("due_at")
    return [(one, str(names.get(one.kind, one.kind)), THEN.get(one.kind, "")) for one in running]


def ladder(report: Report, at: datetime.datetime) -> list[dict[str, Any]]:
    """逐级：谁、何时到、何时前、说了什么；还没到的梯级也列出来。"""
    turns = list(report.turns.select_related("post", "by").order_by("opened_at", "pk"))
    return [_turn(turn, at) for turn in turns] + _ahead(report)


def _turn(turn: Turn, at: datetime.datetime) -> dict[str, Any]:
    place = full_width(f"{turn.get_rung_display()}：{turn.post}") if turn.post else turn.get_rung_display()
    if turn.closed_at is None:
        standing = turn.post.holder_at(at) if turn.post else None
        who = standing.describe() if standing else "" if turn.post is None else _("此刻无人在岗，到点照样上移")
        left, _tone = time_left(turn.due_at, at)
        text = _("最迟 %(due)s，%(left)s。") % {"due": words.due_words(turn.due_at), "left": left}
        return {"title": place, "at": turn.opened_at, "who": full_width(who), "text": text, "state": "now"}
    said = [str(full_width(turn.get_verdict_display())), turn.text, turn.how_to and _("如何行：%s") % turn.how_to]
    who = turn.standing or (turn.by.full_name if turn.by else "")
    text = "。".join(part.rstrip("。") for part in said if part)
    return {"title": place, "at": turn.closed_at, "who": full_width(who), "text": f"{text}。", "state": "done"}


def _ahead(report: Report) -> list[dict[str, Any]]:
    """上面还有谁。"""
    ahead = []
    rung = rung_of(report.state)
    if rung == denials.Rung.CHIEF and report.deputy_post:
        ahead.append(f"{denials.Rung.DEPUTY.label}：{report.deputy_post}")
    if rung in (denials.Rung.CHIEF, denials.Rung.DEPUTY) and report.director_post:
        ahead.append(f"{denials.Rung.DIRECTOR.label}：{report.director_post}")
    return [{"title": full_width(one), "state": "next"} for one in ahead]


# 信 -------------------------------------------------------------------


def targets(notices: Iterable[Notice]) -> list[tuple[Notice, str]]:
    """每条通知和它说的那一件的网址；没有页的是空串。"""
    rows = list(notices)
    tables: dict[str, Any] = {"approvals.case": Case, "denials.report": Report}
    numbers: dict[tuple[str, str], str] = {}
    for label, model in tables.items():
        keys = {row.subject_key for row in rows if row.subject_type == label}
        found = model.objects.filter(pk__in=keys).values_list("pk", "number") if keys else ()
        numbers |= {(label, str(pk)): number for pk, number in found}
    return [(row, _page_of(row, numbers.get((row.subject_type, row.subject_key), ""))) for row in rows]


BY_KIND = {"decision.told": "desk:decision-notices", "disclosure.settle": "desk:disclosures",
           "duty.swap": "desk:calendar"}  # fmt: skip
BY_KEY = {"supervision.assessment": "desk:assessment", "supervision.conductrecord": "desk:conduct-record"}
BY_NUMBER = {"approvals.case": "desk:case", "denials.report": "desk:report"}


def _page_of(notice: Notice, number: str) -> str:
    """要他做事的那一页：有自己清单的到清单，其余到那一件。"""
    if notice.kind in BY_KIND:
        return reverse(BY_KIND[notice.kind])
    if notice.subject_type in BY_KEY:
        return reverse(BY_KEY[notice.subject_type], args=[notice.subject_key])
    return reverse(BY_NUMBER[notice.subject_type], args=[number]) if number else ""
