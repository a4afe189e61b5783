"""快到期的证照：一页几本，各本的提醒、延续的申请一次取齐。"""

import datetime
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from approvals.actions.expiry import EXPIRING
from approvals.models import Case, Certificate, Clock, PriorCertificate
from approvals.states import EXPIRY, WAITING
from office.notices.models import Notice
from office.workdays.rules import local

SOON = 30  # 一个月以内的醒目


def dressed(certificates: Iterable[Certificate], at: datetime.datetime) -> list[Any]:
    """清单上的一行：还有几天，提醒过没有、下次哪天，正在办的延续。"""
    rows: list[Any] = list(certificates)
    today, cases = local(at).date(), [one.case_id for one in rows]
    clocks = list(Clock.objects.running().filter(case__in=cases, kind__startswith=EXPIRY).order_by("due_at"))
    about = {"subject_type": Case._meta.label_lower, "subject_key__in": [str(key) for key in cases]}
    sent = Notice.objects.filter(**about, kind=EXPIRING, channel="sms").order_by("queued_at")
    told = list(sent.values_list("subject_key", "queued_at"))
    open_ones = PriorCertificate.objects.filter(certificate__in=rows, case__state__in=WAITING).select_related("case")
    applied = {one.certificate_id: one.case for one in open_ones.defer("case__answers", "case__query_code")}
    for one in rows:
        one.told_on = [local(when).date() for key, when in told if key == str(one.case_id)]
        one.next_on = next((local(clock.due_at).date() for clock in clocks if clock.case_id == one.case_id), None)
        one.succession = applied.get(one.pk)
        one.left, one.tone = left((one.valid_until - today).days)
    return rows


def left(days: int) -> tuple[str, str]:
    """离届满还有几天：话和语气；最后一天还有效。"""
    if days < 0:
        return ngettext("已届满 %s 天", "已届满 %s 天", -days) % -days, "bad"
    if days == 0:
        return _("今天届满"), "warn"
    return ngettext("还有 %s 天", "还有 %s 天", days) % days, "warn" if days <= SOON else "info"
