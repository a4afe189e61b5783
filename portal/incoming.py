"""别的系统送来的申请：事项、申请人、申请表、材料逐项认过，收成一件办件；认不得的退回，逐条写明。"""

import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import override

from agencies.models import Post, User
from approvals.actions import intake
from approvals.actions.files import file_fields
from approvals.models import Case
from approvals.states import Channel
from catalog.models import Guide, Item
from catalog.rules.forms import settled
from office.exchange.models import ExchangePeer
from office.exchange.receiving import Arrived, Done, NotTaken, Refused, Taker
from office.exchange.states import Identity
from office.exchange.states import MessageKind as M
from office.steps import NotNow
from office.vault import digest
from office.workdays.rules import local
from portal.forms import builder
from portal.forms.person import PersonForm, taken_from

PERSON = {"kind": "kind", "name": "name", "id_number": "id_number", "phone": "phone", "contact_name": "contact",
          "address": "address"}  # fmt: skip
LONGEST = 200


def take_application(arrived: Arrived, at: datetime.datetime) -> Done:
    """收申请：同一家的同一编号只有一件。Raises: NotTaken（逐条写明）、Refused（窗口没有人，什么也不记）。"""
    if not arrived.peer.may_apply:
        raise NotTaken("没有约定收你们送来的申请，请联系我们的负责人。")
    key = f"exchange-{digest(f'{arrived.peer.code}/{arrived.number}'.encode())}"[:64]
    if known := Case.objects.filter(submission_key=key).first():
        raise NotTaken(f"这件申请已经收件，编号 {known.number}；要改的，请申请人在查进度里改或者补交。")
    with override("zh-hans"):
        case = _received(arrived, key, at)
    said = {"SBLSH": case.number}
    if arrived.peer.identity == Identity.FULL:
        said["query_code"] = case.query_code
    return Done(case.number, said)


def _received(arrived: Arrived, key: str, at: datetime.datetime) -> Case:
    told = arrived.body
    guide = _guide(told, arrived.peer, at)
    person = PersonForm(guide.item.audiences, _person(told))
    answers, wrong = _answers(guide, told, person.data)
    provided, unknown = _materials(guide, told)
    wrong = [*_faults(person), *wrong, *unknown]
    if wrong:
        raise NotTaken("；".join(wrong)[:1000])
    unit = guide.window
    first_contact = Post.objects.first_contact_of(unit, at) if unit else None
    if unit is None or first_contact is None:
        raise Refused(503, "no_window", "这个事项的窗口此刻没有人收件，请稍后原样再送。")
    mobile = str(told.get("TJFS")) == Channel.MOBILE
    try:
        return intake.receive(
            guide=guide, person=person.person(), answers=settled(guide.form, answers), provided=provided,
            channel=Channel.MOBILE if mobile else Channel.ONLINE, unit=unit, first_contact=first_contact, key=key,
            source=f"{arrived.peer.name} {arrived.number}", by=User.objects.system(), at=at,
        )  # fmt: skip
    except NotNow as reason:
        raise NotTaken(str(reason)) from reason


def _guide(told: dict[str, Any], peer: ExchangePeer, at: datetime.datetime) -> Guide:
    """哪个事项此日的指南。Raises: NotTaken。"""
    named = told.get("item")
    code = str(named.get("code") or "") if isinstance(named, dict) else ""
    number = str(told.get("SXBM") or "")
    if not code and not number:
        raise NotTaken("没有写明事项：item.code 或 SXBM。")
    by_number = Q(implementation_code=number) | Q(handling_code=number) | Q(basic_code=number)
    found = list(Item.objects.filter(Q(code=code) if code else by_number).select_related("agency")[:2])
    if len(found) != 1:
        raise NotTaken(f"事项编码“{(code or number)[:60]}”{'对应不止一个事项' if found else '不认识'}。")
    item = found[0]
    if item.advice_only:
        raise NotTaken(f"“{item.name}”只作指引和咨询，不在这里申请。")
    if peer.scopes and item.agency.code not in peer.scopes:
        raise NotTaken(f"“{item.name}”不在约定的机关范围以内。")
    guide: Guide | None = item.guide_on(local(at).date())
    if guide is None:
        raise NotTaken(f"“{item.name}”现在没有在用的办事指南。")
    return guide


def _person(told: dict[str, Any]) -> dict[str, str]:
    given = told.get("applicant")
    given = given if isinstance(given, dict) else {}
    return {name: str(given.get(theirs) or "")[:LONGEST] for name, theirs in PERSON.items()}


def _answers(guide: Guide, told: dict[str, Any], person: Any) -> tuple[dict[str, Any], list[str]]:
    """照申请表逐格校验：收下的值，不对的逐条。附件不随报文来，不问。"""
    given = told.get("form") or {}
    if not isinstance(given, dict):
        return {}, ["form 要是一格一格的键和值"]
    attached = {field["key"] for field in file_fields(guide.form).values()}
    filled = {key: value for key, value in given.items() if key not in attached}
    for key, value in taken_from(builder.all_fields(guide.form), person).items():
        filled[key] = filled.get(key) or value
    whole = builder.one_page(guide.form)
    form = builder.PageForm(whole, whole["pages"][0], filled, filled)
    for key in attached & form.fields.keys():
        form.fields[key].required = False
    unknown = sorted(set(filled) - form.specs.keys())
    wrong = [f"申请表没有“{key[:40]}”这一格" for key in unknown] + _faults(form)
    return ({} if wrong else form.stored()), wrong


def _faults(form: Any) -> list[str]:
    """哪一格、怎么不对。"""
    return [
        f"{form.fields[name].label if name in form.fields else '申请'}：{message}"
        for name, messages in form.errors.items()
        for message in messages
    ]


def _materials(guide: Guide, told: dict[str, Any]) -> tuple[set[str], list[str]]:
    """交来的材料，以代号认；不认识的逐条。"""
    listed = told.get("SBCLQD") or []
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        return set(), ["SBCLQD 要是材料的清单"]
    given = {str(one.get("key") or "") for one in listed if one.get("provided", True)}
    known = set(guide.materials.values_list("key", flat=True))
    return given & known, [f"材料清单里没有“{key[:40]}”" for key in sorted(given - known)]


TAKERS: dict[str, Taker] = {M.APPLICATION: take_application}
