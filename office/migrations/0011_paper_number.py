"""照文号找办件。"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("office", "0010_hand_offs")]

    operations = [
        migrations.AddIndex(model_name="paper", index=models.Index(fields=["number"], name="paper_number")),
    ]
