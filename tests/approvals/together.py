"""联办测试的做法：三个机关各一个事项的一件事，一份申请。"""

import datetime
from types import SimpleNamespace

from django.core.files.base import ContentFile

from agencies.models import Seal
from agencies.states import Level, Role, UnitKind
from approvals.actions import consulting, decision, drafts, intake, joint_delivering, joints, mandates, review
from approvals.models import Joint
from catalog.actions import authority
from catalog.models import JointItem, JointMatter, Material
from office.papers import actions as papers
from office.papers.models import Paper
from tests import makers
from tests.casework import OK, PERSON
from tests.catalog import makers as catalog

TERMS = {
    "statutory_value": 20, "statutory_unit": "wd", "statutory_basis": "行政许可法第四十二条",
    "promised_value": 10, "supplement_value": 15, "supplement_unit": "wd", "supplement_basis": "办事指南",
}  # fmt: skip


def matter(
    b: SimpleNamespace, *, steps: tuple[int, ...] = (1, 1, 1), sx: dict | None = None, **guide
) -> SimpleNamespace:
    """一件事：市局、遂溪、徐闻各一个事项，牵头的是市局社会组织科，综合窗口在市局。b.parts 是各个事项的人和指南。

    guide 是三版指南都有的几栏，sx 是遂溪那一版另外的；proof 说共用证明怎样要(例如可以容缺的 deferrable)。
    """
    xw = makers.agency("xw", name="徐闻县民政局(示范)", paper_prefix="徐民", level=Level.COUNTY, parent=b.agency)
    sx_section = section(b, b.stranger_agency, "sx-affairs")
    xw_section = section(b, xw, "xw-affairs")
    b.parts = [
        part(b, "joint-zj", b.agency, b.orgs, reviewer=b.reviewer, chief=b.chief, **guide),
        part(b, "joint-sx", b.stranger_agency, **sx_section, **{**guide, **(sx or {})}),
        part(b, "joint-xw", xw, **xw_section, **guide),
    ]
    b.matter = JointMatter.objects.create(
        code="together", name="示例一件事", summary="一次办三样。", lead=b.orgs, window=b.window
    )
    JointItem.objects.bulk_create(
        JointItem(matter=b.matter, item=one.item, position=n, step=step)
        for n, (one, step) in enumerate(zip(b.parts, steps, strict=True), 1)
    )
    return b


def sanctioned(b) -> dict:
    """政府负责人签批了：哪天、签了字的那一份。"""
    return {"approved_on": b.at.date(), "scan": ("批准.pdf", ContentFile(b"%PDF-1.4 signed"))}


def section(b, agency, code):
    """一个县局的承办科室：审查人和负责人各一；目录由市局的两位代管。"""
    unit = makers.unit(agency, code, UnitKind.SECTION, name=f"{agency.short_name}事务股")
    told = {"unit": unit, "reviewer": makers.user(f"{code}.reviewer"), "chief": makers.user(f"{code}.chief")}
    makers.staffed(unit, Role.REVIEWER, told["reviewer"])
    makers.staffed(unit, Role.CHIEF, told["chief"])
    for keeper in (b.editor, b.checker):
        makers.staffed(unit, Role.EDITOR, keeper, code=f"{code}-{keeper.username}")
        keeper.forget_grants()
    return {"section": told["unit"], "reviewer": told["reviewer"], "chief": told["chief"]}


def part(b, code, agency, section, *, reviewer, chief, proof="required", **fields) -> SimpleNamespace:
    """一个事项：申请书各是各的，“共用证明”三家都要。"""
    item = catalog.item(b, code, name=f"{agency.short_name}登记")
    item.agency, item.section = agency, section
    item.save()
    draft = catalog.draft(b, item, **{**TERMS, **fields})
    Material.objects.filter(guide=draft, key="application").update(name=f"{item.name}申请书")
    shared = {**catalog.MATERIAL, "name": "共用证明", "requirement": proof}
    Material.objects.create(guide=draft, key=f"proof-{agency.code}", position=2, **shared)
    year = b.at.replace(month=1, day=1, hour=9)
    guide = catalog.publish(b, draft, at=year)
    seal = Seal.objects.create(code=f"seal-{code}", agency=agency, name="示例专用章", kind="special")
    authority.grant(
        item=item, agency=agency, seal=seal, valid_from=year.date(), basis="示例权责清单", by=b.system, at=year
    )
    return SimpleNamespace(item=item, guide=guide, reviewer=reviewer, chief=chief, proof=f"proof-{agency.code}")


def submitted(b: SimpleNamespace, *, at=None, proof=None) -> Joint:
    """网上交了一份：申请书各传各的；proof 是共用证明的文件，只传在第一个事项名下。"""
    at = at or b.at
    codes = [one.item.code for one in b.parts]
    made = joints.start(matter=b.matter, chosen=codes, by=b.citizen, at=at, user=b.citizen)
    first = joints.branches_of(made).first()
    if proof is not None:
        drafts.attach(first, key=b.parts[0].proof, name="证明.pdf", content=proof, by=b.citizen, at=at)
    return joints.submit(made, person=PERSON, by=b.citizen, at=at)


def branches(joint: Joint) -> list:
    return list(joint.branches.order_by("pk"))


def shown(b: SimpleNamespace) -> None:
    """每样各一个：填着的联办申请、受理了一件的联办件、等审批科答复的征求意见单。"""
    matter(b)
    codes = [one.item.code for one in b.parts]
    b.joint_draft = joints.start(matter=b.matter, chosen=codes, by=b.citizen, at=b.at, user=b.citizen)
    b.joint = submitted(b)
    first = branches(b.joint)[0]
    keys = first.materials.values_list("material__key", flat=True)
    intake.check_materials(first, checks=dict.fromkeys(keys, OK), by=b.clerk_a, at=b.at)
    intake.accept(first, by=b.clerk_a, at=b.at)
    case = review.begin(first, by=b.reviewer, at=b.at)
    asked = {"units": [b.approval], "question": "请看示例。", "days": 1, "in_turn": False}
    b.receipt = handed_out(b, b.joint)
    b.by_agent = joints.start(matter=b.matter, chosen=codes, by=b.citizen, at=b.at, user=b.citizen)
    joints.submit(b.by_agent, person=PERSON, by=b.citizen, at=b.at, entrusted=entrusted(b))
    (b.slip,) = consulting.consult(case, **asked, by=b.reviewer, at=b.at)


def entrusted(b) -> mandates.Entrusted:
    """代理人带着委托书的原件来。"""
    agent = mandates.Agent(None, "孙代理", "110105194912310054", "13800000009", "侄子")
    terms = mandates.Terms(("supplement", "collect"), b.at.date() + datetime.timedelta(days=60))
    return mandates.Entrusted(agent, terms, original=True)


def handed_out(b: SimpleNamespace, joint: Joint) -> Paper:
    """第二件统一出件，第三件准予了还没有领；返回送达回证。"""
    rows = branches(joint)[1:]
    for case, who in zip(rows, b.parts[1:], strict=True):
        keys = case.materials.values_list("material__key", flat=True)
        intake.check_materials(case, checks=dict.fromkeys(keys, OK), by=b.clerk_a, at=b.at)
        intake.accept(case, by=b.clerk_a, at=b.at)
        review.begin(case, by=who.reviewer, at=b.at)
        review.give_opinion(case, opinion="pass", text="符合。", by=who.reviewer, at=b.at)
        decision.grant(case, decision="准予。", by=who.chief, at=b.at)
    papers.empty_tray(at=b.at, limit=100)
    told = {"collector": PERSON.name, "id_number": PERSON.id_number, "relation": ""}
    return joint_delivering.hand_out(joint, cases=rows[:1], **told, by=b.clerk_a, at=b.at)


def words(b: SimpleNamespace) -> dict[str, dict]:
    """这些页的网址里要填的词。"""
    draft, joint = {"token": b.joint_draft.token}, {"number": b.joint.number}
    receipt = Paper.objects.about(b.joint).of_kind("receipt").get()
    return {
        **{f"hall:{name}": {"code": b.matter.code} for name in ("matter", "matter-start")},
        **{f"hall:joint-{name}": draft for name in ("apply", "materials", "check", "leave-out", "submit", "again")},
        "hall:joint-receipt": {"token": b.by_agent.token},
        "hall:joint": joint, "hall:joint-paper": {**joint, "pk": receipt.pk},
        "desk:joint": joint, "desk:joint-extend": joint, "desk:joint-paper": {**joint, "pk": receipt.pk},
        **{f"hall:joint-{name}": joint for name in ("withdraw", "consent")},
        **{f"desk:joint-{name}": joint for name in ("deliver", "withdraw", "electronic")},
        "desk:joint-paper-signed": {**joint, "pk": b.receipt.pk},
        "desk:receive-joint": {"code": b.matter.code},
        **{f"desk:slip{deed}": {"pk": b.slip.pk} for deed in ("", "-answer")},
    }  # fmt: skip
