"""转给外面的系统办；数据库守卫：只走声明过的步，对方说过的只增不改。"""

from importlib import import_module

import django.db.models.deletion
import django_fsm
from django.conf import settings
from django.db import migrations, models

from office.stateful import append_only_sql, forgetting_sql, guard_sql, open_up_sql, unguard_sql

guard = import_module("approvals.migrations.0046_renewals").guard
BEFORE = import_module("approvals.migrations.0066_terminations").WITH_ENDS
AFTER = [*BEFORE, *((state, "closed") for state in ("received", "accepted", "reviewing", "reviewed"))]
PROGRESS = "approvals_handoffprogress"
OPEN = ("offered", "taken")
HAND_OFF = [("offered", "taken"), *((one, end) for one in OPEN for end in ("refused", "done", "back", "stopped"))]
FORGOTTEN = "approvals_case_forgotten((SELECT case_id FROM approvals_handoff WHERE id = OLD.hand_off_id))"


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0003_representatives"),
        ("approvals", "0067_case_guidance"),
        ("office", "0010_hand_offs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="elsewhere",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                editable=False,
                max_length=80,
                verbose_name="由哪个外面的系统办理",
            ),
        ),
        migrations.AlterField(
            model_name="case",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("granted", "准予"),
                    ("refused", "不予许可"),
                    ("not_accepted", "不予受理"),
                    ("withdrawn", "申请人撤回"),
                    ("lapsed", "久不补正"),
                    ("terminated", "终止办理"),
                    ("voided", "误录作废"),
                    ("elsewhere", "由其他机关办结"),
                ],
                max_length=12,
                verbose_name="结果",
            ),
        ),
        migrations.CreateModel(
            name="HandOff",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "rung",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "经办人"), (2, "科室负责人"), (3, "分管副局长")],
                        default=1,
                        verbose_name="到了哪一级",
                    ),
                ),
                (
                    "decides",
                    models.CharField(
                        choices=[("ours", "本机关决定，对方的结果作为意见"), ("theirs", "对方机关依法决定")],
                        max_length=6,
                        verbose_name="由谁决定",
                    ),
                ),
                ("basis", models.CharField(blank=True, max_length=300, verbose_name="对方依法决定的依据")),
                ("organ", models.CharField(blank=True, max_length=100, verbose_name="作决定的机关")),
                ("reason", models.CharField(max_length=300, verbose_name="为什么转出")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("offered", "等对方接收"),
                            ("taken", "对方办理中"),
                            ("done", "对方办结"),
                            ("refused", "对方不办，退回"),
                            ("back", "已转回"),
                            ("stopped", "随办件终止"),
                        ],
                        default="offered",
                        max_length=50,
                        verbose_name="状态",
                    ),
                ),
                ("offered_at", models.DateTimeField(verbose_name="转出时间")),
                ("taken_at", models.DateTimeField(blank=True, null=True, verbose_name="对方接收时间")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="了结时间")),
                ("result_code", models.CharField(blank=True, max_length=1, verbose_name="对方的结果")),
                ("result_text", models.TextField(blank=True, verbose_name="对方的结果怎么说")),
                ("back_reason", models.CharField(blank=True, max_length=500, verbose_name="为什么转回")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hand_offs",
                        to="approvals.case",
                        verbose_name="办件",
                    ),
                ),
                (
                    "offered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="转出人",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss_in_hand",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="现由谁办",
                    ),
                ),
                (
                    "peer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="office.exchangepeer",
                        verbose_name="转给哪个系统",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.unit",
                        verbose_name="跟踪的科室",
                    ),
                ),
            ],
            options={
                "verbose_name": "转外办理",
                "verbose_name_plural": "转外办理",
                "default_permissions": (),
            },
            bases=(django_fsm.ConcurrentTransitionMixin, models.Model),
        ),
        migrations.CreateModel(
            name="HandOffClock",
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
                    "hand_off",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clocks",
                        to="approvals.handoff",
                        verbose_name="转外办理",
                    ),
                ),
            ],
            options={
                "verbose_name": "转外办理时钟",
                "verbose_name_plural": "转外办理时钟",
                "abstract": False,
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="HandOffProgress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=60, verbose_name="对方的报文编号")),
                ("version", models.PositiveSmallIntegerField(verbose_name="数据版本号")),
                (
                    "kind",
                    models.CharField(
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
                        ],
                        max_length=20,
                        verbose_name="种类",
                    ),
                ),
                ("code", models.CharField(blank=True, max_length=1, verbose_name="代码")),
                ("said_at", models.DateTimeField(verbose_name="对方说的时间")),
                ("told_at", models.DateTimeField(verbose_name="收到时间")),
                ("text", models.TextField(blank=True, verbose_name="怎么说")),
                ("paper_number", models.CharField(blank=True, max_length=60, verbose_name="对方文书的文号")),
                (
                    "file",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="approvals.upload",
                        verbose_name="对方的文书",
                    ),
                ),
                (
                    "hand_off",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="progress",
                        to="approvals.handoff",
                        verbose_name="转外办理",
                    ),
                ),
            ],
            options={
                "verbose_name": "对方的进展",
                "verbose_name_plural": "对方的进展",
                "default_permissions": (),
            },
        ),
        migrations.AddConstraint(
            model_name="handoff",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("offered", "taken"))),
                fields=("case",),
                name="case_is_with_one_system_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="handoff",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="hand_off_gives_its_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="handoff",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decides", "ours"),
                    models.Q(models.Q(("basis", ""), _negated=True), models.Q(("organ", ""), _negated=True)),
                    _connector="OR",
                ),
                name="their_decision_rests_on_a_basis",
            ),
        ),
        migrations.AddConstraint(
            model_name="handoff",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "done"), _negated=True),
                    models.Q(("result_code", ""), _negated=True),
                    _connector="OR",
                ),
                name="done_hand_off_has_a_result",
            ),
        ),
        migrations.AddConstraint(
            model_name="handoff",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["refused", "back"]), _negated=True),
                    models.Q(("back_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="case_comes_back_for_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="handoff",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ("offered", "taken")), ("ended_at__isnull", False), _connector="OR"),
                name="ended_hand_off_says_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="handoff",
            constraint=models.CheckConstraint(
                condition=models.Q(("rung__in", [1, 2, 3])), name="hand_off_stands_on_a_known_rung"
            ),
        ),
        migrations.AddIndex(
            model_name="handoffclock",
            index=models.Index(
                condition=models.Q(("ended_at", None), ("fired_at", None), ("paused_at", None)),
                fields=["due_at"],
                name="approvals_handoffclock_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="handoffclock",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)),
                fields=("hand_off", "kind"),
                name="one_running_clock_of_a_kind_per_hand_off",
            ),
        ),
        migrations.AddConstraint(
            model_name="handoffprogress",
            constraint=models.UniqueConstraint(fields=("hand_off", "number", "version"), name="progress_is_noted_once"),
        ),
        migrations.RunSQL(guard(AFTER), guard(BEFORE)),
        migrations.RunSQL(guard_sql("approvals_handoff", "offered", HAND_OFF), unguard_sql("approvals_handoff")),
        migrations.RunSQL(append_only_sql(PROGRESS), open_up_sql(PROGRESS)),
        migrations.RunSQL(forgetting_sql(PROGRESS, ("text",), FORGOTTEN), migrations.RunSQL.noop),
    ]
