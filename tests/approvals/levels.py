"""三级受理的一个县：中心窗口，进驻的办理部，在外的办理室，两个镇（一个设在中心），各有一个村；人人一看就是编的。"""

from types import SimpleNamespace

from agencies.states import Level, Role, UnitKind
from approvals.actions import decision, handover, intake, review
from approvals.models import Batch, Case, Transfer
from office.papers import actions as papers
from tests import casework, makers


def county(bureau, code: str = "lj") -> SimpleNamespace:
    """一个县局：section 是进驻中心的办理部，outside 是在外的办理室。"""
    c = SimpleNamespace(at=bureau.at, system=bureau.system, city=bureau, citizen=bureau.citizen)
    c.agency = makers.agency(code, name="梨江县民政局(示范)", level=Level.COUNTY, parent=bureau.agency)
    c.window = _unit(c, "window", UnitKind.WINDOW, Level.COUNTY, "县中心民政窗口")
    c.section = c.orgs = _unit(c, "aid", UnitKind.SECTION, Level.COUNTY, "社会救助股", hosted_by=c.window)
    c.outside = _unit(c, "affairs", UnitKind.SECTION, Level.COUNTY, "社会事务股")
    c.lead = _unit(c, "lead", UnitKind.LEADERSHIP, Level.COUNTY, "局领导")
    c.town = _unit(c, "town1", UnitKind.TOWN_DESK, Level.TOWN, "梨花镇便民服务中心", parent=c.window)
    c.village = _unit(c, "v1", UnitKind.VILLAGE_DESK, Level.VILLAGE, "梨花村便民服务点", parent=c.town)
    in_centre = {"parent": c.window, "hosted_by": c.window}
    c.guest = _unit(c, "town2", UnitKind.TOWN_DESK, Level.TOWN, "城关镇咨询受理部", **in_centre)
    c.guest_village = _unit(c, "v2", UnitKind.VILLAGE_DESK, Level.VILLAGE, "城关村便民服务点", parent=c.guest)
    c.desks = [c.town, c.village, c.guest, c.guest_village]
    c.units = [*c.desks, c.window, c.section, c.outside]
    for name in ("window", "town", "village", "guest", "guest_village"):
        _clerk(c, name)
    c.clerk_a = c.clerk_of_window
    for name, unit in (("section", c.section), ("outside", c.outside)):
        reviewer, chief = _person(c, f"reviewer.{name}", "吴示例"), _person(c, f"chief.{name}", "林范例")
        makers.staffed(unit, Role.REVIEWER, reviewer)
        makers.staffed(unit, Role.CHIEF, chief)
        setattr(c, f"reviewer_of_{name}", reviewer)
        setattr(c, f"chief_of_{name}", chief)
    c.deputy, c.director = _person(c, "deputy", "梁演示"), _person(c, "director", "郑试用")
    deputy = makers.post(c.lead, Role.DEPUTY)
    makers.portfolio(deputy, c.section, c.outside, c.window, c.town, c.village, c.guest, c.guest_village)
    makers.appoint(deputy, c.deputy)
    makers.staffed(c.lead, Role.DIRECTOR, c.director)
    c.editor, c.checker = _person(c, "editor", "谢范例"), _person(c, "checker", "曾范例")
    makers.staffed(c.window, Role.EDITOR, c.editor, code=f"{code}-editor")
    makers.staffed(c.window, Role.EDITOR, c.checker, code=f"{code}-checker")
    casework.item_with_guide(c, f"{code}-aid")
    c.aid_guide = c.guide
    c.orgs = c.outside
    casework.item_with_guide(c, f"{code}-affairs")
    c.outside_guide, c.guide, c.orgs = c.guide, c.aid_guide, c.section
    for one in vars(c).values():
        if isinstance(one, makers.User):
            one.refresh_from_db()
    return c


def _unit(c, code: str, kind: str, level: str, name: str, **fields):
    return makers.unit(c.agency, f"{c.agency.code}-{code}", kind, level=level, name=name, **fields)


def _person(c, name: str, full_name: str):
    return makers.user(f"{c.agency.code}.{name}", full_name)


def _clerk(c, name: str) -> None:
    person = _person(c, f"clerk.{name}", "张示例")
    makers.staffed(getattr(c, name), Role.CLERK, person)
    setattr(c, f"clerk_of_{name}", person)


def clerk_of(c, unit):
    return {
        c.window: c.clerk_of_window, c.town: c.clerk_of_town, c.village: c.clerk_of_village,
        c.guest: c.clerk_of_guest, c.guest_village: c.clerk_of_guest_village,
        c.section: c.reviewer_of_section, c.outside: c.reviewer_of_outside,
    }[unit]  # fmt: skip


def checked_in(c, unit, **fields) -> Case:
    """在这个受理点收件，材料核对好了。"""
    clerk = clerk_of(c, unit)
    told = {"unit": unit, "by": clerk, "first_contact": clerk, "user": None, **fields}
    case = casework.received(c, **told)
    intake.check_materials(case, checks={"application": casework.OK, "proof": casework.OK}, by=clerk, at=c.at)
    return case


def accept(c, case: Case) -> Case:
    return intake.accept(case, by=clerk_of(c, case.intake_unit), at=c.at)


def taken_in(c, unit, **fields) -> Case:
    """在这个受理点收件、受理。"""
    return accept(c, checked_in(c, unit, **fields))


def sent(c, giver, taker) -> Batch:
    """列清单、签出。"""
    clerk = clerk_of(c, giver)
    batch = handover.draw_up(from_unit=giver, to_unit=taker, day=c.at.date(), by=clerk, at=c.at)
    return handover.sign_out(batch, by=clerk, at=c.at)


def carried(c, giver, taker) -> Batch:
    """送到，全部签收。"""
    batch = sent(c, giver, taker)
    handover.sign_in_all(batch, by=clerk_of(c, taker), at=c.at)
    batch.refresh_from_db()
    return batch


def decided(c, case: Case) -> Case:
    """承办单位审查、准予。"""
    name = "section" if case.section == c.section else "outside"
    reviewer, chief = getattr(c, f"reviewer_of_{name}"), getattr(c, f"chief_of_{name}")
    case.refresh_from_db()
    review.begin(case, by=reviewer, at=c.at)
    review.give_opinion(case, opinion="pass", text="符合条件。", by=reviewer, at=c.at)
    return decision.grant(case, decision="准予。", by=chief, at=c.at)


def delivered(c, case: Case) -> Case:
    papers.empty_tray(at=c.at, limit=200)
    case.refresh_from_db()
    return casework.collected(case, clerk_of(c, case.intake_unit), c.at)


def hands(case: Case) -> list[str]:
    """一手一手：谁交给谁、了结得怎样。"""
    rows = Transfer.objects.filter(case=case).select_related("from_unit", "to_unit").order_by("pk")
    return [f"{one.from_unit}>{one.to_unit}:{one.state}" for one in rows]


def in_one_place(case: Case) -> None:
    """恰在一个单位手里：至多一次没有了结的移交，从手里的单位开始；签收的首尾相接，最后一手就是现在。"""
    case.refresh_from_db()
    rows = list(Transfer.objects.filter(case=case).order_by("signed_in_at", "pk"))
    open_ones = [one for one in rows if one.state in ("waiting", "sent")]
    assert len(open_ones) <= 1 and all(one.from_unit_id == case.unit_id for one in open_ones)
    place = case.intake_unit_id
    for one in sorted((one for one in rows if one.state == "signed_in"), key=lambda one: one.pk):
        assert one.from_unit_id == place, f"{case}：{hands(case)}"
        place = one.to_unit_id
    assert place == case.unit_id
