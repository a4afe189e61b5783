"""换班：值班的人自己换，对方答应才算；负责人定的当时就算；凡是看今天谁值班的，看到换来的人。"""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import Error, transaction
from django.urls import reverse

from agencies.actions import swaps
from agencies.models import Duty, DutySwap, Post
from agencies.states import Role
from approvals.actions import enquiries
from office.journal.models import Entry
from office.notices.models import Notice
from office.stateful import NotNow
from office.workdays import clock
from office.workdays.rules import local
from tests import makers
from tests.approvals import levels

pytestmark = [pytest.mark.django_db, pytest.mark.clause("C4", "C2")]
DAY = datetime.timedelta(days=1)


def desk(bureau):
    """村里两个人，天天都有人值班：单日一个，双日一个；两个人都收件。"""
    c = levels.county(bureau)
    c.first, c.second = c.clerk_of_village, makers.user("v.second", "邹样本")
    makers.staffed(c.village, Role.CLERK, c.second, code="lj-v1-2")
    c.second.refresh_from_db()
    for weekday in range(1, 8):
        Duty.objects.create(unit=c.village, weekday=weekday, user=c.second if weekday % 2 == 0 else c.first)
    return c


@pytest.fixture
def c(bureau):
    return desk(bureau)


def turn(c, user, after=0):
    """这个人从 after 天以后起的第一个班。"""
    today = local(c.at).date()
    return next(
        one.day for one in swaps.turns([c.village], today) if one.user == user and one.day >= today + after * DAY
    )


def wish(c, day, taker, **told):
    return swaps.Wish(**{"unit": c.village, "day": day, "taker": taker, "reason": "下乡。", **told})


def who(c, day):
    return [(one.user, one.instead_of) for one in Duty.objects.filter(unit=c.village).on_days([day])]


def test_two_people_swap_and_the_week_itself_stays(c):
    mine, his = turn(c, c.first), turn(c, c.second)
    made = swaps.ask(wish(c, mine, c.second, return_day=his), by=c.first, at=c.at)
    assert who(c, mine) == [(c.first, None)], "对方答应以前不算"
    assert [one.to for one in Notice.objects.filter(kind="duty.swap")] == [c.second]
    with pytest.raises(PermissionDenied):
        swaps.agree(made, by=c.first, at=c.at)
    swaps.agree(made, by=c.second, at=c.at)
    assert who(c, mine) == [(c.second, c.first)] and who(c, his) == [(c.first, c.second)]
    week = datetime.timedelta(days=7)
    assert who(c, mine + week) == [(c.first, None)], "只换这一天"
    with pytest.raises(NotNow, match="已经说定"):
        swaps.agree(made, by=c.second, at=c.at)
    assert list(Entry.objects.about(made).order_by("seq").values_list("verb", flat=True)) == [
        "agencies.dutyswap.ask", "agencies.dutyswap.agree",
    ]  # fmt: skip


def test_the_leader_sets_it_at_once_and_only_he_undoes_it(c):
    day = turn(c, c.first, after=1)
    made = swaps.ask(wish(c, day, c.second), by=c.deputy, at=c.at)
    assert who(c, day) == [(c.second, c.first)]
    assert {one.to for one in Notice.objects.filter(kind="duty.swap")} == {c.first, c.second}
    with pytest.raises(PermissionDenied):
        swaps.end(made, by=c.second, at=c.at)
    swaps.end(made, by=c.deputy, at=c.at)
    assert who(c, day) == [(c.first, None)]
    with pytest.raises(NotNow, match="已经终止"):
        swaps.end(made, by=c.deputy, at=c.at)
    again = swaps.ask(wish(c, day, c.second), by=c.first, at=c.at)
    swaps.end(again, by=c.second, at=c.at)
    with pytest.raises(NotNow, match="说定或终止"):
        swaps.agree(again, by=c.second, at=c.at)


def test_what_cannot_be_swapped(c):
    mine, his, away = turn(c, c.first), turn(c, c.second), local(c.at).date() + datetime.timedelta(days=60)
    for told, why in (
        (wish(c, away, c.second), "四周以内"), (wish(c, mine - 7 * DAY, c.second), "四周以内"),
        (wish(c, mine, c.first), "本来就是"), (wish(c, mine, c.clerk_of_town), "不在.*值班表上"),
        (wish(c, mine, c.second, return_day=mine + 7 * DAY), "不是.*值班"),
        (wish(c, mine, c.second, reason=" "), "事由"),
    ):  # fmt: skip
        with pytest.raises(NotNow, match=why):
            swaps.ask(told, by=c.first, at=c.at)
    for by, day in ((c.first, his), (c.clerk_of_town, mine)):
        with pytest.raises(PermissionDenied):
            swaps.ask(wish(c, day, c.second), by=by, at=c.at)
    swaps.ask(wish(c, mine, c.second, return_day=his), by=c.first, at=c.at)
    for day, by, taker in ((mine, c.first, c.second), (his, c.second, c.first)):
        with pytest.raises(NotNow, match="已经换过班"):
            swaps.ask(wish(c, day, taker), by=by, at=c.at)


def test_a_new_rota_goes_before_an_old_swap(c):
    day = turn(c, c.first)
    swaps.ask(wish(c, day, c.second), by=c.deputy, at=c.at)
    Duty.objects.filter(unit=c.village, weekday=day.isoweekday()).update(user=c.second)
    assert who(c, day) == [(c.second, None)]


def test_the_first_contact_and_an_online_question_are_his_who_is_on_duty(c):
    today = local(c.at).date()
    on_duty = who(c, today)[0][0]
    other = c.second if on_duty == c.first else c.first
    case = levels.checked_in(c, c.village, user=c.citizen)
    assert Post.objects.first_contact_of(c.village, c.at) == on_duty
    swaps.ask(wish(c, today, other), by=c.deputy, at=c.at)
    assert Post.objects.first_contact_of(c.village, c.at) == other
    makers.away(case.first_contact, c.at)
    if other != case.first_contact:
        assert enquiries.handler_of(case, c.at)[1] == other
    makers.away(other, c.at) if other != case.first_contact else None
    assert Post.objects.first_contact_of(c.village, c.at) is not None, "责任不落空"


def test_the_database_keeps_what_was_written(c):
    made = swaps.ask(wish(c, turn(c, c.first), c.second), by=c.first, at=c.at)
    rows = DutySwap.objects.filter(pk=made.pk)
    for change in (lambda: rows.update(taker=c.clerk_of_town), rows.delete, lambda: rows.update(reason="改")):
        with pytest.raises(Error), transaction.atomic():
            change()


def test_the_pages_from_asking_to_agreeing(bureau, client):
    bureau.at = clock.now()
    c = desk(bureau)
    mine, his = turn(c, c.first), turn(c, c.second)
    url, calendar = reverse("desk:duty-swap"), reverse("desk:calendar")
    makers.sign_in(client, c.first)
    assert url in client.get(calendar).content.decode()
    told = {"turn": f"{c.village.pk}-{mine:%Y%m%d}", "to": f"{c.second.pk}/{c.village.pk}-{his:%Y%m%d}", "reason": ""}
    answer = client.post(url, told).content.decode()
    assert "请写明事由" in answer and f'value="{told["to"]}" selected' in answer and not DutySwap.objects.exists()
    told["reason"] = "下乡。"
    answer = client.post(url, told, follow=True).content.decode()
    assert "等对方答应" in answer and "下乡。" in answer
    assert "已经换过班" in client.post(url, told).content.decode() and DutySwap.objects.count() == 1
    made = DutySwap.objects.get()
    makers.sign_in(client, c.second)
    assert "答应" in client.get(calendar).content.decode()
    for _twice in range(2):
        client.post(reverse("desk:duty-swap-settle", args=[made.pk]), {"do": "agree"})
    shown = client.get(calendar).content.decode()
    assert "说定了" in shown and who(c, mine) == [(c.second, c.first)]
    makers.sign_in(client, c.clerk_of_guest)
    assert client.post(reverse("desk:duty-swap-settle", args=[made.pk]), {"do": "end"}).status_code == 404
    assert client.get(url).status_code == 403


def test_the_calendar_and_today_show_who_came_instead(bureau, client):
    bureau.at = clock.now()
    c = desk(bureau)
    today = local(c.at).date()
    on_duty = who(c, today)[0][0]
    other = c.second if on_duty == c.first else c.first
    swaps.ask(wish(c, today, other), by=c.deputy, at=c.at)
    makers.sign_in(client, c.clerk_of_town)
    shown = client.get(reverse("desk:today")).content.decode()
    assert f"<b>{other.full_name}</b>" in shown and "换班" in shown
    if today.isoweekday() <= 5:
        assert f"原是{on_duty.full_name}" in client.get(reverse("desk:calendar")).content.decode()


def test_whoever_keeps_the_rota_sees_all_of_it(bureau, client):
    """人事维护人没有看办件的权，值班表、换班看得见，也能定；别的机关的看不见。"""
    bureau.at = clock.now()
    c = desk(bureau)
    keeper, stranger = makers.user("keeper", "尤示范"), makers.user("keeper.other", "沙示范")
    own, other = makers.unit(c.village.agency, "own-hr"), makers.unit(makers.agency("other"), "other-hr")
    makers.staffed(own, Role.PERSONNEL, keeper, code="keeper-1")
    makers.staffed(other, Role.PERSONNEL, stranger, code="keeper-2")
    swaps.ask(wish(c, turn(c, c.first, after=1), c.second), by=c.first, at=c.at)
    calendar = reverse("desk:calendar")
    makers.sign_in(client, keeper)
    shown = client.get(calendar).content.decode()
    assert c.village.name in shown and c.second.full_name in shown
    assert "等对方答应" in shown and ">答应<" in shown and reverse("desk:duty-swap") in shown
    made = DutySwap.objects.get()
    client.post(reverse("desk:duty-swap-settle", args=[made.pk]), {"do": "agree"})
    made.refresh_from_db()
    assert made.agreed_at is not None
    makers.sign_in(client, stranger)
    assert c.village.name not in client.get(calendar).content.decode()
    assert client.post(reverse("desk:duty-swap-settle", args=[made.pk]), {"do": "end"}).status_code == 404
