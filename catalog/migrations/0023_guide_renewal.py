"""指南写明证照到期怎么办(行政许可法第五十条)；没有写的，到期不提醒。"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0022_guide_review_steps"),
    ]

    operations = [
        migrations.AddField(
            model_name="guide",
            name="renewal",
            field=models.JSONField(blank=True, default=list, verbose_name="到期延续"),
        ),
    ]
