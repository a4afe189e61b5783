"""版本变动：发布时记下与上一版的不同，只增不改。"""

import django.db.models.deletion
from django.db import migrations, models

from office.stateful import append_only_sql, open_up_sql


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0005_finding"),
    ]

    operations = [
        migrations.CreateModel(
            name="GuideChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "sentences",
                    models.JSONField(
                        default=list, help_text="一处一句：section 哪一节，text 怎么改的。", verbose_name="改了什么"
                    ),
                ),
                ("steps_before", models.PositiveSmallIntegerField(verbose_name="原有环节数")),
                ("steps_after", models.PositiveSmallIntegerField(verbose_name="现有环节数")),
                ("materials_before", models.PositiveSmallIntegerField(verbose_name="原要材料数")),
                ("materials_after", models.PositiveSmallIntegerField(verbose_name="现要材料数")),
                ("visits_before", models.PositiveSmallIntegerField(verbose_name="原到现场次数")),
                ("visits_after", models.PositiveSmallIntegerField(verbose_name="现到现场次数")),
                (
                    "days_cut",
                    models.IntegerField(help_text="两版单位不同的不换算，空着。", null=True, verbose_name="时限减少"),
                ),
                (
                    "days_unit",
                    models.CharField(
                        blank=True,
                        choices=[("wd", "个工作日"), ("d", "日"), ("h", "小时")],
                        max_length=2,
                        verbose_name="时限单位",
                    ),
                ),
                ("to_instant", models.BooleanField(default=False, verbose_name="承诺件转为即办件")),
                (
                    "guide",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="change",
                        to="catalog.guide",
                        verbose_name="新版",
                    ),
                ),
                (
                    "previous",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.guide",
                        verbose_name="上一版",
                    ),
                ),
            ],
            options={
                "verbose_name": "版本变动",
                "verbose_name_plural": "版本变动",
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("days_cut", None),
                            ("days_cut", 0),
                            models.Q(("days_unit", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="cut_days_have_a_unit",
                    )
                ],
            },
        ),
        migrations.RunSQL(append_only_sql("catalog_guidechange"), open_up_sql("catalog_guidechange")),
    ]
