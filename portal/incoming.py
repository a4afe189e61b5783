"""别的系统送来的申请、补交、撤回：逐项认过，走与群众自己办的同一扇门；认不得的、办不了的退回，逐条写明。"""

import datetime
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils.translation import override

from agencies.models import Post, Unit, User
from approvals.actions import arriving, decision, receiving_desks
from approvals.actions.files import BadUpload, Files, file_fields
from approvals.models import Case
from approvals.states import CaseState, Channel
from catalog.actions import suspending
from catalog.models import Guide, Item
from catalog.rules import asks_for, takes_online
from catalog.rules.forms import asked, settled
from office.exchange.models import ExchangeArrival, ExchangePeer
from office.exchange.receiving import Arrived, Done, NotTaken, Refused, Taker
from office.exchange.states import Identity, Verdict
from office.exchange.states import MessageKind as M
from office.steps import NotNow
from office.vault import digest
from office.workdays.rules import local
from portal import elsewhere
from portal.carried import Carried
from portal.forms import builder
from portal.forms.person import PersonForm, taken_from

PERSON = {"kind": "kind", "name": "name", "id_kind": "id_kind", "id_number": "id_number", "phone": "phone",
          "contact_name": "contact", "address": "address"}  # fmt: skip
LONGEST = 200


def take_application(arrived: Arrived, at: datetime.datetime) -> Done:
    """收申请：同一家的同一编号只有一件。Raises: NotTaken（逐条写明）、Refused（窗口没有人，什么也不记）。"""
    if not arrived.peer.may_apply:
        raise NotTaken("没有约定收你们送来的申请，请联系我们的负责人。")
    key = _key(arrived.peer, arrived.number)
    if known := Case.objects.filter(submission_key=key).first():
        raise NotTaken(f"这件申请已经收件，编号 {known.number}；要改的，请申请人在查进度里改或者补交。")
    with override("zh-hans"):
        case = _received(arrived, key, at)
    said = {"SBLSH": case.number}
    if arrived.peer.identity == Identity.FULL:
        said["query_code"] = case.query_code
    return Done(case.number, said)


def _key(peer: ExchangePeer, number: str) -> str:
    """一家的一个编号，记在收成的办件上：同一编号只有一件，以后的补交、撤回凭它认件。"""
    return f"exchange-{digest(f'{peer.code}/{number}'.encode())}"[:64]


def _received(arrived: Arrived, key: str, at: datetime.datetime) -> Case:
    told, carried = arrived.body, Carried(arrived)
    guide = _guide(told, arrived.peer, at)
    person = PersonForm(guide.item.audiences, _person(told))
    answers, attached, wrong = _answers(guide, told, person.data, carried)
    provided, brought, unknown = _materials(guide, told, answers, carried)
    wrong = [*_faults(person), *wrong, *unknown, *carried.wrong, *carried.left()]
    if wrong:
        raise NotTaken("；".join(wrong)[:1000])
    unit = _desk(guide, told)
    first_contact = Post.objects.first_contact_of(unit, at) if unit else None
    if unit is None or first_contact is None:
        raise Refused(503, "no_window", "这个事项的窗口此刻没有人收件，请稍后原样再送。")
    mobile = str(told.get("TJFS")) == Channel.MOBILE
    try:
        return arriving.receive(
            guide=guide, person=person.person(), answers=settled(guide.form, answers), provided=provided,
            channel=Channel.MOBILE if mobile else Channel.ONLINE, unit=unit, first_contact=first_contact, key=key,
            source=f"{arrived.peer.name} {arrived.number}", brought=brought, attached=attached,
            by=User.objects.system(), at=at,
        )  # fmt: skip
    except (NotNow, BadUpload) as reason:
        raise NotTaken(str(reason)) from reason


def _desk(guide: Guide, told: dict[str, Any]) -> Unit | None:
    """收件的受理点：写了 desk 的照写的；没有写的是指南的窗口。Raises: NotTaken(那里不收这个事项)。"""
    code = str(told.get("desk") or "")
    if not code:
        return guide.window
    places = {one.code: one for one in receiving_desks.of(guide)}
    if code not in places:
        raise NotTaken(f"desk：{code[:40]} 不收这个事项，收的有 {'、'.join(places)}。")
    return places[code]


def _guide(told: dict[str, Any], peer: ExchangePeer, at: datetime.datetime) -> Guide:
    """哪个事项此日的指南；大厅上申请不了的，这里一样不收。Raises: NotTaken。"""
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
    if peer.scopes and item.agency.code not in peer.scopes:
        raise NotTaken(f"“{item.name}”不在约定的机关范围以内。")
    if item.withheld:
        raise NotTaken(f"“{item.name}”不在网上公开，不收送来的申请，请申请人到窗口办理。")
    if item.advice_only:
        raise NotTaken(f"“{item.name}”只作指引和咨询，不在这里申请。")
    guide: Guide | None = item.guide_on(local(at).date())
    if guide is None:
        raise NotTaken(f"“{item.name}”现在没有在用的办事指南。")
    try:
        suspending.refuse_suspended(item, at=at)
    except NotNow as reason:
        raise NotTaken(str(reason)) from reason
    if not takes_online(guide):
        raise NotTaken(f"“{item.name}”没有开通网上申请，不收送来的申请，请申请人到窗口办理。")
    return guide


def _person(told: dict[str, Any]) -> dict[str, str]:
    given = told.get("applicant")
    given = given if isinstance(given, dict) else {}
    return {name: str(given.get(theirs) or "")[:LONGEST] for name, theirs in PERSON.items()}


def _answers(
    guide: Guide, told: dict[str, Any], person: Any, carried: Carried
) -> tuple[dict[str, Any], dict[str, Files], list[str]]:
    """照申请表逐格校验：收下的值，各格的附件，不对的逐条。"""
    given = told.get("form") or {}
    if not isinstance(given, dict):
        return {}, {}, ["form 要是一格一格的键和值"]
    boxes = {field["key"]: field for field in file_fields(guide.form).values()}
    attached = {key: carried.take(given[key] or [], boxes[key]["label"], boxes[key]) for key in boxes.keys() & given}
    filled = {**given, **{key: arriving.as_answer(found) for key, found in attached.items()}}
    for key, value in taken_from(builder.all_fields(guide.form), person).items():
        filled[key] = filled.get(key) or value
    whole = builder.one_page(guide.form)
    form = builder.PageForm(whole, whole["pages"][0], filled, filled)
    unknown = sorted(set(filled) - form.specs.keys())
    wrong = [f"申请表没有“{key[:40]}”这一格" for key in unknown] + _faults(form)
    answers = {} if wrong else form.stored()
    idle = [key for key, found in attached.items() if answers and found and key not in asked(guide.form, answers)]
    return answers, attached, wrong + [f"照填的内容，用不着附“{boxes[key]['label']}”" for key in idle]


def _faults(form: Any) -> list[str]:
    """哪一格、怎么不对。"""
    return [
        f"{form.fields[name].label if name in form.fields else '申请'}：{message}"
        for name, messages in form.errors.items()
        for message in messages
    ]


def _materials(
    guide: Guide, told: dict[str, Any], answers: dict[str, Any], carried: Carried
) -> tuple[set[str], dict[str, Files], list[str]]:
    """交来的材料和它们的文件，以代号认；不认识的、用不着而附了文件的逐条。"""
    listed = told.get("SBCLQD") or []
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        return set(), {}, ["SBCLQD 要是材料的清单"]
    known = {one.key: one for one in guide.materials.all()}
    rows = {str(one.get("key") or ""): one for one in listed if one.get("files") or one.get("provided", True)}
    wrong = [f"材料清单里没有“{key[:40]}”" for key in sorted(rows.keys() - known)]
    brought = {
        key: carried.take(one["files"], known[key].name)
        for key, one in rows.items()
        if key in known and one.get("files")
    }
    idle = [known[key] for key in brought if answers and not asks_for(known[key], guide.form, answers)]
    return rows.keys() & known, brought, wrong + [f"照填的内容，用不着交“{one.name}”" for one in idle]


# 补交、撤回 -----------------------------------------------------------

SUPPLEMENT, WITHDRAWAL = "supplement", "withdrawal"  # 只有收的，不在发出的十种之内


def take_supplement(arrived: Arrived, at: datetime.datetime) -> Done:
    """收补交：一次性告知书上列的材料，文件随报文来；补到哪里，回执里说。Raises: NotTaken。"""
    case = _case_of(arrived)
    known = {row.material.key: row.material.name for row in case.materials.select_related("material")}
    listed, carried = arrived.body.get("SBCLQD"), Carried(arrived)
    if not isinstance(listed, list) or not listed or not all(isinstance(one, dict) for one in listed):
        raise NotTaken("SBCLQD 要是补交的材料的清单，至少一份，每份写明 key 和 files")
    rows = {str(one.get("key") or ""): one for one in listed}
    wrong = [f"材料清单里没有“{key[:40]}”" for key in sorted(rows.keys() - known)]
    files = {key: carried.take(one.get("files") or [], known[key]) for key, one in rows.items() if key in known}
    empty = [known[key] for key in files if not rows[key].get("files")]
    wrong += [f"“{name}”没有带文件来" for name in empty]
    if wrong := [*wrong, *carried.wrong, *carried.left()]:
        raise NotTaken("；".join(wrong)[:1000])
    _through(arriving.supplement, case, files=files, source=_source(arrived), at=at)
    if case.state != CaseState.CORRECTING:
        return Done(case.number, {"SBLSH": case.number, "complete": True, "missing": []})
    lines = case.correction.current_lines().filter(answered_at=None)
    missing = sorted(lines.values_list("case_material__material__key", flat=True))
    return Done(case.number, {"SBLSH": case.number, "complete": False, "missing": missing})


def take_withdrawal(arrived: Arrived, at: datetime.datetime) -> Done:
    """收撤回：有结果以前，申请人可以撤回。Raises: NotTaken。"""
    case, reason = _case_of(arrived), arrived.body.get("reason") or ""
    if not isinstance(reason, str) or len(reason) > LONGEST:
        raise NotTaken(f"reason 要是 {LONGEST} 字以内的文字")
    _through(arriving.withdraw, case, reason=reason.strip() or decision.NO_REASON, source=_source(arrived), at=at)
    return Done(case.number, {"SBLSH": case.number})


def _case_of(arrived: Arrived) -> Case:
    """他们送来的哪一件：凭他们自己的申办编号认；别人的、没有的，同一个答复。Raises: NotTaken。"""
    told, peer = arrived.body, arrived.peer
    if not peer.may_apply:
        raise NotTaken("没有约定收你们送来的申请、补交、撤回，请联系我们的负责人。")
    number = told.get("for")
    found = Case.objects.filter(submission_key=_key(peer, number)).first() if isinstance(number, str) else None
    if found is None or told.get("SBLSH") not in (None, "", found.number):
        raise NotTaken("没有收过你们这个编号的申请：for 写送申请时的编号，写了 SBLSH 的要是那一件的办件编号。")
    if peer.scopes and found.agency.code not in peer.scopes:
        raise NotTaken("这一件不在约定的机关范围以内。")
    before = ExchangeArrival.objects.filter(peer=peer, number=arrived.number, receipt__verdict=Verdict.ACCEPTED)
    if before.exists():
        raise NotTaken("这个编号已经收下、办过了；再补交的，另编一个号。")
    return found


def _source(arrived: Arrived) -> str:
    return f"{arrived.peer.name} {arrived.number}"


def _through(deed: Callable[..., Case], case: Case, *, at: datetime.datetime, **told: Any) -> None:
    """照群众自己办的那扇门走；他自己办不了的，这里一样办不了。Raises: NotTaken。"""
    try:
        with override("zh-hans"):
            deed(case, **told, by=User.objects.system(), at=at)
    except (NotNow, BadUpload, PermissionDenied) as reason:
        raise NotTaken(str(reason)) from reason


TAKERS: dict[str, Taker] = {
    **elsewhere.TAKERS,
    M.APPLICATION: take_application,
    SUPPLEMENT: take_supplement,
    WITHDRAWAL: take_withdrawal,
}
