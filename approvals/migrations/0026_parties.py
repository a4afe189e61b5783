"""利害关系人、陈述申辩、不予听证；办件上的一栏记着有没有，不另查。"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import office.vault


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0025_revocation_served"),
        ("office", "0007_exchange"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="has_parties",
            field=models.BooleanField(default=False, verbose_name="有利害关系人、陈述申辩"),
        ),
        migrations.CreateModel(
            name="HearingDenied",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("who", models.CharField(max_length=60, verbose_name="提出要求的人")),
                ("asked_at", models.DateTimeField(verbose_name="提出的时间")),
                ("asked", models.TextField(verbose_name="要求")),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            ("late", "超过五个工作日才提出"),
                            ("no_right", "不是申请人或者利害关系人，或者这一件不属于应当听证的"),
                            ("held", "已经就这一件举行过听证"),
                        ],
                        max_length=10,
                        verbose_name="理由",
                    ),
                ),
                ("reasons", models.TextField(verbose_name="说明")),
                ("decided_at", models.DateTimeField(verbose_name="决定时间")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hearings_denied",
                        to="approvals.case",
                        verbose_name="办件",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="决定人",
                    ),
                ),
                (
                    "hearing",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="denied",
                        to="approvals.hearing",
                        verbose_name="告知过的听证",
                    ),
                ),
                (
                    "paper",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="office.paper",
                        verbose_name="文书",
                    ),
                ),
            ],
            options={
                "verbose_name": "不予听证",
                "verbose_name_plural": "不予听证",
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("who", ""), _negated=True),
                            models.Q(("asked", ""), _negated=True),
                            models.Q(("reasons", ""), _negated=True),
                        ),
                        name="denied_hearing_says_who_and_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ground__in", ["late", "held"]), _negated=True),
                            ("hearing__isnull", False),
                            _connector="OR",
                        ),
                        name="late_or_held_names_the_hearing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("decided_at__gte", models.F("asked_at"))), name="denied_after_it_was_asked"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Party",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60, verbose_name="姓名或名称")),
                ("interest", models.TextField(verbose_name="有什么重大利害关系")),
                ("phone", office.vault.EncryptedTextField(blank=True, verbose_name="联系电话")),
                ("address", office.vault.EncryptedTextField(blank=True, verbose_name="地址")),
                ("told_at", models.DateTimeField(verbose_name="告知时间")),
                ("request_due_at", models.DateTimeField(verbose_name="提意见、要求听证的期限")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parties",
                        to="approvals.case",
                        verbose_name="办件",
                    ),
                ),
                (
                    "paper",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="office.paper",
                        verbose_name="文书",
                    ),
                ),
                (
                    "told_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="告知人",
                    ),
                ),
            ],
            options={
                "verbose_name": "利害关系人",
                "verbose_name_plural": "利害关系人",
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True), models.Q(("interest", ""), _negated=True)
                        ),
                        name="party_says_who_and_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("request_due_at__gt", models.F("told_at"))), name="party_is_given_time"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Statement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("who", models.CharField(max_length=60, verbose_name="陈述申辩的人")),
                (
                    "standing",
                    models.CharField(
                        choices=[("applicant", "申请人"), ("party", "利害关系人"), ("agent", "代理人")],
                        max_length=10,
                        verbose_name="身份",
                    ),
                ),
                ("stated_at", models.DateTimeField(verbose_name="时间")),
                ("place", models.CharField(max_length=100, verbose_name="地点")),
                ("text", models.TextField(verbose_name="陈述、申辩")),
                ("evidence", models.TextField(blank=True, verbose_name="交来的证据")),
                ("signer", models.CharField(max_length=100, verbose_name="签名的人")),
                ("recorded_at", models.DateTimeField(verbose_name="记录时间")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="approvals.case",
                        verbose_name="办件",
                    ),
                ),
                (
                    "paper",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="office.paper",
                        verbose_name="文书",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="记录人",
                    ),
                ),
            ],
            options={
                "verbose_name": "陈述申辩",
                "verbose_name_plural": "陈述申辩",
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("who", ""), _negated=True),
                            models.Q(("place", ""), _negated=True),
                            models.Q(("text", ""), _negated=True),
                            models.Q(("signer", ""), _negated=True),
                        ),
                        name="statement_is_whole_and_signed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("recorded_at__gte", models.F("stated_at"))),
                        name="statement_is_made_before_record",
                    ),
                ],
            },
        ),
    ]
