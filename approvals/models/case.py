"""办件。"""

import datetime
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q
from django.db.models.functions import Cast

from agencies.models import Agency, Holding, Unit, User
from approvals import rules
from approvals.models.applicant import Applicant
from approvals.models.cover import Cover
from approvals.models.ground import Ground
from approvals.rules import endings, situations
from approvals.rules import exchange as outside
from approvals.rules.archives import DESTROYED
from approvals.rules.deciders import ABOVE_WITHIN, endorsed, may_endorse, may_grant, may_send_back, not_yet_endorsed
from approvals.rules.fees import paid_up
from approvals.rules.renewals import not_deemed_renewed, renews_in_time
from approvals.rules.slips import slips_settled
from approvals.states import (
    AT_THE_DESK,
    BEFORE_ACCEPTANCE,
    DECIDED,
    REASSIGNABLE,
    SENT_IN,
    UNDER_WAY,
    WAITING,
    Adjustment,
    ArchiveState,
    CaseState,
    Channel,
    ClockKind,
    Outcome,
    Stage,
)
from catalog.models import Authority, Guide, Item
from catalog.rules.delivery import MOST_DAYS, days_promised
from catalog.states import Handling
from office.clocks import ALL, KEEP, PAUSE, RESUME, START, STOP, Term
from office.journal.models import Entry
from office.stateful import NotNow, StateField, Stateful, StatefulQuerySet, move
from office.vault import EncryptedJSONField, EncryptedTextField
from office.workdays import calendar as workdays

S, K = CaseState, ClockKind
NOTICE_DAYS = 5
# 指派检验、检测、检疫人员：自受理申请之日起五日，期限以工作日计算(行政许可法第八十二条)
ASSIGN_DAYS, ASSIGN_BASIS = 5, "行政许可法第五十五条第二款"
FREE = (rules.not_held, rules.not_elsewhere)  # 没有在逐级审定，也没有转给外面的系统：往下走的步都要
DELIVERY_PROMISED = "办事指南公布的送达期限"
SUPPLEMENT_DEFAULT = (15, "wd", "办事指南没有规定，按本局通行做法")


class CaseQuerySet(StatefulQuerySet):
    def followed_through_by(self, user: Any) -> "CaseQuerySet":
        """由他负责到底的：他是首问责任人，没有回避；或者接着负责的。"""
        return self.filter(Q(followed_by=user) | Q(first_contact=user, followed_by=None))

    def visible_to(self, user: Any) -> "CaseQuerySet":
        """工作人员看本单位收的、在手的、承办的、分级审查里审查的;群众看自己的。"""
        if user.kind != "staff":
            return self.filter(user=user) if user.kind == "citizen" else self
        units = user.unit_keys("view_cases")
        ours = Q(unit__in=units) | Q(section__in=units) | Q(intake_unit__in=units)
        return self.filter(ours | Q(examiners__overlap=list(units)))

    def waiting(self) -> "CaseQuerySet":
        return self.filter(state__in=WAITING)

    def held(self) -> "CaseQuerySet":
        return self.filter(held_at__isnull=False, state__in=WAITING)

    def at_windows(self) -> "CaseQuerySet":
        """窗口登记的：当面交来的，寄来、传来的；网上的不在内。"""
        return self.filter(channel__in=AT_THE_DESK)

    def received_between(self, start: datetime.datetime, end: datetime.datetime) -> "CaseQuerySet":
        """收件时间在 [start, end) 的。"""
        return self.filter(received_at__gte=start, received_at__lt=end)

    def away_from_the_window(self) -> "CaseQuerySet":
        """收件单位不是指南公布的窗口或受理点(明进暗不进)；委托给下级、由下级自己收自己定的，联办由综合窗口收的，不算。"""
        desks = Guide.desks.through._default_manager.filter(guide=OuterRef("guide"), unit=OuterRef("intake_unit"))
        delegated = Q(agency=F("intake_unit__agency")) & ~Q(agency=F("item__agency"))
        return self.exclude(delegated).filter(joint=None).filter(~Q(intake_unit=F("guide__window")), ~Exists(desks))

    def decided_within(self, span: datetime.timedelta) -> "CaseQuerySet":
        """承诺件，收下不过这么久就作出了准予的决定；即办件、当场能定的不算。"""
        found = self.filter(outcome=Outcome.GRANTED).exclude(guide__handling=Handling.INSTANT)
        return found.filter(decided_at__lte=F("received_at") + span)

    def dated_before_receipt(self) -> "CaseQuerySet":
        """证照的有效期起在收件以前；换发、补发沿用旧编号的不算。"""
        ours = self.filter(certificate__isnull=False, certificate__replaces=None)
        return ours.filter(received_at__date__gt=F("certificate__valid_from"))

    def in_one_hand_within(self, span: datetime.timedelta) -> "CaseQuerySet":
        """承诺件，受理、审查、决定是同一个人，从受理到决定不过这么久。"""
        key = Cast(OuterRef("pk"), models.CharField())
        accepted = Entry.objects.filter(subject_type="approvals.case", subject_key=key, verb="approvals.case.accept")
        found = self.exclude(guide__handling=Handling.INSTANT).filter(reviews__reviewer=F("decided_by")).distinct()
        same = accepted.filter(by=OuterRef("decided_by"), at__gte=OuterRef("decided_at") - span)
        return found.filter(Exists(same))

    def saying(self, text: str) -> "CaseQuerySet":
        """全文：申请人、事项、决定、意见里有这些字的；一个字太泛，不找。"""
        wanted = rules.grams(text)
        return self.filter(text__grams__contains=wanted) if wanted else self.none()

    def per_item(self) -> Any:
        return self.order_by().values("item").annotate(n=Count("pk"))

    def per_item_and_place(self) -> Any:
        names = ("item", "item__name", "guide__window__name", "intake_unit__name")
        return self.order_by().values(*names).annotate(n=Count("pk")).order_by("item__name", "-n")

    def with_context(self) -> "CaseQuerySet":
        """列表与页眉要用到的上级,一次取齐。"""
        parts = ("item", "guide", "applicant", "agency", "unit", "section", "examiner", "intake_unit", "handler")
        return self.select_related(*parts)

    def listed(self) -> "CaseQuerySet":
        """列表上的一行：大段的、加密的不取，一页几十行，解密它们比查还慢。"""
        return self.with_context().defer(*HEAVY)


def handled_by(user: Any, at: datetime.datetime) -> Q:
    """承办人是他，或是此刻由他代的同事(AB 岗、交班)：名字仍是同事的。"""
    handed = Cover.objects.running().filter(to=user).values("absent")
    covered = Holding.objects.covered_by(user, at).values("user")
    return Q(handler=user) | Q(handler__in=covered) | Q(handler__in=handed)


HEAVY = (
    *("query_code", "answers", "decision"),
    *("applicant__id_number", "applicant__phone", "applicant__address", "handler__phone"),
    *(f"guide__{name}" for name in ("content", "conditions", "process", "ways", "complaint", "fee", "faq", "form")),
    *("guide__special_procedures", "guide__review_steps", "guide__renewal", "guide__needs_check", "guide__delivery"),
)


class Case(Stateful):
    """办件:一项申请从收件到办结。钉在申请时的指南版本上。"""

    told_outside = outside.OF_CASE
    forgets = ("delivery_note",)  # 谁领走的；answers 另清(forgetting)

    number = models.CharField("办件编号", max_length=50, unique=True)
    query_code = EncryptedTextField("查询码")
    query_index = models.CharField("查询码盲索引", max_length=64, editable=False)
    submission_key = models.CharField("提交凭据", max_length=64, unique=True, null=True, editable=False)  # noqa: DJ001
    item = models.ForeignKey(Item, verbose_name="事项", on_delete=models.PROTECT, related_name="cases")
    guide = models.ForeignKey(Guide, verbose_name="指南版本", on_delete=models.PROTECT, related_name="cases")
    applicant = models.ForeignKey(Applicant, verbose_name="申请人", on_delete=models.PROTECT, related_name="cases")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="网上用户", on_delete=models.PROTECT, null=True, related_name="cases"
    )
    agency = models.ForeignKey(Agency, verbose_name="实施机关", on_delete=models.PROTECT, related_name="cases")
    intake_unit = models.ForeignKey(
        Unit, verbose_name="收件单位", on_delete=models.PROTECT, related_name="cases_taken_in"
    )
    town = models.ForeignKey(
        Unit, verbose_name="申请人住处的镇街受理点", on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        help_text="一件事由综合窗口收、又要先由镇街调查的，申请人选的；别的是空的。",
    )  # fmt: skip
    section = models.ForeignKey(Unit, verbose_name="承办单位", on_delete=models.PROTECT, related_name="cases_decided")
    examiner = models.ForeignKey(
        Unit, verbose_name="分级审查轮到的单位", on_delete=models.PROTECT, null=True, blank=True, db_index=False,
        related_name="+", help_text="件该在它手里；没有分级审查的是空的。",
    )  # fmt: skip
    examiners = ArrayField(models.BigIntegerField(), verbose_name="分级审查交办过的单位", default=list, blank=True)
    unit = models.ForeignKey(Unit, verbose_name="现在谁手里", on_delete=models.PROTECT, related_name="cases_in_hand")
    authority = models.ForeignKey(
        Authority, verbose_name="权力来源", on_delete=models.PROTECT, null=True, blank=True, related_name="cases"
    )
    first_contact = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="首问责任人", on_delete=models.PROTECT, related_name="first_contacts"
    )
    followed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="接着首问负责的人", on_delete=models.PROTECT, null=True, blank=True,
        editable=False, related_name="+",
        help_text="首问责任人回避了的、件改送了别的受理点的才有；首问是谁，收了件就不改。",
    )  # fmt: skip
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="承办人",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="cases_handled",
        help_text="承办科室里由谁承办；还没有定的是空的。别的审查人照样可以办，谁办的谁署名。",
    )
    joint = models.ForeignKey(
        "approvals.Joint", verbose_name="联办件", on_delete=models.PROTECT, null=True, blank=True, db_index=False,
        related_name="branches",
    )  # fmt: skip
    channel = models.CharField("申报来源", max_length=1, choices=Channel.choices)
    source = models.CharField("哪个系统送来的", max_length=150, blank=True, editable=False)
    answers = EncryptedJSONField("申请表", default=dict)
    state = StateField("状态", default=S.RECEIVED, choices=S.choices)
    outcome = models.CharField("结果", max_length=12, choices=Outcome.choices, blank=True)
    ground = models.ForeignKey(
        Ground, verbose_name="否定依据", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    told_once = models.BooleanField("已一次性告知", default=False)
    deemed = models.BooleanField("视为受理", default=False)
    received_at = models.DateTimeField("收件时间")
    complete_at = models.DateTimeField("材料到齐时间")
    accepted_at = models.DateTimeField("受理时间", null=True, blank=True)
    decided_at = models.DateTimeField("决定时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="决定人", on_delete=models.PROTECT, null=True, related_name="+"
    )
    decision = models.TextField("决定内容", blank=True)
    adjustment = models.CharField(
        "救助怎样调整", max_length=8, choices=Adjustment.choices, blank=True, db_default="", editable=False
    )
    delivered_at = models.DateTimeField("送达时间", null=True, blank=True)
    delivery_note = models.CharField("送达方式", max_length=200, blank=True)
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)
    held_at = models.DateTimeField("提请审定时间", null=True, blank=True)
    procedures_running = models.PositiveSmallIntegerField("进行中的特别程序", default=0)
    unconfirmed = models.PositiveSmallIntegerField("等申请人确认的", default=0)
    unseen_changes = models.PositiveSmallIntegerField("申请人改过、窗口没看的", default=0)
    recused = ArrayField(models.BigIntegerField(), verbose_name="回避的人", default=list, blank=True)
    has_pledges = models.BooleanField("用过告知承诺", default=False)
    has_retractions = models.BooleanField("提出过撤回、撤销", default=False)
    has_parties = models.BooleanField("有利害关系人、陈述申辩", default=False)
    has_fee = models.BooleanField("有费用", default=False)
    has_parcels = models.BooleanField("有寄来、寄回的邮件", default=False)
    elsewhere = models.CharField(
        "由哪个外面的系统办理", max_length=80, blank=True, db_default="", default="", editable=False
    )

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "办件"
        indexes = [
            models.Index(fields=["unit", "state", "received_at"], name="case_in_hand"),
            models.Index(fields=["section", "state", "received_at"], name="case_of_section"),
            models.Index(fields=["intake_unit", "-received_at"], name="case_taken_in"),
            models.Index(fields=["user", "-received_at"], name="case_of_citizen", condition=Q(user__isnull=False)),
            GinIndex(fields=["examiners"], name="case_examined_by"),
            models.Index(fields=["joint"], name="case_of_joint", condition=Q(joint__isnull=False)),
            models.Index(fields=["handler", "state"], name="case_of_handler", condition=Q(handler__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=[S.ACCEPTED, S.REVIEWING, S.REVIEWED, S.GRANTED, S.REFUSED])
                | Q(accepted_at__isnull=False),
                name="accepted_case_says_when",
            ),
            models.CheckConstraint(
                condition=~(
                    Q(state__in=[S.REFUSED, S.NOT_ACCEPTED]) | Q(outcome__in=[Outcome.REFUSED, Outcome.NOT_ACCEPTED])
                )
                | Q(ground__isnull=False),
                name="refused_case_names_authority",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[*DECIDED, S.DELIVERED])
                | (Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(outcome="")),
                name="decided_case_says_who_and_when",
            ),
            models.CheckConstraint(condition=Q(state__in=WAITING) | ~Q(outcome=""), name="finished_case_has_outcome"),
            models.CheckConstraint(
                condition=Q(adjustment="") | Q(adjustment__in=Adjustment.values, outcome=Outcome.GRANTED),
                name="only_a_grant_adjusts",
            ),
            models.CheckConstraint(
                condition=Q(state__in=WAITING) | Q(held_at__isnull=True), name="finished_case_is_not_held"
            ),
            models.CheckConstraint(
                condition=Q(state__in=UNDER_WAY) | Q(procedures_running=0),
                name="only_a_case_under_way_runs_a_procedure",
            ),
            models.CheckConstraint(
                condition=~Q(state=S.CLOSED) | Q(closed_at__isnull=False), name="closed_case_says_when"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def lock(self) -> None:
        """锁住，读到最新：人动手都从这里过，档案销毁了的写不进去；系统自己的(到期、清空)走 lock_by_key。

        Raises: NotNow(档案销毁了)。
        """
        super().lock()
        if self.is_destroyed:
            raise NotNow(DESTROYED)

    @property
    def is_destroyed(self) -> bool:
        """档案销毁了：个人信息已经清空，不能再往里写。没有办结的不查库。"""
        gone = Case.objects.filter(pk=self.pk, archives__state=ArchiveState.DELETED)
        return bool(self.closed_at) and gone.exists()

    @property
    def was_sent_in(self) -> bool:
        """寄来、传来的：收件时间只到哪一天。"""
        return self.channel in SENT_IN

    @property
    def stage(self) -> Stage:
        return rules.stage_of(self.state)

    @property
    def responsible(self) -> User:
        """此刻由谁负责到底：首问责任人；他回避了的，接着负责的人。"""
        return self.followed_by or self.first_contact

    signing_post: Any = None  # 只在一次动作里：领导凭哪个岗签的，署名照它写；不存

    def term(self, kind: str, *, at: datetime.datetime, facts: dict[str, Any]) -> Term | None:
        """某个时钟的期限,取自钉住的指南版本与法律。"""
        guide = self.guide
        since = self.accepted_at or at
        if kind == K.NOTICE:
            return self._term(self.complete_at, NOTICE_DAYS, "wd", "行政许可法第三十二条第一款第四项")
        if kind == K.SUPPLEMENT:
            # 行政许可法没有规定申请人的补正期限;指南也没有写的,按默认的告知,不能没有期限
            if not guide.supplement_value:
                return self._term(at, *SUPPLEMENT_DEFAULT)
            return self._term(at, guide.supplement_value, guide.supplement_unit, guide.supplement_basis)
        if kind == K.STATUTORY and guide.statutory_value:
            return self._term(since, guide.statutory_value, guide.statutory_unit, guide.statutory_basis)
        if kind == K.PROMISED and guide.promised_value:
            return self._term(since, guide.promised_value, guide.promised_unit, guide.promised_basis)
        if kind == K.PROMISED and guide.handling == Handling.INSTANT:
            return self._term(since, 1, "wd", "即办件，当场办结")
        if kind == K.DECIDER:
            return self._term(at, *ABOVE_WITHIN)
        if kind == K.ASSIGN and rules.needs_testers(guide):
            return self._term(since, ASSIGN_DAYS, "wd", ASSIGN_BASIS)
        if kind == K.DELIVERY and "ground" in facts and self.accepted_at and (basis := situations.told_in_three(self)):
            return self._term(at, 3, "wd", basis)
        if kind == K.DELIVERY:
            days = days_promised(guide)
            return self._term(at, days, "wd", "行政许可法第四十四条" if days == MOST_DAYS else DELIVERY_PROMISED)
        return None

    def _term(self, since: datetime.datetime, value: int, unit: str, basis: str) -> Term:
        calendar = workdays.calendar_for(self.agency.code)
        due_at, provisional = workdays.due(since, value, unit, calendar=calendar)
        return Term(value, unit, basis, due_at, provisional, since)

    # 步:只给字段赋值 --------------------------------------------------

    @move(
        "state", S.RECEIVED, S.CORRECTING, label="一次性告知", permission=rules.may_take_in,
        conditions=[*FREE, rules.not_yet_told], clocks={K.NOTICE: STOP, K.SUPPLEMENT: START},
    )  # fmt: skip
    def ask_to_supplement(self, *, by: Any, at: datetime.datetime, lines: int) -> None:
        self.told_once = True

    @move(
        "state", S.RECEIVED, S.CORRECTING, label="再次告知", permission=rules.may_decide,
        conditions=[*FREE, rules.told_already, rules.not_told_again],
        clocks={K.NOTICE: STOP, K.SUPPLEMENT: START},
    )  # fmt: skip
    def tell_again(self, *, by: Any, at: datetime.datetime, reason: str) -> None:
        pass

    @move(
        "state", S.CORRECTING, S.RECEIVED, label="收到补正", permission=rules.may_handle_materials,
        clocks={K.SUPPLEMENT: STOP, K.NOTICE: START}, offered=False,
    )  # fmt: skip
    def take_supplement(self, *, by: Any, at: datetime.datetime) -> None:
        self.complete_at = at

    @move(
        "state", S.RECEIVED, S.ACCEPTED, label="受理", permission=rules.may_take_in,
        conditions=[*FREE, rules.materials_settled, rules.confirmed],
        clocks={K.NOTICE: STOP, K.STATUTORY: START, K.PROMISED: START, K.ASSIGN: START},
    )  # fmt: skip
    def accept(self, *, by: Any, at: datetime.datetime, authority: Authority | None) -> None:
        self.accepted_at = self.complete_at
        self.authority = authority

    @move(
        "state", S.RECEIVED, S.ACCEPTED, label="视为受理", permission=rules.by_system,
        clocks={K.NOTICE: STOP, K.STATUTORY: START, K.PROMISED: START, K.ASSIGN: START}, offered=False,
    )  # fmt: skip
    def deem_accepted(self, *, by: Any, at: datetime.datetime, authority: Authority | None) -> None:
        self.accepted_at = self.complete_at
        self.deemed = True
        self.authority = authority

    @move(
        "state", S.ACCEPTED, S.REVIEWING, label="开始审查", permission=rules.may_review,
        conditions=[*FREE, rules.in_the_examiners_hands], clocks={K.STATUTORY: KEEP, K.PROMISED: KEEP},
    )  # fmt: skip
    def begin_review(self, *, by: Any, at: datetime.datetime) -> None:
        pass

    @move(
        "state", S.REVIEWING, S.REVIEWED, label="审查完毕", permission=rules.was_asked,
        conditions=[*FREE, slips_settled, rules.reviews_complete],
        clocks={K.STATUTORY: KEEP, K.PROMISED: KEEP},
        offered=False,
    )  # fmt: skip
    def finish_review(self, *, by: Any, at: datetime.datetime) -> None:
        pass

    @move(
        "state", S.REVIEWED, S.REVIEWING, label="退回重审", permission=may_send_back,
        conditions=[*FREE], clocks={K.STATUTORY: KEEP, K.PROMISED: KEEP, K.DECIDER: STOP},
    )  # fmt: skip
    def return_for_review(self, *, by: Any, at: datetime.datetime, reason: str) -> None:
        pass

    @move(
        "state", S.REVIEWED, None, label="审核", permission=may_endorse,
        conditions=[
            *FREE, rules.in_the_sections_hands, rules.no_procedure_running, rules.nothing_deferred,
            rules.reviews_agree, rules.confirmed_since, not_yet_endorsed,
        ],
        clocks={K.STATUTORY: KEEP, K.PROMISED: KEEP, K.DECIDER: START},
    )  # fmt: skip
    def endorse(self, *, by: Any, at: datetime.datetime, text: str, to: str) -> None:
        """承办科室负责人审核同意，报上一级决定；意见另有一行。"""

    @move(
        "state", S.REVIEWED, S.GRANTED, label="准予", permission=may_grant,
        conditions=[
            *FREE, rules.in_the_sections_hands, rules.no_procedure_running, rules.nothing_deferred,
            rules.reviews_agree, rules.confirmed_since, endorsed,
        ],
        clocks={
            K.STATUTORY: STOP, K.PROMISED: STOP, K.ASSIGN: STOP, K.RENEWAL: STOP, K.DECIDER: STOP,
            K.DELIVERY: START,
        },
    )  # fmt: skip
    def grant(self, *, by: Any, at: datetime.datetime, decision: str, adjustment: str = "") -> None:
        self.decided_at, self.decided_by = at, by
        self.decision, self.adjustment = decision, adjustment
        self.outcome = Outcome.GRANTED

    @move(
        "state", S.ACCEPTED, S.GRANTED, label="当场办结", permission=rules.may_take_in,
        conditions=[
            *FREE, rules.no_procedure_running, rules.is_instant, rules.at_the_sections_level,
            rules.nothing_deferred, rules.confirmed_since,
        ],
        clocks={K.STATUTORY: STOP, K.PROMISED: STOP, K.ASSIGN: STOP, K.RENEWAL: STOP, K.DELIVERY: START},
    )  # fmt: skip
    def grant_on_the_spot(self, *, by: Any, at: datetime.datetime, decision: str, adjustment: str = "") -> None:
        self.decided_at, self.decided_by = at, by
        self.decision, self.adjustment = decision, adjustment
        self.outcome = Outcome.GRANTED

    @move(
        "state", [S.ACCEPTED, S.REVIEWING, S.REVIEWED], S.GRANTED, label="视为准予延续", permission=rules.by_system,
        conditions=[renews_in_time], clocks={ALL: STOP, K.DELIVERY: START}, offered=False,
    )  # fmt: skip
    def deem_renewed(self, *, by: Any, at: datetime.datetime, decision: str) -> None:
        self.decided_at, self.decided_by = at, by
        self.decision = decision
        self.outcome = Outcome.GRANTED
        self.held_at = None
        self.procedures_running = 0

    @move(
        "state", [S.ACCEPTED, S.REVIEWING, S.REVIEWED], S.REFUSED, label="不予许可", permission=rules.may_say_no,
        conditions=[rules.not_elsewhere, rules.no_hearing_running, not_deemed_renewed],
        clocks={ALL: STOP, K.DELIVERY: START}, offered=False,
    )  # fmt: skip
    def deny(self, *, by: Any, at: datetime.datetime, ground: Ground) -> None:
        self.decided_at, self.decided_by = at, by
        self.ground = ground
        self.outcome = Outcome.REFUSED
        self.held_at = None
        self.procedures_running = 0

    @move(
        "state", [S.RECEIVED, S.CORRECTING], S.NOT_ACCEPTED, label="不予受理", permission=rules.may_say_no,
        conditions=[rules.not_elsewhere],
        clocks={ALL: STOP, K.DELIVERY: START}, offered=False,
    )  # fmt: skip
    def refuse_acceptance(
        self, *, by: Any, at: datetime.datetime, ground: Ground, authority: Authority | None = None
    ) -> None:
        self.authority = authority
        self.decided_at, self.decided_by = at, by
        self.ground = ground
        self.outcome = Outcome.NOT_ACCEPTED
        self.held_at = None

    @move(
        "state", WAITING, None, label="提请审定", permission=rules.may_hold, conditions=[*FREE],
        clocks={ALL: KEEP}, offered=False,
    )  # fmt: skip
    def hold(self, *, by: Any, at: datetime.datetime) -> None:
        self.held_at = at

    @move("state", WAITING, None, label="结束审定", permission=rules.may_release, clocks={ALL: KEEP}, offered=False)
    def release(self, *, by: Any, at: datetime.datetime) -> None:
        self.held_at = None

    @move(
        "state", WAITING, S.WITHDRAWN, label="撤回申请", permission=rules.may_handle_materials,
        conditions=[rules.withdrawal_confirmed], clocks={ALL: STOP}, offered=False,
    )  # fmt: skip
    def withdraw(self, *, by: Any, at: datetime.datetime, reason: str) -> None:
        self.outcome = Outcome.WITHDRAWN
        self.decision = reason
        self.held_at = None
        self.procedures_running = 0
        self.closed_at = at

    @move(
        "state", S.CORRECTING, S.LAPSED, label="逾期未补正，终止", permission=rules.may_take_in,
        conditions=[*FREE], clocks={ALL: STOP, K.DELIVERY: START},
    )  # fmt: skip
    def lapse(self, *, by: Any, at: datetime.datetime) -> None:
        self.decided_at, self.decided_by = at, by
        self.outcome = Outcome.LAPSED

    @move(
        "state", WAITING, S.TERMINATED, label="终止办理", permission=endings.may_terminate,
        conditions=[*FREE, not_deemed_renewed], clocks={ALL: STOP, K.DELIVERY: START}, offered=False,
    )  # fmt: skip
    def terminate(self, *, by: Any, at: datetime.datetime, why: str) -> None:
        self.decided_at, self.decided_by = at, by
        self.decision = why
        self.outcome = Outcome.TERMINATED
        self.held_at = None
        self.procedures_running = 0

    @move(
        "state", S.RECEIVED, S.VOIDED, label="误录作废", permission=endings.may_void,
        conditions=[
            *FREE, endings.entered_at_the_window, endings.nothing_told, endings.stands_alone,
        ],
        clocks={ALL: STOP}, offered=False,
    )  # fmt: skip
    def void(self, *, by: Any, at: datetime.datetime, told: str) -> None:
        self.outcome = Outcome.VOIDED
        self.decision = told
        self.closed_at = at

    @move(
        "state", DECIDED, S.DELIVERED, label="送达", permission=rules.may_deliver,
        conditions=[rules.in_the_desks_hands, paid_up], clocks={K.DELIVERY: STOP},
    )  # fmt: skip
    def deliver(self, *, by: Any, at: datetime.datetime, note: str, delivery_note: str) -> None:
        self.delivered_at = at
        self.delivery_note = delivery_note

    # 转给外面的系统：件还是我们的，期限照走；我们这里的步停下，转回来再走 --------------------------

    @move(
        "state", [S.RECEIVED, *UNDER_WAY], None, label="转给外面的系统办", permission=rules.may_decide,
        conditions=[*FREE, rules.no_procedure_running], clocks={ALL: KEEP}, offered=False,
    )  # fmt: skip
    def hand_off(self, *, by: Any, at: datetime.datetime, system: str, decides: str, reason: str) -> None:
        self.elsewhere = system

    @move(
        "state", [S.RECEIVED, *UNDER_WAY], None, label="转回", permission=rules.may_bring_back, clocks={ALL: KEEP},
        offered=False,
    )  # fmt: skip
    def return_here(self, *, by: Any, at: datetime.datetime, system: str, reason: str) -> None:
        self.elsewhere = ""

    @move(
        "state", [S.RECEIVED, *UNDER_WAY], S.CLOSED, label="由其他机关办结", permission=rules.by_system,
        conditions=[rules.is_elsewhere], clocks={ALL: STOP}, offered=False,
    )  # fmt: skip
    def settle_elsewhere(self, *, by: Any, at: datetime.datetime, decision: str) -> None:
        self.outcome = Outcome.ELSEWHERE
        self.decision = decision
        self.closed_at = at

    @move("state", S.DELIVERED, S.CLOSED, label="办结归档", permission=rules.may_take_in, clocks={ALL: KEEP})
    def close(self, *, by: Any, at: datetime.datetime) -> None:
        self.closed_at = at

    @move(
        "state", REASSIGNABLE, None, label="改派", permission=rules.may_reassign,
        conditions=[*FREE, rules.procedures_over], clocks={ALL: KEEP},
    )  # fmt: skip
    def reassign(self, *, by: Any, at: datetime.datetime, frm: str, to: str, reason: str) -> None:
        """只记一笔：科室由动作随后换，署名要照换以前的科室。"""

    @move(
        "state", BEFORE_ACCEPTANCE, None, label="改送受理点", permission=rules.may_redirect, conditions=[*FREE],
        clocks={ALL: KEEP},
    )  # fmt: skip
    def redirect(self, *, by: Any, at: datetime.datetime, frm: str, to: str, reason: str) -> None:
        """只记一笔：受理点由动作随后换，署名要照换以前的。"""

    @move(
        "state", UNDER_WAY, None, label="定承办人", permission=rules.may_name_handler, clocks={ALL: KEEP},
    )  # fmt: skip
    def assign_handler(self, *, by: Any, at: datetime.datetime, frm: str, to: str, reason: str) -> None:
        """只记一笔：承办人由动作随后换。"""

    # 特别程序：计入时限的，时钟照走；不计入的，法定与承诺时限停下，最后一个不计入的结束时恢复 ----

    @move(
        "state", UNDER_WAY, None, label="启动特别程序", permission=rules.may_run_procedures,
        conditions=[*FREE, rules.guide_lists_procedures], clocks={K.STATUTORY: KEEP, K.PROMISED: KEEP},
    )  # fmt: skip
    def enter_procedure(self, *, by: Any, at: datetime.datetime, procedure: str, counted: bool) -> None:
        self.procedures_running += 1

    @move(
        "state", UNDER_WAY, None, label="启动不计时限的特别程序", permission=rules.may_run_procedures,
        conditions=[*FREE, rules.guide_lists_procedures], clocks={K.STATUTORY: PAUSE, K.PROMISED: PAUSE},
        offered=False,
    )  # fmt: skip
    def enter_excluded_procedure(self, *, by: Any, at: datetime.datetime, procedure: str, counted: bool) -> None:
        self.procedures_running += 1

    @move(
        "state", UNDER_WAY, None, label="结束特别程序", permission=rules.may_end_procedures,
        clocks={K.STATUTORY: KEEP, K.PROMISED: KEEP}, offered=False,
    )  # fmt: skip
    def leave_procedure(self, *, by: Any, at: datetime.datetime, procedure: str, result: str) -> None:
        self.procedures_running -= 1

    @move(
        "state", UNDER_WAY, None, label="结束最后一个不计时限的特别程序", permission=rules.may_end_procedures,
        clocks={K.STATUTORY: RESUME, K.PROMISED: RESUME}, offered=False,
    )  # fmt: skip
    def leave_last_excluded_procedure(self, *, by: Any, at: datetime.datetime, procedure: str, result: str) -> None:
        self.procedures_running -= 1
