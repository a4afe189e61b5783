"""撤销决定书单独送达：自己的一行、自己的回证、自己的期限。"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from office.migrating import Together


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0024_fees"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="delivery",
            name="one_delivery_on_the_way_per_case",
        ),
        migrations.RemoveConstraint(
            model_name="delivery",
            name="a_case_is_received_once",
        ),
        Together(
            [
                migrations.AddField(
                    model_name="delivery",
                    name="pledge",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="approvals.pledge",
                        verbose_name="送的是撤销决定书",
                    ),
                ),
                migrations.AddField(
                    model_name="pledge",
                    name="served_at",
                    field=models.DateTimeField(blank=True, null=True, verbose_name="撤销决定书送达时间"),
                ),
                migrations.AddConstraint(
                    model_name="delivery",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("pledge", None), ("result", "")),
                        fields=("case",),
                        name="one_delivery_on_the_way_per_case",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="delivery",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("pledge", None), ("result", "received")),
                        fields=("case",),
                        name="a_case_is_received_once",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="delivery",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("pledge__isnull", False), ("result", "")),
                        fields=("pledge",),
                        name="one_revocation_on_the_way_per_pledge",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="delivery",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("pledge__isnull", False), ("result", "received")),
                        fields=("pledge",),
                        name="a_revocation_is_received_once",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="pledge",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("served_at", None),
                            models.Q(("served_at__gte", models.F("decided_at")), ("state", "revoked")),
                            _connector="OR",
                        ),
                        name="only_a_revocation_is_served",
                    ),
                ),
            ]
        ),
    ]
