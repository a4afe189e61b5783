"""窗口收联办：一件事，一个申请人，几张申请表，一套材料，一份接收凭证。"""

import datetime
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from approvals.actions import advances, contacts, duplicates, joints
from approvals.models import Advance, Case, Contact, Draft, Joint
from approvals.rules.mandates import may_submit
from catalog.models import Guide, JointItem, JointMatter
from catalog.rules.forms import settled
from catalog.rules.joints import Shared, common_audiences
from office import identity
from office.workdays import clock
from office.workdays.rules import local
from portal.desk.access import staff, staff_only
from portal.desk.aiming import aim
from portal.desk.pages import REASONS, page, show_or_save
from portal.desk.views import intake
from portal.forms import builder
from portal.forms.desks import DeskForm, for_joint
from portal.forms.entrusted import EntrustedForm
from portal.forms.fields import tidy
from portal.forms.person import PersonForm, kinds_for


class JointHandedForm(forms.Form):
    """交来了哪些：几个事项合成一份，同一样的只列一次；勾的是材料的名称。"""

    provided = forms.MultipleChoiceField(
        label=lazy("交来的材料"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=lazy("几个事项都要的只交一份，写进同一张接收凭证。"),
    )  # fmt: skip
    on_behalf = forms.BooleanField(
        label=lazy("代为录入：申请表是窗口替申请人填的"), required=False,
        help_text=lazy("申请人用短信验证码或签名确认一次，管各个事项；确认以后才能受理。"),
    )  # fmt: skip
    key = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, sheet: list[Shared], data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial={"key": secrets.token_urlsafe(16), **(initial or {})})
        pairs = [(one.first.name, _said(one)) for one in sheet if not one.is_provided_by_us]
        self.fields["provided"].choices = pairs  # type: ignore[attr-defined]


def _said(one: Shared) -> str:
    name = str(one.first.name)
    return _("%(name)s（%(n)d 个事项共用）") % {"name": name, "n": len(one.rows)} if one.is_shared else name


@dataclass
class Sheets:
    """一页上的几张表。"""

    person: PersonForm
    answers: list[tuple[Guide, builder.PageForm]]
    handed: JointHandedForm
    desk: DeskForm | None = None
    agent: EntrustedForm = field(default_factory=lambda: EntrustedForm(desk=True))

    def forms(self) -> list[forms.Form]:
        lived = [self.desk] if self.desk else []
        return [self.person, *lived, *(form for _guide, form in self.answers), self.handed, self.agent]


@staff_only
@show_or_save
def receive(request: HttpRequest, code: str) -> HttpResponse:
    """收联办：先选办哪几个，再一页写完。只有综合窗口收。"""
    at, user = clock.now(), staff(request)
    mine = JointMatter.objects.offered().for_reading().filter(window__in=user.unit_keys("take_in"))
    matter = get_object_or_404(mine, code=code)
    offered = matter.guides_on(local(at).date())
    if request.method != "POST" and "item" not in request.GET and any(row.optional for row, _guide in offered):
        return page(request, "desk/joint_choose.html", {"matter": matter, "rows": offered, "from": _from(request)}, at)
    rows = _chosen(offered, request.GET.getlist("item"))
    for row, _guide in rows:
        if suspended := row.item.suspension_on(local(at).date()):
            messages.error(request, suspended.words())
            return redirect("desk:intake")
    if request.method != "POST":
        return _shown(
            request, matter, _blank(matter, rows, intake.advance_of(request) or intake.contact_of(request)), at
        )
    if "recall" in request.POST or intake.only_a_number(request.POST):
        return _shown(request, matter, _recalled(request, matter, rows, at), at)
    if "more" in request.POST:
        return _shown(request, matter, _as_typed(request, matter, rows), at)
    sheets = _given(request, matter, rows)
    if all(form.is_valid() for form in sheets.forms()):
        others, why = _duplicates(request, rows, sheets.handed.cleaned_data["key"], at), request.POST.get("again", "")
        if others and not why.strip():
            return _shown(request, matter, sheets, at, _doubled(request, rows, others))
        made = _take_in(request, matter, sheets, at, others)
    else:
        made = None
    if made is not None:
        said = _("已收件，联办编号 %s，一份接收凭证可以打印了；接着核对材料，共用的只核对一次。")
        messages.success(request, said % made.number)
        return redirect(reverse("desk:joint", args=[made.number]) + "#next")
    return _shown(request, matter, sheets, at)


Rows = list[tuple[JointItem, Guide]]


@dataclass(frozen=True)
class Doubled:
    """已有一件的事项：那一件，和去掉这个事项以后这一页的网址；必办的去不掉，是空串。"""

    guide: Guide
    other: Case
    without: str


def _duplicates(request: HttpRequest, rows: Rows, key: str, at: datetime.datetime) -> dict[str, Case]:
    """这个申请人已有一件的事项(编码 → 那一件)，只找本单位看得见的；连按两下，自己不算自己的重复。"""
    user = staff(request)
    if Joint.objects.filter(submission_key=intake.submission(user, key)).exists():
        return {}
    indexes = identity.indexes(tidy(request.POST.get("id_number", "")).upper())
    told = {row.item: duplicates.known(row.item, id_indexes=indexes, to=user, at=at) for row, _guide in rows}
    return {item.code: other for item, other in told.items() if other is not None}


def _doubled(request: HttpRequest, rows: Rows, others: dict[str, Case]) -> list[Doubled]:
    return [
        Doubled(guide, others[row.item.code], _without(request, rows, row))
        for row, guide in rows if row.item.code in others
    ]  # fmt: skip


def _from(request: HttpRequest) -> dict[str, str]:
    """从哪件首问、哪次提前服务转来的，换一页也带着。"""
    return {name: request.GET[name] for name in ("contact", "advance") if name in request.GET}


def _without(request: HttpRequest, rows: Rows, dropped: JointItem) -> str:
    if not dropped.optional or len(rows) < 2:
        return ""
    rest = [row.item.code for row, _guide in rows if row.pk != dropped.pk]
    return "?" + urlencode({"item": rest, **_from(request)}, doseq=True)


def _chosen(offered: Rows, codes: list[str]) -> Rows:
    return [(row, guide) for row, guide in offered if not row.optional or row.item.code in codes]


def _audiences(rows: Rows) -> list[str]:
    return common_audiences(row.item for row, _guide in rows)


def _sheet(rows: Rows) -> list[Shared]:
    return joints.shared_materials([Draft(pk=n, guide=guide) for n, (_row, guide) in enumerate(rows, 1)])


def _forms(rows: Rows, data: Any = None, initial: Any = None) -> list[tuple[Guide, builder.PageForm]]:
    """每个事项一张申请表，名字前面各带各的号；少选一个，别的填过的还在。initial 以指南为键。"""
    known, found = initial or {}, []
    for row, guide in rows:
        name = f"a{row.position}"
        given = None if data is None else intake.filled(guide, data, name)
        found.append((guide, intake.answers_form(guide, given, known.get(guide.pk), name)))
    return found


def _lives(matter: JointMatter, rows: Rows, data: Any = None, kept: str = "") -> DeskForm | None:
    """住在哪个镇街：有先由镇街调查的事项才问。"""
    return for_joint(matter.window, [guide for _row, guide in rows], data, kept=kept)


def _blank(matter: JointMatter, rows: Rows, known: Contact | Advance | None) -> Sheets:
    """空的几张表；从首问、提前服务转来的，称呼和电话先填上。"""
    person = PersonForm(_audiences(rows), initial={"name": known.name, "phone": known.phone} if known else None)
    aim([person["id_number"]])
    return Sheets(person, _forms(rows), JointHandedForm(_sheet(rows)), _lives(matter, rows))


def _as_typed(
    request: HttpRequest, matter: JointMatter, rows: Rows, known: dict[str, str] | None = None
) -> Sheets:  # fmt: skip
    """已经填的都留着，先不说对错。"""
    typed = {key: value for key, value in request.POST.items() if value}
    initial = {guide.pk: form.typed() for guide, form in _forms(rows, request.POST)}
    found = _forms(rows, initial=initial)
    for _guide, form in found:
        form.more(request.POST.get("more", ""))
    kept = {"provided": request.POST.getlist("provided"), "key": typed.get("key"), "on_behalf": typed.get("on_behalf")}
    handed = JointHandedForm(_sheet(rows), initial={name: value for name, value in kept.items() if value})
    lived = _lives(matter, rows, kept=request.POST.get("desk", ""))
    person = PersonForm(_audiences(rows), initial={**typed, **(known or {})})
    return Sheets(person, found, handed, lived, EntrustedForm(desk=True, initial=intake.agent_typed(request)))


def _recalled(request: HttpRequest, matter: JointMatter, rows: Rows, at: datetime.datetime) -> Sheets:
    known = intake.recalled(request, kinds_for(_audiences(rows)), at)
    sheets = _as_typed(request, matter, rows, known)
    empty = [box for box in intake.boxes_of(sheets.person) if not box.value()]
    asked = [box for guide, form in sheets.answers for box in intake.answers_in_order(guide, form)]
    aim([*empty, *asked, sheets.handed["provided"]])
    return sheets


def _given(request: HttpRequest, matter: JointMatter, rows: Rows) -> Sheets:
    """交上来的；“必要的都交齐了”照填的内容算。"""
    answers, data = _forms(rows, request.POST), request.POST.copy()
    if "all" in data and all(form.is_valid() for _guide, form in answers):
        needed = {one.name for guide, form in answers for one in intake.needed_of(guide, form)}
        data.setlist("provided", sorted(needed | set(data.getlist("provided"))))
    handed = JointHandedForm(_sheet(rows), data)
    agent = EntrustedForm(request.POST, request.FILES, desk=True)
    return Sheets(PersonForm(_audiences(rows), data), answers, handed, _lives(matter, rows, request.POST), agent)


def _take_in(
    request: HttpRequest, matter: JointMatter, sheets: Sheets, at: datetime.datetime, others: dict[str, Case]
) -> Joint | None:
    """收下；收不下时把原因写在表上。"""
    user, given = staff(request), sheets.handed.cleaned_data
    filled = {
        guide.item.code: joints.Filled(settled(guide.form, form.stored()), _attached(request, guide, form))
        for guide, form in sheets.answers
    }
    contact, advance = intake.contact_of(request), intake.advance_of(request)
    try:
        with transaction.atomic():
            joint = joints.take_in_at_window(
                matter=matter, filled=filled, person=sheets.person.person(), provided=set(given["provided"]),
                on_behalf=given["on_behalf"], key=intake.submission(user, given["key"]), by=user, at=at,
                others=others, why=request.POST.get("again", "")[:intake.MOST_WORDS],
                first_contact=contact.clerk if contact else None,
                desk=sheets.desk.cleaned_data["desk"] if sheets.desk else "", entrusted=sheets.agent.entrusted(),
            )  # fmt: skip
            branches = joint.branches.order_by("pk")
            if advance is not None:
                same = branches.filter(item=advance.guide.item_id).first()
                advances.become(advance, case=same or branches[0], by=user, at=at)
            if contact is not None:
                contacts.become_case(contact, case=branches[0], by=user, at=at)
        return joint
    except REASONS as reason:
        sheets.handed.add_error(None, str(reason))
        return None


def _attached(request: HttpRequest, guide: Guide, form: builder.PageForm) -> dict[str, Any]:
    chosen = {key: request.FILES.getlist(f"{form.prefix}-{key}") for key in intake.attached_keys(guide)}
    return {key: [(one.name or "", one) for one in each] for key, each in chosen.items() if each}


def _shown(
    request: HttpRequest, matter: JointMatter, sheets: Sheets, at: datetime.datetime,
    doubled: Sequence[Doubled] = (),
) -> HttpResponse:  # fmt: skip
    context = {
        "contact": intake.contact_of(request),
        "doubled": doubled, "again": request.POST.get("again", ""),
        "matter": matter, "person": sheets.person, "boxes": intake.boxes_of(sheets.person),
        "handed": sheets.handed, "desk": sheets.desk, "agent": sheets.agent,
        "no_agent": next((why for guide, _form in sheets.answers if (why := may_submit(guide.item))), ""),
        "forms": sheets.forms(),
        "parts": [(guide, form, intake.answers_in_order(guide, form)) for guide, form in sheets.answers],
    }  # fmt: skip
    return page(request, "desk/joint_receive.html", context, at)
