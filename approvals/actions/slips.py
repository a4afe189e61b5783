"""首问的单子和告知：引导单，给群众的短信，给工作人员的提醒。"""

import datetime
from collections.abc import Iterable

from agencies.models import Post, Unit, User
from agencies.states import Role
from approvals.models import Contact, Referral
from office.notices import actions as notices
from office.papers import actions as papers
from office.papers.models import Paper


def referral(contact: Contact, made: Referral, *, by: User, at: datetime.datetime) -> Paper:
    """引导单：交给群众带走，凭编号和查询码在网上也看得到。"""
    unit = contact.unit
    steps = [line.strip() for line in f"{made.route}\n{made.method}".splitlines() if line.strip()]
    context = {
        "agency": contact.agency.name,
        "request": contact.asked,
        "destination": f"{made.destination}({made.person})" if made.person else made.destination,
        "address": made.address,
        "phone": made.phone,
        "hours": made.hours,
        "steps": steps,
        "issued_by": contact.clerk.full_name,
        "contact": f"{unit.name} {unit.phone}".strip(),
        "contact_number": contact.number,
        "query_code": contact.query_code,
    }
    if by != contact.clerk:  # 首问责任人不变，这一张是别人开的，也写上
        context["handled_by"] = by.signs(contact, at)
    return papers.order(
        "referral", about=contact, context=context, issuer=contact.agency.code, prefix=contact.agency.paper_prefix,
        by=by, at=at,
    )  # fmt: skip


def tell_asker(contact: Contact, kind: str, subject: str, body: str, *, by: User, at: datetime.datetime) -> None:
    """告诉来问的人：留了电话的发短信；没有留的，凭编号和查询码自己看。"""
    if contact.phone:
        notices.queue(
            kind, about=contact, to=None, address=contact.phone, channel="sms", subject=subject, body=body,
            responsible=contact.clerk, by=by, at=at,
        )  # fmt: skip


def tell_staff(
    contact: Contact, users: Iterable[User], kind: str, subject: str, body: str, *, by: User, at: datetime.datetime
) -> None:
    """提醒工作人员：站内信，同一人只发一次。"""
    for user in {user.pk: user for user in users}.values():
        notices.queue(kind, about=contact, to=user, subject=subject, body=body, responsible=user, by=by, at=at)


def tell_receiving_unit(contact: Contact, unit: Unit, *, by: User, at: datetime.datetime) -> None:
    """告诉引导去的单位：有人要来，请接办。此刻当班的经办人、审查人或负责人。"""
    posts = Post.objects.filter(unit=unit, role__in=[Role.CLERK, Role.REVIEWER, Role.CHIEF]).order_by("role", "code")
    standing = next((found for post in posts if (found := post.holder_at(at))), None)
    if standing is not None:
        body = f"{contact.unit}引导一位群众到{unit}：{contact.asked}。群众到了请点“接办”。"
        tell_staff(
            contact, [standing.user], "contact.coming", f"有群众引导到你处：{contact.number}", body, by=by, at=at
        )
