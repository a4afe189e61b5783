"""决定作出以后告知监管科室，由那里的人签收。"""

import django.db.models.deletion
import django_fsm
from django.conf import settings
from django.db import migrations, models

from office.stateful import guard_sql, unguard_sql


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0002_three_levels"),
        ("agencies", "__first__"),
        ("approvals", "0047_identity_documents"),
    ]

    operations = [
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
                    ("retraction", "撤回、撤销逾期没有审定"),
                    ("second", "第二次告知，我们的差错"),
                    ("review", "这一级审查超过期限"),
                    ("renewal", "届满以前没有决定，视为准予延续"),
                    ("supervision", "监管科室逾期未签收决定"),
                ],
                max_length=12,
                verbose_name="种类",
            ),
        ),
        migrations.CreateModel(
            name="DecisionNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "decided",
                    models.CharField(
                        choices=[
                            ("granted", "准予"),
                            ("refused", "不予许可"),
                            ("not_accepted", "不予受理"),
                            ("revoked", "撤销"),
                            ("withdrawn", "撤回"),
                            ("taken", "吊销"),
                            ("cancelled", "注销"),
                            ("set_aside", "撤销原来的不予决定"),
                        ],
                        max_length=12,
                        verbose_name="决定了什么",
                    ),
                ),
                ("reference", models.CharField(blank=True, max_length=60, verbose_name="文号")),
                ("told_at", models.DateTimeField(verbose_name="告知时间")),
                (
                    "state",
                    models.CharField(
                        choices=[("sent", "待签收"), ("signed", "已签收")],
                        default="sent",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("signed_at", models.DateTimeField(blank=True, null=True, verbose_name="签收时间")),
                ("remark", models.TextField(blank=True, verbose_name="监管意见")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decision_notices",
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
                    "signed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="签收人",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decision_notices",
                        to="agencies.unit",
                        verbose_name="监管科室",
                    ),
                ),
            ],
            options={
                "verbose_name": "告知监管科室",
                "verbose_name_plural": "告知监管科室",
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "sent")),
                        fields=["unit", "told_at"],
                        name="decision_notice_waiting",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("remark", ""), ("signed_at", None), ("signed_by", None), ("state", "sent")),
                            models.Q(("signed_at__isnull", False), ("signed_by__isnull", False), ("state", "signed")),
                            _connector="OR",
                        ),
                        name="signed_decision_notice_says_who_and_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("signed_by", None),
                            models.Q(("signed_by", models.F("decided_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="who_decided_does_not_sign_for_supervision",
                    ),
                ],
            },
            bases=(django_fsm.ConcurrentTransitionMixin, models.Model),
        ),
        migrations.CreateModel(
            name="SigningClock",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=80, verbose_name="种类")),
                ("value", models.PositiveIntegerField(verbose_name="数值")),
                (
                    "unit",
                    models.CharField(
                        choices=[("wd", "个工作日"), ("d", "日"), ("h", "小时"), ("at", "定时")],
                        max_length=2,
                        verbose_name="单位",
                    ),
                ),
                ("basis", models.CharField(blank=True, max_length=200, verbose_name="依据")),
                ("started_at", models.DateTimeField(verbose_name="起算")),
                ("due_at", models.DateTimeField(verbose_name="到期")),
                ("provisional", models.BooleanField(default=False, verbose_name="暂估")),
                ("paused_at", models.DateTimeField(blank=True, null=True, verbose_name="暂停于")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="停于")),
                ("late", models.BooleanField(default=False, verbose_name="逾期")),
                ("fired_at", models.DateTimeField(blank=True, null=True, verbose_name="到期处理于")),
                ("failures", models.PositiveSmallIntegerField(default=0, verbose_name="处理失败次数")),
                ("parked_until", models.DateTimeField(blank=True, null=True, verbose_name="搁置到")),
                ("last_error", models.TextField(blank=True, verbose_name="最近的错误")),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clocks",
                        to="approvals.decisionnotice",
                        verbose_name="告知监管科室",
                    ),
                ),
            ],
            options={
                "verbose_name": "告知监管科室时钟",
                "verbose_name_plural": "告知监管科室时钟",
                "abstract": False,
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at", None), ("fired_at", None), ("paused_at", None)),
                        fields=["due_at"],
                        name="approvals_signingclock_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("notice", "kind"),
                        name="one_running_clock_per_decision_notice",
                    )
                ],
            },
        ),
        migrations.RunSQL(
            guard_sql("approvals_decisionnotice", "sent", [("sent", "signed")]),
            unguard_sql("approvals_decisionnotice"),
        ),
    ]
