"""听证：名词与守卫。"""

import datetime

import django.db.models.deletion
import django.db.models.expressions
import django_fsm
from django.conf import settings
from django.db import migrations, models

from office.stateful import guard_sql, unguard_sql


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0006_publicity"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
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
                    ("procedure", "特别程序超过期限"),
                    ("hearing", "没有按期组织听证"),
                ],
                max_length=12,
                verbose_name="种类",
            ),
        ),
        migrations.CreateModel(
            name="Hearing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("told", "已告知听证权利"),
                            ("requested", "要求听证，等待安排"),
                            ("scheduled", "已定时间地点"),
                            ("recorded", "笔录完成"),
                            ("waived", "没有要求听证"),
                        ],
                        default="told",
                        max_length=50,
                        verbose_name="状态",
                    ),
                ),
                ("told_at", models.DateTimeField(verbose_name="告知时间")),
                ("request_due_at", models.DateTimeField(verbose_name="要求听证的期限")),
                ("ex_officio", models.BooleanField(default=False, verbose_name="依职权举行")),
                ("requested_at", models.DateTimeField(blank=True, null=True, verbose_name="要求时间")),
                ("request_text", models.TextField(blank=True, verbose_name="要求")),
                ("notified_at", models.DateTimeField(blank=True, null=True, verbose_name="通知时间")),
                ("sits_at", models.DateTimeField(blank=True, null=True, verbose_name="开听证的时间")),
                ("place", models.CharField(blank=True, max_length=100, verbose_name="地点")),
                ("present", models.TextField(blank=True, verbose_name="到场的人")),
                ("record", models.TextField(blank=True, verbose_name="笔录")),
                ("signers", models.CharField(blank=True, max_length=200, verbose_name="签名的人")),
                ("recorded_at", models.DateTimeField(blank=True, null=True, verbose_name="笔录完成时间")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hearings",
                        to="approvals.case",
                        verbose_name="办件",
                    ),
                ),
                (
                    "chair",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="主持人",
                    ),
                ),
                (
                    "procedure",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hearing",
                        to="approvals.procedure",
                        verbose_name="特别程序",
                    ),
                ),
            ],
            options={
                "verbose_name": "听证",
                "verbose_name_plural": "听证",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("requested_at__isnull", True),
                            ("ex_officio", True),
                            ("requested_at__lt", models.F("request_due_at")),
                            _connector="OR",
                        ),
                        name="hearing_is_requested_in_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["scheduled", "recorded"]), _negated=True),
                            models.Q(
                                ("chair__isnull", False),
                                ("requested_at__isnull", False),
                                (
                                    "sits_at__gt",
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("notified_at"), "+", models.Value(datetime.timedelta(days=7))
                                    ),
                                ),
                                models.Q(("place", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="hearing_is_announced_a_week_before",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "recorded"), _negated=True),
                            models.Q(
                                ("recorded_at__gte", models.F("sits_at")),
                                models.Q(("record", ""), _negated=True),
                                models.Q(("signers", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="recorded_hearing_is_signed",
                    ),
                ],
            },
            bases=(django_fsm.ConcurrentTransitionMixin, models.Model),
        ),
        migrations.RunSQL(
            guard_sql(
                "approvals_hearing",
                "told",
                [
                    ("requested", "scheduled"),
                    ("scheduled", "recorded"),
                    ("told", "requested"),
                    ("told", "waived"),
                ],
            ),
            unguard_sql("approvals_hearing"),
        ),
    ]
