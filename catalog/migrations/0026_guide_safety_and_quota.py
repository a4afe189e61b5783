"""哪些许可直接关系公共安全等(行政许可法第七十八条、第七十九条)，哪些有数量限制(第五十七条)；没有写的都不是。"""

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
        migrations.AddField(
            model_name="guide",
            name="quota",
            field=models.PositiveIntegerField(default=0, help_text="0 是没有数量限制。", verbose_name="数量限制"),
        ),
        migrations.AddField(
            model_name="guide",
            name="quota_basis",
            field=models.CharField(
                blank=True,
                help_text="哪份文件定的、在哪里公布。",
                max_length=300,
                verbose_name="数量限制的依据",
            ),
        ),
        migrations.AddField(
            model_name="guide",
            name="quota_order",
            field=models.CharField(
                blank=True,
                help_text="空着照行政许可法第五十七条，按受理的先后；法律、行政法规另有规定的，写明怎样定、哪一条。",
                max_length=300,
                verbose_name="怎样定先后",
            ),
        ),
    ]
