"""委托的名词。"""

from delegation.models.delegation import Delegation

__all__ = ["Delegation"]
