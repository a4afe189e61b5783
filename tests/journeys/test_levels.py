"""低保从镇到县：镇上受理、两人入户、公示、提意见，列清单送县；县里签收、复核、确认，回镇上送达、归档。全走页面，时间由测试拨。"""

import datetime
import json
from pathlib import Path

import pytest
from django.core.cache import cache
from django.urls import reverse

import catalog
from approvals.actions import archiving, deadlines
from approvals.models import Archive, Batch, Case, Flag, Publication
from office.papers import actions as papers
from office.papers.models import Paper
from tests.approvals import levelled, levels
from tests.journeys.test_kinds import Counter, hands
from tests.journeys.test_to_the_end import post
from tests.makers import sign_in
from tests.portal.desks import checked, said

__all__ = ["hands"]
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)
SUBSISTENCE = json.loads((Path(catalog.__file__).parent / "data/items/relief-subsistence.json").read_text())["guide"]
TAKEN = {name: SUBSISTENCE[name] for name in ("process", "special_procedures")}


@pytest.fixture
def c(bureau, hands):
    cache.clear()
    bureau.at = hands.at
    made = levelled.county(bureau, SUBSISTENCE["review_steps"], **TAKEN)
    made.item.theme, made.item.audiences = "relief", ["1"]
    made.item.save()
    return made


def handed_over(counter, giver, taker) -> None:
    """列成清单、签出，对方全部签收。"""
    c = counter.b
    told = {"from": giver.code, "to": taker.code}
    sign_in(counter.desk, levels.clerk_of(c, giver))
    assert "清单" in said(counter.desk.post(reverse("desk:handover-draw-up"), told, follow=True))
    batch = Batch.objects.latest("pk")
    counter.desk.post(reverse("desk:handover-sign-out", args=[batch.number]))
    sign_in(counter.desk, levels.clerk_of(c, taker))
    counter.desk.post(reverse("desk:handover-sign-in-all", args=[batch.number]))


@pytest.mark.clause("C2", "C4", "D9", "D10")
def test_subsistence_is_examined_by_the_town_and_confirmed_by_the_county(c, hands):
    counter = Counter(c)
    case = counter.receive(c.clerk_of_town, c.town.code)
    assert case.intake_unit == c.town
    counter.do(c.clerk_of_town, "case-check", case, **checked())
    counter.do(c.clerk_of_town, "case-accept", case)
    sign_in(counter.desk, c.reviewer_of_town)
    assert case.number in said(counter.desk.get(reverse("desk:reviews")))
    sign_in(counter.desk, c.reviewer_of_section)
    assert case.number not in said(counter.desk.get(reverse("desk:reviews")))

    counter.do(c.reviewer_of_town, "case-begin-review", case)
    assert "梨花镇便民服务中心正在审查" in counter.track(case)
    town_opinion = {"opinion": "pass", "text": "入户属实，公示没有异议，建议确认。"}
    sign_in(counter.desk, c.reviewer_of_section)
    refused = counter.desk.post(reverse("desk:case-opinion", args=[case.number]), town_opinion)
    assert refused.status_code == 403, "县里不能替镇上写意见"

    officers = {"officer_1": c.reviewer_of_town.pk, "officer_2": c.clerk_of_town.pk}
    visit = {
        "visits_at": f"{hands.at + HOUR:%Y-%m-%dT%H:%M}",
        "place": "梨花村",
        "reason": "核实家庭情况。",
        **officers,
    }
    post(counter, c.reviewer_of_town, "desk:procedure-start", case.number, "survey", **visit)
    survey = case.procedures.get()
    hands.at += 2 * HOUR
    record = {"found": "住房简陋，无车。", "conclusion": "与申报一致。", "present": "本人在场，没有异议。"}
    inspection = [case.number, survey.inspection.pk]
    post(counter, c.clerk_of_town, "desk:inspection", *inspection, "record", **record)
    post(counter, c.reviewer_of_town, "desk:inspection", *inspection, "sign")
    post(counter, c.reviewer_of_town, "desk:procedure-end", case.number, survey.pk, result="属实。")

    told = {"reason": "拟确认。", "members": "3", "amount": "1200", "place": "梨花村公示栏"}
    post(counter, c.reviewer_of_town, "desk:procedure-start", case.number, "publicity", **told)
    assert "还没有结束" in counter.do(c.reviewer_of_town, "case-opinion", case, **town_opinion)
    hands.at = Publication.objects.get().to_at + HOUR
    deadlines.sweep(at=hands.at)
    counter.do(c.reviewer_of_town, "case-opinion", case, **town_opinion)
    assert "前一级已经审过，正转给社会救助股接着审查" in counter.track(case)

    handed_over(counter, c.town, c.window)
    levels.in_one_place(case)
    assert case.unit == c.section
    sign_in(counter.desk, c.reviewer_of_section)
    assert "建议确认" in said(counter.desk.get(reverse("desk:case-opinion", args=[case.number])))
    counter.do(c.reviewer_of_section, "case-opinion", case, opinion="pass", text="复核无误。")
    sign_in(counter.desk, c.reviewer_of_town)
    assert counter.desk.get(reverse("desk:case-grant", args=[case.number])).status_code == 403, "镇上不能决定"
    counter.do(c.chief_of_section, "case-grant", case, decision="确认，从次月起发放。")
    case.refresh_from_db()
    assert case.state == "granted" and not Flag.objects.exists()

    form = Paper.objects.about(case).of_kind("approval_form").get().context["rows"]
    assert [(row["stage"], row["unit"]) for row in form] == [
        ("承办", "梨花镇便民服务中心"),
        ("审核", "梨花镇便民服务中心（调查、核对与公示）"),
        ("审核", "社会救助股（确认）"),
        ("批准", "社会救助股"),
    ]
    handed_over(counter, c.window, c.town)
    papers.empty_tray(at=hands.at, limit=50)
    sign_in(counter.desk, c.clerk_of_town)
    collected = {"way": "window", "collector": "赵申请", "collector_id": "11010519491231002X"}
    counter.do(c.clerk_of_town, "case-deliver", case, **collected)
    counter.do(c.clerk_of_town, "case-close", case)
    papers.empty_tray(at=hands.at, limit=50)
    archiving.make_due(at=hands.at)
    assert Archive.objects.get(case=case).file and not case.clocks.running().exists()
    assert Case.objects.get(pk=case.pk).state == "closed"
