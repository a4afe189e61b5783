"""全体测试都认识的一小班人:测试里写 def test_x(bureau)。"""

import copy

import pytest
from django.contrib.auth.models import Permission
from guardian.models import UserObjectPermission

from agencies.models import Agency, Holding, Portfolio, Post, Unit, User
from office.journal.models import Entry
from tests import makers

NOUNS = (Agency, Unit, User, Post, Portfolio, Holding, UserObjectPermission, Entry)
_kept = {}


@pytest.fixture
def bureau(db):
    """最小的一个局(tests/makers.py 的 bureau())。

    第一次真的逐个任命(约三百条语句),行留个底;之后每个测试成批照抄,行与第一次完全相同。
    """
    permissions = list(Permission.objects.filter(content_type__app_label="agencies").values_list("pk", "content_type"))
    if User.objects.exists():
        return makers.bureau()
    if _kept.get("permissions") != permissions:
        built = makers.bureau()
        rows = {noun: list(noun._base_manager.all()) for noun in NOUNS}
        _kept.update(permissions=permissions, built=copy.deepcopy(built), rows=rows)
        return built
    for noun, rows in _kept["rows"].items():
        noun._base_manager.bulk_create(copy.copy(row) for row in rows)
    return copy.deepcopy(_kept["built"])
