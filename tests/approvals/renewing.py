"""延续的做法：发一本有期限的许可证，到期以前申请延续。"""

import datetime
from types import SimpleNamespace

from approvals.actions import cancelling, delivering, intake, review
from approvals.models import Case, Certificate
from catalog.states import Situation
from office.papers import actions as papers
from tests import casework
from tests.approvals import certifying as make
from tests.makers import moment

SINCE, UNTIL = datetime.date(2026, 3, 2), datetime.date(2026, 9, 1)
ROW = {"item": "renew", "apply_days": 30, "remind": "60、30", "basis": "行政许可法第五十条第一款"}
OWN = {"collector": "赵申请", "id_number": "11010519491231002X", "relation": ""}
IN_TIME, LATE = moment("2026-07-31 10:00"), moment("2026-08-10 10:00")
OVER = moment("2026-09-02 00:01")


def licence(b, code: str = "renew", situation: str = Situation.RENEWAL, **fields) -> SimpleNamespace:
    """延续许可证的事项；b 原来的事项不动。"""
    c = casework.item_with_guide(SimpleNamespace(**vars(b)), code, **{"result_name": make.NAME, **fields})
    c.item.kind, c.item.situation = "01", situation
    c.item.save()
    c.guide.refresh_from_db()
    return c


def held(
    b, at: datetime.datetime | None = None, result: str = make.NAME, procedures=(), **fields
) -> SimpleNamespace:  # fmt: skip
    """一本发了、送达了的许可证；c.renew 是延续它的事项，procedures 是延续可以启动的特别程序。"""
    renew = licence(b, result_name=result, special_procedures=list(procedures))
    c = make.issuing(b, **{"renewal": [ROW], **fields})
    c.item.kind = "01"
    c.item.save()
    c.guide.refresh_from_db()
    c.renew = renew
    c.case = make.granted(c, make.told(valid_from=SINCE, valid_until=UNTIL))
    papers.empty_tray(at=c.at, limit=20)
    delivering.hand_over(c.case, **OWN, by=c.clerk_a, at=at or c.at)
    c.certificate = Certificate.objects.get(case=c.case)
    return c


def applied(c, at: datetime.datetime = IN_TIME, **fields) -> Case:
    return casework.received(c.renew, at, **fields)


def accepted(c, at: datetime.datetime = IN_TIME) -> Case:
    case = applied(c, at)
    intake.check_materials(case, checks={"application": casework.OK, "proof": casework.OK}, by=c.clerk_a, at=at)
    return intake.accept(case, by=c.clerk_a, at=at)


def reviewing(c, at: datetime.datetime = IN_TIME) -> Case:
    return review.begin(accepted(c, at), by=c.reviewer, at=at)


def reviewed(c, at: datetime.datetime = IN_TIME) -> Case:
    case = reviewing(c, at)
    return review.give_opinion(case, opinion="pass", text="符合条件。", by=c.reviewer, at=at)


def reissued(c, at: datetime.datetime, until: datetime.date = UNTIL) -> Case:
    """补发了：另一件办成，沿用原编号。"""
    at_that = SimpleNamespace(**{**vars(c), "at": at})
    case = make.granted(at_that, make.told(valid_from=SINCE, valid_until=until, reissued=True))
    papers.empty_tray(at=at, limit=50)
    delivering.hand_over(case, **OWN, by=c.clerk_a, at=at)
    case.refresh_from_db()
    return case


def ended(c, at: datetime.datetime) -> None:
    """注销了。"""
    told = {"ground": "dissolved", "facts": "法人已注销登记。", "basis": "示范注销〔2026〕1号"}
    cancelling.cancel(c.case, cancelled_on=at.date(), **told, by=c.chief, at=at)
