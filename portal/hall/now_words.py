"""现在怎样：一句大白话；决定撤销了的，不再说原来的决定。"""

from typing import Any

from django.utils.translation import gettext as _

from approvals.rules import what_happens_now
from portal.recalled import is_set_aside


def now_words(case: Any) -> str:
    if not is_set_aside(case):
        return what_happens_now(case)
    if case.recalled["number"]:
        return _("原来的不予决定已经撤销，不再有效；您的申请在新的办件里接着办。")
    return _("原来的不予决定已经撤销，不再有效；请照上面写的办。")
