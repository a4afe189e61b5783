"""不能网办的批准，报营商环境部门备案。"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0026_guide_safety_and_quota"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ExceptionFiling",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("document_number", models.CharField(max_length=100, verbose_name="备案文号")),
                ("filed_on", models.DateField(verbose_name="备案日期")),
                ("filed_with", models.CharField(default="营商环境建设部门", max_length=80, verbose_name="备案部门")),
                ("recorded_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                (
                    "exception",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="filing",
                        to="catalog.onlineexception",
                        verbose_name="哪一项批准",
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
                "verbose_name": "不能网办的备案",
                "verbose_name_plural": "不能网办的备案",
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("document_number", ""), _negated=True), name="exception_filing_has_a_number"
                    )
                ],
            },
        ),
    ]
