"""评价测试的场面。"""

import pytest

from tests import casework


@pytest.fixture
def b(bureau):
    return casework.item_with_guide(bureau)
