"""特别程序：名词、办件上的计数、守卫。"""

import django.db.models.deletion
import django_fsm
from django.conf import settings
from django.db import migrations, models

from office.migrating import Together
from office.stateful import guard_sql, unguard_sql


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0001_initial"),
        ("approvals", "0003_attachments"),
        ("catalog", "0011_powers"),
        ("office", "0002_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="procedures_running",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="进行中的特别程序"),
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
                    ("procedure", "特别程序超过期限"),
                ],
                max_length=12,
                verbose_name="种类",
            ),
        ),
        Together(
            [
                migrations.AddConstraint(
                    model_name="case",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ("accepted", "reviewing", "reviewed")),
                            ("procedures_running", 0),
                            _connector="OR",
                        ),
                        name="only_a_case_under_way_runs_a_procedure",
                    ),
                ),
                migrations.CreateModel(
                    name="Procedure",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.CharField(max_length=60, verbose_name="指南里的键")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("hearing", "听证"),
                                    ("publicity", "公示"),
                                    ("inspection", "现场核查"),
                                    ("period", "须满的期间"),
                                    ("other", "其他"),
                                ],
                                max_length=12,
                                verbose_name="怎么做",
                            ),
                        ),
                        ("name", models.CharField(max_length=100, verbose_name="名称")),
                        ("value", models.PositiveIntegerField(verbose_name="期限")),
                        (
                            "unit",
                            models.CharField(
                                choices=[("wd", "个工作日"), ("d", "日"), ("h", "小时")],
                                max_length=2,
                                verbose_name="单位",
                            ),
                        ),
                        ("basis", models.CharField(max_length=300, verbose_name="依据")),
                        ("counted", models.BooleanField(verbose_name="计入办理时限")),
                        ("reason", models.TextField(verbose_name="启动理由")),
                        (
                            "state",
                            models.CharField(
                                choices=[("running", "正在进行"), ("ended", "已结束"), ("stopped", "随办件终止")],
                                default="running",
                                max_length=50,
                                verbose_name="状态",
                            ),
                        ),
                        ("started_at", models.DateTimeField(verbose_name="启动时间")),
                        ("result", models.TextField(blank=True, verbose_name="结果")),
                        ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="结束时间")),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="procedures",
                                to="approvals.case",
                                verbose_name="办件",
                            ),
                        ),
                        (
                            "clock",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="procedure",
                                to="approvals.clock",
                                verbose_name="期限",
                            ),
                        ),
                        (
                            "ended_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="结束人",
                            ),
                        ),
                        (
                            "paper",
                            models.OneToOneField(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="office.paper",
                                verbose_name="告知书",
                            ),
                        ),
                        (
                            "started_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="启动人",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "特别程序",
                        "verbose_name_plural": "特别程序",
                        "indexes": [
                            models.Index(fields=["case", "started_at"], name="procedure_of_case"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("reason", ""), _negated=True), name="procedure_gives_its_reason"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("value__gt", 0)), name="procedure_has_its_own_limit"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "stopped"), _negated=True),
                                    ("ended_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="stopped_procedure_says_when",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state", "running")),
                                fields=("case", "key"),
                                name="one_running_procedure_of_a_kind_per_case",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "ended"), _negated=True),
                                    models.Q(
                                        ("ended_at__isnull", False),
                                        ("ended_by__isnull", False),
                                        models.Q(("result", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="ended_procedure_says_when_who_and_what",
                            ),
                        ],
                    },
                    bases=(django_fsm.ConcurrentTransitionMixin, models.Model),
                ),
            ]
        ),
        migrations.RunSQL(
            guard_sql("approvals_procedure", "running", [("running", "ended"), ("running", "stopped")]),
            unguard_sql("approvals_procedure"),
        ),
    ]
