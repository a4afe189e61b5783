"""材料再用：这一份取自以前哪件申请的哪一份，谁同意的。只连过去，不另抄一份。"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from approvals.models.draft import Draft
from approvals.models.material import CaseMaterial
from approvals.states import TakenHow

PERSON = settings.AUTH_USER_MODEL


class Reuse(models.Model):
    """要交的不重复交(中山“三集中一分开”)：申请人同意，以前核对合格、还在有效期的材料再用一次。"""

    draft = models.ForeignKey(
        Draft, verbose_name="草稿", on_delete=models.PROTECT, null=True, blank=True, related_name="reuses"
    )
    material_key = models.CharField("材料代号", max_length=60)
    case_material = models.OneToOneField(
        CaseMaterial, verbose_name="这一份", on_delete=models.PROTECT, null=True, blank=True, related_name="reuse"
    )
    source = models.ForeignKey(CaseMaterial, verbose_name="取自", on_delete=models.PROTECT, related_name="reused_in")
    consent = models.CharField("怎样同意的", max_length=6, choices=TakenHow.choices)
    agreed_at = models.DateTimeField("同意于")
    agreed_by = models.ForeignKey(PERSON, verbose_name="登记人", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "材料再用"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(draft__isnull=False) | Q(case_material__isnull=False), name="reuse_is_for_a_draft_or_a_case"
            ),
            models.CheckConstraint(
                condition=Q(case_material=None) | ~Q(case_material=F("source")), name="reuse_comes_from_elsewhere"
            ),
            models.UniqueConstraint(fields=["draft", "material_key"], name="one_reuse_per_material_of_a_draft"),
        ]

    def __str__(self) -> str:
        return f"{self.source} ← {self.source.case}"
