"""再用的由来多一样：机关改正以后重新办理，不必再交。"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0027_case_source"),
    ]

    operations = [
        migrations.AlterField(
            model_name="reuse",
            name="consent",
            field=models.CharField(
                choices=[
                    ("online", "申请人在网上同意"),
                    ("signed", "签了授权委托书"),
                    ("redone", "机关改正后重新办理，不必再交"),
                ],
                max_length=6,
                verbose_name="怎样同意的",
            ),
        ),
    ]
