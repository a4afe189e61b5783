from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0019_written")]

    operations = [
        migrations.AddField(
            model_name="questionset",
            name="draft",
            field=models.JSONField(blank=True, null=True, verbose_name="没有公布的改动"),
        )
    ]
