"""直办类的到场：申请人到窗口来了、到现场看过了、依法受理以后看。"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import office.vault


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0076_testers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Attendance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("window", "申请人到窗口来了"),
                            ("visit", "到现场看过了"),
                            ("later", "受理以后到现场看"),
                        ],
                        max_length=8,
                        verbose_name="怎样到场",
                    ),
                ),
                ("happened_at", models.DateTimeField(blank=True, null=True, verbose_name="到场、现场查看的时间")),
                ("person", models.CharField(blank=True, max_length=60, verbose_name="到场的人")),
                (
                    "id_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("resident", "居民身份证"),
                            ("hkm_permit", "港澳居民来往内地通行证"),
                            ("tw_permit", "台湾居民来往大陆通行证"),
                            ("residence", "港澳台居民居住证"),
                            ("permanent", "外国人永久居留身份证"),
                            ("passport", "护照"),
                        ],
                        max_length=12,
                        verbose_name="到场的人证件类型",
                    ),
                ),
                ("id_number", office.vault.EncryptedTextField(blank=True, verbose_name="到场的人证件号码")),
                (
                    "relation",
                    models.CharField(blank=True, help_text="本人空着。", max_length=40, verbose_name="与申请人的关系"),
                ),
                ("place", models.CharField(blank=True, max_length=100, verbose_name="查看地点")),
                ("found", models.TextField(blank=True, verbose_name="看到的情况")),
                ("basis", models.CharField(blank=True, max_length=200, verbose_name="为什么受理以后看")),
                ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                ("dropped_at", models.DateTimeField(blank=True, null=True, verbose_name="作废时间")),
                ("dropped_why", models.CharField(blank=True, max_length=200, verbose_name="为什么作废")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attendances",
                        to="approvals.case",
                        verbose_name="办件",
                    ),
                ),
                (
                    "dropped_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="作废人",
                    ),
                ),
                (
                    "officer_1",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="查看人员甲",
                    ),
                ),
                (
                    "officer_2",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="查看人员乙",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
            ],
            options={
                "verbose_name": "到场",
                "verbose_name_plural": "到场",
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("happened_at", None), ("way", "later")),
                            models.Q(models.Q(("way", "later"), _negated=True), ("happened_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="attendance_says_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(models.Q(("way", "window"), _negated=True), ("id_kind", ""), ("person", "")),
                            models.Q(
                                ("way", "window"),
                                models.Q(("person", ""), _negated=True),
                                models.Q(("id_kind", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="attendance_at_the_window_says_who",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                models.Q(("way", "visit"), _negated=True), ("officer_1", None), ("officer_2", None)
                            ),
                            models.Q(
                                ("officer_1__isnull", False),
                                ("officer_2__isnull", False),
                                ("way", "visit"),
                                models.Q(("officer_1", models.F("officer_2")), _negated=True),
                                models.Q(("place", ""), _negated=True),
                                models.Q(("found", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="two_different_officers_go_and_see",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("way", "later"), _negated=True),
                            models.Q(("basis", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="seen_later_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("dropped_at", None), ("dropped_by", None), ("dropped_why", "")),
                            models.Q(
                                ("dropped_at__isnull", False),
                                ("dropped_by__isnull", False),
                                models.Q(("dropped_why", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="dropped_attendance_says_why",
                    ),
                ],
            },
        ),
    ]
