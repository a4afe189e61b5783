"""可以把办件转给它办的接入方；只给一家的两种报文。"""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("office", "0009_cancel_held"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="exchangepeer",
            name="takes_cases",
            field=models.BooleanField(
                default=False,
                help_text="勾了的，科室负责人可以把一件转给它；要给得了完整身份信息。",
                verbose_name="可以把办件转给它办",
            ),
        ),
        migrations.AlterField(
            model_name="exchangemessage",
            name="kind",
            field=models.CharField(
                choices=[
                    ("application", "申办"),
                    ("pre_acceptance", "预受理"),
                    ("acceptance", "受理"),
                    ("review", "审批"),
                    ("closing", "办结"),
                    ("procedure_asked", "特别程序申请"),
                    ("procedure_ended", "特别程序结果"),
                    ("supplement_asked", "补交告知"),
                    ("supplement_taken", "补交受理"),
                    ("collection", "领取登记"),
                    ("hand_off", "转出"),
                    ("take_back", "转回"),
                ],
                max_length=20,
                verbose_name="种类",
            ),
        ),
        migrations.AddConstraint(
            model_name="exchangepeer",
            constraint=models.CheckConstraint(
                condition=models.Q(("takes_cases", False), ("identity", "full"), _connector="OR"),
                name="peer_taking_cases_is_given_identities",
            ),
        ),
    ]
