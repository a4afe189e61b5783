"""代办考核：数从记录里取，一人提出、一人审定，告诉本人；停办的随即停办，撤销的随即恢复。"""

import datetime
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q

from agencies.models import Unit, User
from approvals.actions import agent_stops
from approvals.models import AgentStop, Case, Clock, IssueClock, Mandate, ProjectIssue
from approvals.states import ClockKind, IssueState, MandateKind, MandateState
from office.journal import actions as journal
from office.notices import actions as notices
from office.steps import NotNow, take
from office.workdays.rules import DAY, end_of, local
from supervision import rules
from supervision.actions import appeals
from supervision.models import Assessment, ConductRecord, Rating
from supervision.models.deciding import units_led_by
from supervision.states import (
    ASSESSMENT_VOID,
    BAD_SCORES,
    OUTCOMES_OF,
    STOPS,
    AssessmentGrade,
    AssessmentOutcome,
    ConductSource,
)

# 办件的几个期限里，误了哪几个算没有按时
IN_TIME = (ClockKind.SUPPLEMENT, ClockKind.STATUTORY, ClockKind.PROMISED)
LABELS = {
    "helped": "代办（当年同意委托的）",
    "decided": "由他代办、当年作出决定的",
    "on_time": "其中没有误期的（补正、承诺、法定时限）",
    "rated": "申请人评价的",
    "pleased": "其中满意的",
    "issues": "重点项目要协调的（到了期的）",
    "settled_same_day": "其中当日协调下来的",
    "revoked": "申请人收回委托的",
    "resigned": "自己辞去委托的",
    "conduct": "成立的纪律、追责记录",
    "complaints": "其中由投诉发现的",
}


@dataclass(frozen=True)
class Proposal:
    """提出的考核：等次、理由、奖惩。照规则的等次改了的，理由里要说明。"""

    grade: str
    reasons: str
    outcome: str = AssessmentOutcome.NOTHING
    basis: str = ""
    until: datetime.date | None = None
    successor: User | None = None


def figures(person: User, year: int) -> dict[str, int]:
    """这一年的数，件数；全取自委托、办件、评价、协调、纪律记录。"""
    span = (end_of(datetime.date(year, 1, 1) - DAY), end_of(datetime.date(year, 12, 31)))
    held = Mandate.objects.filter(user=person, kind=MandateKind.STAFF, consented_at__isnull=False)
    cases = _decided_in_hand(held, span)
    told: dict[str, int] = {
        **held.filter(_within("consented_at", span)).aggregate(helped=Count("case", distinct=True)),
        **cases.aggregate(decided=Count("pk"), on_time=Count("pk", filter=~Q(late=True))),
        **_rated(cases, span), **_issues(person, span),
        **held.filter(_within("ended_at", span)).aggregate(
            revoked=Count("pk", filter=Q(state=MandateState.REVOKED)),
            resigned=Count("pk", filter=Q(state=MandateState.RESIGNED)),
        ),
        **ConductRecord.objects.standing().filter(person=person, happened_on__year=year).aggregate(
            conduct=Count("pk"), complaints=Count("pk", filter=Q(source=ConductSource.COMPLAINT)),
        ),
    }  # fmt: skip
    return {key: told[key] for key in LABELS}


def _within(column: str, span: tuple[datetime.datetime, datetime.datetime]) -> Q:
    return Q(**{f"{column}__gte": span[0], f"{column}__lt": span[1]})


def _decided_in_hand(held: Any, span: Any) -> Any:
    """当年作出决定、那时还由他代办的办件；误了期的记着 late。"""
    his = held.filter(case=OuterRef("pk"), consented_at__lte=OuterRef("decided_at"))
    his = his.filter(Q(ended_at=None) | Q(ended_at__gte=OuterRef("decided_at")), to_at__gt=OuterRef("decided_at"))
    late = Clock.objects.filter(Q(late=True) | Q(fired_at__isnull=False), case=OuterRef("pk"), kind__in=IN_TIME)
    return Case.objects.filter(_within("decided_at", span), Exists(his)).annotate(late=Exists(late)).order_by()


def _rated(cases: Any, span: Any) -> dict[str, int]:
    """当年评的；误评剔除的、默认的不算。"""
    counted = Rating.objects.counted().filter(_within("rated_at", span), case__in=cases.values("pk"))
    told: dict[str, int] = counted.aggregate(rated=Count("pk"), pleased=Count("pk", filter=~Q(score__in=BAD_SCORES)))
    return told


def _issues(person: User, span: Any) -> dict[str, int]:
    """当年提出的协调：协调下来了的和误了的；还没有到期的不算。"""
    late = IssueClock.objects.filter(Q(late=True) | Q(fired_at__isnull=False), issue=OuterRef("pk"))
    found = ProjectIssue.objects.filter(_within("raised_at", span), specialist=person)
    over = found.annotate(missed=Exists(late)).filter(Q(state=IssueState.ANSWERED) | Q(missed=True))
    told: dict[str, int] = over.aggregate(issues=Count("pk"), settled_same_day=Count("pk", filter=Q(missed=False)))
    return told


def suggested(counted: dict[str, int]) -> tuple[AssessmentGrade, list[str]]:
    """照本局的规则算的等次，和一条一条的理由。"""
    return rules.suggested_grade(counted, settings.AGENT_ASSESSMENT)


def may_propose(unit: Unit, user: User) -> bool:
    """管这个单位的人。"""
    return bool(units_led_by(user).filter(pk=unit.pk).exists())


def propose(person: User, *, unit: Unit, year: int, told: Proposal, by: User, at: datetime.datetime) -> Assessment:
    """提出：取数、照规则算等次，一起记下。

    Raises: PermissionDenied(不管这个单位、自己的)、NotNow(这一年没有过完、已有一份、奖惩和等次不合、缺理由或依据)。
    """
    if person == by or not may_propose(unit, by):
        raise PermissionDenied("由管这个单位的人提出；自己的由别人提出。")
    if year >= local(at).year:
        raise NotNow(f"{year}年还没有过完，过完了再考核。")
    _fits(told, person, at)
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=person.pk)
        if Assessment.objects.filter(person=person, year=year).exclude(state__in=ASSESSMENT_VOID).exists():
            raise NotNow(f"{person.full_name}{year}年度的考核已经有一份。")
        counted = figures(person, year)
        grade, grounds = suggested(counted)
        made: Assessment = Assessment.objects.create(
            person=person, unit=unit, year=year, figures=counted, grounds=grounds, suggested=grade,
            grade=told.grade, reasons=told.reasons.strip(), outcome=told.outcome, basis=told.basis.strip(),
            until=told.until, successor=told.successor, proposed_at=at, proposed_by=by,
        )  # fmt: skip
        facts = {"person": person.username, "year": year, "grade": made.get_grade_display(), "figures": counted}
        journal.record("supervision.assessment.propose", about=made, by=by, at=at, after=made.state, facts=facts)
        appeals.tell_those_who(made, "confirm", *_theirs(made, "的考核提出了，请审定"), by=by, at=at)
    return made


def _fits(told: Proposal, person: User, at: datetime.datetime) -> None:
    """奖惩合不合等次，该写的写了没有。"""
    appeals.needs(told.reasons, "请写明理由。")
    grade, outcome = AssessmentGrade(told.grade), AssessmentOutcome(told.outcome)
    if outcome not in OUTCOMES_OF[grade]:
        allowed = "、".join(str(one.label) for one in OUTCOMES_OF[grade])
        raise NotNow(f"{grade.label}的，只能选：{allowed}。")
    if outcome != AssessmentOutcome.NOTHING:
        appeals.needs(told.basis, "请写明奖惩的依据。")
    if (outcome == AssessmentOutcome.SUSPENDED) != (told.until is not None):
        raise NotNow("暂停代办的，请写明停到哪天；别的不写。")
    if told.until is not None and told.until <= local(at).date():
        raise NotNow("暂停到的那天要在今天以后。")
    if told.successor is not None and outcome not in STOPS:
        raise NotNow("暂停、取消资格的，才另定手上的由谁接。")
    if told.successor == person:
        raise NotNow("手上的要由另一位代办员接。")


def confirm(made: Assessment, *, text: str, by: User, at: datetime.datetime) -> Assessment:
    """审定：告诉本人；暂停、取消资格的，同一事务停办。Raises: NotNow、PermissionDenied。"""
    appeals.needs(text, "请写明审定的意见。")
    with transaction.atomic():
        made.lock()
        stop = _stop(made, by=by, at=at) if made.outcome in STOPS and rules.may_confirm(made, by) else None
        take(made, "confirm", by=by, at=at, text=text.strip(), stop=stop)
        until = appeals.until(made)
        result = f"{made.get_grade_display()}，{made.get_outcome_display()}"
        body = f"{made}：{result}。{made.reasons}有异议的，可以在{until}以前提出。"
        _tell(made, "考核结果", body, by=by, at=at)
    return made


def _stop(made: Assessment, *, by: User, at: datetime.datetime) -> AgentStop | None:
    """不是等着审定的不停办，由那一步说为什么不能。"""
    if made.decided_at is not None:
        return None
    basis = f"{made}：{made.get_grade_display()}；{made.basis}"[:200]
    return agent_stops.stop(
        made.person, unit=made.unit, until=made.until, basis=basis, successor=made.successor, by=by, at=at
    )


def send_back(made: Assessment, *, text: str, by: User, at: datetime.datetime) -> Assessment:
    """退回：可以另提一份。Raises: NotNow、PermissionDenied。"""
    appeals.needs(text, "请写明为什么退回。")
    with transaction.atomic():
        take(made, "send_back", by=by, at=at, text=text.strip())
        body = f"{made.person.full_name}{made}退回了：{made.opinion}"
        _tell(made, "退回", body, to=made.proposed_by, by=by, at=at)
    return made


def lodge_appeal(made: Assessment, *, text: str, by: User, at: datetime.datetime) -> Assessment:
    """本人提出异议，在期限里，一次。Raises: NotNow、PermissionDenied。"""
    with transaction.atomic():
        appeals.lodge(made, text=text, by=by, at=at)
        appeals.tell_those_who(made, "uphold", *_theirs(made, "提出异议，请复核"), by=by, at=at)
    return made


def uphold(made: Assessment, *, text: str, by: User, at: datetime.datetime) -> Assessment:
    """复核维持。Raises: NotNow、PermissionDenied。"""
    appeals.answer(made, "uphold", text, partial(_tell, by=by, at=at), by=by, at=at)
    return made


def overturn(made: Assessment, *, text: str, by: User, at: datetime.datetime) -> Assessment:
    """复核撤销：不再算数，可以另提一份；停了的恢复。Raises: NotNow、PermissionDenied。"""
    with transaction.atomic():
        appeals.answer(made, "overturn", text, partial(_tell, by=by, at=at), by=by, at=at)
        if made.stop is not None:
            agent_stops.lift(made.stop, reason=f"{made}复核撤销：{text.strip()}", by=by, at=at)
    return made


def assessable(user: User) -> list[tuple[Unit, User]]:
    """他管的单位里替人代办过的、做过重点项目专员的人，不含自己。"""
    agents = User.objects.filter(Q(mandates__isnull=False) | Q(projects__isnull=False)).exclude(pk=user.pk)
    units = {unit.pk: unit for unit in units_led_by(user)}
    rows = agents.filter(holdings__to_at=None, holdings__post__unit__in=units).annotate(
        place=F("holdings__post__unit"), path=F("holdings__post__unit__path")
    )
    return [(units[row.place], row) for row in rows.order_by("path", "full_name", "pk").distinct()]


def _theirs(made: Assessment, what: str) -> tuple[str, str]:
    return "assessment.theirs", f"代办考核：{made.person.full_name}{what}"


def _tell(
    made: Assessment, subject: str, body: str, *, to: User | None = None, by: User, at: datetime.datetime
) -> None:
    """告诉本人；退回的告诉提出的人。"""
    person = to or made.person
    notices.queue(
        "assessment.yours", about=made, to=person, channel="inbox", subject=f"代办考核：{subject}", body=body,
        responsible=person, by=by, at=at,
    )  # fmt: skip
