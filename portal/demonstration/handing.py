"""把文书送到申请人手里：窗口领取、邮寄，照大厅里真的门走(delivering)；领取人就是编出来的那个申请人。"""

import datetime
from typing import Any

from agencies.models import User
from agencies.states import Role
from approvals.actions import delivering, joint_delivering, served
from approvals.models import Case, Delivery, Joint
from approvals.models.delivery import RESULT, Sent
from approvals.rules.delivery import ways_of
from approvals.states import ApplicantKind
from catalog.states import DeliveryWay
from office.identity import IdentityKind
from office.papers import actions as papers
from office.papers.states import PaperState
from portal.demonstration import people


def hand_out(case: Case, at: datetime.datetime, what: Sent = RESULT) -> User:
    """窗口领取；指南不许可窗口领取的，寄去、当面签收。返回经手的人。"""
    if not offered(case, DeliveryWay.WINDOW, what):
        post(case, at, what)
        return sign_for(case, at, what)
    clerk = _typeset(case, at, what)
    delivering.hand_over(case, **_told(case), what=what, by=clerk, at=at)
    return clerk


def hand_out_together(joint: Joint, at: datetime.datetime) -> User:
    """统一出件：窗口能交的一次交齐；指南不许可窗口领取的，另外寄。返回经手的人。"""
    clerk = people.on_duty(joint.window, Role.CLERK, at)
    rows = joint_delivering.branches_of(joint, clerk)
    ready = [one.case for one in rows if not one.why_not]
    for case in ready:
        _typeset(case, at, RESULT)
    if ready:
        joint_delivering.hand_out(joint, cases=ready, **_told(ready[0]), by=clerk, at=at)
    for one in rows:
        if one.why_not:
            hand_out(one.case, at)
    return clerk


def _told(case: Case) -> dict[str, Any]:
    """谁来领的：本人，或者单位的经办人。"""
    person = case.applicant.kind == ApplicantKind.PERSON
    number = case.applicant.id_number if person else people.fake_id(case.pk % 1000)
    return {
        "collector": _collector(case), "id_number": number,
        "id_kind": case.applicant.id_kind if person else IdentityKind.RESIDENT, "relation": "" if person else "经办人",
    }  # fmt: skip


def post(case: Case, at: datetime.datetime, what: Sent = RESULT) -> None:
    """寄出：单号一看就是编的。"""
    clerk, address = _typeset(case, at, what), case.applicant.address or "示范路1号"
    told = {"carrier": "中国邮政", "tracking_number": f"SF99{case.pk:08d}", "address": address}
    delivering.dispatch(case, **told, what=what, by=clerk, at=at)


def sign_for(case: Case, at: datetime.datetime, what: Sent = RESULT) -> User:
    """寄出的签收了。"""
    clerk = people.on_duty(case.intake_unit, Role.CLERK, at)
    delivering.arrive(case, collector=_collector(case), what=what, by=clerk, at=at)
    return clerk


def offered(case: Case, way: DeliveryWay, what: Sent = RESULT) -> bool:
    return way in ways_of(case, result=what.is_result)


def _collector(case: Case) -> str:
    return str(case.applicant.contact_name or case.applicant.name)


def _typeset(case: Case, at: datetime.datetime, what: Sent) -> User:
    """还没排版的当场排好：打印了才交得出去。返回窗口此刻在岗的人。"""
    for paper in served.papers_of(Delivery(case=case, **delivering.columns(what))):
        if paper.state == PaperState.ORDERED:
            papers.render_now(paper, at=at)
    return people.on_duty(case.intake_unit, Role.CLERK, at)
