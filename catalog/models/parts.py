"""指南的组成:材料与设定依据。随指南版本一起冻结。"""

from django.db import models
from django.db.models import Q

from catalog.rules.words import WRITTEN
from catalog.states import Medium, Requirement, Source


class Material(models.Model):
    """申请材料。目录是封闭的:没有列出的不得要求(行政许可法 31 条)。"""

    guide = models.ForeignKey(
        "catalog.Guide", verbose_name="办事指南", on_delete=models.CASCADE, related_name="materials"
    )
    position = models.PositiveSmallIntegerField("顺序", default=0)
    key = models.SlugField("键", max_length=40)
    name = models.CharField("材料名称", max_length=200)
    requirement = models.CharField("必要性", max_length=12, choices=Requirement, default=Requirement.REQUIRED)
    when = models.CharField("什么情形下需要", max_length=200, blank=True)
    condition = models.JSONField(
        "要交的条件", default=dict, blank=True, help_text="按申请表里填的判断；空着就是都要交。"
    )
    form = models.JSONField(
        "空白表", default=dict, blank=True, help_text="这份材料的表：空白表和填写样例由它做出来；写法见 docs/forms.md。"
    )
    medium = models.CharField("形式", max_length=12, choices=Medium, default=Medium.EITHER)
    originals = models.PositiveSmallIntegerField("原件份数", default=1)
    copies = models.PositiveSmallIntegerField("复印件份数", default=0)
    source = models.CharField("来源渠道", max_length=12, choices=Source, default=Source.APPLICANT)
    issuer = models.CharField("出具机构", max_length=200, blank=True)
    standard = models.TextField("受理标准", help_text="怎样算合格，群众看得懂。")
    basis = models.CharField("要求依据", max_length=300)
    remedy = models.TextField("怎么补", help_text="不合格或缺少时怎样补正。")

    class Meta:
        verbose_name = verbose_name_plural = "申请材料"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["guide", "key"], name="one_material_per_key"),
            models.CheckConstraint(
                name="material_says_standard_basis_and_remedy",
                condition=Q(standard__regex=WRITTEN, basis__regex=WRITTEN, remedy__regex=WRITTEN),
                violation_error_message="每份材料都要写明受理标准、要求依据和怎么补。",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class LegalBasis(models.Model):
    """设定依据:哪部法、哪一条、大意是什么。否定时引用的就是它。"""

    guide = models.ForeignKey("catalog.Guide", verbose_name="办事指南", on_delete=models.CASCADE, related_name="bases")
    position = models.PositiveSmallIntegerField("顺序", default=0)
    key = models.SlugField("键", max_length=40)
    statute = models.CharField("法律法规名称", max_length=200)
    doc_no = models.CharField("文号", max_length=100, blank=True)
    article = models.CharField("条款", max_length=100)
    text = models.TextField("大意", help_text="用自己的话概括，不代替原文。")
    in_force_from = models.DateField("施行日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "设定依据"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["guide", "key"], name="one_basis_per_key"),
            models.CheckConstraint(
                name="basis_names_statute_and_article",
                condition=Q(statute__regex=WRITTEN, article__regex=WRITTEN, text__regex=WRITTEN),
                violation_error_message="设定依据要写明法律法规名称、条款和大意。",
            ),
        ]

    def __str__(self) -> str:
        return f"《{self.statute}》{self.article}"
