"""办件与报告的做法:在小班人的局里收一件、审一件、报一件。"""

import datetime
from types import SimpleNamespace

from agencies.models import Seal, User
from approvals.actions import confirmations, correction, decision, delivering, intake, review
from approvals.models import Case
from approvals.rules.not_accepting import Why
from catalog.actions import authority
from catalog.models import Guide, LegalBasis, Material
from catalog.rules.forms import OF_ITEM
from catalog.states import Presence
from denials.actions import ladder, reports
from denials.actions.statements import Refusal, Statement
from denials.models import Report
from office.workdays.models import SpecialDay
from tests.catalog import makers as catalog

PERSON = intake.Person("person", "赵申请", "11010519491231002X", "13800000001", "示范路1号")
OK = intake.Check("ok")
STATEMENT = Statement(
    progress="已当面解释现有规定，申请人坚持申请。",
    question="跨区设立的分支机构能否作为发起人？",
    reasons="条例没有规定分支机构可以作为发起人。",
    basis_text="《示例条例》第一条",
    clerk_contact="0759-0000001",
    policies=({"title": "示例条例", "text": "第一条 大意。"},),
    why=Why("statutory"),
)
REFUSAL = Refusal(
    facts="发起人不足五十个。",
    reasons="不符合会员数量的规定。",
    progress="已一次性告知，申请人无法补足。",
    clerk_contact="0759-0000001",
    possible="会员达到五十个以后可以再次申请。",
    why=Why("statutory"),
)
HOUR = datetime.timedelta(hours=1)


def item_with_guide(
    b: SimpleNamespace, code: str = "sample", proof_when=None, bases=(), desks=(), **fields
) -> SimpleNamespace:
    """一个可办的事项:指南已发布,机关有权,年初生效。

    proof_when 是第二份材料的条件；bases 是另引的几条，desks 是窗口以外的受理点。
    """
    b.item = catalog.item(b, code)
    told = {
        "statutory_value": 20, "statutory_unit": "wd", "statutory_basis": "行政许可法第四十二条",
        "promised_value": 10, "supplement_value": 15, "supplement_unit": "wd", "supplement_basis": "办事指南",
    }  # fmt: skip
    draft = catalog.draft(b, b.item, **{**told, **fields})
    draft.desks.set(desks)
    Material.objects.create(
        guide=draft, key="proof", name="示例证明", requirement="deferrable", standard="在有效期内",
        basis="示例条例第二条", remedy="补交", position=2, condition=proof_when or {},
    )  # fmt: skip
    for number, told in enumerate(bases, 2):
        LegalBasis.objects.create(guide=draft, key=f"r{number}", position=number, **told)
    if draft.form:
        draft.materials.filter(key="application").update(form=OF_ITEM)
    year = datetime.datetime(b.at.year, 1, 1, 9, tzinfo=b.at.tzinfo)
    b.guide = catalog.publish(b, draft, at=year)
    b.seal = Seal.objects.create(code=f"seal-{code}", agency=b.agency, name="示例专用章", kind="special")
    authority.grant(
        item=b.item, agency=b.agency, seal=b.seal, valid_from=year.date(), basis="示例权责清单", by=b.system, at=year
    )
    return b


def direct(b: SimpleNamespace) -> SimpleNamespace:
    """转成直办类：受理以前要登记到场。"""
    b.item.presence = Presence.DIRECT
    b.item.save()
    b.guide = Guide.objects.get(pk=b.guide.pk)
    return b


def received(b: SimpleNamespace, at: datetime.datetime | None = None, **fields) -> Case:
    """窗口收一件,材料都交了。"""
    told = {
        "guide": b.guide, "person": PERSON, "answers": {}, "provided": {"application", "proof"}, "channel": "1",
        "unit": b.window, "first_contact": b.clerk_a, "by": b.clerk_a, "at": at or b.at, "user": b.citizen,
    }  # fmt: skip
    return intake.receive(**{**told, **fields})


def promised(case: Case, at: datetime.datetime) -> Case:
    """要申请人确认的，都确认了。"""
    for one in case.confirmations.open():
        confirmations.confirm_online(one, by=case.user or User.objects.system(), at=at)
    case.refresh_from_db()
    return case


def accepted(b: SimpleNamespace, at: datetime.datetime | None = None, **fields) -> Case:
    at = at or b.at
    case = received(b, at, **fields)
    intake.check_materials(case, checks={"application": OK, "proof": OK}, by=b.clerk_a, at=at)
    return intake.accept(case, by=b.clerk_a, at=at)


def reviewed(b: SimpleNamespace, at: datetime.datetime | None = None) -> Case:
    at = at or b.at
    case = accepted(b, at)
    review.begin(case, by=b.reviewer, at=at)
    return review.give_opinion(case, opinion="pass", text="符合条件。", by=b.reviewer, at=at)


def granted(b: SimpleNamespace, at: datetime.datetime | None = None) -> Case:
    at = at or b.at
    return decision.grant(reviewed(b, at), decision="准予登记。", by=b.chief, at=at)


def collected(case: Case, by: User, at: datetime.datetime) -> Case:
    """到窗口领走了结果：本人，单位是经办人；决定书要先排好。"""
    own = case.applicant.kind == "person"
    who = {"collector": case.applicant.name, "id_number": case.applicant.id_number, "relation": ""}
    agent = {"collector": PERSON.name, "id_number": PERSON.id_number, "relation": "经办人"}
    delivering.hand_over(case, **(who if own else agent), by=by, at=at)
    return case


def told(b: SimpleNamespace, at: datetime.datetime | None = None) -> Case:
    """已一次性告知,等补正。"""
    at = at or b.at
    case = received(b, at, provided={"application"})
    checks = {"application": OK, "proof": intake.Check("missing", "没有提交示例证明")}
    intake.check_materials(case, checks=checks, by=b.clerk_a, at=at)
    correction.notify(case, by=b.clerk_a, at=at)
    return case


def filed(b: SimpleNamespace, at: datetime.datetime | None = None, case: Case | None = None, by=None) -> Report:
    """窗口提出一份拟否定报告。"""
    at = at or b.at
    return reports.file(case or received(b, at), statement=STATEMENT, by=by or b.clerk_a, at=at)


def with_deputy(b: SimpleNamespace, at: datetime.datetime | None = None) -> Report:
    at = at or b.at
    report = filed(b, at)
    ladder.review(report, text="同意。", by=b.approval_chief, at=at + HOUR)
    ladder.review(report, text="同意。", by=b.chief, at=at + HOUR)
    return report


def holidays(*days: tuple[str, bool]) -> None:
    """特殊日:("2026-02-14", True) 是调休上班。"""
    for day, works in days:
        SpecialDay.objects.create(date=day, works=works, name="示例", source="示例")
