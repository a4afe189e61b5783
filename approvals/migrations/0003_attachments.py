"""申请表里附的文件:归到办件,不归到某份材料。"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("approvals", "0002_guards")]

    operations = [
        migrations.AddField(
            model_name="upload",
            name="case",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="attachments",
                to="approvals.case",
                verbose_name="申请表里附的",
            ),
        ),
    ]
