"""超期的原因要公开说明；写下就不改。"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from office.stateful import append_only_sql, open_up_sql


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0036_certificate_ends"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FlagReason",
            fields=[
                (
                    "flag",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="reason",
                        serialize=False,
                        to="approvals.flag",
                        verbose_name="亮牌",
                    ),
                ),
                ("text", models.CharField(max_length=300, verbose_name="原因")),
                ("given_at", models.DateTimeField(db_index=True, verbose_name="说明时间")),
                (
                    "given_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="说明人",
                    ),
                ),
            ],
            options={
                "verbose_name": "超期说明",
                "verbose_name_plural": "超期说明",
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("text", ""), _negated=True), name="flag_reason_says_why")
                ],
            },
        ),
        migrations.RunSQL(append_only_sql("approvals_flagreason"), open_up_sql("approvals_flagreason")),
    ]
