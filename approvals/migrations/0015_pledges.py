"""告知承诺。数据库守卫：只走声明过的步；文本只增不改。"""

import django.db.models.deletion
import django_fsm
from django.conf import settings
from django.db import migrations, models

from office.migrating import Together
from office.stateful import append_only_sql, guard_sql, open_up_sql, unguard_sql

PLEDGE = [
    ("signed", "taken_back"),
    ("signed", "checking"),
    ("checking", "true"),
    ("checking", "unverified"),
    ("checking", "mending"),
    ("mending", "mended"),
    ("mending", "asked"),
    ("asked", "revoked"),
    ("asked", "kept"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0014_deliveries"),
        ("catalog", "0011_powers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="has_pledges",
            field=models.BooleanField(default=False, verbose_name="用过告知承诺"),
        ),
        migrations.AlterField(
            model_name="casematerial",
            name="verdict",
            field=models.CharField(
                choices=[
                    ("unchecked", "未核对"),
                    ("ok", "符合"),
                    ("missing", "缺少"),
                    ("defective", "不符合"),
                    ("deferred", "容缺后补"),
                    ("not_needed", "不需要"),
                    ("pledged", "告知承诺"),
                ],
                default="unchecked",
                max_length=10,
                verbose_name="核对结果",
            ),
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
                ],
                max_length=12,
                verbose_name="种类",
            ),
        ),
        Together(
            [
                migrations.CreateModel(
                    name="PledgeTerms",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("material_key", models.SlugField(max_length=40, verbose_name="材料的键")),
                        ("valid_from", models.DateField(verbose_name="自何日起")),
                        (
                            "told",
                            models.TextField(help_text="要证明什么、应当符合的条件和标准。", verbose_name="告知的内容"),
                        ),
                        (
                            "promised",
                            models.TextField(help_text="申请人承诺的每一句，一行一句。", verbose_name="承诺的内容"),
                        ),
                        (
                            "consequences",
                            models.TextField(help_text="核查发现不实会怎样。", verbose_name="不实承诺的后果"),
                        ),
                        ("basis", models.CharField(max_length=300, verbose_name="依据")),
                        ("check_days", models.PositiveSmallIntegerField(default=20, verbose_name="事后核查(工作日)")),
                        ("mend_days", models.PositiveSmallIntegerField(default=15, verbose_name="限期整改(工作日)")),
                        (
                            "bar_months",
                            models.PositiveSmallIntegerField(default=24, verbose_name="不实以后不再适用(月)"),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="pledge_terms",
                                to="catalog.item",
                                verbose_name="事项",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "告知承诺书文本",
                        "verbose_name_plural": "告知承诺书文本",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("item", "material_key", "valid_from"),
                                name="one_pledge_text_per_material_and_day",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("told", ""), _negated=True),
                                    models.Q(("promised", ""), _negated=True),
                                    models.Q(("consequences", ""), _negated=True),
                                    models.Q(("basis", ""), _negated=True),
                                ),
                                name="pledge_text_is_whole",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("check_days__gte", 1), ("mend_days__gte", 1)),
                                name="pledge_terms_give_at_least_a_day",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Pledge",
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
                                    ("signed", "已承诺"),
                                    ("taken_back", "已撤回，改交材料"),
                                    ("checking", "等事后核查"),
                                    ("true", "核查属实"),
                                    ("unverified", "无法核实"),
                                    ("mending", "不实，限期整改"),
                                    ("mended", "已整改"),
                                    ("asked", "报请撤销，等审定"),
                                    ("revoked", "决定已撤销"),
                                    ("kept", "审定不撤销"),
                                ],
                                default="signed",
                                max_length=50,
                                verbose_name="状态",
                            ),
                        ),
                        ("signer", models.CharField(max_length=60, verbose_name="签名的人")),
                        ("signed_at", models.DateTimeField(verbose_name="签名时间")),
                        ("due_at", models.DateTimeField(blank=True, null=True, verbose_name="此刻这一步的期限")),
                        ("mend_due_at", models.DateTimeField(blank=True, null=True, verbose_name="整改期限")),
                        ("found", models.TextField(blank=True, verbose_name="核查情况")),
                        ("checked_at", models.DateTimeField(blank=True, null=True, verbose_name="核查时间")),
                        ("mended", models.TextField(blank=True, verbose_name="整改情况")),
                        ("reason", models.TextField(blank=True, verbose_name="报请撤销的理由")),
                        ("decision", models.TextField(blank=True, verbose_name="审定意见")),
                        ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="审定时间")),
                        (
                            "barred_until",
                            models.DateField(blank=True, null=True, verbose_name="到何日不再适用告知承诺"),
                        ),
                        (
                            "asked_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="报请人",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="pledges",
                                to="approvals.case",
                                verbose_name="办件",
                            ),
                        ),
                        (
                            "case_material",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="pledges",
                                to="approvals.casematerial",
                                verbose_name="代替的材料",
                            ),
                        ),
                        (
                            "checked_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="核查人",
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="审定人",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="pledges_to_check",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="核查责任人",
                            ),
                        ),
                        (
                            "signed_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="经谁登记",
                            ),
                        ),
                        (
                            "terms",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="pledges",
                                to="approvals.pledgeterms",
                                verbose_name="文本",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "告知承诺",
                        "verbose_name_plural": "告知承诺",
                        "default_permissions": (),
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state__in", ("checking", "mending", "asked"))),
                                fields=["owner", "due_at"],
                                name="pledge_in_hand",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "taken_back"), _negated=True),
                                fields=("case_material",),
                                name="one_pledge_per_material",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ("checking", "mending", "asked")), _negated=True),
                                    models.Q(("due_at__isnull", False), ("owner__isnull", False)),
                                    _connector="OR",
                                ),
                                name="pledge_under_check_has_owner_and_date",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        (
                                            "state__in",
                                            ["true", "unverified", "mending", "mended", "asked", "revoked", "kept"],
                                        ),
                                        _negated=True,
                                    ),
                                    models.Q(
                                        ("checked_at__isnull", False),
                                        ("checked_by__isnull", False),
                                        models.Q(("found", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="checked_pledge_says_who_and_what",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["revoked", "kept"]), _negated=True),
                                    models.Q(
                                        ("decided_at__isnull", False),
                                        ("decided_by__isnull", False),
                                        models.Q(("decision", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="revocation_is_decided_by_somebody",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["revoked", "kept"]), _negated=True),
                                    models.Q(("decided_by", models.F("asked_by")), _negated=True),
                                    _connector="OR",
                                ),
                                name="revocation_is_not_decided_by_who_asked",
                            ),
                        ],
                    },
                    bases=(django_fsm.ConcurrentTransitionMixin, models.Model),
                ),
            ]
        ),
        migrations.RunSQL(guard_sql("approvals_pledge", "signed", PLEDGE), unguard_sql("approvals_pledge")),
        migrations.RunSQL(append_only_sql("approvals_pledgeterms"), open_up_sql("approvals_pledgeterms")),
    ]
