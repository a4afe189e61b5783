"""差评整改在工作台：窗口的人自己联系、整改；被评的人剔除不了；匿名的不露出是谁。"""

import pytest
from django.urls import reverse

from supervision.models import Task
from tests.makers import sign_in
from tests.portal.desks import ready
from tests.supervision import makers


@pytest.fixture
def b(bureau):
    return ready(bureau)


def bad(b, **fields) -> Task:
    return makers.bad(b, at=b.at, **fields)


def press(client, task, name, **words):
    told = {f"{name}-{fact}": text for fact, text in words.items()}
    return client.post(reverse(f"desk:rating-{name}", args=[task.pk]), told, follow=True)


@pytest.mark.clause("D16")
def test_the_desk_answers_a_bad_rating_from_first_to_last(b, client):
    task = bad(b)
    sign_in(client, b.clerk_a)
    assert "差评整改" in client.get(reverse("desk:today")).content.decode()
    assert str(task.rating.case.item) in client.get(reverse("desk:ratings")).content.decode()
    page = client.get(reverse("desk:rating", args=[task.pk])).content.decode()
    assert "没有人理" in page and "还没有联系评价人" in page and "误评剔除" not in page
    press(client, task, "contact", note="电话回访，说明了原因。")
    page = press(client, task, "settle", result="已增开一个窗口。").content.decode()
    task.refresh_from_db()
    assert task.state == "settled" and "已增开一个窗口" in page
    assert str(task.rating.case.item) not in client.get(reverse("desk:ratings")).content.decode()
    assert "已整改" in client.get(reverse("desk:ratings"), {"which": "closed"}).content.decode()


def test_words_are_asked_for_and_kept(b, client):
    task = bad(b)
    sign_in(client, b.clerk_a)
    page = press(client, task, "contact", note=" ").content.decode()
    assert "请填写“联系的情况”" in page and task.clocks.running().filter(kind="contact").exists()
    page = press(client, task, "settle", result="马上改。").content.decode()
    assert "还没有联系评价人" in page and "马上改。" in page
    assert Task.objects.get().state == "open"


def test_the_one_rated_cannot_strike_it_out(b, client):
    task = bad(b)
    sign_in(client, b.clerk_a)
    assert press(client, task, "exclude", reason="误评。").status_code == 403
    sign_in(client, b.approval_chief)
    page = press(client, task, "exclude", reason="评价人来电说点错了。").content.decode()
    assert Task.objects.get().state == "excluded" and "点错了" in page


@pytest.mark.clause("Z17")
def test_an_anonymous_rating_names_nobody(b, client):
    task = bad(b, anonymous=True)
    sign_in(client, b.clerk_a)
    for url in (reverse("desk:ratings"), reverse("desk:rating", args=[task.pk])):
        page = client.get(url).content.decode()
        assert "匿名" in page
        for secret in (task.rating.case.number, b.citizen.full_name, task.rating.case.applicant.name):
            assert secret not in page, (url, secret)


def test_a_wrong_tab_is_not_found(b, client):
    sign_in(client, b.clerk_a)
    assert client.get(reverse("desk:ratings"), {"which": "x"}).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_one_and_three(b, client, rows, django_assert_num_queries):
    for _row in range(rows):
        bad(b)
    sign_in(client, b.clerk_a)
    client.get(reverse("desk:ratings"))
    with django_assert_num_queries(9):
        client.get(reverse("desk:ratings"))
