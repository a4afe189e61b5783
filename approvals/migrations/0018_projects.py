"""重点项目；数据库守卫：协调只走声明过的步，项目编号有流水。"""

import django.db.models.deletion
import django_fsm
from django.conf import settings
from django.db import migrations, models

import office.vault
from office.migrating import Together
from office.stateful import guard_sql, unguard_sql

ISSUE = [("open", "answered")]


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0002_three_levels"),
        ("approvals", "0017_mandates"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="Project",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=40, unique=True, verbose_name="项目编号")),
                        ("name", models.CharField(max_length=120, verbose_name="项目名称")),
                        ("owner_name", models.CharField(max_length=120, verbose_name="项目单位")),
                        (
                            "phone",
                            models.CharField(
                                help_text="随叫随到的电话，告诉项目单位，查进度页也看得到。",
                                max_length=30,
                                verbose_name="专员电话",
                            ),
                        ),
                        ("opened_at", models.DateTimeField(verbose_name="立项时间")),
                        ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="办完时间")),
                        (
                            "agency",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="projects",
                                to="agencies.agency",
                                verbose_name="机关",
                            ),
                        ),
                        (
                            "opened_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="立项人",
                            ),
                        ),
                        (
                            "specialist",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="projects",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="专员",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="projects",
                                to="agencies.unit",
                                verbose_name="专员所在单位",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "重点项目",
                        "verbose_name_plural": "重点项目",
                        "default_permissions": (),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("name", ""), _negated=True),
                                    models.Q(("owner_name", ""), _negated=True),
                                    models.Q(("phone", ""), _negated=True),
                                ),
                                name="project_is_named",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ProjectCase",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("added_at", models.DateTimeField(verbose_name="列入时间")),
                        (
                            "added_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="列入人",
                            ),
                        ),
                        (
                            "case",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="in_project",
                                to="approvals.case",
                                verbose_name="办件",
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="case_rows",
                                to="approvals.project",
                                verbose_name="项目",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "项目办件",
                        "verbose_name_plural": "项目办件",
                        "default_permissions": (),
                    },
                ),
                migrations.CreateModel(
                    name="ProjectContact",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=60, verbose_name="姓名")),
                        ("role", models.CharField(blank=True, max_length=60, verbose_name="职务")),
                        ("phone", office.vault.EncryptedTextField(verbose_name="电话")),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="contacts",
                                to="approvals.project",
                                verbose_name="项目",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "项目联系人",
                        "verbose_name_plural": "项目联系人",
                        "default_permissions": (),
                        "constraints": [
                            models.UniqueConstraint(fields=("project", "name"), name="project_contact_is_named_once"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ProjectIssue",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "rung",
                            models.PositiveSmallIntegerField(
                                choices=[(1, "经办人"), (2, "科室负责人"), (3, "分管副局长")],
                                default=1,
                                verbose_name="到了哪一级",
                            ),
                        ),
                        (
                            "raised_by_name",
                            models.CharField(
                                help_text="项目单位的联系人，或办事的人。", max_length=60, verbose_name="谁提的"
                            ),
                        ),
                        ("text", models.TextField(max_length=1000, verbose_name="要协调什么")),
                        (
                            "state",
                            models.CharField(
                                choices=[("open", "待协调"), ("answered", "已协调")],
                                default="open",
                                max_length=50,
                                verbose_name="状态",
                            ),
                        ),
                        ("raised_at", models.DateTimeField(verbose_name="提出时间")),
                        ("answer", models.TextField(blank=True, max_length=1000, verbose_name="怎样协调的")),
                        ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="协调时间")),
                        (
                            "answered_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="协调人",
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
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="issues",
                                to="approvals.project",
                                verbose_name="项目",
                            ),
                        ),
                        (
                            "raised_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="登记人",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "项目协调",
                        "verbose_name_plural": "项目协调",
                        "default_permissions": (),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("text", ""), _negated=True), name="issue_says_what"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "answered"), _negated=True),
                                    models.Q(
                                        ("answered_at__isnull", False),
                                        ("answered_by__isnull", False),
                                        models.Q(("answer", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="answered_issue_says_who_when_and_how",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("rung__in", [1, 2, 3])), name="issue_stands_on_a_known_rung"
                            ),
                        ],
                    },
                    bases=(django_fsm.ConcurrentTransitionMixin, models.Model),
                ),
                migrations.CreateModel(
                    name="IssueClock",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
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
                            "issue",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="clocks",
                                to="approvals.projectissue",
                                verbose_name="项目协调",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "协调时钟",
                        "verbose_name_plural": "协调时钟",
                        "abstract": False,
                        "default_permissions": (),
                        "indexes": [
                            models.Index(
                                condition=models.Q(("ended_at", None), ("fired_at", None), ("paused_at", None)),
                                fields=["due_at"],
                                name="approvals_issueclock_due",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None)),
                                fields=("issue", "kind"),
                                name="one_running_clock_of_a_kind_per_issue",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("due_at__gt", models.F("started_at"))),
                                name="issue_clock_runs_forward",
                            ),
                        ],
                    },
                ),
            ]
        ),
        migrations.RunSQL("CREATE SEQUENCE approvals_project_number", "DROP SEQUENCE approvals_project_number"),
        migrations.RunSQL(guard_sql("approvals_projectissue", "open", ISSUE), unguard_sql("approvals_projectissue")),
    ]
