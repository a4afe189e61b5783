"""乱走的局：市局的一个事项、一个即办的、一个许可证和它的延续，市局、遂溪、徐闻各一个事项的一件事。

各级 A、B 岗齐全，徐闻没有分管副局长；早先发过一本快到期的许可证，审定过一条先例。
"""

import datetime
from dataclasses import dataclass
from types import SimpleNamespace

from agencies.actions import posts
from agencies.models import Holding, Post, User
from agencies.states import Role, UnitKind
from catalog.states import Situation
from denials.actions import ladder
from office.exchange.models import ExchangePeer
from office.papers import actions as papers
from tests import casework, makers
from tests.approvals import certifying, pledging, renewing, together
from tests.approvals.listed import ADVICE, EXPERTS, HEARING, PUBLICITY, VISIT

GUIDE = {"special_procedures": [ADVICE, EXPERTS, HEARING, PUBLICITY, VISIT], "informed_commitment": True}
INSTANT = {
    "handling": "1", "statutory_value": None, "statutory_unit": "", "statutory_basis": "", "promised_value": None,
    "promised_unit": "", "promised_basis": "",
}  # fmt: skip


@dataclass(frozen=True)
class Crew:
    """一个事项由哪些人办；排在前面的是 A 岗。"""

    window: tuple[User, ...]
    reviewers: tuple[User, ...]
    chiefs: tuple[User, ...]
    deputies: tuple[User, ...]
    directors: tuple[User, ...]
    chairs: tuple[User, ...]  # 主持听证的
    applicant: tuple[User, ...]


def built(b):
    """b.crews 以事项的主键说由谁办；b.hands 以单位的主键说由谁交接；b.consulted 是可以征求意见的单位。"""
    b.agency.reconsideration_url = "https://reconsideration.example.invalid"
    b.agency.save(update_fields=["reconsideration_url"])
    told = {"code": "walks", "name": "示例平台", "our_code": "HALL", "url": "https://walks.example.invalid", "key": "k"}
    told |= {"identity": "full", "identity_basis": "示例协议第一条", "kinds": []}
    ExchangePeer.objects.create(**told, takes_cases=True, keeper=b.chief)
    b.renew_guide = renewing.licence(b, **GUIDE).guide
    b.licence_guide = renewing.licence(b, "licence", Situation.ORDINARY, renewal=[renewing.ROW], **GUIDE).guide
    b.held = held(b, b.at - datetime.timedelta(days=40))
    b.instant_guide = casework.item_with_guide(b, "instant", **INSTANT).guide
    b.alone_guide = casework.item_with_guide(b, "alone", **GUIDE).guide
    b.precedent = settled(b, b.at - datetime.timedelta(days=7))
    pledging.terms(b)
    together.matter(b, proof="deferrable", **GUIDE)
    b.reviewer_b = second(b, Post.objects.get(unit=b.orgs, role=Role.REVIEWER))
    b.consulted = [b.approval, *(part.item.section for part in b.parts)]
    reviewers, chiefs = (b.reviewer, b.reviewer_b), (b.chief, b.chief_b)
    city = crew(b, reviewers, chiefs, (b.deputy, b.deputy_b), (b.director, b.deputy))
    guides = (b.instant_guide, b.alone_guide, b.licence_guide, b.renew_guide)
    b.crews = dict.fromkeys([*(guide.item_id for guide in guides), b.parts[0].item.pk], city)
    for part, region in zip(b.parts[1:], ["440823", "440825"], strict=True):
        b.crews[part.item.pk] = county(b, part, region)
    for part in b.parts:
        pledging.terms(b, item=part.item, material_key=part.proof)
    hands = Holding.objects.filter(post__role__in=[Role.CLERK, Role.REVIEWER]).select_related("user")
    b.hands = {}
    for one in hands.order_by("rank", "pk"):
        b.hands.setdefault(one.post.unit_id, []).append(one.user)
    found = {one for made in b.crews.values() for some in vars(made).values() for one in some} - {b.citizen}
    b.staff = sorted(found | {b.stranger, b.approval_chief_b}, key=lambda user: user.pk)
    return b


def held(b, at):
    """一本发了、送到了的许可证，本机关收得到延续它的申请：现在申请，刚刚赶得上。"""
    until = b.at.date() + datetime.timedelta(days=31)
    told = certifying.told(valid_from=at.date(), valid_until=until)
    c = SimpleNamespace(**vars(b) | {"at": at, "guide": b.licence_guide})
    case = certifying.granted(c, told)
    papers.empty_tray(at=at, limit=20)
    return casework.collected(case, b.clerk_a, at)


def settled(b, at):
    """审定成了的先例：不行。"""
    report = casework.with_deputy(b, at)
    ladder.sanction(report, text="核准。", by=b.deputy, at=at + 2 * casework.HOUR)
    return report.precedent


def crew(b, reviewers, chiefs, deputies, directors):
    return Crew(
        window=(b.clerk_a, b.clerk_b), reviewers=reviewers, chiefs=chiefs, deputies=deputies, directors=directors,
        chairs=(b.approval_chief, *directors), applicant=(b.citizen, b.clerk_a),
    )  # fmt: skip


def county(b, part, region):
    """县局：科室负责人、审查人各有 B 岗；遂溪有分管副局长，由局长代；徐闻只有局长。"""
    agency, section = part.item.agency, part.item.section
    agency.region_code = region
    agency.save(update_fields=["region_code"])
    lead = makers.unit(agency, f"{agency.code}-lead", UnitKind.LEADERSHIP, name="局领导")
    director, deputies = makers.user(f"{agency.code}.director", "郑县长"), ()
    makers.staffed(lead, Role.DIRECTOR, director)
    if agency == b.stranger_agency:
        deputies = (makers.user(f"{agency.code}.deputy", "梁县副"), director)
        makers.portfolio(makers.staffed(lead, Role.DEPUTY, *deputies), section)
    reviewers = (part.reviewer, second(b, Post.objects.get(unit=section, role=Role.REVIEWER)))
    chiefs = (part.chief, second(b, Post.objects.get(unit=section, role=Role.CHIEF)))
    return crew(b, *(fresh(some) for some in (reviewers, chiefs, deputies, (director,))))


def second(b, post):
    """给这个岗添一个 B 岗。"""
    person = makers.user(f"{post.code}.b", "吴代班")
    posts.appoint(post=post, user=person, rank="B", by=b.system, at=b.at)
    return person


def fresh(people):
    """任职以后再读一遍：授权改过。"""
    for one in people:
        one.refresh_from_db()
        one.forget_grants()
    return tuple(people)
