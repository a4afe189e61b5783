"""办件上此刻的下一步：按钮由状态机给，走不了的写明为什么。"""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals import rules
from approvals.actions import attendances, handing_off, leaders, mandates, quota, withdrawing
from approvals.actions import bars as barring
from approvals.actions.advances import may_guide
from approvals.actions.correction import PARCEL_COMING, sent_in_time
from approvals.actions.recusals import may_recuse
from approvals.models import Case
from approvals.rules.attendances import calls_for, is_open, may_note
from approvals.rules.deciders import not_yet_endorsed
from approvals.rules.slips import slips_settled
from approvals.states import BEFORE_ACCEPTANCE, UNDER_WAY, WAITING, CaseState, Verdict
from denials.actions.register import may_refuse
from denials.models import LadderPolicy, Report
from denials.states import ReportState
from office.papers.words import full_width
from office.steps import available
from portal.desk import bars, certificates, endings, fees, later, pledges, procedures, retractions, set_aside
from portal.desk.access import may


@dataclass(frozen=True)
class Action:
    """一个按钮：page=True 先打开一页填写，否则直接提交。reason 不空就是现在不能。"""

    name: str
    label: Any
    url: str
    page: bool = False
    reason: str = ""
    kind: str = "secondary"

    @property
    def previews(self) -> bool:
        """直接提交的一步，出文书以前可以先看一眼。"""
        return self.name == "ask_to_supplement"


# 步名 → 网址名；page 的先填一页。
STEPS = {
    "accept": ("desk:case-accept", False),
    "ask_to_supplement": ("desk:case-notify", False),
    "tell_again": ("desk:case-notify-again", True),
    "lapse": ("desk:case-lapse", True),
    "begin_review": ("desk:case-begin-review", False),
    "return_for_review": ("desk:case-return-for-review", True),
    "grant_on_the_spot": ("desk:case-grant-on-the-spot", True),
    "endorse": ("desk:case-endorse", True),
    "grant": ("desk:case-grant", True),
    "deliver": ("desk:case-deliver", True),
    "close": ("desk:case-close", False),
    "enter_procedure": ("desk:case-procedures", True),
    "reassign": ("desk:case-reassign", True),
    "redirect": ("desk:case-redirect", True),
    "assign_handler": ("desk:case-handler", True),
}
ORDER = [
    "confirm", "check", "look", "attend", "accept", "ask_to_supplement", "recheck", "attended", "answer",
    "parcel", "tell_again", "begin_review",
    "opinion", "consult", "grant_on_the_spot", "endorse", "grant", "return_for_review", "fee", "deliver",
    "set_aside", "close", "retraction", "pledge", "bar",
    "procedure", "enter_procedure", "extend", "resubmit", "report", "rule", "precedent", "amend", "certificate",
    "answer_termination", "later", "hand_off", "guidance", "assign_handler", "reassign", "redirect", "recuse", "remind",
    "terminate", "lapse", "void", "withdraw",
]  # fmt: skip
# 有些步只对有些事项：别的事项上不必写“现在不能”。
ONLY_FOR = (
    ("grant_on_the_spot", rules.is_instant),
    ("tell_again", rules.told_already),
    ("enter_procedure", rules.guide_lists_procedures),
    ("redirect", lambda case: case.guide.desks.exists()),
)

HELD = full_width(rules.not_held.reason)
NEVER_FIRST = {
    "attended",
    "return_for_review", "assign_handler", "reassign", "redirect", "bar",
    "consult", "amend", "recuse", "parcel", "tell_again", "fee", "pledge", "enter_procedure", "procedure", "extend",
    "report", "rule", "precedent", "lapse", "withdraw", "certificate",
    "retraction", "later", "hand_off", "guidance", "answer_termination", "remind", "terminate", "void",
}  # fmt: skip
QUIET = {
    "attended",
    "withdraw", "hand_off", "lapse", "guidance", "remind", "terminate", "void", "assign_handler", "reassign",
    "redirect", "recuse", "amend", "certificate", "later",
}  # fmt: skip


def actions_for(case: Case, user: Any, at: datetime.datetime) -> list[Action]:
    """这件办件上我能走的步；能走的第一步作主按钮。"""
    prefetch_related_objects([case], "materials")  # 几步都要看材料
    found = [*_steps(case, user, at), *_deeds(case, user), *_procedures(case, user, at), *_refusals(case, user, at)]
    found.sort(key=lambda action: ORDER.index(action.name))
    first = next((a for a in found if not a.reason and a.name not in NEVER_FIRST), None)
    return [Action(**{**vars(a), "kind": "primary" if a is first else _kind(a)}) for a in found]


def blocked(actions: list[Action]) -> list[tuple[str, str]]:
    """现在走不了的步，同一个原因的并在一起：（原因，哪几步）。"""
    grouped: dict[str, list[str]] = {}
    for one in actions:
        if one.reason:
            grouped.setdefault(one.reason, []).append(str(one.label))
    return [(reason, "、".join(labels)) for reason, labels in grouped.items()]


def _kind(action: Action) -> str:
    return "link" if action.name in QUIET else "secondary"


def _steps(case: Case, user: Any, at: datetime.datetime) -> list[Action]:
    """状态机给的步，加上动作自己才知道的“为什么不行”。"""
    found = []
    for step in available(case, user):
        if step.name not in STEPS or any(step.name == name and not fits(case) for name, fits in ONLY_FOR):
            continue
        name, is_page = STEPS[step.name]
        if step.name == "assign_handler" and not rules.may_assign_handler(case, user):
            found.append(Action(step.name, _("领办"), reverse("desk:case-handler-take", args=[case.number])))
            continue
        reason = _reason(case, step, at) or _more_reason(case, user, step.name, at)
        label = full_width(step.label)
        if step.name == "assign_handler" and case.handler_id:
            label = _("换承办人")
        found.append(Action(step.name, label, reverse(name, args=[case.number]), is_page, full_width(reason)))
    return found


def _reason(case: Case, step: Any, at: datetime.datetime) -> str:
    """审核过的，写明由谁决定。"""
    if step.name == "endorse" and step.reason == not_yet_endorsed.reason:
        return f"{_('已经审核过')}：{leaders.decided_by_words(case, at)}。"
    return str(step.reason)


def _more_reason(case: Case, user: Any, name: str, at: datetime.datetime) -> str:
    if name == "accept":
        return full_width(barring.not_acceptable(case, at) or mandates.unverified(case) or attendances.lacking(case))
    if name in ("grant", "grant_on_the_spot") and (why := barring.unsettled(case) or attendances.unseen(case)):
        return full_width(why)
    if name in ("grant", "grant_on_the_spot") and (found := quota.places(case, at)) and found.obstacle:
        return full_width(found.obstacle)
    if name == "lapse" and case.correction.due_at > at:
        return _("补正期限还没有过。")
    if name == "lapse" and sent_in_time(case):
        return PARCEL_COMING
    if name == "grant" and rules.has_reviewed(case, user):
        return _("您审查过这一件，要由别的人作决定。")
    if name == "grant":
        return full_width(leaders.not_your_turn(case, user, at))
    if name == "endorse":
        return full_width(leaders.not_your_turn_to_endorse(case, user, at))
    if name == "ask_to_supplement":
        rows = list(case.materials.all())
        if any(row.verdict == Verdict.UNCHECKED for row in rows):
            return _("还有材料没有核对：一次性告知必须一次列全。")
        if not rules.missing_materials(case):
            return _("没有缺少或不符合的材料。")
    return ""


def _deeds(case: Case, user: Any) -> list[Action]:
    """不是一步、也要人做的事。"""
    found = []
    if case.state == CaseState.RECEIVED and rules.may_take_in(case, user):
        url = reverse("desk:case-check", args=[case.number])
        unchecked = any(row.verdict == Verdict.UNCHECKED for row in case.materials.all())
        found.append(Action(*(("check", _("核对材料")) if unchecked else ("recheck", _("重新核对"))), url, True))
    if calls_for(case.item) and is_open(case) and may_note(case, user):
        url = reverse("desk:case-attendance", args=[case.number])
        waits = case.state in BEFORE_ACCEPTANCE and attendances.lacking(case)
        found.append(Action("attend" if waits else "attended", _("登记到场"), url, True))
    if case.unconfirmed and rules.takes_confirmation(case) and rules.may_take_in(case, user):
        found.append(Action("confirm", _("请申请人确认"), reverse("desk:case-confirm", args=[case.number]), True))
    if case.state in BEFORE_ACCEPTANCE and rules.may_take_in(case, user) and case.guide.form:
        found.append(Action("amend", _("当场更正"), reverse("desk:case-amend", args=[case.number]), True))
    if case.state in WAITING and may_recuse(case, user):
        found.append(Action("recuse", _("回避"), reverse("desk:case-recuse", args=[case.number]), True))
    if any(row.brought_at for row in case.materials.all()) and rules.may_take_in(case, user):
        url = reverse("desk:case-materials", args=[case.number])
        found.append(Action("look", _("核对补来的容缺材料"), url, True))
    if case.state == CaseState.CORRECTING and rules.may_take_in(case, user):
        found.append(Action("answer", _("收补正材料"), reverse("desk:case-answer", args=[case.number]), True))
    if may_guide(case, user):
        found.append(Action("guidance", _("现场指导"), reverse("desk:case-guidance", args=[case.number]), True))
    if handing_off.may_offer(case, user):
        label = _("外面系统的进展、转回") if case.elsewhere else _("转给外面的系统办")
        found.append(Action("hand_off", label, reverse("desk:case-hand-off", args=[case.number]), True))
    if withdrawing.may_register(case, user):
        found.append(Action("withdraw", _("登记撤回"), reverse("desk:case-withdraw", args=[case.number]), True))
    if case.has_parcels and rules.may_take_in(case, user):
        found.append(Action("parcel", _("邮件"), reverse("desk:case-parcels", args=[case.number]), True))
    if case.state == CaseState.REVIEWING and (review := open_review(case, user)):
        url = reverse("desk:case-opinion", args=[case.number])
        waiting = "" if slips_settled(case) else full_width(slips_settled.reason)
        if not rules.in_the_examiners_hands(case) and rules.due_in(case).pk == review.unit_id:
            waiting = full_width(rules.in_the_examiners_hands.reason)
        found.append(Action("opinion", _("提出审查意见"), url, True, waiting if rules.not_held(case) else HELD))
        if rules.may_review(case, user):
            url = reverse("desk:case-consult", args=[case.number])
            found.append(Action("consult", _("征求别的单位意见"), url, True, "" if rules.not_held(case) else HELD))
    return found


def _procedures(case: Case, user: Any, at: datetime.datetime) -> list[Action]:
    """进行中的特别程序各有各的下一步；依法可以延期的，报请延期。"""
    found = [Action("procedure", label, url, True, reason) for label, url, reason in procedures.offers(case, user, at)]
    found += [Action("later", label, url, True, reason) for label, url, reason in later.offers(case, user)]
    found += [Action("set_aside", label, url, True, reason) for label, url, reason in set_aside.offers(case, user)]
    found += [Action("certificate", label, url, True, why) for label, url, why in certificates.offers(case, user)]
    found += [Action("retraction", label, url, True, why) for label, url, why in retractions.offers(case, user, at)]
    found += [Action("bar", label, url, True, why) for label, url, why in bars.offers(case, user, at)]
    found += [Action("fee", label, url, True, reason) for label, url, reason in fees.offers(case, user)]
    found += [Action("pledge", label, url, True, reason) for label, url, reason in pledges.offers(case, user, at)]
    found += [Action(name, label, url, True, reason) for name, label, url, reason in endings.offers(case, user)]
    if case.state in UNDER_WAY and rules.may_ask_extension(case, user) and rules.extension_limit(case.item, case.guide):
        url = reverse("desk:case-extend", args=[case.number])
        found.append(Action("extend", _("报请延期"), url, True, procedures.why_not_extend(case, at)))
    return found


def open_review(case: Case, user: Any) -> Any:
    """轮到这个人提意见的那一行。"""
    if rules.stays_out(case, user):
        return None
    waiting = case.reviews.filter(opinion="").select_related("unit")
    return next((review for review in waiting if user.may("review_case", review.unit)), None)


REFUSE = {
    True: (gettext_lazy("不予受理（依明确规定）"), gettext_lazy("不予受理（参照先例）")),
    False: (gettext_lazy("不予许可（依明确规定）"), gettext_lazy("不予许可（参照先例）")),
}


def _refusals(case: Case, user: Any, at: datetime.datetime) -> list[Action]:
    """拿不准就拟否定报告；有明确规定或先例的才有“不予”两个按钮，点开也要先引出依据。"""
    if case.state not in WAITING:
        return []
    found = []
    reason = "" if rules.not_held(case) else HELD
    returned = Report.objects.filter(case=case, state=ReportState.RETURNED).first() if case.held_at else None
    if returned and user.may("file_denial", returned.unit):
        url = reverse("desk:report-resubmit", args=[returned.number])
        found.append(Action("resubmit", _("补充后重报"), url, True))
    if may(case, user, "hold"):
        url = reverse("desk:case-report", args=[case.number])
        found.append(Action("report", _("拟否定报告"), url, True, reason))
    if may_refuse(case, user):
        strict = LadderPolicy.objects.in_force(case.agency, at).strict
        reason = reason or (_("本机关规定凡否定都须审定。") if strict else "")
        by_rule, by_precedent = REFUSE[case.state in BEFORE_ACCEPTANCE]
        url = reverse("desk:case-refuse-by-rule", args=[case.number])
        found.append(Action("rule", by_rule, url, True, reason))
        url = reverse("desk:case-refuse-by-precedent", args=[case.number])
        found.append(Action("precedent", by_precedent, url, True, reason))
    return found
