"""首问的做法：来一个人，登记一件，引导出去，提请协调。"""

from types import SimpleNamespace

from approvals.actions import contacts
from approvals.actions.contacts import Asker, Route
from approvals.models import Contact
from tests.makers import moment

ASKED = "公司名称变更在哪里办？"
ROUTE = Route(
    destination="示范市市场监督管理局", method="带营业执照和股东会决议。\n在自助机取企业登记号。",
    route="行政服务中心二楼，出电梯左转第三个窗口。", address="示范路1号二楼", phone="0759-0000099", person="李演示",
)  # fmt: skip
CONCLUDE_DUE, FOLLOW_UP_DUE = moment("2026-03-04 00:00"), moment("2026-03-06 00:00")
COORDINATE_DUE = moment("2026-03-04 00:00")


def asked(b: SimpleNamespace, at=None, by=None, **fields) -> Contact:
    told = {"asked": ASKED, "channel": "visit", "unit": b.window, "asker": Asker("周先生", "13800000003")}
    return contacts.register(**{**told, **fields}, by=by or b.clerk_a, at=at or b.at)


def referred(b: SimpleNamespace, at=None, route: Route = ROUTE, **fields) -> Contact:
    contact = asked(b, at, **fields)
    contacts.refer(contact, route=route, by=b.clerk_a, at=at or b.at)
    return contact


def coordinating(b: SimpleNamespace, at=None) -> Contact:
    contact = asked(b, at)
    contacts.coordinate(contact, question="像是住建部门的，也像是我们的。", by=b.clerk_a, at=at or b.at)
    return contact
