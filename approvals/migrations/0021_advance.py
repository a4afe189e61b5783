"""提前服务与现场指导；指导记录只增不改。"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import office.vault
from office.migrating import Together
from office.stateful import append_only_sql, open_up_sql


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0002_three_levels"),
        ("approvals", "0020_archives"),
        ("catalog", "0013_joints"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="Advance",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="姓名或名称")),
                        ("phone", office.vault.EncryptedTextField(verbose_name="联系电话")),
                        (
                            "looked_at",
                            models.JSONField(
                                default=dict, help_text="材料的键 → 怎么说的。", verbose_name="先看过的材料"
                            ),
                        ),
                        ("advice", models.TextField(verbose_name="还要准备什么")),
                        ("started_at", models.DateTimeField(verbose_name="开始时间")),
                        (
                            "case",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="advance",
                                to="approvals.case",
                                verbose_name="转成的办件",
                            ),
                        ),
                        (
                            "clerk",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="advances",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="服务的人",
                            ),
                        ),
                        (
                            "guide",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="advances",
                                to="catalog.guide",
                                verbose_name="指南版本",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="advances",
                                to="agencies.unit",
                                verbose_name="服务单位",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "提前服务",
                        "verbose_name_plural": "提前服务",
                        "default_permissions": (),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("advice", ""), _negated=True), name="advance_says_what_to_prepare"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Guidance",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("visited_at", models.DateTimeField(verbose_name="去的时间")),
                        ("place", models.CharField(max_length=100, verbose_name="地点")),
                        ("said", models.TextField(verbose_name="说了什么")),
                        ("signer", models.CharField(max_length=60, verbose_name="对方签名的人")),
                        ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                        (
                            "advance",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="visits",
                                to="approvals.advance",
                                verbose_name="提前服务",
                            ),
                        ),
                        (
                            "officer",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="guidances",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="去的人",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "现场指导",
                        "verbose_name_plural": "现场指导",
                        "default_permissions": (),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("place", ""), _negated=True),
                                    models.Q(("said", ""), _negated=True),
                                    models.Q(("signer", ""), _negated=True),
                                ),
                                name="guidance_says_where_what_and_who_signed",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("recorded_at__gte", models.F("visited_at"))),
                                name="guidance_is_recorded_afterwards",
                            ),
                        ],
                    },
                ),
            ]
        ),
        migrations.RunSQL(append_only_sql("approvals_guidance"), open_up_sql("approvals_guidance")),
    ]
