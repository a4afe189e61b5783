from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("office", "0007_exchange")]

    operations = [
        migrations.AddField(
            model_name="exchangepeer",
            name="may_apply",
            field=models.BooleanField(
                default=False,
                help_text="勾了的，它送来的申办报文当场收件；不勾的退回。",
                verbose_name="收它送来的申请",
            ),
        ),
    ]
