"""联办与征求意见；数据库守卫：只走声明过的步，登记过的延期不改。"""

import django.db.models.deletion
import django_fsm
from django.conf import settings
from django.db import migrations, models

import approvals.models.draft
import office.vault
from office.migrating import Together
from office.stateful import append_only_sql, guard_sql, open_up_sql, unguard_sql

JOINT = [("decided", "ended"), ("running", "decided")]
SLIP = [
    ("asked", "answered"),
    ("asked", "dropped"),
    ("asked", "expired"),
    ("expired", "answered"),
    ("expired", "dropped"),
    ("queued", "asked"),
    ("queued", "dropped"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0002_three_levels"),
        ("approvals", "0015_pledges"),
        ("catalog", "0013_joints"),
        ("office", "0006_paper_kinds"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            [
                migrations.AddField(
                    model_name="draft",
                    name="step",
                    field=models.PositiveSmallIntegerField(default=1, verbose_name="第几步"),
                ),
                migrations.CreateModel(
                    name="Joint",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=50, unique=True, verbose_name="联办编号")),
                        ("query_code", office.vault.EncryptedTextField(verbose_name="查询码")),
                        ("query_index", models.CharField(editable=False, max_length=64, verbose_name="查询码盲索引")),
                        (
                            "submission_key",
                            models.CharField(editable=False, max_length=64, unique=True, verbose_name="提交凭据"),
                        ),
                        ("limit_value", models.PositiveSmallIntegerField(verbose_name="联办时限")),
                        (
                            "limit_unit",
                            models.CharField(
                                choices=[("wd", "个工作日"), ("d", "日"), ("h", "小时")],
                                max_length=2,
                                verbose_name="联办时限单位",
                            ),
                        ),
                        ("limit_basis", models.CharField(max_length=200, verbose_name="联办时限依据")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("running", "正在办理"),
                                    ("decided", "都有结果，等出件"),
                                    ("ended", "全部办结"),
                                ],
                                default="running",
                                max_length=12,
                                verbose_name="状态",
                            ),
                        ),
                        ("received_at", models.DateTimeField(verbose_name="收件时间")),
                        ("begun_at", models.DateTimeField(blank=True, null=True, verbose_name="联办时限起算")),
                        ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="都有结果的时间")),
                        ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="全部办结时间")),
                        (
                            "applicant",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="joints",
                                to="approvals.applicant",
                                verbose_name="申请人",
                            ),
                        ),
                        (
                            "first_contact",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="首问责任人",
                            ),
                        ),
                        (
                            "lead",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="joints_led",
                                to="agencies.unit",
                                verbose_name="牵头单位",
                            ),
                        ),
                        (
                            "matter",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="joints",
                                to="catalog.jointmatter",
                                verbose_name="一件事",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="joints",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="网上用户",
                            ),
                        ),
                        (
                            "window",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="joints_taken_in",
                                to="agencies.unit",
                                verbose_name="综合窗口",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "联办件",
                        "verbose_name_plural": "联办件",
                        "default_permissions": (),
                        "indexes": [
                            models.Index(fields=["lead", "-received_at"], name="joint_led"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state", "running"), ("decided_at__isnull", False), _connector="OR"
                                ),
                                name="decided_joint_says_when",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "ended"), _negated=True),
                                    ("ended_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="ended_joint_says_when",
                            ),
                        ],
                    },
                    bases=(django_fsm.ConcurrentTransitionMixin, models.Model),
                ),
                migrations.AddField(
                    model_name="case",
                    name="joint",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="branches",
                        to="approvals.joint",
                        verbose_name="联办件",
                    ),
                ),
                migrations.AddIndex(
                    model_name="case",
                    index=models.Index(
                        condition=models.Q(("joint__isnull", False)), fields=["joint"], name="case_of_joint"
                    ),
                ),
                migrations.CreateModel(
                    name="JointClock",
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
                            "joint",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="clocks",
                                to="approvals.joint",
                                verbose_name="联办件",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "联办时钟",
                        "verbose_name_plural": "联办时钟",
                        "abstract": False,
                        "default_permissions": (),
                        "indexes": [
                            models.Index(
                                condition=models.Q(("ended_at", None), ("fired_at", None), ("paused_at", None)),
                                fields=["due_at"],
                                name="approvals_jointclock_due",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None)),
                                fields=("joint", "kind"),
                                name="one_running_clock_of_a_kind_per_joint",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="JointDraft",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "token",
                            models.CharField(
                                default=approvals.models.draft.new_token,
                                max_length=64,
                                unique=True,
                                verbose_name="令牌",
                            ),
                        ),
                        ("started_at", models.DateTimeField(verbose_name="开始时间")),
                        (
                            "joint",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="draft",
                                to="approvals.joint",
                                verbose_name="提交成的联办件",
                            ),
                        ),
                        (
                            "matter",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="catalog.jointmatter",
                                verbose_name="一件事",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="joint_drafts",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="用户",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "联办草稿",
                        "verbose_name_plural": "联办草稿",
                        "default_permissions": (),
                    },
                ),
                migrations.AddField(
                    model_name="draft",
                    name="joint",
                    field=models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drafts",
                        to="approvals.jointdraft",
                        verbose_name="联办草稿",
                    ),
                ),
                migrations.CreateModel(
                    name="JointExtension",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("value", models.PositiveSmallIntegerField(verbose_name="延长多久")),
                        (
                            "unit",
                            models.CharField(
                                choices=[("wd", "个工作日"), ("d", "日"), ("h", "小时")],
                                max_length=2,
                                verbose_name="单位",
                            ),
                        ),
                        ("reason", models.TextField(verbose_name="理由")),
                        ("approver", models.CharField(max_length=60, verbose_name="批准的政府负责人")),
                        ("document", models.CharField(max_length=100, verbose_name="批准文件")),
                        ("due_before", models.DateTimeField(verbose_name="原期限")),
                        ("due_after", models.DateTimeField(verbose_name="延长后的期限")),
                        ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                        ("standing", models.CharField(max_length=120, verbose_name="以什么身份")),
                        (
                            "joint",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="extension",
                                to="approvals.joint",
                                verbose_name="联办件",
                            ),
                        ),
                        (
                            "paper",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="office.paper",
                                verbose_name="延期通知书",
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
                        "verbose_name": "联办延期",
                        "verbose_name_plural": "联办延期",
                        "default_permissions": (),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("value__gt", 0), ("value__lte", 15)),
                                name="joint_extension_is_fifteen_at_most",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("due_after__gt", models.F("due_before")),
                                    ("recorded_at__lt", models.F("due_before")),
                                ),
                                name="joint_is_extended_before_expiry",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("reason", ""), _negated=True),
                                    models.Q(("document", ""), _negated=True),
                                    models.Q(("approver", ""), _negated=True),
                                ),
                                name="joint_extension_says_why_and_by_whom",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Slip",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("turn", models.PositiveSmallIntegerField(default=1, verbose_name="第几轮")),
                        ("question", models.TextField(verbose_name="要他们看什么")),
                        ("days", models.PositiveSmallIntegerField(verbose_name="几个工作日内答复")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("queued", "等前一家答复"),
                                    ("asked", "等答复"),
                                    ("answered", "已答复"),
                                    ("expired", "逾期没有答复"),
                                    ("dropped", "随办件终止"),
                                ],
                                default="queued",
                                max_length=12,
                                verbose_name="状态",
                            ),
                        ),
                        ("asked_at", models.DateTimeField(verbose_name="发出时间")),
                        ("opened_at", models.DateTimeField(blank=True, null=True, verbose_name="轮到的时间")),
                        (
                            "opinion",
                            models.CharField(
                                blank=True,
                                choices=[("pass", "符合条件"), ("doubt", "不符合或有疑问")],
                                max_length=6,
                                verbose_name="意见",
                            ),
                        ),
                        ("text", models.TextField(blank=True, verbose_name="意见内容")),
                        ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="答复时间")),
                        ("late", models.BooleanField(default=False, verbose_name="逾期")),
                        (
                            "answered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="答复人",
                            ),
                        ),
                        (
                            "asked_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="发出人",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="slips",
                                to="approvals.case",
                                verbose_name="办件",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="责任人",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="slips",
                                to="agencies.unit",
                                verbose_name="问哪个单位",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "征求意见单",
                        "verbose_name_plural": "征求意见单",
                        "default_permissions": (),
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state__in", ["asked", "expired"])),
                                fields=["unit"],
                                name="slip_waiting",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("case", "unit"), name="one_slip_per_unit_of_a_case"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("days__gte", 1), ("turn__gte", 1), models.Q(("question", ""), _negated=True)
                                ),
                                name="slip_says_what_and_by_when",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "answered"), _negated=True),
                                    models.Q(
                                        ("answered_at__isnull", False),
                                        ("answered_by__isnull", False),
                                        models.Q(("opinion", ""), _negated=True),
                                        models.Q(("text", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="answered_slip_says_who_when_and_what",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("state", "answered"), ("opinion", ""), _connector="OR"),
                                name="silence_is_no_opinion",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "expired"), _negated=True), ("late", True), _connector="OR"
                                ),
                                name="expired_slip_is_late",
                            ),
                        ],
                    },
                    bases=(django_fsm.ConcurrentTransitionMixin, models.Model),
                ),
                migrations.CreateModel(
                    name="SlipClock",
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
                            "slip",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="clocks",
                                to="approvals.slip",
                                verbose_name="征求意见单",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "征求意见时钟",
                        "verbose_name_plural": "征求意见时钟",
                        "abstract": False,
                        "default_permissions": (),
                        "indexes": [
                            models.Index(
                                condition=models.Q(("ended_at", None), ("fired_at", None), ("paused_at", None)),
                                fields=["due_at"],
                                name="approvals_slipclock_due",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None)),
                                fields=("slip", "kind"),
                                name="one_running_clock_of_a_kind_per_slip",
                            ),
                        ],
                    },
                ),
            ]
        ),
        migrations.RunSQL(guard_sql("approvals_joint", "running", JOINT), unguard_sql("approvals_joint")),
        migrations.RunSQL(guard_sql("approvals_slip", "queued", SLIP), unguard_sql("approvals_slip")),
        migrations.RunSQL(append_only_sql("approvals_jointextension"), open_up_sql("approvals_jointextension")),
    ]
