"""九项制度（调政办发〔2020〕9号三（二）2）：一项一行，管什么、在哪里办、数从哪几张表里数出来。"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as lazy

from agencies.models import Absence, Representative, User
from approvals.models import Case, CaseMaterial, Contact, Cover, Flag, Pledge
from approvals.states import PledgeState
from denials.models import RegisterEntry
from office.workdays.rules import local
from supervision.models import ConductRecord
from supervision.states import CONDUCT_STANDS, ConductKind

Moment = datetime.datetime
Numbers = list[tuple[Any, int]]  # （数的是什么，多少）


@dataclass(frozen=True)
class Rule:
    """一项制度。"""

    name: Any
    what: Any
    page: str  # 在哪一页办
    count: Callable[[User, Moment, Moment, Moment], Numbers]


def _pledged(user: User, since: Moment, until: Moment, at: Moment) -> Numbers:
    found = Pledge.objects.visible_to(user).filter(signed_at__gte=since, signed_at__lt=until)
    told = found.aggregate(all=Count("pk"), false=Count("pk", filter=Q(state=PledgeState.REVOKED)))
    return [(lazy("签了承诺"), told["all"]), (lazy("查实不实、撤销"), told["false"])]


def _asked_first(user: User, since: Moment, until: Moment, at: Moment) -> Numbers:
    found = Contact.objects.visible_to(user).filter(registered_at__gte=since, registered_at__lt=until)
    cases = Case.objects.visible_to(user).received_between(since, until)
    return [(lazy("首问登记"), found.count()), (lazy("收件（都有首问责任人）"), cases.count())]


def _reported(user: User, since: Moment, until: Moment, at: Moment) -> Numbers:
    found = RegisterEntry.objects.visible_to(user).filter(registered_at__gte=since, registered_at__lt=until)
    unread = found.filter(readings__read_at=None).distinct()
    return [(lazy("报备"), found.count()), (lazy("还有领导没有阅知"), unread.count())]


def _deferred(user: User, since: Moment, until: Moment, at: Moment) -> Numbers:
    cases = Case.objects.visible_to(user).received_between(since, until)
    found = CaseMaterial.objects.filter(case__in=cases, due_date__isnull=False)
    return [(lazy("容缺收下的材料"), found.count())]


def _on_time(user: User, since: Moment, until: Moment, at: Moment) -> Numbers:
    decided = Case.objects.visible_to(user).filter(decided_at__gte=since, decided_at__lt=until)
    flags = Flag.objects.filter(case__in=Case.objects.visible_to(user), raised_at__gte=since, raised_at__lt=until)
    return [(lazy("作出决定"), decided.count()), (lazy("超期亮牌"), flags.count())]


def _represented(user: User, since: Moment, until: Moment, at: Moment) -> Numbers:
    found = Representative.objects.visible_to(user).on(local(at).date())
    return [(lazy("在任"), found.count()), (lazy("有首席代表的科室"), found.values("unit").distinct().count())]


def _covered(user: User, since: Moment, until: Moment, at: Moment) -> Numbers:
    away = Absence.objects.visible_to(user).covering(at)
    covers = Cover.objects.filter(absent__in=away.values("user"), made_at__gte=since, made_at__lt=until)
    return [(lazy("此刻离岗的"), away.count()), (lazy("交了班的"), covers.count())]


def _conduct(kind: str) -> Callable[[User, Moment, Moment, Moment], Numbers]:
    def count(user: User, since: Moment, until: Moment, at: Moment) -> Numbers:
        found = ConductRecord.objects.visible_to(user).filter(kind=kind, raised_at__gte=since, raised_at__lt=until)
        told = found.aggregate(all=Count("pk"), stands=Count("pk", filter=Q(state__in=CONDUCT_STANDS)))
        return [(lazy("登记"), told["all"]), (lazy("成立"), told["stands"])]

    return count


RULES = (
    Rule(lazy("告知承诺制"), lazy("可以用书面承诺代替的证明，先办，事后核查；不实的撤销。"), "desk:pledges", _pledged),
    Rule(lazy("首问负责制"), lazy("头一个接待的人负责到底；不归本单位的引导到具体的地方，并回访。"), "desk:contacts",
         _asked_first),
    Rule(lazy("否定备案制"), lazy("不受理、不许可的，当天报备，逐级阅知；规定不明的，领导审定以前不能说“不”。"),
         "desk:refusals", _reported),
    Rule(lazy("容缺受理制"), lazy("次要材料暂缺的先受理，约定日期补来。"), "desk:cases", _deferred),
    Rule(lazy("限时办结制"), lazy("法定、承诺的期限到了没有办结的，亮牌、说明原因、公开。"), "hall:overdue", _on_time),
    Rule(lazy("首席代表制"), lazy("各科室派人驻窗口，书面充分授权，当场办。"), "desk:representatives", _represented),
    Rule(lazy("AB岗制"), lazy("A 岗离岗，B 岗有职责、有队列；名下的一次交班。"), "desk:covers", _covered),
    Rule(lazy("责任追究制"), lazy("违反规定、失职渎职、拖延的，登记、听取陈述、处理，可以申诉。"), "desk:conduct",
         _conduct(ConductKind.ACCOUNTABILITY)),
    Rule(lazy("服务纪律"), lazy("着装、在岗、态度、廉洁；违反的一件一件记，本人可以陈述、申诉。"), "desk:conduct",
         _conduct(ConductKind.DISCIPLINE)),
)  # fmt: skip


def figures(user: User, since: Moment, until: Moment, at: Moment) -> list[tuple[Rule, Numbers]]:
    """每项制度在 [since, until) 里的数，只数这个人看得到的；此刻的照 at。"""
    return [(rule, rule.count(user, since, until, at)) for rule in RULES]
