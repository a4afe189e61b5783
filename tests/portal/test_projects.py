"""重点项目：一个项目一个专员，当日协调，没有的上交；数从记录出来。"""

import contextlib
import datetime

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from approvals.actions import projects
from approvals.models import Cover, Project, ProjectCase, ProjectIssue
from office.notices.models import Notice
from office.workdays import clock
from portal import sweeping
from portal.demonstration import filing
from portal.demonstration.stage import Days
from tests import casework
from tests.makers import away, moment, sign_in
from tests.portal.desks import ready, said

TOLD = {"name": "示范养老综合体", "owner_name": "示范养老公司", "phone": "0759-0000001"}


@pytest.fixture
def b(bureau):
    return ready(bureau)


def opened(b, at=None):
    return projects.open_project(**TOLD, unit=b.orgs, specialist=b.reviewer, by=b.chief, at=at or b.at)


@pytest.mark.clause("D13")
def test_a_project_has_one_specialist_contacts_cases_and_a_log(b, client):
    case = casework.accepted(b)
    chief = Client()
    sign_in(chief, b.chief)
    chief.post(reverse("desk:project-new"), {**TOLD, "unit": b.orgs.code, "specialist": b.reviewer.username})
    project = Project.objects.get()
    sign_in(client, b.reviewer)
    client.post(reverse("desk:project-case", args=[project.number]), {"case-number": case.number})
    told = {"contact-name": "孙示例", "contact-role": "经理", "contact-phone": "13800000003"}
    client.post(reverse("desk:project-contact", args=[project.number]), told)
    words = {"issue-raised_by_name": "孙示例", "issue-text": "图纸几时交？"}
    client.post(reverse("desk:project-issue", args=[project.number]), words)
    page = said(client.get(reverse("desk:project", args=[project.number])))
    assert case.number in page and "13800000003" in page and "图纸几时交？" in page
    issue = ProjectIssue.objects.get()
    client.post(reverse("desk:project-close", args=[project.number]))
    project.refresh_from_db()
    assert project.closed_at is None
    client.post(
        reverse("desk:project-settle", args=[project.number, issue.pk]), {f"settle{issue.pk}-text": "明天上午交。"}
    )
    issue.refresh_from_db()
    assert issue.state == "answered" and issue.answered_by == b.reviewer
    citizen = Client()
    citizen.post(reverse("hall:track"), {"number": case.number, "code": case.query_code})
    assert TOLD["phone"] in said(citizen.get(reverse("hall:track-case", args=[case.number])))
    with pytest.raises(IntegrityError):
        ProjectCase.objects.create(project=opened(b), case=case, added_at=b.at, added_by=b.chief)


@pytest.mark.clause("D13")
@pytest.mark.parametrize(
    ("raised", "due"),
    [("2026-11-23 09:00", "2026-11-24 00:00"), ("2026-11-23 23:30", "2026-11-24 00:00"),
     ("2026-11-21 10:00", "2026-11-24 00:00")],  # 星期六提的，星期一协调
)  # fmt: skip
def test_an_issue_is_coordinated_the_same_day_or_climbs(b, raised, due):
    at = moment(raised)
    project = opened(b, moment("2026-11-02 09:00"))
    issue = projects.raise_issue(project, text="图纸", raised_by_name="孙示例", by=b.reviewer, at=at)
    assert issue.clocks.get().due_at == moment(due)
    sweeping.sweep(moment(due) - datetime.timedelta(seconds=1))
    issue.refresh_from_db()
    assert issue.owner == b.reviewer
    for _twice in range(2):
        sweeping.sweep(moment(due))
    issue.refresh_from_db()
    assert (issue.owner, issue.rung) == (b.chief, 2) and issue.clocks.filter(late=True).count() == 1
    assert Notice.objects.filter(kind="project.late", to=b.reviewer).exists()
    sweeping.sweep(moment("2026-11-27 00:00"))
    issue.refresh_from_db()
    assert (issue.owner, issue.rung) == (b.deputy, 3)
    row = Project.objects.visible_to(b.chief).tallied().get()
    assert (row["raised"], row["late"], row["waiting"]) == (1, 1, 1)


@pytest.mark.clause("D13", "C3")
def test_the_b_post_answers_the_call_when_the_specialist_is_away(b):
    project = projects.open_project(**TOLD, unit=b.orgs, specialist=b.chief, by=b.deputy, at=b.at)
    away(b.chief, b.at)
    issue = projects.raise_issue(project, text="图纸", raised_by_name="孙示例", by=b.reviewer, at=b.at)
    assert issue.owner == b.chief_b


@pytest.mark.clause("D13")
def test_the_list_asks_the_same_for_one_and_three(b, client, django_assert_num_queries):
    sign_in(client, b.reviewer)
    opened(b)
    client.get(reverse("desk:projects"))
    with django_assert_num_queries(9):
        client.get(reverse("desk:projects"))
    opened(b)
    opened(b)
    with django_assert_num_queries(9):
        client.get(reverse("desk:projects"))


@pytest.mark.clause("D13")
def test_the_demonstration_hands_over_an_issue_that_had_already_climbed(b):
    """演到一半被停下、过几天再演：事由已经上交到领导手里，照样演得下去。"""
    days = Days(clock.now())
    project = opened(b, days.at(9, "09:00"))
    projects.raise_issue(project, text="图纸", raised_by_name="孙示例", by=b.reviewer, at=days.at(9, "09:10"))
    for ago in (6, 3):
        sweeping.sweep(days.at(ago, "09:00"))
    climbed_to = ProjectIssue.objects.get().owner
    assert climbed_to == b.deputy
    away(climbed_to, days.recently(70))
    script = filing.covered(days)
    at = next(script)
    with contextlib.suppress(StopIteration):
        while True:
            at = script.send(at)
    assert Cover.objects.get().absent == climbed_to
