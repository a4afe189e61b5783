"""委托的以委托机关的名义，下放的以自己的名义：文书、文号、救济途径、查进度页、证照都照这个写。"""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from agencies.models import Agency
from agencies.states import Role
from approvals.actions import decision, disclosures, intake, letters, quota, review
from approvals.actions.certifying import Told
from approvals.models import Case, Certificate
from catalog.actions import authority as authorities
from catalog.models import Authority, LegalBasis
from delegation.actions import granting
from delegation.states import DelegationKind
from denials.actions import register
from office.papers.models import Paper
from office.steps import NotNow, take
from tests import casework, makers
from tests.approvals import certifying, renewing
from tests.delegation.makers import START, drafted, live
from tests.journeys.walking import words_of
from tests.makers import MONDAY, moment, sign_in
from tests.portal.desks import said

SPRING = moment("2026-04-01 09:00")
GIVER = "湛江市民政局（示范）"
CITY, COUNTY = "示范市人民政府", "示范县人民政府"


@pytest.fixture
def b(batch):
    """县局的窗口、审查的人、科长；县局自己的复议机关和法院。"""
    Agency.objects.filter(pk=batch.county.pk).update(
        reconsideration_body=COUNTY, court="示范县人民法院", reconsideration_url="https://county.example/"
    )
    Agency.objects.filter(pk=batch.agency.pk).update(court="示范市中级人民法院")
    batch.county.refresh_from_db()
    batch.agency.refresh_from_db()
    batch.county_approval.hosted_by = batch.stranger_unit  # 同在一处，件随手就到
    batch.county_approval.save()
    batch.county_reviewer, batch.county_chief = makers.user("sx.reviewer", "彭示例"), makers.user("sx.chief", "曹演示")
    makers.staffed(batch.county_approval, Role.REVIEWER, batch.county_reviewer)
    makers.staffed(batch.county_approval, Role.CHIEF, batch.county_chief)
    return batch


def received(b, **fields) -> Case:
    told = {
        "guide": b.guide, "person": casework.PERSON, "answers": {}, "provided": {"application"}, "channel": "1",
        "unit": b.stranger_unit, "first_contact": b.stranger, "by": b.stranger, "at": SPRING, "user": b.citizen,
    }  # fmt: skip
    return intake.receive(**{**told, **fields})


def accepted(b) -> Case:
    case = received(b)
    intake.check_materials(case, checks={"application": casework.OK}, by=b.stranger, at=SPRING)
    return intake.accept(case, by=b.stranger, at=SPRING)


def granted(b) -> Case:
    case = accepted(b)
    review.begin(case, by=b.county_reviewer, at=SPRING)
    review.give_opinion(case, opinion="pass", text="符合条件。", by=b.county_reviewer, at=SPRING)
    return decision.grant(case, decision="准予登记。", by=b.county_chief, at=SPRING)


def refused(b) -> Case:
    case = received(b)
    basis = LegalBasis.objects.get(guide=b.guide)
    register.refuse_by_rule(case, basis=basis, refusal=casework.REFUSAL, by=b.stranger, at=SPRING)
    case.refresh_from_db()
    return case


def paper(case, kind) -> Paper:
    return Paper.objects.about(case).of_kind(kind).get()


@pytest.mark.clause("B1")
def test_what_is_entrusted_is_decided_in_the_givers_name(b):
    live(b)
    case = granted(b)
    assert case.agency == b.county
    for kind in ("receipt", "acceptance", "grant"):
        made = paper(case, kind)
        assert (made.issuer, made.prefix, made.context["agency"]) == ("zj", "湛民", b.agency.name), kind
        assert "受湛江市民政局(示范)委托办理（委托书 湛民委〔2026〕1号" in made.context["entrusted"]
        assert made.context["seal_name"] == b.seal.name


@pytest.mark.clause("B1")
def test_what_is_transferred_is_decided_in_the_receivers_own_name(b):
    live(b, kind=DelegationKind.TRANSFERRED, promise="", agreement="")
    case = granted(b)
    for kind in ("receipt", "acceptance", "grant"):
        made = paper(case, kind)
        assert (made.issuer, made.prefix, made.context["agency"]) == ("sx", "遂民", b.county.name), kind
        assert "entrusted" not in made.context
    assert case.authority.basis.startswith("下放决定")


@pytest.mark.clause("B1", "D14")
@pytest.mark.parametrize("kind", ["entrusted", "transferred"])
def test_the_public_disclosure_names_the_same_authority_as_the_letter(b, client, kind):
    live(b, kind=kind)
    one = granted(b).disclosure
    named = b.agency if kind == "entrusted" else b.county
    assert (one.authority_name, one.authority_code) == (named.name, named.uscc)
    disclosures.publish(one, told={}, by=b.county_reviewer, at=SPRING)
    other = b.county if kind == "entrusted" else b.agency
    told = client.get(reverse("api:disclosures"), {"agency": named.code}).json()["results"][0]["authority"]
    assert (told["code"], told["name"]) == (named.code, named.name)
    assert client.get(reverse("api:disclosures"), {"agency": other.code}).json()["results"] == []
    for agency, found in ((named, True), (other, False)):
        page = said(client.get(reverse("hall:disclosures"), {"agency": agency.code}))
        assert (one.document_number in page) == found


@pytest.mark.clause("D15")
@pytest.mark.parametrize(
    ("kind", "body", "court", "url"),
    [
        ("entrusted", CITY, "示范市中级人民法院", ""),
        ("transferred", COUNTY, "示范县人民法院", "https://county.example/"),
    ],
)
def test_a_refusal_names_the_right_respondent_and_where_to_go(b, client, kind, body, court, url):
    live(b, kind=kind)
    case = refused(b)
    told = paper(case, "not_accepted").context
    assert (told["reconsideration_body"], told["court"], told["reconsideration_url"]) == (body, court, url)
    assert case.authority == Authority.objects.get()
    sign_in(client, b.citizen)
    page = said(client.get(reverse("hall:track-case", args=[case.number])))
    assert f"向{body}申请" in page and f"依法向{court}起诉" in page
    assert (f"诉讼的被告是{GIVER}" in page) == (kind == "entrusted")


@pytest.mark.clause("B1")
def test_the_database_keeps_kind_and_name_together(b):
    own = authorities.grant(
        item=b.item, agency=b.county, seal=b.seal, valid_from=START, valid_to=moment("2026-10-01 00:00").date(),
        basis="示例", by=b.editor, at=MONDAY,
    )  # fmt: skip
    entrusted = drafted(b)
    with pytest.raises(DatabaseError, match="对不上"), transaction.atomic():
        take(entrusted, "go_live", by=b.editor, at=MONDAY, authority=own)
    with pytest.raises(IntegrityError, match="entrusted_by_another"), transaction.atomic():
        Authority.objects.create(
            item=b.item, agency=b.agency, seal=b.seal, valid_from=START, basis="示例", principal=b.agency
        )


def test_a_transfer_needs_its_decision_and_its_own_seal(b):
    with pytest.raises(NotNow, match="下放决定"):
        granting.grant(drafted(b, kind="transferred", instrument_number=""), by=b.editor, at=MONDAY)
    with pytest.raises(NotNow, match="承接机关自己的章"):
        drafted(b, kind="transferred", seal=b.seal)


@pytest.mark.clause("B2")
def test_what_is_entrusted_is_sealed_by_the_giver(b):
    with pytest.raises(NotNow, match="委托机关的业务专用章"):
        drafted(b, seal=b.own_seal)


@pytest.mark.clause("B1")
def test_a_preview_has_the_prefix_of_the_letter(b, client):
    live(b)
    case = accepted(b)
    review.begin(case, by=b.county_reviewer, at=SPRING)
    shown = letters.preview("grant", case, letters.grant_words(case, "准予登记。"), by=b.county_chief, at=SPRING)
    text = words_of(shown)
    assert "湛民" in text and "遂民" not in text


def renewed(b, kind: str) -> tuple[Case, Certificate]:
    """市局发过的一本证照；延续它的事项委托、下放以后，县局收到延续的申请，沿用原编号准予。"""
    c = renewing.held(casework.item_with_guide(SimpleNamespace(**vars(b)), "earlier"))
    live(b, kind=kind, item=c.renew.item)
    case = received(b, guide=c.renew.guide, provided={"application", "proof"})
    checks = {"application": casework.OK, "proof": casework.OK}
    intake.check_materials(case, checks=checks, by=b.stranger, at=SPRING)
    intake.accept(case, by=b.stranger, at=SPRING)
    review.begin(case, by=b.county_reviewer, at=SPRING)
    review.give_opinion(case, opinion="pass", text="符合条件。", by=b.county_reviewer, at=SPRING)
    told = Told(certifying.NAME, certifying.NUMBER, SPRING.date(), None, reissued=True)
    return decision.grant(case, decision="准予延续。", by=b.county_chief, at=SPRING, certificate=told), c.certificate


@pytest.mark.clause("B1", "S3")
@pytest.mark.parametrize("kind", ["entrusted", "transferred"])
def test_what_the_giver_issued_is_named_and_renewed_by_the_receiver(b, kind):
    case, old = renewed(b, kind)
    assert case.prior.certificate == old and case.prior.lapses_at is not None, "按时申请的，届满没有决定视为准予"
    assert Certificate.objects.get(number=certifying.NUMBER, current=True).replaces == old


@pytest.mark.clause("B1")
def test_certificates_of_entrusted_cases_are_moved_to_the_giver(b):
    case, old = renewed(b, "entrusted")
    made = Certificate.objects.get(case=case)
    Certificate.objects.filter(pk=made.pk).update(agency=b.county)  # 名义补写以前的样子
    move = import_module("approvals.migrations.0055_moved_certificates").MOVE
    with connection.cursor() as cursor:
        cursor.execute(move)
    made.refresh_from_db()
    old.refresh_from_db()
    assert (made.agency, old.agency) == (b.agency, b.agency)


@pytest.mark.clause("B1")
def test_entrusted_cases_share_the_places_of_the_giver(b):
    told = {"statute": "中华人民共和国行政许可法", "article": "第五十七条", "text": "按受理的先后顺序。"}
    limit = {"quota": 1, "quota_basis": "示例府公告〔2026〕1号", "bases": [told]}
    c = casework.item_with_guide(SimpleNamespace(**vars(b)), "limited", **limit)
    first = casework.accepted(c)
    live(b, item=c.item)
    second = received(b, guide=c.guide, provided={"application", "proof"})
    checks = {"application": casework.OK, "proof": casework.OK}
    intake.check_materials(second, checks=checks, by=b.stranger, at=SPRING)
    intake.accept(second, by=b.stranger, at=SPRING)
    places = quota.places(second, SPRING)
    assert places.agency == b.agency and [one.case for one in places.ahead] == [first]
    decision.withdraw(first, reason="不办了。", by=b.citizen, at=SPRING)
    review.begin(second, by=b.county_reviewer, at=SPRING)
    review.give_opinion(second, opinion="pass", text="符合条件。", by=b.county_reviewer, at=SPRING)
    decision.grant(second, decision="准予。", by=b.county_chief, at=SPRING)
    assert quota.left(c.guide, b.agency, SPRING.date()) == 0 and quota.left(c.guide, b.county, SPRING.date()) == 1
