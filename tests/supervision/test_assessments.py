"""代办考核：数取自记录，一人提出、一人审定，本人异议、别人复核；暂停、取消资格的马上停办，手上的解除。"""

import datetime

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from agencies.actions import posts
from agencies.models import Holding
from approvals.actions import agent_stops, decision, mandates, projects
from approvals.models import AgentStop, Clock, Mandate
from office.journal.models import Entry
from office.notices.models import Notice
from office.papers import actions as papers
from office.steps import NotNow
from supervision.actions import assessing, conduct, ratings
from supervision.models import Assessment
from supervision.rules import suggested_grade
from supervision.states import AssessmentGrade
from tests import casework, makers
from tests.makers import MONDAY, moment
from tests.portal.desks import ready, said

pytestmark = pytest.mark.clause("D13")
NEXT_YEAR = moment("2027-01-11 09:00")  # 星期一
DAY, HOUR = datetime.timedelta(days=1), datetime.timedelta(hours=1)
BASIS = "代办员考核办法(示范)第六条"


@pytest.fixture
def b(bureau):
    return casework.item_with_guide(bureau)


def desk(user) -> Client:
    client = Client()
    makers.sign_in(client, user)
    return client


def helped(b, case, at=MONDAY, agent=None, signed=True) -> Mandate:
    terms = mandates.Terms(("supplement", "contact"), (at + 300 * DAY).date())
    who = mandates.Agent(user=agent or b.clerk_a)
    return mandates.appoint(case, agent=who, terms=terms, by=b.clerk_b, at=at, signed=signed)


def proposed(b, at=NEXT_YEAR, by=None, person=None, year=2026, **changes) -> Assessment:
    first = {"grade": "unqualified", "reasons": "示例。", "outcome": "reminded", "basis": BASIS}
    told = assessing.Proposal(**{**first, **changes})
    who = {"unit": b.window, "year": year, "by": by or b.approval_chief, "at": at}
    return assessing.propose(person or b.clerk_a, told=told, **who)


def act(client, made, name, text):
    address = reverse(f"desk:assessment-{name.replace('_', '-')}", args=[made.pk])
    return client.post(address, {f"{name}-text": text}, follow=True)


def decided(b, case, at):
    return decision.grant(case, decision="准予登记。", by=b.chief, at=at)


def test_the_figures_come_from_the_record(b):
    kept, late, others = casework.reviewed(b), casework.reviewed(b), casework.reviewed(b)
    for case in (kept, late):
        helped(b, case)
    helped(b, others, agent=b.personnel)
    helped(b, casework.received(b), signed=False)  # 申请人还没有同意
    for case in (kept, late, others):
        decided(b, case, MONDAY + HOUR)
    Clock.objects.filter(case=late, kind="promised").update(late=True)
    papers.empty_tray(at=MONDAY + HOUR, limit=30)
    casework.collected(kept, b.clerk_b, MONDAY + DAY)
    ratings.rate(kept, score="bad", tags=["speed"], text="等得久。", by=b.citizen, at=MONDAY + DAY)
    named = {"name": "示范项目", "owner_name": "示范公司", "unit": b.window, "phone": "0759-0000001"}
    project = projects.open_project(**named, specialist=b.clerk_a, by=b.deputy, at=MONDAY)
    for text in ("图纸", "公章"):
        projects.raise_issue(project, text=text, raised_by_name="孙示例", by=b.clerk_a, at=MONDAY)
    projects.answer_issue(project.issues.get(text="图纸"), text="定了。", by=b.clerk_a, at=MONDAY + HOUR)
    told = conduct.Told(
        kind="discipline", person=b.clerk_a, unit=b.window, rule="helping", happened_on=MONDAY.date(), facts="示例",
        source="complaint",
    )  # fmt: skip
    record = conduct.raise_one(told, by=b.approval_chief, at=MONDAY)
    expected = {
        "helped": 2, "decided": 2, "on_time": 1, "rated": 1, "pleased": 0, "issues": 1, "settled_same_day": 1,
        "revoked": 0, "resigned": 0, "conduct": 0, "complaints": 0,
    }  # fmt: skip
    assert assessing.figures(b.clerk_a, 2026) == expected
    projects.sweep(at=MONDAY + 3 * DAY)
    conduct.state_case(record, text="没有。", by=b.clerk_a, at=MONDAY)
    conduct.decide(record, outcome="talk", reasons="查明属实。", by=b.approval_chief, at=MONDAY)
    after = expected | {"issues": 2, "conduct": 1, "complaints": 1}
    assert assessing.figures(b.clerk_a, 2026) == after
    assert set(assessing.figures(b.clerk_a, 2025).values()) == {0}


GOOD = {"helped": 20, "decided": 20, "on_time": 20, "rated": 10, "pleased": 10, "issues": 2, "settled_same_day": 2,
        "revoked": 0, "resigned": 0, "conduct": 0, "complaints": 0}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "grade"),
    [({}, "excellent"), ({"on_time": 18}, "qualified"), ({"pleased": 8}, "basic"),
     ({"settled_same_day": 1}, "unqualified"),
     ({"conduct": 1}, "basic"), ({"conduct": 2}, "unqualified"), ({"helped": 2, "issues": 2}, "none"),
     ({"helped": 0, "issues": 0, "conduct": 2}, "unqualified"), ({"rated": 0, "pleased": 0}, "excellent")],
)  # fmt: skip
def test_the_worst_of_the_measures_makes_the_grade(changed, grade):
    found, grounds = suggested_grade(GOOD | changed, settings.AGENT_ASSESSMENT)
    assert found == AssessmentGrade(grade) and grounds


def test_a_year_is_assessed_through_the_pages_and_the_agent_objects(bureau):
    b = ready(bureau)
    chief, deputy, director = desk(b.approval_chief), desk(b.deputy), desk(b.director)
    case, year = casework.received(b), b.at.year - 1
    helped(b, case, b.at)
    new = f"{reverse('desk:assessment-new')}?seat={b.window.pk}-{b.clerk_a.pk}&year={year}"
    shown = said(chief.get(new))
    assert "照规则的等次" in shown and "不定等次" in shown
    told = {
        "grade": "unqualified",
        "reasons": "多次不到场。",
        "outcome": "cancelled",
        "basis": "",
        "successor": "window.b",
    }
    assert "请写明奖惩的依据" in said(chief.post(new, told, follow=True))
    assert "只能选" in said(chief.post(new, told | {"grade": "qualified", "basis": BASIS}, follow=True))
    chief.post(new, told | {"basis": BASIS})
    made = Assessment.objects.get()
    address = reverse("desk:assessment", args=[made.pk])
    assert desk(b.clerk_a).get(address).status_code == 404  # 审定以前本人看不到
    assert act(chief, made, "confirm", "同意。").status_code == 403
    act(deputy, made, "confirm", "同意。")
    made.refresh_from_db()
    assert (made.state, made.decided_by, made.stop.until) == ("decided", b.deputy, None)
    assert Notice.objects.get(kind="assessment.yours").to == b.clerk_a
    first, second = Mandate.objects.order_by("pk")
    assert (first.state, second.state, second.user) == ("relieved", "asked", b.clerk_b)
    assert Notice.objects.filter(kind="mandate.asked", body__contains="不再代办").exists()
    person = desk(b.clerk_a)
    assert "取消代办资格" in said(person.get(address))
    act(person, made, "lodge_appeal", "请了假。")
    assert act(person, made, "lodge_appeal", "再说一次。").status_code == 200
    assert act(deputy, made, "overturn", "示例。").status_code == 403
    act(director, made, "overturn", "查明请过假。")
    made.refresh_from_db()
    assert made.state == "overturned" and made.stop.lifted_by == b.director
    verbs = [one.verb.rpartition(".")[2] for one in Entry.objects.about(made).order_by("seq")]
    assert verbs == ["propose", "confirm", "lodge_appeal", "overturn"]
    assert made.person.full_name in said(chief.get(reverse("desk:assessments") + "?which=closed"))


def test_a_suspended_agent_takes_no_mandate_until_the_day_is_over(b):
    case = casework.received(b)
    mandate = helped(b, case)
    made = proposed(b, outcome="suspended", until=datetime.date(2027, 3, 31), at=NEXT_YEAR)
    assessing.confirm(made, text="同意。", by=b.deputy, at=NEXT_YEAR)
    mandate.refresh_from_db()
    assert mandate.state == "expired"  # 委托只到去年底
    with pytest.raises(NotNow, match="暂停代办到2027年3月31日"):
        helped(b, case, moment("2027-03-31 23:59"))
    assert helped(b, case, moment("2027-04-01 00:00")).state == "running"


def test_the_open_cases_are_handed_over_only_as_the_applicant_agrees(b):
    kept, asked = casework.received(b), casework.received(b)
    running, waiting = helped(b, kept), helped(b, asked, signed=False)
    told = {"unit": b.window, "until": None, "basis": BASIS, "by": b.deputy, "at": MONDAY}
    with pytest.raises(PermissionDenied):
        agent_stops.stop(b.clerk_a, **{**told, "by": b.approval_chief})
    with pytest.raises(NotNow, match="另一位"):
        agent_stops.stop(b.clerk_a, **told, successor=b.clerk_a)
    agent_stops.stop(b.clerk_a, **told, successor=b.reviewer)  # 他审查这类申请，不能又替人办
    for one in (running, waiting):
        one.refresh_from_db()
        assert one.state == "relieved" and not one.case.mandates.open().exists()
    with pytest.raises(NotNow, match="已经取消"):
        agent_stops.stop(b.clerk_a, **told)
    with pytest.raises(NotNow, match="已取消代办资格"):
        helped(b, kept)
    named = {"name": "示范项目", "owner_name": "示范公司", "unit": b.window, "phone": "0759-0000001"}
    with pytest.raises(NotNow, match="不能任专员"):
        projects.open_project(**named, specialist=b.clerk_a, by=b.deputy, at=MONDAY)
    fresh = helped(b, kept, agent=b.personnel)
    agent_stops.stop(b.personnel, **told, successor=b.clerk_b)
    fresh.refresh_from_db()
    proposal = kept.mandates.open().get()
    assert (proposal.state, proposal.user, proposal.scope) == ("asked", b.clerk_b, fresh.scope)
    mandates.consent(proposal, how="online", by=b.citizen, at=MONDAY)
    assert proposal.state == "running"


def test_an_agent_resigns_before_the_applicant_agreed(b):
    waiting = helped(b, casework.received(b), signed=False)
    mandates.resign(waiting, reason="请病假。", by=b.clerk_a, at=MONDAY)
    assert waiting.state == "resigned"


def test_nobody_proposes_confirms_or_reviews_his_own(b):
    with pytest.raises(PermissionDenied):
        proposed(b, by=b.clerk_b)
    with pytest.raises(PermissionDenied):
        proposed(b, by=b.chief)  # 不管窗口
    with pytest.raises(NotNow, match="没有过完"):
        proposed(b, year=2027)
    made = proposed(b, by=b.deputy)
    told = Notice.objects.filter(kind="assessment.theirs")
    asked = {one.to for one in told.filter(subject__contains="请审定")}
    assert b.director in asked and b.deputy not in asked, "告诉能审定的，不是提出的人"
    with pytest.raises(NotNow, match="已经有一份"):
        proposed(b)
    for judge in (b.deputy, b.approval_chief, b.clerk_a):
        with pytest.raises(PermissionDenied):
            assessing.confirm(made, text="同意。", by=judge, at=NEXT_YEAR)
    assessing.send_back(made, text="理由不够。", by=b.director, at=NEXT_YEAR)
    again = proposed(b)
    assessing.confirm(again, text="同意。", by=b.deputy, at=NEXT_YEAR)
    with pytest.raises(NotNow, match="已经过了"):
        assessing.lodge_appeal(again, text="示例。", by=b.clerk_a, at=moment("2027-01-19 00:00"))
    assessing.lodge_appeal(again, text="示例。", by=b.clerk_a, at=moment("2027-01-18 23:59"))
    asked = {one.to for one in told.filter(subject__contains="请复核")}
    assert b.director in asked and b.deputy not in asked
    with pytest.raises(PermissionDenied):
        assessing.uphold(again, text="示例。", by=b.deputy, at=NEXT_YEAR)
    assessing.uphold(again, text="维持。", by=b.director, at=NEXT_YEAR)
    assert again.state == "upheld"


def test_the_database_keeps_what_was_written(b):
    made = proposed(b)
    stop = agent_stops.stop(b.clerk_a, unit=b.window, until=None, basis=BASIS, by=b.deputy, at=MONDAY)
    for statement in (
        "UPDATE supervision_assessment SET grade = 'excellent', outcome = 'rewarded'",
        "UPDATE supervision_assessment SET figures = '{}'",
        "UPDATE supervision_assessment SET state = 'upheld'",
        "DELETE FROM supervision_assessment",
        "UPDATE approvals_agentstop SET until = '2027-01-01'",
        "DELETE FROM approvals_agentstop",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    agent_stops.lift(stop, reason="弄错了人。", by=b.deputy, at=MONDAY)
    with pytest.raises(NotNow, match="恢复过了"):
        agent_stops.lift(stop, reason="示例", by=b.deputy, at=MONDAY)
    assert not AgentStop.objects.standing(MONDAY).exists()
    wrong = {
        "person": b.clerk_b, "unit": b.window, "year": 2026, "figures": {}, "grounds": [], "suggested": "none",
        "reasons": "示例", "proposed_at": MONDAY, "proposed_by": b.deputy,
    }  # fmt: skip
    for changed, name in (
        ({"grade": "qualified", "outcome": "rewarded", "basis": BASIS}, "as_the_grade_allows"),
        ({"grade": "excellent", "outcome": "rewarded"}, "has_a_basis"),
        ({"grade": "none", "outcome": "nothing", "proposed_by": b.clerk_b}, "his_own"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Assessment.objects.create(**{**wrong, **changed})
    assert made.state == "proposed"


def test_what_a_former_specialist_missed_stays_his(b):
    """换了专员，从前没有当日协调的，仍记在当时的专员名下。"""
    named = {"name": "示范项目", "owner_name": "示范公司", "unit": b.window, "phone": "0759-0000001"}
    project = projects.open_project(**named, specialist=b.clerk_a, by=b.deputy, at=MONDAY)
    issue = projects.raise_issue(project, text="图纸", raised_by_name="孙示例", by=b.clerk_a, at=MONDAY)
    issue.clocks.update(late=True)
    projects.assign(project, specialist=b.clerk_b, phone="0759-0000002", by=b.deputy, at=MONDAY + DAY)
    assert assessing.figures(b.clerk_a, 2026)["issues"] == 1 and assessing.figures(b.clerk_b, 2026)["issues"] == 0


def test_what_the_only_leader_proposed_is_confirmed_by_the_auditor(b):
    """没有别的分管领导：局长提出的，由本机关的审计人审定，不会一直挂着。"""
    made = proposed(b, by=b.director)
    for seat in Holding.objects.filter(to_at=None, post__role__in=["deputy", "director"]).exclude(user=b.director):
        posts.relieve(holding=seat, by=b.personnel, at=NEXT_YEAR)
    with pytest.raises(PermissionDenied):
        assessing.send_back(made, text="理由不够。", by=b.approval_chief, at=NEXT_YEAR)
    assessing.send_back(made, text="理由不够。", by=b.auditor, at=NEXT_YEAR)
    assert made.decided_by == b.auditor
