"""协调。"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from approvals.models.contact import Contact


class Coordination(models.Model):
    """协调：归谁办说不清的，由审批科负责人定；到时没有定，上交分管副局长。"""

    forgets = ("question",)

    contact = models.ForeignKey(
        Contact, verbose_name="首问登记", on_delete=models.PROTECT, related_name="coordinations"
    )
    question = models.TextField("哪里说不清", max_length=1000)
    raised_at = models.DateTimeField("提请时间")
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="提请人", on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField("定下时间", null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="谁定的", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "协调"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["contact"], condition=Q(ended_at=None), name="one_coordination_runs_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(question=""), name="coordination_says_what_is_unclear"),
        ]

    def __str__(self) -> str:
        return self.question[:30]
