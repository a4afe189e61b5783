"""全体测试都认识的一小班人:测试里写 def test_x(bureau)。"""

import pytest

from tests import makers


@pytest.fixture
def bureau(db):
    """最小的一个局(tests/makers.py 的 bureau())。"""
    return makers.bureau()
