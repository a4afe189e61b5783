"""联办延期：批准日期、签了字的那一份、延期审批表。早先登记的没有，留空。"""

import django.db.models.deletion
from django.db import migrations, models


def one_to_one(to, label):
    return models.OneToOneField(
        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=to, verbose_name=label
    )


class Migration(migrations.Migration):
    dependencies = [("approvals", "0050_serving_papers"), ("office", "0008_peer_may_apply")]

    operations = [
        migrations.AddField(
            "jointextension",
            "approved_on",
            models.DateField(help_text="早先登记的没有这一栏。", null=True, verbose_name="批准日期"),
        ),
        migrations.AddField("jointextension", "scan", one_to_one("approvals.upload", "签了字的审批表或批准文件")),
        migrations.AddField("jointextension", "form", one_to_one("office.paper", "延期审批表")),
    ]
