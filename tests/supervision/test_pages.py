"""评价的页面:群众凭编号和查询码来评,科长在队列里跟进。"""

import pytest
from django.core.cache import cache
from django.urls import reverse

from office.notices.models import Notice
from supervision.models import Rating, Task
from tests import casework, makers
from tests.supervision import makers as rated

TASKS, RATINGS = "admin:supervision_task_changelist", "admin:supervision_rating_changelist"


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


def tracked(client, case):
    """凭编号和查询码进来,返回评价页的网址。"""
    client.post(reverse("hall:track"), {"number": case.number, "code": case.query_code})
    return reverse("hall:rate", args=[case.number])


@pytest.mark.clause("D16")
def test_a_citizen_without_an_account_rates_once(client, b):
    case = rated.delivered(b)
    page = tracked(client, case)
    assert page in client.get(reverse("hall:track-case", args=[case.number])).content.decode()
    asked = client.get(page).content.decode()
    assert all(label in asked for label in ("非常满意", "基本满意", "非常不满意", "服务态度"))
    answer = client.post(page, {"score": "good", "tags": ["speed"]}, follow=True).content.decode()
    assert "您的评价" in answer and "办事效率" in answer
    rating = Rating.objects.for_case(case)
    assert (rating.score, rating.rated_by, rating.anonymous) == ("good", b.system, False)
    client.post(page, {"score": "very_bad", "text": "改主意了"})
    assert Rating.objects.get().score == "good"


@pytest.mark.clause("D16")
def test_a_bad_rating_is_asked_why_and_answered_on_the_page(client, b):
    case = rated.delivered(b)
    client.force_login(b.citizen)
    page = reverse("hall:rate", args=[case.number])
    assert "勾选不满意的方面" in client.post(page, {"score": "bad"}).content.decode()
    assert "请选一个" in client.post(page, {"text": "没选"}).content.decode()
    assert not Rating.objects.exists()
    client.post(page, {"score": "bad", "text": "等了很久"})
    task = Task.objects.get()
    assert task.rating.rated_by == b.citizen
    assert Notice.objects.inbox(b.clerk_a).filter(kind="rating.bad").exists()
    assert "已经交办" in client.get(page).content.decode()
    makers.sign_in(client, b.approval_chief)
    follow_up(client, task, "contact", "")
    follow_up(client, task, "strike_out", "评错了单位(示例)")
    task.refresh_from_db()
    assert task.state == "excluded"
    client.force_login(b.citizen)
    assert "评错了单位" in client.get(page).content.decode()


def follow_up(client, task, action, note):
    told = {"action": action, "_selected_action": task.pk, "note": note}
    return client.post(reverse(TASKS), told, follow=True).content.decode()


def test_the_page_keeps_to_its_own(client, b):
    case = rated.delivered(b)
    page = reverse("hall:rate", args=[case.number])
    assert client.get(page).status_code == 404
    client.force_login(b.other_citizen)
    assert client.get(page).status_code == 404
    assert client.post(page, {"score": "very_good"}).status_code == 404
    running = casework.received(b)
    client.force_login(b.citizen)
    assert client.get(reverse("hall:rate", args=[running.number])).status_code == 302


@pytest.mark.clause("Z17", "D16")
def test_the_approval_section_sees_the_figures_and_follows_up(client, b):
    task = rated.bad(b)
    rated.rated(b, "good")
    makers.sign_in(client, b.approval_chief)
    figures = client.get(reverse(RATINGS)).content.decode()
    assert "民政窗口" in figures and "50.0%" in figures
    assert task.rating.case.number in client.get(reverse(TASKS)).content.decode()
    assert "请写明" in follow_up(client, task, "strike_out", "")
    assert "还没有联系" in follow_up(client, task, "settle", "改了")
    detail = client.get(reverse("admin:supervision_task_change", args=[task.pk]))
    assert detail.status_code == 200


def test_the_queue_hides_the_case_of_an_anonymous_rating(client, b):
    task = rated.bad(b, anonymous=True)
    number = task.rating.case.number
    makers.sign_in(client, b.approval_chief)
    pages = [
        reverse(TASKS),
        reverse(RATINGS),
        reverse("admin:supervision_task_change", args=[task.pk]),
        reverse("admin:supervision_rating_change", args=[task.rating.pk]),
    ]
    for page in pages:
        assert number not in client.get(page).content.decode()


def test_other_chiefs_and_clerks_find_nothing(client, b):
    task = rated.bad(b)
    makers.sign_in(client, b.editor)
    assert client.get(reverse(TASKS)).status_code == 403
    makers.sign_in(client, b.auditor)
    assert client.get(reverse(RATINGS)).status_code == 403
    assert Task.objects.get().state == task.state
