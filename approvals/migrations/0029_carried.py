"""委托、承诺随办件带来：机关改正后另收的一件，写明接着哪一份。"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0028_redone_materials"),
    ]

    operations = [
        migrations.AddField(
            model_name="mandate",
            name="continues",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="continued_in",
                to="approvals.mandate",
                verbose_name="接着哪一份委托",
            ),
        ),
        migrations.AddField(
            model_name="pledge",
            name="continues",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="continued_in",
                to="approvals.pledge",
                verbose_name="随哪一份承诺带来",
            ),
        ),
        migrations.AlterField(
            model_name="mandate",
            name="consent",
            field=models.CharField(
                blank=True,
                choices=[
                    ("online", "申请人在网上同意"),
                    ("signed", "签了授权委托书"),
                    ("redone", "申请人原来同意的，机关改正后随办件接着算"),
                ],
                max_length=6,
                verbose_name="怎样同意的",
            ),
        ),
    ]
