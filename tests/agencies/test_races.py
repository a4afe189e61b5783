"""两个人同时任免:席位不重,授权不多不少。"""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from guardian.models import UserObjectPermission

from agencies.actions import posts
from agencies.states import Role
from tests import makers
from tests.makers import MONDAY

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def race(*deeds):
    """同时做,返回各自的结果或异常。"""

    def run(deed):
        try:
            return deed()
        except posts.CannotHold as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def test_one_seat_goes_to_one_person(bureau):
    for n in range(10):
        post = makers.post(bureau.orgs, Role.CLERK, code=f"seat-{n}")
        told = {"post": post, "rank": "A", "by": bureau.system, "at": MONDAY}
        pair = [makers.user(f"left{n}"), makers.user(f"right{n}")]
        ended = race(*(lambda user=user, told=told: posts.appoint(user=user, **told) for user in pair))
        assert sum(isinstance(end, posts.CannotHold) for end in ended) == 1
        holder = post.holdings.get().user
        granted = UserObjectPermission.objects.filter(user__in=pair).values_list("user", flat=True)
        assert set(granted) == {holder.pk}


def test_two_reliefs_at_once_leave_no_grant_behind(bureau):
    for n in range(10):
        user = makers.user(f"twice{n}")
        held = [makers.appoint(makers.post(bureau.orgs, Role.CLERK, code=f"{n}-{half}"), user) for half in "ab"]
        race(*(lambda h=h: posts.relieve(holding=h, by=bureau.system, at=MONDAY) for h in held))
        assert not UserObjectPermission.objects.filter(user=user).exists()
