"""现场指导也记在办件上：写下不改，档案销毁了才许清空三栏。"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from office.stateful import append_only_sql, forgetting_sql, open_up_sql

TABLE = "approvals_caseguidance"
FORGOTTEN = forgetting_sql(TABLE, ("place", "said", "signer"), "approvals_case_forgotten(OLD.case_id)")


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0066_terminations"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CaseGuidance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("visited_at", models.DateTimeField(verbose_name="去的时间")),
                ("place", models.CharField(max_length=100, verbose_name="地点")),
                ("said", models.TextField(verbose_name="说了什么")),
                ("signer", models.CharField(max_length=60, verbose_name="对方签名的人")),
                ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="guidances",
                        to="approvals.case",
                        verbose_name="办件",
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="case_guidances",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="去的人",
                    ),
                ),
            ],
            options={
                "verbose_name": "办件的现场指导",
                "verbose_name_plural": "办件的现场指导",
                "ordering": ["visited_at", "pk"],
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("place", ""), _negated=True),
                            models.Q(("said", ""), _negated=True),
                            models.Q(("signer", ""), _negated=True),
                        ),
                        name="case_guidance_says_where_what_and_who_signed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("recorded_at__gte", models.F("visited_at"))),
                        name="case_guidance_is_recorded_afterwards",
                    ),
                ],
            },
        ),
        migrations.RunSQL(append_only_sql(TABLE) + FORGOTTEN, open_up_sql(TABLE)),
    ]
