"""撤销告知书另行送达：自己的一行、自己的回证、自己的期限。"""

from django.conf import settings
from django.db import migrations, models

from office.migrating import Together


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0029_carried"),
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
                    name="set_aside",
                    field=models.BooleanField(default=False, verbose_name="送的是撤销告知书"),
                ),
                migrations.AddIndex(
                    model_name="clock",
                    index=models.Index(
                        condition=models.Q(("ended_at", None), ("kind", "set_aside")),
                        fields=["case"],
                        name="set_aside_to_serve",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="delivery",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("pledge", None), ("result", "")),
                        fields=("case", "set_aside"),
                        name="one_delivery_on_the_way_per_case",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="delivery",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("pledge", None), ("result", "received")),
                        fields=("case", "set_aside"),
                        name="a_case_is_received_once",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="delivery",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("set_aside", False), ("pledge", None), _connector="OR"),
                        name="a_delivery_is_of_one_letter",
                    ),
                ),
            ]
        ),
    ]
