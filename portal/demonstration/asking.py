"""来问的人：首问的各种去处，和办件上的询问、留言。"""

from collections.abc import Callable, Iterator
from functools import partial

from agencies.models import Unit, User
from agencies.states import Role, UnitKind
from approvals.actions import contacts, enquiries, messages
from approvals.actions.contacts import Asker, Route
from approvals.models import Contact
from portal.demonstration import people
from portal.demonstration.scripts import Play
from portal.demonstration.stage import Days, Script

KEY = "demonstration-contact-%02d"
MARKET = Route(
    destination="示范市市场监督管理局", method="带营业执照和股东会决议。\n在自助机取企业登记号。",
    route="行政服务中心二楼，出电梯左转第三个窗口。", address="示范路1号二楼", phone="0759-0000099",
)  # fmt: skip
HOUSING = Route(
    destination="示范市住房和城乡建设局", method="带身份证和户口簿，领表填写。", route="行政服务中心三楼一号窗口。",
    address="示范路1号三楼", phone="0759-0000098",
)  # fmt: skip


def window() -> Unit:
    return Unit.objects.filter(kind=UnitKind.WINDOW).order_by("agency__path", "path")[0]


def begins(days: Days) -> Iterator[Callable[[], Script]]:
    """还没有演过的。"""
    plays = (
        partial(answered, ago=4, asked="老人办高龄津贴要带什么？"),
        partial(referred, ago=6, route=MARKET, asked="公司名称变更在哪里办？", heard=True),
        partial(referred, ago=7, route=HOUSING, asked="公租房申请在哪里交表？"),
        partial(referred, ago=0, route=MARKET, asked="个体户注销找谁？"),
        partial(unclear, ago=4, asked="小区门口的老路牌坏了归谁换？"),
        partial(waiting, ago=0, asked="孩子的收养登记能不能异地办？"),
    )
    known = set(Contact.objects.filter(submission_key__startswith=KEY[:-4]).values_list("submission_key", flat=True))
    for n, play in enumerate(plays, 1):
        if KEY % n not in known:
            yield partial(play, days, KEY % n)


def waiting(days: Days, key: str, *, ago: int, asked: str) -> Script:
    """刚登记，还没有去处。"""
    at = yield days.recently(25) if ago == 0 else days.at(ago, "10:40")
    clerk = people.on_duty(window(), Role.CLERK, at)
    contacts.register(asked=asked, channel="visit", unit=window(), by=clerk, at=at, asker=Asker("吴女士"), key=key)


def answered(days: Days, key: str, *, ago: int, asked: str) -> Script:
    yield from waiting(days, key, ago=ago, asked=asked)
    at = yield days.at(ago, "10:50")
    contact = Contact.objects.get(submission_key=key)
    contacts.answer(contact, text="带本人身份证、户口簿和银行卡，到户籍所在镇街就能办。", by=contact.clerk, at=at)


def referred(days: Days, key: str, *, ago: int, asked: str, route: Route, heard: bool = False) -> Script:
    """开了引导单；heard 是回访过了，没有回访的到时记为逾期。"""
    yield from waiting(days, key, ago=ago, asked=asked)
    at = yield days.recently(20) if ago == 0 else days.at(ago, "10:55")
    contact = Contact.objects.get(submission_key=key)
    contacts.refer(contact, route=route, by=contact.clerk, at=at)
    if heard:
        at = yield days.at(ago - 2, "15:10")
        contacts.follow_up(contact, step="confirm", note="电话回访，当天就办好了。", by=contact.clerk, at=at)


def unclear(days: Days, key: str, *, ago: int, asked: str) -> Script:
    """说不清归谁，审批科误了，上交副局长。"""
    yield from waiting(days, key, ago=ago, asked=asked)
    at = yield days.at(ago, "11:05")
    contact = Contact.objects.get(submission_key=key)
    contacts.coordinate(contact, question="像是地名科的，也像是住建部门的。", by=contact.clerk, at=at)


def inquired(play: Play, ago: int) -> Script:
    """申请人问进度，留言；一件答了，一件等着答。"""
    at = yield play.days.at(ago, "09:15")
    case = play.receive(at, online=True)
    play.accept(case, at)
    system = User.objects.system()
    at = yield play.days.at(max(ago - 1, 0), "09:05")
    first = enquiries.ask(case, kind="progress", by=case.user or system, at=at)
    at = yield play.days.at(max(ago - 1, 0), "10:05")
    enquiries.answer(first, text="已经受理，正在审查，承诺时限内作出决定。", by=first.owner, at=at)
    at = yield play.days.recently(40)
    enquiries.ask(case, kind="other", text="结果可以邮寄吗？", by=case.user or system, at=at)
    messages.write(case, text="章程第三条有个错字，换了一页，需要重新交吗？", by=case.user or system, at=at)
