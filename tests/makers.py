"""小班人的做法:普通函数,要什么造什么。名字一看就是编的。"""

import datetime
import io
import itertools
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice
from pypdf import PdfWriter

from agencies.actions import posts
from agencies.models import Absence, Agency, Holding, Post, Unit, User
from agencies.states import Level, Role, UnitKind, UserKind

SHANGHAI = ZoneInfo("Asia/Shanghai")
_serial = itertools.count(1)


def moment(text: str) -> datetime.datetime:
    """北京时间:moment("2026-03-02 09:00")。"""
    return datetime.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def blank_pdf() -> bytes:
    """打得开的一页空白 PDF。"""
    out, writer = io.BytesIO(), PdfWriter()
    writer.add_blank_page(100, 100)
    writer.write(out)
    return out.getvalue()


APPOINTED = moment("2026-01-01 08:30")  # 全体从这时起任职
MONDAY = moment("2026-03-02 09:00")  # 一个普通的星期一上午,后面一周没有节假日


def user(username: str = "", full_name: str = "", kind: str = UserKind.STAFF, **fields) -> User:
    username = username or f"u{next(_serial)}"
    return User.objects.create_user(username, full_name=full_name or f"{username}示例", kind=kind, **fields)


def citizen(username: str = "citizen", full_name: str = "赵申请", **fields) -> User:
    return user(username, full_name, UserKind.CITIZEN, **fields)


def agency(code: str = "zj", **fields) -> Agency:
    told = {
        "name": f"{code}民政局(示范)",
        "short_name": f"{code}民政局",
        "paper_prefix": f"{code}民",
        "region_code": "440800",
        "level": Level.CITY,
        "reconsideration_body": "示范市人民政府",
    }
    return Agency.objects.create(code=code, **{**told, **fields})


def unit(agency: Agency, code: str, kind: str = UnitKind.SECTION, **fields) -> Unit:
    told = {"name": code, "level": agency.level, "phone": "0759-0000000"}
    return Unit.objects.create(agency=agency, code=code, kind=kind, **{**told, **fields})


def post(unit: Unit, role: str, code: str = "", **fields) -> Post:
    code = code or f"{unit.code}-{role}"
    return Post.objects.create(unit=unit, role=role, code=code, **{"title": f"{unit.name}{Role(role).label}", **fields})


def appoint(post: Post, user: User, rank: str = "A", at: datetime.datetime = APPOINTED) -> Holding:
    return posts.appoint(post=post, user=user, rank=rank, by=User.objects.system(), at=at)


def portfolio(post: Post, *units: Unit, at: datetime.datetime = APPOINTED) -> None:
    posts.assign_portfolio(post=post, units=units, by=User.objects.system(), at=at)


def away(user: User, from_at: datetime.datetime, to_at: datetime.datetime | None = None) -> Absence:
    """离岗 [from_at, to_at)。"""
    told = {"reason": "年假", "by": user, "at": from_at}
    return posts.record_absence(user=user, from_at=from_at, to_at=to_at, **told)


def staffed(unit: Unit, role: str, *people: User, code: str = "") -> Post:
    """一个岗位和它的 A、B。"""
    made = post(unit, role, code)
    for rank, person in zip("AB", people, strict=False):
        appoint(made, person, rank)
    return made


def sign_in(client, user: User) -> None:
    """登录;进审定队列的人连第二因素一起过。"""
    client.force_login(user)
    if user.is_staff:
        device, _ = TOTPDevice.objects.get_or_create(user=user, name="测试")
        session = client.session
        session[DEVICE_ID_SESSION_KEY] = device.persistent_id
        session.save()


def bureau() -> SimpleNamespace:
    """最小的一个局:窗口 A/B、审批科长、业务科长、审查人、副局长、局长,另有一个外单位的人和一个申请人。"""
    b = SimpleNamespace(at=MONDAY, system=User.objects.system())
    b.agency = agency("zj", name="湛江市民政局(示范)", paper_prefix="湛民")
    b.window = unit(b.agency, "zj-window", UnitKind.WINDOW, name="民政窗口")
    b.approval = unit(b.agency, "zj-approval", UnitKind.APPROVAL, name="审批科", hosted_by=b.window)
    b.orgs = unit(b.agency, "zj-orgs", name="社会组织管理科", hosted_by=b.window)  # 进驻中心的办理部
    b.lead = unit(b.agency, "zj-lead", UnitKind.LEADERSHIP, name="局领导")
    b.clerk_a, b.clerk_b = user("window.a", "张示例"), user("window.b", "李演示")
    b.approval_chief, b.approval_chief_b = user("chief.approval", "王样本"), user("chief.approval.b", "陈试用")
    b.chief, b.chief_b = user("chief.orgs", "林范例"), user("chief.orgs.b", "黄模拟")
    b.reviewer = user("reviewer.orgs", "吴示例")
    b.deputy, b.deputy_b = user("deputy.1", "梁演示"), user("deputy.2", "何样本")
    b.director = user("director", "郑试用")
    b.editor, b.auditor, b.personnel = user("editor", "谢范例"), user("auditor", "罗模拟"), user("personnel", "许示例")
    b.checker = user("checker", "曾范例")
    b.citizen, b.other_citizen = citizen("citizen.1", "赵申请"), citizen("citizen.2", "钱办事")
    b.posts = _posts(b)
    b.stranger_agency = agency(
        "sx", name="遂溪县民政局(示范)", paper_prefix="遂民", level=Level.COUNTY, parent=b.agency
    )
    b.stranger_unit = unit(b.stranger_agency, "sx-window", UnitKind.WINDOW, name="县民政窗口")
    b.stranger = user("sx.window.a", "邓演示")
    staffed(b.stranger_unit, Role.CLERK, b.stranger)
    for person in vars(b).values():
        if isinstance(person, User):
            person.refresh_from_db()
    return b


def _posts(b: SimpleNamespace) -> SimpleNamespace:
    """窗口两人互为 AB;局长由副局长代。"""
    made = SimpleNamespace(
        clerk=staffed(b.window, Role.CLERK, b.clerk_a, b.clerk_b, code="zj-window-1"),
        clerk_2=staffed(b.window, Role.CLERK, b.clerk_b, b.clerk_a, code="zj-window-2"),
        approval_chief=staffed(b.approval, Role.CHIEF, b.approval_chief, b.approval_chief_b),
        chief=staffed(b.orgs, Role.CHIEF, b.chief, b.chief_b),
        reviewer=staffed(b.orgs, Role.REVIEWER, b.reviewer),
        deputy=post(b.lead, Role.DEPUTY),
        editor=staffed(b.approval, Role.EDITOR, b.editor),
        checker=staffed(b.approval, Role.EDITOR, b.checker, code="zj-checker"),
        auditor=staffed(b.lead, Role.AUDITOR, b.auditor),
        personnel=staffed(b.lead, Role.PERSONNEL, b.personnel),
    )
    portfolio(made.deputy, b.orgs, b.approval, b.window)
    appoint(made.deputy, b.deputy)
    appoint(made.deputy, b.deputy_b, "B")
    made.director = staffed(b.lead, Role.DIRECTOR, b.director, b.deputy)
    return made
