"""双公示：准予许可的决定七个工作日内公开；不公开要两个人，自然人存进来就是遮住的。"""

import django.db.models.deletion
import django_fsm
from django.conf import settings
from django.db import migrations, models

import approvals.models.publication
from office.stateful import guard_sql, unguard_sql

PAIRS = [
    ("proposed", "excluded"),
    ("proposed", "waiting"),
    ("published", "withdrawn"),
    ("waiting", "proposed"),
    ("waiting", "published"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "__first__"),
        ("approvals", "0048_decision_notices"),
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
                    ("disclosure", "双公示逾期未公开"),
                ],
                max_length=12,
                verbose_name="种类",
            ),
        ),
        migrations.CreateModel(
            name="Disclosure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        default=approvals.models.publication.new_code,
                        editable=False,
                        max_length=10,
                        unique=True,
                        verbose_name="代号",
                    ),
                ),
                (
                    "party_kind",
                    models.CharField(
                        choices=[("legal", "法人及非法人组织"), ("person", "自然人"), ("sole", "个体工商户")],
                        max_length=8,
                        verbose_name="行政相对人类别",
                    ),
                ),
                ("party_name", models.CharField(max_length=200, verbose_name="行政相对人名称")),
                ("party_code", models.CharField(blank=True, max_length=18, verbose_name="统一社会信用代码")),
                (
                    "party_number",
                    models.CharField(blank=True, editable=False, max_length=40, verbose_name="证件号码(遮住的)"),
                ),
                ("representative", models.CharField(blank=True, max_length=60, verbose_name="法定代表人")),
                ("document_name", models.CharField(max_length=200, verbose_name="行政许可决定文书名称")),
                ("document_number", models.CharField(max_length=100, verbose_name="行政许可决定文书号")),
                (
                    "licence_kind",
                    models.CharField(
                        choices=[
                            ("ordinary", "普通"),
                            ("concession", "特许"),
                            ("recognition", "认可"),
                            ("approval", "核准"),
                            ("registration", "登记"),
                            ("other", "其他"),
                        ],
                        max_length=12,
                        verbose_name="许可类别",
                    ),
                ),
                ("certificate_name", models.CharField(blank=True, max_length=200, verbose_name="许可证书名称")),
                ("certificate_number", models.CharField(blank=True, max_length=100, verbose_name="许可编号")),
                ("content", models.TextField(verbose_name="许可内容")),
                ("decided_on", models.DateField(verbose_name="许可决定日期")),
                ("valid_from", models.DateField(verbose_name="有效期自")),
                (
                    "valid_until",
                    models.DateField(blank=True, help_text="空着是长期有效。", null=True, verbose_name="有效期至(含)"),
                ),
                ("authority_name", models.CharField(max_length=80, verbose_name="许可机关")),
                (
                    "authority_code",
                    models.CharField(blank=True, max_length=18, verbose_name="许可机关统一社会信用代码"),
                ),
                ("remark", models.CharField(blank=True, max_length=200, verbose_name="备注")),
                (
                    "ended_as",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("revoked", "已撤销"),
                            ("withdrawn", "已撤回"),
                            ("cancelled", "已注销"),
                            ("taken", "已吊销"),
                        ],
                        max_length=10,
                        verbose_name="不再有效",
                    ),
                ),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="从哪天起不再有效")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "待核对公开"),
                            ("proposed", "拟不公开，等另一人核实"),
                            ("excluded", "不公开"),
                            ("published", "已公开"),
                            ("withdrawn", "已撤下"),
                        ],
                        default="waiting",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("made_at", models.DateTimeField(verbose_name="列入时间")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="为什么不公开")),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="核实时间")),
                ("published_at", models.DateTimeField(blank=True, null=True, verbose_name="公开时间")),
                ("corrected_at", models.DateTimeField(blank=True, null=True, verbose_name="更正时间")),
                ("correction", models.CharField(blank=True, max_length=300, verbose_name="更正了什么")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="撤下时间")),
                ("withdrawal", models.CharField(blank=True, max_length=300, verbose_name="为什么撤下")),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disclosure",
                        to="approvals.case",
                        verbose_name="办件",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提出不公开的人",
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="核对公开的人",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="核实不公开的人",
                    ),
                ),
            ],
            options={
                "verbose_name": "双公示",
                "verbose_name_plural": "双公示",
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "published")),
                        fields=["-decided_on", "-id"],
                        name="disclosures_shown",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("party_code", ""), ("party_kind", "person"), ("party_name__contains", "*")),
                            models.Q(models.Q(("party_kind", "person"), _negated=True), ("party_number", "")),
                            _connector="OR",
                        ),
                        name="disclosure_masks_a_natural_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until", None), ("valid_until__gte", models.F("valid_from")), _connector="OR"
                        ),
                        name="disclosed_validity_is_real",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["published", "withdrawn"]), _negated=True),
                            models.Q(("published_at__isnull", False), ("published_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="published_disclosure_says_who_and_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["proposed", "excluded"]), _negated=True),
                            models.Q(("proposed_by__isnull", False), models.Q(("reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="unpublished_disclosure_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "excluded"), _negated=True),
                            models.Q(
                                ("settled_at__isnull", False),
                                ("settled_by__isnull", False),
                                models.Q(("settled_by", models.F("proposed_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="not_publishing_takes_two",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "withdrawn"), _negated=True),
                            models.Q(("withdrawn_at__isnull", False), models.Q(("withdrawal", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="withdrawn_disclosure_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_as", ""), ("ended_on", None)),
                            models.Q(models.Q(("ended_as", ""), _negated=True), ("ended_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="ended_disclosure_says_since_when",
                    ),
                ],
            },
            bases=(django_fsm.ConcurrentTransitionMixin, models.Model),
        ),
        migrations.CreateModel(
            name="DisclosureClock",
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
                    "disclosure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clocks",
                        to="approvals.disclosure",
                        verbose_name="双公示",
                    ),
                ),
            ],
            options={
                "verbose_name": "双公示时钟",
                "verbose_name_plural": "双公示时钟",
                "abstract": False,
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at", None), ("fired_at", None), ("paused_at", None)),
                        fields=["due_at"],
                        name="approvals_disclosureclock_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("disclosure", "kind"),
                        name="one_running_clock_per_disclosure",
                    )
                ],
            },
        ),
        migrations.RunSQL(guard_sql("approvals_disclosure", "waiting", PAIRS), unguard_sql("approvals_disclosure")),
    ]
