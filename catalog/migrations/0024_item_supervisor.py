"""批后由谁监管：目录里写明的监管科室。"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0002_three_levels"),
        ("catalog", "0023_guide_renewal"),
    ]

    operations = [
        migrations.AddField(
            model_name="item",
            name="supervisor",
            field=models.ForeignKey(
                blank=True,
                help_text="批后由谁监管：决定以后一个工作日内告知它，由它签收。空着就是承办的业务科室自己。",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="supervised_items",
                to="agencies.unit",
                verbose_name="监管科室",
            ),
        ),
    ]
