"""一件事：有哪些事项、谁牵头、联办时限。"""

import django.db.models.deletion
from django.db import migrations, models

from office.migrating import Together


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0002_three_levels"),
        ("catalog", "0012_letters_statistics"),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="JointMatter",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.SlugField(max_length=40, unique=True, verbose_name="编码")),
                        ("name", models.CharField(max_length=200, verbose_name="名称")),
                        (
                            "summary",
                            models.TextField(
                                help_text="群众看得懂：什么时候用得着，一次办哪几样。", verbose_name="说明"
                            ),
                        ),
                        ("limit_value", models.PositiveSmallIntegerField(default=45, verbose_name="联办时限")),
                        (
                            "limit_unit",
                            models.CharField(
                                choices=[("wd", "个工作日"), ("d", "日"), ("h", "小时")],
                                default="wd",
                                max_length=2,
                                verbose_name="联办时限单位",
                            ),
                        ),
                        (
                            "limit_basis",
                            models.CharField(
                                default="行政许可法第四十二条第二款", max_length=200, verbose_name="联办时限依据"
                            ),
                        ),
                        ("extension_value", models.PositiveSmallIntegerField(default=15, verbose_name="至多延长")),
                        ("needs_check", models.JSONField(blank=True, default=dict, verbose_name="待核实")),
                        ("withdrawn", models.BooleanField(default=False, verbose_name="已停用")),
                        (
                            "lead",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="agencies.unit",
                                verbose_name="牵头单位",
                            ),
                        ),
                        (
                            "window",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="agencies.unit",
                                verbose_name="综合窗口",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "一件事",
                        "verbose_name_plural": "一件事",
                        "default_permissions": (),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("limit_value__gt", 0),
                                    models.Q(("limit_unit", ""), _negated=True),
                                    models.Q(("limit_basis", ""), _negated=True),
                                ),
                                name="joint_limit_is_whole",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("extension_value__lte", 15)),
                                name="joint_extension_stays_within_the_law",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="JointItem",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField(verbose_name="顺序")),
                        ("step", models.PositiveSmallIntegerField(default=1, verbose_name="第几步")),
                        ("optional", models.BooleanField(default=True, verbose_name="可以不选")),
                        ("hint", models.CharField(blank=True, max_length=200, verbose_name="什么情形选它")),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="joints",
                                to="catalog.item",
                                verbose_name="事项",
                            ),
                        ),
                        (
                            "matter",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="items",
                                to="catalog.jointmatter",
                                verbose_name="一件事",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "一件事的事项",
                        "verbose_name_plural": "一件事的事项",
                        "default_permissions": (),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("matter", "item"), name="one_row_per_item_of_a_joint_matter"
                            ),
                            models.CheckConstraint(condition=models.Q(("step__gte", 1)), name="joint_item_has_a_step"),
                        ],
                    },
                ),
            ]
        ),
    ]
