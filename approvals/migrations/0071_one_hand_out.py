"""统一出件：一件事的几个结果一次交出的，送达记录连着那一份共同的送达回证。"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0070_endorsements"),
        ("office", "0010_hand_offs"),
    ]

    operations = [
        migrations.AddField(
            model_name="delivery",
            name="receipt",
            field=models.ForeignKey(
                blank=True,
                help_text="一件事的几个结果一次交出的，一份回证列明各件；单独送达的各有各的，空着。",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deliveries",
                to="office.paper",
                verbose_name="统一出件的送达回证",
            ),
        ),
    ]
