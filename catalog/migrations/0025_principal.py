"""办理权限：受委托的，以哪个机关的名义。"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("agencies", "0002_three_levels"), ("catalog", "0024_item_supervisor")]

    operations = [
        migrations.AddField(
            "authority",
            "principal",
            models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="受委托的，以它的名义决定（行政许可法第二十四条）；空着是以自己的名义。",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agencies.agency",
                verbose_name="委托机关",
            ),
        ),
        migrations.AddConstraint(
            "authority",
            models.CheckConstraint(
                condition=models.Q(
                    ("principal", None), models.Q(("principal", models.F("agency")), _negated=True), _connector="OR"
                ),
                name="authority_is_entrusted_by_another",
            ),
        ),
    ]
