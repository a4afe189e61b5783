"""材料的空白表:申请材料里本局提供的表。"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0017_guide_delivery"),
    ]

    operations = [
        migrations.AddField(
            model_name="material",
            name="form",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text="这份材料的表：空白表和填写样例由它做出来；写法见 docs/forms.md。",
                verbose_name="空白表",
            ),
        ),
    ]
