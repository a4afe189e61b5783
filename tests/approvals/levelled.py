"""分级审查的一个县：镇调查、公示、提意见，县社会救助股确认；或者两个股同时审。"""

from agencies.states import Role
from tests import casework, makers
from tests.approvals import levels

BASIS = "示例办法第十条"
PUBLICITY = {
    "key": "publicity", "name": "审核结果公示", "kind": "2", "value": 7, "unit": "d", "basis": BASIS, "counted": True,
    "set_by": "law", "filing": "",
}  # fmt: skip
EXPERT = {**PUBLICITY, "key": "expert", "name": "专家评审", "value": 10, "unit": "wd", "counted": False}
TOWN = {
    "key": "town", "name": "调查、公示与审核", "unit": "town", "level": 1, "value": 15, "time_unit": "wd",
    "basis": BASIS, "procedures": "publicity",
}  # fmt: skip
COUNTY = {**TOWN, "key": "county", "name": "复核", "unit": "section", "level": 2, "value": 10, "procedures": ""}
TOWN_FIRST = [TOWN, COUNTY]
AFFAIRS = {"key": "affairs", "name": "会审", "unit": "lj-affairs", "level": 2}


def county(bureau, steps=None, **fields):
    """levels.county，两个镇各有两位审查人；事项 lj-aid 的指南换成分级审查的。"""
    c = levels.county(bureau)
    c.reviewer_of_town, c.other_of_town = _reviewer(c, "town", "a"), _reviewer(c, "town", "b")
    c.reviewer_of_guest = _reviewer(c, "guest", "a")
    told = {"special_procedures": [PUBLICITY, EXPERT], "review_steps": TOWN_FIRST if steps is None else steps}
    casework.item_with_guide(c, "lj-levelled", **{**told, **fields})
    return c


def _reviewer(c, name, letter):
    person = makers.user(f"lj.reviewer.{name}.{letter}", "冯样本")
    makers.staffed(getattr(c, name), Role.REVIEWER, person, code=f"lj-{name}-reviewer-{letter}")
    person.refresh_from_db()
    return person
