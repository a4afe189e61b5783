"""否定的依据。"""

from django.conf import settings
from django.db import models

from approvals.models.not_accepting import NAMES_THE_COMPETENT, NotAcceptedFor
from approvals.states import GroundKind
from catalog.models import LegalBasis


class Ground(NotAcceptedFor):
    """依据:明确规定、参照先例、经审定的报告,三样必居其一。只由 approvals.actions.denial 写下。

    数据库在否定的那一刻核实它是真的(denials/migrations/0002_guards)。
    """

    append_only = True

    case = models.ForeignKey("approvals.Case", verbose_name="办件", on_delete=models.PROTECT, related_name="grounds")
    kind = models.CharField("依据种类", max_length=10, choices=GroundKind.choices)
    basis = models.ForeignKey(
        LegalBasis, verbose_name="条文", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reference = models.CharField("报告或先例编号", max_length=40, blank=True)
    facts = models.TextField("查明的事实")
    reasons = models.TextField("理由")
    basis_text = models.TextField("依据原文")
    concealed = models.BooleanField("隐瞒、虚假材料的认定，领导审定成立", default=False, db_default=False)
    possible = models.TextField("怎样才能办", blank=True)
    elsewhere = models.TextField("还可以去哪里", blank=True)
    named_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="提出人", on_delete=models.PROTECT, related_name="+"
    )
    named_at = models.DateTimeField("提出时间")

    class Meta:
        verbose_name = verbose_name_plural = "否定依据"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind=GroundKind.RULE, basis__isnull=False)
                | (models.Q(kind__in=[GroundKind.PRECEDENT, GroundKind.REPORT]) & ~models.Q(reference="")),
                name="ground_cites_rule_precedent_or_report",
            ),
            models.CheckConstraint(condition=~models.Q(reasons=""), name="ground_gives_reasons"),
            models.CheckConstraint(
                condition=models.Q(concealed=False) | models.Q(kind=GroundKind.REPORT),
                name="only_a_report_settles_concealment",
            ),
            models.CheckConstraint(condition=NAMES_THE_COMPETENT, name="ground_not_ours_names_the_competent"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.reference or self.basis}"
