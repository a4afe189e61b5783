"""数量限制（行政许可法第五十七条）：满了准予不了，同时准予也不会多发；按受理的先后，空出来的名额随即可用。"""

import threading

import pytest
from django.db import connection
from django.urls import reverse

from approvals.actions import decision, intake, quota
from approvals.models import Case, Certificate
from catalog.models import LegalBasis
from catalog.rules.elements import quota_faults
from denials.actions import register
from denials.models import RegisterEntry
from office.steps import NotNow
from office.workdays import clock
from office.workdays.rules import DAY, local
from tests import casework
from tests.approvals import certifying as make
from tests.approvals import renewing
from tests.catalog import makers as catalog
from tests.denials import recalling
from tests.portal.desks import at_desk, said

LAW = {"statute": "中华人民共和国行政许可法", "article": "第五十七条", "text": "按受理的先后顺序。"}
LIMIT = {"quota_basis": "示例府公告〔2026〕1号", "bases": [LAW]}
HOUR = DAY / 24


def limited(bureau, count: int, **fields):
    bureau.at = clock.now()
    return make.issuing(bureau, quota=count, **LIMIT, **fields)


def url(name, case):
    return reverse(f"desk:{name}", args=[case.number])


def reviewed(b, later=0 * HOUR) -> Case:
    case = casework.accepted(b, b.at + later)
    casework.review.begin(case, by=b.reviewer, at=b.at + later)
    return casework.review.give_opinion(case, opinion="pass", text="符合条件。", by=b.reviewer, at=b.at + later)


def issued(number: str) -> dict:
    return {"decision": "准予登记。", "certificate": make.told(number, valid_from=local(clock.now()).date())}


@pytest.mark.clause("D14")
def test_a_full_licence_is_not_granted_and_the_page_says_what_to_do(bureau, client):
    b = limited(bureau, 1)
    first, second = reviewed(b), reviewed(b, HOUR)
    guide = said(client.get(reverse("hall:guide", args=[b.item.code])))
    assert "最多发 1 个" in guide and "现在还剩 1 个" in guide and "按受理的先后" in guide
    at_desk(client, b.chief)
    shown = said(client.get(url("case", second)))
    assert first.number in shown and "还剩 1 个" in shown and "请先定在前的" in shown
    with pytest.raises(NotNow, match="请先定在前的"):
        decision.grant(second, **issued("二号"), by=b.chief, at=b.at + HOUR)
    decision.grant(first, **issued("一号"), by=b.chief, at=b.at + HOUR)
    shown = said(client.get(url("case", second)))
    assert "没有名额了" in shown and "依明确规定（行政许可法第五十七条）" in shown
    told = {"decision": "准予。", "certificate_name": make.NAME, "certificate_number": "二号"}
    dates = {"valid_from": f"{local(b.at):%Y-%m-%d}", "validity": "indefinite"}
    assert "没有名额了" in said(client.post(url("case-grant", second), {**told, **dates}))
    assert Certificate.objects.count() == 1
    form = client.get(url("case-refuse-by-rule", second)).context["form"]
    assert form["authority"].value() == "r2" and "现有 1 个有效" in form["facts"].value()
    kept = ("authority", "facts", "reasons", "possible", "progress", "clerk_contact")
    client.post(url("case-refuse-by-rule", second), {name: form[name].value() for name in kept})
    second.refresh_from_db()
    assert second.outcome == "refused" and RegisterEntry.objects.filter(case=second).exists()
    client.logout()
    assert "现在没有名额" in said(client.get(reverse("hall:guide", args=[b.item.code])))
    answer = client.get(reverse("api:guide", args=[b.item.code])).json()["quota"]
    assert answer == {"limit": 1, "basis": LIMIT["quota_basis"], "order": None}


@pytest.mark.clause("D14")
def test_a_place_is_free_again_when_a_certificate_is_over(bureau):
    b = limited(bureau, 1)
    today = local(b.at).date()
    certificate = make.told("一号", valid_from=today - 40 * DAY, valid_until=today)
    decision.grant(reviewed(b), decision="准予。", certificate=certificate, by=b.chief, at=b.at)
    assert quota.left(b.guide, b.agency, today) == 0
    assert quota.left(b.guide, b.agency, today + DAY) == 1
    second = reviewed(b, DAY)
    assert decision.grant(second, **issued("二号"), by=b.chief, at=b.at + DAY).outcome == "granted"


def test_another_law_may_set_another_order(bureau):
    b = limited(bureau, 1, quota_order="招标，示例条例第三条")
    reviewed(b)
    later = reviewed(b, HOUR)
    assert decision.grant(later, **issued("二号"), by=b.chief, at=b.at + HOUR).outcome == "granted"


@pytest.mark.clause("D14")
def test_the_words_say_the_order_another_law_sets(bureau, client):
    b = limited(bureau, 1, quota_order="招标，示例条例第三条")
    decision.grant(reviewed(b), **issued("一号"), by=b.chief, at=b.at)
    second = reviewed(b, HOUR)
    reasons = at_desk(client, b.chief).get(url("case-refuse-by-rule", second)).context["form"]["reasons"].value()
    assert "招标，示例条例第三条" in reasons and "先后顺序" not in reasons


@pytest.mark.clause("Z10")
def test_what_is_redone_for_the_agencys_mistake_keeps_its_place(bureau):
    b = limited(bureau, 1)
    first, second = casework.accepted(b, b.at - 4 * HOUR), reviewed(b, -3 * HOUR)
    told = {"basis": b.guide.bases.first(), "refusal": casework.REFUSAL, "by": b.chief}
    entry = register.refuse_by_rule(first, **told, at=b.at - 2 * HOUR)
    new = recalling.set_aside(b, entry, b.at - HOUR).new_case
    checks = {"application": casework.OK, "proof": casework.OK}
    intake.check_materials(new, checks=checks, by=b.clerk_a, at=b.at)
    intake.accept(new, by=b.clerk_a, at=b.at)
    (ahead,) = quota.places(second, b.at).ahead
    assert (ahead.case, ahead.since) == (new, first.accepted_at) and quota.places(new, b.at).ahead == []
    with pytest.raises(NotNow, match="请先定在前的"):
        decision.grant(second, **issued("二号"), by=b.chief, at=b.at)


@pytest.mark.clause("D14", "S3")
def test_a_renewed_certificate_takes_one_place_whatever_its_number(bureau):
    c = renewing.held(bureau, quota=1, **LIMIT)
    case = renewing.reviewed(c)
    told = make.told("新的编号", valid_from=renewing.UNTIL + DAY, valid_until=renewing.UNTIL + 365 * DAY)
    decision.grant(case, decision="准予延续。", certificate=told, by=c.chief, at=renewing.IN_TIME)
    assert Certificate.objects.filter(current=True, ended_as="").count() == 2
    assert quota.valid(c.guide, c.agency, local(renewing.IN_TIME).date()) == 1


@pytest.mark.clause("D14")
def test_a_limit_set_after_receipt_is_explained_and_goes_up_the_ladder(bureau, client):
    bureau.at = clock.now()
    b = make.issuing(bureau)
    case = reviewed(b)
    decision.grant(reviewed(b, HOUR), **issued("一号"), by=b.chief, at=b.at + HOUR)
    told = {name: getattr(b.guide, name) for name in ("result_name", "statutory_value", "statutory_unit")}
    told |= {"statutory_basis": b.guide.statutory_basis, "quota": 1, "quota_basis": LIMIT["quota_basis"]}
    newer = catalog.draft(b, b.item, **told)
    LegalBasis.objects.create(guide=newer, key="r9", position=9, **LAW)
    catalog.publish(b, newer, at=b.at - DAY)
    shown = said(at_desk(client, b.chief).get(url("case", case)))
    assert "没有名额了" in shown and "请提拟否定报告" in shown
    with pytest.raises(NotNow, match="请提拟否定报告"):
        decision.grant(case, **issued("二号"), by=b.chief, at=b.at + HOUR)
    assert not client.get(url("case-refuse-by-rule", case)).context["form"]["reasons"].value()
    form = at_desk(client, b.reviewer).get(url("case-report", case)).context["form"]
    assert "现有 1 个有效" in form["reasons"].value() and LIMIT["quota_basis"] in form["basis_text"].value()


def test_two_places_are_enough_for_the_two_who_came_first(bureau):
    b = limited(bureau, 2)
    _first, second, third = (reviewed(b, HOUR * n) for n in range(3))
    assert quota.places(third, b.at).left == 2
    with pytest.raises(NotNow):
        decision.grant(third, **issued("三号"), by=b.chief, at=b.at + 3 * HOUR)
    assert decision.grant(second, **issued("二号"), by=b.chief, at=b.at + 3 * HOUR).outcome == "granted"


@pytest.mark.django_db(transaction=True)
def test_two_leaders_at_the_same_moment_do_not_grant_one_too_many(bureau):
    b = limited(bureau, 1, quota_order="招标，示例条例第三条")
    cases, barrier, refused = [reviewed(b), reviewed(b, HOUR)], threading.Barrier(2), []

    def grant(case: Case, number: str) -> None:
        barrier.wait()
        try:
            decision.grant(case, **issued(number), by=b.chief, at=b.at + HOUR)
        except NotNow as reason:
            refused.append(str(reason))
        finally:
            connection.close()

    hands = [threading.Thread(target=grant, args=(case, f"{n}号")) for n, case in enumerate(cases)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join(timeout=60)
    assert Certificate.objects.count() == 1 and len(refused) == 1 and "没有名额了" in refused[0]


def test_a_limit_says_where_it_is_published_and_which_article(bureau):
    b = limited(bureau, 1)
    assert quota_faults(b.guide) == []
    b.guide.quota_basis = ""
    assert "在哪里公布" in quota_faults(b.guide)[0]
    draft = catalog.draft(b, catalog.item(b, "other", kind="07"), quota=1, quota_basis="示例公告")
    assert len(quota_faults(draft)) == 2, "不是许可，没有引第五十七条"
    assert quota_faults(casework.item_with_guide(b, "plain").guide) == []
