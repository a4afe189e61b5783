"""委托测试的场面。"""

import pytest

from agencies.models import Seal
from agencies.states import Role
from tests import makers
from tests.catalog import makers as catalog


@pytest.fixture
def batch(bureau):
    """市局要把一个事项委托给县局。"""
    bureau.item = catalog.item(bureau)
    bureau.guide = catalog.published(bureau, bureau.item)
    bureau.county = bureau.stranger_agency
    bureau.county_approval = makers.unit(bureau.county, "sx-approval", "approval")
    bureau.seal = Seal.objects.create(code="zj-special", agency=bureau.agency, name="业务专用章", kind="special")
    bureau.own_seal = Seal.objects.create(
        code="sx-special", agency=bureau.county, name="县局业务专用章", kind="special"
    )
    bureau.county_editor = makers.user("sx.editor", "曾示例")
    makers.staffed(bureau.county_approval, Role.EDITOR, bureau.county_editor)
    return bureau
