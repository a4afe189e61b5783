"""材料的条件:照申请表里填的,用得着才要。"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_guards")]

    operations = [
        migrations.AddField(
            model_name="material",
            name="condition",
            field=models.JSONField(
                "要交的条件", blank=True, default=dict, help_text="按申请表里填的判断；空着就是都要交。"
            ),
        ),
    ]
