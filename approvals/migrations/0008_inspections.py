"""现场核查。"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0007_hearings"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Inspection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("visits_at", models.DateTimeField(verbose_name="核查时间")),
                ("place", models.CharField(max_length=100, verbose_name="核查地点")),
                ("found", models.TextField(blank=True, verbose_name="看到的情况")),
                ("conclusion", models.TextField(blank=True, verbose_name="核查结论")),
                ("present", models.CharField(blank=True, max_length=300, verbose_name="在场人及其意见")),
                ("recorded_at", models.DateTimeField(blank=True, null=True, verbose_name="笔录时间")),
                ("signed_1_at", models.DateTimeField(blank=True, null=True, verbose_name="甲签名时间")),
                ("signed_2_at", models.DateTimeField(blank=True, null=True, verbose_name="乙签名时间")),
                (
                    "officer_1",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="核查人员甲",
                    ),
                ),
                (
                    "officer_2",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="核查人员乙",
                    ),
                ),
                (
                    "procedure",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inspection",
                        to="approvals.procedure",
                        verbose_name="特别程序",
                    ),
                ),
            ],
            options={
                "verbose_name": "现场核查",
                "verbose_name_plural": "现场核查",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("officer_1", models.F("officer_2")), _negated=True),
                        name="two_different_officers_inspect",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("place", ""), _negated=True), name="inspection_says_where"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("recorded_at__isnull", True),
                                ("signed_1_at__isnull", True),
                                ("signed_2_at__isnull", True),
                            ),
                            models.Q(
                                ("recorded_at__isnull", False),
                                models.Q(("found", ""), _negated=True),
                                models.Q(("conclusion", ""), _negated=True),
                                models.Q(("present", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="signed_inspection_is_written_down",
                    ),
                ],
            },
        ),
    ]
