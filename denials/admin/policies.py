"""逐级审定的时限政策:看历次的,登记新的;旧的谁也不改。"""

from django.contrib import admin

from approvals.admin import DatedPolicyAdmin
from denials.actions import policies
from denials.models import LadderPolicy

FIELDS = (
    "agency",
    "valid_from",
    "roll_up_time",
    "chief_time",
    "deputy_hours",
    "answer_hours",
    "hours_policy",
    "strict",
)


@admin.register(LadderPolicy)
class LadderPolicyAdmin(DatedPolicyAdmin):
    adopt = staticmethod(policies.adopt)
    fields = FIELDS
    list_display = FIELDS
