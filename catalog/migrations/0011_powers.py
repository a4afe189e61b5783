"""权责清单、特别程序备案、不能网办的批准。"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from office.migrating import Together


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0001_initial"),
        ("catalog", "0010_intakes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="Power",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(max_length=60, verbose_name="权力编码")),
                        ("name", models.CharField(max_length=300, verbose_name="权力名称")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("01", "行政许可"),
                                    ("02", "行政处罚"),
                                    ("03", "行政强制"),
                                    ("04", "行政征收"),
                                    ("05", "行政给付"),
                                    ("06", "行政检查"),
                                    ("07", "行政确认"),
                                    ("08", "行政奖励"),
                                    ("09", "行政裁决"),
                                    ("10", "其他行政权力"),
                                ],
                                max_length=2,
                                verbose_name="权力类型",
                            ),
                        ),
                        ("basis", models.TextField(verbose_name="设定依据")),
                        (
                            "excused",
                            models.CharField(
                                blank=True,
                                help_text="例如只由上级行使、与另一项合并办理。空着就是应当列入。",
                                max_length=200,
                                verbose_name="不列入事项目录的理由",
                            ),
                        ),
                        ("removed_on", models.DateField(blank=True, null=True, verbose_name="取消之日")),
                        (
                            "agency",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="powers",
                                to="agencies.agency",
                                verbose_name="机关",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "权责清单",
                        "verbose_name_plural": "权责清单",
                        "default_permissions": (),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("agency", "code"),
                                name="one_power_per_agency_and_code",
                                violation_error_message="这个机关已有这个编码的权力。",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("code", ""), _negated=True),
                                    models.Q(("name", ""), _negated=True),
                                    models.Q(("basis", ""), _negated=True),
                                ),
                                name="power_says_code_name_and_basis",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("kind__in", ["01", "02", "03", "04", "05", "06", "07", "08", "09", "10"])
                                ),
                                name="power_is_of_a_known_kind",
                            ),
                        ],
                    },
                ),
                migrations.AddField(
                    model_name="item",
                    name="power",
                    field=models.ForeignKey(
                        blank=True,
                        help_text="权责清单里的哪一项；子项随主项，不必另填。",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="catalog.power",
                        verbose_name="行使的权力",
                    ),
                ),
                migrations.CreateModel(
                    name="PowerFile",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="文件名")),
                        ("digest", models.CharField(max_length=64, verbose_name="摘要")),
                        ("rows", models.JSONField(verbose_name="各行")),
                        (
                            "whole",
                            models.BooleanField(
                                default=False, help_text="里面没有的权力记为已取消。", verbose_name="是全部清单"
                            ),
                        ),
                        ("uploaded_at", models.DateTimeField(verbose_name="交来时间")),
                        ("applied_at", models.DateTimeField(blank=True, null=True, verbose_name="导入时间")),
                        (
                            "agency",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="power_files",
                                to="agencies.agency",
                                verbose_name="机关",
                            ),
                        ),
                        (
                            "applied_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="确认导入的人",
                            ),
                        ),
                        (
                            "uploaded_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="交来的人",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "权责清单文件",
                        "verbose_name_plural": "权责清单文件",
                        "default_permissions": (),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("applied_at", None), ("applied_by", None)),
                                    models.Q(("applied_at__isnull", False), ("applied_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="applied_power_file_says_who_and_when",
                            ),
                        ],
                    },
                ),
            ]
        ),
        Together(
            [
                migrations.AddField(
                    model_name="power",
                    name="file",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="powers",
                        to="catalog.powerfile",
                        verbose_name="出自哪份文件",
                    ),
                ),
                migrations.CreateModel(
                    name="ProcedureFiling",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("procedure", models.SlugField(max_length=40, verbose_name="特别程序")),
                        ("value", models.PositiveIntegerField(verbose_name="期限")),
                        (
                            "unit",
                            models.CharField(
                                choices=[("wd", "个工作日"), ("d", "日"), ("h", "小时")],
                                max_length=2,
                                verbose_name="单位",
                            ),
                        ),
                        ("document_number", models.CharField(max_length=100, verbose_name="备案文号")),
                        ("filed_on", models.DateField(verbose_name="备案日期")),
                        (
                            "filed_with",
                            models.CharField(default="营商环境建设部门", max_length=80, verbose_name="备案部门"),
                        ),
                        ("recorded_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                        (
                            "guide",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="procedure_filings",
                                to="catalog.guide",
                                verbose_name="办事指南",
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="登记人",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "特别程序备案",
                        "verbose_name_plural": "特别程序备案",
                        "default_permissions": (),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("guide", "procedure"),
                                name="one_filing_per_guide_and_procedure",
                                violation_error_message="这一版指南的这项程序已经登记过备案。",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("document_number", ""), _negated=True), name="filing_has_a_number"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OnlineException",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("reason", models.CharField(max_length=300, verbose_name="为什么不能全程网上办")),
                        ("approved_by", models.CharField(max_length=80, verbose_name="批准机关")),
                        ("document_number", models.CharField(max_length=100, verbose_name="批准文号")),
                        ("approved_on", models.DateField(verbose_name="批准日期")),
                        ("until", models.DateField(verbose_name="有效到哪天(不含)")),
                        ("recorded_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="online_exceptions",
                                to="catalog.item",
                                verbose_name="事项",
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="登记人",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "不能网办的批准",
                        "verbose_name_plural": "不能网办的批准",
                        "default_permissions": (),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("until__gt", models.F("approved_on"))),
                                name="online_exception_ends_after_approval",
                                violation_error_message="有效期要晚于批准日期。",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("reason", ""), _negated=True),
                                    models.Q(("approved_by", ""), _negated=True),
                                    models.Q(("document_number", ""), _negated=True),
                                ),
                                name="online_exception_says_why_and_who",
                            ),
                        ],
                    },
                ),
            ]
        ),
    ]
