"""代为录入、当场更正、容缺承诺的申请人确认；受理前的改动；第二次告知；回避。"""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import office.vault
from office.migrating import Together
from office.stateful import append_only_sql, open_up_sql


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0018_projects"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            [
                migrations.AddField(
                    model_name="case",
                    name="recused",
                    field=django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="回避的人",
                    ),
                ),
                migrations.AddField(
                    model_name="case",
                    name="unconfirmed",
                    field=models.PositiveSmallIntegerField(default=0, verbose_name="等申请人确认的"),
                ),
                migrations.AddField(
                    model_name="case",
                    name="unseen_changes",
                    field=models.PositiveSmallIntegerField(default=0, verbose_name="申请人改过、窗口没看的"),
                ),
                migrations.AddField(
                    model_name="correctionline",
                    name="round",
                    field=models.PositiveSmallIntegerField(default=1, verbose_name="第几次告知的"),
                ),
                migrations.AddField(
                    model_name="correctionnotice",
                    name="again_by",
                    field=models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="同意再告知的负责人",
                    ),
                ),
                migrations.AddField(
                    model_name="correctionnotice",
                    name="again_reason",
                    field=models.TextField(blank=True, verbose_name="为什么又告知一次"),
                ),
                migrations.AddField(
                    model_name="correctionnotice",
                    name="round",
                    field=models.PositiveSmallIntegerField(default=1, verbose_name="第几次"),
                ),
            ]
        ),
        migrations.AlterField(
            model_name="flag",
            name="kind",
            field=models.CharField(
                choices=[
                    ("deemed", "未按时一次性告知，视为受理"),
                    ("statutory", "超过法定时限(红牌)"),
                    ("promised", "超过承诺时限(黄牌)"),
                    ("delivery", "超期未送达"),
                    ("deferred", "容缺材料逾期未补"),
                    ("transit", "移交逾期未签收"),
                    ("procedure", "特别程序超过期限"),
                    ("hearing", "没有按期组织听证"),
                    ("pledge", "承诺的事后核查逾期"),
                    ("second", "第二次告知，我们的差错"),
                ],
                max_length=12,
                verbose_name="种类",
            ),
        ),
        Together(
            [
                migrations.AddConstraint(
                    model_name="correctionnotice",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("round", 1),
                            models.Q(
                                ("again_by__isnull", False), ("round", 2), models.Q(("again_reason", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="second_notice_has_a_chiefs_reason",
                    ),
                ),
                migrations.CreateModel(
                    name="Amendment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("made_at", models.DateTimeField(verbose_name="改动时间")),
                        ("by_applicant", models.BooleanField(default=False, verbose_name="申请人自己改的")),
                        ("answers", office.vault.EncryptedJSONField(default=dict, verbose_name="申请表的改动")),
                        ("files", models.JSONField(default=dict, verbose_name="材料的改动")),
                        ("seen_at", models.DateTimeField(blank=True, null=True, verbose_name="看过于")),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="amendments",
                                to="approvals.case",
                                verbose_name="办件",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="经谁改的",
                            ),
                        ),
                        (
                            "seen_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="看过的人",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "受理前的改动",
                        "verbose_name_plural": "受理前的改动",
                        "default_permissions": (),
                    },
                ),
                migrations.CreateModel(
                    name="Confirmation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "matter",
                            models.CharField(
                                choices=[("entry", "代为录入"), ("amend", "当场更正"), ("deferral", "容缺受理承诺")],
                                max_length=10,
                                verbose_name="确认什么",
                            ),
                        ),
                        ("text", office.vault.EncryptedTextField(verbose_name="确认的内容")),
                        ("asked_at", models.DateTimeField(verbose_name="提请时间")),
                        (
                            "code_index",
                            models.CharField(blank=True, editable=False, max_length=64, verbose_name="验证码盲索引"),
                        ),
                        ("code_until", models.DateTimeField(blank=True, null=True, verbose_name="验证码到何时有效")),
                        ("tries", models.PositiveSmallIntegerField(default=0, verbose_name="试错次数")),
                        (
                            "way",
                            models.CharField(
                                blank=True,
                                choices=[("code", "短信验证码"), ("signed", "签名页扫描"), ("online", "网上确认")],
                                max_length=8,
                                verbose_name="怎样确认的",
                            ),
                        ),
                        ("confirmed_at", models.DateTimeField(blank=True, null=True, verbose_name="确认时间")),
                        ("signer", models.CharField(blank=True, max_length=60, verbose_name="签名的人")),
                        ("dropped_at", models.DateTimeField(blank=True, null=True, verbose_name="不再需要于")),
                        (
                            "asked_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="提请人",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="confirmations",
                                to="approvals.case",
                                verbose_name="办件",
                            ),
                        ),
                        (
                            "registered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="登记人",
                            ),
                        ),
                        (
                            "scan",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="approvals.upload",
                                verbose_name="签名页",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "申请人确认",
                        "verbose_name_plural": "申请人确认",
                        "default_permissions": (),
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("confirmed_at", None), ("dropped_at", None)),
                                fields=("case", "matter"),
                                name="one_open_confirmation_of_a_matter_per_case",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("confirmed_at", None), ("way", "")),
                                    models.Q(
                                        ("confirmed_at__isnull", False),
                                        ("registered_by__isnull", False),
                                        models.Q(("way", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="confirmed_says_how_and_when",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("way", "signed"), _negated=True),
                                    models.Q(("scan__isnull", False), models.Q(("signer", ""), _negated=True)),
                                    _connector="OR",
                                ),
                                name="signed_confirmation_has_the_scanned_page",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Recusal",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("declared", models.BooleanField(default=False, verbose_name="本人申请")),
                        ("reason", models.TextField(verbose_name="原因")),
                        ("at", models.DateTimeField(verbose_name="何时")),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="谁定的",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="recusals",
                                to="approvals.case",
                                verbose_name="办件",
                            ),
                        ),
                        (
                            "successor",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="接着办的人",
                            ),
                        ),
                        (
                            "who",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="recusals",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="回避的人",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "回避",
                        "verbose_name_plural": "回避",
                        "default_permissions": (),
                        "constraints": [
                            models.UniqueConstraint(fields=("case", "who"), name="one_recusal_per_person_of_a_case"),
                            models.CheckConstraint(
                                condition=models.Q(("who", models.F("successor")), _negated=True),
                                name="nobody_succeeds_himself",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("reason", ""), _negated=True), name="recusal_says_why"
                            ),
                        ],
                    },
                ),
            ]
        ),
        migrations.RunSQL(append_only_sql("approvals_recusal"), open_up_sql("approvals_recusal")),
    ]
