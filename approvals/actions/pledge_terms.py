"""告知承诺书文本：从不改旧的，只登记新的。"""

import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies.models import User
from approvals.models import PledgeTerms
from office.journal import actions as journal


def adopt(terms: PledgeTerms, *, by: User, at: datetime.datetime) -> PledgeTerms:
    """登记告知承诺书文本：签过的还是签时的那一份。Raises: PermissionDenied。"""
    if not by.may("keep_catalogue", terms.item.agency):
        raise PermissionDenied("告知承诺书文本由目录管理员登记。")
    with transaction.atomic():
        terms.save(force_insert=True)
        facts = {"material": terms.material_key, "from": str(terms.valid_from)}
        journal.record("approvals.pledge_terms.adopt", about=terms, by=by, at=at, facts=facts)
    return terms
