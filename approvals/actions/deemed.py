"""视为受理：由法律直接发生的受理，文书、容缺的期限、费用与受理的一样（行政许可法第三十二条）。由到期处理做，不由人做。"""

import datetime

from agencies.models import User
from approvals.actions import acceptance, fees, letters, testers, unconfirmed
from approvals.models import Case
from catalog.states import FeeStage
from office.steps import take


def accept(case: Case, *, by: User, at: datetime.datetime) -> str:
    """视为受理；返回申请人还没有确认的是哪几样，没有就是空串。送往下一手、告诉谁、亮不亮牌由调用者定。

    在到期处理的事务里、办件已锁住时调用。
    """
    take(case, "deem_accepted", by=by, at=at, authority=acceptance.in_force(case, at))
    acceptance.start_deferred(case, at)
    letters.acceptance(case, by=by, at=at)
    testers.ask_for(case, by=by, at=at)
    fees.arise(case, FeeStage.ACCEPTANCE, by=by, at=at)
    return unconfirmed.left_open(case, by=by, at=at)
