"""整件事撤回：撤回的意愿写明是不是连同一件事的各个事项，一次确认管着各件。"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("approvals", "0071_one_hand_out")]

    operations = [
        migrations.AddField(
            model_name="confirmation",
            name="whole",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="联办的各件各有一行，一次确认管着。",
                verbose_name="整件事一起撤回",
            ),
        ),
    ]
