"""窗口收件：找事项 → 谁申请 → 申请表 → 交来哪些材料；一页写完，只用键盘。"""

import datetime
import secrets
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_safe

from agencies.models import Unit, User
from approvals.actions import advances, attendances, bars, contacts, duplicates, files, intake
from approvals.models import Advance, Applicant, Case, Contact
from approvals.rules.attendances import calls_for
from approvals.rules.bars import concerns_safety
from approvals.rules.contacts import is_under_way
from approvals.rules.mandates import may_submit
from approvals.rules.materials import Brought
from approvals.states import AT_THE_DESK, SENT_IN, ApplicantKind, Channel
from catalog.models import Guide, Item, JointMatter, Material
from catalog.rules import asks_for, is_uscc
from catalog.rules.forms import settled
from catalog.states import Requirement, Source
from office import identity
from office.journal import actions as journal
from office.papers.words import date_words
from office.workdays import clock
from office.workdays.rules import local
from portal.desk.access import reachable_agencies, require, staff, staff_only
from portal.desk.aiming import aim
from portal.desk.attendances import CameForm
from portal.desk.pages import REASONS, page, show_or_save
from portal.desk.received_forms import add_numbers, brought, numbers_of
from portal.forms import builder
from portal.forms.entrusted import EntrustedForm
from portal.forms.fields import date_field, tidy
from portal.forms.person import PersonForm, kinds_for, same_as_person, taken_from

ANSWERS = "answers"
MOST, FEW, MOST_WORDS = 30, 5, 300
RECALLED = ("kind", "id_kind", "name", "phone", "address", "contact_name")


class HandedInForm(forms.Form):
    """在哪个窗口收的、交来了哪些材料。"""

    unit = forms.ModelChoiceField(
        label=lazy("收件窗口"), queryset=Unit.objects.none(), empty_label=None, to_field_name="code"
    )
    provided = forms.MultipleChoiceField(
        label=lazy("交来的材料"), required=False, widget=forms.CheckboxSelectMultiple, help_text=lazy("写进接收凭证。")
    )
    channel = forms.ChoiceField(
        label=lazy("申请怎样来的"), choices=[(one.value, one.label) for one in AT_THE_DESK], required=False,
        widget=forms.RadioSelect, initial=Channel.WINDOW.value,
    )  # fmt: skip
    arrived = date_field(
        label=lazy("哪一天到的"), required=False,
        help_text=lazy("照邮戳签收、传真和邮件到达的日期；空着就是今天。五个工作日从这一天算。"),
    )  # fmt: skip
    on_behalf = forms.BooleanField(
        label=lazy("代为录入：申请表是窗口替申请人填的"), required=False,
        help_text=lazy("申请人用短信验证码或签名确认以后才能受理。"),
    )  # fmt: skip
    key = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, guide: Guide, user: User, data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial={"key": secrets.token_urlsafe(16), **(initial or {})})
        units = user.units_with("take_in").taking_applications().order_by("path")
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["unit"].initial = next((u.code for u in units if u.pk == guide.window_id), None)
        self.materials = list(guide.materials.order_by("position", "pk"))
        self.fields["provided"].choices = [(m.key, m.name) for m in self.materials]  # type: ignore[attr-defined]
        add_numbers(self, self.materials)
        self.fields["channel"].needed = True  # type: ignore[attr-defined]
        self.fields["arrived"].when = {"field": "channel", "op": "in", "value": [one.value for one in SENT_IN]}  # type: ignore[attr-defined]

    def clean_channel(self) -> str:
        return self.cleaned_data["channel"] or Channel.WINDOW.value

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if told.get("channel") == Channel.WINDOW:
            told["arrived"] = None
        return told

    @property
    def sent_in(self) -> bool:
        """折着的一段要不要打开：选了寄来、传来的，或者日期不对。"""
        return self["channel"].value() in SENT_IN or bool(self["arrived"].errors)

    def numbers(self) -> list[tuple[Material, list[forms.BoundField]]]:
        """收到几份：先照指南要的填好。"""
        return [(one, shown) for one in self.materials if (shown := numbers_of(self, one))]

    def wrong(self) -> bool:
        return any(box.errors for _one, shown in self.numbers() for box in shown)

    def brought(self) -> dict[str, Brought]:
        return brought(self, self.materials)


@staff_only
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """找事项：与群众用的是同一个搜索，只是范围是本单位够得着的。"""
    user: Any = request.user
    require(user.may_somewhere("take_in"))
    at, text = clock.now(), request.GET.get("q", "").strip()[:100]
    items = Item.objects.published_on(local(at).date()).filter(agency__in=reachable_agencies(user))
    found = items.search(text) if text else items.order_by("guidance_only", "name")
    found = found.select_related("agency", "section").with_suspension(local(at).date())
    shown = list(found[:MOST])
    if len(exact := [one for one in shown if text and _is_called(one, text)]) == 1:
        query = request.GET.urlencode() if "contact" in request.GET else ""
        return redirect(f"{reverse('desk:receive', args=[exact[0].code])}{'?' if query else ''}{query}")
    matters = JointMatter.objects.offered().filter(window__in=user.unit_keys("take_in"), name__icontains=text)
    context = {"q": text, "items": shown, "contact": contact_of(request), "matters": matters.order_by("name")[:FEW]}
    return page(request, "desk/intake.html", context, at)


def _is_called(item: Any, text: str) -> bool:
    """输的就是编码（本系统的、事项库的），而且此刻收得：直接去收，不再挑一次。"""
    codes = {item.code, item.basic_code, item.implementation_code, item.handling_code} - {""}
    return text in codes and not item.advice_only and not item.suspended


def contact_of(request: HttpRequest) -> Contact | None:
    """从哪件首问转来的；办件的首问责任人就是登记它的人。看不见的、已经了结的，就当没有。"""
    number = request.GET.get("contact", "")[:50]
    visible = Contact.objects.visible_to(request.user).select_related("clerk")
    found: Contact | None = visible.filter(number=number).first() if number else None
    return found if found and is_under_way(found) else None


def advance_of(request: HttpRequest) -> Advance | None:
    """从哪次提前服务转来的；看不见的、已经转过的，就当没有。"""
    key = request.GET.get("advance", "")
    rows = Advance.objects.visible_to(request.user).open()
    return rows.filter(pk=int(key)).first() if key.isdecimal() and len(key) < 10 else None


def guide_of(user: Any, code: str, at: datetime.datetime) -> Guide:
    """窗口可以收的事项此日的指南。Raises: Http404。"""
    item = Item.objects.filter(agency__in=reachable_agencies(user), code=code, guidance_only=False).first()
    guide = item.guide_on(local(at).date()) if item and not item.advice_only else None
    if guide is None:
        raise Http404
    return guide


@staff_only
@show_or_save
def receive(request: HttpRequest, code: str) -> HttpResponse:
    """收件：谁申请、申请表、交来的材料，一次写完。"""
    user: Any = request.user
    require(user.may_somewhere("take_in"))
    at = clock.now()
    guide = guide_of(user, code, at)
    if suspended := guide.item.suspension_on(local(at).date()):
        messages.error(request, suspended.words())
        return redirect("desk:intake")
    if request.method != "POST":
        known = advance_of(request) or contact_of(request)
        return _shown(request, guide, *_blank(guide, user, known), at)
    if "recall" in request.POST or only_a_number(request.POST):
        return _shown(request, guide, *_recalled(request, guide, at), at)
    if "more" in request.POST:
        return _shown(request, guide, *_as_typed(request, guide), at)
    person = PersonForm(guide.item.audiences, request.POST)
    answers = answers_form(guide, filled(guide, request.POST))
    handed = HandedInForm(guide, user, _handed(guide, answers, request.POST))
    agent = EntrustedForm(request.POST, request.FILES, desk=True)
    came = _came(request)
    if all([person.is_valid(), answers.is_valid(), handed.is_valid(), agent.is_valid(), came.is_valid()]):
        other = _duplicate(request, guide, handed.cleaned_data["key"], at)
        if other is not None and not request.POST.get("again", "").strip():
            return _shown(request, guide, person, answers, handed, at, agent, other, came)
        case = _receive(request, guide, person, answers, handed, agent, came, at, other)
        if case is not None:
            messages.success(request, _("已收件，编号 %s。接收凭证可以打印了；接着核对材料。") % case.number)
            return redirect("desk:case-check", case.number)
    return _shown(request, guide, person, answers, handed, at, agent, came=came)


def _came(request: HttpRequest) -> CameForm:
    """人来了没有；只有直办类的那一页摆着这几格。"""
    return CameForm(request.POST, kind=request.POST.get("kind", ""))


def only_a_number(data: Any) -> bool:
    """只有证件号、别的还没有填：读卡器、扫码枪敲完号码自带回车，先找以往的登记，不当成收件。"""
    return bool(data.get("id_number", "").strip()) and not (data.get("name", "").strip() or data.get("phone", ""))


def _handed(guide: Guide, answers: builder.PageForm, data: Any) -> Any:
    """“必要的都交齐了”：照填的内容要申请人交的，都算交来；选交的、要人看情形的照勾选的。"""
    if "all" not in data or not answers.is_valid():
        return data
    needed = {one.key for one in needed_of(guide, answers)}
    data = data.copy()
    data.setlist("provided", sorted(needed | set(data.getlist("provided"))))
    return data


def needed_of(guide: Guide, answers: builder.PageForm) -> list[Material]:
    """照填的内容一定要申请人交的；选交的、要人看情形的不算。"""
    told = answers.stored()
    owed = guide.materials.exclude(source=Source.SHARED).exclude(requirement=Requirement.OPTIONAL)
    return [one for one in owed if not one.when and asks_for(one, guide.form, told)]


def answers_form(guide: Guide, data: Any = None, initial: Any = None, prefix: str = ANSWERS) -> builder.PageForm:
    """整张申请表摆在一页上：窗口的人一口气填完，不一页一页翻。附件可以不传：交来纸质的，收在档案里。"""
    whole = builder.one_page(guide.form)
    form = builder.PageForm(whole, whole["pages"][0], initial or {}, data)
    form.prefix = prefix
    for key in same_as_person(form.specs.values()):
        form.fields[key].provenance = _("空着就取自上面的申请人。")  # type: ignore[attr-defined]
    for key in attached_keys(guide):
        form.fields[key].required = False
        form.fields[key].provenance = _("可以不传：交来纸质的，收在档案里。")  # type: ignore[attr-defined]
    return form


def attached_keys(guide: Guide) -> list[str]:
    return [spec["key"] for spec in files.file_fields(guide.form).values()]


def filled(guide: Guide, data: Any, prefix: str = ANSWERS) -> Any:
    """与申请人相同而空着的格子，取上面填的：要填的不重复填。"""
    data = data.copy()
    for key, value in taken_from(builder.all_fields(guide.form), data).items():
        if not data.get(f"{prefix}-{key}", ""):
            data[f"{prefix}-{key}"] = value
    return data


def _receive(
    request: HttpRequest, guide: Guide, person: PersonForm, answers: builder.PageForm, handed: HandedInForm,
    agent: EntrustedForm, came: CameForm, at: datetime.datetime, other: Case | None = None,
) -> Case | None:  # fmt: skip
    """收件；收不下时把原因写在表上。凭据带着本人的编号：连按两下只有一件，也碰不到别人的。"""
    user: Any = request.user
    given = handed.cleaned_data
    chosen = {key: request.FILES.getlist(f"{ANSWERS}-{key}") for key in attached_keys(guide)}
    attached = {key: [(one.name or "", one) for one in each] for key, each in chosen.items() if each}
    contact = contact_of(request)
    try:
        with transaction.atomic():
            case = intake.receive(
                guide=guide, person=person.person(), answers=settled(guide.form, answers.stored()),
                provided=set(given["provided"]), channel=given["channel"], arrived=given["arrived"], unit=given["unit"],
                first_contact=contact.clerk if contact else user, by=user, at=at,
                key=submission(user, given["key"]), attached=attached, on_behalf=given["on_behalf"],
                brought=handed.brought(), entrusted=agent.entrusted(),
            )  # fmt: skip
            who = came.who(case.applicant) if calls_for(guide.item) else None
            if who is not None and not case.attendances.exists():  # 连按两下，还是来了一次
                attendances.came(case, who, happened_at=at, by=user, at=at)
            if other is not None:
                duplicates.note(case, other=other, why=request.POST["again"][:MOST_WORDS], by=user, at=at)
            if (advance := advance_of(request)) is not None:
                advances.become(advance, case=case, by=user, at=at)
            if contact is not None:
                contacts.become_case(contact, case=case, by=user, at=at)
        return case
    except REASONS as reason:
        handed.add_error(None, str(reason))
        return None


def submission(user: User, key: str) -> str:
    """提交凭据，带着本人的编号。"""
    return f"desk-{user.pk}-{key}"[:64]


def _duplicate(request: HttpRequest, guide: Guide, key: str, at: datetime.datetime) -> Case | None:
    """这个申请人同一事项已有的一件，只找本单位看得见的。"""
    number = tidy(request.POST.get("id_number", "")).upper()
    user = staff(request)
    return duplicates.known(guide.item, id_indexes=identity.indexes(number), to=user, at=at, but=submission(user, key))


def _blank(
    guide: Guide, user: User, contact: Contact | Advance | None
) -> tuple[PersonForm, builder.PageForm, HandedInForm]:
    known = {"name": contact.name, "phone": contact.phone} if contact else None
    person = PersonForm(guide.item.audiences, initial=known)
    aim([person["id_number"]])
    return person, answers_form(guide), HandedInForm(guide, user)


def recalled(request: HttpRequest, kinds: list[Any], at: datetime.datetime) -> dict[str, str]:
    """照证件号找以往的登记：本单位看得见的办件里登记过的才算；取用一次记一笔。没有的，只看出是人还是单位。"""
    number = tidy(request.POST.get("id_number", "")).upper()
    known: dict[str, str] = {}
    visible = Case.objects.visible_to(request.user)
    found = Applicant.objects.with_id_number(number).filter(cases__in=visible).order_by("-created_at").first()
    if number and found is not None:
        known = {name: getattr(found, name) for name in RECALLED}
        with transaction.atomic():
            Applicant.objects.select_for_update(no_key=True).get(pk=found.pk)
            journal.record("portal.applicant.recall", about=found, by=staff(request), at=at)
        messages.success(request, _("找到以往的登记，已经填上，请当面核对。"))
    else:
        messages.info(request, _("没有以往的登记，请照证件填写。"))
    guess = _kind_by(number)
    if guess in dict(kinds):
        known.setdefault("kind", request.POST.get("kind") or guess)
    fitting = identity.kinds_of(number)
    if fitting and request.POST.get("id_kind") not in fitting:
        known.setdefault("id_kind", fitting[0])
    return known


def _recalled(
    request: HttpRequest, guide: Guide, at: datetime.datetime
) -> tuple[PersonForm, builder.PageForm, HandedInForm]:
    """取用以往登记：证件号对上、而且是本单位看得见的办件里登记过的；取用一次记一笔。已经填的都留着。"""
    known = recalled(request, kinds_for(guide.item.audiences), at)
    warn_of_bar(request, guide, at)
    kept, answers, handed = _as_typed(request, guide)
    person = PersonForm(guide.item.audiences, initial={**kept.initial, **known})
    aim([*(box for box in boxes_of(person) if not box.value()), *answers_in_order(guide, answers), handed["provided"]])
    return person, answers, handed


def warn_of_bar(request: HttpRequest, guide: Guide, at: datetime.datetime) -> None:
    """这个人、这个单位还在申请限制里的，收件以前就说明；照样收。不是这样的许可不查库。"""
    if not concerns_safety(guide, guide.item):
        return
    number = tidy(request.POST.get("id_number", "")).upper()
    found = [bar for index in identity.indexes(number) if number and (bar := bars.standing(index, guide.item, at))]
    if found:
        told = {"document": found[0].document, "until": date_words(found[0].until_on), "basis": found[0].basis}
        messages.warning(
            request,
            _("申请人还在申请限制里：%(document)s，到%(until)s（含）不得再次申请这个事项（%(basis)s）。件照样收，不予受理要依明确规定作出并报备。")
            % told,
        )  # fmt: skip


def _kind_by(number: str) -> str:
    """证件号码多半是本人来办，代码是单位；只是先替他选上，看得见、改得了。"""
    if identity.is_unmistakable(number):
        return ApplicantKind.PERSON.value
    return ApplicantKind.ORGANISATION.value if is_uscc(number) else ""


def _as_typed(request: HttpRequest, guide: Guide) -> tuple[PersonForm, builder.PageForm, HandedInForm]:
    """已经填的都留着，先不说对错。"""
    user: Any = request.user
    typed = {key: value for key, value in request.POST.items() if value}
    answers = answers_form(guide, initial=answers_form(guide, request.POST).typed())
    answers.more(request.POST.get("more", ""))
    kept = {
        "unit": typed.get("unit"),
        "provided": request.POST.getlist("provided"),
        "key": typed.get("key"),
        "on_behalf": typed.get("on_behalf"),
        "channel": typed.get("channel"),
        "arrived": typed.get("arrived"),
        **{name: typed[name] for name in typed if name.startswith(("originals-", "copies-"))},
    }
    handed = HandedInForm(guide, user, initial={name: value for name, value in kept.items() if value})
    return PersonForm(guide.item.audiences, initial=typed), answers, handed


def boxes_of(person: PersonForm) -> list[forms.BoundField]:
    order = ("id_number", "kind", "id_kind", "name", "contact_name", "phone", "address")
    return [person[name] for name in order if name in person.fields]


def answers_in_order(guide: Guide, answers: builder.PageForm) -> list[forms.BoundField]:
    return [answers[spec["key"]] for one in guide.form.get("pages", ()) for spec in one["fields"]]


def _shown(
    request: HttpRequest, guide: Guide, person: PersonForm, answers: builder.PageForm, handed: HandedInForm,
    at: datetime.datetime, agent: EntrustedForm | None = None, other: Case | None = None,
    came: CameForm | None = None,
) -> HttpResponse:  # fmt: skip
    """agent 不给的，照已经填的摆：取用登记、加一行，填过的都还在。other 是要提醒的重复的一件。"""
    pages = guide.form.get("pages", ())
    sections = [(one["title"], [answers[spec["key"]] for spec in one["fields"]]) for one in pages]
    context = {
        "guide": guide,
        "contact": contact_of(request),
        "person": person,
        "boxes": boxes_of(person),
        "answers": answers,
        "sections": sections,
        "handed": handed,
        "agent": agent or EntrustedForm(desk=True, initial=agent_typed(request)),
        "no_agent": may_submit(guide.item),
        "came": (came or CameForm(initial=request.POST.dict())) if calls_for(guide.item) else None,
        "other": other,
        "again": request.POST.get("again", ""),
        "several": len(handed.fields["unit"].queryset) > 1,  # type: ignore[attr-defined]
    }
    return page(request, "desk/receive.html", context, at)


def agent_typed(request: HttpRequest) -> dict[str, Any]:
    """已经填了的代理人；文件要重新选。"""
    told: dict[str, Any] = {
        name.removeprefix("agent-"): value for name, value in request.POST.items() if name.startswith("agent-")
    }
    return told | ({"scope": request.POST.getlist("agent-scope")} if told else {})
