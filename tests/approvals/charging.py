"""收费事项的做法：一件准予了、等缴费的。"""

from types import SimpleNamespace

from approvals.models import Case
from tests import casework

FEE = {
    "free": False, "basis": "《示例收费办法》第三条", "exemptions": "残疾人免收\n低保家庭减半",
    "lines": [{"name": "示例工本费", "amount": "10 元", "basis": "《示例收费办法》附表"}],
}  # fmt: skip


def owing(b, at=None) -> Case:
    """另一个事项，收费；b 的事项不动。"""
    other = SimpleNamespace(**vars(b))
    casework.item_with_guide(other, "charged", fee={**FEE, "holds": True})
    return casework.granted(other, at)
