"""通知按种类选择怎样收：每日一次的留待摘要，出摘要时并成一条。"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from office.migrating import Together
from office.stateful import guard_sql, unguard_sql

BEFORE = [
    ("failed", "cancelled"),
    ("failed", "queued"),
    ("queued", "cancelled"),
    ("queued", "failed"),
    ("queued", "sent"),
]
NOTICE = sorted([*BEFORE, ("queued", "held"), ("held", "folded")])


def replaced(pairs):
    return unguard_sql("office_notice") + guard_sql("office_notice", "queued", pairs)


class Migration(migrations.Migration):
    dependencies = [
        ("office", "0004_inspection_record"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="digest",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="parts",
                to="office.notice",
                verbose_name="并入的摘要",
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="state",
            field=models.CharField(
                choices=[
                    ("queued", "待发送"),
                    ("sent", "已发送"),
                    ("failed", "发送失败"),
                    ("cancelled", "已取消"),
                    ("held", "等每日摘要"),
                    ("folded", "已并入摘要"),
                ],
                default="queued",
                max_length=50,
                verbose_name="状态",
            ),
        ),
        Together(
            [
                migrations.AddIndex(
                    model_name="notice",
                    index=models.Index(
                        condition=models.Q(("state", "held")), fields=["next_try_at"], name="notice_held"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="notice",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("digest__isnull", False), ("state", "folded")),
                            models.Q(models.Q(("state", "folded"), _negated=True), ("digest__isnull", True)),
                            _connector="OR",
                        ),
                        name="folded_notice_names_its_digest",
                    ),
                ),
                migrations.CreateModel(
                    name="NoticePreference",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("kind", models.CharField(max_length=40, verbose_name="通知种类")),
                        (
                            "pace",
                            models.CharField(
                                choices=[("at_once", "即时"), ("digest", "每日一次"), ("off", "不要")],
                                max_length=8,
                                verbose_name="怎样收",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="notice_preferences",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="收件人",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "通知选择",
                        "verbose_name_plural": "通知选择",
                        "default_permissions": (),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("pace__in", ["at_once", "digest", "off"])),
                                name="notice_comes_at_a_known_pace",
                            ),
                            models.UniqueConstraint(fields=("user", "kind"), name="one_choice_per_person_and_kind"),
                        ],
                    },
                ),
            ]
        ),
        migrations.RunSQL(replaced(NOTICE), reverse_sql=replaced(BEFORE)),
    ]
