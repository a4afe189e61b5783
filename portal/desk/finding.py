"""查询办件：条件都在网址里，列可以自己挑；页面、导出用的是同一份。"""

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from agencies.models import Unit, User
from approvals.models import Applicant, Case, CaseText, CaseView, Clock, Flag
from approvals.rules import grams
from approvals.states import DECIDED, UNDER_WAY, WAITING, CaseState, Channel, Outcome, clock_label
from catalog.models import Item
from denials.models import Report
from office.papers.models import Paper
from office.workdays.rules import on
from portal.desk.queues import with_due

MIDNIGHT, DAY = datetime.time(), datetime.timedelta(days=1)
NEWEST, URGENT, OLDEST = "-received", "due", "received"
SORTS = [(NEWEST, _("新收的在前")), (URGENT, _("最急的在前")), (OLDEST, _("最早收的在前"))]
OPEN, DECIDED_ALL, HELD, OVERDUE, FLAGGED = "open", "decided", "held", "overdue", "flagged"
UNHANDLED = "unhandled"
WHERE = [
    (OPEN, _("在办的")), (HELD, _("审定中的")), (OVERDUE, _("已经超期的")), (FLAGGED, _("亮过牌的")),
    (UNHANDLED, _("在办、还没有承办人的")),
    (DECIDED_ALL, _("已决定、待送达的")), *CaseState.choices,
]  # fmt: skip


@dataclass(frozen=True)
class Column:
    """一列：kind 是 text、moment、day；of 从办件取值。"""

    key: str
    label: Any
    of: Callable[[Any], Any]
    kind: str = "text"


COLUMNS = (
    Column("item", _("事项"), lambda case: case.guide.name),
    Column("applicant", _("申请人"), lambda case: case.applicant.masked_name),
    Column("state", _("状态"), lambda case: case.get_state_display()),
    Column("unit", _("在谁手里"), lambda case: case.unit.name),
    Column("received", _("收件"), lambda case: case.received_at, "day"),
    Column("due", _("最近的期限"), lambda case: case.due_at, "moment"),
    Column("due_kind", _("什么期限"), lambda case: clock_label(case.due_kind or "")),
    Column("section", _("承办单位"), lambda case: case.section.name),
    Column("intake", _("收件单位"), lambda case: case.intake_unit.name),
    Column("channel", _("申报来源"), lambda case: case.get_channel_display()),
    Column("handler", _("承办人"), lambda case: case.handler.full_name if case.handler else ""),
    Column("contact", _("首问责任人"), lambda case: case.first_contact.full_name),
    Column("accepted", _("受理"), lambda case: case.accepted_at, "day"),
    Column("decided", _("决定"), lambda case: case.decided_at, "day"),
    Column("outcome", _("结果"), lambda case: case.get_outcome_display()),
    Column("delivered", _("送达"), lambda case: case.delivered_at, "day"),
    Column("certificate", _("证照"), lambda case: _certificate(case)),
)


def _certificate(case: Any) -> str:
    """编号；不再有效的写明怎样了、从哪天起。"""
    found = getattr(case, "certificate", None)
    if found is None:
        return ""
    return f"{found.number}（{found.get_ended_as_display()}，自{found.ended_on}起）" if found.ended_as else found.number


BY_KEY = {column.key: column for column in COLUMNS}
USUAL = ("item", "applicant", "state", "unit", "received")


def columns_of(query: QueryDict, user: User) -> list[Column]:
    """看哪些列：网址里写了的，否则本人平时看的，否则常用的五列。"""
    chosen = query.getlist("c")
    if not chosen:
        usual = CaseView.objects.filter(owner=user, name="").values_list("query", flat=True).first()
        chosen = QueryDict(usual or "").getlist("c")
    return [BY_KEY[key] for key in chosen if key in BY_KEY] or [BY_KEY[key] for key in USUAL]


class FilterForm(forms.Form):
    """查询的条件；每一格都可以空着。"""

    q = forms.CharField(label=_("编号、姓名、单位、事项，或者决定、意见里的话"), required=False, max_length=100)
    where = forms.ChoiceField(label=_("到哪一步"), required=False, choices=[("", _("都要")), *WHERE])
    item = forms.ModelChoiceField(
        label=_("事项"), required=False, queryset=Item.objects.none(), to_field_name="code", empty_label=_("都要")
    )
    unit = forms.ModelChoiceField(
        label=_("在谁手里"), required=False, queryset=Unit.objects.none(), to_field_name="code", empty_label=_("都要")
    )
    section = forms.ModelChoiceField(
        label=_("承办单位"), required=False, queryset=Unit.objects.none(), to_field_name="code", empty_label=_("都要")
    )
    handler = forms.ModelChoiceField(
        label=_("承办人"), required=False, queryset=User.objects.none(), to_field_name="username",
        empty_label=_("都要"),
    )  # fmt: skip
    channel = forms.ChoiceField(label=_("申报来源"), required=False, choices=[("", _("都要")), *Channel.choices])
    outcome = forms.ChoiceField(label=_("结果"), required=False, choices=[("", _("都要")), *Outcome.choices])
    since = forms.DateField(label=_("收件从"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("收件到"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    mine = forms.BooleanField(label=_("只看我首问的"), required=False)
    sort = forms.ChoiceField(label=_("怎么排"), required=False, choices=SORTS)

    def __init__(self, user: User, data: Any = None) -> None:
        super().__init__(data)
        self.user = user
        visible = Case.objects.visible_to(user)
        places = Unit.objects.filter(Exists(visible.filter(Q(unit=OuterRef("pk")) | Q(section=OuterRef("pk")))))
        for name in ("unit", "section"):
            self.fields[name].queryset = places.order_by("path")  # type: ignore[attr-defined]
        people = User.objects.filter(Exists(visible.filter(handler=OuterRef("pk"))))
        self.fields["handler"].queryset = people.order_by("full_name", "pk")  # type: ignore[attr-defined]
        items = Item.objects.filter(Exists(visible.filter(item=OuterRef("pk"))))
        self.fields["item"].queryset = items.order_by("name")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if told.get("since") and told.get("until") and told["since"] > told["until"]:
            self.add_error("until", _("结束的日子要在开始之后。"))
        return told

    @property
    def asked(self) -> bool:
        """有没有写条件；只换了次序、列的不算。"""
        return any(self.data.get(name) for name in self.fields if name != "sort")

    def cases(self, at: datetime.datetime) -> QuerySet[Any]:
        """照条件查得到的，排好次序；只有这个人看得见的。"""
        told = self.cleaned_data
        found = Case.objects.visible_to(self.user).filter(_where(told["where"], at), _plain(told))
        if told["mine"]:
            found = found.followed_through_by(self.user)
        if text := told["q"].strip():
            found = found.filter(_said(text))
        found = with_due(Case.objects.filter(pk__in=found.values("pk"))).select_related("first_contact", "certificate")
        order = {NEWEST: ("-received_at", "-pk"), OLDEST: ("received_at", "pk")}.get(told["sort"] or NEWEST)
        return found.order_by(*order) if order else found


def _said(text: str) -> Q:
    """编号、报告编号的开头，文号，姓名，事项的叫法，或者全文里有这些字。"""
    wanted = Q(number__startswith=text) | Q(applicant__in=Applicant.objects.filter(name__startswith=text))
    wanted |= Q(pk__in=Report.objects.filter(number=text).values("case"))
    if "〔" in text:  # 文号，例如“湛民许终〔2026〕1号”
        wanted |= Q(pk__in=_keys_of_papers(text))
    if pieces := grams(text):
        wanted |= Q(item__in=Item.objects.search(text))
        wanted |= Q(pk__in=CaseText.objects.filter(grams__contains=pieces).values("case"))
    return wanted


def _keys_of_papers(number: str) -> list[int]:
    """出过这个文号的办件。"""
    found = Paper.objects.filter(number=number, subject_type=Case._meta.label_lower)
    return [int(key) for key in found.values_list("subject_key", flat=True)]


def _where(where: str, at: datetime.datetime) -> Q:
    if where in CaseState.values:
        return Q(state=where)
    return {
        OPEN: Q(state__in=WAITING),
        HELD: Q(held_at__isnull=False, state__in=WAITING),
        OVERDUE: Q(Exists(Clock.objects.overdue(at).filter(case=OuterRef("pk")))),
        FLAGGED: Q(Exists(Flag.objects.filter(case=OuterRef("pk")))),
        DECIDED_ALL: Q(state__in=DECIDED),
        UNHANDLED: Q(state__in=UNDER_WAY, handler=None),
    }.get(where, Q())


def _plain(told: dict[str, Any]) -> Q:
    wanted = Q()
    for name in ("item", "unit", "section", "handler", "channel", "outcome"):
        if told[name]:
            wanted &= Q(**{name: told[name]})
    if told["since"]:
        wanted &= Q(received_at__gte=on(told["since"], MIDNIGHT))
    if told["until"]:
        wanted &= Q(received_at__lt=on(told["until"] + DAY, MIDNIGHT))
    return wanted


def rows(cases: Iterable[Any], columns: Sequence[Column]) -> list[tuple[Any, list[tuple[Column, Any]]]]:
    """一件一行：办件，和各列的值。"""
    return [(case, [(column, column.of(case)) for column in columns]) for case in cases]
