"""重复申请：提醒过，写明为什么还要办。"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0074_delivery_choices"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Duplicate",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="duplicate",
                        serialize=False,
                        to="approvals.case",
                        verbose_name="办件",
                    ),
                ),
                ("why", models.CharField(max_length=300, verbose_name="为什么还要办")),
                ("at", models.DateTimeField(verbose_name="何时")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="duplicated_by",
                        to="approvals.case",
                        verbose_name="已有的那一件",
                    ),
                ),
            ],
            options={
                "verbose_name": "重复申请的说明",
                "verbose_name_plural": "重复申请的说明",
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("why", ""), _negated=True), name="a_duplicate_says_why"),
                    models.CheckConstraint(
                        condition=models.Q(("other", models.F("case")), _negated=True), name="a_duplicate_is_of_another"
                    ),
                ],
            },
        ),
    ]
