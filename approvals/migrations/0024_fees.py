"""费用：不收费的办件没有行；办件上的一栏记着有没有，不另查。"""

import django.db.models.deletion
import django_fsm
from django.conf import settings
from django.db import migrations, models

from office.migrating import Together
from office.stateful import guard_sql, unguard_sql

FEE = [
    ("assessing", "due"),
    ("assessing", "dropped"),
    ("due", "due"),
    ("due", "dropped"),
    ("due", "exempted"),
    ("due", "paid"),
    ("paid", "refunding"),
    ("refunding", "refunded"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0023_covers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            [
                migrations.AddField(
                    model_name="case",
                    name="has_fee",
                    field=models.BooleanField(default=False, verbose_name="有费用"),
                ),
                migrations.CreateModel(
                    name="Fee",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("assessing", "待核定"),
                                    ("due", "待缴"),
                                    ("paid", "已缴"),
                                    ("exempted", "已免"),
                                    ("refunding", "应退"),
                                    ("refunded", "已退"),
                                    ("dropped", "不再收"),
                                ],
                                default="assessing",
                                max_length=50,
                                verbose_name="状态",
                            ),
                        ),
                        (
                            "stage",
                            models.CharField(
                                choices=[("acceptance", "受理时"), ("decision", "作出准予的决定时")],
                                max_length=10,
                                verbose_name="何时应缴",
                            ),
                        ),
                        ("arose_at", models.DateTimeField(verbose_name="产生时间")),
                        ("basis", models.TextField(verbose_name="收费依据")),
                        ("holds", models.BooleanField(default=False, verbose_name="缴费以后领取结果")),
                        ("refundable", models.BooleanField(default=False, verbose_name="撤回的退费")),
                        ("lines", models.JSONField(default=list, verbose_name="核定的各项")),
                        (
                            "standard",
                            models.PositiveBigIntegerField(blank=True, null=True, verbose_name="按标准应缴(分)"),
                        ),
                        ("amount", models.PositiveBigIntegerField(blank=True, null=True, verbose_name="应缴(分)")),
                        ("working", models.CharField(blank=True, max_length=300, verbose_name="怎样算的")),
                        ("assessed_at", models.DateTimeField(blank=True, null=True, verbose_name="核定时间")),
                        ("ground", models.CharField(blank=True, max_length=300, verbose_name="公布的减免")),
                        ("evidence", models.CharField(blank=True, max_length=300, verbose_name="减免的凭据")),
                        ("reduced_at", models.DateTimeField(blank=True, null=True, verbose_name="减免时间")),
                        (
                            "method",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("bank", "凭缴款码到银行缴"),
                                    ("online", "网上缴款"),
                                    ("scan", "窗口扫码或刷卡"),
                                    ("cash", "窗口现金"),
                                ],
                                max_length=10,
                                verbose_name="缴费方式",
                            ),
                        ),
                        (
                            "receipt_number",
                            models.CharField(blank=True, max_length=40, verbose_name="财政票据代码和号码"),
                        ),
                        ("paid_at", models.DateTimeField(blank=True, null=True, verbose_name="缴费时间")),
                        ("recorded_at", models.DateTimeField(blank=True, null=True, verbose_name="登记时间")),
                        ("refund_reason", models.TextField(blank=True, verbose_name="退费原因")),
                        ("refund_number", models.CharField(blank=True, max_length=40, verbose_name="退付凭证号")),
                        ("refunded_at", models.DateTimeField(blank=True, null=True, verbose_name="退费时间")),
                        (
                            "assessed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="核定人",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="fees",
                                to="approvals.case",
                                verbose_name="办件",
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="登记人",
                            ),
                        ),
                        (
                            "reduced_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="减免登记人",
                            ),
                        ),
                        (
                            "refunded_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="退费登记人",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "费用",
                        "verbose_name_plural": "费用",
                        "default_permissions": (),
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state__in", ("assessing", "due", "refunding"))),
                                fields=["case"],
                                name="fee_unsettled",
                            ),
                            models.Index(fields=["arose_at"], name="fee_arose"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("case",), name="one_fee_per_case"),
                            models.UniqueConstraint(
                                condition=models.Q(("receipt_number", ""), _negated=True),
                                fields=("receipt_number",),
                                name="a_receipt_is_used_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("amount", None),
                                        ("assessed_at", None),
                                        ("assessed_by", None),
                                        ("standard", None),
                                    ),
                                    models.Q(
                                        ("amount__lte", models.F("standard")),
                                        ("assessed_at__isnull", False),
                                        ("assessed_by__isnull", False),
                                        ("standard__gt", 0),
                                    ),
                                    _connector="OR",
                                ),
                                name="assessed_fee_says_how_much_and_by_whom",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["assessing", "dropped"]), ("amount__isnull", False), _connector="OR"
                                ),
                                name="only_an_unassessed_fee_has_no_amount",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["due", "paid", "refunding", "refunded"]), _negated=True),
                                    ("amount__gt", 0),
                                    _connector="OR",
                                ),
                                name="a_fee_to_pay_is_more_than_nothing",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "exempted"), _negated=True), ("amount", 0), _connector="OR"
                                ),
                                name="exempted_fee_is_nothing",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("amount", None),
                                    models.Q(
                                        ("amount", models.F("standard")),
                                        ("ground", ""),
                                        ("reduced_at", None),
                                        ("reduced_by", None),
                                    ),
                                    models.Q(
                                        ("amount__lt", models.F("standard")),
                                        ("reduced_at__isnull", False),
                                        ("reduced_by__isnull", False),
                                        models.Q(("ground", ""), _negated=True),
                                        models.Q(("evidence", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="reduced_fee_names_its_ground",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("paid_at__isnull", False),
                                        ("recorded_at__gte", models.F("paid_at")),
                                        ("state__in", ("paid", "refunding", "refunded")),
                                        ("recorded_by__isnull", False),
                                        models.Q(("method", ""), _negated=True),
                                        models.Q(("receipt_number", ""), _negated=True),
                                    ),
                                    models.Q(
                                        models.Q(("state__in", ("paid", "refunding", "refunded")), _negated=True),
                                        ("method", ""),
                                        ("paid_at", None),
                                        ("receipt_number", ""),
                                        ("recorded_at", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="paid_fee_has_a_receipt_and_no_other",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["refunding", "refunded"]), _negated=True),
                                    models.Q(("refund_reason", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="refund_says_why",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "refunded"), _negated=True),
                                    models.Q(
                                        ("refunded_at__isnull", False),
                                        ("refunded_by__isnull", False),
                                        models.Q(("refund_number", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="refunded_fee_says_when_and_by_whom",
                            ),
                        ],
                    },
                    bases=(django_fsm.ConcurrentTransitionMixin, models.Model),
                ),
            ]
        ),
        migrations.RunSQL(guard_sql("approvals_fee", "assessing", FEE), unguard_sql("approvals_fee")),
    ]
