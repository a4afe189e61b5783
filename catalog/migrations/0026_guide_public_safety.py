"""哪些许可直接关系公共安全、人身健康、生命财产安全(行政许可法第七十八条、第七十九条)；没有写的都不是。"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0025_principal"),
    ]

    operations = [
        migrations.AddField(
            model_name="guide",
            name="public_safety",
            field=models.CharField(
                blank=True,
                help_text="空着是不直接关系公共安全、人身健康、生命财产安全；写了的，弄虚作假的一年、三年内不得再次申请。",
                max_length=300,
                verbose_name="直接关系公共安全等的依据",
            ),
        ),
    ]
