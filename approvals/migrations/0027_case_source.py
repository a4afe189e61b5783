from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("approvals", "0026_parties")]

    operations = [
        migrations.AddField(
            model_name="case",
            name="source",
            field=models.CharField(blank=True, editable=False, max_length=150, verbose_name="哪个系统送来的"),
        ),
    ]
